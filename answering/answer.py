"""The last types of the flow: Quote, Claim, Answer. They are the contract: their JSON and its description at /docs are
made of them, and docs/answer-format.md says what every field means.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, computed_field, field_serializer
from pydantic.dataclasses import dataclass

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
class AboutArticle:
    """What is known of an article, without its text."""

    id: str
    title: str
    publisher: str | None
    author: str | None
    published: str | None
    url: str | None
    sha256: str
    machine_written: bool

    @staticmethod
    def of(article: Article) -> AboutArticle:
        return AboutArticle(**known_of(article))


def known_of(article: Article) -> dict[str, Any]:
    """The fields of AboutArticle."""
    names = ("id", "title", "publisher", "author", "published", "url", "sha256")
    return {name: getattr(article, name) for name in names} | {"machine_written": article.machine is not None}


@dataclass(frozen=True)
class Quote:
    """A span of an article under its number in the answer; the text is cut from the article as it is, never written.

    start, end  count in the article's text as it was decoded
    shown       the same words as they are read, without the marks of a markup or a layout
    """

    number: int
    article: Article
    span: Annotated[Span, Field(exclude=True)]
    origin: Origin

    @computed_field
    @property
    def text(self) -> str:
        return self._place.of(self.article.as_it_is)

    @computed_field
    @property
    def start(self) -> int:
        return self._place.start

    @computed_field
    @property
    def end(self) -> int:
        return self._place.end

    @computed_field
    @property
    def page(self) -> int | None:
        """Of a document with pages, or slides: on which the quote begins."""
        return self.article.page_of(self.span.start)

    @computed_field
    @property
    def said_by(self) -> str | None:
        """Of a part of the article that has an author of its own, such as a quoted mail."""
        return self.article.entry_at(self.span.start).said_by

    @computed_field
    @property
    def dated(self) -> str | None:
        """Of a part of the article that has a day of its own, such as an entry of a live blog."""
        return self.article.entry_at(self.span.start).dated

    @property
    def shown(self) -> str:
        return self.span.of(self.article.text)

    @property
    def _place(self) -> Span:
        return self.article.to_original(self.span)

    @field_serializer("article")
    def _about(self, article: Article) -> AboutArticle:
        return AboutArticle.of(article)


@dataclass(frozen=True)
class Claim:
    """One statement of the answer, the quotes that carry it, and how many origins those have.

    articles  how many are quoted for it; 0: as many as there are citations
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    origins: int
    articles: Annotated[int, Field(exclude=True)] = 0

    @computed_field
    @property
    def in_words(self) -> str:
        return support_in_words(self.support, self.articles or len(self.citations), self.origins)


@dataclass(frozen=True)
class Side:
    """One of several answers, who gives it, and how many origins those have: in a disagreement, a list, a comparison."""

    answer: str
    citations: tuple[int, ...]
    support: Support
    origins: int

    @computed_field
    @property
    def in_words(self) -> str:
        return support_in_words(self.support, len(self.citations), self.origins)


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

    @computed_field
    @property
    def in_words(self) -> str:
        """ "3 quoted articles rest on TechCrunch, which is not in the corpus." """
        count = len(self.articles)
        where = "an article of which is in the corpus" if self.in_corpus else "which is not in the corpus"
        return f"{count} quoted article{' rests' if count == 1 else 's rest'} on {self.name}, {where}."


@dataclass(frozen=True)
class Writing:
    """What became of a writer's sentences at the gate; `notice` says why its text is not what is shown."""

    kept: int
    dropped: int
    notice: str | None = None


@dataclass(frozen=True)
class Answer:
    """What is told to the one who asked. `nearest` holds quotes only when declined.

    kind        that of the question (language/questions.py)
    understood  the question as completed from the conversation, where it was not answered as asked
    answers     of a list each one, of a comparison its two sides
    verdict     of a question of yes and no, where the quotes say so and none says the contrary
    otherwise   the articles deny what the question takes for granted; the first claim says so
    updates     two accounts of one thing that are dated apart and give other answers, the older in front
    upstreams   outlets that the quoted articles credit for what they say
    notices     what could not be done as it was asked for, in plain sentences
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
    notices: tuple[str, ...] = ()
    verdict: Literal["yes", "no"] | None = None

    @computed_field
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


def support_in_words(support: Support, articles: int, origins: int) -> str:
    """ "Single source", "3 articles, one origin", "2 independent sources" (an upper bound, as the page says)."""
    return {
        "single_source": "Single source",
        "shared_origin": f"{articles} articles, one origin",
        "corroborated": f"{origins} independent sources",
        "unknown": "Independence unknown",
    }[support]


def articles_in_words(count: int) -> str:
    """ "1 article", "8,110 articles"."""
    return f"{count:,} article{'' if count == 1 else 's'}"


OTHERWISE = "The articles say otherwise: "


def with_marks(
    claims: Sequence[Claim],
    disagreements: Sequence[Disagreement],
    updates: Sequence[Side] = (),
    *,
    otherwise: bool = False,
    verdict: str | None = None,
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
        else f"{verdict.capitalize()}: "
        if verdict
        else ""
    )
    return told + said


def as_json(told: Hashable) -> dict[str, Any]:
    """An Answer, or another type of the contract, as its JSON has it."""
    found: dict[str, Any] = _adapter(type(told)).dump_python(told, mode="json")
    return found


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def index_as_json(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in ("generation", "articles", "passages", "oldest", "newest")}
