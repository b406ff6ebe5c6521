"""Teaches the bundled encoder to read: where an answer starts and ends, or that there is none.

    python -m training.reader FOLDER ../shared/bench/squad2 --work data/training [--on-from bundled --mined FILE]

Data: training/reader_data.py. Method: start and end logits over the tokens with [CLS] as "no answer" (Devlin et al. 2019,
section 4.3), each question with its own passage and with one made or found that does not answer it. The embeddings stay
as they are, so that encoder and reader can share them; the layers above learn. bfloat16 autocast on the CPU.
Resumable: run it again with the same options and it goes on from the last checkpoint.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch.nn.functional import cross_entropy
from transformers import BertForQuestionAnswering, logging

from answering.adapter import read, unpacked
from answering.span_reader import BUNDLED_READER
from index.encoder import BUNDLED, bundled_folder
from training.mining import read_mined
from training.reader_data import Example, Negatives, as_in_the_news, beside, is_held_out, load

MOST_TOKENS = 320
_MOST_WORDS = 170
_BATCH_TOKENS = 5600
_WIDTHS = 32
"""Batches are as wide as a multiple of this: for every new shape the matrix kernels are prepared anew."""
_WARM_UP = 0.06
_SAVE_EVERY = 250
_ANSWERED, _UNANSWERED = 1, 3
"""How often real examples come up in an epoch: the unanswerable ones are few."""
_TOLD_FIRST = 0.12
"""Questions that are asked after a sentence of the passage."""
_THIS_WEEK = 0.04
"""Questions that name a week, which no passage does."""
_AMID_OTHERS = 0.3
"""Passages with a piece of another before or after them."""
_TITLED = 0.7
"""Passages that keep their title."""


Mined = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Batch:
    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor


def epoch(examples: Sequence[Example], negatives: Negatives, seed: int) -> list[Example]:
    """Every question with its passage, often with a piece of another beside it, and with one that does not answer."""
    rng = random.Random(seed)
    found: list[Example] = []
    for example in examples:
        real = example.start is not None
        if rng.random() < example.share:
            asked = _reworded(example, rng)
            made = negatives.of(asked) if real else None
            found += [asked] * (_ANSWERED if real else _UNANSWERED) + ([made] if made else [])
    return [shortened(_beside_some(e, examples, rng), rng) for e in found]


def _reworded(example: Example, rng: random.Random) -> Example:
    if rng.random() < _TOLD_FIRST:
        example = as_in_the_news(example, rng)
    if rng.random() < _THIS_WEEK:
        example = replace(example, question=f"{example.question.rstrip('?')} this week?")
    return example


def _beside_some(example: Example, examples: Sequence[Example], rng: random.Random) -> Example:
    """Windows over an article open and end amid other things; titles are not always known."""
    if rng.random() < _AMID_OTHERS:
        stranger = rng.choice(examples).text.split(" ")
        at = rng.randrange(len(stranger))
        example = beside(example, " ".join(stranger[at : at + rng.randrange(20, 90)]), rng.random() < 0.5)
    return example if rng.random() < _TITLED else replace(example, title="")


def shortened(example: Example, rng: random.Random) -> Example:
    """At most _MOST_WORDS words, the answer among them, at any place."""
    words = example.text.split(" ")
    if len(words) <= _MOST_WORDS:
        return example
    first = rng.randrange(len(words) - _MOST_WORDS)
    if example.start is not None:
        answered = example.text[: example.start].count(" ")
        first = min(max(answered - rng.randrange(_MOST_WORDS - 30), 0), len(words) - _MOST_WORDS)
    by = len(" ".join(words[:first])) + (first > 0)
    text = " ".join(words[first : first + _MOST_WORDS])
    if example.start is None or example.end is None:
        return Example(example.question, example.title, text)
    return Example(example.question, example.title, text, example.start - by, min(example.end - by, len(text)))


def batches(examples: Sequence[Example], tokenizer: Tokenizer, seed: int) -> Iterator[Batch]:
    """Of like length, in random order."""
    rng = random.Random(seed)
    order = list(range(len(examples)))
    rng.shuffle(order)
    chunk = 1600
    for at in range(0, len(order), chunk):
        part = [examples[n] for n in order[at : at + chunk]]
        encoded = tokenizer.encode_batch([(e.question[:400], f"{e.title}\n{e.text}" if e.title else e.text) for e in part])
        pairs = sorted(zip(part, encoded, strict=True), key=lambda pair: len(pair[1].ids))
        groups: list[list[tuple[Example, Encoding]]] = []
        group: list[tuple[Example, Encoding]] = []
        for pair in pairs:
            if (len(group) + 1) * -(-len(pair[1].ids) // _WIDTHS) * _WIDTHS > _BATCH_TOKENS:
                groups.append(group)
                group = []
            group.append(pair)
        groups.append(group)
        rng.shuffle(groups)
        yield from map(_batch, groups)


def _batch(pairs: Sequence[tuple[Example, Encoding]]) -> Batch:
    width = -(-max(len(e.ids) for _, e in pairs) // _WIDTHS) * _WIDTHS
    ids, types, mask = (torch.zeros(len(pairs), width, dtype=torch.long) for _ in range(3))
    spans = []
    for n, (example, encoding) in enumerate(pairs):
        size = len(encoding.ids)
        ids[n, :size], types[n, :size], mask[n, :size] = map(torch.tensor, (encoding.ids, encoding.type_ids, [1] * size))
        spans.append(_tokens(example, encoding))
    starts, ends = torch.tensor(spans).T
    return Batch(ids, types, mask, starts, ends)


def _tokens(example: Example, encoding: Encoding) -> tuple[int, int]:
    """First and last token of the answer; (0, 0), the [CLS], where there is none or it was cut off."""
    if example.start is None or example.end is None:
        return 0, 0
    by = len(example.title) + 1 if example.title else 0
    first, last = encoding.char_to_token(example.start + by, 1), encoding.char_to_token(example.end + by - 1, 1)
    return (first, last) if first is not None and last is not None else (0, 0)


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


def model_and_tokenizer(on_from: str | None = None) -> tuple[BertForQuestionAnswering, Tokenizer]:
    """The bundled encoder with a new head; or the bundled reader, or a folder that this script wrote, to go on from."""
    torch.manual_seed(0)
    folder = bundled_folder()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the head is new: told once in the docstring is enough
    start = Path(on_from) if on_from and on_from != BUNDLED else folder
    model = BertForQuestionAnswering.from_pretrained(start, local_files_only=True, attn_implementation="eager")
    if on_from == BUNDLED:
        kept, _ = read(BUNDLED_READER / "adapter.safetensors")
        model.load_state_dict(unpacked(model.state_dict(), kept), strict=False)
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    layer: Any
    for layer in model.bert.encoder.layer:
        layer.attention.self.dropout.p = 0.0
        layer.attention.output.dropout = layer.output.dropout = PooledDropout()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS, strategy="only_second")
    return model, tokenizer


def loss_of(model: BertForQuestionAnswering, batch: Batch) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        out = model(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask)
    allowed = batch.types.bool() & batch.mask.bool()
    allowed[:, 0] = True
    starts, ends = (x.float().masked_fill(~allowed, -1e4) for x in (out.start_logits, out.end_logits))
    return (cross_entropy(starts, batch.starts) + cross_entropy(ends, batch.ends)) / 2


def rate(step: int, steps: int) -> float:
    """Rises over _WARM_UP of the steps, then falls to nothing."""
    done = step / steps
    return min(done / _WARM_UP, (1 - done) / (1 - _WARM_UP))


def train(
    examples: Sequence[Example], mined: Mined, work: Path, epochs: int, all_steps: int, on_from: str | None, peak: float
) -> BertForQuestionAnswering:
    model, tokenizer = model_and_tokenizer(on_from)
    learning = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=peak, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(min(step, all_steps - 1) + 1, all_steps + 1))
    checkpoint, done = work / "checkpoint.pt", 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        done = saved["step"]
    model.train()
    step, running, began = 0, [], time.monotonic()
    for number in range(epochs):
        negatives = Negatives(examples, number, mined)
        for batch in batches(epoch(examples, negatives, number), tokenizer, number):
            step += 1
            if step <= done:
                continue
            if step > all_steps:
                return model
            optimizer.zero_grad()
            loss = loss_of(model, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            schedule.step()
            running.append(float(loss.detach()))
            if step % 25 == 0:
                spent = time.monotonic() - began
                print(
                    f"{step} epoch {number} loss {np.mean(running[-100:]):.3f} {spent / (step - done):.2f} s/step",
                    flush=True,
                )
            if step % _SAVE_EVERY == 0:
                _save(checkpoint, model, optimizer, schedule, step)
        if step > done:  # not while only going over what was learned before
            _save(checkpoint, model, optimizer, schedule, step)
    return model


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("squad2", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data/training"))
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--steps", type=int, help="ends earlier, for a trial")
    parser.add_argument("--on-from", help="weights to go on from: bundled, or a folder; else the encoder's with a new head")
    parser.add_argument("--mined", type=Path, help="passages that misled, by training.mining")
    parser.add_argument("--peak", type=float, default=2e-4, help="the highest learning rate")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    examples = [e for e in load(options.folder, options.squad2) if not is_held_out(e)]
    mined = read_mined(options.mined) if options.mined else {}
    _, tokenizer = model_and_tokenizer()
    steps = options.steps or options.epochs * sum(
        1 for _ in batches(epoch(examples, Negatives(examples, 0, mined), 0), tokenizer, 0)
    )
    print(f"{len(examples):,} questions, {steps:,} steps", flush=True)
    trained = train(examples, mined, options.work, options.epochs, steps, options.on_from, options.peak)
    trained.save_pretrained(options.work / "trained")


if __name__ == "__main__":
    main()
