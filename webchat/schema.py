"""The shapes of requests and answers, for the description of the API at /docs; tests hold real answers against them.

An answer's shape is made from the types of answering/answer.py, so that it is stated once; docs/answer-format.md says what the
fields mean. Requests are read by retriever.request, which tells all mistakes at once.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from answering.answer import Answer, Claim, Disagreement, Quote, RestsOn, Side, Support
from corpus.article import Article
from webchat.markdown import Segment

_STRICT = ConfigDict(extra="forbid")


def _shape(kind: type, without: tuple[str, ...] = (), /, **more: Any) -> Any:
    """A dataclass as its JSON has it: some fields left out, others added or of another type."""
    hints = get_type_hints(kind)
    kept = {f.name: hints[f.name] for f in fields(kind) if f.name not in without}
    typed: dict[str, Any] = {name: (hint, ...) for name, hint in (kept | more).items()}
    return create_model(f"{kind.__name__}Shape", __config__=_STRICT, **typed)


def _list_of(shape: Any) -> Any:
    return list.__class_getitem__(shape)


ArticleShape = _shape(Article, ("text", "upstreams", "machine", "furniture"), sha256=str, machine_written=bool)
_Quote = _shape(Quote, ("span",), text=str, start=int, end=int, article=ArticleShape)
_Side = _shape(Side, in_words=str)
_answer_lists = {
    "claims": _list_of(_shape(Claim, in_words=str)),
    "disagreements": _list_of(_shape(Disagreement, sides=_list_of(_Side))),
    "updates": _list_of(_Side),
    "answers": _list_of(_Side),
    "quotes": _list_of(_Quote),
    "nearest": _list_of(_Quote),
    "upstreams": _list_of(_shape(RestsOn, in_words=str)),
}
AnswerShape = _shape(Answer, support=Support | None, **_answer_lists)
WholeArticleShape = _shape(
    Article,
    ("upstreams", "machine"),
    sha256=str,
    machine_written=bool,
    furniture=list[tuple[int, int]],
    segments=list[Segment],
)


class QuestionShape(BaseModel):
    """What may be sent; only `question` must."""

    model_config = _STRICT

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


class OutletShape(BaseModel):
    name: str
    articles: int


class CorpusShape(BaseModel):
    index: dict[str, str | int | None]
    undated: int
    outlets: list[OutletShape]


class ErrorShape(BaseModel):
    error: str


def body_of(shape: type[BaseModel]) -> dict[str, Any]:
    """A request's body, for a route that reads it by itself; of a shape without others in it."""
    content = {"application/json": {"schema": shape.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}
