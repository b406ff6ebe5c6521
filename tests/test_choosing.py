"""The dial: one name for all models."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cli import main
from corpus.errors import BadInput
from models.choosing import TIERS, Models, models_named
from tests.conftest import ROOT


def test_a_tier_a_file_and_single_models_instead(tmp_path: Path) -> None:
    assert models_named("bundled") == Models()
    assert models_named("standard").writer != "none"
    file = tmp_path / "ours.toml"
    file.write_text('reader = "downloads/reader"\nwriter = "http://127.0.0.1:1/v1"\n', encoding="utf-8")
    assert models_named(str(file)) == Models(reader="downloads/reader", writer="http://127.0.0.1:1/v1")
    assert models_named(str(file), writer="none", reader=None).writer == "none"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("readr = 'x'\nencoder = 3\n", ["readr is none of encoder, reader, reranker, writer", "encoder is no name"]),
        ("reader = \n", ["expected bundled, small, light, standard or a TOML file"]),
    ],
)
def test_all_that_is_wrong_with_a_file_is_told_at_once(tmp_path: Path, written: str, told: list[str]) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        models_named(str(file))
    assert all(part in str(raised.value) for part in told)


@pytest.mark.parametrize(
    "command", [["index", "x"], ["search", "x"], ["ask", "x"], ["verify", "x"], ["sources"], ["check"], ["serve"]]
)
def test_every_command_takes_the_dial(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--models", "huge"]) == 1
    assert "expected bundled, small, light, standard or a TOML file" in capsys.readouterr().err


@pytest.mark.models
def test_models_that_are_not_on_this_machine_are_named(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Who?", "--index", str(sample_index), "--models", "standard"]) == 1
    assert TIERS["standard"].writer in capsys.readouterr().err


def test_small_is_another_name_of_what_is_bundled() -> None:
    assert models_named("small") == models_named("bundled", reader="small") == models_named("bundled")
    assert {models_named(tier).reader for tier in TIERS} == {"bundled"}


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_an_installation_fetches_no_model(tmp_path: Path) -> None:
    """The Makefile with programs that note how they are called."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("pip", "python", "secondsource"):
        program = tmp_path / ".venv" / "bin" / name
        program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/{name}.log\n')
        program.chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "requirements-test.txt"):
        shutil.copy(ROOT / name, tmp_path)
    here = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", "install"], cwd=tmp_path, env=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".venv" / "installed").exists()
    assert (tmp_path / "pip.log").exists() and not (tmp_path / "secondsource.log").exists()
