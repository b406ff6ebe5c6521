"""Clients that want the server to fail, or others to wait: requests no page sends, floods, connections that say nothing. bench/soak.py has the long day."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.browsing import in_process
from tests.test_gradio import event_of

pytestmark = [pytest.mark.models, pytest.mark.long]
_MOST = settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
"""The same requests each time, so that a change fails by what it does; with derandomize=False more can be looked for."""
_QUESTION = {"question": "How much computing capacity did Meta secure from AMD?"}


@pytest.fixture(scope="module")
def app_of(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    from answering.engine import load_engine
    from webchat.access import Access
    from webchat.server import make_app
    from webchat.settings import Settings

    engine = load_engine(sample_index)

    def make(**access: Any) -> Any:
        feedback = tmp_path_factory.mktemp("hostile") / "f.sqlite3"
        return make_app(engine, Settings(access=Access(**{"a_minute": 0, **access}), feedback_file=feedback))

    return make


@pytest.fixture(autouse=True)
def without_traceback(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever is sent to a server here: it leaves none in the log."""
    with caplog.at_level(logging.WARNING):
        yield
    assert "Traceback" not in caplog.text + capfd.readouterr().err
    assert not [record for record in caplog.records if record.exc_info]


@pytest.fixture(scope="module")
def serve(app_of: Callable[..., Any]) -> Any:
    """The address of a server with these settings."""

    @contextmanager
    def serving(**access: Any) -> Iterator[str]:
        with in_process(app_of(**access)) as port:
            yield f"http://127.0.0.1:{port}"

    return serving


@pytest.fixture(scope="module")
def address(serve: Any) -> Iterator[str]:
    with serve() as address:
        yield address


# --- requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_the_api_answers_as_it_is_described(app_of: Callable[..., Any], mode: schemathesis.GenerationMode) -> None:
    """What fits the description and what does not: no 500, no status, kind or shape that is not described."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app_of())
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
    for operation in operations:
        if mode is schemathesis.GenerationMode.NEGATIVE and operation.label.removeprefix("GET ") in _WITHOUT_FIELDS:
            continue

        @_MOST
        @given(operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            reply = case.call(base_url="http://localhost", headers={"host": "localhost"})
            # that a date is none, or the first day after the last, no schema can say
            case.validate_response(reply, excluded_checks=[positive_data_acceptance])

        ask()
    assert len(operations) == 8


_WITHOUT_FIELDS = ("/api/corpus", "/healthz", "/readyz", "/metrics")
_ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["text", "content", "role", "index", "value", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
_MESSAGES = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": _ANY_JSON}), max_size=3
)


def test_gradio_s_events_are_refused_or_run(address: str) -> None:
    """Both of its routes, every event of both pages, with values that nobody's page sends."""
    with httpx.Client(base_url=address, timeout=60) as client:
        events = [event["id"] for event in client.get("/config").json()["dependencies"]]
        statuses: Counter[int] = Counter()

        @settings(_MOST, max_examples=300)
        @given(
            st.sampled_from(["queue/join", "run/predict", "cancel", "reset"]), st.sampled_from([*events, -1, 9_999, "ask", None]),
            st.lists(_ANY_JSON | _MESSAGES, max_size=5), st.sampled_from(["s", "", None, 5]),
            _ANY_JSON | st.fixed_dictionaries({"index": _ANY_JSON, "value": _ANY_JSON, "liked": _ANY_JSON}),
        )  # fmt: skip
        def send(route: str, event: object, data: object, session: object, happened: object) -> None:
            body = {"fn_index": event, "data": data, "session_hash": session, "event_data": happened, "event_id": "others"}
            statuses[client.post(f"/gradio_api/{route}", json=body).status_code] += 1

        send()
        assert set(statuses) == {200, 400}


_PARTS = st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": st.text()}), max_size=3)
_TALKS = st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": _PARTS}), max_size=3)


def test_what_fits_the_page_is_run_with_any_content(address: str) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        config = client.get("/config").json()
        kinds = {component["id"]: component["type"] for component in config["components"]}
        values = {"chatbot": _TALKS | st.none(), "browserstate": st.lists(st.text(), max_size=9) | st.none()}
        events = [e for e in config["dependencies"] if e["backend_fn"] and not e["queue"] and e["inputs"]]
        statuses: Counter[int] = Counter()

        @settings(_MOST, max_examples=300)
        @given(st.sampled_from(events), st.integers(-3, 3), st.text(), st.booleans() | st.text(), st.data())
        def send(event: dict[str, Any], at: int, text: str, liked: object, drawn: st.DataObject) -> None:
            data = [drawn.draw(values.get(kinds[id_], st.text() | st.none())) for id_ in event["inputs"]]
            happened = {"index": at, "value": {"text": text}, "liked": liked}
            body = {"fn_index": event["id"], "data": data, "session_hash": "s", "event_data": happened}
            reply = client.post("/gradio_api/run/predict", json=body)
            statuses[reply.status_code] += 1
            assert reply.status_code == (400 if at < 0 and event["collects_event_data"] else 200), reply.text

        send()
        assert statuses[200] > 60


