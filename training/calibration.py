"""Turns the reader's log-odds into a probability: models/bundled_reader/calibration.json.

    python -m training.calibration FOLDER ../shared/bench/squad2 [--reader NAME] [--write]

Data: the passages that training/reader.py kept aside, each question with its own passage and with ones made or found
that do not answer it. A reading is right when its answer shares most words with the gold one. The threshold is the one of
the best balanced accuracy there; in use twelve passages are read, not one, so it is set again where retrieval is real:
`python -m bench.declining ... --write`; and for a passage that is read alone by `python -m bench.squad ... --write`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from answering.readers import (
    CALIBRATION,
    FEATURES,
    SpanReader,
    load_span_reader,
    reading_features,
    shared_words_of,
    spans_of,
)
from bench.squad import f1
from corpus.article import Article, Passage
from language.questions import question_of
from models.encoder import load_encoder
from retriever.search import Hit
from training.reader_data import Example, Negatives, is_held_out, load

_RIGHT = 0.5
"""Least F1 with the gold answer."""
_RIDGE = 1e-3
_NEGATIVES = 2
"""Passages that do not answer for each that does: of twelve that are read, most do not."""


def held_out(folder: Path, squad2: Path) -> list[Example]:
    """Questions on passages that were not learned from, and what is made of them."""
    kept = [e for e in load(folder, squad2) if is_held_out(e)]
    negatives = Negatives(kept, 99)
    return kept + [made for e in kept * _NEGATIVES if e.start is not None and (made := negatives.of(e))]


def row(reader: SpanReader, example: Example) -> tuple[np.ndarray, bool] | None:
    """The features of the passage's likeliest reading, and whether it is right."""
    hit = Hit(Article("held-out", example.text, example.title), Passage(0, len(example.text), example.text), 1.0, 1)
    found = list(
        spans_of(
            question_of(example.question), hit, reader.model.scores(example.question, [(example.title, example.text)])[0]
        )
    )
    if not found:
        return None
    sentence, (log_odds, answer) = max(found, key=lambda pair: pair[1][0])
    right = example.answer is not None and f1(answer.of(example.text), example.answer) >= _RIGHT
    return reading_features(log_odds, shared_words_of(example.question, hit, sentence)), right


def fitted(rows: np.ndarray, right: np.ndarray, against: Sequence[bool]) -> tuple[np.ndarray, float]:
    """Logistic regression with a little ridge, by L-BFGS-B. against: features that may only speak against a yes; all
    others only for it."""
    target = np.where(right, 1.0, -1.0)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margin = target * (rows @ w[:-1] + w[-1])
        slope = -target / (1 + np.exp(margin))
        gradient = np.append(slope @ rows, slope.sum()) / len(rows) + _RIDGE * np.append(w[:-1], 0)
        return float(np.logaddexp(0, -margin).mean() + _RIDGE * (w[:-1] ** 2).sum() / 2), gradient

    bounds = [(None, 0) if is_against else (0, None) for is_against in against] + [(None, None)]
    found = minimize(loss, np.zeros(len(against) + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return found[:-1], float(found[-1])


def expected_calibration_error(probabilities: np.ndarray, right: np.ndarray) -> float:
    """Mean gap between probability and share of right readings over ten bins, weighted by their size (Naeini 2015)."""
    bins = np.minimum((probabilities * 10).astype(int), 9)
    gaps = [abs(probabilities[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())]
    return float(sum(gaps))


def balanced(probabilities: np.ndarray, right: np.ndarray, threshold: float) -> float:
    passed = probabilities >= threshold
    return float((passed[right].mean() + (~passed[~right]).mean()) / 2)


def rows_of(reader: SpanReader, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    found = [r for r in (row(reader, e) for e in examples) if r is not None]
    return np.array([reading_features for reading_features, _ in found]), np.array([right for _, right in found])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("squad2", type=Path)
    parser.add_argument("--reader", default="bundled")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    reader = load_span_reader(options.reader, load_encoder())
    rows, right = rows_of(reader, held_out(options.folder, options.squad2))
    half = len(rows) // 2
    coefficients, intercept = fitted(rows[::2], right[::2], [name == "name_missing" for name in FEATURES])
    there = 1 / (1 + np.exp(-(rows[1::2] @ coefficients + intercept)))
    print(f"{len(rows):,} readings, {right.mean():.2f} right; on the {half:,} not fitted on:")
    print(f"  calibration error {expected_calibration_error(there, right[1::2]):.3f}")
    grid = np.round(np.arange(0.05, 0.96, 0.05), 2)
    threshold = float(max(grid, key=lambda t: balanced(there, right[1::2], t)))
    print(f"  balanced accuracy {balanced(there, right[1::2], threshold):.3f} at {threshold}")
    fields = {
        "data": "held-out passages of the reader's training data, by training/calibration.py",
        "coefficients": {name: round(float(c), 4) for name, c in zip(FEATURES, coefficients, strict=True)},
        "intercept": round(intercept, 4),
        "threshold": threshold,
        "alone": threshold,
    }
    print(json.dumps(fields, indent=2))
    if options.write and options.reader == "bundled":
        CALIBRATION.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
