"""Files that somebody made to break a reader: bent ones, long ones, packed ones, and such as are no files. bench/fuzz.py has millions."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import main
from corpus import files
from corpus.article import Article
from corpus.files import LARGEST_ARTICLE, Format, Skipped, Source, find_files, read_article, read_sources
from corpus.reading import Read
from tests.bent import SEEDS, TRICKS, read
from tests.conftest import ROOT

pytestmark = pytest.mark.long

_EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 3_000), st.one_of(st.sampled_from(TRICKS), st.binary(max_size=8))),
    min_size=1, max_size=6,
)  # fmt: skip
"""(where, as a share of the file; how many bytes go; what comes instead)."""


@pytest.mark.parametrize("kind", SEEDS)
def test_a_bent_file_is_read_or_refused(kind: str, tmp_path: Path) -> None:
    seeds, file = SEEDS[kind](), tmp_path / f"x{kind}"

    @settings(max_examples=40)
    @given(st.sampled_from(seeds), _EDITS)
    def bend(seed: bytes, edits: list[tuple[float, int, bytes]]) -> None:
        data = bytearray(seed)
        for share, gone, instead in edits:
            at = int(share * len(data))
            data[at : at + gone] = instead
        file.write_bytes(data)
        read(file)

    bend()


_REPEATED = [
    ("", "“a"), ("", "`"), ("", "``a"), ("", "!["), ("", "[a]("), ("", "<!--"), ("", "<!--a-\na"), ("", "Read more\n"), ("", "-\n"), ("", "---\n"), ("", "# "),
    ("", "a #"), ("", "members club "), ("", "![]()"), ("", "Reuters reported. "), ("", "{© author\n"), ("", "told Ada. "), ("", "。\\u"), ("by a,", " "),
    ("published", " "), ("Source:", " "), ("ab-\ncd ", "a"), ("<style>", "@a"), ("<style>", "a{"), ("<style>@", "a"), ("<style>", "a"),
]  # fmt: skip
"""(how it begins, what comes again and again)."""


@pytest.mark.parametrize(("head", "unit"), _REPEATED)
@pytest.mark.parametrize("kind", [".md", ".html"])
def test_reading_takes_no_longer_than_the_text_is_long(kind: str, head: str, unit: str, tmp_path: Path) -> None:
    """Four times the text: four times the work, sixteen where a pattern reads to the end from each beginning. In time of this processor, in one run."""
    page = "<article><p>" if kind == ".html" and not head.startswith("<") else ""

    def work(size: int) -> float:
        (file := tmp_path / f"x{kind}").write_text(page + head + unit * (size // len(unit)) + "a", encoding="utf-8")
        began = time.process_time()
        read(file)
        return time.process_time() - began

    work(1_000)
    ratios = (work(160_000) / max(work(40_000), 0.005) for _ in range(4))
    assert any(ratio < 9 for ratio in ratios)


def test_front_matter_that_holds_more_than_it_is_long_is_cut(tmp_path: Path) -> None:
    """YAML can name a text once and hold it a million times; a number may have more digits than Python writes."""
    lines = ['a: &a "' + "x" * 100_000 + '"', f"b: &b [{','.join(['*a'] * 500)}]", f"c: &c [{','.join(['*b'] * 200)}]", f"author: [{','.join(['*c'] * 200)}]", "title: [*a, 1]"]  # fmt: skip
    bodies = [
        "\n".join(["---", *lines, "---", "The harbour of Ostby was dug in 1899."]),
        "+++\ntitle = 0x" + "f" * 5_000 + "\n+++\nThe harbour of Ostby.",
    ]
    for name, body in zip("ab", bodies, strict=True):
        (tmp_path / f"{name}.md").write_text(body, encoding="utf-8")
    first, second = (
        read_article(source)
        for source in read_sources([(f"{n}.md", tmp_path / f"{n}.md") for n in "ab"])
        if isinstance(source, Source)
    )
    assert isinstance(first, Article)
    assert first.author is None
    assert first.title == "x" * files._LONGEST_VALUE + ", 1"
    assert isinstance(second, Skipped)


def test_what_broods_too_long_is_left_out_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def brood(_: bytes) -> Read:
        while True:
            try:
                time.sleep(0.001)
            except Exception:  # as libraries do
                continue

    monkeypatch.setitem(files.FORMATS, ".txt", Format(brood))
    monkeypatch.setattr(files, "LONGEST_READING_S", 0.1)
    (file := tmp_path / "a.txt").write_text("Some words stand here.", encoding="utf-8")
    [source] = read_sources([("a.txt", file)])
    assert isinstance(source, Source)
    skipped = read_article(source)
    assert isinstance(skipped, Skipped)
    assert "took longer than 0.1 s" in skipped.reason


def test_outside_of_the_main_thread_reading_goes_on_without_that_limit(tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").write_text("Some words stand here.", encoding="utf-8")
    [source] = read_sources([("a.txt", file)])
    read_there: list[object] = []
    thread = threading.Thread(target=lambda: read_there.append(read_article(source)))  # type: ignore[arg-type]
    thread.start()
    thread.join()
    assert isinstance(read_there[0], Article)


def test_a_packed_line_is_passed_over_in_bounded_memory(tmp_path: Path) -> None:
    line = b'{"id": "1", "text": "The harbour of Ostby was dug in 1899."}\n'
    (file := tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"0" * 300_000_000 + b"\n" + line))
    tracemalloc.start()
    try:
        too_long, source = read_sources([("a.jsonl.gz", file)])
        assert tracemalloc.get_traced_memory()[1] < 5 * LARGEST_ARTICLE
    finally:
        tracemalloc.stop()
    assert isinstance(too_long, Skipped)
    assert "more than 10,000,000 bytes" in too_long.reason
    assert isinstance(source, Source)


def test_a_line_without_an_end_ends_the_file_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_LONGEST_LINE", 40_000_000)
    line = b'{"id": "1", "text": "The harbour of Ostby was dug in 1899."}\n'
    (file := tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line + b"0" * 90_000_000 + b"\n" + line))
    first, too_long, cut = read_sources([("a.jsonl.gz", file)])
    assert isinstance(first, Source)
    assert isinstance(too_long, Skipped)
    assert isinstance(cut, Skipped)
    assert "what stands behind it was not read" in cut.reason


def test_links_lead_nowhere_outside_and_no_loop_is_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The key of the safe is 4711.", encoding="utf-8")
    (folder := tmp_path / "in").mkdir()
    (folder / "good.txt").write_text("The harbour of Ostby was dug in 1899.", encoding="utf-8")
    (folder / "linked.txt").symlink_to("good.txt")
    (folder / "out.txt").symlink_to("../secret.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "again").symlink_to(".")
    (folder / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.txt")
    found = list(find_files([folder]))
    told = {one.where: one.reason for one in found if isinstance(one, Skipped)}
    told |= {
        s.where: s.reason for s in read_sources([f for f in found if not isinstance(f, Skipped)]) if isinstance(s, Skipped)
    }
    read_there = {s.id for s in read_sources([f for f in found if not isinstance(f, Skipped)]) if isinstance(s, Source)}
    assert read_there == {"good.txt", "linked.txt"}
    assert set(told) == {"out.txt", "loop.txt", "zero.txt", "pipe.txt"}
    assert "outside of the folder" in told["out.txt"]


def test_names_and_texts_do_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder := tmp_path / "in").mkdir()
    (folder / "a\x1b[2J\n0 skipped.png").write_bytes(b"x")
    (folder / "new\nline\x9b31m.txt").write_text(
        "Ferry\x1b[31m sold\n\nThe ferry line of Ostby\x1b]0;x\x07 was sold to Baltline.", encoding="utf-8"
    )
    assert main(["index", str(folder), "--index", str(tmp_path / "index")]) == 0
    assert main(["ask", "Who bought the ferry line of Ostby?", "--index", str(tmp_path / "index")]) == 0
    out, err = capsys.readouterr()
    assert "\\x1b" in out
    assert "\n0 skipped.png" not in out
    assert not {"\x1b", "\x07", "\x9b"}.intersection(out)
    assert "\x9b" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="left out: no /dev/full here")
def test_where_nothing_can_be_told_it_still_ends_in_order(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "cli", "ask", "x", "--index", str(tmp_path / "none")]
        assert subprocess.run(command, cwd=ROOT, stderr=full, stdout=subprocess.PIPE).returncode == 1
