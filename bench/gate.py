"""The writer's gate on WiCE: each claim as a written sentence that cites its evidence.

    python -m bench.gate ../shared/bench/wice

Each sentence of the evidence is a quote, as in an answer, and the claim cites them all. The claims are of an encyclopedia
that sums up other pages, so few are said in one sentence; what matters is how many are kept that are not (wholly)
supported. "verbatim" is the longest evidence sentence written down as it stands: what copying would lose at the gate.
The next rows are those copies that pass, each with one thing altered so that it is no longer what the quote says; the last
ones are the supported claims that pass, altered in the same way.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from answering.answer import Origin, Quote
from answering.gate import gated
from answering.judging import Judge, load_judge
from corpus.article import Article, Span
from models.encoder import load_encoder

FILE = "oracle_chunks_claim_dev.jsonl"
_TENSES = {"is": "was", "are": "were", "was": "is", "were": "are", "has": "will have", "have": "may have", "will": "may"}
LABELS = ("supported", "partially_supported", "not_supported")
ALTERED = ("number changed", "names exchanged", "negated", "tense changed")


@dataclass(frozen=True)
class Row:
    """How many claims of one label were kept and dropped."""

    label: str
    kept: int
    dropped: int

    @property
    def share(self) -> float:
        return self.kept / max(self.kept + self.dropped, 1)


def measured(lines: Iterable[str], judge: Judge) -> tuple[list[Row], Counter[str]]:
    """A row for each label, for evidence as it stands and altered; and why supported claims were dropped."""
    counts: Counter[tuple[str, bool]] = Counter()
    reasons: Counter[str] = Counter()
    for record in map(json.loads, lines):
        for label, sentence in _sentences(record):
            quotes = [_quote(n, text) for n, text in enumerate(record["evidence"], 1)]
            marks = "".join(f"[{q.number}]" for q in quotes)
            result = gated(f"{sentence.rstrip('.')} {marks}.", quotes, judge)
            counts[label, bool(result.kept)] += 1
            if label == "supported" and result.dropped:
                reasons[result.dropped[0].reason.split("“")[0].strip()] += 1
            if label in ("supported", "verbatim") and len(result.kept) == 1:
                for kind, false in _altered(result.kept[0].text):
                    name = kind if label == "verbatim" else f"claim, {kind}"
                    counts[name, bool(gated(f"{false} {marks}", quotes, judge).kept)] += 1
    labels = [*LABELS, "verbatim", *ALTERED, *(f"claim, {kind}" for kind in ALTERED)]
    return [Row(label, counts[label, True], counts[label, False]) for label in labels], reasons


def _sentences(record: dict[str, object]) -> Iterator[tuple[str, str]]:
    yield str(record["label"]), str(record["claim"])
    evidence = record["evidence"]
    assert isinstance(evidence, list)
    yield "verbatim", max(map(str, evidence), key=len)


def _altered(text: str) -> Iterator[tuple[str, str]]:
    """The sentence with its first number changed, two names exchanged, a verb negated, its tense or certainty changed."""
    words = text.split()
    if any(c.isdecimal() for c in text):
        yield "number changed", re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), text, count=1)
    capital = [i for i, w in enumerate(words) if i and re.fullmatch(r"[A-Z][a-z]{3,}", w)]
    one, other = capital[:1], capital[-1:]
    if one and words[one[0]] != words[other[0]]:
        exchanged = {one[0]: words[other[0]], other[0]: words[one[0]]}
        yield "names exchanged", " ".join(exchanged.get(i, w) for i, w in enumerate(words))
    if (verb := next((i for i, w in enumerate(words) if w in _TENSES), None)) is not None:
        yield "negated", " ".join([*words[: verb + 1], "not", *words[verb + 1 :]])
        yield "tense changed", " ".join([*words[:verb], _TENSES[words[verb]], *words[verb + 1 :]])


def _quote(number: int, text: str) -> Quote:
    return Quote(number, Article("wice", text, ""), Span(0, len(text)), Origin("wice", ("wice",)))


def rows(folder: Path) -> list[Row]:
    """Raises FileNotFoundError where the data is missing."""
    return measured((folder / FILE).read_text(encoding="utf-8").splitlines(), load_judge(load_encoder()))[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    file = parser.parse_args().folder / FILE
    if not file.is_file():
        print(f"{file} is not here; WiCE's development set is needed.", file=sys.stderr)
        return 1
    table, reasons = measured(file.read_text(encoding="utf-8").splitlines(), load_judge(load_encoder()))
    print(f"{'claim':22}{'kept':>6}{'dropped':>9}{'share':>8}")
    for row in table:
        print(f"{row.label:22}{row.kept:6}{row.dropped:9}{row.share:8.3f}")
    print("\nsupported claims that were dropped, by reason")
    for reason, count in reasons.most_common():
        print(f"{count:6}  {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
