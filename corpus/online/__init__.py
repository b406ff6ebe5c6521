"""Articles that lie on the web: asked for while an index is built, kept beside it, and read from there.

An answering server imports nothing from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from corpus.files import Skipped

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Manners:
    """How pages are asked for.

    pause_s        seconds between two pages of one host, at least; a robots.txt may ask for more
    most_pages     of one feed or sitemap
    allow_private  whether hosts of an intranet, or of this machine, are asked where an address that was given names them
    networks       of an intranet of which every host is asked, whoever lists its pages
    """

    pause_s: float = 1.0
    most_pages: int = 1_000
    allow_private: bool = False
    networks: tuple[Network, ...] = ()


@dataclass
class Refreshed:
    """What could not be fetched: `skipped`, of which nothing is there; `notes`, of which an older version is."""

    skipped: list[Skipped] = field(default_factory=list)
    notes: list[Skipped] = field(default_factory=list)


def is_address(place: str) -> bool:
    """True for http:// and https://; everything else names files."""
    return place.lower().startswith(("http://", "https://"))
