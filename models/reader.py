"""The trained reader: for each place in a passage how likely an answer starts or ends there, or that there is none.

Start and end logits with the first token as "no answer" (Devlin et al. 2019, section 4.3). The bundled one is the encoder's
own network with an adapter (docs/reader.md); any model that `AutoModelForQuestionAnswering` loads may take its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.article import Span
from corpus.errors import BadInput
from models.encoder import BUNDLED, SentenceEncoder
from models.pairs import Logits, PairNetwork, load_adapted, titled, trained

if TYPE_CHECKING:
    from tokenizers import Encoding

BUNDLED_READER = Path(__file__).with_name("bundled_reader")
BUNDLED_READER_NAME = "second-source-reader"
LONGEST_ANSWER = 30
"""Tokens."""
LONGEST_QUESTION = 400
"""Code points that are read of a question."""
LONGEST_TITLE = 200
"""Code points that are read of a title."""


@dataclass(frozen=True)
class Scores:
    """What the model says of one passage. starts, ends: (tokens,) logits of the passage's own tokens.

    offsets  where each token lies in the passage, in code points
    nothing  the logit of "no answer": start plus end at the first token
    """

    starts: Logits
    ends: Logits
    offsets: list[tuple[int, int]]
    nothing: float


def best_span(scores: Scores, window: Span, holding: NDArray[np.bool_] | None = None) -> tuple[float, Span] | None:
    """The likeliest answer inside the window, with how much likelier than nothing it is (difference of logits).

    holding  (tokens,) True where a token is of the kind that an answer must hold one of; None: any answer will do
    """
    inside = [
        n for n, (start, end) in enumerate(scores.offsets) if window.start <= start and end <= window.end and end > start
    ]
    if not inside:
        return None
    first, last = inside[0], inside[-1] + 1
    sums = scores.starts[first:last, None] + scores.ends[None, first:last]
    at = np.arange(last - first)
    barred = (at[None, :] < at[:, None]) | (at[None, :] >= at[:, None] + LONGEST_ANSWER)
    if holding is not None:
        held = np.concatenate([[0], np.cumsum(holding[first:last])])
        barred |= held[None, 1:] == held[:-1, None]
    if barred.all():
        return None
    start, end = np.unravel_index(np.where(barred, -np.inf, sums).argmax(), sums.shape)
    span = Span(scores.offsets[first + int(start)][0], scores.offsets[first + int(end)][1])
    return float(sums[start, end]) - scores.nothing, span


class SpanModel:
    """A question-answering network with its tokenizer."""

    def __init__(self, name: str, pairs: PairNetwork) -> None:
        self.name = name
        self._pairs = pairs

    def scores(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Scores]:
        """For each (title, text), in order."""
        passages = [(title[:LONGEST_TITLE], text) for title, text in passages]
        pairs = [(question[:LONGEST_QUESTION], titled(title, text)) for title, text in passages]
        return [
            _scores(encoding, out["start_logits"], out["end_logits"], len(title) + 1 if title else 0)
            for (title, _), (encoding, out) in zip(passages, self._pairs.read(pairs), strict=True)
        ]


def _scores(encoding: Encoding, starts: Logits, ends: Logits, shift: int) -> Scores:
    own = [n for n, part in enumerate(encoding.sequence_ids) if part == 1 and encoding.offsets[n][0] >= shift]
    offsets = [(encoding.offsets[n][0] - shift, encoding.offsets[n][1] - shift) for n in own]
    return Scores(starts[own], ends[own], offsets, float(starts[0] + ends[0]))


def load_reader(name: str, encoder: SentenceEncoder) -> SpanModel:
    """The bundled one, or any that is in a folder or has that name on a hub and was fetched.

    Raises BadInput where there is none, or it has no tokenizer that tells where its tokens lie.
    """
    from transformers import AutoModelForQuestionAnswering, BertForQuestionAnswering

    if name == BUNDLED:
        return SpanModel(BUNDLED_READER_NAME, load_adapted(BertForQuestionAnswering, BUNDLED_READER, encoder))
    network, tokenizer = trained(AutoModelForQuestionAnswering, name, "reader")
    if not getattr(tokenizer, "is_fast", False):
        raise BadInput(f"The tokenizer of {name} does not tell where tokens lie in the text; a fast one is needed.")
    return SpanModel(Path(name).name, PairNetwork(network, tokenizer.backend_tokenizer))
