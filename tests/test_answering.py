"""Expected kinds, wording, origins, support and disagreement, by small hand-made articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.agreement import Heard, agreeing, differing
from answering.answer import Answer, Claim, Origin, as_json
from answering.compose import LONGEST_QUOTE, Candidates, choose, composed, measured
from answering.origins import Voice, credited, origins_of, publisher_key, rests_on, shared_origin, support_of
from answering.readings import Reading
from corpus.article import Article, Passage, Span
from language.questions import Kind, question_of
from language.words import folded, name_stems, numbers_in, seems_english
from retriever.search import Hit
from tests.fakes import WordJudge, article, copies_among, no_copies, reading


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did it happen?", Kind.DATE), ("How much did it cost?", Kind.NUMBER), ("What share of it?", Kind.NUMBER),
        ("Who left?", Kind.NAME), ("Which company leads?", Kind.NAME), ("What city hosts it?", Kind.NAME),
        ("Is it true?", Kind.YES_NO), ("What does it do?", Kind.OTHER), ("Why?", Kind.REASONS),
    ],
)  # fmt: skip
def test_kinds_of_questions(question: str, kind: Kind) -> None:
    assert question_of(question).kind is kind


def test_wording() -> None:
    assert numbers_in("6GW, six chips and 10,000 cores") == {"6", "10000"}
    assert name_stems("Which chips will Meta buy from AMD?") == {"meta", "amd"}
    assert folded("The Graviton's 6GW") == "graviton 6 gw"


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("Which chips will Meta use?", True), ("AMD capacity", True), ("Nvidia stock price target raised", True),
        ("Wie viel Rechenleistung hat Meta von AMD bekommen?", False), ("Мета купила чипы?", False),
        ("Quelle entreprise domine le marché des accélérateurs?", False),
    ],
)  # fmt: skip
def test_other_languages_are_noticed(question: str, english: bool) -> None:
    assert seems_english(question) == english


BODY = " ".join(f"Sentence number {n} tells of matter {n * 7}." for n in range(30))


QUESTION = "Which company dominates the market?"


def voice(one: Article, said: str = "") -> Voice:
    """The article saying this; without it, its whole text."""
    at = one.text.index(said)
    return Voice(one, Span(at, at + len(said or one.text)))


def test_origins_and_their_reasons() -> None:
    original, reprint = article("a", BODY), article("b", "A new headline. " + BODY[:700])
    credit = article("c", "According to TechCrunch, it rained."), article("d", "It rained, as reported by TechCrunch.")
    host = article("e", "One.", url="https://www.cnn.com/x"), article("f", "Two.", url="https://edition.cnn.com/y")
    all_ = [original, reprint, *credit, *host, article("g", "Alone.")]
    found = origins_of([voice(a) for a in all_], copies_among(*all_))
    assert {frozenset(o.articles) for o in found.values()} == {
        frozenset("ab"), frozenset("cd"), frozenset("ef"), frozenset("g"),
    }  # fmt: skip
    assert "in the same order, as in “Sentence number 0 tells" in found["a"].reasons[0]
    assert "(According to TechCrunch)" in found["c"].reasons[0]
    assert "cnn" in found["e"].reasons[0]
    assert found["g"].reasons == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (article("a", "According to TechCrunch, x."), article("b", "y", publisher="TechCrunch")),
        (article("a", "According to TechCrunch, x."), article("b", "y", url="https://techcrunch.com/1")),
        (article("a", "ROME (AP) — x."), article("b", "According to the Associated Press, y.")),
        (article("a", "x", publisher="CNN"), article("b", "y", url="https://edition.cnn.com/1")),
        (article("a", "x", publisher="The Verge"), article("b", "y", url="https://www.vox.com/1")),
        (article("a", "x", url="https://www.theverge.com/1"), article("b", "According to The Verge, y.")),
        (article("a", "x", publisher="The Guardian"), article("b", "y", url="https://www.theguardian.com/1")),
        (article("a", "Too short."), article("b", "Too  short.")),
    ],
)
def test_one_voice_under_two_names(one: Article, other: Article) -> None:
    copies = copies_among(one, other)(["a", "b"])
    assert shared_origin(voice(one), voice(other), copies) is not None


def test_origins_chain() -> None:
    chain = [
        article("a", "According to Reuters, x."),
        article("b", "According to Reuters and, according to CNN, y."),
        article("c", "According to CNN, z."),
    ]
    assert set(origins_of([voice(a) for a in chain], no_copies)["a"].articles) == {"a", "b", "c"}


def test_two_copies_of_a_third_are_one_origin_though_it_is_not_asked() -> None:
    third = article("c", BODY)
    one, other = article("a", BODY[:600]), article("b", BODY[650:])
    found = origins_of([voice(one), voice(other)], copies_among(one, other, third))
    assert found["a"].articles == ("a", "b")
    assert "a third article" in found["a"].reasons[0]


FILLER = "".join(f"Paragraph {n} tells of the harbour and of its {n} cranes.\n" for n in range(6))
ORDER = "Meta ordered 40 chips from AMD."


@pytest.mark.parametrize(
    ("text", "rests"),
    [
        (f"{ORDER}\n{FILLER}TechCrunch reported in May that Apple sued Epic.\n{FILLER}", False),
        (f"{ORDER}\n{FILLER}TechCrunch reported that AMD would deliver them to Meta.\n{FILLER}", True),
        (f"TechCrunch reported it first.\n{FILLER}{ORDER}\n{FILLER}", True),
        (f"{FILLER}{ORDER} That is according to TechCrunch.\n{FILLER}", True),
        (f"{FILLER}{ORDER}\n{FILLER}Source: TechCrunch\n", True),
        (f"{FILLER}{ORDER}\n{FILLER}Source: TechCrunch\n{FILLER}", False),
    ],
)  # fmt: skip
def test_a_passing_mention_is_no_upstream(text: str, rests: bool) -> None:
    assert bool(credited(voice(article("a", text), ORDER))) is rests


def test_independent_accounts_stay_apart() -> None:
    one, other = article("a", BODY), article("b", "Something else entirely is told in this one.")
    assert shared_origin(voice(one), voice(other), copies_among(one, other)(["a", "b"])) is None
    nowhere = article("a", "x", url="http://[foo"), article("b", "y", url="http://[foo")
    assert shared_origin(voice(nowhere[0]), voice(nowhere[1]), {}) is None
    assert publisher_key(article("a", "x", url="https://www.bbc.co.uk/1")) == publisher_key(
        article("b", "y", url="https://news.bbc.co.uk/2")
    )


def heard(question: str) -> Heard:
    return Heard(question_of(question), WordJudge())


def supports(question: str, claim: Reading, other: Reading) -> bool:
    return bool(agreeing(heard(question), claim, [other]))


def differs(question: str, claim: Reading, other: Reading) -> bool:
    return bool(differing(heard(question), claim, [other]))


def test_support_needs_the_same_answer() -> None:
    claim = reading(QUESTION, "a", "NVIDIA dominates the market.")
    assert supports(QUESTION, claim, reading(QUESTION, "b", "The market is dominated by Nvidia today.", 0.3))
    assert not supports(QUESTION, claim, reading(QUESTION, "b", "The market is dominated by Intel today.", 0.3))
    assert not supports(QUESTION, claim, reading(QUESTION, "b", "The market is not dominated by Nvidia.", 0.3))
    assert supports(QUESTION, claim, reading(QUESTION, "b", "The market is dominated by Nvidia.", 0.01))
    assert not supports(QUESTION, claim, reading(QUESTION, "b", "Nvidia sells graphics cards.", 0.04))


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How many gigawatts did Meta buy from AMD?",
            "Meta bought 6 gigawatts of power from AMD.",
            "Meta bought 4 gigawatts of power from AMD.",
        ),
        ("Has Meta sued AMD?", "Meta has sued AMD.", "Meta has not sued AMD."),
        ("How much AMD stock can Meta buy?", "Meta can buy 10% of AMD stock.", "Meta can buy AMD stock for $10."),
    ],
)
def test_what_only_sounds_alike_is_no_support(question: str, one: str, other: str) -> None:
    assert not supports(question, reading(question, "a", one), reading(question, "b", other))


def test_two_spellings_of_one_answer_are_no_difference() -> None:
    question = "How much capacity did Meta secure from AMD?"
    claim = reading(question, "a", "Meta secured 6GW of capacity from AMD.")
    for same in ("Meta secured 6 gigawatts of capacity from AMD.", "Meta secured six gigawatts of capacity from AMD."):
        assert not differs(question, claim, reading(question, "b", same))
        assert supports(question, claim, reading(question, "b", same))


def test_difference_needs_two_answers_to_the_same() -> None:
    question = "How many chips did Meta order?"
    claim = reading(question, "a", "Meta ordered 40 chips.")
    assert differs(question, claim, reading(question, "b", "Meta ordered 25 chips."))
    assert not differs(question, claim, reading(question, "b", "Meta ordered forty (40) chips."))
    assert not differs(question, claim, reading(question, "b", "Meta ordered at least 25 chips."))
    assert not differs(question, claim, reading(question, "b", "Google ordered 25 chips."))


LONG = "It rained in the north for nine days on end."


@pytest.mark.parametrize(
    ("said", "support", "words"),
    [
        ("a1", "single_source", "Single source"), ("a1 a1", "single_source", "Single source"),
        ("a1 b1 c1", "shared_origin", "3 articles, one origin"), ("a1 b1 c2", "corroborated", "2 independent sources"),
        # A text too short to be compared sets nothing apart, but takes nothing away from those that can be.
        ("a1 x2", "unknown", "Independence unknown"), ("x1 y2", "unknown", "Independence unknown"),
        ("x1 y1", "shared_origin", "2 articles, one origin"), ("a1 b2 x3", "corroborated", "2 independent sources"),
        ("a1 b1 x2", "unknown", "Independence unknown"),
    ],
)  # fmt: skip
def test_support_in_numbers_and_words(said: str, support: str, words: str) -> None:
    """Letters are articles, x and y short ones; numbers are origins."""
    texts = {name: "Rain." if name in "xy" else LONG for name in "abcxy"}
    articles = [(article(pair[0], texts[pair[0]]), Origin(pair[1], ())) for pair in said.split()]
    found, origins = support_of(articles)
    assert found == support
    assert Claim("x", (1,), found, origins, len({a.id for a, _ in articles})).in_words == words


def answer_to(question: str, readings: Sequence[Reading]) -> Answer:
    """As the engine would, where all voices were found already."""
    answering = [r for r in readings if r.probability >= 0.4]
    copies = copies_among(*(r.hit.article for r in readings))
    return composed(
        question,
        choose(heard(question), answering, lambda _: Candidates(readings), copies),
        copies,
    )


def test_an_answer_with_one_origin_and_one_with_two() -> None:
    first = reading(QUESTION, "a", "NVIDIA dominates the market for chips, according to TechCrunch.")
    same = reading(QUESTION, "b", "TechCrunch reported that NVIDIA dominates the market.", 0.5)
    other = reading(QUESTION, "c", "Nvidia dominates this market, as it has for years.", 0.5)
    assert answer_to(QUESTION, [first]).support == "single_source"
    assert answer_to(QUESTION, [first, same]).support == "shared_origin"
    answer = answer_to(QUESTION, [first, same, other])
    assert (answer.support, answer.claims[0].origins, answer.answer_span) == ("corroborated", 2, "NVIDIA")
    assert answer.text == "NVIDIA dominates the market for chips, according to TechCrunch. [1][2][3]"


def row(question: str, id_: str, text: str, names: str, probability: float = 0.9) -> Reading:
    """A reading whose answer is a row of names."""
    start = text.index(names)
    one = article(id_, text)
    answer = Span(start, start + len(names))
    return Reading(Hit(one, Passage(0, len(text), text), 1.0, 1), Span(0, len(text)), answer, probability)


def test_each_of_a_list_has_its_own_support_and_the_list_that_of_its_weakest() -> None:
    question = "Which towns did the flood hit in May?"
    first = row(question, "a", "The flood hit Ostby, Harlow and Dunmere in May.", "Ostby, Harlow and Dunmere")
    part = row(question, "b", "The flood hit Harlow and Ostby in May, and the bridge fell.", "Harlow and Ostby", 0.6)
    rest = row(question, "c", "In May the flood hit Dunmere too, where a mill stood.", "Dunmere", 0.6)
    answer = replace(answer_to(question, [first, part]), kind="list")
    assert [(s.answer, s.support) for s in answer.answers] == [
        ("Ostby", "corroborated"), ("Harlow", "corroborated"), ("Dunmere", "single_source")
    ]  # fmt: skip
    assert (answer.support, answer.claims[0].citations) == ("single_source", (1,))
    whole = replace(answer_to(question, [first, part, rest]), kind="list")
    assert (whole.support, whole.claims[0].origins, whole.claims[0].citations) == ("corroborated", 2, (1, 2, 3))


def test_items_of_one_origin_are_counted_with_their_articles() -> None:
    question = "Which towns did the flood hit in May?"
    first = row(question, "a", "The flood hit Ostby and Dunmere in May, according to TechCrunch.", "Ostby and Dunmere")
    others = [
        row(question, id_, f"TechCrunch reported that the flood hit {name} in May.", name, 0.6)
        for id_, name in (("b", "Ostby"), ("c", "Dunmere"))
    ]
    claim = answer_to(question, [first, *others]).claims[0]
    assert (claim.support, claim.citations, claim.in_words) == ("shared_origin", (1, 2, 3), "3 articles, one origin")


def test_a_disagreement_is_shown_and_said() -> None:
    question = "Which chip will Meta use?"
    answer = answer_to(
        question,
        [
            reading(question, "a", "Meta will use Graviton chips."),
            reading(question, "b", "Meta will use Trainium chips.", 0.5),
        ],
    )
    assert [[s.answer for s in d.sides] for d in answer.disagreements] == [["Graviton", "Trainium"]]
    assert [s.citations for s in answer.disagreements[0].sides] == [(1,), (2,)]
    assert answer.text.startswith("The articles differ.")
    assert answer.support == "single_source"


@given(st.integers(0, 900), st.integers(1, 200), st.integers(0, 900))
def test_a_cut_never_loses_the_answer(before: int, size: int, after: int) -> None:
    text = "x" * before + "A" * size + "y" * after
    one = article("a", text)
    answer = Span(before, before + size)
    span = measured(Reading(Hit(one, Passage(0, len(text), text), 1.0, 1), Span(0, len(text)), answer, 0.9))
    assert span.start <= answer.start < answer.end <= span.end
    assert span.end - span.start <= LONGEST_QUOTE


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_long_sentences_are_cut_in_one_piece_around_the_answer(before: int, after: int) -> None:
    text = "word " * (before // 5) + "ANSWER" + " word" * (after // 5)
    one = article("a", text)
    start = text.index("ANSWER")
    span = measured(Reading(Hit(one, Passage(0, len(text), text), 1.0, 1), Span(0, len(text)), Span(start, start + 6), 0.9))
    assert span.end - span.start <= LONGEST_QUOTE
    assert "ANSWER" in span.of(text)


def test_the_json_has_every_field_of_the_contract() -> None:
    answer = as_json(answer_to(QUESTION, [reading(QUESTION, "a", "NVIDIA dominates the market.")]))
    assert answer.keys() == {
        "question", "status", "text", "answer_span", "support", "claims", "disagreements", "quotes", "nearest", "index",
        "models", "timings_ms", "kind", "understood", "answers", "writing", "upstreams", "updates", "otherwise",
        "notices", "verdict",
    }  # fmt: skip
    quote = answer["quotes"][0]
    assert quote.keys() == {"number", "text", "start", "end", "page", "said_by", "dated", "article", "origin"}
    assert {"id", "title", "publisher", "author", "published", "url", "sha256"} <= quote["article"].keys()
    assert quote["origin"].keys() == {"id", "articles", "reasons"}


# --- what an answer rests on, and what changed ----------------------------------------------------------------------


def test_outlets_that_the_corpus_lacks_are_told_with_the_articles_that_rest_on_them() -> None:
    """Not the article's own outlet, and not one that is credited for something else."""
    one = article("a", "According to TechCrunch, Ostby bought nine buses.", publisher="CNN")
    other = article("b", "Ostby bought nine buses.\n\nSource: TechCrunch")
    own = article("c", "TechCrunch reported that Ostby bought nine buses.", publisher="TechCrunch")
    voices = [Voice(a, Span(0, len(a.text.split("\n")[0]))) for a in (one, other, own)]
    found = rests_on(voices, frozenset({"cnn"}))
    assert [(u.name, u.articles, u.in_corpus) for u in found] == [("TechCrunch", ("a", "b"), False)]
    assert rests_on(voices, frozenset({"techcrunch"}))[0].in_corpus
    assert found[0].in_words == "2 quoted articles rest on TechCrunch, which is not in the corpus."


