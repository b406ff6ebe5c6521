"""What training changed in the bundled encoder, as small integers: base weights + adapter = the reader's weights.

A matrix W that was trained to W' is kept as round((W' - W) / scale) in `bits` bits, with one scale for each row, the
largest change of the row over the largest integer. Vectors (biases, norms) and the new head are kept as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

Weights = Mapping[str, torch.Tensor]
_SCALE = "/scale"
_WHOLE = "/whole"
_PACKED = 4


def packed(base: Weights, trained: Weights, bits: int) -> dict[str, torch.Tensor]:
    """The tensors to keep; those of `trained` that are as in `base` are left out. bits: 4 or 8."""
    kept: dict[str, torch.Tensor] = {}
    for name, after in trained.items():
        if name in base and torch.equal(after, base[name]):
            continue
        if name not in base or after.dim() == 1:
            kept[name + _WHOLE] = after.clone()
        else:
            change = after - base[name]
            scale = (change.abs().amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)).clamp_min(1e-12)
            steps = (change / scale).round().to(torch.int8)
            kept[name] = _pairs(steps) if bits == _PACKED else steps
            kept[name + _SCALE] = scale.squeeze(1)
    return kept


def unpacked(base: Weights, kept: Weights) -> dict[str, torch.Tensor]:
    """The trained weights, float32, of everything that was changed or added."""
    out: dict[str, torch.Tensor] = {}
    for name, steps in kept.items():
        if name.endswith(_WHOLE):
            out[name.removesuffix(_WHOLE)] = steps
        elif not name.endswith(_SCALE):
            whole = _singles(steps) if steps.dtype == torch.uint8 else steps
            out[name] = base[name] + whole.float() * kept[name + _SCALE].unsqueeze(1)
    return out


def _pairs(steps: torch.Tensor) -> torch.Tensor:
    """Two signed 4-bit integers to a byte, along the rows, whose length is even."""
    shifted = (steps + 8).to(torch.uint8)
    return shifted[:, 0::2] | (shifted[:, 1::2] << 4)


def _singles(pairs: torch.Tensor) -> torch.Tensor:
    both = torch.stack([pairs & 15, pairs >> 4], dim=2).flatten(1)
    return both.to(torch.int8) - 8


def write(file: Path, kept: dict[str, torch.Tensor], base_sha256: str) -> None:
    save_file(kept, file, metadata={"base_sha256": base_sha256})


def read(file: Path) -> tuple[dict[str, torch.Tensor], str]:
    """The kept tensors and the SHA-256 of the weights that they belong to."""
    with safe_open(file, framework="pt") as opened:
        return {name: opened.get_tensor(name) for name in opened.keys()}, opened.metadata()["base_sha256"]  # noqa: SIM118
