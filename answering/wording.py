"""What words say, as far as finding and weighing sentences needs it: content words, names, numbers.

English; by rules that a reader can check, not by a model.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.lexical import stemmed

_STOPWORDS = frozenset(
    ["a", "an", "and", "are", "as", "at", "be", "been", "being", "but", "by", "can", "could", "did", "do", "does",
     "doing", "for", "from", "had", "has", "have", "having", "he", "her", "hers", "him", "his", "how", "i", "if", "in",
     "into", "is", "it", "its", "itself", "me", "my", "no", "nor", "not", "of", "on", "or", "our", "ours", "she",
     "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
     "those", "to", "too", "us", "very", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom",
     "whose", "why", "will", "with", "would", "you", "your", "many", "much", "also", "about", "after", "before", "during",
     "between", "over", "under", "more", "most", "other", "s", "t"]
)  # fmt: skip
_QUESTION_WORDS = frozenset(["who", "whom", "whose", "what", "when", "where", "which", "why", "how"])
ENGLISH_FUNCTION_WORDS = _STOPWORDS | _QUESTION_WORDS
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_NUMBER_WORDS = {
    word: str(n)
    for n, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
_UNITS = {
    "gigawatt": "gw", "gigawatts": "gw", "megawatt": "mw", "megawatts": "mw", "dollars": "dollar", "usd": "dollar",
    "euros": "euro", "percentage": "percent", "years": "year", "months": "month", "days": "day", "hours": "hour",
}  # fmt: skip
_ALIASES = {
    "u s": "us", "u s a": "us", "usa": "us", "united states": "us", "united states of america": "us", "america": "us",
    "u k": "uk", "united kingdom": "uk", "britain": "uk", "great britain": "uk", "e u": "eu", "european union": "eu",
    "u n": "un", "united nations": "un",
}  # fmt: skip
_ALIAS = re.compile(rf"\b(?:{'|'.join(sorted(_ALIASES, key=len, reverse=True))})\b")


@lru_cache(maxsize=100_000)
def content_stems(text: str) -> frozenset[str]:
    """Stems of the words that carry sense: no articles, auxiliaries, question words."""
    words = [w for w in re.findall(r"[^\W_]+", text) if w.lower() not in ENGLISH_FUNCTION_WORDS]
    return frozenset(stemmed(" ".join(words)))


def held_in(words: frozenset[str], text: frozenset[str]) -> frozenset[str]:
    """Those of the stems that a text's stems hold, "partnership" counting for "partner"."""
    return frozenset(w for w in words if w in text or any(_akin(w, t) for t in text))


def _akin(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 5 and (one.startswith(other) or other.startswith(one))


@lru_cache(maxsize=100_000)
def name_stems(text: str) -> frozenset[str]:
    """Stems of words written as names are: with a capital, not merely as the first word of the sentence."""
    names: set[str] = set()
    for match in _WORD.finditer(text):
        word = re.sub(r"['’]s?$", "", match[0])
        first = not text[: match.start()].strip(" \"“'‘(")
        capital = any(c.isupper() for c in (word[1:] if first else word)) or (word.isupper() and len(word) > 1)
        if capital and word.lower() not in ENGLISH_FUNCTION_WORDS:
            names.update(stemmed(word))
    return frozenset(names)


@lru_cache(maxsize=100_000)
def numbers_in(text: str) -> frozenset[str]:
    """Numbers in one spelling: "6GW", "six" and "6-gigawatt" all hold 6; "10,000" is 10000."""
    found = {n.replace(",", "").rstrip(".") for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
    found |= {_NUMBER_WORDS[w] for w in re.findall(r"[a-z]+", text.lower()) if w in _NUMBER_WORDS}
    return frozenset(n for n in found if n)


def folded(answer: str) -> str:
    """One spelling of a short answer, for comparing: case, articles, possessives, punctuation, number words, and the names
    of a few states and unions."""
    words = re.sub(r"['’]s\b", "", answer.lower()).replace("%", " percent ").replace("$", " dollar ").replace("€", " euro ")
    words = re.sub(r"(\d),(?=\d)", r"\1", words)
    parts = re.findall(r"\d+(?:\.\d+)?|[^\W\d_]+", words)
    told = " ".join(_NUMBER_WORDS.get(p) or _UNITS.get(p, p) for p in parts if p not in ("the", "a", "an"))
    return _ALIAS.sub(lambda m: _ALIASES[m[0]], told)


def seems_english(question: str) -> bool:
    """False for a text in another script, and for a question of some length without any English function word."""
    letters = [c for c in question if c.isalpha()]
    if letters and sum(c.isascii() for c in letters) < 0.7 * len(letters):
        return False
    words = re.findall(r"[^\W\d_]+", question.lower())
    keywords = len(words) < 5 or not question.rstrip().endswith("?")
    return keywords or any(w in ENGLISH_FUNCTION_WORDS - {"was", "me", "so", "in", "an", "on", "no"} for w in words)
