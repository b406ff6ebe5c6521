"""What is drawn around a sentence is no part of it: marks of notes, numbers that Word draws, cells of a table."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from corpus.markup import paragraphs
from corpus.tables import rows_told
from tests.documents import as_docx, as_zip
from tests.test_formats import one

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("<p>The mill has 27<sup><a href='#n4'>4</a></sup> rooms.</p>", ["The mill has 27 rooms."]),
        ("<p>The mill has 27<a epub:type='noteref' href='n.xhtml'>4</a> rooms.</p>", ["The mill has 27 rooms."]),
        ("<p>It cost 27<sup class='reference'>[4]</sup> crowns.</p>", ["It cost 27 crowns."]),
        ("<p>It cost 27<sup>4</sup> crowns.</p><p><sup>4</sup> Without tax.</p>", ["It cost 27 crowns.", "Without tax."]),
        ("<p>The mill has 27<sup>4</sup> rooms.</p>", ["The mill has 27 rooms."]),
        ("<p>The lawn has 300 m<sup>2</sup>, or 10<sup>3</sup> steps.</p>", ["The lawn has 300 m², or 10³ steps."]),
        ("<p>The 5<sup>th</sup> mill, and its owners<sup>2</sup>.</p>", ["The 5th mill, and its owners."]),
        ("<p id='n4'>Without tax. <a href='#r4'>↩</a></p>", ["Without tax."]),
        ("<p>See <a href='#a'>the mill</a>, or <a href='#b'>27</a>.</p>", ["See the mill, or 27."]),
    ],
)  # fmt: skip
def test_the_mark_of_a_note_is_no_text(page: str, told: list[str]) -> None:
    assert paragraphs(page) == told


def test_lines_items_and_what_is_quoted() -> None:
    page = (
        "<div>Dear Ada,<br>thank you.<p>We need:</p><ul><li>sand</li><li><p>lime</p></li></ul><ol start='3'><li>Dig.</li></ol>"
        "<blockquote>Who digs?<blockquote>I do.</blockquote></blockquote>Yours</div>"
    )
    assert paragraphs(page) == [
        "Dear Ada,\nthank you.", "We need:", "- sand", "- lime", "3. Dig.", "> Who digs?", "> > I do.", "Yours",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["Hut", "Beds", "Price"], ["Ulv", "8", "30"]], ["Hut: Ulv, Beds: 8, Price: 30"]),
        ([["Hut", "Warden", "Beds"], ["Ulv", "Lund, Ida", "8"]], ["Hut: Ulv; Warden: Lund, Ida; Beds: 8"]),
        ([["Hut", "Beds"], ["Ulv", "8"], ["Rev", "9"]], ["Hut: Ulv, Beds: 8", "Hut: Rev, Beds: 9"]),
        ([["Warden", "Ida Lund"], ["Beds", "8"], ["Huts", "2"]], ["Warden: Ida Lund", "Beds: 8", "Huts: 2"]),
        ([["Ulv", "8", "30"], ["Rev", "9", "35"]], ["Ulv, 8, 30", "Rev, 9, 35"]),
    ],
)
def test_rows_are_read_by_their_headings(rows: list[list[str]], told: list[str]) -> None:
    assert list(rows_told(rows)) == told


def numbered(*depths: int, numbering: str = "", style: str = "") -> bytes:
    """A Word document of "It is N." with the number of list 1 at these depths."""
    import zipfile

    told = "".join(
        f'<w:p><w:pPr>{style}<w:numPr><w:ilvl w:val="{d}"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>It is {n}.</w:t></w:r></w:p>'
        for n, d in enumerate(depths)
    )
    whole = zipfile.ZipFile(io.BytesIO(as_docx([])))
    files = {name: whole.read(name) for name in whole.namelist() if name != "word/numbering.xml"}
    files["word/document.xml"] = f"<w:document {_W}><w:body>{told}</w:body></w:document>".encode()
    if numbering:
        files["word/numbering.xml"] = f"<w:numbering {_W}>{numbering}</w:numbering>".encode()
    return as_zip(files)


def level(depth: int, form: str, text: str) -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'


def test_the_numbers_that_word_draws_are_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    levels = level(0, "decimal", "§ %1") + level(1, "lowerLetter", "(%2)") + level(2, "upperRoman", "%1.%3")
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )
    text = one(tmp_path_factory.mktemp("n"), "a.docx", numbered(0, 1, 1, 0, 1, 2, 2, numbering=numbering)).text
    assert [line.rpartition(" It")[0] for line in text.splitlines() if line] == [
        "§ 1", "(a)", "(b)", "§ 2", "(a)", "2.I", "2.II",
    ]  # fmt: skip
    plain = one(tmp_path_factory.mktemp("n"), "a.docx", numbered(0, 0)).text
    assert plain.split("\n\n") == ["1. It is 0.", "2. It is 1."]


def test_a_word_document_with_a_table_lists_and_a_note(tmp_path: Path) -> None:
    from docx import Document

    document, kept = Document(), io.BytesIO()
    table = document.add_table(rows=2, cols=3)
    for row, cells in zip(table.rows, (("Hut", "Warden", "Beds"), ("Ulv", "Ida Lund", "8")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("The hut needs:")
    for text in ("sand", "lime"):
        document.add_paragraph(text, style="List Bullet")
    for text in ("Dig.", "Rest."):
        document.add_paragraph(text, style="List Number")
    document.save(kept)
    lines = one(tmp_path, "a.docx", kept.getvalue()).text.split("\n")
    assert [line for line in lines if line] == [
        "Hut: Ulv, Warden: Ida Lund, Beds: 8.", "The hut needs:", "- sand", "- lime.", "1. Dig.", "2. Rest.",
    ]  # fmt: skip


def test_captions_and_addresses_of_a_page_are_sentences(tmp_path: Path) -> None:
    page = (
        "<html><body><article><h1>Hut</h1><p>The hut of Ulv has been open to everybody who walks in the valley since the year 1931.</p>"
        "<figure><img src='a.jpg'><figcaption>The kitchen of the hut in 1950</figcaption></figure><address><b>Hut office</b><br>Ida Lund<br>"
        "Phone: 5550 1234</address></article></body></html>"
    )
    text = one(tmp_path, "a.html", page.encode()).text
    assert "The kitchen of the hut in 1950." in text
    assert "Hut office: Ida Lund, Phone: 5550 1234." in text
