"""A follow-up question, read with the conversation before it: "and Peru?", "who said so?", "when was that?".

Rules, no model; English. Each rule is a function that completes a remark out of the turn before it, or knows nothing
of it. A rule speaks only where the remark leans on that turn: a question that stands on its own is returned as it was
asked. Where a rule is not sure, the question stays as asked and the completed form is only searched with.

It does not know what words mean: a name is what is written with a capital, and of kinds of names it knows places (from
a list), people (by shape) and the rest.

`conversation` is what a rule reads; `about_the_answer`, `about_the_event`, `replacing`, `pronouns` and `pointing` hold
the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answering.followup.about_the_answer import is_it_true, who_said_so
from answering.followup.about_the_event import how_many, others, short, when_was_that, why_not
from answering.followup.conversation import LONGEST_CARRIED, Completed, Past, Remark
from answering.followup.pointing import perhaps_about_it, points_back
from answering.followup.pronouns import pronoun_replaced
from answering.followup.replacing import meant, noun_left_out, parallel, same_of
from answering.followup.small_talk import LONGEST_REMARK, is_small_talk
from answering.followup.spoken_names import names_in
from retriever.request import Turn


@dataclass(frozen=True)
class Understood:
    """What is answered (`question`), what is searched with, and the names or the question carried over, to be shown."""

    question: str
    searches: tuple[str, ...]
    carried: tuple[str, ...] = ()
    small_talk: bool = False


def understood(question: str, history: Sequence[Turn]) -> Understood:
    """The question made self-contained; as it was asked where it is so already, or where no rule is sure."""
    if is_small_talk(question):
        return Understood(question, (), small_talk=True)
    past, remark = Past.of(history), Remark.of(question)
    if past is None or len(question) > LONGEST_REMARK or past.question.lower() in question.lower():
        return Understood(question, (question,))
    done = next((done for rule in _RULES if (done := rule(remark, past)) is not None), None)
    if done is None or len(done.question) > len(question) + LONGEST_CARRIED + 100:
        return Understood(question, (question,))
    both = tuple(dict.fromkeys((done.question, question)))
    return Understood(done.question, both, _carried(question, done, past)) if done.sure else Understood(question, both)


def completed(history: Sequence[Turn]) -> list[Turn]:
    """A conversation with each of its questions as it was understood, for "and Google?" after "and Amazon?"."""
    turns: list[Turn] = []
    for turn in history:
        turns.append(Turn(understood(turn.question, turns).question, turn.answer))
    return turns


def _carried(question: str, done: Completed, past: Past) -> tuple[str, ...]:
    """The names that the completed question has and the asked one had not; else the question that was completed with."""
    lower = question.lower()
    return tuple(n for n in names_in(done.question) if n.lower() not in lower) or (past.question,)


_Rule = Callable[[Remark, Past], Completed | None]
_RULES: tuple[_Rule, ...] = (
    who_said_so, is_it_true, when_was_that, how_many, why_not, others, short, same_of, noun_left_out, meant,
    parallel, pronoun_replaced, points_back, perhaps_about_it,
)  # fmt: skip
"""In the order in which they are asked; the first that knows the remark answers."""
