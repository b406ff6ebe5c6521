"""Does a sentence answer the question that was asked? The reader proposes words; here they are held against the question.

A sentence about another thing, time or role does not answer, nor one that denies or only expects what is asked about. What
grammar cannot tell is left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from answering.facts.amounts import Amount, amounts_in
from answering.facts.clauses import Clause, Phrase, Sentence, Status, sentence_of
from answering.facts.days import Time, overlap, times_in
from answering.facts.grammar import parsed
from answering.facts.names import named_in, same_name, told_in, words_of
from answering.facts.question import NOW, Asked, Wants, known
from answering.facts.thesaurus import Relation, is_light, kinds_of, outcome_of, relation, same_noun, surely_same
from corpus.article import Span

if TYPE_CHECKING:
    from spacy.tokens import Token


class Verdict(Enum):
    """What facts say of a proposed answer."""

    YES = "it tells what is asked"
    OPEN = "nothing speaks against it"
    DENIED = "it says that this is not so"
    HEDGED = "it says that this may be, or is only planned"
    NO = "it tells something else"


@dataclass(frozen=True)
class Told:
    """A sentence where it stands. earlier: the sentences before it in its passage, the nearest last; they are read when they
    are asked for."""

    sentence: Sentence
    earlier: tuple[str, ...]
    title: str
    published: date | None
    passage: str = ""

    @property
    def before(self) -> tuple[Sentence, ...]:
        return tuple(sentence_of(text) for text in self.earlier)

    @property
    def around(self) -> str:
        return "\n".join((self.title, *self.earlier))


@dataclass(frozen=True)
class Fit:
    """The verdict, and the words that answer: those proposed, or better ones of the same sentence. `why` names the reason.

    shift  by how much facts make the answer likelier (or less likely), in logits
    """

    verdict: Verdict
    answer: Span | None
    why: str = ""
    shift: float = 0.0


SAME_DEED, SAME_TIME, SAME_OUTCOME = 1.0, 1.5, 1.5
"""What it is worth, in logits, that a sentence tells the very deed, time or outcome that is asked about."""
DOUBT = -1.5
"""And that it is not plain of what it speaks."""


def fit(asked: Asked, told: Told, answer: Span) -> Fit:
    """Holds the proposed words, and where they fail the other words of the sentence, against the question."""
    proposed = _checked(asked, told, answer)
    if proposed.verdict in (Verdict.YES, Verdict.OPEN):
        return replace(proposed, answer=_tidied(asked, told, answer))
    for other in _others(asked, told, answer):
        found = _checked(asked, told, other)
        if found.verdict is Verdict.YES:
            return replace(found, answer=_tidied(asked, told, other), why=f"instead of: {proposed.why}")
    return proposed


def checked_at(asked: Asked, told: Told, answer: Span) -> Fit:
    """What facts say of exactly these words."""
    return _checked(asked, told, answer)


def outcome_told(asked: Asked, told: Told, answer: Span | None) -> bool | None:
    """Where the question is of an outcome ("died"): whether the sentence tells it of these words; None where it is not."""
    wanted, clause = _outcome_asked(asked), told.sentence.clause_at(answer) if answer else None
    return None if wanted is None or clause is None else wanted in _outcomes_of(clause)


def _checked(asked: Asked, told: Told, answer: Span) -> Fit:
    clause = told.sentence.clause_at(answer)
    clause = _going_on(told.sentence, clause) if clause is not None else None
    for check in (
        _of_the_kind,
        _of_the_pair,
        _of_the_time,
        _of_the_rank,
        _said_by,
        _of_an_idea,
        _of_the_outcome,
        _of_others,
    ):
        if (wrong := check(asked, told, answer, clause)) is not None:
            return wrong
    if clause is None:
        return Fit(Verdict.OPEN, answer)
    found = _of_the_deed(asked, told, answer, clause)
    shift = SAME_DEED * held(asked, told) if found.verdict is Verdict.YES else 0.0
    return replace(found, shift=found.shift + shift + _confirmed(asked, told, answer, clause))


def _going_on(sentence: Sentence, clause: Clause) -> Clause:
    """ "Holt is to head the inquiry" tells of heading."""
    if clause.verb not in ("be", "go") or clause.patient is not None or clause.deeds:
        return clause
    for other in sentence.clauses:
        if other.parent is not None and sentence.clauses[other.parent] is clause and other.agent == clause.agent is not None:
            return other
    return clause


def held(asked: Asked, told: Told) -> float:
    """Of the question's content words, the share that the sentence holds."""
    wanted = {w for c in asked.sentence.clauses for w in c.lemmas} - _PLACEHOLDERS
    here = {w for c in told.sentence.clauses for w in c.lemmas}
    return len(wanted & here) / max(len(wanted), 1)


