"""Do the folder and Milvus give the same answers, and at what price?

    python -m bench.engines INDEX QUESTIONS http://HOST:PORT [--passages 20000] [--most 100]

INDEX is an index of some articles, QUESTIONS lines of JSON with a `question` (or `question_sentence`). As many of its articles as have so many passages are indexed once more in
files and in a collection of Milvus, with the vectors that are there. Tells how many answers are the same in all that a reader sees, how many of the first ten
passages are, and the medians.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from answering.answer import as_json
from answering.engine import Engine, load_engine
from bench.formats import seen
from index.build import Means, build
from index.opening import open_index
from models.encoder import load_encoder
from retriever.request import make_request
from retriever.search import search


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("milvus")
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--most", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        articles = part_of_articles(options.index, folder / "articles.jsonl", options.passages)
        engines: list[Engine] = []
        for name, engine in (("files", ""), ("milvus", f"{options.milvus}/bench_{time.time_ns()}")):
            shutil.copytree(options.index, folder / name)
            began = time.perf_counter()
            report = build(folder / name, [articles], load_encoder(), progress=False, means=Means(engine=engine))
            print(
                f"{name}: {report.passages:,} passages, {report.encoded:,} encoded now, {time.perf_counter() - began:.0f} s",
                flush=True,
            )
            engines.append(load_engine(folder / name))
        compare(engines, list(asked(options.questions, options.most)))


def part_of_articles(index: Path, file: Path, passages: int) -> Path:
    """The first articles that have so many passages, in lines of JSON."""
    store = open_index(index, load_encoder()).store
    left = passages
    with file.open("w", encoding="utf-8") as lines:
        for number, _, _ in store.whereabouts():
            left -= len(store.passages_of([number]))
            if left < 0:
                break
            article = store.article(number)
            fields = ("id", "title", "publisher", "author", "published", "url")
            lines.write(json.dumps({"text": article.as_it_is, **{name: getattr(article, name) for name in fields}}) + "\n")
    return file


def asked(file: Path, most: int) -> Iterator[str]:
    """Evenly spread over the file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    for line in lines[:: max(1, len(lines) // most)][:most]:
        fields = json.loads(line)
        yield str(fields.get("question") or fields["question_sentence"])


def compare(engines: list[Engine], questions: list[str]) -> None:
    same, shared, times = 0, [], ([], [])  # type: ignore[var-annotated]
    for question in questions:
        request = make_request({"question": question})
        answers: list[dict[str, Any]] = [as_json(engine.answer(request)) for engine in engines]
        tops = []
        for engine, taken in zip(engines, times, strict=True):
            began = time.perf_counter()
            hits = search(engine.live.now(), engine.encoder, request, 10)
            taken.append(time.perf_counter() - began)
            tops.append([(h.article.id, h.passage.start) for h in hits])
        shared.append(len(set(tops[0]) & set(tops[1])) / max(len(tops[0]), 1))
        if seen(answers[0]) == seen(answers[1]):
            same += 1
        else:
            print(
                f"  {question}\n    files:  {answers[0]['text'][:150]}\n    milvus: {answers[1]['text'][:150]}", flush=True
            )
    medians = [f"{1000 * statistics.median(taken):.0f} ms" for taken in times]
    print(f"{same} of {len(questions)} answers are the same; of the first ten passages {statistics.mean(shared):.3f} are")
    print(f"a search, median: files {medians[0]}, milvus {medians[1]}")


if __name__ == "__main__":
    main()
