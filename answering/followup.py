"""A follow-up question, read with the conversation before it: "and Peru?", "who said so?", "when was that?".

Rules, no model; English. Each rule is a function that completes a remark out of the turn before it, or knows nothing
of it. A rule speaks only where the remark leans on that turn: a question that stands on its own is returned as it was
asked. Where a rule is not sure, the question stays as asked and the completed form is only searched with.

It does not know what words mean: a name is what is written with a capital, and of kinds of names it knows places (from
a list), people (by shape) and the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from answering.wording import ENGLISH_FUNCTION_WORDS
from corpus.article import Span
from corpus.splitting import sentences

LONGEST_CARRIED = 300
"""Code points of an earlier question, and of an earlier answer, that a follow-up may carry."""
_LONGEST_REMARK = 500
"""Code points. A longer question is no follow-up."""


@dataclass(frozen=True)
class Turn:
    """An earlier question as it was understood, and the statements of its answer without [n] marks, when known."""

    question: str
    answer: str | None = None


@dataclass(frozen=True)
class Understood:
    """What is answered (`question`), what is searched with, and the names or the question carried over, to be shown."""

    question: str
    searches: tuple[str, ...]
    carried: tuple[str, ...] = ()
    small_talk: bool = False


def understood(question: str, history: Sequence[Turn]) -> Understood:
    """The question made self-contained; as it was asked where it is so already, or where no rule is sure."""
    if _is_small_talk(question):
        return Understood(question, (), small_talk=True)
    past, remark = _Past.of(history), _Remark.of(question)
    if past is None or len(question) > _LONGEST_REMARK or past.question.lower() in question.lower():
        return Understood(question, (question,))
    done = next((done for rule in _RULES if (done := rule(remark, past)) is not None), None)
    if done is None or len(done.question) > len(question) + LONGEST_CARRIED + 100:
        return Understood(question, (question,))
    both = tuple(dict.fromkeys((done.question, question)))
    return Understood(done.question, both, _carried(question, done, past)) if done.sure else Understood(question, both)


# ---------------------------------------------------------------------------- what is read


@dataclass(frozen=True)
class _Completed:
    question: str
    sure: bool = True


@dataclass(frozen=True)
class _Remark:
    """The question without its polite opening ("Yes, and ...") and its last punctuation."""

    words: str
    joined: bool
    """It opens with "and", "what about" or the like."""
    asks: bool

    @classmethod
    def of(cls, question: str) -> _Remark:
        words = " ".join(question[: _LONGEST_REMARK + 1].split())
        words = words[match.end() :] if (match := _POLITE_LEAD.match(words)) else words
        join = _JOIN.match(words)
        words = words[join.end() :] if join else words
        return cls(words.rstrip(" ?!.,;:…-"), bool(join), "?" in question)


@dataclass(frozen=True)
class _Past:
    """The last turn that asked something, and the names of the turns before it: the topic of the conversation."""

    question: str
    statement: str
    """The first statement of the answer, or ""."""
    names: tuple[str, ...]
    answer_names: tuple[str, ...]
    topic: frozenset[str]

    @classmethod
    def of(cls, history: Sequence[Turn]) -> _Past | None:
        turns = [turn for turn in history[-12:] if not _is_small_talk(turn.question)]
        if not turns:
            return None
        question = _cut(turns[-1].question).rstrip("?!. ")
        answer = " ".join((turns[-1].answer or "")[:2000].split())
        told = _named(answer)
        names = _named(question) or (_small_names(question, told) if question.islower() else ())
        earlier = _named(_cut(turns[-2].question)) if len(turns) > 1 else ()
        return cls(question, _first_statement(answer), names, told, frozenset(earlier))

    @property
    def lowered(self) -> str:
        """To stand after a colon."""
        return _lowered(self.question)

    def is_place(self, name: str) -> bool:
        """Of a place's name, or one that the last question speaks of as "in"."""
        return _is_place(name) or bool(re.search(rf"\bin (?:the )?{re.escape(name)}(?!\w)", self.question))

    @property
    def asked(self) -> _Asked:
        return _Asked.of(self.question)


@dataclass(frozen=True)
class _Asked:
    """A question in its parts: "How many chips | did | Meta buy from AMD"."""

    head: str
    aux: str
    rest: str

    @classmethod
    def of(cls, question: str) -> _Asked:
        match = _PARTS.match(question)
        return cls(match["head"] or "", match["aux"], match["rest"]) if match else cls(question, "", "")

    @property
    def noun(self) -> str:
        """What is counted or chosen from: "chips" of "How many chips"; "" for "Who" and "When"."""
        match = _COUNTED.match(self.head)
        return match["noun"] if match else ""

    @property
    def inverted(self) -> bool:
        """The auxiliary stands before the subject, as in "did Meta buy" and not in "Who has bought"."""
        if not self.head or self.aux.lower() in ("do", "does", "did") or _ADVERBIAL.fullmatch(self.head):
            return bool(self.aux)
        subject = bool(_DETERMINER.match(self.rest)) or any(s.start == 0 for s in _name_spans(self.rest, strict=False))
        return subject and (self.aux.lower() not in _BE or bool(re.search(r"ing\b", self.rest)))

    def when_like(self, wh: str) -> str | None:
        """The same event asked for with another question word: "When did Meta buy chips from AMD"."""
        if not self.inverted or re.match(r"how (?:old|big|high|tall|large|deep|wide|rich)\b", self.head, re.I):
            return None
        if not self.head or _ADVERBIAL.fullmatch(self.head):
            return f"{wh} {self.aux.lower()} {self.rest}"
        if not self.noun:
            return None if self.head.lower() in ("who", "what", "whom") else f"{wh} {self.aux} {self.rest}"
        return f"{wh} {self.aux} {_with_object(self.rest, _indefinite(self.head, self.noun))}"

    @property
    def statement(self) -> str | None:
        """What the question takes for granted: "people died in the flood", "Meta did buy chips from AMD"."""
        if self.head and not self.inverted and not _copular(self):
            subject = {"who": "someone", "what": "something"}.get(self.head.split()[0].lower(), "")
            who, rest = (self.head, f"{self.aux} {self.rest}") if self.aux else _split_subject(self.head)
            noun = _Asked(who, "", "").noun
            subject = _indefinite(who, noun) if noun else subject
            return f"{subject} {rest}".strip() if subject and rest else None
        names = [s for s in _name_spans(self.rest) if s.start == 0]
        if not self.aux or not names or not self.inverted:
            return None
        after = self.rest[names[0].end :]
        inner = _with_object(after, _indefinite(self.head, self.noun)) if self.noun else after
        return f"{names[0].of(self.rest)} {self.aux.lower()}{inner}"


