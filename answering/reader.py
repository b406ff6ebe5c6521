"""Reads passages: which sentence answers the question, with which words, and how probably.

`Reader` is the seam that a trained reader slides into. `SentenceReader` is simple and honest: it scores each sentence by
the encoder's cosine and by shared words, and a logistic regression turns that into a probability.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from answering.expected import answer_in, holds_expected, kind_of
from answering.wording import content_stems, names_in, numbers_in
from corpus.article import Span
from corpus.splitting import sentences
from index.encoder import Encoder
from retriever.search import Hit

FEATURES = (
    "cosine", "words_in_sentence", "words_in_passage", "names_in_sentence", "names_in_passage", "expected_kind",
    "kind_is_open", "short",
)  # fmt: skip
"""What the probability is made of, each from 0 to 1; see `features`."""
_WEIGHTS = Path(__file__).with_name("sentence_reader.json")
_SHORTEST_SENTENCE = 12
"""Code points: a shorter one ("Yes." or a heading's number) is no statement."""


@dataclass(frozen=True)
class Reading:
    """What a reader finds in one passage; offsets count in the article's text.

    probability  that the sentence answers the question; "no answer" is a low one
    """

    hit: Hit
    sentence: Span
    answer: Span | None
    probability: float

    @property
    def text(self) -> str:
        return self.sentence.of(self.hit.article.text)

    @property
    def answer_text(self) -> str | None:
        return self.answer.of(self.hit.article.text) if self.answer else None


class Reader(Protocol):
    """Reads each passage on its own."""

    name: str
    threshold: float

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """The best sentence of each passage that has one, in the order of the hits."""
        ...


@dataclass(frozen=True)
class Weights:
    """A logistic regression over FEATURES; `threshold` is the probability from which a sentence counts as an answer."""

    coefficients: NDArray[np.float64]
    intercept: float
    threshold: float

    @staticmethod
    def load(file: Path = _WEIGHTS) -> Weights:
        fields = json.loads(file.read_text(encoding="utf-8"))
        coefficients = np.array([fields["coefficients"][name] for name in FEATURES])
        return Weights(coefficients, fields["intercept"], fields["threshold"])

    def probability(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """rows (n, features) -> (n,)"""
        logits = rows @ self.coefficients + self.intercept
        return np.asarray(1 / (1 + np.exp(-logits)))


class SentenceReader:
    """Sentences scored by the encoder and by shared words. Knows nothing of other passages."""

    name = "sentence-reader"

    def __init__(self, encoder: Encoder, weights: Weights) -> None:
        self._encoder = encoder
        self._weights = weights
        self.threshold = weights.threshold

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        found = [(hit, span) for hit in hits for span in statements(hit)]
        if not found:
            return []
        texts = [span.of(hit.article.text) for hit, span in found]
        vectors = self._encoder.encode([question, *texts])
        cosines = vectors[1:] @ vectors[0]
        rows = np.array(
            [
                features(question, text, f"{hit.article.title}\n{hit.passage.text}", float(cosine))
                for (hit, _), text, cosine in zip(found, texts, cosines, strict=True)
            ]
        )
        best: dict[int, tuple[float, Hit, Span]] = {}
        for (hit, span), probability in zip(found, self._weights.probability(rows).tolist(), strict=True):
            if hit.rank not in best or probability > best[hit.rank][0]:
                best[hit.rank] = (probability, hit, span)
        return [_reading(question, *row) for row in best.values()]


def statements(hit: Hit) -> list[Span]:
    """The sentences of a passage that can be quoted: not fragments, not questions, not the bare title."""
    text = hit.article.text
    return [
        span
        for span in sentences(text, hit.passage.span)
        if span.end - span.start >= _SHORTEST_SENTENCE
        and not span.of(text).endswith("?")
        and span.of(text).strip("# ") != hit.article.title
    ]


def features(question: str, sentence: str, passage: str, cosine: float) -> list[float]:
    """One row in the order of FEATURES, each from 0 to 1."""
    words = content_stems(question)
    names = names_in(question) | numbers_in(question)
    return [
        max(cosine, 0.0),
        _held(words, content_stems(sentence)),
        _held(words, content_stems(sentence) | content_stems(passage)),
        _held(names, content_stems(sentence)),
        _held(names, content_stems(sentence) | content_stems(passage)),
        holds_expected(question, sentence),
        float(kind_of(question).value in ("other", "yes or no")),
        float(len(sentence) < 40),
    ]


def _held(wanted: frozenset[str], held: frozenset[str]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 1.0


def _reading(question: str, probability: float, hit: Hit, span: Span) -> Reading:
    answer = answer_in(question, span.of(hit.article.text))
    return Reading(hit, span, answer.shifted(span.start) if answer else None, probability)
