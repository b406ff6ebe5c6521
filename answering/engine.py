"""Question -> Answer, in numbered steps: search, read, look for other voices, and let a writer phrase it if there is one.

`answer_in_steps` yields a Phase as each step begins and the Answer at the end, so that a page can show both.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from answering.agreement import best_by_article
from answering.answer import Answer, Origin, articles_in_words, index_as_json
from answering.bylines import of_articles, pointing_back, told_of_articles
from answering.compose import LONGEST_QUOTE, joined, quote_of
from answering.counting import articles_counted, counting_asked
from answering.exact import names_of, with_capitals
from answering.followup import Understood, completed, understood
from answering.from_passages import Corpus, Findings, Networks, Phase, answered, as_answer, as_stated, reading
from answering.judging import Judge, load_judge
from answering.news import compare, news
from answering.origins import CopiesOf, outlets_in
from answering.phrasing import leans, phrased, rewritten
from answering.readers import reader_named, reranker_named
from answering.readings import Reader, Reading
from answering.timing import timed
from answering.wordings import addressed, first_statements, numbered_part, other_wordings, tells_of_all
from index.copy_groups import COPIED_SHARE
from index.finding import chosen_articles
from index.opening import Index, LiveIndex
from index.rules import Rules
from language.questions import Kind, parts_of_question, plain, question_of
from language.times import days_in_words
from language.words import seems_english
from models.choosing import NONE, TIERS, Models
from models.encoder import BUNDLED, SentenceEncoder, load_encoder
from models.writer import is_language_model, load_writer
from models.writer_protocol import Writer
from retriever.request import LONGEST_READ, Request, as_read
from retriever.search import Hit, Reranker, search, wanted_of

READ = 12
"""Passages that are read for a question."""
SECOND_VOICES = 10
"""Passages in which a second voice is looked for, with the claim's own words."""
NEAREST = 3
_NAMED = 5
"""Outlets that are named when a part of the corpus did not answer."""


