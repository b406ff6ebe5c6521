"""Whether two readings of one question say the same, say different things, or cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import Enum

from answering.expected import NAMING, SPANNED, Fit, Kind, answer_fit, kind_of
from answering.provenance.quantities import comparable, quantity_in, same_quantity
from answering.reading.reader import Reading, before
from answering.wording import content_stems, folded, held_in, names_in, negated, numbers_in, reversals, same_answer

SAME_WORDS = 0.6
"""Of the claim's content words, how many another sentence must hold to say the same without a common answer span."""
NEARLY_ALL_WORDS = 0.8
"""The same for a statement that is told as it stands, without a reading of the other sentence."""
WEAK_VOICE, ASKED_WORDS = 0.25, 0.6
"""Of the threshold, what a reading must reach whose sentence holds so much of the question's content words: a statement that
says the same in passing ("challenging Nvidia's market dominance") is read as an answer only faintly."""
DIFFERENT_CERTAINTY = 0.55
"""Least probability of a reading that is held against another: a doubtful reading proves no disagreement."""
_SAME_MATTER = 0.5
"""Of the question's content words, how many each of the two must hold, with what stands around it. Both were chosen with
RAMDocs and RealTime QA 2022 in view (docs/flags.md)."""
_CHANGING = (Kind.NUMBER, Kind.DATE, Kind.YES_NO)
"""Answers that a story changes as it goes on."""
_ONE_REPORT_DAYS, _ONE_STORY_DAYS = 1, 14
"""Accounts of such an answer that are dated further apart than the first are a story that went on; other answers that are
dated further apart than the second are of two stories, and do not touch each other."""


def supports(question: str, claim: Reading, other: Reading, threshold: float) -> bool:
    """True where the other reading answers the question in the same way.

    Both must read as answers, name the names of the question alike, agree in negation, and give the same answer span.
    Where none is expected they must share most of their words, or, where the question is one of yes and no, its words.
    """
    if not _is_read(question, other, threshold) or negated(claim.text) != negated(other.text):
        return False
    held = content_stems(other.text) | around(other)
    if not names_in(question) & content_stems(claim.text) <= held:
        return False
    if claim.answer_text is not None and kind_of(question) in SPANNED:
        return _same_answer(question, claim, other)
    numbers, numbers_too = numbers_in(claim.text), numbers_in(other.text)
    if not (numbers <= numbers_too or numbers_too <= numbers) or reversals(claim.text) != reversals(other.text):
        return False
    shared, answered = shared_share(claim.text, other.text), claim.answer_text is not None
    told_alike = answered and kind_of(question) is not Kind.COMPARISON and _same_answer(question, claim, other)
    if shared >= SAME_WORDS or (told_alike and shared >= SAME_WORDS / 2):
        return True
    # An open question ("What does ... do?") has many answers: that both speak of the same is not that they say the same.
    asked = held_in(content_stems(question), content_stems(claim.text))
    return kind_of(question) is Kind.YES_NO and asked <= held_in(asked, held)


def _is_read(question: str, other: Reading, threshold: float) -> bool:
    if other.probability >= threshold:
        return True
    asked = content_stems(question)
    held = len(held_in(asked, content_stems(other.text)))
    return other.probability >= WEAK_VOICE * threshold and held >= ASKED_WORDS * len(asked)


def _same_answer(question: str, claim: Reading, other: Reading) -> bool:
    answer = claim.answer_text or ""
    if other.answer_text is not None and same_answer(answer, other.answer_text):
        return True
    if kind_of(question) is Kind.NUMBER and (one := quantity_in(answer)) and (two := quantity_in(other.answer_text or "")):
        return same_quantity(one, two)
    if kind_of(question) in NAMING:
        return f" {folded(answer)} " in f" {folded(other.text)} "
    return False


