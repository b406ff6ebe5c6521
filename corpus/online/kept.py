"""The pages that were fetched, in one SQLite file beside the index; from there they are read like files.

What a host does not give this time stays as it was fetched before, and that is told. What is gone, by its host's own word or from
its sitemap, goes. A feed forgets: what it once listed stays, and is asked again only when every article is read again.
"""

from __future__ import annotations

import json
import mimetypes
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import astuple
from pathlib import Path
from urllib.parse import urlsplit

from tqdm import tqdm

from corpus.errors import BadInput, UserError
from corpus.files import FORMATS, Skipped, Source, source_digest
from corpus.online import Manners, Refreshed
from corpus.online.asking import NO_STAMP, Dawdled, Fetcher, Gone, Refused, Reply, Stamp
from corpus.online.listing import Listed, Listing, each_page_once, listing_in

_LARGEST = 20_000_000
"""Bytes of a page, a document or a list."""
_MOST_SITEMAPS = 200
_MOST_DAWDLED = 3
"""Pages of one address that take too long: then the rest is left for the next build, which would wait for this one."""
_TABLES = """
CREATE TABLE IF NOT EXISTS kept (
    asked TEXT PRIMARY KEY, url TEXT NOT NULL, data BLOB NOT NULL, kind TEXT NOT NULL, charset TEXT NOT NULL,
    etag TEXT NOT NULL, modified TEXT NOT NULL, changed TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS listed (
    address TEXT NOT NULL, asked TEXT NOT NULL, said TEXT NOT NULL, PRIMARY KEY (address, asked)
) STRICT;
"""
_KINDS = {"application/xhtml+xml": ".html", "text/html": ".html", "text/plain": ".txt", "text/markdown": ".md"}


def refresh(
    file: Path, addresses: Sequence[str], manners: Manners, *, again: bool = False, progress: bool = False
) -> Refreshed:
    """Asks for the pages of each address: a page, a feed or a sitemap. What was fetched is kept at once.

    `again`: also for the pages that a feed has forgotten.

    Raises BadInput naming every address of which nothing could be fetched, now or before.
    """
    with closing(_opened(file)) as kept, Fetcher(manners, _LARGEST, addresses) as fetcher:
        done = _Refreshing(kept, fetcher, manners, progress)
        failed = [f"{address} {reason}." for address in addresses if (reason := done.take(address, again))]
        if failed:
            raise BadInput("\n".join(failed))
        done.forget_others(addresses)
        return done.told


def fetched(file: Path, addresses: Sequence[str]) -> Iterator[Source | Skipped]:
    """The pages that are kept of the addresses, each once, with all that list it."""
    if not addresses:
        return
    seen: set[str] = set()
    with closing(_opened(file)) as kept:
        listed: dict[str, set[str]] = defaultdict(set)
        for url, address, asked in kept.execute("SELECT url, address, asked FROM listed JOIN kept USING (asked)"):
            listed[url] |= {url, address, asked}
        for address in addresses:
            rows = kept.execute(
                "SELECT url, data, kind, charset, said FROM listed JOIN kept USING (asked) WHERE address = ? ORDER BY asked",
                (address,),
            )
            for url, data, kind, charset, said in rows:
                if url not in seen:
                    seen.add(url)
                    yield _source(address, sorted(listed[url] - {address}), Reply(url, data, kind, charset, NO_STAMP), said)


def _opened(file: Path) -> sqlite3.Connection:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = sqlite3.connect(file, isolation_level=None)
        kept.executescript(_TABLES)
    except sqlite3.DatabaseError as error:
        raise UserError(
            f"{file} is damaged ({error}). Delete it, and run this again: the pages are fetched anew."
        ) from error
    return kept


