"""Where things lie on disk, and how one generation of the index gives way to the next.

    data/index/
        CURRENT            the name of the generation in use, replaced atomically
        PRESENT            the ids of its articles: a server that cannot read the generation does not quote what is gone
        LOCK               held by the one build at work
        web.sqlite         pages of the web as they were fetched
        encoded.cache      vectors of a build that was cut off, so that the next one need not encode again
        g000012/           one generation, never changed once it is named in CURRENT
            manifest.json  written last; readers hold a shared lock on it
            articles.sqlite, vectors.faiss, lexical/
        g000013.building/  a build at work, or the rest of one that was killed

Advisory locks (flock) are given back by the system when a process dies, however it dies.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from corpus.errors import IndexBusy, IndexMissing, IndexUnsound, UserError

FORMAT = 6
_VECTORS_ALIKE = (5,)
"""Older formats of which a build takes the vectors over."""
_GENERATION = re.compile(r"g(\d{6,})")


def remembered_sources(folder: Path) -> list[str]:
    """The paths and addresses that the current generation was built from, even where its manifest cannot be used otherwise."""
    try:
        name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
        sources = json.loads((folder / name / "manifest.json").read_text(encoding="utf-8"))["sources"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [str(source) for source in sources]


def mending_command(folder: Path) -> str:
    """What builds this index anew; where its paths are not remembered, they must be named."""
    return f"secondsource index {'--rebuild' if remembered_sources(folder) else 'PATH...'} --index {quote(str(folder))}"


@dataclass(frozen=True)
class Manifest:
    """What a generation is made of; written last, so that a folder without one is no generation.

    preparation  digest of the code that cleans and splits: other code means reading every article again
    sources      the absolute paths, and the addresses of the web, that were indexed, which an `index` without paths takes again
    digests      SHA-256 of each file of the generation by its relative path
    engine       where its passages are found: "" in its own files, else the address of a collection of Milvus
    owner        the stamp of this index on that collection
    """

    generation: str
    encoder: dict[str, Any]
    split: dict[str, Any]
    preparation: str
    sources: list[str]
    articles: int
    passages: int
    oldest: str | None
    newest: str | None
    digests: dict[str, str]
    engine: str = ""
    owner: str = ""
    format: int = FORMAT

    def write(self, file: Path) -> None:
        write_durably(file, json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n")

    @staticmethod
    def read(file: Path, *, for_vectors: bool = False) -> Manifest:
        """Raises IndexUnsound where it is damaged, may not be read, or is of another format; `for_vectors`: one of older ones will do."""
        try:
            fields = json.loads(file.read_text(encoding="utf-8"))
            if fields["format"] != FORMAT and not (for_vectors and fields["format"] in _VECTORS_ALIKE):
                raise IndexUnsound(
                    f"The index has format {fields['format']}, expected {FORMAT}. Run: {mending_command(file.parent.parent)}"
                )
            return Manifest(**fields)
        except FileNotFoundError as error:
            raise IndexUnsound(f"{file} is missing. Run: {mending_command(file.parent.parent)}") from error
        except OSError as error:
            raise IndexUnsound(f"{file} cannot be read ({error.strerror}).") from error
        except (ValueError, KeyError, TypeError) as error:
            raise IndexUnsound(f"{file} is damaged ({error}). Run: {mending_command(file.parent.parent)}") from error


@dataclass(frozen=True)
class GenerationPaths:
    """The files of one generation."""

    folder: Path

    @property
    def turn(self) -> int:
        """12 of g000012, and of g000012.building."""
        return int(self.folder.name.removesuffix(".building").removeprefix("g"))

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.json"

    @property
    def store(self) -> Path:
        return self.folder / "articles.sqlite"

    @property
    def vectors(self) -> Path:
        return self.folder / "vectors.faiss"

    @property
    def lexical(self) -> Path:
        return self.folder / "lexical"

    def data_files(self) -> list[Path]:
        """All files but the manifest, sorted; lock files are no data."""
        files = (f for f in self.folder.rglob("*") if f.is_file() and f != self.manifest and f.suffix != ".lock")
        return sorted(files)


@dataclass(frozen=True)
class IndexPaths:
    """The folder that holds the generations."""

    folder: Path

    @property
    def current(self) -> Path:
        return self.folder / "CURRENT"

    @property
    def present(self) -> Path:
        return self.folder / "PRESENT"

    @property
    def lock(self) -> Path:
        return self.folder / "LOCK"

    @property
    def cache(self) -> Path:
        return self.folder / "encoded.cache"

    @property
    def web(self) -> Path:
        return self.folder / "web.sqlite"

    def current_name(self) -> str | None:
        """The name in CURRENT; None where there is no index yet. Raises IndexUnsound for anything else in it."""
        try:
            name = self.current.read_text(encoding="utf-8", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise IndexUnsound(f"{self.current} cannot be read ({error.strerror}), expected a file.") from error
        if not _GENERATION.fullmatch(name):
            raise IndexUnsound(
                f"{self.current} holds {name[:40]!r}, expected a name like g000012. Run: {mending_command(self.folder)}"
            )
        return name

    def generation(self, name: str) -> GenerationPaths:
        return GenerationPaths(self.folder / name)

    def generations(self) -> list[GenerationPaths]:
        """Those that lie there, finished."""
        return [GenerationPaths(folder) for folder in self.folder.iterdir() if _GENERATION.fullmatch(folder.name)]

    def require_current(self) -> GenerationPaths:
        """Raises IndexMissing where there is no index yet."""
        name = self.current_name()
        if name is None:
            raise IndexMissing(f"No index in {self.folder}. Build one: {mending_command(self.folder)}")
        return self.generation(name)

    def leads_to(self, descriptor: int) -> bool:
        """Whether the current generation is the one of which somebody holds the manifest, whatever it is called. Raises IndexMissing
        and IndexUnsound where that cannot be told."""
        manifest = self.require_current().manifest
        try:
            return os.path.samestat(manifest.stat(), os.fstat(descriptor))
        except OSError as error:
            raise IndexUnsound(
                f"{manifest} cannot be read ({error.strerror}). Run: {mending_command(self.folder)}"
            ) from error

    def ids_present(self) -> frozenset[str] | None:
        """The articles of the current generation; None where that cannot be told."""
        try:
            ids = json.loads(self.present.read_text(encoding="utf-8"))
            return frozenset(ids) if isinstance(ids, list) else None
        except (OSError, ValueError, TypeError):
            return None

    def next_name(self) -> str:
        """One that no generation has had, also where the folder of the current one is gone."""
        names = [f.name for f in self.folder.iterdir()]
        with suppress(UserError):
            names.append(self.current_name() or "")
        return f"g{max((int(m[1]) for name in names if (m := _GENERATION.match(name))), default=0) + 1:06d}"


@contextmanager
def building(paths: IndexPaths) -> Iterator[None]:
    """Holds the build lock. Raises IndexBusy at once when another process holds it."""
    paths.folder.mkdir(parents=True, exist_ok=True)
    with paths.lock.open("a+") as lock:
        if not _try_lock(lock.fileno(), fcntl.LOCK_EX):
            raise IndexBusy(f"Another build is at work on {paths.folder}. Wait for it to end, then run this again.")
        yield


def is_intact(generation: GenerationPaths, manifest: Manifest) -> bool:
    """True where every file is as it was when it was built: nothing is copied or taken over from a damaged one."""
    try:
        found = {str(f.relative_to(generation.folder)): sha256(f) for f in generation.data_files()}
    except OSError:
        return False
    return found == manifest.digests


def switch_to(paths: IndexPaths, finished: Path, name: str) -> None:
    """Gives a finished building folder its name, then flips CURRENT; each step survives a power cut."""
    final = paths.folder / name
    finished.rename(final)
    sync_folder(paths.folder)
    replace_durably(paths.current, name + "\n")


def remove_killed_builds(paths: IndexPaths) -> None:
    """Call with the lock held."""
    for folder in paths.folder.glob("*.building"):
        shutil.rmtree(folder)


def remove_old_generations(paths: IndexPaths) -> dict[str, OSError]:
    """Removes every generation that is neither current nor in use; those that cannot be removed, and why. Call with the lock held."""
    left = {}
    for generation in paths.generations():
        try:
            if generation.folder.name != paths.current_name():
                _remove_unused(generation)
        except OSError as error:
            left[str(generation.folder)] = error
    return left


def _remove_unused(generation: GenerationPaths) -> None:
    """The lock is kept while files go, so that no reader can begin to hold what is half removed."""
    try:
        manifest = generation.manifest.open("rb")
    except FileNotFoundError:  # never finished, or damaged
        shutil.rmtree(generation.folder)
        return
    with manifest:
        if _try_lock(manifest.fileno(), fcntl.LOCK_EX):
            shutil.rmtree(generation.folder)


def hold(generation: GenerationPaths) -> int:
    """A file descriptor with a shared lock: the generation is not removed while it is open.

    Raises FileNotFoundError where it was removed meanwhile.
    """
    descriptor = os.open(generation.manifest, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        require_held(generation, descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def require_held(generation: GenerationPaths, descriptor: int) -> None:
    """Raises FileNotFoundError where another generation lies there by now, or none: names may be given again after the folder was thrown away."""
    if not os.path.samestat(generation.manifest.stat(), os.fstat(descriptor)):
        raise FileNotFoundError(2, "removed", str(generation.manifest))


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def replace_durably(file: Path, text: str) -> None:
    """At every moment there is the old text or the new one."""
    aside = file.with_name(f"{file.name}.new")
    write_durably(aside, text)
    aside.replace(file)
    sync_folder(file.parent)


def write_durably(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def sync_file(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
