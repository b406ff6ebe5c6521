"""The HTTP side: contract, events, allow-list, hosts, users, limits, headers. The real engine on the sample corpus."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

pytestmark = pytest.mark.models
QUESTION = {"question": "How much computing capacity did Meta secure from AMD?"}
EVENTS = {"accept": "text/event-stream"}


@pytest.fixture(scope="module")
def engine(sample_index: Path) -> Any:
    from answering.engine import load_engine

    return load_engine(sample_index)


@pytest.fixture(scope="module")
def serve(engine: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A client of an application with these settings."""
    from starlette.testclient import TestClient

    from webchat.access import Access
    from webchat.server import make_app
    from webchat.settings import Settings

    def make(peer: str = "10.1.1.1", host: str = "localhost", **fields: Any) -> TestClient:
        access = Access(**fields.pop("access", {}))
        fields.setdefault("feedback_file", tmp_path_factory.mktemp("web") / "feedback.sqlite3")
        app = make_app(engine, Settings(access=access, **fields))
        return TestClient(app, base_url=f"http://{host}", client=(peer, 5000))

    return make


@pytest.fixture(scope="module")
def client(serve: Any) -> Iterator[Any]:
    with serve(access={"origins": ("http://intranet.example",), "a_minute": 0}) as client:
        yield client


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [dict(line.split(": ", 1) for line in block.split("\n")) for block in text.strip().split("\n\n")]
    return [(block["event"], json.loads(block["data"])) for block in blocks]


# --- asking --------------------------------------------------------------------------------------------------------


def test_ask_as_json(client: Any) -> None:
    answer = client.post("/api/ask", json=QUESTION).json()
    assert (answer["status"], answer["support"], answer["claims"][0]["in_words"]) == (
        "answered",
        "single_source",
        "Single source",
    )
    assert answer["models"]["reader"] == "second-source-reader"
    assert answer["index"]["articles"] == 9


def test_ask_as_events_tells_the_quote_first_and_ends_in_the_whole_answer(client: Any) -> None:
    told = events(client.post("/api/ask", json=QUESTION, headers=EVENTS).text)
    assert [name for name, _ in told] == ["phase", "phase", "phase", "phase", "answer"]
    assert [phase["phase"] for _, phase in told[:-1]] == ["search", "read", "read", "compare"]
    answer = told[-1][1]
    assert told[2][1]["quotes"][0]["text"] == answer["quotes"][0]["text"]
    assert answer == {**client.post("/api/ask", json=QUESTION).json(), "timings_ms": answer["timings_ms"]}


def undescribed(told: dict[str, Any], shape: str, shapes: dict[str, Any]) -> Iterator[str]:
    """Fields that are there and not described, or described and not there; of what is in them too."""
    fields = shapes[shape]["properties"]
    yield from (f"{shape}.{name}" for name in fields.keys() ^ told.keys())
    for name in fields.keys() & told.keys():
        inner = re.search(r"#/components/schemas/(\w+)", json.dumps(fields[name]))
        of = told[name] if isinstance(told[name], list) else [told[name]]
        for part in of:
            yield from undescribed(part, inner[1], shapes) if inner and isinstance(part, dict) else ()


def test_what_is_not_described_is_found() -> None:
    shapes = {"A": {"properties": {"x": {"$ref": "#/components/schemas/B"}}}, "B": {"properties": {"y": {}}}}
    assert sorted(undescribed({"x": {"z": 1}}, "A", shapes)) == ["B.y", "B.z"]
    assert list(undescribed({"x": {"y": 1}}, "A", shapes)) == []


