"""A question, understood once and by its words alone: what is asked for, of which days, and whether it is one of yes and no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from language.words import ENGLISH_FUNCTION_WORDS

MONTH_NAME = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)


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


COUNTED = (Wants.AMOUNT, Wants.SHARE, Wants.LENGTH)
"""Answered by a number."""
NAMED = (Wants.PERSON, Wants.SPEAKER, Wants.PLACE, Wants.NAME)
"""Answered by a name."""
_KINDS = (
    dict.fromkeys(COUNTED, Kind.NUMBER)
    | dict.fromkeys(NAMED, Kind.NAME)
    | {Wants.DAY: Kind.DATE, Wants.YES_NO: Kind.YES_NO, Wants.REASON: Kind.REASONS, Wants.OPEN: Kind.OTHER}
)


@dataclass(frozen=True)
class Question:
    """What a text asks.

    text      in one line, without politeness; what is told before the question stays
    asking    the sentence that asks
    wants     what kind of words answer
    thing     what is asked for, in the question's words: "food item" of "which food item"; None where it does not say
    compared  the two names that it sets side by side
    several   it asks for all of them: "which rivers"
    explained the answer is a sentence or more: "how did", "what are the risks"
    news      it asks what is new
    """

    text: str
    asking: str
    wants: Wants
    thing: str | None
    compared: tuple[str, str] | None
    several: bool
    explained: bool
    news: bool

    @property
    def kind(self) -> Kind:
        if self.compared or self.news:
            return Kind.COMPARISON if self.compared else Kind.NEWS
        if self.explained and self.wants not in (*COUNTED, Wants.DAY, Wants.YES_NO):
            return Kind.REASONS
        return Kind.LIST if self.several and self.wants in NAMED else _KINDS[self.wants]

    @property
    def asks(self) -> bool:
        """It has a question word, or the order of words of a question of yes and no; else it only names something."""
        return self.wants is Wants.YES_NO or QUESTION_WORD.search(self.asking) is not None

    @property
    def asks_when(self) -> bool:
        return self.wants is Wants.DAY

    @property
    def shape(self) -> str | None:
        """How what is asked for is written, where it is an address or a telephone number."""
        asked = re.search(r"\b(?:what|which)\b", self.asking, re.IGNORECASE) is not None
        return next((p for of, p in _SHAPES if asked and re.search(of, self.asking, re.IGNORECASE)), None)


def question_of(text: str) -> Question:
    """Reads a question's words; no parser, no model."""
    told = plain(text)
    asking = asking_part(told)
    return Question(
        told,
        asking,
        _wants(asking),
        _thing(asking),
        _compared(told),
        bool(_SEVERAL_ASKED.search(asking)),
        bool(_EXPLAINED.search(asking)),
        bool(_NEWS.search(asking)),
    )


# --- Politeness ---

_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
QUESTION_WORD = re.compile(rf"\b{_WH}\b", re.IGNORECASE)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|if|whether)\b", re.IGNORECASE
)
_TAIL = re.compile(
    r",? (?:please|thanks|thank you)(?=\s*[?.!]*$)|,? (?:do you know|if i may ask|by any chance)(?=\s*[?.!]*$)",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"^(?P<told>[^?]{12,}?[.;:!]) (?P<rest>[^.;:!]+\?|[^.;:!?]+)$", re.DOTALL)
_FRAMED = re.compile(
    rf"^(?P<frame>[^?]{{2,60}}?),? (?P<rest>(?:(?:in|on|at|by|for|from|to|with|of|after) )?(?:{_WH}|if|whether)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_GIVE_ME = re.compile(
    r"^(?:please )?(?:(?:could|can|would|will) you (?:\w+ )?|(?:i['’]d|i would|we['’]d|we would) (?:like|love) to |(?:i|we) (?:want|need) to )?"
    r"(?:tell|give|show|find|know|learn|hear|list|state|specify|look up|find out)(?: me| us)?(?: please)?,? "
    r"(?P<rest>(?:the|a|an|all|any|its|his|her|their)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_KNOWING = frozenset(
    ["know", "tell", "say", "explain", "wonder", "wondering", "ask", "asking", "find", "learn", "hear", "see",
     "check", "look", "remember", "recall", "forget", "forgot", "help", "let", "show", "give", "state", "specify",
     "understand", "idea", "clue", "curious", "interested", "unsure", "sure", "known", "question"]
)  # fmt: skip
"""Words that take a question as their object."""
_POLITE = frozenset(
    ["please", "would", "could", "can", "will", "do", "does", "did", "you", "i", "me", "us", "we", "it", "is",
     "are", "was", "am", "my", "a", "an", "any", "the", "to", "be", "have", "has", "if", "of", "about", "out",
     "happen", "kindly", "possible", "possibly", "perhaps", "maybe", "just", "like", "love", "want", "need",
     "trying", "d", "m", "s", "hi", "hello", "hey", "so", "and", "but", "well", "ok", "okay", "sorry", "thanks",
     "moment", "minute", "favor", "favour", "anyone", "anybody", "somebody", "someone", "not", "quite", "really",
     "also", "up", "for", "at", "there"]
)  # fmt: skip
_GREETING = frozenset(["hi", "hello", "hey", "so", "and", "but", "well", "ok", "okay", "sorry", "please", "thanks"])


