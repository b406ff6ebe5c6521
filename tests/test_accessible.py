"""axe-core finds nothing to say in any state of the page, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browsing import answered, ask, box, chips, needs_chromium, panel, until

pytestmark = [*needs_chromium, pytest.mark.long]
MANY = "Has Meta partnered with AMD?"


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{v['id']} ({v['impact']}): {node['html'][:160]}" for v in found for node in v["nodes"]]


@pytest.fixture(params=[("desktop", "light"), ("desktop", "dark"), ("phone", "light"), ("phone", "dark")], ids="-".join)
def opened(request: pytest.FixtureRequest, visit: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Opens a page in one size and colour, without movements: what is half faded in has no contrast yet."""
    size, scheme = request.param
    yield lambda path="/", **more: visit(path, size, color_scheme=scheme, reduced_motion="reduce", **more)


def test_the_chat_in_all_its_states(opened: Callable[..., Any]) -> None:
    page = opened()
    page.get_by_role("button", name="Meta and AMD Agree on a Long Partnership").wait_for()
    assert violations(page) == [], "empty"
    answer = ask(page, MANY)
    assert violations(page) == [], "answered"
    chips(answer).first.hover()
    assert violations(page) == [], "card"
    chips(answer).first.click()
    panel(page).locator("mark").wait_for()
    page.wait_for_timeout(300)
    assert violations(page) == [], "panel"
    page.keyboard.press("Escape")
    page.mouse.move(1, 1)
    page.get_by_text("Searched 9 articles").click()
    page.get_by_role("button", name="Feedback", exact=True).click()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.wait_for_timeout(300)
    assert violations(page) == [], "thumb, edit, how it was answered"
    page.get_by_role("button", name="Cancel", exact=True).click()
    ask(page, "Which Amazon chips will Meta use?")
    ask(page, "Who is the chief executive of AMD?")
    assert violations(page) == [], "differ and declined"
    page.get_by_role("button", name="Menu", exact=True).click()
    page.wait_for_timeout(300)
    assert violations(page) == [], "menu"
    page.get_by_label("Outlets").click()
    page.get_by_role("option", name="Sample Compute Letter").click()
    page.wait_for_timeout(300)
    assert violations(page) == [], "filter"


def test_while_it_answers(opened: Callable[..., Any], unending: int) -> None:
    page = opened("/", of=unending)
    box(page).fill(MANY)
    box(page).press("Enter")
    page.get_by_text("Looking for a second source").wait_for()
    page.wait_for_timeout(300)
    assert violations(page) == []
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("Stopped.").wait_for()
    assert violations(page) == []


def test_a_link_and_an_error(opened: Callable[..., Any]) -> None:
    page = opened("/?ask=Has+Meta+partnered+with+AMD%3F")
    until(page, "document.querySelector('#ask textarea').value.endsWith('AMD?')")
    box(page).press("Enter")
    answered(page)
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_label("Published from").fill("someday")
    page.get_by_role("button", name="Menu", exact=True).click()
    box(page).fill(MANY)
    box(page).press("Enter")
    page.get_by_text("someday").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize(
    "path", ["/widget?title=Ask+us&color=%23ffd400", "/widget?color=%23000000", "/widget?color=%23ffffff", "/embed"]
)
def test_the_widget_and_the_other_pages(opened: Callable[..., Any], path: str) -> None:
    page = opened(path, ready=False)
    if path.startswith("/widget"):
        box(page).wait_for()
        answer = ask(page, MANY)
        assert violations(page) == []
        chips(answer).first.click()
        panel(page).locator("mark").wait_for()
        page.wait_for_timeout(300)
    assert violations(page) == []
