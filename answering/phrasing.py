"""An Answer made of quotes, and a writer -> the same Answer in the writer's sentences, as far as the gate lets them pass.

What is counted, quoted and found to differ is not touched: the first claim still carries the answer span, both sides of
a disagreement are still told, and where the writer fails or nothing passes, the quotes are the answer, and it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from answering.answer import Answer, Claim, Writing
from answering.compose import MOST_CLAIMS, _text, support_of
from answering.gate import LONGEST_TEXT, Gated, Kept, gated
from answering.wording import content_stems, folded
from answering.writer import Writer, WriterFailed, outside_thinking

NOTHING_PASSED = "No sentence of the writer passed the checks; the quotes are shown as they stand."
_WHOLE = 0.8
"""A sentence with so much of a claim's content words says that claim, and its other voices count for it."""

_FINISHED = re.compile(r".*[.!?\n](?=\s+[^\s\[])", re.DOTALL)
"""Up to a full stop behind which something other than its marks has begun."""


def phrased(answer: Answer, writer: Writer) -> Iterator[str | Answer]:
    """Each sentence with its marks as soon as it has passed the gate, and then the Answer. Closing it stops the writer."""
    if not answer.quotes or answer.status == "declined":
        yield answer
        return
    written: list[str] = []
    shown = 0
    try:
        with closing(writer.write(answer.question, answer.quotes)) as pieces:
            for piece in pieces:
                written.append(piece)
                if re.search(r"[.!?\]\n]", piece) and sum(map(len, written)) <= LONGEST_TEXT:
                    kept = gated(_finished("".join(written)), answer.quotes).kept
                    yield from map(_marked, kept[shown:])
                    shown = max(shown, len(kept))
    except WriterFailed as failure:
        yield replace(answer, writing=Writing(0, 0, f"{failure} The quotes are shown as they stand."))
        return
    yield rephrased(answer, gated(outside_thinking("".join(written)), answer.quotes))


def _finished(text: str) -> str:
    """The text up to the last sentence, which may still grow."""
    match = _FINISHED.match(text)
    return match[0] if match else ""


def _marked(kept: Kept) -> str:
    return f"{kept.text} {''.join(f'[{n}]' for n in kept.citations)}"


def rephrased(answer: Answer, result: Gated) -> Answer:
    """The answer with what the gate kept for its claims; as it was, with a notice, when that is nothing."""
    if not result.kept:
        return replace(answer, writing=Writing(0, len(result.dropped), NOTHING_PASSED))
    left = [_claim(kept, answer) for kept in result.kept]
    claims: list[Claim] = []
    for claim, said in _required(answer):
        written = next((c for c in left if _says(c, claim, said)), None)
        claims.append(written or claim)
        left = [c for c in left if c is not written and c.text != claim.text]
    claims = [*claims, *left][:MOST_CLAIMS]
    writing = Writing(len(result.kept), len(result.dropped))
    return replace(answer, text=_text(claims, answer.disagreements), claims=tuple(claims), writing=writing)


def _required(answer: Answer) -> list[tuple[Claim, str]]:
    """The claims that must be told whatever the writer left out, each with the answer it carries."""
    if answer.disagreements:
        sides = answer.disagreements[0].sides
        return [(c, s.answer) for c, s in zip(answer.claims, sides, strict=False)]
    return [(answer.claims[0], answer.answer_span)] if answer.answer_span and answer.claims else []


def _says(written: Claim, claim: Claim, said: str) -> bool:
    """Does a written claim tell the answer that another one carries, from the quote that leads it?"""
    return claim.citations[0] in written.citations and bool(said) and f" {folded(said)} " in f" {folded(written.text)} "


def _claim(kept: Kept, answer: Answer) -> Claim:
    """The sentence as a claim, with the voices of a claim whose leading quote it comes from, if it says all of that."""
    for claim in answer.claims:
        if claim.citations[0] in kept.citations and _whole(kept.text, claim, answer):
            citations = tuple(dict.fromkeys([*claim.citations, *kept.citations]))
            return Claim(kept.text, citations, claim.support, claim.origins)
    cited = [q for q in answer.quotes if q.number in kept.citations]
    origins = len({q.origin.id for q in cited})
    return Claim(kept.text, kept.citations, support_of(len({q.article.id for q in cited}), origins), origins)


def _whole(text: str, claim: Claim, answer: Answer) -> bool:
    """True where the text tells what the claim's voices agree on: its answer, or without one nearly all its words."""
    if claim is answer.claims[0] and answer.answer_span:
        return f" {folded(answer.answer_span)} " in f" {folded(text)} "
    own = content_stems(claim.text)
    return len(own & content_stems(text)) >= _WHOLE * len(own)
