"""What the trained reader says of a passage -> readings: each sentence with its likeliest answer, and how probable it is.

Knows one passage at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from answering.exact import exchanged, half_told, names_of
from answering.judging import Judge
from answering.readings import A_PASSAGE, Reader, Reading, SharedWords, before, by_answer, shared_words, statements
from corpus.article import Span
from language.questions import Kind, Question, could_answer, question_of
from language.values import Sameness, compared
from language.words import content_stems, folded, share_held
from models.calibration import Calibration
from models.choosing import NONE
from models.encoder import BUNDLED, SentenceEncoder
from models.pairs import titled
from models.reader import BUNDLED_READER, Scores, SpanModel, best_span, load_reader
from models.reranker import RerankerModel, load_reranker
from retriever.search import Hit, Reranker

# --- What the trained reader says of a passage -> readings: each sentence with its likeliest answer, and how probable it is ---

CALIBRATION = BUNDLED_READER / "calibration.json"
"""threshold: the evidence (answering/readings.py) from which an answer is told where a dozen passages are read
(bench/declining.py); alone: the probability from which one is told of a passage that is read alone (bench/squad.py)."""
_LONGEST_SPAN = 200
"""Code points: thirty tokens can be a key or a link, which is no answer to show."""
FEATURES = ("log_odds", "in_sentence", "around", "name_missing")
_LOG_ODDS_RANGE = 12.0
_NAME = r"[A-Z][\w&-]*(?: [A-Z][\w&-]*)*"
_ROW_BEFORE = re.compile(rf"\b{_NAME}(?:, {_NAME})*,? (?:and|or) $")
_ROW_AFTER = re.compile(rf"(?:, {_NAME})*,? (?:and|or) {_NAME}")


def reading_features(log_odds: float, shared: SharedWords) -> NDArray[np.float64]:
    """One row in the order of FEATURES."""
    return np.array([max(min(log_odds, _LOG_ODDS_RANGE), -_LOG_ODDS_RANGE), *astuple(shared)])


def tokens_asked_for(question: Question, scores: Scores, text: str) -> NDArray[np.bool_] | None:
    """(tokens,) which are of a number, a time or an address, where that is asked for; None for other questions."""
    places = could_answer(question, text)
    if places is None:
        return None
    at = np.zeros(len(text) + 1, dtype=np.int64)
    for start, end in places:
        at[start:end] = 1
    before = np.concatenate([[0], np.cumsum(at)])
    return np.array([before[end] > before[start] for start, end in scores.offsets], dtype=bool)


class SpanReader:
    """Readings from the spans of a model. Knows nothing of other passages."""

    def __init__(self, model: SpanModel, calibration: Calibration) -> None:
        self.name = model.name
        self.model = model
        self.calibration = calibration

    def threshold(self, kind: Kind) -> float:
        return self.calibration.threshold

    def read(self, question: Question, hits: Sequence[Hit]) -> list[Reading]:
        scores = self.model.scores(question.text, [(h.article.title, h.passage.text) for h in hits])
        return [reading for hit, found in zip(hits, scores, strict=True) for reading in self._readings(question, hit, found)]

    def _readings(self, question: Question, hit: Hit, scores: Scores) -> list[Reading]:
        found = [self._reading(question, hit, sentence, best) for sentence, best in spans_of(question, hit, scores)]
        return sorted(found, key=lambda r: -r.probability)[:A_PASSAGE]

    def _reading(self, question: Question, hit: Hit, sentence: Span, best: tuple[float, Span]) -> Reading:
        log_odds, answer = best
        shared = shared_words_of(question.text, hit, sentence)
        tidy = tidied(_shaped(question, hit.article.text, sentence, answer), hit.article.text)
        if question.kind is Kind.LIST:
            tidy = with_its_row(tidy, sentence, hit.article.text)
        return Reading(hit, sentence, tidy, self.calibration.probability(reading_features(log_odds, shared)))


def _shaped(question: Question, text: str, sentence: Span, answer: Span) -> Span:
    """An address that is asked for, from its beginning to its end."""
    if question.shape is None:
        return answer
    found = [Span(*m.span()) for m in re.compile(question.shape).finditer(text, sentence.start, sentence.end)]
    return next((s for s in found if s.overlaps(answer)), answer)


def spans_of(question: Question, hit: Hit, scores: Scores) -> Iterator[tuple[Span, tuple[float, Span]]]:
    """Each sentence of the passage with its likeliest answer, in offsets of the article."""
    by = hit.passage.start
    holding = tokens_asked_for(question, scores, hit.passage.text)
    for sentence in statements(hit):
        best = best_span(scores, sentence.shifted(-by), holding)
        if best is not None and best[1].end - best[1].start <= _LONGEST_SPAN:
            yield sentence, (best[0], best[1].shifted(by))


def shared_words_of(question: str, hit: Hit, sentence: Span) -> SharedWords:
    passage = f"{hit.article.title}\n{hit.passage.text}"
    return shared_words(question, sentence.of(hit.article.text), before(hit, sentence), passage)


_AGAIN = re.compile(r"(?P<told>.*\S)\s*\((?P<again>[^()]*)\)", re.DOTALL)


def tidied(answer: Span, text: str) -> Span:
    """Without the punctuation and the possessive at its edges that no answer has, and without brackets that say it again: "6 gigawatts
    (6GW)"."""
    again = _AGAIN.fullmatch(answer.of(text))
    if again and compared(again["told"], again["again"]) is Sameness.SAME:
        answer = Span(answer.start, answer.start + again.end("told"))
    start, end = answer.start, answer.end
    while end - start > 1 and (text[end - 1] in ",;:.!?-–— \n" or text[start:end].endswith(("'s", "’s"))):
        if text[end - 1] == "." and (text[start : end - 1].count(".") or end - start <= 3):  # "U.S.", "Inc."
            break
        end -= 2 if text[start:end].endswith(("'s", "’s")) else 1
    while end - start > 1 and text[start] in ",;:.!?-–— \n":
        start += 1
    signed = re.search(r"(?:^|\s)[-−]$", text[max(start - 2, 0) : start]) is not None and text[start].isdigit()
    return Span(start - signed, end)


