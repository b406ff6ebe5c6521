"""The rooms of the house: names resolve here, imports run one way, functions stay short."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from tests.conftest import ROOT

ORDER = ["language", "corpus", "models", "index", "retriever", "answering", "webchat"]


@pytest.mark.parametrize("name", [*ORDER, "app", "cli"])
def test_generic_names_are_ours(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(ROOT)


def modules(*rooms: str) -> list[Path]:
    """Those of their sub-packages too."""
    return sorted(file for room in rooms for file in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("file", modules(*ORDER), ids=lambda f: f.relative_to(ROOT).as_posix())
def test_imports_run_one_way(file: Path) -> None:
    room = ORDER.index(file.relative_to(ROOT).parts[0])
    if file.name == "__main__.py":
        pytest.skip("the door of `python -m index` leads to the command line")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        for name in names:
            top = name.split(".")[0]
            assert top not in ("app", "cli", "bench", "training"), f"{file.name} imports {name}"
            assert top not in ORDER or ORDER.index(top) <= room, f"{file.name} imports {name}"


def module_of(file: Path) -> str:
    return file.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")


def test_no_circle_between_files() -> None:
    """Imports anywhere in a file count, those in functions and for types too."""
    files = {module_of(f): f for f in [*modules(*ORDER), ROOT / "cli.py", ROOT / "app.py"]}
    uses: dict[str, set[str]] = {}
    for name, file in files.items():
        found = [
            n for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.ImportFrom) and n.module
        ]
        told = {f"{n.module}.{a.name}" for n in found for a in n.names} | {str(n.module) for n in found}
        uses[name] = told & files.keys() - {name}
    while leaves := {name for name, used in uses.items() if not used & uses.keys()}:
        uses = {name: used for name, used in uses.items() if name not in leaves}
    assert not uses, f"in circles, or above one: {sorted(uses)}"


def test_no_two_things_share_a_name() -> None:
    """Public functions and classes of the program, and its files."""
    places: dict[str, list[str]] = {}
    for file in modules(*ORDER):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module_of(file))
        if not file.name.startswith("__"):
            places.setdefault(file.name, []).append(module_of(file))
    assert not {name: where for name, where in places.items() if len(where) > 1}


def test_few_functions_are_long() -> None:
    files = [*modules(*ORDER, "bench", "training"), ROOT / "cli.py", ROOT / "app.py"]
    lengths = [
        node.end_lineno - node.lineno + 1
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]
    assert sorted(lengths)[len(lengths) // 2] <= 12
    assert sum(n > 40 for n in lengths) <= 0.05 * len(lengths)
