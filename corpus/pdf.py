"""PDF -> text with its pages, by pypdfium2: lines joined to paragraphs, without running heads and page numbers, notes behind them.

The text is what the file's text layer says; a scan has none, and is told rather than indexed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Any

from corpus.article import Span
from corpus.columns import Cell, Row, Word, lines_in_order
from corpus.folding import edited, odd_signs
from corpus.lines import ENDED, begin_items, breaks_off, stops, with_stops
from corpus.metadata import names_a_text, names_somebody
from corpus.notes import RAISED, marks_note
from corpus.reading import Read, Unreadable

_EDGE = 2
"""Lines at the top and at the bottom of a page that may be its running head or foot."""
_REPEATED = 0.5
"""Of the pages, on how many a line must stand to be one."""
_SHORT = 0.75
"""Of the longest line's length: a shorter one may end its paragraph."""
_LEAST = 20
"""Letters and digits of a page, on average: with fewer it is a picture."""
_GUTTER = 0.9
"""Of a line's height: wider white space in it parts columns; the words of a stretched line stand nearer."""
_SMALL, _RAISED = 0.8, 0.15
"""Of a line's height: how high a raised sign is at most, and how far above its foot it stands at least."""
_SMALLER = 0.93
"""Of the usual height of a page's lines: the type of its notes."""
_RAISED_FIGURE = re.compile(r"[⁰¹²³⁴-⁹]+")
_NOTE = re.compile(r"(?:\d{1,3}[.)\]]?|\[\d{1,3}\]|[⁰¹²³⁴-⁹]+|[*†‡§]{1,3})\s?(?=\S)")
_PLAIN_NOTE = re.compile(r"(?:\d{1,3}[)\]]|\[\d{1,3}\]|[⁰¹²³⁴-⁹]+|[*†‡§]{1,3})\s?(?=\S)")
_NUMBER = re.compile(r"\W*(?:page|p\.)?\s*(?:\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?|(?-i:[ivxl]{1,6}))\W*", re.IGNORECASE)
_HYPHEN = "\ufffe"
"""What the library gives for a hyphen at the end of a line, in place of the hyphen and of the line's end."""
_LINE = re.compile(rf"[^\r\n{_HYPHEN}]*[^\s{_HYPHEN}][^\r\n{_HYPHEN}]*{_HYPHEN}?")


@dataclass(frozen=True, slots=True)
class _Sign:
    """A character and its box, in points from the left and from the foot of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def read_pdf(data: bytes) -> Read:
    """Raises Unreadable for a damaged or locked file, and for a scan."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"is no PDF that can be read ({_why(error)})") from error
    try:
        pages = [_rows_of(page) for page in document]
        told = document.get_metadata_dict()
    finally:
        document.close()
    if sum(c.isalnum() for page in pages for row in page for c in row.text) < _LEAST * max(len(pages), 1):
        raise Unreadable("holds no text, as a scan does not: give it a text layer first, with docling or another OCR")
    return _joined([_parted(page) for page in _without_running(pages)], told)


def _why(error: Exception) -> str:
    return "it is locked with a password" if "password" in str(error).lower() else "it is damaged"


def _rows_of(page: Any) -> list[Row]:
    """The lines of a page's text layer, as they were drawn, parted where there is wide white space in them."""
    layer = page.get_textpage()
    text = layer.get_text_range().replace("\x02", _HYPHEN)
    lines: list[list[_Sign]] = []
    for line in _LINE.finditer(text):
        signs = [_Sign(text[at].replace(_HYPHEN, "-"), *layer.get_charbox(at, loose=True)) for at in range(*line.span())]
        if lines and _goes_on(lines[-1], signs):
            lines[-1] += signs
        else:
            lines.append(signs)
    return [_row(line) for line in lines]


def _goes_on(line: Sequence[_Sign], other: Sequence[_Sign]) -> bool:
    """A line that was broken off at a raised sign."""
    last, first = line[-1], next(sign for sign in other if not sign.text.isspace())
    shared = min(last.top, first.top) - max(last.bottom, first.bottom)
    return first.left >= last.right - 1 and shared > 0.5 * min(last.top - last.bottom, first.top - first.bottom) > 0


def _row(signs: Sequence[_Sign]) -> Row:
    seen = [sign for sign in signs if not sign.text.isspace()]
    height, foot = max(sign.top - sign.bottom for sign in seen), min(sign.bottom for sign in seen)
    words = [list(word) for blank, word in groupby(signs, key=lambda sign: sign.text.isspace()) if not blank]
    cells: list[list[Word]] = []
    before = ""
    for n, word in enumerate(words):
        after = " " + "".join(sign.text for sign in words[n + 1]) if n + 1 < len(words) else ""
        text = _without_mark("".join(_read_as(sign, foot, height) for sign in word), before, after)
        if not cells or word[0].left - cells[-1][-1].right > _GUTTER * height:
            cells.append([])
        cells[-1].append(Word(word[0].left, max(sign.right for sign in word), text))
        before = text
    return Row(tuple(Cell(tuple(cell)) for cell in cells), foot, height)


