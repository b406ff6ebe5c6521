"""Numbers with their scale and unit, as sentences give them: "6GW", "$2.6 billion", "two-thirds", "0.4 percentage points", "line 12".

Two amounts are the same only if they are after units and scale. "About", "nearly", "more than", or fewer written digits
("1.2 million" and 1,234,567) allow the written precision and no more: 40 is not 41, and 100 is not 98. What a bare number counts
is not known here: whoever compares 40 people with 40 boats must see to it (language/values.py does).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from language.numbers import DIGITS, ORDINALS, PARTS, SCALES, SMALL, WORDS, of_digits, of_words
from language.spans import Span, overlaps_any
from language.units import UNIT, unit_of
from language.words import ENGLISH_FUNCTION_WORDS

_ROUNDED, _BARELY, _BEYOND = Decimal("0.05"), Decimal("0.0125"), Decimal("0.03")
"""By how much of it a number may differ from its rounding: of two digits or with "about"; of one digit, or a plain number; above
"more than"."""
_HEDGED = Decimal("0.1")
"""By how much "about 40" may be something else, without being denied by it."""
_PARTLY = Decimal(2)
"""Percent by which a share in words ("two-thirds") is not denied by another one."""
_MOST_DIGITS = 20
"""A longer number is the name of something, and more than decimals of 28 digits reckon with."""
_ENDLESS = Decimal(10) ** 40
_NEAR = 40
"""Signs before and behind a number among which words that bear on it are looked for."""


@dataclass(frozen=True)
class Amount:
    """value, in the unit it is reckoned in (kilograms, metres, watts), and the place of its last written digit (2.6 billion: 100,000,000).
    place is 0 for a fraction in words.

    kind     "money", "share", "points", "measure", "time" (how long), "clock", "score", "count", "ordinal", "unclear" ("5m"), or
             "number" where it counts nothing: line 12, 40 Harbour Street
    unit     of money, measures and times; of a count the word after the number, which may be what is counted; of a number what bears it
    bound    "most" or "least" where the sentence gives only a bound
    roughly  "about", "nearly"; below: "nearly", "almost"
    per      "month" of "900 crowns a month"; of a clock "half" where it may be of the morning or the evening
    to       where a range ends
    scaled   written with a scale word, or with decimals
    """

    span: Span
    value: Decimal
    place: Decimal
    kind: str
    unit: str
    bound: str = ""
    roughly: bool = False
    below: bool = False
    per: str = ""
    to: Decimal | None = None
    scaled: bool = False


# --- Reading ---------------------------------------------------------------------------------------------------------

_SCALE = (
    rf"(?:{'|'.join(sorted(SCALES, key=len, reverse=True))}|dozens?)\b|(?-i:(?<=\d)[MB]\b)|m(?= (?:euros?|dollars?|pounds?|crowns?|kron[aoe]r?|yen|people)\b)"
    r"|(?<=\d)m(?= (?!across|less|plus|towards|afterwards)[a-z]{2,}s\b)"
)
_SIGN = r"US\$|C\$|A\$|[$€£¥₹₩]|\b(?:USD|EUR|GBP|SEK|NOK|DKK|CHF|JPY|CAD|AUD|INR|PLN|CZK|CNY|Rs\.?)(?= ?\d)"
_AMOUNT = re.compile(
    rf"(?P<sign>{_SIGN})?\s?(?:(?P<minus>(?<![\w)])[-−–]|\bminus )?(?P<digits>(?<![\w.,/:\[])(?<![^\W\d_][-–—−])(?:{DIGITS}))(?!\d|[-–—]\d+[-–—]|[-–—]0\d|/\d|:\d|th\b|st\b|nd\b|rd\b|\.\d|\])"
    rf"|(?P<word>{WORDS}))(?:[\s-]?(?P<scale>{_SCALE}))?(?:[\s-]?(?P<unit>{UNIT}))?"
    r"(?:(?<=[a-z%€$£])\s?(?:/|per |an? |each |every )(?P<per>second|minute|hour|day|night|week|month|year|person|head|passenger|household|kg|tonne|litre|share|barrel)\b)?",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    rf"\b(?:(?P<many>{SMALL}|an?|(?<!\d)\d{{1,2}})[ -])?(?P<part>{'|'.join(p for p in PARTS if p not in ('half', 'halve'))})s?\b(?= of\b|[.,;]| in\b| more\b| less\b| since\b| (?:high|low|larg|small|few|fast|slow)er\b| above\b| below\b| as\b|$)"
    r"|\b(?:one[ -])?(?<!and a )(?<!first )(?<!second )(?P<half>half)\b(?! an? (?:[a-z]+illion|dozen|hundred|thousand|second|minute|hour|day|week|month|year|decade|century)\b)",
    re.IGNORECASE,
)
_RATIO = re.compile(
    rf"\b(?P<many>{WORDS}|\d{{1,2}}) (?:in|out of(?: every)?) (?P<all>{WORDS}|\d{{1,3}})\b(?!,)|\bevery (?P<each>{'|'.join(p for p in PARTS if p not in ('half', 'halve', 'quarter'))}|second|fourth)\b",
    re.IGNORECASE,
)
_A_TIME = re.compile(
    r"\b(?:(?P<half>half) )?an? (?P<unit>second(?!\s+(?!later|ago|before|after|faster|slower|or\b|and\b)\w)|minute|hour|day|week|month|year|decade|century)(?P<more> and a half)?\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\w.,:$€£])(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?|(?<![\w.,:])(?P<hour2>[01]?\d|2[0-3]):(?P<minute2>[0-5]\d)(?![\d:])|\b(?P<word>noon|midnight)\b",
    re.IGNORECASE,
)
_ROUGHLY = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|some|circa|c\.|an estimated|or so)\s+|~\s?)$", re.IGNORECASE
)
_NEARLY = re.compile(r"\b(?:nearly|almost|just under|close to)\s+$", re.IGNORECASE)
_AT_MOST = re.compile(
    r"\b(?:up to|as many as|as much as|at most|no more than|fewer than|less than|under|below)\s+$", re.IGNORECASE
)
_AT_LEAST = re.compile(r"\b(?:at least|more than|over|above|no fewer than|no less than)\s+$", re.IGNORECASE)
_OR_MORE, _OR_LESS, _OR_SO = (
    re.compile(p, re.IGNORECASE)
    for p in (r"\+|(?: [a-z]+)? or more\b", r"(?: [a-z]+)? or (?:fewer|less)\b", r"-odd\b|(?: [a-z]+)? or so\b")
)
_METRES = re.compile(
    r"[ -](?:high|long|wide|deep|tall|thick|above|below|across|apart|away|from|of|underground|down|up|sprint|race)\b", re.I
)
_OF_NAMES = (
    "line|room|ship|flight|route|bus|tram|train|platform|gate|chapter|article|section|paragraph|page|rule|clause|number|apartment|flat|"
    "block|building|house|channel|level|phase|stage|grade|class|type|category|version|episode|season|volume|part|step|group|ward|"
    "district|zone|area|sector|terminal|pier|berth|dock|track|lane|highway|motorway|road|interstate|exit|form|lot|item|figure|table|"
    "appendix|annex|schedule|resolution|proposition|division|hall|suite|screen|seat|row|coach|carriage|engine|reactor|code|case|"
    "model|order|invoice|ticket|unit|box|door|bay|court|studio|locker|track|station|floor|boat|car"
)
_BEARERS = frozenset(["number", *_OF_NAMES.split("|")])
_NUMBERED = re.compile(
    rf"\b(?P<thing>(?i:{_OF_NAMES}|no\.)|[A-Z][\w’'&-]*) (?P<number>\d{{1,6}}(?:\.\d+)*)(?![\w%]|[,.:/]\d|[-–—]\d| ?[%€£$°])"
    r"(?! (?:people|men|women|children|percent|per cent|million|billion|thousand|hundred|dozen|degrees|(?!was\b|is\b|has\b|as\b|does\b|its\b)[a-z]+s)\b)"
)
_ADDRESS = re.compile(
    r"\b(?P<number>\d{1,5})(?P<thing>(?: (?:[A-Z][\w’'.-]*|of|the|de|van|la)){1,4} (?:Street|St|Road|Rd|Avenue|Ave|Lane|Square|Drive|Way|Place|Court|Terrace|Boulevard|Row|Quay|Close|Crescent|Hill|Park|Gardens|Walk))\b"
)
_ORDINAL = re.compile(
    rf"\b(?:(?P<digits>\d{{1,4}})(?:st|nd|rd|th)|(?:(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[ -])?(?P<word>{'|'.join(sorted(ORDINALS, key=len, reverse=True))}))\b",
    re.IGNORECASE,
)
_MONTHS = frozenset(["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "nearly", "almost", "around", "roughly", "approximately", "only", "just", "another", "last", "next", "least"])  # fmt: skip


def amounts_in(text: str) -> list[Amount]:
    """All of a text, in order; years and parts of dates among them, as counts. Ordinals are not ("a second man")."""
    found: list[Amount] = []
    for reader in (_clocks, _ratios, _fractions, _numbered, _plain, _some_time):
        found = _besides(found, reader(text))
    return found


def _besides(found: list[Amount], more: Iterable[Amount]) -> list[Amount]:
    """Those that were found, and the first of those of more that meet none of them, in order."""
    taken = [a.span for a in found]
    kept: list[Amount] = []
    for amount in sorted(more, key=lambda a: a.span):
        if not overlaps_any(amount.span, taken) and not (kept and kept[-1].span.overlaps(amount.span)):
            kept.append(amount)
    return sorted([*found, *kept], key=lambda a: a.span)


def ordinals_in(text: str) -> list[Amount]:
    """ "second" of "a second man", "21st": the place in a row."""
    taken = [a.span for a in amounts_in(text)]
    found = []
    for m in _ORDINAL.finditer(text):
        tens = _TENS[m["tens"].lower()] if m["tens"] else 0
        value = Decimal(m["digits"] or tens + ORDINALS[m["word"].lower()])
        found.append(Amount(Span(*m.span()), value, Decimal(1), "ordinal", ""))
    return [a for a in found if not overlaps_any(a.span, taken)]


_TENS = {w: 10 * n for n, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)}


def _clocks(text: str) -> Iterator[Amount]:
    for m in _CLOCK.finditer(text):
        if m["word"]:
            yield Amount(Span(*m.span()), Decimal(720 if m["word"].lower() == "noon" else 0), Decimal(1), "clock", "clock")
            continue
        hour, half = int(m["hour"] or m["hour2"]), (m["half"] or "").lower()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0) if hour <= 12 else hour
        unclear = not half and 0 < hour <= 12 and not m["hour2"].startswith("0")
        value = Decimal(60 * hour + int(m["minute"] or m["minute2"] or 0))
        yield Amount(Span(*m.span()), value, Decimal(1), "clock", "clock", per="half" if unclear else "")


def _ratios(text: str) -> Iterator[Amount]:
    """ "two in five", "every eighth": a share."""
    for m in _RATIO.finditer(text):
        if m["each"]:
            many, whole = Decimal(1), Decimal({"second": 2, "fourth": 4}.get(m["each"].lower()) or PARTS[m["each"].lower()])
        else:
            many, whole = (of_digits(w)[0] if w[0].isdigit() else of_words(w)[0] for w in (m["many"], m["all"]))
        if 0 < many < whole:
            yield Amount(Span(*m.span()), 100 * many / whole, Decimal(0), "share", "%")


def _fractions(text: str) -> Iterator[Amount]:
    for m in _FRACTION.finditer(text):
        part, many = (m["part"] or m["half"]).lower(), (m["many"] or "").lower()
        if part != "half" and not many:
            continue  # "the third of May"
        number = Decimal(1) if many in ("", "a", "an") else of_digits(many)[0] if many[0].isdigit() else of_words(many)[0]
        yield Amount(Span(*m.span()), 100 * number / PARTS[part], Decimal(0), "share", "%")


def _some_time(text: str) -> Iterator[Amount]:
    """ "an hour and a half"."""
    for m in _A_TIME.finditer(text):
        value = Decimal("0.5") if m["half"] else Decimal("1.5") if m["more"] else Decimal(1)
        yield Amount(Span(*m.span()), value, Decimal("0.5"), "time", m["unit"].lower())


def _numbered(text: str) -> Iterator[Amount]:
    """The number in a name: "line 12", "Boeing 737", "12 Harbour Street"."""
    for m in _ADDRESS.finditer(text):
        street = re.sub(r"\bst\b\.?$", "street", m["thing"].strip().lower())
        yield Amount(Span(*m.span()), Decimal(m["number"]), Decimal(1), "number", street)
    for m in _NUMBERED.finditer(text):
        thing = "number" if m["thing"].lower() == "no." else m["thing"].lower()
        if thing not in _BEARERS:
            continue  # "Brock 5 and Corse nothing": a name that stands before a number may give it
        yield Amount(Span(*m.span()), Decimal(m["number"].replace(".", "0000")), Decimal(1), "number", thing)


def _plain(text: str) -> Iterator[Amount]:
    singles = [a for m in _AMOUNT.finditer(text) if (a := _single(m, text)) is not None]
    at = 0
    while at < len(singles):
        one, other = singles[at], singles[at + 1] if at + 1 < len(singles) else None
        between = text[one.span.end : other.span.start] if other else ""
        pair = re.fullmatch(r"\s?[-–—]\s?| to | and ", between) is not None and other is not None
        joined = _range(one, other, between, text) if pair and other else one
        at += 1 + (pair and joined is not one)
        if joined is not None:
            yield joined


def _range(one: Amount, other: Amount, between: str, text: str) -> Amount | None:
    """ "30 to 40 people"; a score, "3-2"; None for two numbers with a dash that are neither; the first where each stands for itself."""
    dash, before = between.strip() in ("-", "–", "—"), text[max(0, one.span.start - _NEAR) : one.span.start].rstrip().lower()
    if (between == " and " and not before.endswith("between")) or (between == " to " and before.endswith("from")):
        return one
    span = Span(one.span.start, other.span.end)
    if other.value <= one.value and one.kind == "count":  # "2 to 3 million"
        one = replace(one, value=one.value * (other.place if other.scaled else 1))
    plain = one.kind == "count" and not one.unit.strip("to and")
    score = dash and other.kind == "count" and not other.unit and max(one.value, other.value) < 1000
    if score and not re.search(r"\b(?:about|between|by|of)$", before):
        return Amount(span, one.value, Decimal(1), "score", "score", to=other.value)
    if one.value < other.value and (plain or (one.kind, one.unit) == (other.kind, other.unit)):
        return replace(other, span=span, value=_in_unit(one, other), to=other.value, bound="", roughly=one.roughly)
    return None if dash else one


def _in_unit(one: Amount, other: Amount) -> Decimal:
    """The lower end of a range in the unit of the upper: "5 to 10 km"."""
    many = unit_of(other.unit)[2] if other.kind == "measure" else Decimal(1)
    raised = other.place if other.kind == "measure" and one.kind == "count" and not other.scaled else many
    return one.value * raised


def _single(m: re.Match[str], text: str) -> Amount | None:
    digits = m["digits"]
    if digits and (len(digits) > _MOST_DIGITS or re.match(r"0\d", digits)):
        return None
    at = m.end("scale" if m["scale"] else "digits" if digits else "word")
    start = next(m.start(g) for g in ("sign", "minus", "digits", "word") if m[g])
    number, place = of_digits(digits) if digits else of_words(m["word"])
    kind, unit, many, end = _unit(m, text, at)
    if digits and kind == "count" and text[at : at + 1].isalpha():
        return None  # "A320", "40s"
    scale = _scale_of(m)
    value, place = number * scale * many * (-1 if m["minus"] else 1), place * (1 if scale == 12 else scale) * many
    if unit == "fahrenheit":
        value, unit = (value - 32) * 5 / 9, "celsius"
    scaled = scale not in (1, 12) or place > many or (kind != "money" and place < many)
    bound, roughly, below = _hedges(text[max(0, start - _NEAR) : start], text[at : at + _NEAR])
    return Amount(Span(start, end), value, place, kind, unit, bound, roughly, below, (m["per"] or "").lower(), scaled=scaled)


def _unit(m: re.Match[str], text: str, at: int) -> tuple[str, str, Decimal, int]:
    """The kind, the unit, how many of it, and where the amount ends; the word behind a bare number is no part of it."""
    kind, unit, many = unit_of(m["unit"] or "")
    end = at if kind == "count" else m.end("per") if m["per"] else m.end("unit")
    if m["sign"]:
        own = kind == "money" or (not m["scale"] and unit in ("m", "b", "k"))
        return "money", unit_of(m["sign"].rstrip("."))[1], Decimal(1), m.end("unit") if own else at
    if (m["unit"] or "").lower() == "m":
        metres = _METRES.match(text, m.end("unit")) is not None
        return "measure" if metres else "unclear", "m", Decimal(1), m.end("unit")
    return kind, unit, many, end


def _scale_of(m: re.Match[str]) -> Decimal:
    """What a number is to be multiplied with, of "$5m" and "two dozen" too."""
    word = (m["scale"] or "").lower()
    if m["sign"] and not word and (m["unit"] or "").lower() in ("m", "b", "k"):
        word = m["unit"].lower()
    return Decimal(12) if word.startswith("dozen") else Decimal(10) ** {"m": 6, "b": 9}.get(word, SCALES.get(word, 0))


def _hedges(before: str, behind: str) -> tuple[str, bool, bool]:
    below = _NEARLY.search(before) is not None
    most = _AT_MOST.search(before) or _OR_LESS.match(behind)
    least = _AT_LEAST.search(before) or _OR_MORE.match(behind)
    return (
        "most" if most else "least" if least else "",
        bool(below or _ROUGHLY.search(before) or _OR_SO.match(behind)),
        below,
    )


# --- Comparing -------------------------------------------------------------------------------------------------------

_IN_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "fortnight": 1209600}
_IN_MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1200}
_EXACT = ("number", "ordinal", "unclear")


def _base(amount: Amount) -> Amount:
    """Short times in seconds, long ones in months; points with or without "percentage"."""
    if amount.kind == "count" and amount.unit in ("point", "points"):
        return replace(amount, unit="points")
    for unit, table in (("second", _IN_SECONDS), ("month", _IN_MONTHS)):
        if amount.kind == "time" and amount.unit in table:
            many = Decimal(table[amount.unit])
            to = amount.to * many if amount.to is not None else None
            return replace(amount, value=amount.value * many, place=amount.place * many, unit=unit, to=to)
    return amount


def comparable_amounts(one: Amount, other: Amount) -> bool:
    """Of one kind and unit; a bare number ("40", "4.2 million") may be money, or measured."""
    one, other = _base(one), _base(other)
    kinds = {one.kind, other.kind}
    if "score" in kinds:  # "20-30" may be a range
        return kinds == {"score"} or (kinds == {"score", "count"} and None not in (one.to, other.to))
    if len(kinds) == 1:
        degrees = {one.unit, other.unit} == {"degree", "celsius"}
        return one.kind == "count" or ((one.unit == other.unit or degrees) and _of_one_rate(one, other))
    if kinds == {"points", "count"}:
        return "points" in (one.unit, other.unit)
    return kinds in ({"count", "money"}, {"count", "measure"}) and any(a.kind == "count" and _bare(a) for a in (one, other))


def _of_one_rate(one: Amount, other: Amount) -> bool:
    return one.kind == "clock" or one.per == other.per or (one.kind != "measure" and not (one.per and other.per))


def _bare(amount: Amount) -> bool:
    """ "4.2 million" may be money; "4 people" is none."""
    return not amount.unit or amount.unit in ENGLISH_FUNCTION_WORDS


def same_amount(one: Amount, other: Amount) -> bool:
    """The same number, or one rounded to the other's written precision."""
    if not comparable_amounts(one, other):
        return False
    one, other = _base(one), _base(other)
    if one.kind == "clock":
        return one.value == other.value or (bool(one.per or other.per) and one.value % 720 == other.value % 720)
    if one.to is not None or other.to is not None or one.kind in _EXACT:
        return (one.value, one.to) == (other.value, other.to)
    if one.bound or other.bound:
        opposed = one.bound and other.bound and one.bound != other.bound
        return (one.value == other.value and not opposed) or _just_beyond(one, other) or _just_beyond(other, one)
    return one.value == other.value or _is_rounded(one, other) or _is_rounded(other, one)


