"""Sentences and questions as values: what they hold, and when two of them say the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.facts.claims import Stand, claim_of, stand
from answering.facts.clauses import Status, sentence_of
from answering.facts.fits import fit
from answering.facts.question import asked_of, questions_in
from answering.facts.questioning import question_to
from answering.facts.same import Said, excludes, same_value, supports
from answering.facts.thesaurus import Relation, relation
from answering.facts.told import Told, Verdict, with_capitals
from corpus.article import Span
from language.amounts import amounts_in, exclude_each_other, same_amount
from language.names import same_name
from language.questions import Wants, plain
from language.times import overlap, times_in
from models.parser import PARSER_SHA256, digest_of, parser_folder
from tests.hostile import hostile_texts

DAY = date(2026, 3, 12)


def told(text: str, *before: str, title: str = "", published: date | None = DAY) -> Told:
    return Told(text, before, title, published, " ".join((*before, text)))


def said(text: str, answer: str, read: float = 0.9, **fields: date) -> Said:
    at = text.index(answer)
    return Said(told(text, **fields), Span(at, at + len(answer)), read)  # type: ignore[arg-type]


def verdict(question: str, text: str, answer: str, *before: str) -> Verdict:
    at = text.index(answer)
    return fit(asked_of(question), told(text, *before), Span(at, at + len(answer))).verdict


# --- Values ----------------------------------------------------------------------------------------------------------


def test_the_parser_is_the_one_that_was_measured() -> None:
    assert digest_of(parser_folder()) == PARSER_SHA256


@pytest.mark.parametrize(
    ("one", "other", "same", "excluding"),
    [
        ("6GW", "six gigawatts", True, False), ("$2.6 billion", "2,600 million dollars", True, False),
        ("two-thirds of it", "67 percent", True, False), ("two in five", "40 percent", True, False),
        ("1.5 tonnes", "1,500 kilograms", True, False), ("90 minutes", "an hour and a half", True, False),
        ("$6", "$6 billion", False, True), ("40 boats", "51 boats", False, True), ("12 miles", "12 kilometres", False, True),
        ("40 percent", "40 people", False, False), ("2 percent", "2 percentage points", False, False),
        ("at least 40 boats", "51 boats", False, False), ("-0.4 percent", "0.4 percent", False, True),
    ],
)  # fmt: skip
def test_amounts_in_two_spellings(one: str, other: str, same: bool, excluding: bool) -> None:
    a, b = amounts_in(one)[0], amounts_in(other)[0]
    assert same_amount(a, b) is same_amount(b, a) is same
    assert exclude_each_other(a, b) is exclude_each_other(b, a) is excluding


@given(hostile_texts)
def test_values_lie_in_their_text(text: str) -> None:
    for span in (*(a.span for a in amounts_in(text)), *(t.span for t in times_in(text, DAY))):
        assert 0 <= span.start < span.end <= len(text)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_number_is_the_same_as_itself_alone(one: int, other: int) -> None:
    a, b = amounts_in(f"{one:,} boats")[0], amounts_in(f"{other:,} boats")[0]
    assert same_amount(a, a)
    assert not (same_amount(a, b) and exclude_each_other(a, b))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("on Tuesday", "2026-03-10", "2026-03-10"), ("yesterday", "2026-03-11", "2026-03-11"),
        ("in May 1931", "1931-05-01", "1931-05-31"), ("in the 1930s", "1930-01-01", "1939-12-31"),
        ("until 2291", "2291-01-01", "2291-12-31"), ("in 1066", "1066-01-01", "1066-12-31"),
        ("on 5 January", "2026-01-05", "2026-01-05"), ("last year", "2025-01-01", "2025-12-31"),
    ],
)  # fmt: skip
def test_words_of_time_are_days(words: str, first: str, last: str) -> None:
    (found,) = times_in(f"It rained {words}.", DAY)
    assert (str(found.first), str(found.last)) == (first, last)


def test_may_is_no_month_and_a_count_no_year() -> None:
    assert times_in("It may rain.", DAY) == []
    assert times_in("It was sold in 1200 homes and rose by 1400.", DAY) == []
    assert overlap(times_in("in May 1931")[0], times_in("in May 1932")[0]) is False
    assert overlap(times_in("on 14 March", DAY)[0], times_in("on 14 March", date(2020, 1, 1))[0]) is True


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Maren Holt", "Holt", True), ("Maren Holt", "Peter Holt", False), ("United Nations", "UN", True),
        ("Judge Maren Holt", "Maren Holt", True), ("Nvidia Corp.", "NVIDIA", True), ("Ostby", "Ostby's", True),
    ],
)  # fmt: skip
def test_forms_of_a_name(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same_name(other, one) is same


def test_short_answers_are_one_by_what_they_mean() -> None:
    assert same_value("6-gigawatt", "six gigawatts") and same_value("NVIDIA", "Nvidia Corp.")
    assert not same_value("$6", "$6 billion") and not same_value("May", "May 1931") and not same_value("Berg", "Lind")


# --- Clauses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "verb", "status"),
    [
        ("The mayor resigned.", "resign", Status.ASSERTED), ("The mayor did not resign.", "resign", Status.DENIED),
        ("The mayor denied that she had resigned.", "resign", Status.DENIED), ("Nobody resigned.", "resign", Status.DENIED),
        ("The mayor may resign.", "resign", Status.HEDGED), ("The mayor plans to resign.", "resign", Status.HEDGED),
        ("They failed to buy the mill.", "buy", Status.DENIED), ("If they buy the mill, it stays.", "buy", Status.HEDGED),
        ("The mayor has resigned, her office said.", "resign", Status.ASSERTED),
    ],
)  # fmt: skip
def test_said_to_be_so_or_not(text: str, verb: str, status: Status) -> None:
    assert {c.verb: c.status for c in sentence_of(text).clauses}[verb] is status


def test_roles_are_those_of_the_deed() -> None:
    for text in ("Ostby Steel sold the mill to Nordhavn.", "The mill was sold by Ostby Steel to Nordhavn."):
        clause = next(c for c in sentence_of(text).clauses if c.verb == "sell")
        assert clause.agent and clause.patient
        assert (clause.agent.name, clause.patient.head) == ("Ostby Steel", "mill")
        assert ("to", "Nordhavn") in [(p, phrase.text) for p, phrase in clause.beside]


@given(hostile_texts)
def test_any_text_has_clauses(text: str) -> None:
    sentence = sentence_of(text)
    assert all(-1 <= owner < len(sentence.clauses) for _, owner in sentence.owners)
    assert all(c.parent is None or 0 <= c.parent < len(sentence.clauses) for c in sentence.clauses)


def test_verbs_stand_to_each_other() -> None:
    assert relation("buy", "purchase") is Relation.SAME
    assert relation("buy", "sell") is Relation.CONVERSE
    assert relation("rise", "fall") is Relation.CONTRARY
    assert relation("collision", "collide") is Relation.SAME
    assert relation("buy", "whistle") is Relation.NONE


# --- Questions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "inside"),
    [
        ("Could you tell me when the pool opens?", "When the pool opens?"), ("Please tell me the age of Ostby.", "What is the age of Ostby?"),
        ("I'd like to know how old it is, please.", "How old it is."), ("When does it open?", "When does it open?"),
        ("Would you happen to know where it was found?", "Where it was found?"), ("Hi, when does it open?", "When does it open?"),
        ("Can you vote when you are 16?", "Can you vote when you are 16?"), ("Do I pay if I come late?", "Do I pay if I come late?"),
        ("What do you need when you travel?", "What do you need when you travel?"), ("any idea why it closed?", "Why it closed?"),
    ],
)  # fmt: skip
def test_a_polite_question_is_the_one_inside(question: str, inside: str) -> None:
    assert plain(question) == inside


def test_two_questions_in_one() -> None:
    assert questions_in("When was the bridge opened, and how long is it?") == [
        "When was the bridge opened?", "How long is the bridge?",
    ]  # fmt: skip
    assert questions_in("Who bought the mill and the barn?") == ["Who bought the mill and the barn?"]


@pytest.mark.parametrize(
    ("question", "wants", "verb", "slot"),
    [
        ("How many tonnes did the valley produce in 2022?", Wants.AMOUNT, "produce", "patient"),
        ("Who bought the mill?", Wants.PERSON, "buy", "agent"), ("When will the bridge reopen?", Wants.DAY, "reopen", "when"),
        ("How much does a ticket for the tram cost?", Wants.AMOUNT, "cost", "patient"),
        ("In which town does the firm build ships?", Wants.NAME, "build", "in"),
        ("After firing its coach, whom did the club hire?", Wants.PERSON, "hire", "patient"),
        ("What fine does the club have to pay?", Wants.AMOUNT, "pay", "patient"),
        ("What time did the boats need for the gulf?", Wants.LENGTH, "need", "patient"),
        ("Who said that it was late?", Wants.SPEAKER, "say", "agent"), ("Has Ostby bought the mill?", Wants.YES_NO, "buy", "has"),
    ],
)  # fmt: skip
def test_a_question_is_understood_once(question: str, wants: Wants, verb: str, slot: str) -> None:
    asked = asked_of(question)
    assert asked.clause is not None
    assert (asked.wants, asked.clause.verb, asked.slot) == (wants, verb, slot)


# --- Does it answer? -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "text", "answer", "expected"),
    [
        ("Who bought the mill?", "Nordhavn bought the mill in spring.", "Nordhavn", Verdict.YES),
        ("When did the mayor resign?", "The mayor did not resign on Friday.", "Friday", Verdict.DENIED),
        ("How many people has the firm hired?", "The firm may hire 40 people.", "40", Verdict.HEDGED),
        ("How many pupils walk to school?", "Forty percent of the pupils walk to school.", "Forty percent", Verdict.NO),
        ("How many tonnes did the valley produce in 2022?", "The valley produced 40 tonnes in 2023.", "40", Verdict.NO),
        ("How many were killed in the fire?", "Nine guests were rescued from the fire.", "Nine", Verdict.DENIED),
        ("When will the bridge reopen?", "The repair takes eleven weeks.", "eleven weeks", Verdict.NO),
        ("How much did Brock offer?", "Arlen offered 3 million and Corse nothing.", "3 million", Verdict.NO),
        # Not the second where the first is asked for.
        ("What profit did Ostby make in the first quarter?", "Ostby made a profit of $48m in the second quarter.", "$48m", Verdict.NO),
        ("What profit did Ostby make in the first quarter?", "Ostby made a profit of $48m in the first quarter.", "$48m", Verdict.YES),
        # A row with a gap: to each its own.
        ("What prize did Stone Garden receive?", "Paper Moon received the Gull, Stone Garden the Silver Sail.", "Silver Sail", Verdict.YES),
        # The innermost phrase has the role, whatever the parser hangs it on.
        ("Where did the lynx attack a hiker?", "The lynx attacked a hiker on the Kessel ridge.", "Kessel ridge", Verdict.YES),
        # What was rejected was not given; what can be is not what was; an age counts nobody.
        ("How much money did the town give to the opera?", "The town rejected a grant of 9 million francs.", "9 million francs", Verdict.DENIED),
        ("How many people came to the fair?", "The hall can hold 3,000 people.", "3,000", Verdict.NO),
        ("How many guests fell ill?", "He is 63 and plays at weddings.", "63", Verdict.NO),
        # Who causes a death kills, who is rescued survives, and what starts a fire is told of the fire.
        ("What caused the deaths of the seals?", "Bird flu killed the seals.", "Bird flu", Verdict.YES),
        ("How many skiers survived?", "Nine skiers were rescued.", "Nine", Verdict.YES),
        ("How did the fire start?", "The fire was started by a battery.", "a battery", Verdict.YES),
    ],
)  # fmt: skip
def test_facts_dispose(question: str, text: str, answer: str, expected: Verdict) -> None:
    assert verdict(question, text, answer) is expected


def test_names_typed_in_lower_case_are_found_in_the_texts() -> None:
    texts = ["On Monday the Velden Hawks won. Their coach is happy with Radomir Pesic."]
    known = {"coach", "hawks", "monday"}
    assert with_capitals("who is the coach of the velden hawks", texts, known) == "who is the coach of the Velden Hawks"
    assert with_capitals("Who is the coach of Tarn?", texts, known) == "Who is the coach of Tarn?"
    assert with_capitals("when did it rain", texts, known) == "when did it rain"


def test_a_number_of_very_many_digits_is_no_amount() -> None:
    one, other = "It has 3.3333333333333333333333333333333333333 of them.", "It has 1000 of them."
    assert not same_value(one, "9" * 60)
    assert [a.value for a in amounts_in(f"{'9' * 60} and {other}")] == [1000]


def test_facts_find_the_right_words_of_a_sentence() -> None:
    text = "The mill was sold by Ostby Steel to Nordhavn Lines."
    at = text.index("Ostby Steel")
    found = fit(asked_of("Who bought the mill?"), told(text), Span(at, at + 11))
    assert found.answer is not None and found.answer.of(text) == "Nordhavn Lines"


def test_what_is_set_against_what_is_so_is_no_answer() -> None:
    text = "The hall will open not in October but in March."
    at = text.index("October")
    found = fit(asked_of("When will the hall open?"), told(text), Span(at, at + 7))
    assert found.answer is not None and found.answer.of(text) == "March"


def test_she_is_whom_the_sentence_before_names() -> None:
    gift = "She gave 40,000 crowns for the roof."
    question = "How much did Anna Berg give for the roof?"
    assert verdict(question, gift, "40,000", "Anna Berg came to the chapel on Monday.") is Verdict.YES
    assert verdict(question, gift, "40,000", "Eva Lind came to the chapel on Monday.") is Verdict.NO


# --- The same, or the contrary ---------------------------------------------------------------------------------------

BOATS = "How many boats did the fire in Pell destroy?"


def test_the_same_number_of_something_else_is_no_support() -> None:
    lead = said("The fire in Pell destroyed 38 boats.", "38")
    assert supports(asked_of(BOATS), lead, said("In Pell 38 boats were destroyed by the fire.", "38"))
    assert not supports(asked_of(BOATS), lead, said("In Pell 38 people saw the fire.", "38"))
    assert not supports(asked_of(BOATS), lead, said("In Pell 38 boats may be destroyed by the fire.", "38"))


def test_another_year_is_another_event() -> None:
    lead = said("The fire in Pell destroyed 38 boats.", "38")
    old = said("The fire in Pell destroyed 38 boats.", "38", published=date(2019, 3, 12))
    assert not supports(asked_of(BOATS), lead, old)
    assert not excludes(
        asked_of(BOATS), lead, said("The fire in Pell destroyed 51 boats.", "51", published=date(2019, 3, 12))
    )
    assert excludes(asked_of(BOATS), lead, said("The fire in Pell destroyed 51 boats.", "51"))


def test_a_question_without_names_is_of_what_the_first_sentence_names() -> None:
    question = asked_of("How much more pay did the company offer?")
    lead = said(
        "The union of Belmont sailors called off its strike after the company offered 4.5 percent more pay.", "4.5 percent"
    )
    other = "The union of Arvon drivers called off its strike after the company offered 4.5 percent more pay."
    assert not supports(question, lead, said(other, "4.5 percent"))
    assert supports(question, lead, said(other.replace("Arvon drivers", "Belmont sailors"), "4.5 percent"))


def test_who_sues_in_one_and_is_sued_in_the_other_is_no_second_voice() -> None:
    lead = said("The singer Ada Quist has sued the producer Leo March over the song.", "Ada Quist")
    question = asked_of("Who sued whom over the song?")
    assert not supports(
        question, lead, said("The producer Leo March took the singer Ada Quist to court over the song.", "Ada Quist")
    )
    assert supports(
        question, lead, said("The singer Ada Quist took the producer Leo March to court over the song.", "Ada Quist")
    )


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("Ostby bought nine buses.", "Nine buses were bought by Ostby.", Stand.SAYS),
        ("Ostby bought nine buses.", "Ostby bought 14 buses.", Stand.DENIES),
        ("Ostby bought nine buses.", "Ostby did not buy nine buses.", Stand.DENIES),
        ("Ostby bought nine buses.", "Ostby may buy nine buses.", Stand.SILENT),
        ("Ostby bought nine buses.", "Nordhavn bought nine buses.", Stand.SILENT),
        ("Prices in Ostby rose in spring.", "Prices in Ostby fell in spring.", Stand.DENIES),
        ("Eva Lind won the Lantern Prize.", "Anna Berg won the Lantern Prize.", Stand.DENIES),
        ("The bank changed its rate.", "The bank left its rate unchanged.", Stand.DENIES),
        ("The bank did not change its rate.", "The bank left its rate unchanged.", Stand.SAYS),
        ("Several guests have fallen ill.", "No one has fallen ill.", Stand.DENIES),
        ("All three legs stand on the ground.", "Only two of its three legs stand on the ground.", Stand.DENIES),
        ("The water was contaminated by a leak.", "The water was not contaminated.", Stand.DENIES),
        ("The water was contaminated.", "The water was not contaminated by a leak.", Stand.SILENT),
        ("The hall will open in October.", "The hall will open not in October but in March.", Stand.DENIES),
        ("Halden had revenue of 1.2 billion dollars.", "Halden posted revenue of $1.2bn.", Stand.SAYS),
    ],
)  # fmt: skip
def test_what_a_sentence_says_of_a_claim(claim: str, text: str, expected: Stand) -> None:
    assert stand(claim_of(claim), told(text)) is expected


def test_a_deed_told_from_the_other_end_is_contradicted() -> None:
    claim = claim_of("Helvia bought the mill from Ostby.")
    assert stand(claim, told("Ostby bought the mill.", "Helvia had wanted to close it.")) is Stand.DENIES
    assert stand(claim, told("Helvia bought the mill from Ostby.")) is Stand.SAYS


def test_a_number_behind_its_noun_is_its_name() -> None:
    for number, verdict in (("7", Verdict.YES), ("8", Verdict.NO)):
        told = Told(f"Gate {number} weighs 40 kilograms.", (), "Gates", None, "")
        asked = asked_of("How many kilograms does gate 7 weigh?")
        start = told.text.index("40")
        assert fit(asked, told, Span(start, start + 12)).verdict is verdict


def test_what_is_told_of_nobody_in_particular_supports_no_claim() -> None:
    claim = claim_of("Amazon has bought AMD.")
    passage = "Meta turns to Amazon. It keeps buying them from Nvidia, and it has partnered with AMD."
    of_others = Told("It keeps buying them from Nvidia.", (), "", DAY, passage)
    assert stand(claim, of_others) is Stand.SILENT
    assert (
        stand(claim_of("Meta has partnered with AMD."), Told("It has partnered with AMD.", (), "", DAY, passage))
        is Stand.SAYS
    )


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("The library closes at 8 pm on weekdays.", "When does the library close?"),
        ("Ida Lund founded the dairy in 1910.", "What did Ida Lund found?"),
        ("The Wi-Fi password is orre2031.", "What is the Wi-Fi password?"),
        ("Refunds are paid within 14 days.", "When are refunds paid?"),
        ("He founded the dairy in 1910.", None),
        ("Not all dogs eat meat.", None),
        ("The dairy may be sold in May.", None),
        ("Rooms: 12", None),
    ],
)
def test_a_plain_statement_is_turned_into_the_question_that_it_answers(statement: str, question: str | None) -> None:
    assert question_to(statement) == question
