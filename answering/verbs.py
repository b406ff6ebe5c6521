"""Forms of English verbs, by lemminflect's table."""

from __future__ import annotations

from functools import lru_cache

import lemminflect


def of_the_past(word: str) -> str | None:
    """The base form of a verb in the past tense ("bought": "buy"); None for any other word."""
    return _base(word, "VBD")


def of_the_present(word: str) -> str | None:
    """The base form of a verb in the third person ("dominates": "dominate"); None for any other word, and for one that may
    be the plural of a noun ("faces", "models")."""
    return None if "NOUN" in lemminflect.getAllLemmas(word) else _base(word, "VBZ")


def is_participle(word: str) -> bool:
    """Whether it can stand after "has" ("bought", "taken")."""
    return _base(word, "VBN") is not None


@lru_cache(maxsize=10_000)
def _base(word: str, form: str) -> str | None:
    for lemma in lemminflect.getAllLemmas(word, upos="VERB").get("VERB", ()):
        if lemma != word and word in lemminflect.getInflection(lemma, form):
            return str(lemma)
    return None
