"""Trains reader and judge on one GPU, from the pieces that training/pack.py writes. Needs nothing else of the project.

    python training/gpu.py reader PIECES --out OUT --seconds 300
    python training/gpu.py judge PIECES --out OUT --seconds 200 --begin OUT

PIECES: config.json, tokenizer.json, embeddings.safetensors, layers.safetensors (float16, the reader so far), and for each task
TASK_*.jsonl.xz to learn from and TASK_held_out.jsonl.xz to be scored on. A line is a passage with what is asked or claimed of
it. Losses are those of training/reader.py and training/judge.py; the embeddings stay as they are. The rate rises and falls
with the time that has passed, so that the run ends when it should however fast the machine is. Writes TASK_?.safetensors:
float16, without the embeddings; training/joined.py makes a model of them. A trial: --device cpu --steps 20.
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
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from transformers import BertConfig, BertForQuestionAnswering, BertForTokenClassification

MOST_TOKENS = 320
_MOST_WORDS, _LONGEST_QUESTION, _LONGEST_ANSWER = 170, 400, 30
_AMID_OTHERS, _TITLED = 0.3, 0.7
_CHUNK, _WIDTHS, _WARM_UP = 8_192, 32, 0.05
_UNKNOWN, _OF_WRONG = -1.0, 3.0
_LARGEST_FILE = 15_000_000
"""Bytes of a file that is written."""


@dataclass(frozen=True)
class Row:
    """A question or a claim with a passage. places: start and end of the answer; or of each part that is not said.

    unknown  start and end of each part of a claim of which nothing is known
    good     whether the passage answers or supports it
    """

    asked: str
    title: str
    text: str
    places: tuple[tuple[int, int], ...]
    unknown: tuple[tuple[int, int], ...]
    good: bool


@dataclass(frozen=True)
class Encoded:
    """ids (tokens,) uint16; first, last: tokens of the answer; second: number of the passage's first token; labels (tokens,)
    int8 of a claim."""

    ids: NDArray[np.uint16]
    second: int
    first: int
    last: int
    labels: NDArray[np.int8]


# --- Rows ------------------------------------------------------------------------------------------------------------


def rows_of(file: Path) -> list[Row]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        return [
            Row(asked, line["title"], line["text"], tuple(map(tuple, places)), tuple(map(tuple, unknown)), bool(good))
            for line in map(json.loads, lines)
            for asked, places, unknown, good in line["rows"]
        ]


def shaped(row: Row, stranger: str, rng: random.Random) -> Row:
    """Of a question: its passage amid other things, now and then without its title, and no longer than it may be."""
    text, places = row.text, row.places
    if rng.random() < _AMID_OTHERS:
        words = stranger.split(" ")
        at = rng.randrange(len(words))
        piece = " ".join(words[at : at + rng.randrange(20, 90)])
        before = rng.random() < 0.5
        text = f"{piece} {text}" if before else f"{text} {piece}"
        places = tuple((a + len(piece) + 1, b + len(piece) + 1) for a, b in places) if before else places
    title = row.title if rng.random() < _TITLED else ""
    return shortened(Row(row.asked, title, text, places, (), row.good), rng)


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
    return Row(row.asked, row.title, text, tuple((a - by, min(b - by, len(text))) for a, b in row.places), (), row.good)


# --- Tokens ----------------------------------------------------------------------------------------------------------

_TOKENIZER: list[Tokenizer] = []


def begin_worker(folder: Path) -> None:
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS, strategy="only_second")
    _TOKENIZER[:] = [tokenizer]


def encoded(work: tuple[str, list[Row], int]) -> list[Encoded]:
    """task, rows, seed -> tokens of each."""
    task, rows, seed = work
    rng = random.Random(seed)
    if task == "reader":
        rows = [shaped(row, rng.choice(rows).text, rng) for row in rows]
    pairs = [(row.asked[:_LONGEST_QUESTION], f"{row.title}\n{row.text}" if row.title else row.text) for row in rows]
    tokens = _TOKENIZER[0].encode_batch(pairs)
    return [_encoded(row, encoding, task) for row, encoding in zip(rows, tokens, strict=True)]


def _encoded(row: Row, encoding: Encoding, task: str) -> Encoded:
    ids = np.array(encoding.ids, dtype=np.uint16)
    second = encoding.type_ids.index(1)
    if task == "judge":
        return Encoded(ids, second, 0, 0, _labels(row, encoding, second))
    first = last = 0
    if row.places:
        by = len(row.title) + 1 if row.title else 0
        start, end = row.places[0]
        found = encoding.char_to_token(start + by, 1), encoding.char_to_token(end + by - 1, 1)
        first, last = (found[0], found[1]) if found[0] is not None and found[1] is not None else (0, 0)
    return Encoded(ids, second, first, last, np.zeros(0, dtype=np.int8))


def _labels(row: Row, encoding: Encoding, second: int) -> NDArray[np.int8]:
    """1 said, 0 not said, -1 unknown; the first token's is that of the whole claim."""
    labels = np.full(len(encoding.ids), _UNKNOWN, dtype=np.int8)
    labels[0] = row.good
    for n in range(1, second - 1):
        start, end = encoding.offsets[n]
        wrong, unknown = (any(a < end and start < b for a, b in parts) for parts in (row.places, row.unknown))
        labels[n] = 0 if wrong else _UNKNOWN if unknown else 1
    return labels