def plain(question: str) -> str:
    """Without politeness: "Could you tell me when it opens?" asks "When it opens?"; what is told before it stays."""
    text = _TAIL.sub("", " ".join(question.split()))
    told = _LEAD_IN.match(text)
    if told and (QUESTION_WORD.search(told["rest"]) or _YES_NO.match(told["rest"])):
        return f"{told['told']} {_unframed(told['rest'])}"
    return _unframed(text)


def _unframed(text: str) -> str:
    """The question inside "Would you happen to know when ...": what stands before it is politeness, and names nothing."""
    framed = _FRAMED.match(text)
    if framed is not None and not QUESTION_WORD.match(framed["frame"]):
        words = set(re.findall(r"[^\W_]+", framed["frame"].lower()))
        if words <= _GREETING or (words <= _KNOWING | _POLITE and words & _KNOWING):
            return framed["rest"][:1].upper() + framed["rest"][1:]
    if re.match(r"(?:please )?name (?:the|a) (?:\w+ ){1,3}(?:who|whose|that)\b", text, re.IGNORECASE):
        return re.sub(r"^.*?name ", "Who is ", text, count=1, flags=re.IGNORECASE).rstrip(".?! ") + "?"
    given = _GIVE_ME.match(text)
    return _what_is(given["rest"]) if given else text


def _what_is(noun: str) -> str:
    """ "the names of the dead" -> "What are the names of the dead?"."""
    several = re.match(r"(?:the |all |all the |all of the |any )?(?:\w+ )?\w+s\b(?! of\b)", noun) is not None
    names = re.match(r"(?:the )?names of\b", noun) is not None
    the = "" if re.match(r"(?:the|a|an|all|any|its|his|her|their)\b", noun, re.IGNORECASE) else "the "
    return f"What {'are' if several or names else 'is'} {the}{noun[:1].lower()}{noun[1:].rstrip('.?! ')}?"


# --- Parts ---

_AND_ANOTHER = re.compile(rf",? and (?=(?:(?:in|on|at|by|for|from|to|with|of|after) )?{_WH}\b)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")


def parts_of_question(question: str) -> list[str]:
    """The questions that one text asks: "When was it launched and how large is its crew?" asks two. At most three."""
    parts = [p for p in _AND_ANOTHER.split(plain(question)) if p]
    if len(parts) == 1 or not all(QUESTION_WORD.search(p) for p in parts):
        return [question]
    return [f"{part[:1].upper()}{part[1:].rstrip(' ,?')}?" for part in parts[:3]]


def asking_part(question: str) -> str:
    """ "A storm hit the coast. Where did it land?" asks where: of several sentences the last that asks, else the last."""
    told = _LEAD_IN.match(question)
    if told and QUESTION_WORD.search(told["rest"]):
        question = told["rest"][:1].upper() + told["rest"][1:]
    parts = [part.strip() for part in _SENTENCE_END.split(question.strip())]
    return next((part for part in reversed(parts) if part.endswith("?")), parts[-1])


# --- What is asked for ---

_TIME_NOUNS = frozenset(
    ["day", "date", "year", "month", "week", "time", "century", "decade", "season", "hour", "weekday", "morning", "evening"]
)
AMOUNT_NOUNS = frozenset(
    ["number", "amount", "price", "sum", "cost", "size", "capacity", "population", "figure", "rate", "fee", "fine",
     "length", "height", "weight", "age", "total", "value", "score", "speed", "distance", "budget", "revenue",
     "profit", "temperature", "salary", "turnout", "depth", "width", "rent", "limit", "toll", "fare"]
)  # fmt: skip
_SHARE_NOUNS = frozenset(["share", "percentage", "percent", "proportion", "fraction", "part"])
_MEASURED = frozenset(
    ["many", "much", "old", "large", "big", "high", "tall", "far", "fast", "heavy", "deep", "wide", "hot", "full",
     "cold", "small", "often", "strong", "young", "low"]
)  # fmt: skip
_PRICED = r"(?:cost|weigh|measure|yield|fetch|pay|rise|fall|grow|drop)(?:s|ed)?"
"""Verbs whose object is a number."""
_SAYING = (
    r"(?:said|says?|describe[sd]?|called|calls|tells?|told|claim(?:s|ed)|warn(?:s|ed)|argue[sd]?|announce[sd]?|thinks?|thought"
    r"|believe[sd]?|joke[sd]?|complain(?:s|ed))"
)
_TO_BE = r"(?:is|are|was|were)"
_NO_NOUN = frozenset(
    ["is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can", "could", "will", "would",
     "should", "may", "might", "must", "happen", "happened", "happens", "else", "'s", "caused", "causes", "made",
     "makes", "led", "about", "if", "a", "an", "the", "of", "in", "on", "at", "by", "for", "from", "to", "with"]
)  # fmt: skip


