"""The shapes of requests and answers, for the description of the API at /docs; tests hold real answers against them.

docs/answer-format.md says what the fields mean. Requests are read by retriever.request, which tells all mistakes at once.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SupportName = Literal["single_source", "shared_origin", "corroborated", "unknown"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnShape(_Shape):
    question: str
    answer: str | None = None


class QuestionShape(_Shape):
    """What may be sent; only `question` must."""

    question: str = Field(max_length=2000, examples=["How much computing capacity did Meta secure from AMD?"])
    date: str | None = Field(
        None, description="the day that words such as 'this week' are read against", examples=["2026-11-21"]
    )
    history: list[str | TurnShape] | None = Field(None, description="earlier questions of the conversation")
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


class OriginShape(_Shape):
    id: str
    articles: list[str]
    reasons: list[str]


class QuoteShape(_Shape):
    number: int
    text: str
    start: int
    end: int
    article: ArticleShape
    origin: OriginShape


class ClaimShape(_Shape):
    text: str
    citations: list[int]
    support: SupportName
    origins: int
    in_words: str


class SideShape(_Shape):
    answer: str
    citations: list[int]


class DisagreementShape(_Shape):
    sides: list[SideShape]


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


class WritingShape(_Shape):
    kept: int
    dropped: int
    notice: str | None


class AnswerShape(_Shape):
    question: str
    status: Literal["answered", "declined"]
    text: str
    answer_span: str | None
    support: SupportName | None
    claims: list[ClaimShape]
    disagreements: list[DisagreementShape]
    updates: list[SideShape]
    quotes: list[QuoteShape]
    nearest: list[QuoteShape]
    upstreams: list[UpstreamShape]
    kind: str
    understood: str | None
    answers: list[SideShape]
    index: IndexShape
    models: ModelsShape
    timings_ms: TimingsShape
    writing: WritingShape | None


class SegmentShape(_Shape):
    text: str
    furniture: bool
    quote: bool


class WholeArticleShape(ArticleShape):
    text: str
    furniture: list[tuple[int, int]]
    segments: list[SegmentShape]


class OutletShape(_Shape):
    name: str
    articles: int


class CorpusShape(_Shape):
    index: IndexShape
    undated: int
    outlets: list[OutletShape]


class PlaceShape(_Shape):
    id: str
    start: int
    end: int


class OpinionShape(_Shape):
    verdict: Literal["up", "down"]
    question: str
    answer: str
    reason: str | None = None
    remark: str | None = None
    support: str | None = None
    generation: str | None = None
    quotes: list[PlaceShape] = []


class ErrorShape(_Shape):
    error: str


def body_of(shape: type[BaseModel]) -> dict[str, Any]:
    """A request's body, for a route that reads it by itself."""
    schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.pop("$defs", {})
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _inlined(schema, definitions)}}}}


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    """Shapes within shapes written out, since only those of responses are listed by FastAPI."""
    if isinstance(part, dict):
        if "$ref" in part:
            return _inlined(definitions[part["$ref"].rsplit("/", 1)[1]], definitions)
        return {key: _inlined(value, definitions) for key, value in part.items()}
    return [_inlined(item, definitions) for item in part] if isinstance(part, list) else part
