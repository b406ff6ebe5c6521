"""What the trained reader says of a passage -> readings: each sentence with its likeliest answer, and how probable it is.

Knows one passage at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from answering.expected import Kind, KindFit, answer_fit, answer_in, could_answer, kind_of
from answering.readings import A_PASSAGE, Reader, Reading, SharedWords, before, by_answer, shared_words, statements
from answering.wording import folded
from corpus.article import Span
from models.calibration import Calibration
from models.choosing import NONE
from models.encoder import BUNDLED, Encoder, SentenceEncoder
from models.pairs import titled
from models.reader import BUNDLED_READER, Scores, SpanModel, best_span, load_reader
from models.reranker import RerankerModel, load_reranker
from retriever.search import Hit, Reranker

# --- A reader without a trained model: sentences scored by the encoder's cosine and by shared words ---
#
# A logistic regression turns that into a probability. It reads questions of yes and no, where no words of a passage are
# the answer, and is what the trained reader is measured against.

SENTENCE_FEATURES = {"cosine": 1, "words_in_sentence": 1, "words_around": 1, "a_name_is_missing": -1, "answer_beside": 1}
"""What the probability is made of, each from 0 to 1 (see `sentence_features`), and whether it speaks for or against an answer:
training keeps to these signs."""
_COSINE = list(SENTENCE_FEATURES).index("cosine")
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
        rows = np.array([_row(question, hit, span) for hit, span in found]).reshape(-1, len(SENTENCE_FEATURES))
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
    """One row in the order of SENTENCE_FEATURES, each from 0 to 1.

    before   the title and the sentence before, which say who "it" is
    passage  the title and the whole passage
    """
    shared = shared_words(question, sentence, before, passage)
    return [max(cosine, 0.0), *astuple(shared), float(answer_fit(question, sentence) is KindFit.BESIDE)]


def _reading(question: str, probability: float, hit: Hit, span: Span) -> Reading:
    answer = answer_in(question, span.of(hit.article.text))
    return Reading(hit, span, answer.shifted(span.start) if answer else None, probability)


# --- What the trained reader says of a passage -> readings: each sentence with its likeliest answer, and how probable it is ---

CALIBRATION = BUNDLED_READER / "calibration.json"
"""threshold: the evidence (answering/readings.py) from which an answer is told where a dozen passages are read
(bench/declining.py); alone: the probability from which one is told of a passage that is read alone (bench/squad.py)."""
_LONGEST_SPAN = 200
"""Code points: thirty tokens can be a key or a link, which is no answer to show."""
FEATURES = ("log_odds", "in_sentence", "around", "name_missing")
_LOG_ODDS_RANGE = 12.0
_NAME = r"[A-Z][\w&-]*(?: [A-Z][\w&-]*)*"
_ROW_BEFORE = re.compile(rf"\b{_NAME}(?:, {_NAME})*,? (?:and|or) $")
_ROW_AFTER = re.compile(rf"(?:, {_NAME})*,? (?:and|or) {_NAME}")


def reading_features(log_odds: float, shared: SharedWords) -> NDArray[np.float64]:
    """One row in the order of FEATURES."""
    return np.array([max(min(log_odds, _LOG_ODDS_RANGE), -_LOG_ODDS_RANGE), *astuple(shared)])


def tokens_of_kind(kind: Kind, scores: Scores, text: str) -> NDArray[np.bool_] | None:
    """(tokens,) which could be the number or the time that is asked for; None for other kinds."""
    if kind not in (Kind.NUMBER, Kind.DATE):
        return None
    words = [_word_around(text, start, end) for start, end in scores.offsets]
    return np.array([could_answer(kind, word) for word in words], dtype=bool)


def _word_around(text: str, start: int, end: int) -> str:
    """The whole word that a token is a piece of."""
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


class SpanReader:
    """Readings from the spans of a model. Knows nothing of other passages."""

    def __init__(self, model: SpanModel, calibration: Calibration) -> None:
        self.name = model.name
        self.model = model
        self.calibration = calibration

    def threshold(self, kind: Kind) -> float:
        return self.calibration.threshold

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        scores = self.model.scores(question, [(h.article.title, h.passage.text) for h in hits])
        return [reading for hit, found in zip(hits, scores, strict=True) for reading in self._readings(question, hit, found)]

    def _readings(self, question: str, hit: Hit, scores: Scores) -> list[Reading]:
        found = [self._reading(question, hit, sentence, best) for sentence, best in spans_of(question, hit, scores)]
        return sorted(found, key=lambda r: -r.probability)[:A_PASSAGE]

    def _reading(self, question: str, hit: Hit, sentence: Span, best: tuple[float, Span]) -> Reading:
        log_odds, answer = best
        shared = shared_words_of(question, hit, sentence)
        tidy = tidied(answer, hit.article.text)
        if kind_of(question) is Kind.LIST:
            tidy = with_its_row(tidy, sentence, hit.article.text)
        return Reading(hit, sentence, tidy, self.calibration.probability(reading_features(log_odds, shared)))


def spans_of(question: str, hit: Hit, scores: Scores) -> Iterator[tuple[Span, tuple[float, Span]]]:
    """Each sentence of the passage with its likeliest answer, in offsets of the article."""
    by = hit.passage.start
    holding = tokens_of_kind(kind_of(question), scores, hit.passage.text)
    for sentence in statements(hit):
        best = best_span(scores, sentence.shifted(-by), holding)
        if best is not None and best[1].end - best[1].start <= _LONGEST_SPAN:
            yield sentence, (best[0], best[1].shifted(by))


def shared_words_of(question: str, hit: Hit, sentence: Span) -> SharedWords:
    passage = f"{hit.article.title}\n{hit.passage.text}"
    return shared_words(question, sentence.of(hit.article.text), before(hit, sentence), passage)


def tidied(answer: Span, text: str) -> Span:
    """Without the punctuation and the possessive at its edges that no answer has."""
    start, end = answer.start, answer.end
    while end - start > 1 and (text[end - 1] in ",;:.!?-–— \n" or text[start:end].endswith(("'s", "’s"))):
        if text[end - 1] == "." and (text[start : end - 1].count(".") or end - start <= 3):  # "U.S.", "Inc."
            break
        end -= 2 if text[start:end].endswith(("'s", "’s")) else 1
    while end - start > 1 and text[start] in ",;:.!?-–— \n":
        start += 1
    return Span(start, end)


def with_its_row(answer: Span, sentence: Span, text: str) -> Span:
    """The names that stand in a row with it: "Trainium and Inferentia chips" where "Inferentia chips" was read."""
    before = _ROW_BEFORE.search(text[sentence.start : answer.start])
    after = _ROW_AFTER.match(text[answer.end : sentence.end])
    start = sentence.start + before.start() if before else answer.start
    return Span(start, answer.end + after.end() if after else answer.end)


def load_span_reader(name: str, encoder: SentenceEncoder) -> SpanReader:
    """The bundled reader, or one by name or path, under the same calibration. Raises what `load_reader` raises."""
    return SpanReader(load_reader(name, encoder), Calibration.load(CALIBRATION, FEATURES))


# --- Which reader reads: by the name that was asked for, and by the kind of question ---

SENTENCES = "sentences"
"""The name of the reader without a trained model."""


class ByKind:
    """Spans, except for questions of yes and no: no words of a passage are their answer, only what a sentence says."""

    def __init__(self, spans: SpanReader, sentences: SentenceReader) -> None:
        self.name = spans.name
        self._spans, self._sentences = spans, sentences

    def threshold(self, kind: Kind) -> float:
        return self._for(kind).threshold(kind)

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        return self._for(kind_of(question)).read(question, hits)

    def _for(self, kind: Kind) -> Reader:
        return self._sentences if kind is Kind.YES_NO else self._spans


def reader_named(name: str, encoder: SentenceEncoder) -> Reader:
    """`bundled`, `sentences`, or a question-answering model by name or path. Raises what `load_span_reader` raises."""
    sentences = SentenceReader(encoder, Calibration.load(WEIGHTS_FILE, list(SENTENCE_FEATURES)))
    return sentences if name == SENTENCES else ByKind(load_span_reader(name, encoder), sentences)


# --- Passages in the order of the answers that they hold: what the reader finds in all of them is evidence for each ---
#
# A passage is worth more where it holds, word for word, what the reader took for the answer in this passage or in others.
# Measured by bench/retrieval.py; as a bare relevance score (the probability in the passage itself) the same reader brings
# less than a third of it (docs/decisions.md).

_ANSWERS = 20
"""Different answers that count."""


class AnswersFirst:
    """A reranker (retriever/search.py) made of a reader."""

    def __init__(self, reader: Reader) -> None:
        self.name = reader.name
        self._reader = reader

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """For each passage the evidence, summed, for all answers whose words it holds."""
        groups = by_answer(self._reader.read(question, hits))[:_ANSWERS]
        answers = [(f" {folded(group.lead.answer_text or '')} ", group.weight) for group in groups]
        texts = [f" {folded(hit.passage.text)} " for hit in hits]
        return [sum(weight for words, weight in answers if words.strip() and words in text) for text in texts]


class BestFittingFirst:
    """A reranker made of a cross-encoder."""

    def __init__(self, model: RerankerModel) -> None:
        self.name = model.name
        self._model = model

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        return self._model.scores(question, [titled(h.article.title, h.passage.text) for h in hits])


def reranker_named(name: str, encoder: SentenceEncoder) -> Reranker | None:
    """`bundled` (the bundled reader's answers first), `none`, or a cross-encoder. Raises what `load_reranker` raises."""
    if name == NONE:
        return None
    return AnswersFirst(reader_named(BUNDLED, encoder)) if name == BUNDLED else BestFittingFirst(load_reranker(name))
