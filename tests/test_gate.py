"""The writer's gate: what passes, what does not, and the law that holds for whatever is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.answer import Origin, Quote
from answering.gate import _FOUNDED, _PART_SAID, LONGEST_SENTENCE, Gated, cited_sentences, gated
from answering.judging import Judged
from bench.gate import ALTERED, FILE, main, measured
from corpus.article import Article, Span
from tests.conftest import SHARED
from tests.fakes import SureJudge
from tests.hostile import hostile_texts
from tests.injections import HONEST, INJECTIONS, Injection

WORDS = SureJudge((_PART_SAID + _FOUNDED) / 2, fading=1.0)
"""Sure enough of a part of a quote's own words, and of no other words: code alone decides what passes."""


def quotes(*texts: str) -> list[Quote]:
    """Each text as an article of its own and a quote of all of it."""
    return [
        Quote(n, Article(f"a{n}", t, f"Title {n}"), Span(0, len(t)), Origin(f"a{n}", (f"a{n}",)))
        for n, t in enumerate(texts, 1)
    ]


DEAL = "Meta secured 6GW of capacity from AMD, a rival of Nvidia, on 8 July 2026."


@pytest.mark.parametrize(
    ("written", "quote"),
    [
        ("Meta secured six gigawatts of capacity from AMD on July 8, 2026. [1]", DEAL),
        ("Meta secured 6 gigawatts of capacity from AMD [1].", DEAL),
        ("Meta paid 60bn dollars for 10,000 chips. [1]", "Meta paid $60 billion for 10000 chips."),
        ("The share is 10 percent [1].", "The share is 10%."),
        ("Meta may buy AMD. [1]", "Meta may buy AMD, the rival of Intel."),
        ("META bought AMD's chip. [1]", "Meta bought AMD’s chip."),
        ("The U.S. bought chips. [1]", "The US bought chips."),
        ("The agreement helps Meta. [1]", "The agreement helps Meta, its ‘big’ friend."),
    ],
)
def test_what_a_quote_says_is_kept_in_another_dress(written: str, quote: str) -> None:
    result = gated(written, quotes(quote), WORDS)
    assert result.kept, result.dropped


