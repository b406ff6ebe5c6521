"""For those who watch: the process lives, the index answers, what was counted."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from answering.answer import index_as_json
from corpus.errors import UserError
from webchat.desk import Desk
from webchat.metrics import CONTENT_TYPE, Metrics


def make_health_router(desk: Desk, metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="The process lives")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="The index answers; 503 where it does not")
    async def readyz() -> JSONResponse:
        try:
            manifest = desk.engine.live.now().manifest
        except UserError as error:
            return JSONResponse({"status": "not ready", "error": str(error)}, 503)
        return JSONResponse({"status": "ready", "index": index_as_json(manifest)})

    @router.get("/metrics", summary="Counts for Prometheus, without any question or name")
    async def counted() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return router
