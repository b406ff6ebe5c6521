"""What words say, as far as finding and weighing sentences needs it: content words, names, numbers.

English; by rules that a reader can check, not by a model.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import tantivy

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


@lru_cache(maxsize=1)
def _analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    lower = builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
    return lower.filter(tantivy.Filter.stemmer("english")).build()


def stemmed(text: str) -> list[str]:
    """The words of a text in order, as they are indexed."""
    return list(_analyzer().analyze(text))


@lru_cache(maxsize=100_000)
def content_stems(text: str) -> frozenset[str]:
    """Stems of the words that carry sense: no articles, auxiliaries, question words."""
    words = [w for w in re.findall(r"[^\W_]+", text) if w.lower() not in ENGLISH_FUNCTION_WORDS]
    return frozenset(stemmed(" ".join(words)))


def held_in(words: frozenset[str], text: frozenset[str]) -> frozenset[str]:
    """Those of the stems that a text's stems hold, "partnership" counting for "partner"."""
    return frozenset(w for w in words if w in text or any(_akin(w, t) for t in text))


def share_held(words: frozenset[str], text: frozenset[str], *, akin: bool = False) -> float:
    """What share of the stems a text's stems hold, from 0 to 1; 0 of none. akin: "partnership" counts for "partner"."""
    return len(held_in(words, text) if akin else words & text) / max(len(words), 1)


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


_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "’": "'"}
)
_HARMLESS = frozenset(
    ["a", "an", "the", "of", "in", "on", "at", "by", "to", "from", "for", "with", "and", "his", "her", "its", "their",
     "our", "my", "was", "is", "are", "were", "be", "been", "it", "he", "she", "they", "that", "this", "these", "those",
     "as", "because", "due", "s"]
)  # fmt: skip
"""Function words that a short answer may have or leave out; "not", "before", "without" and "or" are none of them."""
_NO_PLURALS = frozenset(["news", "series", "species", "always", "perhaps", "gas", "bus", "lens", "plus", "thus", "yes"])


def without_accents(text: str) -> str:
    """The same letters in their plainest form: "Łódź" is "Lodz"."""
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in apart if not unicodedata.combining(c))


def telling_words(answer: str) -> tuple[str, ...]:
    """The words of a short answer in order, without accents, case, possessives, plurals and the words that it may leave out."""
    plain = re.sub(r"'s\b|(?<=s)'(?!\w)", "", without_accents(answer).lower())
    words = [w for w in re.findall(r"[^\W_]+", plain) if w not in _HARMLESS]
    return tuple(_NUMBER_WORDS.get(w) or singular(w) for w in words)


def same_words(one: str, other: str) -> bool:
    """The words of the one are those of the other, but for articles, case, plural, possessive, accents and such function words."""
    words = telling_words(one)
    small = [set(re.findall(r"[a-z]+", answer.lower())) & _HARMLESS - {"a", "an", "the", "s"} for answer in (one, other)]
    return bool(words) and words == telling_words(other) and (small[0] <= small[1] or small[1] <= small[0])


def singular(word: str) -> str:
    """ "boats" -> "boat", "cities" -> "city", "buses" -> "bus"; "glass" and "news" stay."""
    if len(word) < 4 or word in _NO_PLURALS or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ses", "xes", "ches", "shes", "zes")) else word[:-1]
