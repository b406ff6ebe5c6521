"""Attention for short texts on a processor, for the encoder and for the networks that are made of it.

PyTorch's fused kernel is made for long texts and wide heads; for a passage, with heads 32 wide, two plain matrix products
are twice as fast, and the exponentials are nearly all that is left (docs/decisions.md). Two things are saved on them: the
scores live in a buffer of the thread instead of fresh memory, and the usual shift by each row's maximum, which only keeps
exponentials from overflowing, is left out where no score can be as large as that (|q . k| <= |q| |k|, Cauchy and Schwarz).
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

_SAFE = 60.0
"""Scores up to here: their exponentials, summed over any row, are far from the largest float32 or bfloat16."""
_scores = threading.local()


def attend(
    module: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None,
    scaling: float | None = None, **_: Any,
) -> tuple[torch.Tensor, None]:  # fmt: skip
    """softmax(scaling * q k^T + mask) v, as transformers calls it; not for training.

    query, key, value  (texts, heads, tokens, width); mask  (texts, 1, 1 or tokens, tokens), added, None for no padding.
    Gives (texts, tokens, heads, width).
    """
    import torch

    texts, heads, tokens, width = query.shape
    query = query * (width**-0.5 if scaling is None else scaling)
    scores = _buffer(texts * heads * tokens * key.shape[2], query).view(texts * heads, tokens, key.shape[2])
    torch.bmm(query.reshape(texts * heads, tokens, width), key.reshape(texts * heads, -1, width).transpose(1, 2), out=scores)
    if mask is not None:
        scores.view(texts, heads, tokens, -1).add_(mask)
    values = value.reshape(texts * heads, -1, width)
    if _largest_possible(query, key) < _SAFE:
        scores.exp_()
        out = torch.bmm(scores, values) / scores.sum(-1, keepdim=True)
    else:
        out = torch.bmm(torch.softmax(scores, -1), values)
    return out.view(texts, heads, tokens, width).transpose(1, 2).contiguous(), None


def _largest_possible(query: torch.Tensor, key: torch.Tensor) -> float:
    return float(query.norm(dim=-1).amax() * key.norm(dim=-1).amax())


def _buffer(size: int, like: torch.Tensor) -> torch.Tensor:
    """Of this thread; grown when needed."""
    import torch

    kept: dict[torch.dtype, torch.Tensor] = _scores.__dict__.setdefault("kept", {})
    if like.dtype not in kept or kept[like.dtype].numel() < size:
        kept[like.dtype] = torch.empty(size, dtype=like.dtype, device=like.device)
    return kept[like.dtype][:size]


@cache
def lean_attention() -> str:
    """The name under which transformers finds `attend`: for `attn_implementation`."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import eager_mask

    AttentionInterface.register("lean", attend)
    AttentionMaskInterface.register("lean", eager_mask)
    return "lean"
