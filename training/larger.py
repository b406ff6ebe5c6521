"""Trains the network that reads and compares (models/network.py) at a constant rate, for as long as wanted.

    python -m training.larger FOLDER ../shared --work data/larger [--until SEQUENCES] [--rows 5000 20000]
    python -m training.larger FOLDER ../shared --work data/larger --fall SEQUENCES

The first goes on from where the last run ended and keeps, every few minutes, an adapter with its place in the data: whoever
kills it loses that much. The optimizer begins anew each time, with a short warm-up. The second makes a usable adapter: from the
place reached, so many sequences with a rate that falls to nothing. What the first goes on from stays as it was. `--rows` makes
such adapters on the way, each after that many sequences, a seventh of them with a falling rate.

FOLDER holds the sources (docs/reader.md), and in measured/ what else is measured on; ../shared what the project is measured on.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer
from torch.nn.functional import cross_entropy

from corpus.errors import BadInput
from models.base import checked_base, sha256_of
from models.encoder import BUNDLED, bundled_folder
from models.network import Network, adapted, is_low_rank, learned, merged, read_kept, resume, trunk_of, whole, write_kept
from models.pairs import read_adapter
from models.reader import BUNDLED_READER

if TYPE_CHECKING:
    from training.larger_data import Lesson, Mixture

LARGER = "larger"
BASES = "larger, bundled (the 22M), or a folder of a trunk"
CHUNK = 1024
"""Lessons of a piece of the data: what a place in it is counted in."""
MOST_TOKENS = 320
RATE = 6e-4
_WARM_UP = 2_000
"""Sequences, each time that training begins or goes on."""
_TOKENS = 2_048
"""Of a part of a step, padding counted; one thread works on it."""
_PARTS = 2
_WIDTHS = 32
_SAVE_EVERY = 240.0
"""Seconds."""
_FALLING = 1 / 7
"""Of the sequences of a usable adapter, those with a falling rate."""
_LOWEST_LAYERS = 4
"""Those nearest to the words stay as they are: the backward pass ends above them."""
_BARRED = -1e4
_JEMALLOC = "libjemalloc.so.2"
_KEEP_MEMORY = "dirty_decay_ms:-1,muzzy_decay_ms:-1"


@dataclass(frozen=True)
class Tokens:
    """A lesson as numbers. ids (tokens,) uint16; second: number of the passage's first token; first, last: tokens of the answer,
    0 for none; may_be (3,) bool, all False where it is read and not compared."""

    ids: NDArray[np.uint16]
    second: int
    first: int
    last: int
    may_be: NDArray[np.bool_]


def tokens_of(lessons: Sequence[Lesson], tokenizer: Tokenizer) -> list[Tokens]:
    pairs = [(one.asked[:400], f"{one.title}\n{one.text}" if one.title else one.text) for one in lessons]
    return [_tokens(lesson, encoding) for lesson, encoding in zip(lessons, tokenizer.encode_batch(pairs), strict=True)]


def _tokens(lesson: Lesson, encoding: Encoding) -> Tokens:
    by = len(lesson.title) + 1 if lesson.title else 0
    first = last = None
    if lesson.start is not None and lesson.end is not None:
        first, last = encoding.char_to_token(lesson.start + by, 1), encoding.char_to_token(lesson.end + by - 1, 1)
    may_be = np.zeros(3, dtype=bool)
    may_be[list(lesson.may_be)] = True
    found = (first, last) if first is not None and last is not None else (0, 0)
    return Tokens(np.array(encoding.ids, dtype=np.uint16), encoding.sequence_ids.index(1), *found, may_be)


def parts_of(tokens: Sequence[Tokens], rng: random.Random, most: int = _TOKENS) -> list[list[Tokens]]:
    """Of like length, at most so many tokens each when padded, in random order."""
    parts: list[list[Tokens]] = [[]]
    for one in sorted(tokens, key=lambda t: len(t.ids)):
        if parts[-1] and (len(parts[-1]) + 1) * _width(len(one.ids)) > most:
            parts.append([])
        parts[-1].append(one)
    rng.shuffle(parts)
    return parts


def _width(tokens: int) -> int:
    return -(-tokens // _WIDTHS) * _WIDTHS


def loss_of(network: Network, part: Sequence[Tokens], padding: int) -> torch.Tensor:
    """The sum over the part: of start and end where a question is read, of the verdict where two texts are compared."""
    width = _width(max(len(one.ids) for one in part))
    ids = np.full((len(part), width), padding, dtype=np.int64)
    passage, mask = np.zeros((2, len(part), width), dtype=bool)
    for n, one in enumerate(part):
        size = len(one.ids)
        ids[n, :size], mask[n, :size], passage[n, one.second : size - 1] = one.ids, True, True
    passage[:, 0] = True
    on = next(network.parameters()).device
    types = {"token_type_ids": torch.from_numpy(passage & (np.arange(width) > 0)).long().to(on)}
    out = network(torch.from_numpy(ids).to(on), torch.from_numpy(mask).long().to(on), **types)
    read = torch.tensor([not one.may_be.any() for one in part], device=on)
    barred = ~torch.from_numpy(passage).to(on)
    loss = torch.zeros((), device=on)
    for logits, places in ((out["start_logits"], [t.first for t in part]), (out["end_logits"], [t.last for t in part])):
        each = cross_entropy(logits.masked_fill(barred, _BARRED), torch.tensor(places, device=on), reduction="none")
        loss = loss + (each * read).sum() / 2
    may_be = torch.from_numpy(np.stack([one.may_be for one in part])).to(on)
    likely: torch.Tensor = out["verdict_logits"].log_softmax(-1).masked_fill(~may_be, _BARRED).logsumexp(-1)
    return loss - (likely * ~read).sum()


Source = Callable[[int], Sequence[Tokens]]
"""The tokens of a chunk, by its number."""


class Trainer:
    """A network that learns part by part.

    parts  of a step, each worked on by a thread of its own
    most   tokens of a part, padding counted
    """

    def __init__(self, network: Network, padding: int, rate: float, parts: int = _PARTS, most: int = _TOKENS) -> None:
        self.network, self._padding, self._parts, self._most = network, padding, parts, most
        self._rate, self._learning = rate, [p for p in network.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(self._learning, lr=rate, weight_decay=0.01)
        self._pool = ThreadPoolExecutor(parts, initializer=torch.set_num_threads, initargs=(1,))
        self._since = 0

    def chunk(self, tokens: Sequence[Tokens], number: int, share: Callable[[float], float] = lambda done: 1.0) -> float:
        """Learns from all of a chunk; the mean loss. share: of the constant rate, when such a share of the chunk is done."""
        parts = parts_of(tokens, random.Random(number), self._most)
        total, seen = 0.0, 0
        for at in range(0, len(parts), self._parts):
            step = parts[at : at + self._parts]
            self._set_rate(min((self._since + 1) / _WARM_UP, 1.0) * share(seen / len(tokens)))
            total += self._step(step)
            seen += sum(map(len, step))
            self._since += sum(map(len, step))
        return total / seen

    def state(self) -> Any:
        """All that learned, with the optimizer's memory, to come back to."""
        return copy.deepcopy(([p.detach() for p in self._learning], self._optimizer.state_dict(), self._since))

    def back_to(self, state: Any) -> None:
        parameters, optimizer, self._since = state
        with torch.no_grad():
            for own, before in zip(self._learning, parameters, strict=True):
                own.copy_(before)
        self._optimizer.load_state_dict(optimizer)

    def _set_rate(self, share: float) -> None:
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate * share

    def _step(self, parts: Sequence[Sequence[Tokens]]) -> float:
        """Each part by a thread of its own: threads that share a product wait for each other as soon as something runs beside."""
        rows = sum(map(len, parts))
        found = list(self._pool.map(lambda part: self._gradients(part, rows), parts))
        for parameter, *some in zip(self._learning, *(gradients for _, gradients in found), strict=True):
            parameter.grad = torch.stack(some).sum(0) if len(some) > 1 else some[0]
        torch.nn.utils.clip_grad_norm_(self._learning, 1.0)
        self._optimizer.step()
        return sum(loss for loss, _ in found)

    def _gradients(self, part: Sequence[Tokens], rows: int) -> tuple[float, tuple[torch.Tensor, ...]]:
        exact = not is_low_rank(self.network)  # else what stays as it is lies in bfloat16 already
        with torch.autocast(next(self.network.parameters()).device.type, torch.bfloat16, enabled=exact):
            loss = loss_of(self.network, part, self._padding)
        return float(loss.detach()), torch.autograd.grad(loss / rows, self._learning)


