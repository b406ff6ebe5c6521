"""Text -> blocks: the lines of a text, or its paragraphs where lines are only wrapped."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from corpus.article import Span

_LINE = re.compile(r"[^\r\n]+")
_PARAGRAPH = re.compile(r"\S(?:[^\r\n]|\r?\n(?![ \t]*(?:\r?\n|\Z)))*")
_WRAPPED_SHARE = 0.3
"""Of neighbouring lines, how many must run on in lower case before line ends count as mere wrapping."""


def blocks(text: str) -> Iterator[Span]:
    """Spans of the non-blank blocks in order, without the white space around them."""
    pattern = _PARAGRAPH if _is_wrapped(text) else _LINE
    for match in pattern.finditer(text):
        span = trimmed(text, match.start(), match.end())
        if span.start < span.end:
            yield span


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _is_wrapped(text: str) -> bool:
    """True where most line ends stand in the middle of a sentence, as in text wrapped at 72 columns."""
    lines = [line.strip() for line in re.split(r"\r\n|\r|\n", text)]
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if a and b]
    running_on = sum(b[0].islower() and a[-1] not in '.!?:;"”' for a, b in pairs)
    return len(pairs) >= 3 and running_on > _WRAPPED_SHARE * len(pairs)