_AUX = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must)"
_BE = ("is", "are", "was", "were")
_PREPOSITION = r"(?:from|to|for|in|on|at|with|by|during|since|as|after|before|into|over|under|against|between|through|about|until|near|than|per)"
_DETERMINER = re.compile(
    r"(?:the|a|an|this|that|these|those|its|his|her|their|our|my|your|some|any|each|every|all|no|it|he|she|they|we|you|people|\d\S*)\b",
    re.I,
)
_WH = (
    rf"(?:(?:{_PREPOSITION} )?(?:when|where|why|how(?: long| often| soon| far| fast| come)?|whom|who"
    r"|(?:what|which) (?:year|month|day|date|time|price|place|city|country|reason|purpose))"
    rf"|{_PREPOSITION} (?:(?:what|which) \w+|how (?:much|many)(?: [a-z]+)?))"
)
_ADVERBIAL = re.compile(
    rf"(?:when|where|why|how(?: long| often| soon| fast| far)?|(?:what|which) (?:year|month|day)|{_PREPOSITION} .+)", re.I
)
_PARTS = re.compile(
    rf"^(?:(?P<head>(?:{_PREPOSITION} )?(?:how|what|which|who|whom|whose|when|where|why)\b.*?) )?(?P<aux>{_AUX})(?:n['’]t)? (?P<rest>\S.*)$",
    re.I,
)
_COUNTED = re.compile(
    r"^(?:how (?:many|much)(?: of)?|which(?: of)?|what(?: other)?(?! (?:is|are|did|does)\b)) (?P<noun>.+)$", re.I
)
_TIME = re.compile(
    r"\b(?:(?:the )?(?:(?:early|late|mid)[- ])?(?:\d{1,2}(?:st|nd|rd|th)? )?(?:January|February|March|April|May(?= \d|$)|June|July|August"
    r"|September|October|November|December)(?: \d{1,2}(?:st|nd|rd|th)?\b)?(?:,? (?:19|20)\d\d)?|(?:(?:19|20)\d\d)s?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|(?:last|this|next) (?:year|month|week|quarter|decade|summer|winter|spring|autumn|season)|today|yesterday|tomorrow|the (?:year|month|week) (?:before|after))\b"
)
_NUMBER = re.compile(r"(?<![\w.-])[$€£]?\d[\d,.]*\d%?(?![\w-])|(?<![\w.-])[$€£]?\d%?(?![\w-])")


def _first_statement(answer: str) -> str:
    """Without its full stop; "" where the text is no statement. What says only that articles differ is passed over."""
    for span in sentences(answer, Span(0, len(answer))):
        text = span.of(answer).strip()
        if text and not re.match(r"The articles (?:differ|do not say)", text):
            return _cut(_lowered(text), LONGEST_CARRIED - 60).rstrip(" .!?…")
    return ""


def _cut(text: str, longest: int = LONGEST_CARRIED) -> str:
    """The text in one line; where it is too long, up to the end of a word."""
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest else (line[:longest].rsplit(" ", 1)[0])


def _lowered(text: str) -> str:
    """The first word in lower case, if it has its capital only from standing first."""
    first = re.match(r"[^\W_]+", text)
    if not first or any(c.isupper() for c in first[0][1:]) or first[0] == "I":
        return text
    named = any(s.start == 0 for s in _name_spans(text)) and not re.match(r"(?:The|A|An|On|In|At|For|It|No)\b", text)
    return text if named else text[:1].lower() + text[1:]


def _copular(asked: _Asked) -> bool:
    """ "Who is the chief of AMD", "What is gold": nothing happens there that could be asked when."""
    subject = _DETERMINER.match(asked.rest) or any(s.start == 0 for s in _name_spans(asked.rest, strict=False))
    return asked.aux.lower() in _BE and asked.head.lower() in ("who", "what") and bool(subject)


def _split_subject(head: str) -> tuple[str, str]:
    """ "Who bought AMD" -> "Who", "bought AMD"; "How many people died in it" -> "How many people", "died in it"."""
    match = re.match(r"(?P<who>who|what|(?:how many|how much|which|what) \S+)\s+(?P<did>(?!of\b)\S.*)", head, re.I)
    if match and match["who"].lower().startswith("what ") and not match["who"].endswith("s"):
        match = re.match(r"(?P<who>what)\s+(?P<did>\S.*)", head, re.I)
    return (match["who"], match["did"]) if match else (head, "")


def _indefinite(head: str, noun: str) -> str:
    """ "Which bank" -> "a bank"; "How many chips" -> "chips"."""
    plain = re.match(r"(?:how|which of|what other)\b", head, re.I) or noun.split()[0].lower() in ENGLISH_FUNCTION_WORDS
    if plain or _plural(noun):
        return noun
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def _plural(noun: str) -> bool:
    last = (noun.lower().split(" of ")[0].split() or [""])[-1]
    return last in ("people", "men", "women", "children") or (last.endswith("s") and not last.endswith(("ss", "us", "is")))


def _with_object(rest: str, what: str) -> str:
    """The object put where it belongs, before the first preposition: "Meta buy from AMD" -> "Meta buy chips from AMD"."""
    names = _name_spans(rest)
    for match in re.finditer(rf" {_PREPOSITION}\b| in | last | this ", rest):
        if not any(s.start < match.start() < s.end for s in names):
            return f"{rest[: match.start()]} {what}{rest[match.start() :]}"
    return f"{rest} {what}"


# ---------------------------------------------------------------------------- names

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
_PLACES = frozenset(
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


def _name_spans(text: str, strict: bool = True) -> list[Span]:
    """Words written as names are, those that belong together in one: "Bank of Ghana", "Lena Vogt", "Orbit 9"."""
    found: list[Span] = []
    shouted = text.isupper()
    times = [Span(*m.span()) for m in _TIME.finditer(text)]
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


def _named(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.of(text) for s in _name_spans(text)))


def _small_names(question: str, told: Sequence[str]) -> tuple[str, ...]:
    """The names in a question typed without capitals: those that the answer has, and places."""
    words = question.split()
    pairs = {" ".join(pair) for pair in pairwise(words)}
    places = [w for w in (*pairs, *words) if w in _PLACES - {"us"}]
    known = dict.fromkeys(m[0] for n in (*told, *places) if (m := _whole_word(n).search(question)))
    return tuple(sorted(known, key=question.index))


