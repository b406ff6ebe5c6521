"""A question -> the statement that it asks about: "How many tonnes did the valley produce in 2022?" -> "the valley did produce many
tonnes in 2022", with the place where the answer belongs.

Parsers read statements better than questions. Word order is turned by rules over the tags of the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from answering.facts.thesaurus import thesaurus
from corpus.article import Span
from models.parser import parsed

if TYPE_CHECKING:
    from spacy.tokens import Token

_WH = frozenset(["who", "whom", "whose", "what", "which", "when", "where", "why", "how"])
_DO, _BE = frozenset(["do", "does", "did"]), frozenset(["is", "are", "was", "were", "'s", "’s", "am"])
_HAVE = frozenset(["has", "have", "had"])
_MODAL = frozenset(["can", "could", "will", "would", "may", "might", "should", "must", "shall"])
_AUX = _DO | _BE | _HAVE | _MODAL
_TENSES = {"did": "past", "do": "present", "does": "present"}
_COULD = frozenset(["VERB", "AUX", "NOUN", "PROPN", "ADJ", "ADV"])
_NOMINAL = frozenset(["NOUN", "PROPN", "ADJ", "ADV", "NUM"])
_LONGEST_ASKED = 9
"""Words of a question phrase ("how many tonnes of apricots")."""
_PLACEHOLDERS = {"who": "somebody", "whom": "somebody", "what": "something", "which": "something", "whose": "somebody's"}
_ADVERBIAL = frozenset(["when", "where", "why"])


@dataclass(frozen=True)
class Turned:
    """The statement; asked: where the answer's placeholder stands in it, None where only a time, place or reason is asked;
    words: the question's own phrase, "how many tonnes of apricots"; verb: where the verb stands, where that is known; tense: that of a helper ("did") for which
    "will" stands in the statement, since a parser knows a verb behind it."""

    text: str
    asked: Span | None
    words: str
    prep: str = ""
    verb: int | None = None
    tense: str = ""
    helper: str = ""


def turned(question: str) -> Turned | None:
    """None for what is no question, or one whose order is not understood."""
    tokens = [t for t in parsed([question.rstrip(" ?.!") + "?"])[0] if not t.is_space][:-1]
    if tokens and tokens[0].lower_ in _AUX:
        return _yes_or_no(tokens)
    at = next((n for n, t in enumerate(tokens) if t.lower_ in _WH and not _is_an_acronym(t)), None)
    if at is None:
        return None
    if (begin := _behind_a_comma(tokens, at)) is not None:
        tokens, at = tokens[begin:], at - begin
    if at > 2:
        return _in_its_place(tokens, at)
    prep = tokens[at - 1].lower_ if at and tokens[at - 1].pos_ in ("ADP", "SCONJ", "PART") else ""
    if (inner := _inner_subject(tokens, at)) is not None:
        return _indirect(tokens, at, inner)
    helper = next(
        (
            n
            for n in range(at + 1, min(len(tokens), at + _LONGEST_ASKED))
            if tokens[n].lower_ in _AUX and tokens[n].tag_ != "POS"
        ),
        None,
    )
    if helper is None or any(t.tag_ in ("VBD", "VBZ") for t in tokens[at + 1 : helper]):
        return _without_helper(tokens, at, prep)
    phrase, rest = tokens[at:helper], tokens[helper + 1 :]
    if not rest:
        return None
    if rest[0].lower_ == "there":  # "How many votes were there against it?"
        return _joined(f"there {tokens[helper].text}", _placeholder(phrase), rest[1:], phrase)
    if tokens[at].lower_ not in _ADVERBIAL and not prep and _is_verbal(rest[0], tokens[helper]):
        return _joined(_placeholder(phrase), "", [tokens[helper], *rest], phrase)
    verb = _verb(rest, tokens[helper])
    if verb is None:
        return replace(_of_state(phrase, tokens[helper], rest, prep), helper=tokens[helper].text)
    if rest[verb].lower_ == "have" and len(rest) > verb + 2 and rest[verb + 1].lower_ == "to":  # "have to pay"
        return _joined(
            _text([*rest[:verb], tokens[helper], *rest[verb : verb + 3]]), _placeholder(phrase), rest[verb + 3 :], phrase
        )
    found = _with_place(rest[:verb], tokens[helper], rest[verb], rest[verb + 1 :], phrase, prep)
    return replace(found, tense=_TENSES.get(tokens[helper].lower_, ""), helper=tokens[helper].text)


def claimed(question: str) -> tuple[str, str] | None:
    """What a question of yes and no asks about, and its denial: "Did the dam overflow?" -> "The dam did overflow.", "The dam did not
    overflow." None where its order is not understood."""
    turn = turned(question)
    if turn is None or turn.verb is None or turn.asked is not None or turn.words.lower() not in _AUX:
        return None
    front = turn.text[: turn.verb].rsplit(" ", 2)[0]
    told, denied = (f"{front} {turn.words.lower()} {more}{turn.text[turn.verb :]}." for more in ("", "not "))
    return told[:1].upper() + told[1:], denied[:1].upper() + denied[1:]


