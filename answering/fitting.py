"""What a question asks for ("which airline", "who", "where"), and how well the words of an answer fit that.

The reader knows where an answer stands; whether "energy" is a food item it knows less well than the encoder, in whose space
"food item" lies nearer to "eggs".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from answering.readings import Reading
from language.questions import Question
from language.words import content_stems
from models.encoder import Encoder

_SHARPNESS = 2.0
"""A fit falls by a factor of e for every 1 / _SHARPNESS of cosine below the best one. Chosen on RealTime QA 2022."""
_LEAST_PROBABLE = 0.02
"""A reading below is out of the question, and not encoded."""
_CREDIBLE = 1 / 3
"""Of the best probability: fits are measured against the best fitting answer that is at least so probable."""
_BEST_FIT = 1.5


def _repeats(answer: str, asked: frozenset[str]) -> bool:
    """True for words of the question; "the US" is not one, though "us" carries no sense elsewhere."""
    own = content_stems(answer)
    return bool(own) and own <= asked


def with_fit(encoder: Encoder, question: Question, readings: Sequence[Reading]) -> list[Reading]:
    """The readings with their `fit`: 1 for the best fitting of the credible answers, 0 for one that repeats the question."""
    thing, asked = question.thing, content_stems(question.text)
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


def shifted(probability: float, by: float) -> float:
    """A probability after so many logits of evidence."""
    odds = probability / max(1 - probability, 1e-9) * math.exp(by)
    return odds / (1 + odds)
