"""The contract of the index on both engines: the generation's own folder, and Milvus.

Milvus is milvus-lite on this machine, a server in Python; a real one where SECONDSOURCE_MILVUS names it (http://host:19530).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli import main
from corpus.errors import BadInput, IndexUnsound
from index.build import Means, Report, build
from index.generations import IndexPaths, Manifest
from index.opening import Index, LiveIndex, open_index, problems
from index.place import place_named
from index.rules import read_rules
from retriever.request import make_request
from retriever.search import search
from tests.browsing import free_port
from tests.conftest import ROOT
from tests.fakes import WordEncoder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if named := os.environ.get("SECONDSOURCE_MILVUS"):
        yield named
        return
    pytest.importorskip("milvus_lite")
    port, folder = free_port(), tmp_path_factory.mktemp("milvus")
    command = [
        sys.executable,
        "-m",
        "milvus_lite",
        "server",
        "--data-dir",
        str(folder),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        assert running.stdout is not None
        assert any("listening" in line for line in running.stdout)
        yield f"http://127.0.0.1:{port}"
        running.terminate()


@pytest.fixture(params=["folder", pytest.param("milvus", marks=pytest.mark.long)])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """ "" for the folder, else a collection of its own."""
    if request.param == "folder":
        yield ""
        return
    yield (address := f"{request.getfixturevalue('server')}/t{uuid.uuid4().hex}")
    from index.milvus import Collection

    Collection(address).drop()


WORDS = ["apple", "bridge", "cat", "deal", "energy", "ferry", "grid", "harbour", "island", "jury"]


def line(n: int, **fields: object) -> dict[str, object]:
    body = " ".join(
        f"The {WORDS[(n + i) % 10]} of {WORDS[(n * 3 + i) % 10]} was number {n * i} on that day." for i in range(1, 9)
    )
    return {"id": f"a{n}", "title": f"About {WORDS[n % 10]} {n}", "text": body, "publisher": f"Outlet {n % 3}", "published": f"2026-03-{n % 27 + 1:02}", **fields}  # fmt: skip


def write(folder: Path, lines: list[dict[str, object]]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "news.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return folder


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write(tmp_path / "in", [line(n) for n in range(30)])


Run = Callable[..., Report]


@pytest.fixture
def run(tmp_path: Path, engine: str) -> Run:
    def go(*paths: Path, rebuild: bool = False) -> Report:
        return build(tmp_path / "index", paths, WordEncoder(), rebuild=rebuild, progress=False, means=Means(engine=engine))

    return go


def opened(tmp_path: Path) -> Index:
    return open_index(tmp_path / "index", WordEncoder())


def found(index: Index, question: str, **fields: object) -> list[str]:
    request = make_request({"question": question, **fields})
    return [h.article.id for h in search(index, WordEncoder(), request, 40, collapse=False)]


def test_added_changed_removed(run: Run, news: Path, tmp_path: Path) -> None:
    assert len(run(news).added) == 30
    asking = opened(tmp_path)
    lines = [line(n) for n in range(1, 30)] + [line(30, text="Zebras graze beside the river. Nobody counted them.")]
    lines[0]["text"] = "Lemons are sour. Everybody agrees."
    report = run(write(news, lines))
    assert (report.added, report.changed, report.removed, report.encoded) == (["a30"], ["a1"], ["a0"], 2)
    index = opened(tmp_path)
    assert found(index, "lemons zebras")[:2] in (["a1", "a30"], ["a30", "a1"])
    assert "a0" not in found(index, "apple")
    assert "a0" in found(asking, "apple"), "a question keeps the generation that it began with"
    assert "a30" not in found(asking, "zebras graze")
    assert list(problems(tmp_path / "index", WordEncoder())) == []
    assert run().generation == report.generation


def test_filters(run: Run, news: Path, tmp_path: Path) -> None:
    run(news)
    index = opened(tmp_path)
    assert set(found(index, "apple bridge", only=["a1", "a2", "gone"])) == {"a1", "a2"}
    assert found(index, "apple", only=[]) == found(index, "apple", outlets=[]) == []
    assert not {"a1", "a2"} & set(found(index, "apple bridge", exclude=["a1", "a2"]))
    assert {int(id_[1:]) % 3 for id_ in found(index, "apple", outlets=["Outlet 1"])} == {1}
    days = found(index, "apple", since="2026-03-05", until="2026-03-07")
    assert set(days) == {"a4", "a5", "a6"}
    assert set(found(index, "apple", since="2026-03-26")) == {"a25", "a26"}
    assert set(found(index, "apple", until="2026-03-02", outlets=["Outlet 0"])) == {"a0", "a27"}


@pytest.mark.parametrize(
    "name",
    ['The "Best"', "back\\slash", "it's", "new\nline", "%_", "Ünï 漢字", "a] or [born > 0", '" or day > 0 or outlet == "'],
)
def test_names_are_no_part_of_the_filters_language(run: Run, news: Path, tmp_path: Path, name: str) -> None:
    run(write(news, [line(1, publisher=name), line(2)]))
    index = opened(tmp_path)
    assert set(found(index, "apple", outlets=[" ".join(name.split())])) == {"a1"}
    assert found(index, "apple", outlets=[f"{name}x"]) == []


def test_what_is_hidden_is_not_found(run: Run, tmp_path: Path) -> None:
    for folder in ("in", "in/board", "in/board/open"):
        write(tmp_path / folder, [line(n, id=f"{folder}{n}") for n in range(4)])
    (tmp_path / "rules.toml").write_text(
        'header = "X"\n[groups.board]\nfolders = ["in/board"]\n[groups.staff]\nfolders = ["in/board/open"]\noutlets = ["outlet 0"]\n'
    )
    run(tmp_path / "in")
    live = LiveIndex(tmp_path / "index", WordEncoder(), read_rules(tmp_path / "rules.toml"))
    for groups in ([], ["board"], ["staff"], ["board", "staff"]):
        index = live.now(frozenset(groups))
        seen = {article.id for article in index.store.articles()}
        assert set(found(index, "apple bridge cat deal")) == seen
        assert set(found(index, "apple", outlets=["Outlet 0"])) <= seen
    assert len(seen) == 12


def test_a_file_that_moved_keeps_to_its_new_place(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "in", [line(1)])
    write(tmp_path / "in" / "board", [line(2)])
    run(tmp_path / "in")
    (tmp_path / "in" / "news.jsonl").rename(tmp_path / "in" / "board" / "more.jsonl")
    (tmp_path / "rules.toml").write_text('header = "X"\n[groups.board]\nfolders = ["in/board"]\n')
    run(tmp_path / "in")
    live = LiveIndex(tmp_path / "index", WordEncoder(), read_rules(tmp_path / "rules.toml"))
    assert found(live.now(), "bridge cat") == []


@pytest.mark.parametrize("stage", ["write_vectors", "bear", "kill", "finish", "sha256", "switch_to"])
def test_a_build_that_fails_leaves_nothing_that_a_search_sees(
    run: Run, news: Path, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    import index.build as building
    import index.draft as drafting
    from index.milvus import Collection

    run(news)
    before = found(opened(tmp_path), "apple bridge")
    write(news, [line(n) for n in range(2, 32)])

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    place = next((p for p in (building, drafting, Collection) if hasattr(p, stage)), drafting.FolderKeeper)
    with monkeypatch.context() as patch:
        patch.setattr(place, stage, fail)
        if (engine == "") is (stage not in ("bear", "kill")) or stage in ("sha256", "switch_to"):
            with pytest.raises(KeyboardInterrupt):
                run()
    assert set(found(opened(tmp_path), "apple bridge")) == set(
        before
    )  # ranks may differ: Milvus counts words of unseen rows
    run()
    index = opened(tmp_path)
    assert set(found(index, "apple bridge cat deal energy ferry grid harbour island jury")) == {
        f"a{n}" for n in range(2, 32)
    }
    assert list(problems(tmp_path / "index", WordEncoder())) == []


SLOW = """
import sys, time
from pathlib import Path
import index.milvus as milvus
from index.build import Means, build
from tests.fakes import WordEncoder
bear = milvus.Collection.bear
def slowly(self, rows):
    bear(self, rows)
    print("written", flush=True)
    time.sleep(60)
