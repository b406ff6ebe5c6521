"""A build that fails, or is killed, at some of its writing calls; bench/crashes.py has them all."""

from __future__ import annotations

import pytest

from bench.crashes import CALLS, WAYS, Crashes, Point, can_trace

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def crashes(tmp_path_factory: pytest.TempPathFactory) -> Crashes:
    if not can_trace():
        pytest.skip("left out: strace is not installed, or may not trace")
    return Crashes(tmp_path_factory.mktemp("crashes"))


_SOME = [(CALLS[0], way) for way in WAYS] + [(calls, way) for calls in CALLS[1:] for way in WAYS[:2]]


@pytest.mark.parametrize(("calls", "way"), _SOME, ids=lambda told: told.partition(",")[0])
def test_the_old_index_goes_on_and_the_next_build_succeeds(crashes: Crashes, calls: str, way: str) -> None:
    hit, wrong = crashes.strike(Point(calls, 3, way))
    assert hit
    assert wrong == []


def test_a_wrong_is_noticed(crashes: Crashes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness sees what it looks for."""
    found = crashes._state()
    states = iter([found, (found[0], [])])
    monkeypatch.setattr(crashes, "_state", lambda: next(states))
    _, wrong = crashes.strike(Point(CALLS[0], 2, "signal=KILL"))
    assert wrong == ["the old generation answers otherwise"]
