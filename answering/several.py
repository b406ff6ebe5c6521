"""The answers to the questions that one text asks -> one Answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from answering.answer import Answer, Claim, Quote, Side, with_marks


def joined(answers: Sequence[Answer], parts: Sequence[str]) -> Answer:
    """One after the other, quotes numbered through; of a part that was declined it says so. The first one's where there is one.

    The answer span is that of the first part that has one: the whole has no single shortest answer.
    """
    if len(answers) == 1:
        return answers[0]
    told = [a for a in answers if a.status == "answered"]
    if not told:
        return answers[0]
    numbered: list[Answer] = []
    for answer in told:
        numbered.append(_shifted(answer, sum(len(a.quotes) for a in numbered)))
    claims = tuple(c for a in numbered for c in a.claims)
    disagreements = tuple(d for a in numbered for d in a.disagreements)
    missing = [f" The articles do not say: “{p}”" for a, p in zip(answers, parts, strict=True) if a.status == "declined"]
    text = with_marks(claims, disagreements, otherwise=any(a.otherwise for a in numbered)) + "".join(missing)
    return replace(
        numbered[0],
        text=text,
        claims=claims,
        disagreements=disagreements,
        quotes=tuple(q for a in numbered for q in a.quotes),
        upstreams=tuple(dict.fromkeys(u for a in numbered for u in a.upstreams)),
        otherwise=any(a.otherwise for a in numbered),
    )


def _shifted(answer: Answer, by: int) -> Answer:
    """The same with higher numbers."""
    return replace(
        answer,
        claims=tuple(_claim(c, by) for c in answer.claims),
        quotes=tuple(Quote(q.number + by, q.article, q.span, q.origin) for q in answer.quotes),
        disagreements=tuple(replace(d, sides=_sides(d.sides, by)) for d in answer.disagreements),
        updates=_sides(answer.updates, by),
        answers=_sides(answer.answers, by),
    )


def _claim(claim: Claim, by: int) -> Claim:
    return replace(claim, citations=tuple(n + by for n in claim.citations))


def _sides(sides: Sequence[Side], by: int) -> tuple[Side, ...]:
    return tuple(replace(s, citations=tuple(n + by for n in s.citations)) for s in sides)
