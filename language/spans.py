"""A place in a text, in Unicode code points."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


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


def overlaps_any(span: Span, others: Sequence[Span]) -> bool:
    """Of others that are sorted and disjoint."""
    at = bisect_right(others, span.start, key=lambda other: other.end)
    return at < len(others) and span.overlaps(others[at])


def without(text: str, spans: Iterable[Span]) -> str:
    """The text with a space in the place of each of the spans."""
    for span in sorted(spans, key=lambda s: -s.start):
        text = f"{text[: span.start]} {text[span.end :]}"
    return text
