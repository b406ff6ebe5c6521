"""Does a sentence say a claim, or the contrary of it? The facts of the two are held against each other.

A claim is said where its deed, its names, its numbers, its times and its denial are the sentence's, and contradicted where one
of these excludes the other. What grammar cannot tell is silence, not a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from answering.facts.clauses import HEDGING, NOBODY, Clause, Phrase, Sentence, Status, goes_on_as, sentence_of
from answering.facts.deeds import alike, has_what_is_told, related
from answering.facts.kinds import counted
from answering.facts.thesaurus import Relation, is_unique, kinds_of, relation, same_noun, surely_same
from answering.facts.told import Told, half_told, meant, set_against, told_in
from language.amounts import Amount, amounts_in, comparable_amounts, exclude_each_other, same_amount
from language.names import same_name
from language.times import Time, overlap, times_in


class Stand(Enum):
    """How a sentence stands to a claim."""

    SAYS = "it says the claim"
    DENIES = "it says otherwise"
    SILENT = "it tells something else, or grammar cannot tell"


@dataclass(frozen=True)
class ParsedClaim:
    """A statement, read once. clause: its deed; None where it has none."""

    sentence: Sentence
    clause: Clause | None
    amounts: tuple[Amount, ...]
    times: tuple[Time, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.sentence.names


_MATTER = 0.5
"""Of the claim's content words, how many the sentence and what stands around it must hold."""


def claim_of(text: str, said_on: date | None = None) -> ParsedClaim:
    """said_on: the day against which "last month" is read."""
    sentence = sentence_of(text)
    times = tuple(times_in(text, said_on))
    amounts = tuple(a for a in amounts_in(text) if not any(a.span.overlaps(t.span) for t in times))
    top = next((c for c in sentence.clauses if c.parent is None), None)
    return ParsedClaim(sentence, _going_on(sentence, top) if top else None, amounts, times)


def _going_on(sentence: Sentence, clause: Clause) -> Clause:
    """ "used to be", "is going to buy": the deed is the second verb's."""
    other = goes_on_as(sentence, clause, ("use", "go", "be")) if not clause.deeds else None
    if other is None:
        return clause
    return replace(other, status=Status.ASSERTED) if clause.verb == "use" else other


def stand(claim: ParsedClaim, told: Told) -> Stand:
    """What the sentence says of the claim."""
    if claim.clause is None:
        return Stand.SILENT
    if any(_another_did(claim.clause, told, c) for c in told.sentence.clauses):
        return Stand.DENIES
    if not _of_its_names(claim, told) or not _of_its_matter(claim, told):
        return Stand.SILENT
    found = [_stand_of(claim, told, c) for c in told.sentence.clauses]
    return next((s for s in (Stand.SAYS, Stand.DENIES) if s in found), Stand.SILENT)


def _of_its_names(claim: ParsedClaim, told: Told) -> bool:
    text = f"{told.text}\n{told.title}\n{told.passage}"
    return all(told_in(n, text) for n in claim.names)


def _of_its_matter(claim: ParsedClaim, told: Told) -> bool:
    numbers = {w for a in claim.amounts for w in re.findall(r"[a-z]+", a.span.of(claim.sentence.text).lower())}
    lemmas = {w for c in claim.sentence.clauses for w in c.lemmas if not w[0].isdigit()}
    wanted = {w for w in lemmas if w not in numbers and f"{w}s" not in numbers}
    text = f"{told.text} {told.around}".lower()
    here = {w for c in told.sentence.clauses for w in c.lemmas}
    held = {w for w in wanted if w in here or w in text or any(relation(w, h) is not Relation.NONE for h in here)}
    return len(held) >= _MATTER * len(wanted)


def _stand_of(claim: ParsedClaim, told: Told, clause: Clause) -> Stand:
    assert claim.clause is not None
    mine = claim.clause
    how = related(mine, clause)
    if _from_the_other_end(claim, told, clause, how):
        return Stand.DENIES
    if how is Relation.NONE or not _of_the_same(told, mine, clause, how):
        return Stand.SILENT
    # What is not so at all is not so in any way; what is told must be told with all that the claim says.
    at_all = clause.status is Status.DENIED and mine.status is Status.ASSERTED and how is Relation.SAME
    if not _within(claim, told, clause) if at_all else _missing(mine, told, clause):
        return Stand.SILENT
    if Status.HEDGED in (clause.status, mine.status):
        agree = clause.status is mine.status and how is not Relation.CONTRARY
        return Stand.SAYS if agree and _all_agree(claim, told, clause) else Stand.SILENT
    if (mine.status is clause.status) is (how is Relation.CONTRARY):
        return Stand.DENIES if how is Relation.CONTRARY or not _values_missing(claim, told) else Stand.SILENT
    if how is not Relation.CONTRARY and (
        _values_exclude(claim, told, clause) or _opposed(mine, clause) or _only_some(claim, told)
    ):
        return Stand.DENIES
    return Stand.SAYS if how is not Relation.CONTRARY and _all_agree(claim, told, clause) else Stand.SILENT


