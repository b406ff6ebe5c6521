"""Fails, or kills, a build at each of its writing system calls in turn: does the old index go on, and does the next build succeed?

    python -m bench.crashes [--every N] [--milvus http://HOST:PORT | --served]

strace makes the n-th write, sync, rename, link or removal of a build fail (disk full, an error of the disk, no permission), or kills the build there; n grows until the
build gets through. After each: the current generation opens, is sound and finds the same passages, and so does an index that was open all the while, as a server has it;
a failed build told its reason in a sentence; the next build succeeds, is followed, and leaves nothing behind but itself. With --milvus what is sent over the network counts
too. With --served the command line builds, and the chat is asked over HTTP. Other computers may not let a process be traced; then it says so.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.soak import free_port, wait_for
from index import opening
from index.build import Means, build
from index.opening import Index, LiveIndex, open_index, problems
from retriever.request import make_request
from retriever.search import search
from tests.fakes import WordEncoder

ROOT = Path(__file__).parent.parent
CALLS = (
    "write,pwrite64,ftruncate,sendfile,copy_file_range", "fsync,fdatasync", "rename,renameat,renameat2", "link,linkat,mkdir,mkdirat",
    "unlink,unlinkat,rmdir",
)  # fmt: skip
SENT = "sendto,sendmsg,sendmmsg"
"""What goes to Milvus."""
WAYS = ("signal=KILL", "error=ENOSPC", "error=EIO", "error=EACCES")
BUILD = """
import sys
from contextlib import suppress
from pathlib import Path
from corpus.errors import UserError
from index.build import Means, build
from tests.fakes import WordEncoder
try:
    build(Path(sys.argv[1]), [], WordEncoder(), progress=False, means=Means(engine=sys.argv[2] or None))
except UserError as error:
    with suppress(OSError):  # this write may be the one that fails
        print(error, file=sys.stderr)
    sys.exit(1)
