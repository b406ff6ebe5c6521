"""What kind of answer a question expects, and where a sentence holds one.

Rules, no model: the span is offered only where the kind is clear. The trained reader finds spans of its own.
"""

from __future__ import annotations

import re
from enum import Enum


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
