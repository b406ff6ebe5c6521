"""Who phrases answers: a causal language model of transformers, in this process, or a server that speaks OpenAI's chat
completions (vLLM, Ollama, llama.cpp, ...). Nothing that it writes is trusted.
"""

from __future__ import annotations

from pathlib import Path

from models.local_writer import SMOLLM2, load_local, smollm2_folder
from models.server_writer import load_server
from models.writer_protocol import Writer


def load_writer(name: str) -> Writer:
    """By URL, by the folder or name of a causal model, or "smollm2". Raises BadInput in one sentence."""
    if name.startswith(("http://", "https://")):
        return load_server(name)
    if name == SMOLLM2:
        return load_local(smollm2_folder(), SMOLLM2)
    return load_local(name, Path(name).name if Path(name).is_dir() else name)