@pytest.mark.parametrize(
    "asked",
    [QUESTION, {"question": "Which Amazon chips will Meta use?"}, {"question": "Who is the chief executive of AMD?"},
     {"question": "Has Meta partnered with AMD?", "history": ["Who?", {"question": "a", "answer": None}]}],
)  # fmt: skip
def test_real_answers_have_the_described_shape(client: Any, asked: dict[str, Any]) -> None:
    from webchat.schema import CorpusShape, QuestionShape

    QuestionShape.model_validate(asked)
    answer = client.post("/api/ask", json=asked).json()
    shapes = client.get("/openapi.json").json()["components"]["schemas"]
    assert not list(undescribed(answer, "Answer", shapes))
    quote = (answer["quotes"] or answer["nearest"])[0]
    whole = client.get("/api/articles", params={"id": quote["article"]["id"]}).json()
    assert not list(undescribed(whole, "WholeArticle", shapes))
    CorpusShape.model_validate(client.get("/api/corpus").json())


@pytest.mark.parametrize(
    ("body", "told"),
    [(b"", "not JSON"), (b"[]", "list"), (b'{"question": ""}', "empty"), (b'{"question": "x", "date": 5}', "date"),
     (b'{"question": "' + b"x" * 100_000 + b'"}', "100,000"), (b"\xff", "not JSON"),
     (b'{"question": "x", "since": "2026-02-02", "until": "2026-01-01", "outlets": 5}', "utlets must be a list")],
)  # fmt: skip
def test_bad_bodies_are_told(client: Any, body: bytes, told: str) -> None:
    answer = client.post("/api/ask", content=body)
    assert answer.status_code == 400
    assert told in answer.json()["error"]


def test_a_part_of_the_corpus_can_be_asked(client: Any) -> None:
    outlets = client.get("/api/corpus").json()["outlets"]
    assert {o["name"] for o in outlets} == {"Sample Infrastructure Review", "Sample Compute Letter"}
    only = {"question": "Has Meta partnered with AMD?", "outlets": ["Sample Compute Letter"]}
    assert {q["article"]["publisher"] for q in client.post("/api/ask", json=only).json()["quotes"]} == {
        "Sample Compute Letter"
    }
    declined = client.post("/api/ask", json=QUESTION | {"since": "2026-05-01", "until": "2026-05-31"}).json()
    assert declined["status"] == "declined"
    assert "1 of 9 articles were searched (from 2026-05-01 to 2026-05-31)" in declined["text"]


def test_an_article_comes_with_spans_and_segments(client: Any) -> None:
    quote = client.post("/api/ask", json=QUESTION).json()["quotes"][0]
    place = {"start": quote["start"], "end": quote["end"]}
    article = client.get(f"/api/articles/{quote['article']['id']}", params=place).json()
    assert "".join(s["text"] for s in article["segments"]) == article["text"]
    assert [s["text"] for s in article["segments"] if s["quote"]] == [quote["text"]]
    assert any(s["furniture"] for s in article["segments"])
    assert client.get("/api/articles", params={"id": quote["article"]["id"], **place}).json() == article
    assert client.get("/api/articles/nothing.txt").status_code == 404


