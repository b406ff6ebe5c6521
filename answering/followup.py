"""A follow-up question, read with the conversation before it: "and Peru?", "why?", "when was it signed?".

A remark is completed where it only names another thing or time, is a question word alone, or points back with a pronoun; what
stands on its own is returned as it was asked. In whose place another thing stands the encoder decides: "silver" is most like the
"gold" of the last question. Any other remark without a name of its own is answered as asked, and searched with the last question too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from answering.exact import name_places, names_of
from corpus.article import Span
from corpus.splitting import sentences
from language.names import is_a_person
from language.questions import Wants, question_of
from language.times import shifted_time, times_in
from language.words import ENGLISH_FUNCTION_WORDS
from models.encoder import Encoder
from retriever.request import Turn

# --- Thanks, assent and greetings: as a whole remark, and as the opening of one ---

AUX = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must)"
LONGEST_REMARK = 500
"""Code points. A longer question is no follow-up."""
_POLITE = (
    r"(?:(?:no )?thank(?:s| you| u)(?: (?:so|very) much| a lot| again)?(?: for (?:that|this|the (?:help|answer|info|information)|your help))?|thx|ty"
    r"|cheers|much appreciated|okay|ok|k|yes please|yes|yeah|yep|yup|ya|no problem|no|nope|nah|hello|hi|hey|howdy|dear|there"
    r"|good (?:morning|afternoon|evening|night|day|job|one|point|to know)|goodbye|good|bye(?: bye)?|see you(?: later)?|great|nice one|nice try|nice|cool"
    r"|perfect|awesome|excellent|wonderful|brilliant|amazing|lovely|fine|all right|alright|all good|right|sure|correct|exactly|indeed"
    r"|of course|absolutely|got it|i see|i understand|i agree|understood|interesting|fascinating|wow|please|sorry|never ?mind"
    r"|that(?:['’]s| is) (?:all|great|good|helpful|very helpful|interesting|right|fine|nice|it)|makes sense|that makes sense|that helps"
    r"|how are you(?: doing| today)?|well done|lol|haha\w*|hm+|oh|ah|aha|then|so|well|actually|very much|you['’]re welcome|you are welcome"
    r"|welcome|not now|not really|have a (?:nice|good) (?:day|one|evening)|my friend|everyone|again)"
)
_SMALL_TALK = re.compile(rf"[\W_]*+(?:(?>{_POLITE})\b[\W_]*)++", re.I)
_CLAUSE_OPENER = rf"(?:and|but|so|then|also|what|who|whom|whose|which|when|where|why|how|tell|{AUX})\b"
POLITE_LEAD = re.compile(
    rf"[\W_]*(?:(?>{_POLITE})(?:\s*[,.!;:…–—-]+\s*|\s+(?={_CLAUSE_OPENER}|i mean|not )))*+[\W_]*?(?=[\w$€£])", re.I
)
JOIN = re.compile(
    r"(?:(?:and|or|but|so|then|also|plus|well|okay|ok)\b[\s,]*)*+(?:(?:what|how) about\b[\s,]*|what of\b[\s,]*|what if it were\b[\s,]*)?"
    r"(?<=[\s,])",
    re.I,
)
_MEANT_AS_QUESTION = re.compile(r"\W*(?:right|sure|correct)\W*\?\W*", re.I)


def is_small_talk(text: str) -> bool:
    """Nothing to answer: thanks, assent, greetings, or no word at all."""
    if not re.search(r"[^\W_]", text):
        return True
    return len(text) <= LONGEST_REMARK and bool(_SMALL_TALK.fullmatch(text)) and not _MEANT_AS_QUESTION.fullmatch(text)


# --- What is wished of the program itself: nothing that articles could say ---

NOTHING_ASKED = "Nothing was asked. Ask the articles a question."
WHAT_IT_CAN = (
    "This program finds what the articles say and quotes it word for word, in English, with the source of every statement. "
    "It does not translate, shorten, summarise or rewrite, and it knows nothing beside the articles. Ask it a question about them, "
    "and open the number behind a quote to read on there."
)
_LONGEST_WISH = 200
_TONGUE = (
    r"(?:english|german|french|spanish|italian|portuguese|dutch|norwegian|swedish|danish|finnish|polish|czech|russian|ukrainian|turkish|greek"
    r"|arabic|hebrew|hindi|chinese|mandarin|japanese|korean|deutsch|fran[cç]ais|espa[nñ]ol|italiano|portugu[eê]s|nederlands|norsk|svenska|dansk"
    r"|polsku|my (?:own )?language|(?:an)?other languages?)"
)
_IT = r"(?:it|that|this|them|all of (?:it|that|this)|the (?:whole )?(?:answer|text|quotes?|sentence|article)|your (?:last )?answer|an answer|das|es)"
_WISHING = (
    rf"(?:{_IT}|and|but|now|(?:can|could|would|will) you|can i (?:have|get)|i (?:want|need|would like)|i['’]d like|give|make|say|tell|write|answer"
    r"|reply|respond|put|explain|repeat|keep|do|to|me|a (?:bit|little)|much|kannst du|können sie|antworte|antworten sie|sag|mir)"
)
_ANOTHER_FORM = (
    rf"(?:(?:in|into|auf|en|em|på|po|in het) {_TONGUE}|suomeksi|по-русски|на русском|用中文|日本語で"
    rf"|(?:translate|shorten|summari[sz]e|rephrase|reword|paraphrase|simplify|repeat|übersetze?n?)(?: {_IT})?(?: (?:for me|again|(?:in|to|into|auf) {_TONGUE}))*"
    r"|shorter|short|brief(?:er|ly)?|longer|simpler|simply|(?:more )?concise(?:ly)?|more (?:briefly|simply)|in (?:short|brief)|kürzer|kurz"
    r"|in (?:one|a|two|three|a few|fewer|other|your own|simple|simpler|plain|easy) (?:single |short )?(?:words?|sentences?|terms|lines?)"
    r"|(?:as|in) (?:a (?:table|list|poem|tweet)|bullet points|bullets)|a (?:short |brief )?(?:summary|translation|joke|poem)|tl;?dr"
    r"|(?:is|was) (?:much |far )?too (?:long|short|complicated))"
)
_ABOUT_ITSELF = (
    r"(?:what (?:else |all )?can (?:you|i|this (?:chat|page|program|bot)|one) (?:do|ask|answer|help(?: me)? with)(?: (?:you|here|with (?:this|it|you)|for me))?"
    r"|how can you help(?: me)?|can you help(?: me)?|help(?: me)?|how do (?:you work|i use (?:you|this (?:chat|page|program)))|who (?:are|made|built) you"
    r"|what are you|what do you (?:do|know)|are you (?:an? )?(?:ro)?(?:bot|ai|human|person|machine|chatgpt|chat ?bot|real|language model)"
    rf"|(?:do|can) you (?:speak|understand|know|translate)(?: (?:to|into))?(?: {_TONGUE})?|(?:what|which) languages? (?:do|can) you (?:speak|understand|know)"
    rf"|was kannst du|wer bist du|hilfe|sprichst du {_TONGUE}|sprechen sie {_TONGUE})"
)
_PLEASE = r"(?:bitte|por favor|per favore|s['’]il (?:te|vous) pla[iî]t)"
_BESIDE = rf"[\W_]*(?:(?>{_POLITE}|{_PLEASE})\b[\W_]*)*+"
_WISH = re.compile(
    rf"{_BESIDE}(?:{_ABOUT_ITSELF}|(?:(?>{_WISHING}|{_POLITE}|{_PLEASE})\b[\W_]*)*+{_ANOTHER_FORM})(?!\w){_BESIDE}",
    re.IGNORECASE,
)


def without_question(text: str) -> str:
    """What is told where there is nothing to answer: what the program can, to a wish, or that nothing was asked. "" to a question."""
    if is_small_talk(text):
        return NOTHING_ASKED
    return WHAT_IT_CAN if len(text) <= _LONGEST_WISH and _WISH.fullmatch(text) else ""


# --- A follow-up question, read with the conversation before it: "and Peru?", "why?", "when was it signed?" ---

LONGEST_CARRIED = 300
"""Code points of an earlier question, and of an earlier answer, that a follow-up may carry."""
_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_SAID_SO = re.compile(
    r"who (?:said|says|say|told you|reported|claims) (?:so|that|this|it)|says who|according to whom|(?:what is |what['’]s )?(?:your |the )?sources?",
    re.IGNORECASE,
)
_IS_IT_TRUE = re.compile(r"(?:really|are you sure|is (?:that|this|it) (?:really )?(?:true|right|correct|so))", re.IGNORECASE)
_BARE = re.compile(
    rf"(?:(?:by|since|until|till|from|for|to|at|in|with|on|of) )?{_WH}(?: (?:exactly|not|else|much|many|long|often|far|price|ones?|of them|cost))*",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    rf"(?P<wh>{_WH})(?: exactly)? (?:was|is|did|will) (?:that|this|it)(?: (?:be|happen|happening))?", re.IGNORECASE
)
_INSTEAD = re.compile(
    r"(?:no,? )?(?:i (?:mean|meant) )?(?:not [^,]+, ?(?:but )?)?(?P<what>.+?)(?:,? not .+)?", re.IGNORECASE
)
_CORRECTS = re.compile(r"(?:no|nope|not|i mean)\b", re.IGNORECASE)
_PEOPLE, _PLACE = ("he", "him", "his", "she", "her", "hers"), "there"
_POINTS = re.compile(r"\b(?:it|its|he|him|his|she|her|they|them|their|there|that|this)\b", re.IGNORECASE)
_STANDS_FOR = re.compile(r"\b(?:it|its|he|him|his|she|her|they|them|their)\b|\bthere\b(?=\W*$)", re.IGNORECASE)
_EMPTY_IT = re.compile(
    r"\bit (?:rain|snow)|\b(?:is|was|will|does|did) it (?:\w+ ){0,2}(?:to|that|if|when)\b|\bit (?:take|cost)s? (?:\w+ ){0,2}to\b",
    re.IGNORECASE,
)
""" "Does it take long to charge?", "is it safe to drink": no thing is meant."""
_OWNS = ("its", "his", "their", "hers")
_PREPOSITION = re.compile(r"(?P<prep>in|on|at|for|from|to|with|by|of|since|until) (?P<rest>.+)", re.IGNORECASE)
_SENTENCE = 4
"""Words: so many without "and" before them are a question of their own."""
_LONGEST_NAMED = 6
"""Words of a thing that is named in the place of another."""
_ASKS = re.compile(rf"(?:(?:in|on|at|by|for|from|to|with|of) )?(?:{_WH}|{AUX}|tell)\b", re.IGNORECASE)
_LEAST_ALIKE = 0.25
"""Cosine of a thing that is no name to what it may stand for; below it nothing is replaced."""


@dataclass(frozen=True)
class Understood:
    """What is answered (`question`), what is searched with, and the names or the question carried over, to be shown.

    about  what was answered last, where the question is about that: the articles that say it are read first
    told   what is said to small talk and to wishes, which are not searched for
    """

    question: str
    searches: tuple[str, ...]
    carried: tuple[str, ...] = ()
    about: str = ""
    told: str = ""


@dataclass(frozen=True)
class _Past:
    """The last question, without its question mark, and the first sentence of its answer."""

    question: str
    told: str


def understood(question: str, history: Sequence[Turn], encoder: Encoder) -> Understood:
    """The question made self-contained; as it was asked where it is so already, or where it is not clear what is meant."""
    if told := without_question(question):
        return Understood(question, (), told=told)
    past = _past(history)
    if past is None or len(question) > LONGEST_REMARK or past.question.lower() in question.lower():
        return Understood(question, (question,))
    remark, joined = _bare(question)
    found = _completed(remark, past, encoder, joined=joined or _CORRECTS.match(question) is not None, asks="?" in question)
    if found is not None and found != question:
        done = found[:1].upper() + found[1:] if past.question[:1].isupper() else found
        return Understood(done, tuple(dict.fromkeys((done, question))), _carried(question, done, past))
    if not joined and _stands_alone(remark):
        return Understood(question, (question,))
    about = past.told if _points_back(remark) else ""
    return Understood(question, (f"{remark}: {past.question}?", question), about=about)


def completed(history: Sequence[Turn], encoder: Encoder) -> list[Turn]:
    """A conversation with each of its questions as it was understood, for "and Google?" after "and Amazon?"."""
    turns: list[Turn] = []
    for turn in history:
        turns.append(Turn(understood(turn.question, turns, encoder).question, turn.answer))
    return turns


def _past(history: Sequence[Turn]) -> _Past | None:
    turns = [turn for turn in history[-12:] if not without_question(turn.question)]
    if not turns:
        return None
    return _Past(_cut(turns[-1].question).rstrip("?!. "), first_statement(turns[-1].answer or ""))


def _cut(text: str) -> str:
    line = " ".join(text[: 4 * LONGEST_CARRIED].split())
    return line if len(line) <= LONGEST_CARRIED else line[:LONGEST_CARRIED].rsplit(" ", 1)[0]


def first_statement(answer: str) -> str:
    """Of an answer's text; what says only that articles differ is passed over."""
    line = re.sub(r"^(?:Yes|No): |\s*\[\d+\]", "", " ".join(answer[:2000].split()))
    told = (s.of(line).strip() for s in sentences(line, Span(0, len(line))))
    first = next((t for t in told if t and not re.match(r"The articles (?:differ|do not say)", t)), "")
    return _cut(first).rstrip(" .!?…")


