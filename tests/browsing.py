"""A real Chromium before the real server: fixtures that browser tests share."""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import httpx
import pytest

from answering.answer import Answer
from answering.engine import Engine
from answering.from_passages import Phase
from retriever.request import Request
from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NAMES = ("portal.example", "chat.corp")
"""Two sites that Chromium is told to find on this machine: a host page and our server, not of one site."""
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--font-render-hinting=none", f"--host-resolver-rules={','.join(f'MAP {name} 127.0.0.1' for name in NAMES)}",
]  # fmt: skip
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 780}}
_LOOKED_UP = """
import json, runpy, socket, sys
log, sys.argv = open(sys.argv[1], "a", buffering=1), sys.argv[2:]
ask = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: (print(json.dumps(str(host)), file=log), ask(host, *rest, **more))[1]
runpy.run_path("app.py", run_name="__main__")
"""
"""Runs app.py and writes down every name that is looked up."""

needs_chromium = [
    pytest.mark.models,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="left out: no Chromium is installed"),
]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def served(index: Path, folder: Path, *options: str) -> Iterator[int]:
    """The chat, served as a user serves it, until the end; its port. Nothing but this machine may have been looked up."""
    port, log = free_port(), folder / "looked-up.jsonl"
    command = [sys.executable, "-c", _LOOKED_UP, str(log), "app.py", "--index", str(index), "--port", str(port), "--rate", "0",
               "--feedback", str(folder / "feedback.sqlite3"), *options]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz")
            yield port
        finally:
            server.terminate()
    names = {json.loads(line) for line in log.read_text().splitlines()} if log.exists() else set()
    assert names <= {"127.0.0.1", "localhost", "None"}, names


def wait_for(url: str) -> None:
    for _ in range(240):
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url).is_success:
                return
        time.sleep(0.25)
    pytest.fail(f"{url} does not answer")


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A server of pages that are not ours: its folder and its port. `strict` pages come with a strict policy."""
    folder = tmp_path_factory.mktemp("portal")

    class Pages(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            policy = folder / f"{Path(self.path).stem}.policy"
            if policy.exists():
                self.send_header("Content-Security-Policy", policy.read_text())
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def port(sample_index: Path, portal: tuple[Path, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of the chat over the sample corpus; pages of portal.example may embed it."""
    with served(
        sample_index, tmp_path_factory.mktemp("served"), "--allow-origin", f"http://portal.example:{portal[1]}"
    ) as port:
        yield port


@contextmanager
def in_process(app: Any) -> Iterator[int]:
    """An application on a port of this machine, in a thread of this process; its port."""
    from webchat.connections import listening

    port = free_port()
    server = listening(app, "127.0.0.1", port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(f"http://127.0.0.1:{port}/healthz")
    yield port
    server.should_exit = True
    thread.join()


@dataclass(frozen=True)
class Unending(Engine):
    """Finds what the engine finds, and never comes to the answer."""

    def answer_in_steps(self, request: Request) -> Generator[Phase | Answer, None, None]:
        *phases, _ = super().answer_in_steps(request)
        yield from phases
        while True:
            time.sleep(0.02)
            yield phases[-1]


@pytest.fixture(scope="session")
def unending(sample_index: Path) -> Iterator[int]:
    from answering.engine import load_engine
    from webchat.server import make_app
    from webchat.settings import Settings
    from webchat.site import Site

    loaded = load_engine(sample_index)
    engine = Unending(**{field.name: getattr(loaded, field.name) for field in fields(loaded)})
    with in_process(make_app(engine, Settings(Site(examples=())))) as port:
        yield port


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One for each module: while it is open, no other event loop can run in this thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any, port: int) -> Iterator[Callable[..., Any]]:
    """Opens a page of the server; at the end, no request has left this machine, and nothing was refused or failed."""
    contexts: list[Any] = []
    asked: list[str] = []
    wrong: list[str] = []

    def dismiss(dialog: Any) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_(path: str = "/", size: str = "desktop", *, of: int = port, ready: bool = True, **context: Any) -> Any:
        opened = browser.new_context(viewport=SIZES[size], **context)
        contexts.append(opened)
        page = opened.new_page()
        page.on("request", lambda r: asked.append(r.url))
        # The server refuses (400; Gradio 422) where a stop or a cleared chat comes just after the end of what it would have cancelled.
        known, late = re.compile("svelte-i18n|status of 4(00|22)"), re.compile("/gradio_api/(?:cancel|reset)$")
        page.on(
            "console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") and not known.search(m.text) else 0
        )
        page.on(
            "response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 400 and not late.search(r.url) else 0
        )
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("dialog", dismiss)
        page.goto(f"http://127.0.0.1:{of}{path}" if path.startswith("/") else path)
        if ready:
            box(page).wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()
    here = ("http://127.0.0.1:", "data:", "blob:", *(f"http://{name}:" for name in NAMES))
    assert [url for url in asked if not url.startswith(here)] == []
    assert wrong == [], wrong


def box(page: Any) -> Any:
    """Where one types; of a page or a frame."""
    return page.get_by_role("textbox", name="Your question")


def answers(page: Any) -> Any:
    """All answers so far, by what each ends with."""
    link = page.get_by_role("link", name="Link to this question")
    return page.locator("#chat [data-testid=bot]").filter(has=link)


def chips(within: Any) -> Any:
    return within.get_by_role("link", name=re.compile(r"^Quote \d+$"))


def panel(page: Any) -> Any:
    return page.locator("#source")


def ask(page: Any, question: str) -> Any:
    """Asks and waits for the end of the answer, which it gives."""
    before = answers(page).count()
    box(page).fill(question)
    box(page).press("Enter")
    return answered(page, before + 1)


def answered(page: Any, count: int = 1) -> Any:
    """The last of so many answers, when it has come and everything is named."""
    last = answers(page).nth(count - 1)
    last.wait_for()
    page.get_by_role("button", name="Ask", exact=True).wait_for()
    last.locator("a[title^='“'], a[href^='#b/'][title]").first.wait_for(state="detached")
    return last


def until(frame: Any, expression: str) -> None:
    """Waits until a JavaScript expression is true; unlike Playwright's own way, also where the page's policy forbids eval."""
    for _ in range(200):
        if frame.evaluate(expression):
            return
        time.sleep(0.05)
    pytest.fail(f"never true: {expression}")
