"""Tables, also those of Markdown, and lists of terms -> rows that can be read and quoted: "Ticket: Day pass, Price: 8.50 euros."

A table that only lays a page out is taken apart, so that its menu is not glued to its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from corpus.article import Span
from corpus.blocks import trimmed
from corpus.folding import Edit, edited, markdown_marks

_LONGEST_CELL = 200
"""Code points: a cell with more is no value, and its table lays the page out."""
_SHORT = 60
"""Code points of a cell without markup that may be a heading."""
_FIGURE = re.compile(r"\d")
_TABLE = re.compile(
    r"^[ \t]*\|[^\r\n]*\r?\n[ \t]*\|(?=[^\r\n]*-)[ \t:|-]+\r?\n(?P<rows>(?:[ \t]*\|[^\r\n]*(?:\r?\n|\Z))+)", re.MULTILINE
)
_ROW = re.compile(r"[^\r\n]+")
_CELL = re.compile(r"\|(?P<cell>(?:\\.|[^|\\\r\n])*)")
_LINE_END = re.compile(r"\r?\n|\Z")
_NAMES = re.compile(r"[A-Z][\w.’'-]* [A-Z]|@")


def tables_as_rows(tree: Any) -> None:
    for table in list(tree.iter("table")):
        if _is_layout(table):
            _take_apart(table)
        else:
            _become(table, _rows_told(table))
    for terms in list(tree.iter("dl")):
        _become(terms, _terms_told(terms))


def _is_layout(table: Any) -> bool:
    rows = [_cells(row) for row in table.iter("tr")]
    if next(table.iterdescendants("table"), None) is not None or table.get("role") == "presentation":
        return True
    texts = [_text(cell) for row in rows for cell in row]
    return max(map(len, rows), default=0) < 2 or any(len(text) > _LONGEST_CELL for text in texts)


def _take_apart(table: Any) -> None:
    for part in list(table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th")):
        part.tag = "div"


def _rows_told(table: Any) -> Iterator[str]:
    rows = [_cells(row) for row in table.iter("tr")]
    texts = [[_text(cell) for cell in row] for row in rows]
    first = rows[0] if rows else []
    in_head = bool(first) and first[0].getparent().getparent().tag == "thead"
    marked = bool(first) and (in_head or all(cell.tag == "th" for cell in first))
    yield from rows_told(texts, marked=marked)


def rows_told(rows: Sequence[Sequence[str]], *, marked: bool = False) -> Iterator[str]:
    """A line for each row: every cell with the heading of its column. `marked`: the first row is said to be the headings."""
    headings = rows[0] if _are_headings(rows, marked=marked) else ()
    for row in rows[1:] if headings else rows:
        if told := "".join(f"{before}{row[n]}" for n, before in _before_cells(row, headings)):
            yield told


def _before_cells(row: Sequence[str], headings: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Of each cell that is not empty its number, and what is read before it."""
    filled = [n for n, text in enumerate(row) if text]
    pair = not headings and len(filled) == len(row) == 2 and not row[0].endswith(":")
    between = ": " if pair else "; " if any("," in text for text in row) else ", "
    for n in filled:
        label = f"{headings[n]}: " if n < len(headings) and headings[n] else ""
        yield n, f"{between if n > filled[0] else ''}{label}"


def markdown_rows(text: str, within: Span) -> Iterator[Edit]:
    """What is read instead of the marks of tables: the row of headings and the rule below it are nothing."""
    for table in _TABLE.finditer(text, within.start, within.end):
        first, *others = [_cells_of(text, Span(*m.span())) for m in _ROW.finditer(text, *table.span())]
        headings = [_plain(cell.of(text)) for cell in first]
        yield Span(table.start(), table.start("rows")), ""
        for row in others[1:]:
            yield from _row_edits(text, row, headings if any(headings) else ())


def _cells_of(text: str, row: Span) -> list[Span]:
    return [trimmed(text, *m.span("cell")) for m in _CELL.finditer(text, row.start, row.end)]


def _plain(text: str) -> str:
    return edited(text, markdown_marks(text, Span(0, len(text)))).text


def _row_edits(text: str, row: Sequence[Span], headings: Sequence[str]) -> Iterator[Edit]:
    at = text.rfind("\n", 0, row[0].start) + 1
    for n, before in _before_cells([cell.of(text) for cell in row], headings):
        yield Span(at, row[n].start), before
        at = row[n].end
    end = _LINE_END.search(text, at)
    ended = text[at - 1] in "\n.!?"
    yield Span(at, end.start() if end else len(text)), "" if ended else "."


def _are_headings(rows: Sequence[Sequence[str]], *, marked: bool) -> bool:
    """The first row where it is marked as such; else where its cells are short words, and figures stand below them."""
    if len(rows) < 2 or not all(len(text) <= _SHORT for text in rows[0]):
        return False
    if marked or any(_FIGURE.search(text) for text in rows[0]) or not all(rows[0][1:]) or len(set(rows[0])) < len(rows[0]):
        return marked
    width = len(rows[0])
    figures = [[bool(_FIGURE.search(text)) for text in row[1:]] for row in rows[1:] if len(row) == width]
    if width == 2:  # a list of names and values has two columns, too
        return len(figures) > 1 and all(all(row) for row in figures) and not _NAMES.search(rows[0][1])
    return width > 2 and any(all(column) for column in zip(*figures, strict=True))


def _terms_told(terms: Any) -> Iterator[str]:
    term = ""
    for element in terms.iter("dt", "dd"):
        if element.tag == "dt":
            term = _text(element).rstrip(":")
        elif text := _text(element):
            yield f"{term}: {text}" if term else text


def _become(element: Any, lines: Iterator[str]) -> None:
    """A paragraph for each line stands where the element stood."""
    told = list(lines)
    for child in list(element):
        element.remove(child)
    element.text = None
    element.tag = "div"
    element.attrib.clear()
    for line in told:
        paragraph = element.makeelement("p")
        paragraph.text = line if line.endswith((".", "!", "?")) else f"{line}."
        element.append(paragraph)


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())
