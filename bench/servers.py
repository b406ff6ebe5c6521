"""A server in a process of its own, for as long as it is measured."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_TRIES, _BETWEEN = 240, 0.25
"""Seconds between two tries to reach it."""


@contextmanager
def running(command: Sequence[str], address: str) -> Iterator[int]:
    """Its process number, from when `address` answers until it is killed."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        for _ in range(_TRIES):
            try:
                urllib.request.urlopen(address).close()
                break
            except OSError:
                time.sleep(_BETWEEN)
        try:
            yield server.pid
        finally:
            server.kill()
