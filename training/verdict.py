"""Trains the judge (models/judge.py) on from the bundled one, at a constant rate, for as long as wanted.

    python -m training.verdict FOLDER ../shared --grammar data/grammar --work data/verdict [--until LESSONS] [--rows 20000 60000]
    python -m training.verdict FOLDER ../shared --grammar data/grammar --work data/verdict --fall LESSONS

The first goes on from where the last run ended and keeps, every few minutes, an adapter with its place in the data: whoever
kills it loses that much. The optimizer begins anew each time, with a short warm-up. The second makes a usable adapter: from the
place reached, so many lessons with a rate that falls to nothing. What the first goes on from stays as it was. `--rows` makes
such adapters on the way, each after that many lessons, a seventh of them with a falling rate.

FOLDER holds the sources (docs/judge.md), and in measured/ what else is measured on; ../shared what the project is measured on.
"""

from __future__ import annotations

import argparse
import copy
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Encoding, Tokenizer

from models.encoder import BUNDLED_SHA256, bundled_folder, quietly
from models.judge import BUNDLED_JUDGE, VERDICTS
from models.pairs import Weights, packed, read_adapter, titled, unpacked
from training.judge_more import Lesson
from training.learning import grouped, padded, pair_tokenizer, with_jemalloc
from training.verdict_data import CHUNK, Mixture

ADAPTER = "adapter.safetensors"
MOST_TOKENS, _LONGEST_ASKED = 320, 400
RATE = 6e-5
_WARM_UP = 2_000
"""Lessons, each time that training begins or goes on."""
_PARTS, _TOKENS = 2, 2_048
"""Parts of a step, a thread works on each; tokens of a part, padding counted."""
_SAVE_EVERY = 240.0
"""Seconds."""
_FALLING = 1 / 7
"""Of the lessons of a usable adapter, those with a falling rate."""
_BARRED = -1e4

Share = Callable[[float], float]
"""Of the constant rate, when such a share of a chunk is done."""


@dataclass(frozen=True)
class Read:
    """A lesson as numbers. may_be: the verdicts that may be right."""

    encoding: Encoding
    may_be: tuple[int, ...]


def read(lessons: Sequence[Lesson], tokenizer: Tokenizer) -> list[Read]:
    pairs = [(one.asked[:_LONGEST_ASKED], titled(one.title, one.text)) for one in lessons]
    return [Read(e, one.may_be) for one, e in zip(lessons, tokenizer.encode_batch(pairs), strict=True)]


def loss_of(network: Any, part: Sequence[Read]) -> torch.Tensor:
    """The sum over the part: of the verdict at the first token, how unlikely all are that may be right."""
    ids, types, mask = padded([one.encoding for one in part])
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(input_ids=ids, token_type_ids=types, attention_mask=mask).logits[:, 0]
    may_be = torch.tensor([[verdict in one.may_be for verdict in range(len(VERDICTS))] for one in part])
    likely: torch.Tensor = logits.float().log_softmax(-1).masked_fill(~may_be, _BARRED).logsumexp(-1)
    return -likely.sum()


# --- Learning --------------------------------------------------------------------------------------------------------


