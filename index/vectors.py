"""Passage numbers -> vectors, in one FAISS file (flat, inner product, memory-mapped when read).

Flat is exact, and at 64,000 passages a search takes milliseconds; it is where larger indexes will differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

_FAISS: Any = _faiss
"""Its stubs leave out half of what it has."""
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


class VectorIndex:
    """Reads a file that `write_vectors` wrote."""

    def __init__(self, file: Path) -> None:
        self._index: Any = _FAISS.read_index(str(file), _FAISS.IO_FLAG_MMAP)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def search(self, query: Vectors, k: int, allowed: Allowed) -> list[tuple[int, float]]:
        """The k nearest as (passage number, cosine), best first; `query` has shape (1, dimension)."""
        k = min(k, len(self))
        if k == 0:
            return []
        parameters = None if allowed.everything else _FAISS.SearchParameters(sel=_selector(allowed))
        scores, numbers = self._index.search(query, k, params=parameters)
        found = zip(numbers[0].tolist(), scores[0].tolist(), strict=True)
        return [(number, score) for number, score in found if number >= 0]  # -1: fewer than k were allowed

    def numbers(self) -> Numbers:
        ids: Numbers = _FAISS.vector_to_array(self._index.id_map)
        return ids

    def rows(self, at: NDArray[np.int64]) -> Vectors:
        """Rows by position (not number), copied out of the mapped file."""
        flat = _FAISS.downcast_index(self._index.index)
        matrix: Vectors = _FAISS.rev_swig_ptr(flat.get_xb(), len(self) * self.dimension)
        return np.array(matrix.reshape(len(self), self.dimension)[at])


def _selector(allowed: Allowed) -> Any:
    if allowed.only is not None:
        return _FAISS.IDSelectorBatch(np.array(sorted(allowed.only - allowed.without), dtype=np.int64))
    return _FAISS.IDSelectorNot(_FAISS.IDSelectorBatch(np.array(sorted(allowed.without), dtype=np.int64)))


def write_vectors(file: Path, numbers: Sequence[int], vectors: Vectors) -> None:
    """Writes a new file; `vectors` has a row for each passage number."""
    index = _FAISS.IndexIDMap2(_FAISS.IndexFlatIP(vectors.shape[1]))
    if len(numbers):
        index.add_with_ids(np.ascontiguousarray(vectors), np.asarray(numbers, dtype=np.int64))
    _FAISS.write_index(index, str(file))
