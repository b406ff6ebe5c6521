"""Rules for what asks more about the event of the last question: "When was that?", "How many?", "Who else?"."""

from __future__ import annotations

import re

from answering.followup.conversation import Completed, Past, Remark, beside, capitalised
from answering.followup.parts import AUX, COUNTED, PREPOSITION, WH, is_plural

_HAPPEN = r"(?: (?:be|been|happen(?:ed|ing)?|take place|taken place|taking place|occur(?:red)?|come about))"
_WHEN_WAS_THAT = re.compile(
    rf"(?P<wh>{WH})(?: exactly| precisely| so)?(?: {AUX} (?:(?:that|this|all (?:that|this)){_HAPPEN}?|it{_HAPPEN})|(?<=when) was it|(?<=where) was it)?"
    r"(?: exactly)?",
    re.I,
)
_HOW_MANY = re.compile(
    r"(?P<wh>how (?:many|much)|which)(?: ones?)?(?: of (?:them|it|those|these|that|which))?(?: exactly| in total| altogether)?"
    r"(?: (?:was|is|were|are) (?:it|that|there|they|those))?(?: in total| altogether)?",
    re.I,
)
_MANY = {"is": "are", "was": "were", "has": "have"}
_WHY_NOT = {"can": "can’t", "will": "won’t"}
_SHORT = re.compile(
    r"(?:who|which one|what happened(?: next| then| after(?:wards)?| after (?:that|this)| since)?"
    r"|who (?:was|is|did|were|are) (?:it|that|this|they|those)|what (?:else )?(?:is|was|does|did) (?:that|this)(?: mean)?|what (?:for|then)|for what"
    r"|so what|to what extent|under what conditions|which (?:company|country|person|team|party|bank|city|ones?)|in what way|on what grounds"
    r"|(?:which|what|how many|how much|whose|why so) [a-z]+(?: exactly)?|(?:the )?(?:first|second|third|other|others|rest|latter|former)(?: ones?)?)",
    re.I,
)
_ELSE = re.compile(
    r"(?P<wh>who|what|where|when|how|why|any(?:one|body|thing)?|some\w+|which|no ?one)(?: else|(?<=any) more)", re.I
)
_OTHERS = re.compile(
    r"(?:(?:are there |is there |who are |what are )?(?:any |the |some )?(?:others?|other ones|more examples)|which others?|any more(?: of them)?)",
    re.I,
)
_MORE = re.compile(
    r"(?:(?:please )?(?:tell me more|(?:give me |any )?(?:some )?more(?: details?| information| info)?|say more|go on|continue|elaborate|explain|details)"
    r"(?: (?:about|on) (?:that|this))?(?: please)?|can you (?:elaborate|explain|tell me more)(?: (?:about |on )?(?:that|this))?)",
    re.I,
)


def when_was_that(remark: Remark, past: Past) -> Completed | None:
    """ "When was that?", "Why?": the wh-word is asked of the event of the last question."""
    match = _WHEN_WAS_THAT.fullmatch(remark.words)
    if not match or match["wh"].lower() == "who":
        return None
    wh = capitalised("why" if match["wh"].lower() == "how come" else match["wh"])
    if asked := past.asked.when_like(wh):
        return Completed(f"{asked}?")
    said = past.statement if len(past.statement) <= 160 else ""
    said = said or past.asked.statement or ""
    if said and " " in said:
        return Completed(f"{wh} {'was' if wh in ('When', 'Where') else 'is'} it that {said}?")
    return beside(remark, past)


def how_many(remark: Remark, past: Past) -> Completed | None:
    """ "How many?", "which ones?": asked of what was counted or chosen from, or of the object of a yes-or-no question."""
    match = _HOW_MANY.fullmatch(remark.words)
    if not match:
        return None
    asked, wh = past.asked, capitalised(match["wh"])
    counted = COUNTED.match(past.question)
    if counted and (counted[0].lower().startswith("how") or is_plural(counted["noun"].split()[0])):
        return Completed(f"{wh} {counted['noun']}?")
    if re.match(r"who\b", past.question, re.I) and not asked.inverted and not asked.copular:
        rest = re.sub(r"^(?:is|was|has)\b", lambda m: _MANY[m[0].lower()], past.question[4:], flags=re.I)
        return Completed(f"{wh} people {rest}?")
    plural = re.search(rf"(?<=[a-z]) (?P<noun>[a-z]{{3,}}s)(?= {PREPOSITION}\b|$)", asked.rest) if not asked.head else None
    if plural and asked.aux and not re.search(rf"\b(?:the|of|{PREPOSITION})$", asked.rest[: plural.start()]):
        rest = asked.rest[: plural.start()] + asked.rest[plural.end() :]
        return Completed(f"{wh} {plural['noun']} {asked.aux.lower()} {rest}?")
    return beside(remark, past)


def why_not(remark: Remark, past: Past) -> Completed | None:
    if remark.words.lower() != "why not":
        return None
    asked = past.asked
    if asked.head or not asked.aux:
        return Completed(f"Why not: {past.lowered}?")
    aux = asked.aux.lower()
    return Completed(f"Why {_WHY_NOT.get(aux, aux + 'n’t')} {asked.rest}?")


def others(remark: Remark, past: Past) -> Completed | None:
    """ "Any others?", "Who else?", "Tell me more"."""
    if _MORE.fullmatch(remark.words):
        return Completed(f"Tell me more: {past.lowered}?")
    other = _ELSE.fullmatch(remark.words)
    if not other and not _OTHERS.fullmatch(remark.words):
        return None
    wh = other["wh"].lower() if other else ""
    asked = past.question
    same = re.match(
        r"(who|what|where|when)(?! else)(?= (?:is|are|was|were|did|does|do|has|have|had|will|would|can|could)\b)",
        asked,
        re.I,
    )
    if re.match(r"who\b(?! else)", asked, re.I) or (same and wh in ("", "anything", "any", same[1].lower())):
        return Completed(f"{asked.split()[0]} else {asked.split(' ', 1)[1]}?") if " " in asked else None
    if counted := re.match(r"(which|what) (?!of|else|other)(\S+ .+)", asked, re.I):
        return Completed(f"{counted[1]} other {counted[2]}?")
    parts = past.asked
    if wh == "what" and parts.inverted and parts.noun:
        return Completed(f"What else {parts.aux} {parts.rest}?")
    return beside(remark, past)


def short(remark: Remark, past: Past) -> Completed | None:
    """ "Who?", "What happened next?": nothing can be built reliably, so the last question is set after it."""
    return beside(remark, past) if _SHORT.fullmatch(remark.words) else None
