"""Whether an evidence says what a claim says: word by word, and as a whole.

The bundled judge is the encoder's own network with an adapter (docs/judge.md): it reads claim and evidence together and
marks each word of the claim that the evidence does not say. Names, numbers and words that both hold count beside its marks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from answering.provenance.rarity import rarity
from answering.reading.pair_network import Logits, PairNetwork, adapted, titled, tokenizer_of
from answering.wording import ENGLISH_FUNCTION_WORDS, content_stems, held_in, names_in, numbers_in
from corpus.article import Span
from index.encoder import SentenceEncoder, bundled_folder

if TYPE_CHECKING:
    from tokenizers import Encoding

BUNDLED_JUDGE = Path(__file__).with_name("bundled_judge")
JUDGE_CALIBRATION = BUNDLED_JUDGE / "calibration.json"
LONGEST_CLAIM = 600
"""Code points that are read of a claim."""
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


@dataclass(frozen=True)
class JudgeCalibration:
    """Logistic regression over FEATURES, learned on held-out data by training/judge_calibration.py.

    threshold  the probability from which an evidence counts as support
    """

    coefficients: NDArray[np.float64]
    intercept: float
    threshold: float

    @staticmethod
    def load(file: Path) -> JudgeCalibration:
        fields = json.loads(file.read_text(encoding="utf-8"))
        return JudgeCalibration(
            np.array([fields["coefficients"][f] for f in FEATURES]), fields["intercept"], fields["threshold"]
        )

    def probability(self, features: NDArray[np.float64]) -> float:
        return float(1 / (1 + np.exp(-(features @ self.coefficients + self.intercept))))


@dataclass(frozen=True)
class Marks:
    """The network's logits for one pair: of the claim as a whole, and of each of its words, the lowest of its pieces."""

    whole: float
    words: tuple[tuple[Span, float], ...]


class Judge:
    """A network and its calibration."""

    def __init__(self, network: PairNetwork, calibration: JudgeCalibration) -> None:
        self._network = network
        self.calibration = calibration

    def marks(self, claim: str, evidence: Sequence[tuple[str, str]]) -> list[Marks]:
        """For each (title, text), in order."""
        claim = claim[:LONGEST_CLAIM]
        read = self._network.read([(claim, titled(title, text)) for title, text in evidence])
        return [_marks(encoding, out["logits"][:, 0], claim) for encoding, out in read]

    def says(self, judged: Judged) -> bool:
        """Whether so judged a sentence may be quoted for the claim."""
        likely = judged.probability >= self.calibration.threshold and judged.whole >= 0
        return likely and (judged.held >= _NEARLY_ALL or judged.probability >= _SURE)

    def judged(self, claim: str, evidence: Sequence[tuple[str, str]]) -> list[Judged]:
        """For each (title, text), in order."""
        found = []
        for marks, (title, text) in zip(self.marks(claim, evidence), evidence, strict=True):
            told = titled(title, text)
            row = features(marks, claim, told)
            words = content_stems(claim)
            held = len(held_in(words, content_stems(told))) / max(len(words), 1)
            found.append(Judged(self.calibration.probability(row) * agreement(row), marks.whole, held))
        return found


def _marks(encoding: Encoding, logits: Logits, claim: str) -> Marks:
    """Words of the claim that carry sense; of one that only holds function words, all."""
    words: list[tuple[Span, float]] = []
    last = None
    for at, (sequence, word, (start, end)) in enumerate(
        zip(encoding.sequence_ids, encoding.word_ids, encoding.offsets, strict=True)
    ):
        if sequence != 0:
            continue
        if words and word == last:
            span, logit = words[-1]
            words[-1] = Span(span.start, end), min(logit, float(logits[at]))
        else:
            words.append((Span(start, end), float(logits[at])))
        last = word
    telling = [(s, x) for s, x in words if any(c.isalnum() for c in s.of(claim)) and not _is_function_word(s.of(claim))]
    return Marks(float(logits[0]), tuple(telling or words))


def _is_function_word(word: str) -> bool:
    return word.lower() in ENGLISH_FUNCTION_WORDS and word.lower() not in ("no", "not")


def features(marks: Marks, claim: str, evidence: str) -> NDArray[np.float64]:
    """One row in the order of FEATURES.

    whole    the network's logit of the claim as a whole
    unsaid   its doubt of the words that do not stand in the evidence: log-probability of each, times how rare it is
    names, numbers  those of the claim that the evidence lacks: rarity summed up, below zero; how many, below zero
    held     of the rarity of the claim's content words, the share that stands in the evidence
    """
    words, names, here = content_stems(claim), names_in(claim), content_stems(evidence)
    held = held_in(words, here)
    return np.array(
        [
            marks.whole,
            -sum(_doubt(logit) * _rarity_of(span.of(claim), here) for span, logit in marks.words),
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


def load_judge(encoder: SentenceEncoder, calibration: JudgeCalibration | None = None) -> Judge:
    """The bundled one, with its own calibration if no other is given. Raises what `adapted` raises."""
    from transformers import BertForTokenClassification

    network = adapted(BertForTokenClassification, BUNDLED_JUDGE, encoder, num_labels=1)
    own = calibration or JudgeCalibration.load(JUDGE_CALIBRATION)
    return Judge(PairNetwork(network, tokenizer_of(bundled_folder())), own)
