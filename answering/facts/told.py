"""A sentence where it stands, and what facts say of an answer in it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from answering.facts.clauses import Phrase, Sentence, sentence_of
from answering.facts.thesaurus import kinds_of
from corpus.article import Span
from language.names import same_name, words_of

# --- Whether a text tells a name, and a question in lower case with its capitals ---


def told_in(name: str, text: str) -> bool:
    """True where all words of the name stand in the text, or its initials do."""
    words = words_of(name)
    held = set(words_of(text)) | set(re.findall(r"[^\W_]+", text.lower()))
    return bool(words) and (set(words) <= held or (len(words) > 2 and "".join(w[0] for w in words) in held))


def half_told(name: str, text: str) -> bool:
    """Half of a name's words are enough: "the cup" is the Silver Cup of a report on it."""
    words = words_of(name)
    here = text.lower()
    return told_in(name, text) or sum(bool(re.search(rf"\b{re.escape(w)}\b", here)) for w in words) * 2 >= len(words) > 1


def with_capitals(question: str, texts: Iterable[str], known: Container[str]) -> str:
    """A question typed in lower case, with the capitals of names: words that no dictionary knows and that the texts write with one
    wherever no sentence begins, and their neighbours that are written so too."""
    if re.search(r"\B[A-Z]|\s[A-Z]", question):
        return question
    told = "\n".join(texts)
    words = re.split(r"([^\W\d_]{2,})", question)
    proper = [_as_told(w, told) if n % 2 else w for n, w in enumerate(words)]
    is_name = [n % 2 == 1 and proper[n] != w and w.lower() not in known for n, w in enumerate(words)]
    beside = [any(is_name[max(n - 2, 0) : n + 3]) for n in range(len(words))]
    return "".join(proper[n] if beside[n] else w for n, w in enumerate(words))


def _as_told(word: str, text: str) -> str:
    found = [m[0] for m in re.finditer(rf"(?<=[\w,] ){re.escape(word)}\b", text, re.IGNORECASE)]
    return found[0] if found and all(w[0].isupper() for w in found) else word


# --- A sentence where it stands, and what facts say of an answer in it ---


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
    asked for. article: the whole text, which introduces names."""

    text: str
    earlier: tuple[str, ...]
    title: str
    published: date | None
    passage: str = ""
    article: str = ""

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


# --- Whom a phrase means: its own names, or those that a pronoun points back to ---


def meant(told: Told, phrase: Phrase) -> tuple[str, ...]:
    """The names that a phrase stands for: its own, or those of what a pronoun points back to."""
    if phrase.name is not None:
        return (phrase.name,)
    if phrase.pronoun and phrase.text.lower() in _PERSONAL:
        return antecedent(told, phrase.text.lower())
    return ()


_PERSONAL = frozenset(["he", "she", "it", "they", "him", "her", "them"])
_REACH = 3
"""Sentences that a pronoun may point back over."""


def antecedent(told: Told, pronoun: str) -> tuple[str, ...]:
    """The name that a pronoun points back to: the subject of the sentence before, or of the one before that where this is a
    pronoun too. Where the subject has no name nothing is known."""
    for sentence in reversed(told.before[-_REACH:]):
        top = next((c for c in sentence.clauses if c.parent is None), None)
        subject = (top.agent or top.patient) if top is not None else None
        if top is None or subject is None:
            continue
        if subject.name is None and top.verb in ("be", "remain", "become") and top.patient is not None and top.patient.name:
            subject = top.patient
        if subject.name is not None and _fits_pronoun(subject, sentence, pronoun):
            return (subject.name,)
        if not subject.pronoun:
            return _only_person(sentence, pronoun)
    return ()


def _only_person(sentence: Sentence, pronoun: str) -> tuple[str, ...]:
    """ "The fund has had a gift from Orsolya Kemp. ... She": the only one there who can be "she"."""
    return tuple(sentence.people) if pronoun in ("he", "she", "him", "her") and len(sentence.people) == 1 else ()


def _fits_pronoun(phrase: Phrase, sentence: Sentence, pronoun: str) -> bool:
    person = any(same_name(str(phrase.name), p) for p in sentence.people) or "person" in kinds_of(phrase.head)
    if pronoun in ("he", "him"):
        return person
    if pronoun in ("she", "her"):
        return person or "artifact" in kinds_of(phrase.head) or not kinds_of(phrase.head)
    return pronoun in ("they", "them") or not person
