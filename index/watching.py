"""Folders that change -> a sign to build again, never more often than told. By watchfiles, which asks the system."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event


def changes(paths: Sequence[Path], least_s: float, stop: Event | None = None) -> Iterator[None]:
    """One sign for all that changed since the last one. What changes while the caller builds is told by the next.

    least_s  seconds between two signs, at least
    """
    from watchfiles import watch

    told = float("-inf")
    for _ in watch(*paths, stop_event=stop, debounce=max(1, round(least_s * 1000)), ignore_permission_denied=True):
        wait = told + least_s - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        told = time.monotonic()
        yield
