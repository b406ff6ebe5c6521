"""Whether two readings of one question say the same, say different things, or cannot be compared.

Code compares values, names and times: they are needed, and never enough. Whether two sentences tell of one thing the networks
decide: the reader, which was asked the question, and the judge, which holds the one sentence against the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from answering.exact import (
    as_certain,
    day_of,
    half_told,
    is_doubted,
    line_of,
    name_spans,
    named_alike,
    names_of,
    row_of_names,
    times_told,
)
from answering.judging import Judge, Judged
from answering.readings import Reading, before, in_place, statements
from corpus.article import Span
from language.amounts import amounts_in, exclude_each_other
from language.names import names_in
from language.questions import COUNTED, Question, Wants
from language.times import disjoint
from language.values import Sameness, Values, compared, holds_value, is_a_value, lacking, values_at, values_in
from language.words import content_stems, held_in, name_stems, share_held
from retriever.search import Hit

_TOLD, _DENIED, _UNTOLD = 0.5, 0.5, 0.3
"""The judge's probability from which a sentence tells an answer to the question, or denies one; and up to which it does not tell one
with another value than its own."""
_PLAINLY = 0.9
"""From which it plainly tells one answer in words and not the other."""
_AS_SURE, _SURELY = 0.6, 0.8
"""From which yes, or no, is sure enough to be a second voice, and to contradict."""
_READ = 0.3
"""What the reader must give both of two answers that are held against each other."""
_HELD = 0.5
"""Of the question's content words, how many each of the two must hold with what stands around it."""
_NO_CHANCE = 6
"""Content words of a sentence: two that are the same are no chance."""
_VAGUE = re.compile(r"(?:\w+ of )?(?:tens|dozens|hundreds|thousands|millions|billions|trillions)(?: of \w+)?", re.IGNORECASE)
"""So much may be said of anything: it is no value that a second text could give."""
_CHANGING = (*COUNTED, Wants.DAY, Wants.YES_NO)
"""Answers that a story changes as it goes on."""
_ONE_REPORT_DAYS, _ONE_STORY_DAYS = 1, 14
"""Accounts of such an answer that are dated further apart than the first are a story that went on; other answers that are
dated further apart than the second are of two stories, and do not touch each other."""
_LASTS = re.compile(r"\b(?:is|are|does|do|has|have)\b", re.IGNORECASE)
"""A question of what lasts, whose accounts may be years apart."""


@dataclass(frozen=True)
class Heard:
    """The networks, with the question that was asked."""

    question: Question
    judge: Judge


# --- The same --------------------------------------------------------------------------------------------------------


def agreeing(heard: Heard, lead: Reading, others: Sequence[Reading]) -> list[Reading]:
    """Of each other article the reading that gives the lead's answer, if it has one: the likeliest first.

    An answer of several names is given where all of them are, be it in several sentences of one article.
    """
    elsewhere = [r for r in others if r.hit.article.id != lead.hit.article.id]
    found = [r for r in elsewhere if _may_agree(heard.question, lead, r)]
    found = [r for r, says in zip(found, _tell_it(heard, lead, found), strict=True) if says]
    wanted = row_of_names(lead.answer_text or "")
    if len(wanted) > 1:
        found = [r for r in found if _names_given(lead, r.hit.article.id, found) >= len(wanted)]
    return best_by_article(found)


def _may_agree(question: Question, lead: Reading, other: Reading) -> bool:
    """Nothing that is exact speaks against it: the value stands there, and the times may be of one event."""
    if lead.says is not None or other.says is not None:
        as_sure = other.probability >= _AS_SURE and not is_doubted(question, other)
        passage = f"{other.hit.article.title}\n{other.hit.passage.text}"
        return lead.says is other.says and as_sure and all(half_told(name, passage) for name in names_of(question.text))
    if lead.answer is None or apart_in_time(question, lead, other) or _VAGUE.fullmatch(lead.answer_text or ""):
        return in_same_words(lead.text, other.text)
    return in_same_words(lead.text, other.text) or bool(places_of(lead, other))


