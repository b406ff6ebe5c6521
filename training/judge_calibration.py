"""Makes the bundled judge of what training.judge learned: the adapter in 8 bits, and logits -> probability.

    python -m training.judge_calibration data/judge/trained FOLDER --write

Data: training/judge_sources.py, pairs that people labelled and that nothing else was learned from; pairs made of held-out
passages are too much like those that the network learned from. Fitted on half of them. The threshold is one half, until
`python -m bench.provenance ... --part support --write` sets it on claims as they are found in the wild.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from safetensors.torch import load_file

from answering.judging import (
    FEATURES,
    JUDGE_CALIBRATION,
    judge_features,
)
from models.encoder import bundled_folder, load_encoder
from models.judge import BUNDLED_JUDGE, JudgeModel, load_judge_model
from models.pairs import packed, titled, write_adapter
from training.calibration import expected_calibration_error, fitted
from training.judge_data import Pair
from training.judge_sources import labelled


def rows_of(judge: JudgeModel, pairs: list[Pair]) -> np.ndarray:
    """(pairs, FEATURES)"""
    found = []
    for pair in pairs:
        marks = judge.marks(pair.claim, [(pair.title, pair.text)])[0]
        found.append(judge_features(marks, pair.claim, titled(pair.title, pair.text)))
    return np.array(found)


def auroc(scores: np.ndarray, right: np.ndarray) -> float:
    """The share of right and wrong ones that are in order, ties counted half."""
    order = np.searchsorted(np.sort(scores[~right]), scores[right], side="left")
    ties = np.searchsorted(np.sort(scores[~right]), scores[right], side="right")
    return float((order + ties).sum() / 2 / right.sum() / (~right).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=3000, help="pairs to calibrate on")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.write:
        base = {f"bert.{name}": t.float() for name, t in load_file(bundled_folder() / "model.safetensors").items()}
        write_adapter(BUNDLED_JUDGE, packed(base, load_file(options.trained / "model.safetensors")))
    judge = load_judge_model(load_encoder())
    pairs = labelled(options.folder, options.most)
    rows, right = rows_of(judge, pairs), np.array([pair.supported for pair in pairs])
    coefficients, intercept = fitted(rows[::2], right[::2], [False] * len(FEATURES))
    there = 1 / (1 + np.exp(-(rows[1::2] @ coefficients + intercept)))
    print(f"{len(rows):,} pairs; on the half not fitted on: AUROC {auroc(there, right[1::2]):.3f},")
    print(f"  calibration error {expected_calibration_error(there, right[1::2]):.3f}")
    fields = {
        "data": "BEGIN and MultiNLI's development part, by training/judge_calibration.py",
        "coefficients": {name: round(float(c), 4) for name, c in zip(FEATURES, coefficients, strict=True)},
        "intercept": round(intercept, 4),
        "threshold": 0.5,
    }
    print(json.dumps(fields, indent=2))
    if options.write:
        JUDGE_CALIBRATION.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
