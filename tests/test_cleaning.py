"""Page furniture and metadata, on the sample corpus, the five real articles, and small cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.article import Article, Span
from corpus.furniture import mark_furniture
from corpus.metadata import author_in, date_in, machine_in, parse_date, upstreams_in
from corpus.template import templates, without_template
from tests.conftest import SAMPLE
from tests.test_reading import read


def body(article: Article) -> str:
    """The text outside furniture."""
    pieces, at = [], 0
    for span in article.furniture:
        pieces.append(article.text[at : span.start])
        at = span.end
    return "".join([*pieces, article.text[at:]])


@pytest.fixture(scope="module")
def sample() -> dict[str, Article]:
    return read(SAMPLE)[0]


def test_a_doubled_body_counts_once(sample: dict[str, Article]) -> None:
    article = sample["nvidia-expansion.txt"]
    assert article.text.count("Nvidia dominates the market") == 2
    assert body(article).count("Nvidia dominates the market") == 1


@pytest.mark.parametrize(
    ("name", "furniture"),
    [
        (
            "trainium-deal.txt",
            ["Chip Readers Club", "FAQ", "Show full bio", "Share this:", "school for office workers", "menus aloud"],
        ),
        ("nvidia-expansion.txt", ["Pixelgrow", "90,000 readers", "neck fan", "Advertisement"]),
        ("graviton-deal.txt", ["Leave a comment", "Subscribe"]),
        ("six-gigawatts.md", ["Discuss on LinkedIn"]),
    ],
)
def test_furniture_is_marked(sample: dict[str, Article], name: str, furniture: list[str]) -> None:
    assert [f for f in furniture if f in body(sample[name])] == []
    assert [f for f in furniture if f not in sample[name].text] == []


def test_credit_lines_and_what_the_author_box_says_stay(sample: dict[str, Article]) -> None:
    assert "Source: TechCrunch" in body(sample["trainium-deal.txt"])
    assert "I am an AI presenter" in body(sample["trainium-deal.txt"])


def test_metadata_of_the_sample(sample: dict[str, Article]) -> None:
    trainium, graviton = sample["trainium-deal.txt"], sample["graviton-deal.txt"]
    assert (trainium.author, trainium.published) == ("Emily Grant", "2026-04-24")
    assert trainium.machine is not None
    assert graviton.machine is None
    assert {u.name for u in trainium.upstreams} == {u.name for u in graviton.upstreams} == {"TechCrunch"}
    assert {u.name for u in sample["wire-copy.txt"].upstreams} == {"Reuters"}
    assert sample["six-gigawatts.md"].published is None


def test_the_five_real_articles(five: Path) -> None:
    articles, skipped = read(five)
    assert not skipped
    texts = {id_[:3]: body(a) for id_, a in articles.items()}
    for gone in (
        "Founders Club",
        "See Full Bio",
        "Upskilling",
        "Post Comment",
        "Upscayl",
        "Kreateable",
        "Threads Debate",
        "LinkedIn",
        "Rivian",
    ):
        assert not [id_ for id_, text in texts.items() if gone in text], gone
    for kept in (
        "Bengio",
        "Source: TechCrunch",
        "I am not a human",
        "millions of Amazon Web Services",
        "6-gigawatt",
        "Source: NVIDIA Newsroom",
    ):
        assert [id_ for id_, text in texts.items() if kept in text], kept
    assert texts["004"].count("A major escalation") == 1
    assert {id_[:3]: a.published for id_, a in articles.items()} == {
        "000": None, "001": "2026-04-24", "002": None, "003": None, "004": "2026-02-24",
    }  # fmt: skip


def test_ordinary_prose_is_no_furniture() -> None:
    text = "Readers may share this view.\n\nHe said more news would follow in the coming weeks, and then left the room.\n\nYes.\n\nNo."
    assert mark_furniture(text) == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-01-08", "2026-01-08"), ("2026/1/8", "2026-01-08"), ("January 8, 2026", "2026-01-08"),
        ("8 Jan 2026", "2026-01-08"), ("2026-01-08T10:00:00Z", "2026-01-08"), ("13/02/2026", "2026-02-13"),
        ("03/04/2026", None), ("February 2026", None), ("2026-13-40", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_dates_are_read_or_left_out(given: str, expected: str | None) -> None:
    assert parse_date(given) == expected


def test_a_date_in_prose_is_not_the_date_of_the_article() -> None:
    assert date_in("A title\n\nThe deal was signed on March 3, 2024 in Berlin, people said.\n") is None
    assert date_in("A title\n\nPublished: March 3, 2024\n") == "2024-03-03"


def test_bylines() -> None:
    assert author_in("A title\n\nBy Jane Doe\n\nText") == "Jane Doe"
    assert author_in("A title\n\nBy 2025 this will be over.") is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("According to TechCrunch, it did.", ["TechCrunch"]),
        ("The plan was first reported by The Verge on Monday.", ["Verge"]),
        ("BERLIN (AP) — It rained.", ["AP"]),
        ("Source: NVIDIA Newsroom", ["NVIDIA Newsroom"]),
        ("Reuters reported that it rained.", ["Reuters"]),
        ("He reads Reuters every day and likes CNN.", []),
        ("According to Yoshua Bengio, it may crash.", []),
        ("According to analysts at firms like Gartner, it grows.", []),
    ],
)
def test_upstreams_are_credits_not_mentions(text: str, names: list[str]) -> None:
    assert [u.name for u in upstreams_in(text, ())] == names


@pytest.mark.parametrize(
    ("text", "machine"),
    [
        ("I am not a human, designed to bring news.", True),
        ("This article was automatically generated by software.", True),
        ("This story was written with the help of AI.", True),
        ("The company sells AI that writes articles.", False),
        ("The report was written by a committee on artificial limbs.", False),
    ],
)
def test_machine_authors_say_so_themselves(text: str, machine: bool) -> None:
    assert (machine_in(text) is not None) == machine


def test_a_text_is_kept_whole_rather_than_lost() -> None:
    prose = "The council voted on Monday to rebuild the harbour wall before the winter storms."
    teasers = "\n\n".join(f"The story of the {n} lighthouse keepers and what became of each of them" for n in range(12))
    text = f"{prose}\n\nRelated stories\n\n{teasers}"
    assert mark_furniture(text) == ()
    short = f"{prose}\n\n{prose[:-1]} again.\n\nRelated stories\n\n{teasers[:80]}"
    assert "Related stories" in [span.of(short) for span in mark_furniture(short)]


def test_lines_that_stand_on_many_pages_of_an_outlet_are_furniture() -> None:
    """Whatever their words and language; not where most of a text stands elsewhere too, and not those of another outlet."""
    banner, body = "Zum Rundbrief der Werkstatt", "Ostby bought nine red buses in spring, and the town paid for them."
    pages = [("post", f"Title {n}\n\n{banner}\n\n{body} It was the {n}th time.") for n in range(4)]
    found = templates([*pages, ("other", f"{banner}\n\n{body}")])
    text = pages[0][1]
    assert [span.of(text) for span in marked(text, found["post"])] == [banner]
    assert found["other"] == frozenset()
    copies = templates([("post", f"Title\n\n{body}")] * 4)
    assert marked(f"Title\n\n{body}", copies["post"]) == ()


def marked(text: str, lines: frozenset[str]) -> tuple[Span, ...]:
    return without_template(Article("id", text, "A title", furniture=mark_furniture(text)), lines).furniture


def test_a_line_on_two_pages_of_three_or_three_of_ten_is_no_template() -> None:
    for with_it, without in ((2, 1), (3, 7)):
        pages = [*(f"News of Ostby\n\nBody {n}." for n in range(with_it)), *(f"Body {n}." for n in range(without))]
        assert templates(("post", page) for page in pages)["post"] == frozenset()
