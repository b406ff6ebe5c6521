"""What the judge learns from: statements made of questions, and what is spoiled in them."""

from __future__ import annotations

import random
import re

import pytest

from training.judge_data import Claims, Pair
from training.reader_data import Example
from training.statements import statement


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        ("When did the school open?", "1914", "The school open in 1914."),
        ("When was the school opened?", "in May 1914", "The school was opened in May 1914."),
        ("Who wrote the anthem?", "Ada Berg", "Ada Berg wrote the anthem."),
        ("What is the name of the lake?", "Lake Orm", "Lake Orm is the name of the lake."),
        ("How many ships were sunk?", "Three", "Three ships were sunk."),
        ("How many ships did the storm sink?", "three", "The storm sink three ships."),
        ("Where was Ada Berg born?", "Ostby", "Ada Berg was born in Ostby."),
        ("The lake is beside which town?", "Ostby", "The lake is beside Ostby."),
        ("In what year did the mine close?", "1999", "The mine close In 1999."),
    ],
)
def test_statements(question: str, answer: str, told: str) -> None:
    made = statement(question, answer)
    assert made is not None and made[0] == told
    assert made[0][made[1] :].lower().startswith(answer.lower())


@pytest.mark.parametrize("question", ["Why so?", "Is it so?", ""])
def test_questions_whose_order_is_not_understood(question: str) -> None:
    assert statement(question, "because") is None


def examples() -> list[Example]:
    """Small stories in which every fact is named once."""
    rng = random.Random(5)
    found = []
    for n in range(40):
        town, person, year, count = f"Town{n}by", f"Ada Berg{n}", 1900 + n, rng.randrange(10, 99)
        text = (
            f"The mill in {town} was built in {year}. It was designed by {person} for the council. "
            f"At first {count} workers were employed there, most of them weavers. The river froze in winter."
        )
        for question, answer in (
            (f"When was the mill in {town} built?", str(year)),
            (f"Who designed the mill in {town} for the council?", person),
            (f"How many workers were employed at the mill in {town}?", str(count)),
        ):
            start = text.index(answer)
            found.append(Example(question, f"Mill {n // 4}", text, start, start + len(answer)))
    return found


def pairs(seed: int) -> list[Pair]:
    claims = Claims(examples(), seed)
    claims.begin(seed)
    made = [pair for number in range(len(claims)) for pair in (*claims.of(number), *claims.of_two(number))]
    return made + [pair for _ in range(40) for pair in claims.of_a_sentence()]


def test_half_of_the_claims_are_spoiled() -> None:
    found = pairs(1)
    assert len(found) > 400 and 0.4 < sum(p.supported for p in found) / len(found) < 0.6
    assert not {p for p in found if p.supported} & {p for p in found if not p.supported}


def test_a_claim_that_is_said_has_its_numbers_in_the_evidence() -> None:
    for pair in pairs(2):
        if pair.supported:
            assert all(number in f"{pair.title} {pair.text}" for number in re.findall(r"\d+", pair.claim)), pair


def test_the_same_seed_makes_the_same_pairs() -> None:
    assert pairs(3) == pairs(3)
