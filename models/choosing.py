"""The dial: which model does what, by one name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from shlex import quote

from corpus.errors import BadInput
from models.encoder import BUNDLED

NONE = "none"
"""The name of the reranker that leaves the order as it was fused."""
SMALL = "small"
"""Another name for what is bundled, as a tier and as a reader."""


@dataclass(frozen=True)
class Models:
    """Each by the name `bundled`, a folder, or a name on a model hub that is on this machine; `none` where it may be left out.

    encoder   texts as vectors; an index belongs to one
    reader    which words of a passage answer; also what a writer may be, which then reads beside the bundled one
    reranker  a second look at what was found, or `none`
    writer    phrases answers, under the checks; also `smollm2`, the address of a server, or `none`
    """

    encoder: str = BUNDLED
    reader: str = BUNDLED
    reranker: str = NONE
    writer: str = NONE


@dataclass(frozen=True)
class TierModel:
    """A model of a tier, as its maker describes it.

    megabytes  of its weights, computed from the number of its parameters
    instead    what it takes the place of
    measured   by this project; what could not be loaded was not
    """

    role: str
    name: str
    licence: str
    megabytes: int
    instead: str
    measured: bool


_RERANKER = TierModel("reranker", "cross-encoder/ettin-reranker-32m-v1", "Apache-2.0", 131, "the order of the search", False)
_WRITER = TierModel("writer", "Qwen/Qwen3-0.6B", "Apache-2.0", 1_192, "answers of quotes alone", False)
KNOWN = {BUNDLED: (), SMALL: (), "light": (_RERANKER,), "standard": (_RERANKER, _WRITER)}
"""By tier, what it takes beside the packages; `secondsource models get` fetches that."""
TIERS = {tier: Models(**{known.role: known.name for known in some}) for tier, some in KNOWN.items()}


def models_named(name: str, **instead: str | None) -> Models:
    """A tier, or a TOML file with a line for each model that is not bundled; `instead`: single models that were asked for.

    Raises BadInput for what is neither, telling all that is wrong with a file at once.
    """
    chosen = TIERS.get(name) or _read(Path(name))
    chosen = replace(chosen, **{role: model for role, model in instead.items() if model is not None})
    return replace(chosen, reader=BUNDLED) if chosen.reader == SMALL else chosen


def how_to_get(name: str) -> str:
    """What to do where a model is not on this machine; "" for what no hub has."""
    return (
        f" Fetch it with: secondsource models get {quote(name)}" if name.count("/") == 1 and not Path(name).exists() else ""
    )


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
