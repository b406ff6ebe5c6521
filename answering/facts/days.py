"""When a sentence says something happened: its words of time as intervals of days.

"Tuesday", "yesterday", "last month" and dates without a year are read against the day on which the article was published;
without that day they say nothing that could be compared.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.article import Span

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
_DAY = r"(?P<day{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year{0}>(?:1[5-9]|20)\d{{2}})(?!\d|-?\w)"
_TIMES = re.compile(
    rf"\b(?:(?:(?P<weekday0>{'|'.join(_WEEKDAYS)}),? )?(?P<month0>{_MONTH}) {_DAY.format(0)}(?!\d)(?:,? {_YEAR.format(0)})?"
    rf"|{_DAY.format(1)} (?:of )?(?P<month1>{_MONTH})(?:,? {_YEAR.format(1)})?"
    rf"|(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
    rf"|(?P<month2>{_MONTH})(?: of)?,? {_YEAR.format(2)}"
    rf"|(?P<month3>{'|'.join(m for m in _MONTHS if len(m) > 3 or m == 'may')})\b"
    rf"|(?P<decade>(?:1[5-9]|20)\d0)s\b|{_YEAR.format(4)}|(?P<year5>(?:1[0-4]|2[1-9])\d\d)\b"
    rf"|(?:(?P<which>last|next|this) )?(?P<weekday>{'|'.join(_WEEKDAYS)})s?\b"
    rf"|(?P<near>today|yesterday|tomorrow|tonight)\b"
    rf"|(?P<turn>last|past|this|next|previous) (?P<unit>week|month|year|season|quarter|winter|summer|spring|autumn|night|century|decade)\b"
    rf"|(?P<ago>\d+|a|two|three|four|five|six|seven|eight|nine|ten) (?P<unit2>day|week|month|year|decade)s? ago\b)",
    re.IGNORECASE,
)
_LOOSE = 7
"""Days by which "this week" reaches back: it is said on a Monday of the week that ended."""
_MANY = {w: n for n, w in enumerate(["zero", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])}
_COUNTS = re.compile(r"\s+(?:[a-z]+s|people|men|women|children)\b")
_BEFORE_YEAR = re.compile(
    r"\b(?:in|of|since|by|until|till|from|to|and|or|year|early|late|before|after|during|for)\s+$", re.IGNORECASE
)
_NAMED_MAY = re.compile(r"\b(?:in|of|during|since|until|by|from|last|next|early|late|mid)[ -]$", re.IGNORECASE)


@dataclass(frozen=True)
class Time:
    """Words of time and what they mean. first, last: both included; None where the day of publication would be needed.

    words  in lower case, without small words: "last season" means something, though no days
    exact  a day or less
    """

    span: Span
    words: str
    first: date | None = None
    last: date | None = None

    @property
    def yearless(self) -> bool:
        """ "14 March": the year is only guessed."""
        return _month_in(self.words) is not None and re.search(r"\d{4}", self.words) is None

    @property
    def relative(self) -> bool:
        """ "last year", "Tuesday": it depends on the day on which it is said."""
        return not any(c.isdigit() for c in self.words) and _month_in(self.words) is None

    @property
    def exact(self) -> bool:
        return self.first is not None and self.first == self.last


def times_in(text: str, published: date | None = None) -> list[Time]:
    """All words of time in a text, in order."""
    return list(_times(text, published))


def _times(text: str, published: date | None) -> Iterator[Time]:
    for match in _TIMES.finditer(text):
        if (match["month3"] or "").lower() in ("may", "march") and not _is_month(match, text):
            continue
        if match["year5"] and not _is_far_year(match, text):
            continue
        if match["year4"] and _COUNTS.match(text[match.end() :]) and not _BEFORE_YEAR.search(text[: match.start()]):
            continue
        span = Span(match.start(), match.end())
        try:
            days = _days(match, published)
        except (ValueError, OverflowError):
            days = None
        yield Time(span, match[0].lower(), *(days or (None, None)))


def _is_far_year(match: re.Match[str], text: str) -> bool:
    """ "until 2291", "in 1066", not "in 1200 homes" nor "rose by 1,200 to 1400"."""
    counts = re.match(r"\s+[a-z]+(?<!and)\b", text[match.end() :]) is not None
    return (
        not counts
        and re.search(r"\b(?:in|since|until|till|before|after) (?:the year )?$", text[: match.start()], re.IGNORECASE)
        is not None
    )


def _is_month(match: re.Match[str], text: str) -> bool:
    """ "May" of "in May", not of "may"."""
    return match[0][0].isupper() and (bool(_NAMED_MAY.search(text[: match.start()])) or match[0].lower() == "march")


def _days(match: re.Match[str], published: date | None) -> tuple[date, date] | None:
    found = match.groupdict()
    if found["iso"]:
        day = date.fromisoformat(found["iso"])
        return day, day
    for n in (0, 1):
        if found[f"month{n}"]:
            month, day_number, year = _month(found[f"month{n}"]), int(found[f"day{n}"]), found[f"year{n}"]
            day_ = _near(published, month, day_number) if year is None else date(int(year), month, day_number)
            return (day_, day_) if day_ else None
    if found["month2"]:
        return _whole_month(int(found["year2"]), _month(found["month2"]))
    if found["month3"]:
        near = _near(published, _month(found["month3"]), 15)
        return _whole_month(near.year, near.month) if near else None
    if found["decade"]:
        return date(int(found["decade"]), 1, 1), date(int(found["decade"]) + 9, 12, 31)
    if year := found["year4"] or found["year5"]:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    return _told_from(found, published) if published else None


def _told_from(found: dict[str, str | None], published: date) -> tuple[date, date] | None:
    """Words that mean something only on a given day."""
    day = timedelta(days=1)
    if found["weekday"]:
        which = (found["which"] or "").lower()
        back = (published.weekday() - _WEEKDAYS[found["weekday"].lower()]) % 7
        that = published - back * day if which != "next" else published + (7 - back) * day
        return that, that
    if found["near"]:
        that = published + {"yesterday": -1, "tomorrow": 1}.get(found["near"].lower(), 0) * day
        return that, that
    if found["ago"]:
        many = _MANY.get(found["ago"].lower()) or int(found["ago"])
        return _ago(published, many, str(found["unit2"]).lower())
    if found["unit"]:
        step = {"this": 0, "next": 1}.get(str(found["turn"]).lower(), -1)
        return _turn(published, step, found["unit"].lower())
    return None


def _ago(published: date, many: int, unit: str) -> tuple[date, date]:
    days = many * {"day": 1, "week": 7, "month": 30, "year": 365, "decade": 3652}[unit]
    slack = {"day": 0, "week": 4, "month": 20, "year": 200, "decade": 1500}[unit]
    that = published - timedelta(days=days)
    return that - timedelta(days=slack), that + timedelta(days=slack)


def _turn(published: date, step: int, unit: str) -> tuple[date, date] | None:
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=step)
        return monday - timedelta(days=_LOOSE), monday + timedelta(days=6)
    if unit == "month":
        number = published.year * 12 + published.month - 1 + step
        return _whole_month(number // 12, number % 12 + 1)
    if unit == "year":
        return date(published.year + step, 1, 1), date(published.year + step, 12, 31)
    return None


def _month(word: str) -> int:
    return _MONTHS[word.lower().rstrip(".")]


def _near(published: date | None, month: int, day: int) -> date | None:
    """That day of the year nearest to publication."""
    if published is None:
        return None
    found = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return min(found, key=lambda d: abs((d - published).days), default=None)


def _whole_month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _month_in(words: str) -> int | None:
    return next((_MONTHS[w.rstrip(".,")] for w in words.split() if w.rstrip(".,") in _MONTHS), None)


def overlap(one: Time, other: Time) -> bool | None:
    """Whether two times can be of one event; None where the days of one are not known and their words differ."""
    if one.words == other.words and (one.relative or one.first is None or other.first is None):
        return True
    a, b = one.words.split(), other.words.split()
    if (
        one.relative
        and other.relative
        and len(a) > 1
        and a[1:] == b[1:]
        and {a[0], b[0]} in ({"last", "this"}, {"this", "next"}, {"last", "next"})
    ):
        return False
    months = {_month_in(one.words), _month_in(other.words)} - {None}
    if (one.yearless or other.yearless) and _month_in(one.words) and _month_in(other.words):
        days = {re.sub(r"\D", "", re.sub(r"\d{4}", "", t.words)) for t in (one, other)} - {""}
        return len(months) == 1 and len(days) < 2
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return False if len(months) > 1 else None
    return one.first <= other.last and other.first <= one.last


_SHIFT = re.compile(
    r"(?:in )?(?:the|a|one) (?:(?P<first>previous|next|following) )?(?P<unit>year|month)(?: (?P<way>before|earlier|prior|after|later))?",
    re.IGNORECASE,
)


def shifted_time(words: str, said: str) -> str | None:
    """ "a year earlier", said of something in 2023: "2022"; None for other words, or where what was said has no such time."""
    found = _SHIFT.fullmatch(words.strip())
    times = [t for t in times_in(said) if not t.relative]
    if found is None or not times or not (found["first"] or found["way"]):
        return None
    step = 1 if (found["way"] or found["first"]).lower() in ("after", "later", "next", "following") else -1
    year, month = re.search(r"\d{4}", times[0].words), _month_in(times[0].words)
    if found["unit"].lower() == "year":
        return (
            f"{times[0].words[: year.start()]}{int(year[0]) + step}{times[0].words[year.end() :]}".title() if year else None
        )
    return calendar.month_name[(month - 1 + step) % 12 + 1] if month else None
