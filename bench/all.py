"""Where we stand, in one table: every measurement that a change to how answers are made may move.

    python -m bench.all [../shared/bench] [--only NAME] [--most N] [--beside FILE] [--write]

A measurement that ended is kept in data/bench/, in a file named for the program's sources: called again, the command goes on
with what is missing, and after a change to the program it begins anew. `--only` measures nothing but what it names, again. `--beside` takes such a file
and sets its figures beside these. `--write` puts the table into docs/answers.md. `--most` asks fewer questions, for a trial.
Both years of RealTime QA are indexed first, in data/rtqa2022 and data/rtqa2024, where that is not done yet.
What is not on this machine is told in the table; Quoref's contrast set belongs into data/quoref (docs/answers.md says from where).
Nothing else may run meanwhile: seconds are measured, too.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from answering.engine import Engine, load_engine
from answering.judging import load_judge
from answering.readers import SpanReader, load_span_reader
from bench import articles_qa, copying, crowd, gate, judging, squad
from bench.answers import Year, asked, spread, told_by_scorer
from bench.cases import by_class, wrong_in
from bench.report import write_section
from index.build import build
from models.encoder import has_bfloat16, load_encoder

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "data" / "bench"
TITLE = "Where we stand"
QUESTIONS = 130
"""Of each year of RealTime QA, evenly over the file."""
REPRINTS = 400
TIMED, AT_ONCE, ROUNDS = 40, 10, 4
"""Questions asked one after the other; questions asked at once, and how often."""
_PROGRAM = ("corpus", "language", "models", "index", "retriever", "answering", "webchat", "bench")
_KINDS = {".py", ".toml", ".json", ".gz", ".safetensors"}
_YEARS = ("2022", "2024")


@dataclass(frozen=True)
class Line:
    """A row of the table.

    tuned_on  what of this data was looked at, or set a number, while the program was made
    """

    what: str
    figure: str
    tuned_on: str


@dataclass(frozen=True)
class Missing(Exception):
    """What a measurement needs is not on this machine."""

    needed: Path


@dataclass
class Bench:
    """What the measurements share: where the data lies, and what is loaded once.

    most    questions of each measurement, None for all
    quotes  by measurement: quotes that do not stand word for word in their article, and all that were looked at
    """

    data: Path
    most: int | None
    quotes: dict[str, list[int]]
    measuring: str = ""

    @property
    def cases(self) -> Path:
        return self.data.parent / "cases"

    def here(self, path: Path) -> Path:
        if not path.exists():
            raise Missing(path)
        return path

    def some(self, count: int) -> int:
        return min(count, self.most or count)

    @cached_property
    def reader(self) -> SpanReader:
        return load_span_reader("bundled", load_encoder())

    def year(self, name: str) -> Year:
        """With its index, built or brought up to date."""
        year = Year(name, ROOT / "data" / f"rtqa{name}", self.data)
        articles = self.here(self.data / "realtimeqa" / f"articles_{name}.jsonl.gz")
        build(year.index, [articles], load_encoder())
        return year

    def quotes_of(self, answers: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> None:
        """Counts the quotes that are not, character for character, what the file that was indexed has at their place."""
        counted = self.quotes.setdefault(self.measuring, [0, 0])
        for quote in (q for a in answers for q in a["quotes"]):
            counted[0] += texts[quote["article"]["id"]][quote["start"] : quote["end"]] != quote["text"]
            counted[1] += 1


# --- cases -----------------------------------------------------------------------------------------------------------


def blind(bench: Bench) -> Iterator[Line]:
    """As its own script says it: cases that nobody who works on the program has read."""
    script = bench.here(bench.cases / "blind.py")
    with tempfile.TemporaryDirectory() as folder:
        command = Path(folder) / "secondsource"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        path = f"{folder}{os.pathsep}{os.environ['PATH']}"
        ran = subprocess.run(
            [sys.executable, str(script)], env={**os.environ, "PATH": path}, check=True, capture_output=True, text=True
        )
    means = [row.split()[:2] for row in ran.stdout.splitlines()]
    yield Line("blind cases: " + " / ".join(name for name, _ in means), " / ".join(m for _, m in means), "nothing")


def handed(bench: Bench) -> Iterator[Line]:
    yield _of_cases("cases handed", bench.here(bench.cases), "rules were written on them")


def own_cases(bench: Bench) -> Iterator[Line]:
    yield _of_cases("tests/cases", ROOT / "tests" / "cases", "looked at after they were asked first")


def _of_cases(name: str, folder: Path, tuned_on: str) -> Line:
    means = {kind: by_class(wrong) for kind, wrong in wrong_in(folder).items()}
    figures = [f"{np.mean(list(classes.values())):.3f}" for classes in means.values()]
    return Line(f"{name}: {' / '.join(means)}, means over classes", " / ".join(figures), tuned_on)


def five_articles(bench: Bench) -> Iterator[Line]:
    articles = bench.here(bench.data.parent / "articles")
    printed, answers = articles_qa.scored(bench.here(bench.data / "articles_qa"), articles)
    bench.quotes_of(answers, {file.name: file.read_bytes().decode("utf-8") for file in articles.iterdir()})
    counts = dict(re.findall(r"(no false disagreement|whole|support) (\d+/\d+)", printed))
    figure = f"{counts['whole']}; support {counts['support']}; no false disagreement {counts['no false disagreement']}"
    yield Line("articles_qa, whole", figure, "looked at while rules were made")


# --- news ------------------------------------------------------------------------------------------------------------


def news(name: str) -> Callable[[Bench], Iterator[Line]]:
    """The measurement of one year: right answers, and declining with and without the evidence."""

    def measure(bench: Bench) -> Iterator[Line]:
        year = bench.year(name)
        engine = load_engine(year.index)
        texts = _texts(bench.data / "realtimeqa" / f"articles_{name}.jsonl.gz")
        lines = spread(year.lines(), bench.some(QUESTIONS))
        scored, answers = _answers_scored(engine, year, lines)
        bench.quotes_of(answers, texts)
        yield Line(f"RealTime QA {name}, {len(lines)} questions, EM / F1", scored, "numbers of answering were set on it")
        removed = spread(year.lines("--removed"), bench.some(QUESTIONS))
        with_it = asked(engine, [{k: v for k, v in line.items() if k != "exclude"} for line in removed])
        without = asked(engine, removed)
        bench.quotes_of([*with_it, *without], texts)
        rates = [np.mean([a["status"] == "declined" for a in some]) for some in (without, with_it)]
        what = f"RealTime QA {name}, {len(removed)} questions, declined: evidence removed / there"
        yield Line(what, " / ".join(f"{rate:.3f}" for rate in rates), "the threshold was set on it")

    return measure


def _answers_scored(engine: Engine, year: Year, lines: Sequence[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The scorer counts a whole file, so the questions between are handed to it as declined, and taken out of its means."""
    every = year.lines()
    answers = asked(engine, lines)
    of = {(line["question"], line["date"]): answer for line, answer in zip(lines, answers, strict=True)}
    nothing: dict[str, Any] = {"status": "declined", "text": "", "quotes": [], "answer_span": None}
    told = told_by_scorer(year, "answers", [[of.get((line["question"], line["date"]), nothing) for line in every]])
    counted = sum((line["question"], line["date"]) in of for line in every)
    means = [float(value) * len(every) / counted for value in re.findall(r"(?:EM|F1) ([\d.]+)", told)]
    return " / ".join(f"{mean:.3f}" for mean in means), answers


