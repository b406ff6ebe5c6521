"""The last types of the flow: Quote, Claim, Answer; and their JSON, which is the contract.

docs/answer-format.md describes every field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from corpus.article import Article, Span
from index.generations import Manifest

Status = Literal["answered", "declined"]
Support = Literal["single_source", "shared_origin", "corroborated", "unknown"]


@dataclass(frozen=True)
class Origin:
    """Articles that do not speak independently of each other, with the reasons in readable sentences."""

    id: str
    articles: tuple[str, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quote:
    """A span of an article under its number in the answer; the text is cut from the article, never written."""

    number: int
    article: Article
    span: Span
    origin: Origin

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)


@dataclass(frozen=True)
class Claim:
    """One statement of the answer, the quotes that carry it, and how many origins those have."""

    text: str
    citations: tuple[int, ...]
    support: Support
    origins: int


@dataclass(frozen=True)
class Side:
    """What some articles answer where others answer differently."""

    answer: str
    citations: tuple[int, ...]


@dataclass(frozen=True)
class Disagreement:
    """Different answers to the same question; no verdict."""

    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Answer:
    """What is told to the one who asked. `nearest` holds quotes only when declined."""

    question: str
    status: Status
    text: str
    answer_span: str | None = None
    claims: tuple[Claim, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    quotes: tuple[Quote, ...] = ()
    nearest: tuple[Quote, ...] = ()
    index: Mapping[str, Any] = field(default_factory=dict)
    models: Mapping[str, str | None] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def support(self) -> Support | None:
        """That of the first claim, which carries the answer span."""
        return self.claims[0].support if self.claims else None


def as_json(answer: Answer) -> dict[str, Any]:
    """The Answer as the contract has it."""
    return {
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "answer_span": answer.answer_span,
        "support": answer.support,
        "claims": [
            {"text": c.text, "citations": list(c.citations), "support": c.support, "origins": c.origins}
            for c in answer.claims
        ],
        "disagreements": [
            {"sides": [{"answer": s.answer, "citations": list(s.citations)} for s in d.sides]} for d in answer.disagreements
        ],
        "quotes": quotes_as_json(answer.quotes),
        "nearest": quotes_as_json(answer.nearest),
        "index": dict(answer.index),
        "models": dict(answer.models),
        "timings_ms": dict(answer.timings_ms),
    }


def quotes_as_json(quotes: Sequence[Quote]) -> list[dict[str, Any]]:
    return [
        {
            "number": q.number,
            "text": q.text,
            "start": q.span.start,
            "end": q.span.end,
            "article": article_as_json(q.article),
            "origin": {"id": q.origin.id, "articles": list(q.origin.articles), "reasons": list(q.origin.reasons)},
        }
        for q in quotes
    ]


def article_as_json(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "author": article.author,
        "published": article.published,
        "url": article.url,
        "sha256": article.sha256,
        "machine_written": article.machine is not None,
    }


def index_as_json(manifest: Manifest) -> dict[str, Any]:
    return {
        "generation": manifest.generation,
        "articles": manifest.articles,
        "passages": manifest.passages,
        "oldest": manifest.oldest,
        "newest": manifest.newest,
    }
