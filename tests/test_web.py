"""The HTTP side: contract, events, allow-list, headers, limits. The real engine on the sample corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.models
QUESTION = {"question": "How much computing capacity did Meta secure from AMD?"}


@pytest.fixture(scope="module")
def client(sample_index: Path) -> Iterator[object]:
    from starlette.testclient import TestClient

    from answering.engine import load_engine
    from webchat.server import make_app

    with TestClient(make_app(load_engine(sample_index), origins=["http://intranet.example"])) as client:
        yield client


def test_ask_as_json(client) -> None:  # type: ignore[no-untyped-def]
    answer = client.post("/api/ask", json=QUESTION).json()
    assert (answer["status"], answer["support"]) == ("answered", "single_source")
    assert answer["models"] == {
        "embedder": "all-MiniLM-L6-v2",
        "reranker": None,
        "reader": "second-source-reader",
        "writer": None,
    }
    assert answer["index"]["articles"] == 9
    assert answer["timings_ms"].keys() == {"search", "read", "write", "total"}


def test_ask_as_events_ends_in_the_whole_answer(client) -> None:  # type: ignore[no-untyped-def]
    text = client.post("/api/ask", json=QUESTION, headers={"accept": "text/event-stream"}).text
    events = [dict(line.split(": ", 1) for line in block.split("\n")) for block in text.strip().split("\n\n")]
    assert [e["event"] for e in events] == ["phase", "phase", "phase", "answer"]
    assert json.loads(events[-1]["data"])["quotes"][0]["text"].startswith("Meta secured 6 gigawatts")


@pytest.mark.parametrize(
    ("body", "told"),
    [(b"", "not JSON"), (b"[]", "list"), (b'{"question": ""}', "empty"), (b'{"question": "x", "date": 5}', "date"),
     (b'{"question": "' + b"x" * 100_000 + b'"}', "100,000"), (b"\xff", "not JSON")],
)  # fmt: skip
def test_bad_bodies_are_told(client, body: bytes, told: str) -> None:  # type: ignore[no-untyped-def]
    answer = client.post("/api/ask", content=body)
    assert answer.status_code == 400
    assert told in answer.json()["error"]


def test_an_oversized_body_is_refused(client) -> None:  # type: ignore[no-untyped-def]
    assert client.post("/api/ask", content=b"x" * 3_000_000).status_code == 413
    assert client.post("/api/ask", content=iter([b"x"] * 10)).status_code == 411


def test_an_article_comes_with_spans_and_segments(client) -> None:  # type: ignore[no-untyped-def]
    quote = client.post("/api/ask", json=QUESTION).json()["quotes"][0]
    path = f"/api/articles/{quote['article']['id']}?start={quote['start']}&end={quote['end']}"
    article = client.get(path).json()
    assert "".join(s["text"] for s in article["segments"]) == article["text"]
    assert [s["text"] for s in article["segments"] if s["quote"]] == [quote["text"]]
    assert any(s["furniture"] for s in article["segments"])
    assert client.get("/api/articles/nothing.txt").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/file=http://example.org", "/gradio_api/proxy=x",
     "/gradio_api/runs", "/gradio_api/call/respond", "/gradio_api/api_info", "/docs", "/openapi.json", "/login", "/ui/../server.py",
     "/monitoring", "/manifest.json", "/api/articles/../../pyproject.toml"],
)  # fmt: skip
def test_nothing_else_is_there(client, path: str) -> None:  # type: ignore[no-untyped-def]
    assert client.get(path).status_code == 404
    assert client.post(path).status_code in (404, 405)


def test_health(client) -> None:  # type: ignore[no-untyped-def]
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["index"]["articles"] == 9


@pytest.mark.parametrize("path", ["/", "/widget"])
def test_pages_keep_to_themselves(client, path: str) -> None:  # type: ignore[no-untyped-def]
    page = client.get(path)
    policy = page.headers["content-security-policy"]
    script = policy.split("script-src ")[1].split(";")[0]
    assert "unsafe" not in script
    assert "frame-ancestors 'self' http://intranet.example" in policy
    nonce = script.split("'nonce-")[1].split("'")[0]
    assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce}"') > 0
    assert 'property="og:' not in page.text
    assert ('class="embed"' in page.text) == (path == "/widget")
    assert client.get(path).headers["content-security-policy"] != policy


def test_only_listed_origins_may_call_from_a_page(client) -> None:  # type: ignore[no-untyped-def]
    for origin, allowed in (("http://intranet.example", True), ("http://elsewhere.example", False), ("null", False)):
        headers = client.post("/api/ask", json=QUESTION, headers={"origin": origin, "host": "chat.corp"}).headers
        assert (headers.get("access-control-allow-origin") == origin) == allowed


def test_the_widget_script_may_be_loaded_by_any_page(client) -> None:  # type: ignore[no-untyped-def]
    answer = client.get("/widget.js")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "attachShadow" in answer.text


def test_a_sub_path_works_whether_the_proxy_strips_it_or_not(sample_index: Path) -> None:
    from starlette.testclient import TestClient

    from answering.engine import load_engine
    from webchat.server import make_app

    with TestClient(make_app(load_engine(sample_index), root_path="/chat")) as client:
        for prefix in ("", "/chat"):
            assert client.get(f"{prefix}/healthz").status_code == 200
            assert client.post(f"{prefix}/api/ask", json=QUESTION).status_code == 200
            assert "/chat" in client.get(f"{prefix}/").text
        assert client.get("/chatter/healthz").status_code == 404
