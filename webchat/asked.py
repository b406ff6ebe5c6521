"""Questions as they come in by any door: answered at the desk, counted, and noted in the log as the administrator said."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from answering.answer import Answer
from answering.engine import Phase
from corpus.errors import UserError
from retriever.request import Request
from webchat.desk import Desk, Waiting
from webchat.metrics import Metrics
from webchat.settings import Noted

_LOG = logging.getLogger("secondsource.questions")


@dataclass(frozen=True)
class Asker:
    """Who asks: for the line and the rate a client; the user's name where a trusted proxy gave one."""

    client: str
    user: str | None


@dataclass(frozen=True)
class Asked:
    """The desk, with what is written down."""

    desk: Desk
    metrics: Metrics
    feedback_file: Path
    noted: Noted = "counts"

    async def steps(self, question: Request, asker: Asker) -> AsyncGenerator[Waiting | Phase | Answer, None]:
        """Raises what the desk raises."""
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

    async def answer(self, question: Request, asker: Asker) -> Answer:
        async with aclosing(self.steps(question, asker)) as steps:
            async for step in steps:
                if isinstance(step, Answer):
                    return step
        raise AssertionError("the last step is the answer")

    def _note(self, question: Request, asker: Asker, status: str, answer: Answer | None = None) -> None:
        if self.noted == "nothing":
            return
        note: dict[str, object] = {"status": status}
        if answer:
            note |= {"support": answer.support, "ms": answer.timings_ms["total"], "generation": answer.index["generation"]}
        if self.noted == "text":
            note |= {"question": question.question, "user": asker.user}
        _LOG.info(json.dumps(note))