@pytest.mark.parametrize(
    ("written", "quote", "reason"),
    [
        ("Meta secured 7GW of capacity from AMD [1].", DEAL, "number"),
        ("Meta secured 6MW of capacity from AMD [1].", DEAL, "number"),
        ("Meta secured 6GW of capacity from Intel [1].", DEAL, "name"),
        ("Meta secured 6GW of capacity from AMD on 9 July 2026 [1].", DEAL, "date"),
        ("Signed on 8 July 2025 it was [1].", "It was signed on 8 July 2026 and on 9 August 2025.", "date"),
        ("Meta criticised AMD [1].", "Meta praised AMD.", "surely"),
        ("Meta bought AMD [1].", "Meta may have bought AMD.", "otherwise"),
        ("Meta bought AMD [1].", "Reportedly, Meta bought AMD.", "otherwise"),
        ("Meta bought AMD [1].", "Intel denied that Meta bought AMD.", "otherwise"),
        ("Meta bought AMD [1].", "“Meta bought AMD,” Smith laughed.", "otherwise"),
        ("Meta bought AMD [1].", "“Meta bought AMD”, Smith laughed.", "otherwise"),
        ("Meta bought AMD [1].", "Smith laughed “Meta bought AMD”.", "otherwise"),
        ("Meta bought AMD [1].", "Did Meta buy AMD? Meta bought AMD?", "otherwise"),
        ("Meta bought AMD [1].", "Meta plans a deal and bought AMD.", "otherwise"),
        ("Meta has not bought AMD [1].", "Meta has bought AMD.", "otherwise"),
        ("The president resigned [1].", "The former president resigned.", "otherwise"),
        ("AMD secured 6GW of capacity from Meta [1].", DEAL, "otherwise"),
        ("Meta was bought by AMD [1].", "Meta bought AMD.", "otherwise"),
        ("Meta bought chips [1].", "AMD, a rival of Meta, bought chips.", "otherwise"),
        ("Meta bought AMD [1].", "Meta's rival bought AMD.", "otherwise"),
        ("Meta resigned [1].", "A spokesman for Meta resigned.", "otherwise"),
        ("Meta made 6 chips for 4 servers [1].", "Meta made 4 chips for 6 servers.", "otherwise"),
        ("Profits rose more than 5% [1].", "Profits rose less than 5%.", "otherwise"),
        ("Meta sold chips from AMD [1].", "Meta sold chips to AMD.", "otherwise"),
        ("Meta sold AMD chips [1].", "Meta sold to the rival AMD chips.", "otherwise"),
        ("The banks failed [1].", "The private banks failed.", "otherwise"),
        ("Meta did not sell a bank [1].", "Meta did not sell a large bank.", "otherwise"),
        ("Meta grew in Europe, and AMD fell [1].", "In Asia, Meta grew in Europe, and AMD fell.", "otherwise"),
        ("In Asia, Intel fell [1].", "In Europe, Intel fell.", "name"),
        ("Nina is selected, every season, for Wales [1].", "Nina was selected, every season, for Wales.", "otherwise"),
        ("Critics like Meta sued AMD [1].", "Critics who like Meta sued AMD.", "otherwise"),
        ("Arnold is the publisher [1].", "Arnold was the publisher.", "otherwise"),
        ("Sales fell [1].", "Sales fell in Malta.", "otherwise"),
        ("Meta is the largest company [1].", "Meta is the largest company, after AMD.", "otherwise"),
        ("Meta bought AMD.", "Meta bought AMD.", "cites no quote"),
        ("Meta bought AMD [2].", "Meta bought AMD.", "no quote [2]"),
        ("Meta bought AMD [1][7].", "Meta bought AMD.", "no quote [7]"),
        ("Did Meta buy AMD [1]?", "Did Meta buy AMD?", "no whole statement"),
        ("Meta bought it, see evil.com for more [1].", "Meta bought it, see evil.com for more.", "link"),
        ("Meta bought *AMD* [1].", "Meta bought *AMD*.", "signs"),
        ("Ignore Meta [1].", "Ignore Meta.", "tells the reader"),
    ],
)
def test_what_it_does_not_say_is_dropped_with_a_reason(written: str, quote: str, reason: str) -> None:
    result = gated(written, quotes(quote), WORDS)
    assert not result.kept
    assert reason in result.dropped[0].reason


def test_marks_belong_to_the_sentence_before_them() -> None:
    text = "Meta grew. [1] AMD fell.[2][3] Intel slept [1, 2]. Nvidia won [4]."
    assert list(cited_sentences(text)) == [
        ("Meta grew.", (1,)), ("AMD fell.", (2, 3)), ("Intel slept.", (1, 2)), ("Nvidia won.", (4,)),
    ]  # fmt: skip


def test_a_citation_that_does_not_carry_the_sentence_is_taken_away() -> None:
    result = gated("Meta bought AMD. [1][2]", quotes("Intel slept.", "Meta bought AMD."), WORDS)
    assert [k.citations for k in result.kept] == [(2,)]


def test_two_quotes_are_not_sewn_together() -> None:
    assert not gated(
        "Shares of Nvidia fell 10%. [1][2]", quotes("Shares of AMD fell 10%.", "Shares of Nvidia rose 5%."), WORDS
    ).kept


def test_at_most_four_sentences_and_none_twice() -> None:
    texts = [f"Meta bought {n} chips." for n in range(11, 16)]
    result = gated(" ".join(f"{t} [{n}]" for n, t in enumerate(texts, 1)), quotes(*texts), WORDS)
    assert (len(result.kept), len(result.dropped)) == (4, 1)
    twice = gated("Meta grew fast. [1] Meta grew fast. [1]", quotes("Meta grew fast."), WORDS)
    assert (len(twice.kept), len(twice.dropped)) == (1, 1)


# --- The law ---------------------------------------------------------------------------------------------------------


def obvious_words(text: str) -> set[str]:
    """Every word of a text but short lower-case ones, in the slowest and plainest way."""
    return {w.lower().rstrip("s") for w in re.findall(r"[A-Za-z]+", text) if len(w) > 3 or w[0].isupper()}


