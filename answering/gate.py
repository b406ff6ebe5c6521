"""What a writer wrote -> the sentences that may be shown, and why the others may not.

The law: a sentence is kept when one sentence of one quote that it cites says it already, word for word and role for role; or when it
says in other words what the quotes that it cites say: every number, name and time of it is theirs, it denies and doubts
what they do, no fact of theirs is against it, and the judge agrees. A sentence that uses a quote's own words is held to
the first: with the same words put together otherwise one can say anything. And it must be a plain statement, whatever the
quotes say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from answering.answer import Quote
from answering.facts.claims import Stand, certainty, claim_of, stand
from answering.facts.thesaurus import Relation, relation
from answering.facts.told import Told
from answering.judging import Judge
from corpus.article import Span
from corpus.splitting import sentences
from language.amounts import Amount, amounts_in
from language.times import Time, times_in
from language.values import lacking
from language.words import content_stems, held_in, name_stems
from models.parser import parsed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


# --- Does a sentence hold another one? It does when the whole grammar of the one is part of the grammar of the other ---
#
# Every word must hang on the same word, in the same role, of the same time. What the longer sentence tells beyond may only
# add to it: an apposition, a time, a trait of something that is told for the first time. Under a denial or a doubt nothing may be
# missing. A number or a date may be spelt otherwise. Nothing here knows meaning: a fair paraphrase is not held.

_SAYING_NOTHING = frozenset(["det", "punct", "cc", "auxpass", "case", "aux"])
_ROLES = {"nsubj": "agent", "csubj": "agent", "nsubjpass": "patient", "csubjpass": "patient", "dobj": "patient",
          "compound": "trait", "amod": "trait", "nmod": "trait", "nummod": "number", "quantmod": "number"}  # fmt: skip
_PREPOSITIONS = frozenset(["prep", "agent", "dative"])
_BARE = frozenset(["a", "an", "the", "this", "these", "its", "their", "his", "her", "our", "my", "that", "those"])
"""Articles and the like, which may differ. "Some", "no" and "every" may not."""
_FIRST_TOLD = frozenset(["a", "an"])
_PRIVATIVE = frozenset(
    ["former", "ex", "acting", "deputy", "vice", "alleged", "fake", "false", "possible", "potential", "likely", "proposed",
     "planned", "would", "future", "failed", "so", "mock", "rumoured", "rumored", "attempted", "almost", "nearly"]
)  # fmt: skip
"""A former minister is no minister."""
_NAMES_OF_UNITS = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "%": "percent", "w": "watts", "m": "metres"}
_OF_TIME = frozenset(["in", "on", "at"])


@dataclass(frozen=True)
class _Tree:
    """A sentence with its amounts and dates in one spelling. days: by the word that stands for it, each date."""

    root: Token
    days: dict[str, Time]


def unsaid(sentence: str, quote: str) -> str | None:
    """Why no sentence of the quote says this; None when one does."""
    line = " ".join(quote.split())
    said = [span.of(line) for span in sentences(line, Span(0, len(line)))]
    if any(_line(sentence) == _line(one) for one in said):
        return None
    ours = _tree(sentence)
    if ours is None:
        return "it says too little"
    reasons = [_missing(ours, theirs) for one in said if not one.endswith("?") and (theirs := _tree(one)) is not None]
    return min(reasons, key=len, default="what it cites is no plain statement") or None


def _line(text: str) -> str:
    """One spelling of quotation marks, spaces and the last full stop."""
    return re.sub(r"[“”\"]", '"', re.sub(r"[‘’]", "'", unicodedata.normalize("NFC", text))).strip().rstrip(".")


def _tree(text: str) -> _Tree | None:
    days: dict[str, Time] = {}
    told = _in_one_spelling(" ".join(text.replace("’", "'").split()), days)
    roots = [t for t in parsed([told])[0] if t.dep_ == "ROOT"]
    return _Tree(roots[0], days) if len(roots) == 1 and len(list(roots[0].subtree)) > 2 else None


def _in_one_spelling(text: str, days: dict[str, Time]) -> str:
    times = [t for t in times_in(text) if t.first is not None]
    amounts = [a for a in amounts_in(text) if not any(a.span.overlaps(t.span) for t in times)]
    spelt = {a.span: _number(a) for a in amounts if a.kind not in ("time", "points") and not a.bound and not a.roughly}
    for time in times:
        days[f"Day{len(days) + 1}"] = time
    spelt |= {time.span: word for word, time in days.items()}
    for span in sorted(spelt, key=lambda s: -s.start):
        ending = "," if span.of(text).endswith(",") else ""
        text = f"{text[: span.start]}{spelt[span]}{ending}{text[span.end :]}"
    return text


def _number(amount: Amount) -> str:
    number = f"{amount.value.normalize():f}"
    return number if amount.kind == "count" else f"{number} {_NAMES_OF_UNITS.get(amount.unit, amount.unit)}"


def _missing(ours: _Tree, theirs: _Tree) -> str:
    """ "" where the whole of ours stands in theirs, else the first word that does not."""
    known = {_form(t) for t in theirs.root.subtree}
    for token in ours.root.subtree:
        plain = (token.is_alpha or token.like_num) and not token.is_stop and token.text not in ours.days
        if plain and _form(token) not in known:
            return f"the {_kind_of(token)} “{token.text}” is not in what it cites"
        if token.text in ours.days and not any(_is_within(ours, token, theirs, other) for other in theirs.root.subtree):
            return f"the date “{ours.days[token.text].words}” is not in what it cites"
    if not _is_same(ours, ours.root, theirs, theirs.root):
        return "what it cites puts these words together otherwise"
    return ""


def _is_same(ours: _Tree, mine: Token, theirs: _Tree, other: Token) -> bool:
    """The same word with the same words hanging on it, except what may be left out."""
    if not _is_same_word(ours, mine, theirs, other) or _turn_of(mine) != _turn_of(other):
        return False
    left, behind = list(_hanging(other)), 0
    for role, word in _hanging(mine):
        # Names are told apart by the order of their words: "Paul James" is not "James Paul".
        first = behind if role == "trait" else 0
        places = (n for n, (r, w) in enumerate(left) if n >= first and r == role and _is_same(ours, word, theirs, w))
        if (found := next(places, None)) is None:
            return False
        behind = found if role == "trait" else behind
        del left[found]
    return all(_adds_only(role, word, other, theirs) for role, word in left)


def _is_same_word(ours: _Tree, mine: Token, theirs: _Tree, other: Token) -> bool:
    if mine.text in ours.days or other.text in theirs.days:
        return _is_within(ours, mine, theirs, other)
    return _form(mine) == _form(other)


def _is_within(ours: _Tree, mine: Token, theirs: _Tree, other: Token) -> bool:
    """The written date is the quote's, or a month or year that holds it."""
    day, theirs_day = ours.days.get(mine.text), theirs.days.get(other.text)
    return day is not None and theirs_day is not None and _holds(day, theirs_day)


