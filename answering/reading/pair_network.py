"""A network that reads two texts together: a question and a passage, or a claim and its evidence.

The bundled ones are the encoder's own network with another head and an adapter (answering/reading/adapter.py), and share its
embeddings. Knows nothing of what the logits mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexUnsound
from index.attention import lean_attention
from index.encoder import BUNDLED_SHA256, SentenceEncoder, bundled_folder, has_bfloat16
from index.network import quietly

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding, Tokenizer

MOST_TOKENS = 448
"""Of both texts together; where there are more the second is cut at its end."""
_AT_ONCE = 4
"""Pairs in a batch: of like length, so that little is padding."""

Logits = NDArray[np.float32]


class PairNetwork:
    """A network with its tokenizer."""

    def __init__(self, network: torch.nn.Module, tokenizer: Tokenizer) -> None:
        self._network: Any = network.eval()
        self._kinds = int(getattr(self._network.config, "type_vocab_size", 0))
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        places = int(getattr(self._network.config, "max_position_embeddings", MOST_TOKENS + 2)) - 2  # RoBERTa counts from 2
        self._tokenizer.enable_truncation(min(MOST_TOKENS, places), strategy="only_second")

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Encoding, dict[str, Logits]]]:
        """For each pair, in order, its tokens and the network's outputs by name, each (tokens, ...) float32."""
        encoded = self._tokenizer.encode_batch(list(pairs))
        by_length = sorted(range(len(encoded)), key=lambda n: len(encoded[n].ids))
        out: dict[int, dict[str, Logits]] = {}
        for begin in range(0, len(by_length), _AT_ONCE):
            rows = by_length[begin : begin + _AT_ONCE]
            found = self._logits([encoded[n] for n in rows])
            for at, n in enumerate(rows):
                out[n] = {name: logits[at] for name, logits in found.items()}
        return [(encoded[n], out[n]) for n in range(len(encoded))]

    def _logits(self, encoded: Sequence[Encoding]) -> dict[str, Logits]:
        import torch

        width = max(len(e.ids) for e in encoded)
        ids, types, mask = (
            torch.tensor([row + [0] * (width - len(row)) for row in rows])
            for rows in ([e.ids for e in encoded], [e.type_ids for e in encoded], [e.attention_mask for e in encoded])
        )
        told = {"token_type_ids": types} if self._kinds > 1 else {}
        with torch.inference_mode():
            out = self._network(input_ids=ids, attention_mask=mask, **told)
        return {name: logits.float().numpy() for name, logits in out.items()}


def titled(title: str, text: str) -> str:
    """A text under its title, as the networks were taught to read it."""
    return f"{title}\n{text}" if title else text


def adapted(kind: Any, folder: Path, encoder: SentenceEncoder, **options: Any) -> Any:
    """The bundled encoder's network with the head and adapter that lie in a folder; where the encoder is the bundled one,
    both hold the same embeddings.

    Raises IndexUnsound where the adapter was made for other weights than the installed ones.
    """
    from answering.reading.adapter import read, unpacked

    kept, base_sha256 = read(folder / "adapter.safetensors")
    if base_sha256 != BUNDLED_SHA256:
        raise IndexUnsound(f"{folder.name} belongs to other base weights than the installed ones. Run: make install")
    network = quietly(kind, bundled_folder(), attn_implementation=lean_attention(), **options)
    network.load_state_dict(unpacked(network.state_dict(), kept), strict=False)
    if encoder.digest == BUNDLED_SHA256:
        network.bert.embeddings = encoder.network.embeddings
    if has_bfloat16():
        _halve(network)
    return network


def _halve(network: Any) -> None:
    """Layers and head in bfloat16. The embeddings stay exact, for they are shared; what they give is rounded."""
    import torch

    for name, part in network.named_children():
        (part.encoder if name == "bert" else part).to(torch.bfloat16)

    class Rounded(torch.nn.Module):
        def __init__(self, exact: torch.nn.Module) -> None:
            super().__init__()
            self.exact = exact

        def forward(self, *inputs: Any, **named: Any) -> torch.Tensor:
            return self.exact(*inputs, **named).to(torch.bfloat16)  # type: ignore[no-any-return]

    network.bert.embeddings = Rounded(network.bert.embeddings)


def tokenizer_of(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))
