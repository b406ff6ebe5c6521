"""Does an answer ever hold a number, a name or a date that is not in a quote it cites? With a writer that lies, too.

    python -m bench.faithful ../shared/bench --year 2022=data/rtqa2022 --year 2024=data/rtqa2024 [--most 2000]

Asks real questions twice: without a writer, and with one that mixes true sentences with ones where a number, a name or
the cited quote was exchanged. Every claim of every answer is then looked through by other means than the gate's: each
run of digits and each capitalised word must stand, as it is written, in the text of a quote that the claim cites.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from answering.answer import Answer
from answering.engine import Engine, load_engine
from answering.phrasing import phrased
from bench.answers import Year, spread
from models.writer_protocol import Chat
from retriever.request import make_request


class Liar:
    """Writes every quote once truly and once with something exchanged, in random order."""

    name = "liar"

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def write(self, chat: Chat) -> Generator[str, None, None]:
        quotes = [(n, _sentence(text)) for n, text in re.findall(r"^\[(\d+)\] (.*)$", chat[-1]["content"], re.MULTILINE)]
        written = [f"{text} [{n}]" for n, text in quotes] + [self._lie(q, quotes) for q in quotes]
        self._rng.shuffle(written)
        yield " ".join(written)

    def _lie(self, quote: tuple[str, str], quotes: Sequence[tuple[str, str]]) -> str:
        (number, text), other = quote, self._rng.choice(quotes)
        kind = self._rng.randrange(4)
        if kind == 0:
            text = re.sub(r"\d", lambda m: str((int(m[0]) + self._rng.randrange(1, 10)) % 10), text, count=2)
        elif kind == 1:
            theirs, ours = (re.findall(r"\b[A-Z]\w+", told) for _, told in (other, quote))
            text = text.replace(self._rng.choice(ours), self._rng.choice(theirs)) if ours and theirs else text
        elif kind == 2:
            text = f"{text.rstrip('.')} on {self._rng.randrange(1, 28)} July {self._rng.randrange(1990, 2030)}."
        return f"{text} [{other[0] if kind == 3 else number}]"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "”", '"')) else f"{text}."


def unfounded(answer: Answer, *, titled: bool = False) -> list[str]:
    """Numbers and capitalised words of claims that no cited quote holds; `titled`: nor the title of its article."""
    cited = {q.number: f"{q.article.title} {q.text}" if titled else q.text for q in answer.quotes}
    found = []
    for claim in answer.claims:
        held = " ".join(cited[n] for n in claim.citations).lower()
        said = re.findall(r"\d+", claim.text) + re.findall(r"\b[A-Z][\w’'-]*\w", claim.text)
        found += [word for word in said if word.lower() not in held]
    return found


def told(engine: Engine, lines: Sequence[dict[str, object]], counted: Counter[str]) -> None:
    for n, line in enumerate(lines):
        plain = engine.answer(make_request(line))
        counted["answers"] += 1
        counted["unfounded"] += bool(unfounded(plain))
        if plain.status == "answered":
            *_, lied = phrased(replace(plain, question=str(line["question"])), Liar(n), engine.judge)
            assert isinstance(lied, Answer)
            counted["answers of the liar"] += 1
            counted["unfounded of the liar"] += bool(unfounded(lied))
            counted["sentences kept"] += lied.writing.kept if lied.writing else 0
            counted["sentences dropped"] += lied.writing.dropped if lied.writing else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", action="append", default=[], metavar="YYYY=INDEX")
    parser.add_argument("--most", type=int, default=2000, help="questions, over all years")
    options = parser.parse_args()
    years = [Year(name, Path(index), options.data) for name, _, index in (y.partition("=") for y in options.year)]
    counted: Counter[str] = Counter()
    for year in years:
        told(load_engine(year.index), spread(year.lines("--all"), options.most // len(years)), counted)
    for name, count in counted.items():
        print(f"{name}: {count:,}")


if __name__ == "__main__":
    main()
