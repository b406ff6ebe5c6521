"""What a rule reads, the remark and the conversation before it, and what it returns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answering.followup.parts import Asked
from answering.followup.small_talk import JOIN, LONGEST_REMARK, POLITE_LEAD, is_small_talk
from answering.followup.spoken_names import is_place, name_spans, names_in, small_names
from corpus.article import Span
from corpus.splitting import sentences
from retriever.request import Turn

LONGEST_CARRIED = 300
"""Code points of an earlier question, and of an earlier answer, that a follow-up may carry."""


@dataclass(frozen=True)
class Completed:
    """A question that stands on its own; where it is not sure, it is only searched with."""

    question: str
    sure: bool = True


@dataclass(frozen=True)
class Remark:
    """The question without its polite opening ("Yes, and ...") and its last punctuation."""

    words: str
    joined: bool
    """It opens with "and", "what about" or the like."""
    asks: bool

    @classmethod
    def of(cls, question: str) -> Remark:
        words = " ".join(question[: LONGEST_REMARK + 1].split())
        words = words[match.end() :] if (match := POLITE_LEAD.match(words)) else words
        join = JOIN.match(words)
        words = words[join.end() :] if join else words
        return cls(words.rstrip(" ?!.,;:…-"), bool(join), "?" in question)


@dataclass(frozen=True)
class Past:
    """The last turn that asked something, and the names of the turns before it: the topic of the conversation."""

    question: str
    statement: str
    """The first statement of the answer, or ""."""
    names: tuple[str, ...]
    answer_names: tuple[str, ...]
    topic: frozenset[str]

    @classmethod
    def of(cls, history: Sequence[Turn]) -> Past | None:
        """The past of a conversation, small talk left out; None where nothing was asked yet."""
        turns = [turn for turn in history[-12:] if not is_small_talk(turn.question)]
        if not turns:
            return None
        question = _cut(turns[-1].question).rstrip("?!. ")
        answer = " ".join((turns[-1].answer or "")[:2000].split())
        told = names_in(answer)
        names = names_in(question) or (small_names(question, told) if question.islower() else ())
        earlier = names_in(_cut(turns[-2].question)) if len(turns) > 1 else ()
        return cls(question, _first_statement(answer), names, told, frozenset(earlier))

    @property
    def lowered(self) -> str:
        """To stand after a colon."""
        return _lowered(self.question)

    def is_place(self, name: str) -> bool:
        """Of a place's name, or one that the last question speaks of as "in"."""
        return is_place(name) or bool(re.search(rf"\bin (?:the )?{re.escape(name)}(?!\w)", self.question))

    @property
    def asked(self) -> Asked:
        return Asked.of(self.question)


def beside(remark: Remark, past: Past) -> Completed:
    """The remark with the last question after it, where nothing better can be built."""
    return Completed(f"{capitalised(remark.words)}: {past.lowered}?")


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _first_statement(answer: str) -> str:
    """Without its full stop; "" where the text is no statement. What says only that articles differ is passed over."""
    for span in sentences(answer, Span(0, len(answer))):
        text = span.of(answer).strip()
        if text and not re.match(r"The articles (?:differ|do not say)", text):
            return _cut(_lowered(text), LONGEST_CARRIED - 60).rstrip(" .!?…")
    return ""


def _cut(text: str, longest: int = LONGEST_CARRIED) -> str:
    """The text in one line; where it is too long, up to the end of a word."""
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest else (line[:longest].rsplit(" ", 1)[0])


def _lowered(text: str) -> str:
    """The first word in lower case, if it has its capital only from standing first."""
    first = re.match(r"[^\W_]+", text)
    if not first or any(c.isupper() for c in first[0][1:]) or first[0] == "I":
        return text
    named = any(s.start == 0 for s in name_spans(text)) and not re.match(r"(?:The|A|An|On|In|At|For|It|No)\b", text)
    return text if named else text[:1].lower() + text[1:]
