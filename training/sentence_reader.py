"""Learns the weights of the sentence reader (answering/sentence_reader.json) from SQuAD 2.0.

    python -m training.sentence_reader ../shared/bench/squad2

Data: SQuAD 2.0 train and dev parts (Rajpurkar, Jia and Liang 2018, CC BY-SA 4.0). Learned on train: a row for each
sentence of a question's paragraph, labelled by whether the gold answer starts in it; for each answerable question also
the sentences of another paragraph of the same article that lacks the gold string (the paragraph that retrieval brings
along), as negatives. The threshold is the one with the best balanced accuracy over questions on train: does the best
sentence of the paragraph pass, against the best sentence of the other paragraph or of an unanswerable one. Printed, and
not used for anything: the same on dev.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from answering.reader import FEATURES, features
from corpus.article import Span
from corpus.splitting import sentences
from index.encoder import load_encoder

OUT = Path(__file__).parent.parent / "answering" / "sentence_reader.json"
SEED = 7


@dataclass
class Case:
    """A question and a paragraph; `answered` = index of the sentence that holds the gold answer, or None."""

    question: str
    title: str
    texts: list[str]
    answered: int | None


def cases(file: Path, most_articles: int | None = None) -> Iterator[Case]:
    random.seed(SEED)
    for article in json.loads(file.read_text(encoding="utf-8"))["data"][:most_articles]:
        title = article["title"].replace("_", " ")
        paragraphs = article["paragraphs"]
        split = [list(sentences(p["context"], Span(0, len(p["context"])))) for p in paragraphs]
        for at, paragraph in enumerate(paragraphs):
            for qa in paragraph["qas"]:
                texts = [s.of(paragraph["context"]) for s in split[at]]
                if qa["is_impossible"]:
                    yield Case(qa["question"], title, texts, None)
                    continue
                start = qa["answers"][0]["answer_start"]
                yield Case(qa["question"], title, texts, next(n for n, s in enumerate(split[at]) if start < s.end))
                gold = qa["answers"][0]["text"].lower()
                others = [n for n, p in enumerate(paragraphs) if n != at and gold not in p["context"].lower()]
                if others:
                    other = random.choice(others)
                    yield Case(qa["question"], title, [s.of(paragraphs[other]["context"]) for s in split[other]], None)


def rows(found: Sequence[Case]) -> list[np.ndarray]:
    """For each case an array (sentences, features). Each text is encoded once."""
    texts = sorted({t for case in found for t in (case.question, *case.texts)})
    vectors = load_encoder().encode_many(texts, lambda n: None)
    at = {text: n for n, text in enumerate(texts)}
    out = []
    for case in found:
        question = vectors[at[case.question]]
        passage = case.title + "\n" + " ".join(case.texts)
        out.append(
            np.array([features(case.question, t, passage, float(vectors[at[t]] @ question)) for t in case.texts])
        )
    return out


def balanced(scores: np.ndarray, answerable: np.ndarray, threshold: float) -> float:
    passed = scores >= threshold
    return float((passed[answerable].mean() + (~passed[~answerable]).mean()) / 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, help="of each part, for a trial")
    options = parser.parse_args()
    train = [c for c in cases(options.data / "train.json", options.articles) if c.texts]
    matrices = rows(train)
    labels = np.concatenate([[n == case.answered for n in range(len(case.texts))] for case in train])
    model = LogisticRegression(C=10.0, max_iter=1_000).fit(np.concatenate(matrices), labels)
    best = np.array([model.predict_proba(m)[:, 1].max() for m in matrices])
    answerable = np.array([case.answered is not None for case in train])
    threshold = max(np.unique(best.round(3)), key=lambda t: balanced(best, answerable, t))
    print(f"train: {len(train):,} cases, balanced accuracy {balanced(best, answerable, threshold):.3f} at {threshold:.3f}")
    dev = [c for c in cases(options.data / "dev.json", options.articles) if c.texts]
    dev_matrices = rows(dev)
    dev_best = np.array([model.predict_proba(m)[:, 1].max() for m in dev_matrices])
    dev_answerable = np.array([case.answered is not None for case in dev])
    right = np.mean([m_case.answered == model.predict_proba(m)[:, 1].argmax()
                     for m_case, m in zip(dev, dev_matrices, strict=True) if m_case.answered is not None])  # fmt: skip
    print(f"dev: {len(dev):,} cases, balanced accuracy {balanced(dev_best, dev_answerable, threshold):.3f}; "
          f"right sentence first {right:.3f}")  # fmt: skip
    fields = {
        "data": "SQuAD 2.0 (CC BY-SA 4.0), by training/sentence_reader.py",
        "coefficients": {name: round(float(c), 4) for name, c in zip(FEATURES, model.coef_[0], strict=True)},
        "intercept": round(float(model.intercept_[0]), 4),
        "threshold": round(float(threshold), 3),
    }
    OUT.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    print(OUT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
