"""What --index says: a folder, or a collection of Milvus with the folder in which its articles lie."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from corpus.errors import BadInput

_MILVUS = re.compile(r"milvus\+(?P<address>https?://[^/\s?#]+/(?P<name>[A-Za-z_]\w{0,200}))(?:\?folder=(?P<folder>.+))?")


class IndexPlace(NamedTuple):
    """engine: as in a manifest; None where only the folder is named, which knows it."""

    folder: Path
    engine: str | None = None


def place_named(told: str, around: Path) -> IndexPlace:
    """`around`: the folder in which that of a collection lies where none is named. Raises BadInput."""
    if not told.startswith("milvus+"):
        return IndexPlace(Path(told))
    found = _MILVUS.fullmatch(told)
    if found is None:
        raise BadInput(
            f"--index {told}: expected milvus+http://HOST:PORT/NAME, or that with ?folder=PATH; the name has letters, digits and underscores."
        )
    return IndexPlace(Path(found["folder"]) if found["folder"] else around / found["name"], found["address"])
