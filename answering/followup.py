"""A follow-up question, read with the conversation before it: "and Peru?", "why?", "when was it signed?".

By the grammar of the last question and of its answer's first sentence. A remark is completed where it only names another
thing or time, is a question word alone, or points back with a pronoun; what stands on its own is returned as it was asked.
Any other remark without a name of its own is answered as asked, and searched with the last question too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from answering.facts.clauses import sentence_of
from answering.facts.question import asked_of, known, topic_of
from answering.facts.thesaurus import kinds_of, thesaurus
from answering.facts.turning import asked_anew
from corpus.article import Span
from corpus.splitting import sentences
from language.questions import Wants
from language.times import shifted_time, times_in
from models.parser import parsed
from retriever.request import Turn

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


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
_POINTS = re.compile(r"\b(?:it|its|he|him|his|she|her|they|them|their|there|that|this)\b", re.IGNORECASE)
_PEOPLE, _PLACES = ("PERSON",), ("GPE", "LOC", "FAC")


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
    """The last question, without its question mark, and the first sentence of its answer, each with its grammar."""

    question: str
    told: str
    asked_doc: Doc
    told_doc: Doc

    @property
    def names(self) -> list[tuple[str, str]]:
        """Names with their kinds, those of the answer first."""
        return [
            (e.text.removeprefix("the "), e.label_)
            for d in (self.told_doc, self.asked_doc)
            for e in d.ents
            if e.text[:1].isupper()
        ]


def understood(question: str, history: Sequence[Turn]) -> Understood:
    """The question made self-contained; as it was asked where it is so already, or where it is not clear what is meant."""
    if told := without_question(question):
        return Understood(question, (), told=told)
    past = _past(history)
    if past is None or len(question) > LONGEST_REMARK or past.question.lower() in question.lower():
        return Understood(question, (question,))
    remark, joined = _bare(question)
    found = _completed(remark, past, joined=joined or _CORRECTS.match(question) is not None, asks="?" in question)
    if found is not None and found != question:
        done = found[:1].upper() + found[1:] if past.question[:1].isupper() else found
        return Understood(done, tuple(dict.fromkeys((done, question))), _carried(question, done, past))
    if not joined and _stands_alone(remark):
        return Understood(question, (question,))
    about = past.told if _points_back(remark) else ""
    return Understood(question, (f"{remark}: {past.question}?", question), about=about)


def completed(history: Sequence[Turn]) -> list[Turn]:
    """A conversation with each of its questions as it was understood, for "and Google?" after "and Amazon?"."""
    turns: list[Turn] = []
    for turn in history:
        turns.append(Turn(understood(turn.question, turns).question, turn.answer))
    return turns


def _past(history: Sequence[Turn]) -> _Past | None:
    turns = [turn for turn in history[-12:] if not without_question(turn.question)]
    if not turns:
        return None
    question, told = _cut(turns[-1].question).rstrip("?!. "), first_statement(turns[-1].answer or "")
    asked_doc, told_doc = parsed([question, told])
    return _Past(question, told, asked_doc, told_doc)


def _cut(text: str) -> str:
    line = " ".join(text[: 4 * LONGEST_CARRIED].split())
    return line if len(line) <= LONGEST_CARRIED else line[:LONGEST_CARRIED].rsplit(" ", 1)[0]


def first_statement(answer: str) -> str:
    """Of an answer's text; what says only that articles differ is passed over."""
    line = re.sub(r"\s*\[\d+\]", "", " ".join(answer[:2000].split()))
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
    return tuple(n for n in sentence_of(done).names if n.lower() not in question.lower()) or (past.question,)


