"""A task -> what a writer writes, piece by piece; nothing of it is trusted (see answering/writing/gate.py and rewriting.py).

    LocalWriter    a causal language model of transformers, in this process
    ServerWriter   a server that speaks OpenAI's chat completions (vLLM, Ollama, llama.cpp, ...)

Closing the generator that `write` returns stops the work. Whatever goes wrong becomes one WriterFailed.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Protocol

from answering.writing.local_writer import SMOLLM2, load_local, smollm2_folder
from answering.writing.server_writer import load_server
from answering.writing.writing_task import Chat


class Writer(Protocol):
    """What phrasing asks of a writer; tests bring one that can be checked by hand."""

    @property
    def name(self) -> str:
        """Who writes, as answers say it; without a path and without a secret."""
        ...

    def write(self, chat: Chat) -> Generator[str, None, None]:
        """Pieces of the text as they come. Raises WriterFailed; closing the generator stops the work."""
        ...


def load_writer(name: str) -> Writer:
    """By URL, by the folder or name of a causal model, or "smollm2". Raises BadInput in one sentence."""
    if name.startswith(("http://", "https://")):
        return load_server(name)
    if name == SMOLLM2:
        return load_local(smollm2_folder(), SMOLLM2)
    return load_local(name, Path(name).name if Path(name).is_dir() else name)
