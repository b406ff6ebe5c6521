"""Puts the web together: API, Gradio's chat and the other pages in one application behind the guard."""

from __future__ import annotations

import os
import warnings

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from answering.engine import Engine
from corpus.errors import BadInput, UserError
from webchat.api import make_router
from webchat.desk import Desk
from webchat.door import RETRY_AFTER, Door, Rate, TooOften
from webchat.feedback import FeedbackUnkept
from webchat.guard import Guard, Proxied
from webchat.health import Metrics, make_health_router
from webchat.overview import Overview
from webchat.pages import NoncedPages, add_pages
from webchat.schema import REFUSED
from webchat.settings import Settings
from webchat.tools import add_tools, make_tools

_LEAST_COMPRESSED = 500
"""Bytes: what is smaller is sent as it is."""
_EVENTS_A_QUESTION = 10
"""What a page asks of Gradio's events for one question of its user, at most."""
_MOST_SESSIONS = 1
"""Of which Gradio keeps the values of all components, 100 KB and more each. Nothing of them is needed, and none is too few for it."""
_STATUS = {BadInput: 400, TooOften: 429, FeedbackUnkept: 507, UserError: 503}


def make_app(engine: Engine, settings: Settings) -> ASGIApp:
    desk = Desk(engine)
    metrics = Metrics(desk)
    access, root = settings.access, settings.root_path
    rates = [Rate(access.a_minute) for _ in range(2)]
    asked = Door(desk, metrics, settings.feedback_file, settings.noted, *rates)
    overview = Overview(desk, settings.site.examples)
    tools = make_tools(asked) if settings.mcp else None
    app = FastAPI(
        title=settings.site.title, summary="Ask articles a question; get quotes.", docs_url=None, redoc_url=None,
        servers=[{"url": root or "/"}], responses={"4XX": REFUSED}, lifespan=tools.router.lifespan_context if tools else None,
    )  # fmt: skip
    _tell_errors_alike(app)
    app.include_router(make_router(asked, overview))
    app.include_router(make_health_router(desk, metrics))
    add_pages(app, settings.site, access)
    if tools:
        add_tools(app, tools)
    app.add_middleware(NoncedPages)
    app.add_middleware(GZipMiddleware, minimum_size=_LEAST_COMPRESSED)
    app.add_middleware(
        CORSMiddleware, allow_origins=list(access.origins), allow_methods=["GET", "POST"], allow_headers=["content-type"]
    )
    _mount_chat(app, asked, overview, settings)
    guard = Guard(app, access, root, metrics.refuse, mcp=settings.mcp)
    return Proxied(guard, access)


def _mount_chat(app: FastAPI, asked: Door, overview: Overview, settings: Settings) -> None:
    """Gradio last, for it takes every route that is left. All that it offers beside the chat is shut: here, and by the
    guard's list of routes. What stands in its environment it reads when it is loaded."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # or it looks other hosts up
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)  # or it sums up, after each event, the last 10,000
    import gradio as gr

    from webchat.chat import make_chat, make_theme
    from webchat.events import Events

    chat = make_chat(asked, overview, settings.site)
    chat.state_session_capacity = _MOST_SESSIONS
    events = Events(chat, asked, Rate(_EVENTS_A_QUESTION * settings.access.a_minute))
    app.include_router(events.router)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "SSR mode", UserWarning)  # it says so of two pages even where the mode is off
        gr.mount_gradio_app(
            app, chat, path="/", root_path=settings.root_path or None,
            theme=make_theme(settings.site), footer_links=[], run_history=False, show_error=False,
            max_file_size="1kb", enable_monitoring=False, pwa=False, mcp_server=False, ssr_mode=False,
        )  # fmt: skip
    gradio = app.routes[-1].app  # type: ignore[attr-defined]
    _tell_errors_alike(gradio)
    events.gradio = gradio


def _tell_errors_alike(app: FastAPI) -> None:
    """Whatever is refused, and wherever, is told in `error`."""

    async def unusable(_: Request, error: Exception) -> JSONResponse:
        status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
        return JSONResponse({"error": str(error)}, status, headers=RETRY_AFTER if status == 429 else None)

    for kind in _STATUS:
        app.add_exception_handler(kind, unusable)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": error.detail}, error.status_code)

    @app.exception_handler(RequestValidationError)
    async def wrong(_: Request, error: RequestValidationError) -> JSONResponse:
        told = "; ".join(f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors())
        return JSONResponse({"error": f"{told[:500]}."}, 400)