def _bare(question: str) -> tuple[str, bool]:
    """Without its polite opening and its last punctuation, and whether it opens with "and", "what about" or the like."""
    words = " ".join(question.split())
    words = words[match.end() :] if (match := POLITE_LEAD.match(words)) else words
    join = JOIN.match(words)
    words = words[join.end() :] if join else words
    return re.sub(r"^(?:the )?same (?:for|in|with) ", "in ", words).rstrip(" ?!.,;:…-"), bool(join) or words.startswith(
        "same "
    )


def _stands_alone(remark: str) -> bool:
    """It names something, or tells of things of every kind ("Why do cats purr?")."""
    if any(w[:1].isupper() for w in remark.split()[1:]) or not re.match(
        rf"(?:{_WH}|did|does|do|is|are|was|has|have|will)\b", remark, re.IGNORECASE
    ):
        return True
    return not (_POINTS.search(remark) or re.search(r"\bthe \w+|\bhow (?:much|many)\b", remark, re.IGNORECASE))


def _points_back(remark: str) -> bool:
    """ "the bridge", "it": of what was talked about. A number that names something ("parcel 7") is a name of its own."""
    return bool(_POINTS.search(remark) or re.search(r"\bthe [a-z]+", remark, re.IGNORECASE)) and not _NUMBERED.search(remark)


