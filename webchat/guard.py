"""What the server lets through: an allow-list of routes, limits, and headers that keep pages to themselves.

Limits
    LARGEST_BODY     bytes of a request's body; a chat's history travels with every message
    LARGEST_QUESTION is retriever.request.LONGEST_QUESTION, told by the API itself

Pure ASGI, so that streams and disconnects pass through untouched. Gradio's upload, file, proxy and run-history routes
are not on the list.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 2_000_000

_PAGES = {"/": b"", "/widget": b"embed"}
_ALLOWED = re.compile(
    r"^/(?:$|widget$|widget\.js$|api/|healthz$|readyz$|ui/|config/?$|theme\.css$|assets/|static/(?:js|img|fonts)/"
    r"|gradio_api/(?:queue/(?:join|data)$|run/predict$|heartbeat/|cancel$|reset$|startup-events$|info$))"
)
_FOREIGN_META = re.compile(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*?/?>', re.DOTALL)
_MANIFEST_LINK = re.compile(rb'<link rel="manifest"[^>]*>')


@dataclass(frozen=True)
class Guard:
    """Wraps the whole application; `origins` may frame its pages besides its own."""

    app: ASGIApp
    origins: Sequence[str] = ()
    root_path: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Some proxies keep the sub-path, some strip it; behind this line it is gone.
        path = scope["path"]
        if self.root_path and (path == self.root_path or path.startswith(self.root_path + "/")):
            path = path.removeprefix(self.root_path) or "/"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        if path.startswith("/gradio_api/heartbeat/"):
            # Every open tab would hold a connection for it, and a browser has six; we keep no session state.
            await _reply(send, 204, {})
        elif not _ALLOWED.match(path):
            await _reply(send, 404, {"error": "There is nothing here."})
        elif (length := _length(scope)) is None:
            await _reply(send, 411, {"error": "The request does not say how long it is: send a Content-Length."})
        elif length > LARGEST_BODY:
            await _reply(send, 413, {"error": f"The request is larger than {LARGEST_BODY:,} bytes: begin a new chat."})
        elif path in _PAGES:
            await self._page(scope, receive, send, _PAGES[path])
        else:
            await self.app(scope, receive, _with_headers(send, path))

    async def _page(self, scope: Scope, receive: Receive, send: Send, page_class: bytes) -> None:
        """Gradio's page with a nonce on each script and nothing that points elsewhere; both pages are its "/"."""
        scope = {**scope, "path": "/", "raw_path": b"/"}
        scope["headers"] = [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]
        started: Message | None = None
        body: list[bytes] = []

        async def hold(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = message
                return
            body.append(message.get("body", b""))
            if not message.get("more_body") and started is not None:
                nonce = secrets.token_urlsafe(16)
                page = _own_page(b"".join(body), nonce, page_class)
                headers = MutableHeaders(scope=started)
                headers["content-length"] = str(len(page))
                headers["content-security-policy"] = content_policy(nonce, self.origins)
                headers["cache-control"] = "no-store"
                _add_common(headers)
                await send(started)
                await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, hold)


def content_policy(nonce: str, origins: Sequence[str]) -> str:
    """Scripts by nonce alone, everything else from here; only `origins` may frame the page."""
    ancestors = " ".join(["'self'", *origins])
    return (
        f"default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        f"object-src 'none'; base-uri 'self'; form-action 'self'; frame-src 'none'; frame-ancestors {ancestors}"
    )


def _own_page(page: bytes, nonce: str, page_class: bytes) -> bytes:
    page = _MANIFEST_LINK.sub(b"", _FOREIGN_META.sub(b"", page))
    page = page.replace(b"<script", b'<script nonce="' + nonce.encode() + b'"')
    head = b'<link rel="stylesheet" href="ui/app.css"><script nonce="' + nonce.encode() + b'" src="ui/app.js"></script>'
    page = page.replace(b"</head>", head + b"</head>", 1)
    return page.replace(b"<html", b'<html class="' + page_class + b'"', 1) if page_class else page


def _with_headers(send: Send, path: str) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            _add_common(headers)
            if path.startswith("/assets/"):
                headers["cache-control"] = "public, max-age=31536000, immutable"
            if headers.get("content-type", "").startswith("text/event-stream"):
                headers["cache-control"], headers["x-accel-buffering"] = "no-store", "no"
        await send(message)

    return add


def _add_common(headers: MutableHeaders) -> None:
    headers["x-content-type-options"] = "nosniff"
    headers["referrer-policy"] = "no-referrer"
    headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"


def _length(scope: Scope) -> int | None:
    """Of the body, as the request says; None where a body comes without saying, since it could go on for ever."""
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return None
    value = headers.get(b"content-length", b"0")
    return int(value) if value.isdigit() else None


async def _reply(send: Send, status: int, content: dict[str, str]) -> None:
    body = json.dumps(content).encode() if content else b""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
