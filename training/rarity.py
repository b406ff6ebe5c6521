"""How rare words are, counted over the sentences of the training data: answering/rarity.json.

    python -m training.rarity FOLDER ../shared/bench/squad2

Data: training/reader_data.py, openly licensed. Only counts of stems are kept, of those that stand in three sentences or more.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from answering.judging import RARITY
from corpus.article import Span
from corpus.splitting import sentences
from language.words import content_stems
from training.reader_data import load

_LEAST = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("squad2", type=Path)
    options = parser.parse_args()
    texts = {e.text for e in load(options.folder, options.squad2)}
    told = {s.of(text) for text in texts for s in sentences(text, Span(0, len(text)))}
    counts = Counter(stem for sentence in told for stem in content_stems(sentence))
    kept = {stem: count for stem, count in sorted(counts.items()) if count >= _LEAST}
    fields = {
        "data": "sentences of the reader's training data, by training/rarity.py",
        "sentences": len(told),
        "counts": kept,
    }
    RARITY.write_text(json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(told):,} sentences, {len(kept):,} stems")


if __name__ == "__main__":
    main()