_NUMBERED = re.compile(
    r"\b(?!(?:in|on|since|by|of|until|from|after|before|than|about|over|under|at) )[a-z]+ \d", re.IGNORECASE
)


def _carried(question: str, done: str, past: _Past) -> tuple[str, ...]:
    """The names that the completed question has and the asked one had not; else the question that was completed with."""
    return tuple(n for n in names_of(done) if n.lower() not in question.lower()) or (past.question,)


def _completed(remark: str, past: _Past, encoder: Encoder, *, joined: bool, asks: bool) -> str | None:
    told = _lowered(past.told)
    if _SAID_SO.fullmatch(remark):
        return f"Who said that {told}?" if told else None
    if _IS_IT_TRUE.fullmatch(remark):
        return f"Is it true that {told}?" if told else None
    if found := _BARE.fullmatch(remark) or _HAPPENED.fullmatch(remark):
        words = found.groupdict().get("wh") or re.sub(r" (?:exactly|ones?|of them)$", "", remark, flags=re.IGNORECASE)
        return f"{words} was it that {told}?" if told else f"{words}: {past.question}?"
    instead = _INSTEAD.fullmatch(remark)
    what = instead["what"] if instead else remark
    if not _ASKS.match(what):
        named = joined or what != remark or (asks and len(what.split()) < _SENTENCE)
        named = named and len(what.split()) <= _LONGEST_NAMED
        return _replaced(what, past, encoder) if named and re.search("[A-Za-z]", what) else None
    if re.search(r"\b(?:that|this|more|next)$", remark, re.IGNORECASE):
        return f"{remark}: {_lowered(past.question)}?"
    return _without_pronoun(remark, past)