def _tell_it(heard: Heard, lead: Reading, others: Sequence[Reading]) -> list[bool]:
    """Whether each tells what the lead tells, by the judge: it says that its words for the value answer the question."""
    clear = [r.says is not None or in_same_words(lead.text, r.text) for r in others]
    asked = [r for r, told in zip(others, clear, strict=True) if not told]
    found = iter(_answered(heard, [(r, _words_for(lead, r)) for r in asked]))
    return [told or next(found).says >= _TOLD for told in clear]


def _words_for(lead: Reading, other: Reading) -> str:
    """The lead's answer in the other sentence's own spelling."""
    places = places_of(lead, other)
    return " ".join(place.of(line_of(other.text)) for place in places) if places else lead.answer_text or ""


def _answered(heard: Heard, answers: Sequence[tuple[Reading, str]]) -> list[Judged]:
    """What each sentence is to the question with an answer: it says it, denies it, or neither."""
    return heard.judge.answered(heard.question.asking, [(answer, in_place(r.hit, r.sentence)) for r, answer in answers])


def places_of(lead: Reading, other: Reading) -> list[Span]:
    """Where a sentence gives the value of another one's answer, exactly; of a row of names any of them. Offsets of the sentence."""
    words, values = lead.answer_text or "", values_of(lead)
    row = row_of_names(words) if not values.spans else []
    days, articles = (day_of(other), day_of(lead)), (other.hit.article.text, lead.hit.article.text)
    found = [
        holds_value(line_of(other.text), one, values, published=days, articles=articles)
        for one in (row if len(row) > 1 else [words])
    ]
    return sorted({place for places in found for place in places}, key=lambda s: s.start)


def values_of(reading: Reading) -> Values:
    """Those that the answer holds or cuts through, as its sentence tells them."""
    if reading.answer is None:
        return Values()
    return values_at(line_of(reading.text), reading.answer.shifted(-reading.sentence.start), day_of(reading))


def in_same_words(one: str, other: str) -> bool:
    """Both sentences have the same words, and enough of them to be no chance: a copy, whatever its article is named."""
    a, b = re.findall(r"\w+", one.lower()), re.findall(r"\w+", other.lower())
    return a == b and len(content_stems(one)) >= _NO_CHANCE


def _names_given(lead: Reading, article: str, found: Sequence[Reading]) -> int:
    """How many of the lead's names the sentences of an article give, together."""
    theirs = [r for r in found if r.hit.article.id == article]
    text, whole = " ".join(r.text for r in theirs), theirs[0].hit.article.text
    names = row_of_names(lead.answer_text or "")
    return sum(bool(holds_value(text, name, articles=(whole, lead.hit.article.text))) for name in names)


def items_of(lead: Reading) -> list[Reading]:
    """Of an answer that is a row of names each by itself, from the same sentence; none of a single one."""
    if lead.answer is None:
        return []
    spans = [span.shifted(lead.answer.start) for span in name_spans(lead.answer_text or "")]
    return [replace(lead, answer=span) for span in spans] if len(spans) > 1 else []


def holding(lead: Reading, hits: Sequence[Hit], read: Sequence[Reading]) -> list[Reading]:
    """Sentences of the passages that give the lead's value, whether the reader chose them or not."""
    known = {(r.hit.article.id, r.sentence): r for r in read}
    found = []
    for hit in hits:
        if hit.article.id == lead.hit.article.id or lead.answer is None:
            continue
        for span in statements(hit):
            other = known.get((hit.article.id, span), Reading(hit, span, None, 0.0))
            places = places_of(lead, other) if _may_hold(lead.answer_text or "", other.text) else []
            if places and not (other.answer and any(p.shifted(span.start).overlaps(other.answer) for p in places)):
                found.append(replace(other, answer=places[0].shifted(span.start), probability=0.0))
    return found


def _may_hold(words: str, sentence: str) -> bool:
    """A quick look: a digit, or a word of the answer."""
    digits = any(c.isdigit() for c in words + sentence)
    return digits or bool(content_stems(words) & content_stems(line_of(sentence))) or words[:1].isupper()


# --- Different -------------------------------------------------------------------------------------------------------


