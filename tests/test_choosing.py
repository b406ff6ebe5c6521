"""The dial: one name for all models."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import main
from corpus.errors import BadInput
from models.choosing import TIERS, Models, models_named


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
        ("reader = \n", ["expected bundled, light, standard or a TOML file"]),
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
    assert "expected bundled, light, standard or a TOML file" in capsys.readouterr().err


@pytest.mark.models
def test_models_that_are_not_on_this_machine_are_named(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Who?", "--index", str(sample_index), "--models", "standard"]) == 1
    assert TIERS["standard"].writer in capsys.readouterr().err