def new_network(base: Path) -> Network:
    """Of the larger base: adapters in all but the lowest layers, and what stays as it is in bfloat16. Of the bundled encoder: the
    bundled reader with a second head, all of which learns."""
    torch.manual_seed(0)
    trunk = trunk_of(base, attn_implementation="eager")
    if base == bundled_folder():
        kept, _ = read_adapter(BUNDLED_READER)
        own = {"bert.": "trunk.", "qa_outputs.": "span."}
        changes = {
            name.replace(old, new, 1): t for name, t in kept.items() for old, new in own.items() if name.startswith(old)
        }
        return merged(whole(trunk), changes)
    network = adapted(trunk, range(min(_LOWEST_LAYERS, len(trunk.encoder.layer) - 1), len(trunk.encoder.layer)))
    for parameter in network.parameters():
        if not parameter.requires_grad:
            parameter.data = parameter.data.to(torch.bfloat16)
    return network


def train(trainer: Trainer, source: Source, work: Path, told: dict[str, str], until: int, rows: Sequence[int]) -> None:
    """On from the place in `work`, at a constant rate; usable adapters after so many sequences as `rows` says."""
    kept = work / "adapter.safetensors"
    place = begin(trainer.network, kept)
    falls = {row - chunks: chunks for row in (-(-r // CHUNK) for r in rows) for chunks in [max(1, round(row * _FALLING))]}
    saved = time.monotonic()
    while place * CHUNK < until:
        learn(trainer, source, place)
        place += 1
        chunks = falls.get(place)
        if time.monotonic() - saved > _SAVE_EVERY or chunks or place * CHUNK >= until:
            write_kept(kept, learned(trainer.network), told | {"chunks": str(place)})
            saved = time.monotonic()
            print(f"kept at {place * CHUNK:,} sequences", flush=True)
        if chunks:
            state = trainer.state()
            fall(trainer, source, work, told, place, chunks)
            trainer.back_to(state)


def fall(trainer: Trainer, source: Source, work: Path, told: dict[str, str], place: int, chunks: int) -> None:
    """A usable adapter, named after the sequences that it saw."""
    for number in range(chunks):
        learn(trainer, source, place + number, partial(_left, number, chunks))
    file = work / f"fallen_{(place + chunks) * CHUNK}.safetensors"
    write_kept(file, learned(trainer.network), told | {"chunks": str(place + chunks), "fall": str(chunks * CHUNK)})
    print(file, flush=True)


def _left(number: int, chunks: int, done: float) -> float:
    """Of a fall over so many chunks, in one of them when a share of it is done."""
    return 1 - (number + done) / chunks


def begin(network: Network, kept: Path) -> int:
    """Where an adapter is, the network goes on from it; the chunks that it has learned from."""
    if not kept.exists():
        return 0
    tensors, told = read_kept(kept)
    resume(network, tensors)
    print(f"goes on from {int(told['chunks']) * CHUNK:,} sequences", flush=True)
    return int(told["chunks"])


def learn(trainer: Trainer, source: Source, number: int, share: Callable[[float], float] | None = None) -> None:
    """From one chunk, and tells of it."""
    tokens = source(number)
    began = time.monotonic()
    loss = trainer.chunk(tokens, number, share) if share else trainer.chunk(tokens, number)
    speed = len(tokens) / (time.monotonic() - began)
    what = " falling" if share else ""
    print(
        f"{time.strftime('%H:%M:%S')} {(number + 1) * CHUNK:,} sequences loss {loss:.3f} {speed:.1f} a second{what}",
        flush=True,
    )


def tokenizer_of(base: Path) -> tuple[Tokenizer, int]:
    """For pairs whose second text is cut where they are too long; and the number of its padding."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS, strategy="only_second")
    return tokenizer, json.loads((base / "config.json").read_text(encoding="utf-8"))["pad_token_id"]


def mixture_of(folder: Path, shared: Path, grammar: Path | None = None, seed: int = 0) -> Mixture:
    """What is to be learned from. grammar: what training.grammar wrote."""
    from training.larger_data import Mixture
    from training.measured import read_measured
    from training.sources import load_all

    examples = load_all(folder, shared / "bench" / "squad2")
    measured = read_measured(shared / "bench", shared / "cases", folder / "measured")
    made = None
    if grammar:
        from training.grammar import read_grammar
        from training.made import Made, forms_of

        known = read_grammar(grammar)
        made = Made(examples, known, forms_of(known), seed)
    return Mixture(folder, examples, measured, made, seed)


def base_named(name: str) -> Path:
    """The folder of a trunk. Ends with a sentence where the larger one is not on this machine."""
    try:
        return checked_base() if name == LARGER else bundled_folder() if name == BUNDLED else Path(name)
    except BadInput as error:
        sys.exit(str(error))


def with_jemalloc() -> None:
    """Begins this command again under jemalloc, where it is installed: memory that is handed back and fetched again takes as long
    as all else."""
    found = next((str(f) for f in Path("/usr/lib").glob(f"*/{_JEMALLOC}")), None)
    if found is None:
        print(f"{_JEMALLOC} is not installed: training takes longer without it (apt install libjemalloc2)", file=sys.stderr)
    elif _JEMALLOC not in os.environ.get("LD_PRELOAD", ""):
        os.environ |= {"LD_PRELOAD": found, "MALLOC_CONF": _KEEP_MEMORY}
        os.execv(sys.executable, [sys.executable, "-m", "training.larger", *sys.argv[1:]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--base", default=LARGER, help=BASES)
    parser.add_argument("--work", type=Path, default=Path("data/larger"))
    parser.add_argument("--grammar", type=Path, help="what training.grammar wrote")
    parser.add_argument("--until", type=int, default=1_000_000, help="sequences, rounded up to a chunk")
    parser.add_argument("--fall", type=int, help="sequences, rounded up to a chunk: makes a usable adapter")
    parser.add_argument("--rows", type=int, nargs="*", default=[], help="sequences after which a usable adapter is made")
    parser.add_argument("--rate", type=float, default=RATE, help="the constant learning rate")
    options = parser.parse_args()
    with_jemalloc()
    base = base_named(options.base)
    torch.set_num_threads(1)
    told = {"base_sha256": sha256_of(base / "model.safetensors"), "rate": str(options.rate)}
    mixture = mixture_of(options.folder, options.shared, options.grammar)
    tokenizer, padding = tokenizer_of(base)
    trainer = Trainer(new_network(base), padding, options.rate)

    def source(number: int) -> list[Tokens]:
        return tokens_of(mixture.chunk(number), tokenizer)

    if options.fall:
        place = begin(trainer.network, options.work / "adapter.safetensors")
        fall(trainer, source, options.work, told, place, -(-options.fall // CHUNK))
    else:
        train(trainer, source, options.work, told, options.until, options.rows)


if __name__ == "__main__":
    main()
