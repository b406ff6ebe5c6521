"""The encoder's network: token ids in, a vector for each text out.

Any sentence-transformers model, by that library. Where the model is a BERT whose vector is the mean over its tokens, as the
bundled one, transformers alone is enough and its import a second shorter; tests/test_encoder.py holds the two to each other.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.attention import lean_attention

if TYPE_CHECKING:
    import torch


class Network(Protocol):
    """most_tokens: of a text, special ones included; None where the model has no such limit. bert: the layers alone."""

    most_tokens: int | None

    @property
    def bert(self) -> Any: ...

    def vectors(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """ids, mask: (texts, tokens) int64. Gives (texts, dimension), not of length 1."""
        ...

    def halved(self) -> Network:
        """A copy in bfloat16."""
        ...


class MeanOfTokens:
    """A transformer and the mean of its last layer over the tokens of a text (Reimers and Gurevych 2019)."""

    def __init__(self, bert: Any, most_tokens: int | None) -> None:
        self.bert = bert
        self.most_tokens = most_tokens

    def vectors(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        ids, mask = ids.to(self.bert.device), mask.to(self.bert.device)
        hidden: torch.Tensor = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        counted = mask.unsqueeze(2).to(hidden.dtype)
        return (hidden * counted).sum(1) / counted.sum(1)

    def halved(self) -> MeanOfTokens:
        import torch

        return MeanOfTokens(copy.deepcopy(self.bert).to(torch.bfloat16), self.most_tokens)


class WholeModel:
    """What sentence-transformers makes of a folder."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.most_tokens: int | None = model.max_seq_length

    @property
    def bert(self) -> Any:
        return self._model[0].auto_model

    def vectors(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        features = {"input_ids": ids.to(self._model.device), "attention_mask": mask.to(self._model.device)}
        found: torch.Tensor = self._model(features)["sentence_embedding"]
        return found

    def halved(self) -> WholeModel:
        import torch

        return WholeModel(copy.deepcopy(self._model).to(torch.bfloat16))


def load_network(folder: Path, device: str = "cpu") -> Network:
    """In float32. On the processor a BERT attends as index/attention.py does."""
    is_bert = _read(folder / "config.json").get("model_type") == "bert"
    how: dict[str, Any] = {"attn_implementation": lean_attention()} if is_bert and device == "cpu" else {}
    if is_bert and _is_mean_of_tokens(folder):
        from transformers import BertModel

        bert = quietly(BertModel, folder, add_pooling_layer=False, **how)
        return MeanOfTokens(bert.to(device).eval(), _read(folder / "sentence_bert_config.json")["max_seq_length"])
    from sentence_transformers import SentenceTransformer

    return WholeModel(SentenceTransformer(str(folder), device=device, local_files_only=True, model_kwargs=how))


def quietly(kind: Any, name: str | Path, **options: Any) -> Any:
    """Loads a network by transformers, without a progress bar, and without a word on a head that is new or not wanted."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        return kind.from_pretrained(name, local_files_only=Path(name).exists(), **options)
    finally:
        logging.set_verbosity(before)


def _is_mean_of_tokens(folder: Path) -> bool:
    """Transformer, mean, and at most a division by the length, as the files of sentence-transformers tell it."""
    if not (folder / "modules.json").is_file() or not (folder / "sentence_bert_config.json").is_file():
        return False
    modules = [module["type"].rsplit(".", 1)[-1] for module in _read(folder / "modules.json")]
    pooling = {field for field, on in _read(folder / "1_Pooling" / "config.json").items() if "pooling_mode" in field and on}
    return modules[:2] == ["Transformer", "Pooling"] and set(modules[2:]) <= {"Normalize"} and pooling == {
        "pooling_mode_mean_tokens"
    }  # fmt: skip


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
