"""Whether an evidence says what a claim says: word by word, and as a whole.

The bundled judge is the encoder's own network with an adapter (docs/judge.md): it reads claim and evidence together and
marks each word of the claim that the evidence does not say. Names, numbers and words that both hold count beside its marks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.article import Span
from language.words import ENGLISH_FUNCTION_WORDS, content_stems, held_in, name_stems, numbers_in, share_held
from models.calibration import Calibration
from models.encoder import SentenceEncoder
from models.judge import BUNDLED_JUDGE, JudgeModel, Marks, load_judge_model
from models.pairs import titled

# --- How rare a word is in English text: a missing "the" says nothing, a missing "Ostby" much ---
#
# Counts of stems over sentences of openly licensed text, by training/rarity.py; the corpus at hand may be five articles, and
# is no measure.

RARITY = Path(__file__).with_name("rarity.json")


def rarity(stem: str) -> float:
    """The negative logarithm of the share of sentences that hold the stem, add-one smoothed."""
    sentences, counts = _table()
    return math.log((sentences + 1) / (counts.get(stem, 0) + 1))


@cache
def _table() -> tuple[int, dict[str, int]]:
    fields = json.loads(RARITY.read_text(encoding="utf-8"))
    return fields["sentences"], fields["counts"]


# --- Whether an evidence says what a claim says: word by word, and as a whole ---

JUDGE_CALIBRATION = BUNDLED_JUDGE / "calibration.json"
_LACKING = 0.5
"""What remains of a probability for a name, and again for a number, that the evidence lacks; chosen with WiCE in view."""
_NEARLY_ALL, _SURE = 0.75, 0.75
"""A sentence is quoted for a claim where it holds so many of its words, or where the judge is so sure: another verb
("replaces" for "works with") is what it overlooks most."""
FEATURES = ("whole", "unsaid", "names", "numbers", "held")


@dataclass(frozen=True)
class Judged:
    """What one evidence is to a claim.

    probability  that it says all of the claim
    whole        the network's own logit of that
    held         of the claim's content words, the share that stands in it
    """

    probability: float
    whole: float
    held: float


class Judge:
    """A network and its calibration."""

    def __init__(self, model: JudgeModel, calibration: Calibration) -> None:
        self.model = model
        self.calibration = calibration

    def says(self, judged: Judged) -> bool:
        """Whether so judged a sentence may be quoted for the claim."""
        likely = judged.probability >= self.calibration.threshold and judged.whole >= 0
        return likely and (judged.held >= _NEARLY_ALL or judged.probability >= _SURE)

    def judged(self, claim: str, evidence: Sequence[tuple[str, str]]) -> list[Judged]:
        """For each (title, text), in order."""
        found = []
        for marks, (title, text) in zip(self.model.marks(claim, evidence), evidence, strict=True):
            told = titled(title, text)
            row = judge_features(marks, claim, told)
            words = content_stems(claim)
            held = share_held(words, content_stems(told), akin=True)
            found.append(Judged(self.calibration.probability(row) * agreement(row), marks.whole, held))
        return found


def _telling(marks: Marks, claim: str) -> list[tuple[Span, float]]:
    """Words of the claim that carry sense; of one that only holds function words, all."""
    words = [(s, x) for s, x in marks.words if any(c.isalnum() for c in s.of(claim)) and not _is_function_word(s.of(claim))]
    return words or list(marks.words)


def _is_function_word(word: str) -> bool:
    return word.lower() in ENGLISH_FUNCTION_WORDS and word.lower() not in ("no", "not")


def judge_features(marks: Marks, claim: str, evidence: str) -> NDArray[np.float64]:
    """One row in the order of FEATURES.

    whole    the network's logit of the claim as a whole
    unsaid   its doubt of the words that do not stand in the evidence: log-probability of each, times how rare it is
    names, numbers  those of the claim that the evidence lacks: rarity summed up, below zero; how many, below zero
    held     of the rarity of the claim's content words, the share that stands in the evidence
    """
    words, names, here = content_stems(claim), name_stems(claim), content_stems(evidence)
    held = held_in(words, here)
    return np.array(
        [
            marks.whole,
            -sum(_doubt(logit) * _rarity_of(span.of(claim), here) for span, logit in _telling(marks, claim)),
            -sum(map(rarity, names - here)),
            -float(len(numbers_in(claim) - numbers_in(evidence))),
            sum(map(rarity, held)) / max(sum(map(rarity, words)), 1.0),
        ]
    )


def agreement(row: NDArray[np.float64]) -> float:
    """What is left of the probability where the evidence lacks a name of the claim, and where it lacks a number: half, and
    half again."""
    lacking = [row[FEATURES.index(kind)] < 0 for kind in ("names", "numbers")]
    return float(_LACKING ** sum(lacking))


def _doubt(logit: float) -> float:
    """-log of the probability that the word is said."""
    return float(np.logaddexp(0, -logit))


def _rarity_of(word: str, here: frozenset[str]) -> float:
    """That of its rarest stem; 0 where it stands in the evidence as it is."""
    stems = content_stems(word)
    return 0.0 if held_in(stems, here) else max(map(rarity, stems), default=0.0)


def load_judge(encoder: SentenceEncoder) -> Judge:
    """The bundled one. Raises what `load_judge_model` raises."""
    return Judge(load_judge_model(encoder), Calibration.load(JUDGE_CALIBRATION, FEATURES))
