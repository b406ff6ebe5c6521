"""Brings what the networks learn from, and what else they are measured on, into one folder: each file from its repository at a
commit, taken only where its SHA-256 is the one in gathered.tsv.

    python -m training.gather FOLDER [--copies DIR]

Needs git, and GitHub or copies of the repositories: DIR/owner+name/repo. Files that are there already are left alone. What stands
beside it, SQuAD 2.0 in part and other sets that the project is measured on, is not brought: docs/reader.md.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("gathered.tsv")
_WITHIN = "!"
"""Between the path of a zip and that of the file in it."""


@dataclass(frozen=True)
class Gathered:
    """A file of a repository ("owner/name") at a commit, and what it is called here."""

    repository: str
    commit: str
    path: str
    name: str
    sha256: str


def read_list() -> list[Gathered]:
    with LIST.open(encoding="utf-8", newline="") as lines:
        return [Gathered(**row) for row in csv.DictReader(lines, delimiter="\t")]


def gather(folder: Path, wanted: list[Gathered], copies: Path | None) -> list[str]:
    """What is wrong, a sentence for each file that is not there afterwards."""
    by_repository: dict[str, list[Gathered]] = defaultdict(list)
    for one in wanted:
        if not (folder / one.name).exists():
            by_repository[one.repository].append(one)
    wrong: list[str] = []
    for repository, some in by_repository.items():
        with tempfile.TemporaryDirectory() as temporary:
            for one in some:
                print(f"{one.name} from {repository}", flush=True)
                told = _bring(one, folder / one.name, copies, Path(temporary))
                wrong += [told] if told else []
    return wrong


def _bring(one: Gathered, file: Path, copies: Path | None, temporary: Path) -> str | None:
    try:
        data = _content(_repository(one, copies, temporary), one)
    except (subprocess.CalledProcessError, OSError, KeyError, zipfile.BadZipFile) as error:
        return f"{one.name}: {one.path} of {one.repository} at {one.commit[:7]} was not brought ({error})."
    digest = hashlib.sha256(data).hexdigest()
    if digest != one.sha256:
        return f"{one.name} has the SHA-256 {digest}, expected {one.sha256}. It was not kept."
    file.parent.mkdir(parents=True, exist_ok=True)
    file.with_name(f"{file.name}.new").write_bytes(data)
    file.with_name(f"{file.name}.new").replace(file)
    return None


def _repository(one: Gathered, copies: Path | None, temporary: Path) -> Path:
    """The git directory that has the commit."""
    if copies:
        copy = copies / one.repository.replace("/", "+") / "repo"
        return copy / ".git" if (copy / ".git").is_dir() else copy
    if not (temporary / "HEAD").exists():
        _git(temporary, "init", "--bare", "--quiet", str(temporary))
    _git(temporary, "fetch", "--quiet", "--depth", "1", f"https://github.com/{one.repository}", one.commit)
    return temporary


def _content(repository: Path, one: Gathered) -> bytes:
    path, _, within = one.path.partition(_WITHIN)
    data = _git(repository, "show", f"{one.commit}:{path}")
    if within:
        return zipfile.ZipFile(io.BytesIO(data)).read(within)
    return gzip.decompress(data) if path.endswith(".gzip") else data


def _git(repository: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", f"--git-dir={repository}", *arguments], check=True, capture_output=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=Path, help="a folder of repositories, instead of GitHub")
    options = parser.parse_args()
    wrong = gather(options.folder, read_list(), options.copies)
    print(*wrong, sep="\n", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