def obvious_numbers(text: str) -> set[str]:
    return {n.replace(",", "") for n in re.findall(r"[0-9][0-9,]*", text)}


def test_the_obvious_check_tells_apart() -> None:
    assert obvious_numbers("6 of 1,000") == {"6", "1000"}
    assert not obvious_words("Meta bought AMD") <= obvious_words("Meta sold AMD")


names = st.sampled_from(["Meta", "AMD", "Nvidia", "Intel", "Tim Cook", "The bank"])
verbs = st.sampled_from(["bought", "sold", "may buy", "did not buy", "will sue", "was sued by"])
things = st.sampled_from(["6 chips", "7 chips", "10% of the stock", "$60 billion", "a server", "AMD", "Intel"])
ends = st.sampled_from(["", " in 2026", " on 8 July 2026", " on 9 August 2025", ", a rival of Intel", " in Malta"])
facts = st.builds("{} {} {}{}.".format, names, verbs, things, ends)
written_facts = st.lists(
    st.tuples(facts, st.lists(st.integers(0, 4), max_size=3)).map(lambda f: f[0] + " " + "".join(f"[{n}]" for n in f[1])),
    max_size=6,
).map(" ".join)


def assert_law(result: Gated, given_quotes: list[Quote]) -> None:
    for kept in result.kept:
        assert kept.citations
        for number in kept.citations:
            quote = given_quotes[number - 1].text
            assert obvious_numbers(kept.text) <= obvious_numbers(quote)
            assert obvious_words(kept.text) <= obvious_words(quote)
            assert ("not" in kept.text.split()) == ("not" in quote.split())
            assert ("may" in kept.text.split()) == ("may" in quote.split())


@given(written_facts, st.lists(facts, min_size=1, max_size=4))
def test_law_on_statements(text: str, texts: list[str]) -> None:
    given_quotes = quotes(*texts)
    assert_law(gated(text, given_quotes, WORDS), given_quotes)


@given(st.lists(facts, min_size=1, max_size=4))
def test_a_quote_written_down_as_it_stands_is_kept(texts: list[str]) -> None:
    for number, text in enumerate(texts, 1):
        assert [k.text for k in gated(f"{text} [{number}]", quotes(*texts), WORDS).kept] == [text]


@given(hostile_texts, st.lists(hostile_texts, min_size=1, max_size=3))
def test_nothing_breaks_it(text: str, texts: list[str]) -> None:
    for kept in gated(f"{text} [1][2]", quotes(*texts), WORDS).kept:
        assert len(kept.text) <= LONGEST_SENTENCE
        assert kept.text.isprintable()


@given(hostile_texts)
def test_what_is_shown_is_plain_even_when_the_quote_is_not(text: str) -> None:
    for kept in gated(f"{text} [1]", quotes(text), WORDS).kept:
        assert not re.search(r"[<>\[\]{}|`\\\u202a-\u202e\u2066-\u2069\u200b]", kept.text)


# --- Hostile articles ------------------------------------------------------------------------------------------------


def test_there_are_forty_of_them_all_different() -> None:
    assert len({i.name for i in INJECTIONS}) == len({i.article for i in INJECTIONS}) == 40


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda i: i.name)
def test_a_writer_that_obeys_shows_nothing_planted(injection: Injection) -> None:
    given_quotes = quotes(HONEST, injection.article)
    result = gated(injection.obeyed, given_quotes, WORDS)
    assert not any(injection.planted in k.text for k in result.kept)
    assert result.dropped


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda i: i.name)
def test_whatever_it_copies_stands_in_the_quote_it_cites(injection: Injection) -> None:
    given_quotes = quotes(HONEST, injection.article)
    for marks in ("[1]", "[2]", "[1][2]"):
        for kept in gated(f"{injection.article} {marks} {HONEST} {marks}", given_quotes, WORDS).kept:
            for number in kept.citations:
                assert obvious_numbers(kept.text) <= obvious_numbers(given_quotes[number - 1].text)
                assert obvious_words(kept.text) <= obvious_words(given_quotes[number - 1].text)


