"""Makes a model's folder of what training/gpu.py wrote, for training/adapter.py.

    python -m training.joined data/gpu/out --write data/third/reader

The embeddings, which did not learn, are the bundled encoder's, exact.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import BertForQuestionAnswering

from corpus.errors import BadInput
from models.encoder import bundled_folder, quietly


def joined(pieces: Path) -> BertForQuestionAnswering:
    """Raises BadInput where the pieces are not all that learned."""
    model: BertForQuestionAnswering = quietly(BertForQuestionAnswering, bundled_folder())
    weights: dict[str, torch.Tensor] = {}
    for file in sorted(pieces.glob("reader_[0-9].safetensors")):
        weights |= {name: tensor.float() for name, tensor in load_file(file).items()}
    missing, foreign = model.load_state_dict(weights, strict=False)
    lacking = [name for name in missing if ".embeddings." not in name]
    if lacking or foreign:
        raise BadInput(f"{pieces} does not make a reader: lacking {lacking[:3]}, not known {foreign[:3]}")
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pieces", type=Path)
    parser.add_argument("--write", type=Path, required=True)
    options = parser.parse_args()
    joined(options.pieces).save_pretrained(options.write)


if __name__ == "__main__":
    main()
