"""Trains the reader on one GPU, from the pieces that training/pack.py writes. Needs nothing else of the project.

    python training/gpu.py PIECES --out OUT --seconds 300

PIECES: config.json, tokenizer.json, embeddings.safetensors, layers.safetensors (float16, the reader so far), reader_?.jsonl.xz to
learn from and reader_held_out*.jsonl.xz to be scored on. A line is a passage with what is asked of it. The loss is that of
training/reader.py; the embeddings stay as they are. The rate rises and falls with the time that has passed, so that the run ends
when it should however fast the machine is. Writes reader_?.safetensors: float16, without the embeddings; training/joined.py makes
a model of them. A trial: --device cpu --steps 20.
"""

from __future__ import annotations

import argparse
import json
import lzma
import multiprocessing
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Encoding, Tokenizer
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForQuestionAnswering

MOST_TOKENS = 320
_MOST_WORDS, _LONGEST_QUESTION, _LONGEST_ANSWER = 170, 400, 30
_AMID_OTHERS, _TITLED = 0.3, 0.7
_CHUNK, _WIDTHS, _WARM_UP = 8_192, 32, 0.05
_LARGEST_FILE = 15_000_000
"""Bytes of a file that is written."""


@dataclass(frozen=True)
class Row:
    """A question with a passage. places: start and end of the answer; none where the passage does not answer."""

    asked: str
    title: str
    text: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Encoded:
    """ids (tokens,) uint16; first, last: tokens of the answer, 0 for none; second: number of the passage's first token."""

    ids: NDArray[np.uint16]
    second: int
    first: int
    last: int


# --- Rows ------------------------------------------------------------------------------------------------------------


def rows_of(file: Path) -> list[Row]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        return [
            Row(asked, line["title"], line["text"], tuple(map(tuple, places)))
            for line in map(json.loads, lines)
            for asked, places in line["rows"]
        ]


def shaped(row: Row, stranger: str, rng: random.Random) -> Row:
    """Its passage amid other things, now and then without its title, and no longer than it may be."""
    text, places = row.text, row.places
    if rng.random() < _AMID_OTHERS:
        words = stranger.split(" ")
        at = rng.randrange(len(words))
        piece = " ".join(words[at : at + rng.randrange(20, 90)])
        before = rng.random() < 0.5
        text = f"{piece} {text}" if before else f"{text} {piece}"
        places = tuple((a + len(piece) + 1, b + len(piece) + 1) for a, b in places) if before else places
    title = row.title if rng.random() < _TITLED else ""
    return shortened(Row(row.asked, title, text, places), rng)


def shortened(row: Row, rng: random.Random) -> Row:
    """At most _MOST_WORDS words of the passage, the answer among them, at any place."""
    words = row.text.split(" ")
    if len(words) <= _MOST_WORDS:
        return row
    first = rng.randrange(len(words) - _MOST_WORDS)
    if row.places:
        answered = row.text[: row.places[0][0]].count(" ")
        first = min(max(answered - rng.randrange(_MOST_WORDS - 30), 0), len(words) - _MOST_WORDS)
    by = len(" ".join(words[:first])) + (first > 0)
    text = " ".join(words[first : first + _MOST_WORDS])
    return Row(row.asked, row.title, text, tuple((a - by, min(b - by, len(text))) for a, b in row.places))


# --- Tokens ----------------------------------------------------------------------------------------------------------

_TOKENIZER: list[Tokenizer] = []


def begin_worker(folder: Path) -> None:
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS, strategy="only_second")
    _TOKENIZER[:] = [tokenizer]


def encoded(work: tuple[list[Row], int]) -> list[Encoded]:
    """rows, seed -> tokens of each."""
    rows, seed = work
    rng = random.Random(seed)
    rows = [shaped(row, rng.choice(rows).text, rng) for row in rows]
    return _tokens(rows)


def _tokens(rows: list[Row]) -> list[Encoded]:
    pairs = [(row.asked[:_LONGEST_QUESTION], f"{row.title}\n{row.text}" if row.title else row.text) for row in rows]
    return [_encoded(row, encoding) for row, encoding in zip(rows, _TOKENIZER[0].encode_batch(pairs), strict=True)]


def _encoded(row: Row, encoding: Encoding) -> Encoded:
    ids = np.array(encoding.ids, dtype=np.uint16)
    second = encoding.type_ids.index(1)
    first = last = 0
    if row.places:
        by = len(row.title) + 1 if row.title else 0
        start, end = row.places[0]
        found = encoding.char_to_token(start + by, 1), encoding.char_to_token(end + by - 1, 1)
        first, last = (found[0], found[1]) if found[0] is not None and found[1] is not None else (0, 0)
    return Encoded(ids, second, first, last)


