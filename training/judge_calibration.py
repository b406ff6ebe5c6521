"""Makes the bundled judge of an adapter that training.verdict kept, and fits its calibration: log-odds -> probability.

    python -m training.judge_calibration data/verdict/fallen_60416.safetensors FOLDER --write

Data: training/judge_sources.py, pairs that people labelled and that nothing else was learned from; pairs made of held-out
passages are too much like those that the network learned from. Fitted on half of them. The threshold is one half, until
`python -m bench.provenance ... --part support --write` sets it on claims as they are found in the wild. Without --write the
adapter is only measured.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from answering.judging import FEATURES, JUDGE_CALIBRATION, judge_features
from corpus.errors import IndexUnsound
from models.encoder import BUNDLED_SHA256, load_encoder
from models.judge import BUNDLED_JUDGE, JudgeModel, load_judge_model
from models.pairs import Weights, titled, write_adapter
from training.calibration import expected_calibration_error, fitted
from training.judge_data import Pair
from training.judge_sources import labelled
from training.verdict import read_kept

_ITS_OWN = {"bert.": "bert.", "classifier.": "classifier.", "trunk.": "bert.", "verdict.": "classifier."}
"""How a tensor's name begins, and how the bundled judge begins it: the first adapters named their parts otherwise."""
_UNUSED = "trunk.pooler."


def bundled_names(kept: Weights) -> dict[str, Any]:
    """What the bundled judge keeps of an adapter, by its names."""
    return {
        own + name.removeprefix(old): tensor
        for name, tensor in kept.items()
        for old, own in _ITS_OWN.items()
        if name.startswith(old) and not name.startswith(_UNUSED)
    }


def judge_of(adapter: Path, folder: Path) -> JudgeModel:
    """Puts an adapter into a folder as the bundled one lies in its own. Raises IndexUnsound where it belongs to other base weights."""
    kept, told = read_kept(adapter)
    if told["base_sha256"] != BUNDLED_SHA256:
        raise IndexUnsound(f"{adapter} belongs to other base weights than the installed ones.")
    write_adapter(folder, bundled_names(kept))
    return load_judge_model(load_encoder(), folder)


def rows_of(judge: JudgeModel, pairs: Sequence[Pair]) -> np.ndarray:
    """(pairs, FEATURES)"""
    verdicts = judge.verdicts([(pair.claim, (pair.title, pair.text)) for pair in pairs])
    return np.array([judge_features(v, p.claim, titled(p.title, p.text)) for v, p in zip(verdicts, pairs, strict=True)])


def auroc(scores: np.ndarray, right: np.ndarray) -> float:
    """The share of right and wrong ones that are in order, ties counted half."""
    order = np.searchsorted(np.sort(scores[~right]), scores[right], side="left")
    ties = np.searchsorted(np.sort(scores[~right]), scores[right], side="right")
    return float((order + ties).sum() / 2 / right.sum() / (~right).sum())


def calibration_of(rows: np.ndarray, right: np.ndarray) -> dict[str, Any]:
    """Fitted on every other row; tells how it does on the rows between."""
    coefficients, intercept = fitted(rows[::2], right[::2], [False] * len(FEATURES))
    there = 1 / (1 + np.exp(-(rows[1::2] @ coefficients + intercept)))
    print(f"{len(rows):,} pairs; on the half not fitted on: AUROC {auroc(there, right[1::2]):.3f},")
    print(f"  of the network alone {auroc(rows[1::2, 0], right[1::2]):.3f},")
    print(f"  calibration error {expected_calibration_error(there, right[1::2]):.3f}")
    return {
        "data": "BEGIN and MultiNLI's development part, by training/judge_calibration.py",
        "coefficients": {name: round(float(c), 4) for name, c in zip(FEATURES, coefficients, strict=True)},
        "intercept": round(intercept, 4),
        "threshold": 0.5,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("adapter", type=Path, help="of training.verdict")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=3000, help="pairs to calibrate on")
    parser.add_argument("--write", action="store_true", help="into models/bundled_judge")
    options = parser.parse_args()
    pairs = labelled(options.folder, options.most)
    with tempfile.TemporaryDirectory() as beside:
        judge = judge_of(options.adapter, BUNDLED_JUDGE if options.write else Path(beside))
        rows = rows_of(judge, pairs)
    fields = json.dumps(calibration_of(rows, np.array([pair.supported for pair in pairs])), indent=2)
    print(fields)
    if options.write:
        JUDGE_CALIBRATION.write_text(fields + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