def _from_the_other_end(claim: ParsedClaim, told: Told, other: Clause, how: Relation) -> bool:
    """ "Helvia bought it from Beta", where Beta bought it; "Keane handed it over", where she took it over."""
    mine = claim.clause
    if mine is None or mine.agent is None or other.agent is None or mine.patient is None or other.patient is None:
        return False
    if not mine.status is other.status is Status.ASSERTED or not _fills(told, mine.patient, other.patient):
        return False
    if how is Relation.CONVERSE:
        return bool(mine.agent.names) and alike(told, mine.agent, other.agent)
    names = meant(told, other.agent) or other.agent.names
    elsewhere = [p for _, p in mine.beside for n in names if told_in(n, p.text)]
    return how is Relation.SAME and bool(elsewhere and mine.agent.names) and not alike(told, mine.agent, other.agent)


def _within(claim: ParsedClaim, told: Told, other: Clause) -> bool:
    """All that the sentence denies something of stands in the claim too."""
    text = claim.sentence.text.lower()
    phrases = [p for _, p in other.phrases() if not p.pronoun and not _is_nobody(p)]
    return all(p.head in text or any(told_in(n, text) for n in p.names) for p in phrases)


def _is_nobody(phrase: Phrase) -> bool:
    return phrase.head in NOBODY or phrase.text.split()[0].lower() in NOBODY


def _missing(mine: Clause, told: Told, other: Clause) -> bool:
    """A part of the claim of which the sentence, and what stands around it, says nothing. Numbers and times are held elsewhere."""
    text = f"{told.text} {told.around}".lower()
    return any(not _is_found(p, told, other, text) for _, p in mine.phrases())


def _is_found(own: Phrase, told: Told, other: Clause, text: str) -> bool:
    if (
        own.head.isdigit()
        or any(c.isdigit() for c in own.text)
        or times_in(own.text)
        or kinds_of(own.head) & {"time", "quantity"}
    ):
        return True
    return (
        own.head in text
        or own.pronoun
        or any(alike(told, own, p) for _, p in other.phrases())
        or any(told_in(n, text) for n in own.names)
    )


_ALL = re.compile(r"\b(?:all|every|each)\b", re.IGNORECASE)
_NOT_ALL = re.compile(r"\b(?:only [a-z]+ of|all but|not all|almost all|nearly all|not every|most of)\b", re.IGNORECASE)


def _only_some(claim: ParsedClaim, told: Told) -> bool:
    return bool(_ALL.search(claim.sentence.text) and not _NOT_ALL.search(claim.sentence.text) and _NOT_ALL.search(told.text))


def _all_agree(claim: ParsedClaim, told: Told, clause: Clause) -> bool:
    return not _values_missing(claim, told) and not _values_exclude(claim, told, clause)


def _of_the_same(told: Told, mine: Clause, other: Clause, how: Relation) -> bool:
    """Each place that both fill is filled alike, and at least one is; surely the same verb, for a dictionary's synonyms may differ."""
    if how is Relation.CONVERSE:
        return _crosses(told, mine, other)
    pairs = [
        (a, b) for a, b in ((mine.agent, other.agent), (mine.patient, other.patient)) if a is not None and b is not None
    ]
    sure = (
        how is Relation.CONTRARY
        or has_what_is_told(mine, other)
        or any(surely_same(a, b) for a in (mine.verb, *mine.deeds) for b in (other.verb, *other.deeds))
    )
    return sure and bool(pairs) and all(_fills(told, a, b) for a, b in pairs) and _is_told_of_one(told, mine, other)


def _is_told_of_one(told: Told, mine: Clause, other: Clause) -> bool:
    """Where a clause has only pronouns ("it keeps buying them"), one of the claim's names at least is beside them, or is who they mean."""
    if any(not p.pronoun for p in (other.agent, other.patient) if p is not None):
        return True
    names = [n for _, p in mine.phrases() for n in p.names]
    here = " ".join(p.text for _, p in other.phrases())
    known = [n for _, p in other.phrases() for n in meant(told, p)]
    return not names or any(told_in(n, here) or any(same_name(n, k) for k in known) for n in names)


def _crosses(told: Told, mine: Clause, other: Clause) -> bool:
    """ "A sold it to B" and "B bought it": the thing is the same, and who does the one stands at the other end."""
    ends = [p for p in (other.patient, *(p for _, p in other.beside)) if p is not None]
    thing = mine.patient is None or (other.patient is not None and _fills(told, mine.patient, other.patient))
    return thing and mine.agent is not None and any(alike(told, mine.agent, p) for p in ends)


def _opposed(mine: Clause, other: Clause) -> bool:
    """ "his left hand" is not "his right hand"."""
    pairs = [(a, b) for _, a in mine.phrases() for _, b in other.phrases() if a.lemmas & b.lemmas]
    return any(
        relation(x, y) is Relation.CONTRARY for a, b in pairs for x in a.lemmas - b.lemmas for y in b.lemmas - a.lemmas
    )


