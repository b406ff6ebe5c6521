"""The days that a question means are a condition on what is told, not words for the reader.

"What did the council decide last week?" is read as "What did the council decide?", and only sentences of that week answer it: of a
day that they name themselves, or else of the day of their article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from answering.readings import Reading
from language.questions import Question, question_of
from language.times import Days, Time, is_condition, times_in, without_times
from language.values import Sameness, compared
from retriever.request import Request

_LONGEST = 31
"""Days of a stretch that is a condition; a year is told in the sentences themselves."""
_LATE = timedelta(days=3)
"""An article tells what happened on some days so long after them."""
_AHEAD = timedelta(days=120)
"""And what is to come so long before."""


@dataclass(frozen=True)
class Timed:
    """A request without its words of time, and the days that they mean; days is None where it has no such words.

    wordings  other wordings of it, of which each passage is read with the one whose names it holds
    """

    request: Request
    days: Days | None = None
    wordings: tuple[str, ...] = ()

    @property
    def questions(self) -> list[Question]:
        return [self.request.meaning, *map(question_of, self.wordings)]


def timed(request: Request) -> Timed:
    days = request.days
    if days is None or (days.last - days.first).days >= _LONGEST or request.meaning.asks_when:
        return Timed(request)
    if not is_condition(request.question, request.date):
        return Timed(request)
    without = without_times(request.question, request.date)
    return Timed(replace(request, question=without), days) if without != request.question else Timed(request)


def of_the_days(timed: Timed, readings: Sequence[Reading]) -> list[Reading]:
    """Those that tell of the days; all of them where no days are meant."""
    if timed.days is None:
        return list(readings)
    return [r for r in readings if _tells_of(timed.days, timed.request.date, r)]


def _is_of(time: Time, days: Days) -> bool:
    """A month without a year is that of the days, where its own year is not known."""
    if time.first is None or time.last is None:
        return time.month is not None and days.first.month <= time.month <= days.last.month
    return time.first <= days.last and days.first <= time.last


def _tells_of(days: Days, asked_on: date, reading: Reading) -> bool:
    day = reading.hit.article.day_at(reading.sentence.start)
    told = [t for t in times_in(reading.text, day) if not t.saying]
    if any(_is_of(t, days) for t in told):
        return True
    if any(t.month or (t.first and t.last and (t.last - t.first).days < _LONGEST) for t in told):
        return False
    first = min(days.first, asked_on - _AHEAD) if days.first > asked_on else days.first
    return day is None or first <= day <= days.last + _LATE


# --- Mails: what a part of an article says has a day of its own ---


def by_entry(leads: Sequence[Reading]) -> list[Reading]:
    """Of a thread the later entry leads where it gives another value, and the earlier one where it gives the same: the original, not the
    reply that repeats it."""
    first = leads[0] if leads else None
    if first is None or first.answer_text is None:
        return list(leads)
    here = [r for r in leads if r.hit.article.id == first.hit.article.id and r.answer_text and _likely_as(first, r)]
    how = {id(r): compared(first.answer_text, r.answer_text or "") for r in here}
    later = [r for r in here if how[id(r)] is Sameness.DIFFERENT and _day(r) > _day(first)]
    earlier = [r for r in here if how[id(r)] is Sameness.SAME and _day(r) < _day(first)]
    lead = max(later, key=_day, default=None) or min(earlier, key=_day, default=first)
    return [lead, *(r for r in leads if r is not lead)]


def _likely_as(first: Reading, other: Reading) -> bool:
    return other.probability >= _AS_LIKELY * first.probability


_AS_LIKELY = 0.5
"""Of the leading reading's probability, what another of the same article needs to lead for its day."""


def _day(reading: Reading) -> str:
    return reading.hit.article.entry_at(reading.sentence.start).dated or reading.hit.article.published or ""
