"""Every file of a generation, cut, bent or gone: the index says which and how to mend it, and never quotes what is not there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.build import build
from index.generations import IndexPaths
from tests.conftest import ROOT, SAMPLE
from tests.fakes import WordEncoder

ASK = """
import json, random, shutil, sys, sqlite3
from pathlib import Path
from corpus.errors import UserError
from index.opening import open_index, problems
from retriever.request import make_request
from retriever.search import search
from tests.fakes import WordEncoder

source, target, name, way, turns = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
texts = {a.id: a.text for a in open_index(source, WordEncoder()).store.articles()}
chance = random.Random(f"{name} {way}")
for turn in range(turns):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    file = target / name
    data = bytearray(file.read_bytes())
    if way == "gone":
        file.unlink()
    elif way == "cut":
        file.write_bytes(data[: chance.randrange(len(data) - 1)])
    else:
        for _ in range(chance.choice([1, 1, 3, 30])):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(data)
    told = []
    try:
        told += list(problems(target, WordEncoder()))
    except UserError as error:
        told.append(str(error))
    except sqlite3.DatabaseError as error:
        told.append(f"{error}: secondsource")
    wrong = []
    try:
        for hit in search(open_index(target, WordEncoder()), WordEncoder(), make_request({"question": "Meta chips"}), 5):
            if hit.passage.text not in texts.get(hit.article.id, ""):
                wrong.append(hit.article.id)
    except (UserError, sqlite3.DatabaseError):
        pass
    except Exception as error:
        wrong.append(repr(error))
    print(json.dumps([told, wrong]), flush=True)
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "index"
    build(folder, [SAMPLE], WordEncoder(), progress=False)
    return folder


@pytest.mark.parametrize("way", ["gone", "cut", "bent"])
@pytest.mark.parametrize("kind", ["articles.sqlite", "vectors.faiss", "manifest.json", "lexical/meta.json", "lexical/*.store", "lexical/*.term", "lexical/*.idx", "CURRENT"])  # fmt: skip
def test_what_is_damaged_is_named(sound: Path, tmp_path: Path, kind: str, way: str) -> None:
    generation = IndexPaths(sound).require_current().folder
    files = [sound / kind] if kind == "CURRENT" else sorted(generation.glob(kind))
    turns = 1 if way == "gone" else 6
    command = [
        sys.executable,
        "-c",
        ASK,
        str(sound),
        str(tmp_path / "index"),
        str(files[0].relative_to(sound)),
        way,
        str(turns),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-500:]}"
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == turns
    for problems, wrong in told:
        assert problems, "nothing was noticed"
        assert wrong == []
