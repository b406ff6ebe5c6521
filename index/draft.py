"""A generation being written: articles are brought in line with the files, cleaned, split, and their words taken.

First every article that is new or changed is read. Only when all are known it can be told which lines stand on many pages of an
outlet; then the new ones are split, and those around which that changed are read once more.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tqdm import tqdm

from corpus.files import Skipped, Source, each_once, find_files, read_article, read_sources
from corpus.furniture import furniture_share, is_kept_whole
from corpus.online import is_address
from corpus.splitting import split, title_context
from corpus.template import short_lines, templates, without_template
from index.generations import GenerationPaths, IndexPaths, Manifest
from index.lexical import LexicalWriter, copy_lexical
from index.store import Known, PassageRow, Store
from index.vectors import write_vectors
from models.encoder import Encoder, Vectors

_KEPT = "stays as it was read before, and is quoted, until its file can be read again or is gone"


@dataclass(frozen=True)
class Draft:
    """What is written, and what is to be told of it. `moved`: articles that come from elsewhere now."""

    paths: GenerationPaths
    store: Store
    keeper: Keeper
    known: dict[str, Known]
    furniture: dict[str, float] = field(default_factory=dict)
    kept_whole: list[str] = field(default_factory=list)
    notes: list[Skipped] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)


class Keeper(Protocol):
    """Keeps passages so that they are found. Nothing is found before the generation is named."""

    def add(self, passages: Iterable[tuple[int, str]], title: str) -> None:
        """(number, text) pairs of one article."""
        ...

    def remove(self, numbers: Sequence[int]) -> None: ...

    def fresh(self, store: Store) -> list[PassageRow]:
        """The passages of which it needs the vectors."""
        ...

    def keep(self, store: Store, rows: Sequence[PassageRow], vectors: Vectors) -> None:
        """vectors: (len(rows), dimension) float32, of length 1"""
        ...

    def finish(self, passages: int) -> None: ...

    def abandon(self) -> None:
        """Ends what is at work; after `finish` there is nothing to do."""
        ...


class FolderKeeper:
    """In the generation's own files. `before`: the vectors of the generation whose numbers it keeps; None where it began empty."""

    def __init__(self, paths: GenerationPaths, before: Path | None) -> None:
        self._paths, self._before = paths, before
        self._lexical = LexicalWriter(paths.lexical)
        self.add, self.remove, self.abandon = self._lexical.add, self._lexical.remove, self._lexical.abandon

    def fresh(self, store: Store) -> list[PassageRow]:
        return list(store.all_passages())

    def keep(self, store: Store, rows: Sequence[PassageRow], vectors: Vectors) -> None:
        write_vectors(self._paths.vectors, [row.number for row in rows], vectors, self._before)

    def finish(self, passages: int) -> None:
        self._lexical.finish()


def draft_of(index: IndexPaths, name: str, base: Manifest | None, current: Manifest | None, engine: str) -> Draft:
    """A folder to write in: a copy of the base generation, or an empty one. `current`: what an engine holds now."""
    paths = GenerationPaths(index.folder / f"{name}.building")
    paths.folder.mkdir()
    if base is not None:
        shutil.copyfile(index.generation(base.generation).store, paths.store)
    store = Store(paths.store, writable=True)
    keeper = _in_milvus(index, engine, paths, base, current) if engine else _in_files(index, paths, base)
    return Draft(paths, store, keeper, store.known())


def _in_files(index: IndexPaths, paths: GenerationPaths, base: Manifest | None) -> FolderKeeper:
    old = index.generation(base.generation) if base is not None else None
    if old is not None:
        copy_lexical(old.lexical, paths.lexical)
    return FolderKeeper(paths, old.vectors if old is not None else None)


def _in_milvus(
    index: IndexPaths, engine: str, paths: GenerationPaths, base: Manifest | None, current: Manifest | None
) -> Keeper:
    from index.milvus import Collection, MilvusKeeper

    before: dict[int, tuple[str, ...]] = {}
    if current is not None and current.engine == engine:
        store = Store(index.generation(current.generation).store)
        places = {number: places for number, places, _ in store.whereabouts()}
        before = {row.number: places[row.article] for row in store.all_passages()}
    return MilvusKeeper(Collection(engine), paths.turn, before, same=base is not None)


