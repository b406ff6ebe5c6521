"""Whether words are of the kind that a question asks for: a share is no count, a day no duration, a bakery nobody."""

from __future__ import annotations

import re

from answering.facts.amounts import Amount, amounts_in
from answering.facts.clauses import Clause
from answering.facts.days import times_in
from answering.facts.deeds import related, role_of
from answering.facts.question import COUNTED, Asked, Wants
from answering.facts.rows import own_value
from answering.facts.thesaurus import Relation, kinds_of, relation, same_noun
from answering.facts.told import Fit, Told, no
from corpus.article import Span
from models.parser import parsed


def of_the_kind(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """Why words at `answer`, offsets in the sentence, are not of the kind; None where they may be."""
    words = answer.of(told.text)
    if asked.wants in COUNTED:
        return _of_the_amount(asked, told, answer)
    if asked.wants is Wants.DAY:
        durations = [a for a in amounts_in(words) if a.kind == "time"]
        if not times_in(words, told.published) and (
            (durations and not _COUNTED_FROM.search(words)) or not _TIMELY.search(words)
        ):
            return no(answer, "no time")
        if _of_a_noun(asked, told, answer):
            return no(answer, "the time of something else")
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


def _of_a_noun(asked: Asked, told: Told, answer: Span) -> bool:
    """ "the gale of 2009" tells when the gale was."""
    found = re.search(r"\b([a-z]+) of (?:the )?$", told.text[: answer.start])
    return (
        found is not None
        and found[1] not in asked.text.lower()
        and not kinds_of(found[1]) & {"time", "quantity"}
        and found[1] not in _PARTS_OF_TIME
    )


_PARTS_OF_TIME = frozenset(
    ["end", "beginning", "start", "middle", "course", "spring", "summer", "autumn", "winter", "half", "quarter", "out", "as"]
)
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
        return amount.kind == "money" or (amount.kind == "count" and amount.unit not in _never_money(amount))
    return True


def _never_money(amount: Amount) -> frozenset[str]:
    single = amount.unit.rstrip("s")
    return (
        frozenset([amount.unit])
        if kinds_of(single) & {"person", "artifact", "time"} and amount.value < 1000
        else frozenset()
    )


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
