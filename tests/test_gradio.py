"""Gradio's doors: its client, its queue, its events. They lead to the same line as POST /api/ask, and give their place back."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import httpx
import pytest

from answering.answer import Answer
from answering.engine import Engine
from answering.from_passages import Phase
from retriever.request import Request
from tests.browsing import in_process

pytestmark = pytest.mark.models
ONE = "How much computing capacity did Meta secure from AMD?"


@dataclass(frozen=True)
class Endless(Engine):
    """Never comes to an answer; each step takes a moment."""

    def answer_in_steps(self, request: Request) -> Generator[Phase | Answer, None, None]:
        for n in range(2_000):
            time.sleep(0.01)
            yield Phase("read", f"Reading {n}")


@pytest.fixture(scope="module")
def engine(sample_index: Path) -> Engine:
    from answering.engine import load_engine

    return load_engine(sample_index)


@pytest.fixture
def serve(engine: Engine, tmp_path: Path) -> Callable[..., Any]:
    """Serves as long as it is wanted; gives the address."""
    from webchat.access import Access
    from webchat.server import make_app
    from webchat.settings import Settings
    from webchat.site import Site

    @contextmanager
    def serving(*, endless: bool = False, **access: Any) -> Iterator[str]:
        parts = {field.name: getattr(engine, field.name) for field in fields(engine)}
        settings = Settings(Site(examples=()), Access(**access), feedback_file=tmp_path / "f.sqlite3", noted="text")
        with in_process(make_app(Endless(**parts) if endless else engine, settings)) as port:
            yield f"http://127.0.0.1:{port}"

    return serving


def event_of(address: str, component: str, trigger: str, headers: dict[str, str] | None = None) -> int:
    """The number of an event on the whole page, by the id of the component that it hangs on."""
    config = httpx.get(f"{address}/config", headers=headers).json()
    ids = [c["id"] for c in config["components"] if c["props"].get("elem_id") == component]
    return int(next(d["id"] for d in config["dependencies"] if [ids[0], trigger] in [list(t) for t in d["targets"]]))


def joined(address: str, event: int, data: list[Any], session: str, headers: dict[str, str] | None = None) -> str:
    body = {"fn_index": event, "data": data, "session_hash": session}
    answer = httpx.post(f"{address}/gradio_api/queue/join", json=body, headers=headers)
    answer.raise_for_status()
    return str(answer.json()["event_id"])


def asked_of_the_page(address: str, question: str, headers: dict[str, str] | None = None) -> str:
    """What the page's own event tells, as it streams, until it is over."""
    event = event_of(address, "question", "submit", headers)
    joined(address, event, [question, [], [], "", ""], "session", headers)
    told = ""
    with httpx.stream("GET", f"{address}/gradio_api/queue/data?session_hash=session", headers=headers, timeout=60) as stream:
        for line in stream.iter_lines():
            told += line
            if "process_completed" in line or "close_stream" in line:
                break
    return told


def in_line(address: str) -> int:
    return int(float(re.search(r"^secondsource_in_line (\S+)", httpx.get(f"{address}/metrics").text, re.M)[1]))  # type: ignore[index]


def until_in_line(address: str, count: int) -> None:
    for _ in range(500):
        if in_line(address) == count:
            return
        time.sleep(0.02)
    pytest.fail(f"{in_line(address)} in line, never {count}")


def test_gradio_client_gets_the_whole_answer(serve: Callable[..., Any]) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    with serve() as address:
        client = Client(address, verbose=False, analytics_enabled=False)
        answer = client.predict(ONE, api_name="/ask")
        plain = httpx.post(f"{address}/api/ask", json={"question": ONE}).json()
        assert {**answer, "timings_ms": None} == {**plain, "timings_ms": None}
        assert client.predict(ONE, "2026-05-01", api_name="/ask")["answer_span"] == "6 gigawatts"
        with pytest.raises(AppError, match="question"):
            client.predict("", None, api_name="/ask")
        client.close()


def test_the_user_of_a_trusted_proxy_reaches_the_questions_of_the_queue(
    serve: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with serve(user_header="X-Remote-User") as address, caplog.at_level(logging.INFO, "secondsource.questions"):
        told = asked_of_the_page(address, ONE, {"X-Remote-User": "ada"})
        assert "6 gigawatts" in told
        assert httpx.get(f"{address}/").status_code == 401
        assert httpx.post(f"{address}/gradio_api/queue/join", json={}).status_code == 401
    noted = json.loads(next(r.message for r in caplog.records if r.name == "secondsource.questions"))
    assert (noted["user"], noted["question"], noted["status"]) == ("ada", ONE, "answered")


def test_a_question_of_the_queue_counts_like_any_other(serve: Callable[..., Any]) -> None:
    with serve(a_minute=2) as address:
        assert "Nothing was asked" in asked_of_the_page(address, "Thanks")
        assert httpx.post(f"{address}/api/ask", json={"question": "Thanks"}).status_code == 200
        assert "More than 2 in a minute" in asked_of_the_page(address, "Thanks")
        assert httpx.post(f"{address}/api/ask", json={"question": "Thanks"}).status_code == 429
        assert "More than 2 in a minute" in asked_of_the_page(address, "Thanks"), "it is told, not lost"


def test_stop_and_a_closed_tab_give_the_place_back(serve: Callable[..., Any]) -> None:
    with serve(endless=True) as address:
        event = event_of(address, "question", "submit")
        for n, leave in enumerate(("stop", "close")):
            session = f"session{n}"
            joined_event = joined(address, event, ["Who?", [], [], "", ""], session)
            with httpx.stream("GET", f"{address}/gradio_api/queue/data?session_hash={session}", timeout=60) as stream:
                next(line for line in stream.iter_lines() if "Reading" in line and in_line(address) == 1)
                if leave == "stop":
                    body = {"fn_index": event, "session_hash": session, "event_id": joined_event}
                    httpx.post(f"{address}/gradio_api/cancel", json=body).raise_for_status()
            until_in_line(address, 0)


def test_the_queue_holds_nobody_up_and_each_sees_the_place_in_the_one_line(serve: Callable[..., Any]) -> None:
    with serve(endless=True) as address:
        event = event_of(address, "question", "submit")
        for n in range(18):
            joined(address, event, ["Who?", [], [], "", ""], f"many{n}")
        until_in_line(address, 18)
        told = ""
        with httpx.stream("GET", f"{address}/gradio_api/queue/data?session_hash=many17", timeout=60) as stream:
            for line in stream.iter_lines():
                told += line
                if "questions come first" in line:
                    break
        assert re.search(r"Waiting: 1\d questions come first", told)


def test_a_private_event_has_no_name_to_call(serve: Callable[..., Any]) -> None:
    with serve() as address:
        config = httpx.get(f"{address}/config").json()
        public = [d["api_name"] for d in config["dependencies"] if d["api_visibility"] == "public"]
        assert public == ["ask"]
        kinds = {c["type"] for c in config["components"]}
        assert not kinds & {"html", "state", "file", "uploadbutton", "image"}
        assert not [d for d in config["dependencies"] if d["js"]]
        assert config["page"].keys() == {"", "widget"}
