"""Tables and lists of terms of a page -> rows that can be read and quoted: "Ticket: Day pass, Price: 8.50 euros."

A table that only lays a page out is taken apart, so that its menu is not glued to its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

_LONGEST_CELL = 200
"""Code points: a cell with more is no value, and its table lays the page out."""
_SHORT = 60
"""Code points of a cell without markup that may be a heading."""
_FIGURE = re.compile(r"\d")
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
        if told := [
            f"{headings[n]}: {text}" if n < len(headings) and headings[n] else text for n, text in enumerate(row) if text
        ]:
            pair = not headings and len(told) == len(row) == 2 and not told[0].endswith(":")
            between = ": " if pair else "; " if any("," in text for text in told) else ", "
            yield between.join(told)


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
