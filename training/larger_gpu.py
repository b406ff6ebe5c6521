"""The training of training/larger.py on one GPU, ten minutes of a machine that has neither internet nor this project's packages.

    python -m training.larger_gpu pack FOLDER ../shared --work data/larger --out data/gpu                  # here
    python -m training.larger_gpu join data/gpu                                                           # there, and then
    python -m training.larger_gpu train data/gpu --out OUT --seconds 480

`pack` writes what the machine needs, in folders of less than 64 MiB, since no more may be carried at once: piece_0 to piece_3,
together the trunk in bfloat16 (219 MB), and lessons, the tokens of the mixture from the place on that the adapter in --work has
reached, with that adapter. Carry each folder once (any command will do, `ls` say), as long as the machine keeps what it has;
`join` makes one file of the pieces and refuses one that is not what was packed. `train` stops by the clock, its rate falling over
the last seventh. It leaves OUT/adapter.safetensors, to go on from, and OUT/fallen_N.safetensors, to be used. A trial: `train
--device cpu --seconds 60 --trial 32`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from models.base import sha256_of
from models.network import learned, trunk_of, write_kept
from training.larger import (
    BASES,
    CHUNK,
    LARGER,
    RATE,
    Source,
    Tokens,
    Trainer,
    base_named,
    begin,
    learn,
    mixture_of,
    new_network,
    tokenizer_of,
    tokens_of,
)

_PIECE = 60 << 20
"""Bytes of a file that is carried."""
_FALLING = 1 / 7
"""Of the time."""
_TOKENS = 16_384
"""Of a step."""
_TOLD, _JOINED = "told.json", "trunk"
_FIELDS = ("ids", "lengths", "second", "first", "last", "may_be")


# --- Packing ---------------------------------------------------------------------------------------------------------


def write_trunk(base: Path, out: Path) -> str:
    """The trunk in bfloat16, cut into pieces; the SHA-256 of the whole."""
    out.mkdir(parents=True, exist_ok=True)
    whole = out / "model.safetensors"
    save_file(
        {n: t.to(torch.bfloat16).contiguous() for n, t in trunk_of(base).state_dict().items()}, whole, {"format": "pt"}
    )
    digest = sha256_of(whole)
    with whole.open("rb") as opened:
        for number, piece in enumerate(iter(lambda: opened.read(_PIECE), b"")):
            folder = out / f"piece_{number}"
            folder.mkdir(exist_ok=True)
            (folder / "part").write_bytes(piece)
    whole.unlink()
    return digest


def join(out: Path) -> None:
    """The trunk of its pieces. Raises SystemExit where one is missing or another came."""
    told = json.loads((out / "lessons" / _TOLD).read_text(encoding="utf-8"))
    parts = sorted(out.glob("piece_*/part"))
    data = b"".join(part.read_bytes() for part in parts)
    if hashlib.sha256(data).hexdigest() != told["trunk_sha256"]:
        raise SystemExit(
            f"The {len(parts)} pieces in {out} do not make the trunk that was packed: carry each of them again."
        )
    (out / _JOINED).mkdir(exist_ok=True)
    (out / _JOINED / "model.safetensors").write_bytes(data)
    shutil.copy(out / "lessons" / "config.json", out / _JOINED / "config.json")


def write_lessons(chunks: Iterator[list[Tokens]], file: Path) -> None:
    """Every chunk as arrays, one after another."""
    with lzma.open(file, "wb", preset=6) as out:
        for tokens in chunks:
            ids = np.concatenate([t.ids for t in tokens])
            lengths, second, first, last = (
                np.array(row, dtype=np.uint16)
                for row in zip(*((len(t.ids), t.second, t.first, t.last) for t in tokens), strict=True)
            )
            may_be = np.packbits(np.stack([t.may_be for t in tokens]), axis=1)
            for array in (ids, lengths, second, first, last, may_be):
                np.save(out, array)


def read_lessons(file: Path) -> Iterator[list[Tokens]]:
    with lzma.open(file, "rb") as opened:
        while True:
            try:
                ids, lengths, second, first, last, may_be = (np.load(opened) for _ in _FIELDS)
            except EOFError:
                return
            rows = np.split(ids, np.cumsum(lengths)[:-1])
            bits = np.unpackbits(may_be, axis=1)[:, :3].astype(bool)
            yield [Tokens(*row) for row in zip(rows, map(int, second), map(int, first), map(int, last), bits, strict=True)]


def pack(options: argparse.Namespace) -> None:
    base = base_named(options.base)
    lessons = options.out / "lessons"
    lessons.mkdir(parents=True, exist_ok=True)
    kept = options.work / "adapter.safetensors"
    mixture = mixture_of(options.folder, options.shared, options.grammar)
    tokenizer, padding = tokenizer_of(base)
    first = begin(new_network(base), kept)
    numbers = range(first, first - (-options.sequences // CHUNK))
    write_lessons((tokens_of(mixture.chunk(n), tokenizer) for n in numbers), lessons / "tokens.xz")
    told = {
        "base_sha256": sha256_of(base / "model.safetensors"),
        "trunk_sha256": write_trunk(base, options.out),
    }
    (lessons / _TOLD).write_text(json.dumps(told | {"first": first, "padding": padding}), encoding="utf-8")
    shutil.copy(base / "config.json", lessons / "config.json")
    if kept.exists():
        shutil.copy(kept, lessons / "adapter.safetensors")
    for folder in sorted(p for p in options.out.iterdir() if p.is_dir()):
        print(f"{folder} {sum(f.stat().st_size for f in folder.iterdir()) / 2**20:.1f} MiB")


# --- Training --------------------------------------------------------------------------------------------------------


def train(options: argparse.Namespace) -> None:
    lessons = options.out_of / "lessons"
    told = json.loads((lessons / _TOLD).read_text(encoding="utf-8"))
    packed = [tokens[: options.trial] for tokens in read_lessons(lessons / "tokens.xz")]
    network = new_network(options.out_of / _JOINED)
    place = begin(network, lessons / "adapter.safetensors")
    trainer = Trainer(network.to(options.device), told["padding"], options.rate, parts=1, most=options.tokens)
    about = {"base_sha256": told["base_sha256"], "rate": str(options.rate)}
    by_the_clock(trainer, lambda n: packed[(n - told["first"]) % len(packed)], place, about, options.seconds, options.out)


def by_the_clock(trainer: Trainer, source: Source, place: int, about: dict[str, str], seconds: float, out: Path) -> None:
    """At a constant rate, and over the last _FALLING of the time at a falling one."""
    began, first = time.monotonic(), place
    kept = learned(trainer.network)

    def left() -> float:
        return max(1 - (time.monotonic() - began) / seconds, 0.0) / _FALLING

    while left() > 0:
        falling = left() < 1
        if not falling:
            kept, first = learned(trainer.network), place
        learn(trainer, source, place, (lambda _: left()) if falling else None)
        place += 1
    write_kept(out / "adapter.safetensors", kept, about | {"chunks": str(first)})
    write_kept(out / f"fallen_{place * CHUNK}.safetensors", learned(trainer.network), about | {"chunks": str(place)})


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands: Any = parser.add_subparsers(required=True)
    one = commands.add_parser("pack")
    one.add_argument("folder", type=Path)
    one.add_argument("shared", type=Path)
    one.add_argument("--base", default=LARGER, help=BASES)
    one.add_argument("--work", type=Path, default=Path("data/larger"))
    one.add_argument("--grammar", type=Path)
    one.add_argument("--out", type=Path, default=Path("data/gpu"))
    one.add_argument("--sequences", type=int, default=300_000)
    one.set_defaults(run=pack)
    two = commands.add_parser("join")
    two.add_argument("out", type=Path)
    two.set_defaults(run=lambda told: join(told.out))
    three = commands.add_parser("train")
    three.add_argument("out_of", type=Path)
    three.add_argument("--out", type=Path, required=True)
    three.add_argument("--seconds", type=float, default=480)
    three.add_argument("--rate", type=float, default=RATE)
    three.add_argument("--tokens", type=int, default=_TOKENS, help="of a step")
    three.add_argument("--device", default="cuda")
    three.add_argument("--trial", type=int, help="so many sequences of every chunk alone")
    three.set_defaults(run=train)
    options = parser.parse_args(arguments)
    options.run(options)


if __name__ == "__main__":
    main()
