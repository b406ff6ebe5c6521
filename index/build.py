"""Builds the next generation beside the current one, then flips CURRENT.

A build may be killed at any moment: the current generation is never touched, and vectors that were ready are found
again in the cache. Only text that changed is cleaned, split and encoded.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import numpy as np
from tqdm import tqdm

import corpus
from corpus.errors import BadInput, DiskTrouble, UserError
from corpus.files import KINDS, Skipped
from corpus.online import Manners, Refreshed, is_address
from corpus.splitting import SPLIT, title_context
from index import copies
from index.cache import VectorCache
from index.copy_groups import group_copies
from index.draft import Found, draft_of, encoded_text, take_articles
from index.generations import (
    FORMAT,
    GenerationPaths,
    IndexPaths,
    Manifest,
    building,
    is_intact,
    remembered_sources,
    remove_killed_builds,
    remove_old_generations,
    replace_durably,
    sha256,
    switch_to,
    sync_file,
    sync_folder,
)
from index.opening import encoder_identity
from index.store import Known, PassageRow, Store
from index.vectors import VectorIndex
from models.encoder import Encoder, Vectors

_WINDOW = 4_096
"""Passages that are sorted by length and encoded together; what is ready is kept after each."""


@dataclass
class Report:
    """What a build did, by article id; `skipped` with the reasons; of the articles that were cleaned now

    furniture   the share of its words that was left out as page furniture or front matter, where some was
    kept_whole  those that looked like furniture for the most part, of which nothing was left out
    notes       what could not be read of some, such as a broken front matter
    """

    generation: str = ""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    furniture: dict[str, float] = field(default_factory=dict)
    kept_whole: list[str] = field(default_factory=list)
    notes: list[Skipped] = field(default_factory=list)
    passages: int = 0
    encoded: int = 0

    @property
    def nothing_new(self) -> bool:
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True)
class Means:
    """With what a build works.

    manners  how pages of the web are asked for
    engine   where passages are kept, as in a manifest; None: where they are now
    cluster  encodes instead of this machine
    """

    manners: Manners = field(default_factory=Manners)
    engine: str | None = None
    cluster: Cluster | None = None


@dataclass(frozen=True)
class _Job:
    """One build. `base`: the generation that it goes on from; `current`: the one in use, of which vectors are taken over.

    owner     the stamp of this index on a collection
    replaces  the stamp of another's collection that it may drop
    """

    index: IndexPaths
    sources: list[str]
    encoder: Encoder
    base: Manifest | None
    current: Manifest | None
    engine: str
    owner: str
    replaces: str | None
    cluster: Cluster | None
    progress: bool


def build(
    folder: Path, paths: Sequence[Path | str], encoder: Encoder, *, rebuild: bool = False,
    allow_empty: bool = False, progress: bool = True, means: Means | None = None,
) -> Report:  # fmt: skip
    """Makes the index hold exactly the articles under `paths` (without paths: the remembered ones).

    A path may be an address of the web (https://...).

    Raises BadInput for paths that hold no article, unless that is allowed, IndexBusy when another build is at work, DiskTrouble when the disk
    refuses; the current generation then stays as it was.
    """
    index, means = IndexPaths(folder), means or Means()
    with _told_of_the_disk(folder), building(index):
        current = _manifest(index)
        sources = [_absolute(str(path)) for path in paths] or remembered_sources(folder)
        if not sources:
            raise BadInput("No articles to index: name files or folders, as in `secondsource index articles/`.")
        remove_killed_builds(index)
        engine = means.engine if means.engine is not None else current.engine if current else ""
        sound = current if current and is_intact(index.generation(current.generation), current) else None
        base = sound if sound and not rebuild and sound.engine == engine and _same_means(sound, encoder) else None
        told = _refresh(index, sources, means.manners, again=rebuild, progress=progress)
        owner = current.owner if current and engine and current.engine == engine else uuid4().hex if engine else ""
        replaces = _foreign(engine, owner, rebuild=rebuild) if engine else None
        job = _Job(index, sources, encoder, base, sound, engine, owner, replaces, means.cluster, progress)
        return _build(job, told, allow_empty=allow_empty)


def _foreign(engine: str, owner: str, *, rebuild: bool) -> str | None:
    """The stamp of a collection that belongs to another index. Raises BadInput where it is not to be replaced."""
    from index.milvus import Collection

    if (found := Collection(engine).owner()) in (None, owner):
        return None
    if not rebuild:
        raise BadInput(f"{engine} is there already, and not of this index. Name another, or say --rebuild to replace it.")
    return found


def _make_ready(job: _Job) -> None:
    """The collection as the current generation needs it, whatever a build that was cut off left."""
    from index.milvus import Collection

    collection = Collection(job.engine)
    goes_on = job.current is not None and job.current.owner == job.owner
    if not goes_on and collection.owner() in (job.owner, job.replaces):
        collection.drop()
    collection.make(job.encoder.dimension, job.owner)
    if goes_on and job.current is not None:
        current = job.index.generation(job.current.generation).turn
        # A replica may be one generation behind; of those that share the folder, each holds its own.
        collection.tidy(current, min(current - 1, *(generation.turn for generation in job.index.generations())))


def _absolute(source: str) -> str:
    return source if is_address(source) else str(Path(source).resolve())


def _refresh(index: IndexPaths, sources: Sequence[str], manners: Manners, *, again: bool, progress: bool) -> Refreshed:
    """Brings what is kept of the web in line with it; where no address is given, nothing of ours that fetches is loaded."""
    addresses = [source for source in sources if is_address(source)]
    missing = [source for source in sources if not is_address(source) and not Path(source).exists()]
    if not addresses or missing:
        return Refreshed()
    from corpus.online.kept import refresh

    return refresh(index.web, addresses, manners, again=again, progress=progress)


def _build(job: _Job, told: Refreshed, *, allow_empty: bool) -> Report:
    # 1. Read and compare; write what changed into a copy of the base.
    index, base = job.index, job.base
    name = index.next_name()
    draft = draft_of(index, name, base, job.current, job.engine)
    try:
        skipped = [*told.skipped, *take_articles(draft, Found.under(job.sources, index), job.encoder, job.progress)]
        known = draft.store.known()
        report = _report(name, _known_before(index, job.current), known, skipped)
        report.furniture, report.kept_whole, report.notes = draft.furniture, draft.kept_whole, [*told.notes, *draft.notes]
        articles, report.passages = draft.store.counts()
        if articles == 0 and not allow_empty:
            raise BadInput(_nothing_found(job.sources, report, job.current))
        if base is not None and report.nothing_new and not draft.moved and base.sources == job.sources:
            report.generation = base.generation
            draft.keeper.abandon()
            shutil.rmtree(draft.paths.folder)
            report.notes += _remove_rests(index)  # a build that was killed behind its end may have left some
            return report
        # 2. Encode what has no vector yet.
        rows = draft.keeper.fresh(draft.store)
        vectors = _vectors_of(job, rows, draft.store, report)
        if job.engine:
            _make_ready(job)
        draft.keeper.keep(draft.store, rows, vectors)
        # 3. Compare what may be copied.
        group_copies(draft.store, job.progress)
        # 4. Finish: words, store, manifest last; then flip.
        draft.keeper.finish(report.passages)
        oldest, newest = draft.store.date_range()
        draft.store.finish()
        files = draft.paths.data_files()
        for file in files:
            sync_file(file)
        digests = {str(file.relative_to(draft.paths.folder)): sha256(file) for file in files}
        Manifest(
            name, encoder_identity(job.encoder), SPLIT.as_json(), preparation(), job.sources,
            articles, report.passages, oldest, newest, digests, job.engine, job.owner,
        ).write(draft.paths.manifest)  # fmt: skip
        sync_folder(draft.paths.folder)
        replace_durably(index.present, json.dumps(sorted(known), ensure_ascii=False))
        switch_to(index, draft.paths.folder, name)
    except BaseException:
        draft.keeper.abandon()
        shutil.rmtree(draft.paths.folder, ignore_errors=True)
        raise
    report.notes += _remove_rests(index)
    return report


def _remove_rests(index: IndexPaths) -> Iterator[Skipped]:
    """What a build that is done needs no more. What cannot be removed is told: the new generation is in use all the same."""
    left = remove_old_generations(index)
    try:
        index.cache.unlink(missing_ok=True)
    except OSError as error:
        left[str(index.cache)] = error
    for where, refused in left.items():
        yield Skipped(where, f"is not needed any more, and cannot be removed ({refused.strerror})")


def _manifest(index: IndexPaths) -> Manifest | None:
    """The current manifest, also of an older format whose vectors can be used; None where there is none, which means building from nothing."""
    try:
        name = index.current_name()
        return Manifest.read(index.generation(name).manifest, for_vectors=True) if name else None
    except UserError:
        return None


def _known_before(index: IndexPaths, current: Manifest | None) -> dict[str, Known]:
    if current is None or not (file := index.generation(current.generation).store).exists():
        return {}
    try:
        return Store(file).known()
    except sqlite3.DatabaseError:
        return {}


def _report(name: str, before: dict[str, Known], after: dict[str, Known], skipped: list[Skipped]) -> Report:
    """What is new against the generation before."""
    both = before.keys() & after.keys()
    changed = sorted(id_ for id_ in both if _version(before[id_]) != _version(after[id_]))
    return Report(
        generation=name,
        added=sorted(after.keys() - both),
        changed=changed,
        removed=sorted(before.keys() - both),
        unchanged=len(both) - len(changed),
        skipped=skipped,
    )


def _version(known: Known) -> tuple[bytes, str]:
    return known.digest, known.template


def _same_means(manifest: Manifest, encoder: Encoder) -> bool:
    return (
        manifest.format == FORMAT
        and manifest.encoder == encoder_identity(encoder)
        and manifest.split == SPLIT.as_json()
        and manifest.preparation == preparation()
    )


def preparation() -> str:
    """Digest of the code that cleans, splits and takes fingerprints: when it changes, every article is read again."""
    folder = Path(corpus.__file__).parent
    digest = hashlib.sha256()
    for file in [*sorted(folder.glob("*.py")), Path(copies.__file__)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _vectors_of(job: _Job, rows: Sequence[PassageRow], store: Store, report: Report) -> Vectors:
    """A vector for each passage: from the current generation, from the cache of a cut-off build, or encoded now."""
    index, encoder, current = job.index, job.encoder, job.current
    vectors = np.empty((len(rows), encoder.dimension), dtype=np.float32)
    ready = np.zeros(len(rows), dtype=bool)
    if current is not None and current.encoder == encoder_identity(encoder):
        old = index.generation(current.generation)
        _take_old_vectors(old, current.engine, [row.content for row in rows], vectors, ready)
    with VectorCache(index.cache, encoder.digest, encoder.dimension) as cache:
        for at, row in enumerate(rows):
            if not ready[at] and (kept := cache.get(row.content)) is not None:
                vectors[at], ready[at] = kept, True
        pending: dict[bytes, list[int]] = {}
        for at in np.flatnonzero(~ready).tolist():
            pending.setdefault(rows[at].content, []).append(at)
        report.encoded = len(pending)
        contents = list(pending)
        windows = [contents[begin : begin + _WINDOW] for begin in range(0, len(contents), _WINDOW)]
        texts = ([_text_of(store, rows[pending[c][0]].number, encoder) for c in window] for window in windows)
        with tqdm(total=len(pending), desc="Encoding", unit=" passages", disable=not job.progress) as bar:
            for window, encoded in zip(windows, _encoded(texts, encoder, job.cluster, bar), strict=True):
                cache.put(window, encoded)
                for content, vector in zip(window, encoded, strict=True):
                    vectors[pending[content]] = vector
    return vectors


class Cluster(Protocol):
    """Machines that encode together (index/spreading.py)."""

    def encode(self, windows: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """The vectors of each window, in order."""
        ...


def _encoded(
    windows: Iterable[Sequence[str]], encoder: Encoder, cluster: Cluster | None, bar: tqdm[None]
) -> Iterator[Vectors]:
    if cluster is None:
        yield from (encoder.encode_many(window, bar.update) for window in windows)
        return
    for vectors in cluster.encode(windows):
        bar.update(len(vectors))
        yield vectors


def _text_of(store: Store, number: int, encoder: Encoder) -> str:
    row = store.passages([number])[number]
    article = store.article(row.article)
    return encoded_text(title_context(article.title, encoder), row.span.of(article.text))


def _take_old_vectors(
    old: GenerationPaths, engine: str, contents: Sequence[bytes], vectors: Vectors, ready: np.ndarray
) -> None:
    """Fills in the vectors that the current generation has for the same content."""
    wanted = set(contents)
    try:
        by_content = {row.content: row.number for row in Store(old.store).all_passages() if row.content in wanted}
        kept = _old_vectors(old, engine, sorted(by_content.values()))
    except (RuntimeError, sqlite3.DatabaseError):
        return  # a damaged generation gives nothing; everything is encoded again
    for at, content in enumerate(contents):
        if (vector := kept.get(by_content.get(content, -1))) is not None:
            vectors[at], ready[at] = vector, True


def _old_vectors(old: GenerationPaths, engine: str, numbers: Sequence[int]) -> dict[int, Vectors]:
    if engine:
        from index.milvus import Collection

        return Collection(engine).vectors(numbers, old.turn)
    index = VectorIndex(old.vectors)
    position = {number: at for at, number in enumerate(index.numbers().tolist())}
    there = [number for number in numbers if number in position]
    if not there:
        return {}
    return dict(zip(there, index.rows(np.array([position[n] for n in there], dtype=np.int64)), strict=True))


def _nothing_found(sources: Sequence[str], report: Report, current: Manifest | None) -> str:
    kept = f" The index keeps its {current.articles:,} articles; to empty it, say --allow-empty." if current else ""
    where = ", ".join(sources)
    reasons = "".join(f"\n  {s.where}: {s.reason}" for s in report.skipped[:20])
    return f"No articles found in {where}: expected files with text that end in {', '.join(KINDS)}.{kept}{reasons}"


@contextmanager
def _told_of_the_disk(folder: Path) -> Iterator[None]:
    """Turns what the disk refuses into one sentence."""
    try:
        yield
    except OSError as error:
        raise DiskTrouble(_refused(folder, error.errno, str(error))) from error
    except (sqlite3.OperationalError, RuntimeError, ValueError) as error:
        # SQLite, FAISS and tantivy each tell of the disk in their own words.
        told = re.search(r"(?:os error|code:) (\d+)", str(error))
        number = int(told[1]) if told else errno.ENOSPC if _disk_is_full(folder) or "full" in str(error) else None
        if number is None and not isinstance(error, sqlite3.OperationalError) and not _OF_FILES.search(str(error)):
            raise
        raise DiskTrouble(_refused(folder, number, str(error))) from error


_OF_FILES = re.compile(r"could not (?:open|write)|write error|IO error|I/O|io::Error", re.IGNORECASE)


def _refused(folder: Path, number: int | None, told: str) -> str:
    if number in (errno.ENOSPC, errno.EDQUOT):
        cache = IndexPaths(folder).cache
        ready = (
            f" What was encoded is kept in {cache} ({cache.stat().st_size / 1e6:,.0f} MB); it may be deleted."
            if cache.exists()
            else ""
        )
        return f"The disk under {folder} is full. Make room and run this again; the old index stays as it was.{ready}"
    if number in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{folder} cannot be written ({os.strerror(number)}). Give --index a folder that can be written."
    if number in (errno.ENOTDIR, errno.EEXIST):
        return f"{folder} is no folder. Give --index a folder."
    return f"The disk under {folder} failed: {told}. The old index stays as it was."


def _disk_is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < 4_000_000
