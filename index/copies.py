"""Which articles are copies of each other, whole or in part, found without comparing every pair.

Of each article the runs of eight words outside furniture and outside quotation marks are hashed: what somebody said is
quoted by everybody, and no sign of a copy. One hash in four, chosen by its value, is kept as the article's fingerprint: two
articles that share text share those of its hashes (sampling by value: Manber 1994, "Finding similar files in a large file
system"). Only pairs that share some are compared in full, so the cost grows with the number of articles and of real copies,
not with the number of pairs. Works on articles; knows nothing of passages or questions.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Span

RUN = 8
"""Words. Two reporters of one event seldom write eight words alike, except what somebody said."""
_KEPT = np.uint64(4)
"""One hash in so many is part of a fingerprint."""
_WHOLE = 64
"""Hashes of a text so short that all are kept: of fewer, a sample might hold none."""
_LEAST_SHARED = 3
"""Hashes that two fingerprints share before the articles are compared."""
_MOST_HOLDERS = 40
"""Of a hash that more articles hold (a site's phrase, or a story that everybody prints) only a chain is compared."""
_MOST_PLACES = 20
"""Of a run that an article says again and again, only so many places are followed."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_WORD = re.compile(r"\w+")
_SPEECH = re.compile(r"“[^“”]{1,1500}”|\"[^\"\n]{1,1500}\"")
_LEAST_TOLD = 40
"""Words outside quotation marks, from which on speech is left out."""

Hashes = NDArray[np.uint64]
"""Shape (n,), sorted, each once."""


@dataclass(frozen=True)
class Copied:
    """How much of one of two articles stands in the other.

    share    of the words of one, quoted speech left out, how many stand in a run of eight that the other has too, from 0
             to 1; of the two shares the greater, for a copy may be cut short or added to
    words    of the longest stretch in words that both have
    one, other  where that stretch lies in each; empty where there is none
    """

    share: float
    words: int
    one: Span
    other: Span


def comparable(article: Article) -> bool:
    """False for a text so short that it holds no run of eight words outside quoted speech: whether it copies another, or
    another it, cannot be told."""
    runs = _runs(article)
    return len(runs.places) >= RUN and bool(runs.told.any())


def fingerprint(article: Article) -> Hashes:
    """The sampled hashes, to be kept with the article; of a text with fewer than eight words that of all its words."""
    runs = _runs(article)
    hashes = np.unique(runs.hashes[runs.told])
    return hashes[hashes % _KEPT == 0] if len(hashes) > _WHOLE else hashes


def pairs_to_compare(prints: Mapping[int, Hashes]) -> list[tuple[int, int]]:
    """Pairs of article numbers, the smaller first, that may share text; every pair that shares much is among them."""
    if not prints:
        return []
    numbers = np.concatenate([np.full(len(hashes), number, dtype=np.int64) for number, hashes in sorted(prints.items())])
    hashes = np.concatenate([hashes for _, hashes in sorted(prints.items())])
    order = np.lexsort((numbers, hashes))
    shared: Counter[tuple[int, int]] = Counter()
    for holders in _held_by_several(hashes[order], numbers[order]):
        shared.update(_pairs(holders))
    return sorted(pair for pair, count in shared.items() if count >= min(_LEAST_SHARED, *(len(prints[n]) for n in pair)))


def _held_by_several(hashes: Hashes, numbers: NDArray[np.int64]) -> Iterator[list[int]]:
    """For each hash that more than one article holds, their numbers, rising. Both arrays are sorted by hash."""
    begins = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
    ends = np.r_[begins[1:], len(hashes)]
    for n in np.flatnonzero(ends - begins > 1).tolist():
        yield numbers[begins[n] : ends[n]].tolist()


def _pairs(holders: list[int]) -> Iterator[tuple[int, int]]:
    if len(holders) > _MOST_HOLDERS:
        yield from pairwise(holders)
        return
    for n, one in enumerate(holders):
        for other in holders[n + 1 :]:
            yield one, other


def copied(one: Article, other: Article) -> Copied:
    """The two articles compared in full."""
    a, b = _runs(one), _runs(other)
    held = np.isin(a.hashes, b.hashes) & a.told
    held_too = np.isin(b.hashes, a.hashes) & b.told
    if not held.any():
        return Copied(0.0, 0, Span(0, 0), Span(0, 0))
    at, in_other, length = _longest(a.hashes, b.hashes, held)
    share = max(a.covered(held), b.covered(held_too))
    return Copied(share, min(length + RUN - 1, len(a.places)), a.stretch(at, length), b.stretch(in_other, length))


def _longest(one: Hashes, other: Hashes, held: NDArray[np.bool_]) -> tuple[int, int, int]:
    """The longest stretch of runs that follow each other in both: where it begins in each, and how many runs it has."""
    places: dict[int, list[int]] = {}
    for place, value in enumerate(other.tolist()):
        if len(places.setdefault(value, [])) < _MOST_PLACES:
            places[value].append(place)
    best = (0, 0, 0)
    ending: dict[int, int] = {}
    for at, value in enumerate(one.tolist()):
        ending = {p: ending.get(p - 1, 0) + 1 for p in places.get(value, ())} if held[at] else {}
        for place, length in ending.items():
            if length > best[2]:
                best = (at - length + 1, place - length + 1, length)
    return best


@dataclass(frozen=True)
class _Runs:
    """The words of a text, and the hash of each run of eight (of all words, where there are fewer), in order.

    places  (words, 2) int64: where each word starts and ends
    spoken  (words,) True for a word of quoted speech
    told    (runs,) True for a run without any
    """

    places: NDArray[np.int64]
    hashes: Hashes
    spoken: NDArray[np.bool_]
    told: NDArray[np.bool_]

    def covered(self, held: NDArray[np.bool_]) -> float:
        """The share of words that stand in one of the held runs."""
        width = len(self.places) - len(held) + 1
        begun = np.r_[held, np.zeros(width - 1, dtype=bool)].astype(np.int64)
        running = np.cumsum(begun)
        within = running - np.r_[np.zeros(width, dtype=np.int64), running[: len(running) - width]]
        return float((within[~self.spoken] > 0).mean())

    def stretch(self, first: int, runs: int) -> Span:
        """From the first word of a run to the last word of the run so many further on."""
        last = min(first + runs + RUN - 2, len(self.places) - 1)
        return Span(int(self.places[first, 0]), int(self.places[last, 1]))


@lru_cache(maxsize=512)
def _runs(article: Article) -> _Runs:
    matches: list[re.Match[str]] = []
    at = 0
    for span in (*article.furniture, Span(len(article.text), len(article.text))):
        matches += _WORD.finditer(article.text, at, span.start)
        at = span.end
    places = np.array([m.span() for m in matches], dtype=np.int64).reshape(len(matches), 2)
    values = np.array([_word_hash(m[0].lower()) for m in matches], dtype=np.uint64)
    width = min(RUN, max(len(values), 1))
    hashes = np.zeros(max(len(values) - width + 1, 0), dtype=np.uint64)
    for n in range(width if len(values) else 0):
        hashes = (hashes ^ (hashes >> np.uint64(29))) * _FACTOR + values[n : n + len(hashes)]
    spoken = _spoken(article.text, places)
    so_far = np.r_[0, np.cumsum(spoken)]
    told = so_far[width:][: len(hashes)] == so_far[: len(hashes)]
    return _Runs(places, hashes, spoken, told)


def _spoken(text: str, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(words,) True where a word stands in quotation marks; of a text that is nearly all speech, none."""
    marked = np.zeros(len(text) + 1, dtype=bool)
    for match in _SPEECH.finditer(text):
        marked[match.start() : match.end()] = True
    spoken = marked[places[:, 0]]
    return spoken if (~spoken).sum() >= _LEAST_TOLD else np.zeros(len(places), dtype=bool)


@lru_cache(maxsize=500_000)
def _word_hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
