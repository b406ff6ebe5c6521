"""What an index of 10,000, 100,000 and 1,000,000 passages costs: to write, to change, to open, to search, in memory.

    python -m bench.growth data/rtqa2024 ../shared/bench --work data/growth [--size 10000 --size 100000 --size 1000000]

Real articles, repeated with changed names and numbers until there are enough; the vectors of the repeated ones are real
ones with noise (cosine about .9), so that nothing is encoded. Copies are not looked for: repeated articles are nothing else.
Asking is measured in a process of its own, with real questions, their encoding included; recall is against all exact vectors.
An index that is there is not written again.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

from bench.answers import Year
from corpus.article import Article, Passage
from corpus.files import Source
from corpus.splitting import SPLIT
from index import build as building
from index import draft as drafting
from index.build import preparation
from index.generations import GenerationPaths, IndexPaths, Manifest, sha256, switch_to, sync_file
from index.lexical import LexicalWriter
from index.opening import Index, encoder_identity, open_index
from index.store import Store
from index.vectors import Allowed, write_vectors
from models.encoder import load_encoder
from retriever.request import make_request
from retriever.search import search

_NOISE = 0.48
"""Length of the noise on a vector of length 1."""
_QUESTIONS, _COMPARED = 200, 25
_VOWELS, _DIGITS = "aeiou", "0123456789"


_LINES = {
    "writing words and articles, s": "words_s",
    "writing vectors, s": "vectors_s",
    "one changed article, s": "changed_s",
    "opening, s": "open_s",
    "a search, median, s": "search_s",
    "memory beyond the models, GB": "index_gb",
    "disk, GB": "disk_gb",
}
"""What the plot shows: names, and the fields of what was found."""
_HEAD = """# What an index costs as it grows

Written by `python -m bench.growth data/rtqa2024 ../shared/bench --write docs/performance.md`; two cores. Real articles, repeated
with changed names and numbers. Writing is without encoding and without looking for copies, and a change is without reading the
sources again to see what changed; searching is with encoding the
question, on a warm index; recall is of the vectors' ten nearest against exact search; memory is that of the process, of which
what is loaded before the index is opened is told in brackets. An index is mapped when it is opened; the first time
after it was written or the machine was started the disk is slower than told here.

![The same, both axes logarithmic](growth.svg)

| passages | write: words and articles, vectors, digests | one changed article | disk | open | search, median and 95th percentile | recall@10 | memory |
|---|---|---|---|---|---|---|---|"""


def _row(size: int, found: dict[str, float]) -> str:
    return (
        f"| {size:,} | {found['words_s']:.0f}, {found['vectors_s']:.1f}, {found['digests_s']:.1f} s | {found['changed_s']:.1f} s | {found['disk_mb']:,.0f} MB "
        f"| {found['open_s']:.2f} s | {found['search_ms']:.0f}, {found['search_95_ms']:.0f} ms | {found['recall']:.3f} "
        f"| {found['memory_mb']:,.0f} MB ({found['before_mb']:,.0f}) |"
    )


def plot(found: Mapping[int, Mapping[str, float]], file: Path) -> None:
    """Every cost against the number of passages, both logarithmic, with a line of slope 1 to compare with."""
    from matplotlib.figure import Figure

    sizes = sorted(found)
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for name, field in _LINES.items():
        axes.loglog(sizes, [found[size][field] for size in sizes], marker="o", label=name)
    axes.loglog(sizes, [1e-4 * size for size in sizes], color="0.7", linestyle=":", label="in proportion")
    axes.set_xlabel("passages")
    axes.grid(color="0.9")
    axes.legend(fontsize="small")
    figure.savefig(file, metadata={"Date": None})


def changed(text: str, turn: int) -> str:
    """Other names and numbers, of the same length, so that passages stay where they are."""
    by = turn % 4 + 1
    vowels = str.maketrans(_VOWELS, _VOWELS[by:] + _VOWELS[:by])
    digits = str.maketrans(_DIGITS, _DIGITS[by * 2 :] + _DIGITS[: by * 2])
    shift = turn // 4
    renamed = (
        re.sub(r"\b[A-Z][a-z]+", lambda m: m[0][shift % len(m[0]) :] + m[0][: shift % len(m[0])], text) if shift else text
    )
    return re.sub(r"\b[A-Z]\w+", lambda m: m[0].translate(vowels), renamed).translate(digits)


def repeated(base: Index, size: int) -> Iterator[tuple[Article, list[tuple[int, Passage]], int]]:
    """Articles with the base's numbers of their passages, and in which turn; as many as hold `size` passages."""
    left = size
    for turn in count():
        for article in base.store.articles():
            number = base.store.article_numbers([article.id])[article.id]
            rows = base.store.passages_of([number])[:left]
            told = changed(article.text, turn) if turn else article.text
            one = replace(article, id=f"{article.id}#{turn}", text=told, upstreams=(), machine=None) if turn else article
            yield one, [(r.number, Passage(r.span.start, r.span.end, r.span.of(told))) for r in rows], turn
            left -= len(rows)
            if left <= 0:
                return


