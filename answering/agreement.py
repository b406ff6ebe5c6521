"""Whether two readings of one question say the same, say different things, or cannot be compared; by facts/same.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import Enum

from answering.checking import line_of, told_of
from answering.facts.claims import certainty
from answering.facts.question import Asked
from answering.facts.same import Said, excludes, in_one_frame, name_spans, places_of, row_of_names, supports
from answering.judging import Judge
from answering.readings import Reading, before, statements
from corpus.article import Span
from language.amounts import amounts_in, exclude_each_other
from language.questions import COUNTED, Wants
from language.values import Sameness, compared, holds_value, is_a_value, lacking
from language.words import content_stems, held_in, name_stems, share_held
from retriever.search import Hit

# --- Whether two readings of one question say the same, say different things, or cannot be compared; by facts/same.py ---

_CHANGING = (*COUNTED, Wants.DAY, Wants.YES_NO)
"""Answers that a story changes as it goes on."""
_ONE_REPORT_DAYS, _ONE_STORY_DAYS = 1, 14
"""Accounts of such an answer that are dated further apart than the first are a story that went on; other answers that are
dated further apart than the second are of two stories, and do not touch each other."""


def said(reading: Reading) -> Said:
    """A reading with its sentence where it stands; offsets count in the sentence."""
    answer = reading.answer.shifted(-reading.sentence.start) if reading.answer else None
    return Said(told_of(reading.hit, reading.sentence), answer, reading.probability)


def agreeing(asked: Asked, lead: Reading, others: Sequence[Reading]) -> list[Reading]:
    """Of each other article the reading that gives the lead's answer, if it has one: the likeliest first.

    An answer of several names is given where all of them are, be it in several sentences of one article.
    """
    mine = said(lead)
    found = [r for r in others if r.hit.article.id != lead.hit.article.id and supports(asked, mine, said(r))]
    wanted = row_of_names(mine.words)
    if len(wanted) > 1:
        found = [r for r in found if _names_given(asked, mine, r.hit.article.id, found) >= len(wanted)]
    return best_by_article(found)


def _names_given(asked: Asked, lead: Said, article: str, found: Sequence[Reading]) -> int:
    """How many of the lead's names the sentences of an article give, together."""
    theirs = [r for r in found if r.hit.article.id == article]
    text, whole = " ".join(r.text for r in theirs), theirs[0].hit.article.text
    names = row_of_names(lead.words)
    return sum(bool(holds_value(text, name, articles=(whole, lead.told.article))) for name in names)


def items_of(lead: Reading) -> list[Reading]:
    """Of an answer that is a row of names each by itself, from the same sentence; none of a single one."""
    if lead.answer is None:
        return []
    spans = [span.shifted(lead.answer.start) for span in name_spans(lead.answer_text or "")]
    return [replace(lead, answer=span) for span in spans] if len(spans) > 1 else []


def differing(asked: Asked, lead: Reading, others: Sequence[Reading]) -> list[Reading]:
    """Readings of other articles with answers that exclude the lead's, likeliest first."""
    mine = said(lead)
    elsewhere = [r for r in others if r.hit.article.id != lead.hit.article.id]
    return sorted((r for r in elsewhere if excludes(asked, mine, said(r))), key=lambda r: -r.probability)


_FEW_WORDS = 4
"""Content words of an answer that names one thing; a longer one tells several, of which some may be told elsewhere too."""
_TOLD_ALIKE = 0.3
"""What the reader must give both of two answers in words that are held against each other."""


def told_otherwise(asked: Asked, judge: Judge, lead: Reading, others: Sequence[Reading]) -> list[Reading]:
    """Readings of other articles that tell the lead's statement with other words in the place of its answer: the rest of the sentence
    is the same, and the judge is sure that they do not say it. Values alone cannot tell this of "dark green" and "dark red"."""
    mine, theirs = said(lead), [(r, said(r)) for r in best_by_article(others) if r.hit.article.id != lead.hit.article.id]
    framed = [r for r, other in theirs if min(r.probability, lead.probability) >= _TOLD_ALIKE and _in_its_place(mine, other)]
    judged = judge.judged(lead.text, [_as_read(r.hit, r.sentence) for r in framed])
    return [r for r, found in zip(framed, judged, strict=True) if found.whole < 0]


def _in_its_place(lead: Said, other: Said) -> bool:
    """Both answers are words, neither holds the other, and their sentences are of one frame."""
    if lead.answer is None or other.answer is None or compared(lead.words, other.words) is not Sameness.UNKNOWN:
        return False
    one, two = content_stems(lead.words), content_stems(other.words)
    if not (one - two and two - one) or is_a_value(lead.words) or is_a_value(other.words):
        return False
    told = held_in(one - two, content_stems(other.told.text)) or held_in(two - one, content_stems(lead.told.text))
    return not told and max(len(one), len(two)) <= _FEW_WORDS and in_one_frame(lead, other)


_REPLACED = re.compile(
    r"\b(?:replac|amend|chang|rais|lower|increas|reduc|shorten|extend|rais|cut|substitut)\w*\b|\binstead of\b|\bno longer\b",
    re.IGNORECASE,
)


