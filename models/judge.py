"""The trained judge: whether an evidence says a claim, as a whole and word by word.

The bundled one is the encoder's own network with an adapter (docs/judge.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.article import Span
from models.encoder import SentenceEncoder
from models.pairs import Logits, PairNetwork, load_adapted, titled

if TYPE_CHECKING:
    from tokenizers import Encoding

BUNDLED_JUDGE = Path(__file__).with_name("bundled_judge")
LONGEST_CLAIM = 600
"""Code points that are read of a claim."""


@dataclass(frozen=True)
class Marks:
    """The network's logits for one pair: of the claim as a whole, and of each of its words, the lowest of its pieces."""

    whole: float
    words: tuple[tuple[Span, float], ...]


class JudgeModel:
    """A network that marks claims."""

    def __init__(self, network: PairNetwork) -> None:
        self._network = network

    def marks(self, claim: str, evidence: Sequence[tuple[str, str]]) -> list[Marks]:
        """For each (title, text), in order."""
        claim = claim[:LONGEST_CLAIM]
        read = self._network.read([(claim, titled(title, text)) for title, text in evidence])
        return [_marks(encoding, out["logits"][:, 0]) for encoding, out in read]


def _marks(encoding: Encoding, logits: Logits) -> Marks:
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
    return Marks(float(logits[0]), tuple(words))


def load_judge_model(encoder: SentenceEncoder) -> JudgeModel:
    """The bundled one. Raises IndexUnsound where it belongs to other base weights than the installed ones."""
    from transformers import BertForTokenClassification

    return JudgeModel(load_adapted(BertForTokenClassification, BUNDLED_JUDGE, encoder, num_labels=1))
