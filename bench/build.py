"""Building an index, against the plain loop and four libraries, each in a process of its own, one after another.

    make peers                                                      # their environments, in data/peers
    python -m bench.build ../shared/bench/realtimeqa [--year 2024] [--articles 100] [--rounds 3] [--write docs/building.md]

The plain loop is `SentenceTransformer(path).encode(texts, batch_size=32)` in float32 over our passages, the encoding alone.
Ours is a whole `build` from the .jsonl file: reading, cleaning, splitting, words, choosing a precision, encoding, looking
for copies, writing. The libraries split, embed and store (bench/peers.py). What counts is words of article text a second,
since passage sizes differ; imports and the loading of models are not counted. The last line is how much of the
measured bfloat16 matrix-multiply peak the encoder reaches, on the passages as they are batched.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from corpus.splitting import title_context
from index.build import build
from index.draft import encoded_text
from index.opening import open_index
from models.encoder import SentenceEncoder, bundled_folder, load_encoder

PEERS = ("llamaindex", "langchain", "haystack", "txtai")
_PEAK_SIZES = (1024, 2048, 4096)
"""Of the square matrices, bfloat16, of whose products the fastest is the peak."""
Found = dict[str, Any]
_HEAD = """# What building an index costs, beside others

Written by `python -m bench.build ../shared/bench/realtimeqa --write docs/building.md`; two cores, {articles} articles with
{words:,} words, the median of {rounds} rounds, each way in a process of its own, with the same model. Ours reads, cleans, splits,
chooses a precision, encodes, looks for copies and writes words, vectors and articles; the others split,
embed and store; the plain loop only encodes. Imports and the loading of models are not counted.
"""
_TABLE = ("| | words/s | passages | passages/s | peak memory | ours is faster by |", "|---|---|---|---|---|---|")


def ours(sample: Path, folder: Path) -> Found:
    encoder = load_encoder()
    encoder.encode(["loads the model"])
    begin = time.perf_counter()
    report = build(folder, [sample], encoder, progress=False)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"name": "ours", "passages": report.passages, "seconds": seconds, "peak_mb": peak}


def passages_of(folder: Path, encoder: SentenceEncoder) -> list[str]:
    """As they are encoded."""
    index = open_index(folder, encoder)
    return [
        encoded_text(title_context(article.title, encoder), row.span.of(article.text))
        for row in index.store.all_passages()
        for article in [index.store.article(row.article)]
    ]


def plain(folder: Path) -> Found:
    from sentence_transformers import SentenceTransformer

    encoder = load_encoder()
    texts = passages_of(folder, encoder)
    model = SentenceTransformer(str(encoder.folder), device="cpu")
    begin = time.perf_counter()
    model.encode(texts, batch_size=32, show_progress_bar=False)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"name": "plain loop, float32", "passages": len(texts), "seconds": seconds, "peak_mb": peak}


def share_of_peak(folder: Path) -> Found:
    """Of the encoder, tokens counted in: {"share", "gflops", "peak_gflops", "seconds"}."""
    encoder = load_encoder()
    texts = passages_of(folder, encoder)
    ids = encoder.token_ids(texts)
    encoder.encode(texts[:64])
    peak = matrix_peak()
    begin = time.perf_counter()
    encoder.encode(texts)
    seconds = time.perf_counter() - begin
    config = encoder.bert.config
    gflops = sum(operations(len(row), config) for row in ids) / seconds / 1e9
    peak = max(peak, matrix_peak())
    return {"share": gflops / peak, "gflops": gflops, "peak_gflops": peak, "rate": len(ids) / seconds, "seconds": seconds}


def operations(tokens: int, config: Any) -> float:
    """Multiplications and additions of the matrix products of one text; padding is not counted."""
    wide, inner = config.hidden_size, config.intermediate_size
    layer = 2 * tokens * (4 * wide * wide + 2 * wide * inner) + 2 * 2 * tokens * tokens * wide
    return float(config.num_hidden_layers * layer)


def matrix_peak() -> float:
    """Billions of operations a second, all threads on one product, the best of a few."""
    import torch

    best = 0.0
    for size in _PEAK_SIZES:
        one, other = (torch.randn(size, size).bfloat16() for _ in range(2))
        for _ in range(6):
            begin = time.perf_counter()
            one @ other
            best = max(best, 2 * size**3 / (time.perf_counter() - begin) / 1e9)
    return best


def in_own_process(what: str, *paths: Path) -> Found:
    return _json_of([sys.executable, "-m", "bench.build", "--step", what, *map(str, paths)])


def peer(name: str, environments: Path, sample: Path) -> Found | None:
    python = environments / name / "bin" / "python"
    if not python.exists():
        print(f"{name} is left out: {python} is not there; make peers installs it", flush=True)
        return None
    return _json_of([str(python), str(Path(__file__).with_name("peers.py")), name, str(sample), str(bundled_folder())])


def _json_of(command: Sequence[str]) -> Found:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def one_round(sample: Path, folder: Path, environments: Path) -> list[Found]:
    mine = in_own_process("ours", sample, folder)
    others = (peer(name, environments, sample) for name in PEERS)
    return [mine, in_own_process("plain", folder), *(found for found in others if found)]


def page(rounds: Sequence[Sequence[Found]], shares: Sequence[Found], words: int, articles: int) -> str:
    """Medians over the rounds; how many times as fast ours is, round by round."""
    ways = list(zip(*rounds, strict=True))
    lines = [_HEAD.format(articles=articles, words=words, rounds=len(rounds)), *_TABLE]
    for runs in ways:
        ratios = [run["seconds"] / mine["seconds"] for run, mine in zip(runs, ways[0], strict=True)]
        seconds, peak = (statistics.median(run[field] for run in runs) for field in ("seconds", "peak_mb"))
        told = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if runs is not ways[0] else ""
        passages = runs[0]["passages"]
        lines.append(
            f"| {runs[0]['name']} | {words / seconds:,.0f} | {passages:,} | {passages / seconds:.1f} | {peak:,.0f} MB | {told} |"
        )
    share, rate, peak = (statistics.median(s[field] for s in shares) for field in ("share", "rate", "peak_gflops"))
    lines.append(
        f"\nThe encoder alone, tokens ready: {rate:.0f} passages a second, {share:.0%} of the bfloat16 matrix-multiply peak of "
        f"{peak:,.0f} billion operations a second (from {min(s['share'] for s in shares):.0%} to "
        f"{max(s['share'] for s in shares):.0%} over the rounds).\n"
    )
    return "\n".join(lines)


def main() -> None:
    if sys.argv[1:2] == ["--step"]:
        steps: dict[str, Callable[..., Found]] = {"ours": ours, "plain": plain, "share": share_of_peak}
        print(json.dumps(steps[sys.argv[2]](*map(Path, sys.argv[3:]))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", default="2024")
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, default=Path("data/peers"), help="where `make peers` put the environments")
    parser.add_argument("--write", type=Path, help="writes the table to this file")
    options = parser.parse_args()
    source = options.data / f"articles_{options.year}.jsonl.gz"
    if not source.exists():
        sys.exit(f"{source} is not there: this benchmark needs RealTime QA's articles.")
    with tempfile.TemporaryDirectory() as temporary:
        sample = Path(temporary) / "sample.jsonl"
        with gzip.open(source, "rt", encoding="utf-8") as lines:
            sample.write_text("".join(itertools.islice(lines, options.articles)), encoding="utf-8")
        words = sum(len(json.loads(line)["text"].split()) for line in sample.read_text(encoding="utf-8").splitlines())
        rounds = [one_round(sample, Path(temporary) / f"index{n}", options.peers) for n in range(options.rounds)]
        shares = [in_own_process("share", Path(temporary) / "index0") for _ in range(options.rounds)]
    told = page(rounds, shares, words, options.articles)
    print(told)
    if options.write:
        options.write.write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
