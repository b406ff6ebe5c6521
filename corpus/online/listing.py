"""Bytes from the web -> the pages that they list: RSS and Atom by feedparser, sitemaps by lxml.

trafilatura reads sitemaps too, and forgets when each page changed, which here spares asking for it again.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from corpus.online import is_address
from corpus.online.asking import Refused, Reply

_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]")
_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_HEAD = 2_000
"""Bytes at the top in which the outermost element stands."""


@dataclass(frozen=True)
class Listed:
    """A page that is listed, what the list says of it, and, where it says so, when the page changed."""

    url: str
    said: Mapping[str, str] = field(default_factory=dict)
    changed: str = ""


@dataclass(frozen=True)
class Listing:
    """The pages of a feed or a sitemap.

    further   sitemaps that are to be read too
    complete  False where pages that it once listed may still be there: a feed
    """

    pages: tuple[Listed, ...]
    further: tuple[str, ...] = ()
    complete: bool = True


def listing_in(reply: Reply, largest: int) -> Listing | None:
    """None for a page. Raises Refused for a list that cannot be read, or that has more than `largest` bytes unpacked."""
    data = _unpacked(reply.data, largest)
    head = data[:_HEAD]
    read = _sitemap if _SITEMAP.search(head) else _feed if _FEED.search(head) and b"<html" not in head.lower() else None
    try:
        return read(data, reply.url) if read else None
    except Refused:
        raise
    except Exception as error:  # libraries raise whatever they stumble over, and one list must not stop a build
        raise Refused(f"is no list of pages that can be read ({type(error).__name__}: {str(error)[:100]})") from error


def _unpacked(data: bytes, largest: int) -> bytes:
    """A list that is gzipped itself, as sitemaps often are."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(data, largest + 1)
    except zlib.error as error:
        raise Refused(f"cannot be unpacked ({error})") from error
    if len(unpacked) > largest:
        raise Refused(f"has more than {largest:,} bytes unpacked")
    return unpacked


def _sitemap(data: bytes, base: str) -> Listing:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(data, parser)
    if root is None:
        raise Refused("is no sitemap that can be read")
    listed = list(_entries(root, base))
    if etree.QName(root).localname == "sitemapindex":
        return Listing((), tuple(dict.fromkeys(one.url for one in listed)))
    return Listing(each_page_once(listed))


def _entries(root: Any, base: str) -> Iterator[Listed]:
    for entry in root:
        url = urljoin(base, (entry.findtext("{*}loc") or "").strip())
        if is_address(url) and entry.findtext("{*}loc"):
            yield Listed(url, changed=(entry.findtext("{*}lastmod") or "").strip())


def _feed(data: bytes, base: str) -> Listing:
    import feedparser

    found = feedparser.parse(io.BytesIO(data), response_headers={"content-location": base})
    if not found.entries and found.bozo:
        raise Refused(f"is no feed that can be read ({found.bozo_exception})")
    entries = ((entry, urljoin(base, entry["link"])) for entry in found.entries if entry.get("link"))
    return Listing(each_page_once(Listed(url, _said(entry)) for entry, url in entries if is_address(url)), complete=False)


def _said(entry: Any) -> dict[str, str]:
    told = {
        "title": entry.get("title"),
        "author": (entry.get("author_detail") or {}).get("name"),
        "published": entry.get("published"),
        "publisher": (entry.get("source") or {}).get("title"),
    }
    return {name: " ".join(str(value).split()) for name, value in told.items() if value}


def each_page_once(pages: Iterable[Listed]) -> tuple[Listed, ...]:
    """A page that is listed twice, as it is listed first."""
    by_url: dict[str, Listed] = {}
    for page in pages:
        by_url.setdefault(page.url, page)
    return tuple(by_url.values())
