"""Articles and passages in SQLite. An article's text is stored once; passages are spans of it.

It does not know vectors or words; a passage's number is what ties the three together.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from corpus.article import Article, Entry, Passage, Span, Upstream
from corpus.errors import IndexUnsound
from corpus.files import Source
from corpus.metadata import host_of
from corpus.template import outlet_of_page
from index.copies import Copied, Hashes, fingerprint

_SCHEMA = """
create table article (
    number integer primary key, id text not null unique, file text not null, beside text not null, digest blob not null, sha256 text not null,
    text text not null, template text not null, original text not null, pieces text not null, pages text not null, entries text not null, title text not null, publisher text, author text, published text, url text,
    upstreams text not null, machine text, furniture text not null, fingerprint blob not null, origin integer
) strict;
create table compared (
    one integer not null references article (number), other integer not null references article (number),
    share real not null, words integer not null,
    one_start integer not null, one_end integer not null, other_start integer not null, other_end integer not null,
    primary key (one, other)
) strict;
create index compared_other on compared (other);
create index article_of_origin on article (origin);
create table passage (
    number integer primary key, article integer not null references article (number),
    start integer not null, end integer not null, content blob not null
) strict;
create index passage_of_article on passage (article);
create index passage_by_content on passage (content);
"""
_COLUMNS = "number, id, text, original, pieces, pages, entries, title, publisher, author, published, url, upstreams, machine, furniture"
_MOST_VARIABLES = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What an index remembers of an article without its text.

    file, beside  where it comes from, as in a `Source`
    template      the lines of it that stand on many pages of its outlet
    """

    number: int
    digest: bytes
    file: str
    beside: tuple[str, ...]
    template: str