def write(folder: Path, base: Index, size: int) -> dict[str, float]:
    """An index of that size; seconds for words and articles, and for vectors."""
    paths = GenerationPaths(folder / "g000001.building")
    paths.folder.mkdir(parents=True)
    began = time.perf_counter()
    store, lexical = Store(paths.store, writable=True), LexicalWriter(paths.lexical)
    position = {number: at for at, number in enumerate(base.folder.vectors.numbers().tolist())}
    sources: list[tuple[int, int]] = []
    for article, passages, turn in repeated(base, size):
        first = len(sources) + 1
        number = store.put(article, Source(article.id, "grown", "grown", turn.to_bytes(16, "big")))
        store.settle(number, article, "")
        contents = [f"{turn}-{n}".encode() for n, _ in passages]
        store.put_passages(number, [p for _, p in passages], contents, first)
        lexical.add(((first + n, p.text) for n, (_, p) in enumerate(passages)), article.title)
        sources += [(position[n], turn) for n, _ in passages]
    store.put_origins({})
    articles, passages_ = store.counts()
    oldest, newest = store.date_range()
    lexical.finish()
    store.finish()
    worded = time.perf_counter()
    at, turns = np.array(sources).T
    vectors = base.folder.vectors.rows(at)
    noise = np.random.default_rng(0).standard_normal(vectors.shape, dtype=np.float32) * (_NOISE / np.sqrt(vectors.shape[1]))
    vectors += noise * (turns > 0)[:, None]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ready = time.perf_counter()
    write_vectors(paths.vectors, list(range(1, len(sources) + 1)), vectors)
    vectored = time.perf_counter()
    digests = {str(f.relative_to(paths.folder)): sha256(f) for f in paths.data_files()}
    encoder = load_encoder()
    Manifest(
        "g000001", encoder_identity(encoder), SPLIT.as_json(), preparation(), ["grown"], articles, passages_, oldest, newest, digests
    ).write(paths.manifest)  # fmt: skip
    switch_to(IndexPaths(folder), paths.folder, "g000001")
    return {"words_s": worded - began, "vectors_s": vectored - ready, "digests_s": time.perf_counter() - vectored}


