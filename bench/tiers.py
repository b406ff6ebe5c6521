"""What a larger model brings, as writer and as reader, on questions of RealTime QA and on question cases.

    python -m bench.tiers ../shared/bench ../shared/cases data/rtqa2022 --model http://127.0.0.1:8091/v1 --kept data/tiers.jsonl
        [--questions 30] [--cases-asked 40]

Three tiers: the bundled models; with the model as writer; with it as second reader. The same questions for each, chosen with a
fixed seed. Every answer is kept in a file as it comes, so that a run that was broken off goes on where it was.

wrong: answered, and not as expected. unfounded: sentences with a number or a capitalised word that neither a cited quote nor its title
holds (bench/faithful.py), or, where no writer was asked, that are no quote.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from answering.answer import Answer, as_json
from answering.compose import without_bullet
from answering.engine import Engine, load_engine
from bench.answers import Year
from bench.cases import wrong_of_ask
from bench.faithful import unfounded
from index.build import build
from models.encoder import load_encoder
from models.writer import load_writer
from retriever.request import make_request

TIERS = ("bundled", "writer", "reader")
SEED = 17


@dataclass(frozen=True)
class Asked:
    """A question with what is needed to score its answer. kind: "question" or "case"."""

    kind: str
    name: str
    request: dict[str, Any]
    expected: dict[str, Any]


def questions(score: ModuleType, year: Year, most: int) -> list[Asked]:
    """Of RealTime QA, whose own articles hold the answer."""
    counted = score.counted(*year.files())
    lines = year.lines()
    asked = [Asked("question", q["question_id"], line, q) for q, line in zip(counted, lines, strict=True)]
    return random.Random(SEED).sample(asked, min(most, len(asked)))


def cases(folder: Path, most: int) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in (folder / "answering.jsonl").read_text(encoding="utf-8").splitlines()]
    return random.Random(SEED).sample(found, min(most, len(found)))


def case_asked(case: dict[str, Any]) -> Asked:
    only = [f"{case['id']}/{a['id']}" for a in case["articles"]]
    more: dict[str, Any] = {k: case[k] for k in ("date", "history") if k in case}
    return Asked("case", case["id"], {"question": case["ask"], "only": only, **more}, case)


def index_of(some: Sequence[dict[str, Any]], folder: Path) -> Path:
    rows = [{**a, "id": f"{c['id']}/{a['id']}"} for c in some for a in c["articles"]]
    (folder / "articles.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    build(folder / "index", [folder / "articles.jsonl"], load_encoder(), progress=False)
    return folder / "index"


def in_tier(engine: Engine, tier: str, url: str) -> Engine:
    model = load_writer(url)
    return replace(engine, writer=model if tier == "writer" else None, proposer=model if tier == "reader" else None)


def row(score: ModuleType, tier: str, asked: Asked, answer: Answer) -> dict[str, Any]:
    """One answer as it is kept."""
    told = as_json(answer)
    exact, f1 = _scored(score, asked, told)
    return {
        "tier": tier, "kind": asked.kind, "name": asked.name, "em": exact, "f1": f1, "declined": answer.status == "declined",
        "written": answer.writing.kept if answer.writing else 0, "left_out": answer.writing.dropped if answer.writing else 0,
        "unfounded": _unfounded(answer), "notices": [*answer.notices, *([answer.writing.notice] if answer.writing and answer.writing.notice else [])],
        "seconds": answer.timings_ms["total"] / 1000, "text": answer.text, "span": answer.answer_span,
        "models": dict(answer.models),
    }  # fmt: skip


def _scored(score: ModuleType, asked: Asked, told: dict[str, Any]) -> tuple[float, float]:
    """Exact match and F1 of a question; of a case whether it is whole, twice."""
    if asked.kind == "case":
        whole = float(not wrong_of_ask(asked.expected["expect"], told, f"{asked.name}/"))
        return whole, whole
    said = score.prediction(told)
    golds = [" ".join(some) for some in itertools.permutations(score.gold_of(asked.expected))]
    exact, f1 = max(score.norm(said) == score.norm(g) for g in golds), max(score.f1(said, g) for g in golds)
    return float(exact), float(f1)


def _unfounded(answer: Answer) -> int:
    if answer.writing and answer.writing.kept:
        return len(unfounded(answer, titled=True))
    quotes = {q.number: without_bullet(q.text) for q in answer.quotes}
    return sum(c.text not in [quotes[n] for n in c.citations] for c in answer.claims)


def asked_again(engine: Engine, asked: Sequence[Asked], tier: str, score: ModuleType, kept: Path) -> None:
    """Asks what the file has no answer to yet."""
    done = {(r["tier"], r["kind"], r["name"]) for r in rows_in(kept)}
    for one in asked:
        if (tier, one.kind, one.name) not in done:
            found = row(score, tier, one, engine.answer(make_request(one.request)))
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(found) + "\n")


def rows_in(kept: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()] if kept.exists() else []


def table(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A line for each kind and tier."""
    for kind in ("question", "case"):
        for tier in TIERS:
            if some := [r for r in rows if r["kind"] == kind and r["tier"] == tier]:
                wrong = sum(not r["declined"] and (r["f1"] if kind == "question" else r["em"]) < 0.5 for r in some)
                seconds = np.median([r["seconds"] for r in some])
                yield (
                    f"{kind:8} {tier:8} {len(some):3} asked: EM {np.mean([r['em'] for r in some]):.3f}, F1 "
                    f"{np.mean([r['f1'] for r in some]):.3f}, wrong {wrong}, declined {sum(r['declined'] for r in some)}, written "
                    f"{sum(r['written'] for r in some)}, left out {sum(r['left_out'] for r in some)}, unfounded "
                    f"{sum(r['unfounded'] for r in some)}, median {seconds:.1f} s"
                )


def scorer(data: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", data / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("cases", type=Path)
    parser.add_argument("index", type=Path, help="of RealTime QA 2022")
    parser.add_argument("--model", required=True, help="the address of a server, a folder or a name")
    parser.add_argument("--kept", type=Path, required=True, help="where answers are kept, and read from")
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--cases-asked", type=int, default=40)
    options = parser.parse_args()
    score = scorer(options.data)
    some = cases(options.cases, options.cases_asked)
    free = questions(score, Year("2022", options.index, options.data), options.questions)
    with tempfile.TemporaryDirectory() as folder:
        engines = [
            (load_engine(options.index), free),
            (load_engine(index_of(some, Path(folder))), [case_asked(c) for c in some]),
        ]
        for tier in TIERS:
            for engine, asked in engines:
                asked_again(in_tier(engine, tier, options.model), asked, tier, score, options.kept)
                print(*table(rows_in(options.kept)), sep="\n", flush=True)


if __name__ == "__main__":
    main()
