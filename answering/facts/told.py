"""A sentence where it stands, and what facts say of an answer in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from answering.facts.clauses import Sentence, sentence_of
from corpus.article import Span


class Verdict(Enum):
    """What facts say of a proposed answer."""

    YES = "it tells what is asked"
    OPEN = "nothing speaks against it"
    DENIED = "it says that this is not so"
    HEDGED = "it says that this may be, or is only planned"
    NO = "it tells something else"


@dataclass(frozen=True)
class Told:
    """A sentence where it stands. earlier: those before it in its passage, the nearest last; their grammar is read when it is
    asked for. so_far: all that its article says before it."""

    text: str
    earlier: tuple[str, ...]
    title: str
    published: date | None
    passage: str = ""
    so_far: str = ""

    @property
    def sentence(self) -> Sentence:
        return sentence_of(self.text)

    @property
    def before(self) -> tuple[Sentence, ...]:
        return tuple(sentence_of(text) for text in self.earlier)

    @property
    def around(self) -> str:
        return "\n".join((self.title, *self.earlier))


@dataclass(frozen=True)
class Fit:
    """The verdict, and the words that answer: those proposed, or better ones of the same sentence. `why` names the reason.

    shift  by how much facts make the answer likelier (or less likely), in logits
    """

    verdict: Verdict
    answer: Span | None
    why: str = ""
    shift: float = 0.0


def no(answer: Span, why: str) -> Fit:
    return Fit(Verdict.NO, answer, why)


def set_against(text: str, words: Span) -> bool:
    """ "not in October but in March", "Holt instead of Berg": these words are told not to be so."""
    return _AGAINST.search(text[: words.start]) is not None


_AGAINST = re.compile(r"\b(?:not|rather than|instead of)(?: (?:in|on|at|by|for|to|from|until|the|a|an))*\s+$", re.IGNORECASE)
