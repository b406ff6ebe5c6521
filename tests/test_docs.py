"""Documents fail here when they lie: commands, options, fields, output, the tree."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from answering.answer import Answer
from cli import _parser, main
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROOMS = ("corpus", "models", "index", "retriever", "answering", "webchat")


def commands() -> dict[str, argparse.ArgumentParser]:
    action = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def test_every_command_and_option_is_in_the_readme() -> None:
    for name, parser in commands().items():
        row = next(line for line in README.splitlines() if line.startswith(f"| `secondsource {name}"))
        for action in parser._actions:
            for option in (o for o in action.option_strings if o not in ("-h", "--help", "--index", "--models")):
                assert option in row, f"{name} {option}"


def test_every_room_and_every_file_named_for_it_is_there() -> None:
    rows = re.findall(r"^\| `([\w/]+/)` \|.*\| (.*) \|$", README, re.MULTILINE)
    assert {room.split("/")[0] for room, _ in rows} >= set(ROOMS)
    for room, first in rows:
        assert all((ROOT / room / name).exists() for name in re.findall(r"`(\w+\.py)`", first)), room


def test_every_module_says_in_its_first_line_what_it_does() -> None:
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            assert file.read_text(encoding="utf-8").startswith('"""') or not file.stat().st_size, file


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (\w+)", README.split("## The rooms")[0]):
        assert target in ("install", "chat", "test", "in", "it") or re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.models
def test_the_answer_in_the_readme_is_the_real_one(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    block = re.search(r'```\n\$ secondsource ask "([^"]+)" --index data/sample\n(.*?)```', README, re.DOTALL)
    assert block is not None
    assert main(["ask", block[1], "--index", str(sample_index)]) == 0
    assert capsys.readouterr().out.strip() == block[2].strip()


def test_every_field_of_the_answer_is_described() -> None:
    described = (ROOT / "docs" / "answer-format.md").read_text(encoding="utf-8")
    shape = TypeAdapter(Answer).json_schema(mode="serialization")
    fields = {name for part in (shape, *shape["$defs"].values()) for name in part["properties"]}
    assert len(fields) > 30 and not {name for name in fields if f"`{name}`" not in described}
