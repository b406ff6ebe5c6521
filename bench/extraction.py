"""How well the article is taken out of a web page, on the 87 pages of article-extraction-benchmark.

    python -m bench.extraction ../shared/bench/extraction

Precision, recall and F1 over shingles of four words, as that benchmark's evaluate.py counts them: averaged over pages, F1 of the averages.
Page furniture counts as left out, for it is never quoted.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from corpus.article import Article
from corpus.files import Skipped, read_article, read_sources

_WORDS = 4


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text or "", re.UNICODE)
    return Counter(tuple(words[n : n + _WORDS]) for n in range(max(1, len(words) - _WORDS + 1)))


def scored(wanted: str, got: str) -> tuple[float, float]:
    """Precision and recall of one page."""
    one, other = shingles(wanted), shingles(got)
    same = sum((one & other).values())
    return same / max(sum(other.values()), 1), same / max(sum(one.values()), 1)


def text_of(article: Article | Skipped) -> str:
    if isinstance(article, Skipped):
        return ""
    at, kept = 0, []
    for span in article.furniture:
        kept.append(article.text[at : span.start])
        at = span.end
    return "\n".join([*kept, article.text[at:]])


def page_text(packed: Path, folder: Path) -> str:
    page = folder / "page.html"
    page.write_bytes(gzip.decompress(packed.read_bytes()))
    source = next(iter(read_sources([("page.html", page)])))
    return "" if isinstance(source, Skipped) else text_of(read_article(source))


def main() -> None:
    folder = Path(sys.argv[1])
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as kept:
        rows = np.array(
            [
                scored(one["articleBody"], page_text(folder / "html" / f"{name}.html.gz", Path(kept)))
                for name, one in sorted(truth.items())
            ]
        )
    precision, recall = rows.mean(axis=0)
    print(
        f"{len(rows)} pages: precision {precision:.3f}, recall {recall:.3f}, F1 {2 * precision * recall / (precision + recall):.3f}"
    )


if __name__ == "__main__":
    main()
