"""One network that reads and compares: where in a passage an answer stands, and whether an evidence says a claim.

A trunk (all-mpnet-base-v2, or the bundled encoder) with two heads: *span*, the start and the end of an answer, at the first
token for none (Devlin et al. 2019, section 4.3); *verdict*, at the first token, for a claim with an evidence and for a
question of yes and no with a passage. What training changed of the larger trunk is of low rank: a matrix W becomes
W + BA, A of RANK rows (LoRA, Hu et al. 2021). Changes of the small trunk are not of low rank; they are kept as models/pairs.py
keeps them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from corpus.errors import IndexUnsound
from models.base import COMMAND, sha256_of
from models.encoder import bundled_folder, has_bfloat16, quietly
from models.pairs import PairNetwork, packed, unpacked

VERDICTS = ("says", "denies", "neither")
SAYS, DENIES, NEITHER = range(3)
RANK = 32
_STRENGTH = 2.0
"""By which BA is multiplied: alpha over rank."""
_UP, _DOWN = ".up", ".down"
ADAPTER = "adapter.safetensors"


class LowRank(torch.nn.Module):
    """A matrix that stays as it is, and a change of it that learns."""

    def __init__(self, exact: torch.nn.Linear, rank: int = RANK) -> None:
        super().__init__()
        self.exact = exact
        self.down = torch.nn.Parameter(torch.randn(rank, exact.in_features) / math.sqrt(exact.in_features))
        self.up = torch.nn.Parameter(torch.zeros(exact.out_features, rank))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """hidden (pairs, tokens, width); the sum is made within the product, which saves a pass over it."""
        low = functional.linear(hidden, self.down.to(hidden.dtype) * _STRENGTH)
        out = torch.addmm(self.exact(hidden).flatten(0, 1), low.flatten(0, 1), self.up.to(hidden.dtype).T)
        return out.view(*hidden.shape[:2], -1)


class Network(torch.nn.Module):
    """Outputs by name: start_logits, end_logits (pairs, tokens) and verdict_logits (pairs, 3), in the order of VERDICTS."""

    def __init__(self, trunk: Any) -> None:
        super().__init__()
        self.trunk, self.config = trunk, trunk.config
        self.span = torch.nn.Linear(trunk.config.hidden_size, 2)
        self.verdict = torch.nn.Linear(trunk.config.hidden_size, len(VERDICTS))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **types: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        if self.config.model_type == "mpnet":
            hidden = _mpnet(self.trunk, input_ids, attention_mask)
        else:
            hidden = self.trunk(input_ids=input_ids, attention_mask=attention_mask, **types)[0]
        hidden = hidden.to(self.span.weight.dtype)
        starts, ends = self.span(hidden).unbind(-1)
        return {"start_logits": starts, "end_logits": ends, "verdict_logits": self.verdict(hidden[:, 0])}


def _mpnet(trunk: Any, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """What trunk(ids, mask) gives. The library adds distances and mask anew in every layer; and the backward pass of PyTorch's
    own attention takes five times as long on a processor as that of its parts."""
    hidden: torch.Tensor = trunk.embeddings(input_ids=ids)
    barred = (1 - mask[:, None, None, :].to(hidden.dtype)) * torch.finfo(hidden.dtype).min
    bias = (trunk.encoder.compute_position_bias(hidden[:1]).to(hidden.dtype) + barred).flatten(0, 1)
    for layer in trunk.encoder.layer:
        own = layer.attention.attn
        split = (*hidden.shape[:2], own.num_attention_heads, own.attention_head_size)
        q, k, v = (part(hidden).view(split).transpose(1, 2).flatten(0, 1) for part in (own.q, own.k, own.v))
        likely = torch.baddbmm(bias, q, k.transpose(1, 2), alpha=1 / math.sqrt(own.attention_head_size)).softmax(-1)
        mixed = torch.bmm(likely, v).view(len(hidden), own.num_attention_heads, *q.shape[1:]).transpose(1, 2).flatten(2)
        hidden = layer.attention.LayerNorm(own.o(mixed) + hidden)
        hidden = layer.output.LayerNorm(layer.output.dense(layer.intermediate(hidden)) + hidden)
    return hidden


def trunk_of(folder: Path, **options: Any) -> Any:
    """The network without a head that lies in a folder, nothing of it dropped at random."""
    from transformers import AutoModel

    trunk = quietly(AutoModel, folder, **options)
    for part in trunk.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0
    return trunk


def adapted(trunk: Any, layers: range) -> Network:
    """A network to learn with: the trunk stays as it is but for low-rank changes in some of its layers; new heads."""
    trunk.requires_grad_(False)
    for number in layers:
        _wrap(trunk.encoder.layer[number])
    return Network(trunk)


def whole(trunk: Any) -> Network:
    """A network all of which learns but the embeddings, and what its heads do not use."""
    trunk.embeddings.requires_grad_(False)
    if trunk.pooler is not None:
        trunk.pooler.requires_grad_(False)
    return Network(trunk)


def is_low_rank(network: Network) -> bool:
    return any(isinstance(part, LowRank) for part in network.modules())


def _wrap(part: torch.nn.Module) -> None:
    for name, child in part.named_children():
        if isinstance(child, torch.nn.Linear):
            setattr(part, name, LowRank(child))
        else:
            _wrap(child)


def learned(network: Network) -> dict[str, torch.Tensor]:
    """What is to be kept of a network that learned: its low-rank changes in bfloat16, or all changes in 8 bits."""
    if not is_low_rank(network):
        base = trunk_of(bundled_folder()).state_dict()
        return packed({f"trunk.{name}": tensor for name, tensor in base.items()}, network.state_dict())
    found = {name: p for name, p in network.named_parameters() if p.requires_grad}
    return {name: tensor.detach().to(torch.bfloat16).cpu().contiguous() for name, tensor in found.items()}


def resume(network: Network, kept: Mapping[str, torch.Tensor]) -> None:
    """Puts what `learned` gave into a network of the same shape, to learn on."""
    if not is_low_rank(network):
        merged(network, kept)
        return
    own = {n: p for n, p in network.named_parameters() if p.requires_grad}
    if missing := sorted(own.keys() ^ kept.keys()):
        raise ValueError(f"The adapter is of another shape: {missing[0]}")
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(kept[name])


def merged(network: Network, kept: Mapping[str, torch.Tensor]) -> Network:
    """A plain network with the adapter's changes in its matrices: nothing is slower for being adapted."""
    state = network.state_dict()
    if any(name.endswith(_UP) for name in kept):
        low = [name.removesuffix(_UP) for name in kept if name.endswith(_UP)]
        change = {n: _STRENGTH * kept[n + _UP].float() @ kept[n + _DOWN].float() for n in low}
        whole = {n: t.float() for n, t in kept.items() if not n.endswith((_UP, _DOWN))}
        state |= {f"{n}.weight": state[f"{n}.weight"] + change[n] for n in low} | whole
    else:
        base = trunk_of(bundled_folder()).state_dict()
        state |= unpacked({f"trunk.{name}": tensor for name, tensor in base.items()}, kept)
    network.load_state_dict(state)
    return network


