"""What the project is measured on, and whether a text that is to be learned from is among it.

Two texts are held to be the same where their letters and digits are; a passage, where one of its sentences is. Texts only;
knows nothing of models.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_FEWEST_WORDS = 8
"""Of a sentence by which a passage is known; shorter ones stand in many."""
_SENTENCE_END = re.compile(r"(?<=[.?!])[\"”’)]*\s+|\n+")


class Measured:
    """Asked of every text that is learned from."""

    def __init__(self, asked: Iterable[str], texts: Iterable[str]) -> None:
        """asked: questions and claims; texts: passages, articles, evidence."""
        self._asked = {_plain(text) for text in asked} - {""}
        self._sentences = {hash(key) for text in texts for key in _sentences(text)}

    def holds(self, asked: str, text: str) -> bool:
        """Whether the question or claim, or a sentence of either, is measured on."""
        if _plain(asked) in self._asked:
            return True
        return any(hash(key) in self._sentences for part in (asked, text) for key in _sentences(part))


def read_measured(bench: Path, cases: Path, more: Path) -> Measured:
    """bench, cases: the folders of that name; more: quoref.json (AllenAI's contrast sets) and summedits_news.json (salesforce/
    factualNLG)."""
    asked, texts = zip(*_all(bench, cases, more), strict=True)
    return Measured(asked, texts)


def _all(bench: Path, cases: Path, more: Path) -> Iterator[tuple[str, str]]:
    for file in (bench / "squad2" / "dev.json", more / "quoref.json"):
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
            yield from ((qa["question"], p["context"]) for p in article["paragraphs"] for qa in p["qas"])
    for name in ("claim_dev", "oracle_chunks_claim_dev"):
        for row in _rows(bench / "wice" / f"{name}.jsonl"):
            yield row["claim"], "\n".join(row["evidence"])
    for row in json.loads((more / "summedits_news.json").read_text(encoding="utf-8")):
        yield row["summary"], row["doc"]
    for file in sorted((bench / "realtimeqa").glob("qa_*.jsonl")):
        yield from ((row["question_sentence"], row["evidence"] or "") for row in _rows(file))
    for file in sorted((bench / "realtimeqa").glob("articles_*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from (("", json.loads(line)["text"]) for line in lines)
    for file in sorted(cases.glob("*.jsonl")):
        yield from _of_cases(_rows(file))


def _of_cases(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for article in row["articles"]:
            yield row.get("ask") or row.get("verify") or "", f"{article['title']}\n{article['text']}"


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        if sentence.count(" ") >= _FEWEST_WORDS - 1:
            yield _plain(sentence)
