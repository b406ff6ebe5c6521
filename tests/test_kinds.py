"""Each kind of question has its shape: lists are united, two are set side by side, news come newest first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from answering.agreement import Heard
from answering.compose import Candidates, choose, composed, stated
from answering.fitting import with_fit
from answering.news import compare, day_in, news, news_subject
from answering.readings import Reading, by_answer, most_evident
from corpus.article import Span
from index.build import build
from index.opening import Index, open_index
from language.questions import Kind, asking_part, question_of
from language.times import days_meant
from retriever.request import make_request
from tests.fakes import WordEncoder, WordJudge, no_copies, reading

ARTICLES = [
    ("bridge", "2026-02-10", "Ostby signed the bridge contract on February 3, 2026. The bridge will carry trams."),
    ("ferry", "2026-03-20", "Nordhavn signed the ferry contract on March 12, 2026. The ferries run on batteries."),
    ("mayor", "2026-04-02", "The mayor of Ostby resigned after a dispute over the bridge. A vote follows in May."),
    ("school", "2026-05-01", "A new school opened in Nordhavn. It has room for 400 children."),
    ("old", "2019-01-05", "Ostby built a hospital. It has 90 beds."),
    ("undated", None, "Nordhavn has a lighthouse. Nobody knows its age."),
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("town")
    rows = [{"id": i, "title": f"About the {i}", "published": day, "text": text} for i, day, text in ARTICLES]
    (folder / "town.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    build(folder / "index", [folder / "town.jsonl"], WordEncoder(), progress=False)
    return open_index(folder / "index", WordEncoder())


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which companies have partnered with Meta?", Kind.LIST), ("Who are the founders of the firm?", Kind.LIST),
        ("Which Amazon chips will Meta use?", Kind.LIST), ("What is the price per day of a boat?", Kind.NUMBER), ("Which company dominates the market?", Kind.NAME),
        ("Which tennis star pulled out?", Kind.NAME), ("Which business is bigger?", Kind.NAME),
        ("Why did the mayor resign?", Kind.REASONS), ("How does a warrant work?", Kind.REASONS),
        ("What are the risks of an AI bubble?", Kind.REASONS), ("How many beds has it?", Kind.NUMBER),
        ("AMD or Amazon: which deal came first?", Kind.COMPARISON), ("Which came first, AMD or the Amazon deal?", Kind.COMPARISON),
        ("What is the difference between Graviton and Trainium?", Kind.COMPARISON),
        ("Is it true or not?", Kind.YES_NO), ("What is new since March?", Kind.NEWS), ("What's new with Meta?", Kind.NEWS),
        ("What happened this week?", Kind.NEWS), ("What happened to the mayor?", Kind.OTHER),
        ("A storm hit the coast. Where did it land?", Kind.NAME), ("A star died. How old was she?", Kind.NUMBER),
    ],
)  # fmt: skip
def test_more_kinds(question: str, kind: Kind) -> None:
    assert question_of(question).kind is kind


def test_of_several_sentences_the_one_that_asks() -> None:
    assert asking_part("A storm hit. Where did it land? Nobody knows.") == "Where did it land?"
    assert asking_part("No question at all") == "No question at all"


def test_who_is_compared() -> None:
    assert question_of("AMD or Amazon: which deal came first?").compared == ("AMD", "Amazon")
    assert question_of("Which came first, Ostby or the Nordhavn contract?").compared == ("Ostby", "Nordhavn")
    assert question_of("In which states did Trump, Biden and Harris speak?").compared is None


# --- evidence ----------------------------------------------------------------------------------------------------------


def test_readings_of_one_answer_speak_for_each_other() -> None:
    question = "Who leads the city?"
    berg = [reading(question, name, "The city is led by Anna Berg.", p) for name, p in (("a", 0.6), ("b", 0.5), ("c", 0.5))]
    lind = reading(question, "d", "The city is led by Per Lind.", 0.8)
    assert [e.lead.answer_text for e in by_answer([lind, *berg])] == ["Anna Berg", "Per Lind"]
    assert most_evident([lind, *berg], 0.2)[0].answer_text == "Anna Berg"
    assert set(map(id, most_evident([lind, *berg], 0.2))) == set(map(id, [lind, *berg]))


def test_one_article_does_not_speak_twice() -> None:
    question = "Who leads the city?"
    berg = [reading(question, "a", "The city is led by Anna Berg.", 0.6)] * 5
    lind = reading(question, "d", "The city is led by Per Lind.", 0.7)
    assert most_evident([*berg, lind], 0.2)[0].answer_text == "Per Lind"


def test_what_was_found_late_or_is_from_another_time_weighs_less() -> None:
    question = "Who leads the city?"
    berg, lind = (
        reading(question, "a", "The city is led by Anna Berg.", 0.6),
        reading(question, "d", "Per Lind leads it.", 0.7),
    )
    late = replace(lind, hit=replace(lind.hit, rank=9))
    old = replace(lind, hit=replace(lind.hit, timely=0.5))
    assert [most_evident([berg, other], 0.2)[0] is berg for other in (lind, late, old)] == [False, True, True]
    assert most_evident([berg, lind], 0.75) == []


# --- lists -------------------------------------------------------------------------------------------------------------


def test_a_list_is_united_over_articles() -> None:
    question = "Which companies have partnered with the port?"
    one = reading(question, "a", "The company Ostby Steel has partnered with the port.")
    other = reading(question, "b", "The port has partnered with Nordhavn Lines, a company.", 0.8)
    answer = composed(
        question,
        choose(Heard(question_of(question), WordJudge()), [one, other], lambda _: Candidates([one, other]), no_copies),
        no_copies,
    )
    assert [(s.answer, s.citations) for s in answer.answers] == [("Ostby Steel", (1,)), ("Nordhavn Lines", (2,))]
    assert not answer.disagreements


def test_two_accounts_of_one_report_that_name_different_things_differ() -> None:
    question = "Which Amazon chips will Meta use?"
    one = reading(question, "a", "Meta will use Amazon’s Graviton chips, according to TechCrunch.")
    other = reading(question, "b", "Meta will use Amazon’s Trainium chips, as reported by TechCrunch.", 0.8)
    answer = composed(
        question,
        choose(Heard(question_of(question), WordJudge()), [one, other], lambda _: Candidates([one, other]), no_copies),
        no_copies,
    )
    assert [s.answer for s in answer.disagreements[0].sides] == ["Graviton", "Trainium"]


# --- comparisons -------------------------------------------------------------------------------------------------------


def test_the_earlier_comes_first_where_dates_tell(town: Index) -> None:
    request = make_request({"question": "Nordhavn or Ostby: which contract was signed first?", "date": "2026-06-01"})
    found = compare(town, WordEncoder(), request)
    assert [r.answer_text for r in found.readings] == ["Ostby", "Nordhavn"]
    assert found.decided is found.readings[0]
    answer = composed(
        request.question,
        replace(
            told := stated(Heard(request.meaning, WordJudge()), found.readings, lambda _: Candidates()),
            listed=told.statements,
        ),
        no_copies,
    )
    assert [s.answer for s in answer.answers] == ["Ostby", "Nordhavn"]


def test_dates_of_other_events_decide_nothing(town: Index) -> None:
    request = make_request({"question": "Nordhavn or Ostby: which lighthouse was painted first?", "date": "2026-06-01"})
    assert compare(town, WordEncoder(), request).readings == ()


def test_without_a_word_of_time_nothing_is_decided(town: Index) -> None:
    request = make_request({"question": "Ostby or Nordhavn: which contract is better?", "date": "2026-06-01"})
    found = compare(town, WordEncoder(), request)
    assert len(found.readings) == 2 and found.decided is None


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("It was signed on February 3, 2026.", "2026-02-03"), ("It was signed in March 2026.", "2026-03"),
        ("From May 1, 2026 to June 1, 2026.", None), ("It was signed.", None),
    ],
)  # fmt: skip
def test_the_only_date_of_a_sentence(sentence: str, day: str | None) -> None:
    assert day_in(sentence) == day


# --- news --------------------------------------------------------------------------------------------------------------


def told(town: Index, question: str, asked: str = "2026-05-10") -> list[str]:
    return [r.hit.article.id for r in news(town, WordEncoder(), make_request({"question": question, "date": asked}))]


def test_news_are_of_the_days_meant_newest_first(town: Index) -> None:
    assert told(town, "What is new since March?") == ["school", "mayor", "ferry"]
    assert told(town, "What's new?") == ["school"]
    assert told(town, "What is new in 2019?") == ["old"]
    assert told(town, "What is new since March?", "2018-01-01") == []


def test_news_of_a_subject(town: Index) -> None:
    assert told(town, "What is new with Ostby since February?") == ["mayor", "bridge"]
    assert told(town, "What's new with Paris since February?") == []


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What is new since March?", ""),
        ("What's new with Meta since March?", "Meta"),
        ("Latest news on the bridge", "the bridge"),
    ],
)
def test_the_subject_of_news(question: str, subject: str) -> None:
    assert news_subject(question) == subject


def test_since_reaches_to_the_day_of_the_question() -> None:
    days = days_meant("What is new since March?", date(2026, 5, 10))
    assert days and (days.first, days.last) == (date(2026, 3, 1), date(2026, 5, 10))
    days = days_meant("What happened in March?", date(2026, 5, 10))
    assert days and days.last == date(2026, 3, 31)


def test_reasons_come_from_different_articles() -> None:
    question = "What are the risks of the new bridge?"
    texts = [
        ("a", "The bridge may block ships that are taller than 40 meters."),
        ("b", "Critics fear that tolls will drive small traders out of business."),
        ("b", "Critics also fear that tolls will drive small traders out of town for good."),
        ("c", "Engineers warned of corrosion because of salt in the wind."),
    ]
    readings: list[Reading] = [reading(question, id_, text, 0.9 - n / 20) for n, (id_, text) in enumerate(texts)]
    answer = composed(
        question,
        choose(Heard(question_of(question), WordJudge()), readings, lambda _: Candidates(readings), no_copies),
        no_copies,
    )
    assert [q.article.id for q in answer.quotes] == ["a", "b", "c"]
    assert answer.answer_span is None


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Which food item has seen a rise?", "food item"), ("Who won?", "person"), ("Where was it held?", "place"),
        ("A storm hit. What city did it hit?", "city"), ("How many came?", None), ("What is it?", None),
    ],
)  # fmt: skip
def test_what_is_asked_for(question: str, thing: str | None) -> None:
    assert question_of(question).thing == thing


def test_an_answer_may_be_a_word_that_carries_no_sense_elsewhere() -> None:
    one = reading("Who won the medal?", "a", "The US won the medal.")
    assert with_fit(WordEncoder(), question_of("Who won the medal?"), [replace(one, answer=Span(4, 6))])[0].fit == 1.0


def test_an_answer_that_repeats_the_question_fits_nothing() -> None:
    question = "Which bank bought Ostby Steel?"
    texts = [("a", "Ostby Steel was bought by Nordhavn Bank."), ("b", "Nordhavn Bank bought Ostby Steel.")]
    readings = [reading(question, id_, text) for id_, text in texts]
    readings = [replace(r, answer=s) for r, s in zip(readings, (Span(0, 11), Span(0, 13)), strict=True)]
    echo, real = with_fit(WordEncoder(), question_of(question), readings)
    assert (echo.answer_text, echo.fit) == ("Ostby Steel", 0.0)
    assert (real.answer_text, real.fit) == ("Nordhavn Bank", 1.0)