_TITLE_HELD, _QUESTION_HELD = 0.6, 0.5
"""Of the lead's title, or of the question, how many content words a sentence must hold with its title to be of one matter."""


def _is_of(asked: Asked, lead: Reading, told: frozenset[str]) -> bool:
    titled = share_held(content_stems(lead.hit.article.title), told) >= _TITLE_HELD
    return titled or share_held(content_stems(asked.text), told) >= _QUESTION_HELD


def replacing(asked: Asked, lead: Reading, hits: Sequence[Hit]) -> list[Reading]:
    """Sentences of later articles that replace the lead's value by another: both stand there, and so does a word for it. What is replaced
    is what was so until then."""
    mine = said(lead)
    found = []
    for hit in hits:
        if (hit.article.published or "") <= (lead.hit.article.published or "") or not mine.values.amounts:
            continue
        for span in statements(hit):
            text = span.of(hit.article.text)
            told = content_stems(f"{hit.article.title} {text}")
            old = holds_value(text, mine.words, mine.values) if _REPLACED.search(text) and _is_of(asked, lead, told) else []
            new = [a for a in amounts_in(text) if exclude_each_other(a, mine.values.amounts[0])] if old else []
            found += [Reading(hit, span, new[-1].span.shifted(span.start), lead.probability)] if new else []
    return sorted(found, key=lambda r: r.hit.article.published or "", reverse=True)[:1]


def holding(asked: Asked, lead: Reading, hits: Sequence[Hit], read: Sequence[Reading]) -> list[Reading]:
    """Sentences of the passages that give the lead's value, whether the reader chose them or not."""
    mine = said(lead)
    known = {(r.hit.article.id, r.sentence): r.probability for r in read}
    found = []
    for hit in hits:
        if hit.article.id == lead.hit.article.id or mine.answer is None:
            continue
        for span in statements(hit):
            places = places_of(asked, mine, told_of(hit, span)) if _may_hold(mine.words, span.of(hit.article.text)) else []
            found += [Reading(hit, span, p.shifted(span.start), known.get((hit.article.id, span), 0.0)) for p in places[:1]]
    return found


def _may_hold(words: str, sentence: str) -> bool:
    """A quick look, before grammar: a digit or number word, or a word of the answer."""
    stems = content_stems(words)
    return (
        any(c.isdigit() for c in words + sentence) or bool(stems & content_stems(line_of(sentence))) or words[:1].isupper()
    )


class InTime(Enum):
    """How two accounts with different answers stand in time."""

    TOGETHER = "they contradict each other"
    LATER = "the later one is an update"
    APART = "they are of two stories"


def in_time(asked: Asked, one: Reading, other: Reading) -> InTime:
    """By the days of publication; without one of them the two stand together."""
    days = [date.fromisoformat(r.hit.article.published) for r in (one, other) if r.hit.article.published]
    gap = abs((days[0] - days[1]).days) if len(days) > 1 else 0
    if asked.wants in _CHANGING:
        return InTime.LATER if gap > _ONE_REPORT_DAYS else InTime.TOGETHER
    return InTime.APART if gap > _ONE_STORY_DAYS else InTime.TOGETHER


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


# --- A second voice for a statement: sentences of other articles that say it, found with the statement's own words ---
#
# The judge is asked only about sentences whose names, numbers and denials agree with the statement's, for those are signs
# that it may overlook, and reading is nearly all that a second voice costs.

_LEAST_SHARED = 0.4
"""Of the statement's content words, how many a sentence must hold, with what stands around it, to be judged."""


def saying(judge: Judge, statement: Reading, hits: Sequence[Hit]) -> list[Reading]:
    """For each passage of another article the sentence that says the statement, if one does; certain by the judge."""
    claim = statement.text
    told = [(hit, span) for hit in hits if hit.article.id != statement.hit.article.id and (span := nearest(claim, hit))]
    judged = judge.judged(claim, [_as_read(hit, span) for hit, span in told])
    return [
        Reading(hit, span, None, found.probability)
        for (hit, span), found in zip(told, judged, strict=True)
        if judge.says(found)
    ]


def nearest(claim: str, hit: Hit) -> Span | None:
    """The sentence that holds most of the claim's words, if it may say the claim at all."""
    text = hit.article.text
    found = max(statements(hit), key=lambda s: len(held_in(content_stems(claim), content_stems(s.of(text)))), default=None)
    return found if found is not None and _may_say(claim, hit, found) else None


def _may_say(claim: str, hit: Hit, span: Span) -> bool:
    """Enough of its words, all of its names and numbers, and neither denied nor hedged otherwise."""
    sentence, around = span.of(hit.article.text), before(hit, span)
    words, here = content_stems(claim), content_stems(sentence) | content_stems(around)
    if len(held_in(words, here)) < _LEAST_SHARED * len(words) or not name_stems(claim) <= here:
        return False
    return certainty(sentence) == certainty(claim) and lacking(claim, f"{around}\n{sentence}") is None


def _as_read(hit: Hit, span: Span) -> tuple[str, str]:
    """The sentence under its title, after what stands before it."""
    title, _, around = before(hit, span).partition("\n")
    return title, around + span.of(hit.article.text)
