"""Ways in which a server was once hurt by those who may only ask it: each stays shut. Whole clients are in test_hostile_clients.py."""

from __future__ import annotations

import gc
import io
import json
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import Any
from unicodedata import category

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from cli import _print_json, _say, main
from index.generations import mending_command
from models.pairs import PairNetwork
from retriever.request import LONGEST_READ, as_read, make_request
from tests.browsing import in_process
from webchat.desk import Line
from webchat.door import OPINIONS_A_DAY
from webchat.feedback import Opinion, keep

pytestmark = pytest.mark.models
QUESTION = "How much computing capacity did Meta secure from AMD?"
_JOIN, _RUN, _TOLD = "/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/queue/data"


@pytest.fixture(scope="module")
def serve(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., TestClient]:
    from answering.engine import load_engine
    from webchat.access import Access
    from webchat.server import make_app
    from webchat.settings import Settings

    engine = load_engine(sample_index)

    def make(feedback: Path | None = None, mcp: bool = False, **access: Any) -> TestClient:
        file = feedback or tmp_path_factory.mktemp("door") / "f.sqlite3"
        app = make_app(engine, Settings(access=Access(**{"a_minute": 0, **access}), feedback_file=file, mcp=mcp))
        return TestClient(app, base_url="http://localhost", client=("127.0.0.1", 4711))

    return make


@pytest.fixture(scope="module")
def client(serve: Callable[..., TestClient]) -> Iterator[TestClient]:
    with serve() as client:
        yield client


def event(client: TestClient, messages: list[Any], *, queued: bool, session: str = "mine") -> dict[str, Any]:
    """A page's event that takes the conversation."""
    config = client.get("/config").json()
    types = {one["id"]: one["type"] for one in config["components"]}
    values: dict[str, Any] = {"chatbot": messages, "dropdown": [], "textbox": ""}
    found = next(
        one for one in config["dependencies"]
        if one["queue"] == queued and "chatbot" in (inputs := [types[id_] for id_ in one["inputs"]]) and set(inputs) <= set(values)
    )  # fmt: skip
    data = [values[types[id_]] for id_ in found["inputs"]]
    data[0] = QUESTION if queued else data[0]
    return {"fn_index": found["id"], "data": data, "session_hash": session, "event_data": {"index": 0, "value": "a"}}


def said(*parts: Any) -> list[dict[str, Any]]:
    return [{"role": "user", "content": list(parts)}]


# --- values of the chat ------------------------------------------------------------------------------------------------

_TEXT = {"type": "text", "text": "a"}
_FILE = {"path": __file__, "meta": {"_type": "gradio.FileData"}}


@pytest.mark.parametrize(
    "part",
    [{"type": "file", "file": _FILE}, {"type": "file", "file": {**_FILE, "url": "http://127.0.0.1:1/x"}},
     {"type": "component", "component": "html", "value": "<b>a</b>", "constructor_args": {}, "props": {}},
     {"type": "component", "component": "dataframe", "value": None, "constructor_args": {"value": "http://127.0.0.1:1/x"}, "props": {}},
     {"text": _FILE}, _FILE, "a", ["a"], None],
)  # fmt: skip
@pytest.mark.parametrize("queued", [True, False])
def test_nothing_but_text_is_said(client: TestClient, part: Any, queued: bool) -> None:
    way = _JOIN if queued else _RUN
    assert client.post(way, json=event(client, said(_TEXT), queued=queued)).status_code == 200
    for messages in (said(part), [{"role": "user", "content": part}], [part]):
        assert client.post(way, json=event(client, messages, queued=queued)).status_code == 400


