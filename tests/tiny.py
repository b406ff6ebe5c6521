"""Real models of two small layers that know nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.encoder import bundled_folder


def language_model(folder: Path) -> Path:
    """A Llama with a tokenizer of thirty words."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = {w: n for n, w in enumerate(["<unk>", "<end>", *(f"w{n}" for n in range(30))])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))  # type: ignore[arg-type,unused-ignore]
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # type: ignore[assignment,unused-ignore]
    fast: Any = PreTrainedTokenizerFast
    fast(tokenizer_object=tokenizer, unk_token="<unk>", eos_token="<end>").save_pretrained(folder)
    torch.manual_seed(1)
    size = {"vocab_size": len(words), "hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2}
    config = LlamaConfig(**size, num_hidden_layers=2, bos_token_id=1, eos_token_id=None)  # type: ignore[arg-type]
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def cross_encoder(folder: Path, numbers: int = 1) -> Path:
    """A BERT that gives so many numbers for a pair, with the bundled tokenizer."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        id2label={n: str(n) for n in range(numbers)}, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(bundled_folder()).save_pretrained(folder)
    return folder