def _completed(remark: str, past: _Past, *, joined: bool, asks: bool) -> str | None:
    if _SAID_SO.fullmatch(remark):
        return f"Who said that {_lowered(past.told)}?" if past.told else None
    if _IS_IT_TRUE.fullmatch(remark):
        return f"Is it true that {_lowered(past.told)}?" if past.told else None
    if _BARE.fullmatch(remark):
        return _with_question_word(remark, past)
    if found := _HAPPENED.fullmatch(remark):
        return _with_question_word(found["wh"], past)
    instead = _INSTEAD.fullmatch(remark)
    what = instead["what"] if instead else remark
    if not _tells(what):
        named = joined or what != remark or (asks and len(what.split()) < _SENTENCE)
        return _replaced(what, past) if named and re.search("[A-Za-z]", what) else None
    if re.search(r"\b(?:that|this|more|next)$", remark, re.IGNORECASE):
        return f"{remark}: {_lowered(past.question)}?"
    whole = _with_noun(remark, past)
    return _without_pronoun(whole, past) or (f"{whole}?" if whole != remark else None)


def _tells(words: str) -> bool:
    """It has a verb with a subject or an object, or asks with a question word."""
    doc = parsed([words])[0]
    verbs = [
        t
        for t in doc
        if t.pos_ == "AUX" or (t.pos_ == "VERB" and any(c.dep_ in ("nsubj", "nsubjpass", "dobj") for c in t.children))
    ]
    return bool(verbs) or re.match(_WH, words, re.IGNORECASE) is not None


_SENTENCE = 4
"""Words: so many are a question of their own, be it without a verb."""


def _with_noun(remark: str, past: _Past) -> str:
    """ "how many did Sweden order?": of what the last question asked how many."""
    left_out = re.match(r"how many (?=(?:did|do|does|has|have|will|is|are|was|were)\b)", remark, re.IGNORECASE)
    noun = asked_of(past.question + "?").noun if left_out else None
    plural = next((t.text for t in past.asked_doc if t.lemma_.lower() == noun), None)
    return f"{remark[: left_out.end()]}{plural} {remark[left_out.end() :]}" if left_out and plural else remark


def _lowered(text: str) -> str:
    first = text.split(" ", 1)[0]
    return (
        text[:1].lower() + text[1:]
        if re.fullmatch(_WH, first, re.IGNORECASE)
        or first in ("The", "A", "An", "At", "In", "On", "It", "They", "He", "She")
        else text
    )


def _with_question_word(words: str, past: _Past) -> str | None:
    """ "why?" -> the last question with that question word; of who did it, the answer's statement."""
    words = re.sub(r" (?:exactly|ones?|of them)$", "", words, flags=re.IGNORECASE)
    noun = _counted(past) if words.lower() in ("how many", "which") else None
    found = asked_anew(past.question + "?", words, noun)
    if found is None and past.told:
        return f"{words} was it that {_lowered(past.told)}?"
    return found


def _counted(past: _Past) -> str | None:
    """What the last question counts, or else tells of: "pumps" of "Did Korsk recall pumps?"."""
    asked = asked_of(past.question + "?")
    patient = asked.clause.patient if asked.clause else None
    own = next((t.text for t in past.asked_doc if t.lemma_.lower() == asked.noun), None)
    return own or (patient.text if patient is not None and known(asked, patient) and patient.name is None else None)


# --- Another thing or time -------------------------------------------------------------------------------------------


def _replaced(what: str, past: _Past) -> str | None:
    """The last question with another name, time, number or noun in the place of its own."""
    question = past.question
    if what.lower() in question.lower():
        return None
    prep, _, rest = what.partition(" ") if re.match(rf"(?:{_PREPOSITIONS}) ", what) else ("", "", what)
    if one := re.fullmatch(r"(?:the )?(?P<which>[\w-]+) one", rest):
        return _another_of_its_kind(one["which"], past)
    time = shifted_time(rest, question) or (rest if times_in(rest) else None)
    if time is not None:
        return _at_another_time(time, prep, question)
    if owned := re.fullmatch(r"(?P<whose>its|his|her|their) (?P<noun>.+)", rest):
        who = _meant(owned["whose"], past, as_object=False)
        return f"What is {who}{_ending(who)} {owned['noun']}?" if who else None
    place = _place_of(prep, rest, past)
    if place is None:
        whom = next((t for t in past.asked_doc if t.lower_ in _POINTING and t.dep_ in ("nsubj", "nsubjpass")), None)
        return f"{question[: whom.idx]}{rest}{question[whom.idx + len(whom) :]}?" if whom is not None else None
    if rest.startswith("the ") and question[: place.start].endswith("the "):
        rest = rest[4:]
    if re.search(r"['’]s$", rest) and question[place.end :].startswith(("'s", "’s")):
        rest = rest[:-2]
    return f"{question[: place.start]}{rest}{question[place.end :]}?"


