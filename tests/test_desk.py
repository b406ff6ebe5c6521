"""The line before the engine: first come, first served, nobody lost, and whoever leaves leaves no trace."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest

from answering.answer import Answer
from answering.from_passages import Phase
from retriever.request import Request, make_request
from webchat.desk import Desk, Full, Line, Waiting, answer_of


@dataclass
class SlowEngine:
    """Takes a moment for each step; remembers in which order it was asked, how many at once, and what was closed."""

    writer: object | None = None
    asked: list[str] = field(default_factory=list)
    most: int = 0
    now: int = 0
    closed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer_in_steps(self, request: Request) -> Generator[Phase | Answer, None, None]:
        with self.lock:
            self.asked.append(request.question)
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            for name in ("search", "read"):
                time.sleep(0.002)
                yield Phase(name, name)
            if "fails" in request.question:
                raise RuntimeError("broken")
            yield Answer(request.question, "declined", "no")
        finally:
            with self.lock:
                self.now -= 1
                self.closed += 1


def desk_of(engine: SlowEngine, at_once: int) -> Desk:
    desk = Desk(engine)  # type: ignore[arg-type]
    desk.line = Line(at_once)
    return desk


@pytest.mark.parametrize("at_once", [1, 3])
def test_fifty_at_once_are_all_answered_in_the_order_they_came(at_once: int) -> None:
    engine = SlowEngine()
    desk = desk_of(engine, at_once)
    seen: dict[int, list[Any]] = {n: [] for n in range(50)}

    async def ask(n: int) -> None:
        async for step in desk.steps(make_request({"question": f"q{n}"})):
            seen[n].append(step)

    async def all_of_them() -> None:
        async with anyio.create_task_group() as tasks:
            for n in range(50):
                tasks.start_soon(ask, n)

    anyio.run(all_of_them)
    assert all(isinstance(steps[-1], Answer) and steps[-1].question == f"q{n}" for n, steps in seen.items())
    for n, steps in seen.items():
        ahead = [step.ahead for step in steps if isinstance(step, Waiting)]
        assert ahead == sorted(set(ahead), reverse=True), "each sees its place, ever nearer"
        assert bool(ahead) == (n >= at_once)
    assert engine.most <= at_once
    if at_once == 1:
        assert engine.asked == [f"q{n}" for n in range(50)]
    assert len(desk.line) == 0


def test_who_leaves_or_fails_frees_the_place_at_any_moment() -> None:
    engine = SlowEngine()
    desk = desk_of(engine, 2)
    answered: list[str] = []

    async def ask(question: str, patience: float) -> None:
        with anyio.move_on_after(patience):
            try:
                answered.append((await answer_of(desk.steps(make_request({"question": question})))).question)
            except RuntimeError:
                answered.append(question)

    async def come_and_go() -> None:
        chance = random.Random(5)
        async with anyio.create_task_group() as tasks:
            for n in range(60):
                patience = chance.choice([0.0005, 0.004, 0.02, 9.0])
                tasks.start_soon(ask, f"q{n} {'fails' if n % 7 == 0 else ''} {'stays' if patience > 1 else ''}", patience)
                await anyio.sleep(chance.choice([0, 0.001]))

    anyio.run(come_and_go)
    assert len(desk.line) == 0
    assert engine.now == 0 and engine.closed == len(engine.asked)
    assert engine.most <= 2
    assert sum("stays" in question for question in answered) >= 5


def test_a_full_line_says_so_and_takes_the_next_one_when_it_is_shorter() -> None:
    line = Line(1, most=2)
    with line.place(), line.place(), pytest.raises(Full, match="2 questions are waiting"), line.place():
        pass
    with line.place():
        assert len(line) == 1


def test_a_cancelled_task_frees_the_place_after_the_step_that_was_begun() -> None:
    """As Gradio stops a question: by cancelling the task of asyncio, which no shield of anyio holds off."""
    engine = SlowEngine()
    desk = desk_of(engine, 1)

    async def ask(question: str) -> Answer:
        return await answer_of(desk.steps(make_request({"question": question})))

    async def stop_many() -> None:
        for delay in (0.0005 * n for n in range(24)):
            task = asyncio.create_task(ask("stopped"))
            await asyncio.sleep(delay)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            while len(desk.line):
                await asyncio.sleep(0)
            assert engine.now == 0, "the place is free when the work is over"
        assert (await ask("next")).question == "next"

    asyncio.run(stop_many())


def test_who_does_not_read_loses_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that takes nothing of what it is sent holds nobody up."""
    from webchat import guard
    from webchat.access import Access

    monkeypatch.setattr(guard, "SEND_PATIENCE", 0.05)
    desk = desk_of(SlowEngine(), 1)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async with aclosing(desk.steps(make_request({"question": "q"}))) as steps:
            async for _ in steps:
                await send({"type": "http.response.start", "status": 200, "headers": []})

    async def stuck(_: Any) -> None:
        await anyio.sleep_forever()

    async def ask() -> None:
        scope = {
            "type": "http",
            "path": "/api/ask",
            "method": "POST",
            "headers": [(b"host", b"localhost")],
            "client": ("10.0.0.1", 1),
        }
        with anyio.fail_after(5):
            await guard.Guard(app, Access(), "", lambda _: None)(scope, stuck, stuck)  # type: ignore[arg-type]
        assert len(desk.line) == 0

    anyio.run(ask)


def test_one_client_does_not_fill_the_line() -> None:
    from webchat.desk import MOST_OF_ONE

    line = Line(1)
    with ExitStack() as stack:
        for _ in range(MOST_OF_ONE):
            stack.enter_context(line.place("one"))
        with pytest.raises(Full), line.place("one"):
            pass
        with line.place("another"):
            assert len(line) == MOST_OF_ONE + 1
