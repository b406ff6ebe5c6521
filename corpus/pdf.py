"""PDF -> text with its pages, by pypdfium2: lines joined to paragraphs, without running heads and page numbers.

The text is what the file's text layer says; a scan has none, and is told rather than indexed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from corpus.article import Span
from corpus.blocks import ITEM
from corpus.folding import edited, odd_signs
from corpus.reading import Read, Unreadable

_EDGE = 2
"""Lines at the top and at the bottom of a page that may be its running head or foot."""
_REPEATED = 0.5
"""Of the pages, on how many a line must stand to be one."""
_SHORT = 0.75
"""Of the longest line's length: a shorter one may end its paragraph."""
_ROOM = 1.6
"""Of a line's height: more from one line to the next is room between paragraphs."""
_LEAST = 20
"""Letters and digits of a page, on average: with fewer it is a picture."""
_NUMBER = re.compile(r"\W*(?:page|p\.)?\s*\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)


def read_pdf(data: bytes) -> Read:
    """Raises Unreadable for a damaged or locked file, and for a scan."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"is no PDF that can be read ({_why(error)})") from error
    try:
        pages = [_lines_of(page) for page in document]
        told = document.get_metadata_dict()
    finally:
        document.close()
    if sum(c.isalnum() for page in pages for line in page for c in line) < _LEAST * max(len(pages), 1):
        raise Unreadable("holds no text, as a scan does not: give it a text layer first, with docling or another OCR")
    return _joined([_paragraphs(page) for page in _without_running(pages)], told)


def _why(error: Exception) -> str:
    return "it is locked with a password" if "password" in str(error).lower() else "it is damaged"


def _lines_of(page: Any) -> list[str]:
    """The lines of a page, with an empty one where there is more room between two than a line takes."""
    layer = page.get_textpage()
    lines: list[str] = []
    below = None
    for match in re.finditer(r"[^\r\n]*\S[^\r\n]*", layer.get_text_range().replace("\ufffe", "-").replace("\x02", "-")):
        _, bottom, _, top = layer.get_charbox(match.start() + len(match[0]) - len(match[0].lstrip()), loose=True)
        if below is not None and below - bottom > _ROOM * (top - bottom):
            lines.append("")
        below = bottom
        lines.append(match[0].rstrip())
    return lines


def _without_running(pages: Sequence[list[str]]) -> list[list[str]]:
    """Without lines at the edges that stand on many pages, whatever number they hold, and without page numbers."""
    counted = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    running = {key for key, count in counted.items() if count > 1 and count >= _REPEATED * len(pages)}
    return [
        [line for n, line in enumerate(page) if not (_at_edge(page, n) and _is_running(line, running))] for page in pages
    ]


def _is_running(line: str, running: set[str]) -> bool:
    return _key(line) in running or bool(_NUMBER.fullmatch(line))


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
    text = ""
    for n, line in enumerate(lines):
        text += line.strip()
        following = lines[n + 1].strip() if n + 1 < len(lines) else ""
        runs_on = bool(following) and not ITEM.match(following) and (len(line) >= full or following[0].islower())
        text += (" " if runs_on and not _breaks(line, following) else "\n") if n + 1 < len(lines) else ""
    text = edited(text, odd_signs(text, Span(0, len(text)))).text
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _breaks(line: str, following: str) -> bool:
    """A word goes on in the next line: what is folded then (corpus/folding.py) needs the end of the line."""
    return line.rstrip().endswith("-") and following[:1].islower()


def _joined(pages: Sequence[str], told: dict[str, str]) -> Read:
    """The pages in one text. A paragraph that goes on over a page is one."""
    text, begins = "", []
    for page in pages:
        if text and page:
            text += " " if page[0].islower() and text[-1] not in ".!?:" else "\n\n"
        begins.append(len(text))
        text += page
    title = " ".join(told.get("Title", "").split())
    given = {"title": title} if title and title.lower() in " ".join(text[:2_000].lower().split()) else {}
    if author := " ".join(told.get("Author", "").split()):
        given["author"] = author
    return Read(text, given, pages=tuple(begins))
