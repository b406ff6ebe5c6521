"""What comes with the project, and what it may do: pinned packages, permissive licences, weights that hold no code, no other host."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bench.licences import EXTRAS, licence, required
from corpus.errors import BadInput
from tests.conftest import ROOT, SAMPLE

PROGRAM = [ROOT / "app.py", ROOT / "cli.py", *(file for room in ("corpus", "models", "index", "retriever", "answering", "webchat") for file in (ROOT / room).rglob("*.py"))]  # fmt: skip
_UNSAFE = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "cloudpickle"}
_PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|MPL|Mozilla|PSF|Python Software|Zlib|Unlicense|CC0|LGPL|0BSD|dependency licenses", re.IGNORECASE
)
"""LGPL and MPL for packages that are used as they come."""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_all_that_tests_need_is_pinned_by_digest() -> None:
    lines = (ROOT / "requirements-test.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+]+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)
    pinned = {_normal(line.partition("==")[0]): line.split()[0].partition("==")[2] for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    optional = [text for extra in ("mcp", "milvus", "ray", "train", "test") for text in extras[extra]]
    wanted = [Requirement(text) for text in (*project["dependencies"], *optional)]
    for one in wanted:
        if one.name not in ("secondsource", "torch"):
            assert one.specifier.contains(pinned[_normal(one.name)]), f"{one} is pinned otherwise: make lock"


def test_licences_are_told_and_permissive() -> None:
    told = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    for extra in EXTRAS:
        for name, package in required(extra).items():
            assert f"| {name} | " in told, f"{name} is not in docs/licences.md: make licences"
            if extra == "":
                assert _PERMISSIVE.search(licence(package)), f"{name}: {licence(package)}"


@pytest.mark.parametrize("file", PROGRAM, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_run_that_was_only_to_be_read(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {
        name.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {(node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not imported & _UNSAFE
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        assert not isinstance(call.func, ast.Name) or call.func.id not in ("eval", "exec", "compile", "__import__")
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert not {"trust_remote_code", "allow_pickle", "shell"} & options.keys()
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("load", "from_pretrained"):
            owner = ast.unparse(call.func.value)
            assert owner != "torch" or options.get("weights_only") == "True"
            if call.func.attr == "from_pretrained" and not owner.startswith(("AutoTokenizer", "AutoConfig")):
                assert options.get("use_safetensors") == "True" or "gguf_file" in options


@pytest.mark.models
def test_weights_that_can_hold_code_are_not_loaded(tmp_path: Path) -> None:
    """An encoder, a reranker and a writer, each only as pytorch_model.bin."""
    import torch
    from safetensors.torch import load_file

    from models.encoder import load_encoder
    from models.local_writer import load_local
    from models.reranker import load_reranker
    from tests.tiny import cross_encoder, language_model

    folders = [
        cross_encoder(tmp_path / "encoder"),
        cross_encoder(tmp_path / "reranker"),
        language_model(tmp_path / "writer"),
    ]
    for weights in (folder / "model.safetensors" for folder in folders):
        torch.save(load_file(weights), weights.with_name("pytorch_model.bin"))
        weights.unlink()
    loads: list[Callable[[], object]] = [
        lambda: load_encoder(str(folders[0])), lambda: load_reranker(str(folders[1])), lambda: load_local(folders[2], "a writer"),
    ]  # fmt: skip
    for load in loads:
        with pytest.raises(BadInput):
            load()


_WITHOUT_NETWORK = """
import json, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"):
        raise OSError(f"no network: {event} {arguments[1:]}")

sys.addaudithook(refuse)
from pathlib import Path
from cli import main
folder, articles = sys.argv[1:]
index = ["--index", f"{folder}/index"]
assert main(["index", articles, *index]) == 0
assert main(["ask", "How much computing capacity did Meta secure from AMD?", *index]) == 0
assert main(["verify", "Meta secured six gigawatts from AMD.", *index]) == 0
assert main(["check", *index]) == 0
from answering.engine import load_engine
from webchat.server import make_app
from webchat.settings import Settings
make_app(load_engine(Path(folder) / "index"), Settings(feedback_file=Path(folder) / "f.sqlite3"))
print("all of it")
"""


@pytest.mark.models
def test_nothing_is_asked_of_the_network(tmp_path: Path) -> None:
    """Every connection and every name that is looked up fails; where the system lets us, in a network without any interface."""
    command = [sys.executable, "-c", _WITHOUT_NETWORK, str(tmp_path), str(SAMPLE)]
    alone = ["unshare", "--net", "--map-root-user"]
    if shutil.which("unshare") and subprocess.run([*alone, "true"], capture_output=True).returncode == 0:
        command = [*alone, *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.stdout.splitlines()[-1:] == ["all of it"], done.stderr[-2_000:]
    assert "gigawatts" in done.stdout
    assert "no network" not in done.stderr


def test_the_guard_of_that_test_holds() -> None:
    asks = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')"
    hook = _WITHOUT_NETWORK.partition("from pathlib")[0]
    done = subprocess.run([sys.executable, "-c", hook + asks], capture_output=True, text=True)
    assert "no network: socket" in done.stderr