@dataclass(frozen=True)
class Found:
    """The files under some folders, and what is kept of addresses."""

    files: list[tuple[str, Path]]
    skipped: list[Skipped]
    addresses: list[str]
    web: Path

    @staticmethod
    def under(sources: Sequence[str], index: IndexPaths) -> Found:
        """Whatever lies in the index's own folder is none. Raises BadInput naming every folder that does not exist."""
        folders = [Path(source) for source in sources if not is_address(source)]
        found = list(find_files(folders, but=index.folder))
        return Found(
            [f for f in found if not isinstance(f, Skipped)], [f for f in found if isinstance(f, Skipped)],
            [source for source in sources if is_address(source)], index.web,
        )  # fmt: skip

    def articles(self) -> Iterator[Source | Skipped]:
        """Raw; each time that it is called they are read again."""
        yield from each_once(itertools.chain(read_sources(self.files), self._pages()))

    def _pages(self) -> Iterator[Source | Skipped]:
        if self.addresses:
            from corpus.online.kept import fetched

            yield from fetched(self.web, self.addresses)


def take_articles(draft: Draft, found: Found, encoder: Encoder, progress: bool) -> list[Skipped]:
    """Brings store and words in line with what was found; an article of a file that cannot be opened now is kept."""
    with tqdm(desc="Reading", unit=" articles", disable=not progress, leave=False) as bar:
        new, skipped = _take_new(draft, found, bar)
    again = _settle(draft, new, encoder)
    if again:
        sources = [s for s in found.articles() if isinstance(s, Source) and s.id in again]
        _settle(draft, {number for s in sources if isinstance(number := _take(draft, s), int)}, encoder)
    return skipped


def _take_new(draft: Draft, found: Found, bar: tqdm[None]) -> tuple[set[int], list[Skipped]]:
    """Reads what is new or changed, and forgets what is gone; the numbers of what is not yet settled."""
    new: set[int] = set()
    seen: set[str] = set()
    skipped = list(found.skipped)
    for source in found.articles():
        bar.update()
        taken = source if isinstance(source, Skipped) else None if _is_known(draft, source) else _take(draft, source)
        if isinstance(taken, Skipped):
            skipped.append(taken)
            continue
        if taken is not None:
            new.add(taken)
        assert isinstance(source, Source)
        seen.add(source.id)
    unreadable = [Path(s.unreadable_file) for s in skipped if s.unreadable_file]
    for id_, old in draft.known.items():
        if id_ in seen:
            continue
        if any(Path(old.file).is_relative_to(path) for path in unreadable):
            draft.notes.append(Skipped(id_, _KEPT))
        else:
            _forget(draft, old.number)
    return new, skipped


def _is_known(draft: Draft, source: Source) -> bool:
    """True where the article is there already; where it comes from elsewhere now, that is noted."""
    old = draft.known.get(source.id)
    if old is None or old.digest != source.digest:
        return False
    if (old.file, old.beside) != (source.file, source.beside):
        draft.store.move(old.number, source)
        draft.moved.append(source.id)
    return True


def _take(draft: Draft, source: Source) -> int | Skipped:
    """Reads and stores one article instead of what was there of it; its number."""
    article = read_article(source, draft.notes.append)
    if isinstance(article, Skipped):
        return article
    if (old := draft.known.get(source.id)) is not None:
        _forget(draft, old.number)
    return draft.store.put(article, source)


def _forget(draft: Draft, number: int) -> None:
    draft.keeper.remove([row.number for row in draft.store.passages_of([number])])
    draft.store.remove(number)


def _settle(draft: Draft, new: set[int], encoder: Encoder) -> set[str]:
    """Completes what is new; the ids of the others of which other lines are their outlet's now."""
    lines_of = templates((page.outlet, page.text) for page in draft.store.pages())
    again: set[str] = set()
    lines: dict[int, frozenset[str]] = {}
    for page in draft.store.pages():
        shared = lines_of[page.outlet]
        held = frozenset(shared & short_lines(page.text)) if shared else shared
        if page.number in new:
            lines[page.number] = held
        elif _told(held) != page.template:
            again.add(page.id)
    following = draft.store.last_passage() + 1
    for number, held in lines.items():
        following += _complete(draft, number, held, following, encoder)
    return again


def _told(lines: frozenset[str]) -> str:
    return "\n".join(sorted(lines))


def _complete(draft: Draft, number: int, lines: frozenset[str], first: int, encoder: Encoder) -> int:
    """Splits one article and takes its words; returns how many passages it has."""
    article = without_template(draft.store.article(number), lines)
    draft.store.settle(number, article, _told(lines))
    if share := furniture_share(article.text, article.furniture):
        draft.furniture[article.id] = round(share, 3)
    if is_kept_whole(article.text):
        draft.kept_whole.append(article.id)
    passages = split(article, encoder)
    context = title_context(article.title, encoder)
    contents = [content_digest(encoded_text(context, p.text)) for p in passages]
    draft.store.put_passages(number, passages, contents, first)
    draft.keeper.add(((first + n, p.text) for n, p in enumerate(passages)), article.title)
    return len(passages)


def encoded_text(title: str, passage: str) -> str:
    """What the encoder is given for a passage."""
    return f"{title}\n{passage}"


def content_digest(text: str) -> bytes:
    """Tells two texts that are encoded apart."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
