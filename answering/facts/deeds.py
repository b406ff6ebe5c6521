"""How the deeds of two clauses stand to each other, and whether they are told of the same people and things."""

from __future__ import annotations

import re

from answering.facts.clauses import DENYING, Clause, Phrase
from answering.facts.question import Asked, known
from answering.facts.thesaurus import Relation, is_light, kinds_of, outcome_of, relation, same_noun, surely_same, thesaurus
from answering.facts.told import Told, meant, told_in
from corpus.article import Span
from language.names import same_name


def related(one: Clause, other: Clause) -> Relation:
    """How the deeds of two clauses stand to each other, by their verbs and by the nouns of light ones."""
    mine, theirs = deeds_of(one), deeds_of(other)
    found = {relation(a, b) for a in mine for b in theirs}
    if Relation.CONVERSE in found and (one.verb in _CAUSING) is not (other.verb in _CAUSING):
        return Relation.SAME  # who causes a death kills
    if has_what_is_told(one, other) or has_what_is_told(other, one):
        return Relation.SAME
    for how in (Relation.SAME, Relation.CONVERSE, Relation.CONTRARY):
        if how in found:
            turned = how is Relation.CONTRARY and other.lemmas & {"less", "few", "fewer", "little"}
            return Relation.NONE if turned else how
    return Relation.NONE


def has_what_is_told(one: Clause, other: Clause) -> bool:
    """Who posts revenue has it."""
    if one.verb != "have" or one.patient is None or other.patient is None:
        return False
    measured = kinds_of(one.patient.head) & {"possession", "quantity", "attribute"}
    return bool(measured) and same_noun(one.patient.head, other.patient.head) and other.verb not in DENYING


def deeds_of(clause: Clause) -> list[str]:
    """Words for what is done. A light verb tells it only where its noun does not: "made an offer" is to offer, "gave a coat" to give."""
    words = [w for w in clause.deeds if w not in _EMPTY]
    told = any(w in thesaurus().deeds for w in words)
    empty = clause.verb in ("be", "do", "have") or (told and is_light(clause.verb))
    return words if empty else [clause.verb, *words]


_CAUSING = frozenset(["cause", "inflict", "bring about"])
_EMPTY = frozenset(["something", "somebody", "much", "many"])


def in_another_role(asked: Asked, told: Told, answer: Span, clause: Clause, how: Relation) -> str | None:
    """Why the words are not in the place that is asked for, or what stands in the other places is of others."""
    assert asked.clause is not None
    mine = asked.clause
    role = role_of(clause, answer)
    if how is Relation.CONVERSE:
        if asked.slot == role == "agent":
            return "at the other end of the deed"
        return _conflict(
            told, mine.agent if known(asked, mine.agent) else None, clause.agent, same=False
        ) or _of_nobody_asked(asked, told, clause.agent)
    of_outcome = outcome_of(mine.verb) is not None and outcome_of(mine.verb) == outcome_of(
        clause.verb
    )  # who is rescued survives
    if (
        {asked.slot, role} == {"agent", "patient"}
        and not of_outcome
        and not _turns(mine, clause)
        and surely_same(mine.verb, clause.verb)
    ):
        return "in the other role"
    if (
        asked.slot in ("agent", "patient")
        and role not in ("", asked.slot)
        and role in ("by", "from")
        and asked.slot == "patient"
    ):
        return "in another role"
    facing = _facing(told, mine, clause)
    for own, other in facing:
        if known(asked, own) and (
            why := _conflict(told, own, other, same=True) or opposed(own, other) or _of_a_sister(own, other)
        ):
            return why
    if known(asked, mine.patient) and _is_only_beside(mine.patient, clause):
        return f"of {clause.patient.text}" if clause.patient else None
    own, other = facing[0]
    return _told_apart(told, own, other) if known(asked, own) and clause.verb != "be" else None


def _of_a_sister(own: Phrase | None, other: Phrase | None) -> str | None:
    """ "sales of Nimbo tablets" are not "sales of Nimbo phones"."""
    if own is None or other is None:
        return None
    for name in own.names:
        mine, theirs = (re.search(rf"\b{re.escape(name)} ([a-z]{{3,}})", p.text) for p in (own, other))
        if mine and theirs and not same_noun(_singular(mine[1]), _singular(theirs[1])):
            return f"of {theirs[0]}"
    return None


def _singular(noun: str) -> str:
    return noun.removesuffix("s")


def _facing(told: Told, mine: Clause, other: Clause) -> tuple[tuple[Phrase | None, Phrase | None], ...]:
    """The places that stand for each other: what "the fire started" tells of the fire, "a battery started the fire" tells of it too."""
    for one, two in ((mine, other), (other, mine)):
        if (
            one.patient is None
            and one.agent
            and two.agent
            and two.patient
            and one.verb == two.verb
            and alike(told, one.agent, two.patient)
        ):
            return ((mine.agent, other.patient),) if one is mine else ((mine.patient, other.agent),)
    return ((mine.agent, other.agent), (mine.patient, other.patient))


