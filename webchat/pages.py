"""What the chat's pages need beside Gradio, and the pages that are not Gradio's: preview of the widget, description of the API.

All addresses in the pages are relative: they hold under any sub-path.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webchat.access import Access
from webchat.site import Site

_UI = Path(__file__).parent / "ui"
_EMBED = Template((Path(__file__).parent / "templates" / "embed.html").read_text(encoding="utf-8"))
_HEAD = b'<link rel="icon" href="ui/icon.svg"><link rel="stylesheet" href="ui/chat.css"><script src="ui/chat.js"></script></head>'
_KNOWN = re.compile(
    rb"<script(?=>window\.gradio_(?:config|api_info) = | data-gradio-mode>|>\s*\(\(\) => \{\s*const root = "
    rb'| type="module" crossorigin src="\./assets/|>\s*const ce = document| src="(?:ui/|widget\.js")|>\s*const ui = SwaggerUI)'
)
"""The beginnings of scripts of our pages and Gradio's. Any other was slipped in, and does not run."""
_AN_HOUR = {"Cache-Control": "public, max-age=3600"}
_NOBODY = "No other page may show it yet: start the server with --allow-origin and your intranet's origin."
_WISHES = ("title", "greeting", "color", "position", "theme", "mode", "height")
"""Attributes of the widget's tag; webchat/ui/widget.js says what they mean."""


class NoncedPages:
    """Pages as they are sent: every script of ours and Gradio's carries the nonce that the policy allows, and in Gradio's two our style and script
    stand in the head before anything of Gradio's runs. They are small enough to be held while they are rewritten."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in ("/", "/widget", "/embed", "/docs"):
            await self._app(scope, receive, send)
            return
        plain = {**scope, "headers": [h for h in scope["headers"] if h[0] != b"accept-encoding"]}
        begun: list[Message] = []
        pieces: list[bytes] = []

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
            if message["type"] != "http.response.body":
                return
            pieces.append(message.get("body", b""))
            if not message.get("more_body"):
                page = _nonced(b"".join(pieces), scope["nonce"])
                headers = MutableHeaders(scope=begun[0])
                headers["content-length"], headers["cache-control"] = str(len(page)), "no-store"
                await send(begun[0])
                await send({"type": "http.response.body", "body": page})

        await self._app(plain, receive, hold)


def _nonced(page: bytes, nonce: str) -> bytes:
    if b"<gradio-app" in page:
        page = page.replace(b'<link rel="manifest" href="/manifest.json" />', b"")  # it leads out of a sub-path
        page = re.sub(
            rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', b"", page
        )  # they show Gradio's picture, from elsewhere
        page = page.replace(b"</head>", _HEAD, 1)
    return _KNOWN.sub(f'<script nonce="{nonce}"'.encode(), page)


def add_pages(app: FastAPI, site: Site, access: Access) -> None:
    app.mount("/ui/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    app.mount("/ui", StaticFiles(directory=_UI))

    @app.get("/logo", include_in_schema=False)
    async def logo() -> Any:
        if site.logo is None:
            return JSONResponse({"error": "No logo is set."}, 404)
        # An SVG opened by itself is a document: it may run nothing.
        policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
        return FileResponse(site.logo, headers=_AN_HOUR | policy)

    @app.get("/widget.js", include_in_schema=False)
    async def script() -> FileResponse:
        # Its type is said here: Gradio changes the process's table of types, and then the charset of foreign pages would count.
        headers = _AN_HOUR | {"Cross-Origin-Resource-Policy": "cross-origin"}
        return FileResponse(_UI / "widget.js", media_type="text/javascript", headers=headers)

    @app.get("/embed", include_in_schema=False)
    async def preview(request: Request) -> HTMLResponse:
        return HTMLResponse(_preview(request, site, access))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        swagger = "ui/swagger/swagger-ui"
        return get_swagger_ui_html(
            openapi_url="openapi.json", title="API", swagger_js_url=f"{swagger}-bundle.js",
            swagger_css_url=f"{swagger}.css", swagger_favicon_url="ui/icon.svg",
        )  # fmt: skip


def _preview(request: Request, site: Site, access: Access) -> str:
    """The tag and the frame, with what the page's address wishes (`?color=%23b00020&mode=inline`), and the widget itself."""
    wishes = {"title": site.title, "color": site.accent, **request.query_params}
    attributes = "".join(f' data-{name}="{escape(wishes[name])}"' for name in _WISHES if name in wishes)
    query = urlencode([(name, wishes[name]) for name in ("title", "greeting", "color", "theme") if name in wishes])
    base = request.base_url
    texts = {
        "title": site.title,
        "who": f"Pages of {', '.join(access.origins)} may show it." if access.origins else _NOBODY,
        "wishes": f"It takes {', '.join(f'data-{name}' for name in _WISHES)}; add any to this page's address, as in "
        "embed?color=%23b00020&position=left, to see what it does.",
        "tag": f'<script src="{base}widget.js"{attributes} async></script>',
        "frame": f'<iframe src="{base}widget?{query}" title="{escape(wishes["title"])}" width="430" height="680"></iframe>',
    }
    live = f'<script src="widget.js"{attributes} async></script>'
    return _EMBED.substitute({name: escape(text) for name, text in texts.items()}, live=live)