def _behind_a_comma(tokens: Sequence[Token], at: int) -> int | None:
    """ "After firing its coach, whom did the club hire?": the question begins behind what is told before it."""
    return next((n for n in (at, at - 1) if n > 1 and tokens[n - 1].text == ","), None)


def _is_an_acronym(token: Token) -> bool:
    """The WHO is no question word, unless all is written in capitals."""
    return token.text.isupper() and not token.doc.text.isupper()


def asked_anew(question: str, words: str, noun: str | None = None) -> str | None:
    """The question with another question phrase: "How many turbines did Norway order?" and "why" -> "why did Norway order turbines?".
    None where the answer is the subject, or its order is not understood. noun: what the words ask of, which then stands no more
    where it stood."""
    turn = turned(question)
    if turn is None:
        return None
    if noun is not None:
        words = f"{words} {noun}"
        question = question if turn.helper else question.replace(f" {noun}", "", 1)
    if question.split(" ", 1)[0].lower() in _AUX:
        return f"{words} {question[:1].lower()}{question[1:].rstrip(' ?')}?"
    if not turn.helper:
        return re.sub(r"^\w+", words, question) if words.lower().endswith("else") else None
    told, verb = turn.text, turn.verb
    if turn.asked is not None:
        left = re.sub(r"^(?:many|much|some(?:thing|body)?|so)\b ?", "", turn.asked.of(told))
        left = "" if noun is not None or words.lower().endswith("else") else left
        told = f"{told[: turn.asked.start]}{left}{told[turn.asked.end :]}"
    if verb is None:
        return f"{words} {turn.helper} {told.removesuffix(turn.helper).strip()}?"
    front, back = told[:verb].strip(), told[verb:]
    if back.split(" ", 1)[0] == turn.helper:
        return _text_of(words, turn.helper, front, back[len(turn.helper) :])
    return _text_of(words, turn.helper, front.rsplit(" ", 1)[0], back)


def _text_of(*parts: str) -> str:
    return " ".join(" ".join(parts).split()) + "?"


def _in_its_place(tokens: Sequence[Token], at: int) -> Turned | None:
    """ "South Korea banned the sale of what?": a statement already, with the question phrase where the answer belongs."""
    if tokens[at].lower_ not in ("what", "which", "who", "whom", "how") or tokens[at].dep_ in ("nsubj", "nsubjpass", "mark"):
        return None
    end = at + 1
    while (
        end < len(tokens)
        and end - at < _LONGEST_ASKED
        and tokens[at].lower_ in ("which", "what", "how")
        and tokens[end].pos_ in _NOMINAL
    ):
        end += 1
    return _joined(_text(tokens[:at]), _placeholder(tokens[at:end]), tokens[end:], tokens[at:end])


def _yes_or_no(tokens: Sequence[Token]) -> Turned | None:
    """ "Has Corvane bought Pellworm?" -> "Corvane has bought Pellworm"."""
    rest = tokens[1:]
    verb = _verb(rest, tokens[0])
    if verb is None:
        return _state(tokens[0], rest)
    help_ = "will" if tokens[0].lower_ in _DO else tokens[0].text
    front = f"{_text(rest[:verb])} {help_} {rest[verb].text}"
    told = f"{front} {_text(rest[verb + 1 :])}".strip()
    return Turned(told, None, tokens[0].text, "", len(front) - len(rest[verb]), _TENSES.get(tokens[0].lower_, ""))


def _state(helper: Token, rest: Sequence[Token]) -> Turned | None:
    """ "Is Lena Vogt the chief executive?" -> "Lena Vogt is the chief executive": its subject ends where a second noun phrase begins,
    else behind the last noun that something other than a preposition follows."""
    ends = [n for n in range(1, len(rest)) if rest[n - 1].pos_ in _SUBJECT and rest[n].pos_ not in ("ADP", "PART", "CCONJ")]
    if helper.lower_ not in _BE or not ends:
        return None
    end = next((n for n in ends if rest[n].pos_ == "DET"), ends[-1])
    front = f"{_text(rest[:end])} {helper.lower_} "
    return Turned(front + _text(rest[end:]), None, helper.text, "", len(front))


_SUBJECT = frozenset(["NOUN", "PROPN", "PRON", "NUM"])


