"""Question -> Answer, in numbered steps: search, read, choose, look for second voices, compose.

`answer_in_steps` yields a Phase as each step begins and the Answer at the end, so that a page can show both.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from answering.agreement import best_by_article, differs, supports
from answering.answer import Answer, Claim, Disagreement, Origin, Quote, Side, Support, index_as_json
from answering.expected import Kind, kind_of
from answering.origins import origins_of
from answering.reader import Reader, Reading, SentenceReader, Weights
from answering.wording import content_stems, names_in, seems_english
from corpus.article import Span
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
MOST_CLAIMS = 4
MOST_QUOTES = 6
LONGEST_QUOTE = 400
"""Code points. A longer sentence is cut, in one piece, around its answer."""
NEAREST = 3
_MORE_SHARE = 0.5
"""A further claim says more when at least so much of its content words is not in the claims before it."""
_FURTHER_CERTAINTY = 0.5
"""A further claim is only made of a reading this probable, and likelier than half of the first one's."""


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
        voices = [*readings, *self._second_voices(index, asked, answering[0], readings)]
        # 4. Count origins, set disagreements side by side, cut the quotes.
        answer = _composed(asked.question, answering, voices, self.reader.threshold * VOICE_SHARE)
        clock.lap("write")
        yield self._finish(replace(answer, question=request.question), index, clock)

    def _second_voices(self, index: Index, request: Request, claim: Reading, read: Sequence[Reading]) -> list[Reading]:
        """Readings of passages found with the claim itself, copies included, in other articles."""
        words = f"{request.question} {claim.text}"[:LONGEST_QUOTE]
        seen = {(r.hit.article.id, r.hit.passage.start) for r in read}
        hits = search(index, self.encoder, replace(request, question=words), SECOND_VOICES, collapse=False)
        fresh = [h for h in hits if (h.article.id, h.passage.start) not in seen]
        return self.reader.read(request.question, fresh)

    def _finish(self, answer: Answer, index: Index, clock: _Clock) -> Answer:
        models = {"embedder": self.encoder.name, "reranker": None, "reader": self.reader.name, "writer": None}
        return replace(
            answer, index=index_as_json(index.manifest), models=models, timings_ms=clock.laps | {"total": clock.total}
        )


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
    text = f"The articles do not say. {manifest.articles:,} articles{range_} were searched."
    if not seems_english(request.question):
        text += " The question does not seem to be in English, the only language that is read here."
    nearest = tuple(_quote(n, r, _alone(r)) for n, r in enumerate(best_by_article(readings)[:NEAREST], 1))
    return Answer(request.question, "declined", text, nearest=nearest)


def _composed(question: str, answering: Sequence[Reading], voices: Sequence[Reading], threshold: float) -> Answer:
    first = answering[0]
    others = sorted((v for v in voices if v.hit.article.id != first.hit.article.id), key=lambda r: -r.probability)
    agreeing = best_by_article([v for v in others if supports(question, first, v, threshold)])
    agreed = {v.hit.article.id for v in agreeing}
    against = [v for v in others if v.hit.article.id not in agreed and differs(question, first, v, threshold)]
    further = _further(question, first, [r for r in answering if r not in agreeing and r not in against])
    groups = [[first, *agreeing[: MOST_QUOTES - 2]], *([r] for r in against[:1]), *([r] for r in further)]
    origins = origins_of([r.hit.article for group in ([first, *agreeing], *groups[1:]) for r in group])
    quotes: list[Quote] = []
    claims: list[Claim] = []
    for group in groups:
        if len(claims) == MOST_CLAIMS or len(quotes) + len(group) > MOST_QUOTES:
            break
        numbered = [_quote(len(quotes) + n, r, origins[r.hit.article.id]) for n, r in enumerate(group, 1)]
        quotes.extend(numbered)
        said_by = {r.hit.article.id for r in ([first, *agreeing] if group is groups[0] else group)}
        count = len({origins[id_].id for id_ in said_by})
        citations = tuple(q.number for q in numbered)
        claims.append(Claim(_statement(numbered[0].text), citations, support_of(len(said_by), count), count))
    disagreements = _disagreements(groups, quotes, against)
    return Answer(
        question, "answered", _text(claims, disagreements), first.answer_text, tuple(claims), disagreements, tuple(quotes)
    )


def support_of(articles: int, origins: int) -> Support:
    """What so many articles of so many origins amount to."""
    if articles == 1:
        return "single_source"
    return "shared_origin" if origins == 1 else "corroborated"


def _further(question: str, first: Reading, rest: Sequence[Reading]) -> list[Reading]:
    """Readings that say more than the claims before them: of other articles, and, where the question is open ("What does
    ... do?"), a second one of the same."""
    said = set(content_stems(first.text))
    open_question = kind_of(question) is Kind.OTHER
    kept: list[Reading] = []
    for reading in rest if open_question else best_by_article(rest):
        own = content_stems(reading.text)
        certain = reading.probability >= max(_FURTHER_CERTAINTY, first.probability / 2)
        elsewhere = reading.hit.article.id not in {r.hit.article.id for r in (kept if open_question else [first, *kept])}
        if reading is not first and elsewhere and certain and len(own - said) >= _MORE_SHARE * len(own):
            kept.append(reading)
            said |= own
    return kept


def _disagreements(
    groups: Sequence[Sequence[Reading]], quotes: Sequence[Quote], against: Sequence[Reading]
) -> tuple[Disagreement, ...]:
    if not against or len(quotes) <= len(groups[0]):
        return ()
    first, other = groups[0][0], groups[1][0]
    mine = tuple(q.number for q in quotes[: len(groups[0])])
    sides = (Side(first.answer_text or "", mine), Side(other.answer_text or "", (len(groups[0]) + 1,)))
    return (Disagreement(sides),)


def _text(claims: Sequence[Claim], disagreements: Sequence[Disagreement]) -> str:
    """The statements with their [n] marks; where the articles differ, the first words say so."""
    said = " ".join(f"{c.text} {''.join(f'[{n}]' for n in c.citations)}" for c in claims)
    return f"The articles differ. {said}" if disagreements else said


def _statement(quote: str) -> str:
    return " ".join(quote.split()).lstrip("•-*– ")


def _quote(number: int, reading: Reading, origin: Origin) -> Quote:
    return Quote(number, reading.hit.article, measured(reading), origin)


def measured(reading: Reading) -> Span:
    """The sentence, or where it is too long one piece of it around the answer, from word to word."""
    sentence, text = reading.sentence, reading.hit.article.text
    if sentence.end - sentence.start <= LONGEST_QUOTE:
        return sentence
    middle = (reading.answer.start + reading.answer.end) // 2 if reading.answer else sentence.start
    start = min(max(sentence.start, middle - LONGEST_QUOTE // 2), sentence.end - LONGEST_QUOTE)
    end = start + LONGEST_QUOTE
    while start > sentence.start and start < middle and not text[start - 1].isspace():
        start += 1
    while end < sentence.end and end > middle and not text[end].isspace():
        end -= 1
    return Span(start, end)


def _alone(reading: Reading) -> Origin:
    return Origin(reading.hit.article.id, (reading.hit.article.id,))