def _is_place(name: str) -> bool:
    return re.sub(r"^the ", "", name.lower()) in _PLACES


def _is_person(name: str) -> bool:
    """Two words or more, none an abbreviation or what an organisation or a place is called."""
    words = name.split()
    plain = len(words) > 1 and words[0] != "the" and not any(w.isupper() or any(c.isdigit() for c in w) for w in words)
    return plain and " of " not in name and not _is_place(name) and not _OF_ORGANISATIONS.search(name)


def _kind(name: str) -> str:
    return "place" if _is_place(name) else "person" if _is_person(name) else "thing"


def _whole_word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.I)


def _carried(question: str, done: _Completed, past: _Past) -> tuple[str, ...]:
    """The names that the completed question has and the asked one had not; else the question that was completed with."""
    lower = question.lower()
    return tuple(n for n in _named(done.question) if n.lower() not in lower) or (past.question,)


# ---------------------------------------------------------------------------- small talk

_POLITE = (
    r"(?:thank(?:s| you| u)(?: (?:so|very) much| a lot| again)?(?: for (?:that|this|the (?:help|answer|info|information)|your help))?|thx|ty"
    r"|cheers|much appreciated|okay|ok|k|yes please|yes|yeah|yep|yup|ya|no problem|no thanks|no|nope|nah|hello|hi|hey|howdy|dear|there"
    r"|good (?:morning|afternoon|evening|night|day|job|one|point|to know)|goodbye|good|bye(?: bye)?|see you(?: later)?|great|nice one|nice try|nice|cool"
    r"|perfect|awesome|excellent|wonderful|brilliant|amazing|lovely|fine|all right|alright|all good|right|sure|correct|exactly|indeed"
    r"|of course|absolutely|got it|i see|i understand|i agree|understood|interesting|fascinating|wow|please|sorry|never ?mind"
    r"|that(?:['’]s| is) (?:all|great|good|helpful|very helpful|interesting|right|fine|nice|it)|makes sense|that makes sense|that helps"
    r"|how are you(?: doing| today)?|well done|lol|haha\w*|hm+|oh|ah|aha|then|so|well|actually|very much|you['’]re welcome|you are welcome"
    r"|welcome|not now|not really|have a (?:nice|good) (?:day|one|evening)|my friend|everyone|again)"
)
_SMALL_TALK = re.compile(rf"(?:(?>{_POLITE})\b[\W_]*)++", re.I)
_CLAUSE_OPENER = rf"(?:and|but|so|then|also|what|who|whom|whose|which|when|where|why|how|tell|{_AUX})\b"
_POLITE_LEAD = re.compile(
    rf"[\W_]*(?:(?>{_POLITE})(?:\s*[,.!;:…–—-]+\s*|\s+(?={_CLAUSE_OPENER}|i mean|not )))*+[\W_]*?(?=[\w$€£])", re.I
)
_JOIN = re.compile(
    r"(?:(?:and|or|but|so|then|also|plus|well|okay|ok)\b[\s,]*)*+(?:(?:what|how) about\b[\s,]*|what of\b[\s,]*|what if it were\b[\s,]*)?"
    r"(?<=[\s,])",
    re.I,
)
_MEANT_AS_QUESTION = re.compile(r"\W*(?:right|sure|correct)\W*\?\W*", re.I)


def _is_small_talk(text: str) -> bool:
    """Nothing to answer: thanks, assent, greetings, or no word at all."""
    said = text.strip()[:_LONGEST_REMARK].lstrip("\"'“‘(.,!?*-_ ")
    if not re.search(r"[^\W_]", text):
        return True
    return len(text) <= _LONGEST_REMARK and bool(_SMALL_TALK.fullmatch(said)) and not _MEANT_AS_QUESTION.fullmatch(text)


# ---------------------------------------------------------------------------- rules: about the answer

_EVENT = r"(?:that|this|it|so|these things|all (?:that|this))"
_WHO_SAID = re.compile(
    rf"who(?: has| have| was the one who)? (?P<verb>said|says|say|reported|reports|claimed|claims|wrote|told|confirmed|thinks|believes) (?:you )?{_EVENT}",
    re.I,
)
_WHAT_SOURCE = re.compile(
    r"(?:says who|according to wh(?:o|om|at)|(?:your |the |any |(?:what|who)(?: is| are| was|['’]s) )?(?:the |your )?sources?(?: (?:for|of) (?:that|this|it))?"
    r"|how do you know(?: that| this)?|where (?:did|do) you (?:get|have|read) (?:that|this|it)(?: from)?"
    r"|where (?:is|was|does|did) (?:that|this|it) (?:from|come from)|who told you(?: so| that| this)?)",
    re.I,
)
_IS_IT_TRUE = re.compile(
    rf"(?:really|seriously|you sure|are you (?:really |quite |absolutely )?(?:sure|certain)(?: (?:about|of) {_EVENT})?|true|right|sure|correct"
    rf"|is {_EVENT} (?:really |actually |still )?(?:true|right|correct|so|confirmed|certain|the case|accurate)|is that a fact)",
    re.I,
)


def _who_said_so(remark: _Remark, past: _Past) -> _Completed | None:
    """ "Who said so?" asks who is behind the last answer."""
    match = _WHO_SAID.fullmatch(remark.words)
    if not match and not _WHAT_SOURCE.fullmatch(remark.words):
        return None
    verb = match["verb"] if match else "said"
    said = past.statement or past.asked.statement
    return _Completed(f"Who {verb} that {said}?" if said else f"Who {verb} so: {past.lowered}?")


def _is_it_true(remark: _Remark, past: _Past) -> _Completed | None:
    """ "Really?" asks the last statement again."""
    if not _IS_IT_TRUE.fullmatch(remark.words):
        return None
    said = past.statement or past.asked.statement
    return _Completed(f"Is it true that {said}?" if said else f"{past.question}?")


# ---------------------------------------------------------------------------- rules: about the event

