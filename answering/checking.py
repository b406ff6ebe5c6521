"""Readings held against the facts of their sentences: which answer, and which say that it is otherwise.

The reader proposes, facts dispose (answering/facts/fits.py). Readings that are too improbable to be told are not looked at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from answering.facts.claims import Stand, claim_of, is_dated, stand
from answering.facts.clauses import Clause, Status
from answering.facts.deeds import alike, deeds_of, of_the_same, related
from answering.facts.fits import SAME_DEED, fit, held, held_around
from answering.facts.question import Asked, known
from answering.facts.thesaurus import Relation, is_light, surely_same
from answering.facts.told import Fit, Told, Verdict, told_in
from answering.facts.turning import claimed
from answering.readings import Reading, statements
from corpus.article import Span
from corpus.splitting import sentences
from language.questions import Question, Wants
from language.times import times_in
from language.values import of_another_code
from language.words import content_stems, share_held
from models.encoder import Encoder
from models.parser import parsed
from retriever.search import Hit

# --- What a question asks for ("which airline", "who", "where"), and how well the words of an answer fit that ---
#
# The reader knows where an answer stands; whether "energy" is a food item it knows less well than the encoder, in whose
# space "food item" lies nearer to "eggs".

_SHARPNESS = 2.0
"""A fit falls by a factor of e for every 1 / _SHARPNESS of cosine below the best one. Chosen on RealTime QA 2022."""
_LEAST_PROBABLE = 0.02
"""A reading below is out of the question, and not encoded."""
_CREDIBLE = 1 / 3
"""Of the best probability: fits are measured against the best fitting answer that is at least so probable."""
_BEST_FIT = 1.5


def _repeats(answer: str, asked: frozenset[str]) -> bool:
    """True for words of the question; "the US" is not one, though "us" carries no sense elsewhere."""
    own = content_stems(answer)
    return bool(own) and own <= asked


def with_fit(encoder: Encoder, question: Question, readings: Sequence[Reading]) -> list[Reading]:
    """The readings with their `fit`: 1 for the best fitting of the credible answers, 0 for one that repeats the question."""
    thing, asked = question.thing, content_stems(question.text)
    probable: dict[str, float] = {}
    for reading in readings:
        if reading.answer_text and reading.probability >= _LEAST_PROBABLE:
            probable[reading.answer_text] = max(reading.probability, probable.get(reading.answer_text, 0.0))
    answers = sorted(probable)
    fits = {a: 0.0 if _repeats(a, asked) else 1.0 for a in answers}
    credible = _CREDIBLE * max(probable.values(), default=0.0)
    if thing is not None and len(answers) > 1:
        vectors = encoder.encode([thing, *answers])
        cosines = (vectors[1:] @ vectors[0]).tolist()
        best = max((c for a, c in zip(answers, cosines, strict=True) if fits[a] and probable[a] >= credible), default=1.0)
        fits = {
            a: fits[a] * min(math.exp(_SHARPNESS * (c - best)), _BEST_FIT) for a, c in zip(answers, cosines, strict=True)
        }
    return [replace(r, fit=r.fit * fits.get(r.answer_text, 1.0)) if r.answer_text else r for r in readings]


# --- Readings held against the facts of their sentences: which answer, and which say that it is otherwise ---

LEAST_PROBABLE = 0.04
_BEFORE = 3
"""Sentences before one that say who "it" is."""
_TOLD_FOR_CERTAIN = 3.0
"""Logits that a sentence gains whose facts say, or deny, the statement of a question of yes and no."""
_SHARED = 0.3
"""Of the question's content words, how many a sentence must hold to be looked at for saying otherwise."""
_TOLD, _TOLD_AROUND = 0.5, 0.65
"""Of the question's content words, how many it must hold itself and with what stands around it, to be told as saying otherwise."""
_LOOKED_AT = 6
"""Sentences, at most."""


@dataclass(frozen=True)
class Checked:
    """answering: those that answer, as they were ordered; otherwise: those whose sentence denies or only expects it."""

    answering: tuple[Reading, ...]
    otherwise: tuple[Reading, ...]


def checked(asked: Asked, readings: Sequence[Reading]) -> Checked:
    """Each reading with the words that answer, its `fit` higher where facts confirm it."""
    likely = [r for r in readings if r.probability >= LEAST_PROBABLE and not of_another_code(asked.text, r.text)]
    parsed([_line(r) for r in likely])  # all at once is faster than one by one
    answering, otherwise = [], []
    for reading in likely:
        found = _yes_or_no(asked, reading) if asked.wants is Wants.YES_NO else _fit(asked, reading)
        if found.verdict in (Verdict.DENIED, Verdict.HEDGED):
            otherwise.append(replace(reading, answer=None))
        elif found.verdict is not Verdict.NO:
            answering.append(_confirmed(reading, found))
    return Checked(tuple(answering), tuple(otherwise))


def _fit(asked: Asked, reading: Reading) -> Fit:
    answer = reading.answer
    if answer is None:
        return Fit(Verdict.OPEN, None)
    if not _line(reading)[answer.start - reading.sentence.start : answer.end - reading.sentence.start].strip():
        return Fit(Verdict.NO, answer, "a dateline")
    return fit(asked, told_of(reading.hit, reading.sentence), answer.shifted(-reading.sentence.start))


def _confirmed(reading: Reading, found: Fit) -> Reading:
    answer = found.answer.shifted(reading.sentence.start) if found.answer else reading.answer
    confirmed = found.verdict is Verdict.YES
    return replace(reading, answer=answer, probability=shifted(reading.probability, found.shift), confirmed=confirmed)


