"""Claims with evidence to learn support from: some that the evidence says, and some that it does not.

Made from the questions of training/reader_data.py and their passages, all openly licensed. A question and its answer are a
statement that its passage supports (training/statements.py); a sentence with parts left out is one that its own passage
supports. Both are then spoiled: a name, a number or the answer exchanged, a word turned into its opposite, the passage
replaced, its answering sentence cut away, a second statement joined that nothing supports. Works on text alone; knows
nothing of models.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.article import Span
from corpus.splitting import sentences
from training.made import Made
from training.reader_data import NAME, NUMBER, OPPOSITE, Example, Negatives, another_number, names
from training.statements import statement

LONGEST_ANSWER = 14
"""Words; a longer one is an explanation, and no part of a sentence."""
_MOST_WORDS = 200
"""Of evidence."""
_JOINED = 0.35
"""Claims that join two statements."""
_TITLED = 0.4
_LEFT_OUT = 0.12
"""Words of a sentence that a claim made of it lacks."""
_LINKS = (", and ", "; ", " and ", ". ", ", while ", ", which ")
_BESIDE_WEAKENED = 0.15
_EVEN = re.compile(r"\s*(?:,|and|or|&|,\s*and|with|\(|/|-)?\s*")
"""Between names that may change places."""
_SHORTEST, _LONGEST = 6, 45
"""Words of a sentence that makes a claim."""


@dataclass(frozen=True)
class Pair:
    """A claim and what is to support it. supported: the evidence says all of it."""

    claim: str
    title: str
    text: str
    supported: bool = True


@dataclass(frozen=True)
class _Told:
    """A statement made of an example, and where its answer stands."""

    example: Example
    claim: str
    answer: Span


class Claims:
    """Makes pairs from examples."""

    def __init__(self, examples: Sequence[Example], seed: int, made: Made | None = None) -> None:
        """made: makes passages in which what is claimed is denied, hedged or only planned."""
        self._rng = random.Random(seed)
        self._made = made
        self._negatives = Negatives(examples, seed)
        self._told = [t for e in examples if (t := _told(e)) is not None and self._rng.random() < e.share]
        self._by_text: dict[str, list[_Told]] = defaultdict(list)
        self._by_title: dict[str, list[_Told]] = defaultdict(list)
        for told in self._told:
            self._by_text[told.example.text].append(told)
            self._by_title[told.example.title].append(told)
        self._sentences = [pair for text in sorted(self._by_text) for pair in _whole_sentences(text)]
        self._answers = [t.example.answer or "" for t in self._told]

    def begin(self, seed: int) -> None:
        """What is made from here on depends on the seed alone."""
        self._rng = random.Random(seed)
        self._negatives.begin(seed)

    def __len__(self) -> int:
        """Statements that were made of questions."""
        return len(self._told)

    def of(self, number: int) -> list[Pair]:
        """Of one statement a pair that holds and one that does not."""
        return [self._shaped(pair) for pair in self._both(self._told[number])]

    def of_two(self, number: int) -> list[Pair]:
        """Two statements of one passage, joined: held by the passage, and not without the sentence of one of them."""
        told = self._told[number]
        others = [t for t in self._by_text[told.example.text] if t is not told and t.claim != told.claim]
        cut = self._negatives.cut_away(told.example)
        if not others or cut is None:
            return []
        held = _both(_supported(told), _supported(self._rng.choice(others)), self._rng)
        return [replace(held, title=""), _lacking(held.claim, "", cut.text)]

    def of_a_sentence(self) -> list[Pair]:
        """The same two of a sentence by chance."""
        return [self._shaped(pair) for pair in self._of_sentence(*self._rng.choice(self._sentences))]

    def _both(self, told: _Told) -> list[Pair]:
        held = self._joined(told, held=True) if self._rng.random() < _JOINED else self._beside_weakened(told)
        return [held, self._spoiled(told)]

    # --- Statements ----------------------------------------------------------------------------------------------

    def _spoiled(self, told: _Told) -> Pair:
        ways: list[tuple[Callable[[_Told], Pair | None], int]] = [
            (self._other_answer, 9), (self._exchanged, 6), (self._turned, 3), (self._elsewhere, 5), (self._cut_away, 5),
            (self._renamed, 2), (lambda t: self._joined(t, held=False), 7), (self._weakened, 5), (self._crossed, 3),
        ]  # fmt: skip
        order = self._rng.sample([w for w, weight in ways for _ in range(weight)], sum(weight for _, weight in ways))
        return next(
            (made for way in dict.fromkeys(order) if (made := way(told))), _stranger(told, self._rng.choice(self._told))
        )

    def _other_answer(self, told: _Told) -> Pair | None:
        """Another name or number of the passage in the place of the answer, else another question's answer."""
        answer = told.example.answer or ""
        kind = NUMBER if NUMBER.search(answer) else NAME
        here = {
            n for n in (NUMBER.findall(told.example.text) if kind is NUMBER else names(told.example.text)) if n not in answer
        }
        others = sorted(n for n in here if len(n) > 1 and n.lower() not in told.claim.lower() and answer not in n)
        other = self._rng.choice(others) if others and self._rng.random() < 0.7 else self._rng.choice(self._answers)
        if kind is NUMBER and self._rng.random() < 0.4:
            other = NUMBER.sub(lambda m: another_number(m[0], self._rng), answer)
        if not other or other.lower() in answer.lower() or answer.lower() in other.lower():
            return None
        return _replaced(_supported(told), told.answer, other)

    def _crossed(self, told: _Told) -> Pair | None:
        return self._names_crossed(_supported(told))

    def _weakened(self, told: _Told) -> Pair | None:
        """The claim as it was; its passage denies it, or says that it may be or is planned."""
        made = self._made.weakened(told.example) if self._made and self._made.knows(told.example) else None
        return _lacking(told.claim, made.title, made.text) if made else None

    def _beside_weakened(self, told: _Told) -> Pair:
        """Supported; now and then another sentence of the passage is denied, hedged or planned."""
        known = self._made is not None and self._made.knows(told.example) and self._rng.random() < _BESIDE_WEAKENED
        made = self._made.weakened_beside(told.example) if self._made and known else None
        return replace(_supported(told), text=made.text) if made else _supported(told)

    def _names_crossed(self, pair: Pair) -> Pair | None:
        """Two names of the claim in each other's place."""
        spots = [Span(m.start(), m.start() + len(m[0].strip())) for m in NAME.finditer(pair.claim)]
        near = [
            (one, two)
            for one, two in pairwise(spots)
            if not _EVEN.fullmatch(pair.claim[one.end : two.start]) and one.of(pair.claim) != two.of(pair.claim)
        ]
        if not near:
            return None
        one, two = self._rng.choice(near)
        middle = pair.claim[one.end : two.start]
        claim = pair.claim[: one.start] + two.of(pair.claim) + middle + one.of(pair.claim) + pair.claim[two.end :]
        return replace(pair, claim=claim, supported=False)

    def _exchanged(self, told: _Told) -> Pair | None:
        return self._with_another(_supported(told))

    def _with_another(self, pair: Pair) -> Pair | None:
        """A name or number of the claim exchanged for one that the passage has elsewhere, or for a stranger."""
        spots = [Span(m.start(), m.end()) for m in [*NUMBER.finditer(pair.claim), *NAME.finditer(pair.claim)]]
        spots = [s for s in spots if s.start > 0 and s.end - s.start > 1]
        if not spots:
            return None
        spot = self._rng.choice(spots)
        old = spot.of(pair.claim).strip()
        if NUMBER.fullmatch(old):
            others = [n for n in NUMBER.findall(pair.text) if n not in pair.claim]
            other = self._rng.choice(others) if others and self._rng.random() < 0.5 else another_number(old, self._rng)
        else:
            others = [n for n in names(pair.text) if n.lower() not in pair.claim.lower()]
            strangers = names(self._rng.choice(self._told).example.text)
            pool = others if others and self._rng.random() < 0.6 else strangers
            other = self._rng.choice(pool) if pool else ""
        unlike = other and other.lower() not in pair.claim.lower() and old.lower() not in other.lower()
        return _replaced(pair, Span(spot.start, spot.start + len(old)), other) if unlike else None

    def _turned(self, told: _Told) -> Pair | None:
        return self._opposed(_supported(told))

    def _opposed(self, pair: Pair) -> Pair | None:
        """A word turned into its opposite, or the verb denied."""
        spots = [m for m in re.finditer(r"[A-Za-z]+", pair.claim) if m[0].lower() in OPPOSITE]
        if spots:
            spot = self._rng.choice(spots)
            return _replaced(pair, Span(spot.start(), spot.end()), OPPOSITE[spot[0].lower()])
        verbs = list(re.finditer(r"\b(?:was|were|is|are|has|have|had|can|will|would)\b", pair.claim))
        if verbs and " not " not in pair.claim:
            verb = self._rng.choice(verbs)
            return _replaced(pair, Span(verb.start(), verb.end()), f"{verb[0]} {self._rng.choice(['not', 'never'])}")
        return None

    def _elsewhere(self, told: _Told) -> Pair | None:
        made = self._negatives.elsewhere(told.example)
        return _lacking(told.claim, made.title, made.text) if made else None

    def _cut_away(self, told: _Told) -> Pair | None:
        made = self._negatives.cut_away(told.example)
        return _lacking(told.claim, made.title, made.text) if made else None

    def _renamed(self, told: _Told) -> Pair | None:
        """Another name in the passage than the claim has."""
        made = self._negatives.renamed(told.example)
        if made is None:
            return None
        gone = [m for m in [*NAME.finditer(told.claim), *NUMBER.finditer(told.claim)] if m[0].strip() not in made.text]
        known = any(m[0].strip() in told.example.text for m in gone)
        return _lacking(told.claim, made.title, made.text) if known else None

    def _joined(self, told: _Told, *, held: bool) -> Pair:
        """Two statements in one: of the same passage, or the second of another passage of the same article."""
        if held:
            pool = [t for t in self._by_text[told.example.text] if t is not told]
            other = self._rng.choice(pool) if pool else None
            return _both(_supported(told), _supported(other), self._rng) if other else _supported(told)
        pool = [t for t in self._rng.sample(self._by_title[told.example.title], min(8, len(self._by_title[told.example.title])))
                if t.example.text != told.example.text and (t.example.answer or "") not in told.example.text]  # fmt: skip
        other = self._rng.choice(pool or [self._rng.choice(self._told)])
        lacking = _lacking(other.claim)
        one, two = (lacking, _supported(told)) if self._rng.random() < 0.3 else (_supported(told), lacking)
        return replace(_both(one, two, self._rng), title=told.example.title, text=told.example.text)

    # --- Sentences -----------------------------------------------------------------------------------------------

    def _of_sentence(self, passage: str, sentence: Span) -> Iterator[Pair]:
        """One that holds, words left out, and one that does not: spoiled, or without its sentence in the passage."""
        claim = self._thinned(sentence.of(passage))
        held = Pair(claim, "", passage)
        yield held
        rest = f"{passage[: sentence.start]} {passage[sentence.end :]}"
        absent = any(len(word) > 4 and word.lower() not in rest.lower() for word in re.findall(r"\w[\w'’.-]+", claim))
        spoiled = self._with_another(held) or self._opposed(held) if self._rng.random() < 0.7 else None
        spoiled = spoiled or self._with_a_stranger(held)
        yield _lacking(claim, "", rest) if absent and self._rng.random() < 0.35 else spoiled

    def _thinned(self, sentence: str) -> str:
        """Without brackets, and without some words that are neither first nor denials."""
        text = re.sub(r"\s*\([^)]*\)", "", sentence)
        words = text.split()
        kept = [
            w for n, w in enumerate(words) if n == 0 or w.lower() in ("not", "no", "never") or self._rng.random() > _LEFT_OUT
        ]
        return " ".join(kept if self._rng.random() < 0.8 else words)

    def _with_a_stranger(self, pair: Pair) -> Pair:
        """A statement joined that the passage does not support."""
        other = self._rng.choice(self._told)
        return replace(_both(pair, _lacking(other.claim), self._rng), title=pair.title, text=pair.text)

    # --- Evidence ------------------------------------------------------------------------------------------------

    def _shaped(self, pair: Pair) -> Pair:
        """At most _MOST_WORDS words of evidence; often only the sentences nearest to the claim, as a quote has."""
        spans = list(sentences(pair.text, Span(0, len(pair.text))))
        title = pair.title if self._rng.random() < _TITLED else ""
        size = sum(len(s.of(pair.text).split()) for s in spans)
        if (size <= _MOST_WORDS and self._rng.random() < 0.6) or len(spans) < 3:
            return replace(pair, title=title, text=" ".join(pair.text.split()[: 2 * _MOST_WORDS]))
        wanted = set(re.findall(r"\w+", pair.claim.lower()))
        order = sorted(spans, key=lambda s: -len(wanted & set(re.findall(r"\w+", s.of(pair.text).lower()))))
        # As many as a window or a quote with its neighbours has. For joined claims a quote alone would leave out the half.
        most = _MOST_WORDS if size > _MOST_WORDS and self._rng.random() < 0.6 else self._rng.randrange(60, 140)
        kept: list[Span] = []
        for span in order:
            if sum(len(s.of(pair.text).split()) for s in [*kept, span]) <= most or len(kept) < 2:
                kept.append(span)
        return replace(
            pair, title=title, text=" ".join(s.of(pair.text).strip() for s in sorted(kept, key=lambda s: s.start))
        )


