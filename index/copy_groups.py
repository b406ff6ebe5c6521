"""Which articles of an index are one origin by copy: found when it is built, kept with the evidence.

Grouping by publisher and by upstream is another matter: it depends on the claim (answering/origins.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from tqdm import tqdm

from index.copies import Copied, copied, pairs_to_compare
from index.store import Store

COPIED_SHARE = 0.25
"""Of the words of one article, how many must stand in runs that the other has (`Copied.share`), for one to be a copy.
Of BASIL's 135 pairs of independent articles on one event 1 reaches it, the 95th percentile is .04 (bench/provenance.py).
A lower share would merge independent articles on one speech, a higher one would miss reprints that were cut and reworded."""


def is_copy(found: Copied) -> bool:
    return found.share >= COPIED_SHARE


def group_copies(store: Store, progress: bool) -> None:
    """Brings the groups in line with the articles; pairs that were compared before are not compared again."""
    wanted = pairs_to_compare(store.fingerprints())
    known = store.compared()
    store.forget_compared(known - set(wanted))
    fresh = [pair for pair in wanted if pair not in known]
    for one, other in tqdm(fresh, desc="Comparing", unit=" pairs", disable=not progress, leave=False):
        store.put_compared(one, other, copied(store.article(one), store.article(other)))
    store.put_origins(_groups(store.copies(COPIED_SHARE)))


def _groups(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Of each article in a pair the smallest number that is joined to it; joining is transitive."""
    first: dict[int, int] = {}

    def root(number: int) -> int:
        while first.setdefault(number, number) != number:
            first[number] = number = first[first[number]]
        return number

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        first[high] = low
    return {number: root(number) for number in first}
