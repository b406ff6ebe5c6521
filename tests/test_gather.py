"""What the networks learn from is brought by digest, out of real git repositories."""

from __future__ import annotations

import gzip
import hashlib
import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from training.gather import Gathered, gather, read_list


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A repository as a checkout, with a plain file, one in a zip, and one that is packed."""
    repo = tmp_path / "copies" / "someone+data" / "repo"
    repo.mkdir(parents=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("in/b.txt", "second")
    (repo / "a.txt").write_bytes(b"first")
    (repo / "b.zip").write_bytes(packed.getvalue())
    (repo / "c.json.gzip").write_bytes(gzip.compress(b"third"))
    for arguments in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(repo), *arguments], check=True)
    return tmp_path / "copies"


def wanted(path: str, content: bytes) -> Gathered:
    return Gathered("someone/data", "HEAD", path, f"got/{path[0]}", hashlib.sha256(content).hexdigest())


def test_files_come_out_of_what_they_lie_in(copies: Path, tmp_path: Path) -> None:
    some = [wanted("a.txt", b"first"), wanted("b.zip!in/b.txt", b"second"), wanted("c.json.gzip", b"third")]
    assert gather(tmp_path, some, copies) == []
    assert [(tmp_path / one.name).read_bytes() for one in some] == [b"first", b"second", b"third"]


def test_all_that_is_wrong_is_told_and_nothing_else_is_kept(copies: Path, tmp_path: Path) -> None:
    some = [wanted("a.txt", b"another"), wanted("b.zip!in/none.txt", b""), wanted("c.json.gzip", b"third")]
    wrong = gather(tmp_path, some, copies)
    assert len(wrong) == 2 and "expected" in wrong[0] and "was not brought" in wrong[1]
    assert sorted(p.name for p in (tmp_path / "got").iterdir()) == ["c"]


def test_what_is_there_is_left_alone(copies: Path, tmp_path: Path) -> None:
    (tmp_path / "got").mkdir()
    (tmp_path / "got" / "a").write_text("mine", encoding="utf-8")
    assert gather(tmp_path, [wanted("a.txt", b"first")], copies) == []
    assert (tmp_path / "got" / "a").read_text(encoding="utf-8") == "mine"


def test_the_list_names_each_file_once_at_a_commit() -> None:
    files = read_list()
    assert len({one.name for one in files}) == len(files) > 60
    assert all(len(one.commit) == 40 and len(one.sha256) == 64 for one in files)
