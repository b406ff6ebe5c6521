"""Origins by copy as they are kept in an index, and `secondsource sources`."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from answering.answer import as_json
from answering.origins import sources_in_words, sources_of
from index.build import build
from index.opening import open_index
from index.store import Store
from tests.fakes import WordEncoder
from tests.test_copies import prose


def store_of(folder: Path, articles: Path) -> Store:
    build(folder, [articles], WordEncoder(), progress=False)
    return open_index(folder, WordEncoder()).store


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(f"About {name}\n\n{text}\n", encoding="utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    story = prose(1, 120)
    write(folder, original=story, cut=" ".join(story.split()[:60]), added=f"{prose(2, 80)} {story}", alone=prose(3, 120))
    return folder


def test_origins_partition_the_articles(tmp_path: Path, corpus: Path) -> None:
    found = sources_of(store_of(tmp_path / "index", corpus))
    assert found.articles == 4
    assert [o.articles for o in found.origins] == [("added.txt", "cut.txt", "original.txt"), ("alone.txt",)]
    assert "120 in one stretch" in " ".join(found.origins[0].reasons)
    assert found.origins[1].reasons == ()
    assert found.undated == ("added.txt", "alone.txt", "cut.txt", "original.txt")


def test_groups_follow_what_changes(tmp_path: Path, corpus: Path) -> None:
    """After every build the groups are those that a build from nothing finds."""
    rng = random.Random(3)
    for step in range(6):
        name = rng.choice(["original", "cut", "added", "alone", "fresh"])
        file = corpus / f"{name}.txt"
        if file.exists() and rng.random() < 0.4:
            file.unlink()
        else:
            write(corpus, **{name: prose(rng.randrange(1, 4), rng.randrange(60, 120))})
        grown = as_json(sources_of(store_of(tmp_path / "grown", corpus)))
        anew = as_json(sources_of(store_of(tmp_path / f"anew{step}", corpus)))
        assert grown["origins"] == anew["origins"]
        assert grown["reprints"] == anew["reprints"]


def test_upstreams_and_what_the_corpus_lacks(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    rows = [
        {"id": "a", "text": "According to TechCrunch, it rained. TechCrunch reported it.", "publisher": "CNN"},
        {"id": "b", "text": "It rained, CNN reported. I am not a human, but a bot.", "published": "2026-01-08"},
        {"id": "c", "text": "Via: TechCrunch\n\nIt rained in the north.", "published": "2026-01-09"},
    ]
    (folder / "all.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    found = sources_of(store_of(tmp_path / "index", folder))
    assert [(u.name, u.articles, u.in_corpus) for u in found.upstreams] == [
        ("TechCrunch", ("a", "c"), False),
        ("CNN", ("b",), True),
    ]
    assert found.machine_written == ("b",)
    assert found.undated == ("a",)
    words = sources_in_words(found)
    assert words.startswith(
        "3 articles of 3 origins: 0 are copies of each other, in 0 groups.\n2 outlets are credited, 1 of them"
    )
    assert "2 articles credit TechCrunch: a, c" in words


def test_words_stay_short_for_a_large_corpus(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    rows = [{"id": f"{n:03}", "text": f"{prose(n // 2, 30)} According to Outlet{n} News, x."} for n in range(300)]
    (folder / "all.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    words = sources_in_words(sources_of(store_of(tmp_path / "index", folder)))
    assert len(words.splitlines()) < 70
    assert "--json lists them all" in words