def _without_helper(tokens: Sequence[Token], at: int, prep: str) -> Turned | None:
    """ "Which town offered most?", "when the new planetarium opens"."""
    if tokens[at].lower_ in _ADVERBIAL or prep:
        return Turned(_text(tokens[at + 1 :]), None, tokens[at].text, prep)
    end = at + 1
    while end < len(tokens) and end - at < _LONGEST_ASKED and not _is_finite(tokens[end]):
        end += 1
    rest = tokens[end:]
    if not rest:
        return None
    nouns = [t for t in tokens[at + 1 : end] if t.pos_ in ("DET", "PRON")]
    if nouns and tokens[at].lower_ == "how":  # "how full the reservoir is"
        inner = next(n for n in range(at + 1, end) if tokens[n] == nouns[0])
        told = _text(tokens[inner : end + 1])
        return replace(
            _joined(told, _placeholder(tokens[at:inner]), tokens[end + 1 :], tokens[at:inner]),
            verb=len(told) - len(tokens[end]),
        )
    return _joined(_placeholder(tokens[at:end]), "", rest, tokens[at:end])


def _inner_subject(tokens: Sequence[Token], at: int) -> int | None:
    """Where the subject begins in "how much capacity Meta secured", "when the bridge was opened": a second noun phrase behind the
    question phrase, before any verb."""
    if tokens[at].lower_ in (*_ADVERBIAL, "what", "who", "whom"):
        first = tokens[at + 1] if at + 1 < len(tokens) else None
        begins = first is not None and (
            first.pos_ in ("DET", "PRON") or (first.pos_ == "PROPN" and tokens[at].lower_ in _ADVERBIAL)
        )
        return at + 1 if begins else None
    for n in range(at + 2, min(len(tokens), at + _LONGEST_ASKED)):
        if tokens[n].lower_ in _AUX or _is_finite(tokens[n]) or tokens[n].pos_ == "ADP":
            return None
        named = tokens[n].text[:1].isupper() and tokens[n - 1].pos_ == "NOUN" and tokens[n - 1].text.islower()
        if named or (tokens[n].pos_ in ("DET", "PRON") and tokens[n - 1].pos_ in _NOMINAL):
            return n
    return None


def _indirect(tokens: Sequence[Token], at: int, inner: int) -> Turned | None:
    """ "what the new rice yielded": what stands behind the question phrase is a statement, and the answer belongs behind its verb."""
    rest = tokens[inner:]
    read = [
        (n, way)
        for way in ("", "will ")
        for n in range(1, len(rest))
        if _is_its_verb(f"{_text(rest[:n])} {way}{rest[n].text} something.", n + bool(way))
    ]
    if not read:
        return None
    will = read[0][1]
    verb = max(n for n, way in read if way == will)
    told = f"{_text(rest[:verb])} {will}{rest[verb].text}"
    back, phrase = rest[verb + 1 :], tokens[at:inner]
    if tokens[at].lower_ in _ADVERBIAL:
        found = Turned(f"{told} {_text(back)}".strip(), None, tokens[at].text)
    else:
        found = _joined(told, _placeholder(phrase), back, phrase)
    return replace(found, verb=len(told) - len(rest[verb]), tense="present" if will else "")


def _is_finite(token: Token) -> bool:
    return token.tag_ in ("VBD", "VBZ", "VBP", "MD") or token.lower_ in _AUX


def _is_verbal(token: Token, helper: Token) -> bool:
    """What follows the helper at once: "were injured", "will lead", "has bought"."""
    if helper.lower_ in _DO:
        return False
    if (
        (token.tag_ in ("VBN", "VBG") and helper.lower_ in _BE | _HAVE)
        or token.lower_ in ("be", "been", "being", "to")
        or token.tag_ == "RB"
    ):
        return True
    if token.tag_ in ("JJ", "JJR"):
        following = token.nbor() if token.i + 1 < len(token.doc) else token
        return following.pos_ not in ("NOUN", "PROPN", "ADJ")
    return helper.lower_ in _MODAL | _HAVE and (token.pos_ in ("VERB", "AUX"))


