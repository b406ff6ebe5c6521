"""Support and disagreement: WiCE, RAMDocs, ordinary questions, and the time that a second voice takes.

Parts of bench/provenance.py.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from answering.agreement import saying
from answering.engine import SECOND_VOICES, Engine, load_engine
from answering.judging import JUDGE_CALIBRATION, Judge, agreement, judge_features, load_judge
from bench.answers import Year, asked, spread
from index.build import build
from language.words import folded
from models.encoder import load_encoder
from retriever.request import make_request
from retriever.search import search
from training.judge_calibration import auroc

_COUNTED = np.array([0, 1 / 10, 1, 4])
"""Of the judge's features those without a network, about as large as each other: names, numbers, words."""


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


_PASS_WRONGLY = 0.1
"""Of claims that are supported in part or not at all, the share that may pass the judge's threshold."""


@dataclass(frozen=True)
class Support:
    """What the judge says of WiCE's claims, each with the chunk that matters.

    right          (claims,) bool: the evidence supports the claim wholly
    told           (claims, FEATURES) what the probability is made of
    probabilities  (claims,) higher is better supported
    """

    right: np.ndarray
    told: np.ndarray
    probabilities: np.ndarray

    @property
    def auroc(self) -> float:
        return auroc(self.probabilities, self.right)


def support(judge: Judge, wice: Path) -> Support:
    rows = rows_of(wice / "oracle_chunks_claim_dev.jsonl")
    right = np.array([row["label"] == "supported" for row in rows])
    told = np.array([_of(judge, row) for row in rows])
    return Support(right, told, np.array([judge.calibration.probability(f) * agreement(f) for f in told]))


def measure_support(wice: Path, *, write: bool) -> None:
    """Supported against the rest, each claim with the chunk that matters. write: set the judge's threshold."""
    judge = load_judge(load_encoder())
    found = support(judge, wice)
    right, told, probabilities = found.right, found.told, found.probabilities
    threshold = judge.calibration.threshold
    if write:
        threshold = float(np.ceil(np.quantile(probabilities[~right], 1 - _PASS_WRONGLY) * 100) / 100)
        fields = json.loads(JUDGE_CALIBRATION.read_text(encoding="utf-8")) | {"threshold": threshold}
        JUDGE_CALIBRATION.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    passed = probabilities >= threshold
    print(f"WiCE, {len(right):,} claims: AUROC {found.auroc:.3f}")
    print(f"  words, names and numbers alone {auroc(told @ _COUNTED, right):.3f}, the network alone "
          f"{auroc(told[:, 0], right):.3f}")  # fmt: skip
    print(f"  at the threshold {threshold}: {passed[right].mean():.3f} of the supported pass, "
          f"{passed[~right].mean():.3f} of the rest")  # fmt: skip


def _of(judge: Judge, row: Mapping[str, Any]) -> np.ndarray:
    evidence = " ".join(row["evidence"])
    return judge_features(judge.model.verdicts([(row["claim"], ("", evidence))])[0], row["claim"], evidence)


@dataclass(frozen=True)
class Disagreement:
    """(questions,) bool each, of RAMDocs: the answer tells a disagreement; the documents disagree; every gold answer is told and
    no wrong one (told are the answer, the sides and the list)."""

    flags: np.ndarray
    differing: np.ndarray
    exact: np.ndarray

    @property
    def found(self) -> float:
        return float(self.flags[self.differing].mean())

    @property
    def left_alone(self) -> float:
        return float((~self.flags[~self.differing]).mean())

    @property
    def balanced(self) -> float:
        return (self.found + self.left_alone) / 2


