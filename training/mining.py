"""Finds passages that mislead a reader: retrieved for a question, without its answer, and yet it reads one in them.

    python -m training.mining FOLDER ../shared/bench/squad2 --most 14000 --write data/training/mined.jsonl

Negatives for the next round of training (as in Xiong et al. 2021, with a reader in the place of the retriever). A passage
that holds the answer's words is never taken. Resumable: questions that the file knows are passed over.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from tqdm import tqdm

from answering.readers import load_span_reader
from corpus.article import Span
from models.encoder import SentenceEncoder, load_encoder
from models.reader import SpanModel, best_span
from training.reader_data import Example, Negatives, is_held_out
from training.sources import load_all

_BY_WORDS, _BY_MEANING = 3, 3
"""Passages to read that a word search and the encoder bring."""
_ENCODED = 2_000
"""Code points of a passage: some tables are far longer."""
_MISLED = -1.5
"""Log-odds of an answer from which a passage is kept; told answers begin about 0."""
_KEPT = 2
_AT_ONCE = 100

Titled = tuple[str, str]


def read_mined(file: Path) -> dict[str, list[Titled]]:
    """Question -> (title, text) of each passage that misled; questions that nothing misled are left out."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["question"]: [(title, text) for title, text in row["passages"]] for row in rows if row["passages"]}


def misleading(model: SpanModel, question: str, passages: Sequence[Titled]) -> list[Titled]:
    """Those in which the model reads an answer, the surest first."""
    scored = []
    for passage, scores in zip(passages, model.scores(question, passages), strict=True):
        best = best_span(scores, Span(0, len(passage[1])))
        if best is not None and best[0] > _MISLED:
            scored.append((best[0], passage))
    return [passage for _, passage in sorted(scored, reverse=True)[:_KEPT]]


class Meaning:
    """Passages near a question by the encoder's cosine, exactly, in memory."""

    def __init__(self, encoder: SentenceEncoder, passages: Sequence[Titled]) -> None:
        self._encoder, self._passages = encoder, passages
        with tqdm(total=len(passages), desc="Encoding") as bar:
            self._vectors = encoder.encode_many(
                [f"{title}\n{text}"[:_ENCODED] for title, text in passages], lambda n: bar.update(n - bar.n)
            )

    def near(self, questions: Sequence[str], most: int) -> list[list[Titled]]:
        cosines = self._encoder.encode(questions) @ self._vectors.T
        return [[self._passages[n] for n in np.argsort(-row)[:most]] for row in cosines]


def mine(
    model: SpanModel, encoder: SentenceEncoder | None, examples: Sequence[Example], pool: Sequence[Example], file: Path
) -> None:
    """encoder: None where passages that a word search brings are enough, for encoding all takes long."""
    words = Negatives(pool, 0)
    meaning = Meaning(encoder, sorted({(e.title, e.text) for e in pool})) if encoder else None
    with file.open("a", encoding="utf-8") as out, tqdm(total=len(examples), desc="Mining") as bar:
        for at in range(0, len(examples), _AT_ONCE):
            part = examples[at : at + _AT_ONCE]
            brought = meaning.near([e.question for e in part], 3 * _BY_MEANING) if meaning else [[] for _ in part]
            for example, near in zip(part, brought, strict=True):
                lacking = [p for p in near if p[1] != example.text and (example.answer or "").lower() not in p[1].lower()]
                read = list(dict.fromkeys(chain(words.found(example)[:_BY_WORDS], lacking[:_BY_MEANING])))
                row = {"question": example.question, "passages": misleading(model, example.question, read)}
                out.write(json.dumps(row) + "\n")
                bar.update()
            out.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("squad2", type=Path)
    parser.add_argument("--most", type=int, default=14_000, help="questions")
    parser.add_argument("--by-words", action="store_true", help="passages that a word search brings, and no others")
    parser.add_argument("--write", type=Path, required=True)
    options = parser.parse_args()
    pool = [
        e for e in load_all(options.folder, options.squad2) if not is_held_out(e) and e.share == 1 and e.start is not None
    ]
    done = (
        {json.loads(line)["question"] for line in options.write.open(encoding="utf-8")} if options.write.exists() else set()
    )
    chosen = random.Random(0).sample(pool, min(options.most, len(pool)))
    encoder = load_encoder()
    reader = load_span_reader("bundled", encoder)
    options.write.parent.mkdir(parents=True, exist_ok=True)
    mine(
        reader.model,
        None if options.by_words else encoder,
        [e for e in chosen if e.question not in done],
        pool,
        options.write,
    )


if __name__ == "__main__":
    main()
