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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Encoding, Tokenizer
from torch.nn.functional import cross_entropy
from transformers import BertForQuestionAnswering, logging

from models.encoder import BUNDLED, bundled_folder
from models.pairs import read_adapter, unpacked
from models.reader import BUNDLED_READER
from training.learning import chunks, grouped, learn, padded, pair_tokenizer, prepare
from training.made import Made
from training.mining import read_mined
from training.reader_data import Example, Negatives, as_in_the_news, beside, is_held_out, load

MOST_TOKENS = 320
_MOST_WORDS = 170
_ANSWERED, _UNANSWERED = 1, 2
"""How often real examples come up in an epoch: the unanswerable ones are few."""
_MADE_MORE = 0.6
"""Questions of an epoch that more is made of by grammar."""
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
    return [shortened(beside_some(e, examples, rng), rng) for e in unshaped(examples, negatives, rng)]


def unshaped(
    examples: Sequence[Example], negatives: Negatives, rng: random.Random, made: Made | None = None
) -> list[Example]:
    """The same with passages as they are. made: makes more that do not go together, and some that do."""
    found: list[Example] = []
    for example in examples:
        real = example.start is not None
        if rng.random() < example.share:
            asked = asked_otherwise(example, rng)
            lacking = negatives.of(asked) if real else None
            found += [asked] * (_ANSWERED if real else _UNANSWERED) + ([lacking] if lacking else [])
            found += made.of(example) if made and rng.random() < _MADE_MORE else []
    return found


def asked_otherwise(example: Example, rng: random.Random) -> Example:
    if rng.random() < _TOLD_FIRST:
        example = as_in_the_news(example, rng)
    if rng.random() < _THIS_WEEK:
        example = replace(example, question=f"{example.question.rstrip('?')} this week?")
    return example


def beside_some(example: Example, examples: Sequence[Example], rng: random.Random) -> Example:
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
    for part in chunks(examples, rng):
        encoded = tokenizer.encode_batch([(e.question[:400], f"{e.title}\n{e.text}" if e.title else e.text) for e in part])
        yield from (_batch([(part[n], encoded[n]) for n in group]) for group in grouped(encoded, rng))


def _batch(pairs: Sequence[tuple[Example, Encoding]]) -> Batch:
    starts, ends = torch.tensor([_tokens(example, encoding) for example, encoding in pairs]).T
    return Batch(*padded([encoding for _, encoding in pairs]), starts, ends)


def _tokens(example: Example, encoding: Encoding) -> tuple[int, int]:
    """First and last token of the answer; (0, 0), the [CLS], where there is none or it was cut off."""
    if example.start is None or example.end is None:
        return 0, 0
    by = len(example.title) + 1 if example.title else 0
    first, last = encoding.char_to_token(example.start + by, 1), encoding.char_to_token(example.end + by - 1, 1)
    return (first, last) if first is not None and last is not None else (0, 0)


def model_and_tokenizer(on_from: str | None = None) -> tuple[BertForQuestionAnswering, Tokenizer]:
    """The bundled encoder with a new head; or the bundled reader, or a folder that this script wrote, to go on from."""
    torch.manual_seed(0)
    folder = bundled_folder()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the head is new: told once in the docstring is enough
    start = Path(on_from) if on_from and on_from != BUNDLED else folder
    model = BertForQuestionAnswering.from_pretrained(start, local_files_only=True, attn_implementation="eager")
    if on_from == BUNDLED:
        kept, _ = read_adapter(BUNDLED_READER)
        model.load_state_dict(unpacked(model.state_dict(), kept), strict=False)
    prepare(model.bert)
    return model, pair_tokenizer(MOST_TOKENS)


def loss_of(model: BertForQuestionAnswering, batch: Batch) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        out = model(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask)
    allowed = batch.types.bool() & batch.mask.bool()
    allowed[:, 0] = True
    starts, ends = (x.float().masked_fill(~allowed, -1e4) for x in (out.start_logits, out.end_logits))
    return (cross_entropy(starts, batch.starts) + cross_entropy(ends, batch.ends)) / 2


def all_batches(examples: Sequence[Example], mined: Mined, tokenizer: Tokenizer, epochs: int) -> Iterator[Batch]:
    for number in range(epochs):
        yield from batches(epoch(examples, Negatives(examples, number, mined), number), tokenizer, number)


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
    trained, _ = model_and_tokenizer(options.on_from)
    learn(trained, all_batches(examples, mined, tokenizer, options.epochs), loss_of, options.work, steps, options.peak)
    trained.save_pretrained(options.work / "trained")


if __name__ == "__main__":
    main()
