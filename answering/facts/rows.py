"""Several things in one sentence, each with its own value: "Arlen offered 3 million, Brock 5 and Corse nothing"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from answering.facts.amounts import Amount, amounts_in
from answering.facts.clauses import Clause
from answering.facts.days import times_in
from answering.facts.names import told_in
from answering.facts.question import COUNTED, Asked, Wants, known
from answering.facts.told import Fit, Told, Verdict, no
from corpus.article import Span
from models.parser import parsed

if TYPE_CHECKING:
    from spacy.tokens import Token


def of_the_pair(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """ "Arlen offered 3 million, Brock 5 and Corse nothing": to each its own."""
    if "respectively" in told.text.lower():
        return _of_the_row(asked, told, answer)
    if asked.wants is Wants.NAME and (left_over := _left_over(asked, told)) is not None:
        return _its_own(left_over, answer)
    values = _values(asked, told)
    own = own_value(asked, told, values) if len(values) > 1 else None
    return _its_own(own, answer) if own is not None else None


def _its_own(own: Span, answer: Span) -> Fit:
    """What stands right behind the name in a row is told of it, though the verb has another subject."""
    return Fit(Verdict.YES, answer) if own.overlaps(answer) else no(answer, "what is told of another one in the row")


def untimely(text: str) -> list[Amount]:
    """The amounts of a text that are no part of a date."""
    times = [t.span for t in times_in(text)]
    return [a for a in amounts_in(text) if not any(a.span.overlaps(t) for t in times) or a.kind == "time"]


def _values(asked: Asked, told: Told) -> list[Span]:
    """What could be meant in the sentence: its amounts, or its times."""
    text = told.text
    if asked.wants in COUNTED:
        return [a.span for a in untimely(text)] + [Span(m.start(), m.end()) for m in re.finditer(r"\bnothing\b", text)]
    return [t.span for t in times_in(text, told.published)] if asked.wants is Wants.DAY else []


def own_value(asked: Asked, told: Told, values: Sequence[Span]) -> Span | None:
    """The value right behind what the question is about, with no verb between them."""
    for word in _subjects(asked):
        for match in re.finditer(rf"\b{re.escape(word)}\b", told.text):
            for value in values:
                between, behind = told.text[match.end() : value.start], told.text[value.end :]
                if value.start >= match.end() and _GAP.fullmatch(between) and _ROW_GOES_ON.match(behind):
                    return value
    return None


def _left_over(asked: Asked, told: Told) -> Span | None:
    """ "Paper Wolves received the Golden Gull, Winter Hours the Silver Gull": a name and at once an object, without a verb."""
    for name in asked.names:
        found = re.search(rf"(?:, |\band |; ){re.escape(name)} (?P<own>(?:the|an?) [^,;.]+?)(?=[,;.]| and\b|$)", told.text)
        if found and not any(told_in(n, found["own"]) for n in asked.names):
            return Span(*found.span("own"))
    return None


_ROW_GOES_ON = re.compile(r"\s*(?:[,;.)]|and\b|while\b|but\b|$)")
_GAP = re.compile(r"\s*(?:[,:(]\s*)?(?:(?:on|in|at|with|by|for|to|from)\s+)?(?:about |some |only |the )?")


def _subjects(asked: Asked) -> list[str]:
    """The names of the question, and the nouns of what it is about."""
    places = (asked.clause.agent, asked.clause.patient) if asked.clause else ()
    phrases = [p for p in places if p is not None and known(asked, p) and not p.pronoun]
    words = [
        t
        for p in phrases
        if p.name is None
        for t in (p.text.split()[-1], *(w for w in p.text.split() if w.lower() == p.head))
    ]
    return [w for n in asked.names for w in (n, n.split()[-1])] + [w for w in words if len(w) > 2]


def _of_the_row(asked: Asked, told: Told, answer: Span) -> Fit | None:
    """ "A and B will be led by X and Y respectively"."""
    rows = _rows(told.text)
    beside = [p.text.split()[-1] for _, p in asked.clause.beside] if asked.clause else []
    subjects = [*_subjects(asked), *(w for w in beside if len(w) > 2)]
    for own in rows:
        at = next(
            (n for n, part in enumerate(own) for w in subjects if re.search(rf"\b{re.escape(w)}\b", part.of(told.text))),
            None,
        )
        others = [row for row in rows if row is not own and len(row) == len(own)]
        if at is not None and others:
            right = others[-1][at]
            wrong = [part for n, part in enumerate(others[-1]) if n != at]
            return (
                None
                if right.overlaps(answer) and not any(p.overlaps(answer) for p in wrong)
                else no(answer, "another one of the row")
            )
    return None


def _rows(text: str) -> list[list[Span]]:
    """Phrases joined by "and", each row with the spans of its parts."""
    first = [t for t in parsed([text])[0] if t.dep_ != "conj" and t.conjuncts and t.conjuncts[0].i > t.i]
    return [[_part(t) for t in (token, *token.conjuncts)] for token in first]


def _part(token: Token) -> Span:
    start = token.left_edge.idx if token.dep_ == "conj" else token.idx - _before(token)
    return Span(start, token.idx + len(token))


def _before(token: Token) -> int:
    """Characters of the words that belong to a noun before it."""
    first = next((c for c in token.lefts if c.dep_ in ("compound", "nummod", "amod", "det", "poss")), token)
    return int(token.idx - first.idx)
