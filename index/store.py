"""Articles and passages in SQLite. An article's text is stored once; passages are spans of it.

It does not know vectors or words; a passage's number is what ties the three together.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.article import Article, Passage, Span, Upstream

_SCHEMA = """
create table article (
    number integer primary key, id text not null unique, file text not null, digest blob not null, sha256 text not null,
    text text not null, title text not null, publisher text, author text, published text, url text,
    upstreams text not null, machine text, furniture text not null
) strict;
create table passage (
    number integer primary key, article integer not null references article (number),
    start integer not null, end integer not null, content blob not null
) strict;
create index passage_of_article on passage (article);
create index passage_by_content on passage (content);
"""
_COLUMNS = "number, id, text, title, publisher, author, published, url, upstreams, machine, furniture"
_MOST_VARIABLES = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What an index remembers of an article without its text."""

    number: int
    digest: bytes
    file: str


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as stored: which article, where, and the digest of what was encoded for it."""

    number: int
    article: int
    span: Span
    content: bytes


class Store:
    """One SQLite file. Reading is safe from several threads: each has a connection of its own."""

    def __init__(self, file: Path, *, writable: bool = False) -> None:
        self._file = file
        self._writable = writable
        self._local = threading.local()
        if writable and not file.exists():
            self._db.executescript(_SCHEMA)
        self.article = lru_cache(maxsize=2_000)(self._article)

    @property
    def _db(self) -> sqlite3.Connection:
        if not hasattr(self._local, "db"):
            # A finished generation never changes: immutable spares every lock and works on a read-only disk.
            mode = "mode=rwc" if self._writable else "mode=ro&immutable=1"
            self._local.db = sqlite3.connect(f"{self._file.absolute().as_uri()}?{mode}", uri=True)
            if self._writable:
                # A build that dies is thrown away whole, so nothing need be synced before the end.
                self._local.db.execute("pragma synchronous = off")
                self._local.db.execute("pragma journal_mode = memory")
        db: sqlite3.Connection = self._local.db
        return db

    # --- writing, by a build -------------------------------------------------------------------------------------

    def known(self) -> dict[str, Known]:
        """Every article by id, without its text."""
        return {id_: Known(*rest) for id_, *rest in self._db.execute("select id, number, digest, file from article")}

    def put(self, article: Article, digest: bytes, file: str) -> int:
        """Adds an article that is not there; returns its number."""
        cursor = self._db.execute(
            "insert into article (id, file, digest, sha256, text, title, publisher, author, published, url, upstreams,"
            " machine, furniture) values (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (article.id, file, digest, article.sha256, article.text, article.title, article.publisher, article.author,
             article.published, article.url, json.dumps([[u.name, u.span.start, u.span.end] for u in article.upstreams]),
             json.dumps([article.machine.start, article.machine.end]) if article.machine else None,
             json.dumps([[s.start, s.end] for s in article.furniture])),
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def put_passages(self, article: int, passages: Sequence[Passage], contents: Sequence[bytes], first: int) -> None:
        """Numbers the passages from `first` on."""
        self._db.executemany(
            "insert into passage (number, article, start, end, content) values (?,?,?,?,?)",
            [
                (first + n, article, p.start, p.end, content)
                for n, (p, content) in enumerate(zip(passages, contents, strict=True))
            ],
        )

    def move(self, article: int, file: str) -> None:
        """The article now comes from another file."""
        self._db.execute("update article set file = ? where number = ?", (file, article))

    def remove(self, article: int) -> None:
        self._db.execute("delete from passage where article = ?", (article,))
        self._db.execute("delete from article where number = ?", (article,))

    def finish(self) -> None:
        """Commits and closes."""
        self._db.commit()
        self._db.execute("pragma optimize")
        self._db.close()
        del self._local.db

    # --- reading -------------------------------------------------------------------------------------------------

    def counts(self) -> tuple[int, int]:
        """(articles, passages)"""
        return self._one("select count(*) from article"), self._one("select count(*) from passage")

    def date_range(self) -> tuple[str | None, str | None]:
        """The oldest and the newest date of publication."""
        row = self._db.execute("select min(published), max(published) from article").fetchone()
        return row[0], row[1]

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
        for number, article, start, end, content in self._db.execute(sql):
            yield PassageRow(number, article, Span(start, end), content)

    def article_numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """By id; an id that is not there is left out."""
        found: dict[str, int] = {}
        for part in _parts(list(ids)):
            marks = ",".join("?" * len(part))
            found.update(self._db.execute(f"select id, number from article where id in ({marks})", part))
        return found

    def dates(self, articles: Iterable[int]) -> dict[int, str | None]:
        """Date of publication by article number."""
        found: dict[int, str | None] = {}
        for part in _parts(list(articles)):
            marks = ",".join("?" * len(part))
            found.update(self._db.execute(f"select number, published from article where number in ({marks})", part))
        return found

    def published_between(self, first: str, last: str) -> list[int]:
        """Numbers of the articles of these days (YYYY-MM-DD, both included), newest first."""
        sql = "select number from article where published between ? and ? order by published desc, number"
        return [number for (number,) in self._db.execute(sql, (first, last))]

    def article_by_id(self, id_: str) -> Article | None:
        number = self.article_numbers([id_]).get(id_)
        return self.article(number) if number is not None else None

    def articles(self) -> Iterator[Article]:
        for row in self._db.execute(f"select {_COLUMNS} from article order by id"):
            yield _as_article(row)

    def sound(self) -> bool:
        return bool(self._db.execute("pragma quick_check").fetchone()[0] == "ok")

    def _article(self, number: int) -> Article:
        row = self._db.execute(f"select {_COLUMNS} from article where number = ?", (number,)).fetchone()
        return _as_article(row)

    def _rows(self, column: str, keys: Sequence[int]) -> Iterator[PassageRow]:
        for part in _parts(keys):
            marks = ",".join("?" * len(part))
            sql = f"select number, article, start, end, content from passage where {column} in ({marks})"
            for number, article, start, end, content in self._db.execute(sql, part):
                yield PassageRow(number, article, Span(start, end), content)

    def _one(self, sql: str) -> int:
        return int(self._db.execute(sql).fetchone()[0])


def _parts(keys: Sequence[Any]) -> Iterator[list[Any]]:
    """SQLite takes a limited number of variables at a time."""
    for begin in range(0, len(keys), _MOST_VARIABLES):
        yield list(keys[begin : begin + _MOST_VARIABLES])


def _as_article(row: Sequence[Any]) -> Article:
    _, id_, text, title, publisher, author, published, url, upstreams, machine, furniture = row
    return Article(
        id=id_, text=text, title=title, publisher=publisher, author=author, published=published, url=url,
        upstreams=tuple(Upstream(name, Span(start, end)) for name, start, end in json.loads(upstreams)),
        machine=Span(*json.loads(machine)) if machine else None,
        furniture=tuple(Span(start, end) for start, end in json.loads(furniture)),
    )  # fmt: skip
