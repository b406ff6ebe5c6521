"""The index on disk: what a build does, what survives a crash, what opening refuses. With an encoder of words."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.build as building
import index.draft as drafting
import index.opening as opening
from bench.growth import changed
from corpus.errors import BadInput, DiskTrouble, IndexBusy, IndexMissing, IndexUnsound
from index.build import Report, build
from index.cache import VectorCache
from index.generations import IndexPaths, mending_command, remembered_sources
from index.generations import building as build_lock
from index.lexical import LexicalIndex, LexicalWriter
from index.opening import LiveIndex, open_index, problems
from index.vectors import Allowed, VectorIndex, write_vectors
from tests.conftest import ROOT
from tests.fakes import WordEncoder
from tests.hostile import hostile_texts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def run(folder: Path, *paths: Path, encoder: WordEncoder | None = None, rebuild: bool = False) -> Report:
    return build(folder, paths, encoder or WordEncoder(), rebuild=rebuild, progress=False)


def texts_in(folder: Path) -> set[str]:
    index = open_index(folder, WordEncoder())
    return {row.span.of(index.store.article(row.article).text) for row in index.store.all_passages()}


def test_added_changed_removed_unchanged(folder: Path, articles: Path) -> None:
    first = run(folder, articles)
    assert (first.added, first.generation) == (["a.txt", "b.txt", "c.txt"], "g000001")
    (articles / "a.txt").write_text("About a\n\nApples are green now.\n", encoding="utf-8")
    (articles / "b.txt").unlink()
    (articles / "d.txt").write_text("About d\n\nDogs bark at night.\n", encoding="utf-8")
    second = run(folder)
    assert (second.added, second.changed, second.removed, second.unchanged) == (["d.txt"], ["a.txt"], ["b.txt"], 1)
    texts = " ".join(texts_in(folder))
    assert "green" in texts
    assert "red and sweet" not in texts
    assert "Bridges" not in texts
    index = open_index(folder, WordEncoder())
    assert index.folder.lexical.search("bridges", 5, Allowed()) == []
    assert list(problems(folder, WordEncoder())) == []


@given(st.lists(hostile_texts.filter(lambda t: any(c.isalnum() for c in t)), min_size=1, max_size=4))
@settings(deadline=None, max_examples=25)
def test_hostile_texts_come_back_as_they_went_in(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    base = tmp_path_factory.mktemp("hostile")
    records = {str(n): {"id": str(n), "text": text, "title": text[:30], "author": text[-9:]} for n, text in enumerate(texts)}
    (base / "a.jsonl").write_text("\n".join(map(json.dumps, records.values())), encoding="utf-8")
    try:
        run(base / "index", base / "a.jsonl")
    except BadInput:  # furniture alone
        return
    index = open_index(base / "index", WordEncoder())
    for article in index.store.articles():
        assert article.as_it_is == records[article.id]["text"]
    assert list(problems(base / "index", WordEncoder())) == []


def test_a_line_that_comes_to_stand_on_every_page_is_left_out_of_all(folder: Path, articles: Path) -> None:
    """The articles before are cleaned again, and only then."""
    prose = "Ostby bought a red bus, and the whole town came to look at it on market day."
    for name in "pq":
        (articles / f"{name}.txt").write_text(f"About {name}\n\nWerkstatt heute\n\n{name} {prose}\n", encoding="utf-8")
    run(folder, articles)
    assert any("Werkstatt" in text for text in texts_in(folder))
    (articles / "r.txt").write_text(f"About r\n\nWerkstatt heute\n\nr {prose}\n", encoding="utf-8")
    report = run(folder)
    assert not any("Werkstatt" in text for text in texts_in(folder))
    assert (report.added, report.changed, report.unchanged) == (["r.txt"], ["p.txt", "q.txt"], 3)


def test_nothing_new_makes_no_generation(folder: Path, articles: Path) -> None:
    run(folder, articles)
    again = run(folder, articles)
    assert (again.generation, again.unchanged, again.encoded) == ("g000001", 3, 0)


def test_only_changed_passages_are_encoded(folder: Path, articles: Path) -> None:
    run(folder, articles)
    encoder = WordEncoder()
    (articles / "c.txt").write_text("About c\n\nCats sleep by night.\n", encoding="utf-8")
    (articles / "a.txt").rename(articles / "renamed.txt")
    run(folder, encoder=encoder)
    assert encoder.encoded == ["About c\nAbout c\n\nCats sleep by night."]


def test_rebuild_reads_all_again_but_encodes_nothing_twice(folder: Path, articles: Path) -> None:
    run(folder, articles)
    encoder = WordEncoder()
    report = run(folder, encoder=encoder, rebuild=True)
    assert (report.generation, report.unchanged, encoder.encoded) == ("g000002", 3, [])


def test_the_second_build_says_so_and_stops(folder: Path, articles: Path) -> None:
    with build_lock(IndexPaths(folder)), pytest.raises(IndexBusy, match="Another build"):
        run(folder, articles)


@pytest.mark.parametrize("empty", ["nothing at all", "furniture only"])
def test_without_articles_the_old_index_stays(folder: Path, articles: Path, tmp_path: Path, empty: str) -> None:
    run(folder, articles)
    bare = tmp_path / "bare"
    bare.mkdir()
    if empty == "furniture only":
        (bare / "a.txt").write_text("Post Comment\n", encoding="utf-8")
    with pytest.raises(BadInput, match="No articles found"):
        run(folder, bare)
    assert len(texts_in(folder)) == 3


def test_an_article_that_cannot_be_opened_now_is_kept(folder: Path, articles: Path) -> None:
    run(folder, articles)
    (articles / "a.txt").unlink()
    (articles / "a.txt").symlink_to(articles / "nowhere")
    report = run(folder)
    assert [s.where for s in report.skipped] == ["a.txt"]
    assert report.removed == []
    assert "red and sweet" in " ".join(texts_in(folder))


def test_lines_of_an_outlet_are_found_across_formats_and_when_they_come_and_go(folder: Path, articles: Path) -> None:
    banner = "Only for readers of the valley"
    for name in "abc":
        (articles / f"{name}.txt").write_text(
            f"Title {name}\n\n{banner}\n\n{f'News {name} of the bridges. ' * 9}\n", encoding="utf-8"
        )
    run(folder, articles)
    assert banner not in " ".join(texts_in(folder))
    for name in "bc":
        (articles / f"{name}.txt").unlink()
        html = f"<html><body><article><h1>Title {name}</h1><p>{banner}</p><p>{'News of the bridges. ' * 9}</p></article></body></html>"
        (articles / f"{name}.html").write_text(html, encoding="utf-8")
    report = run(folder)
    assert (len(report.added), len(report.removed), report.changed) == (2, 2, [])
    assert banner not in " ".join(texts_in(folder))
    (articles / "b.html").unlink()
    assert run(folder).changed == ["a.txt", "c.html"]  # two pages are no template
    assert banner in " ".join(texts_in(folder))


STAGES = ["read_article", "split", "write_vectors", "sha256", "sync_folder", "switch_to"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_build_that_fails_anywhere_leaves_the_old_index(
    folder: Path, articles: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    run(folder, articles)
    before = texts_in(folder)
    (articles / "d.txt").write_text("About d\n\nDogs bark at night.\n", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(building if hasattr(building, stage) else drafting, stage, fail)
        with pytest.raises(DiskTrouble, match="full"):
            run(folder)
    assert texts_in(folder) == before
    assert not list(folder.glob("*.building"))
    assert run(folder).added == ["d.txt"]


def test_vectors_of_a_cut_off_build_are_not_encoded_again(
    folder: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(drafting, "write_vectors", die)
        with pytest.raises(KeyboardInterrupt):
            run(folder, articles)
    encoder = WordEncoder()
    run(folder, articles, encoder=encoder)
    assert encoder.encoded == []
    assert list(problems(folder, WordEncoder())) == []


def test_a_full_disk_is_told_with_what_could_be_deleted(
    folder: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(drafting, "write_vectors", full)
    with pytest.raises(
        DiskTrouble, match=r"is full\. .* What was encoded is kept in .*encoded\.cache \(0 MB\); it may be deleted"
    ):
        run(folder, articles)


CHILD = """
import sys, time
from pathlib import Path
from index.build import build
from tests.fakes import WordEncoder
class Slow(WordEncoder):
    def encode_many(self, texts, done):
        time.sleep(0.15)
        return super().encode_many(texts, done)
