"""Other wordings of a question that the passages themselves call for: the short form of a name, and whom rules speak to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from language.names import short_forms
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