def _lowered(text: str) -> str:
    first = text.split(" ", 1)[0]
    small = first.lower() in ENGLISH_FUNCTION_WORDS and first != "I"
    return text[:1].lower() + text[1:] if small else text


# --- Another thing or time -------------------------------------------------------------------------------------------


def _replaced(what: str, past: _Past, encoder: Encoder) -> str | None:
    """The last question with another name, time, number or noun in the place of its own."""
    question = past.question
    if what.lower() in question.lower():
        return None
    led = _PREPOSITION.fullmatch(what)
    prep, rest = (led["prep"].lower(), led["rest"]) if led else ("", what)
    time = shifted_time(rest, question) or (rest if times_in(rest) else None)
    if time is not None:
        return _at_another_time(time, prep, question)
    place = _place_of(prep, rest, question, encoder)
    if place is None:
        return None
    if re.match(r"the ", rest, re.IGNORECASE) and re.search(r"\bthe $", question[: place.start], re.IGNORECASE):
        rest = rest[4:]
    if re.search(r"['’]s$", rest) and question[place.end :].startswith(("'s", "’s")):
        rest = rest[:-2]
    return f"{question[: place.start]}{rest}{question[place.end :]}?"


def _at_another_time(time: str, prep: str, question: str) -> str:
    dated = any(c.isdigit() for c in time) or time[:1].isupper()
    old = next(iter(times_in(question)), None)
    if old is None:
        return f"{question} {'in ' if dated and prep in ('', 'for') else prep and prep + ' '}{time}?"
    before = question[: old.span.start] if dated else re.sub(r"\b(?:in|on) $", "", question[: old.span.start])
    return f"{before}{time}{question[old.span.end :]}?"


