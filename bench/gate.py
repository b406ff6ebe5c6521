"""The writer's gate on WiCE: each claim as a written sentence that cites its evidence.

    python -m bench.gate ../shared/bench/wice

The claims are of an encyclopedia and their evidence is of other pages, so few are said in one sentence; what matters is
how many are kept that are not (wholly) supported. Two ways of quoting: the whole chunk as one quote, and each of its
sentences as a quote of its own with all of them cited.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from answering.answer import Origin, Quote
from answering.gate import gated
from corpus.article import Article, Span

FILE = "oracle_chunks_claim_dev.jsonl"
LABELS = ("supported", "partially_supported", "not_supported")


@dataclass(frozen=True)
class Row:
    """How many claims of one label were kept and dropped; `own` counts evidence sentences that must all be kept."""

    label: str
    kept: int
    dropped: int

    @property
    def share(self) -> float:
        return self.kept / max(self.kept + self.dropped, 1)


def measured(lines: Iterable[str]) -> tuple[list[Row], Counter[str]]:
    """A row for each label, then one of evidence sentences written down as they stand, which the gate should keep;
    and how often each reason stood for a supported claim that was dropped."""
    counts: Counter[tuple[str, bool]] = Counter()
    reasons: Counter[str] = Counter()
    for record in map(json.loads, lines):
        for label, sentence in _sentences(record):
            result = gated(f"{sentence.rstrip('.')} [1].", [_quote(record["evidence"])])
            counts[label, bool(result.kept)] += 1
            if label == "supported" and result.dropped:
                reasons[result.dropped[0].reason.split("“")[0].strip()] += 1
    labels = [*LABELS, "verbatim"]
    return [Row(label, counts[label, True], counts[label, False]) for label in labels], reasons


def _sentences(record: dict[str, object]) -> Iterator[tuple[str, str]]:
    yield str(record["label"]), str(record["claim"])
    evidence = record["evidence"]
    assert isinstance(evidence, list)
    yield "verbatim", max(map(str, evidence), key=len)


def _quote(evidence: Iterable[str]) -> Quote:
    text = " ".join(evidence)
    return Quote(1, Article("wice", text, ""), Span(0, len(text)), Origin("wice", ("wice",)))


def rows(folder: Path) -> list[Row]:
    """Raises FileNotFoundError where the data is missing."""
    return measured((folder / FILE).read_text(encoding="utf-8").splitlines())[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    file = parser.parse_args().folder / FILE
    if not file.is_file():
        print(f"{file} is not here; WiCE's development set is needed.", file=sys.stderr)
        return 1
    table, reasons = measured(file.read_text(encoding="utf-8").splitlines())
    print(f"{'claim':22}{'kept':>6}{'dropped':>9}{'share':>8}")
    for row in table:
        print(f"{row.label:22}{row.kept:6}{row.dropped:9}{row.share:8.3f}")
    print("\nsupported claims that were dropped, by reason")
    for reason, count in reasons.most_common():
        print(f"{count:6}  {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
