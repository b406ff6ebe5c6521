"""What the trainings of the bundled networks have in common: batches of like length, dropout, a loop with checkpoints, memory."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer

from models.encoder import bundled_folder

_BATCH_TOKENS = 5600
_WIDTHS = 32
"""Batches are as wide as a multiple of this: for every new shape the matrix kernels are prepared anew."""
_CHUNK = 1600
"""Examples that are sorted by length together."""
_WARM_UP = 0.06
_SAVE_EVERY = 250
_JEMALLOC, _KEEP_MEMORY = "libjemalloc.so.2", "dirty_decay_ms:-1,muzzy_decay_ms:-1"

Example = TypeVar("Example")


def pair_tokenizer(most_tokens: int) -> Tokenizer:
    """The bundled encoder's, for pairs whose second text is cut where they are too long."""
    tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(most_tokens, strategy="only_second")
    return tokenizer


def prepare(network: Any) -> None:
    """The embeddings of a BERT stay as they are; its dropout is made cheap."""
    for parameter in network.embeddings.parameters():
        parameter.requires_grad = False
    for layer in network.encoder.layer:
        layer.attention.self.dropout.p = 0.0
        layer.attention.output.dropout = layer.output.dropout = PooledDropout()


def chunks(examples: Sequence[Example], rng: random.Random) -> Iterator[list[Example]]:
    """All examples in random order, so many at a time."""
    order = list(examples)
    rng.shuffle(order)
    for at in range(0, len(order), _CHUNK):
        yield order[at : at + _CHUNK]


def grouped(encoded: Sequence[Encoding], rng: random.Random, most: int = _BATCH_TOKENS) -> list[list[int]]:
    """Numbers of examples of like length, at most so many tokens together when padded, in random order."""
    groups: list[list[int]] = [[]]
    for n in sorted(range(len(encoded)), key=lambda n: len(encoded[n].ids)):
        if groups[-1] and (len(groups[-1]) + 1) * _width(len(encoded[n].ids)) > most:
            groups.append([])
        groups[-1].append(n)
    rng.shuffle(groups)
    return groups


def padded(encoded: Sequence[Encoding]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """ids, types and mask of a batch, each (examples, tokens) int64."""
    width = _width(max(len(e.ids) for e in encoded))
    ids, types, mask = (torch.zeros(len(encoded), width, dtype=torch.long) for _ in range(3))
    for n, encoding in enumerate(encoded):
        size = len(encoding.ids)
        ids[n, :size], types[n, :size], mask[n, :size] = map(torch.tensor, (encoding.ids, encoding.type_ids, [1] * size))
    return ids, types, mask


def _width(tokens: int) -> int:
    return -(-tokens // _WIDTHS) * _WIDTHS


class PooledDropout(torch.nn.Module):
    """Dropout by slices of random numbers drawn once: drawing them anew takes longer than all matrix products here."""

    RATE = 0.1
    _pool: torch.Tensor | None = None

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return hidden
        if PooledDropout._pool is None or PooledDropout._pool.numel() < 2 * hidden.numel():
            kept = torch.rand(4 * hidden.numel()) >= self.RATE
            PooledDropout._pool = (kept / (1 - self.RATE)).bfloat16()
        at = random.randrange(PooledDropout._pool.numel() - hidden.numel())
        return hidden * PooledDropout._pool[at : at + hidden.numel()].view_as(hidden)


def rate(step: int, steps: int) -> float:
    """Rises over _WARM_UP of the steps, then falls to nothing."""
    done = step / steps
    return min(done / _WARM_UP, (1 - done) / (1 - _WARM_UP))


def learn(
    model: torch.nn.Module,
    batches: Iterable[Any],
    loss_of: Callable[[Any, Any], torch.Tensor],
    work: Path,
    steps: int,
    peak: float,
) -> None:
    """AdamW over the batches, at most `steps` of them; goes on from the checkpoint in `work` where there is one."""
    learning = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=peak, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(min(step, steps - 1) + 1, steps + 1))
    checkpoint, done = work / "checkpoint.pt", 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        done = saved["step"]
    model.train()
    running: list[float] = []
    step, began = 0, time.monotonic()
    for step, batch in enumerate(batches, 1):
        if step <= done:
            continue
        if step > steps:
            break
        optimizer.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        schedule.step()
        running.append(float(loss.detach()))
        if step % 25 == 0:
            spent = (time.monotonic() - began) / (step - done)
            print(f"{step} loss {np.mean(running[-100:]):.3f} {spent:.2f} s/step", flush=True)
        if step % _SAVE_EVERY == 0:
            _save(checkpoint, model, optimizer, schedule, step)
    if min(step, steps) > done:
        _save(checkpoint, model, optimizer, schedule, min(step, steps))


def _save(file: Path, model: Any, optimizer: Any, schedule: Any, step: int) -> None:
    """Beside, then over: a run that ends while writing loses nothing."""
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "step": step,
    }
    torch.save(state, file.with_suffix(".new"))
    file.with_suffix(".new").replace(file)


def with_jemalloc(module: str) -> None:
    """Begins the command of a module again under jemalloc, where that is installed: memory that is handed back and fetched again
    takes as long as all else."""
    found = next((str(f) for f in Path("/usr/lib").glob(f"*/{_JEMALLOC}")), None)
    if found is None:
        print(f"{_JEMALLOC} is not installed: training takes longer without it (apt install libjemalloc2)", file=sys.stderr)
    elif _JEMALLOC not in os.environ.get("LD_PRELOAD", ""):
        os.environ |= {"LD_PRELOAD": found, "MALLOC_CONF": _KEEP_MEMORY}
        os.execv(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]])
