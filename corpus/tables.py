"""Tables and lists of terms of a page -> rows that can be read and quoted: "Day pass · Price: 8.50 euros."

A table that only lays a page out is taken apart, so that its menu is not glued to its sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

_LONGEST_CELL = 200
"""Code points: a cell with more is no value, and its table lays the page out."""
_SHORT = 60
"""Code points of a cell without markup that may be a heading."""


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
    """A line for each row: the first cell, and each further one with the heading of its column."""
    rows = [_cells(row) for row in table.iter("tr")]
    headings = _headings(rows)
    for row in rows[1:] if headings else rows:
        cells = [_text(cell) for cell in row]
        told = [
            f"{headings[n]}: {text}" if n and n < len(headings) and headings[n] else text
            for n, text in enumerate(cells)
            if text
        ]
        if told:
            yield " · ".join(told)


def _headings(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Of the columns: the first row where it is marked as such; [] where it is not."""
    if not rows or len(rows) < 2:
        return []
    first = rows[0]
    marked = all(cell.tag == "th" for cell in first) or (first and first[0].getparent().getparent().tag == "thead")
    texts = [_text(cell) for cell in first]
    return texts if marked and all(len(text) <= _SHORT for text in texts) else []


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
