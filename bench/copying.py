"""Copies and independence: reprints that are made and found again, BASIL's pairs that must stay apart, and the cost.

Parts of bench/provenance.py.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Article, Span
from corpus.splitting import sentences
from index.copies import copied, fingerprint, pairs_to_compare
from index.copy_groups import is_copy

_SIZES = (1_000, 4_000, 13_000)
_SHORTEST = 120
"""Words of an article that is reprinted; of less than that little is left after cutting."""


def read_articles(file: Path) -> list[Article]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Article(row["id"], row["text"], row.get("title") or "") for row in rows]


def reprint(article: Article, others: Sequence[Article], rng: random.Random) -> Article:
    """As another outlet prints it."""
    paragraphs = [p for p in article.text.split("\n") if p.strip()]
    kept = paragraphs[: max(rng.randrange(len(paragraphs) // 2, len(paragraphs) + 1), 1)]
    share = rng.uniform(0.1, 0.3)
    kept = [_reworded(p, share, rng) for p in kept]
    stranger = rng.choice(others)
    local = [p for p in stranger.text.split("\n") if len(p.split()) > 15]
    kept.insert(rng.randrange(len(kept) + 1), rng.choice(local) if local else stranger.title)
    kept[0] = f"{rng.choice(['LONDON', 'WASHINGTON', 'DETROIT'])} (Our Staff) — {kept[0]}"
    return Article(f"reprint of {article.id}", f"By A. Nother\n{stranger.title}\n" + "\n".join(kept), stranger.title)


def _reworded(paragraph: str, share: float, rng: random.Random) -> str:
    """Some sentences with every fourth word another, so that no run of them stays."""
    told = []
    for sentence in (s.of(paragraph) for s in sentences(paragraph, Span(0, len(paragraph)))):
        words = sentence.split()
        if rng.random() < share:
            words = [f"{w[:1]}{w[::-1]}" if n % 4 == 1 else w for n, w in enumerate(words)]
        told.append(" ".join(words))
    return " ".join(told)


@dataclass(frozen=True)
class Reprints:
    """How many were made, were compared with their original by the search for pairs, would be told to be copies, and are found."""

    made: int
    compared: int
    told: int
    found: int


def reprints_found(articles: Sequence[Article], most: int) -> Reprints:
    """Made reprints among all articles: found by the search for pairs, and told to be copies."""
    rng = random.Random(0)
    long = [a for a in articles if len(a.text.split()) >= _SHORTEST]
    originals = rng.sample(long, min(most, len(long)))
    printed = {f"reprint of {o.id}": reprint(o, articles, rng) for o in originals}
    everything = [*articles, *printed.values()]
    number = {a.id: n for n, a in enumerate(everything)}
    compared = set(pairs_to_compare({n: fingerprint(a) for n, a in enumerate(everything)}))
    pairs = [(number[o.id], number[f"reprint of {o.id}"]) for o in originals]
    told = [is_copy(copied(everything[a], everything[b])) for a, b in pairs]
    found = sum(pair in compared and copy for pair, copy in zip(pairs, told, strict=True))
    return Reprints(len(pairs), sum(p in compared for p in pairs), sum(told), found)


def measure_copies(articles: Sequence[Article], most: int) -> None:
    told = reprints_found(articles, most)
    print(f"reprints: {told.made} made among {len(articles):,} articles, {told.found} found ({told.found / told.made:.3f})")
    print(f"  compared at all {told.compared}, told to be copies {told.told}")


@dataclass(frozen=True)
class Independent:
    """Pairs of articles of one event, which speak each for themselves: how much they share, highest first, and how many are merged."""

    shares: tuple[float, ...]
    merged: int


def independent(basil: Path) -> Independent:
    articles = {a.id: a for a in read_articles(basil / "articles_dev.jsonl.gz")}
    events: dict[str, list[str]] = {}
    for line in (basil / "gold_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        events.setdefault(row["event"], []).append(row["id"])
    pairs = [pair for ids in events.values() for pair in itertools.combinations(ids, 2)]
    shares = sorted((copied(articles[a], articles[b]).share for a, b in pairs), reverse=True)
    merged = sum(is_copy(copied(articles[a], articles[b])) for a, b in pairs)
    return Independent(tuple(shares), merged)


def measure_independent(basil: Path) -> None:
    told = independent(basil)
    shares, pairs = told.shares, len(told.shares)
    print(f"BASIL: {pairs} pairs of independent articles on one event, {told.merged} merged ({told.merged / pairs:.4f})")
    print(f"  shares: median {shares[len(shares) // 2]:.3f}, highest " + " ".join(f"{s:.2f}" for s in shares[:6]))


def measure_cost(articles: Sequence[Article]) -> None:
    for size in _SIZES:
        some = articles[:size]
        began = time.perf_counter()
        prints = {n: fingerprint(a) for n, a in enumerate(some)}
        printed = time.perf_counter()
        pairs = pairs_to_compare(prints)
        paired = time.perf_counter()
        copies = sum(is_copy(copied(some[a], some[b])) for a, b in pairs)
        ended = time.perf_counter()
        print(
            f"{len(some):,} articles: fingerprints {printed - began:.1f} s, pairs {paired - printed:.1f} s, "
            f"{len(pairs):,} compared in {ended - paired:.1f} s, {copies:,} copies"
        )


def all_articles(data: Path) -> list[Article]:
    """Of both years, in random order."""
    files = sorted((data / "realtimeqa").glob("articles_*.jsonl.gz"))
    articles = list({a.id: a for file in files for a in read_articles(file)}.values())
    random.Random(1).shuffle(articles)
    return articles