def _told(example: Example) -> _Told | None:
    answer = example.answer
    if not answer or len(answer.split()) > LONGEST_ANSWER:
        return None
    answer = " ".join(answer.split()).strip(" .")
    made = statement(example.question, answer) if answer else None
    if made is None or len(made[0].split()) < _SHORTEST - 1:
        return None
    return _Told(example, made[0], Span(made[1], made[1] + len(answer)))


def _supported(told: _Told) -> Pair:
    return Pair(told.claim, told.example.title, told.example.text)


def _stranger(told: _Told, other: _Told) -> Pair:
    return _lacking(told.claim, other.example.title, other.example.text)


def _lacking(claim: str, title: str = "", text: str = "") -> Pair:
    return Pair(claim, title, text, supported=False)


def _replaced(pair: Pair, spot: Span, other: str) -> Pair:
    return replace(pair, claim=pair.claim[: spot.start] + other + pair.claim[spot.end :], supported=False)


def _both(one: Pair, two: Pair, rng: random.Random) -> Pair:
    """One claim of two, on the evidence of the first."""
    claim = one.claim.rstrip(". ") + rng.choice(_LINKS) + two.claim
    return Pair(claim, one.title, one.text, supported=one.supported and two.supported)


def _whole_sentences(text: str) -> Iterator[tuple[str, Span]]:
    for span in sentences(text, Span(0, len(text))):
        words = span.of(text).split()
        if _SHORTEST <= len(words) <= _LONGEST and span.of(text).rstrip().endswith(".") and words[0][:1].isupper():
            yield text, span
