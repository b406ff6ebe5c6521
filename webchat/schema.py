"""The shapes of requests and answers, for the description of the API at /docs; tests hold real answers against them.

docs/answer-format.md says what the fields mean. Requests are read by retriever.request, which tells all mistakes at once.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from answering.answer import Disagreement, Origin, Side, Status, Support, Writing
from webchat.segments import Segment


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class QuestionShape(_Shape):
    """What may be sent; only `question` must."""

    question: str = Field(max_length=2000, examples=["How much computing capacity did Meta secure from AMD?"])
    date: str | None = Field(
        None, description="the day that words such as 'this week' are read against", examples=["2026-11-21"]
    )
    history: list[str | dict[str, str | None]] | None = Field(
        None, description="earlier questions of the conversation, or objects with `question` and `answer`"
    )
    exclude: list[str] | None = Field(None, description="ids of articles that may not be used")
    only: list[str] | None = Field(None, description="ids of the only articles that may be used")
    outlets: list[str] | None = Field(None, description="outlets whose articles may be used, as GET /api/corpus names them")
    since: str | None = Field(None, description="first day of publication")
    until: str | None = Field(None, description="last day of publication")


class ArticleShape(_Shape):
    id: str
    title: str
    publisher: str | None
    author: str | None
    published: str | None
    url: str | None
    sha256: str
    machine_written: bool


class QuoteShape(_Shape):
    number: int
    text: str
    start: int
    end: int
    article: ArticleShape
    origin: Origin


class ClaimShape(_Shape):
    text: str
    citations: list[int]
    support: Support
    origins: int
    in_words: str


class UpstreamShape(_Shape):
    name: str
    articles: list[str]
    in_corpus: bool
    in_words: str


class IndexShape(_Shape):
    generation: str
    articles: int
    passages: int
    oldest: str | None
    newest: str | None


class ModelsShape(_Shape):
    embedder: str
    reranker: str | None
    reader: str
    writer: str | None


class TimingsShape(_Shape):
    search: float
    read: float
    write: float
    total: float


class AnswerShape(_Shape):
    question: str
    status: Status
    text: str
    answer_span: str | None
    support: Support | None
    claims: list[ClaimShape]
    disagreements: list[Disagreement]
    updates: list[Side]
    quotes: list[QuoteShape]
    nearest: list[QuoteShape]
    upstreams: list[UpstreamShape]
    kind: str
    understood: str | None
    answers: list[Side]
    index: IndexShape
    models: ModelsShape
    timings_ms: TimingsShape
    writing: Writing | None


class WholeArticleShape(ArticleShape):
    text: str
    furniture: list[tuple[int, int]]
    segments: list[Segment]


class OutletShape(_Shape):
    name: str
    articles: int


class CorpusShape(_Shape):
    index: IndexShape
    undated: int
    outlets: list[OutletShape]


class ErrorShape(_Shape):
    error: str


def body_of(shape: type[BaseModel]) -> dict[str, Any]:
    """A request's body, for a route that reads it by itself; of a shape without others in it."""
    content = {"application/json": {"schema": shape.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}
