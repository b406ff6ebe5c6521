"""Learns the weights of the sentence reader (answering/sentence_reader.json) from SQuAD 2.0.

    python -m training.sentence_reader ../shared/bench/squad2

Data: SQuAD 2.0 train and dev parts (Rajpurkar, Jia and Liang 2018, CC BY-SA 4.0). Learned on train: a row for each
sentence of a question's paragraph that could answer it, labelled by whether the gold answer starts in it. For each
answerable question two negatives are made: another paragraph of the same article that lacks the gold string (what
retrieval brings along), and the question with one of its names exchanged for one of another article.
The threshold is the one with the best balanced accuracy over cases on train: does the best sentence pass where there is
an answer, and none where there is none. In use it reads twelve passages, not one, so set it again afterwards where
retrieval is real: `python -m bench.declining ... --write`. Printed, and not used for anything: the same on dev.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from answering.expected import KindFit, answer_fit
from answering.readers import SENTENCE_FEATURES, WEIGHTS_FILE, sentence_features
from corpus.article import Span
from corpus.splitting import sentences
from models.calibration import Calibration
from models.encoder import load_encoder

SEED = 7
RIDGE = 1e-4


@dataclass
class Case:
    """A question and the sentences of a paragraph that could answer it; `answered` = index of the right one, or None."""

    question: str
    title: str
    texts: list[str]
    answered: int | None


def cases(file: Path, most_articles: int | None = None) -> Iterator[Case]:
    """Every question with its paragraph, and the negatives made from it."""
    random.seed(SEED)
    articles = json.loads(file.read_text(encoding="utf-8"))["data"][:most_articles]
    titles = [article["title"].replace("_", " ") for article in articles]
    for title, article in zip(titles, articles, strict=True):
        paragraphs = [p["context"] for p in article["paragraphs"]]
        texts = [[s.of(p) for s in sentences(p, Span(0, len(p)))] for p in paragraphs]
        for at, paragraph in enumerate(article["paragraphs"]):
            for qa in paragraph["qas"]:
                if qa["is_impossible"]:
                    yield Case(qa["question"], title, texts[at], None)
                else:
                    yield from _with_negatives(qa, title, at, paragraphs, texts, titles)


def _with_negatives(
    qa: dict[str, Any], title: str, at: int, paragraphs: list[str], texts: list[list[str]], titles: list[str],
) -> Iterator[Case]:  # fmt: skip
    question, gold = qa["question"], qa["answers"][0]["text"].lower()
    ends = [s.end for s in sentences(paragraphs[at], Span(0, len(paragraphs[at])))]
    yield Case(question, title, texts[at], next(n for n, end in enumerate(ends) if qa["answers"][0]["answer_start"] < end))
    lacking = [n for n, p in enumerate(paragraphs) if n != at and gold not in p.lower()]
    if lacking:
        yield Case(question, title, texts[random.choice(lacking)], None)
    names = list(re.finditer(r"(?<=\w )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*", question))
    if names:
        name = random.choice(names)
        other = random.choice([t for t in titles if t != title])
        yield Case(question[: name.start()] + other + question[name.end() :], title, texts[at], None)


def possible(case: Case) -> Case:
    """The case with only those sentences that the reader would score."""
    kept = [n for n, text in enumerate(case.texts) if answer_fit(case.question, text) is not KindFit.NONE]
    answered = kept.index(case.answered) if case.answered in kept else None
    return Case(case.question, case.title, [case.texts[n] for n in kept], answered)


def rows(found: Sequence[Case]) -> list[np.ndarray]:
    """For each case an array (sentences, features). Each text is encoded once."""
    texts = sorted({t for case in found for t in (case.question, *case.texts)})
    vectors = load_encoder().encode_many(texts, lambda n: None)
    at = {text: n for n, text in enumerate(texts)}
    out = []
    for case in found:
        question = vectors[at[case.question]]
        passage = case.title + "\n" + " ".join(case.texts)
        befores = [case.title + "\n" + (case.texts[n - 1] if n else "") for n in range(len(case.texts))]
        out.append(
            np.array(
                [
                    sentence_features(case.question, t, b, passage, float(vectors[at[t]] @ question))
                    for t, b in zip(case.texts, befores, strict=True)
                ]
            )
        )
    return out


def fitted(rows: np.ndarray, labels: np.ndarray) -> Calibration:
    """Logistic regression with the signs of SENTENCE_FEATURES as bounds, and a little ridge; by L-BFGS-B."""
    signs = np.array(list(SENTENCE_FEATURES.values()))
    target = np.where(labels, 1.0, -1.0)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margin = target * (rows @ w[:-1] + w[-1])
        slope = -target / (1 + np.exp(margin))
        gradient = np.append(slope @ rows, slope.sum()) / len(rows) + RIDGE * np.append(w[:-1], 0)
        return float(np.logaddexp(0, -margin).mean() + RIDGE * (w[:-1] ** 2).sum() / 2), gradient

    bounds = [(0, None) if sign > 0 else (None, 0) for sign in signs] + [(None, None)]
    found = minimize(loss, np.zeros(len(signs) + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return Calibration(found[:-1], float(found[-1]), 0.0)


def best_scores(weights: Calibration, matrices: Sequence[np.ndarray]) -> np.ndarray:
    """Of each case, the probability of its likeliest sentence."""
    return np.array([weights.probabilities(m).max() for m in matrices])


def balanced(scores: np.ndarray, answerable: np.ndarray, threshold: float) -> float:
    passed = scores >= threshold
    return float((passed[answerable].mean() + (~passed[~answerable]).mean()) / 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, help="of each part, for a trial")
    options = parser.parse_args()
    train = [c for c in map(possible, cases(options.data / "train.json", options.articles)) if c.texts]
    matrices = rows(train)
    labels = np.concatenate([[n == case.answered for n in range(len(case.texts))] for case in train])
    weights = fitted(np.concatenate(matrices), labels)
    scores, answerable = best_scores(weights, matrices), np.array([c.answered is not None for c in train])
    threshold = float(max(np.unique(scores.round(3)), key=lambda t: balanced(scores, answerable, t)))
    print(f"train: {len(train):,} cases, balanced accuracy {balanced(scores, answerable, threshold):.3f} at {threshold:.3f}")
    show_dev([c for c in map(possible, cases(options.data / "dev.json", options.articles)) if c.texts], weights, threshold)
    fields = {
        "data": "SQuAD 2.0 (CC BY-SA 4.0), by training/sentence_reader.py",
        "coefficients": {name: round(float(c), 4) for name, c in zip(SENTENCE_FEATURES, weights.coefficients, strict=True)},
        "intercept": round(weights.intercept, 4),
        "threshold": round(threshold, 3),
    }
    WEIGHTS_FILE.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    print(WEIGHTS_FILE.read_text(encoding="utf-8"))


def show_dev(dev: Sequence[Case], weights: Calibration, threshold: float) -> None:
    matrices = rows(dev)
    scores, answerable = best_scores(weights, matrices), np.array([c.answered is not None for c in dev])
    right = [
        c.answered == weights.probabilities(m).argmax() for c, m in zip(dev, matrices, strict=True) if c.answered is not None
    ]
    print(f"dev: {len(dev):,} cases, balanced accuracy {balanced(scores, answerable, threshold):.3f}; "
          f"right sentence first {np.mean(right):.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