_PREPOSITIONS = "in|on|at|for|from|to|with|by|of|since|until"


def _ending(name: str) -> str:
    return "’" if name.endswith("s") else "’s"


def _at_another_time(time: str, prep: str, question: str) -> str:
    dated = any(c.isdigit() for c in time) or time[:1].isupper()
    old = next(iter(times_in(question)), None)
    if old is None:
        return f"{question} {'in ' if dated and prep in ('', 'for') else prep and prep + ' '}{time}?"
    before = question[: old.span.start] if dated else re.sub(r"\b(?:in|on) $", "", question[: old.span.start])
    return f"{before}{time}{question[old.span.end :]}?"


def _another_of_its_kind(which: str, past: _Past) -> str | None:
    """ "no, the first one": the same noun with another word before it."""
    chunk = next((c for c in past.asked_doc.noun_chunks if c.root.tag_ not in ("WP", "WDT", "PRP")), None)
    if chunk is None:
        return None
    first = next((t for t in chunk if t.dep_ not in ("det", "poss", "case") and t.head.dep_ != "poss"), chunk.root)
    lead = past.question[chunk.start_char : first.idx] or "the "
    return f"{past.question[: chunk.start_char]}{lead}{which} {past.question[first.idx :]}?"


def _place_of(prep: str, what: str, past: _Past) -> Span | None:
    """Of the last question's phrases the one that the new one stands for: of the same noun, behind the same preposition, of the
    same kind, or the only one."""
    doc = parsed([what])[0]
    chunks = [c for c in past.asked_doc.noun_chunks if c.root.tag_ not in ("WP", "WDT", "PRP")]
    head = next((t.lemma_.lower() for t in reversed(doc) if t.pos_ in ("NOUN", "PROPN") or t.text[:1].isupper()), "")
    number = any(t.pos_ == "NUM" for t in doc)
    same = [c for c in chunks if c.root.lemma_.lower() == head and (not number or any(t.pos_ == "NUM" for t in c))]
    if same:
        return Span(same[0].start_char, same[0].end_char)
    if behind := list(_behind(prep, past)):
        return behind[0]
    names = [Span(m.start(), m.end()) for n in _names_of(past) for m in re.finditer(re.escape(n), past.question)]
    if not head:
        return None
    if any(w[:1].isupper() for w in what.split()) or head not in thesaurus().kinds:
        return _name_like(what, names, past) if names else None
    nouns = [c for c in chunks if not any(t.pos_ == "PROPN" for t in c)]
    counted = [c for c in nouns if c[0].lower_ in ("how", "which", "what")]
    if counted and doc[-1].tag_ == "NNS":
        return Span(counted[0].root.idx, counted[0].root.idx + len(counted[0].root))
    fitting = [c for c in nouns if (c[0].pos_ == "DET") is (doc[0].pos_ == "DET")]
    return Span(fitting[-1].start_char, fitting[-1].end_char) if fitting else None


def _names_of(past: _Past) -> tuple[str, ...]:
    """Those of the last question that are no times."""
    return tuple(n for n in sentence_of(past.question).names if not times_in(n))


def _behind(prep: str, past: _Past) -> Iterator[Span]:
    for token in past.asked_doc:
        if prep and token.lower_ == prep:
            for noun in (c for c in token.children if c.dep_ == "pobj"):
                yield Span(noun.left_edge.idx, noun.idx + len(noun))


def _name_like(what: str, names: Sequence[Span], past: _Past) -> Span:
    """Of several names one that is a place where the new one is one, or is none; the last of these."""
    ents = parsed([f"It happened in {what}."])[0].ents
    is_place = any(e.label_ in _PLACES for e in ents)
    places = {e.start_char for e in past.asked_doc.ents if e.label_ in _PLACES}
    alike = [n for n in names if (n.start in places) is is_place]
    return (alike or list(names))[-1]


