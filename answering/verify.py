"""A sentence of the user's own -> what the corpus says of it: quotes that carry it, quotes against it, and their origins.

The same machinery as for an answer's second voice, turned on a claim. In numbered steps: search with the claim, judge the
sentences found, count origins. Code sees to it that values, names and days are the claim's. No verdict beyond what is
quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial

from pydantic import computed_field
from pydantic.dataclasses import dataclass

from answering.agreement import best_by_article
from answering.answer import Quote, Support, support_in_words
from answering.compose import LONGEST_QUOTE, quote_of
from answering.exact import as_certain, day_of, half_told, line_of, names_of
from answering.judging import Judge, Judged
from answering.origins import Voice, origins_of, support_of
from answering.readings import Reading, in_place, statements
from corpus.article import Span
from index.copy_groups import COPIED_SHARE
from index.opening import Index
from language.amounts import exclude_each_other
from language.spans import without
from language.times import disjoint, ended_on, overlap, times_in
from language.values import lacking, values_in
from language.words import content_stems, held_in, share_held
from models.encoder import Encoder
from retriever.request import Request
from retriever.search import Hit, search

READ = 12
"""Passages that are judged for a claim."""
MOST_QUOTES = 6
"""For it, and as many against it."""
_AROUND, _BY_ITSELF = 0.4, 0.4
"""Of the claim's content words, how many a sentence must hold with what stands around it; and alone to be quoted alone, or to deny it."""
_SAID, _DENIED = 0.6, 0.7
"""The judge's probability from which a sentence says the claim, and from which it denies it. Chosen on the cases in tests/."""
_MATTER, _FRAME = 0.5, 0.8
"""Of the claim's content words, how many a sentence must hold to be of its matter; and how many where only its value is another."""


@dataclass(frozen=True)
class Verified:
    """What is told of a claim. `support` is None where the corpus does not say it; `score` from 0 to 1."""

    claim: str
    support: Support | None
    score: float
    quotes: tuple[Quote, ...]
    against: tuple[Quote, ...]

    @computed_field
    @property
    def in_words(self) -> str:
        """ "Supported: single source", "Contradicted", "Not found": what the articles say, not what is true."""
        if self.support is None:
            if self.against:
                return "Contradicted: the articles say otherwise."
            return "Not found: the articles do not say this."
        articles, origins = ({q.article.id for q in self.quotes}, {q.origin.id for q in self.quotes})
        words = support_in_words(self.support, len(articles), len(origins))
        differ = " The articles differ." if self.against else ""
        return f"Supported: {words[:1].lower()}{words[1:]}.{differ}"


def verify(index: Index, encoder: Encoder, judge: Judge, request: Request) -> Verified:
    """The request's text is the claim."""
    claim = request.question
    # 1. Search with the claim itself; copies too, for each is a voice.
    hits = search(index, encoder, request, READ, collapse=False)
    # 2. Judge the sentences that may say it, or the contrary, where they stand.
    told = [(hit, span) for hit in hits for span in _near(claim, hit)]
    judged = judge.judged(claim, [in_place(h, s) for h, s in told])
    saying, denying = [], []
    for (hit, span), found in zip(told, judged, strict=True):
        over = _is_over(claim, hit, span, request.date)
        quoted = _quoted(claim, hit, span)
        if found.probability >= _SAID and not over and _has_all(claim, hit, quoted, request.date):
            saying.append(Reading(hit, quoted, None, found.probability * shared(claim, quoted.of(hit.article.text))))
        elif over or _denied(claim, Reading(hit, span, None, found.denies), found, request.date):
            denying.append(Reading(hit, span, None, max(found.denies, _DENIED)))
    # 3. An article that says the claim somewhere does not deny it elsewhere.
    carrying = best_by_article(saying)[:MOST_QUOTES]
    carriers = {r.hit.article.id for r in carrying}
    against = best_by_article([r for r in denying if r.hit.article.id not in carriers])[:MOST_QUOTES]
    # 4. Count origins.
    return _verified(index, claim, max((j.probability for j in judged), default=0.0), carrying, against)


WITHDRAWN = re.compile(
    r"\b(?:an earlier version of this|correction:|this (?:article|story) (?:was|has been) corrected)", re.IGNORECASE
)
"""What an article says that it said before is not what it says."""