def differing(heard: Heard, lead: Reading, others: Sequence[Reading]) -> list[Reading]:
    """Readings of other articles with answers that exclude the lead's, likeliest first."""
    elsewhere = [r for r in others if r.hit.article.id != lead.hit.article.id]
    found = [r for r in elsewhere if _may_exclude(heard.question, lead, r) and _told_otherwise(heard, lead, r)]
    return sorted(found, key=lambda r: -r.probability)


def _may_exclude(question: Question, lead: Reading, other: Reading) -> bool:
    """Nothing that is exact speaks against it: the answers cannot both be right, and are of one matter and time."""
    if lead.says is not None or other.says is not None:
        certain = min(lead.probability, other.probability) >= _SURELY and not is_doubted(question, other)
        named = all(half_told(name, other.text) for name in names_of(question.text))
        return certain and named and None not in (lead.says, other.says) and lead.says is not other.says
    if lead.answer is None or other.answer is None or apart_in_time(question, lead, other):
        return False
    if min(lead.probability, other.probability) < _READ or places_of(lead, other) or places_of(other, lead):
        return False
    apart = _values_apart(question, lead, other) or (_other_words(question, lead, other) and not question.explained)
    return apart and all(_of_the_matter(question, r) for r in (lead, other))


def _told_otherwise(heard: Heard, lead: Reading, other: Reading) -> bool:
    """The judge finds the other's answer in its sentence, and not the lead's; where no values tell, that it denies the lead's."""
    if lead.says is not None:
        return True
    own, lead_there = _answered(heard, [(other, r.answer_text or "") for r in (other, lead)])
    if _values_apart(heard.question, lead, other):
        return own.says >= _TOLD and lead_there.says <= _UNTOLD
    plainly = own.says >= _PLAINLY and lead_there.says <= 1 - _PLAINLY
    return own.says >= _TOLD and (plainly or lead_there.denies >= _DENIED)


def _of_the_matter(question: Question, reading: Reading) -> bool:
    """It holds enough of the question, and every name of it, with what stands around it."""
    passage = f"{reading.hit.article.title}\n{reading.hit.passage.text}"
    held = share_held(
        content_stems(question.text), content_stems(f"{reading.text}\n{before(reading.hit, reading.sentence)}"), akin=True
    )
    names = [
        s.of(reading.text)
        for s in names_in(reading.text)
        if not reading.answer or not s.shifted(reading.sentence.start).overlaps(reading.answer)
    ]
    wanted = names_of(question.text)
    told = all(half_told(n, passage) for n in wanted)
    return held >= _HELD and told and (not wanted or not names or any(half_told(n, reading.text) for n in wanted))


def _values_apart(question: Question, lead: Reading, other: Reading) -> bool:
    """Their amounts, times or numbered names cannot both be right."""
    one, two = values_of(lead), values_of(other)
    if question.wants in COUNTED and one.amounts and two.amounts:
        return exclude_each_other(one.amounts[0], two.amounts[0])
    if question.wants is Wants.DAY and one.times and two.times:
        return disjoint(one.times[0], two.times[0])
    days = (day_of(lead), day_of(other))
    return compared(lead.answer_text or "", other.answer_text or "", published=days) is Sameness.DIFFERENT


_FEW_WORDS = 4
"""Content words of an answer that names one thing; a longer one tells several, of which some may be told elsewhere too."""


def _other_words(question: Question, lead: Reading, other: Reading) -> bool:
    """Both are names, or both words, neither holds the other, and neither stands in the other's passage."""
    mine, theirs = (_beside(question, r.answer_text or "") for r in (lead, other))
    valued = values_in(mine).spans or values_in(theirs).spans
    if (
        valued
        or is_a_value(mine) != is_a_value(theirs)
        or compared(mine, theirs) is Sameness.SAME
        or named_alike(mine, theirs)
    ):
        return False
    one, two = content_stems(mine), content_stems(theirs)
    here, there = content_stems(lead.hit.passage.text), content_stems(other.hit.passage.text)
    told = (one - two) & there or (two - one) & here
    return bool(one - two and two - one) and not told and max(len(one), len(two)) <= _FEW_WORDS


def _beside(question: Question, answer: str) -> str:
    """Without the words of the question at its end: "Graviton" of "Graviton chips", where chips are asked for."""
    words = answer.split()
    while len(words) > 1 and content_stems(words[-1]) and content_stems(words[-1]) <= content_stems(question.text):
        words = words[:-1]
    return " ".join(words)