print("ready", flush=True)
while True:
    build(Path(sys.argv[1]), [Path(sys.argv[2])], Slow(), rebuild=True, progress=False)
"""


def test_kill_9_at_any_moment(folder: Path, articles: Path) -> None:
    run(folder, articles)
    before = texts_in(folder)
    for delay in np.linspace(0.0, 0.6, 7):
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), str(articles)], stdout=subprocess.PIPE, env=environment, cwd=ROOT
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(delay)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        assert texts_in(folder) == before
    (articles / "d.txt").write_text("About d\n\nDogs bark at night.\n", encoding="utf-8")
    assert run(folder).added == ["d.txt"]
    assert list(problems(folder, WordEncoder())) == []
    assert not list(folder.glob("*.building"))


def test_opening_says_what_is_wrong(folder: Path, articles: Path) -> None:
    with pytest.raises(IndexMissing, match="secondsource index"):
        open_index(folder, WordEncoder())
    run(folder, articles)
    other = WordEncoder()
    other.digest = "another"
    with pytest.raises(IndexUnsound, match="--rebuild"):
        open_index(folder, other)
    manifest = next(folder.glob("g*/manifest.json"))
    manifest.write_text(manifest.read_text().replace('"window": 256', '"window": 128'))
    with pytest.raises(IndexUnsound, match="--rebuild"):
        open_index(folder, WordEncoder())


@pytest.mark.parametrize("name", ["articles.sqlite", "vectors.faiss", "manifest.json", "lexical/meta.json", "CURRENT"])
@pytest.mark.parametrize("harm", ["gone", "emptied", "flipped"])
def test_damage_is_found_and_mended(folder: Path, articles: Path, name: str, harm: str) -> None:
    run(folder, articles)
    file = folder / name if name == "CURRENT" else folder / "g000001" / name
    if harm == "gone":
        file.unlink()
    elif harm == "emptied":
        file.write_bytes(b"")
    else:
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 0xFF
        file.write_bytes(bytes(data))
    try:
        found = list(problems(folder, WordEncoder()))
    except (IndexUnsound, IndexMissing) as error:
        found = [str(error)]
    assert found
    if remembered_sources(folder):
        assert "--rebuild --index" in mending_command(folder)
        run(folder, rebuild=True)
    else:
        assert "PATH..." in mending_command(folder)
        run(folder, articles)
    assert list(problems(folder, WordEncoder())) == []
    assert "Apples are red and sweet." in " ".join(texts_in(folder))


def test_nothing_is_taken_from_a_damaged_generation(folder: Path, articles: Path) -> None:
    run(folder, articles)
    store = folder / "g000001" / "articles.sqlite"
    store.write_bytes(store.read_bytes().replace(b"red and sweet", b"raw and sweet"))
    (articles / "d.txt").write_text("About d\n\nDogs bark at night.\n", encoding="utf-8")
    run(folder)
    assert "red and sweet" in " ".join(texts_in(folder))
    vectors = folder / "g000002" / "vectors.faiss"
    data = bytearray(vectors.read_bytes())
    data[200:300] = bytes(100)
    vectors.write_bytes(bytes(data))
    encoder = WordEncoder()
    run(folder, rebuild=True, encoder=encoder)
    assert len(encoder.encoded) == 4


def test_a_running_reader_sees_the_new_generation_and_keeps_the_old_while_it_asks(folder: Path, articles: Path) -> None:
    run(folder, articles)
    live = LiveIndex(folder, WordEncoder())
    asking = live.now()
    (articles / "d.txt").write_text("About d\n\nDogs bark at night.\n", encoding="utf-8")
    run(folder)
    assert live.now().manifest.generation == "g000002"
    assert asking.folder.lexical.search("bridges", 1, Allowed())
    assert asking.store.article_by_id("b.txt") is not None
    assert (folder / "g000001").exists()
    del asking
    run(folder, rebuild=True)
    assert not (folder / "g000001").exists()


def test_a_read_only_folder_can_be_asked(folder: Path, articles: Path) -> None:
    run(folder, articles)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert len(texts_in(folder)) == 3
    finally:
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)


AS_ANOTHER_USER = """
import os, sys
from pathlib import Path
import index.opening
from index.build import build
from index.opening import LiveIndex, open_index, problems
from tests.fakes import WordEncoder
folder, articles = Path(sys.argv[1]), Path(sys.argv[2])
index.opening._TRY_AGAIN_S, index.opening.PATIENCE_S = -1.0, 60.0
"""


def as_another_user(code: str, folder: Path, articles: Path) -> str:
    """Runs it where permissions hold: root loses its power over them."""

    def obey() -> None:
        for power in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, power, 0, 0, 0)  # PR_CAPBSET_DROP

    command = [sys.executable, "-c", AS_ANOTHER_USER + code, str(folder), str(articles)]
    done = subprocess.run(command, cwd=ROOT, preexec_fn=obey, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="root gives up its power over permissions on Linux only")


@needs_linux
def test_an_index_that_may_not_be_written_answers_and_is_sound(folder: Path, articles: Path) -> None:
    run(folder, articles)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for lock in folder.rglob("*.lock"):
        lock.unlink()
    told = as_another_user(
        "print(list(problems(folder, WordEncoder())), open_index(folder, WordEncoder()).store.counts())", folder, articles
    )
    assert told == "[] (3, 3)\n"


UNREADABLE = """
live = LiveIndex(folder, WordEncoder())
(articles / "a.txt").unlink()
(articles / "d.txt").write_text("About d\\n\\nDogs bark at night.", encoding="utf-8")
build(folder, [], WordEncoder(), progress=False)
new = folder / "g000002"
for file in (new / "manifest.json", new / "articles.sqlite", new / "vectors.faiss", new / "lexical", new, folder / "CURRENT"):
    mode = file.stat().st_mode
    file.chmod(0)
    now = live.now()
    print(now.manifest.generation, now.manifest.articles, [a.id for a in now.store.articles()], bool(live.trouble))
    file.chmod(mode)
