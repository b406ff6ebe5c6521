"""The HTTP API.

POST /api/ask             a question -> the Answer as JSON; with Accept: text/event-stream, phases and then the Answer
GET  /api/corpus          what there is: articles, days, outlets
GET  /api/articles/{id}   an article's text with its furniture marked, and, for ?start=&end=, one quote in it; or ?id=
POST /api/feedback        a thumb up or down, with a reason
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from answering.answer import AboutArticle, Answer, as_json, known_of
from answering.from_passages import Phase
from corpus.article import Article, Span
from corpus.errors import BadInput, UserError
from retriever.request import make_request
from webchat.desk import Waiting, answer_of
from webchat.door import Door, asker_of
from webchat.feedback import Opinion
from webchat.markdown import segments
from webchat.overview import Overview
from webchat.schema import CorpusShape, ErrorShape, QuestionShape, WholeArticle, body_of

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
_NO_STORE = {"Cache-Control": "no-store"}
_GONE = 499
"""Nobody reads it: the one who asked has left."""
_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorShape, "description": "What is wrong with the question"},
    429: {"model": ErrorShape, "description": "Too many questions in a minute"},
    503: {"model": ErrorShape, "description": "The index cannot be used, or too many are waiting"},
}
_ARTICLE: dict[int | str, dict[str, Any]] = {200: {"model": WholeArticle}, 404: {"model": ErrorShape}}
_EVENTS = (
    "With `Accept: text/event-stream`: `phase` events (`phase`, `text`, `ahead`, the `quotes` found and the sentences `written` "
    "so far), then one `answer` event with the same object, or one `error` event."
)


def make_router(asked: Door, overview: Overview) -> APIRouter:
    router = APIRouter()

    @router.post("/api/ask", openapi_extra=body_of(QuestionShape), responses={200: {"model": Answer}, **_ERRORS},
                 summary="Answer a question with quotes", description=_EVENTS)  # fmt: skip
    async def ask(request: Request) -> Response:
        question, asker = make_request(_object(await request.body())), asker_of(request.scope)
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_events(asked.steps(question, asker)), media_type="text/event-stream")
        answer = await _while_waited_for(request, answer_of(asked.steps(question, asker)))
        return JSONResponse(as_json(answer), headers=_NO_STORE) if answer else Response(status_code=_GONE)

    @router.get("/api/corpus", responses={200: {"model": CorpusShape}}, summary="What there is to ask about")
    async def corpus(request: Request) -> Response:
        return JSONResponse(await overview.corpus(asker_of(request.scope).groups), headers=_NO_STORE)

    @router.get("/api/articles/{id_:path}", responses=_ARTICLE, summary="An article, with one quote marked in it")
    def article(request: Request, id_: str, start: int = 0, end: int = 0) -> Response:
        return _article(asked.article(id_, asker_of(request.scope)), id_, Span(start, end))

    @router.get("/api/articles", responses=_ARTICLE, summary="The same by ?id=, since proxies change some ids in a path")
    def article_by_parameter(
        request: Request, id_: Annotated[str, Query(alias="id")], start: int = 0, end: int = 0
    ) -> Response:
        return _article(asked.article(id_, asker_of(request.scope)), id_, Span(start, end))

    @router.post("/api/feedback", status_code=204, summary="Say what you think of an answer")
    async def feedback(opinion: Opinion, request: Request) -> Response:
        await asked.keep_opinion(opinion, asker_of(request.scope))
        return Response(status_code=204)

    return router


def _article(found: Article | None, id_: str, quote: Span) -> Response:
    if found is None:
        return JSONResponse({"error": f"There is no article {id_!a} in the index."}, 404)
    return JSONResponse(_whole(found, quote), headers=_NO_STORE)


def _object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The body is not JSON ({error}); expected an object with a question.") from error
    if not isinstance(fields, dict):
        raise BadInput(f"The body holds {type(fields).__name__}; expected an object with a question.")
    return fields


async def _while_waited_for(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """What the work gives; None where the one who asked leaves before, which ends the work."""

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    tasks = working, _ = asyncio.create_task(work), asyncio.create_task(left())
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _events(begun: AsyncGenerator[Waiting | Phase | Answer, None]) -> AsyncIterator[str]:
    """`phase` events, then one `answer` event with the whole Answer; an `error` event instead where it fails."""
    try:
        async with aclosing(begun) as steps:
            async for step in steps:
                yield _event("answer", as_json(step)) if isinstance(step, Answer) else _event("phase", _phase_as_json(step))
    except UserError as error:
        yield _event("error", {"error": str(error)})
    except Exception:
        _LOG.exception("a question failed")
        yield _event("error", {"error": "This question could not be answered: an error, now in the log."})


def _phase_as_json(step: Phase | Waiting) -> dict[str, Any]:
    if isinstance(step, Waiting):
        return {"phase": "wait", "text": step.text, "ahead": step.ahead, "quotes": [], "written": []}
    quotes = [{"text": r.text, "article": as_json(AboutArticle.of(r.hit.article))} for r in step.readings]
    return {"phase": step.name, "text": step.text, "ahead": 0, "quotes": quotes, "written": list(step.written)}


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _whole(article: Article, quote: Span) -> Any:
    """Text and spans in code points; and the text in pieces, since a browser counts otherwise."""
    spans = [article.to_original(s) for s in article.furniture]
    pieces = tuple(segments(article.as_it_is, spans, quote))
    furniture = tuple((s.start, s.end) for s in spans)
    return as_json(WholeArticle(**known_of(article), text=article.as_it_is, furniture=furniture, segments=pieces))
