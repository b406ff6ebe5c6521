"""Laws of spans, on hostile text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article, Span
from corpus.blocks import blocks
from corpus.furniture import mark_furniture
from corpus.metadata import upstreams_in
from corpus.reading import as_text
from corpus.splitting import SPLIT, SplitSettings, sentences, split, title_context
from models.encoder import load_encoder
from tests.fakes import WordEncoder
from tests.hostile import hostile_texts

ENCODER = WordEncoder()


def article_of(text: str, title: str = "A title") -> Article:
    return Article("id", text, title, furniture=mark_furniture(text))


@given(hostile_texts)
def test_blocks_hold_all_that_is_not_white(text: str) -> None:
    spans = list(blocks(text))
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    inside = "".join(span.of(text) for span in spans)
    assert "".join(inside.split()) == "".join(text.split())


@given(hostile_texts)
def test_furniture_is_sorted_disjoint_and_inside(text: str) -> None:
    spans = mark_furniture(text)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


@given(hostile_texts)
def test_sentences_lose_nothing(text: str) -> None:
    spans = list(sentences(text, Span(0, len(text))))
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert "".join("".join(s.of(text) for s in spans).split()) == "".join(text.split())


@given(hostile_texts, st.integers(12, 60))
@settings(max_examples=200)
def test_passages_are_verbatim_within_the_window_and_free_of_furniture(text: str, window: int) -> None:
    article = article_of(text)
    rules = SplitSettings(window=window, title=4, longest=120)
    found = split(article, ENCODER, rules)
    for passage in found:
        assert article.text[passage.start : passage.end] == passage.text
        assert 0 < len(passage.text) <= rules.longest
        assert not any(passage.span.overlaps(f) for f in article.furniture)
        assert len(ENCODER.token_ends([passage.text])[0]) <= window - 2 - min(4, 2)
    covered = "".join(p.text for p in found)
    kept = "".join(c for n, c in enumerate(text) if not any(f.start <= n < f.end for f in article.furniture))
    assert "".join(covered.split()) == "".join(kept.split())


@given(hostile_texts)
def test_upstreams_point_at_their_evidence(text: str) -> None:
    for upstream in upstreams_in(text, ()):
        assert upstream.name in upstream.span.of(text)


@pytest.mark.models
@given(st.lists(hostile_texts, min_size=1, max_size=4).map(" ".join), hostile_texts.filter(str.strip))
@settings(max_examples=60, deadline=None)
def test_the_real_tokenizer_never_overflows_its_window(text: str, title: str) -> None:
    encoder = load_encoder()
    rules = SPLIT
    article = article_of(text, " ".join(title.split()))
    context = title_context(article.title, encoder, rules)
    for passage in split(article, encoder, rules):
        whole = encoder.token_ends([f"{context}\n{passage.text}"])[0]
        assert len(whole) + 2 <= rules.window


def test_a_very_long_line_is_cut_at_white_space() -> None:
    text = "word " * 50_000
    found = split(article_of(text), ENCODER)
    assert len(found) > 100
    assert all(p.text.startswith("word") and p.text.endswith("word") for p in found)


def test_wrapped_lines_are_one_paragraph() -> None:
    text = "The committee met on\nTuesday and decided that\nthe bridge should be\nclosed. Nobody objected\nto that.\n\nNext."
    read = as_text(text)
    assert [s.of(read.text)[:9] for s in blocks(read.text)] == ["The commi", "Next."]
    assert read.original == text and len(read.text) == len(text)
