"""Folders that change, and time that passes -> a sign to build again, never more often than told."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event


def changes(
    paths: Sequence[Path], least_s: float, stop: Event, *, by_the_clock: bool = False, but: Path | None = None
) -> Iterator[None]:
    """One sign for all that changed since the last one. What changes while the caller builds is told by the next.

    least_s       seconds between two signs, at least
    but           a folder whose changes are not told: the caller's own
    by_the_clock  a sign also when nothing changed in so many seconds: the web tells nobody of its changes
    """
    if not paths:
        while not stop.wait(least_s):
            yield
        return
    from watchfiles import DefaultFilter, watch

    usual = DefaultFilter()

    told = float("-inf")
    every = max(1, round(least_s * 1000))
    for _ in watch(
        *paths, watch_filter=lambda change, path: usual(change, path) and not (but and Path(path).is_relative_to(but)), stop_event=stop, debounce=every, ignore_permission_denied=True, rust_timeout=every if by_the_clock else 5_000,
        yield_on_timeout=by_the_clock,
    ):  # fmt: skip
        wait = told + least_s - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        told = time.monotonic()
        yield