_HAPPEN = r"(?: (?:be|been|happen(?:ed|ing)?|take place|taken place|taking place|occur(?:red)?|come about))"
_WHEN_WAS_THAT = re.compile(
    rf"(?P<wh>{_WH})(?: exactly| precisely| so)?(?: {_AUX} (?:(?:that|this|all (?:that|this)){_HAPPEN}?|it{_HAPPEN})|(?<=when) was it|(?<=where) was it)?"
    r"(?: exactly)?",
    re.I,
)
_HOW_MANY = re.compile(
    r"(?P<wh>how (?:many|much)|which)(?: ones?)?(?: of (?:them|it|those|these|that|which))?(?: exactly| in total| altogether)?"
    r"(?: (?:was|is|were|are) (?:it|that|there|they|those))?(?: in total| altogether)?",
    re.I,
)
_MANY = {"is": "are", "was": "were", "has": "have"}
_WHY_NOT = {"can": "can’t", "will": "won’t"}
_SHORT = re.compile(
    r"(?:who|which one|what happened(?: next| then| after(?:wards)?| after (?:that|this)| since)?"
    r"|who (?:was|is|did|were|are) (?:it|that|this|they|those)|what (?:else )?(?:is|was|does|did) (?:that|this)(?: mean)?|what (?:for|then)|for what"
    r"|so what|to what extent|under what conditions|which (?:company|country|person|team|party|bank|city|ones?)|in what way|on what grounds"
    r"|(?:which|what|how many|how much|whose|why so) [a-z]+(?: exactly)?|(?:the )?(?:first|second|third|other|others|rest|latter|former)(?: ones?)?)",
    re.I,
)


def _when_was_that(remark: _Remark, past: _Past) -> _Completed | None:
    """ "When was that?", "Why?": the wh-word is asked of the event of the last question."""
    match = _WHEN_WAS_THAT.fullmatch(remark.words)
    if not match or match["wh"].lower() == "who":
        return None
    wh = _capital("why" if match["wh"].lower() == "how come" else match["wh"])
    if asked := past.asked.when_like(wh):
        return _Completed(f"{asked}?")
    said = past.statement if len(past.statement) <= 160 else ""
    said = said or past.asked.statement or ""
    if said and " " in said:
        return _Completed(f"{wh} {'was' if wh in ('When', 'Where') else 'is'} it that {said}?")
    return _Completed(f"{_capital(remark.words)}: {past.lowered}?")


def _how_many(remark: _Remark, past: _Past) -> _Completed | None:
    """ "How many?", "which ones?": asked of what was counted or chosen from, or of the object of a yes-or-no question."""
    match = _HOW_MANY.fullmatch(remark.words)
    if not match:
        return None
    asked, wh = past.asked, _capital(match["wh"])
    counted = _COUNTED.match(past.question)
    if counted and (counted[0].lower().startswith("how") or _plural(counted["noun"].split()[0])):
        return _Completed(f"{wh} {counted['noun']}?")
    if re.match(r"who\b", past.question, re.I) and not asked.inverted and not _copular(asked):
        rest = re.sub(r"^(?:is|was|has)\b", lambda m: _MANY[m[0].lower()], past.question[4:], flags=re.I)
        return _Completed(f"{wh} people {rest}?")
    plural = re.search(rf"(?<=[a-z]) (?P<noun>[a-z]{{3,}}s)(?= {_PREPOSITION}\b|$)", asked.rest) if not asked.head else None
    if plural and asked.aux and not re.search(rf"\b(?:the|of|{_PREPOSITION})$", asked.rest[: plural.start()]):
        rest = asked.rest[: plural.start()] + asked.rest[plural.end() :]
        return _Completed(f"{wh} {plural['noun']} {asked.aux.lower()} {rest}?")
    return _Completed(f"{_capital(remark.words)}: {past.lowered}?")


def _why_not(remark: _Remark, past: _Past) -> _Completed | None:
    if remark.words.lower() != "why not":
        return None
    asked = past.asked
    if asked.head or not asked.aux:
        return _Completed(f"Why not: {past.lowered}?")
    aux = asked.aux.lower()
    return _Completed(f"Why {_WHY_NOT.get(aux, aux + 'n’t')} {asked.rest}?")


def _short(remark: _Remark, past: _Past) -> _Completed | None:
    """ "Who?", "What happened next?": nothing can be built reliably, so the last question is set after it."""
    return _beside(remark, past) if _SHORT.fullmatch(remark.words) else None


_ELSE = re.compile(
    r"(?P<wh>who|what|where|when|how|why|any(?:one|body|thing)?|some\w+|which|no ?one)(?: else|(?<=any) more)", re.I
)
_OTHERS = re.compile(
    r"(?:(?:are there |is there |who are |what are )?(?:any |the |some )?(?:others?|other ones|more examples)|which others?|any more(?: of them)?)",
    re.I,
)
_MORE = re.compile(
    r"(?:(?:please )?(?:tell me more|(?:give me |any )?(?:some )?more(?: details?| information| info)?|say more|go on|continue|elaborate|explain|details)"
    r"(?: (?:about|on) (?:that|this))?(?: please)?|can you (?:elaborate|explain|tell me more)(?: (?:about |on )?(?:that|this))?)",
    re.I,
)


def _others(remark: _Remark, past: _Past) -> _Completed | None:
    """ "Any others?", "Who else?", "Tell me more"."""
    if _MORE.fullmatch(remark.words):
        return _Completed(f"Tell me more: {past.lowered}?")
    other = _ELSE.fullmatch(remark.words)
    if not other and not _OTHERS.fullmatch(remark.words):
        return None
    wh = other["wh"].lower() if other else ""
    asked = past.question
    same = re.match(
        r"(who|what|where|when)(?! else)(?= (?:is|are|was|were|did|does|do|has|have|had|will|would|can|could)\b)",
        asked,
        re.I,
    )
    if re.match(r"who\b(?! else)", asked, re.I) or (same and wh in ("", "anything", "any", same[1].lower())):
        return _Completed(f"{asked.split()[0]} else {asked.split(' ', 1)[1]}?") if " " in asked else None
    if counted := re.match(r"(which|what) (?!of|else|other)(\S+ .+)", asked, re.I):
        return _Completed(f"{counted[1]} other {counted[2]}?")
    parts = past.asked
    if wh == "what" and parts.inverted and parts.noun:
        return _Completed(f"What else {parts.aux} {parts.rest}?")
    return _beside(remark, past)


def _beside(remark: _Remark, past: _Past) -> _Completed:
    return _Completed(f"{_capital(remark.words)}: {past.lowered}?")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ---------------------------------------------------------------------------- rules: one element replaced

