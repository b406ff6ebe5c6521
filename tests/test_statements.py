"""What the judge learns from: statements made of questions, and what is spoiled in them."""

from __future__ import annotations

import random
import re

import pytest

from training.judge_data import Claims
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


def test_what_is_marked_as_wrong_is_wrong() -> None:
    pairs = Claims(examples(), 1, {}).all()
    assert 0.4 < sum(p.supported for p in pairs) / len(pairs) < 0.6
    for pair in pairs:
        for span in (*pair.wrong, *pair.unknown):
            assert 0 <= span.start < span.end <= len(pair.claim)
        assert pair.supported == (not pair.wrong and not pair.unknown) or (not pair.supported and pair.unknown)


def test_a_replaced_name_or_number_is_not_in_a_supported_claim() -> None:
    """Where all but the wrong part is known to be said, no supported claim on that passage holds that part there."""
    for pair in Claims(examples(), 2, {}).all():
        if pair.wrong and not pair.unknown:
            words = set(re.findall(r"\w+", pair.claim))
            wrong = {w for span in pair.wrong for w in re.findall(r"\w+", span.of(pair.claim))}
            assert wrong and wrong <= words


def test_the_same_seed_makes_the_same_pairs() -> None:
    assert Claims(examples(), 3, {}).all() == Claims(examples(), 3, {}).all()
