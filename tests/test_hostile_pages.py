"""Hostile articles and questions in a real browser: shown as text, and nothing of them runs, loads or covers the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browsing import answers, ask, box, chips, needs_chromium, panel, served
from tests.payloads import PAYLOADS

pytestmark = [*needs_chromium, pytest.mark.long]
FOREIGN = (
    "img, iframe, object, embed, form, style, script, link, meta, base, math, video, audio, select, marquee, input, details,"
    " [onclick], [onload], [onerror], [onmouseover], [onfocus], [srcdoc], [popover], h1, h4, table, pre, code,"
    " a:not([href^='#q/'], [href^='#b/'], [href^='./?ask=']), [style*=fixed], .prose svg, .prose button, .prose [id], .prose [style]"
)
"""What a conversation and an article never hold, Gradio's own buttons around them apart."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A chat over articles each of which holds one payload wherever an article can hold something."""
    from index.build import build
    from models.encoder import load_encoder

    folder = tmp_path_factory.mktemp("hostile")
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for number, payload in enumerate(PAYLOADS):
            flat = " ".join(payload.split())
            text = f"{payload}\n\nParcel {number + 100} weighs {number + 3} kilograms {flat} and it came from Ostby.\n\nIt was late. {payload}"
            fields = {"id": f"{number}/{payload}", "title": f"{payload} parcel {number + 100}", "publisher": payload, "author": payload,
                      "url": payload, "published": "2026-01-08", "text": text}  # fmt: skip
            file.write(json.dumps(fields) + "\n")
    build(folder / "index", [folder / "articles.jsonl"], load_encoder(), progress=False)
    with served(folder / "index", folder) as port:
        yield port


def nothing_foreign(page: Any) -> list[str]:
    """Of the messages and of the article; a link to its original is the one that an article may have."""
    return list(
        page.evaluate(
            "(selector) => [...document.querySelectorAll('#chat .prose, #source')].flatMap((n) => [...n.querySelectorAll(selector)])"
            ".filter((n) => !n.closest('button') && !/^https?:[/][/]/.test(n.getAttribute('href') ?? '')"
            " && !n.matches('#source .prose')).map((n) => n.outerHTML)",
            FOREIGN,
        )
    )


def test_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


def test_nothing_of_a_hostile_article_runs_or_loads(visit: Callable[..., Any], hostile: int) -> None:
    page = visit("/", of=hostile)
    shown = 0
    for number in range(len(PAYLOADS)):
        answer = ask(page, f"How many kilograms does parcel {number + 100} weigh?")
        if chips(answer).count():
            chips(answer).first.hover()
            assert nothing_foreign(page) == []
            chips(answer).first.click()
            panel(page).locator("hr").wait_for(state="attached")
            page.wait_for_timeout(100)
            shown += f"weighs {number + 3} kilograms" in " ".join(panel(page).inner_text().split())
            assert nothing_foreign(page) == []
            page.keyboard.press("Escape")
        assert page.evaluate("window.hit") is None
        assert page.evaluate("document.elementFromPoint(640, 750).closest('#ask') !== null"), "the page is not covered"
        if number % 10 == 9:
            page.get_by_role("button", name="Clear").click()
            answers(page).first.wait_for(state="detached")
    assert shown >= 0.8 * len(PAYLOADS), "nearly every article was really shown"
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("Outlets").click()
    page.get_by_role("option").first.wait_for()
    assert page.evaluate("document.querySelectorAll('#menu :is(img, iframe, a, script, style)').length") == 0
    assert page.evaluate("window.hit") is None


def test_hostile_questions_are_text(visit: Callable[..., Any], port: int) -> None:
    page = visit()
    for payload in PAYLOADS[::3]:
        ask(page, payload)
        assert nothing_foreign(page) == []
    assert page.evaluate("window.hit") is None
    assert page.locator("#chat [data-testid=user]").first.inner_text() == PAYLOADS[0]


def test_hostile_addresses_are_text(visit: Callable[..., Any], port: int) -> None:
    from urllib.parse import quote

    for payload in PAYLOADS[::10]:
        names = ("title", "greeting", "color", "theme", "host", "in", "__theme")
        page = visit(f"/widget?{'&'.join(f'{name}={quote(payload)}' for name in names)}")
        page.wait_for_timeout(500)
        held = "document.querySelectorAll('#top :is(script, iframe, style, a, img), #chat .placeholder :is(img, script, iframe, a)').length"
        assert page.evaluate(held) == 0
        assert page.evaluate("window.hit") is None


def test_a_forged_chip_shows_nothing(visit: Callable[..., Any], port: int) -> None:
    """The address of a chip comes from the browser."""
    page = visit()
    ask(page, "Has Meta partnered with AMD?")
    for address in (
        "#q/0/9/000000000000/six-gigawatts.md",
        "#q/0/9/224f456b23da/..%2F..%2Fetc%2Fpasswd",
        "#q/x",
        "#q/0/9/%3Cimg%20src=x%3E",
    ):
        page.evaluate("(address) => document.querySelector('#chat a[href^=\"#q/\"]').setAttribute('href', address)", address)
        page.locator("#chat a[href^='#q/']").first.click()
        page.wait_for_timeout(300)
        assert panel(page).locator("mark").count() == 0
        assert nothing_foreign(page) == []
        page.keyboard.press("Escape")
    box(page).focus()


def test_an_id_is_no_path(visit: Callable[..., Any], hostile: int) -> None:
    page = visit("/", of=hostile)
    for id_ in ("../../etc/passwd", "/etc/passwd", "%2e%2e/x", "\x00"):
        assert page.request.get(f"http://127.0.0.1:{hostile}/api/articles", params={"id": id_}).status == 404
