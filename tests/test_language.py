"""Words, names, amounts and times: the table of pairs, and the laws."""

from __future__ import annotations

import pytest

from language.values import Sameness, compared
from tests.values import Pair, pairs

_SIGNS = {
    "=": (Sameness.SAME,),
    "≠": (Sameness.DIFFERENT,),
    "?": (Sameness.UNKNOWN,),
    "≁": (Sameness.DIFFERENT, Sameness.UNKNOWN),
}


@pytest.mark.parametrize("pair", pairs(), ids=str)
def test_pairs(pair: Pair) -> None:
    one, other = pair.one, pair.other
    for a, b in ((one, other), (other, one)):
        told = compared(a.text, b.text, published=(a.published, b.published), articles=(a.article, b.article))
        assert told in _SIGNS[pair.sign]