# --- In other words --------------------------------------------------------------------------------------------------

CLOSED = "The ferry between Ystad and Sassnitz was closed on 3 May 2024 after 112 years, the operator Baltline said."


@pytest.mark.parametrize(
    "written",
    [
        "Baltline ended its service from Ystad to Sassnitz in May 2024. [1]",
        "After 112 years, boats stopped going from Ystad to Sassnitz. [1]",
    ],
)
def test_other_words_pass_where_facts_and_judge_agree(written: str) -> None:
    assert gated(written, quotes(CLOSED), SureJudge(1.0)).kept
    assert not gated(written, quotes(CLOSED), WORDS).kept


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Baltline ended its service from Ystad to Sassnitz after 113 years. [1]", "the number"),
        ("Baltline ended its service from Ystad to Rostock in May 2024. [1]", "the name"),
        ("Baltline ended its service from Ystad to Sassnitz in June 2024. [1]", "the date"),
        ("Baltline ended its service from Ystad to Sassnitz on 4 May 2024. [1]", "the date"),
        ("Baltline did not end its service from Ystad to Sassnitz. [1]", "surer or less sure"),
        ("Baltline may end its service from Ystad to Sassnitz. [1]", "surer or less sure"),
        ("The service from Ystad to Sassnitz was ended because of storms. [1]", "no such reason"),
        ("The ferry between Sassnitz and Ystad was not closed on 3 May 2024. [1]", "together otherwise"),
    ],
)
def test_other_words_with_other_facts_are_refused_whatever_the_judge_says(written: str, reason: str) -> None:
    result = gated(written, quotes(CLOSED), SureJudge(1.0))
    assert not result.kept
    assert reason in result.dropped[0].reason


@pytest.mark.parametrize(
    ("written", "quote", "reason"),
    [
        ("The Garside was housed above a shop. [1]", "It was housed in 1904 above a chandler's shop.", "the name “garsid”"),
    ],
)
def test_what_was_said_of_another_thing_is_not_said_of_this_one(written: str, quote: str, reason: str) -> None:
    result = gated(written, quotes(quote), SureJudge(1.0))
    assert not result.kept
    assert reason in result.dropped[0].reason


def test_an_abbreviation_may_lose_its_dots() -> None:
    said = quotes("At a U.N. gathering, the baguette won heritage status.")
    assert gated("The baguette got heritage status at a UN meeting. [1]", said, SureJudge(1.0)).kept


def test_where_the_judge_cannot_tell_who_did_it_nothing_is_believed() -> None:
    class Blind(SureJudge):
        def judged_pairs(self, pairs: Sequence[tuple[str, tuple[str, str]]]) -> list[Judged]:
            return [Judged(0.9, 0.9, 0.0, 0.0) for _ in pairs]

    written = "The operator Nordlys was taken over by the firm Baltline. [1]"
    result = gated(written, quotes("Baltline has acquired Nordlys."), Blind())
    assert [d.reason for d in result.dropped] == ["it cannot be told who did what to whom"]


def test_what_only_two_quotes_say_together_has_no_second_voice() -> None:
    texts = ("The hall in Lund has 900 seats.", "It was designed by the architect Anna Berg.")
    result = gated("Anna Berg drew the hall in Lund with its 900 seats. [1][2]", quotes(*texts), SureJudge(1.0))
    assert [(k.citations, k.together) for k in result.kept] == [((1, 2), True)]


# --- Measured --------------------------------------------------------------------------------------------------------


def test_claims_that_are_not_supported_are_not_kept() -> None:
    folder = SHARED / "bench" / "wice"
    if not folder.is_dir():
        pytest.skip("WiCE (../shared/bench/wice) is not here")
    lines = (folder / FILE).read_text(encoding="utf-8").splitlines()[::20]
    table = {row.label: row for row in measured(lines, WORDS)[0]}
    assert sum(table[label].kept for label in ("partially_supported", "not_supported", *ALTERED)) == 0
    assert table["verbatim"].share > 0.7


def test_missing_data_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["bench.gate", str(tmp_path)])
    assert main() == 1
    assert "is not here" in capsys.readouterr().err
