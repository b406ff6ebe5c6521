"""What code alone rules out, and what it leaves to the networks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from answering.exact import (
    as_certain,
    cannot_answer,
    denies,
    doubts,
    half_told,
    line_of,
    names_of,
    row_of_names,
    speaks_of_others,
    told_in,
    with_capitals,
)
from answering.readings import Reading
from answering.timing import by_entry
from corpus.article import Article, Entry, Passage, Span
from language.questions import question_of
from retriever.search import Hit
from tests.fakes import reading

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("question", "sentence", "ruled_out"),
    [
        ("How many tonnes did the valley harvest in 2022?", "The valley harvested 3,100 tonnes in 2023.", True),
        ("How many tonnes did the valley harvest in 2022?", "The valley harvested 9,400 tonnes in 2022, and 3,100 in 2023.", False),
        ("How many tonnes did the valley harvest in 2022?", "The valley harvested 9,400 tonnes.", False),
        ("What did the valley earn in March?", "In April the valley earned 40 million.", True),
        ("What does rule A001 allow?", "Rule A002 allows dogs.", True),
        ("How many people work at Tessaly?", "Kinloch employs 870 people.", True),
        ("How many people work at Tessaly?", "Tessaly employs 870 people.", False),
        ("How many people work at the mill?", "Kinloch employs 870 people.", False),
    ],
)  # fmt: skip
def test_another_time_code_or_bearer_cannot_answer(question: str, sentence: str, ruled_out: bool) -> None:
    assert cannot_answer(question_of(question), TODAY, reading(question, "a", sentence)) is ruled_out


def test_a_dateline_is_no_part_of_its_sentence() -> None:
    text = "LONDON — The bridge was opened."
    assert line_of(text) == " " * 9 + "The bridge was opened."
    there = Reading(Hit(Article("a", text, ""), Passage(0, len(text), text), 1.0, 1), Span(0, len(text)), Span(0, 6), 0.9)
    assert cannot_answer(question_of("Where was the bridge opened?"), TODAY, there)


@pytest.mark.parametrize(
    ("text", "denied", "doubted"),
    [
        ("The dam did not overflow.", True, False), ("The dam didn’t overflow.", True, False), ("It overflowed in May 2024.", False, False),
        ("It may overflow.", False, True), ("They plan to close it.", False, True), ("It was rejected.", True, False),
        ("The dam overflowed.", False, False),
    ],
)  # fmt: skip
def test_denial_and_doubt_are_told_by_words(text: str, denied: bool, doubted: bool) -> None:
    assert (denies(text), doubts(text)) == (denied, doubted)
    assert as_certain(text, "The dam overflowed.") is not (denied or doubted)


def test_names_of_a_question() -> None:
    assert names_of("Did Macron sign the Lima Pact in May 2024?") == ("Macron", "Lima Pact")
    assert names_of("Who won?") == ()
    assert row_of_names("Zambia, Malawi and Mozambique") == ["Zambia", "Malawi", "Mozambique"]
    assert told_in("World Health Organization", "the WHO said so") and half_told("Silver Cup", "the cup")
    assert not told_in("Lima Pact", "the pact")


def test_a_question_in_lower_case_gets_the_capitals_of_the_texts() -> None:
    texts = ["On Monday Maren Holt resigned. The mayor was tired."]
    assert with_capitals("why did maren holt resign", texts) == "why did Maren Holt resign"
    assert with_capitals("why was the mayor tired", texts) == "why was the mayor tired"


def test_a_sentence_of_others_alone() -> None:
    question = question_of("Who coaches the Hawks?")
    assert speaks_of_others(
        question, reading(question.text, "a", "The Falcons won under Radomir Pesic.", title="Falcons win")
    )
    assert not speaks_of_others(question, reading(question.text, "a", "The Hawks won under Radomir Pesic."))


# --- mails ---------------------------------------------------------------------------------------------------------------

NEW, OLD = "The party is on 22 June.", "The party is on 15 June."


def thread(new: str, old: str) -> list[Reading]:
    """The new part above, the quoted one below; the older one read as likelier."""
    text = f"{new}\n{old}"
    entries = (Entry(Span(0, len(new)), None, "2026-06-09"), Entry(Span(len(new) + 1, len(text)), "Bob", "2026-06-02"))
    hit = Hit(Article("a", text, "Party", entries=entries), Passage(0, len(text), text), 1.0, 1)
    spans = [Span(len(new) + 1, len(text)), Span(0, len(new))]
    return [Reading(hit, s, Span(s.start + 16, s.end - 1), p) for s, p in zip(spans, (0.8, 0.6), strict=True)]


def test_a_later_part_leads_where_it_corrects_and_the_earlier_where_it_is_repeated() -> None:
    assert by_entry(thread(NEW, OLD))[0].text == NEW
    assert (
        by_entry(thread(OLD, OLD)[::-1])[0].hit.article.entry_at(by_entry(thread(OLD, OLD)[::-1])[0].sentence.start).said_by
        == "Bob"
    )
    likely, unlikely = thread(NEW, OLD)
    assert by_entry([likely, replace(unlikely, probability=0.1)])[0].text == OLD
    assert by_entry([]) == []