def _wants(asking: str) -> Wants:
    text = asking.lower()
    if _YES_NO.match(text):
        return Wants.YES_NO
    wh = QUESTION_WORD.search(text)
    if wh is None:
        return Wants.OPEN
    word, rest = wh[0], text[wh.end() :].replace("’", "'")
    if re.search(r"\baccording to\s+$", text[: wh.start()]) or (
        re.match(r" (?:view|opinion|words?|eyes?)\b", rest) and word == "whose"
    ):
        return Wants.SPEAKER
    if word in ("who", "whom", "whose"):
        says = word == "who" and re.match(rf"(?: has| have| had| is| was)? {_SAYING}\b(?!.*\b{_WH}\b)", rest)
        return Wants.SPEAKER if says else Wants.PERSON
    simple = {"when": Wants.DAY, "where": Wants.PLACE, "why": Wants.REASON}
    return simple.get(word) or (_wanted_of_how(rest) if word == "how" else _wanted_of_what(word, rest))


def _wanted_of_how(rest: str) -> Wants:
    first = re.match(r" (\w+)", rest)
    if first and (first[1] == "long" or re.match(r" much (?:longer|time)\b", rest)):
        return Wants.LENGTH
    return Wants.AMOUNT if first and first[1] in _MEASURED else Wants.OPEN


_HEAD = re.compile(
    rf"(?:'s| {_TO_BE})? (?:the |its |his |her |their |name )?"
    rf"(?P<words>[\w'-]+(?: (?!(?:of|for|in|on|at|to|per|by|with|from|and|or|a|an|the|that|which|is|are|was|were)\b)[\w'-]+){{0,2}})"
)
"""Of "what is the average price of" and of "(tell me) what the price is": "average price"."""


def _wanted_of_what(word: str, rest: str) -> Wants:
    """By the noun behind the word ("what share", "which year"), or that of "what is the ..."."""
    noun = _noun_behind(rest)
    head = _HEAD.match(rest)
    held = {noun, head["words"].split()[-1] if head and not noun else None}
    if noun == "time" and re.search(r"\b(?:need|take|spend|last)s?\b", rest):
        return Wants.LENGTH
    if held & _TIME_NOUNS:
        return Wants.DAY
    if held & _SHARE_NOUNS:
        return Wants.SHARE
    if held & AMOUNT_NOUNS or (not noun and re.search(rf"\b{_PRICED}\b", rest)):
        return Wants.AMOUNT
    return Wants.NAME if noun or word == "which" else Wants.OPEN


def _noun_behind(rest: str) -> str | None:
    """Of "which average yearly share of": "share". The last of the words before a function word, at most four; a word that names a
    time, an amount or a share before the others, for no code can tell here where a verb begins."""
    words = re.findall(r"[\w'-]+", rest)[:_LONGEST_THING]
    until = next((n for n, w in enumerate(words) if w in _NO_NOUN), len(words))
    known = [w for w in words[:until] if w in _TIME_NOUNS | AMOUNT_NOUNS | _SHARE_NOUNS]
    return known[0] if known else words[until - 1] if until else None


_LONGEST_THING = 4
"""Words of a thing that is asked for."""
_THING = re.compile(r"\b(?:which|what)\b(.*)", re.IGNORECASE)


def _thing(asking: str) -> str | None:
    """ "Which food item has seen a rise?" asks for a "food item"; "who" for a person, "where" for a place."""
    if match := _THING.search(asking):
        words = re.findall(r"[\w’'-]+", match[1])[:_LONGEST_THING]
        until = next((n for n, w in enumerate(words) if w.lower() in ENGLISH_FUNCTION_WORDS - {"of", "the"}), len(words))
        return " ".join(words[:until]) or None
    found = re.search(r"\b(who(?:m|se)?|where)\b", asking, re.IGNORECASE)
    return None if found is None else "place" if found[1].lower() == "where" else "person"


