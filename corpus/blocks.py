"""Text -> blocks: its lines; and its statements, of which a list with the line that announces it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.article import Span

ITEM = re.compile(r"(?:[•*‣·–-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
"""How an item of a list begins."""
_STEPS = re.compile(r"(?:how to|steps (?:to|for)|what to do)\b", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]+")
_LONGEST_ITEM, _LONGEST_LIST = 150, 800
"""Code points: of longer ones each item speaks for itself."""


def blocks(text: str) -> Iterator[Span]:
    """Spans of the lines that are not blank, in order, without the white space around them."""
    return (span for m in _LINE.finditer(text) if (span := trimmed(text, *m.span())).start < span.end)


def blocks_with_lists(text: str) -> Iterator[Span]:
    """The same, where "We need:" and the short items below it are one."""
    spans = list(blocks(text))
    at = 0
    while at < len(spans):
        items = _items_below(text, spans, at) if _announces(spans[at].of(text)) else 0
        yield Span(spans[at].start, spans[at + items].end)
        at += items + 1


def _announces(line: str) -> bool:
    return line.endswith(":") or _STEPS.match(line) is not None


def _items_below(text: str, spans: list[Span], at: int) -> int:
    """How many short items of one kind follow a line; 0 where it is no list of two or more, or a long one."""
    last = at
    while last + 1 < len(spans) and _is_item(text, spans[last], spans[last + 1], like=spans[at + 1]):
        last += 1
    return last - at if last > at + 1 and spans[last].end - spans[at].start <= _LONGEST_LIST else 0


def _is_item(text: str, before: Span, span: Span, like: Span) -> bool:
    near = text.count("\n", before.end, span.start) <= 2
    alike = text[span.start].isalnum() == text[like.start].isalnum()
    return near and alike and span.end - span.start <= _LONGEST_ITEM and ITEM.match(text, span.start) is not None


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
