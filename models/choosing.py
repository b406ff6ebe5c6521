"""The dial: which model does what, by one name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path

from corpus.errors import BadInput
from models.encoder import BUNDLED

NONE = "none"
"""The name of the reranker that leaves the order as it was fused."""


@dataclass(frozen=True)
class Models:
    """Each by the name `bundled`, a folder, or a name on a model hub that is on this machine; `none` where it may be left out.

    encoder   texts as vectors; an index belongs to one
    reader    which words of a passage answer
    reranker  a second look at what was found, or `none`
    writer    phrases answers, under the checks; also `smollm2`, the address of a server, or `none`
    """

    encoder: str = BUNDLED
    reader: str = BUNDLED
    reranker: str = NONE
    writer: str = NONE


TIERS = {
    "bundled": Models(),
    "light": Models(reranker="cross-encoder/ettin-reranker-32m-v1"),
    "standard": Models(
        reader="deepset/tinyroberta-squad2", reranker="cross-encoder/ettin-reranker-32m-v1", writer="Qwen/Qwen3-0.6B"
    ),
}
"""Only `bundled` comes with the packages. The models of the others must be on this machine; here none was, so they are not
measured."""


def models_named(name: str, **instead: str | None) -> Models:
    """A tier, or a TOML file with a line for each model that is not bundled; `instead`: single models that were asked for.

    Raises BadInput for what is neither, telling all that is wrong with a file at once.
    """
    chosen = TIERS.get(name) or _read(Path(name))
    return replace(chosen, **{role: model for role, model in instead.items() if model is not None})


def _read(file: Path) -> Models:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(
            f'--models {file}: expected {", ".join(TIERS)} or a TOML file like reader = "folder" ({error}).'
        ) from error
    roles = [field.name for field in fields(Models)]
    wrong = [f"{key} is none of {', '.join(roles)}" for key in told if key not in roles]
    wrong += [f"{key} is no name" for key in roles if not isinstance(told.get(key, ""), str)]
    if wrong:
        raise BadInput(f"--models {file}: {'; '.join(wrong)}.")
    return Models(**told)
