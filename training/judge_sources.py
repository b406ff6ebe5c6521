"""Claims with evidence that people wrote, to learn support from, beside those that are made (training/judge_data.py).

All openly licensed, each in the folder that is given (docs/judge.md says where they come from):

    wikisplit_*.tsv         WikiSplit: a sentence of Wikipedia and the two that its editors made of it, 15,000 (CC BY-SA 4.0)
    mnli_dev.jsonl          MultiNLI, matched development part, 9,815 (OANC's licence, CC BY, CC BY-SA)
    snli_dev.jsonl          SNLI development part, 9,842 (CC BY-SA 4.0)
    begin_wow_*.tsv         BEGIN: what dialogue systems said, and whether their source says it, 4,035 (CC BY 4.0)
    fever_symmetric.jsonl   FEVER's symmetric test, 956 (CC BY-SA 3.0)

Of a sentence whose one half was left out it is known which words are unsaid; of the others only whether all is said.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.article import Span
from training.judge_data import Pair

_AMID_OTHERS = 0.6
"""Evidence that stands among sentences of a stranger, as it does in a passage."""
_MOST_STRANGE = 60
"""Words before it, and as many after it."""
_HALVES = 0.4
"""Claims that are one half, with the whole sentence as evidence."""
_ENTAILED, _ATTRIBUTABLE, _SUPPORTED = "entailment", "Fully attributable", "SUPPORTS"


def published(folder: Path, strangers: Sequence[str], seed: int) -> list[Pair]:
    """All pairs of the sources; `strangers`: passages to put around the evidence."""
    rng = random.Random(seed)
    found = [*_wikisplit(folder, rng), *_inference(folder), *_begin(folder), *_symmetric(folder)]
    return [_amid(pair, strangers, rng) if rng.random() < _AMID_OTHERS else pair for pair in found]


def _wikisplit(folder: Path, rng: random.Random) -> Iterator[Pair]:
    for part in ("tune", "test", "validation"):
        for line in (folder / f"wikisplit_{part}.tsv").read_text(encoding="utf-8").splitlines():
            whole, _, halves = line.partition("\t")
            one, _, two = halves.partition("<::::>")
            whole, one, two = (_written(text) for text in (whole, one, two))
            yield Pair(rng.choice([one, two]), "", whole) if rng.random() < _HALVES else Pair(whole, "", f"{one} {two}")
            kept, gone = (one, two) if rng.random() < 0.5 else (two, one)
            if lacking := _without(whole, kept, gone):
                yield lacking


def _without(whole: str, kept: str, gone: str) -> Pair | None:
    """The whole sentence against one of its halves: wrong are the words that only the other half has."""
    held, lost = _words(kept), _words(gone)
    spans = [Span(m.start(), m.end()) for m in re.finditer(r"\w+", whole)]
    wrong = tuple(s for s in spans if s.of(whole).lower() in lost - held)
    unknown = tuple(s for s in spans if s.of(whole).lower() not in lost | held)
    return Pair(whole, "", kept, wrong, unknown, supported=False) if wrong else None


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _inference(folder: Path) -> Iterator[Pair]:
    for name in ("mnli_dev", "snli_dev"):
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield _judged(row["hypothesis"], row["premise"], supported=row["label"] == _ENTAILED)


def _begin(folder: Path) -> Iterator[Pair]:
    for part in ("dev", "test"):
        for line in (folder / f"begin_wow_{part}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            fields = line.split("\t")
            yield _judged(fields[4], fields[2], supported=fields[5] == _ATTRIBUTABLE)


def _symmetric(folder: Path) -> Iterator[Pair]:
    for line in (folder / "fever_symmetric.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield _judged(_written(row["claim"]), _written(row["evidence_sentence"]), supported=row["label"] == _SUPPORTED)


def _judged(claim: str, evidence: str, *, supported: bool) -> Pair:
    """Where it is not supported, nothing is known of its parts."""
    return Pair(claim, "", evidence, unknown=() if supported else (Span(0, len(claim)),), supported=supported)


def _amid(pair: Pair, strangers: Sequence[str], rng: random.Random) -> Pair:
    words = rng.choice(strangers).split(" ")
    before, after = (rng.randrange(_MOST_STRANGE) for _ in range(2))
    return replace(pair, text=" ".join([*words[:before], pair.text, *words[before : before + after]]))


def _written(text: str) -> str:
    """As it is written, of text that was taken apart into tokens."""
    text = text.strip().replace("''", '"').replace("``", '"').replace("-LRB-", "(").replace("-RRB-", ")")
    text = text.replace("-LSB-", "[").replace("-RSB-", "]")
    return re.sub(r"([(\[]) ", r"\1", re.sub(r" ([,.;:!?)\]%]|['’]s\b|n['’]t\b)", r"\1", text))