def differs(question: str, claim: Reading, other: Reading, threshold: float) -> bool:
    """True where both surely answer the question, about the same things, with answers that exclude each other."""
    kind = kind_of(question)
    if kind is Kind.YES_NO:
        return _says_no(question, claim, other, threshold)
    if claim.answer_text is None or other.answer_text is None or kind not in (*SPANNED, Kind.OTHER):
        return False
    # Where the noun asked for ("which chips") stands beside both answers, they are surely answers to the same.
    beside = all(answer_fit(question, r.text) is Fit.BESIDE for r in (claim, other))
    if min(claim.probability, other.probability) < (threshold if beside else DIFFERENT_CERTAINTY):
        return False
    told = f" {folded(other.text)} ", f" {folded(claim.text)} "
    if f" {folded(claim.answer_text)} " in told[0] or f" {folded(other.answer_text)} " in told[1]:
        return False
    numeric = kind is Kind.NUMBER or (kind is Kind.OTHER and re.search(r"\d", claim.answer_text + other.answer_text))
    if numeric and not _unlike_numbers(claim.answer_text, other.answer_text):
        return False
    return not akin(claim.answer_text, other.answer_text) and all(_about(question, r) for r in (claim, other))


def _unlike_numbers(one: str, other: str) -> bool:
    """Two numbers that can be compared, and are not roundings of each other."""
    a, b = quantity_in(one), quantity_in(other)
    return a is not None and b is not None and comparable(a, b) and not same_quantity(a, b)


def _says_no(question: str, claim: Reading, other: Reading, threshold: float) -> bool:
    """One of the two says what is asked about, the other denies it in nearly the same words."""
    asked = content_stems(question)
    both = (claim, other)
    if min(r.probability for r in both) < threshold or negated(claim.text) == negated(other.text):
        return False
    return all(len(held_in(asked, content_stems(r.text))) >= NEARLY_ALL_WORDS * len(asked) for r in both)


def _about(question: str, reading: Reading) -> bool:
    """All names of the question, and half of its words, stand in the sentence or around it."""
    held = content_stems(reading.text) | around(reading)
    asked = content_stems(question) - content_stems(reading.answer_text or "")
    return names_in(question) <= held and len(held_in(asked, held)) >= _SAME_MATTER * len(asked)


def akin(one: str, other: str) -> bool:
    """Answers of which one holds half of the other's content words: perhaps two wordings ("giant panda", "pandas")."""
    a, b = content_stems(one), content_stems(other)
    if not a or not b:
        return same_answer(one, other)
    return len(held_in(a, b)) >= len(a) / 2 or len(held_in(b, a)) >= len(b) / 2


class Time(Enum):
    """How two accounts with different answers stand in time."""

    TOGETHER = "they contradict each other"
    LATER = "the later one is an update"
    APART = "they are of two stories"


def in_time(question: str, one: Reading, other: Reading) -> Time:
    """By the days of publication; without one of them the two stand together."""
    days = [date.fromisoformat(r.hit.article.published) for r in (one, other) if r.hit.article.published]
    gap = abs((days[0] - days[1]).days) if len(days) > 1 else 0
    if kind_of(question) in _CHANGING:
        return Time.LATER if gap > _ONE_REPORT_DAYS else Time.TOGETHER
    return Time.APART if gap > _ONE_STORY_DAYS else Time.TOGETHER


def around(reading: Reading) -> frozenset[str]:
    """Stems of the title and of what stands before the sentence, which say who "it" is."""
    return content_stems(before(reading.hit, reading.sentence))


def shared_share(one: str, other: str) -> float:
    """Of the content words of the shorter text, how many the other holds, from 0 to 1."""
    a, b = content_stems(one), content_stems(other)
    return len(a & b) / max(min(len(a), len(b)), 1)


def best_by_article(readings: Sequence[Reading]) -> list[Reading]:
    """The likeliest reading of each article, likeliest first."""
    best: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda r: -r.probability):
        best.setdefault(reading.hit.article.id, reading)
    return list(best.values())
