"""Passage numbers -> vectors, in FAISS files that are memory-mapped when read.

Up to LARGE passages one flat file, which is exact and searched in milliseconds. From there on the exact vectors are kept
in half precision, for whoever asks only about some articles and for the next build, and beside them an inverted file with
a byte for each number of a vector is what is searched (Jégou, Douze and Schmid 2011; docs/performance.md has its recall).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from models.encoder import Vectors

_FAISS: Any = _faiss
"""Its stubs leave out half of what it has."""
LARGE = 50_000
"""Passages."""
_PROBED = 96
"""Lists of the inverted file that a search looks into."""
_LISTS = 2
"""Times the square root of the number of passages: how many lists there are, rounded to a power of two."""
_LEARNED_FROM = 40
"""Vectors for each list, from which its middle is learned."""
_ROUNDS = 8
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Allowed:
    """Which passages may be found: all but `without`, or, where `only` is given, those of them in `only`."""

    without: frozenset[int] = frozenset()
    only: frozenset[int] | None = None

    def holds(self, number: int) -> bool:
        return number not in self.without and (self.only is None or number in self.only)

    @property
    def everything(self) -> bool:
        return not self.without and self.only is None

    @cached_property
    def selector(self) -> Any:
        """For FAISS."""
        if self.only is not None:
            return _FAISS.IDSelectorBatch(np.array(sorted(self.only - self.without), dtype=np.int64))
        return _FAISS.IDSelectorNot(_FAISS.IDSelectorBatch(np.array(sorted(self.without), dtype=np.int64)))


EVERYTHING = Allowed()


class VectorIndex:
    """Reads what `write_vectors` wrote."""

    def __init__(self, file: Path) -> None:
        self._exact: Any = _FAISS.read_index(str(file), _FAISS.IO_FLAG_MMAP)
        coarse = coarse_beside(file)
        self._coarse: Any = _FAISS.read_index(str(coarse), _FAISS.IO_FLAG_MMAP) if coarse.exists() else None

    def __len__(self) -> int:
        return int(self._exact.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._exact.d)

    def search(self, query: Vectors, k: int, allowed: Allowed) -> list[tuple[int, float]]:
        """The k nearest as (passage number, cosine), best first; `query` has shape (1, dimension)."""
        k = min(k, len(self))
        if k == 0:
            return []
        selector = None if allowed.everything else allowed.selector
        if self._coarse is None or allowed.only is not None:
            parameters = None if selector is None else _FAISS.SearchParameters(sel=selector)
            scores, numbers = self._exact.search(query, k, params=parameters)
        else:
            chosen = {} if selector is None else {"sel": selector}
            parameters = _FAISS.SearchParametersIVF(nprobe=_PROBED, **chosen)
            scores, numbers = self._coarse.search(query, k, params=parameters)
        found = zip(numbers[0].tolist(), scores[0].tolist(), strict=True)
        return [(number, score) for number, score in found if number >= 0]  # -1: fewer than k were allowed

    def numbers(self) -> Numbers:
        ids: Numbers = _FAISS.vector_to_array(self._exact.id_map)
        return ids

    def rows(self, at: NDArray[np.int64]) -> Vectors:
        """Rows by position (not number), copied out of the mapped file."""
        found: Vectors = self._exact.index.reconstruct_batch(np.ascontiguousarray(at, dtype=np.int64))
        return found


def coarse_beside(file: Path) -> Path:
    """Where the inverted file of an exact one lies."""
    return file.with_name(f"coarse.{file.name}")


def write_vectors(
    file: Path, numbers: Sequence[int], vectors: Vectors, before: Path | None = None, large: int = LARGE
) -> None:
    """Writes a new file, and where there are many passages the inverted one beside it.

    vectors  (len(numbers), dimension) float32, of length 1
    before   the file of an index in which the same number has the same vector: of its inverted file only what changed is
             taken out and put in
    """
    ids, rows = np.asarray(numbers, dtype=np.int64), np.ascontiguousarray(vectors)
    dimension = vectors.shape[1]
    many = len(ids) >= large
    plain = (
        _FAISS.IndexScalarQuantizer(dimension, _FAISS.ScalarQuantizer.QT_fp16, _FAISS.METRIC_INNER_PRODUCT)
        if many
        else _FAISS.IndexFlatIP(dimension)
    )
    exact = _FAISS.IndexIDMap2(plain)
    if len(ids):
        exact.add_with_ids(rows, ids)
    _FAISS.write_index(exact, str(file))
    if many:
        _FAISS.write_index(_coarse(ids, rows, before), str(coarse_beside(file)))


def _coarse(ids: Numbers, rows: Vectors, before: Path | None) -> Any:
    """The inverted file of before with what changed; a new one where there is none, or it was made for another size."""
    lists = 2 ** round(np.log2(_LISTS * np.sqrt(len(ids))))
    old = coarse_beside(before) if before else None
    index = _FAISS.read_index(str(old)) if old and old.exists() else None
    if index is None or not lists / 2 <= index.nlist <= lists * 2:
        return _filled(_trained(rows, lists), ids, rows)
    known = VectorIndex(before).numbers() if before else np.empty(0, dtype=np.int64)
    index.remove_ids(_FAISS.IDSelectorBatch(np.setdiff1d(known, ids)))
    fresh = ~np.isin(ids, known)
    return _filled(index, ids[fresh], rows[fresh])


def _trained(rows: Vectors, lists: int) -> Any:
    quantizer = _FAISS.IndexFlatIP(rows.shape[1])
    index = _FAISS.IndexIVFScalarQuantizer(
        quantizer, rows.shape[1], lists, _FAISS.ScalarQuantizer.QT_8bit, _FAISS.METRIC_INNER_PRODUCT
    )
    index.own_fields = True
    quantizer.this.disown()
    index.cp.niter = _ROUNDS
    sample = np.random.default_rng(0).choice(len(rows), min(len(rows), lists * _LEARNED_FROM), replace=False)
    index.train(rows[np.sort(sample)])
    return index


def _filled(index: Any, ids: Numbers, rows: Vectors) -> Any:
    if len(ids):
        index.add_with_ids(rows, ids)
    return index
