"""Rules for what points to the last question without a pronoun: "What caused that?", "How much did the deal cost?"."""

from __future__ import annotations

import re

from answering.followup.conversation import Completed, Past, Remark, beside, capitalised
from answering.followup.parts import AUX, WH
from answering.followup.spoken_names import is_place, names_in

_POINTS_BACK = re.compile(
    r".*\b(?:that|this|these|those)(?: (?:then|again|exactly|for|about|from))?"
    rf"|(?:{WH}|what) (?:is|was|does|did|will|would|could|has) (?:that|this) (?:happen|mean|matter|affect|change|work|possible|important|bad|good|so|cost|cause)\b.*"
    rf"|(?:{WH}|what) (?:do|does|did|will|would|could|can) (?:that|this) [a-z]+",
    re.I,
)
_DEFINITE = re.compile(
    r"(?:the (?:company|firm|group|deal|agreement|bank|club|party|team|government|minister|president|court|plan|price|report|study|accident|attack"
    r"|fire|merger|contract|project|vote|match|trial|law|patients?|workers?|victims?|suspect)|how many (?:\w+ )?(?:died|were|are|have|of)|was anyone|were there any)\b",
    re.I,
)


def points_back(remark: Remark, past: Past) -> Completed | None:
    """ "What caused that?", "Who lives there?"."""
    if (match := re.fullmatch(r"(.*\w) there", remark.words, re.I)) and not re.search(rf"\b{AUX}$", match[1], re.I):
        place = next((n for n in (*past.names, *past.answer_names) if is_place(n)), None)
        return Completed(f"{capitalised(match[1])} in {place}?") if place else beside(remark, past)
    alone = len(remark.words.split()) <= 9 and _POINTS_BACK.fullmatch(remark.words)
    return beside(remark, past) if alone else None


def perhaps_about_it(remark: Remark, past: Past) -> Completed | None:
    """ "How much did the deal cost?" may be about the last question's deal: it is searched for with its names."""
    vague = (
        _DEFINITE.search(remark.words)
        and not names_in(remark.words)
        and not re.search(r"\b(?:that|who|which)\b \w", remark.words[8:])
    )
    return Completed(f"{remark.words}: {', '.join(past.names)}?", sure=False) if vague and past.names else None
