"""What it is to read a passage: which sentence answers the question, with which words, and how probably.

`Reader` is the seam: `SpanReader` is the trained model, `SentenceReader` scores sentences by words and cosine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from answering.expected import Kind
from answering.wording import content_stems, name_stems, numbers_in
from corpus.article import Span
from corpus.splitting import sentences
from retriever.search import Hit

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
    fit          how well the answer's words fit what is asked for, against the best other answer (answering/reading/asked_for.py)
    confirmed    the sentence tells the very deed that is asked about (answering/facts/fits.py)
    """

    hit: Hit
    sentence: Span
    answer: Span | None
    probability: float
    fit: float = 1.0
    confirmed: bool = False

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
        """The evidence (answering/evidence.py) from which an answer to a question of this kind is told."""
        ...

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
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
    return SharedWords(_held(words, here), _held(words, here | content_stems(before)), float(missing))


def _held(wanted: frozenset[str], held: frozenset[str]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 1.0
