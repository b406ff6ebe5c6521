"""Question -> hits, in numbered steps: encode once, search both ways, fuse, let dates count, collapse copies, look again."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from corpus.article import Article, Passage
from index.finding import Wanted
from index.generations import Manifest
from index.opening import Index
from index.store import PassageRow
from language.times import Days, nearness
from language.values import spellings_of_codes
from language.words import numbers_in
from models.encoder import Encoder
from retriever.request import Request

DEPTH = 100
"""How many passages each of the two searches hands on."""
RANK_OFFSET = 20
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009, there 60): a smaller one lets the first
ranks count more. Measured on RealTime QA 2022 and 2024 by bench/retrieval.py --sweep."""
DENSE_WEIGHT = 0.4
"""Of the vectors in the fusion; the words have the rest."""
DATE_WEIGHT = 1.0
"""By how much the best date can lift a fused score (1.0: doubled)."""
SAME_SHARE = 0.8
"""Passages that share this much of the smaller one's word triples are near-identical, where the one holds all of the other's numbers
and dates: a monthly report in the words of the last one is another report."""
_DAYS_AND_MONTHS = re.compile(rf"\b(?:{'|'.join([*calendar.month_name[1:], *calendar.day_name])})\b")
_PHRASE = re.compile(r"[\"“”]([^\"“”]*\w\s+\w[^\"“”]*)[\"“”]")
"""Several words in quotation marks: they are looked for as they stand."""
RERANKED = 20
"""Passages that a reranker looks at."""


@dataclass(frozen=True)
class Hit:
    """A passage with its score (higher is better; comparable within one search) and rank, from 1.

    timely  how near in time to what is asked, against the nearest article that the corpus could have: 1 is as near as
            can be. Where all articles are old or undated, all are as timely.
    """

    article: Article
    passage: Passage
    score: float
    rank: int
    timely: float = 1.0


class Reranker(Protocol):
    """Looks at question and passages once more."""

    name: str

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """For each passage, from 0 up, what is added to its fused score (which is 1 for the first in both searches)."""
        ...


def search(
    index: Index, encoder: Encoder, request: Request, k: int, *, collapse: bool = True, reranker: Reranker | None = None
) -> list[Hit]:
    """The k best passages, best first. With `collapse`, of near-identical passages only the best stays."""
    # 1. Which passages may be found.
    wanted = wanted_of(index, request)
    # 2. Both searches.
    dense = index.finder.nearest(encoder.encode([request.question]), DEPTH, wanted)
    lexical = index.finder.by_words(f"{request.question} {spellings_of_codes(request.question)}", DEPTH, wanted)
    # 3. Fusion, and the dates.
    fused = fuse(dense, lexical, DENSE_WEIGHT)
    rows = index.store.passages(fused)
    scored = with_dates(index, rows, fused, request)
    if phrased := _holding(index, rows, _PHRASE.findall(request.question)):
        scored = {number: score for number, score in scored.items() if number in phrased}
    # 4. Collapse, cut, number.
    ranked = sorted(scored, key=lambda number: (-scored[number], number))
    most = max(k, RERANKED) if reranker else k
    hits = _hits(index, rows, [(n, scored[n]) for n in ranked], most, collapse)
    hits = [replace(hit, timely=timeliness(hit.article.published, index.manifest, request)) for hit in hits]
    # 5. Look again.
    return reranked(request.question, hits, reranker)[:k] if reranker else hits


