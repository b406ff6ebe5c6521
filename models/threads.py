"""Texts of like length in batches, and batches side by side, each by one thread.

The threads of one matrix product wait for each other after every step, forty times as long as soon as something else runs
beside them; workers with a batch each never do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

Batch = TypeVar("Batch")
Result = TypeVar("Result")


def batches(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Numbers of the texts, of like length together, the longest first; at most `most` tokens in a batch when padded, or
    one text."""
    found: list[list[int]] = []
    for n in sorted(range(len(lengths)), key=lambda n: -lengths[n]):
        if not found or (len(found[-1]) + 1) * lengths[found[-1][0]] > most:
            found.append([])
        found[-1].append(n)
    return found


def side_by_side(run: Callable[[Batch], Result], work: Sequence[Batch], workers: int | None = None) -> Iterator[Result]:
    """What `run` gives for each batch, in order, as soon as it and those before it are ready. workers: as many as PyTorch has threads."""
    workers = workers or all_threads()
    if min(workers, len(work)) < 2:
        with one_thread():
            yield from map(run, work)
        return
    with one_thread(), ThreadPoolExecutor(workers, initializer=_be_one_thread) as pool:
        yield from pool.map(run, work)


@cache
def all_threads() -> int:
    """As many as PyTorch began with. Asked once: while one request encodes, another would read 1."""
    import torch

    return torch.get_num_threads()


@contextmanager
def one_thread() -> Iterator[None]:
    """Products in here are not shared among threads."""
    import torch

    many = all_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(many)


def _be_one_thread() -> None:
    import torch

    torch.set_num_threads(1)
