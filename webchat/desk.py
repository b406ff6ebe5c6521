"""Where questions wait their turn and are answered: the engine behind an async door.

    MOST_WAITING   questions in line at once; one more is refused and told to come back
    MOST_OF_ONE    of them of one client

Clients take turns: whoever asks ten questions at once does not hold up one who asks one.

Everything of a line happens in one event loop, so nothing is locked.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import ExitStack, aclosing, contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import anyio
from anyio import CancelScope, to_thread

from answering.answer import Answer
from answering.engine import Engine
from answering.from_passages import Phase
from corpus.errors import UserError
from retriever.request import Request

MOST_WAITING = 1_000
MOST_OF_ONE = 100
_CORES_A_QUESTION = 2
"""One question uses both cores of two; a second beside it makes both wait twice as long, for 10 % more answers."""
_AT_A_WRITER = 4
"""Questions at once where a writer takes part: most of their time is waiting for it."""


class Full(UserError):
    """The line is as long as may be."""


@dataclass(frozen=True)
class Waiting:
    """How many questions come before this one."""

    ahead: int

    @property
    def text(self) -> str:
        return f"Waiting: {self.ahead} question{'s come' if self.ahead > 1 else ' comes'} first"


@dataclass(eq=False)
class _Place:
    """`ahead`: places that come first; 0 while it is served."""

    client: str
    ahead: int = MOST_WAITING
    moved: anyio.Event = field(default_factory=anyio.Event)


class Line:
    """Of those who wait, each client's first comes before any client's second; among these, whoever was served longest ago, or never."""

    def __init__(self, at_once: int, most: int = MOST_WAITING) -> None:
        self._places: list[_Place] = []
        self._at_once, self._most = at_once, most
        self._begun: dict[str, int] = {}
        """Client -> which question of all it was that was begun last; of clients in line."""
        self._count = 0

    def __len__(self) -> int:
        """How many are in line, those who are being served included."""
        return len(self._places)

    @contextmanager
    def place(self, client: str = "") -> Iterator[_Place]:
        """Raises Full where nobody more may wait, or no more of this client."""
        if len(self._places) >= self._most or sum(p.client == client for p in self._places) >= MOST_OF_ONE:
            raise Full(f"{len(self._places)} questions are waiting already. Ask again in a minute.")
        place = _Place(client)
        self._places.append(place)
        self._move_on()
        try:
            yield place
        finally:
            self._places.remove(place)
            if all(other.client != client for other in self._places):
                self._begun.pop(client, None)
            self._move_on()

    def _move_on(self) -> None:
        served = [place for place in self._places if not place.ahead]
        before = Counter(place.client for place in served)
        turns: list[tuple[tuple[int, int], _Place]] = []
        for place in self._places:
            if place.ahead:
                turns.append(((before[place.client], self._begun.get(place.client, 0)), place))
                before[place.client] += 1
        turns.sort(key=itemgetter(0))
        for number, (_, place) in enumerate(turns, 1 + len(served) - self._at_once):
            if place.ahead != max(0, number):
                place.ahead = max(0, number)
                place.moved.set()
                if not place.ahead:
                    self._count += 1
                    self._begun[place.client] = self._count

    async def turn(self, place: _Place) -> AsyncGenerator[Waiting, None]:
        """Ends when it is this place's turn; until then tells how many are ahead, each time that changes."""
        while place.ahead:
            place.moved = anyio.Event()
            yield Waiting(place.ahead)
            await place.moved.wait()


class Desk:
    """The engine's steps run in threads, a few questions at a time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.line = Line(_AT_A_WRITER if engine.writer else max(1, (os.cpu_count() or 1) // _CORES_A_QUESTION))

    async def steps(self, question: Request, client: str = "") -> AsyncGenerator[Waiting | Phase | Answer, None]:
        """When the one who asks goes away, the generator is closed, which stops a writer, and no further step is begun.
        Whoever does not read it to its end closes it (`aclosing`), or the place is taken for longer. Raises Full."""
        with ExitStack() as held:
            place = held.enter_context(self.line.place(client))
            async with aclosing(self.line.turn(place)) as turn:
                async for waiting in turn:
                    yield waiting
            steps = self.engine.answer_in_steps(question)
            last: Phase | Answer | None = None
            begun: asyncio.Future[Any] | None = None
            try:
                while True:
                    # Gradio stops a question by cancelling its task, which anyio's shields do not hold off.
                    begun = asyncio.ensure_future(to_thread.run_sync(next, steps, None))
                    if (step := await asyncio.shield(begun)) is None:
                        return
                    if step != last:  # a writer at work gives a sign of life with every piece
                        yield step
                    last = step
            finally:
                with CancelScope(shield=True):
                    await asyncio.shield(_ended(steps, begun, held.pop_all()))


async def answer_of(steps: AsyncGenerator[Waiting | Phase | Answer, None]) -> Answer:
    """Raises what reading the steps raises."""
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, Answer):
                return step
    raise AssertionError("the last step is the answer")


def _ended(steps: Generator[Any, None, None], begun: asyncio.Future[Any] | None, held: ExitStack) -> asyncio.Task[None]:
    """A step that was begun is ended; the place is given back after it, whoever stops waiting for that."""

    async def end() -> None:
        with held:
            if begun is not None:
                await asyncio.wait([begun])
            await to_thread.run_sync(steps.close)

    return asyncio.create_task(end())