class _Refreshing:
    def __init__(self, kept: sqlite3.Connection, fetcher: Fetcher, manners: Manners, progress: bool) -> None:
        self.told = Refreshed()
        self._kept, self._fetcher, self._most, self._progress = kept, fetcher, manners.most_pages, progress
        self._used: set[str] = set()

    def take(self, address: str, again: bool) -> str:
        """ "" where there is something of the address, now or from before; else why not."""
        try:
            listing = self._listing(address)
        except Refused as error:
            before = self._listed(address)
            if before == [address]:
                self._not_fetched(address, error)
            elif before:
                self.told.notes.append(Skipped(address, f"{error}; its pages stay as they were fetched before"))
            return "" if before else str(error)
        if not listing.pages:
            self.told.skipped.append(Skipped(address, "lists no page"))
        pages = listing.pages[: self._most]
        if left := len(listing.pages) - len(pages):
            self.told.skipped.append(Skipped(address, f"lists {left:,} pages more than --pages allows; they are left out"))
        self._list(address, pages, complete=listing.complete)
        pages = (*pages, *map(Listed, self._listed(address) if again else ()))
        dawdled = 0
        for page in tqdm(pages, desc="Fetching", unit=" pages", disable=not self._progress, leave=False):
            dawdled += self._page(page)
            if dawdled == _MOST_DAWDLED:
                self.told.notes.append(
                    Skipped(address, f"has {dawdled} pages that take too long; its other pages were not asked")
                )
                break
        return ""

    def _listed(self, address: str) -> list[str]:
        """What it lists, or once listed."""
        return [asked for (asked,) in self._kept.execute("SELECT asked FROM listed WHERE address = ?", (address,))]

    def _listing(self, address: str) -> Listing:
        """What an address lists, with all that its sitemaps list; a page lists itself."""
        found = listing_in(self._get(Listed(address)), _LARGEST)
        if found is None:
            return Listing((Listed(address),))
        pages, complete = list(found.pages), found.complete
        for at, sitemap in enumerate(found.further):
            if at >= _MOST_SITEMAPS or len(pages) > self._most:
                left = f"has {len(found.further) - at:,} sitemaps more; they are left out"
                self.told.skipped.append(Skipped(address, left))
                break
            try:
                nested = listing_in(self._get(Listed(sitemap)), _LARGEST)
                pages += nested.pages if nested else ()
            except Refused as error:
                self.told.skipped.append(Skipped(sitemap, str(error)))
                complete = False
        return Listing(each_page_once(pages), complete=complete)

    def _list(self, address: str, pages: Sequence[Listed], *, complete: bool) -> None:
        self._kept.execute("BEGIN")
        if complete:
            self._kept.execute("DELETE FROM listed WHERE address = ?", (address,))
        rows = [(address, page.url, json.dumps(dict(page.said), sort_keys=True)) for page in pages]
        self._kept.executemany("INSERT OR REPLACE INTO listed VALUES (?, ?, ?)", rows)
        self._kept.execute("COMMIT")

    def _page(self, page: Listed) -> bool:
        """Whether it took too long."""
        if page.url in self._used:
            return False
        try:
            self._get(page)
        except Refused as error:
            self._not_fetched(page.url, error)
            return isinstance(error, Dawdled)
        return False

    def _not_fetched(self, url: str, error: Refused) -> None:
        """What its host gave before stays, unless the host says that it is gone."""
        if isinstance(error, Gone):
            self._kept.execute("DELETE FROM kept WHERE asked = ?", (url,))
        if self._before(url):
            self.told.notes.append(Skipped(url, f"{error}; it stays as it was fetched before"))
        else:
            self.told.skipped.append(Skipped(url, str(error)))

    def _get(self, page: Listed) -> Reply:
        """Now, or as it was kept where its list or its host says that it did not change."""
        self._used.add(page.url)
        before = self._before(page.url)
        if before and page.changed and self._changed(page.url) == page.changed:
            return before
        reply = self._fetcher.ask(page.url, before.stamp if before else NO_STAMP) or before
        assert reply is not None  # a host is told a stamp only of what is kept
        row = (page.url, reply.url, reply.data, reply.kind, reply.charset, *astuple(reply.stamp), page.changed)
        self._kept.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return reply

    def _before(self, url: str) -> Reply | None:
        row = self._kept.execute(
            "SELECT url, data, kind, charset, etag, modified FROM kept WHERE asked = ?", (url,)
        ).fetchone()
        if row is None:
            return None
        url, data, kind, charset, etag, modified = row
        return Reply(url, data, kind, charset, Stamp(etag, modified))

    def _changed(self, url: str) -> str:
        return str(self._kept.execute("SELECT changed FROM kept WHERE asked = ?", (url,)).fetchone()[0])

    def forget_others(self, addresses: Sequence[str]) -> None:
        """What no address lists any more."""
        marks = ",".join("?" * len(addresses))
        self._kept.execute(f"DELETE FROM listed WHERE address NOT IN ({marks})", list(addresses))
        unlisted = self._kept.execute("SELECT asked FROM kept WHERE asked NOT IN (SELECT asked FROM listed)").fetchall()
        unused = [row for row in unlisted if row[0] not in self._used]
        self._kept.executemany("DELETE FROM kept WHERE asked = ?", unused)


def _source(address: str, beside: Sequence[str], page: Reply, said: str) -> Source | Skipped:
    ending = _ending(page)
    if ending not in FORMATS:
        return Skipped(page.url, f"is {page.kind or 'of no kind that its host names'}; accepted are {', '.join(FORMATS)}")
    if len(page.data) > FORMATS[ending].largest:
        return Skipped(page.url, f"has {len(page.data):,} bytes, an article may have {FORMATS[ending].largest:,}")
    data = _in_utf8(page) if ending in (".html", ".txt", ".md") else page.data
    given = {**json.loads(said), "url": page.url}
    digest = source_digest(data + said.encode())
    return Source(page.url, address, page.url, digest, data=data, ending=ending, given=given, beside=tuple(beside))


def _ending(page: Reply) -> str:
    """By what its host says; by its name where that says nothing."""
    by_name = Path(urlsplit(page.url).path.lower()).suffix
    if page.kind in ("", "application/octet-stream", "text/plain") and by_name in FORMATS:
        return by_name
    return _KINDS.get(page.kind) or mimetypes.guess_extension(page.kind) or ""


def _in_utf8(page: Reply) -> bytes:
    """A page in the encoding that its host names; where it names none, or a wrong one, the reader of files finds out."""
    try:
        return page.data.decode(page.charset).encode("utf-8") if page.charset else page.data
    except (LookupError, UnicodeError):
        return page.data
