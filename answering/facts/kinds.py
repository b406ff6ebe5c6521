"""Whether words are of the kind that a question asks for: a share is no count, a day no duration, a bakery nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from answering.facts.clauses import Clause
from answering.facts.deeds import related, role_of
from answering.facts.question import STATES, Asked, known
from answering.facts.thesaurus import Relation, kinds_of, relation, same_noun
from answering.facts.told import Fit, Told, Verdict, no, told_in
from corpus.article import Span
from language.amounts import Amount, amounts_in
from language.questions import COUNTED, Wants
from language.times import Time, overlap, times_in
from models.parser import parsed

if TYPE_CHECKING:
    from spacy.tokens import Token


# --- Whether a sentence tells of the time that a question is about ---


def of_the_time(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """Why what is told at `answer` is of another time than the question's; None where it may be of the same."""
    times = times_of(told, answer, clause) or _only_time(told, answer)
    for wanted in (t for t in asked.times if not t.relative):
        found = [overlap(wanted, t) for t in times]
        dated = [f for f in found if f is not None] or found
        if dated and not any(f is not False for f in dated):
            return no(answer, "another time")
    if (
        asked.clause is not None
        and asked.clause.verb in STATES
        and asked.clause.tense in ("past", "perfect")
        and clause is not None
        and clause.tense == "present"
        and _says_now(told, clause)
        and related(asked.clause, clause) is not Relation.CONVERSE
    ):
        return no(answer, "it is so now, and is asked of then")
    if asked.era == "now" and clause is not None and _is_over(told, clause, times):
        return no(answer, "it was so, and is asked of now")
    if asked.era == "then" and clause is not None and clause.tense == "present" and not times:
        return no(answer, "it is so now, and is asked of then")
    return None


def _only_time(told: Told, answer: Span) -> list[Time]:
    """Where a sentence names one time it is that of all that it tells."""
    every = [t for t in times_in(told.text, told.published) if not t.span.overlaps(answer)]
    return every if len(every) == 1 else []


def _says_now(told: Told, clause: Clause) -> bool:
    """ "costs 9 francs now"."""
    return any(told.sentence.clause_at(Span(m.start(), m.end())) is clause for m in _AT_PRESENT.finditer(told.text))


_AT_PRESENT = re.compile(r"\b(?:now|nowadays|currently|today|these days|at present)\b", re.IGNORECASE)


def times_of(told: Told, answer: Span, clause: Clause | None) -> list[Time]:
    """The times told for the clause of the answer, else for the ones above it; the answer itself left out."""
    every = [t for t in times_in(told.text, told.published) if not t.span.overlaps(answer)]
    here = clause
    while here is not None:
        own = [t for t in every if told.sentence.clause_at(t.span) is here]
        if own:
            return own
        here = told.sentence.clauses[here.parent] if here.parent is not None and here.parent >= 0 else None
    return []


def _is_over(told: Told, clause: Clause, times: Sequence[Time]) -> bool:
    past = clause.tense == "past"
    ended = any(t.last is not None and told.published is not None and (told.published - t.last).days > 366 for t in times)
    undated = any(t.last is not None and told.published is None and clause.tense == "past" for t in times)
    return past and (ended or undated or clause.speaker is None)


# --- Several things in one sentence, each with its own value: "Arlen offered 3 million, Brock 5 and Corse nothing" ---