# --- Batches ---------------------------------------------------------------------------------------------------------


def batches(rows: list[Row], pool: Any, size: int, seed: int) -> Iterator[list[Encoded]]:
    """Of like length, in random order, over all rows again and again. Made by other processes meanwhile."""
    rng = random.Random(seed)
    while True:
        rng.shuffle(rows)
        work = ((rows[at : at + _CHUNK], rng.randrange(1 << 30)) for at in range(0, len(rows), _CHUNK))
        for chunk in ahead(pool, work):
            chunk.sort(key=lambda e: len(e.ids))
            groups = [chunk[at : at + size] for at in range(0, len(chunk), size)]
            rng.shuffle(groups)
            yield from groups


def ahead(pool: Any, work: Iterator[Any], most: int = 24) -> Iterator[list[Encoded]]:
    """What the workers make of each, in order; no more than so many are begun before they are wanted."""
    waiting: list[Any] = []
    for part in work:
        waiting.append(pool.apply_async(encoded, (part,)))
        if len(waiting) >= most:
            yield waiting.pop(0).get()
    for made in waiting:
        yield made.get()


@dataclass(frozen=True)
class Batch:
    """ids, types, mask (rows, tokens) int64; starts, ends (rows,)."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor


def batch_of(group: Sequence[Encoded], device: str) -> Batch:
    width = -(-max(len(e.ids) for e in group) // _WIDTHS) * _WIDTHS
    ids, types, mask = (np.zeros((len(group), width), dtype=np.int64) for _ in range(3))
    for n, e in enumerate(group):
        size = len(e.ids)
        ids[n, :size], types[n, e.second : size], mask[n, :size] = e.ids, 1, 1
    places = np.array([(e.first, e.last) for e in group]).T.copy()
    on = [torch.from_numpy(x).to(device, non_blocking=True) for x in (ids, types, mask, *places)]
    return Batch(*on)


# --- Losses ----------------------------------------------------------------------------------------------------------


def logits_of(model: Any, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Of starts and ends, both (rows, tokens), barred outside the passage."""
    with torch.autocast(batch.ids.device.type, torch.bfloat16):
        out = model(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask)
    allowed = batch.types.bool() & batch.mask.bool()
    allowed[:, 0] = True
    return out.start_logits.float().masked_fill(~allowed, -1e4), out.end_logits.float().masked_fill(~allowed, -1e4)


def loss_of(model: Any, batch: Batch) -> torch.Tensor:
    starts, ends = logits_of(model, batch)
    return (cross_entropy(starts, batch.starts) + cross_entropy(ends, batch.ends)) / 2


# --- Scores ----------------------------------------------------------------------------------------------------------


def score(model: Any, rows: list[Encoded], answered: NDArray[np.bool_], device: str) -> str:
    """F1 over word pieces when forced to answer; area under the curve of telling answered rows from others."""
    model.eval()
    order = sorted(range(len(rows)), key=lambda n: len(rows[n].ids))
    sure, right = np.zeros(len(rows)), np.zeros(len(rows))
    for at in range(0, len(order), 256):
        some = order[at : at + 256]
        with torch.inference_mode():
            starts, ends = logits_of(model, batch_of([rows[n] for n in some], device))
        for n, begins, finishes in zip(some, starts.cpu().numpy(), ends.cpu().numpy(), strict=True):
            sure[n], right[n] = _read(rows[n], begins, finishes)
    model.train()
    return f"F1 {right[answered].mean():.4f} AUC {auc(sure[answered], sure[~answered]):.4f}"


