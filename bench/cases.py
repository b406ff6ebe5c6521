"""Question cases in minimal pairs: which classes come out whole.

    python -m bench.cases ../shared/cases [--json FILE] [--show]

The folder holds `answering.jsonl`, `support.jsonl`, `talks.jsonl` and `run.py`, whose definition of "whole" is used. All articles go into
one index, and every case is asked with only its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from answering.answer import as_json
from answering.engine import Engine, load_engine
from answering.provenance import verify
from index.build import build
from models.encoder import load_encoder
from retriever.request import make_request

FILES = ("answering", "support", "talks")


def wrong_in(folder: Path, files: tuple[str, ...] = FILES) -> dict[str, dict[str, list[str]]]:
    """By file and case ("class/id") what is wrong with its answer; an empty list where it is whole."""
    cases = {name: _lines(folder / f"{name}.jsonl") for name in files}
    with tempfile.TemporaryDirectory() as temporary:
        rows = [{**a, "id": f"{c['id']}/{a['id']}"} for some in cases.values() for c in some for a in c["articles"]]
        articles = Path(temporary) / "articles.jsonl"
        articles.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        build(Path(temporary) / "index", [articles], load_encoder(), progress=False)
        engine, judged = load_engine(Path(temporary) / "index"), _judge_of(folder)
        return {n: {f"{c['class']}/{c['id']}": _wrong(engine, judged, c) for c in some} for n, some in cases.items()}


def by_class(wrong: dict[str, list[str]]) -> dict[str, float]:
    """The share of each class that is whole."""
    found: dict[str, list[bool]] = defaultdict(list)
    for name, what in wrong.items():
        found[name.partition("/")[0]].append(not what)
    return {name: sum(some) / len(some) for name, some in sorted(found.items())}


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _judge_of(folder: Path) -> Any:
    """The cases' own definition of what is wrong with an answer."""
    spec = importlib.util.spec_from_file_location("cases_run", folder / "run.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.wrong_of_ask


def _wrong(engine: Engine, wrong_of_ask: Any, case: dict[str, Any]) -> list[str]:
    only = [f"{case['id']}/{a['id']}" for a in case["articles"]]
    more: dict[str, Any] = {k: case[k] for k in ("date", "history") if k in case}
    if "ask" in case:
        answer = as_json(engine.answer(make_request({"question": case["ask"], "only": only, **more})))
        return list(wrong_of_ask(case["expect"], answer, f"{case['id']}/"))
    request = make_request({"claim": case["verify"], "only": only, **more}, asks="claim")
    found = verify.verify(engine.live.now(), engine.encoder, engine.judge, request)
    verdict = "supported" if found.quotes else "contradicted" if found.against else "not_found"
    return [] if verdict == case["expect"]["verdict"] else [verdict]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, help="keep what is wrong with each case here")
    parser.add_argument("--show", action="store_true", help="name the cases that are not whole")
    options = parser.parse_args()
    if not (options.folder / "run.py").exists():
        sys.exit(f"{options.folder} has no run.py: this benchmark needs the folder of the question cases.")
    files = tuple(name for name in FILES if (options.folder / f"{name}.jsonl").exists())
    for name, wrong in (told := wrong_in(options.folder, files)).items():
        classes = by_class(wrong)
        for title, share in classes.items():
            print(f"{name:10} {title:26} {share:.2f}")
        print(f"{name:10} {'mean of the classes':26} {sum(classes.values()) / len(classes):.3f}\n")
        for case, what in wrong.items() if options.show else ():
            if what:
                print(f"  {case}: {', '.join(what)}")
    if options.json:
        options.json.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
