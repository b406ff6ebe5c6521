"""What kind of answer a question expects, and where a sentence holds one.

Rules, no model: the span is offered only where the kind is clear. The trained reader finds spans of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from answering.wording import ENGLISH_FUNCTION_WORDS, content_stems, name_stems, stems
from corpus.article import Span


class Kind(Enum):
    """Kinds of questions, by the shape of their answers; the values stand in the JSON."""

    DATE = "date"
    NUMBER = "number"
    NAME = "name"
    LIST = "list"
    YES_NO = "yes_no"
    REASONS = "reasons"
    COMPARISON = "comparison"
    NEWS = "news"
    OTHER = "other"


NAMING = (Kind.NAME, Kind.LIST)
"""Answered by names."""
SPANNED = (Kind.DATE, Kind.NUMBER, *NAMING)
"""Answered by a few words whose shape is known."""


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
DATE = re.compile(
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

_COMPARED = r"(?:the )?[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*"
_COMPARES = re.compile(
    rf"^(?P<one>{_COMPARED}) (?:or|vs\.?|versus) (?P<other>{_COMPARED})(?:['’]s)?(?: \w+)?\s?[:,]"
    rf"|\b(?:[Ww]hich|[Ww]ho|[Ww]hat)\b[^?]*?[:,] (?P<first>{_COMPARED})(?:['’]s)?(?: \w+)? or (?P<second>{_COMPARED})"
    rf"|\b(?:[Cc]ompare|[Dd]ifferences? between) (?P<this>{_COMPARED})(?:['’]s)?(?: \w+)? (?:and|with|to) (?P<that>{_COMPARED})"
)
_OF_COMPARING = re.compile(
    r"\b(?:compare|difference|differences|differ|versus|vs|first|last|earlier|later|sooner|before|after|more|less|better|worse|most|least"
    r"|\w+(?<!eith)(?<!oth)(?<!wheth)er than|(?:bigg|small|larg|high|low|old|new|young|long|short|fast|slow|cheap|strong|great)er)\b",
    re.I,
)

_ASKS_DATE = re.compile(r"^(?:since |until |on |in )?(?:when\b|(?:what|which) (?:year|month|day|date)\b)", re.I)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:much|many|long|old|far|large|big|high|tall|fast|often|hot|deep)\b"
    r"|^(?:\w+ )?(?:what|which) (?:\w+ )?(?:share|percentage|percent|number|amount|price|proportion|fraction|sum|size|age)\b",
    re.I,
)
_ASKS_NAME = re.compile(
    r"^(?:\w+ ){0,2}(?:who|whom|whose|where)\b|\bwhich\b|\bwhat (?!happen|do|does|did|is|are|was|were|has|have|can|will)\w+",
    re.I,
)
_ASKS_PERSON = re.compile(r"\bwho(?:m|se)?\b", re.I)
_ASKS_YES_NO = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b", re.I)
_SEVERAL = r"(?:(?!news|series|species|does|this|his|its)[a-z]{2,}[^siu\W]s|people|men|women|children)"
_BEFORE_SEVERAL = r"(?:[A-Z][\w&.’'-]*|other|new|two|three|four|five|major|big|large|different|famous|of the)"
_ASKS_LIST = re.compile(
    rf"^(?:[Ww]hich|[Ww]hat) (?:{_BEFORE_SEVERAL} ){{0,3}}{_SEVERAL}\b(?!['’])"
    rf"|^[Ww]ho (?:are|were) the {_SEVERAL}\b|^(?:[Nn]ame|[Ll]ist) (?:the|all|some)\b"
)
_ASKS_REASONS = re.compile(
    r"^(?:but |and |so )?(?:why\b|how (?:do|does|did|can|could|will|would|is|are|was|were|has|have)\b)"
    r"|\bwhat (?:are|is|were|was) (?:the|some) (?:\w+ ){0,2}(?:risks?|reasons?|benefits?|effects?|causes?|consequences?|(?:dis)?advantages?"
    r"|concerns?|dangers?|problems?|criticisms?|arguments?|implications?|drawbacks?|challenges?)\b",
    re.I,
)
_ASKS_NEWS = re.compile(
    r"\b[Ww]hat(?:['’]s| is| are| has been) (?:new(?=\W*$| (?:with|in|at|about|on|from|since|this|today)\b)|the (?:latest|news) (?:on|about|from|with)\b)"
    rf"|\b[Ww]hat (?:has )?happened (?:this|last|since|yesterday|today|in {_MONTH})\b"
    r"|^(?:[Aa]ny |[Tt]he )?(?:[Ll]atest )?[Nn]ews (?:on|about|from|since)\b"
)
_HEAD_NOUN = re.compile(r"\b(?:[Ww]hich|[Ww]hat) (?:[\w'’-]+ ){0,2}?(?P<noun>[a-z]{3,})\b(?! of)")


def kind_of(question: str) -> Kind:
    """By the opening words of what is asked: of several sentences the last one that asks, else the last."""
    asked = asking_part(question)
    if compared_in(question):
        return Kind.COMPARISON
    for kind, pattern in (
        (Kind.NEWS, _ASKS_NEWS), (Kind.YES_NO, _ASKS_YES_NO), (Kind.DATE, _ASKS_DATE), (Kind.NUMBER, _ASKS_NUMBER),
        (Kind.REASONS, _ASKS_REASONS), (Kind.LIST, _ASKS_LIST), (Kind.NAME, _ASKS_NAME),
    ):  # fmt: skip
        if pattern.search(asked):
            return kind
    return Kind.OTHER


def asking_part(question: str) -> str:
    """ "A storm hit the coast. Where did it land?" asks where."""
    parts = [part.strip() for part in re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])", question.strip())]
    return next((part for part in reversed(parts) if part.endswith("?")), parts[-1])


def compared_in(question: str) -> tuple[str, str] | None:
    """The two names that a question sets side by side; None where it compares nothing ("Who bought it, A or B?")."""
    found = _COMPARES.search(question)
    if found is None or not _OF_COMPARING.search(question):
        return None
    one, other = (
        next(filter(None, found.group(*groups))) for groups in (("one", "first", "this"), ("other", "second", "that"))
    )
    return re.sub("^the ", "", one), re.sub("^the ", "", other)


class KindFit(Enum):
    """How well a sentence fits the kind of answer that is expected."""

    BESIDE = "an answer beside the noun asked for"
    SOMEWHERE = "an answer somewhere"
    OPEN = "no kind is expected"
    NONE = "no answer of the kind"


_NUMERIC = re.compile(
    r"\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|tens|half|halves|thirds?|quarters?|fifths?"
    r"|once|twice|double|triple|couple|single|several|none|no|all|many|few)\b",
    re.I,
)
_TIMELY = re.compile(
    rf"{DATE.pattern}|\d|\b(?:century|decade|year|month|week|day|night|morning|evening|noon|midnight|today|yesterday|tomorrow"
    r"|spring|summer|autumn|fall|winter|Christmas|Easter|before|after|during|when|ago|last|next)",
    re.I,
)


def could_answer(kind: Kind, words: str) -> bool:
    """False where a number or a time is asked for and the words hold nothing like it."""
    pattern = {Kind.NUMBER: _NUMERIC, Kind.DATE: _TIMELY}.get(kind)
    return pattern is None or bool(pattern.search(words))


def answer_in(question: str, sentence: str) -> Span | None:
    """The span of the expected kind that stands nearest to the question's own words; None where there is none."""
    return _best(question, sentence)[0]


