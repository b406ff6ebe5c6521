"""Declining: answerable questions with and without the articles that hold the answer, on RealTime QA.

    python ../shared/bench/score.py ask-lines QA LINKS ARTICLES --removed > removed_2022.jsonl
    python -m bench.declining removed_2022.jsonl=data/rtqa2022 removed_2024.jsonl=data/rtqa2024 [--most 150] [--write]

Prints, for a range of thresholds of the reader, how often the question is declined with its evidence removed (should
be) and with it (should not), for each year. `--write` keeps, in the calibration of the bundled reader, the highest
threshold that over the years wrongly declines at most --wrongly: measure on others than those it was set on. `--reader
sentences` shows what the trained reader is better than. Questions that are not read (news, comparisons), or read by
sentences, are left out.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from answering.engine import READ, Engine, load_engine
from answering.fitting import with_fit
from answering.readers import CALIBRATION
from answering.readings import best_weight
from language.questions import Kind, question_of
from models.choosing import Models
from retriever.request import Request, make_request
from retriever.search import search

NOT_READ = (Kind.YES_NO, Kind.NEWS, Kind.COMPARISON)


def weight_of(engine: Engine, request: Request) -> float:
    """Of the answer with the most evidence."""
    hits = search(engine.live.now(), engine.encoder, request, READ)
    return best_weight(with_fit(engine.encoder, request.meaning, engine.reader.read(request.meaning, hits)))


@dataclass(frozen=True)
class Asked:
    """The weights of one year's answers, (questions,) each."""

    name: str
    kept: np.ndarray
    removed: np.ndarray

    def row(self, threshold: float) -> str:
        return (
            f"{self.name}, threshold {threshold:.2f}: declined with the evidence removed {(self.removed < threshold).mean():.3f}, "
            f"wrongly declined {(self.kept < threshold).mean():.3f}"
        )


def ask(file: Path, index: Path, reader: str, most: int) -> Asked:
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if question_of(line["question"]).kind not in NOT_READ]
    lines = lines[:: max(1, len(lines) // most)][:most]
    engine = load_engine(index, Models(reader=reader))
    removed = np.array([weight_of(engine, make_request(line)) for line in lines])
    kept = np.array([weight_of(engine, make_request({k: v for k, v in line.items() if k != "exclude"})) for line in lines])
    return Asked(f"{index.name} ({len(lines)} questions)", kept, removed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("years", nargs="+", metavar="LINES=INDEX")
    parser.add_argument("--most", type=int, default=150, help="questions of a year, spread evenly over the file")
    parser.add_argument("--reader", default="bundled")
    parser.add_argument("--wrongly", type=float, default=0.3, help="the most that may be declined wrongly, over the years")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    pairs = [(Path(file), Path(index)) for file, _, index in (y.partition("=") for y in options.years)]
    years = [ask(file, index, options.reader, options.most) for file, index in pairs]
    grid = np.round(np.arange(0.02, 0.98, 0.02), 2)
    for year in years:
        print(*(year.row(float(t)) for t in grid[1:30:2]), sep="\n")
    best = float(max((t for t in grid if np.mean([(y.kept < t).mean() for y in years]) <= options.wrongly), default=grid[0]))
    print(*(year.row(best) for year in years), sep="\n")
    if options.write and options.reader == "bundled":
        fields = json.loads(CALIBRATION.read_text(encoding="utf-8"))
        fields |= {"threshold": best, "threshold_from": ", ".join(y.name for y in years) + ", by bench/declining.py"}
        CALIBRATION.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