def shifted(probability: float, by: float) -> float:
    """A probability after so many logits of evidence."""
    odds = probability / max(1 - probability, 1e-9) * math.exp(by)
    return odds / (1 + odds)


def _line(reading: Reading) -> str:
    return line_of(reading.text)


def line_of(text: str) -> str:
    """The text in one line, every offset kept; a dateline before it ("LONDON —") is blank, for it is no part of the sentence."""
    line = "".join(" " if c in "\n\r\t\u2028\u2029" else c for c in text)
    dateline = _DATELINE.match(line)
    return " " * dateline.end() + line[dateline.end() :] if dateline else line


_DATELINE = re.compile(r"[A-Z][A-Z.’' ]{2,}(?:, [A-Z][\w.]+)*(?: \([^)]{2,20}\))?\s*[–—−―-]+\s+(?=\w|[“\"])")


def told_of(hit: Hit, span: Span) -> Told:
    """A sentence of a passage with those before it."""
    text = hit.article.text
    spans = list(sentences(text, Span(hit.passage.start, span.start)))[-_BEFORE:]
    return Told(
        line_of(span.of(text)),
        tuple(line_of(s.of(text)) for s in spans),
        hit.article.title,
        hit.article.day_at(span.start),
        f"{hit.article.publisher or ''}\n{hit.passage.text}",
        text,
    )


def _yes_or_no(asked: Asked, reading: Reading) -> Fit:
    """A sentence that only expects what is asked about does not answer whether it is so, nor does one of other people and places."""
    if asked.clause is None:
        return Fit(Verdict.OPEN, None)
    told = told_of(reading.hit, reading.sentence)
    if not all(told_in(n, f"{told.text}\n{told.title}\n{told.passage}") for n in asked.names):
        return Fit(Verdict.NO, None, "of others")
    times = times_in(told.text, told.published)
    if not times and not all(is_dated(t, times, told.published) for t in asked.times):
        return Fit(Verdict.NO, None, "of no such day")
    claims = claimed(asked.text)
    if claims and stand(claim_of(claims[0]), told) is not Stand.SILENT:
        return Fit(Verdict.YES, None, "", _TOLD_FOR_CERTAIN)
    same = [c for c in told.sentence.clauses if related(asked.clause, c) is Relation.SAME]
    if same and all(c.status is Status.HEDGED for c in same) and not asked.open_to_plans:
        return Fit(Verdict.HEDGED, None)
    return Fit(Verdict.YES, None, "", SAME_DEED * held(asked, told)) if same else Fit(Verdict.OPEN, None)


def saying_otherwise(asked: Asked, hits: Sequence[Hit], *, denied_only: bool) -> list[Reading]:
    """Sentences of the passages that deny what the question takes for granted, or (not where `denied_only`) only expect it; the
    plainest first."""
    if asked.clause is None or asked.wants is Wants.YES_NO or asked.open_to_plans or asked.clause.verb == "be":
        return []
    wanted = content_stems(asked.text)
    shares = [(share_held(wanted, content_stems(s.of(hit.article.text))), hit, s) for hit in hits for s in statements(hit)]
    likely = sorted((t for t in shares if t[0] >= _SHARED), key=lambda t: (-t[0], t[1].rank))[:_LOOKED_AT]
    parsed([line_of(s.of(hit.article.text)) for _, hit, s in likely])
    rated = [(_otherwise(asked, told_of(hit, s), denied_only=denied_only), hit, s) for _, hit, s in likely]
    return [Reading(hit, s, None, rate) for rate, hit, s in sorted(rated, key=lambda t: (-t[0], t[1].rank)) if rate > 0]


def _otherwise(asked: Asked, told: Told, *, denied_only: bool) -> float:
    """How surely the sentence denies it: 0 where it does not."""
    assert asked.clause is not None
    if not all(told_in(n, f"{told.text}\n{told.title}") for n in asked.names):
        return 0.0
    return max((_denial(asked, told, c, denied_only=denied_only) for c in told.sentence.clauses), default=0.0)


def _denial(asked: Asked, told: Told, clause: Clause, *, denied_only: bool) -> float:
    assert asked.clause is not None
    how = related(asked.clause, clause)
    if how is Relation.NONE or not of_the_same(asked, told, clause, how) or not _of_its_matter(asked, told, clause):
        return 0.0
    if clause.status is Status.HEDGED:
        return 0.0 if denied_only or how is Relation.CONTRARY else 0.6
    return 0.9 if (clause.status is Status.DENIED) != (how is Relation.CONTRARY) else 0.0


def _of_its_matter(asked: Asked, told: Told, clause: Clause) -> bool:
    """Surely the same deed, and most of the question's words: what is said of another matter denies nothing here."""
    assert asked.clause is not None
    sure = any(surely_same(a, b) for a in deeds_of(asked.clause) for b in deeds_of(clause))
    places = (asked.clause.agent, None if is_light(asked.clause.verb) else asked.clause.patient)
    mine = [p for p in places if p is not None and known(asked, p)]
    theirs = [p for p in (clause.agent, clause.patient) if p is not None]
    shared = [(a, b) for a in mine for b in theirs if alike(told, a, b)]
    if related(asked.clause, clause) is Relation.CONTRARY:
        # Its contrary is told of many; it must be of whom the question names.
        # And whom they hired is not told by whom they fired.
        sure = any(a.names for a, _ in shared) and asked.slot != "patient"
    return sure and bool(shared) and held(asked, told) >= _TOLD and held_around(asked, told) >= _TOLD_AROUND