def _kind_of(token: Token) -> str:
    return "number" if token.like_num else "name" if token.pos_ == "PROPN" else "word"


def _form(token: Token) -> str:
    return token.lemma_.lower().replace(".", "")


def _turn_of(token: Token) -> tuple[object, ...]:
    """What turns, dates or weakens a word: its tense, modal verbs, denial, and words such as "some" and "every"."""
    helpers = [c for c in token.children if c.dep_ in ("aux", "auxpass")]
    tense = {"VBD": "past", "VBN": "past", "VBZ": "present", "VBP": "present"}
    tags = [tense[t.tag_] for t in (*helpers, token) if t.tag_ in tense]
    modal = tuple(sorted(c.lower_ for c in helpers if c.tag_ in ("MD", "TO")))
    which = tuple(sorted(c.lower_ for c in token.children if c.dep_ == "det" and c.lower_ not in _BARE))
    joined = tuple(sorted(c.lower_ for c in token.children if c.dep_ == "cc"))
    spoken = any(c.text in '“”"‘' for c in token.children)
    return (tags[:1], modal, which, joined, spoken)


def _hanging(token: Token) -> Iterator[tuple[str, Token]]:
    """The words that hang on one, each with its role; a preposition is the role of what stands behind it."""
    for child in token.children:
        if child.dep_ not in (*_SAYING_NOTHING, *_PREPOSITIONS):
            yield _ROLES.get(child.dep_, child.dep_), child
    for word in token.subtree:
        if word.dep_ in _PREPOSITIONS and word.head.dep_ != "prep" and _governor(word) == token:
            yield from _behind(word, word.lower_)


