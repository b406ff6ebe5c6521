"""DOCX, PPTX and EPUB -> text: by mammoth, and by what their XML says. Slides are pages."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from corpus.archive import parts_of
from corpus.lines import with_stops
from corpus.markup import paragraphs
from corpus.metadata import names_a_text, names_somebody
from corpus.numbering import NEEDED, with_numbers
from corpus.reading import Read, Unreadable, as_text
from corpus.tables import rows_told

_DC = "{http://purl.org/dc/elements/1.1/}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")


def read_docx(data: bytes) -> Read:
    """Raises Unreadable where it is no such document."""
    import mammoth

    with parts_of(data) as parts:
        given = _said_in(parts, "docProps/core.xml")
        told = {name: _xml(parts, name) for name in NEEDED if name in parts.namelist()}
        file = with_numbers(parts, told)
    try:
        page = mammoth.convert_to_html(file, convert_image=lambda _: []).value
    except Exception as error:  # whatever a damaged document makes its library raise
        raise Unreadable(f"is no Word document that can be read ({type(error).__name__})") from error
    return Read(as_text("\n\n".join(paragraphs(page))).text, given)


def read_pptx(data: bytes) -> Read:
    """A line for each paragraph, a row for each row of a table. Raises Unreadable where it is no such document."""
    with parts_of(data) as parts:
        names = sorted((int(m[1]), name) for name in parts.namelist() if (m := _SLIDE.fullmatch(name)))
        slides = [with_stops("\n".join(_lines_of_slide(_xml(parts, name)))) for _, name in names]
        given = _said_in(parts, "docProps/core.xml")
    if not names:
        raise Unreadable("holds no slides that can be read")
    begins = [sum(len(slide) + 2 for slide in slides[:n]) for n in range(len(slides))]
    return Read("\n\n".join(slides), given, pages=tuple(begins))


def read_epub(data: bytes) -> Read:
    """Its chapters in the order of reading. Raises Unreadable where it is no such document, or is locked."""
    with parts_of(data) as parts:
        if (
            "META-INF/encryption.xml" in parts.namelist()
            and b"encryptionmethod" in parts.read("META-INF/encryption.xml").lower()
        ):
            raise Unreadable("is a locked book")
        container = _xml(parts, "META-INF/container.xml")
        package = next((e.get("full-path") for e in container.iter("{*}rootfile")), None)
        if not package:
            raise Unreadable("is no book that can be read: its container names no package")
        told = _xml(parts, package)
        files = {e.get("id"): e.get("href") for e in told.iter("{*}item")}
        spine = [files.get(e.get("idref")) for e in told.iter("{*}itemref")]
        folder = posixpath.dirname(package)
        chapters = [_part(parts, posixpath.normpath(posixpath.join(folder, unquote(name)))) for name in spine if name]
    given = {role: text for role, name in _BOOK.items() if (text := _text_of(told, f"{_DC}{name}"))}
    text = "\n\n".join(text for chapter in chapters for text in paragraphs(chapter))
    return Read(as_text(text).text, given)


_BOOK = {"title": "title", "author": "creator", "publisher": "publisher", "published": "date"}


def _said_in(parts: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Title and author of an office document. The day it was made is not the day it was published."""
    if name not in parts.namelist():
        return {}
    told = _xml(parts, name)
    title, author = (_text_of(told, f"{_DC}{tag}") for tag in ("title", "creator"))
    found = {"title": title if names_a_text(title) else "", "author": author if names_somebody(author) else ""}
    return {role: text for role, text in found.items() if text}


def _text_of(told: Any, tag: str) -> str:
    return ", ".join(" ".join((e.text or "").split()) for e in told.iter(tag) if (e.text or "").strip())


def _lines_of_slide(slide: Any) -> Iterator[str]:
    for element in slide.iter(f"{_A}p", f"{_A}tbl"):
        if element.tag == f"{_A}tbl":
            rows = [[_runs(cell) for cell in row.iter(f"{_A}tc")] for row in element.iter(f"{_A}tr")]
            yield from (f"{row}." for row in rows_told(rows))
        elif next(element.iterancestors(f"{_A}tbl"), None) is None and (line := _runs(element)):
            yield line


def _runs(element: Any) -> str:
    return " ".join("".join(t.text or "" for t in element.iter(f"{_A}t")).split())


def _xml(parts: zipfile.ZipFile, name: str) -> Any:
    """Without the entities and the addresses that it may name."""
    try:
        return etree.fromstring(parts.read(name), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, RuntimeError) as error:
        raise Unreadable(f"is no document that can be read: {name} is missing or damaged") from error


def _part(parts: zipfile.ZipFile, name: str) -> str:
    try:
        return re.sub(r"^\s*<\?xml[^>]*\?>", "", parts.read(name).decode("utf-8", "replace"))
    except (KeyError, zipfile.BadZipFile, RuntimeError) as error:
        raise Unreadable(f"is no book that can be read: {name} is missing or damaged") from error