def test_a_reason_is_told_once_however_often_two_articles_speak() -> None:
    one = article("a", "According to TechCrunch, Ostby bought nine buses. They are red.")
    other = article("b", "TechCrunch reported it. Ostby bought nine buses, and they are red.")
    voices = [Voice(a, s) for s in (Span(0, 20), Span(30, 45)) for a in (one, other, one)]
    assert len(origins_of(voices, no_copies)["a"].reasons) == 1


@pytest.mark.parametrize(
    ("question", "one", "other", "days", "told"),
    [
        ("How many buses did Ostby buy?", "Ostby bought 9 buses.", "Ostby bought 12 buses.", ("2026-03-01", "2026-03-09"), "update"),
        ("How many buses did Ostby buy?", "Ostby bought 9 buses.", "Ostby bought 12 buses.", ("2026-03-01", "2026-03-02"), "differ"),
        ("How many buses did Ostby buy?", "Ostby bought 9 buses.", "Ostby bought 12 buses.", (None, "2026-03-02"), "differ"),
        ("Which company sold Ostby the buses?", "Volta sold Ostby the buses.", "Kern sold Ostby the buses.", ("2026-03-01", "2026-03-09"), "differ"),
        ("Which company sold Ostby the buses?", "Volta sold Ostby the buses.", "Kern sold Ostby the buses.", ("2024-03-01", "2026-03-09"), ""),
        ("Did Ostby buy the buses?", "Ostby did buy the buses.", "Ostby did not buy the buses.", (None, None), "differ"),
        ("How many buses did Ostby buy?", "Ostby bought 9 buses.", "Ostby bought nine buses.", (None, None), ""),
        ("How many buses did Ostby buy?", "Ostby bought 1,012 buses.", "Ostby bought 1,000 buses.", (None, None), ""),
        ("How many buses did Ostby buy?", "Ostby bought 12 buses.", "Ostby bought 12% of the buses.", (None, None), ""),
    ],
)  # fmt: skip
def test_contradiction_update_and_neither(
    question: str, one: str, other: str, days: tuple[str | None, str | None], told: str
) -> None:
    readings = [
        reading(question, id_, text, 0.9, **({"published": day} if day else {}))
        for id_, text, day in zip("ab", (one, other), days, strict=True)
    ]
    answer = answer_to(question, readings)
    assert ("differ" if answer.disagreements else "update" if answer.updates else "") == told
    if answer.updates:
        assert [s.answer for s in answer.updates] == ["9 buses", "12 buses"] or [s.answer for s in answer.updates] == [
            "9",
            "12",
        ]
        assert answer.text.startswith("This changed over time. ")


