"""The page looks as it looked when somebody last looked at it. GOLDEN=write python -m pytest tests/test_golden.py keeps a new look.

Two pictures are compared in squares of 8 by 8 pixels, each by its mean colour, so that a letter drawn a little otherwise
is no difference, and a missing button is one. Where other fonts are installed, lines break elsewhere: left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.browsing import ask, chips, needs_chromium, panel

pytestmark = [*needs_chromium, pytest.mark.long]
GOLDEN = Path(__file__).parent / "golden"
SQUARE = 8
DIFFERENT = 12.0
"""Of 255, between the means of two squares, in any colour."""
MOST = 0.001
"""Of all squares may differ."""
MANY = "Has Meta partnered with AMD?"
Visit = Callable[..., Any]


def squares(file: Path) -> Any:
    pixels = np.asarray(Image.open(file).convert("RGB"), dtype=np.float32)
    height, width = (n // SQUARE * SQUARE for n in pixels.shape[:2])
    return pixels[:height, :width].reshape(height // SQUARE, SQUARE, width // SQUARE, SQUARE, 3).mean(axis=(1, 3))


def difference(one: Path, other: Path) -> float:
    """The share of squares that differ; 1 where the sizes do."""
    a, b = squares(one), squares(other)
    return float((np.abs(a - b).max(axis=2) > DIFFERENT).mean()) if a.shape == b.shape else 1.0


def width_of_words(page: Any) -> float:
    return float(page.evaluate("(() => { const c = document.createElement('canvas').getContext('2d'); c.font = '16px system-ui';"
                               " return c.measureText('Every statement is a quote from an article.').width; })()"))  # fmt: skip


def empty(page: Any) -> None:
    page.get_by_role("button", name="Meta and AMD Agree on a Long Partnership").wait_for()


def answered(page: Any) -> None:
    ask(page, MANY)


def short(page: Any) -> None:
    ask(page, "How much computing capacity did Meta secure from AMD?")


def carded(page: Any) -> None:
    chips(ask(page, MANY)).nth(2).hover()


def panelled(page: Any) -> None:
    chips(ask(page, MANY)).nth(1).click()
    panel(page).locator("mark").wait_for()
    page.mouse.move(1, 1)


def differing(page: Any) -> None:
    ask(page, "Which Amazon chips will Meta use?")


def declined(page: Any) -> None:
    ask(page, "Who is the chief executive of AMD?")


def menu(page: Any) -> None:
    page.get_by_role("button", name="Menu").click()


STATES = [
    (empty, "/", "desktop", "light"), (short, "/", "desktop", "light"), (answered, "/", "desktop", "light"), (carded, "/", "desktop", "light"),
    (panelled, "/", "desktop", "light"), (panelled, "/", "desktop", "dark"), (differing, "/", "desktop", "dark"), (declined, "/", "desktop", "light"),
    (menu, "/", "desktop", "light"), (empty, "/", "phone", "dark"), (differing, "/", "phone", "light"), (panelled, "/", "phone", "light"),
    (answered, "/widget?title=Ask+the+handbook&color=%23b00020", "phone", "light"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "path", "size", "scheme"),
    STATES,
    ids=lambda v: v.__name__ if callable(v) else str(v).partition("?")[0].strip("/"),
)
def test_it_looks_as_it_did(
    visit: Visit, state: Callable[[Any], None], path: str, size: str, scheme: str, tmp_path: Path
) -> None:
    page = visit(path, size, color_scheme=scheme, reduced_motion="reduce")
    words, kept_words = width_of_words(page), GOLDEN / "fonts.json"
    state(page)
    page.evaluate("document.activeElement.blur()")
    page.evaluate("for (const took of document.querySelectorAll('#chat .duration')) took.remove()")  # is another each time
    page.wait_for_timeout(400)
    name = "-".join([state.__name__, "widget" if "widget" in path else "chat", size, scheme]) + ".png"
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        kept_words.write_text(json.dumps({"width of words": words}) + "\n")
        page.screenshot(path=str(tmp_path / name))
        if not (GOLDEN / name).exists() or difference(GOLDEN / name, tmp_path / name) > 0:
            (GOLDEN / name).write_bytes((tmp_path / name).read_bytes())
        return
    if abs(json.loads(kept_words.read_text())["width of words"] - words) > 0.5:
        pytest.skip("left out: other fonts are installed than those that the pictures were taken with")
    page.screenshot(path=str(tmp_path / name))
    differs = difference(GOLDEN / name, tmp_path / name)
    assert differs <= MOST, f"{differs:.1%} of {tmp_path / name} differ from {GOLDEN / name}"


def test_a_missing_button_is_a_difference(tmp_path: Path) -> None:
    picture = Image.open(GOLDEN / "answered-chat-desktop-light.png").convert("RGB")
    picture.paste((255, 255, 255), (960, 730, 1000, 770))
    picture.save(tmp_path / "other.png")
    assert difference(GOLDEN / "answered-chat-desktop-light.png", tmp_path / "other.png") > MOST
    assert difference(GOLDEN / "answered-chat-desktop-light.png", GOLDEN / "answered-chat-desktop-light.png") == 0
