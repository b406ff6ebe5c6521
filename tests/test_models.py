"""Models from a hub: a small hub on loopback serves two tiny real models; afterwards no hub is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import main
from corpus.errors import BadInput
from models.choosing import KNOWN, TIERS
from models.fetching import to_fetch
from tests.conftest import ROOT
from tests.hubs import Hub, run, serving
from tests.tiny import cross_encoder, language_model

STANDARD = [known.name for known in KNOWN["standard"]]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    reranker, writer = tmp_path / "reranker", tmp_path / "writer"
    with serving(Hub({STANDARD[0]: cross_encoder(reranker), STANDARD[1]: language_model(writer)})) as served:
        yield served


@pytest.mark.models
def test_a_tier_is_fetched_with_digests_and_then_no_hub_is_asked(hub: Hub, sample_index: Path, tmp_path: Path) -> None:
    question = "How much computing capacity did Meta secure from AMD?"
    ask = ["ask", question, "--models", "standard", "--index", str(sample_index), "--json"]
    before = run(ask, hub, tmp_path / "home")
    assert before.returncode == 1
    assert f"secondsource models get {STANDARD[1]}" in before.stderr
    got = run(["models", "get", "standard"], hub, tmp_path / "home")
    assert got.returncode == 0, got.stderr
    for name, folder in hub.folders.items():
        digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        assert any(line.startswith(name) and digest in line for line in got.stdout.splitlines())
    assert "%" in got.stderr, "its progress is told"
    hub.asked.clear()
    again = run(["models", "get", "standard"], hub, tmp_path / "home")
    assert again.returncode == 0
    assert again.stdout.count("on this machine already") == 2
    answered = run(ask, hub, tmp_path / "home")
    assert answered.returncode == 0, answered.stderr
    told = json.loads(answered.stdout)
    assert STANDARD[1] in told["models"]["writer"]
    assert told["answer_span"] in told["quotes"][0]["text"]
    assert told["claims"][0]["text"] == told["quotes"][0]["text"], "a model that knows nothing phrases nothing"
    assert hub.asked == []


@pytest.mark.models
def test_weights_that_are_not_the_hubs_are_refused(hub: Hub, tmp_path: Path) -> None:
    hub.lies["model.safetensors"] = "0" * 64
    got = run(["models", "get", STANDARD[1]], hub, tmp_path / "home")
    assert got.returncode == 1
    assert "the hub says 0000" in got.stderr
    assert not list((tmp_path / "home").rglob("model.safetensors")), "it does not count as fetched the next time"
    hub.lies.clear()
    again = run(["models", "get", STANDARD[1]], hub, tmp_path / "home")
    assert again.returncode == 0, again.stderr
    assert "on this machine already" not in again.stdout


def test_a_hub_that_cannot_be_reached_or_lacks_the_model_is_told_plainly(hub: Hub, tmp_path: Path) -> None:
    lacking = run(["models", "get", "nobody/nothing"], hub, tmp_path / "home")
    assert lacking.returncode == 1
    assert "has no model nobody/nothing" in lacking.stderr
    hub.url = "http://127.0.0.1:9"
    unreached = run(["models", "get", "light"], hub, tmp_path / "home")
    assert unreached.returncode == 1
    assert "was not fetched from the model hub at http://127.0.0.1:9" in unreached.stderr
    assert len(unreached.stderr.strip().splitlines()) == 1


def test_what_there_is_to_fetch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert to_fetch("bundled") == to_fetch("small") == []
    assert to_fetch("standard") == STANDARD
    assert to_fetch("owner/model") == ["owner/model"]
    file = tmp_path / "ours.toml"
    file.write_text('writer = "http://127.0.0.1:1/v1"\nreranker = "owner/model"\n', encoding="utf-8")
    assert to_fetch(str(file)) == ["owner/model"]
    with pytest.raises(BadInput, match="expected bundled, small, light, standard"):
        to_fetch("huge")
    assert main(["models"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in STANDARD)


def test_the_tiers_are_what_the_docs_say() -> None:
    docs = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    for tier, some in KNOWN.items():
        assert f"`{tier}`" in docs
        for known in some:
            assert f"`{known.name}`" in docs
            assert known.licence in docs
            assert f"{known.megabytes:,} MB" in docs
            assert getattr(TIERS[tier], known.role) == known.name
    assert sum(k.megabytes for k in KNOWN["light"]) < 250
    assert sum(k.megabytes for k in KNOWN["standard"]) < 1_500