def _near(claim: str, hit: Hit) -> list[Span]:
    """The sentences of a passage that hold enough of the claim with what stands around them."""
    text = hit.article.text
    spans = [s for s in statements(hit) if s.end - s.start <= LONGEST_QUOTE and not WITHDRAWN.search(s.of(text))]
    return [s for s in spans if shared(claim, "\n".join(in_place(hit, s))) >= _AROUND]


def _quoted(claim: str, hit: Hit, span: Span) -> Span:
    """The sentence, with the one before it where it holds too little of the claim by itself ("She won it in May")."""
    text = hit.article.text
    before = [s for s in statements(hit) if s.end <= span.start]
    alone = shared(claim, span.of(text)) >= _BY_ITSELF
    if alone or not before or text[before[-1].end : span.start].strip() or span.end - before[-1].start > LONGEST_QUOTE:
        return span
    return Span(before[-1].start, span.end)


def _has_all(claim: str, hit: Hit, span: Span, said_on: date) -> bool:
    """All of the claim's numbers, names, days and denials, which a judge overlooks."""
    sentence, day = span.of(hit.article.text), hit.article.day_at(span.start)
    times = times_in(sentence, day)
    dated = all(not times or any(overlap(t, u) is not False for u in times) for t in times_in(claim, said_on))
    evidence = f"{hit.article.title}\n{hit.article.published or ''}\n{sentence}"
    return dated and lacking(claim, evidence) is None and as_certain(claim, sentence)


def _denied(claim: str, reading: Reading, found: Judged, said_on: date) -> bool:
    """The judge takes it for a denial, or its one value is another than the claim's in the same words; of the claim's names."""
    passage = f"{reading.hit.article.title}\n{reading.hit.passage.text}"
    named = all(half_told(name, passage) for name in names_of(claim))
    of_it = shared(claim, reading.text) >= _BY_ITSELF and not _has_its_numbers(claim, reading.text)
    return named and ((found.denies >= _DENIED and of_it) or _other_value(claim, reading, said_on))


def _has_its_numbers(claim: str, sentence: str) -> bool:
    """The claim has numbers, and the sentence has all of them, as sure: it does not deny the claim, whatever the judge says."""
    return bool(values_in(claim).amounts) and lacking(claim, sentence) is None and as_certain(claim, sentence)


def _other_value(claim: str, reading: Reading, said_on: date) -> bool:
    mine, theirs = values_in(claim, said_on), values_in(line_of(reading.text), day_of(reading))
    words = content_stems(without(claim, mine.spans))
    framed = share_held(words, content_stems(f"{reading.hit.article.title} {reading.text}"), akin=True) >= _FRAME
    if not framed or not as_certain(claim, reading.text):
        return False
    amounts = [exclude_each_other(a, b) for a in mine.amounts for b in theirs.amounts]
    times = [disjoint(a, b) for a in mine.times for b in theirs.times]
    return any(some and all(some) for some in (amounts, times))


_OF_NOW, _OF_THEN = re.compile(r"\b(?:is|are)\b"), re.compile(r"\b(?:was|were|had|until|former)\b", re.IGNORECASE)


def _is_over(claim: str, hit: Hit, span: Span, asked_on: date) -> bool:
    """The claim says that something is so, and the sentence that it was so until a day that is past."""
    if not _OF_NOW.search(claim) or _OF_THEN.search(claim) or shared(claim, span.of(hit.article.text)) < _MATTER:
        return False
    ended = ended_on(span.of(hit.article.text), hit.article.day_at(span.start))
    return ended is not None and ended < asked_on


def shared(claim: str, text: str) -> float:
    """Of the claim's content words, the share that the text holds."""
    wanted = content_stems(claim)
    return len(held_in(wanted, content_stems(text))) / max(len(wanted), 1)


def _verified(index: Index, claim: str, score: float, carrying: Sequence[Reading], opposing: Sequence[Reading]) -> Verified:
    copies_of = partial(index.store.copies_of, least=COPIED_SHARE)
    origins = origins_of([Voice(r.hit.article, r.sentence) for r in (*carrying, *opposing)], copies_of)
    quotes = [quote_of(n, r, origins[r.hit.article.id]) for n, r in enumerate((*carrying, *opposing), 1)]
    support = support_of((r.hit.article, origins[r.hit.article.id]) for r in carrying)[0] if carrying else None
    return Verified(claim, support, round(score, 4), tuple(quotes[: len(carrying)]), tuple(quotes[len(carrying) :]))
