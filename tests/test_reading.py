"""Files and folders -> articles; what cannot be read is skipped with its reason and the rest goes on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.errors import BadInput
from corpus.files import LARGEST_ARTICLE, Skipped, Source, each_once, find_files, read_article, read_sources
from tests.conftest import SAMPLE


def read(*paths: Path) -> tuple[dict[str, Article], list[Skipped]]:
    found = list(find_files(paths))
    files = [f for f in found if not isinstance(f, Skipped)]
    results = [read_article(s) if isinstance(s, Source) else s for s in each_once(read_sources(files))]
    articles = {r.id: r for r in results if isinstance(r, Article)}
    return articles, [r for r in (*found, *results) if isinstance(r, Skipped)]


def test_text_and_offsets_stay_as_decoded(tmp_path: Path) -> None:
    text = "\ufeffTitle here today\r\n\r\nA body\x00 with e\u0301 and 𝒳.\r\n"
    (tmp_path / "a.txt").write_bytes(text.encode("utf-8"))
    articles, _ = read(tmp_path)
    assert articles["a.txt"].as_it_is == text


def test_ids_are_relative_stable_and_prefixed_only_on_a_clash(tmp_path: Path) -> None:
    for folder, names in (("x", ("b.txt", "sub/a.txt")), ("y", ("b.txt", "c.txt"))):
        for name in names:
            file = tmp_path / folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("Some words that stand here.", encoding="utf-8")
    assert list(read(tmp_path / "x")[0]) == ["b.txt", "sub/a.txt"]
    assert list(read(tmp_path / "x", tmp_path / "y")[0]) == ["x/b.txt", "x/sub/a.txt", "y/b.txt", "y/c.txt"]


def test_jsonl_plain_and_gzipped(tmp_path: Path) -> None:
    record = {
        "id": "1",
        "text": "Body text of it.",
        "title": "T",
        "authors": ["A", "B"],
        "publish_date": "2024/01/05",
        "url": "http://x/y",
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(record | {"id": "2", "published": "5 March 2024", "publish_date": None}) + "\n")
    articles, skipped = read(tmp_path)
    assert not skipped
    assert (articles["1"].title, articles["1"].author, articles["1"].published, articles["1"].url) == (
        "T",
        "A, B",
        "2024-01-05",
        "http://x/y",
    )
    assert articles["2"].published == "2024-03-05"


def test_a_broken_line_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "text": f"Article number {n} says this."}) for n in range(1, 5001)]
    lines[4710] = '{"id": "4711", "text": '
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    articles, skipped = read(tmp_path)
    assert len(articles) == 4999
    assert [s.where for s in skipped] == ["many.jsonl line 4,711"]
    assert "not JSON" in skipped[0].reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1]", "expected an object"),
        ('{"text": "no id"}', "no id"),
        ('{"id": "a"}', "no text"),
        ('{"id": "a", "text": "  "}', "no text"),
        ('{"id": "a", "text": 5}', "no text"),
        ('{"id": true, "text": "x"}', "no id"),
        ('{"id": "a", "text": "half \\ud83d pair"}', "surrogate"),
        ('{"id": "a", "text": "whole", "author": "half \\uD83D pair"}', "surrogate"),
        ("[" * 100_000, "is not"),
    ],
)
def test_bad_records_get_their_reason(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "a.jsonl").write_text(line + '\n{"id": "good", "text": "This one is good."}\n', encoding="utf-8")
    articles, skipped = read(tmp_path)
    assert list(articles) == ["good"]
    assert len(skipped) == 1
    assert reason in skipped[0].reason


def test_bad_files_get_their_reason_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "zeros.txt").write_bytes(b"\0" * 500)
    (tmp_path / "empty.md").write_text(" \n", encoding="utf-8")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"id": "1", "text": "Some text."}\n' * 900)[:60])
    (tmp_path / "huge.txt").write_bytes(b"word " * (LARGEST_ARTICLE // 5 + 1))
    (tmp_path / "picture.png").write_bytes(b"x")
    (tmp_path / "furniture.txt").write_text("Post Comment\nRead more\nShare this:\n", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes(
        "Die Brücke wurde für Züge gesperrt, sagte der Bürgermeister am Dienstag.".encode("cp1252")
    )
    (tmp_path / "good.txt").write_text("A good article stands here.", encoding="utf-8")
    articles, skipped = read(tmp_path)
    assert set(articles) == {"good.txt", "latin.txt"}
    assert "Brücke" in articles["latin.txt"].text
    reasons = {s.where: s.reason for s in skipped}
    assert "not text" in reasons["binary.txt"]
    assert "not text" in reasons["zeros.txt"]
    assert "empty" in reasons["empty.md"]
    assert "cannot be read" in reasons["gone.txt"]
    assert "cannot be read" in reasons["cut.jsonl.gz"]
    assert "split it" in reasons["huge.txt"]
    assert "not a kind" in reasons["picture.png"]
    assert "furniture" in reasons["furniture.txt"]


def test_all_missing_paths_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"one.*two"):
        list(find_files([tmp_path / "one", tmp_path, tmp_path / "two"]))


def test_half_of_a_surrogate_pair_in_raw_bytes_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(
        b'\xef\xbb\xbf{"id": "1", "text": "Body text of it."}\n{"id": "2", "text": "Body \xed\xa0\x80 text."}\n'
    )
    articles, skipped = read(tmp_path)
    assert list(articles) == ["1"]
    assert "is not JSON" in skipped[0].reason


def test_the_same_id_twice_is_told(tmp_path: Path) -> None:
    line = json.dumps({"id": "1", "text": "Body text of it."})
    (tmp_path / "a.jsonl").write_text(f"{line}\n{line}\n", encoding="utf-8")
    articles, skipped = read(tmp_path)
    assert len(articles) == 1
    assert "stands already in a.jsonl line 1" in skipped[0].reason


def test_front_matter_gives_fields_and_is_furniture(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: The Title\ndate: 2024-05-06\n---\nBody of it.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("---\n: : broken\n  - yaml\n---\nBody of it.\n", encoding="utf-8")
    articles, _ = read(tmp_path)
    article = articles["a.md"]
    assert (article.title, article.published) == ("The Title", "2024-05-06")
    assert "title: The Title" in article.furniture[0].of(article.text)
    assert "Body" not in "".join(s.of(article.text) for s in article.furniture)
    assert "Body of it." in articles["b.md"].text


def test_html_gives_text_and_metadata() -> None:
    article = read(SAMPLE)[0]["amd-partnership.html"]
    assert article.title == "Meta and AMD Agree on a Long Partnership"
    assert (article.publisher, article.published) == ("Sample Infrastructure Review", "2026-02-26")
    assert "Yoshua Bengio" in article.text
    assert "tidy desk" not in article.text


def test_single_files_are_paths_too(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(f"Some words that stand in {folder}.", encoding="utf-8")
    one, two = tmp_path / "x" / "a.txt", tmp_path / "y" / "a.txt"
    articles, skipped = read(one)
    assert (list(articles), skipped) == (["a.txt"], [])
    articles, skipped = read(one, two)
    assert (list(articles), skipped) == (["x/a.txt", "y/a.txt"], [])
    articles, skipped = read(tmp_path, one)
    assert (list(articles), skipped) == (["x/a.txt", "y/a.txt"], [])
