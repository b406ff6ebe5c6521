"""A limit to the time that one article may take: libraries that read pages have texts over which they brood for hours."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlow(BaseException):
    """No Exception: libraries catch those, and go on."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TooSlow inside, between two steps of Python or of a regular expression.

    Only in the main thread of a system with timers, as a build is, and where nobody else's timer runs; elsewhere there is no limit.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
        or signal.getitimer(signal.ITIMER_REAL)[0]
    ):
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)  # again and again: some library catches whatever comes
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