def test_feedback_is_kept_and_exported(serve: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cli import main

    file = tmp_path / "new" / "feedback.sqlite3"
    client = serve(feedback_file=file)
    said = {
        "verdict": "down",
        "reason": "wrong quote",
        "question": "Q?",
        "answer": "A",
        "quotes": [{"id": "a", "start": 0, "end": 1}],
    }
    assert client.post("/api/feedback", json=said).status_code == 204
    half = json.dumps(said | {"question": "Q\ud800"})
    assert client.post("/api/feedback", content=half, headers={"content-type": "application/json"}).status_code == 400
    wrong = client.post("/api/feedback", json={"verdict": "sideways", "reason": "x", "quotes": [1]})
    assert wrong.status_code == 400
    assert all(word in wrong.json()["error"] for word in ("verdict", "reason", "question", "quotes"))
    assert main(["feedback", "--feedback", str(file), "--json"]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert (kept["reason"], kept["question"], kept["quotes"]) == ("wrong quote", "Q?", said["quotes"])
    assert main(["feedback", "--feedback", str(tmp_path / "none")]) == 0


# --- who may ask ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/upload", "/gradio_api/upload_progress?upload_id=x", "/gradio_api/file=/etc/passwd", "/gradio_api/file/x",
     "/gradio_api/proxy=https://x.hf.space/", "/gradio_api/stream/a/b/c/playlist.m3u8", "/gradio_api/component_server",
     "/gradio_api/runs", "/gradio_api/deep_link", "/gradio_api/mcp/", "/gradio_api/vibe-edit/", "/gradio_api/call/ask", "/gradio_api/run/ask",
     "/gradio_api/dev/reload", "/gradio_api/reload", "/gradio_api/token", "/gradio_api/app_id", "/gradio_api/process_recording",
     "/gradio_api/openapi.json", "/gradio_api/custom_component/x/y/z", "/monitoring", "/monitoring/summary", "/login", "/logout",
     "/login/huggingface", "/user", "/svelte/x.js", "/pwa_icon", "/manifest.json", "/robots.txt", "/file=/etc/passwd", "/queue/join",
     "/ui/../server.py", "/ui/x/%2e%2e/server.py", "/mcp", "/redoc", "/docs/oauth2-redirect", "/api", "/static/x",
     "/static/img/../../x", "/assets/../index.html", "/api/articles/../../pyproject.toml", "/api/followups", "/chat.html"],
)  # fmt: skip
def test_nothing_else_is_there(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code in (404, 405)


def test_an_event_that_is_the_page_s_own_is_no_api(client: Any) -> None:
    """Of Gradio's events only `ask` has a name; the description of its API says nothing of the others."""
    assert list(client.get("/gradio_api/info").json()["named_endpoints"]) == ["/ask"]
    assert client.get("/config").json()["run_history"] is False


def test_an_oversized_body_is_refused(client: Any) -> None:
    assert client.post("/api/ask", content=b"x" * 3_000_000).status_code == 413
    assert client.post("/api/ask", content=iter([b"x"] * 10)).status_code == 411


def test_only_listed_origins_may_call_from_a_page(client: Any) -> None:
    for origin, allowed in (("http://intranet.example", True), ("http://elsewhere.example", False), ("null", False)):
        headers = {"origin": origin, "host": "chat.corp"}
        asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
        assert (client.options("/api/ask", headers=headers | asked).status_code == 200) == allowed, (
            "a browser asks before it sends JSON"
        )
        answer = client.post("/api/ask", json=QUESTION, headers=headers | {"sec-fetch-site": "cross-site"})
        assert (answer.headers.get("access-control-allow-origin") == origin) == allowed
        assert answer.status_code == (200 if allowed else 403)
        unasked = client.post("/api/feedback", content="{}", headers=headers | {"content-type": "text/plain"})
        assert unasked.status_code == (400 if allowed else 403), "what it sends without asking is not read"


@pytest.mark.parametrize(
    ("host", "served"),
    [("localhost:7860", True), ("127.0.0.1", True), ("[::1]:80", True), ("chat", True), ("chat.intranet", True), ("chat.corp", True),
     ("10.0.0.5:7860", True), ("known.company.com", True), ("evil.com", False), ("evil.com:7860", False), ("127.0.0.1.evil.com", False),
     ("localhost.evil.com", False), ("", False), ("a b", False), ("evil.com/chat.corp", False), ("evil.com#.corp", False)],
)  # fmt: skip
def test_only_names_of_this_server_are_served(serve: Any, host: str, served: bool) -> None:
    client = serve(access={"hosts": ("known.company.com",)})
    answer = client.get("/healthz", headers={"host": host})
    assert answer.status_code == (200 if served else 421)


NOTHING = {"question": "Thanks"}
"""Small talk: let in like any question, and answered without a search."""


def from_(address: str) -> dict[str, str]:
    return {"x-forwarded-for": address}


def test_too_many_questions_of_one_client_are_refused_and_others_are_not(serve: Any) -> None:
    client = serve(peer="127.0.0.1", access={"a_minute": 3})
    asked = [client.post("/api/ask", json=NOTHING, headers=from_("10.0.0.1")) for _ in range(5)]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429, 429]
    assert asked[-1].headers["retry-after"] == "30"
    assert client.post("/api/ask", json=NOTHING, headers=from_("10.0.0.1") | EVENTS).status_code == 429
    assert client.post("/api/ask", json=NOTHING, headers=from_("10.0.0.2")).status_code == 200
    assert client.get("/api/corpus", headers=from_("10.0.0.1")).status_code == 200
    said = {"verdict": "up", "question": "Q", "answer": "A"}
    codes = [client.post("/api/feedback", json=said, headers=from_("10.0.0.1")).status_code for _ in range(4)]
    assert codes == [204, 204, 204, 429]
    assert 'secondsource_refused_total{why="rate"} 4.0' in client.get("/metrics").text


