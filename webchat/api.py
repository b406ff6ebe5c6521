"""The HTTP API.

POST /api/ask             a question -> the Answer as JSON; with Accept: text/event-stream, phases and then the Answer
GET  /api/articles/{id}   an article's text with its furniture marked, and, for ?start=&end=, one quote in it
GET  /healthz, /readyz    the process lives; the index answers
"""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse

from answering.answer import Answer, article_as_json, as_json, index_as_json
from answering.engine import Engine, Phase
from corpus.article import Article, Span
from corpus.errors import BadInput, UserError
from retriever.request import Request as Question
from retriever.request import make_request

_LOG = logging.getLogger(__name__)
AT_ONCE = 2
"""Questions that are worked on at the same time; others wait their turn."""
_NO_STORE = {"Cache-Control": "no-store"}


class Desk:
    """The engine behind an async door: steps run in threads, a few questions at a time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._turns = CapacityLimiter(AT_ONCE)

    async def steps(self, question: Question) -> AsyncIterator[Phase | Answer]:
        """When the one who asks goes away, the generator is closed, which stops a writer, and no further step is begun."""
        steps = self.engine.answer_in_steps(question)
        last: Phase | Answer | None = None
        try:
            while (step := await to_thread.run_sync(next, steps, None, limiter=self._turns)) is not None:
                if step != last:  # a writer at work gives a sign of life with every piece
                    yield step
                last = step
        finally:
            with CancelScope(shield=True):  # a writer ends within a piece; others are not kept waiting meanwhile
                await to_thread.run_sync(steps.close)

    async def answer(self, question: Question) -> Answer:
        return await to_thread.run_sync(self.engine.answer, question, limiter=self._turns)


def make_router(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.post("/api/ask")
    async def ask(request: Request) -> Any:
        try:
            question = make_request(_object(await request.body()))
            if "text/event-stream" in request.headers.get("accept", ""):
                return StreamingResponse(_events(desk, question), media_type="text/event-stream")
            return JSONResponse(as_json(await desk.answer(question)), headers=_NO_STORE)
        except BadInput as error:
            return JSONResponse({"error": str(error)}, 400)
        except UserError as error:
            return JSONResponse({"error": str(error)}, 503)

    @router.get("/api/articles/{id_:path}")
    async def article(id_: str, start: int = 0, end: int = 0) -> JSONResponse:
        found = desk.engine.live.now().store.article_by_id(id_)
        if found is None:
            return JSONResponse({"error": f"There is no article {id_!r} in the index."}, 404)
        return JSONResponse(_article_with_segments(found, Span(start, end)), headers=_NO_STORE)

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            manifest = desk.engine.live.now().manifest
        except UserError as error:
            return JSONResponse({"status": "not ready", "error": str(error)}, 503)
        return JSONResponse({"status": "ready", "index": index_as_json(manifest)})

    return router


def _object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The body is not JSON ({error}); expected an object with a question.") from error
    if not isinstance(fields, dict):
        raise BadInput(f"The body holds {type(fields).__name__}; expected an object with a question.")
    return fields


async def _events(desk: Desk, question: Question) -> AsyncIterator[str]:
    """`phase` events, then one `answer` event with the whole Answer; an `error` event instead where it fails."""
    try:
        async for step in desk.steps(question):
            if isinstance(step, Phase):
                yield _event("phase", {"phase": step.name, "text": step.text, "written": list(step.written)})
            else:
                yield _event("answer", as_json(step))
    except UserError as error:
        yield _event("error", {"error": str(error)})
    except Exception:
        _LOG.exception("a question failed")
        yield _event("error", {"error": "This question could not be answered: an error, now in the log."})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _article_with_segments(article: Article, quote: Span) -> dict[str, Any]:
    """Text and spans in code points; and the text in pieces, since a browser counts otherwise."""
    return {
        **article_as_json(article),
        "text": article.text,
        "furniture": [[s.start, s.end] for s in article.furniture],
        "segments": segments(article, quote),
    }


def segments(article: Article, quote: Span) -> list[dict[str, Any]]:
    """The text cut at every border of furniture and of the quote; joined again they are the text."""
    cuts = {0, len(article.text)}
    for span in (*article.furniture, quote):
        cuts |= {min(max(at, 0), len(article.text)) for at in (span.start, span.end)}
    borders = sorted(cuts)
    return [
        {
            "text": article.text[a:b],
            "furniture": any(s.start <= a and b <= s.end for s in article.furniture),
            "quote": quote.start <= a and b <= quote.end,
        }
        for a, b in itertools.pairwise(borders)
    ]
