"""How the server listens: uvicorn's HTTP/1.1, which does not wait for ever for a request's head.

Without that, whoever opens connections and says nothing, or a byte now and then, holds them until the system has none left.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_PATIENCE = 20.0
"""Seconds after which a connection is looked at again; one that has not brought a whole head between two looks is closed."""


class Connection(H11Protocol):
    _look_again: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._look_again = self.loop.call_later(HEAD_PATIENCE, self._look, self.cycle)

    def connection_lost(self, exc: Exception | None) -> None:
        self._look_again.cancel()
        super().connection_lost(exc)

    def _look(self, last: object) -> None:
        """`last`: the request that was answered last when no other was begun; something else while one was being answered."""
        # Of an answered request there may be a body that never came; of a closed connection what nobody takes.
        between = self.conn.their_state is h11.IDLE or (self.cycle is not None and self.cycle.response_complete)
        if self.transport.is_closing() or (between and self.cycle is last):
            self.transport.abort()
        else:
            self._look_again = self.loop.call_later(HEAD_PATIENCE, self._look, self.cycle if between else self)


def listening(web: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A server that is not begun yet. No access log, no header that names it, and the proxy is webchat/guard.py's matter."""
    settings: dict[str, Any] = {"access_log": False, "proxy_headers": False, "server_header": False, "ws": "none"}
    return uvicorn.Server(uvicorn.Config(
        web, host=host, port=port, log_level="warning", http=Connection, timeout_graceful_shutdown=3, **settings,
    ))  # fmt: skip


def allow_many() -> None:
    """As many connections as the system gives this user, where the shell began with fewer."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
