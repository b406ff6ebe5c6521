"""The trained reader: decoding against the slow obvious way, the adapter's arithmetic, readers by path."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from answering.judging import load_judge
from answering.readers import (
    CALIBRATION,
    FEATURES,
    ByKind,
    load_span_reader,
    reader_named,
    reading_features,
    tidied,
    tokens_asked_for,
    with_its_row,
)
from answering.readings import SharedWords, statements
from corpus.article import Article, Passage, Span
from corpus.errors import BadInput
from language.questions import Kind, question_of
from models.calibration import Calibration
from models.encoder import BUNDLED_SHA256, load_encoder
from models.pairs import packed, read_adapter, unpacked, write_adapter
from models.reader import BUNDLED_READER, BUNDLED_READER_NAME, LONGEST_ANSWER, Scores, best_span
from retriever.search import Hit
from tests.hostile import hostile_texts

WORDS = ["the", "meeting", "was", "held", "in", "may", "who", "won", "?", "."]
logits = st.lists(st.floats(-9, 9, width=32), min_size=1, max_size=45)


def hit(text: str, title: str = "A title") -> Hit:
    return Hit(Article("a", text, title), Passage(0, len(text), text), 1.0, 1)


@pytest.mark.parametrize(
    ("text", "read", "row"),
    [
        ("Meta buys Trainium and Inferentia chips.", "Inferentia chips", "Trainium and Inferentia chips"),
        ("Meta buys from AMD, Nvidia and Arm Holdings today.", "AMD", "AMD, Nvidia and Arm Holdings"),
        ("Meta buys from AMD, Nvidia and Arm.", "Arm", "AMD, Nvidia and Arm"),
        ("Meta buys Graviton chips, and it rains.", "Graviton chips", "Graviton chips"),
        ("Meta and the state buy Graviton.", "Graviton", "Graviton"),
    ],
)
def test_names_in_a_row_are_one_answer_of_a_list(text: str, read: str, row: str) -> None:
    at = text.index(read)
    assert with_its_row(Span(at, at + len(read)), Span(0, len(text)), text).of(text) == row


def slowest_best(scores: Scores, window: Span) -> float | None:
    """Every pair of tokens, one after the other."""
    pairs = itertools.product(range(len(scores.offsets)), repeat=2)
    sums = [
        float(scores.starts[i] + scores.ends[j])
        for i, j in pairs
        if i <= j < i + LONGEST_ANSWER and window.start <= scores.offsets[i][0] and scores.offsets[j][1] <= window.end
    ]
    return max(sums) - scores.nothing if sums else None


@given(logits, st.data())
def test_the_best_span_is_the_one_found_by_trying_all(starts: list[float], data: st.DataObject) -> None:
    count = len(starts)
    ends = data.draw(st.lists(st.floats(-9, 9, width=32), min_size=count, max_size=count))
    window = Span(*sorted(data.draw(st.tuples(st.integers(0, 2 * count), st.integers(0, 2 * count)))))
    offsets = [(2 * n, 2 * n + 1) for n in range(count)]
    scores = Scores(np.array(starts, np.float32), np.array(ends, np.float32), offsets, 0.5)
    found, slow = best_span(scores, window), slowest_best(scores, window)
    assert (found is None) == (slow is None)
    if found is not None and slow is not None:
        assert found[0] == pytest.approx(slow, abs=1e-4)
        assert window.start <= found[1].start < found[1].end <= window.end


def test_a_number_is_read_where_one_is_asked_for() -> None:
    text = "Berg won by nine votes."
    offsets = [(0, 4), (5, 8), (9, 11), (12, 16), (17, 22)]
    scores = Scores(np.array([9, 0, 0, 1, 0], np.float32), np.array([9, 0, 0, 1, 0], np.float32), offsets, 0.0)
    window = Span(0, len(text))
    free = best_span(scores, window, tokens_asked_for(question_of("Who was it?"), scores, text))
    number = best_span(scores, window, tokens_asked_for(question_of("How many were there?"), scores, text))
    assert free and free[1].of(text) == "Berg"
    assert number and number[1].of(text) == "Berg won by nine"
    assert best_span(scores, Span(0, 11), tokens_asked_for(question_of("How many were there?"), scores, text)) is None


@given(hostile_texts, st.data())
def test_a_tidied_answer_lies_in_the_answer(text: str, data: st.DataObject) -> None:
    if text:
        start, end = sorted(data.draw(st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)))))
        answer = Span(start, max(end, start + 1))
        tidy = tidied(answer, text)
        assert answer.start <= tidy.start < tidy.end <= answer.end


@pytest.mark.parametrize(
    ("answer", "tidy"),
    [("Paris,", "Paris"), ("the U.S.", "the U.S."), ("Meta’s", "Meta"), ("10%", "10%"), ("— May.", "May")],
)
def test_edges_that_no_answer_has(answer: str, tidy: str) -> None:
    assert tidied(Span(0, len(answer)), answer).of(answer) == tidy


@settings(max_examples=30)
@given(st.integers(0, 2**31))
def test_an_adapter_keeps_each_weight_within_half_a_step(seed: int) -> None:
    torch.manual_seed(seed)
    base = {"w": torch.randn(6, 8), "b": torch.randn(8), "same": torch.randn(3, 4)}
    trained = {**base, "w": base["w"] + torch.randn(6, 8) / 10, "b": base["b"] + 1, "head": torch.randn(2, 8)}
    kept = packed(base, trained)
    back = unpacked(base, kept)
    assert set(back) == {"w", "b", "head"}
    step = (trained["w"] - base["w"]).abs().amax(dim=1, keepdim=True) / 127
    assert bool(((back["w"] - trained["w"]).abs() <= step / 2 + 1e-6).all())
    assert torch.equal(back["b"], trained["b"]) and torch.equal(back["head"], trained["head"])


def test_an_adapter_survives_its_file(tmp_path: Path) -> None:
    kept = packed({"w": torch.zeros(2, 4)}, {"w": torch.ones(2, 4)})
    write_adapter(tmp_path, kept)
    again, digest = read_adapter(tmp_path)
    assert digest == BUNDLED_SHA256 and all(torch.equal(again[name], kept[name]) for name in kept)


def test_the_bundled_adapter_is_small_enough_to_ship() -> None:
    assert (BUNDLED_READER / "adapter.safetensors").stat().st_size < 12_000_000
    assert (BUNDLED_READER / "README.md").exists(), "a model card belongs to it"


def test_a_likelier_span_and_more_shared_words_never_make_an_answer_less_probable() -> None:
    calibration = Calibration.load(CALIBRATION, FEATURES)
    little, much = SharedWords(0.1, 0.2, 1.0), SharedWords(0.9, 0.9, 0.0)
    unlikely, likely, best = (
        calibration.probability(reading_features(*told)) for told in ((-3, little), (3, little), (3, much))
    )
    assert unlikely <= likely <= best


@pytest.fixture(scope="module")
def tiny_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real question-answering checkpoint with random weights, a few kilobytes."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaForQuestionAnswering

    folder = tmp_path_factory.mktemp("models") / "tiny-reader"
    vocabulary = {word: n for n, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]", [("[CLS]", 2), ("[SEP]", 3)])
    fast: Any = PreTrainedTokenizerFast
    fast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(folder)
    torch.manual_seed(1)
    config = RobertaConfig(
        vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=600, type_vocab_size=1, pad_token_id=0,
    )  # fmt: skip
    RobertaForQuestionAnswering(config).save_pretrained(folder)
    return folder


@pytest.mark.models
def test_a_reader_by_path_reads_under_the_same_decoding(tiny_reader: Path) -> None:
    reader = load_span_reader(str(tiny_reader), load_encoder())
    text = "The meeting was held in May. Who won? Nobody has said who won the meeting yet."
    readings = reader.read(question_of("Who won the meeting?"), [hit(text)])
    assert reader.name == "tiny-reader"
    assert {r.sentence for r in readings} <= set(statements(hit(text)))
    for r in readings:
        assert 0 <= r.probability <= 1
        assert r.answer is not None and r.sentence.start <= r.answer.start < r.answer.end <= r.sentence.end


@pytest.mark.models
@settings(max_examples=40, deadline=None)
@given(hostile_texts, hostile_texts)
def test_any_text_can_be_read(tiny_reader: Path, question: str, text: str) -> None:
    reader = load_span_reader(str(tiny_reader), load_encoder())
    for r in reader.read(question_of(question or "?"), [hit(text), hit("The meeting was held in May.")]):
        assert r.answer is not None and r.answer.of(r.hit.article.text) == r.answer_text


@pytest.mark.models
def test_the_order_of_the_passages_does_not_matter() -> None:
    reader = load_span_reader("bundled", load_encoder())
    hits = [
        hit("The council met on Monday. Anna Berg was elected mayor of Lund by eleven votes to nine."),
        hit("The harbour opened in 1931."),
        hit("The new tram line cost 40 million euros, the city said, and will carry 9,000 people a day. " * 3),
    ]
    one, other = (reader.read(question_of("Who was elected mayor of Lund?"), order) for order in (hits, hits[::-1]))
    assert {r.answer_text: round(r.probability, 2) for r in one} == {r.answer_text: round(r.probability, 2) for r in other}
    assert max(one, key=lambda r: r.probability).answer_text == "Anna Berg"


@pytest.mark.models
def test_the_bundled_reader_shares_the_encoders_embeddings_and_leaves_its_vectors_alone() -> None:
    encoder = load_encoder()
    before = encoder.encode(["The mayor of Lund."])
    reader = reader_named("bundled", encoder, load_judge(encoder))
    assert isinstance(reader, ByKind) and reader.name == BUNDLED_READER_NAME
    assert reader.read(question_of("Who is the mayor?"), [hit("Anna Berg is the mayor of Lund.")])
    assert np.array_equal(before, encoder.encode(["The mayor of Lund."]))


@pytest.mark.models
def test_sentences_answer_questions_of_yes_and_no_whether_they_say_it_or_deny_it() -> None:
    encoder = load_encoder()
    reader = reader_named("bundled", encoder, load_judge(encoder))
    said, denied = "The Corrie dam overflowed on Monday night.", "The Corrie dam did not overflow, the council said."
    beside = "The Corrie dam was built in 1931 by the county."
    read = reader.read(question_of("Did the Corrie dam overflow?"), [hit(f"{said} {beside}"), hit(f"{beside} {denied}")])
    sure = [r.text for r in read if r.probability >= reader.threshold(Kind.YES_NO)]
    assert sorted(sure) == sorted([said, denied])


def test_yes_and_no_questions_are_read_by_sentences() -> None:
    calls: list[str] = []

    class Noted:
        name = "noted"

        def threshold(self, kind: Kind) -> float:
            return 0.1 if self is spans else 0.2

        def read(self, question: str, hits: object) -> list[object]:
            calls.append("spans" if self is spans else "sentences")
            return []

    spans, sentences = Noted(), Noted()
    reader = ByKind(spans, sentences)  # type: ignore[arg-type]
    reader.read(question_of("Has Meta partnered with AMD?"), [])
    reader.read(question_of("Who partnered with AMD?"), [])
    assert calls == ["sentences", "spans"]
    assert (reader.threshold(Kind.YES_NO), reader.threshold(Kind.NAME)) == (0.2, 0.1)


@pytest.mark.models
def test_no_reader_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No reader at"):
        load_span_reader(str(tmp_path / "nothing"), load_encoder())


@pytest.mark.models
def test_a_model_that_never_learned_to_read_is_refused(tmp_path: Path) -> None:
    from models.encoder import bundled_folder

    with pytest.raises(BadInput, match="not trained as a reader"):
        load_span_reader(str(bundled_folder()), load_encoder())
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"rubbish")
    with pytest.raises(BadInput, match="No reader at"):
        load_span_reader(str(tmp_path), load_encoder())
