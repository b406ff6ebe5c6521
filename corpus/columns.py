"""The rows of a printed page -> its lines in the order in which they are read.

Columns of prose are read one after the other, a table by its rows. Where the parts of a row can be told apart but belong to
neither, each stands alone, so that nothing is quoted across them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from corpus.lines import ENDED
from corpus.tables import rows_told

_PROSE = 3.5
"""Words of a column's lines, at the median: with fewer in one of them the columns are a table's."""
_ROOM = 1.6
"""Of a line's height: more from one line to the next is room between paragraphs."""
_TORN = 2.5
"""Of the usual white space between a row's words: wider, its parts are not of one line; in a stretched line all is wide."""
_WIDER = 1.2
"""Of the usual white space between a row's words: less does not part columns."""
_ALIGNED = 1.5
"""Points: what begins so near to where a column does begins in it."""
_CONTENTS = re.compile(r"(?:table of )?contents|index", re.IGNORECASE)
_LEADERS = re.compile(r"(?:[.·…_]\s?){4,}\s*[\divxlc]+\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """Places in points from the left."""

    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of a row without wide white space between them."""

    words: tuple[Word, ...]

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def parted(self, lefts: Sequence[float]) -> tuple[Cell, ...]:
        """At each word that begins where one of these columns does, behind more white space than is usual between words."""
        gaps = [after.left - before.right for before, after in pairwise(self.words)]
        wide = [n for n, gap in enumerate(gaps, 1) if gap > _WIDER * median(gaps)]
        at = [n for n in wide if any(abs(self.words[n].left - left) < _ALIGNED for left in lefts)]
        return tuple(Cell(self.words[begin:end]) for begin, end in pairwise((0, *at, len(self.words))))


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at one height of a page. `bottom`: points from the foot of the page; `height`: of a line in this size of type."""

    cells: tuple[Cell, ...]
    bottom: float
    height: float

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)


def lines_in_order(rows: Sequence[Row]) -> list[str]:
    """The lines, an empty one where there is room between two; without a table of contents."""
    lines: list[str] = []
    at = 0
    while at < len(rows):
        grid, columns = _grid_from(rows, at)
        if at and (grid or _apart(rows[at - 1], rows[at])):
            lines.append("")
        lines += [*_told(grid, columns, after=lines[-2:]), ""] if grid else _alone(rows[at])
        at += len(grid) or 1
    return [line for n, line in enumerate(lines) if not _is_of_contents(lines, n)]


def _is_of_contents(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at + 1 :] if line), "")
    return bool(_LEADERS.search(lines[at]) or (_CONTENTS.fullmatch(lines[at]) and _LEADERS.search(following)))


def _alone(row: Row) -> Iterator[str]:
    """A row that is of no grid: one line, unless its parts stand farther from each other than its words do."""
    words = [word for cell in row.cells for word in cell.words]
    gaps = [after.left - before.right for before, after in pairwise(words)]
    if len(row.cells) < 2 or _LEADERS.search(row.text) or max(gaps) < _TORN * median(gaps):
        yield row.text
        return
    for cell in row.cells:
        yield from (cell.text, "")


def _grid_from(rows: Sequence[Row], at: int) -> tuple[list[Row], list[tuple[float, float]]]:
    """The rows that stand in columns from this one on, and the columns; none where it stands alone."""
    grid: list[Row] = []
    columns: list[tuple[float, float]] = []
    for row in rows[at:] if len(rows[at].cells) > 1 else ():
        if grid and _apart(grid[-1], row, (4 if _is_aligned(grid[-1], row) else 2) * _ROOM):
            break
        lefts = [left for left, _ in columns[1:]]
        for cells in (row.cells, tuple(part for cell in row.cells for part in cell.parted(lefts))):
            found = _merged([*columns, *((cell.left, cell.right) for cell in cells)])
            if len(found) >= max(2, len(columns)):
                break
        else:  # the row goes over a gutter
            break
        columns = found
        grid.append(replace(row, cells=cells))
    return (grid, columns) if sum(len(row.cells) > 1 for row in grid) > 1 else ([], [])


def _is_aligned(one: Row, other: Row) -> bool:
    """As many cells, each of which begins or ends where the one above it does."""
    pairs = list(zip(one.cells, other.cells, strict=False))
    return len(pairs) == len(one.cells) == len(other.cells) and all(
        min(abs(a.left - b.left), abs(a.right - b.right)) < _ALIGNED for a, b in pairs
    )


def _merged(parts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches that overlap as one, from left to right."""
    found: list[tuple[float, float]] = []
    for left, right in sorted(parts):
        if found and left < found[-1][1]:
            found[-1] = (found[-1][0], max(right, found[-1][1]))
        else:
            found.append((left, right))
    return found


def _told(rows: Sequence[Row], columns: Sequence[tuple[float, float]], after: Sequence[str]) -> Iterator[str]:
    table = [[_cell_in(row, column) for column in columns] for row in rows]
    words = [[len(row[n].split()) for row in table if row[n]] for n in range(len(columns))]
    if any(_CONTENTS.fullmatch(line) for line in after) and all(row[-1].isdigit() for row in table if row[-1]):
        return
    if all(median(column) >= _PROSE for column in words):
        for column in columns:
            yield from _down(
                [Row(tuple(_cells_in(row, column)), row.bottom, row.height) for row in rows if _cell_in(row, column)]
            )
        return
    for line in rows_told(_with_continuations(table)):
        yield from (f"{line}." if line[-1] not in ".!?" else line, "")


def _down(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of one column; what it says to the end is parted from the next."""
    for n, row in enumerate(rows):
        yield from ["", row.text] if n and _apart(rows[n - 1], row) else [row.text]
    if ENDED.search(rows[-1].text):
        yield ""


def _cells_in(row: Row, column: tuple[float, float]) -> list[Cell]:
    return [cell for cell in row.cells if column[0] <= cell.left < column[1]]


def _cell_in(row: Row, column: tuple[float, float]) -> str:
    return " ".join(cell.text for cell in _cells_in(row, column))


def _with_continuations(table: Sequence[list[str]]) -> list[list[str]]:
    """A row without a first cell goes on from the one above, and so does one that is nothing but a first cell in lower case."""
    rows: list[list[str]] = []
    for row in table:
        if rows and (not row[0] or (row[0][0].islower() and not any(row[1:]))):
            rows[-1] = [f"{above} {cell}".strip() for above, cell in zip(rows[-1], row, strict=True)]
        else:
            rows.append(list(row))
    return rows


def _apart(one: Row, other: Row, room: float = _ROOM) -> bool:
    return one.bottom - other.bottom > room * other.height
