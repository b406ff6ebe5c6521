"""Folders that somebody made to stop a build: how long does each take, in how much memory, and what is told?

    python -m bench.monsters

Each is built into an index of its own, in a process of its own, with an encoder of words, so that reading, cleaning and storing are what is measured.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path

from corpus.errors import UserError
from index.build import build
from tests.fakes import WordEncoder

MB = 1_000_000
GOOD = "Ferry sold\n\nThe ferry line of Ostby was sold to Baltline on 3 May 2024 for 40 million euros.\n"


def one_line_each(folder: Path) -> None:
    for n in range(100_000):
        (folder / f"{n}.txt").write_text(f"The bridge number {n} was opened in {1000 + n % 1000}.")


def one_long_line(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"word " * (10 * MB))


def longest_article(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"The bridge of Ostby was opened by Ada Ng. " * (9_900_000 // 42))


def deep_page(folder: Path) -> None:
    (folder / "a.html").write_bytes(b"<div>" * 1_900_000)


def deep_markdown(folder: Path) -> None:
    (folder / "a.md").write_bytes(b"[" * 9_000_000)


def packed_lines(folder: Path) -> None:
    """Two megabytes that unpack to two thousand."""
    packer = zlib.compressobj(9, wbits=31)
    with (folder / "a.jsonl.gz").open("wb") as file:
        for _ in range(2_000):
            file.write(packer.compress(b"0" * MB))
        file.write(packer.flush())


def packed_entries(folder: Path) -> None:
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(300):
            archive.writestr(f"{n}.txt", b"0" * 9_900_000)


def names_and_links(folder: Path) -> None:
    for n, name in enumerate(
        ["new\nline.txt", "esc\x1b[2J.txt", "\u202etxt.exe.txt", " .txt", "-rf.txt", "a" * 250 + ".txt"]
    ):
        (folder / name).write_text(f"{GOOD}\nIt was sale number {n}.")
    (folder / "out.txt").symlink_to("/etc/passwd")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "self").symlink_to(".")
    os.mkfifo(folder / "pipe.txt")


MONSTERS: Mapping[str, Callable[[Path], None]] = {
    "100,000 files of one line": one_line_each,
    "one line of 50 MB": one_long_line,
    "an article of 9.9 MB": longest_article,
    "1,900,000 elements, each in the other": deep_page,
    "9,000,000 opened brackets": deep_markdown,
    "2 MB of JSON lines that unpack to 2 GB": packed_lines,
    "a zip of 3 MB that unpacks to 3 GB": packed_entries,
    "odd names, links out and around, a pipe, a device": names_and_links,
}


def meet(name: str) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "in"
        folder.mkdir()
        MONSTERS[name](folder)
        (folder / "good.txt").write_text(GOOD)
        began = time.monotonic()
        try:
            report = build(Path(temporary) / "index", [folder], WordEncoder(), progress=False)
            told = f"{len(report.added):,} articles, {len(report.skipped):,} left out"
        except UserError as error:
            told = str(error)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {name} | {time.monotonic() - began:.1f} s | {peak:,.0f} MB | {told} |", flush=True)


def main() -> None:
    print("| what | time | most memory | told |\n|---|---|---|---|", flush=True)
    ended = []
    for name in MONSTERS:
        process = get_context("spawn").Process(target=meet, args=(name,))
        process.start()
        process.join()
        ended.append(process.exitcode)
    sys.exit(any(ended))


if __name__ == "__main__":
    main()