def exclude_each_other(one: Amount, other: Amount) -> bool:
    """Both can be compared and cannot both be right."""
    if not comparable_amounts(one, other) or same_amount(one, other) or one.unit != other.unit == "celsius":
        return False
    one, other = _base(one), _base(other)
    if "score" in (one.kind, other.kind):
        return {one.value, one.to} != {other.value, other.to}
    if one.kind in (*_EXACT, "clock"):
        return True
    (low, high), (least, most) = _reach(one), _reach(other)
    return high < least or most < low


def _is_rounded(coarse: Amount, fine: Amount) -> bool:
    """ "1.2 million" of 1,234,567, "about 40" of 41, "67 percent" of two-thirds."""
    place = _last_digit(coarse) if coarse.roughly else coarse.place
    plain = not coarse.scaled and coarse.kind in ("share", "measure")
    if not place or not (coarse.roughly or coarse.scaled or plain) or (coarse.below and fine.value > coarse.value):
        return False
    near = _ROUNDED if coarse.roughly or (coarse.scaled and abs(coarse.value) >= 10 * coarse.place) else _BARELY
    return abs(fine.value - coarse.value) <= near * abs(coarse.value) and _rounded(fine.value, place) == coarse.value


def _just_beyond(bound: Amount, other: Amount) -> bool:
    """ "more than 1.2 million" of 1,234,567; 41 is not said with "more than 40"."""
    place = max(bound.place, _last_digit(bound) if _last_digit(bound) >= 1000 else Decimal(0))
    if other.bound or other.place >= place:
        return False
    beyond = other.value - bound.value if bound.bound == "least" else bound.value - other.value
    return bool(bound.bound) and 0 < beyond < min(place, _BEYOND * abs(bound.value)) and (bound.scaled or place >= 1000)