_MEANT = re.compile(
    r"(?:(?:i (?:mean|meant|was asking about|was talking about|am asking about)|i['’]m asking about|actually|rather|make (?:that|it)|i said)\b[\s,:]*)+",
    re.I,
)
_NOT_BUT = re.compile(r"(?:not (?P<a>[^,]+?)(?:,| but) (?:but )?(?P<b>.+)|(?P<c>[^,]+?),? (?:and )?not (?P<d>.+))", re.I)
_FRAGMENT = re.compile(
    rf"(?:(?P<prep>{_PREPOSITION}|of) )?(?P<what>.+?)(?: (?:then|too|though|instead|as well|also|please))*", re.I
)
_APPENDED = re.compile(r"in|at|on|since|before|after|during|under|near|until", re.I)
_SAME_OF = re.compile(rf"(?P<aux>{_AUX})(?:n['’]t)? (?P<what>.+?)(?: (?:too|also|as well|instead))?", re.I)
_NO_FRAGMENT = re.compile(
    rf"\b(?:{_AUX}|who|whom|what|which|when|where|why|how|that|if|whether|because|i|you|we|it|they|he|she|them|him)\b", re.I
)
_ATTRIBUTE = re.compile(r"(?:the|its|their) [a-z][\w-]*(?: [a-z][\w-]*){0,2}(?: of (?:it|them|that))?")
_N_OF = re.compile(r"(?P<lead>(?:what|who|which) (?:is|are|was|were) )(?P<noun>the [\w -]+?)(?P<of> of .+)", re.I)
_OF_PERSON = re.compile(
    r"(?:his|her) (?:(?:late|first|second|older|younger|former) )?(?:wife|husband|son|daughter|brother|sister|mother|father|partner|deputy|successor"
    r"|predecessor|boss|rival|opponent|team|party|company|coach|lawyer)",
    re.I,
)


def _same_of(remark: _Remark, past: _Past) -> _Completed | None:
    """ "Did Google?", "Has Peru too?": the same said of another subject."""
    match = _SAME_OF.fullmatch(remark.words)
    names = _name_spans(match["what"]) if match else []
    if not match or len(names) != 1 or names[0].of(match["what"]) != re.sub(r"^the ", "", match["what"], flags=re.I):
        return None
    return _replaced(past, match["what"], first=True) or None


def _noun_left_out(remark: _Remark, past: _Past) -> _Completed | None:
    """ "And how many did Google buy?": the noun is that of the last question."""
    match = re.match(rf"(?P<wh>how many|how much|which ones|which)(?P<rest> {_AUX} .+)", remark.words, re.I)
    noun = past.asked.noun if match else ""
    leans = match and (_named(match["rest"]) or _open_pronoun(remark.words))
    if not match or not noun or not leans:
        return None
    words = f"{_capital(match['wh'].split(' one')[0])} {noun}{match['rest']}"
    return _pronoun(replace(remark, words=words), past) or _Completed(f"{words}?")


def _meant(remark: _Remark, past: _Past) -> _Completed | None:
    """ "No, I meant Google", "Google, not Apple"."""
    lead = _MEANT.match(remark.words)
    words = remark.words[lead.end() :] if lead else remark.words
    if swap := _NOT_BUT.fullmatch(words):
        wrong, right = (swap["a"], swap["b"]) if swap["a"] else (swap["d"], swap["c"])
        if _whole_word(wrong).search(past.question):
            return _Completed(_whole_word(wrong).sub(lambda _: right, past.question, count=1) + "?")
        words = right if lead else words
    return _parallel(replace(remark, words=words, joined=True), past) if lead and words else None


def _parallel(remark: _Remark, past: _Past) -> _Completed | None:
    """ "And Amazon?", "In 2025?", "And of silver?": takes the place of the parallel element."""
    match = _FRAGMENT.fullmatch(remark.words)
    if not match or len(remark.words.split()) > 7 or _NO_FRAGMENT.search(re.sub(r"\bUS\b|\bIT\b", "", remark.words)):
        return None
    what, prep = re.sub(r"['’]s$", "", match["what"]), (match["prep"] or "").lower()
    if not _all_name(what) and not _TIME.fullmatch(what) and not remark.joined:
        return None
    done = _time_for_time(what, prep, past) or _number_for_number(what, past) or _name_for_name(what, prep, past)
    done = done or (_attribute(what, past) or _noun_for_noun(what, prep, past) if remark.joined else None)
    if done is None:
        return _Completed(f"{past.question} {remark.words}?", sure=False) if remark.joined else None
    sure = done.sure and (remark.joined or remark.asks or bool(prep))
    return _Completed(done.question, sure)


def _all_name(what: str) -> bool:
    """One name, or several joined by "and"; "the" before it does not count."""
    bare = re.sub(r"^the ", "", what, flags=re.I)
    parts = re.split(r",? (?:and|or) |, ", bare)
    return all(any(s.of(p) == p for s in _name_spans(p, strict=False)) or p.lower() in _PLACES for p in parts if p) and bool(
        bare
    )


def _time_for_time(what: str, prep: str, past: _Past) -> _Completed | None:
    if not _TIME.fullmatch(what):
        return None
    bare = re.match(r"(?:last|this|next|today|yester|tomor)", what)
    old = _TIME.search(past.question)
    if not old:
        return _Completed(f"{past.question} {'' if bare else _time_preposition(what, prep) + ' '}{what}?")
    before = past.question[: old.start()]
    if bare:
        before = re.sub(r"\b(?:in|on|during) $", "", before)
    elif not re.search(rf"\b(?:{_PREPOSITION}|of|the) $", before):
        before += f"{_time_preposition(what, prep)} "
    elif _APPENDED.fullmatch(prep):
        before = re.sub(r"\b(?:in|on|since|before|after|during|until) $", f"{prep} ", before)
    return _Completed(f"{before}{what}{past.question[old.end() :]}?")


def _time_preposition(what: str, prep: str) -> str:
    if _APPENDED.fullmatch(prep):
        return prep
    return "on" if re.search(r"day$|[a-z] \d{1,2}(?:st|nd|rd|th)?\b(?! ?\d)|^\d{1,2}(?:st|nd|rd|th)? ", what) else "in"


def _number_for_number(what: str, past: _Past) -> _Completed | None:
    """A number, with the words after it where it has any: "and for 10 years?"."""
    new = _NUMBER.match(what)
    olds = [m for m in _NUMBER.finditer(past.question) if not _TIME.fullmatch(m[0])]
    if not new or not olds:
        return None
    old = olds[-1]
    unit = re.match(r" \w+", past.question[old.end() :]) if new.end() < len(what) else None
    return _Completed(f"{past.question[: old.start()]}{what}{past.question[old.end() + (unit.end() if unit else 0) :]}?")


