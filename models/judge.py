"""The trained judge: what an evidence is to a claim, or a passage to a question of yes and no.

The bundled one is the encoder's own network with an adapter (docs/judge.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.encoder import SentenceEncoder
from models.pairs import PairNetwork, load_adapted, titled

BUNDLED_JUDGE = Path(__file__).with_name("bundled_judge")
LONGEST_CLAIM = 600
"""Code points that are read of a claim."""
VERDICTS = ("says", "denies", "neither")
SAYS, DENIES, NEITHER = range(3)


class JudgeModel:
    """A network that holds texts against each other."""

    def __init__(self, network: PairNetwork) -> None:
        self._network = network

    def verdicts(self, pairs: Sequence[tuple[str, tuple[str, str]]]) -> NDArray[np.float64]:
        """(pairs, 3) log-probabilities in the order of VERDICTS, for each claim with its evidence, a (title, text)."""
        read = self._network.read([(claim[:LONGEST_CLAIM], titled(*evidence)) for claim, evidence in pairs])
        logits = np.array([out["logits"][0] for _, out in read], dtype=np.float64).reshape(-1, len(VERDICTS))
        return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


def load_judge_model(encoder: SentenceEncoder, folder: Path = BUNDLED_JUDGE) -> JudgeModel:
    """The one whose adapter lies in a folder. Raises IndexUnsound where it belongs to other base weights than the installed ones."""
    from transformers import BertForTokenClassification

    return JudgeModel(load_adapted(BertForTokenClassification, folder, encoder, num_labels=len(VERDICTS)))
