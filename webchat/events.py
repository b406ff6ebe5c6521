"""What a page may ask of Gradio's queue and events. Gradio answers much else with a 500, and writes a traceback into the log.

Gradio's shapes are asked, so that nothing of them stands here: its body, the events there are, the models of their components' values.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, get_type_hints

import gradio as gr
from gradio.data_classes import CancelBody, PredictBody, ResetBody
from gradio.utils import LRUCache
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webchat.desk import MOST_OF_ONE
from webchat.door import RETRY_AFTER, Rate, TooOften, asker_of

_JOIN, _TOLD = "/gradio_api/queue/join", "/gradio_api/queue/data"
_BODIES: dict[str, type[BaseModel]] = {
    _JOIN: PredictBody, "/gradio_api/run/predict": PredictBody, "/gradio_api/cancel": CancelBody, "/gradio_api/reset": ResetBody,
}  # fmt: skip


_SESSION = re.compile(r"[\w.-]{1,64}")
_MOST_REMEMBERED = 2_000
"""Sessions that all clients together may leave without listening; one may leave as many as it may have in line."""


class Unfit(Exception):
    """What was sent is nothing that a page sends; the message says why."""


class Events:
    """Stands before Gradio's routes for events."""

    def __init__(self, app: ASGIApp, chat: gr.Blocks, rate: Rate, refused: Callable[[str], None]) -> None:
        """`refused` is told why, as the guard's is."""
        self._app, self._chat, self._rate, self._refused = app, chat, rate, refused
        self._unheard: dict[
            str, str
        ] = {}  # session -> client; of the sessions that nobody has begun to listen to, the oldest first
        chat._queue.pending_event_ids_session = LRUCache(_MOST_REMEMBERED)  # Gradio's own is never emptied

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in (*_BODIES, _TOLD):
            await self._app(scope, receive, send)
        elif scope["path"] == _TOLD:
            session = Request(scope).query_params.get("session_hash", "")
            known = session in self._chat._queue.pending_messages_per_session
            self._unheard.pop(session, None)
            await (self._app if known else JSONResponse({"error": "There is no such session."}, 404))(scope, receive, send)
        else:
            await self._sent(scope, receive, send)

    async def _sent(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = asker_of(scope).client
        try:
            self._rate.count(client)
            body = await Request(scope, receive).body()
            sent = _read(body, _BODIES[scope["path"]])
            if isinstance(sent, PredictBody):
                self._check(sent, queued=scope["path"] == _JOIN)
        except Unfit as unfit:
            self._refused("event")
            await JSONResponse({"error": str(unfit)}, 400)(scope, receive, send)
        except TooOften as often:
            self._refused("rate")
            await JSONResponse({"error": str(often)}, 429, RETRY_AFTER)(scope, receive, send)
        except HTTPException as late:
            await JSONResponse({"error": late.detail}, late.status_code)(scope, receive, send)
        else:
            if scope["path"] == _JOIN:
                await self._await_a_listener(getattr(sent, "session_hash", ""), client)
            await self._app(scope, _again(body, receive), _as_refused(send))

    async def _await_a_listener(self, session: str, client: str) -> None:
        """A page listens right after it has joined. Of a client that joins and never listens the oldest sessions are forgotten,
        with all that Gradio keeps for them."""
        self._unheard[session] = client
        its_own = [one for one, whose in self._unheard.items() if whose == client]
        too_many = [*its_own[:-MOST_OF_ONE], *list(self._unheard)[:-_MOST_REMEMBERED]]
        for one in dict.fromkeys(too_many):
            del self._unheard[one]
            await self._chat._queue.clean_events(session_hash=one)
            self._chat._queue.pending_messages_per_session.pop(one, None)
            self._chat._queue.pending_event_ids_session.pop(one, None)

    def _check(self, sent: PredictBody, *, queued: bool) -> None:
        """Raises Unfit."""
        event = self._chat.fns.get(sent.fn_index)  # type: ignore[arg-type]
        if event is None or event.fn is None:
            raise Unfit("There is no such event.")
        if not _SESSION.fullmatch(sent.session_hash or ("" if queued else "none")):
            raise Unfit("A session is named by up to 64 letters, digits, dots and hyphens.")
        if queued != event.queue:
            raise Unfit(
                "This event is asked through the queue, by a session." if event.queue else "This event does not queue."
            )
        if len(sent.data) < len(event.inputs):
            raise Unfit(f"This event takes {len(event.inputs)} values; {len(sent.data)} came.")
        for block, value in zip(event.inputs, sent.data, strict=False):
            if not _fits(block, value):
                raise Unfit("A value is not of its component.")
        if (kind := _data_of(event.fn)) and not _happened(kind, sent.event_data):
            raise Unfit("What happened on the page is not said.")


def _read(body: bytes, shape: type[BaseModel]) -> BaseModel:
    """Raises Unfit."""
    try:
        return shape.model_validate_json(body)
    except (ValidationError, RecursionError) as error:
        raise Unfit("This is no event of a page.") from error


def _fits(block: Any, value: Any) -> bool:
    if value is None:
        return True
    if isinstance(block, gr.Chatbot):
        try:
            block.data_model.model_validate(value)
        except (ValidationError, RecursionError):
            return False
        return True
    if isinstance(block, gr.BrowserState) or (isinstance(block, gr.Dropdown) and block.multiselect):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def _happened(kind: type[gr.EventData], said: Any) -> bool:
    """Whether it says on which message something happened, and what."""
    if not isinstance(said, dict) or "value" not in said:
        return False
    at = said.get("index")
    at = at[0] if isinstance(at, list) and at else at
    if kind is gr.LikeData and not isinstance(said.get("liked"), bool | str):
        return False
    if kind is gr.SelectData and not (isinstance(said["value"], dict) and isinstance(said["value"].get("text"), str)):
        return False
    return isinstance(at, int)


def _data_of(handler: Any) -> type[gr.EventData] | None:
    """What a handler wants to know of what happened."""
    hints = get_type_hints(inspect.unwrap(handler)).values()
    return next((hint for hint in hints if inspect.isclass(hint) and issubclass(hint, gr.EventData)), None)


def _as_refused(send: Send) -> Send:
    """What a handler refuses in words (gr.Error) Gradio sends as a 500, like a defect, of which it says nothing."""
    held: list[Message] = []

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            held.append(message)
            return
        for start in held[:1]:
            in_words = start["status"] == 500 and b'"error":null' not in message.get("body", b"")
            await send({**start, "status": 400} if in_words else start)
        held.clear()
        await send(message)

    return sent


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, and then what else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def given() -> Message:
        return waiting.pop() if waiting else await receive()

    return given