def test_a_user_is_believed_from_the_proxy_alone(serve: Any) -> None:
    access = {"user_header": "X-Remote-User", "proxies": ("10.0.0.9",)}
    named = {"x-remote-user": "ada"}
    assert serve(peer="10.0.0.9", access=access).get("/api/corpus", headers=named).status_code == 200
    assert serve(peer="10.0.0.9", access=access).get("/").status_code == 401
    assert serve(peer="10.0.0.8", access=access).get("/", headers=named).status_code == 401
    assert serve(peer="10.0.0.8", access=access).get("/healthz").status_code == 200


def test_an_ipv6_network_is_one_client(serve: Any) -> None:
    client = serve(peer="127.0.0.1", access={"a_minute": 1})
    addresses = ("2001:db8::1", "2001:db8::2", "2001:db8:1::2")
    codes = [client.post("/api/ask", json=NOTHING, headers=from_(address)).status_code for address in addresses]
    assert codes == [200, 429, 200]


def test_long_lists_are_refused_and_none_is_told_back_whole(client: Any) -> None:
    assert "at most 10,000" in client.post("/api/ask", json=QUESTION | {"only": ["x"] * 10_001}).json()["error"]
    declined = client.post("/api/ask", json=QUESTION | {"outlets": [f"outlet {n}" for n in range(5_000)]}).json()
    assert "4995 more" in declined["text"] and len(declined["text"]) < 1_000


def test_whatever_is_refused_is_told_alike(client: Any) -> None:
    assert "start" in client.get("/api/articles/six-gigawatts.md?start=abc").json()["error"]
    assert "There is no article" in client.get("/api/articles/none.md").json()["error"]
    assert client.get("/healthz", headers={"host": "evil.com"}).json()["error"].startswith("This server is not known as")


def test_a_slash_too_many_is_refused_in_the_words_of_the_format(client: Any) -> None:
    answer = client.post("/api/ask/", json=QUESTION)
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


def test_questions_to_begin_with_are_offered_one_by_one(engine: Any) -> None:
    """On a slow machine the first is there after one answer, and whoever comes later need not wait for it again."""
    from webchat.desk import Desk
    from webchat.overview import Overview

    overview = Overview(Desk(engine), None)

    async def offered() -> list[list[str]]:
        return [questions async for questions in overview.examples()]

    first, again = anyio.run(offered), anyio.run(offered)
    assert [len(questions) for questions in first] == [1, 2, 3, 4]
    assert again == first[-1:]


def test_a_corpus_of_single_lines_offers_a_question_to_begin_with(tmp_path: Path) -> None:
    from answering.engine import load_engine
    from index.build import build
    from models.encoder import load_encoder
    from webchat.desk import Desk
    from webchat.overview import Overview

    (tmp_path / "in").mkdir()
    for name, line in (("a", "The dairy of Orre opens at 9 am."), ("b", "Parking in the yard costs 12 crowns a day.")):
        (tmp_path / "in" / f"{name}.txt").write_text(f"{line}\n", encoding="utf-8")
    build(tmp_path / "index", [tmp_path / "in"], load_encoder(), progress=False)

    async def offered() -> list[list[str]]:
        overview = Overview(Desk(load_engine(tmp_path / "index")), None)
        return [questions async for questions in overview.examples()]

    assert anyio.run(offered)[-1]


