"""What a question asks for ("which airline", "who", "where"), and how well the words of an answer fit that.

The reader knows where an answer stands; whether "energy" is a food item it knows less well than the encoder, in whose
space "food item" lies nearer to "eggs".
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from answering.expected import asking_part
from answering.reading.readings import Reading
from answering.wording import ENGLISH_FUNCTION_WORDS, content_stems
from models.encoder import Encoder

_SHARPNESS = 2.0
"""A fit falls by a factor of e for every 1 / _SHARPNESS of cosine below the best one. Chosen on RealTime QA 2022."""
_LEAST_PROBABLE = 0.02
"""A reading below is out of the question, and not encoded."""
_CREDIBLE = 1 / 3
"""Of the best probability: fits are measured against the best fitting answer that is at least so probable."""
_BEST_FIT = 1.5
_THING = re.compile(r"\b(?:which|what)\b(.*)", re.IGNORECASE)
_PERSON, _PLACE = re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE), re.compile(r"\bwhere\b", re.IGNORECASE)
_LONGEST_THING = 4
"""Words."""


def thing_asked(question: str) -> str | None:
    """ "Which food item has seen a rise?" asks for a "food item"; None where the question does not say."""
    asked = asking_part(question)
    if match := _THING.search(asked):
        words: list[str] = []
        for word in re.findall(r"[\w’'-]+", match[1])[:_LONGEST_THING]:
            if word.lower() in ENGLISH_FUNCTION_WORDS - {"of", "the"}:
                break
            words.append(word)
        return " ".join(words) or None
    return "person" if _PERSON.search(asked) else "place" if _PLACE.search(asked) else None


def _repeats(answer: str, asked: frozenset[str]) -> bool:
    """True for words of the question; "the US" is not one, though "us" carries no sense elsewhere."""
    own = content_stems(answer)
    return bool(own) and own <= asked


def with_fit(encoder: Encoder, question: str, readings: Sequence[Reading]) -> list[Reading]:
    """The readings with their `fit`: 1 for the best fitting of the credible answers, 0 for one that repeats the question."""
    thing = thing_asked(question)
    asked = content_stems(question)
    probable: dict[str, float] = {}
    for reading in readings:
        if reading.answer_text and reading.probability >= _LEAST_PROBABLE:
            probable[reading.answer_text] = max(reading.probability, probable.get(reading.answer_text, 0.0))
    answers = sorted(probable)
    fits = {a: 0.0 if _repeats(a, asked) else 1.0 for a in answers}
    credible = _CREDIBLE * max(probable.values(), default=0.0)
    if thing is not None and len(answers) > 1:
        vectors = encoder.encode([thing, *answers])
        cosines = (vectors[1:] @ vectors[0]).tolist()
        best = max((c for a, c in zip(answers, cosines, strict=True) if fits[a] and probable[a] >= credible), default=1.0)
        fits = {
            a: fits[a] * min(math.exp(_SHARPNESS * (c - best)), _BEST_FIT) for a, c in zip(answers, cosines, strict=True)
        }
    return [replace(r, fit=r.fit * fits.get(r.answer_text, 1.0)) if r.answer_text else r for r in readings]