def _of_nobody_asked(asked: Asked, told: Told, other: Phrase | None) -> str | None:
    """Who employs them is named, and is nobody whom the question names."""
    names = meant(told, other) if other is not None else ()
    if (
        asked.clause is None
        or asked.clause.patient is not None
        or not names
        or not asked.names
        or any(same_name(a, n) or told_in(a, n) for a in asked.names for n in names)
    ):
        return None
    return f"of {names[0]}"


def _is_only_beside(own: Phrase | None, clause: Clause) -> bool:
    """ "runs workloads on AMD's chips" does not tell who runs AMD."""
    other = clause.patient
    if own is None or own.name is None or other is None or other.pronoun or told_in(own.name, other.text):
        return False
    return any(told_in(own.name, p.text) for _, p in clause.beside)


def _told_apart(told: Told, own: Phrase | None, other: Phrase | None) -> str | None:
    """ "The fencers get it on Mondays; the weavers ...": the sentence names whom the question names, in another place."""
    if own is None or other is None or own.name is not None or other.pronoun or own.head in other.lemmas:
        return None
    elsewhere = any(
        own.head in p.lemmas for c in told.sentence.clauses for _, p in c.phrases() if not p.span.overlaps(other.span)
    )
    return f"of {other.text}" if elsewhere and not same_noun(own.head, other.head) else None


def opposed(own: Phrase | None, other: Phrase | None) -> str | None:
    """ "the north tower" is not "the south tower", and gate 7 not gate 8: a number behind its noun is its name."""
    if own is None or other is None or not own.lemmas & other.lemmas:
        return None
    mine, theirs = (re.search(rf"\b{re.escape(own.head)} (\d[\w-]*)", p.text, re.IGNORECASE) for p in (own, other))
    if mine and theirs and mine[1] != theirs[1]:
        return f"{theirs[0]}, not {mine[0]}"
    for a in own.lemmas - other.lemmas:
        for b in other.lemmas - own.lemmas:
            if relation(a, b) is Relation.CONTRARY:
                return f"{b}, not {a}"
    return None


def of_the_same(asked: Asked, told: Told, clause: Clause, how: Relation) -> bool:
    """Whoever does it, or has it done to him, is whom the question names, where both are named."""
    assert asked.clause is not None
    mine = asked.clause
    if how is Relation.CONVERSE:
        return True
    for own, other in ((mine.agent, clause.agent), (mine.patient, clause.patient)):
        if known(asked, own) and _conflict(told, own, other, same=True):
            return False
    subjects = [p for p in (mine.agent, mine.patient) if known(asked, p)]
    others = [p for p in (clause.agent, clause.patient) if p is not None]
    return not subjects or any(alike(told, a, b) for a in subjects for b in others)  # type: ignore[arg-type]


def alike(told: Told, one: Phrase, other: Phrase) -> bool:
    """Two phrases that can be of one thing: of one name, or of one noun."""
    names = (*meant(told, other), *other.names)
    if one.names and names:
        return any(same_name(a, b) or told_in(a, b) for a in one.names for b in names)
    return other.pronoun or (
        same_noun(one.head, other.head) and len(one.lemmas & other.lemmas) * 2 >= min(len(one.lemmas), len(other.lemmas))
    )


def _turns(one: Clause, other: Clause) -> bool:
    """ "It opened", "they opened it": a verb with and without an agent."""
    return not ((one.agent and one.patient) or (other.agent and other.patient)) and (one.verb == other.verb)


def role_of(clause: Clause, answer: Span) -> str:
    """Of the phrase that the words stand in, the innermost: of "attacked a hiker on the ridge" the ridge is no patient."""
    found = [(p.span.end - p.span.start, role) for role, p in clause.phrases() if p.span.overlaps(answer)]
    return min(found, key=lambda pair: pair[0])[1] if found else ""


def _conflict(told: Told, own: Phrase | None, other: Phrase | None, *, same: bool) -> str | None:
    """Both places are filled with names, and by others; with same=False: by the same one."""
    if own is None or other is None:
        return None
    if own.name is None:
        return _of_another_kind(own, other) if same else None
    names = meant(told, other)
    if not names:
        return None
    names = (*names, *other.names)
    alike = any(same_name(own.name, n) or told_in(own.name, n) or told_in(n, own.name) for n in names)
    if same and not alike:
        return f"of {names[0]}"
    return f"of {names[0]} from the other end" if alike and not same else None


def _of_another_kind(own: Phrase, other: Phrase) -> str | None:
    """ "the Republican nomination" is not "the Democratic nomination"."""
    akin = same_noun(own.head, other.head) or own.head.endswith(other.head) or other.head.endswith(own.head)
    if not (own.names and other.names and akin):
        return None
    alike = any(same_name(a, b) or told_in(a, b) or told_in(b, a) for a in own.names for b in other.names)
    return None if alike else f"of {other.names[0]}"
