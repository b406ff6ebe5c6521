"""Building an index against the plain loop in float32, on the same passages.

    python -m bench.build_speed ../shared/bench/realtimeqa [--year 2024] [--articles 200] [--rounds 3] [--json FILE]

In turn, each in a process of its own: (a) `SentenceTransformer(path).encode(texts, batch_size=32)` in float32 over the
passages, the encoding alone; (b) a whole build from the .jsonl file: reading, cleaning, splitting, words, choosing a
precision, encoding, writing. Prints passages a second of both, their ratio pair by pair, and the peak memory of (b).
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
from pathlib import Path
from typing import Any

from corpus.splitting import SplitSettings
from index.build import build, encoded_text
from index.encoder import load_encoder
from index.opening import open_index


def ours(sample: Path, folder: Path) -> dict[str, Any]:
    begin = time.perf_counter()
    report = build(folder, [sample], load_encoder(), SplitSettings(), progress=False)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"passages": report.passages, "encoded": report.encoded, "seconds": seconds, "peak_mb": peak}


def plain(folder: Path) -> dict[str, Any]:
    """Over the passages of the index in `folder`; loading the model is not counted."""
    from sentence_transformers import SentenceTransformer

    encoder = load_encoder()
    index = open_index(folder, encoder, SplitSettings())
    texts = []
    for row in index.store.all_passages():
        article = index.store.article(row.article)
        texts.append(encoded_text(article.title, row.span.of(article.text)))
    model = SentenceTransformer(str(encoder.folder), device="cpu")
    begin = time.perf_counter()
    model.encode(texts, batch_size=32, show_progress_bar=False)
    return {"passages": len(texts), "seconds": time.perf_counter() - begin}


def in_own_process(what: str, *paths: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.build_speed", "--step", what, *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    if sys.argv[1:2] == ["--step"]:
        paths = list(map(Path, sys.argv[3:]))
        print(json.dumps(ours(*paths) if sys.argv[2] == "ours" else plain(*paths)))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", default="2024")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    source = options.data / f"articles_{options.year}.jsonl.gz"
    if not source.exists():
        sys.exit(f"{source} is not there: this benchmark needs RealTime QA's articles.")
    ratios, rows = [], []
    with tempfile.TemporaryDirectory() as temporary:
        sample = Path(temporary) / "sample.jsonl"
        with gzip.open(source, "rt", encoding="utf-8") as lines:
            sample.write_text("".join(itertools.islice(lines, options.articles)), encoding="utf-8")
        for round_ in range(options.rounds):
            folder = Path(temporary) / f"index{round_}"
            a, b = in_own_process("ours", sample, folder), in_own_process("plain", folder)
            rates = a["passages"] / a["seconds"], b["passages"] / b["seconds"]
            ratios.append(rates[0] / rates[1])
            rows.append({"ours": a, "plain": b, "ratio": ratios[-1]})
            print(
                f"{a['passages']:,} passages: ours {rates[0]:.1f}/s, all included, peak {a['peak_mb']:.0f} MB; "
                f"plain loop {rates[1]:.1f}/s; ratio {ratios[-1]:.2f}",
                flush=True,
            )
    print(f"ratio: median {statistics.median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