def _place_of(prep: str, what: str, question: str, encoder: Encoder) -> Span | None:
    """Of the last question's names and words the one that the new one stands for: behind the same preposition, else the one that
    is most like it; a name stands for a name, a number for a number."""
    names = [_with_tail(s, what, question) for s in name_places(question)]
    numbers = [Span(*m.span()) for m in re.finditer(r"\b\d[\d.,]*\b", question)]
    if re.match(r"\d", what) and numbers:
        return _with_noun_of(what, numbers[0], question)
    named = any(w[:1].isupper() for w in what.split())
    places = names if named and names else [s for s in _words(question) if not any(s.overlaps(n) for n in names)] or names
    behind = [s for s in places if prep and re.search(rf"\b{prep} (?:the )?$", question[: s.start], re.IGNORECASE)]
    likely = behind or places
    if not likely:
        return None
    # What is exchanged for its like changes the question least; and it is like it, which of names is not known.
    done = [f"{question[: s.start]}{what}{question[s.end :]}" for s in likely]
    vectors = encoder.encode([question, what, *done, *(s.of(question) for s in likely)])
    count = len(likely)
    words = vectors[2 + count :] @ vectors[1]
    alike = vectors[2 : 2 + count] @ vectors[0] + (0.0 if named else words)
    best = max(range(count), key=lambda n: float(alike[n]))
    return likely[best] if named or behind or words[best] >= _LEAST_ALIKE else None


def _with_tail(name: Span, what: str, question: str) -> Span:
    """ "Gotland tunnel", where the new one is a tunnel too."""
    tail = re.match(r" [\w-]+", question[name.end :])
    same = tail is not None and what.lower().endswith(tail[0].lower())
    return Span(name.start, name.end + tail.end()) if tail is not None and same else name


def _with_noun_of(what: str, number: Span, question: str) -> Span:
    """Of "and 5 days?" the number with as many words behind it as the new one has."""
    words = re.match(rf"(?: \S+){{{len(what.split()) - 1}}}", question[number.end :])
    return Span(number.start, number.end + (words.end() if words else 0))