now = live.now()
print(now.manifest.generation, [a.id for a in now.store.articles()], bool(live.trouble))
"""


@needs_linux
def test_what_may_not_be_read_leaves_the_old_index_without_what_was_deleted(folder: Path, articles: Path) -> None:
    run(folder, articles)
    *shut, last = as_another_user(UNREADABLE, folder, articles).splitlines()
    assert shut == ["g000001 2 ['b.txt', 'c.txt'] True"] * 6
    assert last == "g000002 ['b.txt', 'c.txt', 'd.txt'] False"


@needs_linux
def test_a_file_that_may_not_be_read_any_more_keeps_its_article_and_that_is_told(folder: Path, articles: Path) -> None:
    run(folder, articles)
    (articles / "b.txt").chmod(0)
    code = "report = build(folder, [], WordEncoder(), progress=False)\nprint(report.removed, report.skipped, report.notes)"
    told = as_another_user(code, folder, articles)
    assert "b.txt" in told and "cannot be read: Permission denied" in told
    assert "stays as it was read before, and is quoted, until its file can be read again or is gone" in told
    assert any("Bridges" in text for text in texts_in(folder))
    (articles / "b.txt").unlink()
    assert run(folder).removed == ["b.txt"]


@pytest.mark.parametrize("inside", ["index", "data/index"])
def test_an_index_among_its_articles_tells_nothing_of_its_own_files(articles: Path, inside: str) -> None:
    own = articles / inside
    assert run(own, articles).skipped == []
    (articles / "d.txt").write_text("About d\n\nDogs bark at night.\n", encoding="utf-8")
    report = run(own)
    assert (report.added, report.skipped) == (["d.txt"], [])


@needs_linux
def test_an_old_generation_that_cannot_be_removed_is_told(folder: Path, articles: Path) -> None:
    run(folder, articles)
    (articles / "a.txt").unlink()
    for old in (folder / "g000001" / "lexical", folder / "g000001"):
        old.chmod(0o500)
    told = as_another_user(
        "report = build(folder, [], WordEncoder(), progress=False); print(report.generation, report.notes)", folder, articles
    )
    assert told.startswith("g000002 ")
    assert "g000001" in told and "is not needed any more, and cannot be removed (Permission denied)" in told


@pytest.mark.parametrize("how", ["gone", "a folder", "a link to nothing", "moved away"])
def test_what_is_not_there_leaves_the_old_index(folder: Path, articles: Path, how: str) -> None:
    run(folder, articles)
    live = LiveIndex(folder, WordEncoder())
    if how == "moved away":
        folder.rename(folder.with_name("elsewhere"))
    else:
        (folder / "CURRENT").unlink()
    if how == "a folder":
        (folder / "CURRENT").mkdir()
    elif how == "a link to nothing":
        (folder / "CURRENT").symlink_to("nothing")
    assert len(list(live.now().store.articles())) == 3
    assert str(folder) in live.trouble


def test_an_index_that_was_built_again_is_another_one_whatever_its_name(folder: Path, articles: Path) -> None:
    """Its readers, and threads that come later, see the one or the other."""
    run(folder, articles)
    live = LiveIndex(folder, WordEncoder())
    old = live.now()
    shutil.rmtree(folder)
    (articles / "0.txt").write_text("About zebras\n\nZebras graze here.\n", encoding="utf-8")
    run(folder, articles)
    with ThreadPoolExecutor(8) as threads:
        seen = set(threads.map(lambda _: tuple(a.id for a in old.store.articles()), range(40)))
        assert seen == {("a.txt", "b.txt", "c.txt")}
        assert set(threads.map(lambda _: len(list(live.now().store.articles())), range(40))) <= {3, 4}
    assert (live.now().manifest.generation, old.manifest.generation) == ("g000001", "g000001")
    assert live.now().store.article_by_id("0.txt") is not None
    with pytest.raises(IndexUnsound, match="is not there any more"):
        old.store.without(frozenset({1}))


def test_no_name_of_a_generation_comes_twice(folder: Path, articles: Path) -> None:
    run(folder, articles)
    run(folder, rebuild=True)
    shutil.rmtree(folder / "g000001", ignore_errors=True)
    shutil.rmtree(folder / "g000002")
    assert run(folder, articles).generation == "g000003"


def test_a_new_generation_is_opened_beside_those_who_ask(
    folder: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, articles)
    live = LiveIndex(folder, WordEncoder())
    go, opened = threading.Event(), opening.open_index

    def slowly(*given: Any) -> Any:
        go.wait(60)
        return opened(*given)

    monkeypatch.setattr("index.opening.open_index", slowly)
    monkeypatch.setattr("index.opening.PATIENCE_S", 0.0)
    run(folder, rebuild=True)
    assert [live.now().manifest.generation for _ in range(5)] == ["g000001"] * 5
    go.set()
    while live.now().manifest.generation == "g000001":
        time.sleep(0.01)


def test_an_index_folder_that_is_a_file(articles: Path) -> None:
    with pytest.raises(DiskTrouble, match="no folder"):
        run(articles / "a.txt", articles)


# --- parts against the slow, obvious way ---------------------------------------------------------------------------

numbers = st.integers(1, 40)


@given(st.sets(numbers, min_size=1), st.sets(numbers), st.one_of(st.none(), st.sets(numbers)), st.integers(1, 50))
@settings(deadline=None, max_examples=60)
def test_vector_search_is_brute_force(
    tmp_path_factory: pytest.TempPathFactory, there: set[int], without: set[int], only: set[int] | None, k: int
) -> None:
    file = tmp_path_factory.mktemp("v") / "vectors.faiss"
    random = np.random.default_rng(len(there))
    vectors = random.normal(size=(len(there), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ordered = sorted(there)
    write_vectors(file, ordered, vectors)
    allowed = Allowed(frozenset(without), None if only is None else frozenset(only))
    query = vectors[:1]
    expected = {n: float(v @ query[0]) for n, v in zip(ordered, vectors, strict=True) if allowed.holds(n)}
    found = VectorIndex(file).search(query, k, allowed)
    assert len(found) == min(k, len(expected))
    assert [s for _, s in found] == pytest.approx(sorted(expected.values(), reverse=True)[:k], abs=1e-5)
    assert all(expected[n] == pytest.approx(s, abs=1e-5) for n, s in found)


@given(hostile_texts, st.integers(1, 60))
def test_repeated_articles_of_the_growth_bench_keep_their_places(text: str, turn: int) -> None:
    assert len(changed(text, turn)) == len(text)


def unit_vectors(count: int, dimension: int = 16, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def recall(index: VectorIndex, numbers: list[int], vectors: np.ndarray, allowed: Allowed) -> float:
    """Of the ten nearest of a dozen vectors, how many are found."""
    kept = [at for at, n in enumerate(numbers) if allowed.holds(n)]
    shares = []
    for query in vectors[kept][:12]:
        order = np.argsort(-(vectors[kept] @ query))[:10]
        found = {n for n, _ in index.search(query[None], 10, allowed)}
        shares.append(len(found & {numbers[kept[at]] for at in order}) / 10)
    return float(np.mean(shares))


def test_a_large_index_finds_nearly_what_brute_force_finds(tmp_path: Path) -> None:
    """Allowed or not, and after some passages went and others came."""
    vectors, numbers = unit_vectors(3_000), list(range(5, 3_005))
    write_vectors(tmp_path / "a.faiss", numbers, vectors, large=1_000)
    index = VectorIndex(tmp_path / "a.faiss")
    without, only = Allowed(frozenset(range(5, 400))), Allowed(only=frozenset(range(100, 160)))
    for allowed in (Allowed(), without, only):
        assert recall(index, numbers, vectors, allowed) >= 0.9
        assert all(allowed.holds(n) for n, _ in index.search(vectors[:1], 50, allowed))
    kept = [n for n in numbers if n % 7]
    later = [*kept, *range(9_000, 9_300)]
    there = np.concatenate([vectors[[n - 5 for n in kept]], unit_vectors(300, seed=1)])
    write_vectors(tmp_path / "b.faiss", later, there, before=tmp_path / "a.faiss", large=1_000)
    grown = VectorIndex(tmp_path / "b.faiss")
    assert recall(grown, later, there, Allowed()) >= 0.9
    assert sorted(n for n, _ in grown.search(vectors[:1], len(later), Allowed(only=frozenset(later)))) == sorted(later)
    assert {n for n, _ in grown.search(vectors[:1], 500, Allowed())} <= set(later)
    assert np.allclose(grown.rows(np.arange(len(later))), there, atol=1e-3)


def test_lexical_search_keeps_to_what_is_allowed(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path / "lexical")
    writer.add([(1, "The bridge was closed."), (2, "Closing bridges is costly."), (3, "Cats sleep.")], "On bridges")
    writer.finish()
    index = LexicalIndex(tmp_path / "lexical")

    def found(question: str, allowed: Allowed) -> set[int]:
        return {n for n, _ in index.search(question, 10, allowed)}

    assert found("closed bridge", Allowed()) == {1, 2, 3}  # the third by its title
    assert found("closing", Allowed()) == {1, 2}
    assert found("closing", Allowed(without=frozenset({1}))) == {2}
    assert found("closing", Allowed(only=frozenset({1, 3}))) == {1}
    assert found("closing", Allowed(only=frozenset())) == set()
    for odd in ("", '"', "AND OR (", "text:closing^5", "\x00", "+-*", "𝒳"):
        index.search(odd, 10, Allowed())


def test_the_vector_cache_ignores_what_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "encoded.cache"
    one = np.array([[1, 0, 0]], dtype=np.float32)
    with VectorCache(file, "enc", 3) as cache:
        cache.put([b"a" * 16], one)
        cache.put([b"b" * 16], one)
    file.write_bytes(file.read_bytes()[:-5])
    with VectorCache(file, "enc", 3) as cache:
        assert cache.get(b"a" * 16) is not None
        assert cache.get(b"b" * 16) is None
        cache.put([b"b" * 16], one)
    file.write_bytes(file.read_bytes() + bytes(28))
    with VectorCache(file, "enc", 3) as cache:
        assert cache.get(b"b" * 16) is not None
        assert cache.get(bytes(16)) is None
    with VectorCache(file, "another", 3) as cache:
        assert cache.get(b"a" * 16) is None


def test_common_words_are_left_out_only_where_there_are_many_passages(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index import lexical
    from index.vectors import Allowed

    for n in range(6):
        (tmp_path / f"{n}.txt").write_text(f"Title\n\nThe dog {'was away' if n else 'fell'} today.", encoding="utf-8")
    run(folder, tmp_path)
    words = open_index(folder, WordEncoder()).folder.lexical
    assert len(words.search("the dog fell", 10, Allowed())) == 6
    monkeypatch.setattr(lexical, "_MANY", 1)
    assert len(words.search("the dog fell", 10, Allowed())) == 1
    assert len(words.search("the dog", 10, Allowed())) == 6


def test_an_emptied_folder_empties_the_index_only_when_told_so(folder: Path, articles: Path) -> None:
    run(folder, articles)
    for file in articles.iterdir():
        file.unlink()
    with pytest.raises(BadInput, match="keeps its 3 articles; to empty it, say --allow-empty"):
        run(folder)
    report = build(folder, [], WordEncoder(), allow_empty=True, progress=False)
    assert len(report.removed) == 3
    index = open_index(folder, WordEncoder())
    assert list(index.store.articles()) == []
    assert index.folder.lexical.search("bridges", 5, Allowed()) == []
    assert list(problems(folder, WordEncoder())) == []
    (articles / "d.txt").write_text("Dogs bark by night. Nobody doubts that.", encoding="utf-8")
    assert run(folder).added == ["d.txt"]


def test_a_damaged_new_generation_leaves_the_old_one_at_work(
    folder: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, articles)
    live = LiveIndex(folder, WordEncoder())
    (articles / "d.txt").write_text("About d\n\nDogs bark at night.\n", encoding="utf-8")
    run(folder)
    vectors = folder / "g000002" / "vectors.faiss"
    sound = vectors.read_bytes()
    vectors.write_bytes(sound[:-1])
    assert live.now().manifest.generation == "g000001"
    assert live.now().folder.lexical.search("bridges", 1, Allowed())
    assert "vectors.faiss was changed since it was built" in live.trouble
    vectors.write_bytes(sound)
    assert live.now().manifest.generation == "g000001", "it is not tried again at every question"
    monkeypatch.setattr("index.opening._TRY_AGAIN_S", 0.0)
    assert live.now().manifest.generation == "g000002"
    assert live.trouble == ""


def test_an_index_of_the_format_before_is_refused_and_its_vectors_are_taken_over(folder: Path, articles: Path) -> None:
    run(folder, articles)
    file = folder / "g000001" / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(manifest | {"format": manifest["format"] - 1}), encoding="utf-8")
    with pytest.raises(IndexUnsound, match=r"format .* Run: secondsource index --rebuild"):
        open_index(folder, WordEncoder())
    report = run(folder)
    assert (report.encoded, report.unchanged, report.generation) == (0, 3, "g000002")


def test_whose_a_part_is_is_kept(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    mail = "From: Per <p@x.org>\nSubject: Sale\n\nNever.\n\nOn 4 May 2025 Ida Berg wrote:\n> We sell the dairy.\n"
    (tmp_path / "in" / "a.eml").write_text(mail, encoding="utf-8")
    run(folder, tmp_path / "in")
    store = open_index(folder, WordEncoder()).store
    article = store.article_by_id("a.eml")
    assert article is not None
    told = [article.entry_at(row.span.start) for row in store.all_passages()]
    assert [(entry.said_by, entry.dated) for entry in told] == [(None, None), ("Ida Berg", "2025-05-04")]
