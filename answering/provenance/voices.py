"""A second voice for a statement: sentences of other articles that say it, found with the statement's own words.

The judge is asked only about sentences whose names, numbers and denials agree with the statement's, for those are signs
that it may overlook, and reading is nearly all that a second voice costs.
"""

from __future__ import annotations

from collections.abc import Sequence

from answering.facts.claims import certainty, same_amounts
from answering.provenance.judging import Judge
from answering.reading.readings import Reading, before, statements
from answering.wording import content_stems, held_in, name_stems
from corpus.article import Span
from retriever.search import Hit

_LEAST_SHARED = 0.4
"""Of the statement's content words, how many a sentence must hold, with what stands around it, to be judged."""


def saying(judge: Judge, statement: Reading, hits: Sequence[Hit]) -> list[Reading]:
    """For each passage of another article the sentence that says the statement, if one does; certain by the judge."""
    claim = statement.text
    told = [(hit, span) for hit in hits if hit.article.id != statement.hit.article.id and (span := nearest(claim, hit))]
    judged = judge.judged(claim, [_as_read(hit, span) for hit, span in told])
    return [
        Reading(hit, span, None, found.probability)
        for (hit, span), found in zip(told, judged, strict=True)
        if judge.says(found)
    ]


def nearest(claim: str, hit: Hit) -> Span | None:
    """The sentence that holds most of the claim's words, if it may say the claim at all."""
    text = hit.article.text
    found = max(statements(hit), key=lambda s: len(held_in(content_stems(claim), content_stems(s.of(text)))), default=None)
    return found if found is not None and _may_say(claim, hit, found) else None


def _may_say(claim: str, hit: Hit, span: Span) -> bool:
    """Enough of its words, all of its names and numbers, and neither denied nor hedged otherwise."""
    sentence, around = span.of(hit.article.text), before(hit, span)
    words, here = content_stems(claim), content_stems(sentence) | content_stems(around)
    if len(held_in(words, here)) < _LEAST_SHARED * len(words) or not name_stems(claim) <= here:
        return False
    return certainty(sentence) == certainty(claim) and same_amounts(claim, f"{around}\n{sentence}")


def _as_read(hit: Hit, span: Span) -> tuple[str, str]:
    """The sentence under its title, after what stands before it."""
    title, _, around = before(hit, span).partition("\n")
    return title, around + span.of(hit.article.text)
