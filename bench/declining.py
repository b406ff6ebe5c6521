"""Declining: answerable questions with and without the articles that hold the answer, on RealTime QA.

    python ../shared/bench/score.py ask-lines QA LINKS ARTICLES --removed > lines.jsonl
    python -m bench.declining lines.jsonl --index data/rtqa2022 [--most 150] [--write]

Prints, for a range of thresholds of the reader, how often the question is declined with its evidence removed (should
be) and with it (should not). `--write` puts the highest threshold that wrongly declines at most
--wrongly of the questions into the calibration of the bundled reader: measure on other years than the one it was
set on. `--reader sentences` shows what the trained reader is better than.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from answering.asked_for import with_fit
from answering.engine import READ, Engine, load_engine
from answering.evidence import best_weight
from answering.expected import kind_of
from answering.span_reader import CALIBRATION
from retriever.request import Request, make_request
from retriever.search import search


def weight_of(engine: Engine, request: Request) -> float:
    """Of the answer with the most evidence."""
    hits = search(engine.live.now(), engine.encoder, request, READ)
    return best_weight(with_fit(engine.encoder, request.question, engine.reader.read(request.question, hits)))


def balanced(kept: np.ndarray, removed: np.ndarray, threshold: float) -> float:
    return float(((kept >= threshold).mean() + (removed < threshold).mean()) / 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--most", type=int, default=150, help="questions, spread evenly over the file")
    parser.add_argument("--reader", default="bundled")
    parser.add_argument("--wrongly", type=float, default=0.3, help="the most that may be declined wrongly")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines = [json.loads(line) for line in options.lines.read_text(encoding="utf-8").splitlines()]
    lines = lines[:: max(1, len(lines) // options.most)][: options.most]
    engine = load_engine(options.index, reader=options.reader)
    removed = np.array([weight_of(engine, make_request(line)) for line in lines])
    kept = np.array([weight_of(engine, make_request({k: v for k, v in line.items() if k != "exclude"})) for line in lines])
    in_use = engine.reader.threshold(kind_of("Who?"))
    print(f"{len(lines)} questions, {engine.reader.name}; the threshold in use is {in_use}")
    grid = np.round(np.arange(0.01, 0.99, 0.01), 2)
    for threshold in grid[3::4]:
        print(
            f"threshold {threshold:.2f}: declined with the evidence removed {(removed < threshold).mean():.3f}, "
            f"wrongly declined {(kept < threshold).mean():.3f}, balanced accuracy {balanced(kept, removed, threshold):.3f}"
        )
    best = float(max((t for t in grid if (kept < t).mean() <= options.wrongly), default=grid[0]))
    if options.write and options.reader == "bundled":
        fields = json.loads(CALIBRATION.read_text(encoding="utf-8"))
        fields |= {"threshold": best, "threshold_from": f"{options.index.name} ({len(lines)} questions), bench/declining.py"}
        CALIBRATION.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
        print(f"Wrote the threshold {best} to {CALIBRATION.name}")


if __name__ == "__main__":
    main()
