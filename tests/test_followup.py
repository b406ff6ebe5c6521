"""Follow-up questions, by invented conversations: what is completed, and what must be left as it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from answering import followup
from answering.followup import LONGEST_CARRIED, NOTHING_ASKED, WHAT_IT_CAN, Understood
from models.encoder import load_encoder
from retriever.request import Turn
from tests.hostile import hostile_texts

DAM = Turn("How many turbines did Norway order from Velmont?", "Norway ordered 18 turbines from Velmont for its new dam.")
DAM_EARLIER = Turn("How many turbines did Norway order from Korsk?", "Norway ordered 5 turbines from Korsk.")
CHIEF = Turn(
    "Who is the chief executive of Orbis Energy?", "Lena Vogt has been the chief executive of Orbis Energy since 2021."
)
FERRY = Turn(
    "Who bought the ferry line Sealink Nord?", "Tarvos Shipping bought the ferry line for 90 million euros in cash."
)
STRIKE = Turn("When did the rail strike begin?", "The rail strike began on 4 May.")
ELECTION = Turn("Who won the election in Chile?", "Ana Ruiz won the election with 54 percent of the vote.")
FLOOD = Turn("How many people died in the Lorne flood?", "At least 31 people died in the Lorne flood, officials said.")
GOLD = Turn("What is the price of gold?", "Gold costs 4,100 dollars an ounce.")
PENSION = Turn("Did Macron sign the pension law?", "Macron signed the pension law on Friday.")
DEAL = Turn("Was the lithium deal signed?", "The lithium deal was signed in Lima.")
PACT = Turn("Did Halden and Brightwater sign a water pact?")
RIVER = Turn("Which river did Tarvos Shipping dredge in 2024?", "Tarvos Shipping dredged the Ems in 2024.")
COMPANY = Turn("Which company makes the Quill 3 pen?", "Inkwell Labs makes the Quill 3 pen in Porto.")
LAYOFFS = Turn("How many workers did Volvo lay off in Sweden?", "Volvo laid off 300 workers in Sweden.")
TUNNEL = Turn("When will the Gotland tunnel open?", "The Gotland tunnel will open in 2031.")
LOWER = Turn("how many planes did airbus sell to qantas", "Airbus sold 20 planes to Qantas.")


ENCODER = cache(load_encoder)


def understood(question: str, history: Sequence[Turn]) -> Understood:
    return followup.understood(question, history, ENCODER())


@dataclass(frozen=True)
class Talk:
    turns: tuple[Turn, ...]
    remark: str
    expected: str

    def __str__(self) -> str:
        return self.remark


TALKS = [
    # --- another name, year or number in the same place ---
    Talk((DAM,), "and Korsk?", "How many turbines did Norway order from Korsk?"),
    Talk((DAM,), "What about Korsk?", "How many turbines did Norway order from Korsk?"),
    Talk((DAM,), "Yes, and Korsk?", "How many turbines did Norway order from Korsk?"),
    Talk((DAM,), "Thanks! And from Korsk?", "How many turbines did Norway order from Korsk?"),
    Talk((DAM,), "Korsk?", "How many turbines did Norway order from Korsk?"),
    Talk((DAM,), "And Denmark?", "How many turbines did Denmark order from Velmont?"),
    Talk((DAM_EARLIER, DAM), "and Hydra Motors?", "How many turbines did Norway order from Hydra Motors?"),
    Talk((DAM,), "And for 2025?", "How many turbines did Norway order from Velmont in 2025?"),
    Talk((DAM,), "and in March?", "How many turbines did Norway order from Velmont in March?"),
    Talk((DAM,), "and pumps?", "How many pumps did Norway order from Velmont?"),
    Talk((ELECTION,), "And in Bolivia?", "Who won the election in Bolivia?"),
    Talk((ELECTION,), "how about the Netherlands", "Who won the election in the Netherlands?"),
    Talk((RIVER,), "And in 2025?", "Which river did Tarvos Shipping dredge in 2025?"),
    Talk((RIVER,), "last year?", "Which river did Tarvos Shipping dredge last year?"),
    Talk((RIVER,), "No, I meant in 2023.", "Which river did Tarvos Shipping dredge in 2023?"),
    Talk((RIVER,), "no, I meant Sealink Nord", "Which river did Sealink Nord dredge in 2024?"),
    Talk((RIVER,), "Sealink Nord, not Tarvos Shipping", "Which river did Sealink Nord dredge in 2024?"),
    Talk((GOLD,), "and silver?", "What is the price of silver?"),
    Talk((GOLD,), "And of crude oil?", "What is the price of crude oil?"),
    Talk((Turn("How much is a ticket for 2 days?"),), "and for 5 days?", "How much is a ticket for 5 days?"),
    Talk((Turn("What is Inkwell’s revenue?"),), "And Quillon’s?", "What is Quillon’s revenue?"),
    Talk((Turn("How tall is the Lumen Tower?"),), "And the Arc Tower?", "How tall is the Arc Tower?"),
    Talk((Turn("Why is the price of cocoa rising?"),), "And coffee?", "Why is the price of coffee rising?"),
    Talk((Turn("How many seats did the Greens win in Belgium?"),), "and the Liberals?",
         "How many seats did the Liberals win in Belgium?"),
    Talk((TUNNEL,), "And the Fehmarn tunnel?", "When will the Fehmarn tunnel open?"),
    # --- an attribute ---
    Talk((Turn("What is the capital of Peru?"),), "And the population?", "What is the population of Peru?"),
    # --- who said so ---
    Talk((DAM,), "Who said so?", "Who said that Norway ordered 18 turbines from Velmont for its new dam?"),
    Talk((STRIKE,), "According to whom?", "Who said that the rail strike began on 4 May?"),
    Talk((FLOOD,), "source?", "Who said that at least 31 people died in the Lorne flood, officials said?"),
    Talk((PENSION,), "Really?", "Is it true that Macron signed the pension law on Friday?"),
    Talk((PENSION,), "Are you sure?", "Is it true that Macron signed the pension law on Friday?"),
    Talk((PENSION,), "is that true", "Is it true that Macron signed the pension law on Friday?"),
    # --- when, where, why, how many ---
    Talk((DAM,), "When was that?", "When was it that Norway ordered 18 turbines from Velmont for its new dam?"),
    Talk((DAM,), "why?", "Why was it that Norway ordered 18 turbines from Velmont for its new dam?"),
    Talk((DAM,), "At what price?", "At what price was it that Norway ordered 18 turbines from Velmont for its new dam?"),
    Talk((Turn("Has Nigeria raised its rate?"),), "By how much?", "By how much: Has Nigeria raised its rate?"),
    Talk((STRIKE,), "and why?", "Why was it that the rail strike began on 4 May?"),
    Talk((STRIKE,), "Where did that happen?", "Where was it that the rail strike began on 4 May?"),
    Talk((PENSION,), "When?", "When was it that Macron signed the pension law on Friday?"),
    Talk((DEAL,), "By whom?", "By whom was it that the lithium deal was signed in Lima?"),
    Talk((FLOOD,), "When was that?", "When was it that at least 31 people died in the Lorne flood, officials said?"),
    Talk((Turn("Which workers did Volvo lay off?"),), "How many of them?", "How many: Which workers did Volvo lay off?"),
    Talk((LAYOFFS,), "which ones?", "Which was it that Volvo laid off 300 workers in Sweden?"),
    Talk((Turn("Did Korsk recall pumps in May 2024?"),), "How many?", "How many: Did Korsk recall pumps in May 2024?"),
    # --- pronouns ---
    Talk((DEAL,), "When was it signed?", "When was the lithium deal signed?"),
    Talk((STRIKE,), "Has it ended?", "Has the rail strike ended?"),
    Talk((CHIEF,), "How old is she?", "How old is Lena Vogt?"),
    Talk((CHIEF,), "What did her predecessor do?", "What did Lena Vogt’s predecessor do?"),
    Talk((PENSION,), "Did he resign?", "Did Macron resign?"),
    Talk((ELECTION,), "What did she promise?", "What did Ana Ruiz promise?"),
    Talk((COMPANY,), "Who is its chief executive?", "Who is Inkwell Labs’ chief executive?"),
    Talk((COMPANY,), "Who founded it?", "Who founded Inkwell Labs?"),
    Talk((LAYOFFS,), "What did they announce?", "What did Volvo announce?"),
    Talk((Turn("Did the senate pass the farm bill?"),), "Who voted against it?", "Who voted against the farm bill?"),
    Talk((Turn("What is the fastest train in Japan?"),), "How fast is it?", "How fast is the fastest train in Japan?"),
    Talk((Turn("Did Anders Holm leave the Norsk Party?"),), "Who leads it now?", "Who leads the Norsk Party now?"),
    Talk((TUNNEL,), "Who is building it", "Who is building the Gotland tunnel?"),
    Talk((TUNNEL,), "How long is it?", "How long is the Gotland tunnel?"),
    # --- the rest ---
    Talk((DAM,), "What else?", "What else was it that Norway ordered 18 turbines from Velmont for its new dam?"),
    Talk((FERRY,), "Who else?", "Who else was it that Tarvos Shipping bought the ferry line for 90 million euros in cash?"),
    Talk((STRIKE,), "tell me more", "Tell me more: when did the rail strike begin?"),
    Talk((FLOOD,), "What caused that?", "What caused that: how many people died in the Lorne flood?"),
    Talk((FLOOD,), "What happened next?", "What happened next: how many people died in the Lorne flood?"),
    # --- chains, and small talk in between ---
    Talk((DAM, Turn("thanks", None)), "and Korsk?", "How many turbines did Norway order from Korsk?"),
]  # fmt: skip


@pytest.mark.parametrize("talk", TALKS, ids=str)
def test_a_follow_up_is_completed(talk: Talk) -> None:
    got = understood(talk.remark, talk.turns)
    assert got.question == talk.expected
    assert got.searches == tuple(dict.fromkeys((talk.expected, talk.remark)))
    assert got.carried
    assert not got.told


SELF_CONTAINED = [
    "Who won the election in Chile?", "Did Korsk say when it will build its data centre?", "Is it true that Korsk bought Velmont?",
    "Who is the man that sold his company?", "Is it raining in Paris?", "How long does it take to charge a Quill 3?",
    "What time is it in Tokyo?", "Why do cats purr when they sleep?", "How does a bat find its prey?", "How do birds find their way?",
    "What happened this week?", "What changed this year at Volvo?", "Which countries joined the union that Halden left?",
    "Did that minister resign in Oslo?", "Is this drug approved in Japan?", "Who said that the river was clean?",
    "Who said that Korsk is bankrupt?", "When was the Lumen Tower built?", "What is inflation?", "Why is the sky blue?",
    "How much does it cost to build a bridge?", "Does it matter if rice is washed?", "Is it safe to drink rain?",
    "What is the population of Peru?", "Which company changed its name in 2020?", "Who lost his seat in Ohio?",
    "When it was founded, what did Korsk make?", "In his speech, what did Macron promise?", "Korsk revenue 2024", "Velmont",
    "Tell me about the ferry disaster in Senegal", "Explain how tides work", "And who is the mayor of Lima?",
    "No one voted for the bill in Ghana, why?", "Yes Bank revenue in 2024?", "Is there water on Mars?", "Are there lions in Kenya?",
    "What do bees eat?", "How many moons does Saturn have?", "Where can I see the northern lights?", "Is aspirin good for dogs?",
    "Who are the candidates in Ghana?", "Good news about Volvo?", "Can you eat a fig with its skin?", "Right-wing parties in Spain",
    "Does Ana Ruiz want her party to split?", "Quelle est la capitale du Pérou?", "Мета купила чипы?", "Who is its chief at Korsk?",
    "What does the WHO say about its budget?", "Is it possible to swim in Lake Ems?", "How much is a ticket for 2 days?",
]  # fmt: skip


@pytest.mark.parametrize("turn", [DAM, CHIEF, STRIKE, GOLD], ids=["names", "people", "no name", "bare noun"])
@pytest.mark.parametrize("question", SELF_CONTAINED)
def test_a_change_of_subject_is_left_alone(question: str, turn: Turn) -> None:
    got = understood(question, (turn,))
    assert (got.question, got.carried, got.told) == (question, (), "")


SMALL_TALK = [
    "thanks", "Thank you!", "ok", "OK.", "yes", "Yes please", "no", "No.", "hello", "Hi there!", "great, thank you!", "bye", "Thanks a lot",
    "thank you very much", "No, thanks.", "cool", "ok great", "Good morning", "got it, thanks", "👍", "never mind", "that's all", "???", "",
    "yes yes yes", "That is helpful, thank you so much!", "sorry", "nice one",
]  # fmt: skip


@pytest.mark.parametrize("remark", SMALL_TALK)
@pytest.mark.parametrize("history", [(), (DAM,), (DAM, CHIEF)])
def test_small_talk_is_no_question(remark: str, history: tuple[Turn, ...]) -> None:
    got = understood(remark, history)
    assert (got.question, got.carried, got.told) == (remark, (), NOTHING_ASKED)


WISHES = [
    "auf Deutsch bitte", "Auf Deutsch?", "in German please", "Can you say that in French?", "translate it into Spanish", "en español, por favor", "Translate",
    "Shorter please", "shorter", "Please make it shorter!", "That is too long.", "Could you summarize that?", "in one sentence", "tl;dr", "In other words?",
    "rephrase", "ok, but shorter", "as a table please", "kürzer bitte", "Can you give me a short summary?", "på norsk", "explain it in simple words",
    "What can you do?", "what can I ask you", "Who are you?", "are you a robot?", "help", "Do you speak German?", "hi, what can you do?", "Was kannst du?",
]  # fmt: skip


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("history", [(), (DAM,)])
def test_a_wish_is_told_what_the_program_can(wish: str, history: tuple[Turn, ...]) -> None:
    assert understood(wish, history).told == WHAT_IT_CAN


def test_a_wish_between_does_not_end_the_conversation() -> None:
    between = Turn("auf Deutsch bitte", WHAT_IT_CAN)
    assert understood("and Korsk?", (DAM, between)) == understood("and Korsk?", (DAM,))


@pytest.mark.parametrize(
    "question",
    ["Is it in German?", "How many books did she write in German?", "Which bridge is shorter?", "Summarize the report of the dam", "What can you do in Oslo?",
     "Who are you, asked the king?", "Does the museum help me?", "Was it too long?", "Who translated it into Spanish?", "in Norway", "What is the shorter way?",
     "Short sellers", "Translate the contract", "What are you allowed to bring?", "help desk", "Why is the tunnel too short?"],
)  # fmt: skip
def test_a_question_that_holds_words_of_a_wish_is_a_question(question: str) -> None:
    assert understood(question, (DAM,)).told == ""


@pytest.mark.parametrize(
    ("remark", "turn"),
    [
        ("How much did the deal cost?", DAM),
        ("and cheaper?", FLOOD),
        ("and Velmont?", DAM),
    ],
)
def test_when_not_sure_it_is_only_searched_with(remark: str, turn: Turn) -> None:
    got = understood(remark, (turn,))
    assert got.question == remark
    assert got.searches[-1] == remark
    assert len(got.searches) == 2
    assert got.carried == ()


def test_what_was_carried_over_is_named() -> None:
    assert understood("and Korsk?", (DAM,)).carried == ("Norway",)
    assert understood("Did he resign?", (PENSION,)).carried == ("Macron",)
    assert understood("and silver?", (GOLD,)).carried == ("What is the price of gold",)


def test_the_answer_is_read_past_its_remark_on_differences() -> None:
    turn = Turn("When did the rail strike begin?", "The articles differ. The rail strike began on 4 May. It ended in June.")
    assert understood("who said so?", (turn,)).question == "Who said that the rail strike began on 4 May?"


_REMARKS = st.sampled_from([talk.remark for talk in TALKS] + SELF_CONTAINED + SMALL_TALK)
_TURNS = st.builds(Turn, st.one_of(hostile_texts, st.text()), st.one_of(st.none(), hostile_texts))


@given(st.one_of(hostile_texts, _REMARKS), st.lists(_TURNS, max_size=4))
def test_nothing_is_lost_or_raised(question: str, history: list[Turn]) -> None:
    got = understood(question, history)
    assert bool(got.told) == (got.searches == ())
    assert got.told or question in got.searches
    assert all(len(search) <= len(question) + LONGEST_CARRIED + 100 for search in got.searches)


@given(st.one_of(hostile_texts, _REMARKS))
def test_without_history_nothing_changes(question: str) -> None:
    got = understood(question, ())
    assert (got.question, got.carried) == (question, ())


@given(st.sampled_from(SELF_CONTAINED), st.sampled_from(TALKS))
def test_what_was_understood_is_understood_again(question: str, talk: Talk) -> None:
    once = understood(question, talk.turns).question
    assert understood(once, talk.turns).question == once
    done = understood(talk.remark, talk.turns).question
    assert understood(done, (*talk.turns, Turn(done))).question == done


@given(st.lists(st.sampled_from(SMALL_TALK), max_size=4).map(" ".join), st.sampled_from(TALKS))
@example("👍 Hi there!", TALKS[0])
@example("no Thanks a lot Hi there!", TALKS[0])
def test_small_talk_gains_no_words(remark: str, talk: Talk) -> None:
    assert understood(remark, talk.turns).question == remark