def held_around(asked: Asked, told: Told) -> float:
    """The same with what stands before the sentence and over it; a name counts as a word."""
    wanted = {w for c in asked.sentence.clauses for w in c.lemmas} - _PLACEHOLDERS - {asked.noun}
    here = {w for c in told.sentence.clauses for w in c.lemmas}
    text = f"{told.sentence.text} {told.around}".lower()
    return sum(
        w in here or w in text or any(same_noun(w, h) or relation(w, h) is Relation.SAME for h in here) for w in wanted
    ) / max(len(wanted), 1)


_PLACEHOLDERS = frozenset(["something", "somebody", "many", "much", "some"])


def _confirmed(asked: Asked, told: Told, answer: Span, clause: Clause) -> float:
    """That the sentence names the time asked about, is of now where now is asked, or tells the outcome in other words."""
    times = times_of(told, answer, clause)
    of_time = any(
        overlap(wanted, t) and set(wanted.words.split()) & set(t.words.split()) for wanted in asked.times for t in times
    )
    of_era = (asked.era == "now" and bool(NOW.search(told.sentence.text))) or (
        asked.era == "then" and clause.tense == "past"
    )
    outcome = _outcome_asked(asked)
    of_outcome = outcome is not None and outcome in _outcomes_of(clause) and related(asked.clause, clause) is Relation.NONE  # type: ignore[arg-type]
    ranked = asked.ranked is not None
    return (
        SAME_DEED * ranked
        + SAME_TIME * (of_time or of_era)
        + SAME_OUTCOME * of_outcome
        + DOUBT * _is_doubtful(asked, told, answer, clause)
    )


def _is_doubtful(asked: Asked, told: Told, answer: Span, clause: Clause) -> bool:
    """Something planned or feared, something of others, a reason without any word of cause, a saying without a speaker."""
    hedged = (
        clause.status is Status.HEDGED
        and not asked.open_to_plans
        and asked.clause is not None
        and asked.clause.tense in ("past", "perfect")
    )
    if hedged or (asked.wants not in _COUNTED and _is_of_others(asked, told, answer)):
        return True
    if asked.wants is Wants.REASON:
        return not _CAUSE.search(told.sentence.text)
    if asked.wants is Wants.SPEAKER:
        return not any(c.speaker or c.verb in _SAYING for c in told.sentence.clauses)
    return False


_CAUSE = re.compile(
    r"\b(?:because|since|as|due to|owing to|thanks to|after|for|so that|in order|to [a-z]+|reasons?|caus\w+|blam\w+|forced?|led|prompt\w+"
    r"|made|result\w*|wants?|wanted|over|when|amid|following)\b",
    re.IGNORECASE,
)


def _outcome_asked(asked: Asked) -> tuple[int, str] | None:
    words = _words(asked.clause) if asked.clause else []
    return next((found for w in words if (found := outcome_of(w)) is not None), None)


def _outcomes_of(clause: Clause) -> set[tuple[int, str]]:
    return {found for w in (*clause.lemmas, clause.verb, *clause.deeds) if (found := outcome_of(w)) is not None}


