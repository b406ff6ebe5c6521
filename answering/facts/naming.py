"""Whom a phrase means: its own names, or those that a pronoun points back to."""

from __future__ import annotations

from answering.facts.clauses import Sentence
from answering.facts.names import same_name
from answering.facts.phrases import Phrase
from answering.facts.thesaurus import kinds_of
from answering.facts.told import Told


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