def _governor(preposition: Token) -> Token:
    """What a preposition belongs to: "secured 6GW from AMD", whether the parser hangs "from" on the verb or on its object."""
    head = preposition.head
    while preposition.lower_ != "of" and head.dep_ in ("dobj", "pobj", "prep", "attr"):
        head = head.head
    return head


def _behind(preposition: Token, role: str) -> Iterator[tuple[str, Token]]:
    held = [c for c in preposition.children if c.dep_ != "punct"]
    if not held:
        yield "advmod", preposition
    for child in held:
        if child.dep_ == "prep":
            yield from _behind(child, f"{role} {child.lower_}")
        else:
            by = role == "by" and preposition.dep_ == "agent" and child.dep_ == "pobj"
            yield "agent" if by else "time" if role in _OF_TIME and child.text.startswith("Day") else role, child


def _adds_only(role: str, word: Token, head: Token, tree: _Tree) -> bool:
    """What may be left out: an apposition, a relative clause behind a comma; and where nothing is denied, and the sentence has
    no second verb, a date or a trait of what is told for the first time."""
    if role == "appos":
        return True
    if role == "relcl":
        return word.left_edge.i > 0 and word.left_edge.nbor(-1).text == ","
    if any(t.dep_ in ("neg", "xcomp", "ccomp", "advcl") for t in tree.root.subtree):
        return False
    if word.text in tree.days:
        return role in ("time", "npadvmod")
    if head.pos_ not in ("NOUN", "PROPN") or any(t.lower_ in _PRIVATIVE for t in word.subtree):
        return False
    return role in ("trait", "of") and any(c.lower_ in _FIRST_TOLD or c.dep_ == "nummod" for c in head.children)


# --- What a writer wrote -> the sentences that may be shown, and why the others may not ---

MARK = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]", re.ASCII)
"""The numbers of quotes, as [1] or [1, 2]."""
MOST_SENTENCES = 4
LONGEST_SENTENCE = 500
"""Code points; what is longer is no sentence of an answer."""
LONGEST_TEXT = 8_000
"""Code points of a writer's text that are looked at; a sentence that begins behind them is never shown."""


@dataclass(frozen=True)
class Kept:
    """A sentence without its marks, and those of its citations that each carry it whole.

    together  none of them does, but all of them do: no second voice says it
    """

    text: str
    citations: tuple[int, ...]
    together: bool = False


@dataclass(frozen=True)
class Dropped:
    """A sentence that is not shown, and why, for one who reads the log."""

    text: str
    reason: str


