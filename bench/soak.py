"""A long day: many clients in a realistic mix, half of them over the page's queue, while the index is rebuilt again and again.

    python -m bench.soak [--minutes 60] [--clients 100] [--every 300]

Serves the sample corpus in a process of its own. Each client has an address of its own, and pauses for some seconds between two things, as people do: a question over
POST /api/ask (as JSON or as events) or over Gradio's queue, an article, the corpus. Tells for each minute the questions that were answered, what was refused, the median of their seconds and the
server's memory, and at the end the medians of minutes 10 to 20 against the last ten. `taskset -c 0` before it holds the server and the clients to one processor.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
QUESTIONS = [
    "How much computing capacity did Meta secure from AMD?", "Which Amazon chips will Meta use?", "Who is the chief executive of AMD?",
    "Has Meta partnered with AMD?", "Why does Meta use several suppliers?", "When was the article about the Graviton deal published?", "Thanks",
    "What is new since April 2026?", "How many buses did Ostby buy?",
]  # fmt: skip
_PAUSE_S = (30.0, 90.0)
_DOCUMENTED = {429, 503}


@dataclass
class Seen:
    """By minute: seconds of each answer; what else there was."""

    answered: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    memory: dict[int, float] = field(default_factory=dict)
    other: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    @property
    def minute(self) -> int:
        return int((time.monotonic() - self.began) // 60)


async def client(number: int, address: str, event: int, until: float, seen: Seen) -> None:
    chance = random.Random(number)
    headers = {"X-Forwarded-For": f"10.7.{number // 250}.{number % 250 + 1}"}
    ways = [queued] * 4 if number % 2 else [asked, asked, streamed, looked_at]
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=180) as web:
        await asyncio.sleep(chance.uniform(0, _PAUSE_S[1]))
        while time.monotonic() < until:
            began = time.monotonic()
            try:
                status = await chance.choice(ways)(web, chance, event)
                if status == 200:
                    seen.answered[seen.minute].append(time.monotonic() - began)
                else:
                    seen.other[str(status) if status in _DOCUMENTED else f"wrong: {status}"] += 1
            except Exception as error:
                seen.other[f"wrong: {error!r}"[:150]] += 1
            await asyncio.sleep(chance.uniform(*_PAUSE_S))


async def asked(web: httpx.AsyncClient, chance: random.Random, _: int) -> int:
    answer = await web.post("/api/ask", json={"question": chance.choice(QUESTIONS)})
    if answer.status_code == 200:
        assert answer.json()["status"] in ("answered", "declined")
    return answer.status_code


async def streamed(web: httpx.AsyncClient, chance: random.Random, _: int) -> int:
    answer = await web.post("/api/ask", json={"question": chance.choice(QUESTIONS)}, headers={"accept": "text/event-stream"})
    assert answer.status_code in _DOCUMENTED or "event: answer" in answer.text, answer.text[-200:]
    return answer.status_code


async def looked_at(web: httpx.AsyncClient, chance: random.Random, _: int) -> int:
    path = chance.choice(["/api/corpus", "/api/articles?id=six-gigawatts.md", "/", "/readyz", "/config"])
    return (await web.get(path)).status_code


async def queued(web: httpx.AsyncClient, chance: random.Random, event: int) -> int:
    session = f"{chance.random()}"
    body = {"fn_index": event, "data": [chance.choice(QUESTIONS), [], [], "", ""], "session_hash": session}
    joined = await web.post("/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return joined.status_code
    async with web.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as told:
        async for line in told.aiter_lines():
            if "process_completed" in line:
                assert json.loads(line.removeprefix("data:"))["success"], line[-300:]
                return 200
    raise AssertionError("the queue ended without an answer")


async def rebuilt(folder: Path, every: float, until: float, seen: Seen) -> None:
    turn = 0
    while time.monotonic() + every < until:
        await asyncio.sleep(every)
        turn += 1
        (folder / "in" / "new.txt").write_text(f"News\n\nOstby bought {turn + 1} buses in May 2026.", encoding="utf-8")
        command = [sys.executable, "-m", "cli", "index", "--index", str(folder / "index")]
        done = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seen.other["rebuilds" if await done.wait() == 0 else "wrong: rebuild"] += 1


async def watched(process: int, until: float, seen: Seen) -> None:
    last = 0
    while time.monotonic() < until:
        seen.memory[seen.minute] = int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4_096 / 1e6
        if seen.minute > last:
            tell(seen, last)
            last = seen.minute
        await asyncio.sleep(5)


def tell(seen: Seen, minute: int) -> None:
    taken = seen.answered[minute]
    print(
        f"minute {minute}: {len(taken)} answered, median {statistics.median(taken or [0]):.2f} s, {seen.memory.get(minute, 0):.0f} MB",
        flush=True,
    )


async def soak(folder: Path, address: str, process: int, options: argparse.Namespace) -> Seen:
    config: Any = httpx.get(f"{address}/config").json()
    box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "ask")
    event = int(next(d["id"] for d in config["dependencies"] if [box, "submit"] in [list(t) for t in d["targets"]]))
    seen, until = Seen(), time.monotonic() + 60 * options.minutes
    await asyncio.gather(
        rebuilt(folder, options.every, until, seen), watched(process, until, seen),
        *(client(n, address, event, until, seen) for n in range(options.clients)),
    )  # fmt: skip
    return seen


def told(seen: Seen, minutes: int) -> bool:
    tell(seen, minutes - 1)
    print(dict(seen.other))
    part = max(1, minutes // 6)
    for name, early, late in (
        ("seconds", *(statistics.median([s for m in some for s in seen.answered[m]] or [0]) for some in (range(part, 2 * part), range(minutes - part, minutes)))),
        ("MB", *(statistics.median([seen.memory[m] for m in some if m in seen.memory] or [0]) for some in (range(part, 2 * part), range(minutes - part, minutes)))),
    ):  # fmt: skip
        print(f"median {name}, minutes {part} to {2 * part}: {early:.2f}; the last {part}: {late:.2f}")
    return not any(name.startswith("wrong") for name in seen.other)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(240):
        with suppress(httpx.TransportError):
            if httpx.get(url).is_success:
                return
        time.sleep(0.5)
    sys.exit(f"{url} does not answer.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--every", type=float, default=300, metavar="SECONDS")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, port = Path(temporary), free_port()
        shutil.copytree(ROOT / "corpus" / "articles", folder / "in")
        subprocess.run(
            [sys.executable, "-m", "cli", "index", str(folder / "in"), "--index", str(folder / "index")],
            cwd=ROOT,
            check=True,
        )
        command = [sys.executable, "app.py", "--index", str(folder / "index"), "--port", str(port), "--feedback", str(folder / "f.sqlite3"), "--log-questions", "nothing"]  # fmt: skip
        with (folder / "log").open("w") as log, subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log) as server:
            wait_for(f"http://127.0.0.1:{port}/readyz")
            seen = asyncio.run(soak(folder, f"http://127.0.0.1:{port}", server.pid, options))
            server.terminate()
        traced = (folder / "log").read_text().count("Traceback")
        print(f"{traced} tracebacks in the server's log")
        sys.exit(not told(seen, options.minutes) or bool(traced))


if __name__ == "__main__":
    main()
