"""Our Blocks beside a default gr.ChatInterface: requests, bytes, time until one can type, processor time of an answer.

    python -m bench.chats data/sample [--rounds 5] [--answers 20] [--write docs/web.md]

Both servers run at once and are measured in turn, by the same Chromium. Both give the same ready answer in the same steps, so
that only what the page costs is compared; the engine is what bench/answers.py measures. Bytes are as they come over the
network, headers included. "Slow" is 10 Mbit/s, 40 ms, and a processor a fourth as fast.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from answering.answer import Answer
from answering.engine import Engine, load_engine
from answering.from_passages import Phase
from bench.report import write_section
from bench.servers import running
from retriever.request import Request, make_request

QUESTION = "Has Meta partnered with AMD?"
_TICK = os.sysconf("SC_CLK_TCK")
_SLOW = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}


@dataclass(frozen=True)
class Chat:
    """What is the same for both: where to type, when one can, and when an answer is whole."""

    name: str
    box: str
    usable: str
    answered: str


OURS = Chat("Second Source", "#ask textarea", "#ask textarea", "#chat a[href^='./?ask='] >> nth={before}")
THEIRS = Chat("gr.ChatInterface", "textarea", "textarea:not([disabled])", ".bot.message >> nth={before}")


@dataclass(frozen=True)
class Canned(Engine):
    """Says again, at once, what the engine said to one question."""

    said: tuple[Phase | Answer, ...] = ()

    def answer_in_steps(self, request: Request) -> Generator[Phase | Answer, None, None]:
        yield from self.said


def serve(kind: str, index: Path, port: int) -> None:
    """Runs one of the two until it is killed."""
    import uvicorn

    engine = load_engine(index)
    parts = {field.name: getattr(engine, field.name) for field in fields(engine)}
    canned = Canned(**parts, said=tuple(engine.answer_in_steps(make_request({"question": QUESTION}))))
    if kind == OURS.name:
        uvicorn.run(_ours(canned), port=port, log_level="error", access_log=False)
    else:
        _launch_theirs(canned, port)


def _ours(engine: Engine) -> Any:
    from webchat.access import Access
    from webchat.server import make_app
    from webchat.settings import Settings
    from webchat.site import Site

    return make_app(engine, Settings(site=Site(examples=(QUESTION,)), access=Access(a_minute=0)))


def _launch_theirs(engine: Engine, port: int) -> None:
    """As its documentation begins, with nothing set; it tells the phases and then the answer with its quotes."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    def respond(message: str, history: list[Any]) -> Iterator[str]:
        for step in engine.answer_in_steps(make_request({"question": message})):
            if isinstance(step, Phase):
                yield step.text
            else:
                yield step.text + "".join(f"\n\n> {q.text} — {q.article.title}" for q in step.quotes)

    gr.ChatInterface(respond).launch(server_port=port, quiet=True)


# --- measuring -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visit:
    """One loading: how many requests, kilobytes, seconds until one can type."""

    requests: int
    kilobytes: float
    seconds: float


def visit(context: Any, chat: Chat, address: str, *, slow: bool = False) -> tuple[Any, Visit]:
    """Opens the page in a new tab of the context; the tab, and what loading it took."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    counted = {"requests": 0, "bytes": 0.0}
    session.on("Network.requestWillBeSent", lambda _: counted.__setitem__("requests", counted["requests"] + 1))
    session.on("Network.loadingFinished", lambda e: counted.__setitem__("bytes", counted["bytes"] + e["encodedDataLength"]))
    if slow:
        session.send("Network.emulateNetworkConditions", _SLOW)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    begin = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(chat.usable)
    page.wait_for_selector(chat.box)
    seconds = time.perf_counter() - begin
    page.wait_for_timeout(1500)  # what is loaded late counts too
    return page, Visit(int(counted["requests"]), counted["bytes"] / 1000, seconds)


def processor_seconds(process: int) -> float:
    """User and system time so far, of a process without its children."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def cost_of_answers(page: Any, chat: Chat, process: int, answers: int) -> float:
    """Processor milliseconds of the server for each answer, after one that does not count."""
    begin = 0.0
    for n in range(answers + 1):
        if n == 1:
            begin = processor_seconds(process)
        page.fill(chat.box, QUESTION)
        page.press(chat.box, "Enter")
        page.wait_for_selector(chat.answered.format(n=n + 1, before=n))
        page.wait_for_timeout(250)
    return (processor_seconds(process) - begin) / answers * 1000


def serving(kind: str, index: Path, port: int) -> AbstractContextManager[int]:
    command = [sys.executable, "-m", "bench.chats", str(index), "--serve", kind, "--port", str(port)]
    return running(command, f"http://127.0.0.1:{port}/")


def measured(browser: Any, chat: Chat, address: str, process: int, answers: int) -> dict[str, float]:
    """One round: cold, warm, slow and cold, and answers."""
    context = browser.new_context()
    first, cold = visit(context, chat, address)
    first.close()
    page, warm = visit(context, chat, address)
    answer = cost_of_answers(page, chat, process, answers)
    context.close()
    far = browser.new_context()
    _, slow = visit(far, chat, address, slow=True)
    far.close()
    return {
        "requests, cold": cold.requests, "kilobytes, cold": cold.kilobytes, "until one can type, cold, s": cold.seconds,
        "kilobytes, warm": warm.kilobytes, "until one can type, warm, s": warm.seconds,
        "until one can type, cold and slow, s": slow.seconds, "processor of the server for an answer, ms": answer,
    }  # fmt: skip


def compare(index: Path, rounds: int, answers: int) -> dict[str, dict[str, float]]:
    """Medians over the rounds, for each of the two."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    found: dict[str, list[dict[str, float]]] = {OURS.name: [], THEIRS.name: []}
    with (
        sync_playwright() as playwright,
        serving(OURS.name, index, 7881) as ours,
        serving(THEIRS.name, index, 7882) as theirs,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(rounds):
            found[OURS.name].append(measured(browser, OURS, "http://127.0.0.1:7881/", ours, answers))
            found[THEIRS.name].append(measured(browser, THEIRS, "http://127.0.0.1:7882/", theirs, answers))
        browser.close()
    return {name: {key: statistics.median(r[key] for r in each) for key in each[0]} for name, each in found.items()}


def table(found: dict[str, dict[str, float]]) -> str:
    lines = [f"| | {OURS.name} | {THEIRS.name} | ratio |", "|---|---|---|---|"]
    for key, ours in found[OURS.name].items():
        theirs = found[THEIRS.name][key]
        ratio = f"{theirs / ours:.1f}" if ours else "-"  # few answers may cost less than the clock's tick
        lines.append(f"| {key} | {ours:.3g} | {theirs:.3g} | {ratio} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--answers", type=int, default=20)
    parser.add_argument("--serve", choices=[OURS.name, THEIRS.name])
    parser.add_argument("--port", type=int, default=7881)
    parser.add_argument("--write", type=Path, metavar="FILE", help="a document with a section for the table")
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.index, options.port)
        return
    found = table(compare(options.index, options.rounds, options.answers))
    print(found)
    if options.write:
        command = f"`python -m bench.chats {options.index} --rounds {options.rounds} --answers {options.answers} --write {options.write}`"
        write_section(
            options.write, "Beside a default gr.ChatInterface", f"{command}, medians; gradio {_version()}.\n\n{found}"
        )


def _version() -> str:
    from importlib.metadata import version

    return version("gradio")


if __name__ == "__main__":
    main()
