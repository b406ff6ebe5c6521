"""One address -> what lies there: politely, never for long, and never inside a network that was not meant.

A host's robots.txt is kept (RFC 9309). A name is resolved once, its addresses are checked, and the connection goes to the one that
was checked, so that no later answer of a name server leads elsewhere. Redirects pass the same checks. Pages may come packed by gzip,
once, and are unpacked in pieces; the time for a page counts from the first look at its host to its last byte.
"""

from __future__ import annotations

import ipaddress
import socket
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx
from protego import Protego

from corpus.online import Manners, is_address
from corpus.patience import TooSlow, at_most

_AGENT = "SecondSource"
"""The name that a robots.txt may address."""
_LONGEST_S = 120.0
"""Seconds for one page, its host's robots.txt and all redirects together; pauses that are polite do not count."""
_SILENCE_S = 20.0
_MOST_REDIRECTS = 5
_LONGEST_PAUSE_S = 60.0
"""A robots.txt that asks for more is not waited for; the host is not asked."""
_LARGEST_ROBOTS = 512_000
_GONE = (404, 410)


class Refused(Exception):
    """Nothing was fetched; the message says why, as the end of a sentence that the address begins."""


class Dawdled(Refused):
    """The host takes too long."""


class Gone(Refused):
    """The host says that there is nothing, or nothing any more."""


@dataclass(frozen=True)
class Stamp:
    """What a host said of the version that it gave, and is asked about the next time."""

    etag: str = ""
    modified: str = ""


NO_STAMP = Stamp()


@dataclass(frozen=True)
class Reply:
    """What lies at an address.

    url    where it was found in the end
    kind   its media type; "" where the host names none
    """

    url: str
    data: bytes
    kind: str
    charset: str
    stamp: Stamp


class Fetcher:
    """Asks hosts for one page at a time, with a pause."""

    def __init__(self, manners: Manners, largest: int, given: Sequence[str] = ()) -> None:
        """largest  bytes of one page, unpacked
        given    the addresses that somebody gave, not those that their pages list
        """
        self._manners, self._largest = manners, largest
        self._client = httpx.Client(
            transport=_Checked(manners, given), timeout=_SILENCE_S, trust_env=False,
            headers={"User-Agent": f"{_AGENT}/1.0", "Accept-Encoding": "gzip"},
        )  # fmt: skip
        self._robots: dict[str, Protego | Refused] = {}
        self._asked: dict[str, float] = {}

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, url: str, known: Stamp = NO_STAMP) -> Reply | None:
        """None where it is as it was when `known` was told. Raises Refused, or Gone."""
        until = time.monotonic() + _LONGEST_S
        told = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        headers = {name: value for name, value in told.items() if value}
        for _ in range(_MOST_REDIRECTS + 1):
            until += self._allowed(url, until)
            response, data = self._get(url, headers, self._largest, until)
            if response.status_code == 304 and headers:
                return None
            if not response.has_redirect_location:
                return _reply(url, response, data)
            url = urljoin(url, response.headers["location"])
        raise Refused(f"redirects more than {_MOST_REDIRECTS} times")

    def _allowed(self, url: str, until: float) -> float:
        """Waits as long as is polite, and returns how long. Raises Refused where the host does not want this page asked."""
        if not is_address(url):
            raise Refused(f"redirects to {url[:80]!r}, expected http:// or https://")
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise Refused(f"is no address ({error})") from error
        if parts.username or parts.password:
            raise Refused("holds a user or a password, which would stand beside every quote: give an address without")
        origin = f"{parts.scheme}://{parts.netloc}"
        robots = self._robots_of(origin, until)
        if not robots.can_fetch(url, _AGENT):
            raise Refused("is not fetched: the robots.txt of its host forbids it")
        pause = max(self._manners.pause_s, robots.crawl_delay(_AGENT) or 0.0)
        if pause > max(_LONGEST_PAUSE_S, self._manners.pause_s):
            raise Refused(f"is not fetched: its host asks for a pause of {pause:.0f} seconds between pages")
        wait = max(0.0, self._asked.get(origin, 0.0) + pause - time.monotonic())
        time.sleep(wait)
        self._asked[origin] = time.monotonic()
        return wait

    def _robots_of(self, origin: str, until: float) -> Protego:
        """Asked for once; a host that fails is not tried again with each of its pages."""
        if origin not in self._robots:
            try:
                self._robots[origin] = self._read_robots(f"{origin}/robots.txt", until)
            except Refused as error:
                self._robots[origin] = error
        found = self._robots[origin]
        if isinstance(found, Refused):
            raise type(found)(str(found)) from found
        return found

    def _read_robots(self, url: str, until: float) -> Protego:
        """Where there is none, all is allowed; where the host cannot say, nothing is."""
        for _ in range(_MOST_REDIRECTS + 1):
            response, data = self._get(url, {}, _LARGEST_ROBOTS, until)
            if not response.has_redirect_location:
                break
            url = urljoin(url, response.headers["location"])
        if response.status_code >= 500 or response.status_code == 429:
            raise Refused(f"is not fetched: the robots.txt of its host answers {response.status_code}")
        return Protego.parse(data.decode("utf-8", "replace") if response.is_success else "")

    def _get(self, url: str, headers: dict[str, str], largest: int, until: float) -> tuple[httpx.Response, bytes]:
        try:
            with at_most(max(0.01, until - time.monotonic())), self._client.stream("GET", url, headers=headers) as response:
                return response, b"".join(_within(response, largest, until) if response.is_success else ())
        except TooSlow as error:
            raise Dawdled(_DAWDLED) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, zlib.error) as error:
            raise Refused(f"cannot be fetched: {error or type(error).__name__}") from error


