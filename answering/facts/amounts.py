"""Numbers with their scale and unit, as sentences give them: "6GW", "$2.6 billion", "two-thirds", "0.4 percentage points".

Two spellings or roundings of one number are the same. Numbers of different kinds (a share and a count, a sum of money and
a length) cannot be compared at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from corpus.article import Span

_SCALES = {
    "hundred": 2, "thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "mln": 6, "billion": 9, "bn": 9, "b": 9,
    "trillion": 12, "tn": 12, "trn": 12,
}  # fmt: skip
_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "dozen": 12,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "twentieth": 20, "hundredth": 100,
}  # fmt: skip
_MONEY = {
    "$": "$", "us$": "$", "€": "€", "£": "£", "¥": "¥", "dollar": "$", "usd": "$", "buck": "$", "euro": "€", "eur": "€",
    "pound": "£", "gbp": "£", "yen": "¥", "yuan": "yuan", "crown": "crown", "krone": "krone", "kroner": "krone", "krona": "krona",
    "kronor": "krona", "franc": "franc", "rupee": "rupee", "peso": "peso", "rouble": "rouble", "ruble": "rouble", "cent": "cent",
}  # fmt: skip
_MEASURES = {
    "gw": ("w", "1e9"), "gigawatt": ("w", "1e9"), "mw": ("w", "1e6"), "megawatt": ("w", "1e6"), "kw": ("w", "1e3"), "kilowatt": ("w", "1e3"),
    "watt": ("w", "1"), "km": ("m", "1e3"), "kilometre": ("m", "1e3"), "kilometer": ("m", "1e3"), "mile": ("m", "1609.344"), "metre": ("m", "1"),
    "meter": ("m", "1"), "centimetre": ("m", "0.01"), "centimeter": ("m", "0.01"), "cm": ("m", "0.01"), "millimetre": ("m", "0.001"),
    "millimeter": ("m", "0.001"), "mm": ("m", "0.001"), "foot": ("m", "0.3048"), "feet": ("m", "0.3048"), "inch": ("m", "0.0254"),
    "inche": ("m", "0.0254"), "yard": ("m", "0.9144"), "tonne": ("kg", "1e3"), "ton": ("kg", "1e3"), "kilogram": ("kg", "1"),
    "kilogramme": ("kg", "1"), "kilo": ("kg", "1"), "kg": ("kg", "1"), "gram": ("kg", "0.001"), "gramme": ("kg", "0.001"), "litre": ("l", "1"),
    "liter": ("l", "1"), "degree": ("degree", "1"), "hectare": ("ha", "1"), "acre": ("ha", "0.404686"), "barrel": ("barrel", "1"), "mph": ("mph", "1"),
}  # fmt: skip
"""By word the unit that it is reckoned in, and how many of those it is."""
_TIMES = {
    "second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year",
    "decade": "decade", "century": "century",
}  # fmt: skip
_SHARES = {"%": "%", "percent": "%", "per cent": "%", "percentage point": "point", "percentage points": "point"}
_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES)}))?|{'|'.join(_ONES)})"
_UNIT = r"%|per cent\b|percentage points?\b|[a-z]+"
_AMOUNT = re.compile(
    rf"(?P<sign>US\$|[$€£¥])?\s?(?:(?P<minus>(?<![\w)])[-−–]|\bminus )?(?P<digits>(?<![\w.,/])\d[\d,]*+(?:\.\d+)?+)(?![-–—/]\d|th\b|st\b|nd\b|rd\b)"
    rf"|\b(?P<word>{_WORD})\b)"
    rf"(?:[\s-]?(?P<scale>{'|'.join(_SCALES)})\b)?(?:[\s-]?(?P<unit>{_UNIT}))?",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    rf"\b(?:(?P<many>{_WORD}|a|an)[ -])?(?P<part>{'|'.join(p for p in _PARTS if p != 'half')})s?\b(?= of\b|[.,;]| in\b| more\b| less\b| since\b| (?:high|low|larg|small|few|fast|slow)er\b| above\b| below\b| as\b|$)|\b(?:one[ -])?(?P<half>half)\b",
    re.IGNORECASE,
)
_RATIO = re.compile(
    rf"\b(?P<many>{_WORD}|\d{{1,2}}) (?:in|out of(?: every)?) (?P<all>{_WORD}|\d{{1,3}})\b|\bevery (?P<each>{'|'.join(p for p in _PARTS if p not in ('half', 'quarter'))}|second|fourth)\b",
    re.IGNORECASE,
)
_A_TIME = re.compile(rf"\b(?:(?P<half>half) )?an? (?P<unit>{'|'.join(_TIMES)})(?P<more> and a half)?\b", re.IGNORECASE)
_ROUGHLY = re.compile(r"\b(?:about|around|roughly|approximately|nearly|almost|some|circa|an estimated)\s+$", re.IGNORECASE)
_AT_MOST = re.compile(
    r"\b(?:up to|as many as|as much as|at most|no more than|fewer than|less than|under|below)\s+$", re.IGNORECASE
)
_AT_LEAST = re.compile(r"\b(?:at least|more than|over|above|no fewer than|no less than)\s+$", re.IGNORECASE)
_MOST_DIGITS = 20
"""A longer number is the name of something, and more than decimals of 28 digits reckon with."""
_NEAR = Decimal("0.025")
"""Two numbers of which the one ends in zeros are one number rounded, if they lie no further apart than this share."""
_PARTLY = Decimal("0.02")
"""Two shares are one share rounded, if they lie no further apart: two-thirds and 67 percent."""


@dataclass(frozen=True)
class Amount:
    """value, in the unit it is reckoned in (kilograms, metres, watts), and the place of its last written digit (2.6 billion: 100,000,000).
    place is 0 for a fraction in words.

    kind   "money", "share", "points", "measure", "time" or "count"
    unit   of money, measures and times; of a count the word after the number, which may be what is counted
    bound  "most" or "least" where the sentence gives only a bound
    """

    span: Span
    value: Decimal
    place: Decimal
    kind: str
    unit: str
    bound: str = ""
    roughly: bool = False


def amounts_in(text: str) -> list[Amount]:
    """All of a text, in order; years and parts of dates among them, as counts."""
    found = [a for m in _RATIO.finditer(text) if (a := _ratio(m)) is not None]
    found += [_a_time(m) for m in _A_TIME.finditer(text)]
    parts = [a for m in _FRACTION.finditer(text) if (a := _fraction(m, text)) is not None]
    found += [a for a in parts if not any(a.span.overlaps(b.span) for b in found)]
    taken = [a.span for a in found]
    for match in _AMOUNT.finditer(text):
        if len(match["digits"] or "") > _MOST_DIGITS:
            continue
        amount = _amount(match, text)
        if not any(span.overlaps(amount.span) for span in taken):
            found.append(amount)
    return sorted(found, key=lambda a: a.span.start)


def _amount(match: re.Match[str], text: str) -> Amount:
    digits, word = match["digits"], match["word"]
    number = Decimal(digits.replace(",", "").rstrip(".")) if digits else Decimal(_in_words(word))
    exponent = int(number.as_tuple().exponent)
    scale = Decimal(10) ** _SCALES[match["scale"].lower()] if match["scale"] else Decimal(1)
    scale *= _factor(match["unit"]) if not match["sign"] else 1
    kind, unit = _kind_of(match["sign"], match["unit"])
    measured = match["unit"] is not None and unit and _kind_of(None, match["unit"])[0] != "count"
    end = match.end("unit" if measured else "scale" if match["scale"] else "digits" if digits else "word")
    start = next(match.start(g) for g in ("sign", "minus", "digits", "word") if match[g])
    before = text[:start]
    return Amount(
        Span(start, end), number * scale * (-1 if match["minus"] else 1), Decimal(10) ** exponent * scale, kind, unit,
        "most" if _AT_MOST.search(before) else "least" if _AT_LEAST.search(before) else "", bool(_ROUGHLY.search(before)),
    )  # fmt: skip


def _in_words(word: str) -> int:
    parts = re.split(r"[ -]", word.lower())
    return sum(_TENS.get(p, 0) + _ONES.get(p, 0) for p in parts)


def _ratio(match: re.Match[str]) -> Amount | None:
    """ "two in five", "every eighth": a share."""
    if match["each"]:
        many, whole = 1, {"second": 2, "fourth": 4}.get(match["each"].lower()) or _PARTS[match["each"].lower()]
    else:
        many, whole = (int(w) if w.isdigit() else _in_words(w) for w in (match["many"], match["all"]))
    if not 0 < many < whole:
        return None
    return Amount(Span(match.start(), match.end()), Decimal(100 * many) / whole, Decimal(0), "share", "%")


def _a_time(match: re.Match[str]) -> Amount:
    """ "an hour and a half"."""
    value = Decimal("0.5") if match["half"] else Decimal("1.5") if match["more"] else Decimal(1)
    return Amount(Span(match.start(), match.end()), value, Decimal("0.5"), "time", _TIMES[match["unit"].lower()])


def _fraction(match: re.Match[str], text: str) -> Amount | None:
    part = (match["part"] or match["half"]).lower()
    if part != "half" and match["many"] is None:
        return None  # "the third of May"
    many = match["many"].lower() if match["many"] else "a"
    value = Decimal(1 if many in ("a", "an") else _in_words(many)) / _PARTS[part]
    return Amount(Span(match.start(), match.end()), value * 100, Decimal(0), "share", "%")


def _kind_of(sign: str | None, unit: str | None) -> tuple[str, str]:
    if sign:
        return "money", _MONEY[sign.lower()]
    word = re.sub(r"\s+", " ", (unit or "").lower())
    if word in _SHARES:
        return ("points" if _SHARES[word] == "point" else "share"), _SHARES[word]
    for single in (word, word.removesuffix("s")):
        if single in _MONEY:
            return "money", _MONEY[single]
        if single in _MEASURES:
            return "measure", _MEASURES[single][0]
        if single in _TIMES:
            return "time", _TIMES[single]
    return "count", word


def _factor(unit: str | None) -> Decimal:
    word = (unit or "").lower()
    found = _MEASURES.get(word) or _MEASURES.get(word.removesuffix("s"))
    return Decimal(found[1]) if found else Decimal(1)


_MINUTES = {
    "second": Decimal(1) / 60,
    "minute": Decimal(1),
    "hour": Decimal(60),
    "day": Decimal(1440),
    "week": Decimal(10080),
}


def _in_minutes(amount: Amount) -> Amount:
    """Short times in one unit: 90 minutes are an hour and a half."""
    many = _MINUTES.get(amount.unit) if amount.kind == "time" else None
    return replace(amount, value=amount.value * many, place=amount.place * many, unit="minute") if many else amount


def comparable_amounts(one: Amount, other: Amount) -> bool:
    """Of one kind and unit; a bare number may count anything that is no share, money or time."""
    one, other = _in_minutes(one), _in_minutes(other)
    if one.kind == other.kind:
        return one.kind == "count" or one.unit == other.unit or {one.kind} == {"points"}
    return {one.kind, other.kind} <= {"count", "measure"} or (
        {one.kind, other.kind} == {"count", "money"} and _bare(one, other)
    )


def _bare(one: Amount, other: Amount) -> bool:
    """ "4.2 million" may be money; "4 people" is none."""
    return any(a.kind == "count" and a.unit in ("", "in", "of", "for", "and", "to", "from", "after") for a in (one, other))


def same_amount(one: Amount, other: Amount) -> bool:
    """The same number, or one rounded to the other's last digit."""
    if not comparable_amounts(one, other):
        return False
    one, other = _in_minutes(one), _in_minutes(other)
    if one.kind == "share" and not (one.place and other.place):
        return abs(one.value - other.value) <= _PARTLY * 100
    return _is_rounded(one, other) or _is_rounded(other, one)


