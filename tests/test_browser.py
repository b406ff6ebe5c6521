"""The whole conversation in a real Chromium: asked, answered, quoted, kept, shared; by mouse, by keyboard, by touch."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import SIZES, answered, answers, ask, box, chips, needs_chromium, panel, served, until

pytestmark = [*needs_chromium, pytest.mark.long]
ONE = "How much computing capacity did Meta secure from AMD?"
MANY = "Has Meta partnered with AMD?"
DIFFER = "Which Amazon chips will Meta use?"
NONE = "Who is the chief executive of AMD?"
Visit = Callable[..., Any]


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, visit: Visit) -> Any:
    return visit("/", request.param)


def focused(page: Any) -> str:
    """What a screen reader would call what is in focus."""
    return str(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText"))


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def questions(page: Any) -> list[str]:
    return list(page.locator("#chat [data-testid=user]").all_inner_texts())


def test_the_empty_page_says_what_there_is_and_its_examples_are_answered(page: Any) -> None:
    page.get_by_text("9 articles, 24 Feb 2026 to 4 May 2026").wait_for()
    page.get_by_role("button", name="Meta and AMD Agree on a Long Partnership").click()
    assert chips(answered(page)).count() >= 1
    assert questions(page) == ["Meta and AMD Agree on a Long Partnership"]
    assert page.get_by_text("What do you want to know?").count() == 0
    assert page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"
    )


def test_the_short_answer_stands_first_with_its_support_and_its_article_opens_at_the_quote(page: Any) -> None:
    answer = ask(page, ONE)
    first, second, _ = answer.locator("p").all_inner_texts()
    assert re.sub(r"\s+", " ", first) == "6 gigawatts · Single source"
    assert second.startswith("Meta secured 6 gigawatts (6GW) of computing capacity from AMD.")
    assert answer.locator("strong").inner_text() == "6 gigawatts"
    chips(answer).first.click()
    mark = panel(page).locator("mark")
    mark.wait_for()
    assert mark.inner_text() == "Meta secured 6 gigawatts (6GW) of computing capacity from AMD."
    assert "How Meta Plays Two Chip Makers Against Each Other" in panel(page).inner_text()
    place = "document.querySelector('#source mark').getBoundingClientRect()"
    until(page, f"{place}.top >= 0 && {place}.bottom <= innerHeight")
    page.keyboard.press("Escape")
    panel(page).wait_for(state="hidden")
    assert focused(page) == "Quote 1"


def test_models_and_index_stand_in_one_line_folded_away(visit: Visit) -> None:
    page = visit()
    ask(page, ONE)
    page.get_by_text("second-source-reader").wait_for(state="hidden")
    page.get_by_text("Searched 9 articles").click()
    page.get_by_text("reader second-source-reader, index g000001").wait_for()


def test_differing_sources_stand_side_by_side_with_their_dates(page: Any) -> None:
    answer = ask(page, DIFFER)
    sides = answer.locator("li")
    assert sides.count() == 2
    assert "Graviton chips" in sides.nth(0).inner_text() and "27 Apr 2026" in sides.nth(0).inner_text()
    assert "Trainium and Inferentia" in sides.nth(1).inner_text() and "machine-written" in sides.nth(1).inner_text()
    assert answer.inner_text().startswith("Sources differ")
    one, other = sides.evaluate_all("(sides) => sides.map((side) => side.getBoundingClientRect().toJSON())")
    beside = one["y"] == other["y"] and one["right"] <= other["x"]
    below = one["x"] == other["x"] and one["bottom"] <= other["y"]
    assert beside if page.viewport_size["width"] > 600 else below


def test_every_statement_has_its_own_support_and_undated_is_marked(page: Any) -> None:
    answer = ask(page, MANY)
    assert "3 independent sources" in answer.inner_text() and chips(answer).count() == 3
    assert "which is not in the corpus" in answer.inner_text()
    answer = ask(page, "What does Meta buy from AMD?")
    statements = answer.locator("p").filter(has=chips(page))
    assert [chips(s).count() for s in statements.all()] == [1, 1]
    assert answer.get_by_role("link", name="Single source").count() == 2
    chips(answer).last.hover()
    assert "undated" in card_of(chips(answer).last)


def card_of(chip: Any) -> str:
    """What is drawn beside a chip while it is pointed at; empty where nothing is."""
    drawn = chip.evaluate("(e) => getComputedStyle(e, '::after').content")
    return "" if drawn == "none" else str(drawn)


def test_a_declined_question_looks_different_and_shows_the_nearest(page: Any) -> None:
    answer = ask(page, NONE)
    text = answer.inner_text()
    assert text.startswith("No answer found")
    assert "The articles do not say. 9 articles, published from 2026-02-24 to 2026-05-04 were searched." in text
    assert answer.locator("blockquote").count() == 3 and "Single source" not in text
    chips(answer).nth(1).click()
    panel(page).locator("mark").wait_for()


def test_a_follow_up_keeps_its_subject(page: Any) -> None:
    ask(page, "Which chips does Meta buy from Nvidia?")
    answer = ask(page, "And Amazon?")
    assert "Understood as: Which chips does Meta buy from Amazon?" in answer.inner_text()
    assert questions(page) == ["Which chips does Meta buy from Nvidia?", "And Amazon?"]
    top = page.locator("#chat [data-testid=user]").last.bounding_box()["y"]
    assert 0 < top < page.viewport_size["height"] / 2, "an answer is read from its beginning"


def test_a_card_comes_by_pointer_and_by_keyboard_and_goes_by_escape(visit: Visit) -> None:
    page = visit()
    answer = ask(page, MANY)
    chip = chips(answer).nth(1)
    assert card_of(chip) == ""
    chip.hover()
    assert "Meta Turns to Amazon's Graviton Processors" in card_of(chip) and "27 Apr 2026" in card_of(chip)
    page.keyboard.press("Escape")
    assert card_of(chip) == ""
    page.mouse.move(5, 700)
    box(page).focus()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if focused(page) == "Quote 3":
            break
    assert "Why One Chip Is Not Enough" in card_of(chips(answer).last)
    box(page).focus()
    badge = answer.get_by_role("link", name="3 independent sources")
    badge.hover()
    assert "no sign was found that they depend on each other" in card_of(badge)


def test_a_tap_opens_the_article_over_the_whole_phone(visit: Visit) -> None:
    page = visit("/", "phone", has_touch=True, is_mobile=True)
    answer = ask(page, ONE)
    chips(answer).first.tap()
    panel(page).locator("mark").wait_for()
    sheet = "document.querySelector('#sources').getBoundingClientRect()"
    until(page, f"{sheet}.left <= 0 && {sheet}.right >= innerWidth")
    button(page, "Source").tap()
    panel(page).wait_for(state="hidden")


def test_everything_is_done_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.keyboard.type(MANY)  # the question is where one begins
    page.keyboard.press("Enter")
    answer = answered(page)
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if focused(page) == "Quote 1":
            break
    page.keyboard.press("Enter")
    mark = panel(page).locator("mark")
    mark.wait_for()
    until(page, "document.activeElement.tagName === 'MARK'")
    page.keyboard.press("Escape")
    assert focused(page) == "Quote 1"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel(page).get_by_text("Meta Turns to Amazon's Graviton Processors").first.wait_for()
    until(page, "document.querySelector('#source mark').textContent.startsWith('It keeps buying them')")
    page.keyboard.press("Escape")
    box(page).focus()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    assert box(page).input_value() == "one\ntwo"
    assert answer.is_visible()


def test_a_chip_opens_again_what_was_closed(visit: Visit) -> None:
    page = visit()
    chip = chips(ask(page, ONE)).first
    for _ in range(2):
        chip.click()
        panel(page).locator("mark").wait_for()
        button(page, "Source").click()
        panel(page).wait_for(state="hidden")
        until(page, "document.activeElement.textContent === '1'")


def test_retry_edit_and_undo(visit: Visit) -> None:
    page = visit()
    ask(page, ONE)
    button(page, "Retry").click()
    answers(page).first.wait_for(state="detached")
    answered(page)
    assert questions(page) == [ONE]
    button(page, "Edit").first.click()
    editor = page.locator("#chat textarea")
    assert editor.input_value() == ONE
    editor.fill(NONE)
    button(page, "Submit").click()
    page.get_by_text("No answer found").wait_for()
    assert questions(page) == [NONE]
    button(page, "Undo").click()
    page.get_by_text("No answer found").wait_for(state="detached")
    assert box(page).input_value() == NONE


def test_a_question_just_after_clear_is_answered(visit: Visit) -> None:
    """The stream of the answer before may end only now, and what clears the chat may come back only now."""
    page = visit()
    for _ in range(8):
        ask(page, ONE)
        button(page, "Clear").click()
        answers(page).first.wait_for(state="detached")


def test_what_is_found_shows_while_it_works_and_stop_ends_it(visit: Visit, unending: int) -> None:
    page = visit("/", of=unending)
    box(page).fill(ONE)
    box(page).press("Enter")
    page.get_by_text("Looking for a second source").wait_for()
    page.get_by_text("Meta secured 6 gigawatts (6GW) of computing capacity from AMD.").wait_for()
    assert answers(page).count() == 0
    button(page, "Stop").click()
    page.get_by_text("Stopped.").wait_for()
    button(page, "Ask").wait_for()
    assert questions(page) == [ONE]


def test_a_closed_tab_gives_its_place_to_the_next(visit: Visit, unending: int) -> None:
    for _ in range(2):
        page = visit("/", of=unending)
        box(page).fill(ONE)
        box(page).press("Enter")
        page.get_by_text("Looking for a second source").wait_for()
        page.close()
    page = visit("/", of=unending)
    box(page).fill(ONE)
    box(page).press("Enter")
    page.get_by_text("Looking for a second source").wait_for()


def test_the_question_is_copied_as_it_was_typed(visit: Visit) -> None:
    page = visit("/", permissions=["clipboard-read", "clipboard-write"])
    ask(page, ONE)
    button(page, "Copy message").first.click()
    until(page, f"navigator.clipboard.readText().then((text) => text === {json.dumps(ONE)})")
    button(page, "Copy message").last.click()
    until(page, "navigator.clipboard.readText().then((text) => text.includes('Meta secured 6 gigawatts (6GW)'))")


def test_an_answer_is_copied_as_it_would_stand_in_a_mail(visit: Visit) -> None:
    page = visit("/", permissions=["clipboard-read", "clipboard-write"])
    ask(page, ONE)
    ask(page, NONE)
    button(page, "Copy message").nth(1).click()
    until(page, "navigator.clipboard.readText().then((text) => text !== '')")
    title = "How Meta Plays Two Chip Makers Against Each Other"
    assert page.evaluate("navigator.clipboard.readText()").split("\n") == [
        "6 gigawatts · Single source", "", "Meta secured 6 gigawatts (6GW) of computing capacity from AMD. [1] undated", "",
        "[1] “Meta secured 6 gigawatts (6GW) of computing capacity from AMD.”", f"    {title}, Nora Feld · undated",
    ]  # fmt: skip
    button(page, "Copy message").nth(3).click()
    until(page, "navigator.clipboard.readText().then((text) => text.startsWith('No answer found'))")
    declined = page.evaluate("navigator.clipboard.readText()")
    assert "The articles do not say." in declined and "[3] “" in declined
    assert not re.search(r"\]\(|#q/|\?ask=|MiniLM|g0000", declined)


def test_where_the_page_may_not_write_to_the_clipboard_an_answer_is_copied_all_the_same(visit: Visit, port: int) -> None:
    page = visit(f"http://chat.corp:{port}/")  # neither https nor this machine
    ask(page, ONE)
    page.evaluate("addEventListener('copy', (event) => (window.copied = event.clipboardData.getData('text/plain')))")
    button(page, "Copy message").last.click()
    until(page, "(window.copied ?? '').startsWith('6 gigawatts · Single source')")


def slowly(page: Any) -> None:
    """From now on everything takes 300 ms on its way."""
    way = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", way)


def test_what_is_typed_while_an_answer_comes_stays(visit: Visit) -> None:
    page = visit()
    slowly(page)
    box(page).fill(ONE)
    box(page).press("Enter")
    page.wait_for_timeout(50)
    page.keyboard.type("Has Meta partnered", delay=30)
    answered(page)
    page.keyboard.type(" with AMD?")
    assert (questions(page), box(page).input_value()) == ([ONE], MANY)


def test_a_second_question_waits_its_turn_in_sight(visit: Visit) -> None:
    page = visit()
    slowly(page)
    for wait, question in enumerate((ONE, NONE)):
        page.wait_for_timeout(400 * wait)
        box(page).fill(question)
        box(page).press("Enter")
    page.get_by_text("This is asked when the answer has come.").wait_for()
    assert box(page).input_value() == NONE
    assert "No answer found" in answered(page, 2).inner_text()
    assert (questions(page), box(page).input_value()) == ([ONE, NONE], "")
    assert ask(page, NONE) and questions(page) == [ONE, NONE, NONE], "the same may be asked again"


def test_a_stop_keeps_what_waits(visit: Visit, unending: int) -> None:
    page = visit("/", of=unending)
    for question in (ONE, NONE):
        box(page).fill(question)
        box(page).press("Enter")
    page.get_by_text("Looking for a second source").wait_for()
    button(page, "Stop").click()
    page.get_by_text("Stopped.").wait_for()
    button(page, "Ask").wait_for()
    assert (questions(page), box(page).input_value()) == ([ONE], NONE)


def test_a_question_that_the_server_does_not_take_comes_back_to_the_box(browser: Any, port: int) -> None:
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    box(page).wait_for()
    page.get_by_role("button", name="Meta and AMD Agree on a Long Partnership").wait_for()
    page.route("**/queue/join*", lambda route: route.fulfill(status=429, json={"error": "More than 120 in a minute."}))
    box(page).fill(ONE)
    box(page).press("Enter")
    page.get_by_text("More than 120 in a minute.").wait_for()
    until(page, f"document.querySelector('#ask textarea').value === {json.dumps(ONE)}")
    page.unroute("**/queue/join*")
    box(page).press("Enter")
    assert "6 gigawatts" in answered(page).inner_text()
    page.close()


def test_a_paste_that_is_too_long_is_told_and_not_cut(page: Any) -> None:
    long = "The board wrote a long letter. " * 75 + ONE
    box(page).focus()
    page.keyboard.insert_text(long)
    told = page.get_by_role("status").filter(has_text=f"{len(long):,} characters: at most 2,000 can be asked.")
    told.wait_for()
    box(page).press("Enter")
    page.wait_for_timeout(300)
    assert (questions(page), box(page).input_value()) == ([], long)
    box(page).fill(ONE)
    told.wait_for(state="detached")
    box(page).press("Enter")
    assert "6 gigawatts" in answered(page).inner_text()


def test_the_conversation_is_downloaded_as_markdown(visit: Visit) -> None:
    page = visit()
    ask(page, ONE)
    ask(page, NONE)
    button(page, "Menu").click()
    with page.expect_download() as downloading:
        button(page, "Download the chat").click()
    markdown = downloading.value.path().read_text()
    assert downloading.value.suggested_filename.endswith("-conversation.md")
    assert markdown.startswith("# Second Source\n")
    assert f"\n## {ONE}\n" in markdown and f"\n## {NONE}\n" in markdown
    assert "6 gigawatts · Single source" in markdown
    assert (
        "> 1\\. “Meta secured 6 gigawatts (6GW) of computing capacity from AMD.” · How Meta Plays Two Chip Makers"
        in markdown
    )
    assert "undated" in markdown


def test_a_link_holds_its_question_and_the_reader_sends_it(visit: Visit) -> None:
    page = visit()
    link = ask(page, "What is 100% of £5 & more?").get_by_role("link", name="Link to this question").get_attribute("href")
    other = visit(page.url + link.removeprefix("./"))
    until(other, "document.querySelector('#ask textarea').value !== ''")
    other.wait_for_timeout(1_000)
    assert questions(other) == []
    box(other).press("Enter")
    answered(other)
    assert questions(other) == ["What is 100% of £5 & more?"]


def test_a_thumb_is_kept_and_a_reason_once(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> None:
    def thumbs() -> dict[tuple[Path, int], tuple[Any, ...]]:
        """By file and row, of every server that was begun."""
        found: dict[tuple[Path, int], tuple[Any, ...]] = {}
        for file in tmp_path_factory.getbasetemp().glob("served[0-9]*/feedback.sqlite3"):
            with sqlite3.connect(file) as db:
                rows = db.execute("select rowid, verdict, reason, question, support, quotes from feedback order by rowid")
                found |= {(file, row[0]): row[1:] for row in rows}
        return found

    before = thumbs()
    page = visit()
    ask(page, MANY)
    button(page, "Like").click()
    button(page, "Feedback").click()
    page.get_by_text("Not a single source").click()
    kept: list[tuple[Any, ...]] = []
    for _ in range(100):
        page.wait_for_timeout(50)
        kept = [row for place, row in thumbs().items() if place not in before]
        if len(kept) >= 2:
            break
    assert [row[:4] for row in kept] == [
        ("up", None, MANY, "corroborated"),
        ("down", "not a single source", MANY, "corroborated"),
    ]
    assert [q["id"] for q in json.loads(kept[0][4])][:1] == ["amd-partnership.html"]


def test_questions_are_remembered_here_and_can_be_forgotten(visit: Visit) -> None:
    page = visit()
    ask(page, ONE)
    ask(page, NONE)
    button(page, "Menu").click()
    button(page, "New chat").click()
    answers(page).first.wait_for(state="detached")
    page.reload()
    button(page, "Menu").click()
    remembered = page.locator("#menu").get_by_role("button", name=re.compile(r"\?$"))
    remembered.first.wait_for()
    assert remembered.all_inner_texts() == [NONE, ONE]
    button(page, ONE).click()
    assert "6 gigawatts" in answered(page).inner_text()
    button(page, "Forget these").click()
    remembered.first.wait_for(state="hidden")
    page.reload()
    button(page, "Menu").click()
    page.wait_for_timeout(800)
    assert remembered.count() == 0


def test_a_browser_that_keeps_nothing_still_chats(visit: Visit, port: int) -> None:
    page = visit("about:blank", ready=False)
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])"
        " Object.defineProperty(window, name, { configurable: true, get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.goto(f"http://127.0.0.1:{port}/")
    box(page).wait_for()
    ask(page, ONE)
    button(page, "Menu").click()
    button(page, "Dark or light").click()
    until(page, "document.body.classList.contains('dark')")


def test_light_and_dark_are_the_reader_s_choice_and_stay(visit: Visit) -> None:
    page = visit("/", color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    until(page, f"{ground} === 'rgb(15, 20, 24)'")
    button(page, "Menu").click()
    button(page, "Dark or light").click()
    until(page, f"{ground} === 'rgb(255, 255, 255)'")
    page.reload()
    box(page).wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    button(page, "Menu").click()
    button(page, "Dark or light").click()
    until(page, f"{ground} === 'rgb(15, 20, 24)'")
    wanted = visit("/widget?theme=dark", color_scheme="light")
    until(wanted, f"{ground} === 'rgb(15, 20, 24)'")


def test_a_part_of_the_articles_can_be_chosen(page: Any) -> None:
    button(page, "Menu").click()
    page.get_by_label("Outlets").click()
    page.get_by_role("option", name="Sample Compute Letter").click()
    page.keyboard.press("Escape")
    page.get_by_label("Published from").fill("2026-05-01")
    button(page, "Menu").click()
    answer = ask(page, ONE)
    assert "Asked of a part only: Sample Compute Letter, from 1 May 2026" in answer.inner_text()
    assert "1 of 9 articles were searched" in answer.inner_text()
    button(page, "Menu").click()
    page.get_by_label("Published from").fill("someday")
    button(page, "Menu").click()
    box(page).fill(ONE)
    box(page).press("Enter")
    page.get_by_text("someday").wait_for()


def test_eight_tabs_all_answer(visit: Visit) -> None:
    first = visit()
    first.context.add_init_script(
        "window.seen = ''; new MutationObserver(() => seen += document.querySelector('#chat')?.innerText)"
        ".observe(document, { subtree: true, childList: true, characterData: true })"
    )
    pages = [first, *(first.context.new_page() for _ in range(7))]
    for page in pages:
        page.goto(first.url)
        box(page).wait_for()
        box(page).fill(ONE)
    for page in pages:
        box(page).press("Enter")
    for page in pages:
        assert "6 gigawatts" in answered(page).inner_text()
    shown = " ".join(page.evaluate("seen") for page in pages)
    assert re.search(r"Waiting: \d questions? comes? first", shown), "who waits sees how many come first"


def test_the_narrowest_and_the_widest_window_hold_it(visit: Visit) -> None:
    page = visit()
    ask(page, DIFFER)
    for width, height in ((360, 640), (1920, 1080), (3440, 1440)):
        page.set_viewport_size({"width": width, "height": height})
        until(page, "document.documentElement.scrollWidth <= innerWidth")
        assert box(page).bounding_box()["y"] < height
        for chip in chips(answers(page).first).all():
            bounds = chip.bounding_box()
            assert bounds["x"] >= 0 and bounds["x"] + bounds["width"] <= width
        chips(answers(page).first).first.click()
        panel(page).locator("mark").wait_for()
        page.keyboard.press("Escape")
        panel(page).wait_for(state="hidden")


def test_several_articles_of_one_origin_say_so_with_the_reason(visit: Visit, tmp_path: Path) -> None:
    from index.build import build
    from models.encoder import load_encoder

    story = (
        "OSLO (Reuters) — The bus company Ostby bought 12 electric buses in May 2026, and it will run them between the harbour and the airport. "
        "Drivers are trained in the summer, said a spokeswoman, and the old buses are sold to a museum in Bergen that collects them."
    )
    for name, publisher in (("one", "Harbour Post"), ("two", "Airport Times"), ("three", "Fjord Daily")):
        (tmp_path / f"{name}.md").write_text(
            f"---\ntitle: Buses {name}\npublisher: {publisher}\ndate: 2026-05-0{len(name)}\n---\n\n{story}\n"
        )
    build(tmp_path / "index", [tmp_path], load_encoder(), progress=False)
    with served(tmp_path / "index", tmp_path) as other:
        page = visit("/", of=other)
        answer = ask(page, "How many electric buses did Ostby buy?")
        badge = answer.get_by_role("link", name="3 articles, one origin")
        assert badge.count() == 1
        assert re.search("reprint|Reuters|same text", answer.inner_text()), "the reason is said, not only on hover"


def test_a_changed_article_does_not_pass_for_the_quoted_one(visit: Visit, tmp_path: Path) -> None:
    from cli import main

    folder = tmp_path / "articles"
    folder.mkdir()
    file = folder / "a.txt"
    file.write_text("The harbour\n\nOstby bought 12 electric buses in May 2026.\n")
    assert main(["index", str(folder), "--index", str(tmp_path / "index")]) == 0
    with served(tmp_path / "index", tmp_path) as other:
        page = visit("/", of=other)
        answer = ask(page, "How many electric buses did Ostby buy?")
        file.write_text("The harbour\n\nNothing at all was bought, said everybody in town.\n")
        assert main(["index", "--index", str(tmp_path / "index")]) == 0
        chips(answer).first.click()
        page.get_by_text("This article has changed since. The quote is as it stood.").wait_for()
        assert panel(page).locator("mark").count() == 0