def _name_for_name(what: str, prep: str, past: _Past) -> _Completed | None:
    known = {n.lower(): n for n in (*past.names, *past.answer_names, *past.topic)}
    what = known.get(what.lower(), what.title() if what.islower() and what in _PLACES else what)
    shared = re.fullmatch(r"(?:the )?(?P<name>.+) (?P<noun>[a-z]+)", what)  # "the Fehmarn tunnel" for "the Gotland tunnel"
    if shared and _all_name(shared["name"]) and any(f"{n} {shared['noun']}" in past.question for n in past.names):
        what = shared["name"]
    if not _all_name(what):
        return None
    if _is_place(what) and not any(_is_place(n) for n in past.names) and past.names:
        return _Completed(f"{past.question} {prep if _APPENDED.fullmatch(prep) else 'in'} {what}?")
    return _replaced(past, what, prep)


def _replaced(past: _Past, what: str, prep: str = "", first: bool = False) -> _Completed | None:
    """The name of the same kind that is not the topic of the conversation; of several, the last, the object."""
    question = past.question
    spans = [s for n in past.names for m in _whole_word(n).finditer(question) for s in [Span(*m.span())]]
    spans.sort(key=lambda s: s.start)
    if any(s.of(question).lower() == re.sub(r"^the ", "", what.lower()) for s in spans):
        return _Completed(f"{question} {what}?", sure=False)
    after = [s for s in spans if prep and re.search(rf"\b{prep} (?:the )?$", question[: s.start], re.I)]
    if prep and not after and prep not in ("for", "with", "about", "of", "in", "at"):
        return _Completed(f"{question} {prep} {what}?")
    kind = _kind(re.split(r",? (?:and|or) ", what)[0])
    alike = after or [s for s in spans if _kind(s.of(question)) == kind] or spans
    fresh = [s for s in alike if s.of(question) not in past.topic] or alike
    if not fresh:
        return _Completed(f"{question} {prep or 'in'} {what}?") if _is_place(what) else None
    old = fresh[0] if first else fresh[-1]
    before = question[: old.start]
    if re.match(r"the ", what, re.I) or kind != "thing":
        before = re.sub(r"\b[Tt]he $", "", before)
    return _Completed(f"{before}{what}{question[old.end :]}?")


def _attribute(what: str, past: _Past) -> _Completed | None:
    """ "And the price?": of what the last question was about."""
    if _OF_PERSON.fullmatch(what) and (who := _referent("he", past, ())):
        theirs = f"{_owner(who)} {what.split(' ', 1)[1]}"
        return _Completed(_whole_word(who).sub(lambda _: theirs, past.question, count=1) + "?")
    if not _ATTRIBUTE.fullmatch(what):
        return None
    noun = re.sub(r"^(?:its|their) | of (?:it|them|that)$", "", what)
    noun = noun if noun.startswith("the ") else f"the {noun}"
    if old := _N_OF.match(past.question):
        return _Completed(f"{old['lead']}{noun}{old['of']}?")
    owner = _referent("it", past, ())
    if owner and (len(past.names) < 2 or not what.startswith("the ")):
        return _Completed(f"What {'are' if _plural(noun) else 'is'} {noun} of {owner}?")
    return _Completed(f"What about {noun}: {past.lowered}?")


def _noun_for_noun(what: str, prep: str, past: _Past) -> _Completed | None:
    """ "And women?", "And silver?": a bare noun for the one counted, or for the bare object of the last preposition."""
    if not re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)?", what) or what.split()[0].lower() in ENGLISH_FUNCTION_WORDS:
        return None
    question, noun = past.question, past.asked.noun
    if _plural(what) and re.fullmatch(r"[a-z]+", noun) and _plural(noun) and not prep:
        sure = not (question.islower() and past.names)  # who types no capitals may mean a name
        return _Completed(_whole_word(noun).sub(lambda _: what, question, count=1) + "?", sure)
    own = rf"(?:{prep})" if prep else rf"(?:{_PREPOSITION}|of)"
    objects = [m for m in re.finditer(rf"\b{own} (?P<noun>[^\W\d_A-Z][^\W\d_]*)(?=$|[ ,])", question) if _bare(m["noun"])]
    objects = [
        m
        for m in objects
        if m.end() == len(question) or re.match(rf" (?:{_PREPOSITION}|\w+ing|\w+ed)\b", question[m.end() :])
    ]
    if objects:
        old = objects[-1]
        sure = _is_place(old["noun"]) == _is_place(what)
        return _Completed(f"{question[: old.start('noun')]}{what}{question[old.end() :]}?", sure)
    if past.names and not _plural(what) and len(what.split()) == 1 and (done := _replaced(past, _capital(what), prep)):
        return replace(done, sure=done.sure and not re.search(r"(?:er|est|ly|ed|ing)$", what))  # "and cheaper?"
    if subject := re.search(
        rf"^(?:how \w+ |what |why |when |where )?(?:{_AUX} (?P<noun>[a-z]+)$|do(?:es)? (?P<n>[a-z]+) )|^how \w+ {_AUX} (?P<m>[a-z]+)\b",
        question,
        re.I,
    ):
        group = next(name for name, word in subject.groupdict().items() if word)
        if _bare(subject[group]):
            return _Completed(f"{question[: subject.start(group)]}{what}{question[subject.end(group) :]}?")
    return None


def _bare(noun: str) -> bool:
    return noun.lower() not in ENGLISH_FUNCTION_WORDS


# ---------------------------------------------------------------------------- rules: pronouns