@dataclass(frozen=True)
class Engine:
    """All that answering needs, loaded once and shared by all questions.

    proposer  the language model that reads the best passages beside the reader
    """

    live: LiveIndex
    encoder: SentenceEncoder
    reader: Reader
    judge: Judge
    writer: Writer | None = None
    reranker: Reranker | None = None
    proposer: Writer | None = None

    @property
    def networks(self) -> Networks:
        return Networks(self.encoder, self.reader, self.judge, self.proposer)

    def answer(self, request: Request) -> Answer:
        *_, last = self.answer_in_steps(request)
        assert isinstance(last, Answer)
        return last

    def answer_in_steps(self, request: Request) -> Generator[Phase | Answer, None, None]:
        """One index from beginning to end, even when a new generation comes in between."""
        whole, request = request.question, as_read(request)
        index = self.live.now(request.groups)
        clock = _Clock()
        meant = yield from self._understood(request)
        if meant.told:
            yield self._finish(Answer(request.question, "declined", meant.told), index, clock)
            return
        carried = meant.question if meant.question != request.question else None
        near = self._saying(index, request, meant.about)
        parts = questions_in(meant.question)
        answers: list[Answer] = []
        for part in parts:
            searches = meant.searches if len(parts) == 1 else (part, meant.question)
            answers += [(yield from self._one(replace(request, question=plain(part)), searches, near, index, clock))]
        answer = replace(joined(answers, parts), question=whole, understood=carried)
        if request.question != whole:
            told = f"This question is long: {LONGEST_READ} of its {len(whole):,} characters were read, “{request.question[:60]}…”"
            answer = replace(answer, notices=(told, *answer.notices))
        # 4. Let the writer phrase it, if there is one; what does not pass the gate is dropped.
        answer = yield from self._phrased(answer)
        clock.lap("write")
        yield self._finish(answer, index, clock)

    def _one(
        self, asked: Request, searches: Sequence[str], near: frozenset[str], index: Index, clock: _Clock
    ) -> Generator[Phase, None, Answer]:
        """The answer to one question; `near`: the articles that are read before the others."""
        # 1. Search.
        yield Phase("search", f"Searching {articles_in_words(index.manifest.articles)}")
        if told := self._of_articles(index, asked, near) or self._news(index, asked) or self._comparison(index, asked):
            clock.lap("search")
            return told
        when = timed(asked)
        for within in (near, None) if near else (None,):
            there = replace(asked, only=within or asked.only)
            hits = self._found(index, there, searches)
            if wordings := other_wordings(asked.question, hits):
                hits = self._found(index, there, (*searches, *wordings))
            clock.lap("search")
            # 2. Read each passage on its own.
            yield Phase("read", f"Reading {len(hits)} passages")
            when = replace(when, wordings=tuple(timed(replace(asked, question=w)).request.question for w in wordings))
            asks = with_capitals(when.request.question, (h.passage.text for h in hits))
            ruled = addressed(asks, (h.passage.text for h in hits))
            when = replace(when, request=replace(when.request, question=ruled))
            read = yield from reading(self.networks, when, hits)
            clock.lap("read")
            if read.leads:
                break
        if not read.leads:
            named = [r for h in hits[:1] if tells_of_all(asked.meaning, h) for r in first_statements(h)]
            looked_up = named or numbered_part(asked.meaning, hits)
            if looked_up:
                return self._stated(index, asked, looked_up)
            return replace(_declined(asked, index, read), notices=read.notices)
        # 3. Look for other voices in the whole corpus before anything is called single-source.
        yield Phase("compare", "Looking for a second source", tuple(read.leads[:1]))
        answer = answered(self.networks, self._corpus(index, asked), when, hits, read)
        clock.lap("write")
        return replace(answer, notices=read.notices)

    def _understood(self, request: Request) -> Generator[Phase, None, Understood]:
        """By rules, and where they are not sure by the writer, if there is one. Closing it stops the writer."""
        history = completed(request.history, self.encoder)
        meant = pointing_back(request.question, history) or understood(request.question, history, self.encoder)
        if self.writer is None or not leans(meant, history):
            return meant
        with closing(rewritten(meant, history, self.writer)) as steps:
            for step in steps:
                if step is not None:
                    return step
                yield Phase("search", "Understanding the question")
        return meant

    def _phrased(self, answer: Answer) -> Generator[Phase, None, Answer]:
        """Closing it, as happens when the one who asked goes away, stops the writer."""
        if self.writer is None:
            return answer
        written: list[str] = []
        with closing(phrased(answer, self.writer, self.judge)) as steps:
            for step in steps:
                if isinstance(step, Answer):
                    return step
                written += [step] if step else []
                yield Phase("write", "Writing", written=tuple(written))
        return answer

    def _saying(self, index: Index, request: Request, statement: str) -> frozenset[str]:
        """The ids of the articles in which a statement stands word for word."""
        hits = search(index, self.encoder, replace(request, question=statement), READ) if statement else []
        return frozenset(h.article.id for h in hits if statement in " ".join(h.passage.text.split()))

    def _found(self, index: Index, asked: Request, searches: Sequence[str]) -> list[Hit]:
        """What each wording finds, every passage once: the first wording fills the places, others add half as many."""
        hits = search(index, self.encoder, asked, READ, reranker=self.reranker)
        for words in searches:
            if plain(words) != asked.question:
                known = {(h.article.id, h.passage.start) for h in hits}
                more = search(index, self.encoder, replace(asked, question=words), READ // 2)
                hits += [replace(h, rank=len(hits) + h.rank) for h in more if (h.article.id, h.passage.start) not in known]
        return hits

    def _of_articles(self, index: Index, asked: Request, near: frozenset[str]) -> Answer | None:
        """What articles are, not what they tell."""
        counting = counting_asked(asked)
        if counting and (told := articles_counted(index, asked, counting, _copies_in(index))):
            return told
        meant = of_articles(asked.question)
        return told_of_articles(index, self.encoder, asked, meant, near, _copies_in(index)) if meant else None

    def _news(self, index: Index, asked: Request) -> Answer | None:
        """What is new: told, not read."""
        if asked.meaning.kind is not Kind.NEWS or not (leads := news(index, self.encoder, asked)):
            return None
        return self._stated(index, asked, leads)

    def _comparison(self, index: Index, asked: Request) -> Answer | None:
        """A statement on each of the two; the first one's name is the answer where dates decide."""
        if asked.meaning.kind is not Kind.COMPARISON or not (found := compare(index, self.encoder, asked)).readings:
            return None
        corpus = self._corpus(index, asked)
        chosen = as_stated(self.networks, corpus, asked, found.readings)
        span = found.decided.answer_text if found.decided else None
        return as_answer(corpus, asked, replace(chosen, listed=chosen.statements, span=span))

    def _stated(self, index: Index, asked: Request, leads: Sequence[Reading]) -> Answer:
        corpus = self._corpus(index, asked)
        return as_answer(corpus, asked, as_stated(self.networks, corpus, asked, leads))

    def _corpus(self, index: Index, asked: Request) -> Corpus:
        return Corpus(partial(self._found_with, index, asked), _copies_in(index), outlets_in(index.store))

    def _found_with(self, index: Index, asked: Request, words: str) -> list[Hit]:
        """What the words of a statement find anywhere, copies included."""
        wider = replace(asked, question=words[:LONGEST_QUOTE])
        return search(index, self.encoder, wider, SECOND_VOICES, collapse=False)

    def _finish(self, answer: Answer, index: Index, clock: _Clock) -> Answer:
        writer, reranker = (part.name if part else None for part in (self.writer, self.reranker))
        reader = f"{self.proposer.name}, {self.reader.name}" if self.proposer else self.reader.name
        models = {"embedder": self.encoder.name, "reranker": reranker, "reader": reader, "writer": writer}
        kind = question_of(answer.understood or answer.question).kind.value
        timings = clock.laps | {"total": clock.total}
        return replace(answer, kind=kind, index=index_as_json(index.manifest), models=models, timings_ms=timings)


_POINTS = re.compile(r"\b(?:it|they|them|he|him|she)\b|\b(?P<whose>its|their|his|her)\b", re.IGNORECASE)


def questions_in(question: str) -> list[str]:
    """The questions that one text asks, with the only name of the first in the place of the pronouns of the others."""
    first, *others = parts_of_question(question)
    names = names_of(first)
    if len(names) != 1:
        return [first, *others]
    return [first, *(_POINTS.sub(lambda m: f"{names[0]}'s" if m["whose"] else names[0], part, count=1) for part in others)]


def _copies_in(index: Index) -> CopiesOf:
    return partial(index.store.copies_of, least=COPIED_SHARE)


class _Clock:
    """Milliseconds of each step and in all."""

    def __init__(self) -> None:
        self._begin = self._last = time.perf_counter()
        self.laps = {"search": 0.0, "read": 0.0, "write": 0.0}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(self.laps[name] + (now - self._last) * 1000, 1)
        self._last = now

    @property
    def total(self) -> float:
        return round((time.perf_counter() - self._begin) * 1000, 1)


def load_engine(folder: Path, models: Models = TIERS["bundled"], rules: Rules | None = None) -> Engine:
    """Opens the index and prepares the models. Raises what `open_index` and the loaders of the models raise, and BadInput
    where the rules of who may read what do not fit the index."""
    encoder = load_encoder(models.encoder)
    judge = load_judge(encoder)
    writer = load_writer(models.writer) if models.writer != NONE else None
    proposes = is_language_model(models.reader)
    return Engine(
        LiveIndex(folder, encoder, rules), encoder,
        reader_named(BUNDLED if proposes else models.reader, encoder, judge), judge, writer, reranker_named(models.reranker, encoder),
        (writer if models.reader == models.writer else load_writer(models.reader, "reader")) if proposes else None,
    )  # fmt: skip


def _declined(request: Request, index: Index, read: Findings) -> Answer:
    """No answer; what was searched, and the nearest passages."""
    days, readings = read.of_other_days, read.readings
    text = (
        f"The articles do not say this {days_in_words(days)}; of other days they do." if days else "The articles do not say."
    )
    text += f" {_searched(request, index)}"
    if not seems_english(request.question):
        text += " The question does not seem to be in English, the only language that is read here."
    nearest = tuple(quote_of(n, r, _alone(r)) for n, r in enumerate(best_by_article(readings)[:NEAREST], 1))
    return Answer(request.question, "declined", text, nearest=nearest)


def _searched(request: Request, index: Index) -> str:
    """How many articles, of which days, and which part of them was asked for."""
    manifest, chosen = index.manifest, chosen_articles(index.store, wanted_of(index, request)) if request.of_a_part else None
    days = f", published from {manifest.oldest} to {manifest.newest}" if manifest.oldest else ""
    if chosen is not None:
        bounds = [f"{word} {day}" for word, day in (("from", request.since), ("to", request.until)) if day]
        outlets = sorted(request.outlets or ())
        more = [f"{len(outlets) - _NAMED} more"] if len(outlets) > _NAMED else []
        part = "; ".join([*(name[:100] for name in outlets[:_NAMED]), *more, *([" ".join(bounds)] if bounds else [])])
        return f"{len(chosen):,} of {manifest.articles:,} articles were searched ({part})."
    left_out = ", except those that the question leaves out" if request.exclude or request.only is not None else ""
    verb = "was" if manifest.articles == 1 else "were"
    return f"{articles_in_words(manifest.articles)}{days} {verb} searched{left_out}."


def _alone(reading: Reading) -> Origin:
    return Origin(reading.hit.article.id, (reading.hit.article.id,))