@dataclass(frozen=True)
class Gated:
    kept: tuple[Kept, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def gated(text: str, quotes: Sequence[Quote], judge: Judge) -> Gated:
    """A writer's text through the gate."""
    kept: list[Kept] = []
    dropped: list[Dropped] = []
    for sentence, numbers in cited_sentences(text[:LONGEST_TEXT]):
        judged = _judged(sentence, numbers, quotes, judge)
        if isinstance(judged, Kept) and any(judged.text == k.text for k in kept):
            judged = Dropped(sentence, "it says again what was said")
        if isinstance(judged, Kept) and len(kept) == MOST_SENTENCES:
            judged = Dropped(sentence, f"{MOST_SENTENCES} sentences are enough")
        if isinstance(judged, Kept):
            kept.append(judged)
        else:
            dropped.append(judged)
    return Gated(tuple(kept), tuple(dropped))


def _judged(sentence: str, numbers: Sequence[int], quotes: Sequence[Quote], judge: Judge) -> Kept | Dropped:
    by_number = {q.number: q for q in quotes}
    if not numbers:
        return Dropped(sentence, "it cites no quote")
    if unknown := [n for n in numbers if n not in by_number]:
        return Dropped(sentence, f"there is no quote [{unknown[0]}]")
    if reason := unfit(sentence):
        return Dropped(sentence, reason)
    reasons = {n: unsaid(sentence, by_number[n].shown) for n in numbers}
    if carrying := tuple(n for n in numbers if reasons[n] is None):
        return Kept(sentence, carrying)
    cited = [by_number[n] for n in numbers]
    if reason := next((r for q in cited if (r := _alters(sentence, q))), None):
        return Dropped(sentence, reason)
    alone = {q.number: unfounded(sentence, [q], judge) for q in cited}
    if carrying := tuple(n for n, reason in alone.items() if reason is None):
        return Kept(sentence, carrying)
    reason = unfounded(sentence, cited, judge) if len(cited) > 1 else alone[cited[0].number]
    return Dropped(sentence, reason) if reason else Kept(sentence, tuple(numbers), together=True)


# --- In other words --------------------------------------------------------------------------------------------------

_FOUNDED = 0.2
"""The judge's probability from which quotes say a sentence; with WiCE in view."""
_TOLD_APART = 0.02
"""By so much less the judge must believe a sentence with two of its names exchanged: else it cannot tell who did what to whom."""
_OWN_WORDS = 0.9
"""Of a sentence's content words: so many in one sentence of a quote are that sentence's own words."""


_LONG_ENOUGH = 4
"""Code points of a name's root: shorter ones begin many words."""
_REASON = re.compile(
    r"\b(?:because|due to|owing to|thanks to|as a result|therefore|so that|in order to|which is why)\b", re.I
)
"""Words that make one thing the reason of another: whoever says that two things are so has not said this."""


_OF_A_COUNTRY = re.compile(r"(?:i?an|n|ese|ish|i)$")


def _is_of(name: str, here: frozenset[str]) -> bool:
    """ "Libyan" where "Libya" stands."""
    root = _OF_A_COUNTRY.sub("", name)
    return root != name and len(root) >= _LONG_ENOUGH and any(w.startswith(root) and len(w) - len(root) <= 2 for w in here)


def _without_dots(text: str) -> str:
    """ "U.N." -> "UN" """
    return _ABBREVIATION.sub(lambda m: m[0].replace(".", ""), text)


def _alters(sentence: str, quote: Quote) -> str | None:
    """What is wrong with a sentence that a quote's own words are put together to; None where it has words of its own."""
    words = content_stems(sentence)
    if any(len(held_in(words, content_stems(one))) >= _OWN_WORDS * len(words) for one in _said_in(quote)):
        return unsaid(sentence, quote.shown)
    return None


def _said_in(quote: Quote) -> list[str]:
    line = " ".join(quote.shown.split())
    return [span.of(line) for span in sentences(line, Span(0, len(line)))]


def unfounded(sentence: str, quotes: Sequence[Quote], judge: Judge) -> str | None:
    """Why the quotes, read together, do not say this; None when they do. Their titles say who is meant."""
    titles, text = " ".join(q.article.title for q in quotes), " ".join(q.shown for q in quotes)
    claim = claim_of(sentence)
    if missing := lacking(sentence, f"{titles}. {text}"):
        kind = "name" if missing[:1].isupper() and not any(c.isdigit() for c in missing) else "number"
        return f"the {kind} “{missing}” is not in what it cites"
    if times := [t for t in claim.times if not any(_holds(t, u) for u in times_in(f"{titles}. {text}"))]:
        return f"the date “{times[0].words}” is not in what it cites"
    here = content_stems(f"{titles} {text} {_without_dots(text)}")
    dated = frozenset(
        stem for time in claim.times for stem in content_stems(time.words)
    )  # months were compared with the dates
    own = name_stems(sentence) | content_stems(" ".join(claim.names))  # also a name with which it begins
    if names := {n for n in own - here - dated if not _is_of(n, here)}:
        return f"the name “{min(names)}” is not in what it cites"
    if _REASON.search(sentence) and not _REASON.search(text):
        return "what it cites gives no such reason"
    said = [Told(s, (), q.article.title, None, q.shown) for q in quotes for s in _said_in(q)]
    if certainty(sentence) not in {certainty(one.text) for one in said}:
        return "what it cites is surer or less sure of it, or denies it"
    if any(stand(claim, one) is Stand.DENIES for one in said):
        return "what it cites says otherwise"
    ours, *theirs = parsed([sentence, *(one.text for one in said)])
    if moved := _moved(ours, theirs):
        return f"what it cites says “{moved}” of another thing"
    if any(_shared_out(ours, doc) for doc in theirs):
        return "what it cites does not say which of them"
    return _doubted(sentence, claim.names, (titles, text), judge)


def _moved(ours: Doc, theirs: Sequence[Doc]) -> str | None:
    """A word that tells where, when or how something was done, and in the quotes belongs to what the sentence leaves out: a thing
    beside the deed, or another deed where this one is told too. What was "discovered by a man who recognised it from a poster in
    a bakery" was not found in a bakery.
    """
    known = {_form(t) for t in ours}
    for token in ours:
        deed = token.head.head
        if token.dep_ == "pobj" and deed.pos_ == "VERB":
            told = any(t.pos_ == "VERB" and _is_deed(t, deed) for doc in theirs for t in doc)
            owners = [_owner(t) for doc in theirs for t in doc if _form(t) == _form(token)]
            if owners and not any(
                o is None or _form(o) in known or (o.pos_ == "VERB" and not _is_another(o, deed, told)) for o in owners
            ):
                return token.text
    return None


def _owner(token: Token) -> Token | None:
    """What a word behind a preposition says more of: a thing beside a deed, or a deed; None where it is something else."""
    if token.dep_ != "pobj" or token.head.lower_ == "of":
        return None
    owner = token.head.head
    return owner if owner.pos_ == "VERB" or (owner.pos_ == "NOUN" and owner.dep_ == "pobj") else None


def _is_deed(verb: Token, deed: Token) -> bool:
    return relation(_form(verb), _form(deed)) is Relation.SAME


def _is_another(verb: Token, deed: Token, told: bool) -> bool:
    """Another deed than the one that the sentence tells, which is told there too."""
    return told and not _is_deed(verb, deed)


def _shared_out(ours: Doc, theirs: Doc) -> bool:
    """Two rows of as many things, of which the sentence leaves some out: "A and B will lead X and Y" does not say who leads X."""
    known = {_form(t) for t in ours}
    rows = [[t, *_beside(t)] for t in theirs if t.dep_ != "conj" and t.pos_ in ("NOUN", "PROPN") and list(_beside(t))]
    held = [[_form(t) in known for t in row] for row in rows]
    pairs = [(a, b) for a in held for b in held if a is not b and len(a) == len(b)]
    return any(all(a) and any(b) and not all(b) for a, b in pairs)


def _beside(token: Token) -> Iterator[Token]:
    for child in token.children:
        if child.dep_ == "conj":
            yield child
            yield from _beside(child)


def _doubted(sentence: str, names: Sequence[str], evidence: tuple[str, str], judge: Judge) -> str | None:
    probability = judge.judged(sentence, [evidence])[0].probability
    if probability < _FOUNDED:
        return "what it cites does not surely say it"
    if len(names) > 1:
        one, other = names[0], names[-1]
        exchanged = re.sub(f"{re.escape(one)}|{re.escape(other)}", lambda m: other if m[0] == one else one, sentence)
        if judge.judged(exchanged, [evidence])[0].probability > probability - _TOLD_APART:
            return "it cannot be told who did what to whom"
    return None


def _holds(time: Time, other: Time) -> bool:
    """The written time is the quote's, or a longer one around it."""
    if None in (time.first, time.last, other.first, other.last):
        return time.words.lower() == other.words.lower()
    return time.first <= other.first and other.last <= time.last  # type: ignore[operator]


# --- Sentences and their marks ---------------------------------------------------------------------------------------

_MARKS_BEHIND = re.compile(rf"([.!?][\"”’')]*)[ \t]*((?:{MARK.pattern.replace('(', '(?:', 1)}[ \t]*)+)", re.ASCII)


def cited_sentences(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each sentence without its marks, and the numbers it cites in order; marks behind a full stop belong before it."""
    drawn_in = _MARKS_BEHIND.sub(r"\2\1 ", text)
    for span in sentences(drawn_in, Span(0, len(drawn_in))):
        written = span.of(drawn_in)
        numbers = dict.fromkeys(int(n) for m in MARK.finditer(written) for n in re.split(r"[,;]", m[1]))
        if sentence := _without_marks(written):
            yield sentence, tuple(numbers)


def _without_marks(text: str) -> str:
    """One line, marks away, with no space before the full stop and a full stop where there is none."""
    line = " ".join(MARK.sub(" ", unicodedata.normalize("NFC", text)).split())
    line = re.sub(r"^(?:[-•*–]|\d\.)\s+", "", re.sub(r"\s+([.,;:!?])", r"\1", line))
    return f"{line}." if line and line[-1].isalnum() else line


# --- What is no plain statement --------------------------------------------------------------------------------------

_PLAIN_SIGNS = frozenset(" .,;:!?'\"“”‘’()-–—/%$€£¥&")
_LINK = re.compile(r"[^\W_]\.[a-z]{2,}\b|\bwww\b|\bhttps?\b", re.I)
_ABBREVIATION = re.compile(r"\b(?:[^\W\d_]\.){2,}", re.I)
_TO_THE_READER = re.compile(
    r"\b(?:you|your|yours|yourself|please|click)\b|\b(?:previous|prior|above|following) instructions?\b"
    r"|\bsystem (?:prompt|message)|\blanguage model\b|\bas an ai\b|\b(?:assistant|user|system):"
    r"|^\W*(?:ignore|disregard|forget|visit|call|send|download|e-?mail|pay|subscribe|enter|type|run|copy|paste|reply|respond|say"
    r"|tell|write|answer|repeat|print|output|note|remember|open|install|contact|do|don['’]t|never|always|let|go|see|read|use)\b",
    re.I,
)


def unfit(sentence: str) -> str | None:
    """Why the sentence is no plain statement to a reader, whatever the quotes say; None when it is one."""
    if len(sentence) > LONGEST_SENTENCE:
        return "it is too long"
    if any(not c.isalnum() and c not in _PLAIN_SIGNS for c in sentence) or re.search(r"&#?\w+;", sentence):
        return "it holds signs that plain text has not"
    if any(c.isalnum() and unicodedata.normalize("NFKC", c) != c for c in sentence):
        return "it holds letters or digits in disguise"
    if _LINK.search(_ABBREVIATION.sub("", sentence)):
        return "it holds a link"
    if _TO_THE_READER.search(sentence):
        return "it tells the reader what to do"
    return None if re.search(r"[.!][\"”’')]*$", sentence) else "it is no whole statement"