def _of_the_outcome(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """The unharmed are not the injured, though no verb of the sentence says either."""
    wanted = _outcome_asked(asked)
    if wanted is None or clause is None or related(asked.clause, clause) is not Relation.NONE:  # type: ignore[arg-type]
        return None
    found = {o for c in told.sentence.clauses if c is clause or _goes_on(told.sentence, c, clause) for o in _outcomes_of(c)}
    others = {o for o in found if o[0] == wanted[0]}
    return _no(answer, f"{min(others)[1]}, not {wanted[1]}") if others and wanted not in others else None


def _goes_on(sentence: Sentence, one: Clause, other: Clause) -> bool:
    """Two clauses of one subject."""
    return (
        one.parent is not None
        and sentence.clauses[one.parent] is other
        and (one.agent in (None, other.agent) or one.patient == other.patient)
    )


def _of_others(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """A number of other places and people, in a passage that does not name whom the question names."""
    if asked.wants in _COUNTED and _is_of_others(asked, told, answer):
        return _no(answer, f"nothing is said of {asked.names[0]}")
    return None


_COUNTED = (Wants.AMOUNT, Wants.SHARE, Wants.LENGTH)


def _is_of_others(asked: Asked, told: Told, answer: Span) -> bool:
    """None of the question's names stands in the passage, and the sentence has others."""
    wanted = [n for n in asked.names if " ".join(words_of(n)) not in _BROAD]
    if not wanted or any(told_in(n, f"{told.passage}\n{told.title}") for n in wanted):
        return False
    words = answer.of(told.sentence.text)
    return any(n not in words and not any(told_in(n, a) or told_in(a, n) for a in wanted) for n in told.sentence.names)


_BROAD = frozenset(["united states", "united kingdom", "world", "european union"])
"""What articles seldom name: they are about it anyway."""


def _no(answer: Span, why: str) -> Fit:
    return Fit(Verdict.NO, answer, why)


# --- What kind of words ----------------------------------------------------------------------------------------------


def _of_the_kind(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    words = answer.of(told.sentence.text)
    if asked.wants in (Wants.AMOUNT, Wants.SHARE, Wants.LENGTH):
        return _of_the_amount(asked, told, answer)
    if asked.wants is Wants.DAY:
        durations = [a for a in amounts_in(words) if a.kind == "time"]
        if not times_in(words, told.published) and (durations or not _TIMELY.search(words)):
            return _no(answer, "no time")
        if _of_a_noun(asked, told, answer):
            return _no(answer, "the time of something else")
        if asked.noun == "month" and not _MONTH_NAMED.search(words):
            return _no(answer, "no month")
    if asked.wants in (Wants.PERSON, Wants.SPEAKER) and not _may_act(told, answer):
        return _no(answer, "nobody")
    if _NAME_OF.search(asked.text) and not re.search(r"[A-Z\d“\"‘']", words[1:] if answer.start == 0 else words):
        return _no(answer, "no name")
    if asked.wants is Wants.PLACE and clause is not None and asked.clause is not None:
        role = _role(clause, answer)
        if role == "by" or (role in ("agent", "patient") and related(asked.clause, clause) is Relation.SAME):
            return _no(answer, "no place")
    return None


_NAME_OF = re.compile(r"\bnames? of\b|\bnamed\b|\bcalled\b", re.IGNORECASE)


def _may_act(told: Told, answer: Span) -> bool:
    """Names, people and groups can be who; a bakery cannot."""
    if any(
        Span(m.start(), m.end()).overlaps(answer)
        for n in told.sentence.names
        for m in re.finditer(re.escape(n), told.sentence.text)
    ):
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
    found = re.search(r"\b([a-z]+) of (?:the )?$", told.sentence.text[: answer.start])
    return (
        found is not None
        and found[1] not in asked.text.lower()
        and not kinds_of(found[1]) & {"time", "quantity"}
        and found[1] not in _PARTS_OF_TIME
    )


_PARTS_OF_TIME = frozenset(
    ["end", "beginning", "start", "middle", "course", "spring", "summer", "autumn", "winter", "half", "quarter", "out", "as"]
)
_MONTH_NAMED = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_TIMELY = re.compile(
    r"\b(?:\d{1,2}|century|dawn|dusk|noon|midnight|morning|evening|night|spring|summer|autumn|winter|christmas|easter|before|after"
    r"|during|when|ago|end|beginning|start|soon|now|immediately|half|quarter)\b",
    re.IGNORECASE,
)
_POSTS = frozenset(["job", "post", "position", "vacancy", "worker"])
_PEOPLE = frozenset(["people", "person", "man", "woman", "child", "human"])
_SOMETIMES_COUNTED = (
    "of",
    "in",
    "and",
    "to",
    "for",
    "from",
    "were",
    "was",
    "are",
    "is",
    "have",
    "had",
    "on",
    "at",
    "others",
    "other",
    "by",
    "more",
    "",
)


def _of_the_amount(asked: Asked, told: Told, answer: Span) -> Fit | None:
    inside = [a for a in amounts_in(told.sentence.text) if a.span.overlaps(answer)]
    if (
        not inside
        and _ONCE.fullmatch(answer.of(told.sentence.text).lower())
        and not re.search(r"\btimes\b|\boften\b", asked.text)
    ):
        return _no(answer, "no amount")
    if not inside:
        return None if _UNCOUNTED.search(answer.of(told.sentence.text)) else _no(answer, "no amount")
    if not any(_is_asked_for(asked, told, a) for a in inside):
        return _no(answer, "an amount of something else")
    if (
        _EACH.search(asked.text)
        and not _EACH.search(told.sentence.text)
        and not re.search(r"\ban? [a-z]+", told.sentence.text[answer.end :])
    ):
        return _no(answer, "not for each")
    return None


_EACH = re.compile(r"\b(?:each|per|every|apiece|a head)\b", re.IGNORECASE)


_ONCE = re.compile(r"once|twice")
_UNCOUNTED = re.compile(
    r"\b(?:half|none|no|nobody|all|both|several|dozens|hundreds|thousands|millions|billions|many|few|once|twice|free|nothing)\b",
    re.IGNORECASE,
)


def _is_asked_for(asked: Asked, told: Told, amount: Amount) -> bool:
    """A share is no count, a day no number of people, one thing's number not another's."""
    wanted = asked.noun
    if (
        amount.span.of(told.sentence.text).isdigit()
        and _OF_A_NAME.search(told.sentence.text[: amount.span.start])
        and amount.span != _own_value(asked, told, [amount.span])
    ):
        return False  # "Boeing 737"
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
    if amount.kind != "count":
        single = amount.unit.rstrip("s")
        return (amount.kind == "measure" and (single == wanted or _unit_of(wanted) == amount.unit)) or (
            amount.kind != "share"
            and _unit_of(wanted) in (amount.unit, None)
            and kinds_of(wanted) & {"quantity", "time", "possession", "attribute"} != set()
        )
    noun = counted(told.sentence.text, amount)
    if noun is None or _may_be(wanted, noun):
        return True
    clause = told.sentence.clause_at(amount.span)
    return wanted in _POSTS and clause is not None and relation(clause.verb, "hire") is Relation.SAME


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


def _may_be(wanted: str, counted: str) -> bool:
    """Passengers are people; walks are no pupils. Words that are not known may be anything."""
    if same_noun(wanted, counted) or wanted in counted or counted in wanted:
        return True
    mine, theirs = kinds_of(wanted), kinds_of(counted)
    if wanted in _PEOPLE:
        return not theirs or bool(theirs & {"person", "group", "animal"}) or counted in ("case", "life", "victim", "death")
    return not mine or not theirs or bool(mine & theirs)


# --- Of which thing of several ---------------------------------------------------------------------------------------


def _of_the_pair(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """ "Arlen offered 3 million, Brock 5 and Corse nothing": to each its own."""
    if "respectively" in told.sentence.text.lower():
        return _of_the_row(asked, told, answer)
    values = _values(asked, told)
    own = _own_value(asked, told, values) if len(values) > 1 else None
    return _no(answer, "what is told of another one in the row") if own is not None and not own.overlaps(answer) else None


def _values(asked: Asked, told: Told) -> list[Span]:
    """What could be meant in the sentence: its amounts, or its times."""
    text = told.sentence.text
    if asked.wants in _COUNTED:
        return [a.span for a in amounts_in(text)] + [Span(m.start(), m.end()) for m in re.finditer(r"\bnothing\b", text)]
    return [t.span for t in times_in(text, told.published)] if asked.wants is Wants.DAY else []


def _own_value(asked: Asked, told: Told, values: Sequence[Span]) -> Span | None:
    """The value right behind what the question is about, with no verb between them."""
    for word in _subjects(asked):
        for match in re.finditer(rf"\b{re.escape(word)}\b", told.sentence.text):
            for value in values:
                between, behind = told.sentence.text[match.end() : value.start], told.sentence.text[value.end :]
                if value.start >= match.end() and _GAP.fullmatch(between) and _ROW_GOES_ON.match(behind):
                    return value
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


_OF_A_NAME = re.compile(r"(?<=\w )[A-Z][\w’'-]*[ -]$")


def _of_the_row(asked: Asked, told: Told, answer: Span) -> Fit | None:
    """ "A and B will be led by X and Y respectively"."""
    rows = _rows(told.sentence.text)
    subjects = _subjects(asked)
    for own in rows:
        at = next(
            (
                n
                for n, part in enumerate(own)
                for w in subjects
                if re.search(rf"\b{re.escape(w)}\b", part.of(told.sentence.text))
            ),
            None,
        )
        others = [row for row in rows if row is not own and len(row) == len(own)]
        if at is not None and others:
            right = others[-1][at]
            wrong = [part for n, part in enumerate(others[-1]) if n != at]
            return (
                None
                if right.overlaps(answer) and not any(p.overlaps(answer) for p in wrong)
                else _no(answer, "another one of the row")
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


# --- When ------------------------------------------------------------------------------------------------------------


def _of_the_time(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    times = times_of(told, answer, clause) or _only_time(told, answer)
    for wanted in (t for t in asked.times if not t.relative):
        found = [overlap(wanted, t) for t in times]
        dated = [f for f in found if f is not None] or found
        if dated and not any(f is not False for f in dated):
            return _no(answer, "another time")
    if (
        asked.clause is not None
        and asked.clause.tense in ("past", "perfect")
        and clause is not None
        and clause.tense == "present"
        and _says_now(told, clause)
        and related(asked.clause, clause) is not Relation.CONVERSE
    ):
        return _no(answer, "it is so now, and is asked of then")
    if asked.era == "now" and clause is not None and _is_over(told, clause, times):
        return _no(answer, "it was so, and is asked of now")
    if asked.era == "then" and clause is not None and clause.tense == "present" and not times:
        return _no(answer, "it is so now, and is asked of then")
    return None


def _only_time(told: Told, answer: Span) -> list[Time]:
    """Where a sentence names one time it is that of all that it tells."""
    every = [t for t in times_in(told.sentence.text, told.published) if not t.span.overlaps(answer)]
    return every if len(every) == 1 else []


def _says_now(told: Told, clause: Clause) -> bool:
    """ "costs 9 francs now"."""
    return any(told.sentence.clause_at(Span(m.start(), m.end())) is clause for m in _AT_PRESENT.finditer(told.sentence.text))


_AT_PRESENT = re.compile(r"\b(?:now|nowadays|currently|today|these days|at present)\b", re.IGNORECASE)


def times_of(told: Told, answer: Span, clause: Clause | None) -> list[Time]:
    """The times told for the clause of the answer, else for the ones above it; the answer itself left out."""
    every = [t for t in times_in(told.sentence.text, told.published) if not t.span.overlaps(answer)]
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


# --- The most, the first ---------------------------------------------------------------------------------------------


def _of_the_rank(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """ "The oldest" is told by "oldest" or another word for it, not by any bridge."""
    if asked.ranked is None:
        return None
    doc = parsed([told.sentence.text])[0]
    stem = _plain_form(asked.ranked)
    if _NOTHING_MORE.search(told.sentence.text) and any(
        t.tag_ in ("JJR", "RBR") and relation(_plain_form(t.lower_), stem) is Relation.SAME for t in doc
    ):
        return None
    for token in doc:
        if token.tag_ in ("JJS", "RBS") or token.lower_ in ("first", "only", "single"):
            other = _plain_form(token.lower_)
            if other == stem or relation(other, stem) is Relation.SAME:
                return None
    return _no(answer, f"not told to be the {asked.ranked}")


_NOTHING_MORE = re.compile(
    r"\b(?:nobody|no one|no other|nothing|none|never)\b.*\bthan\b|\bthan any(?: other|(?:body|one) else)\b", re.IGNORECASE
)


def _plain_form(word: str) -> str:
    irregular = {
        "most": "most",
        "best": "good",
        "worst": "bad",
        "least": "little",
        "first": "first",
        "only": "only",
        "single": "only",
        "last": "last",
        "biggest": "big",
        "larger": "large",
        "largest": "large",
        "bigger": "big",
        "more": "most",
    }
    if word in irregular:
        return irregular[word]
    stem = word.removesuffix("est").removesuffix("er")
    return stem[:-1] + "y" if stem.endswith("i") else stem


# --- Said by whom ----------------------------------------------------------------------------------------------------


def _said_by(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """Who said it must be told to have said something."""
    if asked.wants is not Wants.SPEAKER:
        return None
    speakers = [
        p for c in told.sentence.clauses for p in (c.speaker, c.agent if c.verb in _SAYING else None) if p is not None
    ]
    if not speakers or any(p.span.overlaps(answer) or (p.pronoun and _is_meant(told, p, answer)) for p in speakers):
        return None
    return _no(answer, "not the one who says it")


def _is_meant(told: Told, pronoun: Phrase, answer: Span) -> bool:
    """ "Hal Prewett was not convinced; mowing, he said, did harm": a name before the pronoun, or that of a sentence before."""
    words = answer.of(told.sentence.text)
    return answer.start < pronoun.span.start or named_in(words, antecedent(told, pronoun.text.lower()))


_SAYING = frozenset(
    [
        "say",
        "tell",
        "call",
        "describe",
        "announce",
        "claim",
        "write",
        "warn",
        "argue",
        "explain",
        "reply",
        "ask",
        "add",
        "dispute",
        "note",
        "insist",
    ]
)


# --- What is done to whom --------------------------------------------------------------------------------------------


_IDEAS = frozenset(
    [
        "offer",
        "plan",
        "proposal",
        "rumour",
        "rumor",
        "prospect",
        "hope",
        "bid",
        "attempt",
        "target",
        "threat",
        "estimate",
        "forecast",
    ]
)


def _of_an_idea(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """An offer of 4 million is no payment."""
    if asked.open_to_plans:
        return None
    before = told.sentence.text[: answer.start]
    idea = re.search(r"\b([a-z]+) (?:of|for|worth)(?: (?:about|up to|around|some|the|a))? ?[$€£]?$", before)
    if idea and idea[1].rstrip("s") in _IDEAS and not _mentions(asked, idea[1].rstrip("s")):
        return Fit(Verdict.HEDGED, answer, "an idea only")
    return None


def _mentions(asked: Asked, word: str) -> bool:
    return word in asked.text.lower() or (asked.clause is not None and relation(asked.clause.verb, word) is Relation.SAME)


def _of_the_deed(asked: Asked, told: Told, answer: Span, clause: Clause) -> Fit:
    if asked.clause is None:
        return Fit(Verdict.OPEN, answer)
    how = related(asked.clause, clause)
    if how is Relation.NONE:
        return _of_another_deed(asked, told, answer, clause)
    if how is Relation.CONTRARY:
        return Fit(Verdict.DENIED if _same_matter(asked, told, clause) else Verdict.NO, answer, "the contrary")
    if asked.wants is Wants.REASON and not _CAUSE.search(told.sentence.text):
        return _no(answer, "no reason")
    if (wrong := _in_another_role(asked, told, answer, clause, how)) is not None:
        return _no(answer, wrong)
    if clause.status is Status.DENIED and asked.clause.status is not Status.DENIED:
        return Fit(Verdict.DENIED, answer, "denied")
    if clause.status is Status.HEDGED and not asked.open_to_plans:
        return Fit(Verdict.HEDGED, answer, "not yet, or not surely")
    return Fit(Verdict.YES, answer)


def related(one: Clause, other: Clause) -> Relation:
    """How the deeds of two clauses stand to each other, by their verbs and by the nouns of light ones."""
    mine, theirs = _words(one), _words(other)
    found = {relation(a, b) for a in mine for b in theirs}
    for how in (Relation.SAME, Relation.CONVERSE, Relation.CONTRARY):
        if how in found:
            turned = how is Relation.CONTRARY and other.lemmas & {"less", "few", "fewer", "little"}
            return Relation.NONE if turned else how
    return Relation.NONE


def _words(clause: Clause) -> list[str]:
    words = [clause.verb, *clause.deeds]
    telling = [
        w for w in words if w not in ("be", "do", "something", "somebody", "much", "many", "have") and not is_light(w)
    ]
    return telling or ([] if clause.verb in ("be", "do", "have") else [clause.verb])


def _in_another_role(asked: Asked, told: Told, answer: Span, clause: Clause, how: Relation) -> str | None:
    """Why the words are not in the place that is asked for, or what stands in the other places is of others."""
    assert asked.clause is not None
    mine = asked.clause
    role = _role(clause, answer)
    if how is Relation.CONVERSE:
        if asked.slot == role == "agent":
            return "at the other end of the deed"
        return _conflict(told, mine.agent if known(asked, mine.agent) else None, clause.agent, same=False)
    if {asked.slot, role} == {"agent", "patient"} and not _turns(mine, clause) and surely_same(mine.verb, clause.verb):
        return "in the other role"
    if (
        asked.slot in ("agent", "patient")
        and role not in ("", asked.slot)
        and role in ("by", "from")
        and asked.slot == "patient"
    ):
        return "in another role"
    for own, other in ((mine.agent, clause.agent), (mine.patient, clause.patient)):
        if known(asked, own) and (why := _conflict(told, own, other, same=True) or opposed(own, other)):
            return why
    return _told_apart(told, mine.agent, clause.agent) if known(asked, mine.agent) and clause.verb != "be" else None


def _told_apart(told: Told, own: Phrase | None, other: Phrase | None) -> str | None:
    """ "The fencers get it on Mondays; the weavers ...": the sentence names whom the question names, in another place."""
    if own is None or other is None or own.name is not None or other.pronoun or own.head in other.lemmas:
        return None
    elsewhere = any(
        own.head in p.lemmas for c in told.sentence.clauses for _, p in c.phrases() if not p.span.overlaps(other.span)
    )
    return f"of {other.text}" if elsewhere and not same_noun(own.head, other.head) else None


def opposed(own: Phrase | None, other: Phrase | None) -> str | None:
    """ "the north tower" is not "the south tower"."""
    if own is None or other is None or not own.lemmas & other.lemmas:
        return None
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


def _role(clause: Clause, answer: Span) -> str:
    for role, phrase in clause.phrases():
        if phrase.span.overlaps(answer):
            return role
    return ""


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


def meant(told: Told, phrase: Phrase) -> tuple[str, ...]:
    """The names that a phrase stands for: its own, or those of what a pronoun points back to."""
    if phrase.name is not None:
        return (phrase.name,)
    if phrase.pronoun and phrase.text.lower() in _PERSONAL:
        return antecedent(told, phrase.text.lower())
    return ()


_PERSONAL = frozenset(["he", "she", "it", "they", "him", "her", "them"])
_REACH = 3
"""Sentences that a pronoun may point back over."""


def antecedent(told: Told, pronoun: str) -> tuple[str, ...]:
    """The name that a pronoun points back to: the subject of the sentence before, or of the one before that where this is a
    pronoun too. Where the subject has no name nothing is known."""
    for sentence in reversed(told.before[-_REACH:]):
        top = next((c for c in sentence.clauses if c.parent is None), None)
        subject = (top.agent or top.patient) if top is not None else None
        if top is None or subject is None:
            continue
        if subject.name is None and top.verb in ("be", "remain", "become") and top.patient is not None and top.patient.name:
            subject = top.patient
        if subject.name is not None and _fits_pronoun(subject, sentence, pronoun):
            return (subject.name,)
        if not subject.pronoun:
            return _only_person(sentence, pronoun)
    return ()


def _only_person(sentence: Sentence, pronoun: str) -> tuple[str, ...]:
    """ "The fund has had a gift from Orsolya Kemp. ... She": the only one there who can be "she"."""
    return tuple(sentence.people) if pronoun in ("he", "she", "him", "her") and len(sentence.people) == 1 else ()


def _fits_pronoun(phrase: Phrase, sentence: Sentence, pronoun: str) -> bool:
    person = any(same_name(str(phrase.name), p) for p in sentence.people) or "person" in kinds_of(phrase.head)
    if pronoun in ("he", "him"):
        return person
    if pronoun in ("she", "her"):
        return person or "artifact" in kinds_of(phrase.head) or not kinds_of(phrase.head)
    return pronoun in ("they", "them") or not person


def _of_another_deed(asked: Asked, told: Told, answer: Span, clause: Clause) -> Fit:
    """Nothing is known of how the deeds stand to each other; still the words can be of something else for certain."""
    assert asked.clause is not None
    if clause.verb in asked.modifiers and asked.clause.verb not in (clause.verb, "be", "do", "have"):
        return _no(answer, f"what is told of “{clause.verb}”")
    subject = clause.agent or clause.patient
    if subject is not None and asked.names:
        names = meant(told, subject)
        here = told.sentence.text
        if (
            names
            and not any(told_in(n, here) for n in asked.names)
            and not any(same_name(n, a) or told_in(n, a) or told_in(a, n) for n in names for a in asked.names)
            and asked.wants in (Wants.AMOUNT, Wants.SHARE, Wants.LENGTH, Wants.DAY)
            and not subject.span.overlaps(answer)
        ):
            return _no(answer, f"told of {names[0]}")
    return Fit(Verdict.OPEN, answer)


def _same_matter(asked: Asked, told: Told, clause: Clause) -> bool:
    """The deed's other places name what the question names."""
    assert asked.clause is not None
    text = f"{told.sentence.text}\n{told.around}"
    return all(told_in(n, text) for n in asked.names)


# --- Other words of the sentence -------------------------------------------------------------------------------------


def _others(asked: Asked, told: Told, answer: Span) -> list[Span]:
    """What else in the sentence could be meant: amounts, times, or names in the place that is asked for."""
    text = told.sentence.text
    if asked.wants in (Wants.AMOUNT, Wants.SHARE, Wants.LENGTH):
        return [a.span for a in amounts_in(text) if not a.span.overlaps(answer) or a.span != answer]
    if asked.wants is Wants.DAY:
        return [t.span for t in times_in(text, told.published) if not t.span.overlaps(answer)]
    if asked.wants in (Wants.PERSON, Wants.NAME, Wants.SPEAKER):
        spans = [Span(m.start(), m.end()) for n in told.sentence.names for m in [re.search(re.escape(n), text)] if m]
        return [s for s in spans if not s.overlaps(answer) or s != answer]
    return []


def _tidied(asked: Asked, told: Told, answer: Span) -> Span:
    """Of an amount only itself; of somebody the name, where one stands beside what he is."""
    text = told.sentence.text
    if asked.wants in (Wants.AMOUNT, Wants.SHARE):
        fitting = [a for a in amounts_in(text) if a.span.overlaps(answer) and _is_asked_for(asked, told, a)]
        by = _by_or_to(asked, text, fitting)
        every = [a for a in amounts_in(text) if a.span.overlaps(answer)]
        return by.span if by is not None and len(every) > 1 else answer
    if asked.wants in (Wants.PERSON, Wants.SPEAKER):
        answer = _named(told, answer)
    if asked.wants in (Wants.PERSON, Wants.SPEAKER, Wants.NAME) and " " not in answer.of(text):
        return _whole_name(told, answer)
    return answer


def _whole_name(told: Told, answer: Span) -> Span:
    """ "Jerome" -> "Old Jerome", as the sentence has it."""
    for name in told.sentence.names:
        for match in re.finditer(re.escape(name), told.sentence.text):
            if match.start() <= answer.start and answer.end <= match.end() and len(name.split()) <= _LONGEST_NAME:
                return Span(match.start(), match.end())
    return answer


_LONGEST_NAME = 4
"""Words."""


def _by_or_to(asked: Asked, text: str, fitting: Sequence[Amount]) -> Amount | None:
    """ "rose by 2 to 7": the one behind the preposition that is asked for."""
    wanted = asked.slot if asked.slot in ("by", "to", "from") else None
    behind = [a for a in fitting if wanted and re.search(rf"\b{wanted}(?: \w+)?\s+$", text[: a.span.start])]
    return next(iter([*behind, *fitting]), None)


def _named(told: Told, answer: Span) -> Span:
    """ "the agency's ecologist" -> "the agency's ecologist, Britt Sand"."""
    if re.search(r"\b[A-Z]", answer.of(told.sentence.text)[1:]) or any(
        Span(m.start(), m.end()).overlaps(answer)
        for n in told.sentence.names
        for m in re.finditer(re.escape(n), told.sentence.text)
    ):
        return answer
    for clause in told.sentence.clauses:
        for _, phrase in clause.phrases():
            if phrase.name is not None and phrase.span.overlaps(answer):
                at = told.sentence.text.find(phrase.name, phrase.span.start)
                if at >= 0 and at <= answer.end + 3:
                    return Span(at, at + len(phrase.name))
    return answer
