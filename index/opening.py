"""Opens an index for asking, checks that it is sound, and follows it as new generations come."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from corpus.errors import BadInput, IndexMissing, IndexUnsound, UserError
from corpus.splitting import SPLIT
from index.finding import Finder, FolderFinder
from index.generations import (
    GenerationPaths,
    IndexPaths,
    Manifest,
    hold,
    mending_command,
    require_held,
    sha256,
)
from index.rules import NOBODYS, NOTHING, Groups, Hidden, Named, Remembered, Rules
from index.store import Store
from models.choosing import Models
from models.encoder import Encoder, SentenceEncoder, load_encoder

_LOG = logging.getLogger("secondsource.index")
_PARTS = 16
"""Of an index that are kept: of so many readers from whom different things are hidden."""
_TRY_AGAIN_S = 10.0
_IDLE = (
    "A rule of {} names what no article of the new generation is of, so the generation before goes on. The log says which."
)
_MOVED = "{:,} articles stay hidden though no rule of {} names where they lie now. Name the place, or start the server again to show them."
"""Who may not read an article is not told its name here either."""
PATIENCE_S = 1.0
"""That whoever sees a new generation first waits for it; then it is asked of the old one, like everybody else's questions."""
_TRIES = 5
"""Between reading CURRENT and opening the files a build may flip it; then the next generation is opened."""


@dataclass(frozen=True, eq=False)
class Index:
    """One generation, open. It stays whole on disk until `close`, or until nothing refers to it any more.

    whole  the index of which this one shows a part
    """

    manifest: Manifest
    store: Store
    finder: Finder
    descriptor: int
    whole: Index | None = None

    @property
    def folder(self) -> FolderFinder:
        """For those who look into its files. Raises IndexUnsound where it has none."""
        if not isinstance(self.finder, FolderFinder):
            raise IndexUnsound(f"The passages are in {self.manifest.engine}, not in files.")
        return self.finder

    def close(self) -> None:
        os.close(self.descriptor)

    def __del__(self) -> None:
        if self.whole is None:
            with contextlib.suppress(OSError):  # closed already
                os.close(self.descriptor)


def part_of(whole: Index, numbers: frozenset[int], hidden: Hidden = NOTHING) -> Index:
    """The same index as if it did not hold these articles; `hidden`: the same as a filter. Raises IndexUnsound where its files are gone."""
    store = whole.store.without(numbers)
    articles, passages = store.counts()
    oldest, newest = store.date_range()
    manifest = replace(whole.manifest, articles=articles, passages=passages, oldest=oldest, newest=newest)
    return Index(manifest, store, whole.finder.part(store, hidden), whole.descriptor, whole)


def encoder_identity(encoder: Encoder) -> dict[str, Any]:
    """What of an encoder must be the same for vectors to be comparable."""
    return {"name": encoder.name, "sha256": encoder.digest, "dimension": encoder.dimension, "query": "", "passage": ""}


def open_index(folder: Path, encoder: Encoder) -> Index:
    """Opens the current generation.

    Raises IndexMissing where there is none, IndexUnsound where it was made with another encoder or split or is damaged.
    """
    paths = IndexPaths(folder)
    for _ in range(_TRIES):
        generation = paths.require_current()
        try:
            return _open(generation, encoder)
        except FileNotFoundError as error:
            if paths.current_name() == generation.folder.name:
                raise IndexUnsound(f"{error.filename} of the index is missing. Run: {mending_command(folder)}") from error
        except (OSError, sqlite3.DatabaseError) as error:
            raise IndexUnsound(f"{generation.folder} cannot be read ({error}). Run: {mending_command(folder)}") from error
    raise IndexMissing(f"The index in {folder} changes faster than it can be opened. Try again.")