_REPLACED = re.compile(
    r"\b(?:replac|amend|chang|rais|lower|increas|reduc|shorten|extend|rais|cut|substitut)\w*\b|\binstead of\b|\bno longer\b",
    re.IGNORECASE,
)
_TITLE_HELD, _QUESTION_HELD = 0.6, 0.5
"""Of the lead's title, or of the question, how many content words a sentence must hold with its title to be of one matter."""


def replacing(question: Question, lead: Reading, hits: Sequence[Hit]) -> list[Reading]:
    """Sentences of later articles that replace the lead's value by another: both stand there, and so does a word for it. What is replaced
    is what was so until then."""
    values, found = values_of(lead), []
    for hit in hits:
        if (hit.article.published or "") <= (lead.hit.article.published or "") or not values.amounts:
            continue
        for span in statements(hit):
            text = span.of(hit.article.text)
            of_it = _REPLACED.search(text) and _is_of(question, lead, content_stems(f"{hit.article.title} {text}"))
            old = holds_value(text, lead.answer_text or "", values) if of_it else []
            new = [a for a in amounts_in(text) if exclude_each_other(a, values.amounts[0])] if old else []
            found += [Reading(hit, span, new[-1].span.shifted(span.start), lead.probability)] if new else []
    return sorted(found, key=lambda r: r.hit.article.published or "", reverse=True)[:1]


def _is_of(question: Question, lead: Reading, told: frozenset[str]) -> bool:
    titled = share_held(content_stems(lead.hit.article.title), told) >= _TITLE_HELD
    return titled or share_held(content_stems(question.text), told) >= _QUESTION_HELD


# --- In time ---------------------------------------------------------------------------------------------------------


class InTime(Enum):
    """How two accounts with different answers stand in time."""

    TOGETHER = "they contradict each other"
    LATER = "the later one is an update"
    APART = "they are of two stories"


def in_time(question: Question, one: Reading, other: Reading) -> InTime:
    """By the days of publication; without one of them the two stand together."""
    gap = _days_between(one, other)
    if question.wants in _CHANGING:
        return InTime.LATER if gap > _ONE_REPORT_DAYS else InTime.TOGETHER
    return InTime.APART if gap > _ONE_STORY_DAYS else InTime.TOGETHER


def _days_between(one: Reading, other: Reading) -> int:
    first, second = day_of(one), day_of(other)
    return abs((first - second).days) if first and second else 0


def apart_in_time(question: Question, one: Reading, other: Reading) -> bool:
    """Each sentence names times of its own, and none of them can be one of the other's; or neither does, and the articles are of two
    stories."""
    mine, theirs = ([t for t in times_told(r) if t.month or t.year] for r in (one, other))
    if mine and theirs:
        return all(disjoint(a, b) for a in mine for b in theirs)
    lasts = _LASTS.search(question.asking) is not None
    return not lasts and _days_between(one, other) > _ONE_STORY_DAYS and not (mine or theirs)


# --- A statement without an answer: sentences of other articles that say it, found with the statement's own words ------

_LEAST_SHARED = 0.4
"""Of the statement's content words, how many a sentence must hold, with what stands around it, to be judged."""


def saying(judge: Judge, statement: Reading, hits: Sequence[Hit]) -> list[Reading]:
    """For each passage of another article the sentence that says the statement, if one does; certain by the judge."""
    claim = statement.text
    told = [(hit, span) for hit in hits if hit.article.id != statement.hit.article.id and (span := nearest(claim, hit))]
    judged = judge.judged(claim, [in_place(hit, span) for hit, span in told])
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
    """Enough of its words, all of its names and numbers, and neither denied nor doubted otherwise."""
    sentence, around = span.of(hit.article.text), before(hit, span)
    words, here = content_stems(claim), content_stems(sentence) | content_stems(around)
    if len(held_in(words, here)) < _LEAST_SHARED * len(words) or not name_stems(claim) <= here:
        return False
    return as_certain(sentence, claim) and lacking(claim, f"{around}\n{sentence}") is None


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
