"""Do two sentences give the same answer, of the same event? And do two answers exclude each other?

Only facts count: the value, the deed that it is told of, its time, and whom it is told of. That two sentences hold the same
number says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from answering.facts.claims import certainty
from answering.facts.clauses import Status
from answering.facts.deeds import of_the_same, related, role_of
from answering.facts.fits import checked_at, held_around, outcome_told
from answering.facts.kinds import times_of
from answering.facts.question import NOW, STATES, Asked
from answering.facts.thesaurus import Relation
from answering.facts.told import Fit, Told, Verdict, half_told, told_in
from corpus.article import Span
from language.amounts import exclude_each_other
from language.names import names_in, same_name, words_of
from language.questions import COUNTED, NAMED, Wants
from language.times import Time, disjoint, times_in
from language.values import Sameness, Values, compared, holds_value, is_a_value, values_at
from language.words import content_stems, share_held

_READ, _LED = 0.08, 0.5
"""Where grammar does not tell, what the reader must give the same words, and the words that lead. Chosen on the cases and on
corroborated answers of RealTime QA 2024."""
_HELD = 0.4
"""And of the question's content words, how many the sentence and what stands around it must hold."""
_RETOLD = 0.5
"""Or of the words of the first sentence the other must hold as many, whatever the reader says."""
_ONE_EVENT_DAYS = 14
"""Accounts of one event are no further apart, where the sentences do not say that they are of one day."""
_REPORTED_DAYS = 4
"""An article tells what happened so many days before it."""
_READ_SURELY, _NEARLY_ALL = 0.4, 0.8
"""The same for yes and no where no verb tells. Chosen with the questions on the five articles in view."""
_MATTER = 0.6
"""The same for two answers that are held against each other."""
_SURE = 0.55
"""What the reader must give an answer that is held against another where grammar does not tell."""
_SURELY = 0.7
"""And where only the reader tells that both name the same thing."""
_FRAME_WORDS, _FRAME = 3, 0.8
"""Content words of a sentence without its answer, at least; and how many of them the other must hold to be of one frame."""
_NO_CHANCE = 6
"""Content words of a sentence."""
_MANY_NAMES = 3
"""So many names alike are no chance: they tell of one thing, whatever the article is named."""


@dataclass(frozen=True)
class Said:
    """A sentence with the words in it that answer; read: what the reader gives them, from 0 to 1."""

    told: Told
    answer: Span | None
    read: float = 0.0

    @property
    def words(self) -> str:
        return self.answer.of(self.told.text) if self.answer else ""

    @property
    def values(self) -> Values:
        """Those that the answer holds or cuts through, as its sentence tells them."""
        return values_at(self.told.text, self.answer, self.told.published) if self.answer else Values()


def places_of(asked: Asked, lead: Said, told: Told) -> list[Span]:
    """Where a sentence gives the value of another one's answer, exactly; of a row of names any of them."""
    days, articles = (told.published, lead.told.published), (told.article, lead.told.article)
    row = row_of_names(lead.words) if not lead.values.spans else []
    found = [
        holds_value(told.text, words, lead.values, published=days, articles=articles)
        for words in (row if len(row) > 1 else [lead.words])
    ]
    return sorted({place for places in found for place in places}, key=lambda s: s.start)


_NAME = re.compile(r"\b[A-Z][\w’'&.-]*(?: (?:(?:of|the|de|von|van|and) )?[A-Z][\w’'&-]*)*")


def row_of_names(words: str) -> list[str]:
    """The names in an answer, each of a row by itself."""
    return [span.of(words) for span in name_spans(words)]


def name_spans(words: str) -> list[Span]:
    """Where they stand."""
    found = [
        _NAME.search(words, part.start(), part.end()) for part in re.finditer(r"(?:(?!,? and |, ).)+", words, re.DOTALL)
    ]
    return [Span(m.start(), m.end()) for m in found if m and words_of(m[0])]


def same_value(one: str, other: str) -> bool:
    """Two short answers that mean one thing: one number, one name in two forms, one time, or the same words. "$6" is not
    "$6 billion", and "May" is not "May 1931"."""
    return compared(one, other) is Sameness.SAME