def with_its_row(answer: Span, sentence: Span, text: str) -> Span:
    """The names that stand in a row with it: "Trainium and Inferentia chips" where "Inferentia chips" was read."""
    before = _ROW_BEFORE.search(text[sentence.start : answer.start])
    after = _ROW_AFTER.match(text[answer.end : sentence.end])
    start = sentence.start + before.start() if before else answer.start
    return Span(start, answer.end + after.end() if after else answer.end)


def load_span_reader(name: str, encoder: SentenceEncoder) -> SpanReader:
    """The bundled reader, or one by name or path, under the same calibration. Raises what `load_reader` raises."""
    return SpanReader(load_reader(name, encoder), Calibration.load(CALIBRATION, FEATURES))


# --- Questions of yes and no, which no words of a passage answer: does a sentence say yes, or no? ---

_SHARED = 0.3
"""Of the question's content words, how many a sentence must hold to be judged."""
_LIKELIER = 0.5
"""The probability from which a sentence is told: it is likelier than not that it says yes, or that it says no."""


_IN_OTHER_WORDS = 0.2
"""By so much a sentence without any word of the question is worth less."""


class StatementReader:
    """Sentences that the judge takes to say yes or no. Knows nothing of other passages."""

    name = "second-source-judge"

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def threshold(self, kind: Kind) -> float:
        return _LIKELIER

    def read(self, question: Question, hits: Sequence[Hit]) -> list[Reading]:
        near = [(hit, span) for hit in hits for span in nearest_in(question.text, hit)]
        judged = self._judge.judged(question.asking, [(h.article.title, s.of(h.article.text)) for h, s in near])
        turned = self._turned(question, near)
        readings = [
            Reading(hit, span, None, max(j.says, j.denies) * _worded(question.text, hit, span), says=j.says > j.denies)
            for (hit, span), j, other in zip(near, judged, turned, strict=True)
            if j.denies > j.says or j.says >= other
        ]
        return sorted(readings, key=lambda r: (r.hit.rank, -r.probability))

    def _turned(self, question: Question, near: Sequence[tuple[Hit, Span]]) -> list[float]:
        """How likely each sentence says the question with two of its names exchanged; 0 where it does not tell of both. A sentence that
        rather says this does not say yes."""
        names = names_of(question.asking)
        turned = exchanged(question.asking, names)
        both = [
            turned is not None and all(half_told(n, s.of(h.article.text)) for n in (names[0], names[-1])) for h, s in near
        ]
        evidence = [(h.article.title, s.of(h.article.text)) for (h, s), told in zip(near, both, strict=True) if told]
        found = iter(self._judge.judged(turned or "", evidence))
        return [next(found).says if told else 0.0 for told in both]


