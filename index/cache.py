"""Vectors of a build that was cut off, so that the next one need not encode them again.

A file of records, each the digest of what was encoded and its vector, behind a header that names the encoder. A record
that was half written when the process died is not read; so is all of it when the encoder is another.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from models.encoder import Vectors

_DIGEST = 16
_NEAR_ONE = 0.01


class VectorCache:
    """Keeps float32 vectors by the 16-byte digest of their text; a context manager that owns the file."""

    def __init__(self, file: Path, encoder: str, dimension: int) -> None:
        self._header = f"{encoder} {dimension}\n".encode()
        self._record = np.dtype([("content", f"V{_DIGEST}"), ("vector", np.float32, (dimension,))])
        data = file.read_bytes() if file.exists() else b""
        if not data.startswith(self._header):
            data = self._header
            file.write_bytes(data)
        whole = (len(data) - len(self._header)) // self._record.itemsize
        records = np.frombuffer(data, dtype=self._record, count=whole, offset=len(self._header))
        # A power cut can leave zeros where a record should be; a real vector has length 1.
        sound = np.abs(np.linalg.norm(records["vector"], axis=1) - 1) < _NEAR_ONE
        self._kept = {r["content"].tobytes(): r["vector"] for r in records[sound]}
        self._file = file.open("r+b")
        self._file.truncate(len(self._header) + whole * self._record.itemsize)
        self._file.seek(0, os.SEEK_END)

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def get(self, content: bytes) -> Vectors | None:
        return self._kept.get(content)

    def put(self, contents: Sequence[bytes], vectors: Vectors) -> None:
        """Appends records and hands them to the system, so that a killed process loses none of them."""
        records = np.empty(len(contents), dtype=self._record)
        records["content"] = np.array([np.void(c) for c in contents])
        records["vector"] = vectors
        self._file.write(records.tobytes())
        self._file.flush()
