"""axe-core finds nothing to say in any state of the page, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browsing import ask, needs_chromium, until

pytestmark = needs_chromium
MANY = "Has Meta partnered with AMD?"
HELD = """
const real = window.fetch;
window.fetch = async (address, options) => {
  const response = await real(address, options);
  if (!String(address).endsWith("api/ask")) return response;
  const held = (await response.text()).split("\\n\\n").filter((block) => block.includes("event: phase")).join("\\n\\n") + "\\n\\n";
  return new Response(new ReadableStream({ start: (out) => out.enqueue(new TextEncoder().encode(held)) }));
};
"""
"""An answer that stays at its last phase, with the first quote on the page."""


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
    page.wait_for_selector("#examples button")
    assert violations(page) == [], "empty"
    ask(page, MANY)
    page.wait_for_selector(".more button")
    page.click("details.quotes summary")
    assert violations(page) == [], "answered"
    page.hover(".chip >> nth=0")
    assert page.is_visible("#card")
    assert violations(page) == [], "card"
    page.click(".chip >> nth=0")
    page.wait_for_selector("#panel .article mark")
    assert violations(page) == [], "panel"
    page.keyboard.press("Escape")
    page.click("[aria-label='Something is wrong']")
    page.click("[aria-label='Edit the question']")
    assert violations(page) == [], "thumb and edit"
    ask(page, "Which Amazon chips will Meta use?")
    ask(page, "Who is the chief executive of AMD?")
    assert violations(page) == [], "differ and declined"
    for opener, dialog in (("#filter-open", "#filter form"), ("#history-open", "#history")):
        page.click(opener)
        page.wait_for_selector(dialog)
        assert violations(page) == [], dialog
        page.keyboard.press("Escape")


def test_while_it_answers(opened: Callable[..., Any]) -> None:
    page = opened("about:blank", ready=False)
    page.add_init_script(HELD)
    page.goto(opened().url)
    page.fill("#ask", MANY)
    page.press("#ask", "Enter")
    page.wait_for_selector(".working .early")
    assert "Looking for a second source" in page.inner_text(".phase")
    until(page, "document.querySelector('#status').textContent.includes('second source')")
    assert violations(page) == []
    page.route("**/api/ask", lambda route: route.abort())


def test_an_error_and_a_link(opened: Callable[..., Any]) -> None:
    page = opened("/#ask=eyJxdWVzdGlvbiI6IkhhcyBNZXRhIHBhcnRuZXJlZCB3aXRoIEFNRD8iLCJzZWVuIjoiMSJ9")
    page.wait_for_selector(".linked")
    assert "was another one" in page.inner_text(".linked")
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/widget?title=Ask+us&color=%23ffd400", "/widget?color=%23000000", "/embed"])
def test_the_widget_and_its_preview(opened: Callable[..., Any], path: str) -> None:
    page = opened(path, ready=False)
    if path != "/embed":
        page.wait_for_selector("html[data-ready]")
        ask(page, MANY)
        page.click(".chip >> nth=0")
        page.wait_for_selector("#panel .article mark")
    else:
        until(page, "document.querySelector('#tag').textContent !== ''")
    assert violations(page) == []
