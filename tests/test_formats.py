"""Files of every kind hold the same article; what cannot be read is told, and nothing hangs or unpacks without end."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article, Span
from corpus.files import Skipped, find_files, read_article, read_sources
from corpus.folding import edited, markdown_marks, odd_signs, together
from corpus.metadata import parse_date
from tests.documents import as_docx, as_epub, as_html, as_mail, as_pdf, as_pptx, as_zip

PARAGRAPHS = [
    "Ferry line sold to Baltline",
    "The ferry line from Ystad to Sassnitz was sold to the operator Baltline on 3 May 2024 for 40 million euros, and all of the "
    "ninety people who work on its two ships keep their jobs until the end of the year.",
    "Its former owner, the family Rask, had run it for 112 years.",
]
MAKERS: dict[str, Callable[[list[str]], bytes]] = {
    ".html": as_html, ".pdf": as_pdf, ".docx": as_docx, ".pptx": as_pptx, ".epub": as_epub, ".eml": as_mail,
}  # fmt: skip


def read(folder: Path, name: str, data: bytes) -> list[Article | Skipped]:
    (folder / name).write_bytes(data)
    return [read_article(s) if not isinstance(s, Skipped) else s for s in read_sources([(name, folder / name)])]


def one(folder: Path, name: str, data: bytes) -> Article:
    (article,) = read(folder, name, data)
    assert isinstance(article, Article), article
    return article


def reason(folder: Path, name: str, data: bytes) -> str:
    (skipped,) = read(folder, name, data)
    assert isinstance(skipped, Skipped)
    return skipped.reason


@pytest.mark.parametrize("ending", MAKERS)
def test_every_kind_gives_the_paragraphs(tmp_path: Path, ending: str) -> None:
    article = one(tmp_path, f"a{ending}", MAKERS[ending](PARAGRAPHS))
    lines = [" ".join(line.split()) for line in article.text.splitlines() if line.strip()]
    assert lines == PARAGRAPHS


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".pptx", ".epub"])
@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, b"%PDF-1.4 nothing", b"PK\x03\x04 nothing"])
def test_a_damaged_file_is_told(tmp_path: Path, ending: str, damage: bytes) -> None:
    assert reason(tmp_path, f"a{ending}", damage)
    whole = MAKERS[ending](PARAGRAPHS)
    (found,) = read(tmp_path, f"b{ending}", whole[: len(whole) // 2])
    assert isinstance(found, Skipped)


def test_a_pdf_has_pages_and_neither_running_heads_nor_page_numbers(tmp_path: Path) -> None:
    article = one(
        tmp_path,
        "a.pdf",
        as_pdf([f"{p} It was told on day {n}." for n in range(12) for p in PARAGRAPHS[1:]], "The Daily Head"),
    )
    assert len(article.pages) > 1
    assert "Daily Head" not in article.text
    assert not any(line.strip().isdigit() for line in article.text.splitlines())
    last = article.text.rindex("112 years")
    assert article.page_of(last) == len(article.pages)
    assert article.page_of(0) == 1


def test_a_scan_is_told_and_not_indexed(tmp_path: Path) -> None:
    assert "as a scan does not" in reason(tmp_path, "a.pdf", as_pdf([""]))


def test_slides_are_pages(tmp_path: Path) -> None:
    article = one(tmp_path, "a.pptx", as_pptx(PARAGRAPHS))
    assert [article.page_of(article.text.index(p)) for p in PARAGRAPHS] == [1, 2, 3]


def test_a_mail_has_subject_sender_and_day(tmp_path: Path) -> None:
    data = as_mail(PARAGRAPHS, "The sale", sender="Ada Rask <ada@example.org>", date="Sat, 04 May 2024 23:30:00 +0200")
    article = one(tmp_path, "a.eml", data)
    assert (article.title, article.author, article.published) == ("The sale", "Ada Rask", "2024-05-04")


def test_an_archive_holds_articles_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    files = {
        "a/one.txt": b"Ada went to Ystad.", "b.jsonl": b'{"id": "x", "text": "It rained."}\n{"id": "y", "text": "It snowed."}',
        "../out.txt": b"no", "in.zip": b"no", "picture.png": b"no", ".hidden.txt": b"no", "c.pdf": as_pdf(PARAGRAPHS),
    }  # fmt: skip
    found = read(tmp_path, "all.zip", as_zip(files))
    assert {f.id for f in found if isinstance(f, Article)} == {"all.zip/a/one.txt", "x", "y", "all.zip/c.pdf"}
    told = {f.where.removeprefix("all.zip/"): f.reason for f in found if isinstance(f, Skipped)}
    assert set(told) == {"../out.txt", "in.zip", "picture.png"}
    assert not (tmp_path / "out.txt").exists()


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    assert "out of" in reason(tmp_path, "bomb.zip", as_zip({"a.txt": b"0" * 9_000_000}))
    assert "an article may have" in reason(tmp_path, "large.zip", as_zip({"a.txt": os.urandom(10_000_001)}))
    with zipfile.ZipFile(tmp_path / "b.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    assert "unpacks to" in reason(tmp_path, "b.docx", (tmp_path / "b.docx").read_bytes())


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "a.txt").write_text("It rained.", encoding="utf-8")
    found = list(find_files([tmp_path]))
    assert [f[0] for f in found if not isinstance(f, Skipped)] == ["a.txt"]
    assert [f.reason for f in found if isinstance(f, Skipped)] == ["is no regular file"]


# --- Read otherwise than it stands -------------------------------------------------------------------------------------


def as_read(text: str, *, marked: bool = False) -> Article:
    whole = Span(0, len(text))
    read_ = edited(text, together(odd_signs(text, whole), markdown_marks(text, whole) if marked else ()))
    return Article("a", read_.text, "t", original=text, pieces=read_.pieces)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Octo\u00adber", "October"),
        ("\ufb01re and su\ufb03x", "fire and suffix"),
        ("40\u00a0million", "40 million"),
        ("re-\nopened in Septem-\n  ber", "reopened in September"),
        ("a well-\nknown, well-known man", "a well-known, well-known man"),
        ("Berlin-\nMitte and 3-\n4", "Berlin-\nMitte and 3-\n4"),
        ("\ufeffTitle\u200b", "Title"),
    ],
)
def test_signs_that_hide_words_are_not_read_and_every_place_is_found_again(text: str, read_as: str) -> None:
    article = as_read(text)
    assert article.text == read_as
    for at in range(len(read_as)):
        place = article.to_original(Span(at, at + 1))
        assert article.from_original(place).start <= at
        if read_as[at] in text and place.of(text) in text:
            assert place.start < place.end <= len(text)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("by [Ada](http://x.org/y) and [[Bob Lee|Bob]]", "by Ada and Bob"),
        ("**4** crowns, *five* and __six__ of `them`", "4 crowns, five and six of them"),
        ("so[^1] it is.\n\n[^1]: Counted.", "so it is.\n\n Counted."),
        ("![a picture](p.png) 2*3*4 snake_case_name", " 2*3*4 snake_case_name"),
        ("[**Ada** Rask](x) \\*here\\*", "Ada Rask *here*"),
        ("> said\n> he<br>", "said\nhe"),
    ],
)
def test_marks_of_markdown_are_neither_shown_nor_spoken(text: str, read_as: str) -> None:
    assert as_read(text, marked=True).text == read_as


def test_a_quote_is_cut_from_the_text_as_it_is() -> None:
    article = as_read("See. It was [Ada **Rask**](http://x.org) who paid. Yes.", marked=True)
    at = article.text.index("It was")
    place = article.to_original(Span(at, article.text.index(" Yes")))
    assert place.of(article.as_it_is) == "It was [Ada **Rask**](http://x.org) who paid."
    assert article.from_original(place) == Span(at, article.text.index(" Yes"))


def front(folder: Path, text: str) -> tuple[Article, list[Skipped]]:
    (folder / "a.md").write_text(text, encoding="utf-8")
    (source,) = read_sources([("a.md", folder / "a.md")])
    told: list[Skipped] = []
    assert not isinstance(source, Skipped)
    article = read_article(source, told.append)
    assert isinstance(article, Article)
    return article, told


@pytest.mark.parametrize(
    "header",
    [
        "\ufeff---\ntitle: Sluice\ndate: 2025-05-06\n---\n",
        '+++\ntitle = "Sluice"\ndate = 2025-05-06\n+++\n',
        "---\r\ntitle: Sluice\r\ndate: 2025-05-06\r\n---\r\n",
    ],
)
def test_front_matter_is_known_and_not_part_of_the_text(tmp_path: Path, header: str) -> None:
    article, told = front(tmp_path, f"{header}\nThe sluice was [renewed](x).\n")
    assert (article.title, article.published, told) == ("Sluice", "2025-05-06", [])
    assert article.furniture
    assert article.furniture[0].of(article.text).strip().endswith(("---", "+++"))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("The dairy", "Ida Berg"), ("The dairy", "Ida Berg")),
        (("Untitled document", "Microsoft Office User"), ("Old houses", None)),
        (("dairy.docx", ""), ("Old houses", None)),
    ],
)
def test_what_a_program_writes_into_a_file_is_nobodys_word(
    tmp_path: Path, given: tuple[str, str], told: tuple[str, str | None]
) -> None:
    article = one(tmp_path, "a.docx", as_docx(["Old houses", "They stand by the river."], title=given[0], author=given[1]))
    assert (article.title, article.author) == told


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_colon_in_a_value_breaks_no_other_field(tmp_path: Path, end: str) -> None:
    lines = ["---", "title: Water: a history", "date: 2026-05-03", "# a remark", "authors:", "- Ann Lee", "- Bo Ek", "tags: [a, b]", "---", "It rains."]  # fmt: skip
    article, told = front(tmp_path, end.join(lines))
    assert (article.title, article.published, article.author, told) == (
        "Water: a history",
        "2026-05-03",
        "Ann Lee, Bo Ek",
        [],
    )
    article, told = front(tmp_path, end.join([*lines[:3], '"publisher', "url @", *lines[3:]]))
    assert (article.title, article.published, article.author) == ("Water: a history", "2026-05-03", "Ann Lee, Bo Ek")
    assert "broken at line 4, 5 and" in told[0].reason


def test_broken_front_matter_is_told_and_kept_out(tmp_path: Path) -> None:
    article, told = front(tmp_path, '---\ntitle: "Sluice\ndate: x: y\n---\n\nThe sluice was renewed.\n')
    assert "front matter is broken" in told[0].reason
    assert article.title == "The sluice was renewed."
    between, told = front(tmp_path, "---\nOne line, and no field\n---\nThe sluice was renewed.\n")
    assert told == []
    assert not any("One line" in span.of(between.text) for span in between.furniture)


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("04/03/25", None), ("12/11/2024", None), ("1700000000", "2023-11-14"), ("1700000000000", "2023-11-14"),
        ("2025-05-06T23:30:00-07:00", "2025-05-06"),
    ],
)  # fmt: skip
def test_days(given: str, day: str | None) -> None:
    assert parse_date(given) == day


@pytest.mark.parametrize("name", ["hidden", "consent"])
def test_what_no_reader_sees_is_no_text(tmp_path: Path, name: str) -> None:
    unseen = {
        "hidden": "<style>.gone, #off {display: none} @media print {.seen {display: none}}</style><p class='gone'>Gone.</p><p id='off'>Off.</p>"
        "<p style='position:absolute;left:-9999px'>Away.</p><template><p>Template.</p></template><p hidden>Hidden.</p>",
        "consent": "<div class='cookie-banner'><p>We and our 842 partners store and access personal data on your device, and you may choose "
        "whether to accept that or not at any time in the menu.</p></div>",
    }[name]  # fmt: skip
    page = f"<html><body>{unseen}<article><p class='seen'>{PARAGRAPHS[1]}</p></article></body></html>"
    assert one(tmp_path, "a.html", page.encode()).text.strip() == PARAGRAPHS[1]


def test_tables_and_terms_become_rows_and_a_layout_is_taken_apart(tmp_path: Path) -> None:
    page = (
        f"<html><body><article><p>{PARAGRAPHS[1]}</p><table><tr><th>Ticket</th><th>Line</th><th>Price</th></tr><tr><td>Day pass</td>"
        "<td>island line</td><td>8.50 euros</td></tr></table><dl><dt>Director:</dt><dd>Runa Eide</dd></dl>"
        f"<table><tr><td><p>Menu</p></td><td><p>{PARAGRAPHS[1]}</p></td></tr></table></article></body></html>"
    )
    text = one(tmp_path, "a.html", page.encode()).text
    assert "Ticket: Day pass, Line: island line, Price: 8.50 euros." in text
    assert "Director: Runa Eide." in text
    assert "Menu The ferry" not in " ".join(text.split(" "))


def test_of_linked_data_the_articles_own_is_taken(tmp_path: Path) -> None:
    page = f"""<html><head><script type='application/ld+json'>{{"@graph": [{{"@type": "WebPage", "datePublished": "2019-01-01"}},
      {{"@type": ["NewsArticle"], "datePublished": "2025-03-09T08:00:00+01:00", "author": {{"@id": "#lea"}},
        "publisher": {{"name": "Tower Times"}}}}, {{"@type": "Person", "@id": "#lea", "name": "Lea Sand"}}]}}</script>
      <script type='application/ld+json'>{{broken</script></head><body><article><p>{PARAGRAPHS[1]}</p></article></body></html>"""
    article = one(tmp_path, "a.html", page.encode())
    assert (article.published, article.author, article.publisher) == ("2025-03-09", "Lea Sand", "Tower Times")


def test_the_day_of_an_article_is_not_that_of_what_stands_beside_it(tmp_path: Path) -> None:
    old = "<aside><time datetime='2019-01-01'>Old</time></aside>"
    page = f"<body>{old}<article><h1>Title</h1><time datetime='2026-03-04'>4 March</time><p>{PARAGRAPHS[1]}</p>{old}</article>{old}</body>"
    assert one(tmp_path, "a.html", page.encode()).published == "2026-03-04"


def test_the_id_0_is_an_id(tmp_path: Path) -> None:
    found = read(
        tmp_path, "a.jsonl", b'{"id": 0, "text": "It rained."}\n{"id": "", "url": "http://x.org/1", "text": "It snowed."}'
    )
    assert [f.id for f in found if isinstance(f, Article)] == ["0", "http://x.org/1"]
