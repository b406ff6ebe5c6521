"""More published questions with passages, for the third round: parts of SQuAD, Natural Questions, questions on times.

All openly licensed, each in the folder that is given (docs/reader.md says where they come from):

    squad_aq.json                        SQuAD 1.1 train in part: 11,877 questions on 44 articles (CC BY-SA 4.0)
    squad_routerlens.json                SQuAD 1.1 train in part: 4,330 questions (CC BY-SA 4.0)
    squad_flan_train.json                SQuAD 1.1 train in part: 4,000 questions (CC BY-SA 4.0)
    squad2cr_extended.tsv                SQuAD2-CR: SQuAD 2.0's 49,443 unanswerable questions (CC BY-SA 4.0)
    nqswap_{train,dev,test}.json         Natural Questions with the answer exchanged in the passage, 4,746 (CC BY-SA 3.0)
    timeqa_{easy,hard}.jsonl             TimeQA: who was what from when to when, 2,342 (BSD-3; text CC BY-SA 3.0)

SQuAD2-CR tells of no passage, so a search finds it; questions are taken where one holds most words of all that were written
together.
Passages and questions of SQuAD's development part are left out. Works on text alone; knows nothing of models.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import mean

from language.words import content_stems
from training.reader_data import Example, is_held_out, load, searcher

_KEY = 120
"""Letters and digits by which two passages are the same."""
_HELD_STEMS = 0.6
"""Least share of the stems of unanswerable questions that their passage holds."""
_SAME_DIGITS, _FEWEST_TOGETHER = 20, 3
"""Of the numbers of SQuAD's questions: those on one passage have all but the last four in common."""
_NEAR_WORDS = 250
"""Words of an article about a time that make a passage."""
_TAG = re.compile(r"</?[A-Z]\w*>\s*")


def load_all(folder: Path, squad2: Path) -> list[Example]:
    """Every published question, each once. No passage of SQuAD's development part, none that was kept aside otherwise."""
    found = load(folder, squad2)
    barred = _development(squad2) | {passage_key(e.text) for e in found if is_held_out(e)}
    seen = {(e.question, passage_key(e.text)) for e in found}
    for example in _more(folder):
        key = passage_key(example.text)
        if key not in barred and (example.question, key) not in seen:
            seen.add((example.question, key))
            found.append(example)
    developed = _development_questions(squad2)
    more = _unanswerable(folder / "squad2cr_extended.tsv", found)
    return found + [e for e in more if letters(e.question) not in developed]


def passage_key(text: str) -> str:
    """What two passages have in common that differ in spaces or marks alone."""
    return letters(text)[:_KEY]


def letters(text: str) -> str:
    """Its letters and digits: by them two questions are the same."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _development(squad2: Path) -> set[str]:
    data = json.loads((squad2 / "dev.json").read_text(encoding="utf-8"))["data"]
    return {passage_key(paragraph["context"]) for article in data for paragraph in article["paragraphs"]}


def _development_questions(squad2: Path) -> set[str]:
    data = json.loads((squad2 / "dev.json").read_text(encoding="utf-8"))["data"]
    return {letters(qa["question"]) for article in data for paragraph in article["paragraphs"] for qa in paragraph["qas"]}


def _more(folder: Path) -> Iterator[Example]:
    yield from _squad(folder / "squad_aq.json")
    for row in json.loads((folder / "squad_routerlens.json").read_text(encoding="utf-8")):
        yield from _with_answer(row["question"], row["context"], row["answer"])
    for row in json.loads((folder / "squad_flan_train.json").read_text(encoding="utf-8")):
        for qa in row["qas"]:
            yield from _with_answer(qa["question"], row["context"], qa["answer"])
    for part in ("train", "dev", "test"):
        yield from _swapped(folder / f"nqswap_{part}.json")
    for level in ("easy", "hard"):
        yield from _times(folder / f"timeqa_{level}.jsonl")


def _squad(file: Path) -> Iterator[Example]:
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                answer = qa["answers"][0]
                start = answer["answer_start"]
                yield Example(qa["question"], title, paragraph["context"], start, start + len(answer["text"]))


def _with_answer(question: str, text: str, answer: str) -> Iterator[Example]:
    """None where the answer stands at several places: which was meant is not told."""
    if answer and text.count(answer) == 1:
        start = text.index(answer)
        yield Example(question, "", text, start, start + len(answer))


def _swapped(file: Path) -> Iterator[Example]:
    """Running text alone; tables and lists are read otherwise."""
    for row in json.loads(file.read_text(encoding="utf-8")):
        if row["context"].startswith("<P>"):
            yield from _with_answer(row["question"], _TAG.sub("", row["context"]).strip(), row["answer"])


def _times(file: Path) -> Iterator[Example]:
    """A piece of the article about the answer; its opening, where no answer is in it."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        title = row["paragraphs"][0]["title"]
        first = row["from"][0] if row["targets"] != [""] else None
        text, shift = _piece(row["context"], first or 0)
        if first is None:
            yield Example(row["question"], title, text)
        elif text.count(row["targets"][0]):
            yield Example(row["question"], title, text, first - shift, row["end"][0] - shift)


def _piece(text: str, place: int) -> tuple[str, int]:
    """About _NEAR_WORDS words around a place, and where they begin."""
    reach = 3 * _NEAR_WORDS
    begin = text.rfind(" . ", 0, max(place - reach, 0)) + 3 if place > reach else 0
    end = text.find(" . ", place + reach)
    return text[begin : end + 2 if end >= 0 else len(text)], begin


def _unanswerable(file: Path, known: Iterable[Example]) -> Iterator[Example]:
    """Questions that were written together are on one passage: that of the pool which holds the most of their words."""
    passages = sorted({(e.text, e.title) for e in known if e.share == 1})
    search = searcher([text for text, _ in passages])
    stems = [content_stems(text) for text, _ in passages]
    for questions in _together(file):
        wanted = [content_stems(question) for question in questions]
        near = Counter(n for question in questions for n in search(question))
        held = {n: mean(len(w & stems[n]) / max(len(w), 1) for w in wanted) for n in near}
        best = max(held, key=lambda n: held[n], default=None)
        if best is not None and held[best] >= _HELD_STEMS:
            yield from (Example(question, passages[best][1], passages[best][0]) for question in questions)


def _together(file: Path) -> Iterator[list[str]]:
    """Questions whose numbers begin alike, where they are as many as tell of a passage."""
    written: dict[str, list[str]] = defaultdict(list)
    for line in file.read_text(encoding="utf-8").splitlines()[1:]:
        number, question, _ = line.split("\t")
        written[number[:_SAME_DIGITS]].append(_joined(question))
    yield from (questions for questions in written.values() if len(questions) >= _FEWEST_TOGETHER)


def _joined(tokens: str) -> str:
    """Tokens as they are written: no space before a mark or an ending."""
    return re.sub(r" (?=[?.,;:)'’]|n't\b|%)", "", tokens).replace("( ", "(").replace("`` ", '"').replace(" ''", '"')
