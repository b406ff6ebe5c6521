"""Shared paths and engines. Data outside the project is used when it is there; a skip says when it is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
