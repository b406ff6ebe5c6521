"""The trained reader: where in a passage the answer starts and ends, or that it is not there.

Start and end logits with the first token as "no answer" (Devlin et al. 2019, section 4.3). The bundled reader is the
encoder's own network with an adapter (docs/reader.md); any model that `AutoModelForQuestionAnswering` loads may take its
place, under the same decoding and calibration. Knows one passage at a time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from answering.expected import Kind, could_answer, kind_of
from answering.reading.pair_network import Logits, PairNetwork, adapted, titled, tokenizer_of
from answering.reading.reader import A_PASSAGE, Reading, SharedWords, before, shared_words, statements
from corpus.article import Span
from corpus.errors import BadInput
from index.encoder import BUNDLED, SentenceEncoder, bundled_folder
from index.network import quietly
from retriever.search import Hit

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding, Tokenizer

BUNDLED_READER = Path(__file__).with_name("bundled_reader")
CALIBRATION = BUNDLED_READER / "calibration.json"
BUNDLED_READER_NAME = "second-source-reader"
LONGEST_ANSWER = 30
"""Tokens."""
LONGEST_QUESTION = 400
"""Code points that are read of a question."""
LONGEST_TITLE = 200
"""Code points that are read of a title."""
_LONGEST_SPAN = 200
"""Code points: thirty tokens can be a key or a link, which is no answer to show."""
FEATURES = ("log_odds", "in_sentence", "around", "name_missing")
_LOG_ODDS_RANGE = 12.0
_NAME = r"[A-Z][\w&-]*(?: [A-Z][\w&-]*)*"
_ROW_BEFORE = re.compile(rf"\b{_NAME}(?:, {_NAME})*,? (?:and|or) $")
_ROW_AFTER = re.compile(rf"(?:, {_NAME})*,? (?:and|or) {_NAME}")


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


@dataclass(frozen=True)
class Calibration:
    """Logistic regression over FEATURES, learned on held-out data by training/calibration.py, and where it says yes.

    threshold  the evidence (answering/evidence.py) from which an answer is told, set where a dozen retrieved passages are
               read (bench/declining.py)
    alone      the probability from which an answer is told of a passage that is read alone, as in SQuAD (bench/squad.py)
    """

    coefficients: NDArray[np.float64]
    intercept: float
    threshold: float
    alone: float

    @staticmethod
    def load(file: Path) -> Calibration:
        fields = json.loads(file.read_text(encoding="utf-8"))
        return Calibration(
            np.array([fields["coefficients"][f] for f in FEATURES]),
            fields["intercept"],
            fields["threshold"],
            fields["alone"],
        )

    def probability(self, log_odds: float, shared: SharedWords) -> float:
        return float(1 / (1 + np.exp(-(features(log_odds, shared) @ self.coefficients + self.intercept))))


def features(log_odds: float, shared: SharedWords) -> NDArray[np.float64]:
    """One row in the order of FEATURES."""
    return np.array([max(min(log_odds, _LOG_ODDS_RANGE), -_LOG_ODDS_RANGE), *astuple(shared)])


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


def tokens_of_kind(kind: Kind, scores: Scores, text: str) -> NDArray[np.bool_] | None:
    """(tokens,) which could be the number or the time that is asked for; None for other kinds."""
    if kind not in (Kind.NUMBER, Kind.DATE):
        return None
    words = [_word_around(text, start, end) for start, end in scores.offsets]
    return np.array([could_answer(kind, word) for word in words], dtype=bool)


def _word_around(text: str, start: int, end: int) -> str:
    """The whole word that a token is a piece of."""
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


class SpanModel:
    """A question-answering network with its tokenizer."""

    def __init__(self, name: str, network: torch.nn.Module, tokenizer: Tokenizer) -> None:
        self.name = name
        self._pairs = PairNetwork(network, tokenizer)

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


class SpanReader:
    """Readings from the spans of a model. Knows nothing of other passages."""

    def __init__(self, model: SpanModel, calibration: Calibration) -> None:
        self.name = model.name
        self.model = model
        self.calibration = calibration

    def threshold(self, kind: Kind) -> float:
        return self.calibration.threshold

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        scores = self.model.scores(question, [(h.article.title, h.passage.text) for h in hits])
        return [reading for hit, found in zip(hits, scores, strict=True) for reading in self._readings(question, hit, found)]

    def _readings(self, question: str, hit: Hit, scores: Scores) -> list[Reading]:
        found = [self._reading(question, hit, sentence, best) for sentence, best in spans_of(question, hit, scores)]
        return sorted(found, key=lambda r: -r.probability)[:A_PASSAGE]

    def _reading(self, question: str, hit: Hit, sentence: Span, best: tuple[float, Span]) -> Reading:
        log_odds, answer = best
        shared = shared_words_of(question, hit, sentence)
        tidy = tidied(answer, hit.article.text)
        if kind_of(question) is Kind.LIST:
            tidy = with_its_row(tidy, sentence, hit.article.text)
        return Reading(hit, sentence, tidy, self.calibration.probability(log_odds, shared))


def spans_of(question: str, hit: Hit, scores: Scores) -> Iterator[tuple[Span, tuple[float, Span]]]:
    """Each sentence of the passage with its likeliest answer, in offsets of the article."""
    by = hit.passage.start
    holding = tokens_of_kind(kind_of(question), scores, hit.passage.text)
    for sentence in statements(hit):
        best = best_span(scores, sentence.shifted(-by), holding)
        if best is not None and best[1].end - best[1].start <= _LONGEST_SPAN:
            yield sentence, (best[0], best[1].shifted(by))


def shared_words_of(question: str, hit: Hit, sentence: Span) -> SharedWords:
    passage = f"{hit.article.title}\n{hit.passage.text}"
    return shared_words(question, sentence.of(hit.article.text), before(hit, sentence), passage)


def tidied(answer: Span, text: str) -> Span:
    """Without the punctuation and the possessive at its edges that no answer has."""
    start, end = answer.start, answer.end
    while end - start > 1 and (text[end - 1] in ",;:.!?-–— \n" or text[start:end].endswith(("'s", "’s"))):
        if text[end - 1] == "." and (text[start : end - 1].count(".") or end - start <= 3):  # "U.S.", "Inc."
            break
        end -= 2 if text[start:end].endswith(("'s", "’s")) else 1
    while end - start > 1 and text[start] in ",;:.!?-–— \n":
        start += 1
    return Span(start, end)


def with_its_row(answer: Span, sentence: Span, text: str) -> Span:
    """The names that stand in a row with it: "Trainium and Inferentia chips" where "Inferentia chips" was read."""
    before = _ROW_BEFORE.search(text[sentence.start : answer.start])
    after = _ROW_AFTER.match(text[answer.end : sentence.end])
    start = sentence.start + before.start() if before else answer.start
    return Span(start, answer.end + after.end() if after else answer.end)


def load_bundled(encoder: SentenceEncoder) -> SpanReader:
    """The encoder's network with the reader's adapter. Raises what `adapted` raises."""
    from transformers import BertForQuestionAnswering

    network = adapted(BertForQuestionAnswering, BUNDLED_READER, encoder)
    return SpanReader(SpanModel(BUNDLED_READER_NAME, network, tokenizer_of(bundled_folder())), Calibration.load(CALIBRATION))


def load_by_name(name: str) -> SpanReader:
    """Any model that `AutoModelForQuestionAnswering` loads, from a folder or, where a hub can be reached, by its name.

    Raises BadInput where there is none, or it has no tokenizer that tells where its tokens lie.
    """
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    try:
        network, told = quietly(AutoModelForQuestionAnswering, name, output_loading_info=True)
        tokenizer = AutoTokenizer.from_pretrained(name)
    except Exception as error:  # a damaged file raises what its library likes
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise BadInput(f"No reader at {name}: expected a question-answering model with its tokenizer ({why})") from error
    if told["missing_keys"]:
        raise BadInput(
            f"The model at {name} was not trained to read: it lacks {', '.join(sorted(told['missing_keys'])[:3])}."
        )
    if not getattr(tokenizer, "is_fast", False):
        raise BadInput(f"The tokenizer of {name} does not tell where tokens lie in the text; a fast one is needed.")
    return SpanReader(SpanModel(Path(name).name, network, tokenizer.backend_tokenizer), Calibration.load(CALIBRATION))


def load_span_reader(name: str, encoder: SentenceEncoder) -> SpanReader:
    """The bundled reader, or one by name or path."""
    return load_bundled(encoder) if name == BUNDLED else load_by_name(name)