def exclude_each_other(one: Amount, other: Amount) -> bool:
    """Both can be compared and cannot both be right."""
    if not comparable_amounts(one, other) or same_amount(one, other):
        return False
    one, other = _in_minutes(one), _in_minutes(other)
    low, high = sorted((one, other), key=lambda a: a.value)
    if low.bound == "least" or high.bound == "most":
        return False
    roughly = one.roughly or other.roughly
    return not (roughly and abs(one.value - other.value) <= Decimal("0.1") * max(abs(one.value), abs(other.value)))


def _is_rounded(coarse: Amount, fine: Amount) -> bool:
    if coarse.value == fine.value:
        return True
    if not coarse.place or not fine.place:
        return False
    if coarse.place >= fine.place and _rounded(fine.value, coarse.place) == coarse.value and coarse.place > 1:
        return True
    if coarse.place > fine.place and _rounded(fine.value, coarse.place) == coarse.value:
        return True
    place = coarse.place
    while coarse.value and coarse.value % (place * 10) == 0:
        place *= 10
    return abs(fine.value - coarse.value) <= _NEAR * abs(coarse.value) and _rounded(fine.value, place) == coarse.value


def _rounded(value: Decimal, place: Decimal) -> Decimal:
    return (value / place).quantize(Decimal(1), ROUND_HALF_UP) * place
