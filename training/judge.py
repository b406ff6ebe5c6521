"""Teaches the bundled reader to judge support: which parts of a claim an evidence says, and whether it says them all.

    python -m training.judge FOLDER ../shared/bench/squad2 --work data/judge [--mined FILE] [--on-from DIR]

Data: training/judge_data.py. Method: claim and evidence are read together, as question and passage are; one logit for
each token of the claim, learned from what was spoiled in it, and one at the first token for the claim as a whole. Begins
from the bundled reader. bfloat16 autocast on the CPU; resumable, as training.reader is.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Encoding, Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import BertForTokenClassification, logging

from models.encoder import bundled_folder
from models.pairs import read_adapter, unpacked
from models.reader import BUNDLED_READER
from training.judge_data import Claims, Pair
from training.learning import chunks, grouped, learn, padded, pair_tokenizer, prepare
from training.mining import read_mined
from training.reader_data import Example, is_held_out, load

MOST_TOKENS = 320
_UNKNOWN = -1.0
_OF_WRONG = 3.0
"""Weight of a part that is not said: there are fewer of them."""


@dataclass(frozen=True)
class Batch:
    """labels: (pairs, tokens) 1 said, 0 not said, -1 unknown; the first token's is that of the whole claim."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor


def batches(pairs: Sequence[Pair], tokenizer: Tokenizer, seed: int) -> Iterator[Batch]:
    """Of like length, in random order."""
    rng = random.Random(seed)
    for part in chunks(pairs, rng):
        encoded = tokenizer.encode_batch([(p.claim, f"{p.title}\n{p.text}" if p.title else p.text) for p in part])
        for group in grouped(encoded, rng):
            yield _batch([part[n] for n in group], [encoded[n] for n in group])


def _batch(pairs: Sequence[Pair], encoded: Sequence[Encoding]) -> Batch:
    ids, types, mask = padded(encoded)
    labels = torch.full(ids.shape, _UNKNOWN)
    for n, (pair, encoding) in enumerate(zip(pairs, encoded, strict=True)):
        labels[n, 0] = float(pair.supported)
        for at, (sequence, (start, end)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True)):
            if sequence == 0:
                labels[n, at] = _label(pair, start, end)
    return Batch(ids, types, mask, labels)


def _label(pair: Pair, start: int, end: int) -> float:
    if any(span.start < end and start < span.end for span in pair.wrong):
        return 0.0
    return _UNKNOWN if any(span.start < end and start < span.end for span in pair.unknown) else 1.0


def loss_of(model: Any, batch: Batch) -> torch.Tensor:
    """The whole claim's, and the mean over the parts that something is known of."""
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask).logits[..., 0]
    logits = logits.float()
    whole = binary_cross_entropy_with_logits(logits[:, 0], batch.labels[:, 0])
    parts = batch.labels[:, 1:]
    weight = (parts != _UNKNOWN).float() * torch.where(parts == 0, _OF_WRONG, 1.0)
    each = binary_cross_entropy_with_logits(logits[:, 1:], parts.clamp_min(0), reduction="none")
    return whole + (each * weight).sum() / weight.sum()


def model_from(on_from: Path | None = None) -> BertForTokenClassification:
    """What this script wrote before, to go on from; else the bundled reader's layers with a new head."""
    torch.manual_seed(0)
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the head is new
    model = BertForTokenClassification.from_pretrained(
        on_from or bundled_folder(), local_files_only=True, attn_implementation="eager", num_labels=1
    )
    if on_from is not None:
        prepare(model.bert)
        return model
    kept, _ = read_adapter(BUNDLED_READER)
    model.load_state_dict(
        {k: v for k, v in unpacked(model.state_dict(), kept).items() if not k.startswith("qa_outputs")}, strict=False
    )
    prepare(model.bert)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("squad2", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data/judge"))
    parser.add_argument("--steps", type=int, help="ends earlier, for a trial")
    parser.add_argument("--mined", type=Path, help="passages that misled, by training.mining")
    parser.add_argument("--on-from", type=Path, help="a folder that this script wrote, to go on from")
    parser.add_argument("--seed", type=int, default=0, help="another one makes other pairs of the same questions")
    parser.add_argument("--peak", type=float, default=1.5e-4, help="the highest learning rate")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    examples: list[Example] = [e for e in load(options.folder, options.squad2) if not is_held_out(e)]
    pairs = Claims(examples, options.seed, read_mined(options.mined) if options.mined else {}).all()
    tokenizer = pair_tokenizer(MOST_TOKENS)
    steps = options.steps or sum(1 for _ in batches(pairs, tokenizer, options.seed))
    print(f"{len(pairs):,} pairs, {steps:,} steps", flush=True)
    model = model_from(options.on_from)
    learn(model, batches(pairs, tokenizer, options.seed), loss_of, options.work, steps, options.peak)
    model.save_pretrained(options.work / "trained")


if __name__ == "__main__":
    main()
