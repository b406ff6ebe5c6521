"""An Answer made of quotes, and a writer -> the same Answer in the writer's sentences, as far as the gate lets them pass.

What is counted, quoted and found to differ is not touched: the first claim still carries the answer span, both sides of
a disagreement are still told, and where the writer fails or nothing passes, the quotes are the answer, and it says so.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace

from answering.answer import MOST_CLAIMS, Answer, Claim, Quote, Writing, with_marks
from answering.provenance.origins import support_of
from answering.wording import content_stems, folded
from answering.writing.gate import LONGEST_TEXT, MOST_SENTENCES, Gated, Kept, gated
from answering.writing.writing_task import answering_chat
from models.writer_protocol import Writer, WriterFailed, outside_thinking

NOTHING_PASSED = "No sentence of the writer passed the checks; the quotes are shown as they stand."
_WHOLE = 0.8
"""A sentence with so much of a claim's content words says that claim, and its other voices count for it."""

_FINISHED = re.compile(r".*[.!?][\"”’')]*(?:\s*\[[\d,; ]+\])*\s+(?=[^\s\[])", re.DOTALL)
"""Up to a full stop behind which something other than its marks has begun."""


def phrased(answer: Answer, writer: Writer) -> Generator[str | Answer, None, None]:
    """Each sentence with its marks as soon as it has passed the gate, and at last the Answer.

    Between them "" is a sign of life with every piece that is written, so that whoever waits can close it, which stops
    the writer.
    """
    if not answer.quotes or answer.status == "declined":
        yield answer
        return
    text, shown = "", _Shown(answer.quotes)
    try:
        with closing(writer.write(answering_chat(answer.understood or answer.question, answer.quotes))) as pieces:
            for piece in pieces:
                text += piece
                yield from shown.more(text) or [""]
    except WriterFailed as failure:
        yield replace(answer, writing=Writing(0, 0, f"{failure} The quotes are shown as they stand."))
        return
    yield rephrased(answer, gated(outside_thinking(text), answer.quotes))


class _Shown:
    """The sentences that have passed the gate so far; each part of the text goes through it once."""

    def __init__(self, quotes: Sequence[Quote]) -> None:
        self._quotes, self._read = quotes, 0
        self._sentences: list[str] = []

    def more(self, text: str) -> list[str]:
        """What can be shown now and could not before; the last sentence may still grow."""
        match = _FINISHED.match(text[:LONGEST_TEXT], self._read)
        if match is None or len(self._sentences) == MOST_SENTENCES:
            return []
        self._read = match.end()
        kept = [f"{k.text} {''.join(f'[{n}]' for n in k.citations)}" for k in gated(match[0], self._quotes).kept]
        fresh = [k for k in kept if k not in self._sentences][: MOST_SENTENCES - len(self._sentences)]
        self._sentences += fresh
        return fresh


def rephrased(answer: Answer, result: Gated) -> Answer:
    """The answer with what the gate kept for its claims; as it was, with a notice, when that is nothing."""
    if not result.kept:
        return replace(answer, writing=Writing(0, len(result.dropped), NOTHING_PASSED))
    left = list(result.kept)
    claims: list[Claim] = []
    for claim, said in _required(answer):
        written = next((k for k in left if _tells(k, claim, said)), None)
        claims.append(_with_voices(written, claim) if written else claim)
        # A claim that stays is its whole quote: a sentence made of that quote would say it again.
        left = [k for k in left if k is not written and (written or claim.citations[0] not in k.citations)]
    claims = [*claims, *(_claim(k, answer) for k in left)][:MOST_CLAIMS]
    writing = Writing(len(result.kept), len(result.dropped))
    return replace(
        answer,
        text=with_marks(claims, answer.disagreements, answer.updates, otherwise=answer.otherwise),
        claims=tuple(claims),
        writing=writing,
    )


def _required(answer: Answer) -> list[tuple[Claim, list[str]]]:
    """The claims that must be told whatever the writer left out, each with the short answers it carries, if any.

    The first is always one of them, so that a writer never changes the support of an answer.
    """
    sides = answer.answers or (answer.disagreements[0].sides if answer.disagreements else answer.updates)
    if not sides:
        return [(answer.claims[0], [answer.answer_span] if answer.answer_span else [])]
    carried = [(c, [s.answer for s in sides if s.answer and s.citations[:1] == c.citations[:1]]) for c in answer.claims]
    return [(claim, said) for claim, said in carried if said or claim is answer.claims[0]]


def _tells(kept: Kept, claim: Claim, said: Sequence[str]) -> bool:
    """Does the sentence tell what a claim's voices agree on: its short answers, or without one nearly all its words?

    It must come from the quote that leads the claim; of another one it would be another statement.
    """
    if claim.citations[0] not in kept.citations:
        return False
    if said:
        return all(f" {folded(words)} " in f" {folded(kept.text)} " for words in said)
    own = content_stems(claim.text)
    return len(own & content_stems(kept.text)) >= _WHOLE * len(own)


def _with_voices(kept: Kept, claim: Claim) -> Claim:
    citations = tuple(dict.fromkeys([*claim.citations, *kept.citations]))
    return replace(claim, text=kept.text, citations=citations)


def _claim(kept: Kept, answer: Answer) -> Claim:
    """A sentence of its own: with the voices of the claim that it tells, else counted by the quotes that carry it."""
    if claim := next((c for c in answer.claims if _tells(kept, c, ())), None):
        return _with_voices(kept, claim)
    support, origins = support_of((q.article, q.origin) for q in answer.quotes if q.number in kept.citations)
    return Claim(kept.text, kept.citations, support, origins)
