"""A second look at what was found: laws of the new order, a tiny real cross-encoder, and the answers-first order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from answering.readers import AnswersFirst, BestFittingFirst
from answering.readings import Reading
from corpus.article import Article, Passage, Span
from corpus.errors import BadInput
from language.questions import Kind, Question
from models.choosing import Models
from models.encoder import bundled_folder
from models.pairs import titled
from models.reranker import load_reranker
from retriever.search import RERANKED, Hit, reranked
from tests.fakes import reading
from tests.test_cli import asked
from tests.tiny import cross_encoder


def hits(texts: Sequence[str]) -> list[Hit]:
    """Of falling score, as a search gives them."""
    return [
        Hit(Article(f"a{n}", text, f"Title {n}"), Passage(0, len(text), text), 2 / n, n) for n, text in enumerate(texts, 1)
    ]


class Told:
    """Adds what it was told to add, and notes what it was shown."""

    name = "told"

    def __init__(self, added: Sequence[float]) -> None:
        self.added, self.shown = added, 0

    def scores(self, question: str, found: Sequence[Hit]) -> list[float]:
        self.shown = len(found)
        return list(self.added[: len(found)])


@given(st.lists(st.floats(0, 5), min_size=30, max_size=30), st.integers(0, 30))
def test_nothing_is_lost_and_scores_still_fall(added: list[float], many: int) -> None:
    before = hits([str(n) for n in range(many)])
    told = Told(added)
    after = reranked("x", before, told)
    assert told.shown == min(many, RERANKED)
    assert sorted(h.article.id for h in after) == sorted(h.article.id for h in before)
    assert [h.rank for h in after] == list(range(1, many + 1))
    assert [h.article.id for h in after[RERANKED:]] == [h.article.id for h in before[RERANKED:]]
    assert all(one.score >= other.score for one, other in pairwise(after))


def test_who_adds_nothing_changes_nothing() -> None:
    before = hits("abc")
    assert reranked("x", before, Told([0.0] * 3)) == before


class Finding:
    """A reader that finds what the test says, in the passages that hold it."""

    name = "finding"

    def __init__(self, found: Sequence[tuple[str, str, float]]) -> None:
        self._found = found

    def threshold(self, kind: Kind) -> float:
        return 0.5

    def read(self, question: Question, found: Sequence[Hit]) -> list[Reading]:
        return [
            Reading(hit, Span(0, len(hit.passage.text)), Span(at, at + len(answer)), probability)
            for hit in found
            for id_, answer, probability in self._found
            if hit.article.id == id_ and (at := hit.passage.text.index(answer)) >= 0
        ]


def test_a_passage_gains_by_every_answer_that_it_holds_also_one_read_elsewhere() -> None:
    found = hits(["Nobody knows.", "It was Anna Berg.", "Berg and Lund met Anna Berg in Lund.", "It was Lund."])
    scores = AnswersFirst(Finding([("a2", "Anna Berg", 0.9), ("a4", "Lund", 0.4)])).scores("Who was it?", found)
    assert scores[0] == 0
    assert scores[2] == pytest.approx(scores[1] + scores[3])
    assert scores[1] > scores[3] > 0


def test_an_answer_is_found_as_whole_words_only() -> None:
    found = hits(["It took 9 days.", "It took 19 days, in 1999."])
    scores = AnswersFirst(Finding([("a1", "9", 0.9)])).scores("How many days?", found)
    assert scores[0] > 0 == scores[1]


def test_readings_without_answers_leave_the_order() -> None:
    class Sentences(Finding):
        def read(self, question: Question, found: Sequence[Hit]) -> list[Reading]:
            return [reading(question.text, "a1", "Yes, it did.") for _ in found]

    before = hits(["Yes, it did.", "No."])
    assert reranked("Did it rain?", before, AnswersFirst(Sentences([]))) == before


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of two small layers with the bundled tokenizer, untrained but whole."""
    return cross_encoder(tmp_path_factory.mktemp("models") / "tiny-reranker")


@pytest.mark.models
def test_a_cross_encoder_scores_each_pair_as_it_would_alone(tiny: Path) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    found = hits(["Anna Berg was elected.", "The harbour opened in 1931. " * 40, "It rained.", "x"])
    reranker = load_reranker(str(tiny))
    assert reranker.name == "tiny-reranker"
    scores = reranker.scores("Who was elected?", [titled(h.article.title, h.passage.text) for h in found])
    model, tokenizer = AutoModelForSequenceClassification.from_pretrained(tiny).eval(), AutoTokenizer.from_pretrained(tiny)
    for hit, score in zip(found, scores, strict=True):
        pair = tokenizer("Who was elected?", f"{hit.article.title}\n{hit.passage.text}", return_tensors="pt")
        with torch.inference_mode():
            assert score == pytest.approx(float(torch.sigmoid(model(**pair).logits)[0, 0]), abs=1e-4)
    assert len({round(s, 4) for s in scores}) > 1
    assert reranker.scores("Who?", []) == []


@pytest.mark.models
def test_a_cross_encoder_may_stand_before_the_reader(tiny: Path, sample_index: Path) -> None:
    from answering.engine import load_engine
    from retriever.request import make_request

    engine = load_engine(sample_index, Models(reranker=str(tiny)))
    assert isinstance(engine.reranker, BestFittingFirst)
    answer = engine.answer(make_request({"question": "How much computing capacity did Meta secure from AMD?"}))
    assert answer.models["reranker"] == "tiny-reranker"
    assert answer.quotes


@pytest.mark.models
def test_what_is_no_reranker_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No reranker at"):
        load_reranker(str(tmp_path / "nothing"))
    with pytest.raises(BadInput, match="not trained as a reranker"):
        load_reranker(str(bundled_folder()))
    with pytest.raises(BadInput, match="gives 3 numbers"):
        load_reranker(str(cross_encoder(tmp_path / "three", 3)))


@pytest.mark.models
def test_the_command_line_shows_the_order_that_was_asked_for(
    tiny: Path, sample_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def order(*options: str) -> list[tuple[str, int]]:
        _, out, _ = asked(capsys, "search", "Who leads AMD?", "--json", "-k", "6", "--index", str(sample_index), *options)
        found = json.loads(out)["hits"]
        assert [h["rank"] for h in found] == [1, 2, 3, 4, 5, 6]
        assert [h["score"] for h in found] == sorted((h["score"] for h in found), reverse=True)
        return [(h["article"]["id"], h["start"]) for h in found]

    orders = [order("--reranker", name) for name in ("none", "bundled", str(tiny))]
    assert order() == orders[1]
    assert len({tuple(o) for o in orders}) > 1
