"""A sentence of the user's own -> what the corpus says of it: quotes that carry it, quotes against it, and their origins.

The same machinery as for an answer's second voice, turned on a claim. In numbered steps: search with the claim, judge the
passages found, cut the sentences that carry it, ask what stands in the place of what they do not say. No verdict beyond
what is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import pairwise

from pydantic import computed_field
from pydantic.dataclasses import dataclass

from answering.agreement import best_by_article
from answering.answer import Quote, Support, support_in_words
from answering.checking import told_of
from answering.compose import LONGEST_QUOTE, quote_of
from answering.facts.claims import Stand, certainty, claim_of, denies, stand
from answering.judging import Judge
from answering.origins import Voice, origins_of, support_of
from answering.readings import Reading, statements
from corpus.article import Span
from index.copy_groups import COPIED_SHARE
from index.opening import Index
from language.spans import without
from language.times import ended_on
from language.values import lacking, values_in
from language.words import content_stems, held_in
from models.encoder import Encoder
from retriever.request import Request
from retriever.search import Hit, search

READ = 12
"""Passages that are judged for a claim."""
MOST_QUOTES = 6
"""For it, and as many against it."""
_BY_ITSELF = 0.5
"""Of the claim's content words, how many a sentence must hold itself; the rest may be in the title."""
_SURE = 0.9
"""What a sentence is worth whose facts are the claim's."""
_BETTER = 0.1
"""By so much two sentences must be judged better than one to be quoted together."""


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
    meant = claim_of(claim, request.date)
    # 1. Search with the claim itself; copies too, for each is a voice.
    hits = search(index, encoder, request, READ, collapse=False)
    # 2. Judge each passage.
    judged = judge.judged(claim, [(h.article.title, h.passage.text) for h in hits])
    score = max((j.probability for j in judged), default=0.0)
    # 3. What each sentence says of the claim, by its facts, and where grammar cannot tell by the judge.
    stands = {(h.article.id, s): stand(meant, told_of(h, s)) for h in hits for s in statements(h)}
    told = [(h, s) for h in hits for s in statements(h) if not WITHDRAWN.search(s.of(h.article.text))]
    over = {(h.article.id, s) for h, s in told if _is_over(claim, h, s, request.date)}
    said = [(h, s) for h, s in told if stands[h.article.id, s] is Stand.SAYS and (h.article.id, s) not in over]
    said = [(h, s) for h, s in said if lacking(claim, told_with_its_day(h, s)) is None]
    saying = [Reading(h, s, None, _SURE) for h, s in agreed(judge, claim, said)]
    denying = [(h, s) for h, s in told if _opposes(stands[h.article.id, s], (h.article.id, s) in over)]
    opposing = [Reading(h, s, None, _SURE) for h, s in denying]
    likely = [h for h, j in zip(hits, judged, strict=True) if j.probability >= judge.calibration.threshold]
    if not opposing:
        saying += [r for h in likely for r in carried(judge, claim, h) if not WITHDRAWN.search(r.text)]
    # 4. An article that says the claim somewhere does not deny it elsewhere.
    carrying = best_by_article(saying)[:MOST_QUOTES]
    carriers = {r.hit.article.id for r in carrying}
    against = best_by_article([r for r in opposing if r.hit.article.id not in carriers])[:MOST_QUOTES]
    # 5. Count origins.
    return _verified(index, claim, max(score, _SURE if saying else 0.0), carrying, against)


WITHDRAWN = re.compile(
    r"\b(?:an earlier version of this|correction:|this (?:article|story) (?:was|has been) corrected)", re.IGNORECASE
)
"""What an article says that it said before is not what it says."""


def agreed(judge: Judge, claim: str, said: Sequence[tuple[Hit, Span]]) -> list[tuple[Hit, Span]]:
    """Those of the sentences that grammar takes to say the claim which hold all of its words, or of which the judge does not deny it:
    grammar does not see that what is painted green is not painted red."""
    texts = [(h.article.title, s.of(h.article.text)) for h, s in said]
    judged = judge.judged(claim, texts)
    words = without(claim, values_in(claim).spans)  # numbers were compared, in whatever spelling
    held = [shared(words, f"{title}\n{text}") for title, text in texts]
    return [one for one, found, share in zip(said, judged, held, strict=True) if share >= 1 or found.whole >= 0]


_OF_NOW, _OF_THEN = re.compile(r"\b(?:is|are)\b"), re.compile(r"\b(?:was|were|had|until|former)\b", re.IGNORECASE)


def _is_over(claim: str, hit: Hit, span: Span, asked_on: date) -> bool:
    """The claim says that something is so, and the sentence that it was so until a day that is past."""
    if not _OF_NOW.search(claim) or _OF_THEN.search(claim):
        return False
    ended = ended_on(span.of(hit.article.text), hit.article.day_at(span.start))
    return ended is not None and ended < asked_on


def _opposes(stand_: Stand, over: bool) -> bool:
    return stand_ is Stand.DENIES or (over and stand_ is Stand.SAYS)


def carried(judge: Judge, claim: str, hit: Hit) -> list[Reading]:
    """The sentence of the passage that carries most of the claim, or two in a row where these carry clearly more; with all of
    the claim's numbers and its denials, which a judge overlooks."""
    text, spans = hit.article.text, [s for s in statements(hit) if s.end - s.start <= LONGEST_QUOTE]
    spans = [s for s in spans if shared(claim, s.of(text)) >= _BY_ITSELF and certainty(s.of(text)) is certainty(claim)]
    pairs = [Span(a.start, b.end) for a, b in pairwise(spans) if not text[a.end : b.start].strip()]
    windows = [*spans, *(p for p in pairs if p.end - p.start <= LONGEST_QUOTE)]
    windows = [w for w in windows if lacking(claim, told_with_its_day(hit, w)) is None]
    # What is denied must be denied in the sentence itself; a title names what it is about, and denies nothing.
    title = "" if denies(claim) else hit.article.title
    judged = judge.judged(claim, [(title, w.of(text)) for w in windows])
    rated = [
        (j.probability - (0 if n < len(spans) else _BETTER), Reading(hit, window, None, j.probability))
        for n, (window, j) in enumerate(zip(windows, judged, strict=True))
        if judge.says(j)
    ]
    return [max(rated, key=lambda pair: pair[0])[1]] if rated else []


def told_with_its_day(hit: Hit, span: Span) -> str:
    return f"{hit.article.title}\n{hit.article.published or ''}\n{span.of(hit.article.text)}"


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
