"""The law of index/rules.py: what a rule hides stays hidden whatever happens to the index. Random sequences of such events."""

from __future__ import annotations

import json
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from corpus.errors import UserError
from corpus.online import Refreshed
from corpus.online.kept import _opened
from index.build import build
from index.opening import LiveIndex
from index.rules import folded_outlet, folders_of, read_rules
from retriever.request import make_request
from retriever.search import search
from tests.fakes import WordEncoder

OUTLET = "Zürich Board"
FEEDS = ["http://feeds.example/open.xml", "http://feeds.example/shut.xml"]
RULES = f'header = "X"\n[groups.board]\nfolders = ["in/board"]\noutlets = ["{OUTLET}"]\nsources = ["{FEEDS[1]}"]\n'
KINDS = [
    "CURRENT",
    "manifest.json",
    "articles.sqlite",
    "vectors.faiss",
    "lexical/meta.json",
    "lexical/*.store",
    "lexical/*.idx",
]
FORMS: list[Literal["NFC", "NFD", "NFKC", "NFKD"]] = ["NFC", "NFD", "NFKC", "NFKD"]
UNSEEN = st.sampled_from(["", "\u200b", "\u00ad", "\u2060", "\ufe0f", "\u034f", "\u3164", "\u202e", "\U000e0041"])


@st.composite
def outlets(draw: st.DrawFn) -> str:
    """The outlet's name as somebody could write it."""
    form = draw(st.sampled_from(FORMS))
    name = draw(st.sampled_from([OUTLET, OUTLET.upper(), OUTLET.replace("B", "\uff22"), OUTLET.replace(" ", " \u00a0 ")]))
    return "".join(c + draw(UNSEEN) for c in unicodedata.normalize(form, name))


