"""What "he", "it" and "they" stand for, by the last question and its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from answering.followup.conversation import Past
from answering.followup.parts import BE, PREPOSITION, is_plural
from answering.followup.spoken_names import is_person, is_place

_WHICH_COMPANY = re.compile(
    r"(?:which|what) (?:company|firm|bank|group|start-?up|team|party|country|city|club|agency|maker|drug|university|airline)\b",
    re.I,
)


def possessive(who: str) -> str:
    return f"{who}’" if who.endswith("s") else f"{who}’s"


def referent(pronoun: str, past: Past, used: Sequence[str]) -> str | None:
    """People for "he"; for "it" and "they" the subject of the last question, or the thing that it is about."""
    taken = {u.lower() for u in used}
    names = [n for n in past.names if n.lower() not in taken]
    told = [n for n in past.answer_names if n.lower() not in taken and n not in past.names]
    if pronoun in ("he", "him", "his", "she", "her"):
        return next(_people(names, told, past), None)
    if pronoun in ("they", "them", "their") and (pair := _pair(past, names)):
        return pair
    if _WHICH_COMPANY.match(past.question):
        first = next((n for n in told if past.statement.startswith(n)), None)
        if first and not past.asked.inverted:
            return first
    things = [n for n in names if not is_person(n)]
    thing = next((n for n in things if not past.is_place(n)), None)
    if thing and re.search(rf"\bthe {re.escape(thing)}(?!\w)", past.question):
        return _with_noun(f"the {thing}", past)
    return thing or (_thing_asked(past) if not used else None) or next(iter(things), None)


def _people(names: Sequence[str], told: Sequence[str], past: Past) -> Iterator[str]:
    """Likely first: of a "who" question the one in the answer; then full names; then a single name alone."""
    asked, answered = [n for n in names if is_person(n)], [n for n in told if is_person(n)]
    if re.match(r"who(?:se|m)?\b", past.question, re.I):
        yield from answered
        if past.asked.copular and (role := _thing_asked(past)):
            yield role
    yield from [*asked, *answered]
    yield from [n for n in names if not is_place(n) and not n.isupper() and " " not in n][:1]


def _pair(past: Past, names: Sequence[str]) -> str:
    """ "Meta and AMD" where two names stand so in the last question."""
    for one, other in pairwise(names):
        if f"{one} and {other}" in past.question:
            return f"{one} and {other}"
    return ""


def _with_noun(name: str, past: Past) -> str:
    """ "the Gotland" -> "the Gotland tunnel", where that stands before the last word, the verb."""
    match = re.fullmatch(rf"(?P<np>{re.escape(name)} [a-z]+) (?P<verb>[a-z]+)", past.asked.rest)
    return match["np"] if match and not is_plural(match["verb"]) else name


def _thing_asked(past: Past) -> str | None:
    """What a question without a name is about: "the rail strike" of "When did the rail strike begin?"."""
    asked = past.asked
    match = re.match(rf"the (?:(?!{PREPOSITION}\b|the\b|a\b|an\b|of\b)[\w-]+ ?)+", asked.rest, re.I)
    if not match or (asked.head.lower() == "what" and not asked.copular):
        return None  # after "What did the minister say?", "it" is what was said
    words, after = match[0].split(), asked.rest[match.end() :]
    if asked.copular:
        return asked.rest if len(asked.rest) <= 100 else None
    if after.startswith("of ") or (len(words) == 2 and not after and asked.aux.lower() not in BE):
        return None
    if asked.aux.lower() in BE and asked.head:
        return _without_predicate(match[0].strip())
    return " ".join(words if len(words) == 2 else words[:-1])


def _without_predicate(np: str) -> str:
    """ "the deal signed" -> "the deal"."""
    words = np.split()
    irregular = r"built|sold|held|made|sent|found|shot|hit|won|lost|paid|born|cut|bought|set|left|told|kept|led|struck|caught|brought"
    participle = re.fullmatch(rf".+(?:ed|en|ing|wn)|{irregular}", words[-1])
    return " ".join(words[:-1]) if len(words) > 2 and participle else np
