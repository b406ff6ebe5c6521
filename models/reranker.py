"""A model that reads question and passage together and says how well they fit.

Any `CrossEncoder` of sentence-transformers may be it, by folder or, where a hub can be reached, by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.errors import BadInput
from models.encoder import quiet
from models.pairs import trained

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_BATCH = 8
_MOST_TOKENS = 512
"""Of question and passage together."""


class RerankerModel:
    """Scores from 0 to 1, by the model's one output through a sigmoid."""

    def __init__(self, name: str, model: CrossEncoder) -> None:
        self.name = name
        self._model = model

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """For each text, in order."""
        from torch.nn import Sigmoid

        pairs: list[Any] = [[question, text] for text in texts]
        found = self._model.predict(pairs, batch_size=_BATCH, activation_fn=Sigmoid(), show_progress_bar=False)
        return [float(score) for score in np.asarray(found, dtype=np.float32).reshape(len(texts))]


def load_reranker(name: str) -> RerankerModel:
    """Raises BadInput where there is no such model, it was never trained to score pairs, or it gives more than one number."""
    from sentence_transformers import CrossEncoder
    from transformers import AutoModelForSequenceClassification

    trained(AutoModelForSequenceClassification, name, "reranker")
    with quiet():
        model = CrossEncoder(
            name, max_length=_MOST_TOKENS, device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    if model.num_labels != 1:
        raise BadInput(f"The model at {name} gives {model.num_labels} numbers for a pair; a reranker gives one.")
    return RerankerModel(Path(name).name, model)
