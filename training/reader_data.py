"""Questions with passages to learn reading from: what was published, and what is made from it.

Sources, all openly licensed, each in the folder that `load` is given (docs/reader.md says where they come from):

    squad2/train.json   SQuAD 2.0 train in part: 4,719 questions on ten articles (CC BY-SA 4.0)
    squad11/val.*       SQuAD 1.1 train in part, as tokens: 4,285 questions on 875 paragraphs (CC BY-SA 4.0)
    nq-*.jsonl          QED: Natural Questions with the paragraph that answers each, 8,371 (CC BY-SA 3.0)
    squadshifts_*.json  SQuADShifts: questions as SQuAD's on Wikipedia, 7,938, reviews and comments, 19,688 (CC BY 4.0)
    qamr_*.tsv          QAMR dev and test: questions on sentences of Wikinews and Wikipedia, 37,678 (MIT; text CC)

Almost none of their questions are unanswerable, so those are made here (`Negatives`), in the ways in which a retrieved
passage fails to answer: it is about something else, the answering sentence was cut away, or somebody or something
else is asked about. `as_in_the_news` asks as news quizzes do: first what happened, then the question. Works on text
alone; knows nothing of models.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote
from zlib import crc32

import tantivy

from corpus.article import Span
from corpus.splitting import sentences

NAME = re.compile(r"\b(?:[A-Z][\w'’.-]*[\w])(?: (?:of|the|and|de|van|von) (?=[A-Z])| (?=[A-Z]))?(?:[A-Z][\w'’.-]*\w ?)*")
NUMBER = re.compile(r"\b\d[\d,.]*\b")
_OPPOSITES = [
    ("first", "last"), ("largest", "smallest"), ("highest", "lowest"), ("most", "least"), ("more", "less"),
    ("before", "after"), ("north", "south"), ("northern", "southern"), ("east", "west"), ("eastern", "western"),
    ("oldest", "youngest"), ("best", "worst"), ("increase", "decrease"), ("win", "lose"), ("won", "lost"),
    ("began", "ended"), ("begin", "end"), ("start", "stop"), ("born", "buried"), ("early", "late"), ("old", "new"),
    ("male", "female"), ("men", "women"), ("mother", "father"), ("daughter", "son"), ("wife", "sister"),
    ("above", "below"), ("inside", "outside"), ("buy", "sell"), ("bought", "sold"), ("rise", "fall"),
    ("support", "oppose"), ("accept", "reject"), ("gain", "lose"), ("major", "minor"), ("common", "rare"),
    ("can", "cannot"), ("is", "is not"), ("was", "was never"), ("did", "did not"), ("are", "are not"), ("were", "were not"),
]  # fmt: skip
OPPOSITE = {a: b for pair in _OPPOSITES for a, b in (pair, pair[::-1]) if " " not in a}
_QAMR_A_SENTENCE = 8
_QAMR_SHARE, _REVIEW_SHARE = 0.5, 0.5
"""Of these questions there are many, and they are unlike those that are asked of articles."""
_HELD_OUT = 25
"""One passage in so many is kept aside."""
_NEAREST = 24
_NEARBY = 0.5
_MINED = 0.75
"""How often a passage that misled a reader is taken before one that merely a search brings."""
_SHORTEST_TOLD, _LONGEST_TOLD = 30, 220
"""Code points of a sentence that may stand before a question."""
_SHORTEST_NAME = 4
"""Code points: of a name that is worth exchanging."""


@dataclass(frozen=True)
class Example:
    """A question and a passage; `start` and `end` count in `text`, None where the passage does not answer.

    share  in how many of the epochs it comes up
    """

    question: str
    title: str
    text: str
    start: int | None = None
    end: int | None = None
    share: float = 1.0

    @property
    def answer(self) -> str | None:
        return None if self.start is None else self.text[self.start : self.end]

    def unanswered(self, question: str | None = None, title: str | None = None, text: str | None = None) -> Example:
        """The same with something changed, after which nothing answers."""
        return Example(
            question or self.question, self.title if title is None else title, self.text if text is None else text
        )


def is_held_out(example: Example) -> bool:
    """Kept aside for calibration and for choosing the adapter, by a digest of the passage."""
    return crc32(example.text.encode()) % _HELD_OUT == 0


def load(folder: Path, squad2: Path) -> list[Example]:
    """Every published question; unanswerable ones have no span."""
    found = [*_squad2(squad2 / "train.json"), *_squad11(folder / "squad11"), *_qed(folder), *_qamr(folder)]
    found += _squadshifts(folder)
    return [e for e in found if e.start is None or (e.answer or "").strip()]


def _squad2(file: Path) -> Iterator[Example]:
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                span = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"][:1]] or [(None, None)]
                yield Example(qa["question"], title, paragraph["context"], *span[0])


def _squad11(folder: Path) -> Iterator[Example]:
    lines = [(folder / f"val.{part}").read_text(encoding="utf-8").splitlines() for part in ("question", "context", "span")]
    for question, context, span in zip(*lines, strict=True):
        words = context.split(" ")
        first, last = map(int, span.split())
        start = len(" ".join(words[:first])) + (first > 0)
        yield Example(question, "", context, start, start + len(" ".join(words[first : last + 1])))


def _qed(folder: Path) -> Iterator[Example]:
    for file in sorted(folder.glob("nq-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            spans = row["answer_spans"]
            if spans:
                yield Example(row["question_text"], row["title_text"], row["paragraph_text"], *spans[0])


def _squadshifts(folder: Path) -> Iterator[Example]:
    """Of the answers that several people gave, the one given most often."""
    for domain, share in (("new_wiki", 1.0), ("amazon_reviews", _REVIEW_SHARE), ("reddit", _REVIEW_SHARE)):
        for article in json.loads((folder / f"squadshifts_{domain}.json").read_text(encoding="utf-8"))["data"]:
            title = unquote(article["title"]).replace("_", " ") if domain == "new_wiki" else ""
            for paragraph in article["paragraphs"]:
                for qa in paragraph["qas"]:
                    given = Counter((a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"])
                    yield Example(qa["question"], title, paragraph["context"], *given.most_common(1)[0][0], share)


def _qamr(folder: Path) -> Iterator[Example]:
    """Each sentence among others of its article and of strangers, for a sentence alone is no passage."""
    rng = random.Random(1)
    words: dict[str, list[str]] = {}
    article: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "qamr_wiki_sentences.tsv").read_text(encoding="utf-8").splitlines():
        key, text = line.split("\t")
        words[key] = [_QAMR_TOKENS.get(w, w) for w in text.split(" ")]
        article[key.rsplit(":", 2)[0]].append(key)
    asked: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
    for part in ("dev", "test"):
        for line in (folder / f"qamr_filtered_{part}.tsv").read_text(encoding="utf-8").splitlines():
            fields = line.split("\t")
            asked[fields[0]].append((fields[5], sorted(map(int, fields[6].split()))))
    for key, questions in asked.items():
        for question, tokens in rng.sample(questions, min(_QAMR_A_SENTENCE, len(questions))):
            if tokens[-1] - tokens[0] == len(tokens) - 1 and len(question.split()) > 3:
                others = [k for k in article[key.rsplit(":", 2)[0]] if k != key] + rng.sample(list(words), 4)
                yield _among(question, words[key], tokens, [words[k] for k in others[:4]], rng)


_QAMR_TOKENS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}


def _among(question: str, sentence: list[str], tokens: list[int], others: list[list[str]], rng: random.Random) -> Example:
    before = rng.randrange(len(others) + 1)
    front = "".join(" ".join(o) + " " for o in others[:before])
    text = front + " ".join([*sentence, *(w for o in others[before:] for w in o)])
    start = len(front) + len(" ".join(sentence[: tokens[0]])) + (tokens[0] > 0)
    return Example(question, "", text, start, start + len(" ".join(sentence[tokens[0] : tokens[-1] + 1])), _QAMR_SHARE)


class Negatives:
    """Makes passages and questions that do not go together, from those that do."""

    def __init__(self, examples: Sequence[Example], seed: int, mined: Mapping[str, Sequence[tuple[str, str]]] | None = None):
        """mined: for some questions the (title, text) of passages that misled a reader (training/mining.py)."""
        self._rng = random.Random(seed)
        self._mined = mined or {}
        self._passages = sorted({(e.title, e.text) for e in examples})
        self._names = sorted({n for e in examples for n in names(e.question)})
        self._search = searcher([text for _, text in self._passages])
        self._ways: list[tuple[Callable[[Example], Example | None], int]] = [
            (self.elsewhere, 12), (self.cut_away, 5), (self.somebody_else, 6), (self.opposite, 2), (self.renamed, 3),
        ]  # fmt: skip

    def begin(self, seed: int) -> None:
        """What is made from here on depends on the seed alone."""
        self._rng = random.Random(seed)

    def of(self, example: Example) -> Example | None:
        """One that fails in some way; None where no way suits."""
        ways = [way for way, weight in self._ways for _ in range(weight)]
        self._rng.shuffle(ways)
        return next((made for way in dict.fromkeys(ways) if (made := way(example))), None)

    def elsewhere(self, example: Example) -> Example | None:
        """A passage that a search brings for the question, and that lacks the answer."""
        mined = self._mined.get(example.question)
        if mined and self._rng.random() < _MINED:
            title, text = self._rng.choice(mined)
            return example.unanswered(title=title, text=text)
        lacking = self.found(example)
        if not lacking:
            return None
        title, text = lacking[min(int(self._rng.expovariate(1 / 4)), len(lacking) - 1)]
        return example.unanswered(title=title, text=text)

    def found(self, example: Example) -> list[tuple[str, str]]:
        """Title and text of the passages that a search brings for the question and that lack the answer, nearest first."""
        found = [self._passages[n] for n in self._search(f"{example.title} {example.question}")]
        return [p for p in found if p[1] != example.text and not _holds(p[1], example.answer or "")]

    def cut_away(self, example: Example) -> Example | None:
        """The passage without its answering sentence."""
        if example.start is None:
            return None
        kept = [s for s in sentences(example.text, Span(0, len(example.text))) if not s.start <= example.start < s.end]
        text = " ".join(s.of(example.text).strip() for s in kept)
        return example.unanswered(text=text) if len(kept) > 1 and not _holds(text, example.answer or "") else None

    def somebody_else(self, example: Example) -> Example | None:
        """Another name or number in the question: one that the passage does not know, or one it says elsewhere."""
        here = [n for n in names(example.question) if len(n) >= _SHORTEST_NAME] + NUMBER.findall(example.question)
        here += [n for n in names(example.text) if len(n) >= _SHORTEST_NAME and n.lower() in example.question]
        if not here:
            return None
        name = self._rng.choice(sorted(set(here)))
        nearby = self._said_elsewhere(example, NUMBER if NUMBER.fullmatch(name) else NAME)
        other = self._rng.choice(nearby) if nearby and self._rng.random() < _NEARBY else self._another(name, example)
        return example.unanswered(question=re.sub(re.escape(name), lambda _: other, example.question, flags=re.IGNORECASE))

    def _said_elsewhere(self, example: Example, kind: re.Pattern[str]) -> list[str]:
        """Names or numbers of the passage that stand neither in the answering sentence nor in the question."""
        if example.start is None:
            return []
        there = [s.of(example.text) for s in sentences(example.text, Span(0, len(example.text)))]
        answering = next((t for t in there if (example.answer or "") in t), "")
        found = names(example.text) if kind is NAME else NUMBER.findall(example.text)
        return sorted({n for n in found if len(n) > 2 and n not in answering and n.lower() not in example.question.lower()})

    def renamed(self, example: Example) -> Example | None:
        """Another name or number in the passage where it had one of the question's."""
        held = [n for n in [*names(example.question), *NUMBER.findall(example.question)] if len(n) > 3 and n in example.text]
        held = [n for n in held if n not in (example.answer or "")]
        if not held:
            return None
        name = self._rng.choice(held)
        other = self._another(name, example)
        text, title = (part.replace(name, other) for part in (example.text, example.title))
        return example.unanswered(text=text, title=title)

    def opposite(self, example: Example) -> Example | None:
        """A word of the question turned into its opposite."""
        words = example.question.split()
        at = [n for n, word in enumerate(words) if word.lower() in OPPOSITE]
        if not at:
            return None
        turned = self._rng.choice(at)
        words[turned] = OPPOSITE[words[turned].lower()]
        return example.unanswered(question=" ".join(words))

    def _another(self, name: str, example: Example) -> str:
        if NUMBER.fullmatch(name):
            return another_number(name, self._rng)
        while True:
            other = self._rng.choice(self._names)
            if not _holds(example.text, other) and other.lower() not in example.question.lower():
                return other


