"""Lines as people write them: joined where a sentence goes on, told where a line says something without a full stop."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article, Span
from corpus.lines import with_stops
from corpus.reading import as_text, markdown
from corpus.splitting import sentences

LONG = "The village of Orre will sell the old dairy by the river to the"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{LONG}\ncooperative in 2031. Nobody objected.", [f"{LONG} cooperative in 2031.", "Nobody objected."]),
        (f"{LONG}\n2031 cooperative of Orre.", [f"{LONG} 2031 cooperative of Orre."]),
        (f"{LONG} coop. Its head\nIda Lund was glad.", [f"{LONG} coop.", "Its head Ida Lund was glad."]),
        (f"The dairy of Orre is sold\n{LONG} coop.", ["The dairy of Orre is sold", f"{LONG} coop."]),
        (f"{LONG} coop.\n- It is old", [f"{LONG} coop.", "- It is old"]),
        ("The dairy is\nold and\nwet and\ncold. It\nstands.", ["The dairy is old and wet and cold.", "It stands."]),
        (f"{LONG}\n\nsecond.", [LONG, "second."]),
        (
            "Tickets are free for people over\n65. They pay nothing.",
            ["Tickets are free for people over 65.", "They pay nothing."],
        ),
        (f"{LONG} people of\n65) and more.", [f"{LONG} people of 65) and more."]),
        ("Tickets are free for\n1. the old\n2. the young", ["Tickets are free for", "1. the old", "2. the young"]),
        (
            "Dear Ida,\nIt is closed from\nMay to\nSeptember.",
            ["Dear Ida,", "It is closed from May to September."],
        ),
        ("It is sold.\n3. Nobody objected.", ["It is sold.", "3. Nobody objected."]),
    ],
)
def test_a_sentence_goes_on_in_the_next_line(text: str, told: list[str]) -> None:
    read = as_text(text)
    assert [s.of(read.text) for s in sentences(read.text, Span(0, len(read.text)))] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Dairy\n\nPhone: 5550 1234\n\nIt is sold.", "Phone: 5550 1234."),
        ("Dairy\nOpen: always\nClosed: never\nIt is sold.", "Open: always. Closed: never."),
        ("Dairy: the sale\nIt is sold.", ""),
        ("Dairy\n\nAnalysis: what it means\n\nIt is sold.", ""),
        ("Dairy\n\nSource: Orre Post 12\n\nIt is sold.", ""),
        ("Dairy\n\nFigure 3: Where it stands\n\nIt is sold.", "Figure 3: Where it stands."),
        ("Dairy\n\nIt makes:\n- milk\n- cheese\n\nIt is sold.", "It makes:\n- milk\n- cheese."),
        ("Dairy\n\nIt makes:\n- milk\n\nIt is sold.", ""),
        ("Dairy\n\nIt is sold.\n\nAuction on 5 May", "Auction on 5 May."),
        ("Dairy\n\nAuction on 5 May\n\nIt is sold.", ""),
        ("Dairy\n\nClaim: 40 cows have died\n\nThat is false.", ""),
    ],
)
def test_a_line_that_says_something_ends_so(text: str, told: str) -> None:
    changed = [line for line in with_stops(text).split("\n") if line not in text.split("\n")]
    assert " ".join(changed) == told.split("\n")[-1]
    if "\n" in told:
        assert told in [s.of(with_stops(text)) for s in sentences(with_stops(text), Span(0, len(text) + 1))]


@pytest.mark.parametrize("above", ["To open the dairy:", "How to open the dairy"])
def test_the_steps_of_an_instruction_are_one(above: str) -> None:
    text = with_stops(f"Dairy\n\n{above}\n1. Ring.\n2. Wait for Ida.\n3. Go in.\n\nIt is old.")
    assert f"{above}\n1. Ring.\n2. Wait for Ida.\n3. Go in." in [s.of(text) for s in sentences(text, Span(0, len(text)))]


def test_of_a_contact_block_one_sentence_is_read_and_the_lines_are_quoted() -> None:
    text = "# Dairy sold\n\nThe dairy is sold.\n\n**Press contact**\nIda Lund, head of sales\nida@dairy.example\nPhone: 5550 1234\n"
    read = markdown(text)
    told = "Press contact: Ida Lund, head of sales, ida@dairy.example, Phone: 5550 1234."
    article = Article("a", read.text, "t", original=read.original, pieces=read.pieces)
    at = read.text.index(told)
    quote = article.to_original(Span(at, at + len(told))).of(text)
    assert quote.startswith("Press contact**\nIda Lund") and quote.endswith("1234")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_of_markdown_is_told_by_its_headings_and_quoted_as_it_is(end: str) -> None:
    lines = ["# Prices", "", "| Ticket | **Price** | |", "|---|:-:|---|", "| *Adults* | 90 crowns | a\\|b |", "| Dogs | | no. |", "| | | |", "", "It is old."]  # fmt: skip
    read = markdown(end.join(lines))
    assert [line for line in read.text.replace("\r", "").split("\n") if line] == [
        "# Prices", "Ticket: Adults, Price: 90 crowns, a|b.", "Ticket: Dogs, no.", "It is old.",
    ]  # fmt: skip
    article = Article("a", read.text, "t", original=read.original, pieces=read.pieces)
    at = read.text.index("Ticket: Adults")
    assert article.to_original(Span(at, read.text.index(", a|b"))).of(article.as_it_is) == "| *Adults* | 90 crowns"


BITS = ["> ", ">> ", "\n", "\n\n", "\r\n", "On 2 March Ida wrote:", "From: Ida", "Phone: 12 34 56", "- milk", "1. cheese", LONG, "\u00ad", "\ufb01", "**", "[^1]", "ida@orre.example", ":", ".", "# H", "re-\nopened", "| a | b |", "|---|", "|", "\u00a0", "[l](u)", "Contact"]  # fmt: skip


@given(st.lists(st.sampled_from(BITS), max_size=20), st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_way_back_to_the_text_as_it_is_is_never_lost(bits: list[str], marked: bool) -> None:
    text = "".join(bits)
    read = markdown(text) if marked else as_text(text, quoted=True)
    article = Article("a", read.text, "t", original=read.original, pieces=read.pieces)
    places = [article.to_original(Span(at, at + 1)) for at in range(len(read.text))]
    assert article.as_it_is == text
    assert all(one.start <= other.start < other.end <= len(text) for one, other in pairwise([Span(0, 0), *places]))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_place_of_a_joined_text_is_found_again(end: str) -> None:
    text = f"Dairy{end}{end}{LONG}{end}coop.{end}{end}It makes:{end}{end}- milk{end}- cheese{end}{end}Phone: 12 34 56"
    read = as_text(text)
    article = Article("a", read.text, "t", original=read.original, pieces=read.pieces)
    assert article.as_it_is == text
    for at, sign in enumerate(read.text):
        place = article.to_original(Span(at, at + 1)).of(text)
        assert place == sign or place in (end, "\n", "\r") or sign == "."


def test_a_clause_keeps_its_number() -> None:
    text = "2. The dairy pays. It pays late.\nSection 3. It is sold."
    assert [s.of(text) for s in sentences(text, Span(0, len(text)))] == [
        "2. The dairy pays.",
        "It pays late.",
        "Section 3. It is sold.",
    ]