def _open(generation: GenerationPaths, encoder: Encoder) -> Index:
    descriptor = hold(generation)
    try:
        manifest = Manifest.read(generation.manifest)
        refuse_mismatch(manifest, encoder, mending_command(generation.folder.parent))
        if damaged := next(changed_files(generation, manifest), None):
            raise IndexUnsound(f"{damaged} in {generation.folder}. Run: {mending_command(generation.folder.parent)}")
        store = Store(generation.store)
        finder = _finder(generation, manifest, store)
        require_held(generation, descriptor)  # so all that was opened is of the generation that is held
        return Index(manifest, store, finder, descriptor)
    except (RuntimeError, ValueError) as error:  # what faiss and tantivy raise for a damaged file
        os.close(descriptor)
        raise IndexUnsound(
            f"The index in {generation.folder} is damaged. Run: {mending_command(generation.folder.parent)}"
        ) from error
    except BaseException:
        os.close(descriptor)
        raise


def changed_files(generation: GenerationPaths, manifest: Manifest) -> Iterator[str]:
    """What is not as it was built, in words. Every byte is read: native code asked to read what is damaged may end the process,
    and a damaged article could be quoted."""
    found = {str(file.relative_to(generation.folder)): file for file in generation.data_files()}
    for name in sorted(manifest.digests.keys() | found.keys()):
        if name not in found:
            yield f"{name} is missing"
        elif name not in manifest.digests:
            yield f"{name} does not belong to the index"
        elif sha256(found[name]) != manifest.digests[name]:
            yield f"{name} was changed since it was built"


def _finder(generation: GenerationPaths, manifest: Manifest, store: Store) -> Finder:
    """The one that the index was built for; the other is not imported."""
    if not manifest.engine:
        return FolderFinder.open(store, generation.vectors, generation.lexical)
    from index.milvus import MilvusFinder

    return MilvusFinder.open(manifest.engine, generation.turn, manifest.owner)


def refuse_mismatch(manifest: Manifest, encoder: Encoder, mend: str) -> None:
    """Raises IndexUnsound, naming what differs, where the index was made by other means than it would be asked with."""
    expected = encoder_identity(encoder)
    if manifest.encoder != expected:
        made, now = manifest.encoder.get("name"), expected["name"]
        raise IndexUnsound(f"The index was made with the encoder {made}, this is {now}. Run: {mend}")
    if manifest.split != SPLIT.as_json():
        raise IndexUnsound(f"The index was split with {manifest.split}, expected {SPLIT.as_json()}. Run: {mend}")


def opened(folder: Path, models: Models) -> tuple[Index, SentenceEncoder]:
    """The index with the encoder that it is asked with. Raises what `load_encoder` and `open_index` raise."""
    encoder = load_encoder(models.encoder)
    return open_index(folder, encoder), encoder


