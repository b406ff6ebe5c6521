"""What is exact decides: values, days, codes, and which articles there are. One small corpus, asked with the bundled models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answering.answer import Answer
from answering.engine import Engine, load_engine
from answering.verify import verify
from answering.wordings import addressed
from index.build import build
from language.questions import question_of
from language.values import lacking, of_another_code, spellings_of_codes
from models.encoder import load_encoder
from retriever.request import make_request

DAY = "2026-03-18"
LINES = [
    ("fare1", "Coast Post", "2026-03-02", "Ferry fares", "Fares go up. The fare for a car on the ferry Anda is 40 crowns."),
    ("fare2", "Valley News", "2026-03-02", "A dear trip", "Drivers grumble, for the fare for a car on the ferry Anda is 55 crowns."),
    ("door1", "Coast Post", "2026-03-03", "New doors", "The doors of the town hall of Ostby are painted pale yellow."),
    ("door2", "Valley News", "2026-03-03", "Paint", "The painters left, and the doors of the town hall of Ostby are painted dark brown."),
    ("hall1", "Coast Post", "2026-03-04", "Hall", "The address of the dance hall of Ostby is 14 Mill Road."),
    ("hall2", "Valley News", "2026-03-04", "Dancing", "They meet at 14 Mill Road, which is the new address of the dance hall in Ostby."),
    ("jan", "Office", "2026-02-03", "Figures", "The clinic of Lund treated 310 patients in January, the office said on Monday."),
    ("feb", "Office", "2026-03-03", "Figures", "The clinic of Lund treated 355 patients in February, the office said on Monday."),
    ("week1", "Coast Post", "2026-03-10", "Council", "The council of Varde decided on Monday to sell the old school."),
    ("week2", "Coast Post", "2026-03-17", "Council", "The council of Varde decided on Monday to build a bath."),
    ("code", None, None, "Form B-117", "Form B-117 is for new members. Form B-171 is for guests."),
    ("mail", None, None, "Desk", "The desk can be reached at 4410 or desk@hall.example."),
    ("tower", "Coast Post", "2026-03-05", "Tower", "China Mobile bought the radio tower of Varde."),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("exact")
    rows = [{"id": i, "publisher": p, "published": d, "title": t, "text": x} for i, p, d, t, x in LINES]
    (folder / "in.jsonl").write_text("".join(json.dumps({k: v for k, v in r.items() if v}) + "\n" for r in rows))
    build(folder / "index", [Path(folder / "in.jsonl")], load_encoder(), progress=False)
    return load_engine(folder / "index")


def ask(engine: Engine, question: str) -> Answer:
    return engine.answer(make_request({"question": question, "date": DAY}))


@pytest.mark.models
@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("What is the fare for a car on the ferry Anda?", {"40 crowns", "55 crowns"}),
        ("What colour are the doors of the town hall of Ostby?", {"yellow", "brown"}),
    ],
)
def test_who_contradicts_does_not_support(engine: Engine, question: str, sides: set[str]) -> None:
    answer = ask(engine, question)
    assert answer.support == "single_source"
    told = [side.answer for side in answer.disagreements[0].sides]
    assert all(any(words in answer for answer in told) for words in sides)


@pytest.mark.models
def test_who_says_the_same_supports(engine: Engine) -> None:
    answer = ask(engine, "What is the address of the dance hall of Ostby?")
    assert (answer.support, answer.disagreements) == ("corroborated", ())


@pytest.mark.models
@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("How many patients did the clinic of Lund treat in January?", "310"),
        ("How many patients did the clinic of Lund treat in February?", "355"),
        ("What did the council of Varde decide last week?", "sell the old school"),
        ("What did the council of Varde decide this week?", "build a bath"),
        ("What is the email address of the desk?", "desk@hall.example"),
    ],
)
def test_the_day_and_the_shape_that_are_asked_for_decide(engine: Engine, question: str, span: str) -> None:
    answer = ask(engine, question)
    assert span in (answer.answer_span or ""), answer.text
    assert len(answer.claims) == 1


@pytest.mark.models
def test_of_another_day_the_articles_say_it(engine: Engine) -> None:
    answer = ask(engine, "What did the council of Varde decide on 5 January 2026?")
    assert answer.status == "declined"
    assert answer.text.startswith("The articles do not say this of 5 January 2026; of other days they do.")
    assert answer.nearest


@pytest.mark.models
def test_a_code_is_not_its_neighbour(engine: Engine) -> None:
    assert "guests" not in ask(engine, "Who is form B-117 for?").text
    assert "new members" in ask(engine, "form B117").text


@pytest.mark.models
def test_a_name_is_not_another_that_begins_with_it(engine: Engine) -> None:
    index, request = engine.live.now(frozenset()), make_request({"claim": "China bought the radio tower."}, asks="claim")
    assert verify(index, engine.encoder, engine.judge, request).support is None


@pytest.mark.models
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many articles mention Ostby?", "4 articles mention “Ostby”; the newest is “Dancing” (Valley News, 2026-03-04)."),
        ("Which is the oldest article by Coast Post?", "6 articles are by Coast Post; the oldest is “Ferry fares” (Coast Post, 2026-03-02)."),
        ("Which articles are of February 2026?", "1 article is of 1 February 2026 to 28 February 2026; “Figures” (Office, 2026-02-03)."),
        ("How many articles mention Berlin?", "No article mentions “Berlin”."),
    ],
)  # fmt: skip
def test_articles_are_counted(engine: Engine, question: str, told: str) -> None:
    answer = ask(engine, question)
    assert (answer.claims[0].text if answer.claims else answer.text) == told
    assert all(q.article.text[q.span.start : q.span.end] for q in answer.quotes)


@pytest.mark.parametrize(
    ("claim", "evidence", "lacks"),
    [
        ("China bought it.", "China Mobile bought it.", "China"), ("China bought it.", "China's bank bought it.", None),
        ("41 died.", "40 died.", "41"), ("Forty died.", "40 died.", None), ("Line 3 is shut.", "Line 5 is shut.", "Line 3"),
        ("Form A-1 is new.", "Form A-2 is new.", "A-1"),
    ],
)  # fmt: skip
def test_what_a_claim_has_beyond_its_evidence(claim: str, evidence: str, lacks: str | None) -> None:
    assert lacking(claim, evidence) == lacks


def test_codes_and_their_spellings() -> None:
    assert spellings_of_codes("status of PR-204?") == "PR 204 PR204"
    assert of_another_code("What is B-2?", "RULE-B-3 is old.") and not of_another_code("What is B-2?", "It is old.")


@pytest.mark.parametrize(
    ("question", "texts", "read"),
    [
        ("Can I bring my dog?", ["Members may bring guests."], "May members bring their dog?"),
        ("Can I bring my dog?", ["The dog barks."], "Can I bring my dog?"), ("Who may?", ["Members may."], "Who may?"),
    ],
)  # fmt: skip
def test_rules_speak_to_somebody(question: str, texts: list[str], read: str) -> None:
    assert addressed(question, texts) == read


def test_a_question_that_only_names() -> None:
    assert not question_of("PR204 status?").asks and question_of("Is it open?").asks and question_of("Since when?").asks
