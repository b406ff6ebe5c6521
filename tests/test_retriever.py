"""Requests, words of time, fusion and collapse, by hand-checked examples."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import BadInput
from index.build import build
from index.opening import Index, open_index
from language.times import Days, days_meant, nearness
from retriever.request import LONGEST_QUESTION, MOST_TURNS, Request, Turn, make_request, read_requests
from retriever.search import RANK_OFFSET, fuse, search, share, timeliness, word_triples
from tests.fakes import WordEncoder

DAY = date(2024, 3, 15)


def test_fusion_by_hand() -> None:
    top = RANK_OFFSET + 1
    scores = fuse([7, 8], [8, 9], 0.4)
    assert scores == pytest.approx({7: 0.4, 8: 0.4 * top / (top + 1) + 0.6, 9: 0.6 * top / (top + 1)})
    assert fuse([1], [1], 0.3)[1] == pytest.approx(1.0)


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True))
def test_fusion_keeps_each_order(dense: list[int], lexical: list[int]) -> None:
    scores = fuse(dense, lexical, 0.5)
    assert scores.keys() == set(dense) | set(lexical)
    only_dense = [n for n in dense if n not in lexical]
    assert only_dense == sorted(only_dense, key=lambda n: -scores[n])


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened today?", "2024-03-15", "2024-03-15"),
        ("Who left yesterday?", "2024-03-14", "2024-03-14"),
        ("What was announced this week?", "2024-03-11", "2024-03-17"),
        ("What was announced last week?", "2024-03-04", "2024-03-10"),
        ("What was announced in the past week?", "2024-03-08", "2024-03-15"),
        ("Who left two weeks ago?", "2024-02-26", "2024-03-05"),
        ("Who left on Tuesday?", "2024-03-12", "2024-03-12"),
        ("Who left on the 14th?", "2024-03-14", "2024-03-14"),
        ("Who left on 14 March 2023?", "2023-03-14", "2023-03-14"),
        ("Who left on March 14, 2023?", "2023-03-14", "2023-03-14"),
        ("Who left on 14.3.2023?", "2023-03-14", "2023-03-14"),
        ("Who left on 2023-03-14?", "2023-03-14", "2023-03-14"),
        ("Who left on 9 March?", "2024-03-09", "2024-03-09"),
        ("Who left on 20 March?", "2023-03-20", "2023-03-20"),
        ("Who will leave on 20 March?", "2024-03-20", "2024-03-20"),
        ("What was announced last month?", "2024-02-01", "2024-02-29"),
        ("What did he say in January?", "2024-01-01", "2024-01-31"),
        ("What did he say in June?", "2023-06-01", "2023-06-30"),
        ("Who won in May 2021?", "2021-05-01", "2021-05-31"),
        ("Who won in 2019?", "2019-01-01", "2019-12-31"),
        ("Who won last year?", "2023-01-01", "2023-12-31"),
    ],
)
def test_words_of_time(question: str, first: str, last: str) -> None:
    assert days_meant(question, DAY) == Days(date.fromisoformat(first), date.fromisoformat(last))


def test_no_words_of_time() -> None:
    assert days_meant("Who may leave?", DAY) is None
    assert days_meant("What was found in 1600 homes?", DAY) is None
    assert days_meant("What did Theresa May say?", DAY) is None


def test_nearness_is_highest_on_the_days_meant_and_fades() -> None:
    meant = days_meant("in January?", DAY)
    assert nearness("2024-01-15", meant, DAY) == nearness("2024-02-02", meant, DAY) == 1.0
    assert nearness("2024-03-15", None, DAY) == 1.0
    assert 1 > nearness("2024-03-10", None, DAY) > nearness("2024-03-01", None, DAY) > nearness("2020-01-01", None, DAY) >= 0
    assert nearness(None, None, DAY) == 0.0


def test_near_identical_texts_share_their_triples() -> None:
    text = "The bridge over the river was closed on Tuesday for repairs, the mayor said."
    assert share(word_triples(text), word_triples(text + " It rained.")) == 1.0
    assert share(word_triples(text), word_triples("Cats sleep by day and hunt by night.")) == 0.0


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "empty"),
        ({"question": "  "}, "empty"),
        ({"question": 5}, "empty"),
        ({"question": "x" * 100_000}, f"100,000 characters, at most {LONGEST_QUESTION:,}"),
        ({"question": "x", "date": "soon"}, "'soon'"),
        ({"question": "x", "exclude": "a"}, "exclude must be a list"),
        ({"question": "x", "wrong": 1}, "unknown fields 'wrong'"),
        ({"question": "x", "exclude": ["half \ud83d"]}, "surrogate"),
        ({"question": "x", "date": "0001-01-01"}, "0001"),
        ({"question": "half \ud83d"}, "surrogate"),
    ],
)
def test_bad_requests_are_told_in_a_sentence(fields: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=f"(?i){told}"):
        make_request(fields)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(BadInput, match=r"question is empty.*date.*only"):
        make_request({"question": "", "date": 7, "only": 1})
    with pytest.raises(BadInput, match=r"(?s)Line 2:.*Line 3:"):
        read_requests(["Who?", "{broken", '{"question": ""}'])


def test_lines_are_plain_text_or_json() -> None:
    lines = ["Who  left?\n", "\n", json.dumps({"question": "Why?", "date": "2024/01/05", "exclude": ["a"], "only": ["b"]})]
    assert read_requests(lines, DAY) == [
        Request("Who left?", DAY),
        Request("Why?", date(2024, 1, 5), frozenset({"a"}), frozenset({"b"})),
    ]


@pytest.fixture
def index(tmp_path: Path) -> Index:
    folder = tmp_path / "articles"
    folder.mkdir()
    body = "The bridge over the river was closed on Tuesday for repairs that will take several weeks, the mayor said."
    for name, text in {"a": body, "copy": body + " More soon.", "b": "Cats sleep by day.", "c": "Bridges are long."}.items():
        (folder / f"{name}.txt").write_text(f"On {name} and so on\n\n{text}\n", encoding="utf-8")
    build(tmp_path / "index", [folder], WordEncoder(), progress=False)
    return open_index(tmp_path / "index", WordEncoder())


def found(index: Index, *, collapse: bool = True, **fields: object) -> list[str]:
    request = make_request({"question": "closed bridge over the river", **fields}, DAY)
    return [h.article.id for h in search(index, WordEncoder(), request, 10, collapse=collapse)]


def test_near_identical_passages_collapse_only_when_asked(index: Index) -> None:
    assert len({"a.txt", "copy.txt"} & set(found(index))) == 1
    assert {"a.txt", "copy.txt"} <= set(found(index, collapse=False))


def test_exclude_and_only_hold_in_both_searches(index: Index) -> None:
    assert not {"a.txt", "copy.txt"} & set(found(index, exclude=["a.txt", "copy.txt", "unknown"]))
    assert found(index, only=["b.txt"]) == ["b.txt"]
    assert found(index, only=[]) == []
    assert found(index, only=["a.txt"], exclude=["a.txt"]) == []


def test_hits_are_numbered_and_verbatim(index: Index) -> None:
    hits = search(index, WordEncoder(), make_request({"question": "bridge"}), 3)
    assert [h.rank for h in hits] == [1, 2, 3]
    assert all(h.article.text[h.passage.start : h.passage.end] == h.passage.text for h in hits)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_a_conversation_comes_with_or_without_its_answers() -> None:
    history = ["Who won?", {"question": "When?", "answer": "In May."}, {"question": "Where?"}]
    request = make_request({"question": "and why?", "history": history})
    assert request.history == (Turn("Who won?"), Turn("When?", "In May."), Turn("Where?"))
    assert len(make_request({"question": "x", "history": ["y"] * 50}).history) == MOST_TURNS


@pytest.mark.parametrize(
    "history", ["a question", [5], [{"answer": "x"}], [{"question": "x", "answer": 5}], [None], {"a": 1}]
)
def test_a_bad_conversation_is_told(history: object) -> None:
    with pytest.raises(BadInput, match="History must be"):
        make_request({"question": "x", "history": history})


@pytest.mark.parametrize(
    ("published", "oldest", "newest", "timely"),
    [
        ("2026-05-10", "2026-01-01", "2026-06-01", 1.0), ("2020-01-01", "2019-01-01", "2026-06-01", 0.5),
        (None, "2019-01-01", "2026-06-01", 0.5), (None, None, None, 1.0), ("2001-01-01", "2000-01-01", "2001-02-01", 1.0),
    ],
)  # fmt: skip
def test_time_counts_against_the_nearest_that_the_corpus_could_have(
    published: str | None, oldest: str | None, newest: str | None, timely: float
) -> None:
    request = make_request({"question": "Who won?", "date": "2026-05-10"})
    manifest = SimpleNamespace(oldest=oldest, newest=newest)
    assert timeliness(published, manifest, request) == pytest.approx(timely, abs=1e-3)  # type: ignore[arg-type]