class LiveIndex:
    """The current generation at every moment. A new one is opened in a thread, once CURRENT leads to another manifest.

    A question keeps the `Index` that it began with; the old generation is let go when its last question ends. Where the new one
    cannot be used, the old one goes on without the articles that are known to be gone; `trouble` says why, "" where there is none.
    """

    def __init__(self, folder: Path, encoder: Encoder, rules: Rules | None = None) -> None:
        """Raises BadInput where the rules name what is not there."""
        self._paths, self._encoder, self._rules = IndexPaths(folder), encoder, rules
        self._remembered = Remembered(rules) if rules else None
        self._empty: frozenset[str] | None = None
        self._shown = self._opened()
        self._one_at_a_time = threading.Lock()
        self._refused = ""
        self._tried = float("-inf")

    @property
    def trouble(self) -> str:
        """Why the current generation is not in use, or what of it is not shown though no rule names it."""
        return self._refused or self._shown.note

    def now(self, groups: Groups = NOBODYS) -> Index:
        """As there is for a member of these groups; without rules all of it for everybody. May take as long as counting does: not for an event loop."""
        if (
            not self._is_current()
            and time.monotonic() - self._tried > _TRY_AGAIN_S
            and self._one_at_a_time.acquire(blocking=False)
        ):
            self._follow_in_a_thread()
        return self._shown.part(groups)

    def _is_current(self) -> bool:
        try:
            current = self._paths.leads_to(self._shown.index.descriptor)
        except UserError:
            return False
        if current and self._refused:
            self._shown, self._refused, self._tried = self._shown.without(frozenset()), "", float("-inf")
        return current

    def _follow_in_a_thread(self) -> None:
        opening = threading.Thread(target=self._follow, daemon=True)
        try:
            opening.start()
        except RuntimeError:  # the system has no thread left; the next question tries again
            self._one_at_a_time.release()
            return
        opening.join(PATIENCE_S)

    def _follow(self) -> None:
        """What could not be opened is tried again after a while, since it may be copied here right now."""
        try:
            if not self._is_current():  # it may have been opened while this began
                self._shown, self._refused, self._tried = self._opened(), "", float("-inf")
        except UserError as error:
            told = _IDLE.format(self._rules.file) if self._rules and isinstance(error, BadInput) else str(error)
            if told != self._refused:
                _LOG.warning("The current index is not used: %s", error)
            self._tried, self._refused = time.monotonic(), told
            if (present := self._paths.ids_present()) is not None:
                self._shown = self._shown.without(self._shown.index.store.numbers_but(present))
        finally:
            self._one_at_a_time.release()

    def _opened(self) -> _Shown:
        index = open_index(self._paths.folder, self._encoder)
        if self._rules is None or self._remembered is None:
            return _Shown(index, None, {})
        self._empty = self._rules.refuse_idle(index.store, index.manifest.sources, self._empty)
        named, moved = self._remembered.named(index.store)
        return _Shown(index, self._rules, named, note=_MOVED.format(moved, self._rules.file) if moved else "")


class _Shown:
    """One generation, with what of it there is for whom. `gone`: articles that are there for nobody, by number."""

    def __init__(
        self, index: Index, rules: Rules | None, named: Mapping[Named, frozenset[int]], gone: frozenset[int] = frozenset(),
        note: str = "",
    ) -> None:  # fmt: skip
        self.index, self.note = index, note
        self._rules, self._named, self._gone = rules, named, gone
        # Of a method it would hold this object, and so the generation, until Python looks for circles.
        self._part = lru_cache(maxsize=_PARTS)(partial(_part_for, index, named))

    def without(self, gone: frozenset[int]) -> _Shown:
        return self if gone == self._gone else _Shown(self.index, self._rules, self._named, gone, self.note)

    def part(self, groups: Groups) -> Index:
        hidden = self._rules.hidden(groups) if self._rules else NOTHING
        return self._part(replace(hidden, articles=self._gone))


def _part_for(index: Index, named: Mapping[Named, frozenset[int]], hidden: Hidden) -> Index:
    numbers = hidden.numbers(named)
    return part_of(index, numbers, hidden) if numbers else index


def problems(folder: Path, encoder: Encoder) -> Iterator[str]:
    """What is wrong with the index, in sentences; nothing when it is sound. Raises as `open_index` does."""
    generation = IndexPaths(folder).require_current()
    changed = list(changed_files(generation, Manifest.read(generation.manifest)))
    yield from changed
    if not changed:
        yield from _miscounts(open_index(folder, encoder))


def _miscounts(index: Index) -> Iterator[str]:
    """Compares the counts of all parts, and each passage's span with its article."""
    if not index.store.sound():
        yield "articles.sqlite is damaged"
        return
    articles, passages = index.store.counts()
    counted = {
        "articles": (articles, index.manifest.articles),
        "passages": (passages, index.manifest.passages),
        **{what: (count, passages) for what, count in index.finder.counts().items()},
    }
    for what, (actual, expected) in counted.items():
        if actual != expected:
            yield f"{actual:,} {what}, expected {expected:,}"
    missing = index.finder.missing(index.store.all_passage_numbers())
    for row in index.store.all_passages():
        if row.number in missing:
            yield f"passage {row.number} has no vector"
        elif row.span.end > len(index.store.article(row.article).text):
            yield f"passage {row.number} ends behind its article"
