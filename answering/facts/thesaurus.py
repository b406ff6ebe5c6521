"""Which words mean the same and which exclude each other, for comparing what two sentences say.

Meanings, contraries and deeds ("collision" is to collide) are WordNet's, by training/thesaurus.py. `deeds.toml` adds
what no dictionary of meanings tells: verbs that tell one deed from its two ends ("sell" and "buy"), and what can become of
somebody or something only once ("die", "survive").
"""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

THESAURUS = Path(__file__).with_name("thesaurus.json.gz")
DEEDS = Path(__file__).with_name("deeds.toml")


class Relation(Enum):
    """How one verb stands to another."""

    SAME = "the same deed"
    CONVERSE = "the same deed from its other end"
    CONTRARY = "a deed that excludes it"
    NONE = "nothing is known"


@dataclass(frozen=True)
class Thesaurus:
    """meanings: by word its meanings' numbers; above: by meaning the wider ones; deeds: by noun its verbs."""

    meanings: Mapping[str, tuple[int, ...]]
    nouns: Mapping[str, tuple[int, ...]]
    above: Mapping[int, tuple[int, ...]]
    opposites: frozenset[frozenset[str]]
    deeds: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, frozenset[str]]


@cache
def thesaurus() -> Thesaurus:
    """Read once; made from WordNet by training/thesaurus.py."""
    fields = json.loads(gzip.decompress(THESAURUS.read_bytes()))
    return Thesaurus(
        {w: tuple(ids) for part in ("adjectives", "verbs") for w, ids in fields[part].items()},
        {w: tuple(ids) for w, ids in fields["nouns"].items()},
        {int(n): tuple(ids) for n, ids in fields["above"].items()},
        frozenset(frozenset(pair) for pair in fields["opposites"]),
        {w: tuple(verbs) for w, verbs in fields["deeds"].items()},
        {w: frozenset(kinds.split()) for w, kinds in fields["kinds"].items()},
    )


@lru_cache(maxsize=20_000)
def relation(one: str, other: str) -> Relation:
    """Of two verbs, or nouns and adjectives of deeds, by their lemmas."""
    if one == other:
        return Relation.SAME
    if any(_converse(a, b) for a in _verbs(one) for b in _verbs(other)):
        return Relation.CONVERSE
    if _excludes(one, other):
        return Relation.CONTRARY
    return Relation.SAME if any(_alike(a, b) for a in _verbs(one) for b in _verbs(other)) else Relation.NONE


@lru_cache(maxsize=20_000)
def surely_same(one: str, other: str) -> bool:
    """One word, one noun and its verb, or words that deeds.toml puts together; a dictionary's synonyms may differ in roles."""
    return bool(_verbs(one) & _verbs(other)) or any(
        {a, b} <= group for group in _groups() for a in _verbs(one) for b in _verbs(other)
    )


def is_light(verb: str) -> bool:
    """ "make" of "made an offer"."""
    return verb in _table()["light"]["verbs"]


def kinds_of(noun: str) -> frozenset[str]:
    """WordNet's kinds of what the noun usually names: "person", "location", "time", ...; empty where it is not known."""
    return thesaurus().kinds.get(noun, frozenset())


@lru_cache(maxsize=20_000)
def same_noun(one: str, other: str) -> bool:
    """Two nouns of one meaning."""
    known = thesaurus().nouns
    return one == other or bool(set(known.get(one, ())) & set(known.get(other, ())))


def _verbs(word: str) -> frozenset[str]:
    done = (word.removesuffix("d"), word.removesuffix("ed")) if word.endswith("ed") else ()
    return frozenset((word, *thesaurus().deeds.get(word, ()), *(w for w in done if w in thesaurus().meanings)))


def _converse(one: str, other: str) -> bool:
    ends = _table()["converse"]
    return other in ends.get(one, ()) or one in ends.get(other, ())


def _excludes(one: str, other: str) -> bool:
    if frozenset((one, other)) in thesaurus().opposites:
        return True
    a, b = _outcomes().get(one), _outcomes().get(other)
    return a is not None and b is not None and a[0] == b[0] and a[1] != b[1]


def _alike(one: str, other: str) -> bool:
    if one == other or any({one, other} <= group for group in _groups()):
        return True
    mine, theirs = _meanings(one), _meanings(other)
    above = thesaurus().above
    wider, wider_too = ({w for m in ids for w in above.get(m, ())} for ids in (mine, theirs))
    return bool(mine & theirs or mine & wider_too or theirs & wider)


def _meanings(word: str) -> frozenset[int]:
    return frozenset(thesaurus().meanings.get(word, ()))


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(DEEDS.read_text(encoding="utf-8"))


@cache
def _outcomes() -> dict[str, tuple[int, str]]:
    """By word, in which group of outcomes it stands, and which of them it is."""
    return {
        word: (n, outcome)
        for n, group in enumerate(_table()["exclusive"])
        for outcome, words in group.items()
        if isinstance(words, list)
        for word in words
    }


def outcome_of(word: str) -> tuple[int, str] | None:
    """What becomes of people by that word, and in which group of outcomes; only where any word may tell it ("with burns")."""
    found = _outcomes().get(word)
    return found if found and _table()["exclusive"][found[0]].get("told_by_any_word") else None


def direction_of(word: str) -> str | None:
    """ "up" of "rise", "down" of "fall"."""
    found = _outcomes().get(word)
    return found[1] if found and found[1] in ("up", "down") else None


def is_unique(verb: str) -> bool:
    """ "win": where one won, nobody else did."""
    return verb in _table()["unique"]["verbs"]


@cache
def _groups() -> tuple[frozenset[str], ...]:
    alike = [frozenset(group["words"]) for group in _table()["alike"]]
    outcomes: dict[tuple[int, str], set[str]] = {}
    for word, key in _outcomes().items():
        outcomes.setdefault(key, set()).add(word)
    return (*alike, *map(frozenset, outcomes.values()))