def _read(row: Encoded, starts: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[float, float]:
    """How much likelier the best span is than none, and its F1 with the true one."""
    size = len(row.ids) - 1 - row.second
    sums = starts[row.second : row.second + size, None] + ends[None, row.second : row.second + size]
    at = np.arange(size)
    sums[(at[None, :] < at[:, None]) | (at[None, :] >= at[:, None] + _LONGEST_ANSWER)] = -np.inf
    first, last = divmod(int(sums.argmax()), size)
    begin, end = first + row.second, last + row.second
    shared = max(0, min(end, row.last) - max(begin, row.first) + 1)
    f1 = 2 * shared / (end - begin + 1 + row.last - row.first + 1)
    return float(sums[first, last] - starts[0] - ends[0]), float(f1)


def auc(high: NDArray[np.float64], low: NDArray[np.float64]) -> float:
    """The share of pairs that are in order, ties counted half."""
    low = np.sort(low)
    order = np.searchsorted(low, high, side="left") + np.searchsorted(low, high, side="right")
    return float(order.sum() / 2 / max(len(high), 1) / max(len(low), 1))


# --- The model -------------------------------------------------------------------------------------------------------


def model_of(pieces: Path, begin: Path | None) -> Any:
    """The pieces' weights, those of an earlier run over them where there are some; the embeddings do not learn."""
    config = BertConfig.from_pretrained(pieces / "config.json", attn_implementation="sdpa")
    config.attention_probs_dropout_prob = 0.0
    model: Any = BertForQuestionAnswering(config)
    own = [pieces / "embeddings.safetensors", pieces / "layers.safetensors"]
    files = [*own, *(sorted(begin.glob("reader_[0-9].safetensors")) if begin else ())]
    model.load_state_dict({name: tensor.float() for file in files for name, tensor in load_file(file).items()})
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    return model


def write(model: Any, out: Path) -> None:
    """Everything that learned, in files of at most _LARGEST_FILE bytes."""
    parts: list[dict[str, torch.Tensor]] = [{}]
    size = 0
    for name, tensor in model.state_dict().items():
        if ".embeddings." not in name:
            half = tensor.to("cpu", torch.float16).contiguous()
            size += half.numel() * 2
            if size > _LARGEST_FILE:
                parts.append({})
                size = half.numel() * 2
            parts[-1][name] = half
    out.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(parts):
        save_file(part, out / f"reader_{number}.safetensors")


# --- Training --------------------------------------------------------------------------------------------------------


def rate(done: float) -> float:
    """Of the highest, when such a share is done: rises, then falls to nothing."""
    return max(min(done / _WARM_UP, (1 - done) / (1 - _WARM_UP)), 0.0)


def learn(model: Any, groups: Iterator[list[Encoded]], options: argparse.Namespace) -> None:
    """AdamW until the time, or the number of steps, is over."""
    learning = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=options.peak, weight_decay=0.01, fused=options.device == "cuda")
    model.train()
    recent, rows, first = torch.zeros((), device=options.device), 0, next(groups)
    began = told = time.monotonic()
    for step, group in enumerate(chain([first], groups), 1):
        spent = time.monotonic() - began
        done = (step - 1) / options.steps if options.steps else spent / options.seconds
        if done >= 1:
            break
        for part in optimizer.param_groups:
            part["lr"] = options.peak * rate(done)
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model, batch_of(group, options.device))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        rows += len(group)
        recent = 0.98 * recent + 0.02 * loss.detach()
        if time.monotonic() - told > 10 or (options.steps and step % 10 == 0):
            told = time.monotonic()
            mean = float(recent) / (1 - 0.98**step)
            print(
                f"{step:6} steps {rows:9,} rows {rows / (told - began):6,.0f}/s loss {mean:.3f} rate {rate(done):.2f}",
                flush=True,
            )


def scores(model: Any, options: argparse.Namespace, when: str) -> None:
    """Prints those of each file of held-out rows."""
    begin_worker(options.pieces)
    for file in sorted(options.pieces.glob("reader_held_out*.jsonl.xz")):
        rows = [shortened(row, random.Random(0)) for row in rows_of(file)[: options.scored]]
        told = score(model, _tokens(rows), np.array([bool(row.places) for row in rows]), options.device)
        print(f"{when}, {len(rows):,} rows of {file.name}: {told}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pieces", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="a folder that a run wrote to, to go on from its weights")
    parser.add_argument("--seconds", type=float, default=300, help="of training; loading and scoring come to some 30 more")
    parser.add_argument("--steps", type=int, help="so many instead, for a trial")
    parser.add_argument("--peak", type=float, default=1e-4, help="the highest learning rate")
    parser.add_argument("--batch", type=int, default=128, help="rows")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--workers", type=int, default=14, help="processes that make tokens")
    parser.add_argument("--scored", type=int, help="so many held-out rows alone, for a trial")
    options = parser.parse_args()
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(options.workers, begin_worker, (options.pieces,)) as pool:
        model = model_of(options.pieces, options.begin).to(options.device)
        scores(model, options, "before")
        files = sorted(options.pieces.glob("reader_[0-9]*.jsonl.xz"))
        rows = [row for file in files for row in rows_of(file)]
        print(f"{len(rows):,} rows of {len(files)} files, {time.monotonic() - began:.0f} s", flush=True)
        learn(model, batches(rows, pool, options.batch, 0), options)
        pool.terminate()
    write(model, options.out)
    scores(model, options, f"after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
