"""Readings -> the statements of an answer, their support, and the quotes that carry them.

It does not search: whoever calls it says how other voices are found for a statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from answering.agreement import Heard, InTime, agreeing, best_by_article, differing, in_time, items_of
from answering.answer import MOST_CLAIMS, Answer, Claim, Disagreement, Origin, Quote, Side, Support, weakest, with_marks
from answering.origins import CopiesOf, Voice, origins_of, rests_on, shared_origin, support_of
from answering.readings import Reading, by_answer
from corpus.article import Span
from language.questions import Kind, Question
from language.values import Sameness, compared
from language.words import content_stems

# --- Reading -> quote: one contiguous piece of the article, under a number ---

LONGEST_QUOTE = 400
"""Code points. A longer sentence is cut, in one piece, around its answer."""


def quote_of(number: int, reading: Reading, origin: Origin) -> Quote:
    """The reading's sentence under a number."""
    return Quote(number, reading.hit.article, measured(reading), origin)


def measured(reading: Reading) -> Span:
    """The sentence, or where it is too long one piece of it around the answer, from word to word."""
    sentence, text = reading.sentence, reading.hit.article.text
    if sentence.end - sentence.start <= LONGEST_QUOTE:
        return sentence
    kept = reading.answer or Span(sentence.start, sentence.start)
    middle = (kept.start + kept.end) // 2
    start = min(max(sentence.start, middle - LONGEST_QUOTE // 2), sentence.end - LONGEST_QUOTE)
    end = start + LONGEST_QUOTE
    inner = next((n for n in range(start, kept.start) if n == sentence.start or text[n - 1].isspace()), start)
    outer = next((n for n in range(end, max(kept.end, inner + 1), -1) if n == sentence.end or text[n].isspace()), end)
    return Span(inner, outer)


# --- Readings -> the statements of an answer, their support, and the quotes that carry them ---

MOST_QUOTES = 6
MOST_SIDES = 3
"""Of a disagreement."""
_MORE_SHARE = 0.5
"""A further statement says more when at least so much of its content words is not in those before it."""
_FURTHER_CERTAINTY, _OPEN_CERTAINTY = 0.5, 0.3
"""A further statement is only made of a reading this probable, and likelier than half of the first one's; the second is for
open questions ("What does ... do?"), which several statements answer together."""


@dataclass(frozen=True)
class Candidates:
    """What may say the same as a statement: readings of the same question, and sentences that were judged to say it. replacing: a later one that says that its value holds no more."""

    read: Sequence[Reading] = ()
    saying: Sequence[Reading] = ()
    replacing: Sequence[Reading] = ()


CandidatesOf = Callable[[Reading], Candidates]
"""How other voices are found for a statement."""


@dataclass(frozen=True)
class Statement:
    """The reading that leads, and the readings of other articles that say the same, likeliest first.

    items  of a sentence that names several answers each by itself; other articles may name some of them only
    """

    lead: Reading
    same: tuple[Reading, ...] = ()
    items: tuple[Statement, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        return (self.lead, *self.same)

    @property
    def all_readings(self) -> tuple[Reading, ...]:
        return (*self.readings, *(r for item in self.items for r in item.same))


@dataclass(frozen=True)
class Chosen:
    """What the answer will say: first, what other articles say against it, and what others add.

    before  older accounts, of which the first statement is an update
    span    the words that answer, where they stand in the first statement
    listed  the answers of a list, or the two sides of a comparison, told one by one
    """

    first: Statement
    against: tuple[Statement, ...] = ()
    before: tuple[Statement, ...] = ()
    further: tuple[Statement, ...] = ()
    span: str | None = None
    listed: tuple[Statement, ...] = ()
    otherwise: bool = False
    heard: Heard | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        return (self.first, *self.against, *self.before, *self.further)


def choose(heard: Heard, answering: Sequence[Reading], voices_of: CandidatesOf, copies_of: CopiesOf) -> Chosen:
    """`answering` are the readings that answer, the one to tell first in front.

    For every statement other voices are looked for before it is called single-source.
    """
    first = answering[0]
    voices = voices_of(first)
    question = heard.question
    is_list = question.kind is Kind.LIST
    told = _listed if is_list else _with_voices
    leading = told(heard, first, voices)
    against, later = _against(heard, leading, voices, copies_of, is_list=is_list)
    later = list(voices.replacing) or later
    if later and _is_newer(later[0], first):
        # A story went on: the newest account is the answer.
        later, first = [first], later[0]
        leading = told(heard, first, voices_of(first))
    other = [*against, *later]
    rest = [r for r in answering if r not in leading.readings and r not in other]
    more = _others_named(first, rest) if is_list else _further(question, first, rest)
    added = [told(heard, lead, voices_of(lead)) for lead in [*other, *more][: MOST_CLAIMS - 1]]
    count, all_ = len(against), [leading, *added]
    return Chosen(
        leading, tuple(added[:count]), tuple(added[count : len(other)]), tuple(added[len(other) :]),
        span=first.answer_text, listed=tuple(item for s in all_ for item in (s.items or (s,))) if is_list else (),
    )  # fmt: skip


def _is_newer(one: Reading, other: Reading) -> bool:
    return (one.hit.article.published or "") > (other.hit.article.published or "")


def stated(heard: Heard, leads: Sequence[Reading], voices_of: CandidatesOf) -> Chosen:
    """Statements that were chosen already, each with its other voices."""
    told: list[Statement] = []
    for lead in leads:
        if not any(_one_sentence(lead, voice) for statement in told for voice in statement.readings):
            told.append(_with_voices(heard, lead, voices_of(lead)))
    return Chosen(told[0], further=tuple(told[1:]))


def _one_sentence(one: Reading, other: Reading) -> bool:
    return one.answer_text == other.answer_text and " ".join(one.text.split()) == " ".join(other.text.split())


def _against(
    heard: Heard, leading: Statement, voices: Candidates, copies_of: CopiesOf, *, is_list: bool
) -> tuple[list[Reading], list[Reading]]:
    """The likeliest readings of other articles with other answers: those that contradict it, or else one of another time.

    Where several things are asked for, other articles add to the answer; only another account of the same report, one
    that shares the first one's origin, tells it differently.
    """
    agreed = {r.hit.article.id for r in leading.readings}
    lead = leading.lead
    found = differing(heard, lead, [r for r in voices.read if r.hit.article.id not in agreed])
    if is_list:
        copies = copies_of([lead.hit.article.id])
        found = [r for r in found if shared_origin(_voice(lead), _voice(r), copies) is not None]
    together = [r for r in found if in_time(heard.question, lead, r) is InTime.TOGETHER]
    if together:
        return _unlike_each_other(heard, together)[: MOST_SIDES - 1], []
    later = [r for r in found if in_time(heard.question, lead, r) is InTime.LATER]
    return [], later[:1]


def _unlike_each_other(heard: Heard, readings: Sequence[Reading]) -> list[Reading]:
    """The first of each answer; of those without a short one, which all deny or all affirm, one."""
    kept: list[Reading] = []
    for reading in readings:
        if all(reading.answer is not None and differing(heard, other, [reading]) for other in kept):
            kept.append(reading)
    return kept


def _others_named(first: Reading, rest: Sequence[Reading]) -> list[Reading]:
    """For each further answer the reading that leads it, the most evident first; none that only repeats names of a row."""
    named = [item.answer_text or "" for item in items_of(first)]
    leads = [e.lead for e in by_answer([first, *rest]) if first not in e.readings]
    return [r for r in leads if not all(_is_among(item.answer_text or "", named) for item in items_of(r) or [r])]


def _is_among(answer: str, named: Sequence[str]) -> bool:
    return any(compared(answer, name) is Sameness.SAME for name in named)


def _with_voices(heard: Heard, lead: Reading, voices: Candidates) -> Statement:
    """Of an article that was both read and judged, the reading speaks, for it holds the answer."""
    read = agreeing(heard, lead, voices.read)
    known = {v.hit.article.id for v in read}
    saying = [v for v in voices.saying if v.hit.article.id not in known]
    return Statement(lead, (*read, *best_by_article(saying)))


def _listed(heard: Heard, lead: Reading, voices: Candidates) -> Statement:
    """The same of an answer in a list; a row of names is also told name by name."""
    whole = _with_voices(heard, lead, voices)
    alone = [_with_voices(heard, item, voices) for item in items_of(lead)]
    items = [replace(item, same=tuple(best_by_article([*whole.same, *item.same]))) for item in alone]
    return replace(whole, items=tuple(items))


def _further(question: Question, first: Reading, rest: Sequence[Reading]) -> list[Reading]:
    """Readings that say more than those before them: of other articles, and, where the question is open ("What does ...
    do?"), a second one of the same."""
    if first.says is not None:
        return []
    said = set(content_stems(first.text))
    open_question = question.kind in (Kind.OTHER, Kind.REASONS)
    least = max(_OPEN_CERTAINTY if open_question else _FURTHER_CERTAINTY, first.probability / 2)
    kept: list[Reading] = []
    for reading in rest if open_question else best_by_article(rest):
        own = content_stems(reading.text)
        certain = reading.probability >= least
        elsewhere = reading.hit.article.id not in {r.hit.article.id for r in (kept if open_question else [first, *kept])}
        if elsewhere and certain and len(own - said) >= _MORE_SHARE * len(own):
            kept.append(reading)
            said |= own
    return kept


def _voice(reading: Reading) -> Voice:
    return Voice(reading.hit.article, reading.sentence)


def composed(question: str, chosen: Chosen, copies_of: CopiesOf, outlets: frozenset[str] = frozenset()) -> Answer:
    """The answer to a question from what was chosen to be said; `outlets`: those of which the corpus has an article."""
    voices = [_voice(r) for s in chosen.statements for r in s.all_readings]
    origins = origins_of(voices, copies_of)
    quotes: dict[tuple[str, Span], Quote] = {}
    claims = [_claim(statement, quotes, origins) for statement in chosen.statements]
    sides = _sides(chosen, claims)
    disagreements = (Disagreement(sides),) if chosen.against else ()
    verdict = _verdict(chosen)
    updates = sides if chosen.before else ()
    return Answer(
        question,
        "answered",
        with_marks(claims, disagreements, updates, otherwise=chosen.otherwise, verdict=verdict),
        chosen.span,
        tuple(claims),
        disagreements,
        tuple(quotes.values()),
        updates=updates,
        upstreams=rests_on(voices, outlets),
        answers=_named(chosen, quotes, origins),
        otherwise=chosen.otherwise,
        verdict=verdict,
    )


_SURELY = 0.7
"""The judge's probability from which an answer begins with yes or no."""


def _verdict(chosen: Chosen) -> Literal["yes", "no"] | None:
    lead = chosen.first.lead
    if lead.says is None or chosen.against or chosen.before or lead.probability < _SURELY:
        return None
    return "yes" if lead.says else "no"


def _sides(chosen: Chosen, claims: Sequence[Claim]) -> tuple[Side, ...]:
    """The first statement and those against it; of accounts that are dated apart the oldest in front."""
    if not (chosen.against or chosen.before):
        return ()
    statements = [chosen.first, *chosen.against, *chosen.before]
    sides = [
        (s, Side(_in_short(s.lead), c.citations, c.support, c.origins)) for s, c in zip(statements, claims, strict=False)
    ]
    if chosen.before:
        sides.sort(key=lambda pair: pair[0].lead.hit.article.published or "")
    return tuple(side for _, side in sides)


def _in_short(reading: Reading) -> str:
    if reading.says is not None:
        return "yes" if reading.says else "no"
    return reading.answer_text or ""


def _named(chosen: Chosen, quotes: dict[tuple[str, Span], Quote], origins: dict[str, Origin]) -> tuple[Side, ...]:
    return tuple(Side(s.lead.answer_text or "", _cited(s, quotes, origins), *_support(s, origins)) for s in chosen.listed)


def _claim(statement: Statement, quotes: dict[tuple[str, Span], Quote], origins: dict[str, Origin]) -> Claim:
    """The claim; its quotes, and those for its items, are added to those there are. It has the support of its weakest item."""
    citations = _cited(statement, quotes, origins)
    support, count = _support(statement, origins)
    if statement.items:
        of_items = [_cited(item, quotes, origins) for item in statement.items]
        support, count = weakest(_support(item, origins) for item in statement.items)
        citations = tuple(dict.fromkeys(sum(of_items, citations))) if support != "single_source" else citations
    text = without_bullet(quotes[_place(statement.lead)].shown)
    articles = len({q.article.id for q in quotes.values() if q.number in citations})
    return Claim(text, citations, support, count, articles)


def _support(statement: Statement, origins: dict[str, Origin]) -> tuple[Support, int]:
    return support_of((r.hit.article, origins[r.hit.article.id]) for r in statement.readings)


def _cited(statement: Statement, quotes: dict[tuple[str, Span], Quote], origins: dict[str, Origin]) -> tuple[int, ...]:
    """The numbers of its quotes, which are added to those there are, as many as the answer may have; a lead is always quoted."""
    citations: list[int] = []
    for reading in _origins_first(statement, origins):
        key = _place(reading)
        later = 0 if reading is statement.lead else MOST_CLAIMS - 1
        if key not in quotes and len(quotes) + later < MOST_QUOTES:
            quotes[key] = quote_of(len(quotes) + 1, reading, origins[reading.hit.article.id])
        if key in quotes:
            citations.append(quotes[key].number)
    return tuple(citations)


def _place(reading: Reading) -> tuple[str, Span]:
    return reading.hit.article.id, measured(reading)


def _origins_first(statement: Statement, origins: dict[str, Origin]) -> list[Reading]:
    """The readings, one of each origin before a second of any: what is counted as independent is shown."""
    seen: set[str] = set()
    fresh: list[Reading] = []
    again: list[Reading] = []
    for reading in statement.readings:
        origin = origins[reading.hit.article.id].id
        (again if origin in seen else fresh).append(reading)
        seen.add(origin)
    return [*fresh, *again]


def without_bullet(quote: str) -> str:
    return re.sub(r"^(?:[•*‣·–-]|\d{1,2}[.)])\s+", "", " ".join(quote.split()))


# --- The answers to the questions that one text asks -> one Answer ---


def joined(answers: Sequence[Answer], parts: Sequence[str]) -> Answer:
    """One after the other, quotes numbered through; of a part that was declined it says so. The first one's where there is one.

    The answer span is that of the first part that has one: the whole has no single shortest answer.
    """
    if len(answers) == 1:
        return answers[0]
    told = [a for a in answers if a.status == "answered"]
    if not told:
        return answers[0]
    numbered: list[Answer] = []
    for answer in told:
        numbered.append(_shifted(answer, sum(len(a.quotes) for a in numbered)))
    claims = tuple(c for a in numbered for c in a.claims)
    disagreements = tuple(d for a in numbered for d in a.disagreements)
    missing = [f" The articles do not say: “{p}”" for a, p in zip(answers, parts, strict=True) if a.status == "declined"]
    text = with_marks(claims, disagreements, otherwise=any(a.otherwise for a in numbered)) + "".join(missing)
    return replace(
        numbered[0],
        text=text,
        claims=claims,
        disagreements=disagreements,
        quotes=tuple(q for a in numbered for q in a.quotes),
        upstreams=tuple(dict.fromkeys(u for a in numbered for u in a.upstreams)),
        otherwise=any(a.otherwise for a in numbered),
        notices=tuple(dict.fromkeys(n for a in answers for n in a.notices)),
    )


def _shifted(answer: Answer, by: int) -> Answer:
    """The same with higher numbers."""
    return replace(
        answer,
        claims=tuple(_claim_numbered(c, by) for c in answer.claims),
        quotes=tuple(Quote(q.number + by, q.article, q.span, q.origin) for q in answer.quotes),
        disagreements=tuple(replace(d, sides=_sides_numbered(d.sides, by)) for d in answer.disagreements),
        updates=_sides_numbered(answer.updates, by),
        answers=_sides_numbered(answer.answers, by),
    )


def _claim_numbered(claim: Claim, by: int) -> Claim:
    return replace(claim, citations=tuple(n + by for n in claim.citations))


def _sides_numbered(sides: Sequence[Side], by: int) -> tuple[Side, ...]:
    return tuple(replace(s, citations=tuple(n + by for n in s.citations)) for s in sides)
