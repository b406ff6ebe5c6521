"""What code alone can tell of a sentence under a question: of whom it speaks, of which time, of which code.

It never says that a sentence answers; it says which sentences cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from answering.readings import Reading
from language.names import names_in, same_name, words_of
from language.questions import COUNTED, Question
from language.spans import Span
from language.times import Time, overlap, times_in
from language.values import of_another_code
from language.words import ENGLISH_FUNCTION_WORDS, content_stems

_BROAD = frozenset(["united states", "united kingdom", "world", "european union"])
"""What articles seldom name: they are about it anyway."""
_POINTING = re.compile(
    r"(?:it|he|him|she|her|they|them|this|that|these|those|who|which|nobody|somebody|someone|everybody|everyone)"
)
_DATELINE = re.compile(r"[A-Z][A-Z.’' ]{2,}(?:, [A-Z][\w.]+)*(?: \([^)]{2,20}\))?\s*[–—−―-]+\s+(?=\w|[“\"])")


def day_of(reading: Reading) -> date | None:
    """Of which day its sentence is: that of its entry, or of its article."""
    return reading.hit.article.day_at(reading.sentence.start)


def line_of(text: str) -> str:
    """The text in one line, every offset kept; a dateline before it ("LONDON —") is blank, for it is no part of the sentence."""
    line = "".join(" " if c in "\n\r\t\u2028\u2029" else c for c in text)
    dateline = _DATELINE.match(line)
    return " " * dateline.end() + line[dateline.end() :] if dateline else line


# --- Names -----------------------------------------------------------------------------------------------------------


def told_in(name: str, text: str) -> bool:
    """True where all words of the name stand in the text, or its initials do."""
    words = words_of(name)
    held = set(words_of(text)) | set(re.findall(r"[^\W_]+", text.lower()))
    return bool(words) and (set(words) <= held or (len(words) > 2 and "".join(w[0] for w in words) in held))


def exchanged(text: str, names: Sequence[str]) -> str | None:
    """The text with its first and its last name in each other's place: who did it to whom, the other way round. None of one name."""
    if len(names) < 2 or names[0] == names[-1]:
        return None
    one, other = names[0], names[-1]
    return re.sub(f"{re.escape(one)}|{re.escape(other)}", lambda m: other if m[0] == one else one, text)


def half_told(name: str, text: str) -> bool:
    """Half of a name's words are enough: "the cup" is the Silver Cup of a report on it."""
    words, here = words_of(name), text.lower()
    return told_in(name, text) or sum(bool(re.search(rf"\b{re.escape(w)}\b", here)) for w in words) * 2 >= len(words) > 1


def names_of(question: str) -> tuple[str, ...]:
    """The names of a question that are no times, without the function word that it begins with."""
    return tuple(s.of(question) for s in name_places(question))


def name_places(question: str) -> list[Span]:
    """Where they stand."""
    times = [t.span for t in times_in(question)]
    spans = [_without_opening(s, question) for s in names_in(question) if not any(s.overlaps(t) for t in times)]
    return [s for s in spans if s.end > s.start]


def _without_opening(span: Span, question: str) -> Span:
    first = re.match(r"[\w’']+ ?", span.of(question)) if span.start == 0 else None
    opens = first is not None and first[0].strip().lower() in ENGLISH_FUNCTION_WORDS
    return Span(first.end(), span.end) if first is not None and opens else span


def with_capitals(question: str, texts: Iterable[str]) -> str:
    """A question typed in lower case, with the capitals of names: words that the texts write with one wherever no sentence
    begins, and their neighbours that are written so too."""
    if re.search(r"\B[A-Z]|\s[A-Z]", question):
        return question
    told = "\n".join(texts)
    words = re.split(r"([^\W\d_]{2,})", question)
    proper = [_as_told(w, told) if n % 2 else w for n, w in enumerate(words)]
    is_name = [n % 2 == 1 and proper[n] != w for n, w in enumerate(words)]
    beside = [any(is_name[max(n - 2, 0) : n + 3]) for n in range(len(words))]
    return "".join(proper[n] if beside[n] else w for n, w in enumerate(words))


def _as_told(word: str, text: str) -> str:
    found = [m[0] for m in re.finditer(rf"(?<=[\w,] ){re.escape(word)}\b", text, re.IGNORECASE)]
    return found[0] if found and all(w[0].isupper() for w in found) else word


def speaks_of_others(question: Question, reading: Reading) -> bool:
    """None of the question's names stands in the passage or its title, and the sentence has others."""
    wanted = [n for n in names_of(question.text) if " ".join(words_of(n)) not in _BROAD]
    if not wanted or any(told_in(n, f"{reading.hit.passage.text}\n{reading.hit.article.title}") for n in wanted):
        return False
    words = reading.answer_text or ""
    names = [s.of(reading.text) for s in names_in(reading.text)]
    return any(n not in words and not any(told_in(n, a) or told_in(a, n) for a in wanted) for n in names)