def another_number(number: str, rng: random.Random) -> str:
    while (other := re.sub(r"\d(?=\d?$)", lambda _: str(rng.randrange(10)), number)) == number:
        pass
    return other


def names(text: str) -> list[str]:
    """Runs of capitalised words that do not open the text, nor a sentence of it."""
    return [m.group().strip() for m in NAME.finditer(text) if m.start() and text[: m.start()].rstrip()[-1:] not in '.?!"']


def as_in_the_news(example: Example, rng: random.Random) -> Example:
    """Asked after a sentence of the passage that does not answer, as a quiz first tells what happened."""
    whole = Span(0, len(example.text))
    told = [s.of(example.text).strip() for s in sentences(example.text, whole)]
    told = [t for t in told if not _holds(t, example.answer or "") and _SHORTEST_TOLD < len(t) < _LONGEST_TOLD]
    return replace(example, question=f"{rng.choice(told)} {example.question}") if told else example


def beside(example: Example, stranger: str, first: bool) -> Example:
    """The passage with a piece of another before or after it, as windows over an article have."""
    if first:
        by = len(stranger) + 1
        moved = replace(example, text=f"{stranger} {example.text}")
        return moved if example.start is None else replace(moved, start=example.start + by, end=(example.end or 0) + by)
    return replace(example, text=f"{example.text} {stranger}")


def _holds(text: str, answer: str) -> bool:
    return bool(answer) and answer.lower() in text.lower()


def searcher(texts: Sequence[str]) -> Callable[[str], list[int]]:
    """BM25 over the passages, in memory."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("text", tokenizer_name="en_stem", index_option="freq")
    index = tantivy.Index(builder.build())
    writer = index.writer(num_threads=1)  # more would order equal scores as they come
    for number, text in enumerate(texts):
        writer.add_document(tantivy.Document(number=number, text=text))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(question: str) -> list[int]:
        words = re.findall(r"\w+", question.lower())
        query, _ = index.parse_query_lenient(" ".join(f'"{w}"' for w in words), ["text"])
        return [int(searcher.doc(address)["number"][0]) for _, address in searcher.search(query, _NEAREST).hits]

    return search
