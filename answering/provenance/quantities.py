"""Numbers with their scale and unit, as answers give them: "6GW", "$2.6 billion", "about two-thirds".

Two spellings or roundings of one number are the same; a percentage and a count cannot be compared at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_SCALES = {
    "hundred": 2, "thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "billion": 9, "bn": 9, "b": 9, "trillion": 12, "tn": 12,
}  # fmt: skip
_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_UNITS = {
    "gw": "gw", "gigawatts": "gw", "gigawatt": "gw", "mw": "mw", "megawatts": "mw", "megawatt": "mw", "%": "%", "percent": "%",
    "per": "%", "dollars": "$", "usd": "$", "dollar": "$", "euros": "€", "euro": "€", "pounds": "£", "$": "$", "€": "€", "£": "£",
    "¥": "¥", "years": "years", "year": "years", "months": "months", "month": "months", "weeks": "weeks", "week": "weeks",
    "days": "days", "day": "days", "hours": "hours", "hour": "hours", "minutes": "minutes", "minute": "minutes",
    "miles": "miles", "mile": "miles", "km": "km", "kilometers": "km", "kilometres": "km", "points": "points", "times": "times",
}  # fmt: skip
"""Any other word after a number names what is counted, not a unit."""
_QUANTITY = re.compile(
    rf"(?P<sign>[$€£¥])?\s?(?:(?P<digits>(?<![\d.,/–—-])\d[\d,]*+(?:\.\d+)?+)(?![-–—/]\d)|\b(?P<word>{'|'.join(_WORDS)})\b(?!-))"
    rf"(?:[\s-]?(?P<scale>{'|'.join(_SCALES)})\b)?[\s-]?(?P<unit>%|[a-z]+)?",
    re.IGNORECASE,
)
_NEAR = Decimal("0.025")
"""Two numbers of which the one ends in zeros are one number rounded, if they lie no further apart than this share."""


@dataclass(frozen=True)
class Quantity:
    """value, and the place of its last written digit (2.6 billion: 100,000,000); unit: "" where none is written."""

    value: Decimal
    place: Decimal
    unit: str


def quantity_in(text: str) -> Quantity | None:
    """The first one; None where there is none, or only a score, a range or a fraction."""
    match = _QUANTITY.search(text)
    if match is None:
        return None
    number = Decimal((match["digits"] or str(_WORDS[match["word"].lower()])).replace(",", "").rstrip("."))
    exponent = number.as_tuple().exponent
    scale = Decimal(10) ** _SCALES[match["scale"].lower()] if match["scale"] else Decimal(1)
    written = (match["sign"] or match["unit"] or "").lower()
    return Quantity(number * scale, Decimal(10) ** int(exponent) * scale, _UNITS.get(written, ""))


def comparable(one: Quantity, other: Quantity) -> bool:
    """Of one unit, or one without any that is no percentage or sum of money."""
    if one.unit == other.unit:
        return True
    return "" in (one.unit, other.unit) and not {one.unit, other.unit} & {"%", "$", "€", "£", "¥"}


def same_quantity(one: Quantity, other: Quantity) -> bool:
    """The same number, or one rounded to the other's last digit."""
    if not comparable(one, other):
        return False
    return _is_rounded(one, other) or _is_rounded(other, one)


def _is_rounded(coarse: Quantity, fine: Quantity) -> bool:
    if _rounded(fine.value, coarse.place) == coarse.value and coarse.place >= fine.place:
        return True
    place = coarse.place
    while coarse.value and coarse.value % (place * 10) == 0:
        place *= 10
    return abs(fine.value - coarse.value) <= _NEAR * coarse.value and _rounded(fine.value, place) == coarse.value


def _rounded(value: Decimal, place: Decimal) -> Decimal:
    return (value / place).quantize(Decimal(1), ROUND_HALF_UP) * place