def test_what_stands_beside_the_text_never_reaches_gradio(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    from gradio import processing_utils

    moved = processing_utils.async_move_files_to_cache

    async def look(data: Any, *more: Any, **named: Any) -> Any:
        seen.append(repr(data))
        return await moved(data, *more, **named)

    monkeypatch.setattr(processing_utils, "async_move_files_to_cache", look)
    sent = event(client, said({**_TEXT, "file": _FILE, "path": __file__}), queued=False)
    sent["data"][0][0] |= {"options": [_FILE], "metadata": {"title": "t"}, "file": _FILE}
    answer = client.post(_RUN, json={**sent, "event_data": {"index": 0, "value": "a", "file": _FILE}, "batched": True})
    assert answer.status_code == 200
    assert seen and __file__ not in "".join(seen)


def test_a_link_s_question_fills_the_box(client: TestClient) -> None:
    arrive = next(one for one in client.get("/config").json()["dependencies"] if one["api_name"] == "arrive")
    told = client.post(f"{_RUN}?ask=Who%3F", json={"fn_index": arrive["id"], "data": [], "session_hash": "a"}).json()
    assert told["data"][2] == "Who?"


def test_a_conversation_has_an_end_and_nothing_of_it_is_kept(client: TestClient) -> None:
    from gradio.state_holder import SessionState

    from webchat.events import MOST_MESSAGES

    def kept() -> set[int]:
        """Of this server and of those that other tests of this process leave behind."""
        gc.collect()
        return {id(one) for one in gc.get_objects() if type(one) is SessionState}

    before = kept()
    for queued, way in ((True, _JOIN), (False, _RUN)):
        assert client.post(way, json=event(client, said(_TEXT) * (MOST_MESSAGES + 1), queued=queued)).status_code == 400
        for number in range(8):
            body = event(client, said(_TEXT) * MOST_MESSAGES, queued=queued, session=f"page{number}")
            assert client.post(way, json=body).status_code == 200
            if queued:
                assert "process_completed" in client.get(_TOLD, params={"session_hash": f"page{number}"}).text
    assert len(kept() - before) <= 1


# --- sessions ----------------------------------------------------------------------------------------------------------


def test_a_session_is_its_asker_s_own(serve: Callable[..., TestClient]) -> None:
    ada, others = {"x-user": "ada"}, ({"x-user": "bela"}, {"x-user": ""})
    with serve(user_header="X-User", proxies=("127.0.0.1",)) as client:
        client.headers.update(ada)
        body = event(client, [], queued=True, session="ada")
        assert client.post(_JOIN, json=body).status_code == 200
        for other in others:
            assert client.get(_TOLD, params={"session_hash": "ada"}, headers=other).status_code in (401, 404)
            client.post("/gradio_api/cancel", json={**body, "event_id": "0"}, headers=other)
        assert "6 gigawatts" in client.get(_TOLD, params={"session_hash": "ada"}).text
        assert client.get(_TOLD, params={"session_hash": "ada"}).status_code == 404, "once"


# --- questions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["Who is it; ", "which chip ", "who who ", "what what? ", "and who is it and "])
def test_of_a_long_question_a_part_is_read_and_that_is_told(
    client: TestClient, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the networks read of it is bounded, whatever the question is made of; nobody's clock is asked."""
    read: list[int] = []
    of_network = PairNetwork.read

    def noted(network: PairNetwork, pairs: Sequence[tuple[str, str]]) -> Any:
        read.extend(len(asked) for asked, _ in pairs)
        return of_network(network, pairs)

    monkeypatch.setattr(PairNetwork, "read", noted)
    long = (part * 400)[:1_990].strip()
    turns = [{"question": long, "answer": long}] * 6
    for history in ([], turns):
        told = client.post("/api/ask", json={"question": long, "history": history}).json()
        assert told["question"] == long
        assert told["status"] == "declined" or "This question is long" in told["notices"][0]
    assert read and max(read) < 3 * LONGEST_READ
    assert sum(read) < 20_000


def test_a_long_question_keeps_what_is_asked() -> None:
    filler = "The port is wide and the sea is deep. " * 40
    for question, kept in (
        (f"{filler}Who painted it?", "Who painted it?"),
        (f"Tell me who painted it. {filler}", "Tell me who painted it."),
    ):
        read = as_read(make_request({"question": question}))
        assert kept in read.question and len(read.question) <= LONGEST_READ
    short = make_request({"question": "Who?", "history": ["When?"]})
    assert as_read(short) == short
    assert len(as_read(make_request({"question": "漢" * 1_999})).question) == LONGEST_READ


# --- what is kept and printed ------------------------------------------------------------------------------------------

_OPINION = {"verdict": "up", "question": "Who?", "answer": "Nobody."}


def test_a_thumb_that_cannot_be_kept_is_told(
    serve: Callable[..., TestClient], tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webchat import feedback

    damaged, full = tmp_path / "damaged", tmp_path / "full"
    damaged.write_bytes(b"no database" * 100)
    monkeypatch.setattr(feedback, "_MOST_PAGES", 3)
    for file in (tmp_path, damaged, tmp_path / "damaged" / "below", full):
        feedback.try_file(file)
        statuses = {
            serve(file).post("/api/feedback", json=_OPINION | {"remark": "a" * 2_000, "question": f"{n}"}).status_code
            for n in range(9)
        }
        assert statuses == ({204, 507} if file == full else {507})
        assert str(file) in caplog.text and "Traceback" not in caplog.text


def test_one_client_does_not_fill_the_file(serve: Callable[..., TestClient]) -> None:
    client = serve(proxies=("127.0.0.1",))
    statuses = [client.post("/api/feedback", json=_OPINION).status_code for _ in range(OPINIONS_A_DAY + 1)]
    assert statuses == [204] * OPINIONS_A_DAY + [429]
    assert client.post("/api/feedback", json=_OPINION, headers={"x-forwarded-for": "10.1.1.2"}).status_code == 204


@settings(max_examples=50)
@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x85\x9b\x9d\u2028\u202e\u2066\n\r\x7f"), min_size=1)
)
def test_nothing_that_is_printed_steers_a_terminal(text: str) -> None:
    told = io.StringIO()
    with redirect_stdout(told):
        _print_json({text: text})
    assert json.loads(told.getvalue()) == {text: text}
    with redirect_stdout(told):
        _say(text)
    assert not [
        c
        for c in told.getvalue()
        if c not in "\t\n"
        and (
            category(c) == "Cc"
            or c in "\u2028\u2029\u061c\u200e\u200f"
            or "\u202a" <= c <= "\u202e"
            or "\u2066" <= c <= "\u2069"
        )
    ]


def test_a_command_that_mends_is_quoted_for_a_shell() -> None:
    for name in ("a b", "a;reboot", "$(reboot)", "it's"):
        assert shlex.split(mending_command(Path(name)))[-1] == name


def test_a_question_of_two_lines_forges_no_opinion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Who?\n2026-01-01T00:00:00+00:00 up: Was this asked?\u2028And this?"
    forged = Opinion(verdict="down", question=text, answer="A", quotes=[])
    keep(tmp_path / "f", forged, None)
    assert main(["feedback", "--feedback", str(tmp_path / "f")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


# --- requests ----------------------------------------------------------------------------------------------------------


def test_an_address_of_ipv4_is_itself_in_any_dress(serve: Callable[..., TestClient]) -> None:
    client = serve(a_minute=1, proxies=("127.0.0.1",))
    addresses = ("::ffff:198.51.100.1", "::ffff:198.51.100.2", "198.51.100.1", "::ffff:c633:6401", "::FFFF:198.51.100.2")
    sent = [
        client.post("/api/ask", json={"question": "Thanks"}, headers={"x-forwarded-for": a}).status_code for a in addresses
    ]
    assert sent == [200, 200, 429, 429, 429]


def test_head_is_answered_as_get_is(serve: Callable[..., TestClient]) -> None:
    with in_process(serve().app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        for path in (
            "/healthz",
            "/readyz",
            "/metrics",
            "/",
            "/widget",
            "/widget.js",
            "/embed",
            "/docs",
            "/openapi.json",
            "/api/corpus",
            "/none",
        ):
            got, head = client.get(path), client.head(path)
            assert (head.status_code, head.content) == (got.status_code, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/none", 404), ("GET", "/api/ask", 404), ("GET", "/assets/none.js", 404), ("GET", "/ui/none.js", 404), ("GET", "/static/img/none", 404),
     ("PUT", "/healthz", 404), ("DELETE", "/", 405), ("GET", "/none", 404), ("GET", "/gradio_api/heartbeat/a", 404), ("GET", "/gradio_api/queue/data", 400)],
)  # fmt: skip
def test_whatever_is_not_there_is_told_in_one_shape(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code in (status, 405)
    assert list(answer.json()) == ["error"]


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a": ' * 5_000 + b"1" + b"}" * 5_000, b"\xff", b"", b"{"])
def test_a_body_that_no_tool_understands_is_told(serve: Callable[..., TestClient], body: bytes) -> None:
    pytest.importorskip("mcp")
    with serve(mcp=True) as client:
        answer = client.post(
            "/mcp",
            content=body,
            headers={"accept": "application/json, text/event-stream", "content-type": "application/json"},
        )
    assert answer.status_code == 400 and "not JSON" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/", "/widget", "/embed", "/docs"])
def test_a_script_that_was_slipped_in_does_not_run(client: TestClient, path: str) -> None:
    from webchat.pages import _nonced

    page = client.get(path)
    assert page.text.count("<script") == page.text.count("<script nonce=") > 0
    clean = re.sub(' nonce="[^"]*"', "", page.text)
    for slipped in (
        "<script>alert(1)</script>",
        '<script src="//evil.example/x.js"></script>',
        "<script type=module>alert(1)</script>",
    ):
        told = _nonced(clean.replace("<body", f"{slipped}<body", 1).encode(), "n").decode()
        assert slipped in told


# --- the line ----------------------------------------------------------------------------------------------------------


def test_who_comes_later_is_served_after_the_one_who_is_being_served() -> None:
    """However many questions another client has in line, and though each is out of the line when it is over."""
    line, here, served = Line(1), [], []
    for client in (*["flood"] * 5, "other", "third"):
        stack = ExitStack()
        here.append((stack.enter_context(line.place(client)), stack))
    while here:
        now = next(one for one in here if not one[0].ahead)
        here.remove(now)
        served.append(now[0].client)
        now[1].close()
    assert served == ["flood", "other", "third", "flood", "flood", "flood", "flood"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=40), st.integers(1, 3))
def test_clients_take_turns(comings: list[tuple[str, bool]], at_once: int) -> None:
    """Whoever comes and goes: all that may be served are; no client waits while another one has more served than it and one."""
    line = Line(at_once)
    with ExitStack() as rest:
        here: list[tuple[Any, ExitStack]] = []
        for client, goes in comings:
            own = rest.enter_context(ExitStack())
            here.append((own.enter_context(line.place(client)), own))
            if goes and len(here) > 1:
                served = [one for one in here if not one[0].ahead]
                here.remove(served[0])
                served[0][1].close()
            waiting = [place for place, _ in here if place.ahead]
            assert sum(not place.ahead for place, _ in here) == min(at_once, len(here))
            assert sorted(place.ahead for place in waiting) == list(range(1, len(waiting) + 1))
            first = min(waiting, key=lambda place: place.ahead, default=None)
            turns = Counter(place.client for place, _ in here if not place.ahead)
            assert first is None or turns[first.client] == min(turns[place.client] for place in waiting)


def test_one_question_does_not_wait_behind_a_hundred_of_another() -> None:
    line = Line(1)
    with ExitStack() as many:
        hundred = [many.enter_context(line.place("many")) for _ in range(100)]
        with line.place("one") as place:
            assert (hundred[0].ahead, place.ahead, hundred[1].ahead, hundred[99].ahead) == (0, 1, 2, 100)
    assert len(line) == 0
