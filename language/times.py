"""When something happened: words of time as intervals of days. One reader for questions, articles, metadata and ranking.

"Tuesday", "yesterday", "last month", "the 15th" and dates without a year are read against the day on which the article was published,
or the question is asked; without that day they say what they say. The day on which somebody says something ("she said on Tuesday")
is not the day of what is said: such a time is marked.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from language.spans import Span

_MONTHS = {
    name.lower(): n for names in (calendar.month_name, calendar.month_abbr) for n, name in enumerate(names) if name
} | {"sept": 9}
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_LONG_MONTH = "|".join(m for m in _MONTHS if len(m) > 4 or m in ("may", "june", "july"))
_WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
_WEEKDAY = rf"(?:{'|'.join(_WEEKDAYS)}|(?:mon|tue|wed|thu|fri|sat|sun)\b\.?)"
_DAY = r"(?P<day{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year{0}>(?:1[0-9]|20)\d{{2}})(?!\d|-?\w)"
_NUMBER = {
    w: n
    for n, w in enumerate(
        ["zero", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {
    "an": 1,
    "one": 1,
}
_UNITS = "week|month|year|season|quarter|winter|summer|spring|autumn|night|century|decade"
_NEXT_WORDS = r"(?=\s*(?:$|[.,;:?!)]|(?:of (?:the|this|last|next)|and|at|in|by|the|to|until|when|after|before|for|with|from|but|a|he|she|they|it)\b))"
_TIMES = re.compile(
    rf"(?<![\w.])(?:(?:{_WEEKDAY},? )?(?:the )?(?P<from>\d{{1,2}})(?:st|nd|rd|th)?(?: to | and |\s?[-–—]\s?){_DAY.format(6)} (?:of )?(?P<month6>{_MONTH})(?:,? {_YEAR.format(6)})?"
    rf"|(?:{_WEEKDAY},? )?(?P<month0>{_MONTH}) {_DAY.format(0)}(?![\d:])(?:,? {_YEAR.format(0)})?"
    rf"|(?:{_WEEKDAY},? )?(?:the )?{_DAY.format(1)}\.?[ -](?:of )?(?P<month1>{_MONTH})(?:(?:,? |-){_YEAR.format(1)})?"
    r"|(?P<iso>(?:1\d|20)\d\d(?P<sep>[-/.])\d{1,2}(?P=sep)\d{1,2})(?![-/.]?\d)"
    r"|(?P<one>\d{1,2})(?P<sep2>[-/.])(?P<two>\d{1,2})(?P=sep2)(?P<year7>(?:1[5-9]|20)\d\d)(?!\d)"
    rf"|(?:(?P<part>early|mid|late)[ -])?(?P<month2>{_MONTH})(?: of)?,? {_YEAR.format(2)}"
    rf"|(?:(?P<part3>early|mid|late)[ -])?(?P<month3>{_LONG_MONTH})\b"
    rf"|(?P<decade>(?:1[5-9]|20)\d0)s\b|(?P<year4>(?:1[5-9]|20)\d{{2}})(?!\d|-?\w|,\d)|(?P<year5>(?:1[0-4]|2[1-9])\d\d)\b"
    rf"|(?:(?P<which>last|next|this) )?(?P<weekday>{'|'.join(_WEEKDAYS)})s?\b"
    rf"|the (?P<dom>\d{{1,2}})(?:st|nd|rd|th)\b{_NEXT_WORDS}"
    r"|(?P<near>today|yesterday|tomorrow|tonight)\b"
    rf"|(?P<turn>last|past|this|next|previous) (?P<unit>{_UNITS})\b"
    rf"|(?P<ago>\d+|{'|'.join(_NUMBER)}) (?P<unit2>day|week|month|year|decade)s? ago\b)",
    re.IGNORECASE,
)  # fmt: skip
_EARLY = 1
"""Up to Tuesday "this week" may be the week that ended."""
_COUNTED = re.compile(
    r"\s+(?!was\b|is\b|has\b|as\b|does\b|on?wards\b|afterwards\b|unless\b)(?:[a-z]+s|people|men|women|children)\b(?P<behind>\s*(?:$|[.,;:?!)]|(?:in|on|of|at|across|around|near|by|for|from|to|with"
    r"|and|or|that|which|where|who|last|this|every|each|after|before|over|have|had|were|are)\b))?"
)
_BEFORE_YEAR = re.compile(
    r"\b(?:in|of|since|by|until|till|from|to|and|or|year|early|late|before|after|during|for)\s+$", re.IGNORECASE
)
_UNSURE = 45
"""Days: where two years are about as near, a month does not tell which is meant."""
_NAMED_MAY = re.compile(r"\b(?:in|of|during|since|until|by|from|last|next|early|late|mid)[ -]$", re.IGNORECASE)
_SAYING = re.compile(
    r"\b(?:said|says|told(?: [A-Za-z]+){1,3}|added|wrote|stated)(?: in an? [a-z]+)?(?: late| early)?(?: on)? $",
    re.IGNORECASE,
)
_NEAR = 60
"""Signs before and behind words of time among which what bears on them is looked for."""
_MORE_DAYS = {"week": 4, "month": 20, "year": 200, "decade": 1500}
_IN_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365, "decade": 3652}


@dataclass(frozen=True)
class Time:
    """Words of time and what they mean. first, last: both included; None where the day of publication would be needed.

    words   in lower case, without small words: "last season" means something, though no days
    year, month, day, weekday   what is written of these; weekday from 0
    rough   first and last only bound it: "two weeks ago", "early March", "3/4/2024" of which month and day cannot be told
    saying  it is the day on which somebody says something
    """

    span: Span
    words: str
    first: date | None = None
    last: date | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    rough: bool = False
    saying: bool = False

    @property
    def yearless(self) -> bool:
        """ "14 March", "the 15th": the year is only guessed."""
        return self.year is None and (self.month is not None or self.day is not None)

    @property
    def relative(self) -> bool:
        """ "last year", "Tuesday": it depends on the day on which it is said."""
        return self.year is None and self.month is None and self.day is None

    @property
    def exact(self) -> bool:
        """A day or less."""
        return self.first is not None and self.first == self.last


# --- Reading ---------------------------------------------------------------------------------------------------------


def times_in(text: str, published: date | None = None) -> list[Time]:
    """All words of time in a text, in order; published is the day of the article, or of the question."""
    return list(_times(text, published, past=False))


def whole_date(text: str) -> date | None:
    """The day that a text begins with, given in full; None where it is none or could be two."""
    found = times_in(text.strip())
    if len(found) != 1 or text.strip()[: found[0].span.start].strip(" ,") or None in (found[0].year, found[0].day):
        return None
    return found[0].first


def _times(text: str, published: date | None, past: bool) -> Iterator[Time]:
    for match in _TIMES.finditer(text):
        if not _is_time(match, text):
            continue
        words = re.sub(r"^the ", "", match[0].lower())
        said = _SAYING.search(text[max(0, match.start() - _NEAR) : match.start()]) or _is_dateline(match, text)
        time = Time(Span(*match.span()), words, saying=bool(said))
        try:
            time = _placed(time, {k: v for k, v in match.groupdict().items() if v}, published, past)
        except (ValueError, OverflowError):
            time = replace(time, year=None, month=None, day=None)
        yield time


_PLACE = re.compile(r"(?:[A-Z][\w.’' ]*(?:, [A-Z][\w.]+)?,? )?\(?")
_DASH = re.compile(r"\)?\s*(?:[–—]|--?)\s")


def _is_dateline(match: re.Match[str], text: str) -> bool:
    """ "Sund, 3 March 2026 — ": the day of the article stands before it."""
    return _PLACE.fullmatch(text, 0, match.start()) is not None and _DASH.match(text, match.end()) is not None


def _is_time(match: re.Match[str], text: str) -> bool:
    before, behind = text[max(0, match.start() - _NEAR) : match.start()], text[match.end() : match.end() + _NEAR]
    if (match["month3"] or "").lower() in ("may", "march"):
        return match["month3"][0].isupper() and (
            bool(_NAMED_MAY.search(before) or match["part3"]) or match["month3"] == "March"
        )
    if match["year5"]:  # "until 2291", "in 1066", not "in 1200 homes" nor "rose by 1,200 to 1400"
        counts = re.match(r"\s+[a-z]+(?<!and)\b", behind) is not None
        return not counts and re.search(r"\b(?:in|since|until|till|before|after) (?:the year )?$", before, re.I) is not None
    if match["year4"]:
        counted = _COUNTED.match(behind)
        return not counted or (bool(_BEFORE_YEAR.search(before)) and not counted["behind"] and counted.end() < len(behind))
    return not match["dom"] or bool(
        re.search(r"(?:^|\b(?:on|by|until|till|since|from|before|after|to|and|between) )$", before, re.I)
    )


def _placed(time: Time, found: dict[str, str], published: date | None, past: bool) -> Time:
    """The time with what is written of it, and its days."""
    if "iso" in found:
        return _on(time, *(int(n) for n in re.split(r"[-/.]", found["iso"])))
    if "one" in found:
        return _numeric(time, int(found["one"]), int(found["two"]), int(found["year7"]), found["sep2"])
    for n in "016":
        if f"month{n}" in found:
            year, month, day = found.get(f"year{n}"), _month(found[f"month{n}"]), int(found[f"day{n}"])
            whole = _on(time, int(year), month, day) if year else _near(replace(time, month=month, day=day), published, past)
            return _from(whole, int(found["from"])) if n == "6" else whole
    for n in "23":
        if f"month{n}" in found:
            return _in_month(time, found, n, published, past)
    if "decade" in found:
        year_ = int(found["decade"])
        return replace(time, year=year_, first=date(year_, 1, 1), last=date(year_ + 9, 12, 31), rough=True)
    if year := found.get("year4") or found.get("year5"):
        return replace(time, year=int(year), first=date(int(year), 1, 1), last=date(int(year), 12, 31))
    if "dom" in found:
        return _near(replace(time, day=int(found["dom"])), published, past)
    return _told_from(time, found, published)


def _on(time: Time, year: int, month: int, day: int) -> Time:
    return replace(time, first=date(year, month, day), last=date(year, month, day), year=year, month=month, day=day)


def _from(time: Time, first: int) -> Time:
    """ "14-16 March"."""
    begins = time.first.replace(day=first) if time.first else None
    return replace(time, first=begins, day=None, rough=begins is None)


def _numeric(time: Time, one: int, two: int, year: int, sep: str) -> Time:
    """Day and month in this order between full stops; with slashes and hyphens only where it cannot be otherwise."""
    if one > 12 or two > 12 or one == two or sep == ".":
        day, month = (one, two) if two <= 12 else (two, one)
        return _on(time, year, month, day)
    days = sorted((date(year, one, two), date(year, two, one)))
    return replace(time, first=days[0], last=days[1], year=year, rough=True)


def _in_month(time: Time, found: dict[str, str], n: str, published: date | None, past: bool) -> Time:
    month, rough = _month(found[f"month{n}"]), "part" in found or "part3" in found
    if n == "2":
        year = int(found["year2"])
        return _whole_month(replace(time, year=year, month=month, rough=rough), year, month)
    near = _near(replace(time, month=month, day=1 if past else 15), published, past).first
    told = replace(time, month=month, rough=rough)
    return _whole_month(told, near.year, near.month) if near else told


def _told_from(time: Time, found: dict[str, str], published: date | None) -> Time:
    """Words that mean something only on a given day."""
    if "weekday" in found:
        time = replace(time, weekday=_WEEKDAYS[found["weekday"].lower()])
    if published is None or (time.weekday is not None and time.words.endswith("days")):
        return time  # "on Sundays": every one
    if time.weekday is not None:
        back = (published.weekday() - time.weekday) % 7
        that = published - timedelta(back) if found.get("which", "").lower() != "next" else published + timedelta(7 - back)
        return replace(time, first=that, last=that)
    if "near" in found:
        that = published + timedelta({"yesterday": -1, "tomorrow": 1}.get(found["near"].lower(), 0))
        return replace(time, first=that, last=that)
    if "ago" in found:
        return _ago(time, published, _NUMBER.get(found["ago"].lower()) or int(found["ago"]), found["unit2"].lower())
    return _turn(time, published, found["turn"].lower(), found["unit"].lower())


def _ago(time: Time, published: date, many: int, unit: str) -> Time:
    that, slack = published - timedelta(many * _IN_DAYS[unit]), timedelta(_MORE_DAYS.get(unit, 0))
    return replace(time, first=that - slack, last=that + slack, rough=unit != "day")


def _turn(time: Time, published: date, turn: str, unit: str) -> Time:
    step = {"this": 0, "next": 1}.get(turn, -1)
    if turn == "past" and unit in _IN_DAYS:
        return replace(time, first=published - timedelta(_IN_DAYS[unit]), last=published, rough=True)
    if unit == "week":
        monday = published - timedelta(published.weekday()) + timedelta(weeks=step)
        loose = timedelta(7 if turn == "this" and published.weekday() <= _EARLY else 0)
        return replace(time, first=monday - loose, last=monday + timedelta(6))
    if unit == "month":
        number = published.year * 12 + published.month - 1 + step
        return _whole_month(time, number // 12, number % 12 + 1)
    year = published.year + step
    return replace(time, first=date(year, 1, 1), last=date(year, 12, 31)) if unit == "year" else time


def _month(word: str) -> int:
    return _MONTHS[word.lower().rstrip(".")]


def _near(time: Time, published: date | None, past: bool) -> Time:
    """That day of the year, or of the month, nearest to publication; with past the last one until then."""
    assert time.day is not None
    if published is None:
        date(2024, time.month or 1, time.day)  # ValueError for "31 February"
        return time
    found = []
    for step in range(-12, 13):
        year, month = divmod(published.year * 12 + published.month - 1 + step, 12)
        if time.month in (None, month + 1) and time.day <= calendar.monthrange(year, month + 1)[1]:
            found.append(date(year, month + 1, time.day))
    kept = [d for d in found if d <= published] if past else found
    by_distance = sorted(kept, key=lambda d: abs((d - published).days))
    distances = [abs((d - published).days) for d in by_distance[:2]]
    if not by_distance or (time.month is not None and len(distances) > 1 and distances[1] - distances[0] < _UNSURE):
        return time
    return replace(time, first=by_distance[0], last=by_distance[0])


def _whole_month(time: Time, year: int, month: int) -> Time:
    return replace(time, first=date(year, month, 1), last=date(year, month, calendar.monthrange(year, month)[1]))


# --- Comparing -------------------------------------------------------------------------------------------------------


def overlap(one: Time, other: Time) -> bool | None:
    """Whether two times can be of one event; None where the days of one are not known and their words differ."""
    dated = None not in (one.first, other.first)
    if one.words == other.words and not dated:
        return True
    if _written_otherwise(one, other) and not (dated and (one.relative or other.relative)):
        return False
    if not dated and _turned(one, other):
        return False
    if (one.yearless or other.yearless) and one.month and other.month:
        return True
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return None
    return one.first <= other.last and other.first <= one.last


def disjoint(one: Time, other: Time) -> bool:
    """Both cannot be of one event."""
    return overlap(one, other) is False


def same_time(one: Time, other: Time) -> bool:
    """Of one day, month or year; "May" is not "5 May", and not "May 1931"."""
    if one.first is not None and other.first is not None:
        whole = (one.first, one.last) == (other.first, other.last)
        return whole and (one.words == other.words or not (one.rough or other.rough) or one.month == other.month is None)
    if one.words == other.words:
        return True
    a, b = _written(one), _written(other)
    if None in (a[2], b[2]):
        return a == b != (None, None, None) and not (one.rough or other.rough)
    return a[1:] == b[1:] and (a[0] == b[0] or None in (a[0], b[0])) and not (one.rough or other.rough)


def _written(time: Time) -> tuple[int | None, int | None, int | None]:
    """Year, month and day, as written, or as its one day has them."""
    if time.exact and time.first and (time.relative or time.yearless):
        return time.first.year, time.first.month, time.first.day
    return time.year, time.month, time.day


def _written_otherwise(one: Time, other: Time) -> bool:
    """Another month or day, or another day of the week; the year only where both give it, and no decade."""
    years = None if one.rough or other.rough else (one.year, other.year)
    pairs = [(one.month, other.month), (one.day, other.day), (one.weekday, other.weekday), years or (None, None)]
    if one.day is None or other.day is None or one.rough or other.rough:
        pairs[1] = (None, None)
    return any(a is not None and b is not None and a != b for a, b in pairs)


def _turned(one: Time, other: Time) -> bool:
    """ "last year" and "this year"."""
    a, b = one.words.split(), other.words.split()
    return len(a) > 1 and a[1:] == b[1:] and {a[0], b[0]} in ({"last", "this"}, {"this", "next"}, {"last", "next"})


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
    year, month = re.search(r"\d{4}", times[0].words), times[0].month
    if found["unit"].lower() == "year":
        return (
            f"{times[0].words[: year.start()]}{int(year[0]) + step}{times[0].words[year.end() :]}".title() if year else None
        )
    return calendar.month_name[(month - 1 + step) % 12 + 1] if month else None


# --- Questions and ranking ---------------------------------------------------------------------------------------------

FADING_DAYS = 14.0
"""Nearness falls to 1/e after so many days before the question."""
_LATE_DAYS = 3
"""An article about some days comes out on them or shortly after."""
_SINCE = re.compile(r"\bsince (?:the )?$", re.IGNORECASE)
_BEFORE_DAYS = re.compile(r"\b(?:in|of|during|since|until|by|from|last|next|early|late|mid)[ -](?:the )?$", re.IGNORECASE)
_TO_COME = re.compile(r"\b(?:will|going to|next|upcoming|planned|scheduled|expected|due)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Days:
    """The days that a question is about, both included."""

    first: date
    last: date


def is_condition(question: str, asked_on: date) -> bool:
    """Its words of time say which days are meant, and are none that the sentences of those days would use: "last week", "yesterday",
    "two weeks ago", or a date with its year. "Today" may mean now, "in March" and "on Tuesday" any year's and any week's."""
    times = [t for t in _times(question, asked_on, past=True) if t.first is not None]
    return bool(times) and all(
        t.weekday is None and t.words not in ("today", "tonight") and (t.relative or (t.year and t.month)) for t in times
    )


def days_meant(question: str, asked_on: date) -> Days | None:
    """What the words of time in a question mean when it is asked on that day; None where there are none.

    A date without a year is the last one until then, but for a question of what is to come.
    """
    for time in _times(question, asked_on, past=not _TO_COME.search(question)):
        before = question[: time.span.start]
        bare = time.day is None and not (
            time.relative or (time.month and time.year)
        )  # "in 2019", "in May", not "Theresa May"
        if time.first is None or time.last is None or (bare and not _BEFORE_DAYS.search(before)):
            continue
        since = _SINCE.search(before) and time.first <= asked_on
        return Days(time.first, asked_on if since else time.last)
    return None


def days_in_words(days: Days) -> str:
    """ "of 9 March 2026", "of 9 March 2026 to 15 March 2026"."""
    first, last = (f"{day.day} {day:%B %Y}" for day in (days.first, days.last))
    return f"of {first}" if days.first == days.last else f"of {first} to {last}"


_UNTIL = re.compile(r"\b(?:until|till|up to)(?: the end of)? $", re.IGNORECASE)
_WAS = re.compile(r"\b(?:was|were|had)\b", re.IGNORECASE)


def ended_on(text: str, published: date | None = None) -> date | None:
    """The last day of what a sentence tells to have been so until then: "was director until 2025"; None for other sentences."""
    ends = [t.last for t in times_in(text, published) if t.last and _UNTIL.search(text[: t.span.start])]
    return max(ends) if ends and _WAS.search(text) else None


_LED_IN = re.compile(r"(?:,? ?\b(?:in|on|of|during|for|from|at|over)(?: the)? ?|,? ?)$", re.IGNORECASE)


def without_times(question: str, asked_on: date) -> str:
    """A question without the words of time that mean days, and the "on" or "in" before them; "since" and the like stay."""
    for time in reversed(list(_times(question, asked_on, past=not _TO_COME.search(question)))):
        before = question[: time.span.start]
        if (
            time.first is None
            or time.rough
            or _SINCE.search(before)
            or re.search(r"\b(?:until|till|by|before|after)\s+$", before, re.I)
        ):
            continue
        led = _LED_IN.search(before)
        question = (before[: led.start()] if led else before) + question[time.span.end :]
    return " ".join(question.split()).replace(" ?", "?").strip(" ,")


def nearness(published: str | None, meant: Days | None, asked_on: date) -> float:
    """From 0 (undated, or far) to 1 (published on the days meant, or on the day of the question)."""
    if published is None:
        return 0.0
    day = date.fromisoformat(published)
    if meant is None:
        meant = Days(asked_on, asked_on)
    elif meant.first <= day and (day - meant.last).days <= _LATE_DAYS:
        return 1.0
    late = (day - meant.last).days - _LATE_DAYS
    early = (meant.first - day).days
    away = late if late > 0 else max(early, 0)
    return math.exp(-away / FADING_DAYS)
