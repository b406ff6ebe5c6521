"""Rules for what asks about the last answer: "Who said so?", "Really?"."""

from __future__ import annotations

import re

from answering.followup.conversation import Completed, Past, Remark

_EVENT = r"(?:that|this|it|so|these things|all (?:that|this))"
_WHO_SAID = re.compile(
    rf"who(?: has| have| was the one who)? (?P<verb>said|says|say|reported|reports|claimed|claims|wrote|told|confirmed|thinks|believes) (?:you )?{_EVENT}",
    re.I,
)
_WHAT_SOURCE = re.compile(
    r"(?:says who|according to wh(?:o|om|at)|(?:your |the |any |(?:what|who)(?: is| are| was|['’]s) )?(?:the |your )?sources?(?: (?:for|of) (?:that|this|it))?"
    r"|how do you know(?: that| this)?|where (?:did|do) you (?:get|have|read) (?:that|this|it)(?: from)?"
    r"|where (?:is|was|does|did) (?:that|this|it) (?:from|come from)|who told you(?: so| that| this)?)",
    re.I,
)
_IS_IT_TRUE = re.compile(
    rf"(?:really|seriously|you sure|are you (?:really |quite |absolutely )?(?:sure|certain)(?: (?:about|of) {_EVENT})?|true|right|sure|correct"
    rf"|is {_EVENT} (?:really |actually |still )?(?:true|right|correct|so|confirmed|certain|the case|accurate)|is that a fact)",
    re.I,
)


def who_said_so(remark: Remark, past: Past) -> Completed | None:
    """ "Who said so?" asks who is behind the last answer."""
    match = _WHO_SAID.fullmatch(remark.words)
    if not match and not _WHAT_SOURCE.fullmatch(remark.words):
        return None
    verb = match["verb"] if match else "said"
    said = past.statement or past.asked.statement
    return Completed(f"Who {verb} that {said}?" if said else f"Who {verb} so: {past.lowered}?")


def is_it_true(remark: Remark, past: Past) -> Completed | None:
    """ "Really?" asks the last statement again."""
    if not _IS_IT_TRUE.fullmatch(remark.words):
        return None
    said = past.statement or past.asked.statement
    return Completed(f"Is it true that {said}?" if said else f"{past.question}?")
