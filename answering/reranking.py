"""Passages in the order of the answers that they hold: what the reader finds in all of them is evidence for each.

A passage is worth more where it holds, word for word, what the reader took for the answer in this passage or in others.
Measured by bench/retrieval.py; as a bare relevance score (the probability in the passage itself) the same reader brings
less than a third of it (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from answering.evidence import by_answer
from answering.reading.readers import reader_named
from answering.reading.readings import Reader
from answering.wording import folded
from models.choosing import NONE
from models.encoder import BUNDLED, SentenceEncoder
from models.pairs import titled
from models.reranker import RerankerModel, load_reranker
from retriever.search import Hit, Reranker

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
