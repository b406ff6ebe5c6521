"""Ways in which a server was once hurt by those who may only ask it: each stays shut. Whole clients are in test_hostile_clients.py."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from webchat.events import MOST_MESSAGES

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
    sent["data"][0][0] |= {"options": [_FILE], "metadata": {"title": "t", "log": _FILE}}
    answer = client.post(_RUN, json={**sent, "event_data": {"index": 0, "value": "a", "file": _FILE}, "batched": True})
    assert answer.status_code == 200
    assert seen and __file__ not in "".join(seen)


def test_a_conversation_has_an_end_and_nothing_of_it_is_kept(client: TestClient) -> None:
    from gradio.state_holder import SessionState

    for queued, way in ((True, _JOIN), (False, _RUN)):
        assert client.post(way, json=event(client, said(_TEXT) * (MOST_MESSAGES + 1), queued=queued)).status_code == 400
        for number in range(8):
            body = event(client, said(_TEXT) * MOST_MESSAGES, queued=queued, session=f"page{number}")
            assert client.post(way, json=body).status_code == 200
            if queued:
                assert "process_completed" in client.get(_TOLD, params={"session_hash": f"page{number}"}).text
    gc.collect()
    kept = [one for one in gc.get_objects() if type(one) is SessionState]
    assert len(kept) <= 1


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
