"""Which reader reads: by the name that was asked for, and by the kind of question."""

from __future__ import annotations

from collections.abc import Sequence

from answering.expected import Kind, kind_of
from answering.reading.readings import Reader, Reading
from answering.reading.sentence_reader import FEATURES, WEIGHTS_FILE, SentenceReader
from answering.reading.span_reader import SpanReader, load_span_reader
from models.calibration import Calibration
from models.encoder import SentenceEncoder
from retriever.search import Hit

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
    sentences = SentenceReader(encoder, Calibration.load(WEIGHTS_FILE, list(FEATURES)))
    return sentences if name == SENTENCES else ByKind(load_span_reader(name, encoder), sentences)
