"""Copies between articles: what is found, against the slow and obvious way."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Span
from index.copies import RUN, copied, fingerprint, pairs_to_compare
from tests.hostile import hostile_texts

WORDS = [
    "the",
    "mayor",
    "said",
    "on",
    "Monday",
    "that",
    "its",
    "old",
    "bridge",
    "would",
    "be",
    "closed",
    "for",
    "two",
    "years",
]


def article(text: str) -> Article:
    return Article("a.txt", text, "A")


def prose(seed: int, words: int) -> str:
    """Words in random order: two such texts share no run of eight but by great chance."""
    return " ".join(random.Random(seed).choices([*WORDS, *(f"w{n}" for n in range(2_000))], k=words))


def words_of(text: str) -> list[str]:
    return [w.lower() for w in re.findall(r"\w+", text)]


def obvious_share(one: Article, other: Article) -> float:
    """Of the words of either, how many stand in a run that the other has; the greater share."""
    words = [words_of(a.text) for a in (one, other)]
    runs = [[tuple(w[n : n + RUN]) for n in range(max(len(w) - RUN, 0) + 1)] for w in words]
    inside = [{k for n, run in enumerate(runs[i]) if run in runs[1 - i] for k in range(n, n + len(run))} for i in range(2)]
    return max(len(i) / len(w) if w else 0.0 for i, w in zip(inside, words, strict=True))


texts = st.lists(st.sampled_from([*WORDS, "Ünïcode", "6GW", "\n", "…"]), max_size=60).map(" ".join)


def test_what_is_quoted_is_no_sign_of_a_copy() -> None:
    speech = prose(11, 60)
    one, other = (article(f"{prose(n, 60)} “{speech}” {prose(n + 1, 40)}") for n in (20, 30))
    assert copied(one, other).share == 0
    assert copied(article(f"“{speech}”"), article(f'"{speech}"')).share == 1  # nothing but speech


@given(texts, texts)
def test_the_share_is_what_counting_gives(one: str, other: str) -> None:
    a, b = article(one), article(other)
    assert copied(a, b).share == pytest.approx(obvious_share(a, b))


@given(hostile_texts, hostile_texts, hostile_texts)
def test_the_longest_stretch_stands_in_both(before: str, both: str, after: str) -> None:
    one, other = article(f"{before} {both}"), article(f"{both} {after}")
    found = copied(one, other)
    ours, theirs = (words_of(s.of(a.text)) for s, a in ((found.one, one), (found.other, other)))
    assert ours == theirs
    assert len(ours) == found.words
    assert copied(other, one).share == found.share


def test_furniture_does_not_count() -> None:
    shared = prose(1, 100)
    one, other = article(f"{shared} {prose(2, 100)}"), article(f"{shared} {prose(3, 100)}")
    assert copied(one, other).share > 0.4
    bare = [replace(a, furniture=(Span(0, len(shared)),)) for a in (one, other)]
    assert copied(*bare).share == 0
    assert not pairs_to_compare({n: fingerprint(a) for n, a in enumerate(bare)})


def reprint(text: str, rng: random.Random) -> str:
    """Another headline, a paragraph of its own, cut short, every fourth stretch of twenty words said otherwise."""
    words = text.split()[: rng.randrange(150, 300)]
    parts = [words[n : n + 20] for n in range(0, len(words), 20)]
    kept = [" ".join(p) if rng.random() > 0.25 else prose(rng.randrange(10**9), 20) for p in parts]
    kept.insert(rng.randrange(len(kept)), prose(rng.randrange(10**9), 60))
    return " ".join([prose(rng.randrange(10**9), 8), *kept])


def test_reprints_are_compared_and_strangers_are_not() -> None:
    rng = random.Random(5)
    originals = [prose(1_000 + n, 300) for n in range(200)]
    both = [article(t) for t in [*originals, *(reprint(t, rng) for t in originals)]]
    compared = pairs_to_compare({n: fingerprint(a) for n, a in enumerate(both)})
    wanted = {(n, n + 200) for n in range(200)}
    assert wanted <= set(compared)
    assert len(compared) < 1.05 * len(wanted)
    shares = [copied(both[a], both[b]).share for a, b in wanted]
    assert min(shares) > 0.1
    assert sum(shares) / len(shares) > 0.6


def test_what_many_articles_hold_is_compared_along_a_chain() -> None:
    shared = prose(7, 200)
    prints = {n: fingerprint(article(f"{shared} {prose(n, 20)}")) for n in range(300)}
    compared = pairs_to_compare(prints)
    assert len(compared) < 3 * len(prints)
    joined = {0}
    for one, other in compared:
        joined |= {one, other} if joined & {one, other} else set()
    assert joined == set(prints)


@given(st.lists(hostile_texts, max_size=6))
def test_the_same_text_is_always_compared(those: list[str]) -> None:
    twice = [article(t) for t in those for _ in range(2) if re.search(r"\w", t)]
    compared = set(pairs_to_compare({n: fingerprint(a) for n, a in enumerate(twice)}))
    assert compared >= {(n, n + 1) for n in range(0, len(twice), 2)}
    assert all(copied(a, b).share == 1 for a, b in itertools.islice(zip(twice[::2], twice[1::2], strict=True), 6))