milvus.Collection.bear = slowly
build(Path(sys.argv[1]), [], WordEncoder(), progress=False)
"""


@pytest.mark.long
def test_a_killed_build_on_milvus(server: str, news: Path, tmp_path: Path) -> None:
    address = f"{server}/k{uuid.uuid4().hex}"
    build(tmp_path / "index", [news], WordEncoder(), progress=False, means=Means(engine=address))
    before = found(opened(tmp_path), "apple bridge")
    write(news, [line(n, title="All new") for n in range(5, 40)])
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path / "index")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "written\n"
        with pytest.raises(Exception, match="Another build is at work"):
            build(tmp_path / "index", [], WordEncoder(), progress=False)
        running.send_signal(signal.SIGKILL)
    assert set(found(opened(tmp_path), "apple bridge")) == set(before)
    report = build(tmp_path / "index", [], WordEncoder(), progress=False)
    assert (len(report.added), len(report.removed)) == (10, 5)
    assert list(problems(tmp_path / "index", WordEncoder())) == []
    rows = open_index(tmp_path / "index", WordEncoder()).finder.counts()["passages in Milvus"]
    assert rows == report.passages


@pytest.mark.long
def test_what_died_is_swept_when_no_replica_reads_it(server: str, news: Path, tmp_path: Path) -> None:
    from index.milvus import Collection

    address = f"{server}/s{uuid.uuid4().hex}"
    build(tmp_path / "index", [news], WordEncoder(), progress=False, means=Means(engine=address))
    write(news, [line(n) for n in range(10, 30)])
    build(tmp_path / "index", [], WordEncoder(), progress=False)
    collection = Collection(address)
    before = collection.count(1)
    assert before > collection.count(2) > 0
    write(news, [line(n) for n in range(10, 31)])
    build(tmp_path / "index", [], WordEncoder(), progress=False)
    assert collection.count(1) == before, "a replica may still be at the first generation"
    write(news, [line(n) for n in range(10, 32)])
    build(tmp_path / "index", [], WordEncoder(), progress=False)
    assert collection.count(1) < before
    held = open_index(tmp_path / "index", WordEncoder())
    for most in (33, 34, 35):
        write(news, [line(n) for n in range(most - 20, most)])
        build(tmp_path / "index", [], WordEncoder(), progress=False)
    assert held.finder.counts()["passages in Milvus"] == held.manifest.passages, "who holds a generation reads all of it"
    assert list(problems(tmp_path / "index", WordEncoder())) == []


@pytest.mark.long
def test_from_files_to_milvus_and_back_nothing_is_encoded_again(server: str, news: Path, tmp_path: Path) -> None:
    address = f"{server}/m{uuid.uuid4().hex}"
    build(tmp_path / "index", [news], WordEncoder(), progress=False)
    in_files = found(opened(tmp_path), "apple bridge")
    moved = build(tmp_path / "index", [], WordEncoder(), progress=False, means=Means(engine=address))
    assert (moved.encoded, moved.unchanged) == (0, 30)
    assert Manifest.read(IndexPaths(tmp_path / "index").require_current().manifest).engine == address
    assert set(found(opened(tmp_path), "apple bridge")) == set(in_files)
    assert build(tmp_path / "index", [], WordEncoder(), progress=False, rebuild=True).encoded == 0
    back = build(tmp_path / "index", [], WordEncoder(), progress=False, means=Means(engine=""))
    assert back.encoded == 0
    assert set(found(opened(tmp_path), "apple bridge")) == set(in_files)


@pytest.mark.long
def test_a_collection_of_another_index_is_not_touched(server: str, news: Path, tmp_path: Path) -> None:
    address = f"{server}/o{uuid.uuid4().hex}"
    build(tmp_path / "index", [news], WordEncoder(), progress=False, means=Means(engine=address))
    with pytest.raises(BadInput, match="is there already, and not of this index"):
        build(tmp_path / "other", [news], WordEncoder(), progress=False, means=Means(engine=address))
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BadInput, match="No articles"):
        build(tmp_path / "other", [empty], WordEncoder(), progress=False, rebuild=True, means=Means(engine=address))
    assert found(opened(tmp_path), "apple")
    build(tmp_path / "other", [news], WordEncoder(), progress=False, rebuild=True, means=Means(engine=address))
    assert found(open_index(tmp_path / "other", WordEncoder()), "apple")


@pytest.mark.long
def test_the_second_of_two_first_builds_does_not_drop_the_first_ones(
    server: str, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both find no collection; when the second has read its articles, that of the first is there."""
    import index.build as building

    address = f"{server}/p{uuid.uuid4().hex}"
    vectors_of = building._vectors_of

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(building, "_vectors_of", vectors_of)
        build(tmp_path / "index", [news], WordEncoder(), progress=False, means=Means(engine=address))
        return vectors_of(*given)

    for rebuild in (False, True):
        monkeypatch.setattr(building, "_vectors_of", meanwhile)
        with pytest.raises(BadInput, match="by another index just now"):
            build(tmp_path / "other", [news], WordEncoder(), progress=False, rebuild=rebuild, means=Means(engine=address))
        assert list(problems(tmp_path / "index", WordEncoder())) == []
        address = f"{server}/p{uuid.uuid4().hex}"
        shutil.rmtree(tmp_path / "index")