def _reach(amount: Amount) -> tuple[Decimal, Decimal]:
    """Between what the number may lie, by what is said."""
    value, end = amount.value, amount.to if amount.to is not None else amount.value
    if amount.bound:
        return (value, _ENDLESS) if amount.bound == "least" else (-_ENDLESS, end)
    slack = _slack(amount)
    return value - slack, end if amount.below else end + slack


def _slack(amount: Amount) -> Decimal:
    half = amount.place / 2 * Decimal("0.999")
    if amount.roughly:
        return max(_HEDGED * abs(amount.value), half)
    if not amount.place:
        return _PARTLY
    if amount.scaled or amount.kind in ("share", "measure"):
        return half
    large = amount.kind == "count" and _last_digit(amount) >= 1000
    return min(_BARELY * abs(amount.value), _last_digit(amount) / 2 * Decimal("0.999")) if large else Decimal(0)


def _last_digit(amount: Amount) -> Decimal:
    """The place of the last digit that is no zero: 10 of 40, 100 of 1,200."""
    place = amount.place
    while place and amount.value and amount.value % (place * 10) == 0:
        place *= 10
    return place


def _rounded(value: Decimal, place: Decimal) -> Decimal:
    return (value / place).quantize(Decimal(1), ROUND_HALF_UP) * place
