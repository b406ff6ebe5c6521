"""Broken files, thousands for each reader: is every one read or refused in a sentence, in bounded time and memory?

    python -m bench.fuzz [--runs 20000] [--seconds 600] [--only .pdf .docx]

atheris bends the files of tests/bent.py and keeps what reaches new lines of the readers, to bend it further; the parts of an archive are bent inside it. Whatever is raised
beside what a reader may raise is wrong, and so is a file that takes more than five seconds or a process that grows past a limit. The file that did it is kept in data/fuzz.
The seed is told, so that a run can be repeated.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

LONGEST_S = 5
MOST_MB = 3_000
_READERS = [
    "corpus",
    "trafilatura",
    "mammoth",
    "feedparser",
    "frontmatter",
    "yaml",
    "email",
    "zipfile",
    "charset_normalizer",
    "language",
    "protego",
]
_ARCHIVES = (".docx", ".pptx", ".epub", ".zip")
_WITHIN = 0.8
"""Of the files that are archives, how many are bent inside instead of as they lie."""
_KEPT = Path("data/fuzz")


def fuzz(kind: str, options: argparse.Namespace, log: Path) -> None:
    """One kind, in a process of its own, since libFuzzer ends it."""
    import atheris

    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(told, 1)
    os.dup2(told, 2)
    folder = Path(tempfile.mkdtemp(dir=log.parent))
    (folder / "seeds").mkdir()
    file, seen = folder / f"x{kind}", set[str]()
    with atheris.instrument_imports(include=_READERS, enable_loader_override=False):
        from tests import bent

        for number, data in enumerate(bent.SEEDS[kind]()):
            (folder / "seeds" / str(number)).write_bytes(data)
            file.write_bytes(data)
            bent.read(file)  # imports the libraries that read this kind
    tricks = "\n".join('"' + "".join(f"\\x{byte:02x}" for byte in trick[:64]) + '"' for trick in bent.TRICKS)
    (folder / "tricks").write_text(tricks)

    def once(data: bytes) -> None:
        file.write_bytes(data)
        try:
            bent.read(file)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            if (place := f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}") not in seen:
                seen.add(place)
                kept = _KEPT / f"{len(seen)}{kind}"
                kept.write_bytes(data)
                print(f"WRONG {place}: {str(error)[:120]!r}, {kept}", flush=True)

    def within(data: bytes, largest: int, seed: int) -> bytes:
        return bent_within(data, largest, random.Random(seed), atheris.Mutate)

    atheris.Setup(
        [sys.argv[0], str(folder / "seeds"), f"-runs={options.runs}", f"-max_total_time={options.seconds}", f"-seed={options.seed}",
         f"-timeout={LONGEST_S}", f"-rss_limit_mb={MOST_MB}", f"-dict={folder / 'tricks'}", f"-artifact_prefix={_KEPT}/{kind[1:]}-",
         "-print_final_stats=1"],
        once, **({"custom_mutator": within} if kind in _ARCHIVES else {}),
    )  # fmt: skip
    atheris.Fuzz()


def bent_within(data: bytes, largest: int, chance: random.Random, mutate: Callable[[bytes, int], bytes]) -> bytes:
    """An archive with one of its parts bent, or dropped, or given another's name."""
    if chance.random() < _WITHIN:
        with suppress(Exception), zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {entry.filename: archive.read(entry) for entry in archive.infolist() if entry.file_size < largest}
            name = chance.choice(list(parts))
            match chance.randrange(12):
                case 0:
                    del parts[name]
                case 1:
                    parts[chance.choice(list(parts))] = parts[name]
                case _:
                    parts[name] = mutate(parts[name], len(parts[name]) + 5_000)
            kept = io.BytesIO()
            with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for one, its_data in parts.items():
                    archive.writestr(one, its_data)
            if len(kept.getvalue()) <= largest:
                return kept.getvalue()
    return mutate(data, largest)


def covered(log: str) -> str:
    """How many branches of the readers' code the first and the last file reached."""
    reached = re.findall(r" cov: (\d+)", log)
    return f"{reached[0]} to {reached[-1]}" if reached else "no"


def main() -> None:
    from tests.bent import SEEDS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20_000, help="of each kind")
    parser.add_argument("--seconds", type=int, default=600, help="for each kind, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=list(SEEDS))
    options = parser.parse_args()
    _KEPT.mkdir(parents=True, exist_ok=True)
    all_wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        for kind in options.only:
            began, log = time.monotonic(), Path(temporary) / f"log{kind}"
            process = get_context("spawn").Process(target=fuzz, args=(kind, options, log))
            process.start()
            process.join()
            wrong = told(kind, log.read_text(errors="replace"), process.exitcode, time.monotonic() - began, options.seed)
            all_wrong += wrong
    sys.exit(bool(all_wrong))


def told(kind: str, log: str, ended: int | None, took: float, seed: int) -> int:
    """Tells of one kind; how much was wrong."""
    stats = {name: int(value) for name, value in re.findall(r"stat::(\w+):\s+(\d+)", log)}
    lines = [line for line in log.splitlines() if line.startswith("WRONG")]
    if ended:
        lines.append(
            f"WRONG it ended with {ended}: "
            + " ".join(re.findall(r"ERROR: .*|ALARM: .*|SUMMARY: .*|Test unit written to .*", log))[:400]
        )
    print(
        f"{kind}: {stats.get('number_of_executed_units', 0):,} files, seed {seed}, {len(lines)} wrong, {took:.0f} s, "
        f"{covered(log)} places in the code reached, slowest {stats.get('slowest_unit_time_sec', 0)} s, peak {stats.get('peak_rss_mb', 0):,} MB",
        *lines, sep="\n  ", flush=True,
    )  # fmt: skip
    return len(lines)


if __name__ == "__main__":
    main()
