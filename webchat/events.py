"""The one door to Gradio's events: what our pages may send, as shapes. Nothing else reaches Gradio.

Gradio's chatbot would also take files, addresses and components to be built; its queue tells what it has to whoever knows a
session's name, and keeps it for those who never ask. So a body is read by these shapes and written anew, a session is its
asker's own, and what is over is forgotten.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Annotated, Any, Literal

import gradio as gr
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field, FiniteFloat, NonNegativeInt, ValidationError, create_model
from starlette.background import BackgroundTask
from starlette.types import ASGIApp

from corpus.errors import BadInput
from webchat.door import Asker, Door, Rate, asker_of
from webchat.guard import Passed

MOST_MESSAGES = 300
"""Of a conversation: a hundred questions."""
_MOST_UNHEARD, _MOST_UNHEARD_OF_ONE = 500, 20
"""Sessions that were joined and are not listened to, of all clients and of one. A page listens right after it has joined."""


class Part(BaseModel):
    type: Literal["text"] = "text"
    text: str


class Spoken(BaseModel):
    role: Literal["user", "assistant"]
    content: list[Part] = Field(max_length=9)
    metadata: dict[Literal["title", "status", "duration"], str | FiniteFloat | None] | None = None


class Happened(BaseModel):
    """On which message, and what: its text, and a thumb or a reason."""

    index: NonNegativeInt
    value: str | Part | list[str | Part]
    liked: bool | str = ""


_Text = str | None
_Texts = Annotated[list[str], Field(max_length=2_000)] | None
_VALUES: dict[str, Any] = {
    "chatbot": Annotated[list[Spoken], Field(max_length=MOST_MESSAGES)] | None,
    "textbox": _Text, "button": _Text, "api": _Text, "dropdown": _Texts, "browserstate": _Texts,
}  # fmt: skip
"""By the type of a component; one that is not named here cannot be an input."""
_Name = Annotated[str, Field(pattern=r"^[\w.-]{1,64}$")]


class Sent(BaseModel):
    """What all events have. Of one without a session Gradio keeps nothing."""

    fn_index: int
    session_hash: _Name | None = None


class Ended(Sent):
    """Without an event where a page stops or clears just after the end of what it would have cancelled."""

    event_id: Annotated[str, Field(max_length=64)] | None = None


class Events:
    """Takes the place of Gradio's routes for events. The router comes before Gradio is mounted; then `gradio` is set."""

    gradio: ASGIApp

    def __init__(self, chat: gr.Blocks, asked: Door, rate: Rate) -> None:
        self._chat, self._asked, self._rate = chat, asked, rate
        self._shapes = _shapes_of(chat)
        self._unheard: dict[str, str] = {}
        """Session -> client; the oldest first."""
        self._heard: Counter[str] = Counter()
        """Session -> its streams that have not ended."""
        self.router = APIRouter(prefix="/gradio_api", include_in_schema=False)
        self.router.post("/queue/join")(self.join)
        self.router.get("/queue/data")(self.hear)
        self.router.post("/run/predict")(self.run)
        self.router.post("/cancel")(self.cancel)

    async def join(self, request: Request) -> Response:
        sent, asker = await self._read(request, queued=True), asker_of(request.scope)
        session = sent.session_hash = _own(sent.session_hash, asker)
        self._unheard.pop(session, None)
        self._unheard[session] = asker.client
        its_own = [one for one, client in self._unheard.items() if client == asker.client]
        for one in {*its_own[:-_MOST_UNHEARD_OF_ONE], *list(self._unheard)[:-_MOST_UNHEARD]}:
            del self._unheard[one]
            await self._forget(one)
        return self._passed(sent)

    async def hear(self, session_hash: str, request: Request) -> Response:
        session = _own(session_hash, asker_of(request.scope))
        if self._unheard.pop(session, None) is None:
            raise HTTPException(404, "There is no such session, or it is listened to already.")
        self._heard[session] += 1
        return Passed(self.gradio, query=f"session_hash={session}", after=BackgroundTask(self._over, session))

    async def run(self, request: Request) -> Response:
        sent = await self._read(request, queued=False)
        sent.session_hash = None
        return self._passed(sent)

    async def cancel(self, request: Request) -> Any:
        ended = await self._read(request, Ended)
        assert isinstance(ended, Ended)
        if ended.event_id is None:
            return {"success": True}
        ended.session_hash = _own(ended.session_hash, asker_of(request.scope))
        return self._passed(ended)

    async def _read(self, request: Request, shape: type[Sent] | None = None, *, queued: bool = False) -> Sent:
        """By the shape of its event where none is named. Raises TooOften and BadInput."""
        self._asked.let_in(self._rate, asker_of(request.scope))
        body = await request.body()
        try:
            shape = shape or self._shapes[Sent.model_validate_json(body).fn_index, queued]
            return shape.model_validate_json(body)
        except (ValidationError, KeyError) as error:
            self._asked.metrics.refuse("event")
            told = f"A conversation of more than {MOST_MESSAGES} messages, or no event of a page: begin a new chat."
            raise BadInput(told) from error

    def _passed(self, sent: Sent) -> Response:
        return Passed(self.gradio, body=sent.model_dump_json(exclude_none=True))

    async def _over(self, session: str) -> None:
        """Of a stream that ended, late perhaps: the page may listen to the next question by now, or be about to."""
        self._heard[session] -= 1
        if not self._heard[session]:
            del self._heard[session]
            await self._forget(session)

    async def _forget(self, session: str) -> None:
        """Gradio has no public way to let go of what nobody heard. Where it was joined again, it will be listened to."""
        if session not in self._unheard and session not in self._heard:
            queue = self._chat._queue
            await queue.clean_events(session_hash=session)
            queue.pending_messages_per_session.pop(session, None)
            queue.pending_event_ids_session.pop(session, None)


def _own(session: str | None, asker: Asker) -> str:
    """The name under which Gradio knows it: another asker, or one of other groups, means another session by the same name."""
    return sha256(repr((asker.client, sorted(asker.groups), session)).encode()).hexdigest()


def _shapes_of(chat: gr.Blocks) -> dict[tuple[int, bool], type[Sent]]:
    """By an event's number, and whether it queues; of those that this server runs."""
    config = chat.get_config_file()
    types = {one["id"]: one["type"] for one in config["components"]}
    shapes: dict[tuple[int, bool], type[Sent]] = {}
    for event in config["dependencies"]:
        values = tuple(_VALUES[types[id_]] for id_ in event["inputs"])
        fields: dict[str, Any] = {"data": (tuple.__class_getitem__(values), ...)}
        fields |= {"event_data": (Happened, ...)} if event["collects_event_data"] else {}
        fields |= {"session_hash": (_Name, ...)} if event["queue"] else {}
        if event["backend_fn"]:
            shapes[event["id"], event["queue"]] = create_model("Event", __base__=Sent, **fields)
    return shapes
