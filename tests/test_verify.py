"""Verifying a claim, and second voices by judgement: with a judge that counts words, so that a test can check it by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from answering.agreement import nearest, saying
from answering.answer import as_json
from answering.judging import FEATURES, judge_features
from answering.verify import Verified, verify
from index.build import build
from index.opening import Index, open_index
from retriever.request import make_request
from tests.fakes import WordEncoder, WordJudge, reading


def index_of(folder: Path, *rows: dict[str, str]) -> Index:
    articles = folder / "articles"
    articles.mkdir()
    (articles / "all.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    build(folder / "index", [articles], WordEncoder(), progress=False)
    return open_index(folder / "index", WordEncoder())


def verified(index: Index, claim: str, **fields: object) -> Verified:
    request = make_request({"claim": claim, **fields}, asks="claim")
    return verify(index, WordEncoder(), WordJudge(), request)


@pytest.fixture
def town(tmp_path: Path) -> Index:
    return index_of(
        tmp_path,
        {"id": "a", "text": "The council of Ostby bought nine electric buses in the spring.", "published": "2026-03-01"},
        {
            "id": "b",
            "text": "Nine electric buses were bought by the council of Ostby in spring, it was learned from the mayor.",
        },
        {"id": "c", "text": "The council of Nordhavn bought 14 electric buses in the spring."},
        {"id": "d", "text": "The council of Ostby never bought the nine electric buses in the spring."},
        {"id": "e", "text": "Cats sleep by day and hunt at night, as everybody knows who has one."},
    )


def test_a_claim_that_two_articles_say(town: Index) -> None:
    found = verified(town, "The council of Ostby bought nine electric buses in the spring.")
    assert {q.article.id for q in found.quotes} == {"a", "b"}
    assert {q.article.id for q in found.against} == {"d"}
    assert [q.number for q in (*found.quotes, *found.against)] == [1, 2, 3]
    assert (found.support, found.score) == ("corroborated", 1.0)
    assert found.in_words == "Supported: 2 independent sources. The articles differ."


def test_quotes_are_verbatim_and_the_json_is_the_contract(town: Index) -> None:
    told = as_json(verified(town, "The council of Ostby bought nine electric buses."))
    assert set(told) == {"claim", "support", "score", "quotes", "against", "in_words"}
    for quote in (*told["quotes"], *told["against"]):
        article = town.store.article_by_id(quote["article"]["id"])
        assert article is not None and article.text[quote["start"] : quote["end"]] == quote["text"]


def test_another_number_stands_against_a_claim(town: Index) -> None:
    found = verified(town, "The council of Nordhavn bought 25 electric buses in the spring.", only=["c"])
    assert found.support is None and [q.article.id for q in found.against] == ["c"]
    assert found.in_words.startswith("Contradicted")


def test_another_council_says_nothing_of_this_one(town: Index) -> None:
    found = verified(town, "The council of Vestby bought 25 electric buses in the spring.", only=["c"])
    assert (found.support, found.quotes, found.against) == (None, (), ())
    assert found.in_words.startswith("Not found")


def test_what_is_not_in_the_corpus_is_not_found(town: Index) -> None:
    found = verified(town, "Parliament passed a law on windmills.")
    assert (found.support, found.quotes, found.against) == (None, (), ())
    assert found.score < 0.5


def test_left_out_articles_have_no_voice(town: Index) -> None:
    claim = "The council of Ostby bought nine electric buses in the spring."
    assert verified(town, claim, exclude=["b", "d"]).support == "single_source"
    assert verified(town, claim, exclude=["a", "b", "d"]).support is None


def test_the_judge_is_asked_only_about_what_may_say_it() -> None:
    """A sentence with another name, number or denial is no voice, whatever a judge would say."""
    lead = reading("?", "a", "The council of Ostby bought nine electric buses in the spring.")
    others = [
        reading("?", "b", "Ostby: its council has bought nine buses in spring, all of them electric.").hit,
        reading("?", "c", "The council of Ostby bought ten electric buses in the spring.").hit,
        reading("?", "d", "The council of Nordhavn bought nine electric buses in the spring.").hit,
        reading("?", "e", "The council of Ostby has not bought nine electric buses in the spring.").hit,
        reading("?", "f", "The council of Ostby may have bought nine electric buses in the spring.").hit,
        reading("?", "a", "The council of Ostby bought nine electric buses in the spring.").hit,
    ]
    judge = WordJudge()
    assert [r.hit.article.id for r in saying(judge, lead, others)] == ["b"]
    assert len(judge.asked) == 1
    assert nearest("Cats sleep.", others[0]) is None


def test_features_grow_with_what_is_said() -> None:
    claim, verdict = "In spring Ostby bought nine buses.", np.log([0.6, 0.3, 0.1])
    said, unsaid = (
        judge_features(verdict, claim, text) for text in ("Nine buses were bought by Ostby in spring.", "It rained.")
    )
    assert len(said) == len(FEATURES)
    assert said[1:].tolist() == [0.0, 0.0, 1.0]
    assert (unsaid[1:3] < 0).all() and unsaid[3] == 0
    assert judge_features(np.log([0.2, 0.4, 0.4]), claim, "It rained.")[0] < unsaid[0]
