"""The whole conversation in a real Chromium: asked, answered, quoted, kept, shared; by mouse, by keyboard, by touch."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import SIZES, ask, needs_chromium, served, until

pytestmark = needs_chromium
ONE = "How much computing capacity did Meta secure from AMD?"
MANY = "Has Meta partnered with AMD?"
DIFFER = "Which Amazon chips will Meta use?"
NONE = "Who is the chief executive of AMD?"
Visit = Callable[..., Any]


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, visit: Visit) -> Any:
    return visit("/", request.param)


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"))


def test_the_empty_page_says_what_there_is_and_its_examples_are_answered(page: Any) -> None:
    assert "9 articles, 24 Feb 2026 to 4 May 2026" in page.inner_text("#holds")
    page.wait_for_selector("#examples button")
    assert page.locator("#examples button").count() >= 3
    page.click("#examples button >> nth=0")
    page.wait_for_selector(".answer")
    assert page.is_hidden("#empty")
    assert page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"
    )


def test_a_question_gets_a_quoted_answer_and_its_article(page: Any) -> None:
    turn = ask(page, ONE)
    assert "Single source" in turn.inner_text()
    page.click(".chip >> nth=0")
    page.wait_for_selector("#panel .article .furniture, #panel .article mark + span")
    assert page.inner_text("#panel .article mark") == "Meta secured 6 gigawatts (6GW) of computing capacity from AMD."
    box = page.locator("#panel .article mark").bounding_box()
    article = page.locator("#panel .article").bounding_box()
    assert article["y"] <= box["y"] and box["y"] + box["height"] <= article["y"] + article["height"]
    assert page.is_visible("#ask") or page.viewport_size["width"] < 900
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")
    assert focused(page).startswith("Quote 1 of")


def test_differing_sources_stand_side_by_side_with_their_dates(page: Any) -> None:
    ask(page, DIFFER)
    assert "Sources differ" in page.inner_text(".answer")
    assert "27 Apr 2026" in page.inner_text(".side >> nth=0")
    assert "machine-written" in page.inner_text(".side >> nth=1")


def test_every_statement_has_its_own_support_and_undated_is_marked(page: Any) -> None:
    ask(page, MANY)
    assert page.locator(".stated .badge").all_inner_texts() == ["3 independent sources", "Single source"]
    page.click("details.quotes > summary")
    assert page.locator(".quote .mark", has_text="undated").count() == 1
    assert "which is not in the corpus" in page.inner_text(".answer")


def test_a_declined_question_looks_different_and_shows_the_nearest(page: Any) -> None:
    ask(page, NONE)
    assert page.query_selector(".answer") is None
    assert page.query_selector(".declined .chip") is None
    assert "The articles do not say. 9 articles" in page.inner_text(".declined")
    page.click(".declined .quote button >> nth=1")
    page.wait_for_selector("#panel .article mark + span, #panel .article span + mark")
    assert "Quote 2 of 3" in page.inner_text("#panel")


def test_a_follow_up_keeps_its_subject_and_more_is_offered(page: Any) -> None:
    ask(page, "Which chips does Meta buy from Nvidia?")
    turn = ask(page, "And Amazon?")
    assert "Understood as: Which chips does Meta buy from Amazon?" in turn.inner_text()
    page.wait_for_selector(".more button")
    assert 1 <= page.locator(".more button").count() <= 3
    offered = page.inner_text(".more button >> nth=0")
    page.click(".more button >> nth=0")
    page.wait_for_selector(".turn:nth-child(3) .answer")
    assert page.inner_text(".turn:nth-child(3) .question") == offered


def test_a_card_comes_by_pointer_and_by_keyboard_and_goes_by_escape(visit: Visit) -> None:
    page = visit()
    ask(page, MANY)
    page.hover(".chip >> nth=1")
    page.wait_for_selector("#card:not([hidden])")
    assert "Why One Chip Is Not Enough" in page.inner_text("#card")
    assert "4 May 2026" in page.inner_text("#card")
    page.hover("#card")  # it can be reached and read
    page.wait_for_timeout(300)
    assert page.is_visible("#card")
    page.keyboard.press("Escape")
    assert page.is_hidden("#card")
    page.mouse.move(5, 700)
    page.focus("#scroll")
    page.keyboard.press("Tab")
    while not focused(page).startswith("Quote 1"):
        page.keyboard.press("Tab")
    assert page.is_visible("#card")
    box = page.locator("#card").bounding_box()
    assert box["x"] >= 0 and box["y"] >= 0


def test_a_tap_shows_the_card_and_a_second_one_the_sheet(visit: Visit) -> None:
    page = visit("/", "phone", has_touch=True, is_mobile=True)
    ask(page, ONE)
    page.tap(".chip >> nth=0")
    assert page.is_visible("#card") and page.is_hidden("#panel")
    page.tap(".chip >> nth=0")
    page.wait_for_selector("#panel .article mark")
    sheet = page.locator("#panel").bounding_box()
    assert sheet["x"] == 0 and sheet["width"] == page.viewport_size["width"]
    page.tap("#panel [aria-label='Close quotes']")
    assert page.is_hidden("#panel")


def test_everything_is_done_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.keyboard.type(MANY)  # the question is where one begins
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    page.focus(".chip >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .article mark")
    assert "Quote 1 of 4" in page.inner_text("#panel h2")
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('#panel h2').textContent === 'Quote 2 of 4'")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#panel h2") == "Quote 4 of 4"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "Previous quote"
    assert page.inner_text("#panel h2") == "Quote 3 of 4"
    page.keyboard.press("Escape")
    page.focus("#ask")
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    assert page.input_value("#ask") == "one\ntwo"


def test_stop_and_ask_again(visit: Visit) -> None:
    page = visit()
    held: list[Any] = []
    page.route("**/api/ask", lambda route: held.append(route))
    page.fill("#ask", ONE)
    page.press("#ask", "Enter")
    page.wait_for_selector("#stop:not([hidden])")
    assert page.inner_text(".phase") == "Sending…"
    page.click("#stop")
    page.wait_for_selector(".failed")
    assert "Stopped." in page.inner_text(".failed")
    page.unroute("**/api/ask")
    page.click(".failed button")
    page.wait_for_selector(".answer")
    page.click(".tools [aria-label='Ask again']")
    page.wait_for_selector(".working, .answer")
    page.wait_for_selector(".tools [aria-label='Ask again']")
    assert page.locator(".turn").count() == 1


def test_an_edited_question_takes_the_place_of_the_old_one(visit: Visit) -> None:
    page = visit()
    ask(page, ONE)
    ask(page, MANY)
    page.hover(".turn >> nth=0")
    page.click("[aria-label='Edit the question'] >> nth=0")
    page.keyboard.press("Escape")
    assert page.inner_text(".question >> nth=0") == ONE
    page.click("[aria-label='Edit the question'] >> nth=0")
    page.fill(".asked textarea", NONE)
    page.keyboard.press("Enter")
    page.wait_for_selector(".declined")
    assert page.locator(".question").all_inner_texts() == [NONE]


def test_what_leaves_keeps_its_sources(visit: Visit, port: int) -> None:
    page = visit("/", permissions=["clipboard-read", "clipboard-write"])
    ask(page, ONE)
    page.click("[aria-label='Copy with sources']")
    page.wait_for_selector(".tools .done")
    copied = page.evaluate("navigator.clipboard.readText()")
    for part in (
        ONE,
        "Single source",
        "“Meta secured 6 gigawatts (6GW) of computing capacity from AMD.”",
        "undated",
        "six-gigawatts.md, characters ",
        "sha256 ",
    ):
        assert part in copied
    page.click(".chip >> nth=0")
    page.click("#panel >> text=Copy quote")
    until(page, "navigator.clipboard.readText().then((text) => text.startsWith('“Meta secured'))")
    with page.expect_download() as downloading:
        page.click("#download")
    markdown = downloading.value.path().read_text()
    assert f"## {ONE}".replace("-", "\\-") in markdown
    assert "> Meta secured 6 gigawatts \\(6GW\\) of computing capacity from AMD." in markdown
    page.click("[aria-label='Copy a link to this answer']")
    until(page, "navigator.clipboard.readText().then((text) => text.startsWith('http'))")
    link = page.evaluate("navigator.clipboard.readText()")
    other = visit(link)
    other.wait_for_selector(".answer")
    assert other.inner_text(".question") == ONE
    assert "The articles still say the same" in other.inner_text(".linked")


def test_a_thumb_is_kept_with_its_reason(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> None:
    page = visit()
    ask(page, ONE)
    page.click("[aria-label='Something is wrong']")
    page.click(".reasons-form >> text=not a single source")
    page.fill(".reasons-form input[type=text]", "There is another")
    with page.expect_response("**/api/feedback") as kept:
        page.click(".reasons-form >> text=Send")
    assert kept.value.status == 204
    assert page.get_attribute("[aria-label='Something is wrong']", "aria-pressed") == "true"
    file = next(tmp_path_factory.getbasetemp().glob("served*/feedback.sqlite3"))
    with sqlite3.connect(file) as db:
        row = db.execute("select verdict, reason, remark, question, quotes from feedback").fetchone()
    assert row[:4] == ("down", "not a single source", "There is another", ONE)
    assert json.loads(row[4])[0]["id"] == "six-gigawatts.md"


def test_history_is_kept_here_and_can_be_forgotten(visit: Visit) -> None:
    page = visit()
    ask(page, ONE)
    page.click("#new")
    assert page.is_visible("#empty") and page.locator(".turn").count() == 0
    page.reload()
    page.click("#history-open")
    page.click(f"#history >> text={ONE}")
    page.wait_for_selector(".answer .chip")
    turn = ask(page, "And Amazon?")
    assert turn.is_visible()
    page.click("#history-open")
    page.click("#history >> text=Delete all")
    assert "No conversation is kept yet" in page.inner_text("#history")
    page.check("#history input")
    page.keyboard.press("Escape")
    ask(page, NONE)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.endsWith(':history')).length") == 0


def test_a_browser_that_keeps_nothing_still_chats(visit: Visit, port: int) -> None:
    page = visit("about:blank", ready=False)
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.goto(f"http://127.0.0.1:{port}/")
    ask(page, ONE)
    page.click("#theme")
    page.click("#history-open")
    assert "This browser keeps nothing" in page.inner_text("#history")


def test_a_part_of_the_articles_can_be_chosen(page: Any) -> None:
    page.click("#filter-open")
    page.wait_for_selector("#filter .outlets")
    page.check("#filter >> text=Sample Compute Letter")
    page.fill("#filter input[type=date] >> nth=0", "2026-05-01")
    page.click("#filter >> text=Ask only these")
    assert "Only Sample Compute Letter; from 1 May 2026" in page.inner_text("#part")
    assert page.locator(".turn").count() == 0
    ask(page, ONE)
    assert "1 of 9 articles were searched" in page.inner_text(".declined")
    page.click("#part button")
    assert page.is_hidden("#part")
    turn = ask(page, ONE)
    assert "Single source" in turn.inner_text()


def test_eight_tabs_all_answer(visit: Visit) -> None:
    first = visit()
    first.context.add_init_script(
        "window.phases = []; new MutationObserver(() => phases.push(document.querySelector('.phase')?.textContent))"
        ".observe(document, { subtree: true, childList: true, characterData: true })"
    )
    pages = [first, *(first.context.new_page() for _ in range(7))]
    for page in pages:
        page.goto(first.url)
        page.wait_for_selector("html[data-ready]")
        page.fill("#ask", ONE)
    for page in pages:
        page.press("#ask", "Enter")
    for page in pages:
        page.wait_for_selector(".answer .chip")
    shown = {phase for page in pages for phase in page.evaluate("phases")}
    assert any(phase and phase.startswith("Waiting: ") for phase in shown), "who waits sees how many come first"


def test_the_narrowest_and_the_widest_window_hold_it(visit: Visit) -> None:
    page = visit()
    for width, height in ((360, 640), (1920, 1080), (3440, 1440)):
        page.set_viewport_size({"width": width, "height": height})
        ask(page, DIFFER)
        page.click(".chip >> nth=0")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator("#ask").bounding_box()["y"] < height
        page.keyboard.press("Escape")
        page.click("#new")


def test_several_articles_of_one_origin_say_so_with_the_reason(visit: Visit, tmp_path: Path) -> None:
    from corpus.splitting import SplitSettings
    from index.build import build
    from index.encoder import load_encoder

    story = (
        "OSLO (Reuters) — The bus company Ostby bought 12 electric buses in May 2026, and it will run them between the harbour and the airport. "
        "Drivers are trained in the summer, said a spokeswoman, and the old buses are sold to a museum in Bergen that collects them."
    )
    for name, publisher in (("one", "Harbour Post"), ("two", "Airport Times"), ("three", "Fjord Daily")):
        (tmp_path / f"{name}.md").write_text(
            f"---\ntitle: Buses {name}\npublisher: {publisher}\ndate: 2026-05-0{len(name)}\n---\n\n{story}\n"
        )
    build(tmp_path / "index", [tmp_path], load_encoder(), SplitSettings(), progress=False)
    with served(tmp_path / "index", tmp_path) as other:
        page = visit("/", of=other)
        turn = ask(page, "How many electric buses did Ostby buy?")
        assert turn.locator(".badge.shared").inner_text() == "3 articles, one origin"
        assert "reprint" in turn.locator(".reasons").inner_text() or "Reuters" in turn.locator(".reasons").inner_text()
        page.click(".chip >> nth=0")
        assert page.locator("#panel .note").count() >= 1


def test_the_focus_is_never_lost(visit: Visit) -> None:
    page = visit()
    page.wait_for_selector("#examples button")
    page.focus("#examples button >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    until(page, "document.activeElement.id === 'ask'")
    page.focus("[aria-label='Ask again']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".tools [aria-label='Ask again']:not([disabled])")
    until(page, "document.activeElement.id === 'ask'")
    page.click(".chip >> nth=0")
    page.fill("#ask", MANY)
    page.press("#ask", "Enter")
    page.wait_for_selector(".turn:nth-child(2) .answer")
    assert page.is_hidden("#card") and page.is_hidden("#panel")
    until(page, "document.activeElement.id === 'ask'")


def test_a_link_is_asked_by_itself_and_a_chosen_part_stays_with_its_question(visit: Visit) -> None:
    page = visit()
    page.click("#filter-open")
    page.wait_for_selector("#filter .outlets")
    page.check("#filter >> text=Sample Compute Letter")
    page.click("#filter >> text=Ask only these")
    ask(page, MANY)
    assert "Asked of a part only: Sample Compute Letter" in page.inner_text(".part-asked")
    page.click("#part button")
    page.hover(".turn")
    page.click("[aria-label='Edit the question']")
    with page.expect_request("**/api/ask") as edited:
        page.keyboard.press("Enter")
    assert edited.value.post_data_json["outlets"] == ["Sample Compute Letter"]
    page.wait_for_selector(".tools [aria-label='Ask again']:not([disabled])")
    with page.expect_request("**/api/ask") as linked:
        page.evaluate("location.hash = '#ask=eyJxdWVzdGlvbiI6IkhhcyBNZXRhIHBhcnRuZXJlZCB3aXRoIEFNRD8iLCJzZWVuIjoiMSJ9'")
    assert linked.value.post_data_json.keys() == {"question", "date"}
    page.wait_for_selector(".linked")
    assert page.locator(".turn").count() == 1


def test_what_an_older_version_kept_does_no_harm(visit: Visit, port: int) -> None:
    page = visit("/widget")
    ask(page, ONE)
    page.evaluate("for (const key of Object.keys(localStorage)) if (key.endsWith('history'))"
                  " localStorage[key] = JSON.stringify([{ id: 'x', at: Date.now(), turns: [{ asked: { question: 'Q' }, answer: { status: 'answered' } }] }, { id: 'y', turns: [] }])")  # fmt: skip
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.locator(".turn").count() == 0
    page.click("#history-open")
    assert "No conversation is kept yet" in page.inner_text("#history")
    page.keyboard.press("Escape")
    page.focus(".skip")
    page.keyboard.press("Enter")
    assert page.locator(".turn").count() == 0


def test_two_tabs_of_one_conversation_keep_both(visit: Visit) -> None:
    page = visit("/widget")
    ask(page, ONE)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".turn .chip")
    ask(other, MANY)
    ask(page, NONE)
    kept = page.evaluate("JSON.parse(localStorage[Object.keys(localStorage).find((key) => key.endsWith('history'))])")
    assert {turn["asked"]["question"] for c in kept for turn in c["turns"]} == {ONE, MANY, NONE}
