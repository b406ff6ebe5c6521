"""HTML that is nothing but its text (a Word document, a chapter, a mail) -> its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from corpus.hidden import remove_unseen
from corpus.notes import settle_raised
from corpus.tables import tables_as_rows

_BLOCKS = frozenset(
    ["p", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "figure", "figcaption", "caption", "blockquote", "td", "div",
     "section", "article", "aside", "header", "footer", "body", "address", "hr"]
)  # fmt: skip
_NO_TEXT = ("script", "style", "head")


def paragraphs(page: str) -> list[str]:
    """In order; an item begins with its mark, a quoted line with "> ", and a line that is broken off by hand ends so."""
    if not page.strip():
        return []
    tree = html.document_fromstring(f"<body>{page}</body>" if "<body" not in page.lower() else page)
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    remove_unseen(tree)
    settle_raised(tree)
    tables_as_rows(tree)
    return [text for text in _Walk(tree).paragraphs() if text]


class _Walk:
    """Over the elements in order. `lines` of the paragraph at hand, the last of them `pieces`; `mark` of the item that begins."""

    def __init__(self, tree: Any) -> None:
        self._tree, self._depth, self._mark = tree, 0, ""
        self._lines: list[str] = []
        self._pieces: list[str] = []

    def paragraphs(self) -> Iterator[str]:
        for event, element in etree.iterwalk(self._tree, events=("start", "end")):
            if element.tag in _BLOCKS:
                yield self._paragraph()
                self._depth += (1 if event == "start" else -1) * (element.tag == "blockquote")
            if event == "start":
                self._mark = _mark_of(element) if element.tag == "li" else self._mark
                self._pieces.append(element.text or "")
                continue
            if element.tag == "br":
                self._end_line()
            self._pieces.append(element.tail or "")
        yield self._paragraph()

    def _end_line(self) -> None:
        if line := " ".join("".join(self._pieces).split()):
            self._lines.append("> " * self._depth + self._mark + line)
            self._mark = ""
        self._pieces = []

    def _paragraph(self) -> str:
        self._end_line()
        lines, self._lines = self._lines, []
        return "\n".join(lines)


def _mark_of(item: Any) -> str:
    """ "- ", or the item's number."""
    around = item.getparent()
    if around is None or around.tag != "ol":
        return "- "
    first = str(around.get("start") or "")
    at = sum(1 for _ in item.itersiblings("li", preceding=True))
    return f"{at + (int(first) if first.isdecimal() else 1)}. "