# --- Batches ---------------------------------------------------------------------------------------------------------


def batches(rows: list[Row], task: str, pool: Any, size: int, seed: int) -> Iterator[list[Encoded]]:
    """Of like length, in random order, over all rows again and again. Made by other processes meanwhile."""
    rng = random.Random(seed)
    while True:
        rng.shuffle(rows)
        work = ((task, rows[at : at + _CHUNK], rng.randrange(1 << 30)) for at in range(0, len(rows), _CHUNK))
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
    """ids, types, mask (rows, tokens) int64; starts, ends (rows,); labels (rows, tokens) float32 of claims."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor
    labels: torch.Tensor


def batch_of(group: Sequence[Encoded], device: str) -> Batch:
    width = -(-max(len(e.ids) for e in group) // _WIDTHS) * _WIDTHS
    ids, types, mask = (np.zeros((len(group), width), dtype=np.int64) for _ in range(3))
    labels = np.full((len(group), width), _UNKNOWN, dtype=np.float32)
    for n, e in enumerate(group):
        size = len(e.ids)
        ids[n, :size], types[n, e.second : size], mask[n, :size] = e.ids, 1, 1
        labels[n, : len(e.labels)] = e.labels
    places = np.array([(e.first, e.last) for e in group]).T.copy()
    on = [torch.from_numpy(x).to(device, non_blocking=True) for x in (ids, types, mask, *places, labels)]
    return Batch(*on)


# --- Losses ----------------------------------------------------------------------------------------------------------


def logits_of(model: Any, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Of starts and ends, both (rows, tokens), barred outside the passage; of a judge the same logits twice."""
    with torch.autocast(batch.ids.device.type, torch.bfloat16):
        out = model(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask)
    if "logits" in out:
        logits = out.logits[..., 0].float()
        return logits, logits
    allowed = batch.types.bool() & batch.mask.bool()
    allowed[:, 0] = True
    return out.start_logits.float().masked_fill(~allowed, -1e4), out.end_logits.float().masked_fill(~allowed, -1e4)


def loss_of(model: Any, batch: Batch, task: str) -> torch.Tensor:
    starts, ends = logits_of(model, batch)
    if task == "reader":
        return (cross_entropy(starts, batch.starts) + cross_entropy(ends, batch.ends)) / 2
    whole = binary_cross_entropy_with_logits(starts[:, 0], batch.labels[:, 0])
    parts = batch.labels[:, 1:]
    weight = (parts != _UNKNOWN).float() * torch.where(parts == 0, _OF_WRONG, 1.0)
    each = binary_cross_entropy_with_logits(starts[:, 1:], parts.clamp_min(0), reduction="none")
    return whole + (each * weight).sum() / weight.sum().clamp_min(1)


# --- Scores ----------------------------------------------------------------------------------------------------------