def _words(question: str) -> list[Span]:
    """Words that carry sense, each alone and each with the one behind it."""
    found = [Span(*m.span()) for m in re.finditer(r"[^\W\d_][\w-]*", question)]
    telling = [s.of(question).lower() not in ENGLISH_FUNCTION_WORDS for s in found]
    pairs = [Span(a.start, b.end) for a, b, x, y in zip(found, found[1:], telling, telling[1:], strict=False) if x and y]
    return [s for s, tells in zip(found, telling, strict=True) if tells] + pairs


# --- Pronouns --------------------------------------------------------------------------------------------------------


def _without_pronoun(remark: str, past: _Past) -> str | None:
    """The remark with what its pronoun stands for; None where it has none, or names what it points to itself."""
    found = _STANDS_FOR.search(remark)
    named = any(w[:1].isupper() for w in remark.split()[1:])
    if found is None or named or _is_bound(remark[: found.start()]) or _EMPTY_IT.search(remark):
        return None
    word = found[0].lower()
    who = _meant(word, past)
    if who is None or who.lower() in remark.lower():
        return None
    owns = word in _OWNS or (word == "her" and re.match(r" [a-z]", remark[found.end() :]) is not None)
    told = f"{who}{'’' if who.endswith('s') else '’s'}" if owns else f"in {who}" if word == _PLACE else who
    return f"{remark[: found.start()]}{told}{remark[found.end() :]}?"


def _is_bound(before: str) -> bool:
    """Something that the pronoun can stand for is named before it: behind the helping verb, or behind "which"."""
    helper = list(re.finditer(rf"\b{AUX}\b", before, re.IGNORECASE))
    behind = before[helper[0].end() :] if helper else before if re.match(r"(?:which|what)\b", before, re.IGNORECASE) else ""
    telling = [w for w in re.findall(r"[^\W_]+", behind) if w.lower() not in ENGLISH_FUNCTION_WORDS]
    return "," in before or len(telling) > 1  # one may be the verb alone: "Who is building it?"


def _meant(pronoun: str, past: _Past) -> str | None:
    """Somebody for "he" and "she"; else what the last question asked for, or was about."""
    asked, told = names_of(past.question), names_of(f"| {past.told}")
    if pronoun in _PEOPLE:
        named = [n for n in (*told, *asked) if is_a_person(n)]
        return next(iter(named or asked or told), None)
    things = [n for n in asked if not is_a_person(n)]
    if pronoun == _PLACE:
        return _behind_in(past) or next(iter(things), None)
    fresh = [n for n in told if n not in past.question]
    if fresh and question_of(past.question).wants is Wants.NAME:
        return fresh[0]
    topic = _topic(past)
    if topic and (not things or (" " in topic and things[0] in topic)):
        return topic
    the = "the " if things and f"the {things[0]}" in past.question else ""
    return f"{the}{things[0]}" if things else None


def _behind_in(past: _Past) -> str | None:
    found = (
        re.search(rf"\b(?:in|at|near) {re.escape(n)}", text) and n
        for text in (past.question, past.told)
        for n in names_of(f"| {text}")
    )
    return next((n for n in found if n), None)


def _topic(past: _Past) -> str | None:
    """The longest row of words that question and answer share, without function words at its end: "the rail strike"."""
    one, two = past.question.split(), past.told.split()
    rows = SequenceMatcher(None, [w.lower().strip(",.") for w in one], [w.lower().strip(",.") for w in two], autojunk=False)
    shared = [one[b.a : b.a + b.size] for b in rows.get_matching_blocks() if b.size]
    telling = [row for row in shared if any(w.lower() not in ENGLISH_FUNCTION_WORDS for w in row)]
    row = max(telling, key=len, default=[])
    while row and row[-1].lower() in ENGLISH_FUNCTION_WORDS:
        row = row[:-1]
    while row and row[0].lower() in ENGLISH_FUNCTION_WORDS - _ARTICLES:
        row = row[1:]
    last = re.search(r"\b(?:the|an?) (?:(?!the\b)[^,?])+$", past.question) if not past.told else None
    return " ".join(row).strip(",.") or (last[0] if last else None)


_ARTICLES = frozenset(["the", "a", "an"])
