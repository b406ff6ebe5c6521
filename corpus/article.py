"""The first two types of the flow: Article and Passage, and the spans they are made of.

Offsets are Unicode code points of `Article.text`, which is kept exactly as it was decoded; cleaning only marks spans.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open: `text[start:end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def shifted(self, by: int) -> Span:
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Upstream:
    """An outlet that the article says it got its account from, and where it says so."""

    name: str
    span: Span


@dataclass(frozen=True)
class Article:
    """One article. `None` means that the text does not say; nothing is guessed.

    id         the path relative to the indexed folder, the record's own id, or its URL
    published  YYYY-MM-DD
    machine    where the page says that its author is a machine
    furniture  sorted, disjoint spans that are never indexed, quoted or answered from
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

    @cached_property
    def sha256(self) -> str:
        """Digest of the text in UTF-8: of an UTF-8 text file, the digest of the file."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one article, short enough for the encoder; `article.text[start:end] == text`."""

    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)
