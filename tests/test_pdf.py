"""A PDF is read as it is looked at: column by column, tables by their rows, sentences over the end of a page, notes behind."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.article import Article
from tests.test_formats import one

Drawn = tuple[float, float, str] | tuple[float, float, str, float]
"""From the left, from the foot, a text, and the size of its type."""


def drawn(*pages: Sequence[Drawn], title: str = "") -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    kept = io.BytesIO()
    canvas = Canvas(kept, pagesize=(595, 842))
    canvas.setTitle(title)
    for page in pages:
        for left, foot, text, *size in page:
            canvas.setFont("Helvetica", size[0] if size else 10)
            canvas.drawString(left, foot, text)
        canvas.showPage()
    canvas.save()
    return kept.getvalue()


def read(folder: Path, *pages: Sequence[Drawn], title: str = "") -> Article:
    return one(folder, "a.pdf", drawn(*pages, title=title))


def down(left: float, *lines: str, top: float = 700) -> list[Drawn]:
    return [(left, top - 14 * n, line) for n, line in enumerate(lines)]


LEFT = [
    "The dairy of Orre stands by the",
    "river since 1910 and is made of",
    "brick. Nine people work in it,",
    "and two of them are smiths.",
]
RIGHT = [
    "The mill of Rud was closed when",
    "the county bought it in 1975 for",
    "a museum. It has four floors and",
    "a wheel of oak that still turns.",
]


def test_columns_that_are_drawn_by_rows_are_read_one_after_the_other(tmp_path: Path) -> None:
    rows = [cell for pair in zip(down(60, *LEFT), down(230, *RIGHT), strict=True) for cell in pair]
    assert read(tmp_path, [(60, 740, "Two houses"), *rows]).text == f"Two houses\n\n{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"


def test_columns_near_each_other_are_told_apart_by_where_they_begin(tmp_path: Path) -> None:
    left = [*LEFT, "It is the oldest of the valley now"]
    rows = [cell for pair in zip(down(60, *left), down(214, *RIGHT, "It is open on Sundays."), strict=True) for cell in pair]
    text = read(tmp_path, rows).text
    assert "valley now" in text and "now It" not in text


def test_parts_of_a_row_that_belong_to_no_grid_are_not_joined(tmp_path: Path) -> None:
    text = read(
        tmp_path,
        [
            (60, 700, "The dairy of Orre was sold to"),
            (330, 700, "the county bought it in 1975"),
            (60, 640, "It rained on the day."),
        ],
    ).text
    assert "sold to\n" in text
    wide = [(60 + 60 * n, 700, word) for n, word in enumerate(["The", "dairy", "of", "Orre", "was", "sold"])]
    assert (
        "The dairy of Orre was sold in May."
        in read(tmp_path, [*wide, (60, 686, "in May. It had been for sale since the winter, and rain fell.")]).text
    )


def test_a_table_is_told_by_its_headings_and_a_list_of_values_by_its_names(tmp_path: Path) -> None:
    cells = [("Room", "Beds", "Price"), ("Attic", "2", "30 crowns"), ("Hall", "9", "12 crowns")]
    drawn_ = [
        (left, 700 - 20 * n, text) for n, row in enumerate(cells) for left, text in zip((60, 200, 300), row, strict=True)
    ]
    text = read(tmp_path, [(60, 740, "Rooms of the dairy"), *drawn_, (60, 600, "Ask at the desk.")]).text
    assert text.split("\n\n") == [
        "Rooms of the dairy", "Room: Attic, Beds: 2, Price: 30 crowns.", "Room: Hall, Beds: 9, Price: 12 crowns.", "Ask at the desk.",
    ]  # fmt: skip
    pairs = [("Head", "Ida Lund"), ("Phone", "5550 1234"), ("Built", "1910")]
    told = [(left, 700 - 20 * n, text) for n, row in enumerate(pairs) for left, text in zip((60, 200), row, strict=True)]
    assert read(tmp_path, told).text.split("\n\n") == ["Head: Ida Lund.", "Phone: 5550 1234.", "Built: 1910."]


def grid(*rows: Sequence[str], lefts: Sequence[float] = (60, 200, 300), step: float = 20) -> list[Drawn]:
    return [
        (left, 700 - step * n, cell) for n, row in enumerate(rows) for left, cell in zip(lefts, row, strict=False) if cell
    ]


@pytest.mark.parametrize("step", [14, 20, 40])
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("Adults", "12 crowns"), ("Dogs", "free")], ["Adults: 12 crowns.", "Dogs: free."]),
        ([("Adults", "May", "12"), ("Dogs", "June", "free")], ["Adults, May, 12.", "Dogs, June, free."]),
    ],
)
def test_a_row_of_a_table_without_headings_is_told_by_its_cells(
    tmp_path: Path, rows: list[tuple[str, ...]], told: list[str], step: float
) -> None:
    text = read(tmp_path, [*grid(*rows, step=step), *down(60, *LEFT, top=700 - 2 * step)]).text
    assert text.split("\n\n") == [*told, " ".join(LEFT)]


def test_a_cell_goes_on_in_the_next_row(tmp_path: Path) -> None:
    rows = ("People from the", "May", "12 crowns"), ("county of Orre",), ("Dogs", "June", "5 crowns"), ("", "and July")
    text = read(tmp_path, grid(*rows, step=14)).text
    assert text.split("\n\n") == ["People from the county of Orre, May, 12 crowns.", "Dogs, June and July, 5 crowns."]


def test_a_line_of_prose_is_not_parted_where_a_word_begins_below_a_cell(tmp_path: Path) -> None:
    prose = "Tickets are sold in the old dairy of Orre, by the river, all days."
    text = read(
        tmp_path, [*grid(("Adults", "12 crowns"), lefts=(60, 176.2)), (60, 686, prose), *down(60, *LEFT, top=672)]
    ).text
    assert f"{prose} {' '.join(LEFT)}" in text


def test_a_sentence_goes_on_over_a_page_and_its_note_stands_behind(tmp_path: Path) -> None:
    first = [
        *down(
            60,
            "The dairy of Orre will be rebuilt before the winter, and the county",
            "will pay for the roof, the two doors and the",
        ),
        (60, 80, "1 Prices of May.", 7),
    ]
    second = down(
        60, "County of Rud for the rest. Nobody", "has objected so far.", "The work begins in June, when the cows are out."
    )
    article = read(tmp_path, [*first, (280, 30, "1")], [*second, (280, 30, "2")])
    sentence = "will pay for the roof, the two doors and the County of Rud for the rest."
    assert sentence in article.text
    assert article.text.index("1 Prices of May.") > article.text.index(sentence)
    assert (article.page_of(article.text.index("dairy")), article.page_of(article.text.index("County of Rud"))) == (1, 2)


@pytest.mark.parametrize("number", ["{} / 2", "Page {} of 9", "- {} -", "[{}]", "{}"])
def test_a_word_that_is_broken_over_a_page_is_one_and_no_number_stands_in_it(tmp_path: Path, number: str) -> None:
    first = down(
        60,
        "The dairy of Orre will be opened before the winter, when the build-",
        "ers are done and the county has paid the recon-",
    )
    second = down(60, "struction of the roof, the doors and the yard. Nobody has objected.", "It is old.")
    article = read(tmp_path, [*first, (280, 30, number.format(1))], [*second, (280, 30, number.format(2))])
    assert "when the builders are done and the county has paid the reconstruction of the roof, the doors" in article.text
    assert not any(c.isdigit() for c in article.text)
    assert article.text[article.pages[1] :].startswith("struction")


def test_a_list_at_the_foot_of_a_page_is_no_note(tmp_path: Path) -> None:
    text = read(
        tmp_path,
        down(60, "There are two ways to go to the old dairy by the river.", "1) By boat, in summer."),
        down(60, "2) On foot."),
    ).text
    assert text.index("By boat") < text.index("On foot")


def test_a_number_that_ends_a_sentence_begins_no_item(tmp_path: Path) -> None:
    text = read(tmp_path, down(60, *LEFT, "It is free for all people over", "65. They pay nothing."), down(60, *RIGHT)).text
    assert "for all people over 65. They pay nothing." in text


def test_a_raised_mark_is_no_figure_and_a_power_is_raised(tmp_path: Path) -> None:
    text = read(tmp_path, [
        (60, 700, "The dairy has 27"), (134.5, 704, "4", 6), (137.9, 700, " rooms and a yard."),
        (60, 660, "The yard has 300 m"), (149, 664, "2", 6), (152.4, 660, " of grass in it."),
    ]).text  # fmt: skip
    assert text.split("\n\n") == ["The dairy has 27 rooms and a yard.", "The yard has 300 m² of grass in it."]


def test_a_table_of_contents_is_left_out(tmp_path: Path) -> None:
    page = [
        (60, 740, "Contents"),
        *down(60, "The dairy of Orre .................... 3", "The mill of Rud . . . . . . . . . . 14"),
        (60, 600, "The dairy was sold."),
    ]
    assert read(tmp_path, page).text == "The dairy was sold."
    cells = [
        (left, 700 - 14 * n, text)
        for n, row in enumerate([("The dairy", "3"), ("The mill", "14")])
        for left, text in zip((60, 500), row, strict=True)
    ]
    assert (
        read(tmp_path, [(60, 740, "Table of contents"), *cells, (60, 600, "The dairy was sold.")]).text.split("\n\n")[-1]
        == "The dairy was sold."
    )


@pytest.mark.parametrize(
    ("named", "title"),
    [
        ("The dairy of Orre: a history", "The dairy of Orre: a history"),
        ("Vitamin B. Complex 12.5", "Vitamin B. Complex 12.5"),
        ("OLD HOUSES", "OLD HOUSES"),
        ("Microsoft Word - dairy final.doc", "Old houses"),
        ("the dairy v2.indd", "Old houses"),
        ("untitled", "Old houses"),
        ("Slide 1", "Old houses"),
        ("dairy_report", "Old houses"),
        ("", "Old houses"),
    ],
)
def test_the_title_that_a_file_names_is_told_unless_a_program_made_it_up(tmp_path: Path, named: str, title: str) -> None:
    assert read(tmp_path, [(60, 740, "Old houses"), *down(60, *LEFT)], title=named).title == title