def test_three_sides_of_one_question_are_told() -> None:
    question = "How many buses did Ostby buy?"
    readings = [reading(question, id_, f"Ostby bought {n} buses.") for id_, n in zip("abcd", (9, 12, 30, 51), strict=True)]
    sides = answer_to(question, readings).disagreements[0].sides
    assert len(sides) == 3 and len({s.answer for s in sides}) == 3


def test_two_articles_that_deny_it_are_one_side() -> None:
    question = "Did Ostby buy the buses?"
    texts = ("Ostby did buy the buses.", "Ostby did not buy the buses.", "Ostby never did buy the buses.")
    answer = answer_to(question, [reading(question, id_, text) for id_, text in zip("abc", texts, strict=True)])
    assert [s.answer for s in answer.disagreements[0].sides] == ["yes", "no"]


def test_a_sure_answer_to_a_question_of_yes_and_no_begins_with_it() -> None:
    question = "Did Ostby buy the buses?"
    yes, no = reading(question, "a", "Ostby did buy the buses."), reading(question, "b", "Ostby did not buy the buses.")
    sure = answer_to(question, [yes])
    assert (sure.verdict, sure.answer_span, sure.text) == ("yes", None, "Yes: Ostby did buy the buses. [1]")
    assert answer_to(question, [no]).text.startswith("No: ")
    unsure = answer_to(question, [replace(yes, probability=0.5)])
    assert (unsure.verdict, unsure.text) == (None, "Ostby did buy the buses. [1]")
    assert answer_to(question, [yes, no]).verdict is None
