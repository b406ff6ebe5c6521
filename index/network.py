"""The encoder's network: token ids in, a vector for each text out. sentence-transformers loads it; its import takes a
second or two, so it comes with the first text that is encoded.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.attention import lean_attention

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer


@dataclass(frozen=True)
class Network:
    """A model of sentence-transformers, without its tokenizer's part of the work."""

    model: SentenceTransformer

    @property
    def most_tokens(self) -> int | None:
        """Of a text, special ones included; None where the model has no such limit."""
        return self.model.max_seq_length

    @property
    def bert(self) -> Any:
        """The transformer alone."""
        return self.model[0].auto_model

    def vectors(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """ids, mask: (texts, tokens) int64. Gives (texts, dimension), of whatever length the model gives."""
        device = self.model.device
        found: torch.Tensor = self.model({"input_ids": ids.to(device), "attention_mask": mask.to(device)})[
            "sentence_embedding"
        ]
        return found

    def halved(self) -> Network:
        """A copy in bfloat16."""
        import torch

        return Network(copy.deepcopy(self.model).to(torch.bfloat16))


def load_network(folder: Path, device: str = "cpu") -> Network:
    """In float32. On the processor a BERT attends as index/attention.py does."""
    from sentence_transformers import SentenceTransformer

    is_bert = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type") == "bert"
    how: dict[str, Any] = {"attn_implementation": lean_attention()} if is_bert and device == "cpu" else {}
    with quiet():
        return Network(SentenceTransformer(str(folder), device=device, local_files_only=True, model_kwargs=how).eval())


def quietly(kind: Any, name: str | Path, **options: Any) -> Any:
    """Loads a network by transformers."""
    with quiet():
        return kind.from_pretrained(name, local_files_only=Path(name).exists(), **options)


@contextmanager
def quiet() -> Iterator[None]:
    """Transformers shows no progress bar, and says nothing of a head that is new or not wanted."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(before)
