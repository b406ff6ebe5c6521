"""Fails, or kills, a build at each of its writing system calls in turn: does the old index go on, and does the next build succeed?

    python -m bench.crashes [--every N]

strace makes the n-th write, sync, rename, link or removal of a build fail (disk full, an error of the disk, no permission), or kills the build there; n grows until the
build gets through. After each: the current generation opens, is sound and finds the same passages; a failed build told its reason in a sentence; the next build
succeeds, and leaves nothing behind but itself. Other computers may not let a process be traced; then it says so.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.build import build
from index.opening import open_index, problems
from retriever.request import make_request
from retriever.search import search
from tests.fakes import WordEncoder

ROOT = Path(__file__).parent.parent
CALLS = (
    "write,pwrite64,ftruncate,sendfile,copy_file_range", "fsync,fdatasync", "rename,renameat,renameat2", "link,linkat,mkdir,mkdirat",
    "unlink,unlinkat,rmdir",
)  # fmt: skip
WAYS = ("signal=KILL", "error=ENOSPC", "error=EIO", "error=EACCES")
BUILD = """
import sys
from contextlib import suppress
from pathlib import Path
from corpus.errors import UserError
from index.build import build
from tests.fakes import WordEncoder
try:
    build(Path(sys.argv[1]), [], WordEncoder(), progress=False)
except UserError as error:
    with suppress(OSError):  # this write may be the one that fails
        print(error, file=sys.stderr)
    sys.exit(1)
"""
_LAST = 200
"""Calls of one kind that a build of the sample makes at most."""


@dataclass(frozen=True)
class Point:
    """The n-th call of some kinds, and what happens at it."""

    calls: str
    n: int
    way: str

    def __str__(self) -> str:
        return f"{self.way} at {self.calls.partition(',')[0]}-like call {self.n}"


class Crashes:
    """An index of the sample, and a new article that a build would add to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._articles = Path(shutil.copytree(ROOT / "corpus" / "articles", folder / "in"))
        build(folder / "base", [self._articles], WordEncoder(), progress=False)
        (self._articles / "new.txt").write_text("News\n\nOstby bought 12 buses in May 2026.", encoding="utf-8")
        self._before = found(folder / "base")

    def strike(self, point: Point) -> tuple[bool, list[str]]:
        """Whether it hit, and what is wrong afterwards."""
        index = Path(tempfile.mkdtemp(dir=self._folder)) / "index"
        shutil.copytree(self._folder / "base", index)
        command = ["strace", "-f", "-qqq", "-o", str(self._folder / "trace"), "-e", f"trace={point.calls}",
                   "-e", f"inject={point.calls}:{point.way}:when={point.n}", sys.executable, "-c", BUILD, str(index)]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=120)
        trace = (self._folder / "trace").read_text(errors="replace")
        hit = "INJECTED" in trace or "killed by SIGKILL" in trace
        wrong = list(self._wrong(index, done)) if hit else []
        shutil.rmtree(index.parent, ignore_errors=True)
        return hit, wrong

    def _wrong(self, index: Path, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
        if "Traceback" in done.stderr:
            yield f"a traceback: {done.stderr.strip().splitlines()[-1]}"
        if done.returncode not in (0, 1, -9, 137):
            yield f"it ended with {done.returncode}"
        generation = (index / "CURRENT").read_text().strip()
        try:
            if generation == "g000001" and found(index) != self._before:
                yield "the old generation answers otherwise"
            yield from (f"unsound: {problem}" for problem in problems(index, WordEncoder()))
        except Exception as error:
            yield f"the index does not open: {error!r}"
        try:
            build(index, [], WordEncoder(), progress=False)
        except Exception as error:
            yield f"the next build fails: {error!r}"
            return
        if "new.txt" not in found(index, "Who bought buses?")[0]:
            yield "the next build has not the new article"
        left = {file.name for file in index.iterdir()} - {"CURRENT", "LOCK", (index / "CURRENT").read_text().strip()}
        if left:
            yield f"left behind: {sorted(left)}"


def found(index: Path, question: str = "How much capacity did Meta secure?") -> list[tuple[str, int]]:
    opened = open_index(index, WordEncoder())
    hits = search(opened, WordEncoder(), make_request({"question": question}), 10)
    return [(hit.article.id, hit.passage.start) for hit in hits]


def can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-qqq", "-o", "/dev/null", "true"], capture_output=True).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th call")
    options = parser.parse_args()
    if not can_trace():
        sys.exit("strace is not here, or may not trace: this needs it.")
    struck: Counter[str] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        crashes = Crashes(Path(temporary))
        for way in WAYS:
            for calls in CALLS:
                for n in range(1, _LAST, options.every):
                    hit, told = crashes.strike(point := Point(calls, n, way))
                    if not hit:
                        break
                    struck[way] += 1
                    wrong += bool(told)
                    for line in told:
                        print(f"{point}: {line}", flush=True)
            print(f"{way}: {struck[way]} points", flush=True)
    print(f"{sum(struck.values())} points, {wrong} of them with something wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
