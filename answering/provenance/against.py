"""What says otherwise than a claim: the claim's words with another number, date or denial.

Where an evidence says all of a claim but a number or a date, the claim is asked as a question with a gap in that place
("... was signed when"), and what the reader finds in the gap stands against it. Names are left alone: that one company
did something does not say that another did not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answering.expected import DATE
from answering.provenance.judge import Judge
from answering.reading.reader import Reader, Reading, before, statements
from answering.wording import content_stems, folded, held_in, names_in, negated, numbers_in, same_answer
from corpus.article import Span
from retriever.search import Hit

_SAME_MATTER = 0.6
"""Of the claim's content words outside the gap, how many the sentence and what stands around it must hold."""
_DENIED = 0.8
"""The same for a denial, where nothing else tells the two apart."""
_BY_ITSELF = 0.5
"""And of these words, how many stand in the sentence itself and not only in the title."""
_SURE = 0.5
"""Least probability of the reading that fills the gap."""
_GAP = re.compile(rf"{DATE.pattern}|(?:[$€£]\s?)?\d[\d,]*(?:\.\d+)?%?")


def held_against(judge: Judge, reader: Reader, claim: str, hits: Sequence[Hit]) -> list[Reading]:
    """A reading for each passage that says otherwise: its sentence, and as its answer what stands in the claim's place."""
    return [r for hit in hits if (r := _denied(judge, claim, hit) or _filled(reader, claim, hit)) is not None]


def _denied(judge: Judge, claim: str, hit: Hit) -> Reading | None:
    """A sentence that says all of the claim and denies it, or says it where the claim denies it."""
    text = hit.article.text
    title = f"{hit.article.title}\n" if negated(claim) else ""
    unlike = [s for s in statements(hit) if negated(s.of(text)) != negated(claim)]
    unlike = [s for s in unlike if shared(claim, title + s.of(text)) >= _DENIED and shared(claim, s.of(text)) >= _BY_ITSELF]
    unlike = [s for s in unlike if numbers_in(claim) <= numbers_in(s.of(text))]
    affirmed = re.sub(r"\b(?:not|never)\s+|n['’]t\b", "", claim)
    for span, judged in zip(unlike, judge.judged(affirmed, [(hit.article.title, s.of(text)) for s in unlike]), strict=True):
        if judge.says(judged):
            return Reading(hit, span, None, judged.probability)
    return None


def _filled(reader: Reader, claim: str, hit: Hit) -> Reading | None:
    """Another number or date in the place of one of the claim's; a claim that denies one is not asked for another."""
    if negated(claim):
        return None
    here = f"{hit.article.title}\n{hit.passage.text}"
    for gap in _gaps(claim):
        value, rest = gap.of(claim), claim[: gap.start] + claim[gap.end :]
        if (
            _holds(here, _counted(claim, gap))
            or shared(rest, here) < _SAME_MATTER
            or not names_in(rest) <= content_stems(here)
        ):
            continue
        for reading in reader.read(_asked(claim, gap), [hit]):
            if _says_otherwise(reading, value, rest):
                return reading
    return None


def _gaps(claim: str) -> Iterator[Span]:
    for match in _GAP.finditer(claim):
        yield Span(match.start(), match.end())


def _counted(claim: str, gap: Span) -> str:
    """The number with what it counts: "10 gigawatts" is not said where "10%" is."""
    following = re.match(r"[\s-]*(\w+)", claim[gap.end :])
    value = gap.of(claim)
    return f"{value} {following[1]}" if following and value[-1:].isdigit() and not DATE.fullmatch(value) else value


def _asked(claim: str, gap: Span) -> str:
    """The claim as a question with a question word in the gap."""
    front, value, back = claim[: gap.start], gap.of(claim), claim[gap.end :].rstrip(" .")
    if DATE.fullmatch(value):
        return re.sub(r"\b(?:in|on|by|since|until)\s+$", "", front) + f"when{back}?"
    words = "what percentage" if value.endswith("%") else "how many" if value[0].isdigit() else "how much"
    return f"{front}{words}{back}?"


def _says_otherwise(reading: Reading, value: str, rest: str) -> bool:
    answer = reading.answer_text
    if answer is None or reading.probability < _SURE or same_answer(answer, value):
        return False
    alike = bool(DATE.search(answer)) if DATE.fullmatch(value) else bool(numbers_in(answer)) and not DATE.fullmatch(answer)
    return alike and shared(rest, f"{reading.text}\n{before(reading.hit, reading.sentence)}") >= _SAME_MATTER


def _holds(text: str, value: str) -> bool:
    return f" {folded(value)} " in f" {folded(text)} "


def shared(claim: str, text: str) -> float:
    """Of the claim's content words, the share that the text holds."""
    wanted = content_stems(claim)
    return len(held_in(wanted, content_stems(text))) / max(len(wanted), 1)
