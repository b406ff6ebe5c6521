"""What a writer wrote -> the sentences that may be shown, and why the others may not.

The law: a sentence is kept when *one* sentence of *one* quote it cites says it already; what that means stands in
answering/facts/holding.py. And it must be a plain statement, whatever the quotes say.

One quote alone, because each citation is counted as a voice: a sentence sewn together of two quotes has none.
No meaning here: a fair paraphrase is dropped, and that is the price.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answering.answer import Quote
from answering.facts.holding import unsaid
from corpus.article import Span
from corpus.splitting import sentences

MARK = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]", re.ASCII)
"""The numbers of quotes, as [1] or [1, 2]."""
MOST_SENTENCES = 4
LONGEST_SENTENCE = 500
"""Code points; what is longer is no sentence of an answer."""
LONGEST_TEXT = 8_000
"""Code points of a writer's text that are looked at; a sentence that begins behind them is never shown."""


@dataclass(frozen=True)
class Kept:
    """A sentence without its marks, and those of its citations that each carry it whole."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True)
class Dropped:
    """A sentence that is not shown, and why, for one who reads the log."""

    text: str
    reason: str


@dataclass(frozen=True)
class Gated:
    kept: tuple[Kept, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def gated(text: str, quotes: Sequence[Quote]) -> Gated:
    """A writer's text through the gate."""
    kept: list[Kept] = []
    dropped: list[Dropped] = []
    for sentence, numbers in cited_sentences(text[:LONGEST_TEXT]):
        judged = _judged(sentence, numbers, quotes)
        if isinstance(judged, Kept) and any(judged.text == k.text for k in kept):
            judged = Dropped(sentence, "it says again what was said")
        if isinstance(judged, Kept) and len(kept) == MOST_SENTENCES:
            judged = Dropped(sentence, f"{MOST_SENTENCES} sentences are enough")
        if isinstance(judged, Kept):
            kept.append(judged)
        else:
            dropped.append(judged)
    return Gated(tuple(kept), tuple(dropped))


def _judged(sentence: str, numbers: Sequence[int], quotes: Sequence[Quote]) -> Kept | Dropped:
    by_number = {q.number: q for q in quotes}
    if not numbers:
        return Dropped(sentence, "it cites no quote")
    if unknown := [n for n in numbers if n not in by_number]:
        return Dropped(sentence, f"there is no quote [{unknown[0]}]")
    if reason := unfit(sentence):
        return Dropped(sentence, reason)
    reasons = {n: unsaid(sentence, by_number[n].text) for n in numbers}
    if carrying := tuple(n for n in numbers if reasons[n] is None):
        return Kept(sentence, carrying)
    return Dropped(sentence, reasons[numbers[0]] or "")


# --- Sentences and their marks ---------------------------------------------------------------------------------------

_MARKS_BEHIND = re.compile(rf"([.!?][\"”’')]*)[ \t]*((?:{MARK.pattern.replace('(', '(?:', 1)}[ \t]*)+)", re.ASCII)


def cited_sentences(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each sentence without its marks, and the numbers it cites in order; marks behind a full stop belong before it."""
    drawn_in = _MARKS_BEHIND.sub(r"\2\1 ", text)
    for span in sentences(drawn_in, Span(0, len(drawn_in))):
        written = span.of(drawn_in)
        numbers = dict.fromkeys(int(n) for m in MARK.finditer(written) for n in re.split(r"[,;]", m[1]))
        if sentence := _without_marks(written):
            yield sentence, tuple(numbers)


def _without_marks(text: str) -> str:
    """One line, marks away, with no space before the full stop and a full stop where there is none."""
    line = " ".join(MARK.sub(" ", unicodedata.normalize("NFC", text)).split())
    line = re.sub(r"^(?:[-•*–]|\d\.)\s+", "", re.sub(r"\s+([.,;:!?])", r"\1", line))
    return f"{line}." if line and line[-1].isalnum() else line


# --- What is no plain statement --------------------------------------------------------------------------------------

_PLAIN_SIGNS = frozenset(" .,;:!?'\"“”‘’()-–—/%$€£¥&")
_LINK = re.compile(r"[^\W_]\.[a-z]{2,}\b|\bwww\b|\bhttps?\b", re.I)
_ABBREVIATION = re.compile(r"\b(?:[^\W\d_]\.){2,}", re.I)
_TO_THE_READER = re.compile(
    r"\b(?:you|your|yours|yourself|please|click)\b|\b(?:previous|prior|above|following) instructions?\b"
    r"|\bsystem (?:prompt|message)|\blanguage model\b|\bas an ai\b|\b(?:assistant|user|system):"
    r"|^\W*(?:ignore|disregard|forget|visit|call|send|download|e-?mail|pay|subscribe|enter|type|run|copy|paste|reply|respond|say"
    r"|tell|write|answer|repeat|print|output|note|remember|open|install|contact|do|don['’]t|never|always|let|go|see|read|use)\b",
    re.I,
)


def unfit(sentence: str) -> str | None:
    """Why the sentence is no plain statement to a reader, whatever the quotes say; None when it is one."""
    if len(sentence) > LONGEST_SENTENCE:
        return "it is too long"
    if any(not c.isalnum() and c not in _PLAIN_SIGNS for c in sentence) or re.search(r"&#?\w+;", sentence):
        return "it holds signs that plain text has not"
    if any(c.isalnum() and unicodedata.normalize("NFKC", c) != c for c in sentence):
        return "it holds letters or digits in disguise"
    if _LINK.search(_ABBREVIATION.sub("", sentence)):
        return "it holds a link"
    if _TO_THE_READER.search(sentence):
        return "it tells the reader what to do"
    return None if re.search(r"[.!][\"”’')]*$", sentence) else "it is no whole statement"
