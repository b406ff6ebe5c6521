"""What an evidence is to a claim: it says it, denies it, or does neither.

The bundled judge is the encoder's own network with an adapter (docs/judge.md). Names, numbers and words that both hold count
beside its verdict, for those it overlooks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from language.words import content_stems, name_stems, numbers_in, share_held
from models.calibration import Calibration
from models.encoder import SentenceEncoder
from models.judge import BUNDLED_JUDGE, DENIES, SAYS, JudgeModel, load_judge_model
from models.pairs import titled

JUDGE_CALIBRATION = BUNDLED_JUDGE / "calibration.json"
_LACKING = 0.5
"""What remains of a probability for a name, and again for a number, that the evidence lacks; chosen with WiCE in view."""
_NEARLY_ALL, _SURE = 0.75, 0.9
"""A sentence is quoted for a claim where it holds so many of its words, or where the judge is so sure."""
FEATURES = ("says", "names", "numbers", "held")


@dataclass(frozen=True)
class Judged:
    """What one evidence is to a claim.

    probability  that it says all of the claim
    says, denies the network's own probabilities
    held         of the claim's content words, the share that stands in it
    """

    probability: float
    says: float
    denies: float
    held: float


class Judge:
    """A network and its calibration."""

    def __init__(self, model: JudgeModel, calibration: Calibration) -> None:
        self.model = model
        self.calibration = calibration

    def says(self, judged: Judged) -> bool:
        """Whether so judged a sentence may be quoted for the claim."""
        likely = judged.probability >= self.calibration.threshold
        return likely and (judged.held >= _NEARLY_ALL or judged.says >= _SURE)

    def judged(self, claim: str, evidence: Sequence[tuple[str, str]]) -> list[Judged]:
        """For each (title, text), in order."""
        return self.judged_pairs([(claim, one) for one in evidence])

    def answered(self, question: str, answers: Sequence[tuple[str, tuple[str, str]]]) -> list[Judged]:
        """What each evidence (title, text) is to the question with the answer before it: it tells it, denies it, or neither."""
        return self.judged_pairs([(f"{question.rstrip()} {answer}.", evidence) for answer, evidence in answers])

    def judged_pairs(self, pairs: Sequence[tuple[str, tuple[str, str]]]) -> list[Judged]:
        rows = self.model.verdicts(pairs)
        return [self._judged(claim, titled(*evidence), row) for (claim, evidence), row in zip(pairs, rows, strict=True)]

    def _judged(self, claim: str, evidence: str, verdict: NDArray[np.float64]) -> Judged:
        row = judge_features(verdict, claim, evidence)
        says, denies = np.exp(verdict[[SAYS, DENIES]])
        held = share_held(content_stems(claim), content_stems(evidence), akin=True)
        return Judged(self.calibration.probability(row) * agreement(row), float(says), float(denies), held)


def judge_features(verdict: NDArray[np.float64], claim: str, evidence: str) -> NDArray[np.float64]:
    """One row in the order of FEATURES.

    says            the network's log-odds that it says the claim
    names, numbers  of the claim that the evidence lacks: how many, below zero
    held            of the claim's content words, the share that stands in the evidence
    """
    here, odds = content_stems(evidence), verdict[SAYS] - np.log(-np.expm1(min(verdict[SAYS], -1e-9)))
    lacking = [name_stems(claim) - here, numbers_in(claim) - numbers_in(evidence)]
    return np.array([odds, *(-float(len(some)) for some in lacking), share_held(content_stems(claim), here, akin=True)])


def agreement(row: NDArray[np.float64]) -> float:
    """What is left of the probability where the evidence lacks a name of the claim, and where it lacks a number: half, and
    half again."""
    lacking = [row[FEATURES.index(kind)] < 0 for kind in ("names", "numbers")]
    return float(_LACKING ** sum(lacking))


def load_judge(encoder: SentenceEncoder) -> Judge:
    """The bundled one. Raises what `load_judge_model` raises."""
    return Judge(load_judge_model(encoder), Calibration.load(JUDGE_CALIBRATION, FEATURES))
