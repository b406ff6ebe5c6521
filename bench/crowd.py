"""Many at once, and one alone: is anybody lost, what does each see meanwhile, how soon is a place free, how soon is a quote there.

    python -m bench.crowd data/rtqa2024 ../shared/bench [--people 50] [--questions 40] [--beside http://127.0.0.1:7990/]

The real server in a process of its own, real questions of the year. `people` ask at the same moment, as event streams.
A leaver is served while others wait; the time is until the next one's work begins. The first quote is what a real Chromium
shows: from the key Enter until the quote is drawn. `--beside` asks another server, such as one of an older commit, the same
questions in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.answers import Year
from bench.report import write_section
from bench.servers import running

PORT = 7883
ADDRESS = f"http://127.0.0.1:{PORT}"
_LEAVERS = 12
_SHOWN = """
window.shown = new Promise((done) => addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const begin = performance.now();
  const look = () => {
    const found = document.querySelector(".declined, a[href='#b/declined']") ?? document.querySelector(
      ".early, .answer, .failed, #chat blockquote, #chat a[href^='#q/'], #chat [data-testid=bot] [href^='./?ask=']");
    found ? done([performance.now() - begin, found.matches(".declined, a")]) : requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}, true));
"""


@dataclass(frozen=True)
class Asked:
    """What one of many saw: what became of the question, seconds until the first sign and until the end, places told."""

    status: str
    first: float
    whole: float
    ahead: tuple[int, ...]


@contextmanager
def served(index: Path) -> Iterator[int]:
    """The real server; its process number."""
    command = [
        sys.executable,
        "app.py",
        "--index",
        str(index),
        "--port",
        str(PORT),
        "--rate",
        "0",
        "--feedback",
        "data/bench-feedback.sqlite3",
    ]
    with running(command, f"{ADDRESS}/readyz") as process:
        yield process


async def events(client: httpx.AsyncClient, question: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    headers = {"accept": "text/event-stream"}
    async with client.stream("POST", f"{ADDRESS}/api/ask", json={"question": question}, headers=headers) as response:
        name = ""
        async for line in response.aiter_lines():
            kind, _, value = line.partition(": ")
            if kind == "event":
                name = value
            elif kind == "data":
                yield name, json.loads(value)


async def one(client: httpx.AsyncClient, question: str) -> Asked:
    begin, first, ahead = time.perf_counter(), 0.0, []
    status = "lost"
    async for name, data in events(client, question):
        first = first or time.perf_counter() - begin
        if name == "phase" and data["phase"] == "wait":
            ahead.append(data["ahead"])
        if name in ("answer", "error"):
            status = data.get("status", name)
    return Asked(status, first, time.perf_counter() - begin, tuple(ahead))


async def crowd(questions: Sequence[str]) -> list[Asked]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=300, limits=limits) as client:
        return await asyncio.gather(*(one(client, question) for question in questions))


async def place_freed(questions: Sequence[str]) -> float:
    """Seconds from one's leaving, somewhere in the middle of being served, until the next one's work begins."""
    began: dict[str, float] = {}

    async def follow(name: str, question: str) -> None:
        async with httpx.AsyncClient(timeout=60) as client:
            async for kind, data in events(client, question):
                if kind == "phase" and data["phase"] != "wait":
                    began.setdefault(name, time.perf_counter())

    leaver = asyncio.create_task(follow("leaver", questions[0]))
    while "leaver" not in began:
        await asyncio.sleep(0.001)
    next_one = asyncio.create_task(follow("next", questions[1]))
    await asyncio.sleep(random.uniform(0.01, 0.2))
    left = time.perf_counter()
    leaver.cancel()
    await next_one
    return max(began["next"] - left, 0.0)


def first_quotes(questions: Sequence[str], addresses: Sequence[str]) -> list[tuple[list[float], int]]:
    """For each server the seconds until the first quote is drawn, for questions that get one; and how many are declined."""
    from playwright.sync_api import sync_playwright

    found: list[tuple[list[float], int]] = [([], 0) for _ in addresses]
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for question in questions:
            for n, address in enumerate(addresses):
                page = browser.new_page()
                page.add_init_script(_SHOWN)
                page.goto(address)
                box = page.get_by_role("textbox", name="Your question")
                box.wait_for()
                page.wait_for_timeout(1000)  # what is loaded late is there
                box.fill(question)
                box.press("Enter")
                milliseconds, declined = page.evaluate("shown")
                page.wait_for_timeout(1500)  # a reader reads
                page.close()
                seconds, so_far = found[n]
                found[n] = (seconds, so_far + 1) if declined else ([*seconds, milliseconds / 1000], so_far)
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--beside", metavar="URL", help="another server whose page is asked in turn")
    parser.add_argument("--write", type=Path, metavar="FILE", help="a document with a section for the figures")
    options = parser.parse_args()
    asked = [str(line["question"]) for line in Year(options.index.name[-4:], options.index, options.data).lines()]
    questions = random.Random(1).sample(asked, max(options.people, options.questions))
    with served(options.index):
        asyncio.run(crowd(questions[:2]))  # warm
        many = asyncio.run(crowd(questions[: options.people]))
        freed = [asyncio.run(place_freed(random.Random(n).sample(questions, 2))) for n in range(_LEAVERS)]
        pages = [f"{ADDRESS}/", *([options.beside] if options.beside else [])]
        (quotes, declined), *beside = first_quotes(questions[: options.questions], pages)
    answered = sum(a.status in ("answered", "declined") for a in many)
    told = sum(bool(a.ahead) and list(a.ahead) == sorted(a.ahead, reverse=True) for a in many)
    lines = [
        f"{options.people} at once: {answered} answered, {options.people - answered} lost; {told} saw their place in line, ever nearer",
        f"first sign after {max(a.first for a in many):.2f} s at most; all done after {max(a.whole for a in many):.1f} s",
        f"a place is free {statistics.median(freed):.2f} s (median), {max(freed):.2f} s (most of {len(freed)}) after its client left",
        f"first quote on the page {statistics.median(quotes):.2f} s after Enter (median of {len(quotes)}), {max(quotes):.2f} s (most); "
        f"{declined} were declined",
    ]
    lines += [
        f"the page beside it: {statistics.median(seconds):.2f} s (median of {len(seconds)}), {max(seconds):.2f} s (most)"
        for seconds, _ in beside
    ]
    found = "\n".join(f"- {line}" for line in lines)
    print(found)
    if options.write:
        beside_option = f"--beside {options.beside} " if options.beside else ""
        command = f"`python -m bench.crowd {options.index} {options.data} --people {options.people} --questions {options.questions} {beside_option}--write {options.write}`"
        write_section(options.write, "Many at once, and one alone", f"{command}\n\n{found}")


if __name__ == "__main__":
    main()
