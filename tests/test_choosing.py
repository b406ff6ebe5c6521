"""The dial: one name for all models."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cli import main
from corpus.errors import BadInput
from models.base import LARGER, larger_place
from models.choosing import TIERS, Models, missing_models, models_named
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


def bring_in_name_only() -> None:
    """Files of the right length, which is all that a start looks at."""
    larger_place().mkdir(parents=True)
    for file in LARGER.files:
        with (larger_place() / file.name).open("wb") as opened:
            opened.truncate(file.size)


def test_the_larger_network_is_missed_by_whoever_means_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDSOURCE_MODELS", str(tmp_path))
    told = missing_models(models_named("bundled"))
    assert (
        told
        == "The larger network is not on this machine; no answer rests on it yet. Bring it with: secondsource models get larger"
    )
    assert missing_models(models_named("light", reader="bundled")) == told
    others = [models_named(name) for name in ("small", "light", "standard")] + [Models(reader="small"), Models(reader="x")]
    assert [missing_models(models) for models in others] == [None] * 5
    bring_in_name_only()
    assert missing_models(models_named("bundled")) is None


@pytest.mark.models
def test_what_is_missing_is_told_in_a_line_and_changes_no_answer(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from answering.answer import Answer
    from webchat.markdown import how_markdown

    monkeypatch.setenv("SECONDSOURCE_MODELS", str(tmp_path))
    ask = ["ask", "Has Meta partnered with AMD?", "--index", str(sample_index), "--json"]
    answers = []
    for models, lines in (("bundled", 1), ("small", 0), ("bundled", 0)):
        assert main([*ask, "--models", models]) == 0
        printed = capsys.readouterr()
        answers.append(json.loads(printed.out))
        assert len(printed.err.splitlines()) == lines
        assert [answers[-1]["missing_models"]] * lines == printed.err.splitlines()
        if models == "small":
            bring_in_name_only()
    assert answers[1]["missing_models"] is answers[2]["missing_models"] is None
    for answer in answers:
        told = {name: answer[name] for name in ("question", "status", "text", "models", "index", "missing_models")}
        assert ("larger network is not on this machine" in how_markdown(Answer(**told))) == (answer is answers[0])
        del answer["missing_models"], answer["timings_ms"]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(("models", "calls"), [("bundled", ["models get larger"]), ("small", [])])
def test_an_installation_goes_on_without_the_larger_network(tmp_path: Path, models: str, calls: list[str]) -> None:
    """The Makefile with programs that note how they are called; the one that brings it fails."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name, ends in (("pip", 0), ("python", 0), ("secondsource", 1)):
        program = tmp_path / ".venv" / "bin" / name
        program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/{name}.log\nexit {ends}\n')
        program.chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "requirements-test.txt"):
        shutil.copy(ROOT / name, tmp_path)
    here = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", "install", f"MODELS={models}"], cwd=tmp_path, env=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".venv" / "installed").exists()
    noted = tmp_path / "secondsource.log"
    assert (noted.read_text().splitlines() if noted.exists() else []) == calls
    assert ("Installed without the larger network." in done.stdout.splitlines()) == bool(calls)
