"""The widget where it has to live: on another site's page, under its policy and its styles, behind a proxy, in a frame."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import SIZES, ask, free_port, needs_chromium, served, until, wait_for

pytestmark = needs_chromium
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
    frame.wait_for_selector("html[data-ready]")
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
    assert "Hello there" in frame.inner_text("#greeting")
    assert "Ask us" in frame.inner_text("#brand")
    ask(frame, ONE)
    frame.click(".chip >> nth=0")
    frame.wait_for_selector("#panel .article mark")
    assert "undated" in frame.inner_text("#panel .from")
    assert "Single source" in frame.inner_text(".answer")
    assert page.evaluate("told") == [{"status": "answered", "support": "single_source", "quotes": 1}]
    page.screenshot(path=str(portal[0] / f"hostile-{size}.png"))
    frame.press("#panel h2", "Escape")
    assert frame.is_hidden("#panel")
    frame.press("#ask", "Escape")
    until(page, "document.activeElement.tagName === 'DIV'")  # back on the button, in its shadow
    page.keyboard.press("Enter")
    assert frame.locator(".turn").count() == 1, "the conversation is still there"


def test_storage_of_another_site_is_shut_and_it_works(visit: Visit, portal: Portal, port: int) -> None:
    tag = f'<iframe src="http://chat.corp:{port}/widget?title=Plain" title="Ask" width="430" height="680"></iframe>'
    url = host_page(portal, port, "storage", tag)
    (portal[0] / "storage.css").write_text("")
    page = visit("about:blank", ready=False)
    page.context.add_init_script(
        "if (window !== top) Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.goto(url)
    frame = chat_frame(page)
    assert (
        frame.evaluate("(() => { try { localStorage; return 'open'; } catch (error) { return error.name; } })()")
        == "SecurityError"
    )
    ask(frame, "Which Amazon chips will Meta use?")
    assert "Sources differ" in frame.inner_text(".answer")
    assert "machine-written" in frame.inner_text(".sides")


def test_it_goes_on_where_the_page_is_loaded_again(visit: Visit, portal: Portal, port: int) -> None:
    page = visit(f"http://127.0.0.1:{port}/embed/host", ready=False)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ask(chat_frame(page), ONE)
    page.reload()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert chat_frame(page).locator(".turn .chip").count() == 1


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
    page = visit("/embed", ready=False)
    until(page, "document.querySelector('#tag').textContent !== ''")
    page.fill("[name=title]", 'Ask "us" <b>')
    page.select_option("[name=position]", "left")
    until(page, "document.querySelector('#tag').textContent.includes('left')")
    tag = page.inner_text("#tag")
    assert f'<script src="http://127.0.0.1:{port}/widget.js"' in tag
    assert 'data-title="Ask &quot;us&quot; &lt;b>" ' in tag
    assert f'<iframe src="http://127.0.0.1:{port}/widget?title=' in page.inner_text("#frame")
    until(page, "document.querySelector('#preview').src.includes('left')")
    page.wait_for_timeout(500)
    preview = next(f for f in page.frames if "/embed/host" in f.url and "left" in f.url)
    preview.wait_for_selector("body > div", state="attached")
    preview.focus("body")
    page.mouse.click(520 + 80, 750)
    ask(chat_frame(preview.page), ONE)


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
        location /kept/ {{ proxy_pass http://127.0.0.1:{upstream}; }}
        location / {{ return 404; }}
    }}
}}
"""


@pytest.fixture(scope="module")
def proxied(sample_index: Path, portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """nginx before a chat that is told it lies under /kept; /handbook/ is stripped, which it need not be told."""
    if NGINX is None:
        pytest.skip("left out: no nginx is installed")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    options = ["--root-path", "/kept", "--allow-origin", f"http://portal.example:{portal[1]}"]
    with served(sample_index, folder, *options) as upstream:
        (folder / "nginx.conf").write_text(CONF.format(folder=folder, port=port, upstream=upstream))
        with subprocess.Popen(
            [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL
        ) as nginx:
            wait_for(f"http://127.0.0.1:{port}/handbook/healthz")
            yield port
            nginx.terminate()


@pytest.mark.parametrize("path", ["/handbook/", "/kept/"])
def test_under_a_sub_path(visit: Visit, portal: Portal, proxied: int, path: str) -> None:
    page = visit(path, of=proxied)
    ask(page, ONE)
    page.click(".chip >> nth=0")
    page.wait_for_selector("#panel .article .furniture, #panel .article mark + span")
    tag = f'<script src="http://chat.corp:{proxied}{path}widget.js" data-mode="inline"></script>'
    framed = visit(host_page(portal, proxied, f"under-{path.strip('/')}", tag), ready=False)
    ask(chat_frame(framed), ONE)
    assert framed.evaluate("told.length") == 1
    docs = visit(f"{path}docs", of=proxied, ready=False)
    docs.wait_for_selector("text=Answer a question with quotes")
