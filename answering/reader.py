"""Reads passages: which sentence answers the question, with which words, and how probably.

`Reader` is the seam that a trained reader slides into. `SentenceReader` is simple and honest: it scores each sentence by
the encoder's cosine and by shared words, and a logistic regression turns that into a probability.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from answering.expected import Fit, answer_fit, answer_in
from answering.wording import content_stems, names_in, numbers_in
from corpus.article import Span
from corpus.splitting import sentences
from index.encoder import Encoder
from retriever.search import Hit

FEATURES = {"cosine": 1, "words_in_sentence": 1, "words_around": 1, "a_name_is_missing": -1, "answer_beside": 1}
"""What the probability is made of, each from 0 to 1 (see `features`), and whether it speaks for or against an answer:
training keeps to these signs."""
_COSINE = list(FEATURES).index("cosine")
REACHABLE_COSINE = 0.7
"""A sentence that would not count even with this cosine is not encoded."""
WEIGHTS_FILE = Path(__file__).with_name("sentence_reader.json")
_BEFORE = 200
"""Code points."""
_CLOSING = "\"'”’)]*_ "
_HEADING_WORDS = 14
_A_PASSAGE = 2
"""Readings of one passage: a second sentence may say more, or give another answer."""
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
        """The best sentences of each passage, best first, passages in the order of the hits."""
        ...


@dataclass(frozen=True)
class Weights:
    """A logistic regression over FEATURES; `threshold` is the probability from which a sentence counts as an answer."""

    coefficients: NDArray[np.float64]
    intercept: float
    threshold: float

    @staticmethod
    def load(file: Path = WEIGHTS_FILE) -> Weights:
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
        found = [(hit, span) for hit in hits for span in statements(question, hit)]
        rows = np.array([_row(question, hit, span) for hit, span in found]).reshape(-1, len(FEATURES))
        kept = self._worth_encoding([hit for hit, _ in found], rows)
        found, rows = [found[n] for n in kept], rows[kept]
        if not found:
            return []
        vectors = self._encoder.encode([question, *(span.of(hit.article.text) for hit, span in found)])
        rows[:, _COSINE] = np.maximum(vectors[1:] @ vectors[0], 0.0)
        by_passage: dict[int, list[Reading]] = {}
        for (hit, span), probability in zip(found, self._weights.probability(rows).tolist(), strict=True):
            by_passage.setdefault(hit.rank, []).append(_reading(question, probability, hit, span))
        return [r for read in by_passage.values() for r in sorted(read, key=lambda r: -r.probability)[:_A_PASSAGE]]

    def _worth_encoding(self, hits: Sequence[Hit], rows: NDArray[np.float64]) -> list[int]:
        """Which sentences could still count, were their cosine REACHABLE_COSINE; and the best of each passage.

        Encoding is nearly all that reading costs, and half of all sentences share no word with the question.
        """
        within_reach = rows.copy()
        within_reach[:, _COSINE] = REACHABLE_COSINE
        bounds = self._weights.probability(within_reach)
        best = {hit.rank: n for n, hit in sorted(enumerate(hits), key=lambda pair: bounds[pair[0]])}
        return sorted({n for n, bound in enumerate(bounds) if bound >= self.threshold / 2} | set(best.values()))


def _row(question: str, hit: Hit, span: Span) -> list[float]:
    """The features but for the cosine."""
    passage = f"{hit.article.title}\n{hit.passage.text}"
    return features(question, span.of(hit.article.text), before(hit, span), passage, 0.0)


def statements(question: str, hit: Hit) -> list[Span]:
    """The sentences of a passage that could answer: no fragments, questions or headings, and, where the question expects
    a date, a number or a name, only those that hold one."""
    text = hit.article.text
    return [
        span
        for span in sentences(text, hit.passage.span)
        if span.end - span.start >= _SHORTEST_SENTENCE
        and not span.of(text).endswith("?")
        and not _is_heading(span.of(text))
        and answer_fit(question, span.of(text)) is not Fit.NONE
    ]


def before(hit: Hit, span: Span) -> str:
    """The title, and what stands before the sentence in its passage, as far back as a sentence or two."""
    start = max(hit.passage.start, span.start - _BEFORE)
    return f"{hit.article.title}\n{hit.article.text[start : span.start]}"


def _is_heading(sentence: str) -> bool:
    """A line of a few words that does not end as a sentence does, and is no item of a list."""
    ends = sentence.rstrip(_CLOSING).endswith((".", "!", ":", ";", "…"))
    return not ends and len(sentence.split()) <= _HEADING_WORDS and not re.match(r"(?:[•*‣·–-]|\d+[.)])\s", sentence)


def features(question: str, sentence: str, before: str, passage: str, cosine: float) -> list[float]:
    """One row in the order of FEATURES, each from 0 to 1.

    before   the title and the sentence before, which say who "it" is
    passage  the title and the whole passage
    """
    words = content_stems(question)
    here = content_stems(sentence)
    names = names_in(question) | numbers_in(question)
    return [
        max(cosine, 0.0),
        _held(words, here),
        _held(words, here | content_stems(before)),
        float(not names <= here | content_stems(passage)),
        float(answer_fit(question, sentence) is Fit.BESIDE),
    ]


def _held(wanted: frozenset[str], held: frozenset[str]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 1.0


def _reading(question: str, probability: float, hit: Hit, span: Span) -> Reading:
    answer = answer_in(question, span.of(hit.article.text))
    return Reading(hit, span, answer.shifted(span.start) if answer else None, probability)
