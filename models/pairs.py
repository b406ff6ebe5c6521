"""A network that reads two texts together: a question and a passage, or a claim and its evidence.

The bundled ones are the encoder's own network with another head and what training changed: a matrix W that was trained to
W' is kept as round((W' - W) / scale) in 8 bits, with one scale for each row. Knows nothing of what the logits mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BadInput, IndexUnsound
from models.choosing import how_to_get
from models.encoder import BUNDLED_SHA256, SentenceEncoder, bundled_folder, has_bfloat16, quietly

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding, Tokenizer

MOST_TOKENS = 448
"""Of both texts together; where there are more the second is cut at its end."""
_AT_ONCE = 4
"""Pairs in a batch: of like length, so that little is padding."""
_LARGEST = 127
"""Of a signed integer of 8 bits."""
_SCALE, _WHOLE = "/scale", "/whole"

Logits = NDArray[np.float32]
Weights = Mapping[str, "torch.Tensor"]


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


def load_adapted(kind: Any, folder: Path, encoder: SentenceEncoder, **options: Any) -> PairNetwork:
    """The bundled encoder's network with the head and the changes that lie in a folder; where the encoder is the bundled
    one, both hold the same embeddings.

    Raises IndexUnsound where the changes were made to other weights than the installed ones.
    """
    kept, base_sha256 = read_adapter(folder)
    if base_sha256 != BUNDLED_SHA256:
        raise IndexUnsound(f"{folder.name} belongs to other base weights than the installed ones. Run: make install")
    network = quietly(kind, bundled_folder(), **options)
    network.load_state_dict(unpacked(network.state_dict(), kept), strict=False)
    if encoder.digest == BUNDLED_SHA256:
        network.bert.embeddings = encoder.bert.embeddings
    if has_bfloat16():
        _halve(network)
    return PairNetwork(network, bundled_tokenizer())


def bundled_tokenizer() -> Tokenizer:
    """The encoder's, for its own."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))


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


def write_adapter(folder: Path, kept: dict[str, torch.Tensor]) -> None:
    """What `packed` gives, with the digest of the base weights."""
    from safetensors.torch import save_file

    folder.mkdir(exist_ok=True)
    save_file(kept, folder / "adapter.safetensors", metadata={"base_sha256": BUNDLED_SHA256})


def read_adapter(folder: Path) -> tuple[dict[str, torch.Tensor], str]:
    """The kept tensors and the SHA-256 of the weights that they belong to."""
    from safetensors import safe_open

    with safe_open(folder / "adapter.safetensors", framework="pt") as opened:
        return {name: opened.get_tensor(name) for name in opened.keys()}, opened.metadata()["base_sha256"]  # noqa: SIM118


def packed(base: Weights, trained: Weights) -> dict[str, torch.Tensor]:
    """The tensors to keep; those of `trained` that are as in `base` are left out. Vectors and new heads are kept as they
    are."""
    import torch

    kept: dict[str, torch.Tensor] = {}
    for name, after in trained.items():
        if name not in base or after.dim() == 1:
            kept[name + _WHOLE] = after.clone()
        elif not torch.equal(after, base[name]):
            change = after - base[name]
            scale = (change.abs().amax(dim=1, keepdim=True) / _LARGEST).clamp_min(1e-12)
            kept[name] = (change / scale).round().to(torch.int8)
            kept[name + _SCALE] = scale.squeeze(1)
    return kept


def unpacked(base: Weights, kept: Weights) -> dict[str, torch.Tensor]:
    """The trained weights, float32, of everything that was changed or added."""
    whole = {name.removesuffix(_WHOLE): tensor for name, tensor in kept.items() if name.endswith(_WHOLE)}
    changed = [name for name in kept if not name.endswith((_WHOLE, _SCALE))]
    return whole | {n: base[n] + kept[n].float() * kept[n + _SCALE].unsqueeze(1) for n in changed}


def trained(kind: Any, name: str, role: str) -> tuple[Any, Any]:
    """The network and the tokenizer of a folder, or of a name on a model hub that is on this machine.

    kind  the Auto class of transformers that loads it
    role  what it is to be, for the message

    Raises BadInput where there is no such model, or it was trained for something else.
    """
    from transformers import AutoTokenizer

    try:
        network, told = quietly(kind, name, output_loading_info=True)
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=True)
    except Exception as error:  # a damaged file raises what its library likes
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise BadInput(
            f"No {role} at {name}: expected a {role}'s model with its tokenizer ({why}).{how_to_get(name)}"
        ) from error
    if told["missing_keys"]:
        lacking = ", ".join(sorted(told["missing_keys"])[:3])
        raise BadInput(f"The model at {name} was not trained as a {role}: it lacks {lacking}.")
    return network, tokenizer