@dataclass(frozen=True, slots=True)
class Page:
    """An article among the pages of its outlet."""

    number: int
    id: str
    outlet: str
    template: str
    text: str


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as stored: which article, where, and the digest of what was encoded for it."""

    number: int
    article: int
    span: Span
    content: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """Two articles, by id, of which one is a copy of the other in whole or in part, and how far."""

    one: str
    other: str
    found: Copied


class Store:
    """One SQLite file, opened once and held: whatever lies under its name later is never read.

    Reading is safe from several threads, one after the other.
    """

    def __init__(self, file: Path, *, writable: bool = False, hidden: frozenset[int] = frozenset()) -> None:
        """hidden: numbers of articles that are not there for whoever holds this store"""
        self._file, self._lock = file, threading.Lock()
        new = writable and not file.exists()
        # A finished generation never changes: immutable spares every lock and works on a read-only disk.
        mode = "mode=rwc" if writable else "mode=ro&immutable=1"
        self._db = sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True, check_same_thread=False)
        if new:
            self._db.executescript(_SCHEMA)
        if writable:
            # A build that dies is thrown away whole, so nothing need be synced before the end.
            self._db.execute("pragma synchronous = off")
            self._db.execute("pragma journal_mode = memory")
        else:
            self._is = file.stat()
        if hidden:
            _hide(self._db, hidden)
        self.article = lru_cache(maxsize=2_000)(self._article)

    def without(self, hidden: frozenset[int]) -> Store:
        """The same for whoever may not see these articles. Raises IndexUnsound where another file lies there by now."""
        self._require_same()
        part = Store(self._file, hidden=hidden)
        self._require_same()
        return part

    def _require_same(self) -> None:
        with suppress(OSError):
            if os.path.samestat(self._file.stat(), self._is):
                return
        raise IndexUnsound(f"{self._file} is not there any more. Build the index again, or bring it back.")

    # --- writing, by a build -------------------------------------------------------------------------------------

    def known(self) -> dict[str, Known]:
        """Every article by id, without its text."""
        rows = self._db.execute("select id, number, digest, file, beside, template from article")
        return {
            id_: Known(number, digest, file, tuple(json.loads(beside)), template)
            for id_, number, digest, file, beside, template in rows
        }

    def put(self, article: Article, source: Source) -> int:
        """Adds an article that is not there; returns its number. It is not complete before it is settled."""
        cursor = self._db.execute(
            "insert into article (id, file, beside, digest, sha256, text, template, original, pieces, pages, entries, title, publisher, author, published, url,"
            " upstreams, machine, furniture, fingerprint) values (?,?,?,?,?,?,'',?,?,?,?,?,?,?,?,?,?,?,?,x'')",
            (article.id, source.file, json.dumps(source.beside), source.digest, article.sha256, article.text, article.original, json.dumps(article.pieces), json.dumps(article.pages), _entries_as_json(article.entries),
             article.title, article.publisher, article.author, article.published, article.url, _as_json(article.upstreams),
             json.dumps([article.machine.start, article.machine.end]) if article.machine else None, _as_json(article.furniture)),
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def settle(self, number: int, article: Article, template: str) -> None:
        """What an article is once these lines of it are known to be its outlet's."""
        self.article.cache_clear()
        self._db.execute(
            "update article set template = ?, title = ?, upstreams = ?, furniture = ?, fingerprint = ? where number = ?",
            (template, article.title, _as_json(article.upstreams), _as_json(article.furniture), fingerprint(article).tobytes(), number),
        )  # fmt: skip

    def pages(self) -> Iterator[Page]:
        """Every article, in the order of their numbers."""
        rows = self._db.execute("select number, id, file, publisher, url, template, text from article order by number")
        for number, id_, file, publisher, url, template, text in rows:
            yield Page(number, id_, outlet_of_page(file, publisher, url), template, text)

    def put_passages(self, article: int, passages: Sequence[Passage], contents: Sequence[bytes], first: int) -> None:
        """Numbers the passages from `first` on."""
        self._db.executemany(
            "insert into passage (number, article, start, end, content) values (?,?,?,?,?)",
            [
                (first + n, article, p.start, p.end, content)
                for n, (p, content) in enumerate(zip(passages, contents, strict=True))
            ],
        )

    def move(self, article: int, source: Source) -> None:
        """The article now comes from elsewhere."""
        values = (source.file, json.dumps(source.beside), article)
        self._db.execute("update article set file = ?, beside = ? where number = ?", values)

    def remove(self, article: int) -> None:
        self._db.execute("delete from passage where article = ?", (article,))
        self._db.execute("delete from compared where one = ? or other = ?", (article, article))
        self._db.execute("delete from article where number = ?", (article,))

    def put_compared(self, one: int, other: int, found: Copied) -> None:
        spans = (found.one.start, found.one.end, found.other.start, found.other.end)
        self._db.execute("insert into compared values (?,?,?,?,?,?,?,?)", (one, other, found.share, found.words, *spans))

    def forget_compared(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._db.executemany("delete from compared where one = ? and other = ?", pairs)

    def put_origins(self, origins: Mapping[int, int]) -> None:
        """The number that stands for each article's group; an article without copies stands for itself."""
        self._db.execute("update article set origin = number")
        self._db.executemany("update article set origin = ? where number = ?", [(o, n) for n, o in origins.items()])

    def finish(self) -> None:
        """Commits and closes."""
        self._db.commit()
        self._db.execute("pragma optimize")
        self._db.close()

    # --- reading -------------------------------------------------------------------------------------------------

    def counts(self) -> tuple[int, int]:
        """(articles, passages)"""
        return self._one("select count(*) from article"), self._one("select count(*) from passage")

    def whereabouts(self) -> Iterator[tuple[int, tuple[str, ...], str | None]]:
        """Of every article its number, the files and addresses that it comes from, and its outlet."""
        for number, file, beside, publisher, url in self._all("select number, file, beside, publisher, url from article"):
            yield number, (file, *json.loads(beside)), outlet_named(publisher, url)

    def texts(self) -> dict[int, tuple[str, str]]:
        """By article number what tells one text from another, and the article's id."""
        return {number: (sha256, id_) for number, sha256, id_ in self._all("select number, sha256, id from article")}

    def date_range(self) -> tuple[str | None, str | None]:
        """The oldest and the newest date of publication."""
        ((oldest, newest),) = self._all("select min(published), max(published) from article")
        return oldest, newest

    def last_passage(self) -> int:
        return self._one("select coalesce(max(number), 0) from passage")

    def passages(self, numbers: Iterable[int]) -> dict[int, PassageRow]:
        """By number; a number that is not there is left out."""
        return {row.number: row for row in self._rows("number", list(numbers))}

    def passages_of(self, articles: Iterable[int]) -> list[PassageRow]:
        return list(self._rows("article", list(articles)))

    def all_passages(self) -> Iterator[PassageRow]:
        """In the order of their numbers."""
        sql = "select number, article, start, end, content from passage order by number"
        for number, article, start, end, content in self._db.execute(sql):  # a build or a check has no second thread
            yield PassageRow(number, article, Span(start, end), content)

    def article_numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """By id; an id that is not there is left out."""
        found: dict[str, int] = {}
        for part in _parts(list(ids)):
            marks = ",".join("?" * len(part))
            found.update(self._all(f"select id, number from article where id in ({marks})", part))
        return found

    def numbers_but(self, ids: frozenset[str]) -> frozenset[int]:
        """Of the articles that have another id than these."""
        return frozenset(number for id_, number in self._all("select id, number from article") if id_ not in ids)

    def dates(self, articles: Iterable[int]) -> dict[int, str | None]:
        """Date of publication by article number."""
        found: dict[int, str | None] = {}
        for part in _parts(list(articles)):
            marks = ",".join("?" * len(part))
            found.update(self._all(f"select number, published from article where number in ({marks})", part))
        return found

    def published_between(self, first: str, last: str) -> list[int]:
        """Numbers of the articles of these days (YYYY-MM-DD, both included), newest first."""
        sql = "select number from article where published between ? and ? order by published desc, number"
        return [number for (number,) in self._all(sql, (first, last))]

    @cached_property
    def outlets_by_article(self) -> dict[int, str]:
        """By article number the publisher, or the host of the URL (without "www.") where no publisher is named; articles of
        neither are left out."""
        rows = self._all("select number, publisher, url from article")
        named = ((number, outlet_named(publisher, url)) for number, publisher, url in rows)
        return {number: name for number, name in named if name}

    def articles_of(self, outlets: frozenset[str] | None, since: date | None, until: date | None) -> frozenset[int]:
        """Numbers of the articles of these outlets (None: of all) and days (both included; None: no bound)."""
        dated = "select number from article where (?1 is null or published >= ?1) and (?2 is null or published <= ?2)"
        bounds = [str(day) if day else None for day in (since, until)]
        numbers = frozenset(number for (number,) in self._all(dated, bounds))
        if outlets is None:
            return numbers
        return frozenset(n for n in numbers if self.outlets_by_article.get(n) in outlets)

    def newest(self, most: int) -> list[int]:
        """Numbers of the articles that were published last, the newest first."""
        sql = "select number from article where published is not null order by published desc, number limit ?"
        return [number for (number,) in self._all(sql, (most,))]

    def undated(self) -> int:
        """How many articles are of no known day."""
        return self._one("select count(*) from article where published is null")

    def every(self, most: int) -> list[int]:
        """Numbers of at most so many articles, evenly spread over all."""
        numbers = [number for (number,) in self._all("select number from article order by number")]
        return numbers[:: max(1, -(-len(numbers) // most))]

    def passage_numbers(self, articles: Iterable[int]) -> frozenset[int]:
        """Of all passages of these articles."""
        found: set[int] = set()
        for part in _parts(list(articles)):
            marks = ",".join("?" * len(part))
            found.update(n for (n,) in self._all(f"select number from passage where article in ({marks})", part))
        return frozenset(found)

    def fingerprints(self) -> dict[int, Hashes]:
        """By article number."""
        rows = self._all("select number, fingerprint from article order by number")
        return {number: np.frombuffer(kept, dtype=np.uint64) for number, kept in rows}

    def compared(self) -> set[tuple[int, int]]:
        """The pairs of article numbers that were compared in full."""
        return set(self._all("select one, other from compared"))

    def copies(self, least: float) -> list[tuple[int, int]]:
        """The compared pairs of which one has at least such a share in the other."""
        return self._all("select one, other from compared where share >= ? order by one, other", (least,))

    def copies_of(self, ids: Iterable[str], least: float) -> dict[str, tuple[Copy, ...]]:
        """By article id, the copies that join the group it belongs to; of an article without any, none."""
        groups: dict[str, int] = {}
        for part in _parts(list(ids)):
            marks = ",".join("?" * len(part))
            groups.update(self._all(f"select id, origin from article where id in ({marks})", part))
        joined = {g: tuple(copy for _, copy in self._copies("and a.origin = ?", (least, g))) for g in set(groups.values())}
        return {id_: joined[group] for id_, group in groups.items()}

    def all_copies(self, least: float) -> Iterator[tuple[int, Copy]]:
        """With the group that each belongs to, the fullest first."""
        return self._copies("", (least,))

    def groups(self) -> dict[int, list[str]]:
        """The ids of the articles of each group, which partition the corpus."""
        found: dict[int, list[str]] = {}
        for group, id_ in self._all("select origin, id from article order by id"):
            found.setdefault(group, []).append(id_)
        return found

    def all_passage_numbers(self) -> frozenset[int]:
        return frozenset(number for (number,) in self._all("select number from passage"))

    def _copies(self, further: str, values: tuple[Any, ...]) -> Iterator[tuple[int, Copy]]:
        rows = self._all(
            "select a.origin, a.id, b.id, share, words, one_start, one_end, other_start, other_end from compared"
            # Also of articles that are not seen: two may be copies of one of these, and are one origin.
            " join main.article a on a.number = one join main.article b on b.number = other"
            f" where share >= ? {further} order by share desc, one, other",
            values,
        )
        for group, one, other, share, words, *spans in rows:
            yield group, Copy(one, other, Copied(share, words, Span(*spans[:2]), Span(*spans[2:])))

    def article_by_id(self, id_: str) -> Article | None:
        number = self.article_numbers([id_]).get(id_)
        return self.article(number) if number is not None else None

    def articles(self) -> Iterator[Article]:
        for (number,) in self._all("select number from article order by id"):
            yield self._article(number)

    @cached_property
    def outlets(self) -> frozenset[tuple[str | None, str | None]]:
        """Publisher and URL host of every article, each pair once."""
        rows = self._all("select distinct publisher, url from article")
        return frozenset((publisher, host_of(url)) for publisher, url in rows)

    def sound(self) -> bool:
        return self._all("pragma quick_check") == [("ok",)]

    def _article(self, number: int) -> Article:
        (row,) = self._all(f"select {_COLUMNS} from article where number = ?", (number,))
        return _as_article(row)

    def _rows(self, column: str, keys: Sequence[int]) -> Iterator[PassageRow]:
        for part in _parts(keys):
            marks = ",".join("?" * len(part))
            sql = f"select number, article, start, end, content from passage where {column} in ({marks})"
            for number, article, start, end, content in self._all(sql, part):
                yield PassageRow(number, article, Span(start, end), content)

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Whole rows at once: a thread that waits for another one's rows would stop all threads."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _one(self, sql: str) -> int:
        return int(self._all(sql)[0][0])


def outlet_named(publisher: str | None, url: str | None) -> str | None:
    """The publisher, else the host of the URL without "www."."""
    return publisher or (host_of(url) or "").removeprefix("www.") or None


def _hide(db: sqlite3.Connection, hidden: frozenset[int]) -> None:
    """Names without a schema mean these views from now on, so that no query can forget about it."""
    db.execute("pragma temp_store = memory")
    db.execute("create temp table hidden (number integer primary key)")
    db.executemany("insert into hidden values (?)", [(number,) for number in hidden])
    db.execute("create temp view article as select * from main.article where number not in hidden")
    db.execute("create temp view passage as select * from main.passage where article not in hidden")
    db.commit()


def _parts(keys: Sequence[Any]) -> Iterator[list[Any]]:
    """SQLite takes a limited number of variables at a time."""
    for begin in range(0, len(keys), _MOST_VARIABLES):
        yield list(keys[begin : begin + _MOST_VARIABLES])


def _as_json(parts: Sequence[Upstream] | Sequence[Span]) -> str:
    return json.dumps([[p.name, p.span.start, p.span.end] if isinstance(p, Upstream) else [p.start, p.end] for p in parts])


def _entries_as_json(entries: Sequence[Entry]) -> str:
    return json.dumps([[e.span.start, e.span.end, e.said_by, e.dated] for e in entries])


def _as_article(row: Sequence[Any]) -> Article:
    (
        _,
        id_,
        text,
        original,
        pieces,
        pages,
        entries,
        title,
        publisher,
        author,
        published,
        url,
        upstreams,
        machine,
        furniture,
    ) = row
    return Article(
        id=id_, text=text, original=original, pieces=tuple((at, place) for at, place in json.loads(pieces)), pages=tuple(json.loads(pages)), entries=tuple(Entry(Span(start, end), who, day) for start, end, who, day in json.loads(entries)), title=title, publisher=publisher, author=author, published=published, url=url,
        upstreams=tuple(Upstream(name, Span(start, end)) for name, start, end in json.loads(upstreams)),
        machine=Span(*json.loads(machine)) if machine else None,
        furniture=tuple(Span(start, end) for start, end in json.loads(furniture)),
    )  # fmt: skip
