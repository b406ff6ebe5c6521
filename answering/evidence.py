"""Which answer has the most evidence: readings that give the same answer speak for each other.

Weighs only which answer to tell first. That many articles repeat an answer makes it no better supported: support counts
origins, elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from answering.facts.same import same_value
from answering.reading.readings import Reading
from answering.wording import folded

_REPEATED = 0.75
"""What each further article adds, of its own weight."""
_RANK_FADES = 0.05
"""By so much the weight falls with each rank: what the search found first is likelier to be about what is asked."""
_TIME_COUNTS = 1.5
"""The power to which nearness in time is taken. The three were chosen on RealTime QA 2022 and 2024 (docs/decisions.md)."""


@dataclass(frozen=True)
class Evidence:
    """Readings that give one answer, the weightiest first."""

    readings: tuple[Reading, ...]

    @property
    def lead(self) -> Reading:
        """The weightiest reading of the wording that has most weight ("giant pandas", "pandas", "pandas")."""
        wordings: dict[str, float] = {}
        for reading in self.readings:
            words = folded(reading.answer_text or "")
            wordings[words] = wordings.get(words, 0.0) + weight(reading)
        usual = max(wordings, key=lambda words: wordings[words])
        return next(r for r in self.readings if folded(r.answer_text or "") == usual)

    @property
    def weight(self) -> float:
        """That of the best reading, and something for each further article that says the same; orders the answers."""
        return _summed((r.hit.article.id, weight(r)) for r in self.readings)

    @property
    def strength(self) -> float:
        """The same without regard to time: it decides whether anything is told, which must not depend on the day."""
        return _summed((r.hit.article.id, strength(r)) for r in self.readings)


def _summed(weights: Iterable[tuple[str, float]]) -> float:
    best: dict[str, float] = {}
    for article, found in weights:
        best[article] = max(found, best.get(article, 0.0))
    first, *others = sorted(best.values(), reverse=True)
    return first + _REPEATED * sum(others)


def strength(reading: Reading) -> float:
    """The probability, less where the answer does not fit what is asked for, and where the passage was found late."""
    return reading.probability * reading.fit * math.exp(-_RANK_FADES * (reading.hit.rank - 1))


def weight(reading: Reading) -> float:
    """The strength, less where the passage is from another time than the question's."""
    return strength(reading) * math.pow(reading.hit.timely, _TIME_COUNTS)


def by_answer(readings: Sequence[Reading]) -> list[Evidence]:
    """The readings with an answer, grouped by it, the answer with the most evidence first."""
    groups: list[list[Reading]] = []
    for reading in sorted((r for r in readings if r.answer_text), key=lambda r: -weight(r)):
        same = next((g for g in groups if same_value(g[0].answer_text or "", reading.answer_text or "")), None)
        if same is None:
            groups.append([reading])
        else:
            same.append(reading)
    return sorted((Evidence(tuple(g)) for g in groups), key=lambda e: -e.weight)


def best_weight(readings: Sequence[Reading]) -> float:
    """Of the answer with the most evidence; of readings without answers the best probability; 0 where there are none."""
    groups = by_answer(readings)
    return groups[0].weight if groups else max((r.probability for r in readings), default=0.0)


def most_evident(readings: Sequence[Reading], threshold: float) -> list[Reading]:
    """The readings whose answer has evidence enough: first the one that leads the best answer, then by probability.

    Readings without an answer (of a question of yes and no) have enough by their probability alone.
    """
    by_probability = sorted(readings, key=lambda r: -r.probability)
    groups = by_answer(readings)
    if not groups:
        return [r for r in by_probability if r.probability >= threshold]
    told = [group for group in groups if group.strength >= threshold]
    enough = {id(r) for group in told for r in group.readings}
    if not told:
        return []
    first = told[0].lead
    return [first, *(r for r in by_probability if id(r) in enough and r is not first)]
