"""Whether a sentence tells of the time that a question is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answering.facts.clauses import Clause
from answering.facts.days import Time, overlap, times_in
from answering.facts.deeds import related
from answering.facts.question import STATES, Asked
from answering.facts.thesaurus import Relation
from answering.facts.told import Fit, Told, no
from corpus.article import Span


def of_the_time(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """Why what is told at `answer` is of another time than the question's; None where it may be of the same."""
    times = times_of(told, answer, clause) or _only_time(told, answer)
    for wanted in (t for t in asked.times if not t.relative):
        found = [overlap(wanted, t) for t in times]
        dated = [f for f in found if f is not None] or found
        if dated and not any(f is not False for f in dated):
            return no(answer, "another time")
    if (
        asked.clause is not None
        and asked.clause.verb in STATES
        and asked.clause.tense in ("past", "perfect")
        and clause is not None
        and clause.tense == "present"
        and _says_now(told, clause)
        and related(asked.clause, clause) is not Relation.CONVERSE
    ):
        return no(answer, "it is so now, and is asked of then")
    if asked.era == "now" and clause is not None and _is_over(told, clause, times):
        return no(answer, "it was so, and is asked of now")
    if asked.era == "then" and clause is not None and clause.tense == "present" and not times:
        return no(answer, "it is so now, and is asked of then")
    return None


def _only_time(told: Told, answer: Span) -> list[Time]:
    """Where a sentence names one time it is that of all that it tells."""
    every = [t for t in times_in(told.text, told.published) if not t.span.overlaps(answer)]
    return every if len(every) == 1 else []


def _says_now(told: Told, clause: Clause) -> bool:
    """ "costs 9 francs now"."""
    return any(told.sentence.clause_at(Span(m.start(), m.end())) is clause for m in _AT_PRESENT.finditer(told.text))


_AT_PRESENT = re.compile(r"\b(?:now|nowadays|currently|today|these days|at present)\b", re.IGNORECASE)


def times_of(told: Told, answer: Span, clause: Clause | None) -> list[Time]:
    """The times told for the clause of the answer, else for the ones above it; the answer itself left out."""
    every = [t for t in times_in(told.text, told.published) if not t.span.overlaps(answer)]
    here = clause
    while here is not None:
        own = [t for t in every if told.sentence.clause_at(t.span) is here]
        if own:
            return own
        here = told.sentence.clauses[here.parent] if here.parent is not None and here.parent >= 0 else None
    return []


def _is_over(told: Told, clause: Clause, times: Sequence[Time]) -> bool:
    past = clause.tense == "past"
    ended = any(t.last is not None and told.published is not None and (told.published - t.last).days > 366 for t in times)
    undated = any(t.last is not None and told.published is None and clause.tense == "past" for t in times)
    return past and (ended or undated or clause.speaker is None)
