"""How rare a word is in English text: a missing "the" says nothing, a missing "Ostby" much.

Counts of stems over sentences of openly licensed text, by training/rarity.py; the corpus at hand may be five articles, and
is no measure.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

RARITY = Path(__file__).with_name("rarity.json")


def rarity(stem: str) -> float:
    """The negative logarithm of the share of sentences that hold the stem, add-one smoothed."""
    sentences, counts = _table()
    return math.log((sentences + 1) / (counts.get(stem, 0) + 1))


@cache
def _table() -> tuple[int, dict[str, int]]:
    fields = json.loads(RARITY.read_text(encoding="utf-8"))
    return fields["sentences"], fields["counts"]