# --- Pronouns --------------------------------------------------------------------------------------------------------


def _without_pronoun(remark: str, past: _Past) -> str | None:
    """The remark with what its pronoun stands for; None where it has none, or names what it points to itself."""
    doc = parsed([remark])[0]
    pronoun = next((t for t in doc if _points(t)), None)
    if pronoun is None or _is_bound(pronoun):
        return None
    who = _meant(pronoun.lower_, past, as_object=pronoun.dep_ in ("dobj", "pobj"))
    if who is None or who.lower() in remark.lower():
        return None
    told = f"{who}{_ending(who)}" if pronoun.dep_ == "poss" else f"in {who}" if pronoun.lower_ == "there" else who
    return f"{remark[: pronoun.idx]}{told}{remark[pronoun.idx + len(pronoun) :]}?"


def _is_bound(pronoun: Token) -> bool:
    """The remark has a name, or somebody before the pronoun whom it can stand for."""
    before = pronoun.doc[: pronoun.i]
    if any(t.text[:1].isupper() for t in pronoun.doc[1:]) or any(t.text == "," for t in before):
        return True
    if pronoun.dep_ == "poss":
        return any(t.pos_ not in ("PRON", "AUX", "ADP", "SCONJ", "ADV") for t in before)
    helper = next((t.i for t in before if t.pos_ == "AUX"), 0)
    return any(t.pos_ in ("NOUN", "PROPN") and t.i > helper for t in before)


def _points(token: Token) -> bool:
    """Not the "it" of "does it take to charge", "is it safe to drink", "is it raining", nor the "there" of "are there lions"."""
    if token.lower_ not in _POINTING or token.dep_ in ("expl", "det") or token.tag_ in ("WDT", "IN", "EX"):
        return False
    verb = token.head
    empty = token.lower_ == "it" and token.dep_ == "nsubj"
    return not (
        empty
        and (verb.lemma_ in ("rain", "snow") or any(c.dep_ in ("xcomp", "ccomp", "csubj", "advcl") for c in verb.subtree))
    )


_POINTING = frozenset(["it", "its", "he", "him", "his", "she", "her", "they", "them", "their", "there"])


def _meant(pronoun: str, past: _Past, *, as_object: bool) -> str | None:
    """Somebody for "he" and "she", a place for "there"; else what the last question asked for, or was about."""
    asked, answer = asked_of(past.question + "?"), _subject(past.told)
    fresh = answer if answer and answer.lower() not in past.question.lower() else None
    if pronoun in ("he", "him", "his", "she", "her"):
        return next((n for n, kind in past.names if kind in _PEOPLE), fresh if asked.wants is Wants.PERSON else None)
    if pronoun == "there":
        return next((n for n, kind in past.names if kind in _PLACES), None)
    people = [n for n, kind in past.names if kind in _PEOPLE]
    plural = pronoun in ("they", "them", "their")
    if fresh and asked.wants in (Wants.NAME, Wants.OPEN) and fresh not in people and (not plural or _is_plural(fresh)):
        return fresh
    patient = asked.clause.patient if asked.clause and as_object else None
    about = patient.text if patient is not None and known(asked, patient) else topic_of(asked)
    if about is None or not (about in people or "person" in kinds_of(about.split(" of ")[0].split()[-1].lower())):
        return about
    return next((n for n, kind in past.names if kind not in _PEOPLE), None)


def _subject(told: str) -> str | None:
    clause = next((c for c in sentence_of(told).clauses if c.parent is None), None) if told else None
    subject = (clause.agent or clause.patient) if clause is not None else None
    return subject.text.split(",")[0] if subject is not None and not subject.pronoun else None


def _is_plural(phrase: str) -> bool:
    return bool(re.search(r"\band\b|s$", phrase)) or any(t.tag_ in ("NNS", "NNPS") for t in parsed([phrase])[0])