def _worded(question: str, hit: Hit, span: Span) -> float:
    """What remains of a probability where the sentence has other words than the question, or "it" for a name: it says less by itself."""
    share = share_held(content_stems(question), content_stems(span.of(hit.article.text)), akin=True)
    return 1 - _IN_OTHER_WORDS * (1 - share)


def nearest_in(question: str, hit: Hit) -> list[Span]:
    """Of a passage the sentences that share most words with the question, A_PASSAGE at most."""
    shares = [(shared_words_of(question, hit, span), span) for span in statements(hit)]
    likely = sorted((t for t in shares if t[0].in_sentence >= _SHARED), key=lambda t: -t[0].around)
    return [span for _, span in likely[:A_PASSAGE]]


class ByKind:
    """Spans, except for questions of yes and no."""

    def __init__(self, spans: SpanReader, statements: StatementReader) -> None:
        self.name = spans.name
        self._spans, self._statements = spans, statements

    def threshold(self, kind: Kind) -> float:
        return self._for(kind).threshold(kind)

    def read(self, question: Question, hits: Sequence[Hit]) -> list[Reading]:
        return self._for(question.kind).read(question, hits)

    def _for(self, kind: Kind) -> Reader:
        return self._statements if kind is Kind.YES_NO else self._spans


def reader_named(name: str, encoder: SentenceEncoder, judge: Judge) -> Reader:
    """`bundled`, or a question-answering model by name or path. Raises what `load_span_reader` raises."""
    return ByKind(load_span_reader(name, encoder), StatementReader(judge))


# --- Passages in the order of the answers that they hold: what the reader finds in all of them is evidence for each ---
#
# A passage is worth more where it holds, word for word, what the reader took for the answer in this passage or in others.
# Measured by bench/retrieval.py; as a bare relevance score (the probability in the passage itself) the same reader brings
# less than a third of it (docs/decisions.md).

_ANSWERS = 20
"""Different answers that count."""


class AnswersFirst:
    """A reranker (retriever/search.py) made of a reader."""

    def __init__(self, reader: Reader) -> None:
        self.name = reader.name
        self._reader = reader

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """For each passage the evidence, summed, for all answers whose words it holds."""
        groups = by_answer(self._reader.read(question_of(question), hits))[:_ANSWERS]
        answers = [(f" {folded(group.lead.answer_text or '')} ", group.weight) for group in groups]
        texts = [f" {folded(hit.passage.text)} " for hit in hits]
        return [sum(weight for words, weight in answers if words.strip() and words in text) for text in texts]


class BestFittingFirst:
    """A reranker made of a cross-encoder."""

    def __init__(self, model: RerankerModel) -> None:
        self.name = model.name
        self._model = model

    def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
        return self._model.scores(question, [titled(h.article.title, h.passage.text) for h in hits])


def reranker_named(name: str, encoder: SentenceEncoder) -> Reranker | None:
    """`bundled` (the bundled reader's answers first), `none`, or a cross-encoder. Raises what `load_reranker` raises."""
    if name == NONE:
        return None
    return AnswersFirst(load_span_reader(BUNDLED, encoder)) if name == BUNDLED else BestFittingFirst(load_reranker(name))
