"""Which answer has the most evidence: readings that give the same answer speak for each other.

Weighs only which answer to tell first. That many articles repeat an answer makes it no better supported: support counts
origins, elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answering.reader import Reading
from answering.wording import folded, same_answer

_REPEATED = 0.5
"""What each further article adds, of its own probability."""


@dataclass(frozen=True)
class Evidence:
    """Readings that give one answer, likeliest first."""

    readings: tuple[Reading, ...]

    @property
    def lead(self) -> Reading:
        return self.readings[0]

    @property
    def weight(self) -> float:
        """The best probability, and something for each further article that says the same."""
        best: dict[str, float] = {}
        for reading in self.readings:
            best.setdefault(reading.hit.article.id, reading.probability)
        first, *others = sorted(best.values(), reverse=True)
        return first + _REPEATED * sum(others)


def by_answer(readings: Sequence[Reading]) -> list[Evidence]:
    """The readings with an answer, grouped by it, the answer with the most evidence first."""
    groups: list[list[Reading]] = []
    for reading in sorted((r for r in readings if r.answer_text), key=lambda r: -r.probability):
        same = next((g for g in groups if same_answer(g[0].answer_text or "", reading.answer_text or "")), None)
        if same is None:
            groups.append([reading])
        else:
            same.append(reading)
    return sorted((Evidence(tuple(g)) for g in groups), key=lambda e: -e.weight)


def most_evident(readings: Sequence[Reading]) -> list[Reading]:
    """The readings anew: first the one that leads the answer with the most evidence, then the others as they came."""
    groups = by_answer(readings)
    if not groups:
        return list(readings)
    first = fullest(groups[0])
    return [first, *(r for r in readings if r is not first)]


def fullest(evidence: Evidence) -> Reading:
    """Of the readings nearly as likely as the lead, the one with the most words of the answer ("LeBron James")."""
    near = [r for r in evidence.readings if r.probability >= evidence.lead.probability * _REPEATED]
    return max(near, key=lambda r: (min(len(folded(r.answer_text or "").split()), 4), r.probability))