@pytest.mark.long
def test_a_collection_that_another_index_replaced_is_told(server: str, news: Path, tmp_path: Path) -> None:
    address = f"{server}/r{uuid.uuid4().hex}"
    build(tmp_path / "index", [news], WordEncoder(), progress=False, means=Means(engine=address))
    build(tmp_path / "other", [news], WordEncoder(), progress=False, rebuild=True, means=Means(engine=address))
    with pytest.raises(IndexUnsound, match="is another index's by now"):
        opened(tmp_path)
    with pytest.raises(BadInput, match="not of this index"):
        build(tmp_path / "index", [news], WordEncoder(), progress=False)
    assert found(open_index(tmp_path / "other", WordEncoder()), "apple")


@pytest.mark.long
def test_what_is_not_there_is_told_in_a_sentence(server: str, news: Path, tmp_path: Path) -> None:
    from index.milvus import Collection

    address = f"{server}/g{uuid.uuid4().hex}"
    build(tmp_path / "index", [news], WordEncoder(), progress=False, means=Means(engine=address))
    Collection(address).drop()
    with pytest.raises(IndexUnsound, match="is not there"):
        opened(tmp_path)
    with pytest.raises(IndexUnsound, match=r"Milvus at http://127\.0\.0\.1:1/x cannot be asked"):
        build(tmp_path / "index", [], WordEncoder(), progress=False, means=Means(engine="http://127.0.0.1:1/x"))


