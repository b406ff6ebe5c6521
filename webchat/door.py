"""Questions and opinions as they come in by any door, Gradio's queue included: let in at their rate, answered at the desk,
counted, and noted in the log as the administrator said.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path

from anyio import to_thread
from starlette.types import Scope

from answering.answer import Answer
from answering.from_passages import Phase
from corpus.article import Article
from corpus.errors import UserError
from index.rules import NOBODYS, Groups
from retriever.request import Request
from webchat.desk import Desk, Waiting
from webchat.feedback import Opinion, keep
from webchat.health import Metrics
from webchat.settings import Noted

_LOG = logging.getLogger("secondsource.questions")
_MINUTE, _DAY = 60.0, 86_400.0
OPINIONS_A_DAY = 200
"""Of one client, or it could fill the file."""
RETRY_AFTER = {"Retry-After": "30"}
"""Header of what is refused as too often."""


class TooOften(UserError):
    """More in a minute than one client may."""


class Rate:
    """Who has not come for that long is forgotten."""

    def __init__(self, most: int, seconds: float = _MINUTE) -> None:
        """0: no limit."""
        self._most, self._seconds = most, seconds
        self._came: dict[str, deque[float]] = {}
        self._tidied = 0.0

    def count(self, client: str) -> None:
        """Raises TooOften; then it does not count."""
        if not self._most:
            return
        now = time.monotonic()
        if now - self._tidied > self._seconds:
            self._came = {c: times for c, times in self._came.items() if now - times[-1] < self._seconds}
            self._tidied = now
        times = self._came.setdefault(client, deque(maxlen=self._most))
        if len(times) == self._most and now - times[0] < self._seconds:
            span = "a minute. Wait a little and ask again." if self._seconds == _MINUTE else "a day."
            raise TooOften(f"More than {self._most} in {span}")
        times.append(now)


@dataclass(frozen=True)
class Asker:
    """Who asks: for the line and the rate a client; the user's name and groups where a trusted proxy gave them."""

    client: str
    user: str | None
    groups: Groups = NOBODYS


def _client_of(scope: Scope) -> str:
    """The user, or the address; of an IPv6 address its network, of which one client has all addresses."""
    told = str((scope.get("client") or ("unknown", 0))[0])
    with suppress(ValueError):
        address = ip_address(told)
        if isinstance(address, IPv6Address):
            told = str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(scope.get("user_name") or told)


def asker_of(scope: Scope) -> Asker:
    return Asker(_client_of(scope), scope.get("user_name"), scope.get("groups", NOBODYS))


@dataclass(frozen=True)
class Door:
    """The desk, with what is written down. Questions and opinions have a rate each, opinions also one for a day."""

    desk: Desk
    metrics: Metrics
    feedback_file: Path
    noted: Noted = "counts"
    questions: Rate = field(default_factory=lambda: Rate(0))
    opinions: Rate = field(default_factory=lambda: Rate(0))
    opinions_a_day: Rate = field(default_factory=lambda: Rate(OPINIONS_A_DAY, _DAY))

    def steps(self, question: Request, asker: Asker) -> AsyncGenerator[Waiting | Phase | Answer, None]:
        """Raises TooOften at once, and while it is read what the desk raises. See `Desk.steps` for who closes it."""
        self.let_in(self.questions, asker)
        return self._steps(replace(question, groups=asker.groups), asker)

    def article(self, id_: str, asker: Asker) -> Article | None:
        """None where there is none, or none for the one who asks: nobody can tell which."""
        return self.desk.engine.live.now(asker.groups).store.article_by_id(id_)

    async def keep_opinion(self, opinion: Opinion, asker: Asker) -> None:
        """Raises TooOften, FeedbackUnkept."""
        self.let_in(self.opinions, asker)
        self.let_in(self.opinions_a_day, asker)
        await to_thread.run_sync(keep, self.feedback_file, opinion, asker.user)
        self.metrics.opinions.labels(opinion.verdict).inc()

    def let_in(self, rate: Rate, asker: Asker) -> None:
        """Raises TooOften."""
        try:
            rate.count(asker.client)
        except TooOften:
            self.metrics.refused.labels("rate").inc()
            raise

    async def _steps(self, question: Request, asker: Asker) -> AsyncGenerator[Waiting | Phase | Answer, None]:
        status = "left"
        try:
            async with aclosing(self.desk.steps(question, asker.client)) as steps:
                async for step in steps:
                    if isinstance(step, Answer):
                        status = step.status
                        self.metrics.answered(step)
                        self._note(question, asker, status, step)
                    yield step
        except UserError:
            status = "refused"
            raise
        except Exception:
            status = "failed"
            raise
        finally:
            if status not in ("answered", "declined"):
                self.metrics.questions.labels(status).inc()
                self._note(question, asker, status)

    def _note(self, question: Request, asker: Asker, status: str, answer: Answer | None = None) -> None:
        if self.noted == "nothing":
            return
        note: dict[str, object] = {"status": status}
        if answer:
            note |= {"support": answer.support, "ms": answer.timings_ms["total"], "generation": answer.index["generation"]}
        if self.noted == "text":
            note |= {"question": question.question, "user": asker.user}
        _LOG.info(json.dumps(note))
