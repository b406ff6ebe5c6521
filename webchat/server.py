"""Puts the web together: API, pages and widget in one application behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import anyio
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from answering.engine import Engine
from corpus.errors import UserError
from webchat.api import make_router
from webchat.asked import Asked
from webchat.desk import Desk
from webchat.guard import Guard, Proxied
from webchat.health import make_health_router
from webchat.metrics import Metrics
from webchat.overview import Overview
from webchat.pages import add_pages
from webchat.settings import Settings
from webchat.tools import add_tools

_LEAST_COMPRESSED = 500
"""Bytes: what is smaller is sent as it is."""


def make_app(engine: Engine, settings: Settings) -> ASGIApp:
    desk = Desk(engine)
    metrics = Metrics(desk)
    asked = Asked(desk, metrics, settings.feedback_file, settings.noted)
    overview = Overview(desk, settings.site.examples)
    access, root = settings.access, settings.root_path
    running: list[AbstractAsyncContextManager[None]] = []
    app = FastAPI(
        title=settings.site.title, summary="Ask articles a question; get quotes.", docs_url=None, redoc_url=None,
        servers=[{"url": root or "/"}], lifespan=_lifespan(overview, running),
    )  # fmt: skip
    _tell_errors_alike(app)
    app.include_router(make_router(asked, overview))
    app.include_router(make_health_router(desk, metrics))
    add_pages(app, desk, settings.site, access)
    if settings.mcp:
        running.append(add_tools(app, asked))
    app.add_middleware(GZipMiddleware, minimum_size=_LEAST_COMPRESSED)
    app.add_middleware(
        CORSMiddleware, allow_origins=list(access.origins), allow_methods=["GET", "POST"], allow_headers=["content-type"]
    )
    guard = Guard(app, access, root, lambda why: metrics.refused.labels(why).inc(), mcp=settings.mcp)
    return Proxied(guard, access)


def _tell_errors_alike(app: FastAPI) -> None:
    """Whatever is refused, and wherever, is told in `error`."""

    @app.exception_handler(UserError)
    async def unusable(_: Request, error: UserError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 503)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": error.detail}, error.status_code)

    @app.exception_handler(RequestValidationError)
    async def wrong(_: Request, error: RequestValidationError) -> JSONResponse:
        told = "; ".join(f"{e['loc'][-1]}: {e['msg']}" for e in error.errors())
        return JSONResponse({"error": f"{told[:500]}."}, 400)


def _lifespan(
    overview: Overview, running: Sequence[AbstractAsyncContextManager[None]]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Makes the first page's questions while the first visitor is still on the way; keeps running what must."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in running:
                await stack.enter_async_context(part)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(overview.prepare)
                yield
                tasks.cancel_scope.cancel()

    return lifespan
