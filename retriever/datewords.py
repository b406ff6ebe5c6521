"""Words of time in a question -> the days they mean, and how near to them an article was published.

News is asked for when it is news: an article from the days before the question is likelier to hold the answer than
one of the same words from years ago. Words such as "last month" or "in March 2024" say which days instead.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTH = re.compile(rf"\b(?:in|of|during|since|until) ({'|'.join(_MONTHS)})(?:,? (\d{{4}}))?\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:in|of|during|since) ((?:19|20)\d{2})\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(today|yesterday|(?:this|last|past) (?:week|month|year))\b", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1000, 9000
"""Further away a question cannot mean, and a date cannot be reckoned with."""
FADING_DAYS = 14.0
"""Nearness falls to 1/e after so many days before the question."""
_LATE_DAYS = 3
"""An article about some days comes out on them or shortly after."""


_SINCE = re.compile(r"\bsince\b", re.IGNORECASE)


@dataclass(frozen=True)
class Days:
    """The days that a question is about, both included."""

    first: date
    last: date


def days_meant(question: str, asked_on: date) -> Days | None:
    """What the words of time in a question mean when it is asked on that day; None where there are none."""
    meant = _meant(question, asked_on)
    if meant and _SINCE.search(question) and meant.first <= asked_on:
        return Days(meant.first, asked_on)
    return meant


def _meant(question: str, asked_on: date) -> Days | None:
    if match := _RELATIVE.search(question):
        return _relative(match[1].lower(), asked_on)
    if match := _MONTH.search(question):
        month = _MONTHS[match[1].lower()]
        year = int(match[2]) if match[2] else asked_on.year - (month > asked_on.month)
        return _month(year, month) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    if match := _YEAR.search(question):
        return Days(date(int(match[1]), 1, 1), date(int(match[1]), 12, 31))
    return None


def _relative(words: str, asked_on: date) -> Days:
    day = timedelta(days=1)
    if words == "today":
        return Days(asked_on, asked_on)
    if words == "yesterday":
        return Days(asked_on - day, asked_on - day)
    which, unit = words.split()
    if unit == "week":
        return Days(asked_on - 7 * day, asked_on) if which != "last" else Days(asked_on - 14 * day, asked_on - day)
    if unit == "month":
        before = asked_on.replace(day=1) - day
        return Days(asked_on.replace(day=1), asked_on) if which == "this" else _month(before.year, before.month)
    year = asked_on.year - (which != "this")
    return Days(date(year, 1, 1), date(year, 12, 31))


def _month(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def nearness(published: str | None, meant: Days | None, asked_on: date) -> float:
    """From 0 (undated, or far) to 1 (published on the days meant, or on the day of the question)."""
    if published is None:
        return 0.0
    day = date.fromisoformat(published)
    if meant is None:
        meant = Days(asked_on, asked_on)
    elif meant.first <= day <= meant.last + timedelta(days=_LATE_DAYS):
        return 1.0
    late = (day - meant.last).days - _LATE_DAYS
    early = (meant.first - day).days
    away = late if late > 0 else max(early, 0)
    return math.exp(-away / FADING_DAYS)
