"""Names and their forms: "Maren Holt" is "Holt" and "Judge Holt", "United Nations" is "UN"; "Peter Holt" is somebody else."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from functools import lru_cache

_SMALL = frozenset(["the", "a", "an", "of", "and", "de", "la", "von", "van", "der", "for", "in", "on", "at", "to", "&"])
_TITLES = frozenset(
    ["mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "lady", "lord", "dame", "president", "minister",
     "mayor", "senator", "judge", "captain", "king", "queen", "prince", "princess", "pope", "rev", "chancellor",
     "governor", "general", "inc", "ltd", "corp", "co", "plc", "llc", "company", "group"]
)  # fmt: skip
_ALIASES = {"us": "united states", "usa": "united states", "america": "united states", "american": "united states",
            "americans": "united states", "british": "united kingdom", "britons": "united kingdom", "uk": "united kingdom", "britain": "united kingdom",
            "great britain": "united kingdom", "eu": "european union", "un": "united nations"}  # fmt: skip


@lru_cache(maxsize=20_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words that tell a name apart, in lower case: no articles, titles, possessive endings."""
    bare = re.sub(r"['’]s?\b", "", name.lower()).replace(".", "")
    words = [w for w in re.findall(r"[^\W_]+", bare) if w not in _SMALL]
    telling = tuple(w for w in words if w not in _TITLES) or tuple(words)
    alias = _ALIASES.get(" ".join(telling))
    return tuple(alias.split()) if alias else telling


@lru_cache(maxsize=50_000)
def same_name(one: str, other: str) -> bool:
    """One is the other, its last or first words, or its initials. "Maren Holt" is not "Peter Holt"."""
    a, b = words_of(one), words_of(other)
    if not a or not b:
        return False
    short, long = sorted((a, b), key=len)
    if short == long or long[-len(short) :] == short or long[: len(short)] == short:
        return True
    if len(short) == 1 and len(long) > 1 and len(short[0]) == len(long):
        return short[0] == "".join(w[0] for w in long)
    return len(short) > 1 and set(short) <= set(long)


def named_in(name: str, names: Iterable[str]) -> bool:
    """True where one of the names is a form of it."""
    return any(same_name(name, other) for other in names)


def told_in(name: str, text: str) -> bool:
    """True where all words of the name stand in the text, or its initials do."""
    words = words_of(name)
    held = set(words_of(text)) | set(re.findall(r"[^\W_]+", text.lower()))
    return bool(words) and (set(words) <= held or (len(words) > 2 and "".join(w[0] for w in words) in held))


def half_told(name: str, text: str) -> bool:
    """Half of a name's words are enough: "the cup" is the Silver Cup of a report on it."""
    words = words_of(name)
    here = text.lower()
    return told_in(name, text) or sum(bool(re.search(rf"\b{re.escape(w)}\b", here)) for w in words) * 2 >= len(words) > 1


def with_capitals(question: str, texts: Iterable[str], known: Container[str]) -> str:
    """A question typed in lower case, with the capitals of names: words that no dictionary knows and that the texts write with one
    wherever no sentence begins, and their neighbours that are written so too."""
    if re.search(r"\B[A-Z]|\s[A-Z]", question):
        return question
    told = "\n".join(texts)
    words = re.split(r"([^\W\d_]{2,})", question)
    proper = [_as_told(w, told) if n % 2 else w for n, w in enumerate(words)]
    is_name = [n % 2 == 1 and proper[n] != w and w.lower() not in known for n, w in enumerate(words)]
    beside = [any(is_name[max(n - 2, 0) : n + 3]) for n in range(len(words))]
    return "".join(proper[n] if beside[n] else w for n, w in enumerate(words))


def _as_told(word: str, text: str) -> str:
    found = [m[0] for m in re.finditer(rf"(?<=[\w,] ){re.escape(word)}\b", text, re.IGNORECASE)]
    return found[0] if found and all(w[0].isupper() for w in found) else word
