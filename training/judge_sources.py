"""Claims with evidence that people labelled, to calibrate the judge on: none of them is learned from otherwise.

Openly licensed, each in the folder that is given (docs/judge.md says where they come from):

    begin_wow_*.tsv   BEGIN: what dialogue systems said, and whether their source says it, 4,035 (CC BY 4.0)
    mnli_dev.jsonl    MultiNLI, matched development part, 9,815 (OANC's licence, CC BY, CC BY-SA)
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from training.judge_data import Pair

_ENTAILED, _ATTRIBUTABLE = "entailment", "Fully attributable"


def labelled(folder: Path, most: int) -> list[Pair]:
    """At most so many pairs, as many of each source, in random order."""
    rng = random.Random(0)
    found = [pair for source in (_begin, _inference) for pair in rng.sample(list(source(folder)), most // 2)]
    rng.shuffle(found)
    return found


def _inference(folder: Path) -> Iterator[Pair]:
    for line in (folder / "mnli_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield _judged(row["hypothesis"], row["premise"], supported=row["label"] == _ENTAILED)


def _begin(folder: Path) -> Iterator[Pair]:
    for part in ("dev", "test"):
        for line in (folder / f"begin_wow_{part}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            fields = line.split("\t")
            yield _judged(fields[4], fields[2], supported=fields[5] == _ATTRIBUTABLE)


def _judged(claim: str, evidence: str, *, supported: bool) -> Pair:
    return Pair(claim, "", evidence, supported=supported)
