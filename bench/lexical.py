"""Which lexical library: tantivy, bm25s or SQLite FTS5, on 64,000 real passages.

    python -m bench.lexical ../shared/bench/realtimeqa [--passages 64000] [--json FILE]

For each: seconds to build, megabytes on disk, seconds to replace ten passages, median and 95th percentile of a
question in milliseconds, and hit@10 over the questions of the year (a gold choice stands in one of ten passages).
bm25s cannot change an index in place: replacing means building again, and is timed as that.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WORDS_A_PASSAGE = 165
Search = Callable[[str], list[int]]


def passages(articles: Path) -> Iterator[str]:
    """Plain windows of words: the libraries are compared, not the splitter."""
    with gzip.open(articles, "rt", encoding="utf-8") as lines:
        for line in lines:
            words = json.loads(line)["text"].split()
            for at in range(0, len(words), WORDS_A_PASSAGE):
                yield " ".join(words[at : at + WORDS_A_PASSAGE])


def questions(path: Path) -> list[tuple[str, list[str]]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        (row["question_sentence"], [row["choices"][int(i)] for i in row["answer"] if int(i) < len(row["choices"])])
        for row in rows
    ]


def folded(text: str) -> str:
    return " " + " ".join(re.findall(r"[a-z0-9]+", text.lower())) + " "


def with_tantivy(texts: list[str], folder: Path) -> tuple[Search, Callable[[], None]]:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field("number", stored=True, indexed=True, fast=True)
    schema.add_text_field("text", stored=False, tokenizer_name="en_stem", index_option="freq")
    index = tantivy.Index(schema.build(), path=str(folder))

    def add(pairs: list[tuple[int, str]], replace: bool = True) -> None:
        writer = index.writer(heap_size=128_000_000, num_threads=2)
        for number, text in pairs:
            if replace:
                writer.delete_documents_by_query(tantivy.Query.term_query(index.schema, "number", number))
            document = tantivy.Document()
            document.add_unsigned("number", number)
            document.add_text("text", text)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()

    add(list(enumerate(texts)), replace=False)

    def search(question: str) -> list[int]:
        query, _ = index.parse_query_lenient(" ".join(re.findall(r"\w+", question.lower())), ["text"])
        searcher = index.searcher()
        return [searcher.doc(at)["number"][0] for _, at in searcher.search(query, 10).hits]

    return search, lambda: add([(n, texts[n] + " changed") for n in range(10)])


def with_fts5(texts: list[str], folder: Path) -> tuple[Search, Callable[[], None]]:
    db = sqlite3.connect(folder / "fts.sqlite")
    db.execute("create virtual table p using fts5(text, tokenize='porter unicode61')")
    with db:
        db.executemany("insert into p(rowid, text) values (?, ?)", enumerate(texts))

    def search(question: str) -> list[int]:
        query = " OR ".join(f'"{w}"' for w in re.findall(r"\w+", question.lower()))
        sql = "select rowid from p where p match ? order by rank limit 10"
        return [row[0] for row in db.execute(sql, (query,))]

    def change() -> None:
        with db:
            for n in range(10):
                db.execute("delete from p where rowid = ?", (n,))
                db.execute("insert into p(rowid, text) values (?, ?)", (n, texts[n] + " changed"))

    return search, change


def with_bm25s(texts: list[str], folder: Path) -> tuple[Search, Callable[[], None]]:
    import bm25s

    def build() -> Any:
        model = bm25s.BM25(method="lucene")
        model.index(bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)
        model.save(str(folder / "bm25s"))
        return model

    model = build()

    def search(question: str) -> list[int]:
        tokens = bm25s.tokenize([question], stopwords=None, show_progress=False, return_ids=False)
        found, _ = model.retrieve(tokens, k=10, show_progress=False, sorted=True)
        return [int(n) for n in found[0]]

    return search, lambda: build() and None


def measure(name: str, make: Any, texts: list[str], asked: list[tuple[str, list[str]]]) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp())
    try:
        begin = time.perf_counter()
        search, change = make(texts, folder)
        built = time.perf_counter() - begin
        size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6
        times, hits = [], 0
        for question, golds in asked:
            begin = time.perf_counter()
            found = search(question)
            times.append((time.perf_counter() - begin) * 1000)
            hits += any(folded(g) in folded(texts[n]) for n in found for g in golds)
        begin = time.perf_counter()
        change()
        changed = time.perf_counter() - begin
    finally:
        shutil.rmtree(folder)
    return {
        "library": name, "build_s": round(built, 1), "size_mb": round(size, 1), "replace_10_s": round(changed, 2),
        "ask_median_ms": round(statistics.median(times), 2),
        "ask_p95_ms": round(statistics.quantiles(times, n=20)[18], 2), "hit_at_10": round(hits / len(asked), 3),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", default="2024")
    parser.add_argument("--passages", type=int, default=64_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not (options.data / f"articles_{options.year}.jsonl.gz").exists():
        sys.exit(f"{options.data} holds no articles of {options.year}: this benchmark needs RealTime QA's articles.")
    texts = [
        t
        for t, _ in zip(passages(options.data / f"articles_{options.year}.jsonl.gz"), range(options.passages), strict=False)
    ]
    asked = questions(options.data / f"qa_{options.year}.jsonl")
    print(f"{len(texts):,} passages, {len(asked):,} questions")
    rows = []
    for name, make in (("tantivy", with_tantivy), ("fts5", with_fts5), ("bm25s", with_bm25s)):
        rows.append(measure(name, make, texts, asked))
        print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
