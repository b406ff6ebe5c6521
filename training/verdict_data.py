"""What the judge learns from: a mixture without end of lessons, the same for the same seed.

Three kinds: claims with evidence (training/judge_data.py, training/judge_more.py), questions of yes and no with a passage, and
questions, alone or with an answer, with a sentence of their passage: does it tell what is asked? Questions with passages are
those of training/sources.py. Nothing that the project is measured on is in it: `Mixture` asks training/measured.py of every
text. Works on text alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpus.article import Span
from corpus.splitting import sentences
from models.judge import DENIES, NEITHER, SAYS
from training.judge_data import Claims, Pair
from training.judge_more import Lesson, compared, labelled_more, sentence_pairs, split_sentences, yes_and_no
from training.made import Made, answering
from training.measured import Measured
from training.reader_data import Example, is_held_out
from training.statements import statement

CHUNK = 1024
"""Lessons of a piece of the mixture: what a place in it is counted in."""
_TRIES = 8
"""Things of a kind, for each lesson wanted, that are tried at most: not every one makes a lesson."""
_ELSEWHERE, _OTHERWISE = 0.42, 0.2
"""Of questions those that another sentence is held against, and those with another answer; of all others what is changed."""
_OF_SENTENCES = 0.24
"""Of those that another sentence is held against, those where the claim is the sentence that answers."""
_BARE, _ANSWERED = 0.3, 0.6
"""Below the first a question stands alone, below the second its answer follows it, above they are one statement."""
_BEFORE, _AROUND, _TITLED = 200, 0.5, 0.7
"""Code points before a sentence, how often they are told with it, and how often the title is."""
_SHORTEST = 30
"""Code points of a sentence that another one may be."""
_LONGEST_ANSWER = 8
_WORD = re.compile(r"\w{4,}")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")
_NOT = re.compile(r"\bnot\b")


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
        claims = self._claims = Claims(kept, seed, made)
        rng = random.Random(seed)
        answered = [e for e in kept if e.answer and rng.random() < e.share]
        asked = Asked(answered, made)
        yes_no, pairs, labelled = (
            [lesson for lesson in some if not measured.holds(lesson.asked, lesson.text)]
            for some in (yes_and_no(folder), sentence_pairs(folder), labelled_more(folder))
        )
        split = [s for s in split_sentences(folder) if not measured.holds("", "\n".join(s))]
        self._kinds = [
            _Kind(0.38, len(answered), lambda n, rng: asked.of(answered[n], rng)),
            _Kind(0.18, len(claims), lambda n, _: list(map(_made_claim, claims.of(n)))),
            _Kind(0.03, len(claims), lambda n, _: list(map(_made_claim, claims.of_two(n)))),
            _Kind(0.04, len(claims), lambda n, _: list(map(_made_claim, claims.of_a_sentence()))),
            _Kind(0.13, len(yes_no), lambda n, _: [yes_no[n]]),
            _Kind(0.12, len(labelled), lambda n, _: [labelled[n]]),
            _Kind(0.04, len(split), lambda n, rng: _of_split(split, n, rng)),
            _Kind(0.08, len(pairs), lambda n, _: [pairs[n]]),
        ]

    def chunk(self, number: int) -> list[Lesson]:
        """About CHUNK lessons. Of every kind each thing comes once before one comes again."""
        rng = random.Random(f"{self._seed}/{number}")
        for one in (self._claims, self._made):
            if one is not None:
                one.begin(rng.randrange(1 << 30))
        found = [lesson for at, kind in enumerate(self._kinds) for lesson in self._of(at, kind, number, rng)]
        rng.shuffle(found)
        return found

    def _of(self, at: int, kind: _Kind, number: int, rng: random.Random) -> list[Lesson]:
        wanted = round(kind.share * CHUNK)
        found: list[Lesson] = []
        for place in islice(_places(kind.size, number * wanted, f"{self._seed}/{at}"), _TRIES * wanted):
            if len(found) >= wanted:
                break
            found += filter(self._may_be_learned, kind.make(place, rng))
        return found[:wanted]

    def _may_be_learned(self, lesson: Lesson) -> bool:
        """Asked of every lesson, for what is made of texts may come to be one that is measured on."""
        there = bool(lesson.asked.strip() and lesson.text.strip())
        return there and not self._measured.holds(lesson.asked, lesson.text)


def _places(size: int, first: int, seed: str) -> Iterator[int]:
    """Numbers below `size`, shuffled anew each time that all have come; from the `first` of them on."""
    while True:
        turn, at = divmod(first, size)
        order = list(range(size))
        random.Random(f"{seed}/{turn}").shuffle(order)
        yield from order[at:]
        first = (turn + 1) * size


# --- A question and a sentence ---------------------------------------------------------------------------------------


class Asked:
    """Does the sentence tell what is asked? The one that answers says it, with its answer and without; another sentence of the
    passage does neither; with another answer it denies; so does the sentence denied, and one that hedges does neither."""

    def __init__(self, answered: Sequence[Example], made: Made | None) -> None:
        self._answers = [e.answer or "" for e in answered]
        self._made = made

    def of(self, example: Example, rng: random.Random) -> list[Lesson]:
        sentence, begin = answering(example)
        if not sentence or not example.answer:
            return []
        says = _against(claim_of(example, rng), example, begin, sentence, (SAYS,), rng)
        way = rng.random()
        if way < _ELSEWHERE:
            return [says, *self._elsewhere(example, sentence, rng)]
        if way < _ELSEWHERE + _OTHERWISE:
            return [says, *self._otherwise(example, says, rng)]
        return [says, *self._changed(example, sentence, begin, rng)]

    def _elsewhere(self, example: Example, sentence: str, rng: random.Random) -> Iterator[Lesson]:
        """Another sentence of the passage, often the one with most words of the question."""
        text, answer = example.text, example.answer or ""
        others = [s for s in sentences(text, Span(0, len(text))) if s.end - s.start > _SHORTEST and answer not in s.of(text)]
        if not others:
            return
        claim = sentence if rng.random() < _OF_SENTENCES else claim_of(example, rng)
        words = set(_WORD.findall(claim.lower()))
        near = max(others, key=lambda s: len(words & set(_WORD.findall(s.of(text).lower()))))
        other = near if rng.random() < 0.6 else rng.choice(others)
        yield _against(claim, example, 0, other.of(text), (NEITHER,), rng)

    def _otherwise(self, example: Example, says: Lesson, rng: random.Random) -> Iterator[Lesson]:
        wrong = another_answer(example, self._answers, rng)
        if wrong:
            yield Lesson(_with_answer(example.question.strip(), wrong, rng), says.title, says.text, (DENIES,))

    def _changed(self, example: Example, sentence: str, begin: int, rng: random.Random) -> Iterator[Lesson]:
        """The sentence denied, hedged or planned; or another question, which its answer does not fit."""
        if self._made is None or not self._made.knows(example):
            return
        for made in self._made.of(example):
            changed = changed_sentence(example.text, made.text, begin, sentence)
            if made.start is None and made.text == example.text:
                asked = claim_of(example, rng, made.question)
                yield _against(asked, example, begin, sentence, (DENIES, NEITHER), rng)
            elif made.start is None and changed:
                denied = len(_NOT.findall(changed)) > len(_NOT.findall(sentence))
                yield _against(claim_of(example, rng), made, begin, changed, (DENIES if denied else NEITHER,), rng)


def claim_of(example: Example, rng: random.Random, question: str | None = None) -> str:
    """The question, the question with its answer, or the statement that the two make. question: asked in its place."""
    asked = (question or example.question).strip()
    return asked if rng.random() < _BARE else _with_answer(asked, example.answer or "", rng)


def _with_answer(asked: str, answer: str, rng: random.Random) -> str:
    made = statement(asked, answer) if rng.random() > _ANSWERED else None
    return made[0] if made else f"{asked} {answer}."


def _against(claim: str, example: Example, begin: int, sentence: str, may_be: tuple[int, ...], rng: random.Random) -> Lesson:
    """A sentence of a passage, now and then with some of what stands before it. begin: where it does; 0 tells nothing before."""
    before = example.text[max(0, begin - _BEFORE) : begin] if rng.random() < _AROUND else ""
    return Lesson(claim, example.title if rng.random() < _TITLED else "", before + sentence, may_be)


def changed_sentence(before: str, after: str, begin: int, sentence: str) -> str:
    """The sentence that begins there as it stands in the changed passage; "" where it did not change, or more than it did."""
    rest = before[begin + len(sentence) :]
    changed = after[begin : len(after) - len(rest)]
    alone = after.startswith(before[:begin]) and after.endswith(rest)
    return changed if alone and changed != sentence else ""


def another_answer(example: Example, answers: Sequence[str], rng: random.Random) -> str:
    """One of the same kind, of the passage where it has one: a number, a name, else that of another question; "" for none."""
    answer, text = example.answer or "", example.text
    if re.search(r"\d", answer):
        numbers = [n for n in _NUMBER.findall(text) if n not in answer]
        changed = re.sub(r"\d", lambda m: str((int(m[0]) + rng.randrange(1, 9)) % 10), answer)
        return rng.choice(numbers) if numbers and rng.random() < 0.5 else changed
    names = [n for n in _NAME.findall(text) if n not in answer and answer not in n] if answer[:1].isupper() else []
    other = rng.choice(names or answers)
    return other if names or (other.lower() not in text.lower() and len(other.split()) < _LONGEST_ANSWER) else ""


# --- A claim and its evidence ----------------------------------------------------------------------------------------


def _of_split(split: Sequence[tuple[str, str, str]], number: int, rng: random.Random) -> list[Lesson]:
    """A sentence is held by the two that it was split into, wherever they stand, and not by one of them (MiniCheck)."""
    whole, *parts = split[number]
    strangers = [rng.choice(split)[0] for _ in range(rng.randrange(1, 5))]
    gone = rng.randrange(2)
    return [
        Lesson(whole, "", _mingled([*strangers, *parts], rng), (SAYS,)),
        Lesson(whole, "", _mingled([*strangers, parts[gone]], rng), (NEITHER,)),
    ]


def _mingled(some: list[str], rng: random.Random) -> str:
    rng.shuffle(some)
    return " ".join(some)


def _made_claim(pair: Pair) -> Lesson:
    """Where a claim was spoiled, whether it is denied is not known."""
    return compared(pair.claim, pair.text, (SAYS,) if pair.supported else (DENIES, NEITHER), pair.title)
