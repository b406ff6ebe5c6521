"""AMD or Amazon: which came first?: the best statement on each of the two, side by side.

Who comes first is only said where the text of both statements gives a date; bigger, better or cheaper is for the one who
asks to judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from answering.expected import DATE, compared_in
from answering.reading.readings import Reading, shared_words, statements
from answering.wording import content_stems
from corpus.article import Span
from corpus.metadata import parse_date
from index.opening import Index
from models.encoder import Encoder
from retriever.request import Request
from retriever.search import Hit, search

_DEPTH = 12
_LEAST_SHARED = 0.5
"""Of the question's other words: what the passage of a statement must hold, and the statement itself where its date is to
decide."""
_DATED = 0.2
"""What a date is worth where the question is about time, beside the share of its words."""
_FIRST = re.compile(r"\b(?:first|earlier|earliest|before|older|sooner)\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|later|latest|after|newer|more recent(?:ly)?)\b", re.IGNORECASE)
_FRAME = re.compile(
    r"\b(?:which|who|what|came|come|comes|compare|difference|differences|between|bigger|better|one)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Compared:
    """A statement for each of the two that is found, in order of the question; `decided` comes first where dates decide."""

    readings: tuple[Reading, ...]
    decided: Reading | None = None


def compare(index: Index, encoder: Encoder, request: Request) -> Compared:
    """Each reading's answer is the name that it is about. Without a statement on both there is nothing to compare."""
    names = compared_in(request.question) or ()
    rest = _rest(request.question, names)
    found = tuple(r for name in names if (r := _about(index, encoder, request, name, rest)) is not None)
    if len(found) < len(names) or not names:
        return Compared(())
    decided = _decided(request.question, rest, found)
    first = [decided] if decided else []
    return Compared((*first, *(r for r in found if r is not decided)), decided)


def _rest(question: str, names: tuple[str, ...]) -> str:
    """The question's other words: "deal" of "AMD or Amazon: which deal came first?"."""
    rest = _FRAME.sub(" ", question)
    for name in names:
        rest = rest.replace(name, " ")
    return " ".join(re.findall(r"[\w'’-]+", _LAST.sub(" ", _FIRST.sub(" ", rest))))


def _about(index: Index, encoder: Encoder, request: Request, name: str, rest: str) -> Reading | None:
    """The statement that names the subject and holds, or has around it, most of the question's other words."""
    hits = search(index, encoder, replace(request, question=f"{name} {rest}"), _DEPTH)
    timed = bool(_FIRST.search(request.question) or _LAST.search(request.question))
    found = [r for hit in hits for r in _naming(hit, name, rest, timed=timed)]
    return max(found, key=lambda r: r.probability, default=None)


def _naming(hit: Hit, name: str, rest: str, *, timed: bool) -> list[Reading]:
    text, wanted = hit.article.text, content_stems(name)
    readings = []
    for span in statements(hit):
        sentence = span.of(text)
        place = re.search(rf"\b{re.escape(name)}\b", sentence)
        shared = shared_words(rest, sentence, f"{hit.article.title}\n{hit.passage.text}", hit.passage.text)
        if place is None or not wanted <= content_stems(sentence) or shared.around < _LEAST_SHARED:
            continue
        worth = (shared.in_sentence + shared.around) / 2 * (1 - _DATED) + _DATED * (timed and day_in(sentence) is not None)
        answer = Span(span.start + place.start(), span.start + place.end())
        readings.append(Reading(hit, span, answer, worth))
    return readings


def _decided(question: str, rest: str, readings: tuple[Reading, ...]) -> Reading | None:
    """The earlier or the later one, as asked, where both sentences are about it, hold a date, and these tell."""
    wanted = content_stems(rest)
    if any(len(wanted & content_stems(r.text)) < _LEAST_SHARED * len(wanted) for r in readings):
        return None
    days = [day_in(r.text) for r in readings]
    one, other = days[0], days[1]
    if not one or not other or one.startswith(other) or other.startswith(one):
        return None
    if bool(_FIRST.search(question)) == bool(_LAST.search(question)):
        return None
    order = sorted(readings, key=lambda r: day_in(r.text) or "")
    return order[0] if _FIRST.search(question) else order[-1]


def day_in(sentence: str) -> str | None:
    """The only date with a year in a sentence, as YYYY-MM-DD or YYYY-MM; None where there is none or more than one."""
    found = {m.group() for m in DATE.finditer(sentence) if re.search(r"[a-z].*\d{4}", m.group())}
    if len(found) != 1:
        return None
    words = found.pop()
    day = parse_date(words)
    month = parse_date(f"1 {words}") if day is None else None
    return day or (month[:7] if month else None)
