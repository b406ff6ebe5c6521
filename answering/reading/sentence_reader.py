"""A reader without a trained model: sentences scored by the encoder's cosine and by shared words.

A logistic regression turns that into a probability. It reads questions of yes and no, where no words of a passage are
the answer, and is what the trained reader is measured against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from answering.expected import Kind, KindFit, answer_fit, answer_in
from answering.reading.readings import A_PASSAGE, Reading, before, shared_words, statements
from corpus.article import Span
from models.calibration import Calibration
from models.encoder import Encoder
from retriever.search import Hit

FEATURES = {"cosine": 1, "words_in_sentence": 1, "words_around": 1, "a_name_is_missing": -1, "answer_beside": 1}
"""What the probability is made of, each from 0 to 1 (see `sentence_features`), and whether it speaks for or against an answer:
training keeps to these signs."""
_COSINE = list(FEATURES).index("cosine")
REACHABLE_COSINE = 0.7
"""A sentence that would not count even with this cosine is not encoded."""
WEIGHTS_FILE = Path(__file__).with_name("sentence_reader.json")


class SentenceReader:
    """Sentences scored by the encoder and by shared words. Knows nothing of other passages."""

    name = "sentence-reader"

    def __init__(self, encoder: Encoder, weights: Calibration) -> None:
        self._encoder = encoder
        self._weights = weights

    def threshold(self, kind: Kind) -> float:
        return self._weights.threshold

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """The likeliest sentences of each passage; only those that could still count are encoded."""
        found = [(hit, span) for hit in hits for span in fitting(question, hit)]
        rows = np.array([_row(question, hit, span) for hit, span in found]).reshape(-1, len(FEATURES))
        kept = self._worth_encoding([hit for hit, _ in found], rows)
        found, rows = [found[n] for n in kept], rows[kept]
        if not found:
            return []
        vectors = self._encoder.encode([question, *(span.of(hit.article.text) for hit, span in found)])
        rows[:, _COSINE] = np.maximum(vectors[1:] @ vectors[0], 0.0)
        by_passage: dict[int, list[Reading]] = {}
        for (hit, span), probability in zip(found, self._weights.probabilities(rows).tolist(), strict=True):
            by_passage.setdefault(hit.rank, []).append(_reading(question, probability, hit, span))
        return [r for read in by_passage.values() for r in sorted(read, key=lambda r: -r.probability)[:A_PASSAGE]]

    def _worth_encoding(self, hits: Sequence[Hit], rows: NDArray[np.float64]) -> list[int]:
        """Which sentences could still count, were their cosine REACHABLE_COSINE; and the best of each passage.

        Encoding is nearly all that reading costs, and half of all sentences share no word with the question.
        """
        within_reach = rows.copy()
        within_reach[:, _COSINE] = REACHABLE_COSINE
        bounds = self._weights.probabilities(within_reach)
        best = {hit.rank: n for n, hit in sorted(enumerate(hits), key=lambda pair: bounds[pair[0]])}
        return sorted({n for n, bound in enumerate(bounds) if bound >= self._weights.threshold / 2} | set(best.values()))


def _row(question: str, hit: Hit, span: Span) -> list[float]:
    """The features without the cosine."""
    passage = f"{hit.article.title}\n{hit.passage.text}"
    return sentence_features(question, span.of(hit.article.text), before(hit, span), passage, 0.0)


def fitting(question: str, hit: Hit) -> list[Span]:
    """The statements of a passage that could answer: where a date, a number or a name is expected, those that hold one."""
    return [s for s in statements(hit) if answer_fit(question, s.of(hit.article.text)) is not KindFit.NONE]


def sentence_features(question: str, sentence: str, before: str, passage: str, cosine: float) -> list[float]:
    """One row in the order of FEATURES, each from 0 to 1.

    before   the title and the sentence before, which say who "it" is
    passage  the title and the whole passage
    """
    shared = shared_words(question, sentence, before, passage)
    return [max(cosine, 0.0), *astuple(shared), float(answer_fit(question, sentence) is KindFit.BESIDE)]


def _reading(question: str, probability: float, hit: Hit, span: Span) -> Reading:
    answer = answer_in(question, span.of(hit.article.text))
    return Reading(hit, span, answer.shifted(span.start) if answer else None, probability)
