"""Follow-ups that no rule completes, said anew by a writer that may lie, break off or obey somebody else."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.followup import Understood, understood
from answering.phrasing import LONGEST_REWRITTEN, is_believed, leans, rewriting_chat, rewritten
from language.words import content_stems
from models.writer_protocol import Chat, WriterFailed
from retriever.request import Turn
from tests.fakes import WordEncoder
from tests.hostile import hostile_texts

TOWER = (Turn("Who paid for the Lumen Tower?", "Korsk paid 40 million euros for the Lumen Tower in Porto."),)
ASKED = "Does the firm behind it own others?"
REWRITTEN = "Does the firm Korsk behind the Lumen Tower own others?"


@dataclass
class Says:
    text: str
    fails: bool = False
    name: str = "says"
    given: Chat | None = None
    closed: bool = False

    def write(self, chat: Chat) -> Generator[str, None, None]:
        self.given = chat
        try:
            for at in range(0, len(self.text), 5):
                yield self.text[at : at + 5]
            if self.fails:
                raise WriterFailed("The writer broke off.")
        finally:
            self.closed = True


def meant_by(writer: Says, question: str = ASKED, history: Sequence[Turn] = TOWER) -> Understood:
    *waiting, last = rewritten(Understood(question, (question,)), history, writer)
    assert waiting == [None] * len(waiting)
    assert last is not None
    return last


def test_a_follow_up_is_said_anew_in_the_words_of_the_conversation() -> None:
    writer = Says(f"<think>Korsk!</think>{REWRITTEN}")
    assert meant_by(writer) == Understood(REWRITTEN, (REWRITTEN, ASKED), (TOWER[0].question,))
    assert writer.given == rewriting_chat(ASKED, TOWER)
    assert "A: Korsk paid 40 million" in writer.given[-1]["content"]


@pytest.mark.parametrize(
    "said",
    [
        "",
        ASKED,
        "Does the firm Korsk behind the Eiffel Tower own others?",  # a name that nobody said
        "Does the firm behind the Lumen Tower own 50 others?",  # a number
        "Who paid 40 million euros for the Lumen Tower?",  # another question
        "Doesn't the firm Korsk behind the Lumen Tower own others?",  # the contrary
        "The firm Korsk behind the Lumen Tower owns others.",
        "Does the firm behind the Lumen Tower own others? Who paid?",
        "Does the firm behind the Lumen Tower " + "in Porto " * 60 + "own others?",
    ],
)
def test_what_was_not_said_is_not_believed(said: str) -> None:
    assert meant_by(Says(said)) == Understood(ASKED, (ASKED,))


def test_a_writer_that_fails_changes_nothing() -> None:
    assert meant_by(Says(REWRITTEN, fails=True)) == Understood(ASKED, (ASKED,))


def test_a_writer_without_an_end_is_stopped() -> None:
    writer = Says("Does it " * 10_000)
    steps = list(rewritten(Understood(ASKED, (ASKED,)), TOWER, writer))
    assert writer.closed
    assert len(steps) < LONGEST_REWRITTEN


def test_closing_stops_the_writer() -> None:
    writer = Says(REWRITTEN)
    steps = rewritten(Understood(ASKED, (ASKED,)), TOWER, writer)
    next(steps)
    steps.close()
    assert writer.closed


@given(said=hostile_texts | st.text(max_size=80).map(lambda t: t + "?"), asked=hostile_texts)
def test_nothing_enters_that_was_not_said(said: str, asked: str) -> None:
    if is_believed(said, asked, TOWER):
        assert content_stems(said) <= content_stems(f"{asked} {TOWER[0].question} {TOWER[0].answer}")


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        (ASKED, True),
        ("Was the mayor happy?", True),
        ("and Velmont?", False),  # a rule is sure
        ("thanks", False),
        ("How many turbines did Norway order from Velmont in 2024?", False),
    ],
)
def test_only_what_leans_and_no_rule_knows_is_given_to_the_writer(question: str, asks: bool) -> None:
    assert leans(understood(question, TOWER, WordEncoder()), TOWER) is asks
    assert not leans(understood(question, (), WordEncoder()), ())