def one_changed(folder: Path) -> float:
    """Seconds for a generation in which one article has changed, by the code of a build: all but reading the sources, to see
    that the others are as they were, and looking for copies. The generation is thrown away."""
    index, encoder = IndexPaths(folder), load_encoder()
    current = Manifest.read(index.require_current().manifest)
    began = time.perf_counter()
    draft = drafting.draft_of(index, "g000002", current, current, "")
    try:
        known = next(iter(draft.known.values()))
        article, rows = draft.store.article(known.number), draft.store.passages_of([known.number])
        text, first = changed(article.text, 1), draft.store.last_passage() + 1
        drafting._forget(draft, known.number)
        number = draft.store.put(replace(article, text=text), Source(article.id, "grown", "grown", b"changed".ljust(16)))
        draft.store.settle(number, article, "")
        passages = [Passage(r.span.start, r.span.end, r.span.of(text)) for r in rows]
        draft.store.put_passages(number, passages, [f"changed-{n}".encode() for n in range(len(rows))], first)
        draft.keeper.add(((first + n, p.text) for n, p in enumerate(passages)), article.title)
        fresh = draft.keeper.fresh(draft.store)
        job = building._Job(index, current.sources, encoder, current, current, "", "", None, None, False)
        vectors = building._vectors_of(job, fresh, draft.store, building.Report())
        draft.keeper.keep(draft.store, fresh, vectors)
        draft.keeper.finish(0)
        draft.store.finish()
        for file in draft.paths.data_files():
            sync_file(file)
            sha256(file)
        return time.perf_counter() - began
    finally:
        draft.keeper.abandon()
        shutil.rmtree(draft.paths.folder)
        index.cache.unlink(missing_ok=True)


def resident_mb() -> float:
    """Of this process; files that are mapped count as far as they were read. (A child's ru_maxrss begins with its parent's.)"""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def asked(folder: Path, data: Path) -> dict[str, float]:
    """Opening, searching and memory, in this process."""
    encoder = load_encoder()
    encoder.encode(["warm up"])
    before = resident_mb()
    began = time.perf_counter()
    index = open_index(folder, encoder)
    opened = time.perf_counter() - began
    lines = Year("2024", folder, data).lines()[:_QUESTIONS]
    took, shares = [], []
    for line in lines:
        request = make_request(line)
        started = time.perf_counter()
        search(index, encoder, request, 12)
        took.append(time.perf_counter() - started)
    memory = resident_mb()
    everything = Allowed(only=frozenset(index.folder.vectors.numbers().tolist()))
    for line in lines[:_COMPARED]:
        query = encoder.encode([line["question"]])
        exact, found = ({n for n, _ in index.folder.vectors.search(query, 10, a)} for a in (everything, Allowed()))
        shares.append(len(found & exact) / 10)
    return {
        "open_s": opened, "search_ms": float(np.median(took[5:])) * 1e3, "search_95_ms": float(np.percentile(took[5:], 95)) * 1e3,
        "first_ms": took[0] * 1e3, "recall": float(np.mean(shares)),
        "memory_mb": memory, "before_mb": before, "changed_s": one_changed(folder),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data/growth"))
    parser.add_argument("--size", type=int, action="append")
    parser.add_argument("--ask", type=Path, help="only measure the index that lies here")
    parser.add_argument("--write", type=Path, help="the table, in Markdown, into this file, and growth.svg beside it")
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(asked(options.ask, options.data)))
        return
    base = open_index(options.base, load_encoder())
    rows: dict[int, dict[str, float]] = {}
    for size in options.size or (10_000, 100_000, 1_000_000):
        folder, costs = options.work / str(size), options.work / f"{size}.json"
        if not costs.exists():
            costs.parent.mkdir(parents=True, exist_ok=True)
            costs.write_text(json.dumps(write(folder, base, size)), encoding="utf-8")
        command = [sys.executable, "-m", "bench.growth", str(options.base), str(options.data), "--ask", str(folder)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        found = json.loads(costs.read_text(encoding="utf-8")) | told
        found["disk_mb"] = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6
        found |= {"disk_gb": found["disk_mb"] / 1e3, "search_s": found["search_ms"] / 1e3}
        found["index_gb"] = (found["memory_mb"] - found["before_mb"]) / 1e3
        print(f"{size:,}: " + ", ".join(f"{k} {v:.2f}" for k, v in found.items()), flush=True)
        rows[size] = found
    if options.write:
        table = [_row(size, found) for size, found in rows.items()]
        options.write.write_text("\n".join([_HEAD, *table]) + "\n", encoding="utf-8")
        plot(rows, options.write.with_name("growth.svg"))


if __name__ == "__main__":
    main()