class Events(RuleBasedStateMachine):
    """A reader in no group asks all the while. What only the board may read holds the word "xandria", and nothing else does."""

    def __init__(self) -> None:
        super().__init__()
        self._place = Path(tempfile.mkdtemp())
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr("index.build._refresh", lambda *_, **__: Refreshed())  # the web lies in web.sqlite already
        self._patch.setattr("index.opening._TRY_AGAIN_S", -1.0)
        self._patch.setattr("index.opening.PATIENCE_S", 60.0)
        self._in, self._index, self._written = self._place / "in", self._place / "index", 0
        self._away = 0

    @initialize()
    def begin(self) -> None:
        (self._place / "rules.toml").write_text(RULES, encoding="utf-8")
        for folder in ("open", "board"):
            (self._in / folder).mkdir(parents=True)
            self._write(self._in / folder / "first.txt", secret=folder == "board")
        self._line(OUTLET)
        self._list(shut=True)
        self.build()
        self._live = LiveIndex(self._index, WordEncoder(), read_rules(self._place / "rules.toml"))

    def teardown(self) -> None:
        self._patch.undo()
        shutil.rmtree(self._place, ignore_errors=True)

    # --- what is written -------------------------------------------------------------------------------------------

    def _text(self, *, secret: bool) -> str:
        self._written += 1
        what = f"The xandria deal number {self._written}" if secret else f"The ferry number {self._written}"
        return f"{what} was signed by the harbour office on that day."

    def _write(self, file: Path, *, secret: bool) -> None:
        file.write_text(f"About it\n\n{self._text(secret=secret)}\n", encoding="utf-8")

    def _line(self, publisher: str) -> None:
        with (self._in / "open" / "lines.jsonl").open("a", encoding="utf-8") as file:
            line = {"text": self._text(secret=True), "id": str(self._written), "publisher": publisher}
            file.write(json.dumps(line) + "\n")

    def _list(self, *, shut: bool) -> None:
        """A page that the open feed lists, and the other one too."""
        self._index.mkdir(exist_ok=True)
        text = self._text(secret=shut)
        page = f"http://feeds.example/{self._written}"
        with closing(_opened(self._index / "web.sqlite")) as kept:
            row = (page, page, f"About it\n\n{text}".encode(), "text/plain", "utf-8", "", "", "")
            kept.execute("INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            for feed in FEEDS[: 1 + shut]:
                kept.execute("INSERT INTO listed VALUES (?, ?, '{}')", (feed, page))

    @rule(secret=st.booleans())
    def write(self, secret: bool) -> None:
        folder = self._in / ("board" if secret else "open")
        folder.mkdir(exist_ok=True)
        self._write(folder / f"{self._written}.txt", secret=secret)

    @rule(publisher=outlets())
    def publish(self, publisher: str) -> None:
        self._line(publisher)

    @rule(shut=st.booleans())
    def list_page(self, shut: bool) -> None:
        self._list(shut=shut)

    def _files(self) -> list[Path]:
        return sorted(self._in.glob("*/*.txt"))

    @precondition(lambda self: self._files())
    @rule(data=st.data())
    def link(self, data: st.DataObject) -> None:
        link = self._in / "open" / f"link{self._written}.txt"
        with suppress(FileExistsError):
            link.symlink_to(data.draw(st.sampled_from(self._files())))

    @precondition(lambda self: self._files())
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self._files())).unlink()

    @rule()
    def rename_the_hidden_folder(self) -> None:
        """The server has seen all that is in it: nobody can know where an article lay that was never indexed."""
        self.build()
        self.nobody_outside_is_told()
        with suppress(FileNotFoundError):
            if self._live._is_current():
                self._away += 1
                (self._in / "board").rename(self._in / f"council{self._away}")

    @rule()
    def take_it_back(self) -> None:
        if not (self._in / "board").exists() and (others := sorted(self._in.glob("council*"))):
            others[0].rename(self._in / "board")

    # --- what happens to the index ---------------------------------------------------------------------------------

    @rule(rebuild=st.booleans())
    def build(self, rebuild: bool = False) -> None:
        with suppress(UserError):
            build(self._index, [self._in, *FEEDS], WordEncoder(), rebuild=rebuild, progress=False)

    @rule(away=st.booleans())
    def throw_the_index_away(self, away: bool) -> None:
        """The pages of the web are fetched anew, as from a host that still gives them."""
        kept = (self._index / "web.sqlite").read_bytes()
        if away:
            self._index.rename(self._place / f"away{self._written}-{len(list(self._place.iterdir()))}")
        else:
            shutil.rmtree(self._index)
        self._index.mkdir()
        (self._index / "web.sqlite").write_bytes(kept)

    @rule(kind=st.sampled_from(KINDS), how=st.sampled_from(["gone", "cut", "a folder", "another"]))
    def damage(self, kind: str, how: str) -> None:
        """Of a generation that nobody has opened yet, or the name of it."""
        with suppress(OSError, UserError):
            self.write(secret=False)
            self.build()
            current = self._index / (self._index / "CURRENT").read_text().strip()
            file = (
                self._index / "CURRENT" if kind == "CURRENT" else min(current.glob(kind), default=current / "manifest.json")
            )
            text = file.read_bytes()
            file.unlink()
            if how == "a folder":
                file.mkdir()
            elif how != "gone":
                file.write_bytes(text[: len(text) // 2] if how == "cut" else b"g000001\n")

    @rule()
    def mend(self) -> None:
        with suppress(OSError):
            (self._index / "CURRENT").rmdir()
        self.build(rebuild=True)

    @precondition(lambda self: not list(self._in.glob("council*")))
    @rule()
    def start_again(self) -> None:
        """What was moved while the server ran is forgotten, as `docs/intranet.md` tells."""
        with suppress(UserError):
            self._live = LiveIndex(self._index, WordEncoder(), read_rules(self._place / "rules.toml"))

    # --- what is told ----------------------------------------------------------------------------------------------

    @invariant()
    def nobody_outside_is_told(self) -> None:
        if not hasattr(self, "_live"):
            return
        with suppress(UserError):
            told = list(_everything(self._live))
            assert not [text for text in told if "xandria" in text.lower()]


def _everything(live: LiveIndex) -> Iterator[str]:
    index = live.now()
    yield live.trouble
    for article in index.store.articles():
        yield f"{article.id} {article.text} {article.publisher}"
    request = make_request({"question": "Which xandria deal was signed?"})
    for hit in search(index, WordEncoder(), request, 20, collapse=False):
        yield hit.passage.text
    assert index.manifest.articles == index.store.counts()[0]


TestEvents = Events.TestCase
TestEvents.settings = settings(max_examples=12, stateful_step_count=12)


@given(outlets())
def test_an_outlet_is_known_however_it_is_written(name: str) -> None:
    assert folded_outlet(name) == folded_outlet(OUTLET)


@given(st.text(max_size=30))
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert folded_outlet(folded_outlet(text)) == folded_outlet(text)


def test_a_place_is_known_however_it_is_written() -> None:
    assert folders_of("/in/Zu\u0308rich\u200b/a.txt")[1] == folders_of("/in/Zürich")[0]
    assert folders_of("HTTP://Feeds.Example:80/a#b") == ("http://feeds.example/a",)
    assert folders_of("http://feeds.example/A") != folders_of("http://feeds.example/a")