def supports(asked: Asked, lead: Said, other: Said) -> bool:
    """The other sentence gives the lead's answer to the question, of the same event."""
    if asked.wants is Wants.YES_NO:
        told = [status_told(asked, s.told) for s in (lead, other)]
        return _alike_in_status(asked, lead, other) is True if None not in told else _read_alike(asked, lead, other)
    if lead.answer is not None and in_same_words(lead.told.text, other.told.text):
        return True
    if (
        lead.answer is None
        or not _leads(asked, lead)
        or (_of_another_topic(asked, lead, other.told) and len(row_of_names(lead.words)) < _MANY_NAMES)
    ):
        return False
    places = [p for p in places_of(asked, lead, other.told) if not _of_another_time(asked, lead, replace(other, answer=p))]
    return any(_carries(asked, lead, other, checked_at(asked, other.told, place), place) for place in places)


def in_same_words(one: str, other: str) -> bool:
    """Both sentences have the same words, and enough of them to be no chance: a copy, whatever its article is named."""
    a, b = re.findall(r"\w+", one.lower()), re.findall(r"\w+", other.lower())
    return a == b and len(content_stems(one)) >= _NO_CHANCE


def _in_the_role(lead: Said, told: Told, place: Span) -> bool:
    """Who sues in the one is not who is sued in the other."""
    assert lead.answer is not None
    roles = [
        role_of(clause, at) if clause is not None else ""
        for clause, at in ((lead.told.sentence.clause_at(lead.answer), lead.answer), (told.sentence.clause_at(place), place))
    ]
    return set(roles) != {"agent", "patient"}


def _leads(asked: Asked, lead: Said) -> bool:
    """What is not plainly said once cannot be said twice."""
    assert lead.answer is not None
    return lead.read >= _LED or checked_at(asked, lead.told, lead.answer).verdict is Verdict.YES


def _carries(asked: Asked, lead: Said, other: Said, fit: Fit, place: Span) -> bool:
    if fit.verdict is Verdict.YES:
        return True
    if fit.verdict is not Verdict.OPEN or outcome_told(asked, other.told, fit.answer) is False:
        return False
    if not is_a_value(lead.words):
        return False  # the same words ("purple") may stand anywhere; the judge is asked
    if asked.wants in NAMED and not _in_the_role(lead, other.told, place):
        return False
    return (other.read >= _READ and held_around(asked, other.told) >= _HELD) or _retold(lead.told, other.told) >= _RETOLD


def _retold(lead: Told, other: Told) -> float:
    """Of the first sentence's content words, how many the other tells."""
    mine, theirs = ({w for c in t.sentence.clauses for w in c.lemmas} for t in (lead, other))
    return len(mine & theirs) / max(len(mine), 1)


def excludes(asked: Asked, lead: Said, other: Said) -> bool:
    """Both answer the question, of the same event, with answers that cannot both be right."""
    if asked.wants is Wants.YES_NO:
        return _alike_in_status(asked, lead, other) is False
    if (
        lead.answer is None
        or other.answer is None
        or _of_another_topic(asked, lead, other.told)
        or _of_another_time(asked, lead, other)
    ):
        return False
    if min(held_around(asked, s.told) for s in (lead, other)) < _MATTER or any(
        _names_only_others(asked, s) for s in (lead, other)
    ):
        return False
    if places_of(asked, lead, other.told) or places_of(asked, other, lead.told):
        return False
    fits = [checked_at(asked, s.told, s.answer) for s in (lead, other) if s.answer]
    if any(f.verdict not in (Verdict.YES, Verdict.OPEN) for f in fits):
        return False
    surely = all(f.verdict is Verdict.YES for f in fits) or _of_a_state(asked, lead, other) or in_one_frame(lead, other)
    if _values_apart(asked, lead, other):
        return surely
    named = (surely and _both_sure(lead, other)) or all(_beside(asked, s) for s in (lead, other))
    return asked.wants in NAMED and named and _unlike_names(lead, other)


