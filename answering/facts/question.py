"""A question, understood once: what is asked for, of what deed, about whom and which time.

Polite and indirect forms are the question inside; two questions in one are two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from answering.facts.clauses import Clause, Phrase, Sentence, Status, goes_on_as, sentence_of
from answering.facts.thesaurus import direction_of, kinds_of
from answering.facts.turning import Turned, turned
from corpus.article import Span
from language.times import Time, times_in
from models.parser import parsed, plain_form

if TYPE_CHECKING:
    from spacy.tokens import Token


class Wants(Enum):
    """What kind of words answer."""

    AMOUNT = "a number of something"
    SHARE = "a part of a whole"
    LENGTH = "how long"
    DAY = "a time"
    PERSON = "somebody"
    SPEAKER = "who said it"
    PLACE = "somewhere"
    REASON = "why"
    NAME = "one of the things named"
    YES_NO = "yes or no"
    OPEN = "anything"


STATES = frozenset(["be", "have", "live", "know", "own", "cost", "stand"])
"""Verbs of what lasts."""
COUNTED = (Wants.AMOUNT, Wants.SHARE, Wants.LENGTH)
"""Answered by a number."""


@dataclass(frozen=True)
class Asked:
    """A question, ready to be compared with sentences.

    text      the question without politeness
    noun      what is counted or named: "people" of "how many people", "valley" of "which valley"
    slot      the place of the answer in the deed: "agent", "patient", a preposition, or "" where it is not known
    clause    the deed; None where the question has none
    times     the times that it names
    era       "now", "then" or ""
    ranked    the superlative or ordinal that the answer must be told by, in its plain form: "old" of "the oldest", "first"
    """

    text: str
    wants: Wants
    noun: str | None
    slot: str
    clause: Clause | None
    sentence: Sentence
    names: tuple[str, ...]
    times: tuple[Time, ...]
    era: str
    ranked: str | None

    @property
    def modifiers(self) -> frozenset[str]:
        """Verbs that only say which thing is meant: "steal" of "where was the stolen cello found"."""
        words = parsed([self.sentence.text])[0]
        return frozenset(t.lemma_.lower() for t in words if t.dep_ == "amod" and t.tag_ in ("VBN", "VBD", "VBG"))

    @property
    def open_to_plans(self) -> bool:
        """Asked of what will or may be: a plan answers it."""
        return self.clause is None or self.clause.status is Status.HEDGED or self.clause.tense == "future"


_GIVE_ME = re.compile(
    r"^(?:please )?(?:(?:could|can|would|will) you (?:\w+ )?|(?:i['’]d|i would|we['’]d|we would) (?:like|love) to |(?:i|we) (?:want|need) to )?"
    r"(?:tell|give|show|find|know|learn|hear|name|list|state|specify|look up|find out)(?: me| us)?(?: please)?,? "
    r"(?P<rest>(?:the|a|an|all|any|its|his|her|their)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(r"^what (?P<verb>is|was|are|were) the names? of (?P<rest>.+)$", re.IGNORECASE | re.DOTALL)
_TAIL = re.compile(
    r",? (?:please|thanks|thank you)(?=\s*[?.!]*$)|,? (?:do you know|if i may ask|by any chance)(?=\s*[?.!]*$)",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"^(?P<told>[^?]{12,}?[.;:!]) (?P<rest>[^.;:!]+\?|[^.;:!?]+)$", re.DOTALL)
_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_AND_ANOTHER = re.compile(rf",? and (?=(?:(?:in|on|at|by|for|from|to|with|of|after) )?{_WH}\b)", re.IGNORECASE)
_ASKS = re.compile(rf"\b{_WH}\b", re.IGNORECASE)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|if|whether)\b", re.IGNORECASE
)
NOW = re.compile(
    r"\b(?:now|nowadays|still|currently|today|at (?:the moment|present)|these days|presently|(?:is|are) (?:there )?left|remains?)\b",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:originally|initially|at first|formerly|used to|previously|back then|to begin with"
    r"|(?:in|at) the (?:very )?(?:beginning|start|outset))\b",
    re.IGNORECASE,
)
_TIME_NOUNS = frozenset(
    ["day", "date", "year", "month", "week", "time", "century", "decade", "season", "hour", "weekday", "morning", "evening"]
)
_PLACE_NOUNS = frozenset(
    ["place", "town", "city", "country", "village", "state", "street", "region", "district", "area", "location",
     "continent", "county"]
)  # fmt: skip
_AMOUNT_NOUNS = frozenset(
    ["number", "amount", "price", "sum", "cost", "size", "capacity", "population", "figure", "rate", "fee", "fine",
     "length", "height", "weight", "age", "total", "value", "score", "speed", "distance", "budget", "revenue", "profit",
     "temperature", "salary", "turnout", "depth", "width"]
)  # fmt: skip
_SHARE_NOUNS = frozenset(["share", "percentage", "percent", "proportion", "fraction", "part"])


def plain(question: str) -> str:
    """Without politeness: "Could you tell me when it opens?" asks "When it opens?"; what is told before it stays."""
    text = _TAIL.sub("", " ".join(question.split()))
    told = _LEAD_IN.match(text)
    if told and (_ASKS.search(told["rest"]) or _YES_NO.match(told["rest"])):
        return f"{told['told']} {_plain(told['rest'])}"
    return _plain(text)


def _plain(text: str) -> str:
    inner = _framed(text)
    if inner is not None:
        return inner[:1].upper() + inner[1:]
    if (found := _NAMED.match(text)) is not None and _of_people(found["rest"]):
        return f"Who {found['verb']} {found['rest']}"
    if (found := _GIVE_ME.match(text)) is not None:
        return _what_is(found["rest"])
    return _what_is(text) if _is_a_noun(text) else text


_FRAMED = re.compile(
    rf"^(?P<frame>[^?]{{2,60}}?),? (?P<rest>(?:(?:in|on|at|by|for|from|to|with|of|after) )?(?:{_WH}|if|whether)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_OF_YOU_AND_ME = re.compile(
    r"\b(?:you|i|me|us|we|anyone|anybody|somebody|someone|it)\b|^(?:please )?(?:say|state|find|explain|check|look|any)\b",
    re.IGNORECASE,
)
_KNOWING = frozenset(
    ["know", "tell", "say", "explain", "wonder", "ask", "find", "learn", "hear", "see", "check", "look", "remember", "forget", "help",
     "let", "show", "give", "state", "specify", "understand"]
)  # fmt: skip
"""Verbs, by their lemmas, and below adjectives and nouns, that take a question as their object."""
_NOT_KNOWN = frozenset(["idea", "clue", "curious", "interested", "unsure", "sure", "known", "question"])
_GREETING = re.compile(r"(?:(?:hi|hello|hey|so|and|but|well|ok|okay|sorry|please|thanks)[,!.]? ?)+", re.IGNORECASE)


def _framed(text: str) -> str | None:
    """The question inside "Would you happen to know when ...": what stands before it asks for being told, is of you and me, and names
    nothing. "Can you vote when you are 16?" is a question itself, for voting takes no question as its object."""
    found = _FRAMED.match(text)
    if found is None:
        return None
    frame = found["frame"]
    if _GREETING.fullmatch(frame):
        return found["rest"]
    words = parsed([frame])[0]
    tells = any(t.pos_ in ("NOUN", "PROPN", "NUM") and t.lower_ not in _NOT_KNOWN | _POLITE_NOUNS for t in words)
    knows = any(t.lemma_.lower() in _KNOWING or t.lower_ in _NOT_KNOWN for t in words)
    if tells or not knows or not _OF_YOU_AND_ME.search(frame) or _ASKS.match(frame):
        return None
    return None if any(t.lower_ in ("that", "said") for t in words) else found["rest"]


_POLITE_NOUNS = frozenset(["moment", "favor", "favour", "minute", "hi", "hello", "hey", "thanks", "please"])


def _is_a_noun(text: str) -> bool:
    """ "number of deaths from cholera?": a noun phrase that is asked for."""
    bare = text.rstrip(" ?.!")
    if not text.endswith("?") or len(bare.split()) < 2 or _ASKS.search(bare) or _YES_NO.match(bare):
        return False
    top = next((t for t in parsed([bare])[0] if t.dep_ == "ROOT"), None)
    return top is not None and top.tag_ in ("NN", "NNS") and not any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in top.doc)


def _what_is(noun: str) -> str:
    """ "the names of the dead" -> "What are the names of the dead?"."""
    who = "Who" if _of_people(noun) else "What"
    plural = re.match(r"(?:the |all |all the |all of the |any )?(?:\w+ )?\w+s\b", noun) is not None and not re.match(
        r"\w+s of\b", noun
    )
    first = parsed([noun])[0][0]
    told = noun if first.pos_ in ("DET", "PRON", "PROPN") else f"the {noun[:1].lower()}{noun[1:]}"
    return f"{who} {'are' if plural else 'is'} {told.rstrip('.?! ')}?"


def _of_people(noun: str) -> bool:
    """Of a noun phrase: its head is somebody."""
    head = next((t for t in parsed([noun.rstrip("?. ")])[0] if t.dep_ == "ROOT"), None)
    kinds = kinds_of(head.lemma_.lower()) if head is not None else frozenset()
    return "person" in kinds and not kinds & {"attribute", "possession", "communication", "quantity"}


def questions_in(question: str) -> list[str]:
    """The questions that one text asks: "When was it launched and how large is its crew?" asks two. At most three."""
    parts = [p for p in _AND_ANOTHER.split(plain(question)) if p]
    if len(parts) == 1 or not all(_ASKS.search(p) for p in parts):
        return [question]
    first = parts[0]
    return [first.rstrip(" ,?") + "?", *(_with_names(p, first) for p in parts[1:3])]


_POINTS = re.compile(r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers)\b", re.IGNORECASE)
_POSSESSIVE = frozenset(["its", "their", "his", "her", "theirs", "hers"])


def _with_names(part: str, first: str) -> str:
    """The second question with what the first is about in the place of its pronouns."""
    asked = asked_of(first.rstrip(" ,?") + "?")
    topic = topic_of(asked)
    part = part[:1].upper() + part[1:].rstrip(" ?") + "?"
    if topic is None:
        return part
    return _POINTS.sub(lambda m: f"{topic}'s" if m[0].lower() in _POSSESSIVE else topic, part, count=1)


def topic_of(asked: Asked) -> str | None:
    """The first phrase that is no question word, with what is joined to it: "the mosaic in Castel Rosso"."""
    clause, text = asked.clause, asked.sentence.text
    found = [p for _, p in clause.phrases() if not _PLACEHOLDER.search(p.text) and not p.pronoun] if clause else []
    if clause is None or not found:
        return None
    end = found[0].span.end
    for prep, phrase in clause.beside:
        if prep and end < phrase.span.start <= end + len(prep) + 2:
            end = phrase.span.end
    return text[found[0].span.start : end]


_PLACEHOLDER = re.compile(r"(?:^|\b(?:of|in|by|for|at|from|with|to) )(?:some|somebody|something|many|much)\b", re.IGNORECASE)


@lru_cache(maxsize=500)
def asked_of(question: str, asked_on: date | None = None) -> Asked:
    """What one question asks. asked_on: the day against which "last month" is read."""
    text = _without_lead_in(plain(question))
    wh = _ASKS.search(text)
    turn = turned(text)
    sentence = sentence_of(turn.text + "." if turn else text)
    clause = _deed(sentence, turn)
    if clause is not None and turn is not None and turn.tense:
        clause = replace(clause, tense=turn.tense)
    noun = _noun(turn.words if turn else text) or _counted_noun(text)
    wants = _wanted(text, wh, noun, clause, turn)
    return Asked(
        text, wants, noun, _slot(sentence, clause, turn), clause, sentence, sentence_of(text).names or sentence.names,
        tuple(times_in(text, asked_on)), _era(text), _ranked(text, wants),
    )  # fmt: skip


def _without_lead_in(text: str) -> str:
    """ "A storm hit the coast. Where did it land?" asks where."""
    found = _LEAD_IN.match(text)
    return found["rest"][:1].upper() + found["rest"][1:] if found and _ASKS.search(found["rest"]) else text


def _deed(sentence: Sentence, turn: Turned | None) -> Clause | None:
    """The clause in which the answer has its place, or that of the verb; else the first at the top."""
    found = None
    if turn is not None and turn.verb is not None:
        found = sentence.clause_at(Span(turn.verb, turn.verb + 1))
    elif turn is not None and turn.asked is not None:
        found = sentence.clause_at(turn.asked)
    found = found or next((c for c in sentence.clauses if c.parent is None), None)
    return _going_on(sentence, found) if found else None


_ON_THE_WAY = ("be", "go", "want", "plan", "expect", "intend", "have")


def _going_on(sentence: Sentence, clause: Clause) -> Clause:
    """ "is going to sell": to sell; "wants to end": to end, for that is what is asked."""
    other = goes_on_as(sentence, clause, _ON_THE_WAY)
    return replace(_going_on(sentence, other), tense="future", status=Status.HEDGED) if other is not None else clause


def _noun(words: str) -> str | None:
    """The noun of a question phrase, as a lemma: "how many people", "which food item", "what share"."""
    doc = parsed([words])[0]
    if len(doc) < 2:
        return None
    if doc[0].lower_ == "how" and (len(doc) < 2 or doc[1].lower_ not in ("many", "much")):
        return None
    first = next((t.i for t in doc[1:] if t.pos_ in ("NOUN", "PROPN")), len(doc))
    until = next((t.i for t in doc if t.pos_ == "ADP" or (t.i > first and t.pos_ in ("DET", "PRON"))), len(doc))
    nouns = [t for t in doc[1:until] if t.pos_ in ("NOUN", "PROPN") or (t.i + 1 == until and t.lower_ in _AMOUNT_NOUNS)]
    return nouns[-1].lemma_.lower() if nouns else None


def _counted_noun(text: str) -> str | None:
    """ "what is the number of confirmed measles cases": "case"."""
    found = re.match(r"what (?:is|was|are|were) the number of ([\w’'-]+(?: [\w’'-]+){0,5})", text, re.IGNORECASE)
    return _noun(f"which {found[1]}") if found else None


def _wanted(text: str, wh: re.Match[str] | None, noun: str | None, clause: Clause | None, turn: Turned | None) -> Wants:
    if _YES_NO.match(text):
        return Wants.YES_NO
    if wh is None:
        return Wants.OPEN
    word, rest = wh[0].lower(), text[wh.end() :].lower()
    if re.search(r"\baccording to\s+$", text[: wh.start()], re.IGNORECASE) or (word == "whose" and noun in _VIEWS):
        return Wants.SPEAKER
    if word in ("who", "whom", "whose"):
        return (
            Wants.SPEAKER if clause and clause.verb in _SAYS and not _ASKS.search(rest) and word == "who" else Wants.PERSON
        )
    if word == "when":
        return Wants.DAY
    if word == "where":
        return Wants.PLACE
    if word == "why":
        return Wants.REASON
    if word == "how":
        return _wanted_of_how(rest, noun)
    if noun == "time" and clause is not None and clause.verb in ("need", "take", "spend", "last"):
        return Wants.LENGTH
    if noun in _TIME_NOUNS or re.match(r" (?:is|was|are|were) the (?:day|date|year|month|time)\b", rest):
        return Wants.DAY
    head = clause.agent.head if clause is not None and clause.verb == "be" and clause.agent is not None else None
    if head == "number":
        return Wants.AMOUNT
    if noun in _SHARE_NOUNS or head in _SHARE_NOUNS:
        return Wants.SHARE
    if noun in _AMOUNT_NOUNS or head in _AMOUNT_NOUNS:
        return Wants.AMOUNT
    if noun in _PLACE_NOUNS:
        return Wants.NAME
    if clause is not None and clause.verb in _PRICES and not noun:
        return Wants.AMOUNT
    if clause is not None and direction_of(clause.verb) is not None and not noun and word != "which":
        return Wants.AMOUNT
    return Wants.NAME if noun or word == "which" else Wants.OPEN


_VIEWS = frozenset(["view", "opinion", "word", "eye"])
_PRICES = frozenset(["cost", "weigh", "measure", "yield", "fetch", "pay"])
_SAYS = frozenset(
    ["say", "describe", "call", "tell", "claim", "warn", "argue", "announce", "think", "believe", "joke", "complain"]
)


def _wanted_of_how(rest: str, noun: str | None) -> Wants:
    found = re.match(r" (\w+)", rest)
    if found and found[1] == "long":
        return Wants.LENGTH
    return Wants.AMOUNT if found and found[1] in _MEASURED else Wants.OPEN


_MEASURED = frozenset(
    ["many", "much", "old", "large", "big", "high", "tall", "far", "fast", "heavy", "deep", "wide", "hot", "full", "cold",
     "small", "often", "strong", "young", "low"]
)  # fmt: skip


def _slot(sentence: Sentence, clause: Clause | None, turn: Turned | None) -> str:
    if clause is None or turn is None:
        return ""
    if turn.asked is None:
        return turn.prep or turn.words.lower()
    inside = [r for r, p in clause.phrases() if p.span.start <= turn.asked.start < p.span.end]
    return inside[-1] if inside else ""


def _era(text: str) -> str:
    return "now" if NOW.search(text) else "then" if _THEN.search(text) else ""


def _ranked(text: str, wants: Wants) -> str | None:
    """The superlative or ordinal that stands with what is asked for."""
    if wants not in (Wants.PERSON, Wants.NAME, Wants.PLACE, Wants.OPEN):
        return None
    for token in parsed([text])[0]:
        if token.tag_ in ("JJS", "RBS") or token.lower_ in ("first", "only"):
            return plain_form(token) if _ranks(token) else None
    return None


def _ranks(token: Token) -> bool:
    """ "the oldest bridge", "the most medals"; not "its first president", "for the first time", "fashion's biggest night"."""
    before = token.doc[: token.i].text.lower()
    if before.endswith((" at", "’s", "'s", "some of the", "one of the", "known as")) or before == "at":
        return False
    head = token.head
    while head.dep_ in ("compound", "amod", "advmod") and head.head != head:
        head = head.head
    return head.lemma_.lower() not in ("time", "day", "week", "year") and not any(c.dep_ == "poss" for c in head.children)


def known(asked: Asked, phrase: Phrase | None) -> bool:
    """A phrase of the question that is no question word."""
    return phrase is not None and not _ASKS.search(phrase.text) and not _PLACEHOLDER.search(phrase.text)
