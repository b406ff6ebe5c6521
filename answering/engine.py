"""Question -> Answer, in numbered steps: search, read, choose, look for second voices, compose.

`answer_in_steps` yields a Phase as each step begins and the Answer at the end, so that a page can show both.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from answering.agreement import best_by_article
from answering.answer import Answer, Origin, index_as_json
from answering.compose import LONGEST_QUOTE, choose, composed, quote_of
from answering.reader import Reader, Reading, SentenceReader, Weights
from answering.wording import names_in, seems_english
from corpus.splitting import SplitSettings
from index.encoder import BUNDLED, SentenceEncoder, load_encoder
from index.opening import Index, LiveIndex
from retriever.request import Request
from retriever.search import Hit, search

READ = 12
"""Passages that are read for a question."""
SECOND_VOICES = 10
"""Passages in which a second voice is looked for, with the claim's own words."""
VOICE_SHARE = 0.5
"""Of the reader's threshold, what another voice must reach: that it agrees is evidence of its own."""
NEAREST = 3
_JOINS = re.compile(r"^(?:and|or|also|but|what about|how about)\b[\s,]*", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Phase:
    """What is being done, in words for the one who waits, and the best readings so far."""

    name: str
    text: str
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Engine:
    """All that answering needs, loaded once and shared by all questions."""

    live: LiveIndex
    encoder: SentenceEncoder
    reader: Reader

    def answer(self, request: Request) -> Answer:
        *_, last = self.answer_in_steps(request)
        assert isinstance(last, Answer)
        return last

    def search(self, request: Request, k: int) -> list[Hit]:
        return search(self.live.now(), self.encoder, request, k)

    def answer_in_steps(self, request: Request) -> Iterator[Phase | Answer]:
        """One index from beginning to end, even when a new generation comes in between."""
        index = self.live.now()
        clock = _Clock()
        # 1. Search.
        yield Phase("search", f"Searching {index.manifest.articles:,} articles")
        asked = with_subject(request)
        hits = search(index, self.encoder, asked, READ)
        clock.lap("search")
        # 2. Read each passage on its own.
        yield Phase("read", f"Reading {len(hits)} passages")
        readings = sorted(self.reader.read(asked.question, hits), key=lambda r: -r.probability)
        answering = [r for r in readings if r.probability >= self.reader.threshold]
        clock.lap("read")
        if not answering:
            yield self._finish(_declined(request, index, readings), index, clock)
            return
        # 3. Look for other voices in the whole corpus before anything is called single-source.
        yield Phase("compare", "Looking for a second source", tuple(answering[:1]))
        heard = _Heard(self, index, asked, hits, readings)
        chosen = choose(asked.question, answering, heard.voices_of, self.reader.threshold * VOICE_SHARE)
        # 4. Count origins, set disagreements side by side, cut the quotes.
        answer = composed(request.question, chosen)
        clock.lap("write")
        yield self._finish(answer, index, clock)

    def _finish(self, answer: Answer, index: Index, clock: _Clock) -> Answer:
        models = {"embedder": self.encoder.name, "reranker": None, "reader": self.reader.name, "writer": None}
        return replace(
            answer, index=index_as_json(index.manifest), models=models, timings_ms=clock.laps | {"total": clock.total}
        )


class _Heard:
    """All readings for one question so far; grows as other voices are looked for, and no passage is read twice."""

    def __init__(
        self, engine: Engine, index: Index, request: Request, hits: Sequence[Hit], readings: Sequence[Reading]
    ) -> None:
        self._engine, self._index, self._request = engine, index, request
        self._passages = {(h.article.id, h.passage.start) for h in hits}
        self._readings = list(readings)

    def voices_of(self, lead: Reading) -> list[Reading]:
        """What was read, and what is found with the statement itself, copies included."""
        words = f"{self._request.question} {lead.text}"[:LONGEST_QUOTE]
        wider = replace(self._request, question=words)
        hits = search(self._index, self._engine.encoder, wider, SECOND_VOICES, collapse=False)
        fresh = [h for h in hits if (h.article.id, h.passage.start) not in self._passages]
        self._passages.update((h.article.id, h.passage.start) for h in fresh)
        self._readings += self._engine.reader.read(self._request.question, fresh)
        return self._readings


class _Clock:
    """Milliseconds of each step and in all."""

    def __init__(self) -> None:
        self._begin = self._last = time.perf_counter()
        self.laps = {"search": 0.0, "read": 0.0, "write": 0.0}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round((now - self._last) * 1000, 1)
        self._last = now

    @property
    def total(self) -> float:
        return round((time.perf_counter() - self._begin) * 1000, 1)


def load_engine(folder: Path, embedder: str = BUNDLED) -> Engine:
    """Opens the index and prepares the models. Raises what `open_index` and `load_encoder` raise."""
    encoder = load_encoder(embedder)
    live = LiveIndex(folder, encoder, SplitSettings())
    return Engine(live, encoder, SentenceReader(encoder, Weights.load()))


def with_subject(request: Request) -> Request:
    """A follow-up that leans on the question before it ("and Amazon?", "When was it signed?") is asked with it."""
    leans = _JOINS.match(request.question) or (_POINTS.search(request.question) and not names_in(request.question))
    if not request.history or not leans:
        return request
    return replace(request, question=f"{request.history[-1].rstrip('? ')} {_JOINS.sub('', request.question)}")


def _declined(request: Request, index: Index, readings: Sequence[Reading]) -> Answer:
    """No answer; what was searched, and the nearest passages."""
    manifest = index.manifest
    range_ = f", published from {manifest.oldest} to {manifest.newest}" if manifest.oldest else ""
    part = ", but for those that the question leaves out" if request.exclude or request.only is not None else ""
    text = f"The articles do not say. {manifest.articles:,} articles{range_} were searched{part}."
    if not seems_english(request.question):
        text += " The question does not seem to be in English, the only language that is read here."
    nearest = tuple(quote_of(n, r, _alone(r)) for n, r in enumerate(best_by_article(readings)[:NEAREST], 1))
    return Answer(request.question, "declined", text, nearest=nearest)


def _alone(reading: Reading) -> Origin:
    return Origin(reading.hit.article.id, (reading.hit.article.id,))