def _names_only_others(asked: Asked, said: Said) -> bool:
    """The sentence names somebody, and nothing that the question names."""
    named = [
        span.of(said.told.text) for span in names_in(said.told.text) if said.answer is None or not span.overlaps(said.answer)
    ]
    return bool(asked.names and named) and not any(half_told(name, said.told.text) for name in asked.names)


def _values_apart(asked: Asked, lead: Said, other: Said) -> bool:
    """Their amounts, times or numbered names cannot both be right; an amount with the "at least" that stands before it."""
    one, two = lead.values, other.values
    if asked.wants in COUNTED and one.amounts and two.amounts:
        return exclude_each_other(one.amounts[0], two.amounts[0])
    if asked.wants is Wants.DAY and one.times and two.times:
        return disjoint(one.times[0], two.times[0])
    days = (lead.told.published, other.told.published)
    return compared(lead.words, other.words, published=days) is Sameness.DIFFERENT


def in_one_frame(lead: Said, other: Said) -> bool:
    """The sentences differ in hardly more than their answers: "the hull is painted ... " of both."""
    one, two = (content_stems(s.told.text) - content_stems(s.words) for s in (lead, other))
    less, more = sorted((one, two), key=len)
    return len(less) >= _FRAME_WORDS and share_held(less, more) >= _FRAME


def _of_a_state(asked: Asked, lead: Said, other: Said) -> bool:
    """ "Who is the artist of the album X?": both sentences name X, and both are read surely; no verb needs to tell it."""
    named = all(told_in(n, s.told.text) for n in asked.names for s in (lead, other))
    is_state = asked.clause is not None and asked.clause.verb in STATES
    return is_state and bool(asked.names) and named and min(lead.read, other.read) >= _SURELY


def _beside(asked: Asked, said: Said) -> bool:
    """ "Graviton chips", where chips are asked for: the noun says that it is one of them."""
    assert said.answer is not None
    behind = re.findall(r"[\w-]+", said.told.text[said.answer.start : said.answer.end + 20])
    count = len(re.findall(r"[\w-]+", said.words))
    return asked.noun is not None and any(w.lower().rstrip("s") == asked.noun.rstrip("s") for w in behind[: count + 1])


def _both_sure(lead: Said, other: Said) -> bool:
    return min(lead.read, other.read) >= _SURE


def _unlike_names(lead: Said, other: Said) -> bool:
    """Names of what is asked for, none of them in both, and none in the other's passage."""
    one, two = row_of_names(lead.words), row_of_names(other.words)
    if not one or not two or any(same_name(a, b) for a in one for b in two):
        return False
    return not any(told_in(a, other.told.passage) for a in one) and not any(told_in(b, lead.told.passage) for b in two)


def _read_alike(asked: Asked, lead: Said, other: Said) -> bool:
    """Where a sentence tells the deed by no verb ("the partnership with AMD"): both are read as answers, as certain as each other, and
    hold nearly all that is asked."""
    if other.read < _READ_SURELY or certainty(lead.told.text) is not certainty(other.told.text):
        return False
    return all(held_around(asked, s.told) >= _NEARLY_ALL and _names_told(asked, s.told) for s in (lead, other))


def _alike_in_status(asked: Asked, lead: Said, other: Said) -> bool | None:
    """Whether both say that it is so, or both that it is not; None where one of them tells neither."""
    one, two = status_told(asked, lead.told), status_told(asked, other.told)
    if one is None or two is None or Status.HEDGED in (one, two):
        return None
    return one is two


def status_told(asked: Asked, told: Told) -> Status | None:
    """Whether the sentence says that what a question of yes or no asks is so; None where it does not tell the deed."""
    if asked.clause is None:
        return None
    for clause in told.sentence.clauses:
        how = related(asked.clause, clause)
        if how is Relation.NONE or not of_the_same(asked, told, clause, how) or not _names_told(asked, told):
            continue
        if how is not Relation.CONTRARY or clause.status is Status.HEDGED:
            return clause.status
        return Status.DENIED if clause.status is Status.ASSERTED else None
    return None


def _names_told(asked: Asked, told: Told) -> bool:
    return all(told_in(n, f"{told.title}\n{told.passage}") for n in asked.names)