def disagreement(ramdocs: Path) -> Disagreement:
    rows = rows_of(ramdocs / "dev.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "ramdocs.jsonl"
        articles.write_text("".join(_documents(rows)), encoding="utf-8")
        build(Path(folder) / "index", [articles], load_encoder(), progress=False)
        engine = load_engine(Path(folder) / "index")
        answers = asked(engine, [{"question": r["question"], "only": _ids(n, r)} for n, r in enumerate(rows)])
    exact = [_exact(row, answer) for row, answer in zip(rows, answers, strict=True)]
    flags = np.array([bool(a["disagreements"]) for a in answers])
    differing = np.array([len({d["answer"] for d in r["documents"] if d["type"] != "noise"}) > 1 for r in rows])
    return Disagreement(flags, differing, np.array(exact))


def measure_disagreement(ramdocs: Path) -> None:
    told = disagreement(ramdocs)
    print(f"RAMDocs, {len(told.flags)} questions: flag's balanced accuracy {told.balanced:.3f} ({told.found:.3f} of "
          f"{told.differing.sum()} that disagree flagged, {told.left_alone:.3f} of {(~told.differing).sum()} that do not left alone); "
          f"exact match {told.exact.mean():.3f}")  # fmt: skip


def _ids(number: int, row: Mapping[str, Any]) -> list[str]:
    return [f"{number}-{d}" for d in range(len(row["documents"]))]


def _documents(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for n, row in enumerate(rows):
        for id_, document in zip(_ids(n, row), row["documents"], strict=True):
            yield json.dumps({"id": id_, "title": f"Document {id_}", "text": document["text"]}) + "\n"


def _exact(row: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    sides = [s["answer"] for d in answer["disagreements"] for s in d["sides"]] + [s["answer"] for s in answer["answers"]]
    told = " | ".join(f" {folded(t)} " for t in [answer["answer_span"] or "", *sides])
    golds, wrongs = ([f" {folded(x)} " for x in row[key]] for key in ("gold_answers", "wrong_answers"))
    return all(g in told for g in golds) and not any(w in told for w in wrongs)


def measure_ordinary(year: Year, most: int) -> None:
    """Questions of a news quiz, each with one answer: how many answers are said to be disputed, or to have changed."""
    answers = asked(load_engine(year.index), spread(year.lines(), most))
    told = [a for a in answers if a["status"] == "answered"]
    differ, changed = (np.mean([bool(a[key]) for a in told]) for key in ("disagreements", "updates"))
    kinds = sorted({a["support"] for a in told})
    shares = ", ".join(f"{kind} {np.mean([a['support'] == kind for a in told]):.2f}" for kind in kinds)
    print(f"{year.name}: {len(told)} answers: sources differ {differ:.3f}, changed over time {changed:.3f}; {shares}")


def measure_voices(year: Year, most: int) -> None:
    """What the search for a second voice takes, beyond encoding the statement: the search, and judging what it finds."""
    engine = load_engine(year.index)
    index = engine.live.now()
    times = []
    for line in spread(year.lines(), most):
        request = make_request(line)
        hits = search(engine.live.now(), engine.encoder, request, 1)
        times += [_timed(engine, index, lead) for lead in engine.reader.read(request.meaning, hits)[:1]]
    searched, judged = np.array(times[3:]).T * 1000
    print(f"{year.name}, {index.manifest.passages:,} passages, {len(searched)} statements: a second voice in median "
          f"{np.median(searched + judged):.0f} ms, 95th percentile {np.percentile(searched + judged, 95):.0f} "
          f"(search {np.median(searched):.0f}, judge {np.median(judged):.0f}; encoding left out)")  # fmt: skip


def _timed(engine: Engine, index: Any, lead: Any) -> tuple[float, float]:
    """Seconds for the search without its encoding, and for judging."""
    request = make_request({"question": lead.text[:400]})
    began = time.perf_counter()
    engine.encoder.encode([request.question])
    encoded = time.perf_counter()
    hits = search(index, engine.encoder, request, SECOND_VOICES, collapse=False)
    found = time.perf_counter()
    saying(engine.judge, lead, hits)
    ended = time.perf_counter()
    return (found - encoded) - (encoded - began), ended - found
