"""The widget where it has to live: on another site's page, under its policy and its styles, behind a proxy, in a frame."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import SIZES, answers, ask, box, chips, free_port, needs_chromium, panel, served, until, wait_for

pytestmark = [*needs_chromium, pytest.mark.long]
ONE = "How much computing capacity did Meta secure from AMD?"
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
Visit = Callable[..., Any]
Portal = tuple[Path, int]
HOSTILE_STYLE = """
* { font-family: serif !important; letter-spacing: 3px !important; } iframe, dialog { display: none !important; }
button { background: red !important; position: static !important; } div { opacity: .3 !important; transform: rotate(3deg) !important; }
"""


def host_page(portal: Portal, port: int, name: str, tag: str, policy: str = "") -> str:
    """A page of portal.example that embeds the chat of chat.corp: two sites, as two names of an intranet are."""
    folder, portal_port = portal
    (folder / "favicon.ico").write_bytes(b"")
    (folder / f"{name}.css").write_text(HOSTILE_STYLE)
    (folder / f"{name}.html").write_text(
        f'<!doctype html><title>Portal</title><link rel="stylesheet" href="{name}.css"><h1>Intranet</h1><p><a href="#">A link</a></p>{tag}'
        f'<script src="{name}.js"></script>'
    )
    (folder / f"{name}.js").write_text(
        "window.told = []; document.addEventListener('secondsource:answer', (e) => told.push(e.detail));"
    )
    if policy:
        (folder / f"{name}.policy").write_text(policy.format(chat=f"http://chat.corp:{port}"))
    return f"http://portal.example:{portal_port}/{name}.html"


def chat_frame(page: Any) -> Any:
    for _ in range(100):  # a frame in a shadow tree is not among window.frames
        frame = next((f for f in page.frames if "/widget?" in f.url), None)
        if frame is not None:
            break
        page.wait_for_timeout(50)
    assert frame is not None, "no frame came"
    box(frame).wait_for()
    return frame


@pytest.mark.parametrize("size", SIZES)
def test_on_a_hostile_page_of_another_site(visit: Visit, portal: Portal, port: int, size: str) -> None:
    tag = f'<script src="http://chat.corp:{port}/widget.js" data-title="Ask us" data-color="#b00020" data-greeting="Hello there" data-position="left" async></script>'
    strict = "default-src 'none'; script-src 'self' {chat}; style-src 'self'; frame-src {chat}"
    page = visit(host_page(portal, port, f"hostile-{size}", tag * 2, strict), size, ready=False)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.wait_for_timeout(300)
    assert asked == [], "nothing is loaded before the first click"
    assert page.evaluate("document.querySelectorAll('body > div').length") == 1, "loaded twice, there is one"
    assert page.evaluate("document.querySelector('body > div').shadowRoot") is None
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = chat_frame(page)
    frame.get_by_role("heading", name="Hello there").wait_for()
    frame.get_by_role("heading", name="Ask us", exact=True).wait_for()
    answer = ask(frame, ONE)
    assert "Single source" in answer.inner_text()
    page.screenshot(path=str(portal[0] / f"hostile-{size}.png"))
    chips(answer).first.click()
    panel(frame).locator("mark").wait_for()
    assert "undated" in panel(frame).inner_text()
    assert page.evaluate("told") == [{"status": "answered", "support": "single_source", "quotes": 1}]
    page.keyboard.press("Escape")
    panel(frame).wait_for(state="hidden")
    page.keyboard.press("Escape")
    until(page, "document.activeElement.tagName === 'DIV'")  # back on the button, in its shadow
    page.keyboard.press("Enter")
    assert answers(frame).count() == 1, "the conversation is still there"
    ask(frame, "Who is the chief executive of AMD?")
    until(page, "told.length === 2")
    assert page.evaluate("told[1]") == {"status": "declined", "support": None, "quotes": 0}


def test_storage_of_another_site_is_shut_and_it_works(visit: Visit, portal: Portal, port: int) -> None:
    tag = f'<iframe src="http://chat.corp:{port}/widget?title=Plain" title="Ask" width="430" height="680"></iframe>'
    url = host_page(portal, port, "storage", tag)
    (portal[0] / "storage.css").write_text("")
    page = visit("about:blank", ready=False)
    page.context.add_init_script(
        "if (window !== top) Object.defineProperty(window, 'localStorage', { configurable: true,"
        " get() { window.refused = true; throw new DOMException('no', 'SecurityError'); } })"
    )
    page.goto(url)
    frame = chat_frame(page)
    assert frame.evaluate("refused")
    answer = ask(frame, "Which Amazon chips will Meta use?")
    assert "Sources differ" in answer.inner_text()
    assert "machine-written" in answer.inner_text()


def test_inline_it_stands_where_its_tag_stands(visit: Visit, portal: Portal, port: int) -> None:
    tag = f'<script src="http://chat.corp:{port}/widget.js" data-mode="inline" data-height="500"></script>'
    url = host_page(portal, port, "inline", f"<main>{tag}</main>")
    page = visit(url, ready=False)
    ask(chat_frame(page), ONE)
    box = page.evaluate(
        "(({ height, width }) => [height, width])(document.querySelector('main > div').getBoundingClientRect())"
    )
    assert box[0] >= 498 and box[1] > 600
    assert page.evaluate("told.length") == 1


def test_the_preview_shows_what_the_snippets_do(visit: Visit, port: int) -> None:
    page = visit("/embed?title=Ask+%22us%22+%3Cb%3E&position=left&color=%23b00020", ready=False)
    tag = page.inner_text("#tag")
    assert f'<script src="http://127.0.0.1:{port}/widget.js"' in tag
    assert 'data-title="Ask &quot;us&quot; &lt;b>"' in tag.replace("&gt;", ">") and 'data-position="left"' in tag
    assert f'<iframe src="http://127.0.0.1:{port}/widget?title=' in page.inner_text("#frame")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = chat_frame(page)
    frame.get_by_role("heading", name='Ask "us" <b>').wait_for()
    ask(frame, ONE)


def test_a_page_that_is_not_listed_may_not_frame_it(visit: Visit, browser: Any, portal: Portal, port: int) -> None:
    url = host_page(portal, port, "unlisted", f'<iframe src="http://127.0.0.1:{port}/widget?title=x"></iframe>')
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text))
    page.goto(url.replace("portal.example", "localhost"))
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in text for text in refused)
    page.close()


# --- behind nginx ----------------------------------------------------------------------------------------------------

CONF = """
daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 1;
events {{ }}
http {{
    access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port};
        location /handbook/ {{
            proxy_pass http://127.0.0.1:{upstream}/; proxy_http_version 1.1;
            proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
        }}
        location / {{ return 404; }}
    }}
    server {{
        listen 127.0.0.1:{kept};
        location /handbook/ {{ proxy_pass http://127.0.0.1:{upstream}; }}
        location / {{ return 404; }}
    }}
}}
"""


@pytest.fixture(scope="module")
def proxied(sample_index: Path, portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """nginx before a chat that lies under /handbook: by one port it strips the path, by the other it keeps it."""
    if NGINX is None:
        pytest.skip("left out: no nginx is installed")
    folder, ports = tmp_path_factory.mktemp("nginx"), {"stripped": free_port(), "kept": free_port()}
    options = ["--root-path", "/handbook", "--allow-origin", f"http://portal.example:{portal[1]}"]
    with served(sample_index, folder, *options) as upstream:
        conf = CONF.format(folder=folder, port=ports["stripped"], kept=ports["kept"], upstream=upstream)
        (folder / "nginx.conf").write_text(conf)
        with subprocess.Popen(
            [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL
        ) as nginx:
            wait_for(f"http://127.0.0.1:{ports['stripped']}/handbook/healthz")
            yield ports
            nginx.terminate()


@pytest.mark.parametrize("how", ["stripped", "kept"])
def test_under_a_sub_path(visit: Visit, portal: Portal, proxied: dict[str, int], how: str) -> None:
    port = proxied[how]
    page = visit("/handbook/", of=port)
    chips(ask(page, ONE)).first.click()
    panel(page).locator("mark").wait_for()
    tag = f'<script src="http://chat.corp:{port}/handbook/widget.js" data-mode="inline"></script>'
    framed = visit(host_page(portal, port, f"under-{how}", tag), ready=False)
    ask(chat_frame(framed), ONE)
    assert framed.evaluate("told.length") == 1
    docs = visit("/handbook/docs", of=port, ready=False)
    docs.get_by_text("Answer a question with quotes").wait_for()


def test_a_frame_without_an_origin_of_its_own_says_what_it_needs(browser: Any, portal: Portal, port: int) -> None:
    frame = f'<iframe sandbox="allow-scripts allow-forms" src="http://chat.corp:{port}/widget" width="420" height="660"></iframe>'
    (portal[0] / "sandboxed.html").write_text(f"<!doctype html><title>Portal</title>{frame}")
    page = browser.new_page()
    page.goto(f"http://portal.example:{portal[1]}/sandboxed.html")
    page.frame_locator("iframe").get_by_text("has to add allow-same-origin to the sandbox of its frame").wait_for()
    page.close()
