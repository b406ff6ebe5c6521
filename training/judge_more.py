"""More claims with evidence for the third round: labelled by people, and sentences that say the same in other words.

All openly licensed, each in the folder that is given (docs/judge.md says where they come from):

    fever_{validation,test}.jsonl        FEVER: claims with the sentences that support or refute them, 13,332 (CC BY-SA 3.0)
    fever_symmetric_{dev,test}.jsonl     FEVER Symmetric: claims and evidence of like words, 1,420 (CC BY-SA 3.0)
    fm2_{dev,test}.jsonl                 Fool Me Twice: claims that players made to mislead, 2,555 (Apache 2.0; text CC BY-SA 3.0)
    wikisplit_{tune,validation,test}.tsv WikiSplit: a sentence and two that say the same, 15,000 (CC BY-SA 4.0)
    onestop_*.txt                        OneStopEnglish: news in plainer words, sentence by sentence (CC BY-SA 4.0)

Of labelled pairs only the whole is known, not its parts. Sentences that say the same are spoiled as others are
(`Claims.spoiled`), so that words that differ tell nothing by themselves.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus.article import Span
from training.judge_data import Claims, Pair

_SUPPORTS = "SUPPORTS"
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"', "--": "–"}
_BREAK, _PART = "<::::>", "*******"
_FEWEST_WORDS = 6


def labelled_more(folder: Path) -> list[Pair]:
    """FEVER, FEVER Symmetric and Fool Me Twice."""
    return [*_fever(folder), *_symmetric(folder), *_fool_me_twice(folder)]


def reworded(folder: Path, claims: Claims, seed: int) -> list[Pair]:
    """Half of the sentences that say the same in other words, each also spoiled, amid others."""
    rng = random.Random(seed)
    held = [*_split(folder), *_plainer(folder)]
    found: list[Pair] = []
    for pair in rng.sample(held, len(held) // 2):
        evidence = _amid(pair.text, held, rng)
        same = Pair(pair.claim, "", evidence)
        found += [made for made in (same, claims.spoiled(same)) if made is not None]
    return found


def _amid(text: str, others: Sequence[Pair], rng: random.Random) -> str:
    """Evidence is seldom one sentence: up to two strangers before and after it."""
    before, after = ([rng.choice(others).text for _ in range(rng.randrange(3))] for _ in range(2))
    return " ".join([*before, text, *after])


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
    """What supports says nothing of single words either: some are only understood."""
    return Pair(claim, title, evidence, unknown=(Span(0, len(claim)),), supported=label == _SUPPORTS)


def split_sentences(folder: Path) -> Iterator[tuple[str, str, str]]:
    """WikiSplit: a sentence, and the two that say the same."""
    for part in ("tune", "validation", "test"):
        for line in (folder / f"wikisplit_{part}.tsv").read_text(encoding="utf-8").splitlines():
            whole, parts = (_plain(field) for field in line.split("\t"))
            first, _, second = (piece.strip() for piece in parts.partition(_BREAK))
            yield whole, first, second


def _split(folder: Path) -> Iterator[Pair]:
    """One of the two sentences, or both, said by the one; and the one by both."""
    for whole, first, second in split_sentences(folder):
        yield Pair(first, "", whole)
        if len(second.split()) >= _FEWEST_WORDS and not re.match(
            r"(?:He|She|It|They|This|These|His|Her|Their|Its)\b", second
        ):
            yield Pair(second, "", whole)
        yield Pair(whole, "", f"{first} {second}")


def _plainer(folder: Path) -> Iterator[Pair]:
    """What the plainer sentence says the other says too; the other way round something may be left out."""
    for levels in ("ADV-ELE", "ADV-INT", "ELE-INT"):
        for part in (folder / f"onestop_{levels}.txt").read_text(encoding="utf-8-sig").split(_PART):
            lines = [line.strip() for line in part.splitlines() if line.strip()]
            if len(lines) == 2 and lines[0] != lines[1]:
                evidence, claim = lines if levels.startswith("ADV") else lines[::-1]
                yield Pair(claim, "", evidence)


def _plain(tokens: str) -> str:
    """Tokens as they are written."""
    text = " ".join(_BRACKETS.get(token, token) for token in tokens.split(" "))
    text = re.sub(r" (?=[.,;:?!)\]%]|'s\b|n't\b)", "", text)
    return re.sub(r"(?<=[(\[]) ", "", text)
