"""More claims with evidence: labelled by people, and sentences that two others say.

All openly licensed, each in the folder that is given (docs/judge.md says where they come from):

    fever_{validation,test}.jsonl        FEVER: claims with the sentences that support or refute them, 13,332 (CC BY-SA 3.0)
    fever_symmetric_{dev,test}.jsonl     FEVER Symmetric: claims and evidence of like words, 1,420 (CC BY-SA 3.0)
    fm2_{dev,test}.jsonl                 Fool Me Twice: claims that players made to mislead, 2,555 (Apache 2.0; text CC BY-SA 3.0)
    wikisplit_{tune,validation,test}.tsv WikiSplit: a sentence and two that say the same, 15,000 (CC BY-SA 4.0)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.judge_data import Pair

_SUPPORTS = "SUPPORTS"
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"', "--": "–"}
_BREAK = "<::::>"


def labelled_more(folder: Path) -> list[Pair]:
    """FEVER, FEVER Symmetric and Fool Me Twice."""
    return [*_fever(folder), *_symmetric(folder), *_fool_me_twice(folder)]


def _fever(folder: Path) -> Iterator[Pair]:
    for part in ("validation", "test"):
        for row in _rows(folder / f"fever_{part}.jsonl"):
            if row["evidence"]:
                yield _labelled(row["claim"], _plain(" ".join(row["evidence"])), row["label"])


def _symmetric(folder: Path) -> Iterator[Pair]:
    for part in ("dev", "test"):
        for row in _rows(folder / f"fever_symmetric_{part}.jsonl"):
            yield _labelled(_plain(row["claim"]), _plain(row["evidence"]), row["label"])


def _fool_me_twice(folder: Path) -> Iterator[Pair]:
    for part in ("dev", "test"):
        for row in _rows(folder / f"fm2_{part}.jsonl"):
            evidence = " ".join(sentence["text"] for sentence in row["gold_evidence"])
            yield _labelled(row["text"], evidence, row["label"], row["wikipedia_page"])


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _labelled(claim: str, evidence: str, label: str, title: str = "") -> Pair:
    return Pair(claim, title, evidence, supported=label == _SUPPORTS)


def split_sentences(folder: Path) -> Iterator[tuple[str, str, str]]:
    """WikiSplit: a sentence, and the two that say the same."""
    for part in ("tune", "validation", "test"):
        for line in (folder / f"wikisplit_{part}.tsv").read_text(encoding="utf-8").splitlines():
            whole, parts = (_plain(field) for field in line.split("\t"))
            first, _, second = (piece.strip() for piece in parts.partition(_BREAK))
            yield whole, first, second


def _plain(tokens: str) -> str:
    """Tokens as they are written."""
    text = " ".join(_BRACKETS.get(token, token) for token in tokens.split(" "))
    text = re.sub(r" (?=[.,;:?!)\]%]|'s\b|n't\b)", "", text)
    return re.sub(r"(?<=[(\[]) ", "", text)