class Trainer:
    """A network that learns part by part. base: of its weights those that what changed is kept beside."""

    def __init__(self, network: Any, base: Weights, rate: float, parts: int = _PARTS, most: int = _TOKENS) -> None:
        self.network, self._base, self._rate, self._parts, self._most = network.eval(), base, rate, parts, most
        network.bert.embeddings.requires_grad_(False)
        self._learning = [p for p in network.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(self._learning, lr=rate, weight_decay=0.01)
        self._pool = ThreadPoolExecutor(parts, initializer=torch.set_num_threads, initargs=(1,))
        self._since = 0

    def chunk(self, lessons: Sequence[Read], number: int, share: Share = lambda done: 1.0) -> float:
        """Learns from all of a chunk; the mean loss."""
        groups = grouped([one.encoding for one in lessons], random.Random(number), self._most)
        parts = [[lessons[n] for n in group] for group in groups]
        total, seen = 0.0, 0
        for at in range(0, len(parts), self._parts):
            step = parts[at : at + self._parts]
            for some in self._optimizer.param_groups:
                some["lr"] = self._rate * min((self._since + 1) / _WARM_UP, 1.0) * share(seen / len(lessons))
            total += self._step(step)
            seen += sum(map(len, step))
            self._since += sum(map(len, step))
        return total / seen

    def _step(self, parts: Sequence[Sequence[Read]]) -> float:
        """Each part by a thread of its own: threads that share a product wait for each other as soon as something runs beside."""
        rows = sum(map(len, parts))
        found = list(self._pool.map(lambda part: self._gradients(part, rows), parts))
        for parameter, *some in zip(self._learning, *(gradients for _, gradients in found), strict=True):
            parameter.grad = torch.stack(some).sum(0)
        torch.nn.utils.clip_grad_norm_(self._learning, 1.0)
        self._optimizer.step()
        return sum(loss for loss, _ in found)

    def _gradients(self, part: Sequence[Read], rows: int) -> tuple[float, tuple[torch.Tensor, ...]]:
        loss = loss_of(self.network, part)
        return float(loss.detach()), torch.autograd.grad(loss / rows, self._learning)

    def state(self) -> Any:
        """All that learned, with the optimizer's memory, to come back to."""
        return copy.deepcopy(([p.detach() for p in self._learning], self._optimizer.state_dict(), self._since))

    def back_to(self, state: Any) -> None:
        parameters, optimizer, self._since = state
        with torch.no_grad():
            for own, before in zip(self._learning, parameters, strict=True):
                own.copy_(before)
        self._optimizer.load_state_dict(optimizer)

    def keep(self, file: Path, told: dict[str, str]) -> None:
        """What changed, in 8 bits. Beside, then over: who dies while writing loses nothing."""
        from safetensors.torch import save_file

        file.parent.mkdir(parents=True, exist_ok=True)
        kept = packed(self._base, self.network.state_dict())
        save_file(kept, file.with_suffix(".new"), metadata={"base_sha256": BUNDLED_SHA256} | told)
        file.with_suffix(".new").replace(file)

    def begin(self, file: Path) -> int:
        """Goes on from what was kept, where there is something; the chunks that it has learned from."""
        if not file.exists():
            return 0
        kept, told = read_kept(file)
        self.network.load_state_dict(unpacked(self._base, kept), strict=False)
        print(f"goes on from {int(told['chunks']) * CHUNK:,} lessons", flush=True)
        return int(told["chunks"])


def read_kept(file: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The tensors of an adapter, and what is told of them: base_sha256, chunks, ..."""
    from safetensors import safe_open

    with safe_open(file, framework="pt") as opened:
        return {name: opened.get_tensor(name) for name in opened.keys()}, dict(opened.metadata())  # noqa: SIM118


def new_trainer(rate: float) -> Trainer:
    """Of the bundled judge."""
    from transformers import BertForTokenClassification

    network = quietly(BertForTokenClassification, bundled_folder(), num_labels=len(VERDICTS), attn_implementation="eager")
    base = {name: t.clone() for name, t in network.state_dict().items() if name.startswith("bert.")}
    network.load_state_dict(unpacked(base, read_adapter(BUNDLED_JUDGE)[0]), strict=False)
    return Trainer(network, base, rate)


# --- A run -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """A trainer, the lessons of a chunk by its number, and the folder where adapters are kept."""

    trainer: Trainer
    source: Callable[[int], Sequence[Read]]
    work: Path

    def train(self, until: int, rows: Sequence[int]) -> None:
        """On from the place reached, at the constant rate; usable adapters after so many lessons as `rows` says."""
        place = self.trainer.begin(self.work / ADAPTER)
        falls = {row - chunks: chunks for row in map(_chunks, rows) for chunks in [max(1, round(row * _FALLING))]}
        saved = time.monotonic()
        while place * CHUNK < until:
            self._learn(place)
            place += 1
            if time.monotonic() - saved > _SAVE_EVERY or place in falls or place * CHUNK >= until:
                self.trainer.keep(self.work / ADAPTER, {"chunks": str(place)})
                saved = time.monotonic()
            if place in falls:
                state = self.trainer.state()
                self.fall(place, falls[place])
                self.trainer.back_to(state)

    def fall(self, place: int, chunks: int) -> None:
        """A usable adapter, named after the lessons that it saw."""
        for number in range(chunks):
            self._learn(place + number, lambda done, number=number: 1 - (number + done) / chunks)  # type: ignore[misc]
        file = self.work / f"fallen_{(place + chunks) * CHUNK}.safetensors"
        self.trainer.keep(file, {"chunks": str(place + chunks), "fall": str(chunks * CHUNK)})
        print(file, flush=True)

    def _learn(self, number: int, share: Share | None = None) -> None:
        lessons = self.source(number)
        began = time.monotonic()
        loss = self.trainer.chunk(lessons, number, share) if share else self.trainer.chunk(lessons, number)
        told = f"loss {loss:.3f} {len(lessons) / (time.monotonic() - began):.1f} a second{' falling' if share else ''}"
        print(f"{time.strftime('%H:%M:%S')} {(number + 1) * CHUNK:,} lessons {told}", flush=True)


def _chunks(lessons: int) -> int:
    return -(-lessons // CHUNK)


def mixture_of(folder: Path, shared: Path, grammar: Path | None, seed: int = 0) -> Mixture:
    """grammar: what training.grammar wrote."""
    from training.grammar import read_grammar
    from training.made import Made, forms_of
    from training.measured import read_measured
    from training.sources import load_all

    examples = load_all(folder, shared / "bench" / "squad2")
    measured = read_measured(shared / "bench", shared / "cases", folder / "measured")
    known = read_grammar(grammar) if grammar else {}
    return Mixture(folder, examples, measured, Made(examples, known, forms_of(known), seed) if known else None, seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--work", type=Path, default=Path("data/verdict"))
    parser.add_argument("--grammar", type=Path, help="what training.grammar wrote")
    parser.add_argument("--until", type=int, default=1_000_000, help="lessons, rounded up to a chunk")
    parser.add_argument("--fall", type=int, help="lessons, rounded up to a chunk: makes a usable adapter")
    parser.add_argument("--rows", type=int, nargs="*", default=[], help="lessons after which a usable adapter is made")
    parser.add_argument("--rate", type=float, default=RATE, help="the constant learning rate")
    options = parser.parse_args()
    with_jemalloc("training.verdict")
    torch.set_num_threads(1)
    mixture, tokenizer = mixture_of(options.folder, options.shared, options.grammar), pair_tokenizer(MOST_TOKENS)
    run = Run(new_trainer(options.rate), lambda n: read(mixture.chunk(n), tokenizer), options.work)
    if options.fall:
        run.fall(run.trainer.begin(options.work / ADAPTER), _chunks(options.fall))
    else:
        run.train(options.until, options.rows)


if __name__ == "__main__":
    main()
