"""An article's text in pieces, for those who show it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.article import Article, Span


@dataclass(frozen=True)
class Segment:
    """`quote`: within the quote; `furniture`: within page furniture."""

    text: str
    furniture: bool
    quote: bool


def segments(article: Article, quote: Span) -> Iterator[Segment]:
    """The text cut at every border of furniture and of the quote; joined again they are the text."""
    cuts = {0, len(article.text)}
    for span in (*article.furniture, quote):
        cuts |= {min(max(at, 0), len(article.text)) for at in (span.start, span.end)}
    for a, b in itertools.pairwise(sorted(cuts)):
        furniture = any(s.start <= a and b <= s.end for s in article.furniture)
        yield Segment(article.text[a:b], furniture, quote.start <= a and b <= quote.end)