def of_the_pair(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """ "Arlen offered 3 million, Brock 5 and Corse nothing": to each its own."""
    if "respectively" in told.text.lower():
        return _of_the_row(asked, told, answer)
    if asked.wants is Wants.NAME and (left_over := _left_over(asked, told)) is not None:
        return _its_own(left_over, answer)
    values = _values(asked, told)
    own = own_value(asked, told, values) if len(values) > 1 else None
    return _its_own(own, answer) if own is not None else None


def _its_own(own: Span, answer: Span) -> Fit:
    """What stands right behind the name in a row is told of it, though the verb has another subject."""
    return Fit(Verdict.YES, answer) if own.overlaps(answer) else no(answer, "what is told of another one in the row")


def untimely(text: str) -> list[Amount]:
    """The amounts of a text that are no part of a date."""
    times = [t.span for t in times_in(text)]
    return [a for a in amounts_in(text) if not any(a.span.overlaps(t) for t in times) or a.kind == "time"]


def _values(asked: Asked, told: Told) -> list[Span]:
    """What could be meant in the sentence: its amounts, or its times."""
    text = told.text
    if asked.wants in COUNTED:
        return [a.span for a in untimely(text)] + [Span(m.start(), m.end()) for m in re.finditer(r"\bnothing\b", text)]
    return [t.span for t in times_in(text, told.published)] if asked.wants is Wants.DAY else []


def own_value(asked: Asked, told: Told, values: Sequence[Span]) -> Span | None:
    """The value right behind what the question is about, with no verb between them."""
    for word in _subjects(asked):
        for match in re.finditer(rf"\b{re.escape(word)}\b", told.text):
            for value in values:
                between, behind = told.text[match.end() : value.start], told.text[value.end :]
                if value.start >= match.end() and _GAP.fullmatch(between) and _ROW_GOES_ON.match(behind):
                    return value
    return None


def _left_over(asked: Asked, told: Told) -> Span | None:
    """ "Paper Wolves received the Golden Gull, Winter Hours the Silver Gull": a name and at once an object, without a verb."""
    for name in asked.names:
        found = re.search(rf"(?:, |\band |; ){re.escape(name)} (?P<own>(?:the|an?) [^,;.]+?)(?=[,;.]| and\b|$)", told.text)
        if found and not any(told_in(n, found["own"]) for n in asked.names):
            return Span(*found.span("own"))
    return None


_ROW_GOES_ON = re.compile(r"\s*(?:[,;.)]|and\b|while\b|but\b|$)")
_GAP = re.compile(r"\s*(?:[,:(]\s*)?(?:(?:on|in|at|with|by|for|to|from)\s+)?(?:about |some |only |the )?")


def _subjects(asked: Asked) -> list[str]:
    """The names of the question, and the nouns of what it is about."""
    places = (asked.clause.agent, asked.clause.patient) if asked.clause else ()
    phrases = [p for p in places if p is not None and known(asked, p) and not p.pronoun]
    words = [
        t
        for p in phrases
        if p.name is None
        for t in (p.text.split()[-1], *(w for w in p.text.split() if w.lower() == p.head))
    ]
    return [w for n in asked.names for w in (n, n.split()[-1])] + [w for w in words if len(w) > 2]


def _of_the_row(asked: Asked, told: Told, answer: Span) -> Fit | None:
    """ "A and B will be led by X and Y respectively"."""
    rows = _rows(told.text)
    beside = [p.text.split()[-1] for _, p in asked.clause.beside] if asked.clause else []
    subjects = [*_subjects(asked), *(w for w in beside if len(w) > 2)]
    for own in rows:
        at = next(
            (n for n, part in enumerate(own) for w in subjects if re.search(rf"\b{re.escape(w)}\b", part.of(told.text))),
            None,
        )
        others = [row for row in rows if row is not own and len(row) == len(own)]
        if at is not None and others:
            right = others[-1][at]
            wrong = [part for n, part in enumerate(others[-1]) if n != at]
            return (
                None
                if right.overlaps(answer) and not any(p.overlaps(answer) for p in wrong)
                else no(answer, "another one of the row")
            )
    return None


def _rows(text: str) -> list[list[Span]]:
    """Phrases joined by "and", each row with the spans of its parts."""
    first = [t for t in parsed([text])[0] if t.dep_ != "conj" and t.conjuncts and t.conjuncts[0].i > t.i]
    return [[_part(t) for t in (token, *token.conjuncts)] for token in first]


def _part(token: Token) -> Span:
    start = token.left_edge.idx if token.dep_ == "conj" else token.idx - _before(token)
    return Span(start, token.idx + len(token))


def _before(token: Token) -> int:
    """Characters of the words that belong to a noun before it."""
    first = next((c for c in token.lefts if c.dep_ in ("compound", "nummod", "amod", "det", "poss")), token)
    return int(token.idx - first.idx)


# --- Whether words are of the kind that a question asks for: a share is no count, a day no duration, a bakery nobody ---


def of_the_kind(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """Why words at `answer`, offsets in the sentence, are not of the kind; None where they may be."""
    words = answer.of(told.text)
    if asked.wants in COUNTED:
        return _of_the_amount(asked, told, answer)
    if asked.wants is Wants.DAY:
        durations = [a for a in amounts_in(words) if a.kind == "time"]
        told_times = [t for t in times_in(told.text, told.published) if t.span.overlaps(answer)]
        if not told_times and ((durations and not _COUNTED_FROM.search(words)) or not _TIMELY.search(words)):
            return no(answer, "no time")
        if asked.noun == "month" and not _MONTH_NAMED.search(words):
            return no(answer, "no month")
    in_it = re.search(r"\b(?:in|at|near) $", told.text[: answer.start])
    if asked.wants in (Wants.PERSON, Wants.SPEAKER) and (in_it or not _may_act(told, answer)):
        return no(answer, "nobody")
    a_name = _is_named(told, answer) or re.search(r"[A-Z\d“\"‘']", words[1:] if answer.start == 0 else words)
    if _NAME_OF.search(asked.text) and not a_name:
        return no(answer, "no name")
    if asked.wants is Wants.PLACE and clause is not None and asked.clause is not None:
        role = role_of(clause, answer)
        if role == "by" or (role in ("agent", "patient") and related(asked.clause, clause) is Relation.SAME):
            return no(answer, "no place")
    return None


_NAME_OF = re.compile(
    r"\bnames? of\b|\bnamed\b|\b(?:is|are|was|were|be|been)\b.*\bcalled\b(?! (?:for|on|off))", re.IGNORECASE
)


def _is_named(told: Told, answer: Span) -> bool:
    found = (m for n in told.sentence.names for m in re.finditer(re.escape(n), told.text))
    return any(Span(*m.span()).overlaps(answer) for m in found)


def _may_act(told: Told, answer: Span) -> bool:
    """Names, people and groups can be who; a bakery cannot."""
    if _is_named(told, answer):
        return True
    heads = {
        p.head
        for c in told.sentence.clauses
        for _, p in c.phrases()
        if p.span.start <= answer.start < p.span.end or p.span.overlaps(answer)
    }
    kinds = [kinds_of(h) for h in heads]
    return not kinds or any(not k or k & {"person", "group", "animal", "Tops"} for k in kinds)


_COUNTED_FROM = re.compile(r"\b(?:before|after|earlier|later|ago|previously|into|from now)\b", re.IGNORECASE)
_MONTH_NAMED = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_TIMELY = re.compile(
    r"\b(?:\d{1,2}|century|dawn|dusk|noon|midnight|morning|evening|night|spring|summer|autumn|winter|christmas|easter|before|after"
    r"|during|when|ago|end|beginning|start|soon|now|immediately|half|quarter)\b",
    re.IGNORECASE,
)
_POSTS = frozenset(["job", "post", "position", "vacancy", "worker"])
_PEOPLE = frozenset(["people", "person", "man", "woman", "child", "human"])


def _of_the_amount(asked: Asked, told: Told, answer: Span) -> Fit | None:
    inside = [a for a in amounts_in(told.text) if a.span.overlaps(answer)]
    if not inside and _ONCE.fullmatch(answer.of(told.text).lower()) and not re.search(r"\btimes\b|\boften\b", asked.text):
        return no(answer, "no amount")
    if not inside:
        return None if _UNCOUNTED.search(answer.of(told.text)) else no(answer, "no amount")
    if not any(is_asked_for(asked, told, a) for a in inside):
        return no(answer, "an amount of something else")
    if _EACH.search(asked.text) and not _EACH.search(told.text) and not re.search(r"\ban? [a-z]+", told.text[answer.end :]):
        return no(answer, "not for each")
    return None


_EACH = re.compile(r"\b(?:each|per|every|apiece|a head)\b", re.IGNORECASE)
_ONCE = re.compile(r"once|twice")
_UNCOUNTED = re.compile(
    r"\b(?:half|none|no|nobody|all|both|several|dozens|hundreds|thousands|millions|billions|many|few|once|twice|free|nothing)\b",
    re.IGNORECASE,
)


def is_asked_for(asked: Asked, told: Told, amount: Amount) -> bool:
    """A share is no count, a day no number of people, one thing's number not another's."""
    wanted = asked.noun
    if (
        amount.span.of(told.text).isdigit()
        and _OF_A_NAME.search(told.text[: amount.span.start])
        and amount.span != own_value(asked, told, [amount.span])
    ):
        return False  # "Boeing 737"
    if _THAN.search(asked.text):
        return True  # "how many more": a third more
    if asked.wants is Wants.SHARE or wanted == "percent":
        return amount.kind == "share"
    if wanted in ("point", "percentage point"):
        return amount.kind == "points"
    if asked.wants is Wants.LENGTH:
        return amount.kind in (("measure",) if _is_a_thing(asked) else ("time", "measure"))
    if wanted is None:
        return _of_how(asked, amount)
    if wanted == "time":
        return amount.kind == "time" if " much " in asked.text else True
    if amount.kind == "measure" and re.match(rf"\s+of (?:[a-z]+ )?{re.escape(wanted)}", told.text[amount.span.end :]):
        return True  # "60 centimetres of snow"
    if amount.kind != "count":
        single = amount.unit.rstrip("s")
        return (amount.kind == "measure" and (single == wanted or _unit_of(wanted) == amount.unit)) or (
            amount.kind != "share"
            and _unit_of(wanted) in (amount.unit, None)
            and kinds_of(wanted) & {"quantity", "time", "possession", "attribute"} != set()
        )
    noun = counted(told.text, amount)
    if noun is None and _is_an_age(told, amount):
        return False
    if noun is None or _may_be(wanted, noun):
        return True
    clause = told.sentence.clause_at(amount.span)
    return wanted in _POSTS and clause is not None and relation(clause.verb, "hire") is Relation.SAME


def _is_an_age(told: Told, amount: Amount) -> bool:
    """ "He is 63": not 63 of anything."""
    clause = told.sentence.clause_at(amount.span)
    who = clause.agent if clause is not None and clause.verb == "be" else None
    return who is not None and (who.text.lower() in ("he", "she", "i") or any(who.name == p for p in told.sentence.people))


_THAN = re.compile(r"\b(?:more|less|fewer|[a-z]+er)\b.*\bthan\b|\bhow (?:much|many) (?:more|less|fewer)\b", re.IGNORECASE)


def _is_a_thing(asked: Asked) -> bool:
    """A tunnel is so many metres long, a meeting so many hours."""
    subject = asked.clause.agent if asked.clause and asked.clause.verb == "be" and "long" in asked.clause.deeds else None
    kinds = kinds_of(subject.head) if subject else frozenset()
    return bool(kinds & {"artifact", "object", "location"}) and not kinds & {"event", "act", "communication"}


def _of_how(asked: Asked, amount: Amount) -> bool:
    """ "how much", "how old", "how full", "what sum"."""
    first = asked.text.lower()
    if re.search(r"\bhow (?:full|likely)\b", first):
        return amount.kind == "share"
    if re.search(r"\bhow much of\b", first):
        return amount.kind in ("share", "money", "measure", "count")
    if re.search(r"\bhow old\b|\bage\b", first):
        return amount.kind in ("time", "count")
    if asked.clause is not None and asked.clause.verb in (
        "pay",
        "cost",
        "spend",
        "earn",
        "offer",
        "owe",
        "charge",
        "donate",
        "give",
    ):
        return amount.kind in ("money", "count")
    return True


def _unit_of(noun: str) -> str | None:
    found = amounts_in(f"5 {noun}")
    return found[0].unit if found and found[0].kind != "count" else None


def counted(text: str, amount: Amount) -> str | None:
    """The lemma of what a bare number counts: "people" of "twelve burned people"; None where it stands alone."""
    doc = parsed([text])[0]
    token = next((t for t in doc if amount.span.start <= t.idx < amount.span.end and t.pos_ == "NUM"), None)
    if token is None:
        return None
    while token.head.pos_ == "NUM" and token.dep_ in ("compound", "nummod", "quantmod"):
        token = token.head
    head = token.head if token.dep_ in ("nummod", "compound", "amod", "appos") else None
    if head is None:
        of = next((p for c in token.children if c.lower_ == "of" for p in c.children if p.dep_ == "pobj"), None)
        head = of if of is not None and of.pos_ == "NOUN" else None
    return head.lemma_.lower() if head is not None and head.pos_ in ("NOUN", "PROPN") and head.i > token.i else None


def _kinds(noun: str) -> frozenset[str]:
    """A match is an event and a game an act; a household is a group and a home a place: of one kind here."""
    return frozenset({"act": "event", "group": "location"}.get(k, k) for k in kinds_of(noun))


def _may_be(wanted: str, counted: str) -> bool:
    """Passengers are people; walks are no pupils. Words that are not known may be anything."""
    if same_noun(wanted, counted) or wanted in counted or counted in wanted:
        return True
    mine, theirs = _kinds(wanted), _kinds(counted)
    if wanted in _PEOPLE:
        return (
            not theirs or bool(theirs & {"person", "location", "animal"}) or counted in ("case", "life", "victim", "death")
        )
    if counted in _PEOPLE:
        return not mine or bool(mine & {"person", "location", "animal"})
    return not mine or not theirs or bool(mine & theirs)


_OF_A_NAME = re.compile(r"(?<=\w )(?<![Ii]n )(?<![Aa]t )(?<![Oo]f )(?<!rom )(?<!ear )[A-Z][\w’'-]*[ -]$")
