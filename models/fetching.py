"""Models from a hub onto this machine, when somebody asks for that. Nothing else in the project reaches a hub: whatever loads a
model takes it from this machine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

from corpus.errors import BadInput
from models.choosing import Models, models_named
from models.encoder import sha256_of

_WANTED = ("*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "*.jinja")
_UNWANTED = ("onnx/*", "openvino/*", "*.onnx*")
"""The same weights for other programs."""


def to_fetch(name: str) -> list[str]:
    """Of a tier, or of a TOML file, the models that come from a hub; or the one model of that name.

    Raises BadInput where it is none of them.
    """
    if name.count("/") == 1 and not name.startswith((".", "/")) and not Path(name).exists():
        return [name]
    return hub_names(models_named(name))


def hub_names(models: Models) -> list[str]:
    """Those that are named as a hub names them, "owner/model"; neither a folder nor a server."""
    return [n for n in dict.fromkeys(astuple(models)) if n.count("/") == 1 and not Path(n).exists()]


def fetch(name: str) -> Iterator[str]:
    """One model, with bars on standard error; one line for each file that was fetched, with its SHA-256. Where the model is on this
    machine already, no hub is asked, and one line says so.

    Raises BadInput where the hub cannot be reached, has no such model, or what came is not what the hub says it has.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import HfApi, constants, snapshot_download
    from huggingface_hub.errors import RepositoryNotFoundError

    if here := _here(name):
        yield f"{name} is on this machine already: {here}"
        return
    try:
        told = HfApi().model_info(name, files_metadata=True)
        folder = Path(snapshot_download(name, allow_patterns=list(_WANTED), ignore_patterns=list(_UNWANTED)))
    except RepositoryNotFoundError as error:
        raise BadInput(f"The model hub at {constants.ENDPOINT} has no model {name} that anybody may fetch.") from error
    except Exception as error:  # whatever the hub, the network between or the disk may do
        raise BadInput(
            f"{_not_fetched(name, error)} Where no hub can be reached, fetch it on "
            f"another machine and copy its folder to {constants.HF_HUB_CACHE}, or name a folder that holds the model."
        ) from error
    expected = {s.rfilename: s.lfs.sha256 for s in told.siblings or [] if s.lfs}
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield _checked(name, file, file.relative_to(folder).as_posix(), expected)


def _not_fetched(name: str, error: Exception) -> str:
    from huggingface_hub import constants

    why = (str(error).splitlines() or [type(error).__name__])[0]
    return f"{name} was not fetched from the model hub at {constants.ENDPOINT} ({why.rstrip('.')})."


def _here(name: str) -> Path | None:
    """The folder of a model that is on this machine whole: a file appears there only when all of it has come."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    index = folder / "model.safetensors.index.json"
    weights = (
        set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        if index.exists()
        else {"model.safetensors"}
    )
    needed = {"config.json", "tokenizer_config.json", *weights}
    return folder if all((folder / file).exists() for file in needed) else None


def _checked(name: str, file: Path, relative: str, expected: dict[str, str]) -> str:
    digest = sha256_of(file)
    if expected.get(relative, digest) != digest:
        # Else it would count as fetched the next time, and be loaded.
        file.resolve().unlink()
        file.unlink(missing_ok=True)
        raise BadInput(
            f"{name}: {relative} has the SHA-256 {digest}, and the hub says {expected[relative]}. It was deleted; fetch it again."
        )
    return f"{name}  {relative}  {file.stat().st_size / 1e6:,.1f} MB  sha256 {digest}"