# --- Times -----------------------------------------------------------------------------------------------------------


def times_told(reading: Reading) -> list[Time]:
    """The times that the sentence names beside its answer; not the day on which somebody says it."""
    answer = reading.answer.shifted(-reading.sentence.start) if reading.answer else None
    every = times_in(reading.text, day_of(reading))
    return [t for t in every if not t.saying and (answer is None or not t.span.overlaps(answer))]


def of_another_time(question: Question, asked_on: date, reading: Reading) -> bool:
    """The question names a time, the sentence names times, and none of these can be it."""
    told = times_told(reading)
    for wanted in (t for t in times_in(question.text, asked_on) if not t.relative):
        found = [overlap(wanted, t) for t in told]
        if found and all(f is False for f in found):
            return True
    return False


def cannot_answer(question: Question, asked_on: date, reading: Reading) -> bool:
    """It tells of another code or time than the question names, or a number of others; it points to somebody without a name; or it only
    expects what is asked of as done."""
    if of_another_code(question.text, reading.text) or of_another_time(question, asked_on, reading):
        return True
    if _in_a_dateline(reading) or _POINTING.fullmatch((reading.answer_text or "").lower()):
        return True
    if reading.says is not None and is_doubted(question, reading):
        return True
    return question.wants in COUNTED and speaks_of_others(question, reading)


def _in_a_dateline(reading: Reading) -> bool:
    if reading.answer is None:
        return False
    return not reading.answer.shifted(-reading.sentence.start).of(line_of(reading.text)).strip()


def possible(question: Question, asked_on: date, readings: Sequence[Reading]) -> list[Reading]:
    """Those that code does not rule out."""
    return [r for r in readings if not cannot_answer(question, asked_on, r)]


# --- Denial and doubt, by words ----------------------------------------------------------------------------------------

_DENIAL = re.compile(
    r"\b(?:not|never|no|nor|neither|without|nobody|nothing|none|cannot|den(?:y|ies|ied)|refus\w+|reject\w+|cancel\w+|fail(?:s|ed) to|prohibit\w*|forbid\w*|forbade|bann?ed|bans?)\b|n['’]t\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:(?-i:may)|might|could|plan(?:s|ned|ning)?|expect(?:s|ed)?|propos(?:e|es|ed|al)|consider(?:s|ed|ing)?|thinking|likely|unlikely"
    r"|possibl[ey]|perhaps|rumou?r\w*|alleged\w*|hop(?:es|ed)|intend(?:s|ed)?|reportedly)\b",
    re.IGNORECASE,
)


def denies(text: str) -> bool:
    """It holds a word of denial."""
    return _DENIAL.search(text) is not None


def doubts(text: str) -> bool:
    """It holds a word of doubt, of a plan, or of what is to come."""
    return _DOUBT.search(text) is not None


_SURELY_READ = 0.8
"""The probability from which a word of doubt in the sentence must stand before a word of the question to count."""


def is_doubted(question: Question, reading: Reading) -> bool:
    """A word of doubt stands right before a word of the question ("could overflow"); or anywhere, where the sentence is not surely
    read. Not where the question itself is of a plan."""
    if doubts(question.text) or _OF_WHAT_MAY_BE.match(question.asking):
        return False
    asked = content_stems(question.text)
    behind = [content_stems(" ".join(reading.text[m.end() :].split()[:_REACH])) for m in _DOUBT.finditer(reading.text)]
    return any(words & asked for words in behind) or (bool(behind) and reading.probability < _SURELY_READ)


_OF_WHAT_MAY_BE = re.compile(r"(?:may|might|can|could|will|would|should|shall|must)\b", re.IGNORECASE)
_REACH = 4
"""Words behind a word of doubt."""


def as_certain(one: str, other: str) -> bool:
    """Both deny and doubt, or neither does."""
    return denies(one) == denies(other) and doubts(one) == doubts(other)


_ROW = re.compile(r"(?:(?!,? and |, ).)+", re.DOTALL)
_NAME = re.compile(r"\b[A-Z][\w’'&.-]*(?: (?:(?:of|the|de|von|van|and) )?[A-Z][\w’'&-]*)*")


def name_spans(words: str) -> list[Span]:
    """Where the names of an answer stand, each of a row by itself."""
    found = [_NAME.search(words, part.start(), part.end()) for part in _ROW.finditer(words)]
    return [Span(m.start(), m.end()) for m in found if m and words_of(m[0])]


def row_of_names(words: str) -> list[str]:
    return [span.of(words) for span in name_spans(words)]


def named_alike(one: str, other: str) -> bool:
    """A name of the one row is a name of the other."""
    return any(same_name(a, b) for a in row_of_names(one) for b in row_of_names(other))