def _names_beside(told: Told, answer: str) -> list[str]:
    """Whom a sentence names, besides the answer and the one who says it."""
    sayers = {n for c in told.sentence.clauses if c.speaker is not None for n in c.speaker.names}
    known = [*sayers, *row_of_names(answer)]
    return [n for n in told.sentence.names if not any(same_name(n, k) for k in known)]


def _of_another_topic(asked: Asked, lead: Said, told: Told) -> bool:
    """The sentence names nothing that the question names, and its article's title names something else. Where the question names
    nothing, what the first sentence names is meant."""
    here = f"{told.title}\n{told.passage}"
    if not asked.names:
        own, theirs = _names_beside(lead.told, lead.words), _names_beside(told, lead.words)
        return bool(own and theirs) and not any(half_told(n, here) for n in own)
    if any(half_told(n, told.text) for n in asked.names):
        return False
    above = _title_names(told)
    if not any(half_told(n, here) for n in asked.names):
        return bool(above) or len(told.sentence.names) > 1
    return bool(above) and not any(half_told(n, m) or same_name(n, m) or told_in(m, n) for m in above for n in asked.names)


def _title_names(told: Told) -> tuple[str, ...]:
    """Of a title that does not write every word with a capital; its first word is no name for that."""
    words = told.title.split()
    if sum(w[:1].islower() for w in words) < len(words) / 3:
        return ()
    return tuple(m[0] for m in _NAME.finditer(told.title) if m.start() > 0 or " " in m[0] or words[0] in told.passage)


def _of_another_time(asked: Asked, one: Said, other: Said) -> bool:
    """Both tell something that happened, at times too far apart to be one."""
    if _times_apart(one, other):
        return True
    mine, theirs = _happened(asked, one), _happened(asked, other)
    if mine is None or theirs is None:
        return False
    slack = 0 if mine[2] and theirs[2] else _ONE_EVENT_DAYS
    return (max(mine[0], theirs[0]) - min(mine[1], theirs[1])).days > slack


def _times_apart(one: Said, other: Said) -> bool:
    """Each sentence names times of its own, and none of them can be one of the other's: "in March", "in April"."""
    mine, theirs = ([t for t in _own_times(said) if t.month or t.year] for said in (one, other))
    return bool(mine and theirs) and all(disjoint(a, b) for a in mine for b in theirs)


def _own_times(said: Said) -> list[Time]:
    every = times_in(said.told.text, said.told.published)
    return [t for t in every if not t.saying and (said.answer is None or not t.span.overlaps(said.answer))]


def _happened(asked: Asked, said: Said) -> tuple[date, date, bool] | None:
    """From when to when, and whether the sentence itself says so; None for what lasts, or has no date."""
    assert said.answer is not None
    clause = said.told.sentence.clause_at(said.answer)
    times = [] if asked.wants is Wants.DAY else [t for t in times_of(said.told, said.answer, clause) if _is_its_day(t, said)]
    told = [(t.first, t.last) for t in times if t.first is not None and t.last is not None]
    if told:
        return min(first for first, _ in told), max(last for _, last in told), all(t.exact for t in times)
    if said.told.published is None or _lasts(asked):
        return None
    ahead = timedelta(days=400) if clause is not None and clause.tense == "future" else timedelta(0)
    return said.told.published - timedelta(days=_REPORTED_DAYS), said.told.published + ahead, False


def _is_its_day(time: Time, said: Said) -> bool:
    """Not "since 1980", "than in 1980", nor the "today" of a report, nor the day on which it was said."""
    before = said.told.text[: time.span.start]
    return not (time.saying or NOW.search(time.words) or _NOT_OF_THE_EVENT.search(before))


_NOT_OF_THE_EVENT = re.compile(r"\b(?:since|from|until|till|by|before|after|than(?: in)?)\s+$", re.IGNORECASE)


def _lasts(asked: Asked) -> bool:
    """Asked of a state: "what is X also known as", "how long is the tunnel"."""
    return asked.clause is None or (asked.clause.tense == "present" and asked.clause.verb in STATES)