def score(model: Any, rows: list[Encoded], good: Sequence[bool], task: str, device: str) -> str:
    """Area under the curve of telling good rows from others; of a reader also F1 over word pieces when forced to answer."""
    model.eval()
    order = sorted(range(len(rows)), key=lambda n: len(rows[n].ids))
    sure, right = np.zeros(len(rows)), np.zeros(len(rows))
    for at in range(0, len(order), 256):
        some = order[at : at + 256]
        with torch.inference_mode():
            starts, ends = logits_of(model, batch_of([rows[n] for n in some], device))
        for n, begins, finishes in zip(some, starts.cpu().numpy(), ends.cpu().numpy(), strict=True):
            sure[n], right[n] = (begins[0], 0.0) if task == "judge" else _read(rows[n], begins, finishes)
    model.train()
    answered = np.array(good)
    told = f"AUC {auc(sure[answered], sure[~answered]):.4f}"
    return told if task == "judge" else f"F1 {right[answered].mean():.4f} {told}"


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


def model_of(task: str, pieces: Path, begin: Path | None) -> Any:
    """The pieces' weights, those of an earlier run over them where there are some; the embeddings do not learn."""
    torch.manual_seed(0)
    config = BertConfig.from_pretrained(
        pieces / "config.json", attn_implementation="sdpa", num_labels=2 if task == "reader" else 1
    )
    config.attention_probs_dropout_prob = 0.0
    model = (BertForQuestionAnswering if task == "reader" else BertForTokenClassification)(config)
    files = [
        pieces / "embeddings.safetensors",
        pieces / "layers.safetensors",
        *sorted((begin or pieces).glob("reader_[0-9].safetensors")),
    ]
    weights = {name: tensor.float() for file in files for name, tensor in load_file(file).items()}
    if task == "judge":
        weights = {name: tensor for name, tensor in weights.items() if not name.startswith("qa_outputs")}
    missing, foreign = model.load_state_dict(weights, strict=False)
    if foreign or [name for name in missing if not name.startswith("classifier")]:
        raise ValueError(f"The pieces do not make the model: {missing} {foreign}")
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    return model


def write(model: Any, out: Path, task: str) -> None:
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
        save_file(part, out / f"{task}_{number}.safetensors")


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
        loss = loss_of(model, batch_of(group, options.device), options.task)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        rows += len(group)
        recent = 0.98 * recent + 0.02 * loss.detach()
        if time.monotonic() - told > 10 or (options.steps and step % 10 == 0):
            told = time.monotonic()
            mean = float(recent) / (1 - 0.98**step)
            print(
                f"{options.task} {step:6} steps {rows:9,} rows {rows / (told - began):6,.0f}/s loss {mean:.3f} rate {rate(done):.2f}",
                flush=True,
            )


def scores(model: Any, options: argparse.Namespace, when: str) -> None:
    """Prints those of each file of held-out rows."""
    begin_worker(options.pieces)
    for file in sorted(options.pieces.glob(f"{options.task}_held_out*.jsonl.xz")):
        rows = rows_of(file)[: options.scored]
        if options.task == "reader":
            rows = [shortened(row, random.Random(0)) for row in rows]
        pairs = [(row.asked[:_LONGEST_QUESTION], f"{row.title}\n{row.text}" if row.title else row.text) for row in rows]
        tokens = _TOKENIZER[0].encode_batch(pairs)
        made = [_encoded(row, e, options.task) for row, e in zip(rows, tokens, strict=True)]
        told = score(model, made, [row.good for row in rows], options.task, options.device)
        print(f"{when}, {len(rows):,} rows of {file.name}: {told}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["reader", "judge"])
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
        model = model_of(options.task, options.pieces, options.begin).to(options.device)
        scores(model, options, "before")
        files = sorted(options.pieces.glob(f"{options.task}_[0-9]*.jsonl.xz"))
        rows = [row for file in files for row in rows_of(file)]
        print(f"{len(rows):,} rows of {len(files)} files, {time.monotonic() - began:.0f} s", flush=True)
        learn(model, batches(rows, options.task, pool, options.batch, 0), options)
        pool.terminate()
    write(model, options.out, options.task)
    scores(model, options, f"after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
