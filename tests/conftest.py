"""Shared paths and engines. Data outside the project is used when it is there; a skip says when it is not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

if "PYTEST_XDIST_WORKER" in os.environ:
    # Processes side by side: each core has one of them, and threads of each would only wait for one another.
    os.environ["OMP_NUM_THREADS"] = "1"

import models.encoder
import models.judge
import models.reader


def _once(load: Callable[..., Any]) -> Callable[..., Any]:
    """The same network for the same name and encoder; what was given is kept, so that its identity is nobody else's."""
    kept: dict[tuple[str | int, ...], tuple[Any, tuple[Any, ...]]] = {}

    def loaded(*given: Any) -> Any:
        key = tuple(one if isinstance(one, str) else id(one) for one in given)
        if key not in kept:
            kept[key] = (load(*given), given)
        return kept[key][0]

    return loaded


for module, load in ((models.encoder, "load_encoder"), (models.judge, "load_judge_model"), (models.reader, "load_reader")):
    # Each network is loaded once, before others import how.
    setattr(module, load, _once(getattr(module, load)))

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "true"

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "corpus" / "articles"
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def five() -> Path:
    """The five real articles."""
    folder = SHARED / "articles"
    if not folder.is_dir():
        pytest.skip("the five real articles (../shared/articles) are not here")
    return folder


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An index of the sample corpus, by the bundled encoder."""
    from index.build import build
    from models.encoder import load_encoder

    folder = tmp_path_factory.mktemp("sample") / "index"
    build(folder, [SAMPLE], load_encoder(), progress=False)
    yield folder


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A small folder of plain articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, words in (("a", "Apples are red and sweet."), ("b", "Bridges carry trains."), ("c", "Cats sleep by day.")):
        (folder / f"{name}.txt").write_text(f"About {name}\n\n{words} Nobody doubts that.\n", encoding="utf-8")
    return folder


from tests.browsing import browser, port, portal, unending, visit  # noqa: E402, F401 - fixtures; they need what stands above


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new generation is waited for as long as it takes, so that no test depends on how fast this machine is."""
    monkeypatch.setattr("index.opening.PATIENCE_S", 60.0)
