"""What a network that reads and compares reaches by itself, without the program around it.

    python -m bench.larger FOLDER ../shared --adapter FILE [--base BASE] [--every 3] [--json FILE]
    python -m bench.larger FOLDER ../shared                                         # the shipped reader and judge

FOLDER holds measured/quoref.json (AllenAI's contrast sets) and measured/summedits_news.json (salesforce/factualNLG). Measures:
SQuAD 2.0 in part; Quoref's contrast set, read in windows, F1 with the nearest of several answers; WiCE, AUROC of supported against
the rest; SummEdits' news, balanced accuracy of a summary that is as good as its worst sentence; answering cases, the best span
over a case's articles; windows a second. Every threshold is chosen on one half and used on the other, and the other way round.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.cases import by_class, wrong_of_ask
from bench.judging import rows_of
from bench.squad import f1
from corpus.article import Span
from corpus.splitting import sentences
from models.encoder import load_encoder
from models.network import SAYS, load_network
from models.pairs import PairNetwork
from models.reader import SpanModel, best_span, load_reader
from training.judge_calibration import auroc
from training.larger import BASES, LARGER, base_named

Values = NDArray[np.float64]
_WINDOW, _STEP = 250, 170
"""Words of a piece of a long text, and from one piece to the next."""
_AT_ONCE = 64
_NEAREST = 2
"""Pieces of a document that a sentence of its summary is held against: those that share most words with it."""


@dataclass(frozen=True)
class Found:
    """The best span over some passages. log_odds: how much likelier than none; number: of its passage."""

    log_odds: float
    text: str
    number: int
    span: Span


@dataclass(frozen=True)
class Measured:
    """A network by what it is asked. read: passages (title, text) under a question; says: how likely each evidence says its claim,
    (pairs,)."""

    name: str
    reader: SpanModel
    says: Callable[[Sequence[tuple[str, str]]], Values]


def larger(adapter: Path, base: Path, *, half: bool | None = None) -> Measured:
    pairs = load_network(adapter, base, half=half)
    return Measured(adapter.stem, SpanModel(adapter.stem, pairs), lambda some: _says(pairs, some))


def _says(pairs: PairNetwork, some: Sequence[tuple[str, str]]) -> Values:
    found = [
        out["verdict_logits"] for at in range(0, len(some), _AT_ONCE) for _, out in pairs.read(some[at : at + _AT_ONCE])
    ]
    odds = np.exp(np.array(found) - np.max(found, axis=1, keepdims=True))
    return np.asarray(odds[:, SAYS] / odds.sum(axis=1), dtype=np.float64)


def shipped() -> Measured:
    """The bundled reader, and the bundled judge with what is counted beside it."""
    from answering.judging import agreement, judge_features, load_judge

    encoder = load_encoder()
    judge = load_judge(encoder)

    def says(some: Sequence[tuple[str, str]]) -> Values:
        told = [judge_features(judge.model.marks(c, [("", e)])[0], c, e) for c, e in some]
        return np.array([judge.calibration.probability(f) * agreement(f) for f in told])

    return Measured("shipped", load_reader("bundled", encoder), says)


# --- Reading ---------------------------------------------------------------------------------------------------------


def windows(text: str) -> list[Span]:
    """Pieces of a text, each whole words, that together hold all of it."""
    words = [m.span() for m in re.finditer(r"\S+", text)]
    if len(words) <= _WINDOW:
        return [Span(0, len(text))]
    begins = range(0, len(words) - _WINDOW + _STEP, _STEP)
    return [Span(words[at][0], words[min(at + _WINDOW, len(words)) - 1][1]) for at in begins]


def read(reader: SpanModel, question: str, passages: Sequence[tuple[str, str]]) -> Found:
    """The best span over all windows of all passages."""
    pieces = [(n, title, piece, text) for n, (title, text) in enumerate(passages) for piece in windows(text)]
    scores = reader.scores(question, [(title, piece.of(text)) for _, title, piece, text in pieces])
    best = Found(-np.inf, "", 0, Span(0, 0))
    for (n, _, piece, text), score in zip(pieces, scores, strict=True):
        found = best_span(score, Span(0, len(piece.of(text))))
        if found and found[0] > best.log_odds:
            best = Found(found[0], found[1].of(piece.of(text)), n, found[1].shifted(piece.start))
    return best


def of_squad(file: Path, reader: SpanModel, every: int) -> list[tuple[float, float, bool]]:
    """For each question its log-odds, its F1 with the nearest answer, and whether there is one."""
    asked = [
        (qa, article["title"].replace("_", " "), paragraph["context"])
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ][::every]
    rows = []
    for qa, title, text in asked:
        found = read(reader, qa["question"], [(title, text)])
        rows.append(
            (found.log_odds, max((f1(found.text, a["text"]) for a in qa["answers"]), default=0.0), bool(qa["answers"]))
        )
    return rows


def together(rows: Sequence[tuple[float, float, bool]]) -> float:
    """HasAns F1 plus NoAns accuracy, each half with the threshold of the other."""
    odds, gains, has = (np.array(column) for column in zip(*rows, strict=True))
    kept = _kept(odds, lambda some, at: _sum(odds[some] >= at, gains[some], has[some]))
    return _sum(kept, gains, has)


def _sum(kept: NDArray[np.bool_], gains: Values, has: NDArray[np.bool_]) -> float:
    return float((kept * gains)[has].mean() + (~kept)[~has].mean())


def _kept(odds: Values, gain: Callable[[slice, float], float]) -> NDArray[np.bool_]:
    """Whether each is above the threshold that is best for the other half. Halves: every other one."""
    kept = np.zeros(len(odds), dtype=bool)
    for first in (0, 1):
        other = slice(1 - first, None, 2)
        best = max(np.unique(odds[other]), key=partial(gain, other))
        kept[first::2] = odds[first::2] >= best
    return kept


# --- Comparing -------------------------------------------------------------------------------------------------------


def of_wice(file: Path, says: Callable[[Sequence[tuple[str, str]]], Values], every: int) -> float:
    rows = rows_of(file)[::every]
    told = says([(row["claim"], " ".join(row["evidence"])) for row in rows])
    return auroc(told, np.array([row["label"] == "supported" for row in rows]))


def of_summaries(file: Path, says: Callable[[Sequence[tuple[str, str]]], Values], every: int) -> float:
    """Balanced accuracy. The halves are of documents: those of one are much alike."""
    rows = json.loads(file.read_text(encoding="utf-8"))
    by_document: dict[str, list[dict[str, Any]]] = {}
    for row in rows[::every]:
        by_document.setdefault(row["doc"], []).append(row)
    halves = [[row for group in list(by_document.values())[half::2] for row in group] for half in (0, 1)]
    told = [_worst(half, says) for half in halves]
    right = [np.array([row["label"] == 1 for row in half]) for half in halves]
    best = [max(np.unique(t), key=partial(_balanced_at, t, r)) for t, r in zip(told, right, strict=True)]
    kept = np.concatenate([told[0] >= best[1], told[1] >= best[0]])
    return _balanced(kept, np.concatenate(right))


def _worst(rows: Sequence[dict[str, Any]], says: Callable[[Sequence[tuple[str, str]]], Values]) -> Values:
    """How likely the document says the sentence of the summary that it says least."""
    pairs = [(n, k, claim, piece) for n, row in enumerate(rows) for k, claim, piece in _held_against(row)]
    told = says([(claim, piece) for *_, claim, piece in pairs])
    best: dict[tuple[int, int], float] = {}
    for (n, k, *_), value in zip(pairs, told, strict=True):
        best[n, k] = max(best.get((n, k), 0.0), float(value))
    return np.array([min(value for (m, _), value in best.items() if m == n) for n in range(len(rows))])


def _held_against(row: dict[str, Any]) -> Iterator[tuple[int, str, str]]:
    pieces = [piece.of(row["doc"]) for piece in windows(row["doc"])]
    for k, span in enumerate(sentences(row["summary"], Span(0, len(row["summary"])))):
        claim = span.of(row["summary"]).strip()
        wanted = set(re.findall(r"\w+", claim.lower()))
        near = sorted(pieces, key=lambda piece: -len(wanted & set(re.findall(r"\w+", piece.lower()))))
        yield from ((k, claim, piece) for piece in near[:_NEAREST])


def _balanced_at(told: Values, right: NDArray[np.bool_], threshold: float) -> float:
    return _balanced(told >= threshold, right)


def _balanced(kept: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    return float((kept[right].mean() + (~kept[~right]).mean()) / 2)


# --- Cases -----------------------------------------------------------------------------------------------------------


def of_cases(file: Path, reader: SpanModel) -> float:
    """Mean over the classes of the share that is whole. Neighbours are pairs, so the halves are of pairs."""
    cases = rows_of(file)
    found = [read(reader, case["ask"], [(a["title"], a["text"]) for a in case["articles"]]) for case in cases]
    halves = [[n for n in range(len(cases)) if n // 2 % 2 == first] for first in (0, 1)]
    whole: dict[int, bool] = {}
    for own, other in (halves, halves[::-1]):
        some = [(cases[n], found[n]) for n in other]
        best = max(np.unique([one.log_odds for _, one in some]), key=partial(_number_whole, some))
        whole |= {n: _whole(cases[n], found[n], best) for n in own}
    classes = by_class({f"{case['class']}/{case['id']}": [] if whole[n] else ["wrong"] for n, case in enumerate(cases)})
    return float(np.mean(list(classes.values())))


def _number_whole(some: Sequence[tuple[dict[str, Any], Found]], threshold: float) -> int:
    return sum(_whole(case, found, threshold) for case, found in some)


def _whole(case: dict[str, Any], found: Found, threshold: float) -> bool:
    return not wrong_of_ask(case["expect"], _answer(case, found, threshold), "")


def _answer(case: dict[str, Any], found: Found, threshold: float) -> dict[str, Any]:
    """As the program would tell it: the span, and the sentence that it stands in as the one quote."""
    told: dict[str, Any] = {
        "status": "declined",
        "answer_span": None,
        "text": "",
        "quotes": [],
        "support": "",
        "disagreements": [],
    }
    if found.log_odds < threshold:
        return told
    article = case["articles"][found.number]
    around = [s for s in sentences(article["text"], Span(0, len(article["text"]))) if s.overlaps(found.span)]
    quote = Span(around[0].start, around[-1].end).of(article["text"]) if around else found.text
    return told | {"status": "answered", "answer_span": found.text, "text": quote,
                   "quotes": [{"text": quote, "number": 1, "article": {"id": article["id"]}}]}  # fmt: skip


# --- All of it -------------------------------------------------------------------------------------------------------


def a_second(network: Measured, passages: Sequence[str]) -> float:
    """Windows of about 112 tokens that one core reads in a second of its own time, whatever runs beside."""
    import torch

    some = [("", " ".join(text.split()[:75])) for text in passages if len(text.split()) >= 75][:64]
    torch.set_num_threads(1)
    network.reader.scores("Who was told of it, and when?", some[:4])
    began = time.process_time()
    network.reader.scores("Who was told of it, and when?", some)
    return len(some) / (time.process_time() - began)


def measure(network: Measured, folder: Path, shared: Path, every: int) -> Iterator[tuple[str, float]]:
    bench, more = shared / "bench", folder / "measured"
    rows = of_squad(bench / "squad2" / "dev.json", network.reader, every)
    yield "SQuAD 2.0 forced", float(np.mean([gain for _, gain, has in rows if has]))
    yield "SQuAD 2.0 together", together(rows)
    yield "cases handed", of_cases(shared / "cases" / "answering.jsonl", network.reader)
    yield "cases in tests", of_cases(Path("tests/cases/answering.jsonl"), network.reader)
    yield "WiCE AUROC", of_wice(bench / "wice" / "oracle_chunks_claim_dev.jsonl", network.says, every)
    contrast = of_squad(more / "quoref.json", network.reader, every)
    yield "Quoref contrast F1", float(np.mean([gain for _, gain, _ in contrast]))
    yield "SummEdits balanced", of_summaries(more / "summedits_news.json", network.says, every)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--adapter", type=Path, help="without it the shipped networks are measured")
    parser.add_argument("--base", default=LARGER, help=BASES)
    parser.add_argument("--every", type=int, default=1, help="of so many questions, claims and summaries one; of cases all")
    parser.add_argument(
        "--speed",
        action="store_true",
        help="windows that a core reads in a second, in bfloat16 and in float32, and nothing else",
    )
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    network = larger(options.adapter, base_named(options.base)) if options.adapter else shipped()
    told: dict[str, float] = {}
    if options.speed:
        texts = [
            r["doc"] for r in json.loads((options.folder / "measured" / "summedits_news.json").read_text(encoding="utf-8"))
        ]
        exact = larger(options.adapter, base_named(options.base), half=False) if options.adapter else None
        for name, one in (("bfloat16", network), ("float32", exact)):
            if one is not None:
                print(f"{name} {a_second(one, texts):.1f} a second of one core", flush=True)
        return
    for name, value in measure(network, options.folder, options.shared, options.every):
        told[name] = value
        print(f"{network.name}: {name} {value:.3f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
