"""A sentence -> tokens that can be compared: words, names, numbers and dates, each with the little words before it.

A number or a date is the same token however it is spelt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from answering.wording import ENGLISH_FUNCTION_WORDS

MARK = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]", re.ASCII)
"""The numbers of quotes, as [1] or [1, 2]; whoever wants the tokens of a sentence takes its marks away first."""

Day = tuple[int | None, int | None, int | None]
"""Year, month and day; None where the text leaves it open."""


@dataclass(frozen=True)
class Token:
    """A word, number or date of a sentence, or its end, with the little words before it.

    kind        "word", "name", "number", "date" or "end"
    word        as written, lower-case, without a possessive; of a number its value and unit
    capital     written with a capital
    owns        has a possessive
    little      function words between the token before and this one
    one_of_many "a" or "an" stands right before it
    breaks      a comma, bracket or dash stands between the token before and this one
    """

    kind: str
    word: str
    day: Day | None = None
    capital: bool = False
    owns: bool = False
    little: frozenset[str] = frozenset()
    one_of_many: bool = False
    breaks: bool = False


_MONTHS = {
    m: n for n, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_MONTH = (
    r"(?P<m>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_DAY = r"(?P<d>[0-3]?[0-9])(?:st|nd|rd|th)?(?![\w:%]|[.,]?\d)"
_YEAR = r"(?P<y>(?:1[0-9]|20)[0-9]{2})(?![\w:%/]|[.,]\d)"
_DATES = [
    re.compile(pattern)
    for pattern in (
        r"(?P<y>[0-9]{4})-(?P<m>[01][0-9])-(?P<d>[0-3][0-9])(?![\w-])",
        rf"{_DAY} (?:of )?{_MONTH}(?!\w)(?:,? {_YEAR})?",
        rf"{_MONTH} {_DAY}(?:,? {_YEAR})?",
        rf"{_MONTH}(?!\w)(?:,? {_YEAR})?",
        _YEAR,
    )
]
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORTH = {w: n for n, w in enumerate(_ONES)} | {w: 10 * n for n, w in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9,
           "trillion": 10**12, "tn": 10**12}  # fmt: skip
_UNITS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "pct": "percent", "percentage points": "points",
    "percentage point": "points", "$": "dollar", "us$": "dollar", "dollars": "dollar", "dollar": "dollar",
    "us dollars": "dollar", "€": "euro", "euros": "euro", "euro": "euro", "gw": "gigawatt", "gigawatts": "gigawatt",
    "gigawatt": "gigawatt", "mw": "megawatt", "megawatts": "megawatt", "megawatt": "megawatt", "km": "kilometre",
    "kilometres": "kilometre", "kilometre": "kilometre", "kilometers": "kilometre", "kilometer": "kilometre",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w)])[-−](?=[$€£¥0-9]))?(?P<money>(?:US|A|C|HK|NZ|S)?\$ ?|[€£¥] ?)?"
    rf"(?:(?P<digits>(?>[0-9](?:[0-9.,]*[0-9])?))|(?P<words>(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES[1:10])}))?|{'|'.join(reversed(_ONES))}))"
    rf"(?P<scales>(?:[ -]?(?:{'|'.join(_SCALES)})(?![^\W_]))*)(?:[ -]?(?P<unit>{'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![^\W_]))?"
    r"(?![^\W_]|[:/][0-9])",
    re.I,
)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’./:&-][^\W_]+)*")
_BREAK = re.compile(r"[,;()–—]| - ")
_SHORT_FORMS = (
    (r"\bcannot\b", "can not"), (r"\bwon['’]t\b", "will not"), (r"\bcan['’]t\b", "can not"), (r"n['’]t\b", " not"),
    (r"['’]ll\b", " will"), (r"['’]re\b", " are"), (r"['’]ve\b", " have"), (r"\b(it|he|she|that|there)['’]s\b", r"\1 is"),
)  # fmt: skip
_ONE_OF_MANY = frozenset(["a", "an"])
_NO_LITTLE = frozenset(["s", "t", "other", "many", "much"])
_LITTLE = (ENGLISH_FUNCTION_WORDS | {"am", "may", "might", "must", "shall", "if", "or"}) - _NO_LITTLE
_ONE_FORM = {"are": "is", "am": "is", "were": "was"}


def tokens(sentence: str) -> tuple[Token, ...]:
    """The tokens of one sentence in order; the last is its end."""
    text, at = expanded(sentence), 0
    found: list[Token] = []
    little: list[str] = []
    breaks = False
    while at < len(text):
        token, at_next = _token_at(text, at, first=not found and not little)
        if token is None:
            breaks = breaks or bool(_BREAK.match(text, at))
        elif token.kind == "little":
            little.append(token.word)
        else:
            found.append(_placed(token, little, breaks and bool(found)))
            little, breaks = [], False
        at = at_next
    return (*found, _placed(Token("end", ""), little, True))


def _placed(token: Token, little: Sequence[str], breaks: bool) -> Token:
    one_of_many = bool(little) and little[-1] in _ONE_OF_MANY
    return replace(token, little=frozenset(_ONE_FORM.get(w, w) for w in little), one_of_many=one_of_many, breaks=breaks)


def _token_at(text: str, at: int, first: bool) -> tuple[Token | None, int]:
    """The token that begins here, of kind "little" for a function word, and where the next can begin."""
    if at and text[at].isalnum() and text[at - 1].isalnum():
        return None, at + 1
    for pattern in _DATES:
        if (match := pattern.match(text, at)) and not (first and match[0] == "May"):
            return Token("date", match[0], _day(match)), match.end()
    if match := _NUMBER.match(text, at):
        return Token("number", _amount(match)), match.end()
    match = _WORD.match(text, at)
    return (_word(match[0], first), match.end()) if match else (None, at + 1)


def _word(written: str, first: bool) -> Token:
    bare = re.sub(r"['’]s?$", "", written)
    plain = bare.lower().replace("’", "'").replace(".", "")
    shouted = len(plain) > 1 and bare.isupper()
    if plain in _LITTLE and not shouted and not (bare in ("A", "I") and not first):
        return Token("little", plain)
    capital = any(c.isupper() for c in bare)
    name = capital and (not first or shouted)
    return Token("name" if name else "word", plain, capital=capital, owns=bare != written)


def _day(match: re.Match[str]) -> Day:
    fields = match.groupdict()
    year, month, day = fields.get("y"), fields.get("m"), fields.get("d")
    number = (int(month) if month.isdigit() else _MONTHS[month[:3].lower()]) if month else None
    return int(year) if year else None, number, int(day) if day else None


def _amount(match: re.Match[str]) -> str:
    """Value and unit in one spelling; digits that are no plain number stay as they are written."""
    digits, scale = match["digits"], 1
    for word in re.findall(r"[a-z]+", match["scales"].lower()):
        scale *= _SCALES[word]
    money = (match["money"] or "").strip().lower()
    unit = " ".join(_UNITS.get(u, u) for u in (money, (match["unit"] or "").lower()) if u)
    if digits and (len(digits) > 30 or not re.fullmatch(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2}|\.\d{4,})?", digits)):
        value = f"{digits} {scale}"
    else:
        worth = Fraction(digits.replace(",", "")) if digits else sum(_WORTH[w] for w in match["words"].lower().split("-"))
        value = str(worth * scale)
    return f"{'-' if match['sign'] else ''}{value} {unit}".strip()


def expanded(text: str) -> str:
    """Short forms in full: "didn't" is "did not"."""
    for short, full in _SHORT_FORMS:
        text = re.sub(short, full, text, flags=re.I)
    return text
