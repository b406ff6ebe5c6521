"""Numbers in answers: spellings and roundings of one number are the same, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.provenance.quantities import comparable, quantity_in, same_quantity
from answering.wording import folded, same_answer


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("6GW", "six gigawatts", True), ("a 6-gigawatt plant", "6 GW", True), ("$2.6 billion", "$2,600,000,000", True),
        ("8.5%", "9 percent", True), ("$4.96", "$5", True), ("more than $6 billion", "$6.1 billion", True),
        ("1,012 people", "1,000 people", True), ("57%", "60%", False), ("40 chips", "25 chips", False),
        ("36", "40", False), ("27 years", "13 years", False), ("$6", "$6 billion", False), ("10 days", "10 weeks", False),
        ("6 percent", "6", False), ("3.5", "3", False),
    ],
)  # fmt: skip
def test_spellings_and_roundings(one: str, other: str, same: bool) -> None:
    a, b = quantity_in(one), quantity_in(other)
    assert a is not None and b is not None
    assert same_quantity(a, b) is same
    assert same_quantity(b, a) is same


@pytest.mark.parametrize("text", ["5-4", "a 16–4 record", "two-thirds", "the governor", "2021/22", ""])
def test_scores_ranges_and_fractions_are_no_number_to_compare(text: str) -> None:
    assert quantity_in(text) is None


@pytest.mark.parametrize(("one", "other"), [("60%", "12 people"), ("$5", "5 chips"), ("5 days", "5 miles")])
def test_of_other_units_nothing_is_said(one: str, other: str) -> None:
    a, b = quantity_in(one), quantity_in(other)
    assert a is not None and b is not None and not comparable(a, b)


@given(st.integers(1, 10**9), st.integers(0, 3))
def test_a_number_is_its_own_rounding(number: int, places: int) -> None:
    """To any number of decimals, in both directions, with and without thousands' commas."""
    fine, coarse = quantity_in(f"{number:,}.{'4' * places}" if places else f"{number:,}"), quantity_in(str(number))
    assert fine is not None and coarse is not None and same_quantity(fine, coarse) and same_quantity(coarse, fine)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_numbers_far_apart_are_never_the_same(one: int, other: int) -> None:
    a, b = quantity_in(str(one)), quantity_in(str(other))
    assert a is not None and b is not None
    if abs(one - other) > 0.03 * max(one, other):
        assert not same_quantity(a, b)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the U.S.", "United States of America"),
        ("Britain", "the United Kingdom"),
        ("NVIDIA Corp.", "Nvidia"),
        ("EU", "the E.U."),
    ],
)
def test_names_of_one_thing(one: str, other: str) -> None:
    assert same_answer(one, other), (folded(one), folded(other))