"""
_ABORTED = -6
"""gRPC ends the process where it cannot write to its own pipe."""
Found = tuple[str, int, str]
"""Article, place, text."""
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
    """An index of the sample, and an article of which each build has a new version."""

    def __init__(self, folder: Path, engine: str = "") -> None:
        self._folder, self._engine, self._turn = folder, engine, 0
        self._index = folder / "index"
        self._articles = Path(shutil.copytree(ROOT / "corpus" / "articles", folder / "in"))
        self._write()
        build(self._index, [self._articles], WordEncoder(), progress=False, means=Means(engine=engine or None))
        opening.PATIENCE_S = 60.0  # whether a build is followed is looked at, not how fast
        self._live = LiveIndex(self._index, WordEncoder())

    def strike(self, point: Point) -> tuple[bool, list[str]]:
        """Whether it hit, and what is wrong afterwards."""
        self._write()
        before = self._state()
        trace = self._folder / "trace"
        command = ["strace", "-f", "-qqq", "-o", str(trace), "-e", f"trace={point.calls}", "-e", f"inject={point.calls}:{point.way}:when={point.n}"]  # fmt: skip
        done = subprocess.run(
            [*command, *self._command()], cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=300
        )
        told = trace.read_text(errors="replace")
        hit = "INJECTED" in told or "killed by SIGKILL" in told
        return hit, list(self._wrong(before, done)) if hit else []

    def _write(self) -> None:
        self._turn += 1
        (self._articles / "new.txt").write_text(f"News\n\nOstby bought {self._turn} buses in May 2026.", encoding="utf-8")

    def _command(self) -> list[str]:
        return [sys.executable, "-c", BUILD, str(self._index), self._engine]

    def _state(self) -> tuple[str, list[Found]]:
        """The current generation, and what it finds, itself and open all the while; they find the same."""
        opened, live = open_index(self._index, WordEncoder()), self._live.now()
        found = found_in(opened)
        assert found_in(live) == found or live.manifest.generation != opened.manifest.generation, (
            "the open index finds otherwise"
        )
        return opened.manifest.generation, found

    def _wrong(self, before: tuple[str, list[Found]], done: subprocess.CompletedProcess[str]) -> Iterator[str]:
        if "Traceback" in done.stderr:
            yield f"a traceback: {done.stderr.strip().splitlines()[-1]}"
        if done.returncode not in (0, 1, -9, 137) and not (self._engine and done.returncode == _ABORTED):
            yield f"it ended with {done.returncode}"
        try:
            generation, found = self._state()
            if generation == before[0] and found != before[1]:
                yield "the old generation answers otherwise"
            yield from (f"unsound: {problem}" for problem in problems(self._index, WordEncoder()))
        except Exception as error:
            yield f"the index does not open: {error!r}"
        try:
            self._build()
        except Exception as error:
            yield f"the next build fails: {error!r}"
            return
        if not any(f"bought {self._turn} buses" in text for _, _, text in found_in(self._live.now(), "Who bought buses?")):
            yield "the next build has not the new article, or is not followed"
        yield from self._left(before[0])

    def _left(self, before: str) -> Iterator[str]:
        """The generation before stays for one build more: somebody may still read it."""
        current = (self._index / "CURRENT").read_text().strip()
        if left := {file.name for file in self._index.iterdir()} - {before, current, "CURRENT", "PRESENT", "LOCK"}:
            yield f"left behind: {sorted(left)}"

    def _build(self) -> None:
        build(self._index, [], WordEncoder(), progress=False, means=Means(engine=self._engine or None))


class ServedCrashes(Crashes):
    """Built by the command line, with the bundled encoder; asked over HTTP, of a server that runs all the while."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._turn, self._index = folder, 0, folder / "index"
        self._articles = Path(shutil.copytree(ROOT / "corpus" / "articles", folder / "in"))
        self._write()
        subprocess.run([*self._command(), str(self._articles)], cwd=ROOT, check=True, capture_output=True)
        self._address = f"http://127.0.0.1:{(port := free_port())}"
        command = [
            sys.executable,
            "app.py",
            "--index",
            str(self._index),
            "--port",
            str(port),
            "--rate",
            "0",
            "--feedback",
            str(folder / "f.sqlite3"),
        ]
        with (folder / "log").open("w") as log:
            self._server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        wait_for(f"{self._address}/readyz")

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "cli", "index", "--index", str(self._index)]

    def _state(self) -> tuple[str, list[Found]]:
        answer = self._asked("How much computing capacity did Meta secure from AMD?")
        return answer["index"]["generation"], [(q["article"]["id"], q["start"], q["text"]) for q in answer["quotes"]]

    def _asked(self, question: str) -> dict[str, Any]:
        answer = httpx.post(f"{self._address}/api/ask", json={"question": question}, timeout=60)
        assert answer.status_code == 200 and answer.json()["status"] == "answered", answer.text[:300]
        return dict(answer.json())

    def _wrong(self, before: tuple[str, list[Found]], done: subprocess.CompletedProcess[str]) -> Iterator[str]:
        try:
            if (after := self._state())[1] != before[1]:
                yield f"the server answers otherwise: {after} for {before}"
            checked = subprocess.run(
                [sys.executable, "-m", "cli", "check", "--index", str(self._index)], cwd=ROOT, capture_output=True, text=True
            )
            if checked.returncode or "Traceback" in done.stderr:
                yield f"unsound, or a traceback: {checked.stderr} {done.stderr[-300:]}"
            subprocess.run(self._command(), cwd=ROOT, check=True, capture_output=True)
            told = self._asked("How many buses did Ostby buy?")["text"]
            if str(self._turn) not in told:
                yield f"the next build is not followed: {told}"
            yield from self._left(before[0])
        except (AssertionError, httpx.HTTPError, subprocess.CalledProcessError) as error:
            yield repr(error)
        if "Traceback" in (self._folder / "log").read_text():
            yield "a traceback in the server's log"


def found_in(index: Index, question: str = "How much capacity did Meta secure?") -> list[Found]:
    hits = search(index, WordEncoder(), make_request({"question": question}), 10)
    return [(hit.article.id, hit.passage.start, hit.passage.text) for hit in hits]


def can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-qqq", "-o", "/dev/null", "true"], capture_output=True).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th call")
    parser.add_argument("--milvus", default="", metavar="ADDRESS")
    parser.add_argument("--served", action="store_true")
    options = parser.parse_args()
    if not can_trace():
        sys.exit("strace is not here, or may not trace: this needs it.")
    with tempfile.TemporaryDirectory() as temporary:
        if options.served:
            served = ServedCrashes(Path(temporary))
            try:
                wrong = struck(served, CALLS, options.every)
            finally:
                served.close()
        elif options.milvus:
            address = f"{options.milvus}/crashes{uuid.uuid4().hex}"
            wrong = struck(Crashes(Path(temporary), address), (*CALLS, SENT), options.every)
        else:
            wrong = struck(Crashes(Path(temporary)), CALLS, options.every)
    sys.exit(bool(wrong))


def struck(crashes: Crashes, all_calls: Sequence[str], every: int) -> int:
    """Strikes everywhere; at how many points something was wrong."""
    points: Counter[str] = Counter()
    wrong = 0
    for way in WAYS:
        for calls in all_calls:
            for n in range(1, _LAST, every):
                hit, told = crashes.strike(point := Point(calls, n, way))
                if not hit:
                    break
                points[way] += 1
                wrong += bool(told)
                for line in told:
                    print(f"{point}: {line}", flush=True)
        print(f"{way}: {points[way]} points", flush=True)
    print(f"{sum(points.values())} points, {wrong} of them with something wrong")
    return wrong


if __name__ == "__main__":
    main()
