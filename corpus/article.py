"""The first two types of the flow: Article and Passage, and the spans they are made of.

Offsets are Unicode code points of `Article.text`; cleaning only marks spans. That is the text as it was decoded, except where
reading it needs other signs (corpus/folding.py): then `original` is the text as it was decoded, and places are told in it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from language.spans import Span as Span
from language.spans import overlaps_any as overlaps_any


@dataclass(frozen=True, slots=True)
class Upstream:
    """An outlet that the article says it got its account from, and where it says so."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of an article that has an author or a day of its own: a quoted mail, an entry of a live blog. `dated`: YYYY-MM-DD"""

    span: Span
    said_by: str | None = None
    dated: str | None = None


NO_ENTRY = Entry(Span(0, 0))


@dataclass(frozen=True)
class Article:
    """One article. `None` means that the text does not say; nothing is guessed.

    id         the path relative to the indexed folder, the record's own id, or its URL
    published  YYYY-MM-DD
    machine    where the page says that its author is a machine
    furniture  sorted, disjoint spans that are never indexed, quoted or answered from
    original   the text as it was decoded, where it is read otherwise; "" where it is not
    pages      where each page, or slide, begins in the text; () where there are none
    entries    sorted, disjoint: those with an author or a day of their own
    pieces     (at, original) in order: from `at` on the text runs along with the original from `original` on
    """

    id: str
    text: str
    title: str
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    upstreams: tuple[Upstream, ...] = ()
    machine: Span | None = None
    furniture: tuple[Span, ...] = ()
    original: str = ""
    pieces: tuple[tuple[int, int], ...] = ((0, 0),)
    pages: tuple[int, ...] = ()
    entries: tuple[Entry, ...] = ()

    def entry_at(self, at: int) -> Entry:
        """In which a place of the text stands; NO_ENTRY where that is the article itself."""
        return next((entry for entry in self.entries if entry.span.start <= at < entry.span.end), NO_ENTRY)

    def day_at(self, at: int) -> date | None:
        """Of which day a place of the text is."""
        day = self.entry_at(at).dated or self.published
        return date.fromisoformat(day) if day else None

    def page_of(self, at: int) -> int | None:
        """The number, from 1, of the page or slide on which a place of the text stands."""
        return bisect_right(self.pages, at) or None

    @cached_property
    def sha256(self) -> str:
        """Digest of the text as it was decoded, in UTF-8: of an UTF-8 text file, the digest of the file."""
        return hashlib.sha256(self.as_it_is.encode("utf-8")).hexdigest()

    @property
    def as_it_is(self) -> str:
        """The text as it was decoded, from which quotes are cut."""
        return self.original or self.text

    def to_original(self, span: Span) -> Span:
        """Where a span of the text stands in the text as it is; marks at its edges stay out."""
        start = self._original_place(span.start)
        return Span(start, self._original_place(span.end - 1) + 1 if span.start < span.end else start)

    def from_original(self, span: Span) -> Span:
        """The other way: from the first sign that stands there or later."""
        start, end = (bisect_left(range(len(self.text)), at, key=self._original_place) for at in (span.start, span.end))
        return Span(start, max(start, end))

    def _original_place(self, at: int) -> int:
        return place_in_original(self.pieces, at)


def place_in_original(pieces: Sequence[tuple[int, int]], at: int) -> int:
    """Where a sign of a text as it is read stands in the text as it is; the pieces tell the way back."""
    begin, original = pieces[bisect_right(pieces, at, key=lambda piece: piece[0]) - 1]
    return original + at - begin


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one article, short enough for the encoder; `article.text[start:end] == text`."""

    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)