def answer_fit(question: str, sentence: str) -> KindFit:
    """Whether the sentence holds an answer of the expected kind."""
    return _best(question, sentence)[1]


def _best(question: str, sentence: str) -> tuple[Span | None, KindFit]:
    kind = kind_of(question)
    if kind not in SPANNED:
        return None, KindFit.OPEN
    found = [span for span in _candidates(kind, sentence) if not _echoes(question, span.of(sentence), kind)]
    if not found:
        return None, KindFit.NONE
    if kind in NAMING and (beside := _before_head_noun(question, sentence, found)):
        return beside, KindFit.BESIDE
    anchors = _anchors(question, sentence)
    person = bool(_ASKS_PERSON.search(question))
    best = min(found, key=lambda s: (person and not _like_a_person(s.of(sentence)), _distance(s, anchors), s.start))
    return best, KindFit.SOMEWHERE


def _like_a_person(name: str) -> bool:
    """Two names or more, none an abbreviation: "Yoshua Bengio", not "AI"."""
    return " " in name and not any(word.isupper() for word in name.split())


def _candidates(kind: Kind, sentence: str) -> Iterator[Span]:
    pattern = {Kind.DATE: DATE, Kind.NUMBER: _NUMBER, Kind.NAME: _NAME, Kind.LIST: _NAME}.get(kind)
    for match in pattern.finditer(sentence) if pattern else ():
        span = Span(*match.span())
        if kind is Kind.NUMBER and _is_year(span, sentence):
            continue
        yield _bare_name(span, sentence) if kind in NAMING else span


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
    return not own or own <= content_stems(question) or (kind in NAMING and not name_stems(f"x {answer}"))


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