def test_a_damaged_new_generation_is_told_and_the_old_one_answers(sample_index: Path, tmp_path: Path) -> None:
    import shutil

    from starlette.testclient import TestClient

    from answering.engine import load_engine
    from webchat.server import make_app
    from webchat.settings import Settings

    shutil.copytree(sample_index, tmp_path / "index")
    client = TestClient(
        make_app(load_engine(tmp_path / "index"), Settings()), base_url="http://localhost", raise_server_exceptions=False
    )
    (tmp_path / "index" / "g000009").mkdir()
    (tmp_path / "index" / "CURRENT").write_text("g000009")
    for path in ("/api/corpus", "/api/articles/six-gigawatts.md", "/metrics", "/"):
        assert client.get(path).status_code == 200
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["index"]["generation"]) == ("ready", "g000001")
    assert "secondsource index" in ready["problem"]
    (tmp_path / "index" / "CURRENT").write_text("g000001")
    assert "problem" not in client.get("/readyz").json()


def test_a_forwarded_address_is_believed_from_the_proxy_alone(serve: Any) -> None:
    client = serve(peer="10.0.0.8", access={"a_minute": 2})
    codes = [client.post("/api/ask", json=NOTHING, headers=from_(f"10.0.0.{n}")).status_code for n in range(4)]
    assert codes == [200, 200, 429, 429]
    page = client.get("/config", headers={"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"})
    assert "evil.example" not in page.text


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/widget", "/embed", "/docs"])
def test_pages_keep_to_themselves(client: Any, path: str) -> None:
    page = client.get(path)
    policy = page.headers["content-security-policy"]
    script = policy.split("script-src ")[1].split(";")[0]
    assert "unsafe" not in script
    assert "default-src 'none'" in policy and "object-src 'none'" in policy
    assert "frame-ancestors 'self' http://intranet.example" in policy
    nonce = script.split("'nonce-")[1].split("'")[0]
    scripts = re.findall(r"<script([^>]*)>", page.text)
    assert scripts and all(f'nonce="{nonce}"' in s or 'type="application/json"' in s for s in scripts)
    addresses = re.findall(r'<(?:script|link|img|meta|iframe)[^>]*(?:src|href|content)="([^"]*)"', page.text)
    assert addresses and not [a for a in addresses if "//" in a]
    assert page.headers["cache-control"] == "no-store"
    assert client.get(path).headers["content-security-policy"] != policy


def test_the_page_is_gradio_s_with_our_style_and_script_before_it(client: Any) -> None:
    page = client.get("/").text
    assert "<gradio-app" in page and "window.gradio_config" in page
    head = page.split("</head>")[0]
    assert "/chat.css" in head and head.index("/chat.js") > head.index("window.gradio_config")


def test_nobody_else_may_frame_a_page_by_default(serve: Any) -> None:
    assert serve().get("/").headers["content-security-policy"].endswith("frame-ancestors 'self'")