# --- Several, compared, explained, new ---

_COMPARED = r"(?:the )?[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*"
_COMPARES = re.compile(
    rf"^(?P<one>{_COMPARED}) (?:or|vs\.?|versus) (?P<other>{_COMPARED})(?:['’]s)?(?: \w+)?\s?[:,]"
    rf"|\b(?:[Ww]hich|[Ww]ho|[Ww]hat)\b[^?]*?[:,] (?P<first>{_COMPARED})(?:['’]s)?(?: \w+)? or (?P<second>{_COMPARED})"
    rf"|\b(?:[Cc]ompare|[Dd]ifferences? between) (?P<this>{_COMPARED})(?:['’]s)?(?: \w+)? (?:and|with|to) (?P<that>{_COMPARED})"
)
_OF_COMPARING = re.compile(
    r"\b(?:compare|difference|differences|differ|versus|vs|first|last|earlier|later|sooner|before|after|more|less|better|worse|most|least"
    r"|\w+(?<!eith)(?<!oth)(?<!wheth)er than|(?:bigg|small|larg|high|low|old|new|young|long|short|fast|slow|cheap|strong|great)er)\b",
    re.IGNORECASE,
)
_SEVERAL = r"(?:(?!news|series|species|does|this|his|its)[a-z]{2,}[^siu\W]s|people|men|women|children)"
_BEFORE_SEVERAL = r"(?:[A-Z][\w&.’'-]*|other|new|two|three|four|five|major|big|large|different|famous|of the)"
_SEVERAL_ASKED = re.compile(
    rf"^(?:[Ww]hich|[Ww]hat) (?:{_BEFORE_SEVERAL} ){{0,3}}{_SEVERAL}\b(?!['’])"
    rf"|^[Ww]ho (?:are|were) the {_SEVERAL}\b|^(?:[Nn]ame|[Ll]ist) (?:the|all|some)\b"
)
_EXPLAINED = re.compile(
    r"^(?:but |and |so )?(?:why\b|how (?:do|does|did|can|could|will|would|is|are|was|were|has|have)\b)"
    r"|\bwhat (?:are|is|were|was) (?:the|some) (?:\w+ ){0,2}(?:risks?|reasons?|benefits?|effects?|causes?|consequences?|(?:dis)?advantages?"
    r"|concerns?|dangers?|problems?|criticisms?|arguments?|implications?|drawbacks?|challenges?)\b",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"\b[Ww]hat(?:['’]s| is| are| has been) (?:new(?=\W*$| (?:with|in|at|about|on|from|since|this|today)\b)|the (?:latest|news) (?:on|about|from|with)\b)"
    rf"|\b[Ww]hat (?:has )?happened (?:this|last|since|yesterday|today|in {MONTH_NAME})\b"
    r"|^(?:[Aa]ny |[Tt]he )?(?:[Ll]atest )?[Nn]ews (?:on|about|from|since)\b"
)


def _compared(question: str) -> tuple[str, str] | None:
    """The two names that a question sets side by side; None where it compares nothing ("Who bought it, A or B?")."""
    found = _COMPARES.search(question)
    if found is None or not _OF_COMPARING.search(question):
        return None
    one, other = (
        next(filter(None, found.group(*groups))) for groups in (("one", "first", "this"), ("other", "second", "that"))
    )
    return re.sub("^the ", "", one), re.sub("^the ", "", other)


# --- Words that could answer ---

DATE = re.compile(
    rf"\b(?:{MONTH_NAME} \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:, ?\d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)? {MONTH_NAME}(?: \d{{4}})?|{MONTH_NAME} \d{{4}}"
    rf"|{MONTH_NAME}(?=\W|$)|(?:19|20)\d{{2}}s?\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
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


_SHAPES = (
    (r"\be-?mail address|\be-?mail(?= of\b| for\b)", r"[^\s@<>()]+@[\w-]+(?:\.[\w-]+)+"),
    (r"\b(?:web ?site|web ?page|web address|url)\b", r"(?:https?://|www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/[^\s)>,]*)?"),
    (r"\b(?:phone|telephone|mobile|fax) ?number\b|\bnumber of the (?:phone|telephone)\b", r"\+?\d[\d ()/-]*\d"),
)
"""What is asked for by its address or number, and how that is written."""


def could_answer(question: Question, text: str) -> list[tuple[int, int]] | None:
    """Where a text holds something like what is asked for: a number, a time, an address; None where any words may answer."""
    pattern = (
        re.compile(question.shape) if question.shape else {Kind.NUMBER: _NUMERIC, Kind.DATE: _TIMELY}.get(question.kind)
    )
    return None if pattern is None else [m.span() for m in pattern.finditer(text)]
