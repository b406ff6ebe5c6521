"""Question cases in minimal pairs: which classes come out whole.

    python -m bench.cases ../shared/cases [--json FILE] [--show]

The folder holds some of `answering.jsonl`, `support.jsonl` and `talks.jsonl`; `tests/cases` has those that stand in the tests. All
articles go into one index, and every case is asked with only its own.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from answering import verify
from answering.answer import as_json
from answering.engine import Engine, load_engine
from index.build import build
from models.encoder import load_encoder
from retriever.request import make_request

FILES = ("answering", "support", "talks")
_LONGEST_SPAN = 12
"""Words of an answer span."""


def wrong_in(folder: Path, files: tuple[str, ...] = FILES) -> dict[str, dict[str, list[str]]]:
    """By file and case ("class/id") what is wrong with its answer; an empty list where it is whole."""
    cases = {name: _lines(folder / f"{name}.jsonl") for name in files if (folder / f"{name}.jsonl").exists()}
    with tempfile.TemporaryDirectory() as temporary:
        rows = [{**a, "id": f"{c['id']}/{a['id']}"} for some in cases.values() for c in some for a in c["articles"]]
        articles = Path(temporary) / "articles.jsonl"
        articles.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        build(Path(temporary) / "index", [articles], load_encoder(), progress=False)
        engine = load_engine(Path(temporary) / "index")
        return {n: {f"{c['class']}/{c['id']}": _wrong(engine, c) for c in some} for n, some in cases.items()}


def by_class(wrong: dict[str, list[str]]) -> dict[str, float]:
    """The share of each class that is whole."""
    found: dict[str, list[bool]] = defaultdict(list)
    for name, what in wrong.items():
        found[name.partition("/")[0]].append(not what)
    return {name: sum(some) / len(some) for name, some in sorted(found.items())}


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def has(text: str, part: str) -> bool:
    """As whole words: "450" does not stand in "1,450", nor "eight" in "thirty-eight"."""
    one, other = (words.lower().replace("’", "'") for words in (text, part))
    return re.search(rf"(?<![\w-])(?<!\d[.,]){re.escape(other)}(?!\w)(?![.,]\d)", one) is not None


def wrong_of_ask(want: dict[str, Any], got: dict[str, Any], prefix: str) -> list[str]:
    """The lines of "expect" that the answer does not hold; `prefix` stands before the ids of the case's own articles."""
    if want.get("or_declined") and got["status"] == "declined":
        return []
    span, quotes = got["answer_span"] or "", got["quotes"]
    said = " ".join([got["text"], *(q["text"] for q in quotes)])
    told = got["text"] if got["status"] == "answered" else ""
    own = {prefix + id_ for id_ in want.get("from_only", ())}
    holds = {
        "status": got["status"] == want.get("status", got["status"]),
        "span_any": "span_any" not in want
        or (any(has(span, s) for s in want["span_any"]) and len(span.split()) <= _LONGEST_SPAN),
        "span_none": not any(has(span, s) for s in want.get("span_none", ())),
        "said_all": all(any(has(said, s) for s in group) for group in want.get("said_all", ())),
        "said_none": not any(has(told, s) for s in want.get("said_none", ())),
        "support": got["support"] in want.get("support", [got["support"]]),
        "disagree": bool(got["disagreements"]) == want.get("disagree", bool(got["disagreements"])),
        "sides": _each_on_a_side(want.get("sides", ()), got),
        "from_only": not own or all(q["article"]["id"] in own for q in quotes),
    }
    return [name for name, held in holds.items() if not held]


def _each_on_a_side(groups: Sequence[Sequence[str]], got: dict[str, Any]) -> bool:
    """One string of each group stands on a side, in its answer or its quotes, each group on another one."""
    texts = {q["number"]: q["text"] for q in got["quotes"]}
    told = [" ".join([s["answer"], *(texts[n] for n in s["citations"])]) for d in got["disagreements"] for s in d["sides"]]
    found = [{at for at, side in enumerate(told) if any(has(side, words) for words in group)} for group in groups]
    return all(found) and len(set().union(*found)) >= len(found)


def _wrong(engine: Engine, case: dict[str, Any]) -> list[str]:
    only = [f"{case['id']}/{a['id']}" for a in case["articles"]]
    more: dict[str, Any] = {k: case[k] for k in ("date", "history") if k in case}
    if "ask" in case:
        answer = as_json(engine.answer(make_request({"question": case["ask"], "only": only, **more})))
        return wrong_of_ask(case["expect"], answer, f"{case['id']}/")
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
