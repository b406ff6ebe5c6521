"""So many in any minute, for each client."""

from __future__ import annotations

import time
from collections import deque

from corpus.errors import UserError

_MINUTE = 60.0


class TooOften(UserError):
    """More in a minute than one client may."""


class Rate:
    """Who has not come for a minute is forgotten."""

    def __init__(self, a_minute: int) -> None:
        """0: no limit."""
        self._most = a_minute
        self._came: dict[str, deque[float]] = {}
        self._tidied = 0.0

    def count(self, client: str) -> None:
        """Raises TooOften; then it does not count."""
        if not self._most:
            return
        now = time.monotonic()
        if now - self._tidied > _MINUTE:
            self._came = {c: times for c, times in self._came.items() if now - times[-1] < _MINUTE}
            self._tidied = now
        times = self._came.setdefault(client, deque(maxlen=self._most))
        if len(times) == self._most and now - times[0] < _MINUTE:
            raise TooOften(f"More than {self._most} in a minute. Wait a little and ask again.")
        times.append(now)
