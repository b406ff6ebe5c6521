"""What the chat's pages need beside Gradio, and the pages that are not Gradio's: preview of the widget, description of the API.

Files of `ui/` lie under a digest of their content, so that a browser keeps them for ever and never has an old one. All
addresses in the pages are relative: they hold under any sub-path.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webchat.access import Access
from webchat.guard import content_policy
from webchat.site import LOGO_TYPES, Site

_UI = Path(__file__).parent / "ui"
_TEMPLATES = Path(__file__).parent / "templates"
ICON = _UI / "icon.svg"
_FOR_EVER = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"


class _Unchanging(StaticFiles):
    """Files whose address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Any:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = _FOR_EVER
        return response


class NoncedPages:
    """Gradio's two pages as they are sent: our style and script are in their head before anything of Gradio's runs, and
    every script carries the nonce that the policy allows. They are small enough to be held while they are rewritten."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in ("/", "/widget"):
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
                page = _nonced(b"".join(pieces), scope["nonce"]) if begun[0]["status"] == 200 else b"".join(pieces)
                headers = MutableHeaders(scope=begun[0])
                headers["content-length"], headers["cache-control"] = str(len(page)), "no-store"
                await send(begun[0])
                await send({"type": "http.response.body", "body": page})

        await self._app(plain, receive, hold)


def _nonced(page: bytes, nonce: str) -> bytes:
    ui = f"ui/{_digest()}"
    ours = f'<link rel="stylesheet" href="{ui}/chat.css"><script src="{ui}/chat.js"></script>'
    page = page.replace(b'<link rel="manifest" href="/manifest.json" />', b"")  # it leads out of a sub-path
    page = re.sub(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', b"", page)  # they show Gradio's picture, from elsewhere
    page = page.replace(b"<head>", b'<head><meta name="color-scheme" content="light dark">', 1)
    page = page.replace(b"</head>", ours.encode() + b"</head>", 1)
    return page.replace(b"<script", f'<script nonce="{nonce}"'.encode())


def add_pages(app: FastAPI, site: Site, access: Access) -> None:
    ui = f"ui/{_digest()}"
    app.mount(f"/{ui}/swagger", _Unchanging(packages=[("fastapi_swagger", "resources")]))
    app.mount(f"/{ui}", _Unchanging(directory=_UI))
    app.include_router(_pages(site, access, ui))


def _pages(site: Site, access: Access, ui: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/logo")
    async def logo() -> Any:
        if site.logo is None:
            return JSONResponse({"error": "No logo is set."}, 404)
        # An SVG opened by itself is a document: it may run nothing.
        headers = {
            "Cache-Control": _AN_HOUR,
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        }
        return FileResponse(site.logo, media_type=LOGO_TYPES[site.logo.suffix.lower()], headers=headers)

    @router.get("/widget.js")
    async def script() -> FileResponse:
        headers = {"Cache-Control": _AN_HOUR, "Cross-Origin-Resource-Policy": "cross-origin"}
        return FileResponse(_UI / "widget.js", media_type="text/javascript", headers=headers)

    @router.get("/embed")
    async def preview(request: Request) -> HTMLResponse:
        data = {"title": site.title, "accent": site.accent, "origins": access.origins}
        return _html(request, access, "embed.html", ui, title=site.title, data=data)

    @router.get("/embed/host")
    async def host(request: Request) -> HTMLResponse:
        """A page as an intranet might have it, with the widget in it: what the preview shows."""
        return _html(request, access, "host.html", f"../{ui}", title="Preview")

    @router.get("/docs")
    async def docs(request: Request) -> HTMLResponse:
        return _html(request, access, "docs.html", ui, title="API")

    return router


def _html(request: Request, access: Access, name: str, ui: str, *, title: str, data: object = None) -> HTMLResponse:
    """A template with its nonce, and with data for its scripts as JSON that cannot end the element it stands in."""
    nonce = request.scope["nonce"]
    text = json.dumps(data).replace("<", "\\u003c")
    page = _template(name).substitute(nonce=nonce, ui=ui, title=escape(title), data=text)
    policy = content_policy(nonce, access.origins, frames=True)
    return HTMLResponse(page, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy})


@cache
def _template(name: str) -> Template:
    return Template((_TEMPLATES / name).read_text(encoding="utf-8"))


@cache
def _digest() -> str:
    """Of all files of the pages, and of those of the API's description."""
    theirs = files("fastapi_swagger") / "resources" / "swagger-ui-bundle.js"
    found = hashlib.sha256(theirs.read_bytes())
    for file in sorted(_UI.iterdir()):
        if file.is_file():
            found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()[:12]