_DAWDLED = f"cannot be fetched: it takes more than {_LONGEST_S:.0f} seconds"


def _within(response: httpx.Response, largest: int, until: float) -> Iterator[bytes]:
    """As it comes, unpacked."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip", "x-gzip"):
        raise Refused(f"comes packed as {packing[:40]!r}; asked for was gzip")
    unpacking = zlib.decompressobj(wbits=31) if packing != "identity" else None
    read = 0
    for part in response.iter_raw():
        data = unpacking.decompress(part, largest + 1 - read) if unpacking else part
        read += len(data)
        if read > largest:
            raise Refused(f"has more than {largest:,} bytes, which is no article")
        if time.monotonic() > until:
            raise Dawdled(_DAWDLED)
        yield data
    if unpacking and not unpacking.eof:
        raise Refused("ends before it is whole")


def _reply(url: str, response: httpx.Response, data: bytes) -> Reply:
    if response.status_code in _GONE:
        raise Gone(f"is not there any more ({response.status_code})")
    if response.status_code != 200:
        raise Refused(f"cannot be fetched: its host answers {response.status_code}")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    stamp = Stamp(response.headers.get("etag", ""), response.headers.get("last-modified", ""))
    return Reply(url.partition("#")[0], data, kind, response.charset_encoding or "", stamp)


class _Checked(httpx.HTTPTransport):
    """Connects to an address that was checked, and to no other; the name stays for TLS and for the host."""

    def __init__(self, manners: Manners, given: Sequence[str]) -> None:
        super().__init__()
        self._networks = manners.networks
        self._doors = set(_doors(given)) if manners.allow_private else set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        addresses = self._addresses_of(request.url)
        for left, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
            try:
                return super().handle_request(_to(address, request))
            except (httpx.ConnectError, httpx.ConnectTimeout):  # such as one of IPv6 where there is no way to it
                if not left:
                    raise
        raise AssertionError("a host has an address, or it is refused")

    def _addresses_of(self, url: httpx.URL) -> list[str]:
        """Each once. Raises Refused where any of them lies inside a network and that is not allowed."""
        try:
            found = [str(info[4][0]) for info in socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError) as error:
            raise Refused(f"cannot be fetched: no host {url.host!r} is known") from error
        if _door(url) not in self._doors and (inside := next((a for a in found if not self._may_ask(a)), None)):
            raise Refused(
                f"is not fetched: {url.host} is {inside}, inside a network or this machine. If you mean it, "
                "say --allow-private together with an address of this host, or name its network with --allow-network"
            )
        return list(dict.fromkeys(found))

    def _may_ask(self, address: str) -> bool:
        ip = ipaddress.ip_address(address.partition("%")[0])
        return is_public(address) or any(ip in network for network in self._networks)


def _door(url: httpx.URL) -> tuple[str, int]:
    """Host and port, with 80 and 443 as one: many hosts send from the one to the other."""
    return url.host, 80 if url.port in (None, 443) else url.port


def _doors(addresses: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Of what is no address, none."""
    for address in addresses:
        with suppress(httpx.InvalidURL):
            yield _door(httpx.URL(address))


def _to(address: str, request: httpx.Request) -> httpx.Request:
    extensions = {**request.extensions, "sni_hostname": request.url.host}
    url = request.url.copy_with(host=address)
    return httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)


def is_public(address: str) -> bool:
    """False for everything that only a network of one's own reaches, also where IPv6 wraps it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
        if ip.is_site_local:  # fec0::/10, which Python calls global
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
