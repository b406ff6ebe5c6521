"""index --watch: what changes is indexed, and never more often than told."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cli import main
from index.watching import changes
from tests.conftest import ROOT


def test_a_change_gives_one_sign_and_the_next_comes_no_sooner_than_told(tmp_path: Path) -> None:
    stop = threading.Event()
    signs = changes([tmp_path], 0.3, stop)

    def write() -> None:
        for n in range(40):
            if stop.is_set():
                return
            (tmp_path / "a.txt").write_text(f"Day {n}.", encoding="utf-8")
            time.sleep(0.05)

    threading.Thread(target=write, daemon=True).start()
    next(signs)
    first = time.monotonic()
    next(signs)
    assert time.monotonic() - first >= 0.29
    stop.set()
    assert list(signs) == []


def test_the_index_inside_of_what_is_watched_gives_no_sign(tmp_path: Path) -> None:
    stop, own = threading.Event(), tmp_path / "index"
    own.mkdir()
    signs = changes([tmp_path], 0.1, stop, but=own)
    seen: list[str] = []

    def write() -> None:
        for n in range(12):
            (own / f"{n}.sqlite").write_text("", encoding="utf-8")
            (own / f"{n}.building").mkdir()
            time.sleep(0.05)
        seen.append("all of it was written")
        (tmp_path / "indexed.txt").write_text("A day.", encoding="utf-8")

    writing = threading.Thread(target=write, daemon=True)
    threading.Timer(0.5, writing.start).start()
    next(signs)
    assert seen, "only the article gave a sign"
    stop.set()


def test_the_web_is_asked_by_the_clock(tmp_path: Path) -> None:
    stop = threading.Event()
    for folders in ([], [tmp_path]):
        signs = changes(folders, 0.1, stop, by_the_clock=True)
        before = time.monotonic()
        next(signs)
        next(signs)
        assert time.monotonic() - before >= 0.1
    stop.set()
    assert list(changes([], 0.1, stop, by_the_clock=True)) == []


@pytest.mark.models
def test_the_command_line_keeps_up(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("Apples are red and sweet. Nobody doubts that.", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "cli",
        "index",
        str(folder),
        "--index",
        str(tmp_path / "index"),
        "--watch",
        "0.2",
        "--json",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        try:
            assert '"added": ["a.txt"]' in running.stdout.readline()
            assert any(line.startswith("Watching") for line in running.stderr)
            time.sleep(0.5)  # until the system tells
            (folder / "b.txt").write_text("Bridges carry trains. Nobody doubts that.", encoding="utf-8")
            assert '"added": ["b.txt"]' in running.stdout.readline()
        finally:
            running.terminate()


def test_a_wrong_number_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(tmp_path), "--watch", "0"]) == 1
    assert "expected seconds, more than 0" in capsys.readouterr().err
