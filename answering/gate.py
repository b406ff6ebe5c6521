"""What a writer wrote -> the sentences that may be shown, and why the others may not.

The law: a sentence is kept when one sentence of one quote that it cites says it already, word for word and role for role; or when it
says in other words what the quotes that it cites say: every number, name and time of it is theirs, it denies and doubts
what they do, no fact of theirs is against it, and the judge agrees. A sentence that uses a quote's own words is held to
the first: with the same words put together otherwise one can say anything. And it must be a plain statement, whatever the
quotes say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answering.answer import Quote
from answering.exact import as_certain, denies, doubts, exchanged
from answering.judging import Judge
from corpus.article import Span
from corpus.splitting import sentences
from language.amounts import Amount, amounts_in
from language.names import names_in
from language.spans import overlaps_any
from language.times import Time, times_in
from language.values import lacking
from language.words import content_stems, held_in, name_stems

# --- Does a sentence hold another one? It does when the one is the other without whole parts between commas or in brackets ---
#
# What is left out only says more of a thing: it denies and doubts nothing, and does not tell who said so. The judge must still find the
# rest in the whole.

_PARTS = re.compile(r"(\([^()]*\)|,|;|\s[–—-]\s)")
_ADDS = re.compile(r"\s*(?:\(|(?:an?|the|its|his|her|their|who|which|whose)\b)", re.IGNORECASE)
_SAID = re.compile(r"\b(?:said|says?|according|told|claim\w*|argue[sd]?|believe[sd]?|think|thinks|thought)\b", re.IGNORECASE)


def unsaid(sentence: str, quote: str, judge: Judge) -> str | None:
    """Why no sentence of the quote says this in its own words; None when one does."""
    line = " ".join(quote.split())
    said = [_line(span.of(line)) for span in sentences(line, Span(0, len(line)))]
    if _line(sentence) in said or any(_words(_spelt(sentence)) == _words(_spelt(one)) for one in said if one[-1:] != "?"):
        return None
    held = [one for one in said if not one.endswith("?") and _is_part(_spelt(sentence), _spelt(one))]
    if not held:
        return "what it cites puts these words together otherwise"
    sure = any(judge.judged(sentence, [("", one)])[0].says >= _PART_SAID for one in held)
    return None if sure else "what it cites does not surely say it without the rest"


def _line(text: str) -> str:
    """One spelling of quotation marks, spaces and the last full stop."""
    return re.sub(r"[“”\"]", '"', re.sub(r"[‘’]", "'", unicodedata.normalize("NFC", text))).strip().rstrip(".")


def _spelt(text: str) -> str:
    """Its amounts in one spelling, and without its times, which are compared by themselves."""
    line = _line(text)
    times = [t.span for t in times_in(line) if t.first is not None]
    amounts = {
        a.span: _number(a) for a in amounts_in(line) if not overlaps_any(a.span, times) and not (a.bound or a.roughly)
    }
    spelt = amounts | {_with_its_preposition(span, line): "" for span in times}
    for span in sorted(spelt, key=lambda s: -s.start):
        line = f"{line[: span.start]}{spelt[span]}{line[span.end :]}"
    return line


def _number(amount: Amount) -> str:
    return f"{amount.value.normalize():f} {amount.unit if amount.kind != 'count' else ''} "


def _with_its_preposition(span: Span, line: str) -> Span:
    before = re.search(r"\b(?:on|in|at) $", line[: span.start], re.IGNORECASE)
    return Span(before.start() if before else span.start, span.end)


def _is_part(sentence: str, whole: str) -> bool:
    """The sentence is the whole without some of its parts, each of which only says more of what stands before it."""
    if '"' in whole:
        return False
    parts = [part for part in _PARTS.split(whole) if part.strip(" ,;–—-")]
    kept, rest = 0, _words(sentence)
    for part in parts:
        words = _words(part)
        if rest[: len(words)] == words:
            rest, kept = rest[len(words) :], kept + 1
        elif not (_ADDS.match(part) and kept) or denies(part) or doubts(part) or _SAID.search(part):
            return False
    return not rest and kept > 0


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*|[%$€£]", _without_dots(text).lower())


# --- What a writer wrote -> the sentences that may be shown, and why the others may not ---

MARK = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]", re.ASCII)
"""The numbers of quotes, as [1] or [1, 2]."""
MOST_SENTENCES = 4
LONGEST_SENTENCE = 500
"""Code points; what is longer is no sentence of an answer."""
LONGEST_TEXT = 8_000
"""Code points of a writer's text that are looked at; a sentence that begins behind them is never shown."""


