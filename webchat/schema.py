"""The shapes of requests and of what is no answer, for the description of the API at /docs.

An answer is described by its own types (answering/answer.py). Requests are read by retriever.request, which tells all
mistakes at once.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.dataclasses import dataclass

from answering.answer import AboutArticle
from webchat.markdown import Segment

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class WholeArticle(AboutArticle):
    """An article with its text, its furniture as [start, end] in code points, and the text in pieces."""

    text: str
    furniture: tuple[tuple[int, int], ...]
    segments: tuple[Segment, ...]


class QuestionShape(BaseModel):
    """What may be sent; only `question` must."""

    model_config = _STRICT

    question: str = Field(min_length=1, max_length=2000, examples=["How much computing capacity did Meta secure from AMD?"])
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


REFUSED: dict[str, Any] = {"model": ErrorShape, "description": "What is refused, and why"}
"""Of every route: bad fields, no such article, too long, too often, a host or an origin that is not served."""


def body_of(shape: type[BaseModel]) -> dict[str, Any]:
    """A request's body, for a route that reads it by itself; of a shape without others in it."""
    content = {"application/json": {"schema": shape.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}