@pytest.mark.parametrize(
    "told", ["milvus+http://host", "milvus+ftp://host/x", "milvus+http://host/a-b", "milvus+http://host/x?dir=y", "milvus+"]
)
def test_a_wrong_address_is_told(told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--index", told]) == 1
    assert "expected milvus+http://HOST:PORT/NAME" in capsys.readouterr().err


def test_what_an_address_names(tmp_path: Path) -> None:
    named = place_named("milvus+http://host:19530/news", tmp_path)
    assert (named.folder, named.engine) == (tmp_path / "news", "http://host:19530/news")
    named = place_named("milvus+https://host/news?folder=/srv/shared index", tmp_path)
    assert (named.folder, named.engine) == (Path("/srv/shared index"), "https://host/news")
    assert place_named("data/index", tmp_path).engine is None


@pytest.mark.models
@pytest.mark.long
def test_the_command_line_on_milvus(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = f"milvus+{server}/c{uuid.uuid4().hex}?folder={tmp_path / 'index'}"
    assert main(["index", str(ROOT / "corpus" / "articles"), "--index", told, "--json"]) == 0
    assert main(["check", "--index", told]) == 0
    capsys.readouterr()
    assert (
        main(["ask", "How much computing capacity did Meta secure from AMD?", "--json", "--index", str(tmp_path / "index")])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["answer_span"] == "6 gigawatts"


def test_nothing_of_milvus_is_loaded_without_it(news: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.build import build; from index.opening import open_index; from tests.fakes import WordEncoder;"
        f"build(Path({str(tmp_path / 'index')!r}), [Path({str(news)!r})], WordEncoder(), progress=False);"
        f"open_index(Path({str(tmp_path / 'index')!r}), WordEncoder());"
        "assert not {'pymilvus', 'grpc', 'ray', 'httpx', 'feedparser', 'protego'} & sys.modules.keys(), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
