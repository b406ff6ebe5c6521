"""Hostile articles and questions in a real browser: shown as text, and nothing of them runs, loads or covers the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browsing import ask, needs_chromium, served
from tests.payloads import PAYLOADS

pytestmark = needs_chromium
OURS = (
    "a, img, iframe, object, embed, form:not(.reasons-form), style, script, link, meta, base, svg:not(.shape), math, video, audio, select,"
    " marquee, [style], [onclick], [onload], [onerror], [srcdoc], [popover], h1"
)
"""What a conversation never holds."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A chat over articles each of which holds one payload wherever an article can hold something."""
    from corpus.splitting import SplitSettings
    from index.build import build
    from index.encoder import load_encoder

    folder = tmp_path_factory.mktemp("hostile")
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for number, payload in enumerate(PAYLOADS):
            flat = " ".join(payload.split())
            text = f"{payload}\n\nParcel {number + 100} weighs {number + 3} kilograms {flat} and it came from Ostby.\n\nIt was late. {payload}"
            fields = {"id": f"{number}/{payload}", "title": f"{payload} parcel {number + 100}", "publisher": payload, "author": payload,
                      "url": payload, "published": "2026-01-08", "text": text}  # fmt: skip
            file.write(json.dumps(fields) + "\n")
    build(folder / "index", [folder / "articles.jsonl"], load_encoder(), SplitSettings(), progress=False)
    with served(folder / "index", folder) as port:
        yield port


def nothing_foreign(page: Any) -> list[str]:
    return list(
        page.evaluate(
            f"[...document.querySelectorAll('#turns, #panel, #card')].flatMap((n) => [...n.querySelectorAll(`{OURS}`)]).map((n) => n.outerHTML)"
        )
    )


def test_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


def test_nothing_of_a_hostile_article_runs_or_loads(visit: Callable[..., Any], hostile: int) -> None:
    page = visit("/", of=hostile)
    shown = 0
    for number in range(len(PAYLOADS)):
        turn = ask(page, f"How many kilograms does parcel {number + 100} weigh?")
        if turn.locator(".chip").count():
            turn.locator(".chip").first.hover()
            turn.locator(".chip").first.click()
            page.wait_for_selector("#panel .article span", state="attached")
            shown += f"weighs {number + 3} kilograms" in page.inner_text("#panel .article")
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Escape")
        assert nothing_foreign(page) == []
        assert page.evaluate("window.hit") is None
        assert page.evaluate("document.elementFromPoint(640, 740).closest('#composer') !== null"), "the page is not covered"
        page.click("#new")
    assert shown >= 0.8 * len(PAYLOADS), "nearly every article was really shown"
    page.click("#filter-open")
    page.wait_for_selector("#filter label")
    page.keyboard.press("Escape")
    page.click("#history-open")
    page.click("#history .kept >> nth=0")
    page.wait_for_selector(".turn")
    assert page.evaluate("document.querySelectorAll('dialog :is(img, iframe, a, script, style, [style])').length") == 0
    assert nothing_foreign(page) == []


def test_hostile_questions_are_text(visit: Callable[..., Any], port: int) -> None:
    page = visit()
    for payload in PAYLOADS[::3]:
        ask(page, payload)
        assert nothing_foreign(page) == []
    assert page.evaluate("window.hit") is None
    assert page.inner_text(".question >> nth=0") == PAYLOADS[0]


def test_hostile_addresses_are_text(visit: Callable[..., Any], port: int) -> None:
    from urllib.parse import quote

    for payload in PAYLOADS[::10]:
        page = visit(
            f"/widget?title={quote(payload)}&greeting={quote(payload)}&color={quote(payload)}&theme={quote(payload)}&host={quote(payload)}"
        )
        assert (
            page.evaluate(
                "document.querySelectorAll('#bar :is(script, iframe, style, a), #empty :is(img, script, iframe, a)').length"
            )
            == 0
        )
    broken = visit("/#ask=e30")
    assert broken.locator(".turn").count() == 0


def test_an_id_is_no_path(visit: Callable[..., Any], hostile: int) -> None:
    page = visit("/", of=hostile)
    for id_ in ("../../etc/passwd", "/etc/passwd", "%2e%2e/x", "\x00"):
        assert page.request.get(f"http://127.0.0.1:{hostile}/api/articles", params={"id": id_}).status == 404