def reranked(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The first RERANKED hits with the reranker's scores added, in their new order, and the rest behind them as they were.
    Fused scores fall with the rank and nothing below 0 is added, so that scores still fall with the new rank."""
    head, rest = hits[:RERANKED], hits[RERANKED:]
    added = reranker.scores(question, head)
    looked_at = [replace(hit, score=hit.score + more) for hit, more in zip(head, added, strict=True)]
    ordered = [*sorted(looked_at, key=lambda hit: (-hit.score, hit.rank)), *rest]
    return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, 1)]


def wanted_of(index: Index, request: Request) -> Wanted:
    """`exclude`, `only`, outlets and days, with article numbers instead of ids."""
    only = None if request.only is None else frozenset(index.store.article_numbers(request.only).values())
    without = frozenset(index.store.article_numbers(request.exclude).values())
    return Wanted(without, only, request.outlets, request.since, request.until)


def fuse(dense: Sequence[int], lexical: Sequence[int], dense_weight: float) -> dict[int, float]:
    """Weighted reciprocal rank fusion: sum of weight / (RANK_OFFSET + rank), scaled so that first in both gives 1."""
    scores: dict[int, float] = {}
    for ranked, weight in ((dense, dense_weight), (lexical, 1 - dense_weight)):
        for rank, number in enumerate(ranked, 1):
            scores[number] = scores.get(number, 0.0) + weight * (RANK_OFFSET + 1) / (RANK_OFFSET + rank)
    return scores


def with_dates(index: Index, rows: dict[int, PassageRow], fused: dict[int, float], request: Request) -> dict[int, float]:
    """The fused scores, lifted by how near each article was published to the days that the question means."""
    meant = request.days
    dates = index.store.dates({row.article for row in rows.values()})
    return {
        number: fused[number] * (1 + DATE_WEIGHT * nearness(dates[row.article], meant, request.date))
        for number, row in rows.items()
    }


def timeliness(published: str | None, manifest: Manifest, request: Request) -> float:
    """From 1 / (1 + DATE_WEIGHT) to 1: see `Hit`."""
    meant = request.days
    day = str((meant or Days(request.date, request.date)).last)
    nearest = min(max(day, manifest.oldest), manifest.newest) if manifest.oldest and manifest.newest else None
    best = nearness(nearest, meant, request.date)
    return (1 + DATE_WEIGHT * min(nearness(published, meant, request.date), best)) / (1 + DATE_WEIGHT * best)


def _hits(
    index: Index, rows: dict[int, PassageRow], ranked: Sequence[tuple[int, float]], k: int, collapse: bool
) -> list[Hit]:
    hits: list[Hit] = []
    told: list[_Wording] = []
    for number, score in ranked:
        if len(hits) == k:
            break
        row = rows[number]
        article = index.store.article(row.article)
        text = row.span.of(article.text)
        if collapse:
            own = _Wording(word_triples(text), _values(text))
            if any(own.copies(other) for other in told):
                continue
            told.append(own)
        hits.append(Hit(article, Passage(row.span.start, row.span.end, text), score, len(hits) + 1))
    return hits


@dataclass(frozen=True)
class _Wording:
    """What two passages are compared by."""

    triples: frozenset[str]
    values: frozenset[str]

    def copies(self, other: _Wording) -> bool:
        less, more = sorted((self.values, other.values), key=len)
        return less <= more and share(self.triples, other.triples) >= SAME_SHARE


def _values(text: str) -> frozenset[str]:
    """Its numbers, and the names of months and weekdays."""
    return numbers_in(text) | frozenset(m[0].lower() for m in _DAYS_AND_MONTHS.finditer(text))


def _holding(index: Index, rows: dict[int, PassageRow], phrases: Sequence[str]) -> set[int]:
    """Passages in which each phrase stands as it was quoted; empty where no phrase was."""
    wanted = [" ".join(phrase.lower().split()) for phrase in phrases]
    texts = {
        n: " ".join(row.span.of(index.store.article(row.article).text).lower().split()) for n, row in rows.items() if wanted
    }
    return {number for number, text in texts.items() if all(phrase in text for phrase in wanted)}


def word_triples(text: str) -> frozenset[str]:
    """Three words in a row, lower-cased; of a shorter text the text itself."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(" ".join(words[n : n + 3]) for n in range(max(len(words) - 2, 1)))


def share(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the smaller set the larger one holds, from 0 to 1."""
    return len(one & other) / max(min(len(one), len(other)), 1)