@dataclass(frozen=True)
class Kept:
    """A sentence without its marks, and those of its citations that each carry it whole.

    together  none of them does, but all of them do: no second voice says it
    """

    text: str
    citations: tuple[int, ...]
    together: bool = False


@dataclass(frozen=True)
class Dropped:
    """A sentence that is not shown, and why, for one who reads the log."""

    text: str
    reason: str


@dataclass(frozen=True)
class Gated:
    kept: tuple[Kept, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def gated(text: str, quotes: Sequence[Quote], judge: Judge) -> Gated:
    """A writer's text through the gate."""
    kept: list[Kept] = []
    dropped: list[Dropped] = []
    for sentence, numbers in cited_sentences(text[:LONGEST_TEXT]):
        judged = _judged(sentence, numbers, quotes, judge)
        if isinstance(judged, Kept) and any(judged.text == k.text for k in kept):
            judged = Dropped(sentence, "it says again what was said")
        if isinstance(judged, Kept) and len(kept) == MOST_SENTENCES:
            judged = Dropped(sentence, f"{MOST_SENTENCES} sentences are enough")
        if isinstance(judged, Kept):
            kept.append(judged)
        else:
            dropped.append(judged)
    return Gated(tuple(kept), tuple(dropped))


def _judged(sentence: str, numbers: Sequence[int], quotes: Sequence[Quote], judge: Judge) -> Kept | Dropped:
    by_number = {q.number: q for q in quotes}
    if not numbers:
        return Dropped(sentence, "it cites no quote")
    if unknown := [n for n in numbers if n not in by_number]:
        return Dropped(sentence, f"there is no quote [{unknown[0]}]")
    if reason := unfit(sentence):
        return Dropped(sentence, reason)
    reasons = {n: _in_own_words(sentence, by_number[n], judge) for n in numbers}
    if carrying := tuple(n for n in numbers if reasons[n] is None):
        return Kept(sentence, carrying)
    cited = [by_number[n] for n in numbers]
    if reason := _of_other_times(sentence, cited) or next((r for q in cited if (r := _alters(sentence, q, judge))), None):
        return Dropped(sentence, reason)
    alone = {q.number: unfounded(sentence, [q], judge) for q in cited}
    if carrying := tuple(n for n, reason in alone.items() if reason is None):
        return Kept(sentence, carrying)
    reason = unfounded(sentence, cited, judge) if len(cited) > 1 else alone[cited[0].number]
    return Dropped(sentence, reason) if reason else Kept(sentence, tuple(numbers), together=True)


def _in_own_words(sentence: str, quote: Quote, judge: Judge) -> str | None:
    return _of_other_times(sentence, [quote]) or unsaid(sentence, quote.shown, judge)


# --- In other words --------------------------------------------------------------------------------------------------

_FOUNDED, _PART_SAID = 0.7, 0.5
"""The judge's probability from which quotes say a sentence in other words, and a part of their own."""
_TOLD_APART = 0.02
"""By so much less the judge must believe a sentence with two of its names exchanged: else it cannot tell who did what to whom."""
_OWN_WORDS = 0.9
"""Of a sentence's content words: so many in one sentence of a quote are that sentence's own words."""


_LONG_ENOUGH = 4
"""Code points of a name's root: shorter ones begin many words."""
_REASON = re.compile(
    r"\b(?:because|due to|owing to|thanks to|as a result|therefore|so that|in order to|which is why)\b", re.I
)
"""Words that make one thing the reason of another: whoever says that two things are so has not said this."""


_OF_A_COUNTRY = re.compile(r"(?:i?an|n|ese|ish|i)$")


def _is_of(name: str, here: frozenset[str]) -> bool:
    """ "Libyan" where "Libya" stands."""
    root = _OF_A_COUNTRY.sub("", name)
    return root != name and len(root) >= _LONG_ENOUGH and any(w.startswith(root) and len(w) - len(root) <= 2 for w in here)


def _without_dots(text: str) -> str:
    """ "U.N." -> "UN" """
    return _ABBREVIATION.sub(lambda m: m[0].replace(".", ""), text)


def _alters(sentence: str, quote: Quote, judge: Judge) -> str | None:
    """What is wrong with a sentence that a quote's own words are put together to; None where it has words of its own."""
    words = content_stems(sentence)
    if any(len(held_in(words, content_stems(one))) >= _OWN_WORDS * len(words) for one in _said_in(quote)):
        return unsaid(sentence, quote.shown, judge)
    return None


def _of_other_times(sentence: str, quotes: Sequence[Quote]) -> str | None:
    here = [u for q in quotes for u in times_in(f"{q.article.title}. {q.shown}")]
    missing = [t.words for t in times_in(sentence) if not any(_holds(t, u) for u in here)]
    return f"the date “{missing[0]}” is not in what it cites" if missing else None


def _said_in(quote: Quote) -> list[str]:
    line = " ".join(quote.shown.split())
    return [span.of(line) for span in sentences(line, Span(0, len(line)))]


def unfounded(sentence: str, quotes: Sequence[Quote], judge: Judge) -> str | None:
    """Why the quotes, read together, do not say this; None when they do. Their titles say who is meant."""
    titles, text = " ".join(q.article.title for q in quotes), " ".join(q.shown for q in quotes)
    claimed = times_in(sentence)
    if missing := lacking(sentence, f"{titles}. {text}"):
        kind = "name" if missing[:1].isupper() and not any(c.isdigit() for c in missing) else "number"
        return f"the {kind} “{missing}” is not in what it cites"
    here = content_stems(f"{titles} {text} {_without_dots(text)}")
    dated = frozenset(stem for time in claimed for stem in content_stems(time.words))  # months were compared with the dates
    named = [s.of(sentence) for s in names_in(sentence)]
    own = name_stems(sentence) | content_stems(" ".join(n for n in named if " " in n))  # also a name with which it begins
    if names := {n for n in own - here - dated if not _is_of(n, here)}:
        return f"the name “{min(names)}” is not in what it cites"
    if _REASON.search(sentence) and not _REASON.search(text):
        return "what it cites gives no such reason"
    said = [one for q in quotes for one in _said_in(q)]
    if not any(as_certain(sentence, one) for one in said):
        return "what it cites is surer or less sure of it, or denies it"
    return _doubted(sentence, named, (titles, text), judge)


def _doubted(sentence: str, names: Sequence[str], evidence: tuple[str, str], judge: Judge) -> str | None:
    judged = judge.judged(sentence, [evidence])[0]
    probability = judged.says
    if probability < _FOUNDED or judged.denies > _FOUNDED:
        return "what it cites does not surely say it"
    turned = exchanged(sentence, names)
    if turned and judge.judged(turned, [evidence])[0].says > probability - _TOLD_APART:
        return "it cannot be told who did what to whom"
    return None


def _holds(time: Time, other: Time) -> bool:
    """The written time is the quote's, or a longer one around it."""
    if None in (time.first, time.last, other.first, other.last):
        return time.words.lower() == other.words.lower()
    return time.first <= other.first and other.last <= time.last  # type: ignore[operator]


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
