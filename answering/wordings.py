"""Other wordings of a question that the passages themselves call for: the short form of a name, and whom rules speak to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from answering.readings import Reading, statements
from language.names import names_in, short_forms
from language.questions import Question
from language.values import values_in
from retriever.search import Hit

_FIRST_PERSON = re.compile(r"\b(?:I|we)\b")
_OWN = re.compile(r"\b(?:my|our)\b", re.IGNORECASE)
_RULED = re.compile(
    r"\b(?P<who>[A-Za-z]+(?<![sui])s|staff|personnel|everybody|everyone) "
    r"(?P<how>may|must|can|should|shall|have to|need to|are (?:not )?(?:allowed|entitled))\b"
)
"""Whom a rule speaks of: "Employees may work ..."."""
_MAY = re.compile(r"^(?:Can|Could|May)\b", re.IGNORECASE)


def other_wordings(question: str, hits: Sequence[Hit]) -> list[str]:
    """The question with the other form of each name that an article found introduces: JWB for the Joint Water Board."""
    found = []
    for short, long in {pair for hit in hits for pair in short_forms(hit.article.text).items()}:
        for one, other in ((short, long), (long, short)):
            turned = re.sub(
                rf"(?<!\w)(?:the )?{re.escape(re.sub('^[Tt]he ', '', one))}(?!\w)",
                f"the {re.sub('^[Tt]he ', '', other)}",
                question,
            )
            found += [turned] if turned != question else []
    return sorted(set(found))


_FEW_WORDS = 5
_TOLD_FIRST = 2
"""Statements that are told of what is only named."""


def tells_of_all(question: Question, hit: Hit) -> bool:
    """A few words without a question ("PR20481 status"), of which the passage has every code and name, at least one."""
    text = f"{hit.article.title}\n{hit.passage.text}"
    if question.asks or len(question.text.split()) > _FEW_WORDS:
        return False
    codes, here = values_in(question.text).codes, values_in(text).codes
    named = [span.of(question.text) for span in names_in(question.text) if not any(c.span.overlaps(span) for c in codes)]
    held = all(any((c.unit, c.value) == (h.unit, h.value) for h in here) for c in codes)
    return bool(codes or named) and held and all(re.search(rf"\b{re.escape(n)}\b", text) for n in named)


_PART = re.compile(
    r"\b(?:clause|section|paragraph|article|point|item|step|rule|number|§) ?(?P<number>\d+(?:\.\d+)*[a-z]?)\b", re.IGNORECASE
)
_SAYS = re.compile(r"^what (?:does|do|did|is|are|says?)\b", re.IGNORECASE)


def numbered_part(question: Question, hits: Sequence[Hit]) -> list[Reading]:
    """ "What does clause 2 say?": the statements that begin with that number, those of the best passage that has one."""
    asked = _PART.search(question.text) if _SAYS.match(question.asking) else None
    if asked is None:
        return []
    begins = re.compile(rf"(?:§ ?|\()?{re.escape(asked['number'])}(?:[.):]|\s)", re.IGNORECASE)
    found = ([s for s in statements(h) if begins.match(s.of(h.article.text))] for h in hits)
    return next(
        ([Reading(h, s, None, 1.0) for s in some[:_TOLD_FIRST]] for h, some in zip(hits, found, strict=True) if some), []
    )


def first_statements(hit: Hit) -> list[Reading]:
    """How the passage begins."""
    return [Reading(hit, span, None, 1.0) for span in statements(hit)[:_TOLD_FIRST]]


def addressed(question: str, passages: Iterable[str]) -> str:
    """ "Can I work from abroad?", asked of rules for employees: "Can employees work from abroad?". Without rules as it was."""
    if not _FIRST_PERSON.search(question):
        return question
    told = Counter((m["who"].lower(), m["how"]) for text in passages for m in _RULED.finditer(text))
    if not told:
        return question
    who, how = min(told, key=lambda rule: (-told[rule], rule))
    spoken = _OWN.sub("their", _FIRST_PERSON.sub(who, question, count=1))
    return _MAY.sub(how.capitalize(), spoken) if how in ("may", "can") else spoken
