"""One pass through the chat in a real browser: asked, quoted, followed up, declined, mended. The long tests look at each part alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browsing import answered, answers, ask, chips, needs_chromium, panel, until
from tests.test_widget import chat_frame

pytestmark = needs_chromium
ONE = "How much computing capacity did Meta secure from AMD?"


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def test_a_visit(visit: Callable[..., Any]) -> None:
    page = visit()
    page.get_by_text("9 articles, 24 Feb 2026 to 4 May 2026").wait_for()

    answer = ask(page, ONE)
    first, second, _ = answer.locator("p").all_inner_texts()
    assert re.sub(r"\s+", " ", first) == "6 gigawatts · Single source"
    assert second.startswith("Meta secured 6 gigawatts (6GW) of computing capacity from AMD.")

    chips(answer).first.click()
    panel(page).locator("mark").wait_for()
    assert panel(page).locator("mark").inner_text() == "Meta secured 6 gigawatts (6GW) of computing capacity from AMD."
    page.keyboard.press("Escape")
    panel(page).wait_for(state="hidden")

    assert "3 independent sources" in ask(page, "Has Meta partnered with AMD?").inner_text()
    assert ask(page, "Which Amazon chips will Meta use?").inner_text().startswith("Sources differ")
    assert "Understood as: Which chips does Meta buy from Amazon?" in follow_up(page).inner_text()
    assert ask(page, "Who is the chief executive of AMD?").inner_text().startswith("No answer found")

    button(page, "Undo").click()
    page.get_by_text("No answer found").wait_for(state="detached")
    count = answers(page).count()
    button(page, "Retry").click()
    answered(page, count)
    button(page, "Clear").click()
    answers(page).first.wait_for(state="detached")


def follow_up(page: Any) -> Any:
    ask(page, "Which chips does Meta buy from Nvidia?")
    return ask(page, "And Amazon?")


def test_the_widget_answers_on_another_site_s_page(visit: Callable[..., Any], portal: tuple[Path, int], port: int) -> None:
    folder, portal_port = portal
    (folder / "favicon.ico").write_bytes(b"")
    (folder / "visit.html").write_text(
        f'<!doctype html><title>Portal</title><script src="http://chat.corp:{port}/widget.js" async></script>'
    )
    page = visit(f"http://portal.example:{portal_port}/visit.html", ready=False)
    until(page, "document.querySelectorAll('body > div').length === 1")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = chat_frame(page)
    assert "Single source" in ask(frame, ONE).inner_text()
