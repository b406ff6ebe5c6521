"""Names of people, places and the rest as they are typed in a question; times and numbers.

A name is what is written with a capital. Of kinds of names, places are known from a list and people by their shape.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from answering.wording import ENGLISH_FUNCTION_WORDS
from corpus.article import Span

TIME = re.compile(
    r"\b(?:(?:the )?(?:(?:early|late|mid)[- ])?(?:\d{1,2}(?:st|nd|rd|th)? )?(?:January|February|March|April|May(?= \d|$)|June|July|August"
    r"|September|October|November|December)(?: \d{1,2}(?:st|nd|rd|th)?\b)?(?:,? (?:19|20)\d\d)?|(?:(?:19|20)\d\d)s?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|(?:last|this|next) (?:year|month|week|quarter|decade|summer|winter|spring|autumn|season)|today|yesterday|tomorrow|the (?:year|month|week) (?:before|after))\b"
)
NUMBER = re.compile(r"(?<![\w.-])[$€£]?\d[\d,.]*\d%?(?![\w-])|(?<![\w.-])[$€£]?\d%?(?![\w-])")
_OPENERS = ENGLISH_FUNCTION_WORDS | frozenset(
    [
        "must", "may", "might", "shall", "tell", "name", "list", "explain", "describe", "show", "give", "compare", "summarize",
        "summarise", "until", "since", "people", "police", "according", "however", "meanwhile", "still", "now", "today",
        "yesterday", "both", "all", "any", "anyone", "everyone", "nobody", "let", "please", "source",
    ]
)  # fmt: skip
_CALENDAR = re.compile(
    r"(?:Janu|Febru)ary|March|April|June|July|August|(?:Septem|Octo|Novem|Decem)ber|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
PLACES = frozenset(
    """africa; asia; europe; america; latin america; north america; south america; afghanistan; algeria; argentina; australia;
    austria; bangladesh; belgium; bolivia; brazil; britain; bulgaria; cameroon; canada; chile; china; colombia; congo; croatia;
    cuba; cyprus; czechia; denmark; ecuador; egypt; england; estonia; ethiopia; finland; france; germany; ghana; greece;
    greenland; hungary; iceland; india; indonesia; iran; iraq; ireland; israel; italy; jamaica; japan; jordan; kenya; kuwait;
    latvia; lebanon; libya; lithuania; luxembourg; malaysia; mali; malta; mexico; mongolia; morocco; nepal; netherlands;
    new zealand; niger; nigeria; north korea; norway; pakistan; panama; paraguay; peru; philippines; poland; portugal; qatar;
    romania; russia; rwanda; saudi arabia; scotland; senegal; serbia; singapore; slovakia; slovenia; somalia; south africa;
    south korea; spain; sri lanka; sudan; sweden; switzerland; syria; taiwan; tanzania; thailand; tunisia; turkey; uganda; uk;
    ukraine; united kingdom; united states; uruguay; us; usa; venezuela; vietnam; wales; yemen; zambia; zimbabwe; california;
    florida; texas; ohio; amsterdam; athens; bangkok; barcelona; beijing; berlin; boston; brussels; budapest; cairo; chicago;
    copenhagen; delhi; dubai; dublin; geneva; hamburg; helsinki; hong kong; istanbul; jakarta; johannesburg; kyiv; lagos; lima;
    lisbon; london; los angeles; lyon; madrid; manchester; manila; marseille; melbourne; miami; milan; montreal; moscow; mumbai;
    munich; nairobi; naples; new york; osaka; oslo; paris; prague; rome; san francisco; santiago; seattle; seoul; shanghai;
    stockholm; sydney; tehran; tokyo; toronto; vancouver; vienna; warsaw; zurich""".replace("\n    ", " ").split("; ")
)
_OF_ORGANISATIONS = re.compile(
    r"\b(?:Energy|Bank|Group|Air\w*|Motors?|University|College|Inc|Corp\w*|Ltd|Party|Union|Court|Ministry|Street|City|House|Council"
    r"|Committee|Industries|Systems|Labs?|Foods?|Media|Times|Post|News|Agency|Institute|Museum|Bridge|Tower|River|Lake|Sea|Island"
    r"|Valley|Park|Airport|Station|Hospital|Cup|League|Games|Prize|Act|Treaty|Fund|Commission|Authority|Association|Federation"
    r"|Goldman|Steel|Oil|Gas|Power|Health|Pharma\w*|Technolog\w+|Networks?|Partners|Capital|Holdings?|Services?|United|Rovers|FC"
    r"|Railways?|Rail|Line|Lines|Festival|Orchestra|Theat\w+|Space|Web|Cloud|Food|Water|Works|Studios?|Pictures|Records|Books)\b"
)
_WORD = re.compile(r"[^\W_]+(?:[.&-][^\W_]+)*")
_LINKS = re.compile(r" | of | of the | de | van | von | & |['’]")


def name_spans(text: str, strict: bool = True) -> list[Span]:
    """Words written as names are, those that belong together in one: "Bank of Ghana", "Lena Vogt", "Orbit 9"."""
    found: list[Span] = []
    shouted = text.isupper()
    times = [Span(*m.span()) for m in TIME.finditer(text)]
    for match in _WORD.finditer(text):
        span = Span(*match.span())
        before = text[found[-1].end : span.start] if found else None
        numbered = before == " " and re.fullmatch(r"\d{1,3}", match[0])
        if not numbered and (shouted or not _like_a_name(match[0]) or any(span.overlaps(t) for t in times)):
            continue
        if strict and not text[: span.start].strip(" \"“'‘(") and match[0].lower() in _OPENERS:
            continue
        if before is not None and (before == " " or (_LINKS.fullmatch(before) and before != "'" and before != "’")):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _like_a_name(word: str) -> bool:
    capital = any(c.isupper() for c in word)
    abbreviation = word.isupper() and len(word) > 1
    return capital and word != "I" and (abbreviation or word.lower() not in _OPENERS) and not _CALENDAR.fullmatch(word)


def names_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.of(text) for s in name_spans(text)))


def small_names(question: str, told: Sequence[str]) -> tuple[str, ...]:
    """The names in a question typed without capitals: those that the answer has, and places."""
    words = question.split()
    pairs = {" ".join(pair) for pair in pairwise(words)}
    places = [w for w in (*pairs, *words) if w in PLACES - {"us"}]
    known = dict.fromkeys(m[0] for n in (*told, *places) if (m := whole_word(n).search(question)))
    return tuple(sorted(known, key=question.index))


def all_name(what: str) -> bool:
    """One name, or several joined by "and"; "the" before it does not count."""
    bare = re.sub(r"^the ", "", what, flags=re.I)
    parts = re.split(r",? (?:and|or) |, ", bare)
    named = (any(s.of(p) == p for s in name_spans(p, strict=False)) or p.lower() in PLACES for p in parts if p)
    return bool(bare) and all(named)


def is_place(name: str) -> bool:
    return re.sub(r"^the ", "", name.lower()) in PLACES


def is_person(name: str) -> bool:
    """Two words or more, none an abbreviation or what an organisation or a place is called."""
    words = name.split()
    plain = len(words) > 1 and words[0] != "the" and not any(w.isupper() or any(c.isdigit() for c in w) for w in words)
    return plain and " of " not in name and not is_place(name) and not _OF_ORGANISATIONS.search(name)


def kind_of(name: str) -> str:
    return "place" if is_place(name) else "person" if is_person(name) else "thing"


def whole_word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.I)
