"""Statements turned round into questions: the right ones, in good English, and nothing out of what is no plain statement."""

from __future__ import annotations

import pytest
from hypothesis import given

from answering.suggesting import questions_from
from answering.verbs import is_participle, of_the_past, of_the_present
from tests.hostile import hostile_texts

NAMES = "so Meta and AMD, with Graviton, Nvidia, Ostby and Amazon, said Ada Lovelace"


@pytest.mark.parametrize(
    ("statement", "question", "answer"),
    [
        ("Meta announced the partnership with AMD in February 2026.", "When did Meta announce the partnership with AMD?", "February 2026"),
        ("In February 2026, Meta announced the partnership.", "When did Meta announce the partnership?", "February 2026"),
        ("Meta secured 6 gigawatts (6GW) of computing capacity from AMD.", "How many gigawatts of computing capacity did Meta secure from AMD?", "6"),
        ("Meta paid about $4 billion for the chips.", "How much did Meta pay for the chips?", "4"),
        ("The Ostby Group bought 12 buses in Norway.", "How many buses did the Ostby Group buy in Norway?", "12"),
        ("Meta hired 300 people, according to TechCrunch.", "How many people did Meta hire?", "300"),
        ("Yoshua Bengio, one of the founders of modern AI research, has warned of a crash.", "Who is Yoshua Bengio?", "Yoshua Bengio"),
        ("Graviton is a CPU with an Arm design.", "What is Graviton?", "Graviton"),
        ("Nvidia dominates the market for AI accelerators.", "Who dominates the market for AI accelerators?", "Nvidia"),
        ("Meta has partnered with AMD on large deployments.", "Has Meta partnered with AMD on large deployments?", None),
        ("Meta will receive millions of Trainium chips.", "Will Meta receive millions of Trainium chips?", None),
    ],
)  # fmt: skip
def test_a_plain_statement_is_turned_round(statement: str, question: str, answer: str | None) -> None:
    assert (question, answer) in [(q, a) for _, q, a in questions_from(statement, f"{NAMES}. {statement}")]


@pytest.mark.parametrize(
    "statement",
    [
        "It has partnered with AMD on large deployments.", "Operators look for sites beside rivers.", "The UK has the world’s second largest house.",
        "He bought 12 buses in Norway.", "Meta announced the deal on Monday.", "Meta announced it in February 2026.", "This was announced in 2026.",
        "AI models are getting larger in Norway.", "Meta’s costs rose in Norway.", "But Meta bought 12 buses last year.", "“Meta bought 12 buses”.",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_alone(statement: str) -> None:
    assert [q for _, q, _ in questions_from(statement, NAMES)] == []


@given(hostile_texts)
def test_any_text_is_survived_and_a_question_is_short(text: str) -> None:
    for _, question, _ in questions_from(text, text):
        assert question.endswith("?") and len(question) <= 100


def test_forms_of_verbs() -> None:
    assert [of_the_past(w) for w in ("bought", "announced", "buys", "chip", "led")] == [
        "buy",
        "announce",
        None,
        None,
        "lead",
    ]
    assert [of_the_present(w) for w in ("dominates", "models", "bought")] == ["dominate", None, None]
    assert is_participle("taken") and not is_participle("the")
