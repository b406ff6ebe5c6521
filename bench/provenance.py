"""How often the flags are wrong: the table of docs/flags.md.

    python -m bench.provenance ../shared/bench [--part NAME] [--year YYYY=INDEX] [--most N]

copies        reprints made of real articles (another headline, cut after some paragraphs, another dateline, a paragraph of
              its own, 10 to 30 % of the sentences reworded): how many are found again among all articles
independent   BASIL: three outlets on one event, each in its own words: how many pairs are merged
cost          articles compared in 1,000, 4,000 and all: seconds, pairs compared
support       WiCE: is a claim supported by its evidence
disagreement  RAMDocs: documents that give different answers, and documents that do not
ordinary      questions of a news quiz over a year's index: how many answers are flagged, and how
voices        over a year's index: what looking for a second voice takes
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.answers import Year
from bench.copying import all_articles, measure_copies, measure_cost, measure_independent
from bench.judging import measure_disagreement, measure_ordinary, measure_support, measure_voices

PARTS = ("copies", "independent", "cost", "support", "disagreement", "ordinary", "voices")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--year", action="append", default=[], metavar="YYYY=INDEX")
    parser.add_argument("--most", type=int, default=400, help="reprints to make, questions to ask")
    parser.add_argument("--write", action="store_true", help="with --part support: set the judge's threshold")
    options = parser.parse_args()
    if not (options.data / "score.py").exists():
        sys.exit(f"{options.data} has no score.py: this benchmark needs the folder of measuring data.")
    parts = options.part or PARTS
    if "independent" in parts:
        measure_independent(options.data / "basil")
    if "support" in parts:
        measure_support(options.data / "wice", write=options.write)
    if "disagreement" in parts:
        measure_disagreement(options.data / "ramdocs")
    articles = all_articles(options.data) if {"copies", "cost"} & set(parts) else []
    if "copies" in parts:
        measure_copies(articles, options.most)
    if "cost" in parts:
        measure_cost(articles)
    for year in (Year(name, Path(index), options.data) for name, _, index in (y.partition("=") for y in options.year)):
        if "ordinary" in parts:
            measure_ordinary(year, options.most)
        if "voices" in parts:
            measure_voices(year, options.most)


if __name__ == "__main__":
    main()
