"""A mail is its sender's; what is quoted or forwarded in it is of whoever wrote that."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from answering.exact import day_of
from answering.readings import Reading
from corpus.article import Article, Passage, Span
from corpus.splitting import sentences, split
from retriever.search import Hit
from tests.fakes import WordEncoder
from tests.test_formats import one

DAY = "Thu, 05 Feb 2026 10:00:00 +0100"


def mail(
    text: str, *, html: bool = False, forwarded: EmailMessage | None = None, sender: str = "Per Lund <per@orre.example>"
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Date"], made["Subject"] = sender, DAY, "Re: The dairy"
    made.set_content(text, subtype="html" if html else "plain")
    if forwarded is not None:
        made.add_attachment(forwarded)
    return made


def told(folder: Path, made: EmailMessage) -> tuple[Article, list[tuple[str, str | None, str | None]]]:
    article = one(folder, "a.eml", made.as_bytes())
    return article, [(" ".join(p.span.of(article.text).split()), p.said_by, p.dated) for p in article.entries]


SALE = "We sell the dairy."


@pytest.mark.parametrize(
    ("above", "who", "day"),
    [
        ("On 4 February Ida Berg wrote:", "Ida Berg", "2026-02-04"),
        ("On 4 March 2025 Marta Berg wrote:", "Marta Berg", "2025-03-04"),
        ("On 30 December, Ida Berg wrote:", "Ida Berg", "2025-12-30"),
        ("On Wed, Feb 4, 2026 at 9:00 AM Ida Berg <ida@orre.example> wrote:", "Ida Berg", "2026-02-04"),
        ("On Wed, Feb 4, 2026 at 9:00 AM Ida Berg\n<ida@orre.example> wrote:", "Ida Berg", "2026-02-04"),
        ("Ida Berg wrote on 4 February 2026:", "Ida Berg", "2026-02-04"),
        ("ida@orre.example wrote:", "ida@orre.example", None),
        ("Thanks.", None, None),
    ],
)
def test_a_quoted_mail_is_of_whoever_wrote_it(tmp_path: Path, above: str, who: str | None, day: str | None) -> None:
    article, parts = told(tmp_path, mail(f"I am against it.\n\n{above}\n> {SALE}\n\nNever again."))
    ((said, by, dated),) = parts
    assert said.endswith(SALE) and "against" not in said and "Never" not in said
    assert (by, dated) == (who, day)
    assert f"> {SALE}" in article.as_it_is and "\n>" not in article.text


@pytest.mark.parametrize("line", ["-----Original Message-----", "---------- Forwarded message ---------", ""])
def test_what_stands_below_the_lines_of_another_mail_is_its_senders(tmp_path: Path, line: str) -> None:
    head = "From: Ida Berg <ida@orre.example>\nSent: Wednesday, 4 February 2026 09:00\nTo: Per Lund\nSubject: The dairy"
    _, parts = told(
        tmp_path, mail(f"I am against it.\n\n{line}\n{head}\n\n{SALE}\n\nOn 3 February Eva Rud wrote:\n> Sell it!\n")
    )
    assert [(by, dated) for _, by, dated in parts] == [("Ida Berg", "2026-02-04"), ("Eva Rud", "2026-02-03")]
    assert parts[0][0].endswith(SALE)


def test_words_of_time_in_a_quoted_mail_are_read_against_its_own_day(tmp_path: Path) -> None:
    article, _ = told(tmp_path, mail("No.\n\nOn 4 February Ida Berg wrote:\n> We sell the dairy tomorrow."))
    span = Span(article.text.index("We sell"), len(article.text.rstrip()))
    said = Reading(Hit(article, Passage(span.start, span.end, span.of(article.text)), 1.0, 1), span, None, 0.9)
    assert (day_of(said), article.day_at(0)) == (date(2026, 2, 4), date(2026, 2, 5))


def test_a_quoted_sentence_goes_on_in_the_next_line_and_no_passage_holds_two_speakers(tmp_path: Path) -> None:
    article, parts = told(
        tmp_path,
        mail(
            "I am against it.\n\nOn 4 February Ida Berg wrote:\n> We sell the dairy, and whoever works there goes to\n> Orre.\n"
        ),
    )
    assert parts[0][0].endswith("goes to Orre.")
    assert [p.text.startswith("I am") for p in split(article, WordEncoder())] == [True, False]


def test_a_mail_that_is_forwarded_whole_is_read(tmp_path: Path) -> None:
    inner = mail(f"{SALE}\n\nOn 1 February Eva Rud wrote:\n> Sell it!", sender="Ida Berg <ida@orre.example>")
    article, parts = told(tmp_path, mail("See below.", forwarded=inner))
    assert article.text.startswith("See below.")
    assert [(by, dated) for _, by, dated in parts] == [("Ida Berg", "2026-02-05"), ("Eva Rud", "2026-02-01")]


def test_a_mail_of_html_is_read_as_its_text_with_what_it_quotes(tmp_path: Path) -> None:
    article, parts = told(
        tmp_path,
        mail(
            f"<p>No.<br>Never.</p><div>On 4 February Ida Berg wrote:<br></div><blockquote><p>{SALE}</p><p>Soon.</p></blockquote>",
            html=True,
        ),
    )
    assert article.text.startswith("No.\nNever.")
    assert [(by, said.partition("wrote: ")[2]) for said, by, _ in parts] == [("Ida Berg", f"{SALE} Soon.")]


def test_marks_alone_are_no_words_and_part_no_passage(tmp_path: Path) -> None:
    text = f"Never.\n\n-- \nPer Lund\nOrre Dairy\nPhone: 5550 1234\n\nOn 4 February Ida Berg wrote:\n>\n> {SALE}\n> \n>\n> > No.\n>\n> It is old."
    article, _ = told(tmp_path, mail(text))
    assert "\nPer Lund, Orre Dairy, Phone: 5550 1234.\n" in article.text and ">" not in article.text
    assert [" ".join(p.text.split()) for p in split(article, WordEncoder())][-3:] == [
        f"On 4 February Ida Berg wrote: {SALE}", "No.", "It is old.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told_"),
    [
        ("On 4 February, Ida Berg wrote:\n> The sale is in\n> the hall.\n>\n> On 3 February, Eva Rud wrote:\n>> Sell it!",
         [("On 4 February, Ida Berg wrote:", "Ida Berg", "2026-02-04"), ("The sale is in the hall.", "Ida Berg", "2026-02-04"),
          ("On 3 February, Eva Rud wrote:", "Eva Rud", "2026-02-03"), ("Sell it!", "Eva Rud", "2026-02-03")]),
        ("On Wed, 4 February 2026 at 10:12 Ida Berg\n<ida@orre.example> wrote:\n> Sell it! It is 7",
         [("On Wed, 4 February 2026 at 10:12 Ida Berg <ida@orre.example> wrote:", "Ida Berg", "2026-02-04"), ("Sell it!", "Ida Berg", "2026-02-04"),
          ("It is 7.", "Ida Berg", "2026-02-04")]),
    ],
)  # fmt: skip
def test_the_line_that_names_a_writer_is_no_part_of_what_he_wrote(
    tmp_path: Path, text: str, told_: list[tuple[str, str, str]]
) -> None:
    article, _ = told(tmp_path, mail(f"Never.\n\n{text}\n"))
    parts = [(s, article.entry_at(s.start)) for s in sentences(article.text, Span(0, len(article.text)))]
    assert [(s.of(article.text), part.said_by, part.dated) for s, part in parts] == [
        ("Never.", None, None),
        *told_,
    ]


def test_what_programs_put_no_mark_before_is_of_whoever_is_named_above(tmp_path: Path) -> None:
    _, parts = told(tmp_path, mail(f"Never.\n\n> On 4 Feb 2026, at 12:10, Ida Berg <i@x.org> wrote:\n>\n> {SALE}"))
    assert [(by, dated) for _, by, dated in parts] == [("Ida Berg", "2026-02-04")]
    _, parts = told(tmp_path, mail(f"Never.\n\nOn 4 Feb 2026 Ida Berg wrote:\n\n{SALE}"))
    assert [(said.endswith(SALE), by) for said, by, _ in parts] == [(True, "Ida Berg")]
