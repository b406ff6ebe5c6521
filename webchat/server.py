"""Puts the web together: API, widget and chat page in one FastAPI application behind the guard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from answering.engine import Engine
from webchat.api import Desk, make_router
from webchat.chat import TITLE, make_chat, make_theme
from webchat.guard import Guard

_UI = Path(__file__).parent / "ui"


def make_app(engine: Engine, *, root_path: str = "", origins: Sequence[str] = (), examples: Sequence[str] = ()) -> ASGIApp:
    """The whole web application. `origins` may frame its pages and call its API; nobody else."""
    desk = Desk(engine)
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(make_router(desk))
    app.mount("/ui", StaticFiles(directory=_UI))

    @app.get("/widget.js")
    async def widget_script() -> FileResponse:
        headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
        return FileResponse(_UI / "widget.js", media_type="text/javascript", headers=headers)

    page = make_chat(desk, engine.live.now().manifest, examples)
    app = gr.mount_gradio_app(
        app, page, path="/", root_path=root_path or None, theme=make_theme(), footer_links=[], run_history=False,
        show_error=False, allowed_paths=[], blocked_paths=["/"], max_file_size="1kb", enable_monitoring=False, pwa=False,
        mcp_server=False, ssr_mode=False,
    )  # fmt: skip
    # Gradio answers any Origin unless the parent application has exactly this class.
    app.add_middleware(
        CORSMiddleware, allow_origins=list(origins), allow_methods=["GET", "POST"], allow_headers=["content-type"]
    )
    return Guard(app, origins, root_path)
