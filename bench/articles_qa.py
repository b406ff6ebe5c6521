"""The hand-written questions over the five real articles, scored by the scorer beside them.

    python -m bench.articles_qa ../shared/bench/articles_qa ../shared/articles [--json FILE]

Builds an index of the articles, asks every question, and hands the answers to `score.py articles`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from answering.answer import as_json
from answering.engine import load_engine
from index.build import build
from models.encoder import load_encoder
from retriever.request import make_request


def scored(data: Path, articles: Path) -> tuple[str, list[dict[str, Any]]]:
    """What the scorer prints, and the answers as the JSON that outside checks see."""
    questions = data / "questions.jsonl"
    with tempfile.TemporaryDirectory() as temporary:
        folder, answers = Path(temporary) / "index", Path(temporary) / "answers.jsonl"
        build(folder, [articles], load_encoder(), progress=False)
        engine = load_engine(folder)
        asked = [json.loads(line)["question"] for line in questions.read_text(encoding="utf-8").splitlines()]
        found = [as_json(engine.answer(make_request({"question": question}))) for question in asked]
        answers.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in found), encoding="utf-8")
        command = [sys.executable, str(data.parent / "score.py"), "articles", str(questions), str(answers), str(articles)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of questions.jsonl; score.py stands in the one above")
    parser.add_argument("articles", type=Path)
    parser.add_argument("--json", type=Path, help="keep the answers here")
    options = parser.parse_args()
    questions = options.data / "questions.jsonl"
    if not questions.exists() or not options.articles.is_dir():
        sys.exit(f"{questions} or {options.articles} is not there: this benchmark needs both.")
    printed, answers = scored(options.data, options.articles)
    print(printed, end="")
    if options.json:
        options.json.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in answers), encoding="utf-8")


if __name__ == "__main__":
    main()