def test_files_of_the_page_are_packed_and_kept(client: Any) -> None:
    page = client.get("/").text
    packed = {"accept-encoding": "gzip"}
    for name, kept in (("chat.js", "no-cache"), ("chat.css", "no-cache"), (".js", "immutable")):
        path = next(
            part for part in re.findall(r'(?:src|href)="\./?([^"]*)|="(ui/[^"]*)', page) if "".join(part).endswith(name)
        )
        answer = client.get(f"/{''.join(path).removeprefix('/')}", headers=packed)
        assert kept in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        if kept == "immutable":
            continue
        again = client.get(f"/{''.join(path).removeprefix('/')}", headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304


def test_data_cannot_end_the_element_it_stands_in(serve: Any) -> None:
    from webchat.site import Site

    client = serve(site=Site(title="</script><script>alert(1)</script>", greeting="<!--\u2028"))
    for path in ("/", "/widget", "/embed"):
        assert not re.search(r"<script[^>]*>alert", client.get(path).text)
    page = client.get("/embed", params={"title": '"><script>alert(1)</script>', "color": "' onload='alert(1)"}).text
    assert not re.search(r"<script[^>]*>alert", page) and "' onload" not in page


def test_the_widget_script_may_be_loaded_by_any_page(client: Any) -> None:
    answer = client.get("/widget.js")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert 'attachShadow({ mode: "closed" })' in answer.text


def test_the_widget_script_keeps_its_charset_when_a_chat_was_opened(client: Any) -> None:
    for _ in range(2):
        assert client.get("/widget.js").headers["content-type"] == "text/javascript; charset=utf-8"
        client.get("/")


def test_a_sub_path_works_whether_the_proxy_strips_it_or_not(serve: Any) -> None:
    with serve(root_path="/chat") as client:
        for prefix in ("", "/chat"):
            assert client.get(f"{prefix}/healthz").status_code == 200
            assert client.post(f"{prefix}/api/ask", json=QUESTION).status_code == 200
            page = client.get(f"{prefix}/").text
            style = next(part for part in page.split('"') if part.endswith("chat.css"))
            assert not style.startswith("/")
            assert client.get(f"{prefix}/{style}").status_code == 200
            assert client.get(f"{prefix}/config").json()["root"] == "http://localhost/chat"
        moved = client.get("/chat", follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (308, "/chat/")
        assert client.get("/chatter/healthz").status_code == 404
        assert client.get("/openapi.json").json()["servers"] == [{"url": "/chat"}]


def test_the_description_names_every_route_of_the_api(client: Any) -> None:
    described = client.get("/openapi.json").json()["paths"]
    assert {
        "/api/ask",
        "/api/corpus",
        "/api/articles/{id_}",
        "/api/feedback",
        "/healthz",
        "/readyz",
        "/metrics",
    } <= set(described)
    assert "question" in json.dumps(described["/api/ask"]["post"]["requestBody"])
    assert client.get("/docs").status_code == 200


# --- what is watched and noted ---------------------------------------------------------------------------------------


def test_health(client: Any) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["index"]["articles"] == 9


def test_metrics_count_and_never_quote(serve: Any) -> None:
    client = serve()
    client.post("/api/ask", json=QUESTION)
    client.post("/api/ask", json={"question": "Who is the chief executive of AMD?"})
    counted = client.get("/metrics").text
    for line in ('questions_total{status="answered"} 1.0', 'questions_total{status="declined"} 1.0', 'support_total{support="single_source"} 1.0',
                 "secondsource_in_line 0.0", "secondsource_articles 9.0", 'step_seconds_count{step="read"} 2.0'):  # fmt: skip
        assert line in counted
    assert "Meta" not in counted and "AMD" not in counted


@pytest.mark.parametrize(("noted", "lines", "holds"), [("nothing", 0, False), ("counts", 1, False), ("text", 1, True)])
def test_the_log_says_what_it_was_told_to(
    serve: Any, caplog: pytest.LogCaptureFixture, noted: str, lines: int, holds: bool
) -> None:
    with caplog.at_level(logging.INFO, "secondsource.questions"):
        serve(noted=noted).post("/api/ask", json=QUESTION)
    assert len(caplog.records) == lines
    assert ("Meta" in caplog.text) == holds


def test_the_tool_for_language_models(serve: Any) -> None:
    headers = {"accept": "application/json, text/event-stream"}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": QUESTION}}
    with serve(mcp=True) as client:
        told = events("event" + client.post("/mcp", json=call, headers=headers).text.replace("\r", "").split("event", 1)[1])
        answer = json.loads(told[0][1]["result"]["content"][0]["text"])
        assert answer["quotes"][0]["text"].startswith("Meta secured 6 gigawatts")
        assert client.post("/mcp", json=call, headers=headers | {"host": "evil.com"}).status_code == 421
        assert client.get("/mcp").status_code == 405
