"""Stand-ins that a test can check by hand; they record what they were asked."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from answering.judging import FEATURES, Judge, Judged
from answering.origins import CopiesOf
from answering.readings import Reading
from corpus.article import Article, Passage, Span
from corpus.metadata import upstreams_in
from index.copies import copied
from index.copy_groups import is_copy
from index.store import Copy
from language.questions import DATE, Kind, question_of
from language.words import content_stems, name_stems, numbers_in, share_held
from models.calibration import Calibration
from models.encoder import Vectors
from retriever.search import Hit


def article(id_: str, text: str, **fields: str) -> Article:
    return Article(id_, text, fields.pop("title", f"Title {id_}"), upstreams=upstreams_in(text, ()), **fields)  # type: ignore[arg-type]


def reading(question: str, id_: str, text: str, probability: float = 0.9, **fields: str) -> Reading:
    one = article(id_, text, **fields)
    answer = first_answer(question, text)
    says = re.search(_NOT, text) is None if question_of(question).kind is Kind.YES_NO else None
    return Reading(Hit(one, Passage(0, len(text), text), 1.0, 1), Span(0, len(text)), answer, probability, says=says)


def first_answer(question: str, text: str) -> Span | None:
    """The first date, number or name of a text, as is asked for, that the question does not hold itself."""
    number = r"[$€]?\d[\d,.]*(?:[ -](?:%|percent|million|billion|gigawatts?|people|euros|years))*|\d+%"
    name = r"\b[A-Z]\w+(?: [A-Z]\w+)*"
    patterns = {Kind.DATE: DATE.pattern, Kind.NUMBER: number, Kind.NAME: name, Kind.LIST: name}
    pattern = patterns.get(question_of(question).kind)
    found = [m for m in re.finditer(pattern, text) if m[0] not in question and m[0] != "The"] if pattern else []
    return Span(*found[0].span()) if found else None


class SureJudge(Judge):
    """Gives every claim one probability, and each further one so much of it."""

    def __init__(self, probability: float = 0.0, fading: float = 0.97) -> None:
        self.probability, self.fading = probability, fading
        self.calibration = Calibration(np.zeros(len(FEATURES)), 0.0, 0.5)

    def judged_pairs(self, pairs: Sequence[tuple[str, tuple[str, str]]]) -> list[Judged]:
        self.probability *= self.fading
        return [Judged(self.probability, self.probability, 0.0, 1.0) for _ in pairs]


class WordJudge(Judge):
    """An evidence says a claim as far as it holds its content words; where only one of the two has a "not", or their numbers or names
    are others, it denies it instead."""

    def __init__(self, threshold: float = 0.85) -> None:
        self.calibration = Calibration(np.zeros(len(FEATURES)), 0.0, threshold)
        self.asked: list[str] = []

    def judged_pairs(self, pairs: Sequence[tuple[str, tuple[str, str]]]) -> list[Judged]:
        self.asked += [text for _, (_, text) in pairs]
        return [self._one(claim, f"{title} {text}") for claim, (title, text) in pairs]

    def _one(self, claim: str, text: str) -> Judged:
        words, numbers = content_stems(claim), numbers_in(claim)
        share = share_held(words, content_stems(text), akin=True)
        others = bool(numbers) and bool(numbers_in(text)) and not numbers <= numbers_in(text)
        others = others or (share >= 0.5 and not name_stems(claim) <= content_stems(text))
        denied = others or (re.search(_NOT, claim) is None) != (re.search(_NOT, text) is None)
        return Judged(0.0, 0.0, share, share) if denied else Judged(share, share, 0.0, share)


_NOT = r"\b(?:not|never|neither|no)\b"


class WordEncoder:
    """A vector has a 1 for each word of the text, in a place that the word's digest names; then it is normalised.

    Texts with the same words are equal, texts without a common word (all but surely) orthogonal.
    """

    name = "words"
    digest = "fake"
    dimension = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        return [[m.end() for m in re.finditer(r"\w+|[^\w\s]", text)] for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or ["nothing"]:
                row[hashlib.md5(word.encode()).digest()[0] % self.dimension] = 1.0
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def encode_many(self, texts: Sequence[str], done: Callable[[int], None]) -> Vectors:
        self.encoded.extend(texts)
        done(len(texts))
        return self.encode(texts)


def no_copies(_: Iterable[str]) -> dict[str, tuple[Copy, ...]]:
    return {}


def copies_among(*articles: Article) -> CopiesOf:
    """As an index of just these would have them, each pair compared."""
    found = [Copy(a.id, b.id, copied(a, b)) for a, b in itertools.combinations(articles, 2)]
    kept = [c for c in found if is_copy(c.found)]
    group = {a.id: {a.id} for a in articles}
    for copy in kept:
        for id_ in (joined := group[copy.one] | group[copy.other]):
            group[id_] = joined
    return lambda ids: {id_: tuple(c for c in kept if c.one in group[id_]) for id_ in ids}