_PRONOUN = re.compile(r"\b(?:he|him|his|she|her|it|its|they|them|their)\b(?!['’](?!s\b))", re.I)
_STOP = rf"(?:{_AUX}|that|if|when|whether|because|and|who|which|whose|while|where|why|after|before)"
_THE = r"(?:the|a|an|this|these|those|its|his|her|their|my|our|your|some|any|every|each|no)"
_AFTER_AUX = re.compile(
    rf"(?:(?:{_WH}|(?:{_PREPOSITION} )?(?:how|who|what|which)(?: (?!{_STOP}\b)[\w'’-]+){{0,5}}) )?{_AUX}(?:n['’]t)? (?:not )?",
    re.I,
)
_AFTER_WHO = re.compile(
    rf"(?P<who>who|what|(?:which|what) [\w-]+)(?: else| exactly)?(?P<verbs>(?:['’]s)?(?: (?!{_THE}\b)(?!(?:that|if|when|whether|because|and|who|which)\b)[\w-]+){{0,3}}) ",
    re.I,
)
_AFTER_WISH = re.compile(
    rf"(?:please )?(?:tell (?:me|us)|explain|describe|show me|give me|list|name|summari[sz]e|compare)(?: (?!{_THE}\b|{_STOP}\b)\w+){{0,4}} ",
    re.I,
)
_AFTER_SUBJECT = re.compile(
    rf"(?:{_WH} |how \w+ |what |who )?{_AUX} (?:{_THE}(?: (?!{_THE}\b|{_STOP}\b)[\w-]+){{2,3}}|(?:you|i|we|anyone|someone|anybody)(?: (?!{_THE}\b|{_STOP}\b)\w+){{1,3}}) ",
    re.I,
)
_AFTER_NAME = re.compile(rf"(?: (?!{_THE}\b|{_STOP}\b)[a-z-]+){{1,3}} ")
_OBJECT_ENDS = re.compile(
    rf"$|[^\w'’ ]| (?:{_PREPOSITION}|now|again|today|last|next|yet|too|first|off|up|down|out|back|together|and|or|so|really|exactly|then)\b",
    re.I,
)
_FIXED_IT = re.compile(
    r"\bit\b (?:(?:really|actually|still|ever|usually|even|always) )?(?:rain|snow|hail|freez|cold|hot|warm|sunny|windy|dark|foggy|humid|dry"
    r"|(?:take|takes|took|cost|costs|feel|feels|mean|means|help|matter|hurt|make sense|pay)\b.*\b(?:to|that|if|when|for)\b"
    r"|(?:true|possible|likely|legal|illegal|safe|better|best|worth|ok|okay|fine|hard|easy|difficult|important|necessary|normal|common|wrong"
    r"|right|bad|good|healthy|dangerous|rude|time|too late|cheaper|fair|unusual|clear|known|said|like)\b.+|that\b|going to (?:rain|snow)\b)"
    r"|\b(?:what time|what day|what date|how late|how far|how cold|how hot|how warm) (?:is|was|will) it\b|\bhow is it going\b|\bit is (?:said|known|true)\b",
    re.I,
)
_CATAPHORA = re.compile(r"(?:in|when|after|before|while|since|if|as|by|with|during|on|despite|for|according)\b[^,]*,", re.I)
_AGREE = {"do": "does", "are": "is", "have": "has", "were": "was", "Do": "Does", "Are": "Is", "Have": "Has", "Were": "Was"}


def _pronoun(remark: _Remark, past: _Past) -> _Completed | None:
    """An open pronoun, one that nothing in the question itself accounts for, is replaced by what it stands for."""
    match = _open_pronoun(remark.words)
    if match is None:
        return None
    used = _named(remark.words)
    passive = re.search(r"\b(?:are|were) $", remark.words[: match.start()]) and not re.match(
        r" \w+ing\b", remark.words[match.end() :]
    )
    many = _plural(past.asked.noun) and (match[0].lower() == "them" or (match[0].lower() == "they" and passive))
    who = None if many else _acted_on(remark.words, match, past) or _referent(match[0].lower(), past, used)
    if who is None:
        return _beside(remark, past)
    done = _put(remark.words, match, who)
    again = _open_pronoun(done)
    other = _referent(again[0].lower(), past, (*used, who)) if again else None
    return _Completed(f"{_put(done, again, other) if again and other else done}?")


def _open_pronoun(words: str) -> re.Match[str] | None:
    match = next((m for m in _PRONOUN.finditer(words) if m[0] != "IT"), None)
    if match is None or _FIXED_IT.search(words) or (_CATAPHORA.match(words) and _named(words)):
        return None
    before, after, pronoun = words[: match.start()], words[match.end() :], match[0].lower()
    owning = pronoun in ("its", "his", "their") or (pronoun == "her" and not _OBJECT_ENDS.match(after))
    if owning and re.match(r" [\w'’-]+(?: [\w-]+)? (?:at|of) (?=[A-Z])", after):
        return None
    if not before or _AFTER_AUX.fullmatch(before) or _AFTER_WISH.fullmatch(before):
        return match
    if subject := _AFTER_WHO.fullmatch(before):
        named = bool(_named(subject["verbs"]))
        plain = pronoun in ("its", "it", "them", "him") and subject["who"].lower() in ("who", "what")
        being = re.match(rf"['’]s|(?: {_AUX})? ?(?:is|are|was|were)\b", subject["verbs"], re.I)
        return match if not named and (plain or being or not owning) else None
    is_object = not owning and pronoun in ("it", "them", "him", "her") and bool(_OBJECT_ENDS.match(after))
    names = _name_spans(before)
    alone = len(names) == 1 and _AFTER_NAME.fullmatch(before[names[0].end :])
    return match if is_object and (alone or _AFTER_SUBJECT.fullmatch(before)) else None


def _put(words: str, match: re.Match[str], who: str) -> str:
    """With the apostrophe of an owner and the verb of one: "do they plan" -> "does Meta plan"."""
    before, after, pronoun = words[: match.start()], words[match.end() :], match[0].lower()
    owning = pronoun in ("its", "his", "their") or (pronoun == "her" and not _OBJECT_ENDS.match(after))
    if pronoun == "they" and " and " not in who and not _plural(who.lower()):
        before = re.sub(r"\b(do|are|have|were)(?= $)", lambda m: _AGREE[m[1].lower()], before, flags=re.I)
        before = before[:1].upper() + before[1:] if match.start() and words[0].isupper() else before
    return _capital(f"{before}{_owner(who) if owning else who}{after}")


def _owner(who: str) -> str:
    return f"{who}’" if who.endswith("s") else f"{who}’s"


def _referent(pronoun: str, past: _Past, used: Sequence[str]) -> str | None:
    """People for "he"; for "it" and "they" the subject of the last question, or the thing that it is about."""
    taken = {u.lower() for u in used}
    names = [n for n in past.names if n.lower() not in taken]
    told = [n for n in past.answer_names if n.lower() not in taken and n not in past.names]
    if pronoun in ("he", "him", "his", "she", "her"):
        return next(_people(names, told, past), None)
    if pronoun in ("they", "them", "their") and (pair := _pair(past, names)):
        return pair
    if re.match(
        r"(?:which|what) (?:company|firm|bank|group|start-?up|team|party|country|city|club|agency|maker|drug|university|airline)\b",
        past.question,
        re.I,
    ):
        first = next((n for n in told if past.statement.startswith(n)), None)
        if first and not past.asked.inverted:
            return first
    things = [n for n in names if not _is_person(n)]
    thing = next((n for n in things if not past.is_place(n)), None)
    if thing and re.search(rf"\bthe {re.escape(thing)}(?!\w)", past.question):
        return _with_noun(f"the {thing}", past)
    return thing or (_thing_asked(past) if not used else None) or next(iter(things), None)