def _verb(rest: Sequence[Token], helper: Token) -> int | None:
    """Where the verb stands that the helper helps, behind its subject: of the words that could be it, one that the parser takes for
    the verb of the statement; one tagged as a verb first, then the last, for a subject may be long."""
    wanted = ("VBN", "VBD") if helper.lower_ in _HAVE else ("VBN", "VBG", "VBD") if helper.lower_ in _BE else ("VB", "VBP")
    known = thesaurus().meanings
    could = [
        n
        for n in range(1, len(rest))
        if rest[n - 1].pos_ not in ("DET", "ADP", "CCONJ", "SCONJ")
        and rest[n - 1].tag_ not in ("WDT", "WP", "TO", "POS", "PRP$")
        and (
            rest[n].tag_ in wanted
            or (
                helper.lower_ in _DO | _MODAL and rest[n].pos_ in _COULD and rest[n].text.islower() and rest[n].text in known
            )
        )
    ]
    ways = ("did", "will") if helper.lower_ in _DO else (helper.text,)
    read: list[int] = []
    for way in ways:
        read = read or [n for n in could if _is_its_verb(f"{_text(rest[:n])} {way} {rest[n].text} something.", n + 1)]
    if read:
        return max(read, key=lambda n: (rest[n].tag_ in wanted, n))
    if helper.lower_ in _BE:
        return next(
            (n for n in range(1, len(rest)) if rest[n].lower_ in ("going", "able", "likely", "expected", "due")), None
        )
    if could and helper.lower_ not in _HAVE:
        return could[0]
    return len(rest) - 1 if len(rest) > 1 and helper.lower_ in _DO | _MODAL and rest[-1].lower_ in known else None


def _is_its_verb(statement: str, at: int) -> bool:
    """Read as a statement: is the word at this place its verb, with all that stands before it as its subject?"""
    doc = parsed([statement])[0]
    verb = doc[at] if at < len(doc) else None
    if verb is None or verb.dep_ != "ROOT" or verb.pos_ not in ("VERB", "AUX"):
        return False
    return any(c.dep_ in ("nsubj", "nsubjpass") and c.left_edge.i == 0 for c in verb.children)


def _of_state(phrase: Sequence[Token], helper: Token, rest: Sequence[Token], prep: str) -> Turned:
    """ "Who is the director of the museum?" -> "the director of the museum is somebody"."""
    if phrase[0].lower_ in _ADVERBIAL or prep:
        return Turned(f"{_text(rest)} {helper.text}", None, _text(phrase), prep)
    told = f"{_text(rest)} {helper.text}"
    return replace(_joined(told, _placeholder(phrase), (), phrase), verb=len(told) - len(helper.text))


def _with_place(
    subject: Sequence[Token], helper: Token, verb: Token, back: Sequence[Token], phrase: Sequence[Token], prep: str
) -> Turned:
    """The placeholder behind the verb, or behind the preposition that was left alone."""
    help_ = "will" if helper.lower_ in _DO else helper.text
    front = f"{_text(subject)} {help_} {verb.text}"
    at = len(front) - len(verb)
    if phrase[0].lower_ in _ADVERBIAL or prep:
        return Turned(f"{front} {_text(back)}".strip(), None, _text(phrase), prep, at)
    alone = next(
        (n for n, t in enumerate(back) if t.pos_ in ("ADP", "PART") and t.tag_ in ("IN", "TO", "RP") and _is_alone(back, n)),
        None,
    )
    if alone is not None:
        found = _joined(f"{front} {_text(back[: alone + 1])}", _placeholder(phrase), back[alone + 1 :], phrase)
    else:
        found = _joined(front, _placeholder(phrase), back, phrase)
    return replace(found, verb=at)


def _is_alone(back: Sequence[Token], at: int) -> bool:
    """A preposition with nothing behind it, or only a time."""
    following = back[at + 1] if at + 1 < len(back) else None
    if back[at].lower_ in ("of", "in", "by") and following is not None:
        return False
    return following is None or following.lower_ in (
        "last",
        "this",
        "next",
        "in",
        "on",
        "at",
        "during",
        "yesterday",
        "today",
    )


def _placeholder(phrase: Sequence[Token]) -> str:
    words = [t.text for t in phrase]
    head = words[0].lower()
    if head == "how":
        return _text(phrase[1:]) or "so"
    if len(words) == 1:
        return _PLACEHOLDERS.get(head, "something")
    return ("somebody's " if head == "whose" else "some ") + _text(phrase[1:])


def _joined(front: str, placeholder: str, back: Sequence[Token], phrase: Sequence[Token]) -> Turned:
    """The placeholder between the two; where it is none, the front is."""
    if not placeholder:
        return Turned(f"{front} {_text(back)}".strip(), Span(0, len(front)), _text(phrase))
    return Turned(
        f"{front} {placeholder} {_text(back)}".strip(),
        Span(len(front) + 1, len(front) + 1 + len(placeholder)),
        _text(phrase),
    )


def _text(tokens: Sequence[Token]) -> str:
    """Words with their own spaces between them."""
    told = "".join(
        t.text_with_ws if n + 1 < len(tokens) and tokens[n + 1].i == t.i + 1 else t.text + " " for n, t in enumerate(tokens)
    )
    return re.sub(r"\s+", " ", told).strip()
