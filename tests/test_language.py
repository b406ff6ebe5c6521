"""Words, names, amounts and times: the table of pairs, and the laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from language.amounts import amounts_in, exclude_each_other, same_amount
from language.names import names_in, same_name, short_forms
from language.spans import Span
from language.times import disjoint, same_time, times_in, whole_date
from language.units import KNOWN
from language.values import Sameness, compared, holds_value, values_in
from language.words import content_stems, share_held
from tests.hostile import hostile_texts
from tests.values import Pair, pairs

DAY = date(2026, 3, 12)

_SIGNS = {
    "=": (Sameness.SAME,),
    "≠": (Sameness.DIFFERENT,),
    "?": (Sameness.UNKNOWN,),
    "≁": (Sameness.DIFFERENT, Sameness.UNKNOWN),
}


@pytest.mark.parametrize("pair", pairs(), ids=str)
def test_pairs(pair: Pair) -> None:
    one, other = pair.one, pair.other
    for a, b in ((one, other), (other, one)):
        told = compared(a.text, b.text, published=(a.published, b.published), articles=(a.article, b.article))
        assert told in _SIGNS[pair.sign]


# --- Laws ------------------------------------------------------------------------------------------------------------

units = st.sampled_from(
    sorted(w for w, (kind, _, _) in KNOWN.items() if kind in ("measure", "time", "money") and w.isalpha() and len(w) > 2)
)
counts = st.integers(1, 10**9)
days = st.dates(date(1900, 1, 1), date(2090, 1, 1))
names = st.lists(st.from_regex(r"[A-Z][a-z]{3,8}", fullmatch=True), min_size=1, max_size=3).map(" ".join)


@pytest.mark.parametrize("pair", pairs(), ids=str)
def test_an_answer_is_itself(pair: Pair) -> None:
    side = pair.one
    told = compared(side.text, side.text, published=(side.published,) * 2, articles=("", ""))
    assert told is Sameness.SAME


@given(hostile_texts, hostile_texts)
def test_values_lie_in_their_text_and_compare_alike_both_ways(one: str, other: str) -> None:
    for text in (one, other):
        spans = (*values_in(text, DAY).spans, *names_in(text), *holds_value(text, other), *(t.span for t in times_in(text)))
        assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert compared(one, other) is compared(other, one)


@given(counts, counts, units)
def test_whole_numbers_are_only_the_same_as_themselves(one: int, other: int, unit: str) -> None:
    (a,), (b,) = amounts_in(f"{one:,} {unit}s"), amounts_in(f"{other} {unit}s")
    assert same_amount(a, a)
    assert same_amount(a, b) is same_amount(b, a) and exclude_each_other(a, b) is exclude_each_other(b, a)
    assert not (same_amount(a, b) and exclude_each_other(a, b))
    assert same_amount(a, b) is (one == other)


@given(
    counts, st.sampled_from([("km", "m high", 1000), ("hours", "minutes", 60), ("GW", "MW", 1000), ("tonnes", "kg", 1000)])
)
def test_units_are_reckoned(many: int, pair: tuple[str, str, int]) -> None:
    (large,), (small,) = amounts_in(f"{many} {pair[0]}"), amounts_in(f"{many * pair[2]} {pair[1]}")
    assert same_amount(large, small)
    (next_,) = amounts_in(f"{(many + 1) * pair[2]} {pair[1]}")
    assert exclude_each_other(large, next_)


@given(st.integers(1_000_000, 999_000_000))
def test_a_rounding_allows_its_written_precision_and_no_more(number: int) -> None:
    (exact,), (rounded,) = amounts_in(f"{number:,} people"), amounts_in(f"{number / 1e6:.1f} million people")
    off = abs(exact.value - rounded.value)
    assert off <= 50_000 and not exclude_each_other(exact, rounded)
    for step in (-100_001, 100_001):
        (other,) = amounts_in(f"{number + step:,} people")
        assert exclude_each_other(rounded, other) or abs(other.value - rounded.value) <= 50_000


@given(days, days)
def test_spellings_of_a_day_are_one_day(one: date, other: date) -> None:
    spelt = [
        f"{one.day} {one:%B} {one.year}",
        f"{one:%B} {one.day}, {one.year}",
        one.isoformat(),
        f"{one.day}.{one.month}.{one.year}",
    ]
    told = [times_in(words)[0] for words in spelt]
    (there,) = times_in(other.isoformat())
    assert all(same_time(t, told[0]) and whole_date(w) == one for t, w in zip(told, spelt, strict=True))
    assert all(same_time(t, there) is (one == other) and disjoint(t, there) is (one != other) for t in told)


@given(days, st.integers(0, 6))
def test_a_weekday_is_the_last_one(published: date, back: int) -> None:
    meant = published - timedelta(back)
    (weekday,), (day,) = times_in(f"on {meant:%A}", published), times_in(meant.isoformat())
    assert same_time(weekday, day)


@given(names, names)
def test_a_name_is_never_the_same_as_one_that_begins_with_it(one: str, other: str) -> None:
    assert same_name(one, other) is same_name(other, one)
    assert same_name(one, f"the {one.upper()}") and same_name(one, f"{one}’s")
    assume(one.split()[-1] != other.split()[-1])
    assume(
        one.lower() != "".join(word[0] for word in f"{one} {other}".split()).lower()
    )  # "WHO" begins a name in another way
    article = f"{one} {other} came."
    assert not same_name(one, f"{one} {other}", article, article)


def test_names_of_a_sentence() -> None:
    text = "On Monday China Mobile and China\u2019s President Xi met Maren Holt of the Joint Water Board (JWB) in New York."
    assert [s.of(text) for s in names_in(text)] == [
        "China Mobile", "China", "President Xi", "Maren Holt", "the Joint Water Board", "JWB", "New York",
    ]  # fmt: skip
    assert short_forms(text)["JWB"] == "Joint Water Board"


@pytest.mark.parametrize(
    ("text", "answer", "places"),
    [
        ("It killed forty people and hurt 41.", "40 people", ["forty"]), ("It cost 55 crowns.", "40 crowns", []),
        ("China Mobile bought the tower.", "China", []), ("The flood hit Harlow and Ostby.", "Harlow", ["Harlow"]),
        ("The wall is dark red.", "dark green", []), ("Walls were a dark green.", "the dark green", ["dark green"]),
        ("They moved to 12 Harbour Street.", "40 Harbour Street", []), ("Line 13 opened.", "line 12", []),
        ("It opened on 14 March 2024.", "March 14, 2024", ["14 March 2024"]), ("She said on 14 March 2024 it opened.", "14 March 2024", []),
        ("It was found in 1600 homes.", "in 1600", []), ("2,000 jobs went.", "2000 jobs", ["2,000"]),
    ],
)  # fmt: skip
def test_where_a_value_stands(text: str, answer: str, places: list[str]) -> None:
    assert [s.of(text) for s in holds_value(text, answer)] == places


def test_a_short_form_is_read_in_its_article() -> None:
    article = "The Joint Water Board (JWB) met."
    assert holds_value("The JWB closed.", "Joint Water Board", articles=(article, "")) == [Span(0, 7)]


def test_the_share_of_words() -> None:
    wanted = content_stems("partners signed the contract")
    assert share_held(wanted, content_stems("a contract of partnership")) == pytest.approx(1 / 3)
    assert share_held(wanted, content_stems("a contract of partnership"), akin=True) == pytest.approx(2 / 3)
    assert share_held(frozenset(), wanted) == 0.0


@pytest.mark.parametrize("piece", ["1 ", "one thousand and ", "1,111", "Ab of the ", "Z9-", "14 March ", "5 m", "Ab (AB) "])
def test_long_texts_come_to_an_end(piece: str) -> None:
    """A pattern that tries every end of every beginning would take hours."""
    long = piece * 3000
    assert all(0 <= span.start < span.end <= len(long) for span in values_in(long, DAY).spans)
    assert isinstance(short_forms(long), dict)
