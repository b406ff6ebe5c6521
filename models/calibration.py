"""What a model says, as a probability: a logistic regression that training learned on held-out data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Calibration:
    """One coefficient for each feature, and where it says yes.

    threshold  the probability from which it counts as a yes
    alone      the reader's, for a passage that is read alone; None for others
    """

    coefficients: NDArray[np.float64]
    intercept: float
    threshold: float
    alone: float | None = None

    @staticmethod
    def load(file: Path, features: Sequence[str]) -> Calibration:
        """With the coefficients in the order of the features."""
        fields = json.loads(file.read_text(encoding="utf-8"))
        coefficients = np.array([fields["coefficients"][name] for name in features])
        return Calibration(coefficients, fields["intercept"], fields["threshold"], fields.get("alone"))

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """rows (n, features) -> (n,)"""
        return np.asarray(1 / (1 + np.exp(-(rows @ self.coefficients + self.intercept))))

    def probability(self, row: NDArray[np.float64]) -> float:
        """Of one row."""
        return float(self.probabilities(row))
