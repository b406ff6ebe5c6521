"""What it is to read a passage: which sentence answers the question, with which words, and how probably.

`Reader` is the seam: `SpanReader` finds words that answer, `StatementReader` sentences that say yes or no.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.article import Span
from corpus.splitting import sentences
from language.questions import Kind, Question
from language.values import Sameness, compared, is_a_value
from language.words import content_stems, folded, name_stems, numbers_in, share_held
from retriever.search import Hit

# --- What it is to read a passage: which sentence answers the question, with which words, and how probably ---

A_PASSAGE = 3
"""Readings of one passage: facts may refuse the likelier ones."""
_BEFORE = 200
"""Code points."""
_CLOSING = "\"'”’)]*_ "
_HEADING_WORDS = 14
_SHORTEST_SENTENCE = 12
"""Code points: a shorter one ("Yes." or a heading's number) is no statement."""


@dataclass(frozen=True)
class Reading:
    """What a reader finds in one passage; offsets count in the article's text.

    probability  that the sentence answers the question; "no answer" is a low one
    fit          how well the answer's words fit what is asked for, against the best other answer (answering/fitting.py)
    says         of a question of yes and no: whether the sentence says yes; None for other questions
    """

    hit: Hit
    sentence: Span
    answer: Span | None
    probability: float
    fit: float = 1.0
    says: bool | None = None

    @property
    def text(self) -> str:
        return self.sentence.of(self.hit.article.text)

    @property
    def answer_text(self) -> str | None:
        return self.answer.of(self.hit.article.text) if self.answer else None


class Reader(Protocol):
    """Reads each passage on its own."""

    name: str

    def threshold(self, kind: Kind) -> float:
        """The evidence (answering/readings.py) from which an answer to a question of this kind is told."""
        ...

    def read(self, question: Question, hits: Sequence[Hit]) -> list[Reading]:
        """The best sentences of each passage, best first, passages in the order of the hits."""
        ...


def statements(hit: Hit) -> list[Span]:
    """The sentences of a passage that state something: no fragments, questions or headings."""
    text = hit.article.text
    return [
        span
        for span in sentences(text, hit.passage.span)
        if span.end - span.start >= _SHORTEST_SENTENCE and not span.of(text).endswith("?") and not _is_heading(span.of(text))
    ]


def before(hit: Hit, span: Span) -> str:
    """The title, and what stands before the sentence in its passage, as far back as a sentence or two."""
    start = max(hit.passage.start, span.start - _BEFORE)
    return f"{hit.article.title}\n{hit.article.text[start : span.start]}"


def in_place(hit: Hit, span: Span) -> tuple[str, str]:
    """The sentence under its title, after what stands before it."""
    title, _, around = before(hit, span).partition("\n")
    return title, around + span.of(hit.article.text)


def _is_heading(sentence: str) -> bool:
    """A line of a few words that does not end as a sentence does, and is no item of a list."""
    ends = sentence.rstrip(_CLOSING).endswith((".", "!", ":", ";", "…"))
    return not ends and len(sentence.split()) <= _HEADING_WORDS and not re.match(r"(?:[•*‣·–-]|\d+[.)])\s", sentence)


@dataclass(frozen=True)
class SharedWords:
    """What question and sentence share, each from 0 to 1; needs no model.

    in_sentence   of the question's content words, those in the sentence
    around        the same, with the title and what stands before the sentence, which say who "it" is
    name_missing  1 where a name or number of the question stands neither there nor elsewhere in the passage
    """

    in_sentence: float
    around: float
    name_missing: float


def shared_words(question: str, sentence: str, before: str, passage: str) -> SharedWords:
    """`before`: the title and what stands before the sentence; `passage`: the title and the whole passage."""
    words, here = content_stems(question), content_stems(sentence)
    names = name_stems(question) | numbers_in(question)
    missing = not names <= here | content_stems(passage)
    held, around = (share_held(words, stems) if words else 1.0 for stems in (here, here | content_stems(before)))
    return SharedWords(held, around, float(missing))


# --- Which answer has the most evidence: readings that give the same answer speak for each other ---
#
# Weighs only which answer to tell first. That many articles repeat an answer makes it no better supported: support counts
# origins, elsewhere.

_REPEATED = 0.75
"""What each further article adds, of its own weight."""
_RANK_FADES = 0.05
"""By so much the weight falls with each rank: what the search found first is likelier to be about what is asked."""
_TIME_COUNTS = 1.5
"""The power to which nearness in time is taken. The three were chosen on RealTime QA 2022 and 2024 (docs/decisions.md)."""


@dataclass(frozen=True)
class Evidence:
    """Readings that give one answer, the weightiest first."""

    readings: tuple[Reading, ...]

    @property
    def lead(self) -> Reading:
        """The weightiest reading of the wording that has most weight ("giant pandas", "pandas", "pandas")."""
        wordings: dict[str, float] = {}
        for reading in self.readings:
            words = folded(reading.answer_text or "")
            wordings[words] = wordings.get(words, 0.0) + weight(reading)
        usual = max(wordings, key=lambda words: wordings[words])
        return next(r for r in self.readings if folded(r.answer_text or "") == usual)

    @property
    def weight(self) -> float:
        """That of the best reading, and something for each further article that says the same; orders the answers."""
        return _summed((r.hit.article.id, weight(r)) for r in self.readings)

    @property
    def strength(self) -> float:
        """The same without regard to time: it decides whether anything is told, which must not depend on the day."""
        return _summed((r.hit.article.id, strength(r)) for r in self.readings)


def _summed(weights: Iterable[tuple[str, float]]) -> float:
    best: dict[str, float] = {}
    for article, found in weights:
        best[article] = max(found, best.get(article, 0.0))
    first, *others = sorted(best.values(), reverse=True)
    return first + _REPEATED * sum(others)


def strength(reading: Reading) -> float:
    """The probability, less where the answer does not fit what is asked for, and where the passage was found late."""
    return reading.probability * reading.fit * math.exp(-_RANK_FADES * (reading.hit.rank - 1))


def weight(reading: Reading) -> float:
    """The strength, less where the passage is from another time than the question's."""
    return strength(reading) * math.pow(reading.hit.timely, _TIME_COUNTS)


def _of_one_answer(one: str, other: str) -> bool:
    """The same value; or words of which the one hold the other ("giant pandas", "pandas"): here it only counts which answer leads."""
    how = compared(one, other)
    if how is not Sameness.UNKNOWN or is_a_value(one) or is_a_value(other):
        return how is Sameness.SAME
    mine, theirs = f" {folded(one)} ", f" {folded(other)} "
    return bool(mine.strip() and theirs.strip()) and (mine in theirs or theirs in mine)


def by_answer(readings: Sequence[Reading]) -> list[Evidence]:
    """The readings with an answer, grouped by it, the answer with the most evidence first."""
    groups: list[list[Reading]] = []
    for reading in sorted((r for r in readings if r.answer_text), key=lambda r: -weight(r)):
        same = next((g for g in groups if _of_one_answer(g[0].answer_text or "", reading.answer_text or "")), None)
        if same is None:
            groups.append([reading])
        else:
            same.append(reading)
    return sorted((Evidence(tuple(g)) for g in groups), key=lambda e: -e.weight)


def best_weight(readings: Sequence[Reading]) -> float:
    """Of the answer with the most evidence; of readings without answers the best probability; 0 where there are none."""
    groups = by_answer(readings)
    return groups[0].weight if groups else max((r.probability for r in readings), default=0.0)


def most_evident(readings: Sequence[Reading], threshold: float) -> list[Reading]:
    """The readings whose answer has evidence enough: first the one that leads the best answer, then by probability.

    Readings without an answer (of a question of yes and no) have enough by their probability alone.
    """
    by_probability = sorted(readings, key=lambda r: -r.probability)
    groups = by_answer(readings)
    if not groups:
        return [r for r in by_probability if r.probability >= threshold]
    told = [group for group in groups if group.strength >= threshold]
    enough = {id(r) for group in told for r in group.readings}
    if not told:
        return []
    first = told[0].lead
    return [first, *(r for r in by_probability if id(r) in enough and r is not first)]
