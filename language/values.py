"""Whether two short answers are the same, exclude each other, or cannot be told apart; and where a sentence holds a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from language.amounts import Amount, amounts_in, exclude_each_other, ordinals_in, same_amount
from language.names import borrowed_names, names_in, same_name, words_of
from language.spans import Span, overlaps_any, without
from language.times import Time, disjoint, same_time, times_in
from language.units import KNOWN
from language.words import ENGLISH_FUNCTION_WORDS, same_words, telling_words

T = TypeVar("T", Amount, Time)
Dated = tuple[date | None, date | None]


class Sameness(Enum):
    """How two short answers stand to each other. UNKNOWN is no support, and no contradiction."""

    SAME = "they say the same"
    DIFFERENT = "they cannot both be right"
    UNKNOWN = "values alone cannot tell"


@dataclass(frozen=True)
class Values:
    """What a text holds that can be compared. No two overlap, and no amount is a part of a date.

    codes  as amounts of kind "number": "A320", "555-0199"; the shape of the code is their unit
    """

    amounts: tuple[Amount, ...] = ()
    times: tuple[Time, ...] = ()
    codes: tuple[Amount, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(a.span for a in (*self.amounts, *self.codes)) + tuple(t.span for t in self.times)


_CODE = re.compile(
    r"(?<![\w.@,:'’])(?:\+?\d+(?:[ -]\d+){0,6}[ -]\d+(?![\d.,%])|[A-Za-z]+-?\d[\w-]*(?:\.\d+){0,3}|0\d+)(?![\w%])|\b[A-Z]{2,} \d{2,}(?![\d.,])\b"
)
_SEVERAL = re.compile(r"\b(?:and|or)\b|,")
_POINTING = frozenset(["the", "this", "that", "these", "those", "its", "their", "his", "her", "such"])
_LEAST_DIGITS = 7
"""Of a telephone number."""
_NOTES = re.compile(r"\s?\[[\d,; ]{1,8}\]|[¹²³⁴-⁹⁰]+(?=\s|$)(?<!m[²³])")
_TURNS = frozenset(
    ["not", "no", "never", "before", "after", "since", "without", "against", "under", "until", "except", "former", "half"]
)
"""Words that make another answer of one with the same value."""
_NO_MORE = re.compile(r"\bno (?=more|less|fewer)", re.IGNORECASE)
_HEDGES = frozenset(
    ["about", "around", "roughly", "approximately", "nearly", "almost", "some", "circa", "estimated", "more", "less", "fewer", "than", "over",
     "under", "above", "below", "at", "least", "most", "up", "as", "many", "much", "or", "so", "odd", "only", "just", "total", "between", "early",
     "late", "mid", "c", "ad"]
)  # fmt: skip


@lru_cache(maxsize=20_000)
def values_in(text: str, published: date | None = None) -> Values:
    """All amounts, ordinals, times, numbered names and codes of a text; footnote marks are none."""
    times = tuple(times_in(text, published))
    taken = sorted([*(t.span for t in times), *(Span(*m.span()) for m in _NOTES.finditer(text))])
    codes = tuple(c for c in _codes(text) if not overlaps_any(c.span, taken))
    taken = sorted([*taken, *(c.span for c in codes)])
    amounts = [a for a in (*amounts_in(text), *ordinals_in(text)) if not overlaps_any(a.span, taken)]
    return Values(tuple(sorted(amounts, key=lambda a: a.span)), times, codes)


def values_at(text: str, words: Span, published: date | None = None) -> Values:
    """Those that some words of a text hold or cut through, as the whole text tells them: the percent of "10%" for "10"."""
    every = values_in(text, published)
    return Values(
        tuple(a for a in every.amounts if a.span.overlaps(words)),
        tuple(t for t in every.times if t.span.overlaps(words)),
        tuple(c for c in every.codes if c.span.overlaps(words)),
    )


def _codes(text: str) -> list[Amount]:
    found = []
    for m in _CODE.finditer(text):
        if m[0].split()[0].lower() in KNOWN:
            continue  # "USD 40"
        letters, digits = re.sub(r"[^a-z]", "", m[0].lower()), re.sub(r"\D", "", m[0].replace(".", "0000"))
        long = bool(letters) or m[0][0] in "+0" or len(digits) >= _LEAST_DIGITS
        if (long and digits and not re.fullmatch(r"\d{1,3}(?: \d{3})+|\d+ ?[-–] ?\d+ \d+", m[0])) or re.fullmatch(
            r"\d{3} 0\d{3}", m[0]
        ):
            found.append(Amount(Span(*m.span()), Decimal(f"1{digits}"), Decimal(1), "number", letters or "digits"))
    return found


def compared(one: str, other: str, *, published: Dated = (None, None), articles: tuple[str, str] = ("", "")) -> Sameness:
    """Whether two short answers to one question are the same: by their values, else by their names, else word for word.

    The same number of other things ("40 people", "40 boats") is UNKNOWN: it takes more than values to tell that boats are no people.
    """
    one, other = (_NOTES.sub("", text) for text in (one, other))
    mine, theirs = values_in(one, published[0]), values_in(other, published[1])
    if mine.spans or theirs.spans:
        return _by_values((one, mine), (other, theirs))
    if _is_name(one) and _is_name(other):
        return Sameness.SAME if _same_names(one, other, articles) else Sameness.UNKNOWN
    return Sameness.SAME if same_words(one, other) else Sameness.UNKNOWN


def _by_values(one: tuple[str, Values], other: tuple[str, Values]) -> Sameness:
    if not one[1].spans or not other[1].spans:
        return Sameness.UNKNOWN
    alike = [
        _all(one[1].times, other[1].times, same_time, disjoint),
        _all(one[1].amounts, other[1].amounts, same_amount, exclude_each_other),
        _all(one[1].codes, other[1].codes, same_amount, exclude_each_other),
    ]
    if not _of_one_thing(without(one[0], one[1].spans), without(other[0], other[1].spans)):
        return Sameness.UNKNOWN
    return next((s for s in (Sameness.UNKNOWN, Sameness.DIFFERENT) if s in alike), Sameness.SAME)


def _all(one: Sequence[T], other: Sequence[T], same: Callable[[T, T], bool], excluding: Callable[[T, T], bool]) -> Sameness:
    """Pair by pair, in order: the same if all are, different if one pair cannot both be right."""
    if len(one) != len(other):
        return Sameness.UNKNOWN
    if all(same(a, b) for a, b in zip(one, other, strict=True)):
        return Sameness.SAME
    return Sameness.DIFFERENT if any(excluding(a, b) for a, b in zip(one, other, strict=True)) else Sameness.UNKNOWN


def _of_one_thing(one: str, other: str) -> bool:
    """What else the answers say is the same, or only one says it: "40", "40 people"."""
    a, b = (set(telling_words(_NO_MORE.sub(" ", rest))) - _HEDGES for rest in (one, other))
    return (a <= b or b <= a) and not (a ^ b) & _TURNS


def is_a_value(answer: str) -> bool:
    """It holds an amount, a time or a code, or is a name: code can tell whether another one is the same. Else it is words."""
    return bool(values_in(answer).spans) or _is_name(answer)


def _is_name(answer: str) -> bool:
    """Each of its words that tells something is written with a capital."""
    words = re.findall(r"[^\W\d_][\w’'&.-]*", answer)
    small = [w for w in words if not any(c.isupper() for c in w)]
    return len(small) < len(words) and all(
        not words_of(w) or w in ("the", "of", "and", "de", "von", "van", "for") for w in small
    )


def _row(answer: str) -> list[str]:
    return [part for part in re.split(r",? and |, ", answer) if words_of(part)]


def _same_names(one: str, other: str, articles: tuple[str, str]) -> bool:
    """One name in two forms, or one row of names in another order."""
    if same_name(one, other, *articles):
        return True
    mine, theirs = _row(one), _row(other)
    if len(mine) != len(theirs) or len(mine) < 2:
        return False
    return all(any(same_name(a, b, *articles) for b in theirs) for a in mine) and all(
        any(same_name(a, b, *articles) for a in mine) for b in theirs
    )


def holds_value(
    text: str,
    answer: str,
    values: Values | None = None,
    *,
    published: Dated = (None, None),
    articles: tuple[str, str] = ("", ""),
) -> list[Span]:
    """The places in a sentence that hold the answer's value exactly; [] where one of several values is missing.

    values   those of the answer where its own sentence tells them; None: what its words alone tell
    published and articles are of the sentence, and of the answer. What a number counts is not looked at, and the day on which somebody
    says something is no place of a day.
    """
    wanted, here = values or values_in(answer, published[1]), values_in(text, published[0])
    rows = [[a.span for a in here.amounts if same_amount(a, b)] for b in wanted.amounts]
    rows += [[t.span for t in here.times if same_time(t, u) and not t.saying] for u in wanted.times]
    rows += [[c.span for c in here.codes if same_amount(c, d)] for d in wanted.codes]
    if not rows and _is_name(answer):
        names = names_in(text)
        rows = [[s for s in names if same_name(s.of(text), n, *articles)] for n in _row(answer)]
        rows = (
            rows
            if all(rows)
            else [
                [s for s in names if same_name(s.of(text), answer, *articles)]
                or (_literal(text, answer) if len(_row(answer)) > 1 else [])
            ]
        )
    if not rows:
        rows = [_literal(text, answer) or _last_words(text, answer)]
    return sorted({span for row in rows for span in row}) if all(rows) else []


def _last_words(text: str, answer: str) -> list[Span]:
    """ "cracks" for "hairline cracks": the thing itself, with nothing else said of it. Not "dark" for "dark green", nor the "green" of
    "light green"."""
    words = telling_words(answer) if not _SEVERAL.search(answer) else ()
    found = [place for n in range(1, len(words)) for place in _literal(text, " ".join(words[n:]))]
    return [place for place in found if _stands_alone(text[: place.start])][:1]


def _stands_alone(before: str) -> bool:
    """No word that may say more of a thing stands right before it, nor one that points to what was told before."""
    word = re.search(r"[\w’'-]+(?= $)", before)
    return word is None or word[0].lower() in ENGLISH_FUNCTION_WORDS - _POINTING


def _literal(text: str, answer: str) -> list[Span]:
    """Where the telling words of an answer stand in a row, with nothing between them but words that may be left out."""
    wanted = telling_words(answer)
    words = [(Span(*m.span()), telling_words(m[0])) for m in re.finditer(r"[^\W_]+(?:['’][^\W_]+)?", text)]
    told = [(span, w) for span, ws in words for w in ws]
    rows = [told[n : n + len(wanted)] for n in range(len(told) - len(wanted) + 1)] if wanted else []
    return [Span(row[0][0].start, row[-1][0].end) for row in rows if tuple(w for _, w in row) == wanted]


# --- Does an evidence have all that a claim has? ---


def lacking(claim: str, evidence: str) -> str | None:
    """The first number, code or name of a claim that the evidence does not have exactly; None where it has all. Times are left out:
    who compares them knows the day against which they are read. A name that stands nowhere in the evidence is left out too: it may
    be written otherwise."""
    mine, theirs = values_in(claim), values_in(evidence)
    for wanted, here in ((mine.amounts, theirs.amounts), (mine.codes, theirs.codes)):
        for value in wanted:
            if not any(same_amount(value, other) for other in here):
                return value.span.of(claim)
    return next(iter(borrowed_names(claim, evidence)), None)


def spellings_of_codes(text: str) -> str:
    """The codes of a text in their other spellings: "PR 20481 PR20481" for "PR-20481"."""
    parts = [re.fullmatch(r"([A-Za-z]+)[- ]?(\d+)", c.span.of(text)) for c in values_in(text).codes]
    return " ".join(f"{m[1]} {m[2]} {m[1]}{m[2]}" for m in parts if m)


def of_another_code(question: str, sentence: str) -> bool:
    """The sentence tells of codes like those of the question ("RULE-A002", where it asks for "A001"), and of none of them."""
    asked, told = values_in(question).codes, values_in(sentence).codes
    alike = [(a, b) for a in asked for b in told if a.unit.endswith(b.unit) or b.unit.endswith(a.unit)]
    return bool(alike) and not any(a.value == b.value for a, b in alike)
