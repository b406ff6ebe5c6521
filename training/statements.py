"""A question and its answer -> a statement: "When did the school open?", "1914" -> "The school did open in 1914."

By word order alone, without a parser (what Demszky et al. 2018 do with one): the words stay those of the question, so some
statements are stilted, but none says anything else.
"""

from __future__ import annotations

import re

_WH = r"(?:who|whom|whose|what|which|when|where|how many|how much|how long|how old|how)"
_AUX = r"(?:did|do|does|was|were|is|are|am|has|have|had|can|could|will|would|may|might|should|must)"
_OPENING = re.compile(
    rf"^(?P<prep>(?:in|on|at|to|from|by|for|with|of|under|during|after|before|about|into|through)\s+)?"
    rf"(?P<wh>{_WH})\b\s*(?P<noun>.*?)\s*\b(?P<aux>{_AUX}|['’]s)\b\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"^(?:who|what|which|whose|how many|how much)\b\s*(?P<rest>.+)$", re.IGNORECASE)
_INSIDE = re.compile(r"\b(?:what|which|who|whom|how many)\b(?:\s+\w+){0,3}$", re.IGNORECASE)
_DONE = re.compile(
    r"\b(?:\w+ed|born|built|made|known|held|found|founded|given|written|won|lost|sold|bought|led|taken|chosen|seen|shown|"
    r"set|sent|told|put|cut|paid|kept|left|drawn|driven|broken|fought|begun|become|located|\w+ing)\b",
    re.IGNORECASE,
)
_LONGEST_NOUN = 6
"""Words between the question word and its verb; more are a clause."""
_PREPOSITIONS = frozenset(
    [
        "in",
        "on",
        "at",
        "by",
        "from",
        "for",
        "since",
        "until",
        "near",
        "between",
        "because",
        "after",
        "before",
        "during",
        "to",
        "around",
    ]
)


def statement(question: str, answer: str) -> tuple[str, int] | None:
    """The statement and where in it the answer begins; None for a question whose order is not understood."""
    asked = " ".join(question.split()).rstrip(" ?.")
    found = _before_the_verb(asked, answer) or _subject(asked, answer) or _inside(asked, answer)
    if found is None:
        return None
    front, back = (part.strip() for part in found)
    told = f"{front} {answer} {back}".strip() + "."
    at = len(front) + 1 if front else 0
    return told[:1].upper() + told[1:], at


def _before_the_verb(asked: str, answer: str) -> tuple[str, str] | None:
    """What stands before the answer and what after it, where the question opens with its question word."""
    match = _OPENING.match(asked)
    if match is None or len(match["noun"].split()) > _LONGEST_NOUN:
        return None
    wh, aux, rest, noun = match["wh"].lower(), match["aux"].lower(), match["rest"], match["noun"]
    aux = "is" if aux in ("'s", "’s") else aux
    if aux in ("do", "does", "did"):
        return f"{rest} {match['prep'] or _joined(wh, answer)}".strip(), noun if wh.startswith("how") else ""
    if wh in ("when", "where", "how long", "how old", "how", "whose", "whom") or match["prep"]:
        return f"{_ordered(rest, aux)} {match['prep'] or _joined(wh, answer)}".strip(), ""
    return "", f"{noun + ' ' if wh.startswith('how') else ''}{aux} {rest}"


def _joined(wh: str, answer: str) -> str:
    """The preposition that a time or a place takes."""
    if wh not in ("when", "where") or answer.split()[0].lower() in _PREPOSITIONS:
        return ""
    return "in"


def _ordered(rest: str, aux: str) -> str:
    """ "the school opened" and "was" -> "the school was opened": the verb goes before what was done."""
    done = _DONE.search(rest, len(rest.split()[0]))
    return f"{rest[: done.start()]}{aux} {rest[done.start() :]}" if done else f"{rest} {aux}"


def _subject(asked: str, answer: str) -> tuple[str, str] | None:
    match = _SUBJECT.match(asked)
    return ("", match["rest"]) if match and not re.match(rf"{_AUX}\b", match["rest"], re.IGNORECASE) else None


def _inside(asked: str, answer: str) -> tuple[str, str] | None:
    match = _INSIDE.search(asked)
    return (asked[: match.start()], "") if match and match.start() > 0 else None
