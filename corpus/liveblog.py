"""A page whose parts have times of their own, as a live blog has: each entry of it is told apart, with its day.

The entries are marked in the page before its article is looked for, and found again in the text by their marks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from corpus.article import Entry, Span
from corpus.metadata import parse_date

_TEXTS = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote")
_BESIDE = ("aside", "nav", "footer", "header")
_MARK = re.compile(r"⟦entry (\d+)⟧ ?")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?", re.IGNORECASE)
_LEAST = 2
"""Entries of one page; a single part with a time is the article."""


def mark_entries(tree: Any) -> list[str]:
    """Marks each text of an entry with its number, and its first paragraph with its time of day; the days, by number."""
    days: list[str] = []
    for element, time in _entries(tree):
        day = parse_date(time.get("datetime") or "")
        texts = [e for e in element.iter(*_TEXTS) if e.text_content().strip()]
        if not day or not texts:
            continue
        clock = _CLOCK.search(time.text_content()) or re.search(r"(?<=[T ])\d{2}:\d{2}", time.get("datetime"))
        first = next((e for e in texts if e.tag == "p"), None)
        for text in texts:
            told = f"{clock[0]}: " if clock and text is first else ""
            text.text = f"⟦entry {len(days)}⟧ {told}{text.text or ''}"
        days.append(day)
    return days


def _entries(tree: Any) -> Iterator[tuple[Any, Any]]:
    """(entry, its time) where several parts alike stand beside each other, each with a time."""
    alike: dict[tuple[Any, str, str], list[tuple[Any, Any]]] = defaultdict(list)
    for time in tree.iter("time"):
        if time.get("datetime") and next(time.iterancestors("aside", "nav", "footer"), None) is None:
            element = time
            while (parent := element.getparent()) is not None and sum(1 for _ in parent.iter("time")) == 1:
                element = parent
            if element is not time and parent is not None and element.tag not in _BESIDE:
                alike[parent, element.tag, element.get("class") or ""].append((element, time))
    for found in alike.values():
        if len(found) >= _LEAST:
            yield from found


def entries_in(text: str, days: list[str]) -> tuple[str, tuple[Entry, ...]]:
    """The text without the marks, and where each entry stands in it."""
    lines: list[str] = []
    entries: list[Entry] = []
    at = 0
    last: int | None = None
    for line in text.split("\n"):
        marked = _MARK.search(line)
        number = int(marked[1]) if marked else None
        lines.append(_MARK.sub("", line))
        span = Span(at, at + len(lines[-1]))
        if number is not None and number < len(days):
            begin = entries.pop().span.start if number == last else span.start
            entries.append(Entry(Span(begin, span.end), None, days[number]))
        last, at = number, span.end + 1
    return "\n".join(lines), tuple(entries)
