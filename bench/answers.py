"""How good the answers are: the tables of docs/answers.md.

    python -m bench.answers ../shared/bench --year 2022=data/rtqa2022 --year 2024=data/rtqa2024 [--part NAME] [--most N]

Parts: squad (the official measure), realtimeqa (pooled and with the question's own articles), declined (with and without
the evidence; with the bundled reader and with plain sentence scoring, which it replaces), gate (what the writer's gate lets
through of WiCE's claims), stages (time). Disagreement is measured by bench/provenance.py.
The years' indexes are built before, by `secondsource index .../articles_YYYY.jsonl.gz --index DIR`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from answering.answer import as_json
from answering.engine import Engine, load_engine
from answering.readers import load_span_reader
from bench import gate, squad
from models.encoder import load_encoder
from retriever.request import make_request

PARTS = ("squad", "realtimeqa", "declined", "gate", "stages")


@dataclass(frozen=True)
class Year:
    """One year of RealTime QA with the index that was built of its articles."""

    name: str
    index: Path
    data: Path

    def files(self) -> list[str]:
        folder = self.data / "realtimeqa"
        return [str(folder / f"{kind}_{self.name}.{end}") for kind, end in _YEAR_FILES]

    def lines(self, *options: str) -> list[dict[str, Any]]:
        """The questions to ask, as the scorer prints them."""
        printed = _score(self.data, "ask-lines", *self.files(), *options)
        return [json.loads(line) for line in printed.splitlines()]


_YEAR_FILES = (("qa", "jsonl"), ("gcs_links", "jsonl"), ("articles", "jsonl.gz"))


def _score(data: Path, *arguments: str) -> str:
    command = [sys.executable, str(data / "score.py"), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def asked(engine: Engine, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every answer as the JSON that outside checks see."""
    return [as_json(engine.answer(make_request(line))) for line in lines]


def spread(lines: Sequence[dict[str, Any]], most: int | None) -> list[dict[str, Any]]:
    """At most so many, evenly over the file."""
    step = max(1, len(lines) // most) if most else 1
    return list(lines[::step][:most])


def told_by_scorer(year: Year, command: str, answers: Sequence[Sequence[dict[str, Any]]], *options: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for n, part in enumerate(answers):
            file = Path(folder) / f"{n}.jsonl"
            file.write_text("".join(json.dumps(a) + "\n" for a in part), encoding="utf-8")
            files.append(str(file))
        return _score(year.data, command, *(year.files() if command == "answers" else []), *files, *options)


# --- the parts -------------------------------------------------------------------------------------------------------


def part_squad(data: Path, years: Sequence[Year], most: int | None) -> Iterator[str]:
    """SQuAD 2.0 dev, at the threshold for passages that are read alone."""
    reader = load_span_reader("bundled", load_encoder())
    found = squad.ask(reader, data / "squad2" / "dev.json")
    f1, exact = squad.forced(found)
    yield f"forced to answer: HasAns F1 {f1:.3f}, EM {exact:.3f} ({len(found):,} questions)"
    has, no = squad.at(found, reader.calibration.alone or 1.0)
    yield f"at the threshold chosen on every other article, on all: HasAns F1 {has:.3f}, NoAns {no:.3f}, together {has + no:.3f}"


def part_realtimeqa(data: Path, years: Sequence[Year], most: int | None) -> Iterator[str]:
    """Each question is asked once of the pooled year, and once of the articles that a search returned for it."""
    for year in years:
        engine = load_engine(year.index)
        lines = year.lines("--all")
        every = asked(engine, lines)
        answered = {(line["question"], line["date"]): answer for line, answer in zip(lines, every, strict=True)}
        answerable = [answered[(line["question"], line["date"])] for line in year.lines()]
        yield f"{year.name}, own articles hold the answer, pooled: " + told_by_scorer(year, "answers", [answerable])
        yield f"{year.name}, all questions, pooled: " + told_by_scorer(year, "answers", [every], "--all")
        yield f"{year.name}, given only its own articles: " + told_by_scorer(
            year, "answers", [asked(engine, own_lines(year))]
        )


def own_lines(year: Year) -> list[dict[str, Any]]:
    """The answerable questions, each with only the articles that a web search returned for it."""
    folder = year.data / "realtimeqa"
    questions = [json.loads(line) for line in (folder / f"qa_{year.name}.jsonl").read_text(encoding="utf-8").splitlines()]
    linked = [
        json.loads(line) for line in (folder / f"gcs_links_{year.name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    ids = {row["question_id"]: [article for article, _ in row["articles"]] for row in linked}
    own = {(q["question_sentence"], q["question_date"].replace("/", "-")): ids.get(q["question_id"], []) for q in questions}
    return [{**line, "only": own[(line["question"], line["date"])]} for line in year.lines()]


def part_declined(data: Path, years: Sequence[Year], most: int | None) -> Iterator[str]:
    for year in years:
        removed = spread(year.lines("--removed"), most)
        kept = [{k: v for k, v in line.items() if k != "exclude"} for line in removed]
        engine = load_engine(year.index)
        yield f"{year.name}: " + told_by_scorer(year, "declined", [asked(engine, kept), asked(engine, removed)])


def part_gate(data: Path, years: Sequence[Year], most: int | None) -> Iterator[str]:
    """Of claims as if a writer had written them, how many pass, by what the evidence is to them."""
    for row in gate.rows(data / "wice"):
        yield f"{row.label}: kept {row.kept}, dropped {row.dropped}, share kept {row.share:.3f}"


def part_stages(data: Path, years: Sequence[Year], most: int | None) -> Iterator[str]:
    """Milliseconds of each stage, median and 95th percentile, one question after the other."""
    for year in years:
        engine = load_engine(year.index)
        answers = asked(engine, spread(year.lines(), most or 100))[3:]
        for stage in ("search", "read", "write", "total"):
            times = np.array([a["timings_ms"][stage] for a in answers])
            yield f"{year.name}, {stage}: median {np.median(times):.0f} ms, 95th percentile {np.percentile(times, 95):.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", action="append", default=[], metavar="YYYY=INDEX")
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--most", type=int, help="questions of a part, for a trial")
    options = parser.parse_args()
    if not (options.data / "score.py").exists():
        sys.exit(f"{options.data} has no score.py: this benchmark needs the folder of measuring data.")
    years = [Year(name, Path(index), options.data) for name, _, index in (y.partition("=") for y in options.year)]
    for part in options.part or PARTS:
        for line in globals()[f"part_{part}"](options.data, years, options.most):
            print(f"{part}: {line}", flush=True)


if __name__ == "__main__":
    main()
