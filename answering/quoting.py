"""Reading -> quote: one contiguous piece of the article, under a number."""

from __future__ import annotations

from answering.answer import Origin, Quote
from answering.reading.readings import Reading
from corpus.article import Span

LONGEST_QUOTE = 400
"""Code points. A longer sentence is cut, in one piece, around its answer."""


def quote_of(number: int, reading: Reading, origin: Origin) -> Quote:
    """The reading's sentence under a number."""
    return Quote(number, reading.hit.article, measured(reading), origin)


def measured(reading: Reading) -> Span:
    """The sentence, or where it is too long one piece of it around the answer, from word to word."""
    sentence, text = reading.sentence, reading.hit.article.text
    if sentence.end - sentence.start <= LONGEST_QUOTE:
        return sentence
    kept = reading.answer or Span(sentence.start, sentence.start)
    middle = (kept.start + kept.end) // 2
    start = min(max(sentence.start, middle - LONGEST_QUOTE // 2), sentence.end - LONGEST_QUOTE)
    end = start + LONGEST_QUOTE
    inner = next((n for n in range(start, kept.start) if n == sentence.start or text[n - 1].isspace()), start)
    outer = next((n for n in range(end, max(kept.end, inner + 1), -1) if n == sentence.end or text[n].isspace()), end)
    return Span(inner, outer)