def _fills(told: Told, own: Phrase, other: Phrase) -> bool:
    if _is_nobody(other):
        return True  # of whom nobody did it nobody else did
    if alike(told, own, other) or own.head in other.lemmas or other.head in own.lemmas:
        return True
    numbers = kinds_of(own.head) & {"quantity"} or any(ch.isdigit() for ch in own.text)
    return bool(numbers) or _defined(own, other)


def _defined(own: Phrase, other: Phrase) -> bool:
    """ "the firm" may be whoever was named before."""
    return (
        other.name is None
        and other.text.lower().startswith(("the ", "its ", "his ", "her ", "their "))
        and own.name is not None
        and not other.names
    )


def _another_did(mine: Clause, told: Told, other: Clause) -> bool:
    """The same thing, which only one can do, done by somebody else who is named."""
    if (
        not is_unique(mine.verb)
        or related(mine, other) is not Relation.SAME
        or not mine.status is other.status is Status.ASSERTED
    ):
        return False
    if mine.agent is None or other.agent is None or mine.patient is None or other.patient is None:
        return False
    names, own = meant(told, other.agent) or other.agent.names, mine.agent.names
    unlike = bool(own and names) and not alike(told, mine.agent, other.agent)
    return unlike and _one_thing(mine.patient, other.patient) and not any(told_in(n, other.agent.text) for n in own)


def _one_thing(one: Phrase, other: Phrase) -> bool:
    """Of one name, or a part of it: "the Lantern" is the Lantern Prize. Two that are only of one noun may be two."""
    return any(half_told(a, other.text) or half_told(b, one.text) for a in one.names for b in other.names)


def _values_missing(claim: ParsedClaim, told: Told) -> bool:
    """A number or a time of the claim that the sentence does not give."""
    amounts = [a for a in amounts_in(told.text) if not set_against(told.text, a.span)]
    times = [t for t in times_in(told.text, told.published) if not set_against(told.text, t.span)]
    if any(not any(same_amount(a, b) for b in amounts) for a in claim.amounts):
        return True
    return any(not is_dated(t, times, told.published) for t in claim.times)


def is_dated(time: Time, times: Sequence[Time], published: date | None) -> bool:
    """The sentence gives the claim's time, or it gives none and stands in an article of that time."""
    if times:
        return any(overlap(time, t) is not False for t in times)
    if time.first is None or time.last is None:
        return time.weekday is None
    return published is not None and time.first <= published <= time.last + timedelta(days=_SOON)


_SOON = 14
"""Days within which an article tells what happened."""


def _values_exclude(claim: ParsedClaim, told: Told, clause: Clause) -> bool:
    """A number of the same kind, told of the same deed, that is another one; or another time."""
    amounts = [
        a
        for a in amounts_in(told.text)
        if told.sentence.clause_at(a.span) in (clause, None) and not set_against(told.text, a.span)
    ]
    for own in claim.amounts:
        rivals = [a for a in amounts if _rivals(own, a) and _counts_alike(claim, own, told, a)]
        if (
            rivals
            and not any(same_amount(own, a) for a in rivals)
            and any(exclude_each_other(own, a) or own.kind != a.kind for a in rivals)
        ):
            return True
    times = [
        t
        for t in times_in(told.text, told.published)
        if told.sentence.clause_at(t.span) is clause and not set_against(told.text, t.span)
    ]
    return any(times and all(overlap(t, u) is False for u in times) for t in claim.times)


def _rivals(own: Amount, other: Amount) -> bool:
    """Of one kind, and counting one thing; a share and points are told of one rise."""
    if {own.kind, other.kind} == {"share", "points"}:
        return own.value == other.value
    return own.kind == other.kind and comparable_amounts(own, other)


def _counts_alike(claim: ParsedClaim, own: Amount, told: Told, other: Amount) -> bool:
    """25 buses and 14 buses, not 25 buses and 14 seats."""
    if own.kind != "count":
        return True
    mine, theirs = counted(claim.sentence.text, own), counted(told.text, other)
    return mine is not None and theirs is not None and same_noun(mine, theirs)


def certainty(text: str) -> Status:
    """Whether a sentence says what it is about, denies it, or only expects it: of its deed, not of who says it."""
    clauses = sentence_of(" ".join(text.split())).clauses
    told = [_of_what_it_tells(c) for c in clauses if c.parent is None or c.speaker is not None]
    return next((s for s in (Status.DENIED, Status.HEDGED) if s in told), Status.ASSERTED)


_GAINSAYING = frozenset(["deny", "dispute", "refute"])


def _of_what_it_tells(clause: Clause) -> Status:
    """ "is expected to decide", "denies that": what stands under the verb is not said to be so."""
    if clause.status is not Status.ASSERTED:
        return clause.status
    return Status.HEDGED if clause.verb in HEDGING else Status.DENIED if clause.verb in _GAINSAYING else Status.ASSERTED


def denies(text: str) -> bool:
    return certainty(text) is Status.DENIED
