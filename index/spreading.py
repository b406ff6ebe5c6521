"""Encoding on several machines, by Ray Data: the same windows of passages by the same code, each window whole on one machine.

So the vectors are those of one machine, byte for byte, where the processors are of one kind and as many threads work on a window.
"""

from __future__ import annotations

import itertools
import logging
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from corpus.errors import BadInput, UserError
from models.encoder import Encoder, Vectors, load_encoder

_PATIENCE_S = 5.0
_WINDOWS_AT_ONCE = 64
"""That are handed to the cluster together; what is ready is kept after each such round."""


class RayCluster:
    """Encodes windows of passages on all its machines."""

    def __init__(self, address: str, name: str, encoder: Encoder) -> None:
        """name: by which every machine loads the encoder; address: of a cluster that runs ("auto": the one that this machine belongs to), or "local" for one of this machine's own.

        Raises BadInput where Ray is not installed, UserError where no cluster answers.
        """
        self._name, self._encoder = name, encoder
        _connect(address)

    def encode(self, windows: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """The vectors of each window, in order."""
        from ray import data

        coming = iter(windows)
        while some := [{"window": list(window)} for window in itertools.islice(coming, _WINDOWS_AT_ONCE)]:
            done = data.from_items(some, override_num_blocks=len(some)).map_batches(
                _Encode,
                batch_size=1,
                compute=data.ActorPoolStrategy(size=min(_processors(), len(some))),
                num_cpus=1,
                fn_constructor_args=(self._name, self._encoder.digest),
            )
            for row in done.iter_rows():
                yield np.frombuffer(row["vectors"], dtype=np.float32).reshape(-1, self._encoder.dimension)


class _Encode:
    """Of one worker: loads the encoder once. Raises BadInput where it has another one of that name."""

    def __init__(self, name: str, digest: str) -> None:
        self._encoder = load_encoder(name)
        if self._encoder.digest != digest:
            raise BadInput(f"A machine of the cluster has another encoder at {name}: copy the same weights to all.")

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        found = [self._encoder.encode_many([str(text) for text in window], lambda _: None) for window in batch["window"]]
        return {"vectors": [vectors.tobytes() for vectors in found]}


def _connect(address: str) -> None:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # or it tells its makers
    try:
        import ray
        from ray.data import DataContext
    except ImportError as error:
        raise BadInput('--ray needs one package more. Install it: pip install "secondsource[ray]"') from error
    try:
        _reach(address)
        ray.init(
            None if address == "local" else address, ignore_reinit_error=True, log_to_driver=False, include_dashboard=False
        )
    except Exception as error:
        told = " ".join(str(error).split())[:200]
        raise UserError(f"--ray {address}: no cluster of Ray answers there ({told}). Start one: ray start --head") from error
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True


def _reach(address: str) -> None:
    """Ray itself tries for minutes. Raises OSError or ValueError."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon:
        socket.create_connection((host, int(port)), timeout=_PATIENCE_S).close()


def _processors() -> int:
    import ray

    return max(1, int(ray.cluster_resources().get("CPU", 1)))  # type: ignore[no-untyped-call]
