"""The last types of the flow: Quote, Claim, Answer; and their JSON, which is the contract.

docs/answer-format.md describes every field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from answering.wording_of_support import support_in_words, upstream_in_words
from corpus.article import Article, Span
from index.generations import Manifest

Status = Literal["answered", "declined"]
MOST_CLAIMS = 4
"""Of an answer."""
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
    """One of several answers, who gives it, and how many origins those have: in a disagreement, a list, a comparison."""

    answer: str
    citations: tuple[int, ...]
    support: Support
    origins: int


@dataclass(frozen=True)
class Disagreement:
    """Different answers to the same question; no verdict."""

    sides: tuple[Side, ...]


@dataclass(frozen=True)
class RestsOn:
    """An outlet and the ids of the articles that credit it; whether the corpus holds any article of its own."""

    name: str
    articles: tuple[str, ...]
    in_corpus: bool


@dataclass(frozen=True)
class Writing:
    """What became of a writer's sentences at the gate; `notice` says why its text is not what is shown."""

    kept: int
    dropped: int
    notice: str | None = None


@dataclass(frozen=True)
class Answer:
    """What is told to the one who asked. `nearest` holds quotes only when declined.

    kind        that of the question (answering/expected.py)
    understood  the question as completed from the conversation, where it was not answered as asked
    answers     of a list each one, of a comparison its two sides
    otherwise   the articles deny, or only expect, what the question takes for granted; the first claim says so
    updates     two accounts of one thing that are dated apart and give other answers, the older in front
    upstreams   outlets that the quoted articles credit for what they say
    """

    question: str
    status: Status
    text: str
    answer_span: str | None = None
    claims: tuple[Claim, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    quotes: tuple[Quote, ...] = ()
    nearest: tuple[Quote, ...] = ()
    otherwise: bool = False
    updates: tuple[Side, ...] = ()
    upstreams: tuple[RestsOn, ...] = ()
    kind: str = "other"
    understood: str | None = None
    answers: tuple[Side, ...] = ()
    index: Mapping[str, Any] = field(default_factory=dict)
    models: Mapping[str, str | None] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    writing: Writing | None = None

    @property
    def support(self) -> Support | None:
        """That of the first claim, which carries the answer span; of a list that of its weakest claim."""
        if not self.claims:
            return None
        told = self.claims if self.kind == "list" and self.answers else self.claims[:1]
        return weakest((c.support, c.origins) for c in told)[0]


_FROM_WEAKEST: tuple[Support, ...] = ("single_source", "shared_origin", "unknown", "corroborated")


def weakest(found: Iterable[tuple[Support, int]]) -> tuple[Support, int]:
    """The least support with its count of origins; of two alike the one with fewer."""
    return min(found, key=lambda one: (_FROM_WEAKEST.index(one[0]), one[1]))


OTHERWISE = "The articles say otherwise: "


def with_marks(
    claims: Sequence[Claim], disagreements: Sequence[Disagreement], updates: Sequence[Side] = (), *, otherwise: bool = False
) -> str:
    """The statements with their [n] marks; where the articles differ, tell it otherwise later, or deny what the question takes
    for granted, the first words say so."""
    said = " ".join(f"{c.text} {''.join(f'[{n}]' for n in c.citations)}" for c in claims)
    told = (
        "The articles differ. "
        if disagreements
        else "This changed over time. "
        if updates
        else OTHERWISE
        if otherwise
        else ""
    )
    return told + said


def as_json(answer: Answer) -> dict[str, Any]:
    """The Answer as the contract has it."""
    return {
        "question": answer.question,
        "status": answer.status,
        "text": answer.text,
        "answer_span": answer.answer_span,
        "support": answer.support,
        "claims": [
            {
                "text": c.text,
                "citations": list(c.citations),
                "support": c.support,
                "origins": c.origins,
                "in_words": support_in_words(c, _articles(answer, c)),
            }
            for c in answer.claims
        ],
        "disagreements": [{"sides": _sides_as_json(answer, d.sides)} for d in answer.disagreements],
        "updates": _sides_as_json(answer, answer.updates),
        "quotes": quotes_as_json(answer.quotes),
        "otherwise": answer.otherwise,
        "nearest": quotes_as_json(answer.nearest),
        "upstreams": upstreams_as_json(answer.upstreams),
        "kind": answer.kind,
        "understood": answer.understood,
        "answers": _sides_as_json(answer, answer.answers),
        "index": dict(answer.index),
        "models": dict(answer.models),
        "timings_ms": dict(answer.timings_ms),
        "writing": writing_as_json(answer.writing),
    }


def _articles(answer: Answer, told: Claim | Side) -> int:
    """How many are quoted for it."""
    return len({q.article.id for q in answer.quotes if q.number in told.citations})


def _sides_as_json(answer: Answer, sides: Sequence[Side]) -> list[dict[str, Any]]:
    return [
        {
            "answer": s.answer,
            "citations": list(s.citations),
            "support": s.support,
            "origins": s.origins,
            "in_words": support_in_words(s, _articles(answer, s)),
        }
        for s in sides
    ]


def writing_as_json(writing: Writing | None) -> dict[str, Any] | None:
    return {"kept": writing.kept, "dropped": writing.dropped, "notice": writing.notice} if writing else None


def quotes_as_json(quotes: Sequence[Quote]) -> list[dict[str, Any]]:
    """Each quote with its offsets, its article and its origin, in order."""
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


def upstreams_as_json(upstreams: Sequence[RestsOn]) -> list[dict[str, Any]]:
    return [
        {"name": u.name, "articles": list(u.articles), "in_corpus": u.in_corpus, "in_words": upstream_in_words(u)}
        for u in upstreams
    ]


def article_as_json(article: Article) -> dict[str, Any]:
    """What is known of an article, without its text."""
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
