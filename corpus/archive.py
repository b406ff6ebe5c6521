"""The files in a zip archive, within limits: an archive may claim to hold more than a disk, or itself."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from corpus.reading import Unreadable

MOST_ENTRIES = 100_000
LARGEST_ENTRY = 10_000_000
"""Bytes, unpacked."""
MOST_BYTES = 1_000_000_000
"""Unpacked, of all entries."""
MOST_RATIO = 200
"""Bytes unpacked for one packed; text packs ten to one."""
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, ValueError, IndexError, KeyError, OverflowError,
)  # fmt: skip
"""What the standard library raises over a damaged archive; NotImplementedError is a RuntimeError."""


def entries(file: Path) -> Iterator[tuple[str, bytes | str]]:
    """(name, bytes) of each entry that may be an article; or why it is left out. Hidden ones and folders are passed over.

    Raises OSError where the archive cannot be read.
    """
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGED as error:
        raise OSError(f"it is no zip archive that can be read ({error})") from error
    left = MOST_BYTES
    with archive:
        listed = archive.infolist()
        for about in listed[:MOST_ENTRIES]:
            name = about.filename.replace("\\", "/")
            if not name:
                yield "an entry", "has no name"
                continue
            if about.is_dir() or any(
                part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts if part != ".."
            ):
                continue
            reason = _refused(about, name, left)
            if reason is None:
                left -= about.file_size
            yield name, reason or _read(archive, about)
        if len(listed) > MOST_ENTRIES:
            yield "...", f"the archive holds {len(listed):,} entries, and {MOST_ENTRIES:,} are read"


def _refused(about: zipfile.ZipInfo, name: str, left: int) -> str | None:
    if name.startswith("/") or ".." in PurePosixPath(name).parts:
        return "its name leads out of the archive"
    if name.lower().endswith((".zip", ".gz")):
        return "is an archive in an archive: unpack the outer one"
    if about.flag_bits & 1:
        return "is locked with a password"
    if about.file_size > LARGEST_ENTRY:
        return f"has {about.file_size:,} bytes, an article may have {LARGEST_ENTRY:,}"
    if about.file_size > MOST_RATIO * max(about.compress_size, 1) + 100_000:
        return f"unpacks to {about.file_size:,} bytes out of {about.compress_size:,}, more than any text does"
    return f"the archive holds more than {MOST_BYTES:,} bytes" if about.file_size > left else None


def _read(archive: zipfile.ZipFile, about: zipfile.ZipInfo) -> bytes | str:
    try:
        with archive.open(about) as opened:
            data = opened.read(LARGEST_ENTRY + 1)
    except DAMAGED as error:
        return f"cannot be unpacked ({error})"
    return data if len(data) <= LARGEST_ENTRY else f"has more bytes than it says, an article may have {LARGEST_ENTRY:,}"


def parts_of(data: bytes) -> zipfile.ZipFile:
    """A document that is an archive of parts (DOCX, PPTX, EPUB). Raises Unreadable where it is none, or unpacks to too much."""
    import io

    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED as error:
        raise Unreadable("is no document that can be read: it is damaged, or locked with a password") from error
    told = archive.infolist()
    text = sum(
        about.file_size
        for about in told
        if about.filename.lower().endswith((".xml", ".rels", ".xhtml", ".html", ".htm", ".opf"))
    )
    if len(told) > MOST_ENTRIES or text > 5 * LARGEST_ENTRY:
        raise Unreadable(f"unpacks to {text:,} bytes in {len(told):,} parts, more than an article may have")
    return archive
