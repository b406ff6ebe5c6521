"""Keeps the grammar of questions and of the sentences that answer them, for training/made.py. Resumable.

    python -m training.grammar FOLDER ../shared/bench/squad2 --write data/grammar [--most 40000]

Some two hundred texts a second. Files of training/parser.py's documents, one for each _AT_ONCE questions.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.tokens import DocBin
from tqdm import tqdm

from training.made import answering
from training.parser import parsed, vocabulary
from training.reader_data import Example, is_held_out
from training.sources import load_all

if TYPE_CHECKING:
    from spacy.tokens import Doc

_AT_ONCE = 500
_KEPT = ["ORTH", "SPACY", "TAG", "POS", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE"]


def texts_of(examples: Sequence[Example]) -> list[str]:
    return list(dict.fromkeys(t for e in examples for t in (e.question, answering(e)[0]) if t))


def write_grammar(examples: Sequence[Example], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for at in tqdm(range(0, len(examples), _AT_ONCE), desc="Parsing"):
        file = folder / f"{at:06}.spacy"
        if not file.exists():
            docs = parsed(texts_of(examples[at : at + _AT_ONCE]))
            DocBin(_KEPT, docs=docs, store_user_data=False).to_disk(file)


def read_grammar(folder: Path) -> dict[str, Doc]:
    """Text -> its grammar."""
    return {doc.text: doc for doc in _documents(folder)}


def _documents(folder: Path) -> Iterator[Doc]:
    for file in sorted(folder.glob("*.spacy")):
        yield from DocBin().from_disk(file).get_docs(vocabulary())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("squad2", type=Path)
    parser.add_argument("--write", type=Path, required=True)
    parser.add_argument("--most", type=int, default=40_000, help="questions")
    options = parser.parse_args()
    found = load_all(options.folder, options.squad2)
    examples = [e for e in found if e.start is not None and e.share == 1 and not is_held_out(e)]
    random.Random(5).shuffle(examples)
    write_grammar(examples[: options.most], options.write)


if __name__ == "__main__":
    main()
