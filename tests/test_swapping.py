"""Build after build while twenty clients ask: no answer fails, and none mixes generations. bench/swaps.py looks at memory."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.build import build
from index.opening import LiveIndex
from retriever.request import make_request
from retriever.search import search
from tests.fakes import WordEncoder

pytestmark = pytest.mark.long

SWAPS = 12


def write(folder: Path, turn: int) -> None:
    """Every article says which turn it is of."""
    folder.mkdir(exist_ok=True)
    for n in range(8):
        text = (
            f"About {n}\n\nThe bridge number {n} was opened in turn {turn} of the works. Nobody counted its {n * 3} lamps.\n"
        )
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")


def test_no_answer_fails_or_mixes_generations(tmp_path: Path) -> None:
    write(tmp_path / "in", 0)
    build(tmp_path / "index", [tmp_path / "in"], WordEncoder(), progress=False)
    live, encoder = LiveIndex(tmp_path / "index", WordEncoder()), WordEncoder()
    ended, seen = threading.Event(), set()
    wrong: list[object] = []

    def client(number: int) -> None:
        while not ended.is_set():
            try:
                index = live.now()
                hits = search(index, encoder, make_request({"question": f"Which bridge has number {number % 8}?"}), 5)
                turns = {text.split("turn ")[1].split()[0] for h in hits if "turn " in (text := h.passage.text)}
                if len(turns) != 1 or any(h.article.text != index.store.article_by_id(h.article.id).text for h in hits):  # type: ignore[union-attr]
                    wrong.append((index.manifest.generation, turns))
                seen.add(index.manifest.generation)
            except Exception as error:
                wrong.append(repr(error))

    clients = [threading.Thread(target=client, args=(n,), daemon=True) for n in range(20)]
    for one in clients:
        one.start()
    for turn in range(1, SWAPS + 1):
        write(tmp_path / "in", turn)
        build(tmp_path / "index", [], WordEncoder(), progress=False)
    ended.set()
    for one in clients:
        one.join(30)
    assert wrong == []
    assert len(seen) > SWAPS / 3
    assert live.now().manifest.generation == f"g{SWAPS + 1:06d}"
    assert len(list((tmp_path / "index").glob("g*"))) <= 2
