"""What the third round of training learns from: questions and passages made not to go together, and files for the GPU."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from training.gpu import Row, auc, rate, rows_of, shortened
from training.made import Forms, Made, answering, denied, forms_of, hedged, planned, reversed_roles
from training.pack import row_of, write_rows
from training.parser import parsed
from training.reader_data import Example

FORMS = Forms(past={"sue": "sued"}, participle={"win": "won"})


@pytest.mark.models
@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("Who founded Apple in 1976?", "Who did Apple found in 1976?"),
        ("Which company did Apple sue in 2011?", "Which company sued Apple in 2011?"),
        ("When did Chelsea beat Arsenal?", "When did Arsenal beat Chelsea?"),
        ("Who married Ada Berg?", None),
        ("How old is the lake?", None),
    ],
)
def test_roles_exchanged(question: str, other: str | None) -> None:
    assert reversed_roles(parsed([question])[0], FORMS) == other


@pytest.mark.models
def test_a_verb_denied_hedged_planned() -> None:
    verb = next(t for t in parsed(["Norway won the cup in 1998."])[0] if t.dep_ == "ROOT")
    assert denied(verb, FORMS) == "Norway did not win the cup in 1998."
    assert hedged(verb, FORMS) == "Norway may have won the cup in 1998."
    assert planned(verb, FORMS) == "Norway planned to win the cup in 1998."


def example() -> Example:
    text = "Norway won the cup in 1998. Ada Berg opened the school in Ostby."
    start = text.index("Norway")
    return Example("Who won the cup?", "Cups", text, start, start + len("Norway"))


@pytest.mark.models
def test_what_is_made_of_an_example() -> None:
    one = example()
    texts = [one.question, answering(one)[0]]
    grammar = dict(zip(texts, parsed(texts), strict=True))
    made = Made([one], grammar, forms_of(grammar), 0)
    weakened = made.weakened(one)
    assert weakened is not None and weakened.answer is None and weakened.text != one.text
    told, other = made.dated(one), made.another_time(one)
    assert told is not None and told.question == "Who won the cup in 1998?" and told.answer == "Norway"
    assert other is not None and other.answer is None and "1998" not in other.question


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    rows = [row_of(example()), row_of(example().unanswered(question="Who lost the cup?"))]
    write_rows(rows, tmp_path / "reader_0.jsonl.xz")
    found = rows_of(tmp_path / "reader_0.jsonl.xz")
    assert [(r.asked, len(r.places)) for r in found] == [("Who won the cup?", 1), ("Who lost the cup?", 0)]
    assert [found[0].text[a:b] for a, b in found[0].places] == ["Norway"]


def test_a_shortened_passage_keeps_its_answer() -> None:
    text = " ".join(f"w{n}" for n in range(600))
    start = text.index("w400")
    cut = shortened(Row("?", "", text, ((start, start + 4),)), random.Random(0))
    assert len(cut.text.split()) == 170
    assert [cut.text[a:b] for a, b in cut.places] == ["w400"]


def test_rate_and_area() -> None:
    assert rate(0.0) == 0.0 and rate(0.05) == 1.0 and rate(1.0) == 0.0 and rate(1.5) == 0.0
    assert auc(np.array([1.0, 3.0]), np.array([0.0, 2.0])) == 0.75
