"""What the server lets through: known routes only, for hosts it serves, of a size that can be answered, from known users;
and the headers that keep pages to themselves.

Limits
    LARGEST_BODY     bytes of a request's body; a conversation travels with every question
    BODY_PATIENCE    seconds in which a request's body must be there
    SEND_PATIENCE    seconds in which a client must take what it is sent, or else its place in line is another's
    How often one client may ask is webchat/door.py's, since Gradio's queue is a door too. The length of a question is
    retriever.request.LONGEST_QUESTION, of the line webchat.desk.MOST_WAITING.

Gradio has many more routes than its chat needs: it takes files, fetches addresses, keeps runs. None of those is listed here.

Pure ASGI, so that streams and disconnects pass through untouched.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import suppress

import anyio
from starlette.background import BackgroundTask
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webchat.access import Access

LARGEST_BODY = 1_000_000
BODY_PATIENCE = 20.0
SEND_PATIENCE = 15.0
_GRADIO = (
    r"config|theme\.css|assets/.+|static/(?:js|img|fonts)/.+"
    r"|gradio_api/(?:queue/(?:join|data)|run/predict|cancel|reset|info|startup-events)"
)
"""What the chat page and gradio_client ask for."""
_ROUTES = rf"(?:|widget|widget\.js|embed|docs|openapi\.json|logo|healthz|readyz|metrics|api/.+|ui/.+|{_GRADIO})"
_OPEN = frozenset(["/healthz", "/readyz", "/metrics", "/widget.js"])
"""Asked by machines, and by pages of other origins, without a user."""
_COMMON_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
Refuse = tuple[int, str, str]
"""Status, what is counted, what is told."""


class Left(OSError):
    """The client does not take what it is sent; an OSError, as when it hangs up, since applications expect that."""


class Guard:
    """Wraps the whole application. `refused` is told why, each time."""

    def __init__(self, app: ASGIApp, access: Access, root_path: str, refused: Callable[[str], None], *, mcp: bool = False):
        self._app, self._access, self._root_path, self._refused = app, access, root_path, refused
        self._routes = re.compile(f"/(?:{_ROUTES}|mcp)" if mcp else f"/{_ROUTES}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        scope = {**scope, "nonce": secrets.token_urlsafe(16), **self._path(scope)}
        if scope["method"] == "HEAD" and not scope["path"].startswith("/gradio_api/"):
            scope["method"] = "GET"  # the server itself sends no body
        if self._root_path and scope["path"] == "":  # without its slash the page's relative addresses would lead astray
            await RedirectResponse(f"{self._root_path}/", 308)(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            with suppress(Left, ClientDisconnect):
                await self._app(scope, _in_time(receive), self._with_headers(send, scope))
            return
        status, why, told = refusal
        self._refused(why)
        with suppress(Left):
            await JSONResponse({"error": told}, status)(scope, receive, self._with_headers(send, scope))

    def _path(self, scope: Scope) -> dict[str, object]:
        """Some proxies keep the sub-path, some strip it; behind this line it is gone."""
        path = scope["path"]
        if self._root_path and (path == self._root_path or path.startswith(self._root_path + "/")):
            path = path.removeprefix(self._root_path)
        believed = [h for h in scope["headers"] if not h[0].startswith(b"x-forwarded-")]  # Gradio believes them from anybody
        return {"path": path, "raw_path": path.encode(), "root_path": "", "headers": believed}

    def _refusal(self, scope: Scope) -> Refuse | None:
        headers, path = Headers(scope=scope), scope["path"]
        host = headers.get("host", "")
        if not self._routes.fullmatch(path):
            return 404, "route", "There is nothing here."
        if not self._access.serves(host):
            return 421, "host", f"This server is not known as {host[:100]!r}. Start it with --trusted-host and that name."
        length = _length(headers)
        if length is None:
            return 411, "length", "The request does not say how long it is: send a Content-Length."
        if length > LARGEST_BODY:
            return 413, "length", f"The request is larger than {LARGEST_BODY:,} bytes: begin a new chat."
        if self._access.user_header and not scope.get("user_name") and path not in _OPEN:
            return 401, "user", "Nobody is signed in: this page is served through the proxy that says who asks."
        if path == "/mcp" and scope["method"] != "POST":
            return 405, "route", "Only POST is answered here: each call is one request."
        if scope["method"] == "POST" and self._from_elsewhere(headers):
            return 403, "origin", "A page of another origin asked. Start the server with --allow-origin and that origin."
        return None

    def _from_elsewhere(self, headers: Headers) -> bool:
        """What a page of another origin may not do. A browser names the page's origin with every POST, and sends JSON to
        another origin only after asking (CORS, which says no but to the listed); anything else it would send unasked."""
        if "origin" not in headers or headers["origin"] in self._access.origins:
            return False
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind != "application/json" or headers.get("sec-fetch-site") == "cross-site"

    def _with_headers(self, send: Send, scope: Scope) -> Send:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _COMMON_HEADERS.items():
                    headers[name] = value
                headers.setdefault("content-security-policy", self._policy(scope["nonce"]))
                if headers.get("content-type", "").startswith("text/event-stream"):
                    headers["cache-control"], headers["x-accel-buffering"] = "no-store", "no"
                if scope["path"].startswith("/assets/"):  # Gradio names these files after what is in them
                    headers["cache-control"] = "public, max-age=31536000, immutable"
                if scope["path"].startswith("/ui/"):
                    headers["cache-control"] = "no-cache"  # asked each time whether they are still the same
            try:
                with anyio.fail_after(SEND_PATIENCE):
                    await send(message)
            except TimeoutError as error:
                raise Left from error

        return add

    def _policy(self, nonce: str) -> str:
        """Scripts by nonce and what these load, without eval; everything else from here; only listed origins may frame a
        page. Styles in elements and attributes cannot be forbidden: Gradio writes them."""
        ancestors = " ".join(["'self'", *self._access.origins])
        return (
            f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'self'; "
            f"form-action 'self'; frame-ancestors {ancestors}"
        )


class Passed(Response):
    """What an application behind us answers, to this body, and to this query where there is one, instead of what was sent."""

    def __init__(self, app: ASGIApp, body: str | bytes = b"", query: str = "", after: BackgroundTask | None = None) -> None:
        super().__init__(body, background=after)
        self._app, self._query = app, query.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waiting: list[Message] = [{"type": "http.request", "body": self.body, "more_body": False}]

        async def given() -> Message:
            return waiting.pop() if waiting else await receive()

        try:
            await self._app({**scope, "query_string": self._query or scope["query_string"]}, given, send)
        finally:
            if self.background is not None:
                await self.background()


class Proxied:
    """Believes a listed proxy, and nobody else, about the client's address, the scheme, the user and the groups. Outermost."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        self._access = access
        self._app = app
        self._forwarded = ProxyHeadersMiddleware(app, trusted_hosts=list(access.proxies))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = (scope.get("client") or ("", 0))[0]
        if scope["type"] != "http" or peer not in self._access.proxies:
            await self._app(scope, receive, send)
            return
        header, rules = self._access.user_header, self._access.rules
        user = _told(scope, header)
        groups = frozenset(name.strip() for name in (_told(scope, rules.header if rules else None) or "").split(","))
        await self._forwarded({**scope, "user_name": user, "groups": groups}, receive, send)  # type: ignore[arg-type]


def _told(scope: Scope, header: str | None) -> str | None:
    """What a header says; None where it stands twice, since then a proxy has let one through that is not its own."""
    values = Headers(scope=scope).getlist(header) if header else []
    return values[0].encode("latin-1").decode("utf-8", "replace") if len(values) == 1 else None  # names are UTF-8


def _in_time(receive: Receive) -> Receive:
    """A body that drips in for ever is refused; afterwards the client may take as long as it likes to leave."""
    whole, until = False, anyio.current_time() + BODY_PATIENCE

    async def received() -> Message:
        nonlocal whole
        try:
            with anyio.fail_after(None if whole else max(0, until - anyio.current_time())):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, f"The request's body did not come within {BODY_PATIENCE:.0f} seconds.") from error
        whole = not message.get("more_body", False)
        return message

    return received


def _length(headers: Headers) -> int | None:
    """Of the body, as the request says; None where a body comes without saying, since it could go on for ever."""
    if "transfer-encoding" in headers:
        return None
    value = headers.get("content-length", "0")
    return int(value) if value.isdigit() else None