def _acted_on(words: str, match: re.Match[str], past: _Past) -> str | None:
    """ "Who voted against it?" after "Did the senate pass the farm bill?": the object, where "it" is one, or was."""
    object_ = re.search(
        rf"(?<=\w) (?P<np>the (?:(?!{_STOP}\b|{_PREPOSITION}\b|of\b|the\b)[\w-]+ ?){{1,4}})$", past.asked.rest
    )
    if match[0].lower() != "it" or not object_ or past.asked.aux.lower() in _BE:
        return None
    before, after = words[: match.start()], words[match.end() :]
    governed = re.search(rf"\b(?:{_PREPOSITION}|of) (?:the )?$", past.asked.rest[: object_.start("np")], re.I)
    acted = re.search(r"\bwas $", before, re.I) or (
        _OBJECT_ENDS.match(after) and not re.search(rf"\b{_AUX} $", before, re.I)
    )
    return object_["np"] if acted and not governed else None


def _with_noun(name: str, past: _Past) -> str:
    """ "the Gotland" -> "the Gotland tunnel", where that stands before the last word, the verb."""
    match = re.fullmatch(rf"(?P<np>{re.escape(name)} [a-z]+) (?P<verb>[a-z]+)", past.asked.rest)
    return match["np"] if match and not _plural(match["verb"]) else name


def _people(names: Sequence[str], told: Sequence[str], past: _Past) -> Iterator[str]:
    """Likely first: of a "who" question the one in the answer; then full names; then a single name alone."""
    asked, answered = [n for n in names if _is_person(n)], [n for n in told if _is_person(n)]
    if re.match(r"who(?:se|m)?\b", past.question, re.I):
        yield from answered
        if _copular(past.asked) and (role := _thing_asked(past)):
            yield role
    yield from [*asked, *answered]
    yield from [n for n in names if not _is_place(n) and not n.isupper() and " " not in n][:1]


def _pair(past: _Past, names: Sequence[str]) -> str:
    """ "Meta and AMD" where two names stand so in the last question."""
    for one, other in pairwise(names):
        if f"{one} and {other}" in past.question:
            return f"{one} and {other}"
    return ""


def _thing_asked(past: _Past) -> str | None:
    """What a question without a name is about: "the rail strike" of "When did the rail strike begin?"."""
    asked = past.asked
    match = re.match(rf"the (?:(?!{_PREPOSITION}\b|the\b|a\b|an\b|of\b)[\w-]+ ?)+", asked.rest, re.I)
    if not match or (asked.head.lower() == "what" and not _copular(asked)):
        return None  # after "What did the minister say?", "it" is what was said
    words, after = match[0].split(), asked.rest[match.end() :]
    if _copular(asked):
        return asked.rest if len(asked.rest) <= 100 else None
    if after.startswith("of ") or (len(words) == 2 and not after and asked.aux.lower() not in _BE):
        return None
    if asked.aux.lower() in _BE and asked.head:
        return _without_predicate(match[0].strip())
    return " ".join(words if len(words) == 2 else words[:-1])


def _without_predicate(np: str) -> str:
    """ "the deal signed" -> "the deal"."""
    words = np.split()
    irregular = r"built|sold|held|made|sent|found|shot|hit|won|lost|paid|born|cut|bought|set|left|told|kept|led|struck|caught|brought"
    participle = re.fullmatch(rf".+(?:ed|en|ing|wn)|{irregular}", words[-1])
    return " ".join(words[:-1]) if len(words) > 2 and participle else np


# ---------------------------------------------------------------------------- rules: what only points

_POINTS_BACK = re.compile(
    r".*\b(?:that|this|these|those)(?: (?:then|again|exactly|for|about|from))?"
    rf"|(?:{_WH}|what) (?:is|was|does|did|will|would|could|has) (?:that|this) (?:happen|mean|matter|affect|change|work|possible|important|bad|good|so|cost|cause)\b.*"
    rf"|(?:{_WH}|what) (?:do|does|did|will|would|could|can) (?:that|this) [a-z]+",
    re.I,
)
_DEFINITE = re.compile(
    r"(?:the (?:company|firm|group|deal|agreement|bank|club|party|team|government|minister|president|court|plan|price|report|study|accident|attack"
    r"|fire|merger|contract|project|vote|match|trial|law|patients?|workers?|victims?|suspect)|how many (?:\w+ )?(?:died|were|are|have|of)|was anyone|were there any)\b",
    re.I,
)


def _points_back(remark: _Remark, past: _Past) -> _Completed | None:
    """ "What caused that?", "Who lives there?"."""
    if (match := re.fullmatch(r"(.*\w) there", remark.words, re.I)) and not re.search(rf"\b{_AUX}$", match[1], re.I):
        place = next((n for n in (*past.names, *past.answer_names) if _is_place(n)), None)
        return _Completed(f"{_capital(match[1])} in {place}?") if place else _beside(remark, past)
    alone = len(remark.words.split()) <= 9 and _POINTS_BACK.fullmatch(remark.words)
    return _beside(remark, past) if alone else None


def _perhaps_about_it(remark: _Remark, past: _Past) -> _Completed | None:
    """ "How much did the deal cost?" may be about the last question's deal: it is searched for with its names."""
    vague = (
        _DEFINITE.search(remark.words)
        and not _named(remark.words)
        and not re.search(r"\b(?:that|who|which)\b \w", remark.words[8:])
    )
    return _Completed(f"{remark.words}: {', '.join(past.names)}?", sure=False) if vague and past.names else None


_Rule = Callable[[_Remark, _Past], _Completed | None]
_RULES: tuple[_Rule, ...] = (
    _who_said_so, _is_it_true, _when_was_that, _how_many, _why_not, _others, _short, _same_of, _noun_left_out, _meant,
    _parallel, _pronoun, _points_back, _perhaps_about_it,
)  # fmt: skip
"""In the order in which they are asked; the first that knows the remark answers."""
