"""The pages: chat, widget, preview of the widget, and the description of the API. Each is one template with a nonce.

Files of `ui/` lie under a digest of their content, so that a browser keeps them for ever and never has an old one. All
addresses in the pages are relative: they hold under any sub-path.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from answering.answer import index_as_json
from retriever.request import LONGEST_QUESTION
from webchat.access import Access
from webchat.desk import Desk
from webchat.feedback import REASONS
from webchat.guard import content_policy
from webchat.site import LOGO_TYPES, Site

_UI = Path(__file__).parent / "ui"
_TEMPLATES = Path(__file__).parent / "templates"
_NOT_OF_THE_CHAT = frozenset(["widget.js", "embed.js", "host.js", "docs.js"])
_FOR_EVER = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"


class _Unchanging(StaticFiles):
    """Files whose address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Any:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = _FOR_EVER
        return response


def add_pages(app: FastAPI, desk: Desk, site: Site, access: Access) -> None:
    ui = f"ui/{_digest()}"
    app.mount(f"/{ui}/swagger", _Unchanging(packages=[("fastapi_swagger", "resources")]))
    app.mount(f"/{ui}", _Unchanging(directory=_UI))
    app.include_router(_chat_pages(desk, site, ui))
    app.include_router(_embedding_pages(site, access, ui))
    app.include_router(_description(access, ui))


def _chat_pages(desk: Desk, site: Site, ui: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def page(request: Request, kind: str) -> HTMLResponse:
        data = {
            "kind": kind, "title": site.title, "accent": site.accent, "greeting": site.greeting, "logo": site.logo is not None,
            "examples": site.examples, "longest": LONGEST_QUESTION, "reasons": REASONS,
            "index": index_as_json(desk.engine.live.now().manifest),
        }  # fmt: skip
        return _html(request, "chat.html", ui, title=site.title, kind=kind, data=data)

    @router.get("/")
    async def chat(request: Request) -> HTMLResponse:
        return page(request, "chat")

    @router.get("/widget")
    async def widget(request: Request) -> HTMLResponse:
        return page(request, "widget")

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

    return router


def _embedding_pages(site: Site, access: Access, ui: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/widget.js")
    async def script() -> FileResponse:
        headers = {"Cache-Control": _AN_HOUR, "Cross-Origin-Resource-Policy": "cross-origin"}
        return FileResponse(_UI / "widget.js", media_type="text/javascript", headers=headers)

    @router.get("/embed")
    async def preview(request: Request) -> HTMLResponse:
        data = {"title": site.title, "accent": site.accent, "origins": access.origins}
        page = _html(request, "embed.html", ui, title=site.title, data=data)
        page.headers["content-security-policy"] = content_policy(request.scope["nonce"], access.origins, frames=True)
        return page

    @router.get("/embed/host")
    async def host(request: Request) -> HTMLResponse:
        """A page as an intranet might have it, with the widget in it: what the preview shows."""
        page = _html(request, "host.html", f"../{ui}", title="Preview", data={})
        policy = content_policy(request.scope["nonce"], access.origins, frames=True, trusted_types=False)
        page.headers["content-security-policy"] = policy  # it adds a script element, as a host page does
        return page

    return router


def _description(access: Access, ui: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs(request: Request) -> HTMLResponse:
        page = _html(request, "docs.html", ui, title="API", data={})
        nonce = request.scope["nonce"]
        policy = content_policy(nonce, access.origins, trusted_types=False, styles="'self' 'unsafe-inline'")
        page.headers["content-security-policy"] = policy  # Swagger UI writes style elements
        return page

    return router


def _html(request: Request, name: str, ui: str, *, title: str, data: dict[str, Any], kind: str = "") -> HTMLResponse:
    """A template with its nonce, and with data for its scripts as JSON that cannot end the element it stands in."""
    text = (
        json.dumps(data, ensure_ascii=False)
        .replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )
    nonce = request.scope["nonce"]
    page = _template(name).substitute(
        nonce=nonce, ui=ui, title=escape(title), data=text, kind=kind, longest=LONGEST_QUESTION, modules=_modules(nonce, ui)
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


def _modules(nonce: str, ui: str) -> str:
    """All modules of the chat at once, else each would be asked for only when the one before it has been read."""
    names = sorted(f.name for f in _UI.glob("*.js") if f.name not in _NOT_OF_THE_CHAT)
    return "".join(f'<link rel="modulepreload" nonce="{nonce}" href="{ui}/{name}">' for name in names)


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
