"""What kind of answer a question expects, and where a sentence holds one.

Rules, no model: the span is offered only where the kind is clear. A trained reader replaces this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from answering.wording import ENGLISH_FUNCTION_WORDS, content_stems, names_in, stems
from corpus.article import Span


class Kind(Enum):
    """Kinds of answers that can be told by their shape."""

    DATE = "date"
    NUMBER = "number"
    NAME = "name"
    YES_NO = "yes or no"
    OTHER = "other"


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_DATE = re.compile(
    rf"\b(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:, ?\d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{4}}"
    rf"|{_MONTH}(?=\W|$)|(?:19|20)\d{{2}}s?\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
_NUMBER = re.compile(
    r"(?:[$€£¥]\s?)?\d+(?:,\d{3})*(?:\.\d+)?(?:\s?(?:%|percent|per cent|million|billion|trillion|thousand|hundred))*"
    r"(?:[\s-]?(?:GW|MW|kW|gigawatts?|megawatts?|dollars?|euros?|pounds?|years?|months?|weeks?|days?|hours?|minutes?|miles?"
    r"|kilomet(?:er|re)s?|people|points?|degrees?|times|cores?))?"
    r"|\b(?:tens|hundreds|thousands|millions|billions|dozens)(?: of (?:thousands|millions|billions))?\b"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)(?:-\w+)?\b",
)
_NAME = re.compile(r"\b[A-Z][\w&-]*(?:\.(?=[A-Z]))?(?: (?:(?:and|of|the|de|van|von) )?[A-Z][\w&-]*)*")

_ASKS_DATE = re.compile(r"^(?:since |until |on |in )?(?:when\b|(?:what|which) (?:year|month|day|date)\b)", re.I)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:much|many|long|old|far|large|big|high|tall|fast|often|hot|deep)\b"
    r"|^(?:\w+ )?(?:what|which) (?:\w+ )?(?:share|percentage|percent|number|amount|price|proportion|fraction|sum|size|age)\b",
    re.I,
)
_ASKS_NAME = re.compile(
    r"^(?:\w+ ){0,2}(?:who|whom|whose|where)\b|\bwhich\b|\bwhat (?!do|does|did|is|are|was|were|has|have|can|will)\w+", re.I
)
_ASKS_PERSON = re.compile(r"\bwho(?:m|se)?\b", re.I)
_ASKS_YES_NO = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b", re.I)
_HEAD_NOUN = re.compile(r"\b(?:[Ww]hich|[Ww]hat) (?:[\w'’-]+ ){0,2}?(?P<noun>[a-z]{3,})\b(?! of)")


def kind_of(question: str) -> Kind:
    """By the question's opening words."""
    asked = question.strip()
    for kind, pattern in (
        (Kind.YES_NO, _ASKS_YES_NO), (Kind.DATE, _ASKS_DATE), (Kind.NUMBER, _ASKS_NUMBER), (Kind.NAME, _ASKS_NAME)
    ):  # fmt: skip
        if pattern.search(asked):
            return kind
    return Kind.OTHER


class Fit(Enum):
    """How well a sentence fits the kind of answer that is expected."""

    BESIDE = "an answer beside the noun asked for"
    SOMEWHERE = "an answer somewhere"
    OPEN = "no kind is expected"
    NONE = "no answer of the kind"


def answer_in(question: str, sentence: str) -> Span | None:
    """The span of the expected kind that stands nearest to the question's own words; None where there is none."""
    return _best(question, sentence)[0]


def answer_fit(question: str, sentence: str) -> Fit:
    """Whether the sentence holds an answer of the expected kind."""
    return _best(question, sentence)[1]


def _best(question: str, sentence: str) -> tuple[Span | None, Fit]:
    kind = kind_of(question)
    if kind in (Kind.YES_NO, Kind.OTHER):
        return None, Fit.OPEN
    found = [span for span in _candidates(kind, sentence) if not _echoes(question, span.of(sentence), kind)]
    if not found:
        return None, Fit.NONE
    if kind is Kind.NAME and (beside := _before_head_noun(question, sentence, found)):
        return beside, Fit.BESIDE
    anchors = _anchors(question, sentence)
    person = bool(_ASKS_PERSON.search(question))
    best = min(found, key=lambda s: (person and not _like_a_person(s.of(sentence)), _distance(s, anchors), s.start))
    return best, Fit.SOMEWHERE


def _like_a_person(name: str) -> bool:
    """Two names or more, none an abbreviation: "Yoshua Bengio", not "AI"."""
    return " " in name and not any(word.isupper() for word in name.split())


def _candidates(kind: Kind, sentence: str) -> Iterator[Span]:
    pattern = {Kind.DATE: _DATE, Kind.NUMBER: _NUMBER, Kind.NAME: _NAME}.get(kind)
    for match in pattern.finditer(sentence) if pattern else ():
        span = Span(*match.span())
        if kind is Kind.NUMBER and _is_year(span, sentence):
            continue
        yield _bare_name(span, sentence) if kind is Kind.NAME else span


def _is_year(span: Span, sentence: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d{2}", span.of(sentence)))


def _bare_name(span: Span, sentence: str) -> Span:
    """Without function words before it ("For Meta") and without a possessive or full stop behind it."""
    start, end = span.start, span.start + len(re.sub(r"(?:['’]s?|[.,])$", "", span.of(sentence)))
    while (first := re.match(r"(\w+)\W+", sentence[start:end])) and first[1].lower() in ENGLISH_FUNCTION_WORDS:
        start += first.end()
    return Span(start, end)


def _echoes(question: str, answer: str, kind: Kind) -> bool:
    """An answer that only repeats the question, or a name that is only a capital at the start of the sentence."""
    own = content_stems(answer)
    return not own or own <= content_stems(question) or (kind is Kind.NAME and not names_in(f"x {answer}"))


def _before_head_noun(question: str, sentence: str, found: list[Span]) -> Span | None:
    """ "Which chips ...?": the name that stands right before "chips"."""
    match = _HEAD_NOUN.search(question)
    stem = stems(match["noun"]) if match else []
    for span in found:
        following = re.match(r"\W*(\w+)", sentence[span.end :])
        if following and stems(following[1]) == stem:
            return span
    return None


def _anchors(question: str, sentence: str) -> list[int]:
    wanted = content_stems(question)
    return [m.start() for m in re.finditer(r"[^\W_]+", sentence) if wanted & set(stems(m[0]))]


def _distance(span: Span, anchors: list[int]) -> float:
    """Mean distance in characters to the question's words in the sentence."""
    return sum(min(abs(a - span.start), abs(a - span.end)) for a in anchors) / max(len(anchors), 1)