def _read_as(sign: _Sign, foot: float, height: float) -> str:
    raised = sign.top - sign.bottom < _SMALL * height and sign.bottom > foot + _RAISED * height
    return sign.text.translate(RAISED) if raised else sign.text


def _without_mark(word: str, before: str, after: str) -> str:
    """A word without the raised mark of a note; one with which the line begins stays."""

    def left(match: re.Match[str]) -> str:
        said = word[: match.start()] or before
        return "" if said and marks_note(said, word[match.end() :] or after) else match[0]

    return _RAISED_FIGURE.sub(left, word)


def _without_running(pages: Sequence[list[Row]]) -> list[list[Row]]:
    """Without lines at the edges that stand on many pages, whatever number they hold, and without page numbers."""
    texts = [[row.text for row in page] for page in pages]
    counted = Counter(key for page in texts for key in {_key(line) for line in _edges(page)})
    running = {key for key, count in counted.items() if count > 1 and count >= _REPEATED * len(pages)}
    return [
        [row for n, row in enumerate(page) if not (_at_edge(lines, n) and _is_running(row.text, running))]
        for page, lines in zip(pages, texts, strict=True)
    ]


def _is_running(line: str, running: set[str]) -> bool:
    return _key(line) in running or bool(_NUMBER.fullmatch(line))


def _parted(rows: Sequence[Row]) -> tuple[str, str]:
    """The text of a page, and its notes: what stands at its foot from a mark on, in smaller type or where a sentence breaks off."""
    usual = median(row.height for row in rows) if rows else 0
    at = next((n for n in range(1, len(rows)) if _begins_notes(rows, n, usual)), len(rows))
    return _paragraphs(lines_in_order(rows[:at])), _paragraphs(_each_note(rows[at:]))


def _begins_notes(rows: Sequence[Row], at: int, usual: float) -> bool:
    if any(row.height > rows[at].height for row in rows[at:]):
        return False
    if rows[at].height < _SMALLER * usual:
        return bool(_NOTE.match(rows[at].text))
    return at >= len(rows) - _EDGE and bool(_PLAIN_NOTE.match(rows[at].text)) and not ENDED.search(rows[at - 1].text)


def _each_note(rows: Sequence[Row]) -> list[str]:
    """With an empty line before each."""
    return [line for row in rows for line in (["", row.text] if _NOTE.match(row.text) else [row.text])]


def _edges(page: Sequence[str]) -> list[str]:
    return [line for n, line in enumerate(page) if line.strip() and _at_edge(page, n)]


def _at_edge(page: Sequence[str], at: int) -> bool:
    filled = [n for n, line in enumerate(page) if line.strip()]
    return at in filled[:_EDGE] or at in filled[-_EDGE:]


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()).lower())


def _paragraphs(lines: Sequence[str]) -> str:
    """A line that does not end its paragraph runs on into the next; an empty line, a short one and an item's beginning end one."""
    full = _SHORT * max((len(line) for line in lines), default=0)
    text, items = "", [*begin_items([line.strip() for line in lines]), False]
    for n, line in enumerate(lines):
        text += line.strip()
        following = lines[n + 1].strip() if n + 1 < len(lines) else ""
        runs_on = bool(line.strip() and following) and not items[n + 1] and (len(line) >= full or following[0].islower())
        text += (" " if runs_on and not _breaks(line, following) else "\n") if n + 1 < len(lines) else ""
    return re.sub(r"\n{3,}", "\n\n", _folded(text)).strip()


def _breaks(line: str, following: str) -> bool:
    """A word goes on in the next line: what is folded then (corpus/folding.py) needs the end of the line."""
    return line.rstrip().endswith("-") and following[:1].islower()


def _folded(text: str) -> str:
    return edited(text, odd_signs(text, Span(0, len(text)))).text


def _joined(pages: Sequence[tuple[str, str]], told: dict[str, str]) -> Read:
    """The pages in one text. A paragraph that goes on over a page is one, and notes stand behind it."""
    text, begins, notes = "", [], ""
    for page, below in pages:
        goes_on = bool(text and page) and not ENDED.search(text) and (page[0].islower() or breaks_off(text))
        first, rest = page.partition("\n")[::2] if goes_on else ("", page)
        broken = goes_on and _breaks(text, first)
        before = _folded(f"{text}\n{first}") if broken else f"{text} {first}" if goes_on else text
        begins.append(len(before) - len(first) if goes_on else len(text) + (2 if text else 0))
        parts = [before, notes if first or not goes_on else "", rest.strip("\n")]
        text, notes = "\n\n".join(part for part in parts if part), below
    text = "\n\n".join(part for part in (text, notes) if part)
    ends = list(stops(text))
    begins, text = [at + bisect_right(ends, at) for at in begins], with_stops(text)
    return Read(text, dict(_given(told, text[:2_000])), pages=tuple(begins))


def _given(told: dict[str, str], top: str) -> Iterator[tuple[str, str]]:
    """Author and title that the file names. A title of one word counts only where it stands at the top of the text."""
    title, author = (" ".join(told.get(name, "").split()) for name in ("Title", "Author"))
    if title and (title.lower() in " ".join(top.lower().split()) or (" " in title and names_a_text(title))):
        yield "title", title
    if names_somebody(author):
        yield "author", author
