"""The chat and the widget in a real Chromium: asked, answered, quoted, on a desktop and a phone, without the internet."""

from __future__ import annotations

import functools
import http.server
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.models,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="left out: no Chromium is installed"),
]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def host_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A page of another origin: its folder and its address."""
    folder = tmp_path_factory.mktemp("intranet")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def address(sample_index: Path, host_page: tuple[Path, str]) -> Iterator[str]:
    """The chat, served as a user serves it; pages of the other origin may embed it."""
    port = free_port()
    command = [sys.executable, "app.py", "--index", str(sample_index), "--port", str(port), "--allow-origin", host_page[1]]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/readyz").close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
        server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


SIZES = {"desktop": {"width": 1280, "height": 720}, "phone": {"width": 390, "height": 780}}


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport=SIZES[request.param])
    page = context.new_page()
    requests: list[str] = []
    violations: list[str] = []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: violations.append(m.text) if "Content Security" in m.text else None)
    page.goto(address)
    page.wait_for_selector("#ask textarea")
    yield page
    assert [r for r in requests if not r.startswith((address, "data:", "blob:"))] == []
    assert violations == []
    context.close()


def ask(page: Any, question: str) -> None:
    page.fill("#ask textarea", question)
    page.keyboard.press("Enter")


def test_a_question_gets_a_quoted_answer_and_its_article(page: Any) -> None:
    ask(page, "How much computing capacity did Meta secure from AMD?")
    page.wait_for_selector(".answer .badge.one")
    assert "Single source" in page.inner_text(".answer")
    page.click("a.chip >> nth=0")
    page.wait_for_selector("#quotes-panel .article mark")
    assert page.inner_text("#quotes-panel .article mark") == "Meta secured 6 gigawatts (6GW) of computing capacity from AMD."
    assert page.evaluate("document.querySelector('#quotes-panel mark').getBoundingClientRect().top < innerHeight")
    page.keyboard.press("Escape")
    assert page.is_hidden("#quotes-panel")
    assert page.evaluate("document.activeElement.className") == "chip"


def test_differing_sources_stand_side_by_side(page: Any) -> None:
    ask(page, "Which Amazon chips will Meta use?")
    page.wait_for_selector(".sides .side >> nth=1")
    assert "Sources differ" in page.inner_text(".answer")
    assert "machine-written" in page.inner_text(".sides")


def test_a_declined_question_looks_different_and_shows_the_nearest(page: Any) -> None:
    ask(page, "Who is the chief executive of AMD?")
    page.wait_for_selector(".declined .q")
    assert "The articles do not say" in page.inner_text(".declined")
    assert page.query_selector(".answer") is None


def test_hostile_questions_are_text(page: Any) -> None:
    hostile = '<img src="http://elsewhere.example/x" onerror="window.hit=1"> ${window.hit=1} ![x](http://elsewhere.example/y) [a](javascript:hit=1)'
    ask(page, hostile)
    page.wait_for_selector(".declined, .answer")
    assert "onerror" in page.inner_text(".asked")
    assert page.evaluate("window.hit") is None


def test_examples_ask_when_clicked_and_the_page_fits(page: Any) -> None:
    if page.query_selector("#chat .example") is None:
        pytest.fail("the sample corpus has example questions")
    page.click("#chat .example >> nth=0")
    page.wait_for_selector(".answer")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('#ask').getBoundingClientRect().bottom <= innerHeight")


def test_the_widget_on_a_page_of_another_origin(browser: Any, address: str, host_page: tuple[Path, str]) -> None:
    folder, origin = host_page
    (folder / "index.html").write_text(
        "<!doctype html><style>* { font-family: serif !important; } button { background: red !important; }</style>"
        f'<h1>Intranet</h1><script src="{address}/widget.js"></script><script src="{address}/widget.js"></script>',
        encoding="utf-8",
    )
    page = browser.new_page(viewport=SIZES["desktop"])
    requests: list[str] = []
    page.on("request", lambda r: requests.append(r.url))
    page.goto(origin)
    assert [r for r in requests if r.startswith(address)] == [f"{address}/widget.js"] * len(
        [r for r in requests if r.startswith(address)]
    ), "nothing but the script before the first click"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = page.wait_for_event("frameattached") if len(page.frames) < 2 else page.frames[1]
    frame.wait_for_selector("#ask textarea")
    frame.fill("#ask textarea", "Has Meta partnered with AMD?")
    frame.press("#ask textarea", "Enter")
    frame.wait_for_selector(".answer .badge.many")
    frame.click("a.chip >> nth=0")
    frame.wait_for_selector("#quotes-panel .article mark")
    assert frame.is_hidden("#topbar")
    page.close()


def test_a_page_that_is_not_listed_may_not_frame_it(browser: Any, address: str, tmp_path: Path) -> None:
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "index.html").write_text(f'<iframe src="{address}/widget"></iframe>', encoding="utf-8")
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text))
    page.goto(f"http://localhost:{server.server_port}")
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in text for text in refused)
    page.close()
    server.shutdown()
    server.server_close()
