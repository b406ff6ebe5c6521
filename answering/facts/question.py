"""The grammar of a question: of what deed it asks, about whom and which time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from answering.facts.clauses import Clause, Phrase, Sentence, Status, goes_on_as, sentence_of
from answering.facts.turning import Turned, turned
from corpus.article import Span
from language.questions import AMOUNT_NOUNS, QUESTION_WORD, Wants, parts_of_question, question_of
from language.times import Time, times_in
from models.parser import parsed, plain_form

if TYPE_CHECKING:
    from spacy.tokens import Token


STATES = frozenset(["be", "have", "live", "know", "own", "cost", "stand"])
"""Verbs of what lasts."""


@dataclass(frozen=True)
class Asked:
    """A question, ready to be compared with sentences.

    text      the question without politeness
    noun      what is counted or named: "people" of "how many people", "valley" of "which valley"
    slot      the place of the answer in the deed: "agent", "patient", a preposition, or "" where it is not known
    clause    the deed; None where the question has none
    times     the times that it names
    era       "now", "then" or ""
    ranked    the superlative or ordinal that the answer must be told by, in its plain form: "old" of "the oldest", "first"
    """

    text: str
    wants: Wants
    noun: str | None
    slot: str
    clause: Clause | None
    sentence: Sentence
    names: tuple[str, ...]
    times: tuple[Time, ...]
    era: str
    ranked: str | None

    @property
    def modifiers(self) -> frozenset[str]:
        """Verbs that only say which thing is meant: "steal" of "where was the stolen cello found"."""
        words = parsed([self.sentence.text])[0]
        return frozenset(t.lemma_.lower() for t in words if t.dep_ == "amod" and t.tag_ in ("VBN", "VBD", "VBG"))

    @property
    def open_to_plans(self) -> bool:
        """Asked of what will or may be: a plan answers it."""
        return self.clause is None or self.clause.status is Status.HEDGED or self.clause.tense == "future"


NOW = re.compile(
    r"\b(?:now|nowadays|still|currently|today|at (?:the moment|present)|these days|presently|(?:is|are) (?:there )?left|remains?)\b",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:originally|initially|at first|formerly|used to|previously|back then|to begin with"
    r"|(?:in|at) the (?:very )?(?:beginning|start|outset))\b",
    re.IGNORECASE,
)


def questions_in(question: str) -> list[str]:
    """The questions that one text asks, with what the first is about in the place of the pronouns of the others."""
    first, *others = parts_of_question(question)
    return [first, *(_with_names(part, first) for part in others)]


_POINTS = re.compile(r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers)\b", re.IGNORECASE)
_POSSESSIVE = frozenset(["its", "their", "his", "her", "theirs", "hers"])


def _with_names(part: str, first: str) -> str:
    """The second question with what the first is about in the place of its pronouns."""
    topic = topic_of(asked_of(first))
    if topic is None:
        return part
    return _POINTS.sub(lambda m: f"{topic}'s" if m[0].lower() in _POSSESSIVE else topic, part, count=1)


def topic_of(asked: Asked) -> str | None:
    """The first phrase that is no question word, with what is joined to it: "the mosaic in Castel Rosso"."""
    clause, text = asked.clause, asked.sentence.text
    found = [p for _, p in clause.phrases() if not _PLACEHOLDER.search(p.text) and not p.pronoun] if clause else []
    if clause is None or not found:
        return None
    end = found[0].span.end
    for prep, phrase in clause.beside:
        if prep and end < phrase.span.start <= end + len(prep) + 2:
            end = phrase.span.end
    return text[found[0].span.start : end]


_PLACEHOLDER = re.compile(r"(?:^|\b(?:of|in|by|for|at|from|with|to) )(?:some|somebody|something|many|much)\b", re.IGNORECASE)


@lru_cache(maxsize=500)
def asked_of(question: str, asked_on: date | None = None) -> Asked:
    """What one question asks. asked_on: the day against which "last month" is read."""
    meant = question_of(question)
    text, wants = meant.asking, meant.wants
    turn = turned(text)
    sentence = sentence_of(turn.text + "." if turn else text)
    clause = _deed(sentence, turn)
    if clause is not None and turn is not None and turn.tense:
        clause = replace(clause, tense=turn.tense)
    noun = _noun(turn.words if turn else text) or _counted_noun(text)
    return Asked(
        text, wants, noun, _slot(sentence, clause, turn), clause, sentence, sentence_of(text).names or sentence.names,
        tuple(times_in(text, asked_on)), _era(text), _ranked(text, wants),
    )  # fmt: skip


def _deed(sentence: Sentence, turn: Turned | None) -> Clause | None:
    """The clause in which the answer has its place, or that of the verb; else the first at the top."""
    found = None
    if turn is not None and turn.verb is not None:
        found = sentence.clause_at(Span(turn.verb, turn.verb + 1))
    elif turn is not None and turn.asked is not None:
        found = sentence.clause_at(turn.asked)
    found = found or next((c for c in sentence.clauses if c.parent is None), None)
    return _going_on(sentence, found) if found else None


_ON_THE_WAY = ("be", "go", "want", "plan", "expect", "intend", "have")


def _going_on(sentence: Sentence, clause: Clause) -> Clause:
    """ "is going to sell": to sell; "wants to end": to end, for that is what is asked."""
    other = goes_on_as(sentence, clause, _ON_THE_WAY)
    return replace(_going_on(sentence, other), tense="future", status=Status.HEDGED) if other is not None else clause


def _noun(words: str) -> str | None:
    """The noun of a question phrase, as a lemma: "how many people", "which food item", "what share"."""
    doc = parsed([words])[0]
    if len(doc) < 2:
        return None
    if doc[0].lower_ == "how" and (len(doc) < 2 or doc[1].lower_ not in ("many", "much")):
        return None
    first = next((t.i for t in doc[1:] if t.pos_ in ("NOUN", "PROPN")), len(doc))
    until = next((t.i for t in doc if t.pos_ == "ADP" or (t.i > first and t.pos_ in ("DET", "PRON"))), len(doc))
    nouns = [t for t in doc[1:until] if t.pos_ in ("NOUN", "PROPN") or (t.i + 1 == until and t.lower_ in AMOUNT_NOUNS)]
    return nouns[-1].lemma_.lower() if nouns else None


def _counted_noun(text: str) -> str | None:
    """ "what is the number of confirmed measles cases": "case"."""
    found = re.match(r"what (?:is|was|are|were) the number of ([\w’'-]+(?: [\w’'-]+){0,5})", text, re.IGNORECASE)
    return _noun(f"which {found[1]}") if found else None


def _slot(sentence: Sentence, clause: Clause | None, turn: Turned | None) -> str:
    if clause is None or turn is None:
        return ""
    if turn.asked is None:
        return turn.prep or turn.words.lower()
    inside = [r for r, p in clause.phrases() if p.span.start <= turn.asked.start < p.span.end]
    return inside[-1] if inside else ""


def _era(text: str) -> str:
    return "now" if NOW.search(text) else "then" if _THEN.search(text) else ""


def _ranked(text: str, wants: Wants) -> str | None:
    """The superlative or ordinal that stands with what is asked for."""
    if wants not in (Wants.PERSON, Wants.NAME, Wants.PLACE, Wants.OPEN):
        return None
    for token in parsed([text])[0]:
        if token.tag_ in ("JJS", "RBS") or token.lower_ in ("first", "only"):
            return plain_form(token) if _ranks(token) else None
    return None


def _ranks(token: Token) -> bool:
    """ "the oldest bridge", "the most medals"; not "its first president", "for the first time", "fashion's biggest night"."""
    before = token.doc[: token.i].text.lower()
    if before.endswith((" at", "’s", "'s", "some of the", "one of the", "known as")) or before == "at":
        return False
    head = token.head
    while head.dep_ in ("compound", "amod", "advmod") and head.head != head:
        head = head.head
    return head.lemma_.lower() not in ("time", "day", "week", "year") and not any(c.dep_ == "poss" for c in head.children)


def known(asked: Asked, phrase: Phrase | None) -> bool:
    """A phrase of the question that is no question word."""
    return phrase is not None and not QUESTION_WORD.search(phrase.text) and not _PLACEHOLDER.search(phrase.text)
