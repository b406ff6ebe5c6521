"""Who may ask, as the administrator set it: one object that the guard and the application share.

origins       may embed the pages and call the API from a page; nobody else
hosts         names under which this server is asked, besides those that nobody outside can own
proxies       addresses of reverse proxies, whose word on the client's address, the scheme and the user is taken
user_header   where a proxy says who asks; then nobody is served without it
rules         which articles whose groups may read; a proxy says of which groups the one who asks is
a_minute      questions of one client (a user, or an address) in a minute; 0: no limit
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from functools import cached_property

from corpus.errors import BadInput
from index.rules import Rules

A_MINUTE = 120
_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?")
_OF_THIS_NETWORK = (".localhost", ".local", ".internal", ".intranet", ".private", ".corp", ".lan", ".home", ".home.arpa")
"""Names that the public DNS does not give to anybody (RFC 6761, 6762 appendix G, 8375; .internal: ICANN 2024), so that no
outside page can have one of them lead here."""


@dataclass(frozen=True)
class Access:
    """See above; frozen, since it is shared by all requests."""

    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ("127.0.0.1",)
    user_header: str | None = None
    a_minute: int = A_MINUTE
    rules: Rules | None = None

    def serves(self, host: str) -> bool:
        """Whether a Host header names this server. An address, a name without a dot and a name of this network always
        does, for DNS rebinding needs a public name; others have to be listed."""
        name = _name_in(host)
        if name is None:
            return False
        return name in self._listed or "." not in name or name.endswith(_OF_THIS_NETWORK) or _is_address(name)

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(h.lower() for h in (*self.hosts, socket.gethostname(), socket.gethostname() + ".localdomain"))


def check_access(access: Access) -> None:
    """Raises BadInput, naming every wrong entry."""
    wrong = [
        f"--allow-origin {o}: expected one like http://intranet.example, in small letters, without a path or a usual port"
        for o in access.origins
        if not _is_origin(o)
    ]
    wrong += [
        f"--trusted-host {h}: expected a host's name, without a port" for h in access.hosts if _name_in(h) != h.lower()
    ]
    wrong += [f"--trusted-proxy {p}: expected an IP address" for p in access.proxies if not _is_address(p)]
    if access.user_header is not None and not access.user_header.replace("-", "").isalnum():
        wrong.append(f"--user-header {access.user_header}: expected a header's name like X-Remote-User")
    if access.a_minute < 0:
        wrong.append(f"--rate {access.a_minute}: expected 0 or more questions a minute")
    if wrong:
        raise BadInput("\n".join(f"{told}." for told in wrong))


def _name_in(host: str) -> str | None:
    """The name of "name:port" in small letters; None for what is no host."""
    name, bracket, port = host.rpartition("]") if host.startswith("[") else host.partition(":")
    if host.startswith("["):
        name, port = name + bracket, port.removeprefix(":")
    sound = bool(name) and (not port or port.isdigit()) and not any(c in name for c in "/@?#\\ ,")
    return name.lower().rstrip(".") if sound else None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _is_origin(origin: str) -> bool:
    """As a browser writes it: small letters, and no port that goes without saying."""
    usual = {"http": ":80", "https": ":443"}[origin.partition("://")[0]] if _ORIGIN.fullmatch(origin) else None
    return usual is not None and not origin.endswith(usual)