def write_kept(file: Path, kept: dict[str, torch.Tensor], told: Mapping[str, str]) -> None:
    """Beside, then over: who dies while writing loses nothing."""
    from safetensors.torch import save_file

    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(kept, file.with_suffix(".new"), metadata=dict(told))
    file.with_suffix(".new").replace(file)


def read_kept(file: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The adapter's tensors, and what is told of them: base_sha256, seen, ..."""
    from safetensors import safe_open

    with safe_open(file, framework="pt") as opened:
        return {name: opened.get_tensor(name) for name in opened.keys()}, dict(opened.metadata())  # noqa: SIM118


def load_network(adapter: Path, base: Path, *, half: bool | None = None) -> PairNetwork:
    """The base in a folder with an adapter, ready to read.

    half  frozen weights in bfloat16; None: where the processor multiplies it itself

    Raises IndexUnsound where the adapter belongs to another base.
    """
    from tokenizers import Tokenizer

    kept, told = read_kept(adapter)
    if told["base_sha256"] != sha256_of(base / "model.safetensors"):
        raise IndexUnsound(f"{adapter} belongs to another base than {base}. Bring it with: {COMMAND}")
    network = merged(Network(trunk_of(base)), kept)
    if has_bfloat16() if half is None else half:
        network.to(torch.bfloat16)
    return PairNetwork(network, Tokenizer.from_file(str(base / "tokenizer.json")))
