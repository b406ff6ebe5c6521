"""What a newcomer is shown: how much there is, of which outlets and days, and questions that it answers.

Questions to begin with are made from the articles once for each generation, while nobody waits.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

import anyio
from anyio import to_thread

from answering.answer import index_as_json
from answering.suggesting import examples, going_on
from index.opening import Index
from retriever.request import Request, make_request
from webchat.desk import Desk

_LOG = logging.getLogger(__name__)
MOST_OUTLETS = 2_000
_EXAMPLES = 4
_FOLLOWUPS = 3
_NO_MORE: Any = object()
_PATIENCE = 20.0
"""Seconds after which fewer examples must do."""


class Overview:
    """Of the generation in use; `given` examples are shown instead of made ones."""

    def __init__(self, desk: Desk, given: tuple[str, ...] | None) -> None:
        self._desk = desk
        self._given = given
        self._counted: tuple[str, dict[str, Any]] | None = None
        self._made: tuple[str, list[str]] | None = None
        self._one_at_a_time = anyio.Lock()

    async def corpus(self) -> dict[str, Any]:
        index = self._desk.engine.live.now()
        if self._counted is None or self._counted[0] != index.manifest.generation:
            self._counted = (index.manifest.generation, await to_thread.run_sync(_counted, index))
        return self._counted[1]

    async def examples(self) -> list[str]:
        """Made once for each generation; those of the one before are shown while new ones are made."""
        if self._given is not None:
            return list(self._given)
        generation = self._desk.engine.live.now().manifest.generation
        if self._made is not None and (self._made[0] == generation or self._one_at_a_time.locked()):
            return self._made[1]
        async with self._one_at_a_time:
            if self._made is None or self._made[0] != generation:
                found: list[str] = []
                with anyio.move_on_after(_PATIENCE):
                    await self._collect(examples(self._desk.engine, make_request({"question": "x"}), _EXAMPLES), found)
                self._made = (generation, found)
            return self._made[1]

    async def prepare(self) -> None:
        """For the first visitor; what goes wrong here is told to whoever asks next."""
        try:
            await self.examples()
        except Exception:
            _LOG.exception("no questions to begin with could be made")

    async def going_on(self, question: Request, client: str) -> list[str]:
        """Questions to go on with; none where somebody is waiting, for theirs come first."""
        found: list[str] = []
        if self._desk.line.free:
            answer = self._desk.lately(question) or await self._desk.answer(question, client)
            made = going_on(self._desk.engine, question, answer, _FOLLOWUPS)
            await self._collect(made, found, while_free=True)
        return found

    async def _collect(self, made: Iterator[str | None], found: list[str], *, while_free: bool = False) -> None:
        """Each question that is tried takes a place in line of its own, so that nobody waits for more than one."""
        while self._desk.line.free or not while_free:
            with self._desk.line.place() as place:
                async for _ in self._desk.line.turn(place):
                    pass
                tried = await to_thread.run_sync(next, made, _NO_MORE)
            if tried is _NO_MORE:
                return
            found += [tried] if tried else []


def _counted(index: Index) -> dict[str, Any]:
    outlets = Counter(index.store.outlets_by_article.values()).most_common(MOST_OUTLETS)
    return {
        "index": index_as_json(index.manifest),
        "undated": index.store.undated(),
        "outlets": [{"name": name, "articles": count} for name, count in outlets],
    }
