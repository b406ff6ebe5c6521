"""Retrieval on RealTime QA, a year's articles pooled: dense, lexical, fused, fused with dates, reranked.

    python -m bench.retrieval ../shared/bench/realtimeqa --year 2024 --index data/rtqa2024 [--reranker NAME] [--sweep]

The index must hold that year's articles (`secondsource index --index data/rtqa2024 .../articles_2024.jsonl.gz`).
A hit: one of the first k passages holds a gold choice as whole words in its first 200. Only questions count whose own
articles hold a gold string. Intervals are 1.96 standard errors. `--sweep` prints the grid that the constants of
retriever/search.py were chosen from.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answering.readers import reranker_named
from index.opening import Index, open_index
from index.vectors import Allowed
from language.times import nearness
from models.encoder import BUNDLED, Encoder, load_encoder
from retriever import search as searching
from retriever.request import Request, make_request

CUTS = (1, 4, 10, 20)


@dataclass(frozen=True)
class Asked:
    """A question, both rankings (passage numbers), and what decides over the final order.

    numbers  by article id and start of the passage
    """

    golds: list[str]
    request: Request
    dense: list[int]
    lexical: list[int]
    texts: dict[int, str]
    dates: dict[int, str | None]
    numbers: dict[tuple[str, int], int]


def folded(text: str) -> str:
    return " " + " ".join(re.findall(r"[a-z0-9]+", text.lower())) + " "


def counted(data: Path, year: str) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The questions that count, with their gold strings."""
    own = {row["question_id"]: [a for a, _ in row["articles"]] for row in _lines(data / f"gcs_links_{year}.jsonl")}
    texts = {
        row["id"]: folded((row.get("title") or "") + " . " + row["text"][:40_000])
        for row in _lines(data / f"articles_{year}.jsonl.gz")
    }
    for row in _lines(data / f"qa_{year}.jsonl"):
        golds = [row["choices"][int(i)] for i in row["answer"] if int(i) < len(row["choices"])]
        if "except" in row["question_sentence"].lower().strip()[-10:]:
            continue
        strings = [folded(g) for g in golds if folded(g).strip()]
        if any(g in texts.get(a, "") for a in own.get(row["question_id"], ()) for g in strings):
            yield row, strings


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def ask_both(index: Index, encoder: Encoder, data: Path, year: str) -> list[Asked]:
    asked: list[Asked] = []
    for row, golds in counted(data, year):
        fields = {"question": row["question_sentence"], "date": row["question_date"].replace("/", "-")}
        request = make_request(fields)
        vector = encoder.encode([request.question])
        dense = [n for n, _ in index.folder.vectors.search(vector, searching.DEPTH, Allowed())]
        lexical = [n for n, _ in index.folder.lexical.search(request.question, searching.DEPTH, Allowed())]
        rows = index.store.passages([*dense, *lexical])
        articles = {n: index.store.article(r.article) for n, r in rows.items()}
        texts = {n: r.span.of(articles[n].text) for n, r in rows.items()}
        published = index.store.dates({r.article for r in rows.values()})
        dates = {n: published[r.article] for n, r in rows.items()}
        numbers = {(articles[n].id, r.span.start): n for n, r in rows.items()}
        asked.append(Asked(golds, request, dense, lexical, texts, dates, numbers))
    return asked


def fused_order(one: Asked, dense_weight: float, date_weight: float) -> list[int]:
    scores = searching.fuse(one.dense, one.lexical, dense_weight)
    meant = one.request.days
    lifted = {n: s * (1 + date_weight * nearness(one.dates[n], meant, one.request.date)) for n, s in scores.items()}
    return sorted(lifted, key=lambda n: (-lifted[n], n))


def collapsed(order: Sequence[int], texts: dict[int, str], most: int = 20) -> list[int]:
    kept: list[int] = []
    triples: list[frozenset[str]] = []
    for n in order:
        own = searching.word_triples(texts[n])
        if all(searching.share(own, other) < searching.SAME_SHARE for other in triples):
            kept.append(n)
            triples.append(own)
        if len(kept) == most:
            break
    return kept


def reranked_order(index: Index, encoder: Encoder, one: Asked, reranker: searching.Reranker) -> list[int]:
    """As `secondsource search` shows them."""
    hits = searching.search(index, encoder, one.request, max(CUTS), reranker=reranker)
    return [one.numbers[hit.article.id, hit.passage.start] for hit in hits]


def measures(asked: Sequence[Asked], order: Callable[[Asked], Sequence[int]]) -> dict[str, float]:
    """hit@k and MRR@10, each the mean over the questions."""
    hits = dict.fromkeys(CUTS, 0)
    reciprocal = 0.0
    for one in asked:
        heads = (" " + " ".join(folded(one.texts[n]).split()[:200]) + " " for n in order(one)[: max(CUTS)])
        rank = next((r for r, head in enumerate(heads, 1) if any(g in head for g in one.golds)), None)
        for k in CUTS:
            hits[k] += rank is not None and rank <= k
        reciprocal += 1 / rank if rank and rank <= 10 else 0.0
    return {f"hit@{k}": hits[k] / len(asked) for k in CUTS} | {"mrr@10": reciprocal / len(asked)}


def line(name: str, found: dict[str, float], n: int) -> str:
    cells = (f"{k} {v:.3f}±{1.96 * math.sqrt(v * (1 - v) / n):.3f}" for k, v in found.items())
    return f"{name:28} {'  '.join(cells)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", default="2024")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--reranker", default=BUNDLED, help="as for `secondsource search`; none leaves that line out")
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    encoder = load_encoder()
    index = open_index(options.index, encoder)
    asked = ask_both(index, encoder, options.data, options.year)
    print(f"RealTime QA {options.year}: {len(asked)} questions, {index.manifest.passages:,} passages")
    ways: dict[str, Callable[[Asked], Sequence[int]]] = {
        "dense": lambda a: a.dense,
        "lexical": lambda a: a.lexical,
        "fused": lambda a: fused_order(a, searching.DENSE_WEIGHT, 0.0),
        "fused, dates": lambda a: fused_order(a, searching.DENSE_WEIGHT, searching.DATE_WEIGHT),
        "fused, dates, collapsed": lambda a: collapsed(
            fused_order(a, searching.DENSE_WEIGHT, searching.DATE_WEIGHT), a.texts
        ),
    }
    reranker = reranker_named(options.reranker, encoder)
    if reranker:
        ways["reranked"] = lambda a: reranked_order(index, encoder, a, reranker)
    results = {name: measures(asked, way) for name, way in ways.items()}
    for name, found in results.items():
        print(line(name, found, len(asked)))
    if options.sweep:
        sweep(asked)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def sweep(asked: Sequence[Asked]) -> None:
    """The grid of constants, for MRR@10 and hit@10."""
    for offset, dense, dates in itertools.product((5, 20, 60), (0.3, 0.4, 0.5), (0.0, 0.5, 1.0, 2.0)):
        searching.RANK_OFFSET = offset
        found = measures(asked, lambda a, d=dense, t=dates: fused_order(a, d, t))  # type: ignore[misc]
        print(line(f"offset {offset} dense {dense} dates {dates}", found, len(asked)))


if __name__ == "__main__":
    main()
