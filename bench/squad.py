"""The reader on SQuAD 2.0 dev, with the official measure.

    python -m bench.squad ../shared/bench/squad2 [--reader NAME] [--write]

HasAns F1 when every question must be answered; and, declining below a probability, HasAns F1 and NoAns accuracy (a
declined answerable question counts 0). The threshold for a passage that is read alone is chosen on every other article of
the file (`--write` keeps it in the reader's calibration), and what it gives is printed for the others.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import string
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from answering.readers import (
    CALIBRATION,
    SpanReader,
    load_span_reader,
    reading_features,
    shared_words_of,
    tokens_asked_for,
)
from corpus.article import Article, Passage, Span
from corpus.splitting import sentences
from language.questions import question_of
from models.encoder import load_encoder
from models.reader import best_span
from retriever.search import Hit


@dataclass(frozen=True)
class Asked:
    """A question of the set with what the reader says. `golds` is empty where the paragraph does not answer."""

    golds: tuple[str, ...]
    predicted: str
    probability: float

    @property
    def f1(self) -> float:
        return max((f1(self.predicted, gold) for gold in self.golds), default=0.0)

    @property
    def exact(self) -> bool:
        return any(normal(self.predicted) == normal(gold) for gold in self.golds)


def ask(reader: SpanReader, file: Path, articles: slice = slice(None)) -> list[Asked]:
    """Every question of (some articles of) a SQuAD file, each on its own paragraph."""
    found = []
    for article in json.loads(file.read_text(encoding="utf-8"))["data"][articles]:
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                answer, probability = asked_of(reader, qa["question"], title, paragraph["context"])
                found.append(Asked(tuple(a["text"] for a in qa["answers"]), answer, probability))
    return found


def asked_of(reader: SpanReader, question: str, title: str, text: str) -> tuple[str, float]:
    """The likeliest answer anywhere in one text, with its calibrated probability."""
    hit = Hit(Article("text", text, title), Passage(0, len(text), text), 1.0, 1)
    scores = reader.model.scores(question, [(title, text)])[0]
    best = best_span(scores, Span(0, len(text)), tokens_asked_for(question_of(question), scores, text))
    if best is None:
        return "", 0.0
    log_odds, answer = best
    around = [s for s in sentences(text, Span(0, len(text))) if s.overlaps(answer)]
    sentence = Span(around[0].start, around[-1].end) if around else answer
    return answer.of(text), reader.calibration.probability(
        reading_features(log_odds, shared_words_of(question, hit, sentence))
    )


def normal(answer: str) -> list[str]:
    """As SQuAD's own scorer: lower case, no punctuation, no articles."""
    bare = "".join(c for c in answer.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def f1(predicted: str, gold: str) -> float:
    one, other = normal(predicted), normal(gold)
    same = sum((collections.Counter(one) & collections.Counter(other)).values())
    return 2 * same / (len(one) + len(other)) if same else float(one == other)


def forced(asked: Sequence[Asked]) -> tuple[float, float]:
    """F1 and exact match over the answerable questions, when none may be declined."""
    answerable = [a for a in asked if a.golds]
    return float(np.mean([a.f1 for a in answerable])), float(np.mean([a.exact for a in answerable]))


def at(asked: Sequence[Asked], threshold: float) -> tuple[float, float]:
    """HasAns F1 and NoAns accuracy when everything below the threshold is declined."""
    answered = [a.f1 if a.probability >= threshold else 0.0 for a in asked if a.golds]
    declined = [a.probability < threshold for a in asked if not a.golds]
    return float(np.mean(answered)), float(np.mean(declined))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reader", default="bundled")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    file = options.folder / "dev.json"
    if not file.exists():
        sys.exit(f"{file} is not there: this benchmark needs SQuAD 2.0.")
    reader = load_span_reader(options.reader, load_encoder())
    chosen_on, others = ask(reader, file, slice(0, None, 2)), ask(reader, file, slice(1, None, 2))
    asked = chosen_on + others
    print(
        f"{reader.name}: {len(asked):,} questions; forced to answer: HasAns F1 {forced(asked)[0]:.3f}, EM {forced(asked)[1]:.3f}"
    )
    for threshold in np.arange(0.1, 0.95, 0.1):
        show(f"threshold {threshold:.2f}", asked, float(threshold))
    chosen = float(max(np.round(np.arange(0.02, 0.99, 0.02), 2), key=lambda t: sum(at(chosen_on, t))))
    show(f"chosen on every other article: {chosen:.2f}; on the articles between", others, chosen)
    show("                                 on all", asked, chosen)
    if options.write and options.reader == "bundled":
        fields = json.loads(CALIBRATION.read_text(encoding="utf-8")) | {"alone": chosen}
        CALIBRATION.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")


def show(what: str, asked: Sequence[Asked], threshold: float) -> None:
    has, no = at(asked, threshold)
    print(f"{what}: HasAns F1 {has:.3f}, NoAns {no:.3f}, together {has + no:.3f}")


if __name__ == "__main__":
    main()