@pytest.mark.parametrize(
    "route", ["/api/ask", "/api/feedback", "/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/cancel"]
)
@pytest.mark.parametrize(
    ("body", "status"),
    [(b"[" * 1_000_000, 400), (b'{"data": ' + b"[" * 900 + b"]" * 900 + b"}", 400), (b'"' + b"x" * 900_000 + b'"', 400), (b"\x00", 400),
     (b"\xff\xfe", 400), (b"x" * 1_000_001, 413), (b'{"question": "' + b"x" * 900_000 + b'", "data": [1e999999]}', 400)],
)  # fmt: skip
def test_giant_and_broken_bodies_are_refused(address: str, route: str, body: bytes, status: int) -> None:
    reply = httpx.post(f"{address}{route}", content=body, headers={"content-type": "application/json"}, timeout=60)
    assert reply.status_code == status
    assert len(reply.content) < 5_000, "nothing is told back whole"


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/..%2f..%2fetc/passwd", "/assets/../../../../etc/passwd", "/assets/..%2f..%2f..%2fconfig", "/static/img/..%2f..%2fx", "/ui/..%2fchat.py",
     "/ui/..%5cchat.py", "/ui/%2e%2e/chat.py", "/ui//etc/passwd", "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/file=/etc/passwd",
     "/gradio_api/proxy=http://127.0.0.1/", "/gradio_api/upload", "/gradio_api/stream/a/0/1/x.m3u8", "/gradio_api/deep_link", "/monitoring", "/login", "/logout",
     "/gradio_api/call/ask", "/gradio_api/api/ask", "/gradio_api/run/ask", "/gradio_api/dev/reload", "/gradio_api/component_server", "/gradio_api/vibe-edit/",
     "/api/articles/..%2f..%2fpyproject.toml", "/healthz%00", "/healthz%0d%0aset-cookie:a=b", "//evil.example/", "/\\evil.example"],
)  # fmt: skip
def test_no_path_leads_elsewhere(address: str, path: str) -> None:
    told = raw(address, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert told.split()[1] in (b"403", b"404", b"405")
    assert b"root:" not in told
    assert b"set-cookie" not in told.lower()


@pytest.mark.parametrize(
    ("head", "statuses"),
    [
        ("GET / HTTP/1.1\r\nHost: evil.example\r\n", ["421"]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n", ["400"]),
        ("GET / HTTP/1.1\r\n", ["400"]),
        ("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n", ["404", "421"]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n", ["200"]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: upgrade\r\n", ["200"]),
        ("CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n", ["404"]),
        ("TRACE / HTTP/1.1\r\nHost: localhost\r\n", ["405", "404"]),
        ("POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n", ["400"]),
        ("POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n", ["400"]),
        ("POST /api/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", ["400", "411"]),
        ("POST /api/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n", ["411"]),
        ("POST /api/ask HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n", ["403"]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + "a" * 200_000 + "\r\n", ["400"]),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\x00c\r\n", ["400"]),
    ],
)  # fmt: skip
def test_heads_that_lie_are_refused_or_not_believed(address: str, head: str, statuses: list[str]) -> None:
    told = raw(address, head.encode() + b"Connection: close\r\n\r\n{}")
    assert told.split()[1].decode() in statuses
    assert b"http://evil.example" not in told.replace(b"frame-ancestors", b"")
    assert b"access-control-allow-origin" not in told.lower()


def raw(address: str, sent: bytes) -> bytes:
    """All that comes back for these bytes."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(sent)
        return ending(client)


# --- others keep being served ----------------------------------------------------------------------------------------


def test_connections_that_say_nothing_are_closed_and_others_are_served(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from webchat import connections, guard

    monkeypatch.setattr(connections, "HEAD_PATIENCE", 1.0)
    monkeypatch.setattr(guard, "BODY_PATIENCE", 1.5)
    monkeypatch.setattr(guard, "SEND_PATIENCE", 1.0)
    begun = b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\n"
    whole = begun + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    unsent = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    with serve() as address, ExitStack() as held:
        host, port = address.removeprefix("http://").split(":")
        clients = [held.enter_context(socket.create_connection((host, int(port)), timeout=20)) for _ in range(300)]
        for number, client in enumerate(clients):
            client.sendall((b"", begun, whole, unsent)[number % 4])
        began = time.monotonic()
        while time.monotonic() - began < 2.5:  # a byte now and then, as who wants to hold a connection does
            for client in clients[1::2]:
                with suppress(OSError):
                    client.sendall(b"X-A: b\r\n")
            assert httpx.post(f"{address}/api/ask", json={"question": "Thanks"}, timeout=20).status_code == 200
        ends = [ending(client) for client in clients]
        assert all(end == b"" for number, end in enumerate(ends) if number % 4 < 2)
        assert all(b" 408 " in end for number, end in enumerate(ends) if number % 4 == 2)
        assert all(b" 200 " in end for number, end in enumerate(ends) if number % 4 == 3)


def ending(client: socket.socket) -> bytes:
    """What the server says before it closes; waits for that."""
    told = b""
    with suppress(ConnectionError):
        while part := client.recv(65_536):
            told += part
    return told


def test_who_does_not_read_is_left(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from webchat import guard

    monkeypatch.setattr(guard, "SEND_PATIENCE", 1.0)
    with serve() as address, ExitStack() as held:
        host, port = address.removeprefix("http://").split(":")
        for _ in range(30):
            client = held.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            client.connect((host, int(port)))
            client.sendall(b"GET /config HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40)
        for _ in range(2):
            assert httpx.post(f"{address}/api/ask", json=_QUESTION, timeout=30).status_code == 200


def test_a_flood_from_one_address_is_refused_and_others_are_answered(serve: Any) -> None:
    """At 10,000 a minute: over the API and over Gradio's queue; every refusal says when to come back."""
    statuses: Counter[int] = Counter()
    ended = threading.Event()

    def flood(address: str, route: str, body: dict[str, Any]) -> None:
        with httpx.Client(base_url=address, headers={"x-forwarded-for": "10.9.9.9"}, timeout=60) as client:
            while not ended.is_set():
                reply = client.post(route, json={**body, "session_hash": f"{time.monotonic()}"} if "data" in body else body)
                statuses[reply.status_code] += 1
                assert reply.status_code == 200 or reply.headers["retry-after"]
                time.sleep(60 / 10_000)

    with serve(a_minute=20) as address:
        event = event_of(address, "question", "submit")
        bodies: list[tuple[str, dict[str, Any]]] = [
            ("/api/ask", {"question": "Thanks"}),
            ("/gradio_api/queue/join", {"fn_index": event, "data": ["Thanks", [], [], "", ""]}),
        ]
        floods = [threading.Thread(target=flood, args=(address, *one), daemon=True) for one in bodies]
        for thread in floods:
            thread.start()
        for number in range(8):
            asked = httpx.post(
                f"{address}/api/ask", json=_QUESTION, headers={"x-forwarded-for": f"10.1.1.{number}"}, timeout=60
            )
            assert asked.json()["status"] == "answered"
        ended.set()
        for thread in floods:
            thread.join(60)
    assert statuses[429] > 50
    assert set(statuses) == {200, 429}


def test_nobody_cancels_or_hears_another_s_question(address: str) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        event = event_of(address, "question", "submit")
        body = {"fn_index": event, "data": [_QUESTION["question"], [], [], "", ""], "session_hash": "mine"}
        mine = client.post("/gradio_api/queue/join", json=body).json()["event_id"]
        for other in ("", "theirs", "mine2", "*", "%"):
            client.post("/gradio_api/cancel", json={"session_hash": other, "fn_index": event, "event_id": "0" * 32})
            client.post("/gradio_api/reset", json={"event_id": mine})
            told = client.get("/gradio_api/queue/data", params={"session_hash": other})
            assert mine not in told.text and "AMD" not in told.text
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "mine"}) as stream:
            lines = [json.loads(line.removeprefix("data:")) for line in stream.iter_lines() if line.startswith("data:")]
        assert [line["success"] for line in lines if line["msg"] == "process_completed"] == [True]


def test_sessions_that_nobody_listens_to_are_forgotten(app_of: Callable[..., Any]) -> None:
    from starlette.testclient import TestClient

    from webchat.desk import MOST_OF_ONE

    with TestClient(app_of(), base_url="http://localhost") as client:
        event = next(e["id"] for e in client.get("/config").json()["dependencies"] if e["queue"] and len(e["inputs"]) == 5)
        body = {"fn_index": event, "data": ["", [], [], "", ""]}
        for name in ("a" * 65, "a b", "", None):
            assert client.post("/gradio_api/queue/join", json={**body, "session_hash": name}).status_code == 400
        for number in range(MOST_OF_ONE + 20):
            assert client.post("/gradio_api/queue/join", json={**body, "session_hash": f"s{number}"}).status_code == 200
        assert client.get("/gradio_api/queue/data", params={"session_hash": "s0"}).status_code == 404
        assert (
            "process_completed" in client.get("/gradio_api/queue/data", params={"session_hash": f"s{MOST_OF_ONE + 19}"}).text
        )
