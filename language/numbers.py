"""How a number is written, in digits or in words, and what it is then. Knows no unit."""

from __future__ import annotations

import re
from decimal import Decimal

SCALES = {
    "hundred": 2, "thousand": 3, "k": 3, "lakh": 5, "million": 6, "mn": 6, "mln": 6, "crore": 7, "billion": 9, "bn": 9,
    "trillion": 12, "tn": 12, "trn": 12,
}  # fmt: skip
"""By word the power of ten. "m" and "b" are not among them: they may be metres, or nothing known."""
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
         "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {w: Decimal(n) for n, w in enumerate(_ONES)} | {w: Decimal(10 * n) for n, w in enumerate(_TENS, 2)}
_FIRST, _SECOND = ["first", "second", "third", "fifth", "eighth", "ninth", "twelfth"], [1, 2, 3, 5, 8, 9, 12]
ORDINALS = {f"{w.removesuffix('y')}{'ie' if w[-1] == 'y' else ''}th": int(n) for w, n in _VALUES.items() if n} | dict(
    zip(_FIRST, _SECOND, strict=True)
)
"""By word the number: "fourth", "twentieth"."""
PARTS = {
    "half": 2, "halve": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "twentieth": 20, "hundredth": 100,
}  # fmt: skip
SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES[1:10])})\b)?|(?:{'|'.join(sorted(_ONES, key=len, reverse=True))}))\b"
_BIG = r"(?:thousand|million|billion|trillion)\b"
_HUNDREDS = rf"(?:(?:half )?an? (?=hundred\b|dozen\b|thousand\b|{_BIG})|{SMALL}(?:[ -]hundred\b(?:(?: and)? {SMALL})?)?|hundred(?:(?: and)? {SMALL})?)"
_ORDINAL = "(?![ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\\b)"
WORDS = rf"\b(?:{_HUNDREDS}[ -]?{_BIG}(?:,? and |,? )){{0,4}}{_HUNDREDS}(?: ?hundred\b(?:(?: and)? {SMALL})?)?{_ORDINAL}(?:[ -]?{_BIG})?(?: and a half\b)?"
_GAP = "\u00a0\u202f\u2009"
DIGITS = (
    r"\d{1,3}(?:[,'’]\d{3}){1,8}(?!\d)(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,8}(?!\d)(?:,\d+)?|\d{1,3}\.\d{3},\d{1,2}(?!\d)"
    rf"|\d{{1,3}}(?: \d{{3}}){{2,8}}(?!\d)|\d{{1,3}}(?:[{_GAP}]\d{{3}}){{1,8}}(?!\d)|\d{{1,2}}(?:,\d{{2}}){{1,6}},\d{{3}}(?!\d)"
    r"|\d+,\d{1,2}(?!\d)|\d++(?:\.\d+)?+[½¼¾⅓⅔]?"
)
_SIGNS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75"), "⅓": Decimal(1) / 3, "⅔": Decimal(2) / 3}


def of_digits(written: str) -> tuple[Decimal, Decimal]:
    """The number, and the place of its last digit: "1.250.000", "1,250,000.5", "12,5"."""
    if written[-1] in _SIGNS:
        return Decimal(written[:-1]) + _SIGNS[written[-1]], Decimal("0.01")
    plain = re.sub(rf"['’ {_GAP}]", "", written)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d+\.\d{3},\d{1,2}|\d+,\d{1,2}", plain):
        plain = plain.replace(".", "").replace(",", ".")
    number = Decimal(plain.replace(",", ""))
    return number, Decimal(10) ** int(number.as_tuple().exponent)


def of_words(written: str) -> tuple[Decimal, Decimal]:
    """The number, and the place of its last digit: "one hundred and twenty", "two and a half", "half a" (of a million)."""
    told = written.lower()
    half = told.endswith(" and a half")
    told = told.removesuffix(" and a half")
    total = group = Decimal(0)
    place = Decimal(1)
    for word in re.findall(r"[a-z]+", told.replace("half a", "halfa")):
        if word == "hundred":
            group = (group or Decimal(1)) * 100
        elif word in SCALES:
            place = Decimal(10) ** SCALES[word]
            total, group = total + (group or Decimal(1)) * place, Decimal(0)
        else:
            place = Decimal(1)
            group += {"a": Decimal(1), "an": Decimal(1), "halfa": Decimal("0.5"), "halfan": Decimal("0.5")}.get(
                word, _VALUES.get(word, Decimal(0))
            )
    return total + group + (place / 2 if half else Decimal(0)), place / 10 if half or "half" in told else place
