"""Makes the bundled reader's adapter from a trained checkpoint, in 8 bits, and as low-rank products.

    python -m training.adapter data/training/trained FOLDER ../shared/bench/squad2 [--write]

Prints for each what it weighs and how it reads held-out questions, so that the smallest that loses nothing is taken.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from transformers import BertForQuestionAnswering

from bench.squad import f1
from corpus.article import Span
from models.encoder import bundled_folder, quietly
from models.pairs import PairNetwork, Weights, bundled_tokenizer, packed, unpacked, write_adapter
from models.reader import BUNDLED_READER, SpanModel, best_span
from training.calibration import held_out
from training.reader_data import Example


def low_rank(base: Weights, trained: Weights, rank: int) -> tuple[dict[str, torch.Tensor], int]:
    """The trained weights with every change cut to a rank, by singular values; and the bytes it takes in float16."""
    out, size = dict(trained), 0
    for name, after in trained.items():
        if name not in base or after.dim() == 1:
            size += after.numel() * 2
        elif not torch.equal(after, base[name]):
            u, s, v = torch.linalg.svd(after - base[name], full_matrices=False)
            out[name] = base[name] + (u[:, :rank] * s[:rank]) @ v[:rank]
            size += rank * sum(after.shape) * 2
    return out, size


def network_with(weights: Weights) -> BertForQuestionAnswering:
    network: BertForQuestionAnswering = quietly(BertForQuestionAnswering, bundled_folder())
    network.load_state_dict(weights, strict=False)
    return network


def reads(weights: Weights, examples: Sequence[Example]) -> tuple[float, float]:
    """F1 over answerable held-out questions when forced, and area under the curve of telling answerable from not."""
    model = SpanModel("trial", PairNetwork(network_with(weights), bundled_tokenizer()))
    scored = []
    for example in examples:
        scores = model.scores(example.question, [(example.title, example.text)])[0]
        log_odds, span = best_span(scores, Span(0, len(example.text))) or (-99.0, Span(0, 0))
        scored.append((log_odds, f1(span.of(example.text), example.answer) if example.answer is not None else None))
    positive = np.array([x for x, right in scored if right is not None])
    negative = np.array([x for x, right in scored if right is None])
    return float(np.mean([r for _, r in scored if r is not None])), float((positive[:, None] > negative[None, :]).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("squad2", type=Path)
    parser.add_argument("--most", type=int, default=1200, help="held-out examples")
    parser.add_argument("--write", action="store_true", help="keep it in 8 bits")
    options = parser.parse_args()
    examples = held_out(options.folder, options.squad2)
    examples = examples[:: max(1, len(examples) // options.most)]
    base = load_file(bundled_folder() / "model.safetensors")
    base = {f"bert.{name}": tensor.float() for name, tensor in base.items()}
    trained = load_file(options.trained / "model.safetensors")
    table = [("as trained", 0, trained)]
    kept = packed(base, trained)
    table.append(("8 bits", sum(t.numel() * t.element_size() for t in kept.values()), unpacked(base, kept)))
    for rank in (128, 64, 32):
        cut, size = low_rank(base, trained, rank)
        table.append((f"rank {rank}, float16", size, cut))
    for name, size, weights in table:
        forced, told = reads(weights, examples)
        print(f"{name:18} {size / 1e6:6.2f} MB   F1 {forced:.4f}   AUC {told:.4f}", flush=True)
    if options.write:
        write_adapter(BUNDLED_READER, kept)


if __name__ == "__main__":
    main()