def _texts(file: Path) -> dict[str, str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return {row["id"]: row["text"] for row in map(json.loads, lines)}


# --- reading and comparing -------------------------------------------------------------------------------------------


def squad_dev(bench: Bench) -> Iterator[Line]:
    file = bench.here(bench.data / "squad2" / "dev.json")
    chosen_on, others = (squad.ask(bench.reader, file, slice(first, None, 2)) for first in (0, 1))
    f1, exact = squad.forced([*chosen_on, *others])
    yield Line(
        f"SQuAD 2.0 part, {len(chosen_on) + len(others):,} questions, forced: F1 / EM", f"{f1:.3f} / {exact:.3f}", "nothing"
    )
    best = max(np.arange(0.02, 0.99, 0.02), key=lambda t: sum(squad.at(chosen_on, float(t))))
    has, no = squad.at(others, float(best))
    figure = f"{has + no:.3f} ({has:.3f} + {no:.3f})"
    yield Line("SQuAD 2.0 part, HasAns F1 + NoAns", figure, "the threshold, on the articles that are not counted")


def quoref(bench: Bench) -> Iterator[Line]:
    """The changed questions, each with its own passage as the only article."""
    file = bench.here(ROOT / "data" / "quoref" / "quoref_test_perturbations_20191206_merged.json")
    rows = [
        (f"{n}-{p}", article["title"], paragraph["context"], qa["question"], [a["text"] for a in qa["answers"]])
        for n, article in enumerate(json.loads(file.read_text(encoding="utf-8"))["data"])
        for p, paragraph in enumerate(article["paragraphs"])
        for qa in paragraph["qas"]
    ][: bench.most]
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "passages.jsonl"
        passages = {id_: {"id": id_, "title": title, "text": text} for id_, title, text, *_ in rows}
        articles.write_text("".join(json.dumps(p) + "\n" for p in passages.values()), encoding="utf-8")
        build(Path(folder) / "index", [articles], load_encoder(), progress=False)
        answers = asked(load_engine(Path(folder) / "index"), [{"question": q, "only": [id_]} for id_, _, _, q, _ in rows])
    golds = [row[-1] for row in rows]
    told = [a["answer_span"] or "" if a["status"] == "answered" else None for a in answers]
    answered = [(words, gold) for words, gold in zip(told, golds, strict=True) if words is not None]
    right = np.mean([any(squad.normal(words) == squad.normal(g) for g in gold) for words, gold in answered])
    f1 = np.mean([max(squad.f1(words or "", g) for g in gold) for words, gold in zip(told, golds, strict=True)])
    what = f"Quoref's contrast set, {len(rows)} questions: answered; exact among these; F1 over all"
    yield Line(what, f"{len(answered) / len(rows):.3f}; {right:.3f}; {f1:.3f}", "nothing")
    alone = [squad.asked_of(bench.reader, question, title, text)[0] for _, title, text, question, _ in rows]
    f1 = np.mean([max(squad.f1(words, g) for g in gold) for words, gold in zip(alone, golds, strict=True)])
    yield Line("the same, the reader alone, forced: F1", f"{f1:.3f}", "nothing")


def wice(bench: Bench) -> Iterator[Line]:
    found = judging.support(load_judge(load_encoder()), bench.here(bench.data / "wice"))
    yield Line(f"WiCE, {len(found.right):,} claims, AUROC", f"{found.auroc:.3f}", "what a missing name or number costs")


def ramdocs(bench: Bench) -> Iterator[Line]:
    found = judging.disagreement(bench.here(bench.data / "ramdocs"))
    figure = f"{found.balanced:.3f} ({found.found:.3f}, {found.left_alone:.3f}); {found.exact.mean():.3f}"
    what = f"RAMDocs, {len(found.flags)} questions, flag's balanced accuracy (flagged, left alone); exact match"
    yield Line(what, figure, "how sure a disagreement must be")


def basil(bench: Bench) -> Iterator[Line]:
    found = copying.independent(bench.here(bench.data / "basil"))
    yield Line(
        "BASIL, independent pairs that are merged", f"{found.merged} of {len(found.shares)}", "the share that makes a copy"
    )


def reprints(bench: Bench) -> Iterator[Line]:
    articles = copying.all_articles(bench.here(bench.data))
    found = copying.reprints_found(articles[: bench.most], bench.some(REPRINTS))
    yield Line(f"reprints found among {len(articles):,} articles", f"{found.found} of {found.made}", "looked at")


def gates(bench: Bench) -> Iterator[Line]:
    """WiCE's claims as if a writer had written them: what the gate lets through."""
    told = {row.label: f"{row.kept} of {row.kept + row.dropped}" for row in gate.rows(bench.here(bench.data / "wice"))}
    altered = [tuple(map(int, told[kind].split(" of "))) for kind in gate.ALTERED]
    for what, figure in (
        ("supported claims that are kept", told["supported"]),
        ("not supported claims that are kept", told["not_supported"]),
        ("altered copies that are kept", f"{sum(k for k, _ in altered)} of {sum(n for _, n in altered)}"),
        ("kept claims that still pass with names exchanged", told["claim, names exchanged"]),
        ("with a verb negated", told["claim, negated"]),
        ("with another tense", told["claim, tense changed"]),
    ):
        yield Line(f"the gate: {what}", figure, "its rules and thresholds")


def verbatim(bench: Bench) -> Iterator[Line]:
    wrong, looked_at = (sum(counted[n] for counted in bench.quotes.values()) for n in (0, 1))
    yield Line("quotes of articles_qa and RealTime QA that are not verbatim", f"{wrong} of {looked_at:,}", "")


# --- seconds and memory ----------------------------------------------------------------------------------------------


def serving(bench: Bench) -> Iterator[Line]:
    """The real server over the larger year, asked as a page asks: by event stream."""
    year = bench.year(_YEARS[-1])
    questions = [str(line["question"]) for line in spread(year.lines(), bench.some(TIMED) + AT_ONCE * ROUNDS)]
    with crowd.served(year.index) as process:
        alone = asyncio.run(_one_by_one(questions[: bench.some(TIMED)]))
        seconds = [asyncio.run(_at_once(questions[-AT_ONCE * turn :][:AT_ONCE])) for turn in range(1, ROUNDS + 1)]
        memory = _most_memory(process)
    first = [quote for quote, _ in alone if quote is not None]
    passages = json.loads((year.index / (year.index / "CURRENT").read_text().strip() / "manifest.json").read_text())[
        "passages"
    ]
    over = f"over {passages:,} passages"
    whole = statistics.median(end for _, end in alone)
    yield Line(f"seconds of a whole answer {over}, median of {len(alone)}", f"{whole:.2f}", "")
    yield Line(f"seconds until the first quote {over}, median of {len(first)}", f"{statistics.median(first):.2f}", "")
    yield Line(f"{AT_ONCE} askers at once: answers a minute", f"{AT_ONCE / statistics.median(seconds) * 60:.0f}", "")
    yield Line("memory of the server at most, MB", f"{memory:,.0f}", "")


async def _one_by_one(questions: Sequence[str]) -> list[tuple[float | None, float]]:
    """Seconds until the first quote, None where there was none, and until the end; a first question does not count."""
    found = []
    async with httpx.AsyncClient(timeout=300) as client:
        for question in [questions[0], *questions]:
            begin, first = time.perf_counter(), None
            async for name, told in crowd.events(client, question):
                if first is None and told.get("quotes") and told.get("status") != "declined" and name in ("phase", "answer"):
                    first = time.perf_counter() - begin
            found.append((first, time.perf_counter() - begin))
    return found[1:]


async def _at_once(questions: Sequence[str]) -> float:
    """Seconds until all are answered. Raises RuntimeError where one is not."""
    begin = time.perf_counter()
    told = await crowd.crowd(questions)
    if lost := [one.status for one in told if one.status not in ("answered", "declined")]:
        raise RuntimeError(f"of {len(told)} questions at once {len(lost)} were not answered: {lost}")
    return time.perf_counter() - begin


def _most_memory(process: int) -> float:
    """Megabytes that a process used at most; NaN where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1000 if found else float("nan")


MEASUREMENTS: dict[str, Callable[[Bench], Iterator[Line]]] = {
    "blind": blind, "handed": handed, "own_cases": own_cases, "articles_qa": five_articles,
    **{f"realtimeqa_{name}": news(name) for name in _YEARS},
    "squad": squad_dev, "quoref": quoref, "wice": wice, "ramdocs": ramdocs, "basil": basil, "reprints": reprints,
    "gate": gates, "verbatim": verbatim, "serving": serving,
}  # fmt: skip


# --- the table -------------------------------------------------------------------------------------------------------


def digest_of_program() -> str:
    """Of all that can change a figure: sources and weights."""
    found = hashlib.sha256()
    for folder in _PROGRAM:
        for file in sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in _KINDS):
            found.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:12]


def measured(bench: Bench, kept: Path, only: Sequence[str]) -> dict[str, list[Line]]:
    """All of them, each kept in the file as it ends; those that it has already are not measured again, unless they are named in `only`."""
    done = read(kept)
    for name, measure in MEASUREMENTS.items():
        if name not in only if only else name in done["lines"]:
            continue
        began, bench.measuring = time.perf_counter(), name
        bench.quotes.pop(name, None)
        try:
            lines = list(measure(bench))
        except Missing as missing:
            print(f"{name}: left out, {missing.needed} is not here", file=sys.stderr)
            continue
        seconds = time.perf_counter() - began
        print(f"{name}: {seconds:.0f} s; " + "; ".join(line.figure for line in lines), file=sys.stderr)
        done["lines"][name] = [asdict(line) for line in lines]
        done["seconds"][name], done["quotes"] = seconds, bench.quotes
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(done, indent=1, ensure_ascii=False), encoding="utf-8")
    return {name: [Line(**line) for line in done["lines"][name]] for name in MEASUREMENTS if name in done["lines"]}


def read(kept: Path) -> dict[str, Any]:
    return json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {"lines": {}, "seconds": {}, "quotes": {}}


def table(found: Mapping[str, Sequence[Line]], before: Mapping[str, Sequence[Mapping[str, str]]]) -> str:
    """As Markdown, a line for what is missing; with a column for `before`, if it is not empty."""
    rows = [("", *(["before"] if before else []), "figure", "of this data, tuned or looked at")]
    rows += [("---",) * len(rows[0])]
    for name in MEASUREMENTS:
        earlier = {line["what"]: line["figure"] for line in before.get(name, ())}
        for line in found.get(name, [Line(name, "the data is not on this machine", "")]):
            rows.append((line.what, *([earlier.get(line.what, "")] if before else []), line.figure, line.tuned_on))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=ROOT.parent / "shared" / "bench")
    parser.add_argument(
        "--only", action="append", default=[], choices=list(MEASUREMENTS), help="measure this again, and nothing else"
    )
    parser.add_argument("--most", type=int, help="questions of a measurement, for a trial")
    parser.add_argument("--beside", type=Path, help="a file of data/bench whose figures stand beside these")
    parser.add_argument("--write", action="store_true", help="put the table into docs/answers.md")
    options = parser.parse_args()
    if options.write and options.most:
        sys.exit("--write with --most: a trial is no table of where we stand. Leave one of them out.")
    kept = KEPT / f"{digest_of_program()}{f'-{options.most}' if options.most else ''}.json"
    bench = Bench(options.data, options.most, read(kept)["quotes"])
    found = measured(bench, kept, options.only)
    told = table(found, read(options.beside)["lines"] if options.beside else {})
    print(f"{told}\n\nkept in {kept}")
    if options.write:
        seconds = sum(read(kept)["seconds"].values())
        head = f"Written by `python -m bench.all --write`, in {seconds / 60:.0f} minutes; {_processor()}."
        write_section(ROOT / "docs" / "answers.md", TITLE, f"{head}\n\n{told}")


def _processor() -> str:
    """Of this machine, as far as a ratio of seconds depends on it."""
    return f"{os.cpu_count()} cores, {'with' if has_bfloat16() else 'without'} bfloat16"


if __name__ == "__main__":
    main()
