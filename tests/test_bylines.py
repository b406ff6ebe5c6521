"""Questions about articles themselves are answered from their fields."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from answering.answer import Answer
from answering.bylines import Field, of_articles, pointing_back, told_of_articles
from index.build import build
from index.opening import Index, open_index
from retriever.request import Turn, make_request
from tests.fakes import WordEncoder

BRIDGE = "The bridge of Ostby is closed to trains until May, the city council decided on Monday evening."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("bylines")
    (folder / "in").mkdir()
    lines = [
        {"id": "n1", "title": "Ostby bridge closed", "text": BRIDGE, "publisher": "Valley Times", "author": "Ada Ng", "published": "2026-03-04"},
        {"id": "n2", "title": "No trains in Ostby", "text": f"{BRIDGE} Buses run.", "publisher": "The Valley Times"},
        {"id": "n3", "title": "Council meets", "text": f"The council met. {BRIDGE}", "publisher": "Harbour News"},
        {"id": "n4", "title": "Notes", "text": f"Written down. {BRIDGE}"},
        {"id": "n5", "title": "Cats of Ostby", "text": "Cats sleep by day in Ostby, a study of the town's cats says.", "publisher": "Cat Weekly"},
    ]  # fmt: skip
    (folder / "in" / "news.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "in" / "ferry.txt").write_text(
        "Ferry sold\n\nBy Lea Sand\n\nMay 4, 2026\n\nThe ferry Aurora was sold to the operator Baltline in spring.",
        encoding="utf-8",
    )
    (folder / "in" / "memo.md").write_text(
        "---\ntitle: Parking rules\nauthor: Office of Buildings\ndate: 2026-01-02\n---\n\nCars park behind the hall.",
        encoding="utf-8",
    )
    build(folder / "index", [folder / "in"], WordEncoder(), progress=False)
    return open_index(folder / "index", WordEncoder())


def ask(index: Index, question: str, near: frozenset[str] = frozenset()) -> Answer | None:
    meant = of_articles(question)
    assert meant is not None, question
    copies_of = partial(index.store.copies_of, least=0.5)
    return told_of_articles(index, WordEncoder(), make_request({"question": question}), meant, near, copies_of)


@pytest.mark.parametrize(
    ("question", "field", "subject"),
    [
        ("Who wrote the article about the bridge in Ostby?", Field.AUTHOR, "the bridge in Ostby"),
        ("who is the author of the article “Ferry sold”?", Field.AUTHOR, "Ferry sold"),
        ("And who was the blog post on cats written by?", Field.AUTHOR, "cats"),
        ("When was the article about the ferry published?", Field.DAY, "the ferry"),
        ("When did Valley Times publish the article about the bridge?", Field.DAY, "the bridge"),
        ("Which newspaper published the article on the bridge?", Field.OUTLET, "the bridge"),
        ("Which outlets report on the bridge?", Field.OUTLETS, "the bridge"),
        ("Which papers have written about Ostby?", Field.OUTLETS, "Ostby"),
        ("Who wrote that article?", Field.AUTHOR, ""),
    ],
)
def test_what_is_asked_of_which_articles(question: str, field: Field, subject: str) -> None:
    meant = of_articles(question)
    assert meant is not None
    assert (meant.field, meant.subject) == (field, subject)


@pytest.mark.parametrize(
    "question",
    ["Who wrote Emma?", "Who wrote it?", "When was it published?", "When was the report on the crash published?", "Who published the figures?",
     "Which outlets sell the phone?", "Who wrote the law about cats?", "When was the article of the constitution amended?"],
)  # fmt: skip
def test_questions_about_what_articles_tell_are_left_alone(question: str) -> None:
    assert of_articles(question) is None


@pytest.mark.parametrize(
    ("question", "span", "quoted", "statement"),
    [
        ("Who wrote the article about the ferry?", "Lea Sand", "By Lea Sand", "“Ferry sold” was written by Lea Sand."),
        ("When was the article about the ferry published?", "May 4, 2026", "May 4, 2026", "“Ferry sold” was published on May 4, 2026."),
        ("Who wrote the memo about Parking rules?", "Office of Buildings", "author: Office of Buildings", "“Parking rules” was written by Office of Buildings."),
        ("When was the article about the Ostby bridge closed published?", "2026-03-04", BRIDGE, "“Ostby bridge closed” was published on 2026-03-04, as the article's own fields say."),
        ("Who published the article about Cats of Ostby?", "Cat Weekly", "Cats sleep by day in Ostby, a study of the town's cats says.",
         "“Cats of Ostby” was published by Cat Weekly, as the article's own fields say."),
    ],
)  # fmt: skip
def test_a_field_is_quoted_where_it_stands_and_told_as_a_field_where_not(
    index: Index, question: str, span: str, quoted: str, statement: str
) -> None:
    answer = ask(index, question)
    assert answer is not None
    assert (answer.answer_span, [q.text for q in answer.quotes], answer.claims[0].text) == (span, [quoted], statement)
    assert answer.support == "single_source"
    for quote in answer.quotes:
        assert quote.article.as_it_is[quote.start : quote.end] == quote.text


def test_each_outlet_is_told_once_and_what_names_none_is_counted(index: Index) -> None:
    answer = ask(index, "Which outlets report on the Ostby bridge?")
    assert answer is not None
    assert {side.answer for side in answer.answers} == {"Valley Times", "Harbour News"} or {
        side.answer for side in answer.answers
    } == {"The Valley Times", "Harbour News"}
    assert len(answer.claims) == 2
    assert answer.notices == ("1 more article on it names no outlet.",)
    assert sorted(n for c in answer.claims for n in c.citations) == [1, 2, 3]


def test_what_no_field_says_is_declined_and_what_no_article_is_about_is_left_to_reading(index: Index) -> None:
    answer = ask(index, "Who wrote the article about Cats of Ostby?")
    assert answer is not None
    assert (answer.status, answer.text) == ("declined", "“Cats of Ostby” does not say who wrote it.")
    assert ask(index, "Who wrote the article about the moons of Jupiter?") is None
    assert ask(index, "Who wrote that article?") is None
    told = ask(index, "Who wrote that article?", frozenset({"ferry.txt"}))
    assert told is not None
    assert told.answer_span == "Lea Sand"


def test_it_is_the_article_that_was_asked_about_or_that_was_quoted() -> None:
    asked = [Turn("Who wrote the article about the ferry?", "“Ferry sold” was written by Lea Sand. [1]")]
    meant = pointing_back("When was it published?", asked)
    assert meant is not None
    assert meant.question == "When was the article about the ferry published?"
    told = [Turn("Who bought the ferry?", "The ferry Aurora was sold to the operator Baltline in spring. [1]")]
    assert pointing_back("When was it published?", told) is None
    back = pointing_back("And who wrote that article?", told)
    assert back is not None
    assert back.about == "The ferry Aurora was sold to the operator Baltline in spring"
    assert pointing_back("Who wrote that article?", []) is None


@pytest.mark.models
def test_the_engine_answers_from_fields(sample_index: Path) -> None:
    from answering.engine import load_engine

    engine = load_engine(sample_index)
    answer = engine.answer(make_request({"question": "When was the article about the Graviton deal published?"}))
    assert (answer.answer_span, answer.kind, answer.quotes[0].text) == ("April 27, 2026", "date", "April 27, 2026")
    asked = "How much computing capacity did Meta secure from AMD?"
    told = {"question": asked, "answer": engine.answer(make_request({"question": asked})).text}
    answer = engine.answer(make_request({"question": "Who wrote that article?", "history": [told]}))
    assert answer.answer_span == "Nora Feld"
