"""The seam below the search: who finds the nearest passages, by vector and by words.

There are two: a generation's own folder (FAISS and tantivy), here, and Milvus (index/milvus.py). What may be found is told as a filter,
so that an engine can filter by its own means. Both answer with ranks alone: their scores mean different things.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from index.lexical import LexicalIndex
from index.rules import Hidden
from index.store import Store
from index.vectors import EVERYTHING, Allowed, VectorIndex
from models.encoder import Vectors


@dataclass(frozen=True)
class Wanted:
    """Which articles may be found, all conditions at once; None: all.

    without, only  article numbers
    outlets        by name, as `Store.outlets_by_article` has them
    since, until   days of publication, both included
    """

    without: frozenset[int] = frozenset()
    only: frozenset[int] | None = None
    outlets: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None

    @property
    def of_all(self) -> bool:
        return self == ALL


ALL = Wanted()


class Finder(Protocol):
    """Passage numbers, the best first."""

    def nearest(self, query: Vectors, k: int, wanted: Wanted) -> list[int]:
        """By cosine; `query` has shape (1, dimension) and length 1."""
        ...

    def by_words(self, question: str, k: int, wanted: Wanted) -> list[int]:
        """By BM25 over stemmed words; any words of the question may match."""
        ...

    def part(self, store: Store, hidden: Hidden) -> Finder:
        """The same where some articles are hidden; the store shows the others only."""
        ...

    def counts(self) -> dict[str, int]:
        """How many passages there are, by the part that holds them, in words."""
        ...

    def missing(self, numbers: frozenset[int]) -> frozenset[int]:
        """Those of the passages that have no vector."""
        ...


class FolderFinder:
    """The files of one generation. `allowed`: the passages of the articles that the store shows."""

    def __init__(self, store: Store, vectors: VectorIndex, lexical: LexicalIndex, allowed: Allowed = EVERYTHING) -> None:
        self.store, self.vectors, self.lexical, self.allowed = store, vectors, lexical, allowed
        self._allowed = lru_cache(maxsize=8)(self._in_numbers)  # both searches of a question ask for the same

    @staticmethod
    def open(store: Store, vectors: Path, lexical: Path) -> FolderFinder:
        """Raises RuntimeError or ValueError where a file is damaged."""
        return FolderFinder(store, VectorIndex(vectors), LexicalIndex(lexical))

    def nearest(self, query: Vectors, k: int, wanted: Wanted) -> list[int]:
        return [number for number, _ in self.vectors.search(query, k, self._allowed(wanted))]

    def by_words(self, question: str, k: int, wanted: Wanted) -> list[int]:
        return [number for number, _ in self.lexical.search(question, k, self._allowed(wanted))]

    def _in_numbers(self, wanted: Wanted) -> Allowed:
        if wanted.of_all:
            return self.allowed
        without = self.store.passage_numbers(wanted.without)
        chosen = chosen_articles(self.store, wanted)
        only = self.allowed.only if chosen is None else self.store.passage_numbers(chosen)
        return Allowed(without | self.allowed.without, only)

    def part(self, store: Store, hidden: Hidden) -> FolderFinder:
        shown, every = store.all_passage_numbers(), self.store.all_passage_numbers()
        allowed = Allowed(only=shown) if 2 * len(shown) <= len(every) else Allowed(without=every - shown)
        return FolderFinder(store, self.vectors, self.lexical, allowed)

    def counts(self) -> dict[str, int]:
        return {"vectors": len(self.vectors), "passages in the lexical index": len(self.lexical)}

    def missing(self, numbers: frozenset[int]) -> frozenset[int]:
        return numbers - set(self.vectors.numbers().tolist())


def chosen_articles(store: Store, wanted: Wanted) -> frozenset[int] | None:
    """The numbers of the articles of `only`, of the outlets and of the days, all at once; None where all are meant."""
    if wanted.outlets is None and wanted.since is None and wanted.until is None:
        return wanted.only
    part = store.articles_of(wanted.outlets, wanted.since, wanted.until)
    return part if wanted.only is None else part & wanted.only
