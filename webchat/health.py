"""For those who watch: the process lives, the index answers, what was counted. No question and no name is ever part of it."""

from __future__ import annotations

from contextlib import suppress

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from answering.answer import Answer, index_as_json
from corpus.errors import UserError
from webchat.desk import Desk
from webchat.schema import ErrorShape

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60)


class Metrics:
    """One registry for each application, so that two in one process do not share counts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        registry = self._registry = CollectorRegistry()
        self.questions = Counter("secondsource_questions", "Questions by what became of them", ["status"], registry=registry)
        self.supports = Counter(
            "secondsource_support", "Answers by support of the first claim", ["support"], registry=registry
        )
        self.refused = Counter("secondsource_refused", "Requests that were refused", ["why"], registry=registry)
        self.opinions = Counter("secondsource_feedback", "Thumbs by verdict", ["verdict"], registry=registry)
        self._seconds = Histogram(
            "secondsource_step_seconds", "Seconds of each step of an answer", ["step"], buckets=_SECONDS, registry=registry
        )
        waiting = Gauge("secondsource_in_line", "Questions waiting or being answered", registry=registry)
        waiting.set_function(lambda: len(desk.line))
        self._articles = Gauge("secondsource_articles", "Articles of the index in use", registry=registry)
        self._passages = Gauge("secondsource_passages", "Passages of the index in use", registry=registry)

    def answered(self, answer: Answer) -> None:
        self.questions.labels(answer.status).inc()
        if answer.support:
            self.supports.labels(answer.support).inc()
        for step, milliseconds in answer.timings_ms.items():
            self._seconds.labels(step).observe(milliseconds / 1000)

    def refuse(self, why: str) -> None:
        self.refused.labels(why).inc()

    def text(self) -> bytes:
        with suppress(UserError):  # an index that cannot be used is told by /readyz; the counts go on
            manifest = self._desk.engine.live.now().manifest
            self._articles.set(manifest.articles)
            self._passages.set(manifest.passages)
        return generate_latest(self._registry)


def make_health_router(desk: Desk, metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="The process lives")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get(
        "/readyz",
        summary="The index answers, else 503; `problem` says why it is an older one",
        responses={503: {"model": ErrorShape}},
    )
    async def readyz() -> JSONResponse:
        try:
            index = await to_thread.run_sync(desk.engine.live.now)
            await to_thread.run_sync(index.finder.counts)  # Milvus may be away
        except UserError as error:
            return JSONResponse({"status": "not ready", "error": str(error)}, 503)
        trouble = desk.engine.live.trouble
        told = {"status": "ready", "index": index_as_json(index.manifest)}
        return JSONResponse({**told, "problem": trouble} if trouble else told)

    @router.get("/metrics", summary="Counts for Prometheus, without any question or name", response_class=PlainTextResponse)
    def counted() -> PlainTextResponse:
        return PlainTextResponse(metrics.text(), media_type=CONTENT_TYPE)

    return router
