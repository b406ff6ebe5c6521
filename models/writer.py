"""Who phrases answers, or reads the best passages: a causal language model of transformers, in this process, or a server that speaks OpenAI's chat
completions (vLLM, Ollama, llama.cpp, ...). Nothing that it writes is trusted.
"""

from __future__ import annotations

from pathlib import Path

from models.encoder import BUNDLED
from models.local_writer import SMOLLM2, load_local, smollm2_folder
from models.server_writer import load_server
from models.writer_protocol import Role, Writer


def is_language_model(name: str) -> bool:
    """False for a model that was trained to mark answers in a text, and for one that is not there."""
    if name.startswith(("http://", "https://")) or name == SMOLLM2:
        return True
    if name == BUNDLED:
        return False
    from transformers import AutoConfig

    try:
        told = AutoConfig.from_pretrained(name, local_files_only=True).architectures or []
    except Exception:  # it is told as a reader that cannot be loaded
        return False
    return any(kind.endswith(("ForCausalLM", "LMHeadModel")) for kind in told)


def load_writer(name: str, role: Role = "writer") -> Writer:
    """By URL, by the folder or name of a causal model, or "smollm2". Raises BadInput in one sentence."""
    if name.startswith(("http://", "https://")):
        return load_server(name, role)
    if name == SMOLLM2:
        return load_local(smollm2_folder(), SMOLLM2)
    return load_local(name, Path(name).name if Path(name).is_dir() else name)
