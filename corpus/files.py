"""Files and folders -> sources -> articles.

A source is one article as it lies on disk: a whole file (.txt, .md, .html) or one line of a .jsonl or .jsonl.gz file.
Its digest tells, without cleaning anything, whether it changed. What cannot be read is handed on as `Skipped` with its
reason, and reading goes on.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from corpus.article import Article, Span, overlaps_any
from corpus.errors import BadInput
from corpus.furniture import mark_furniture
from corpus.metadata import author_in, date_in, machine_in, parse_date, title_in, upstreams_in
from corpus.patience import TooSlow, at_most
from corpus.reading import Read, Unreadable, as_text, decoded, markdown

LARGEST_ARTICLE = 10_000_000
"""Bytes of one article; a larger text is a collection, not an article."""
LONGEST_READING_S = 60
_MOST_VALUES, _LONGEST_VALUE = 100, 4_000
"""Of a field, and code points of each."""
_LONGEST_LINE = 1_000_000_000
"""Bytes that are passed over to find the next line: a few packed kilobytes can unpack to more than a disk."""
_LARGEST_DOCUMENT = 20 * LARGEST_ARTICLE
"""Bytes of a document, most of which are its pictures."""


@dataclass(frozen=True)
class Format:
    """How one kind of file is read.

    read     the file's bytes -> what it holds; raises Unreadable
    largest  bytes of such a file; pictures in a document count, and are not read
    """

    read: Callable[[bytes], Read]
    largest: int = LARGEST_ARTICLE


@dataclass(frozen=True)
class Skipped:
    """What was left out, and why. `file` is set where the file itself could not be opened."""

    where: str
    reason: str
    unreadable_file: str | None = None


@dataclass(frozen=True)
class Source:
    """One article as it lies on disk, not yet cleaned.

    file     the path it was read from; where, for messages, adds the line
    data     the bytes of a whole file, and its ending, by which it is read; `record` holds the fields of a line instead
    digest   of everything that the article is made from
    given    what a list of pages says of the article, and where it was found
    beside   where it comes from besides: where a link leads, other lists of a page, the page itself. Rules of reading look at each
    """

    id: str
    file: str
    where: str
    digest: bytes
    data: bytes = b""
    ending: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[str, ...] = ()


def find_files(paths: Sequence[Path], *, but: Path | None = None) -> Iterator[tuple[str, Path] | Skipped]:
    """(id, file) for each article file under the paths, in a stable order; what lies in the folder `but` is passed over.

    The id is the path relative to the folder given. Where several folders hold the same relative path, every id is
    prefixed with its folder's name. Raises BadInput naming every path that does not exist.
    """
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise BadInput(f"Not found: {', '.join(missing)}. Give files or folders that exist.")
    unreadable: list[OSError] = []
    listed = [
        (root, sorted(_files_under(root, unreadable, but and but.resolve())))
        for root in dict.fromkeys(path.resolve() for path in paths)
    ]
    once: dict[Path, Path] = {}  # a file below two of the paths belongs to the first
    for root, files in listed:
        for file in files:
            once.setdefault(file, root)
    relative = [(root, file, _relative(root, file)) for file, root in once.items()]
    clash = len(listed) > 1 and max(Counter(name for _, _, name in relative).values(), default=0) > 1
    folders = {root: root if root.is_dir() else root.parent for root, _ in listed}
    names = _distinct_names(list(dict.fromkeys(folders.values()))) if clash else {}
    prefixes = {root: names[folder] for root, folder in folders.items()} if clash else {}
    for error in unreadable:
        yield Skipped(str(error.filename), f"cannot be read: {error.strerror}", unreadable_file=str(error.filename))
    for root, file, name in relative:
        id_ = f"{prefixes[root]}/{name}" if clash else name
        if any("\ud800" <= c <= "\udfff" for c in id_):
            yield Skipped(ascii(id_), "its name is no text: expected a file name in UTF-8")
        elif file.exists() and not file.is_file():
            yield Skipped(id_, "is no regular file")
        elif file.is_symlink() and not Path(os.path.realpath(file)).is_relative_to(folders[root]):
            yield Skipped(id_, "is a link to a place outside of the folder: name that place too, or copy the file")
        elif name.lower().endswith(KINDS):
            yield id_, file
        else:
            kind = file.suffix or "no ending"
            yield Skipped(id_, f"{kind} is not a kind of article file; accepted are {', '.join(KINDS)}")


def _files_under(root: Path, unreadable: list[OSError], but: Path | None) -> Iterator[Path]:
    """All files below a folder but hidden ones, and those in `but`; a file stands for itself. Linked folders are not followed."""
    if not root.is_dir():
        yield root
        return
    for folder, folders, files in os.walk(root, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and Path(folder, name) != but)
        yield from (Path(folder) / name for name in files if not name.startswith("."))


def _relative(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix() if root.is_dir() else file.name


def _distinct_names(roots: Sequence[Path]) -> dict[Path, str]:
    """The shortest ends of the paths that tell the folders apart: "news", or "x/news" and "y/news"."""
    for parts in range(1, max(len(root.parts) for root in roots) + 1):
        names = {root: "/".join(root.parts[-parts:]).lstrip("/") for root in roots}
        if len(set(names.values())) == len(roots):
            break
    return names


def each_once(sources: Iterable[Source | Skipped]) -> Iterator[Source | Skipped]:
    """A second article of the same id is skipped with its reason."""
    first: dict[str, str] = {}
    for source in sources:
        if isinstance(source, Source):
            if source.id in first:
                yield Skipped(source.where, f"the id {source.id!r} stands already in {first[source.id]}")
                continue
            first[source.id] = source.where
        yield source


def read_sources(files: Sequence[tuple[str, Path]]) -> Iterator[Source | Skipped]:
    """The articles in the files."""
    for id_, file in files:
        beside = (os.path.realpath(file),) if file.is_symlink() else ()
        try:
            for source in _sources_in(id_, file):
                yield replace(source, beside=beside) if isinstance(source, Source) else source
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            yield Skipped(id_, f"cannot be read: {reason}", unreadable_file=str(file))


def _sources_in(id_: str, file: Path) -> Iterator[Source | Skipped]:
    if file.name.lower().endswith(".zip"):
        from corpus.archive import entries

        for name, data in entries(file):
            yield from _entry(f"{id_}/{name}", data, str(file))
        return
    if not file.name.lower().endswith((".jsonl", ".jsonl.gz")):
        yield _whole_file(id_, file)
        return
    with gzip.open(file, "rb") if file.suffix.lower() == ".gz" else file.open("rb") as opened:
        for number, line in enumerate(_lines(opened), 1):
            if line.strip():
                yield _record(line, f"{id_} line {number:,}", str(file))


def _lines(opened: io.BufferedIOBase) -> Iterator[bytes]:
    """One after the other; of a line that is longer than an article may be no more than tells so. Raises OSError where one has no end."""
    while line := opened.readline(LARGEST_ARTICLE + 1):
        yield line
        passed = len(line)
        while line and not line.endswith(b"\n"):
            line = opened.readline(LARGEST_ARTICLE)
            passed += len(line)
            if passed > _LONGEST_LINE:
                raise OSError(
                    f"one of its lines has more than {_LONGEST_LINE:,} bytes, and what stands behind it was not read"
                )


def _entry(id_: str, data: bytes | str, file: str) -> Iterator[Source | Skipped]:
    """An entry of an archive: a file that holds an article, or articles line by line; a text says why it was left out."""
    if isinstance(data, str):
        yield Skipped(id_, data)
    elif id_.lower().endswith(".jsonl"):
        for number, line in enumerate(data.splitlines(), 1):
            if line.strip():
                yield _record(line, f"{id_} line {number:,}", file)
    elif not id_.lower().endswith(tuple(FORMATS)):
        yield Skipped(id_, f"is not a kind of article file; accepted are {', '.join(FORMATS)}")
    elif not data.strip():
        yield Skipped(id_, "is empty")
    else:
        yield Source(id_, file, id_, source_digest(data), data=data, ending=_ending(id_))


def _whole_file(id_: str, file: Path) -> Source | Skipped:
    largest = FORMATS[_ending(id_)].largest
    with file.open("rb") as opened:
        data = opened.read(largest + 1)
    if len(data) > largest:
        return Skipped(id_, _too_large(file.stat().st_size, largest))
    if not data.strip():
        return Skipped(id_, "is empty")
    return Source(id_, str(file), id_, source_digest(data), data=data, ending=_ending(id_))


def _ending(id_: str) -> str:
    return Path(id_.lower()).suffix


def _record(line: bytes, where: str, file: str) -> Source | Skipped:
    """One line of JSON as a source; the reasons to skip it name what was expected."""
    if len(line) > LARGEST_ARTICLE:
        return Skipped(where, f"has more than {LARGEST_ARTICLE:,} bytes, which is the most for an article: split it")
    try:
        record = json.loads(line.decode("utf-8-sig"))  # given bytes, json lets halves of surrogate pairs through
    except ValueError as error:
        return Skipped(where, f"is not JSON ({error})")
    except RecursionError:
        return Skipped(where, "is not an article: its JSON is nested too deeply")
    if not isinstance(record, dict):
        return Skipped(where, f"holds {type(record).__name__}, expected an object with id and text")
    id_ = record["id"] if record.get("id") not in (None, "") else record.get("url")
    if not isinstance(id_, str | int) or isinstance(id_, bool):
        return Skipped(where, "has no id, expected a string in 'id' (or a 'url')")
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        return Skipped(where, f"has no text, expected a string that is not empty in 'text' (id {id_!r})")
    if b"\\ud" in line.lower() and not _encodable(record):
        return Skipped(where, f"holds half of a surrogate pair, which is no character (id {id_!r})")
    return Source(str(id_), file, where, source_digest(line.strip()), record=record)


def _encodable(record: Mapping[str, Any]) -> bool:
    """False where half of a surrogate pair stands in it: JSON can write that, UTF-8 cannot."""
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _too_large(size: int, largest: int) -> str:
    return f"has {size:,} bytes, an article may have {largest:,}: split it, or give one article a line as .jsonl"


def source_digest(data: bytes) -> bytes:
    """Tells one version of a source from another; no proof against forgery."""
    return hashlib.blake2b(data, digest_size=16).digest()


def read_article(source: Source, tell: Callable[[Skipped], None] = lambda _: None) -> Article | Skipped:
    """Decodes and cleans one source. An article that is nothing but furniture is skipped. `tell` hears of what could not be read of
    an article that could."""
    try:
        with at_most(LONGEST_READING_S):
            return _read(source, tell)
    except TooSlow:
        return Skipped(source.where, f"took longer than {LONGEST_READING_S} s to read: split it, or save it as plain text")


def _read(source: Source, tell: Callable[[Skipped], None]) -> Article | Skipped:
    try:
        read = _of_record(source.record) if source.record else _format_of(source).read(source.data)
        article = _article(source, replace(read, given=_as_told(read.given, source.given)))
    except Unreadable as error:
        return Skipped(source.where, str(error))
    except Exception as error:  # parsers of formats raise whatever they stumble over, and one file must not stop a build
        return Skipped(source.where, f"is damaged, or not what its name says ({type(error).__name__}: {str(error)[:100]})")
    if read.note:
        tell(Skipped(source.where, read.note))
    if not any(c.isalnum() for piece in _outside(article.text, article.furniture) for c in piece):
        return Skipped(source.where, "holds no article: nothing but page furniture was found")
    return article


def _as_told(own: Mapping[str, Any], listed: Mapping[str, str]) -> Mapping[str, Any]:
    """What an article says of itself and what a list of pages says of it: the list knows who published it, when and where."""
    sure = {name: listed[name] for name in ("publisher", "published", "url") if name in listed}
    return {**listed, **own, **sure}


def _of_record(record: Mapping[str, Any]) -> Read:
    return replace(as_text(record["text"]), given=record)


def _pdf(data: bytes) -> Read:
    from corpus.pdf import read_pdf

    return read_pdf(data)


def _office(data: bytes) -> Read:
    from corpus.office import read_docx

    return read_docx(data)


def _slides(data: bytes) -> Read:
    from corpus.office import read_pptx

    return read_pptx(data)


def _book(data: bytes) -> Read:
    from corpus.office import read_epub

    return read_epub(data)


def _mail(data: bytes) -> Read:
    from corpus.mail import read_mail

    return read_mail(data)


def _webpage(data: bytes) -> Read:
    from corpus.webpage import read_webpage

    return read_webpage(decoded(data))


FORMATS = {
    ".txt": Format(lambda data: as_text(decoded(data))),
    ".md": Format(lambda data: markdown(decoded(data))),
    ".html": Format(_webpage),
    ".htm": Format(_webpage),
    ".pdf": Format(_pdf, largest=_LARGEST_DOCUMENT),
    ".docx": Format(_office, largest=_LARGEST_DOCUMENT),
    ".pptx": Format(_slides, largest=_LARGEST_DOCUMENT),
    ".epub": Format(_book, largest=_LARGEST_DOCUMENT),
    ".eml": Format(_mail, largest=_LARGEST_DOCUMENT),
}
"""By the ending of a file that holds one article; a reader is imported when a file of its kind comes."""
_OF_MANY = (".jsonl", ".jsonl.gz", ".zip")
"""Endings of files that hold several."""
KINDS = (*FORMATS, *_OF_MANY)


def _format_of(source: Source) -> Format:
    return FORMATS[source.ending]


def _article(source: Source, read: Read) -> Article:
    text, given, front = read.text, read.given, read.front
    inside = [span for span in mark_furniture(text) if not overlaps_any(span, front)]
    furniture = tuple(sorted((*front, *inside)))
    published = _field(given, "published") or _field(given, "publish_date") or _field(given, "date")
    return Article(
        id=source.id,
        text=text,
        title=_field(given, "title") or title_in(text, furniture, source.id),
        publisher=_field(given, "publisher"),
        author=_field(given, "author") or _field(given, "authors") or author_in(text),
        published=parse_date(published) if published else date_in(text),
        url=_field(given, "url"),
        upstreams=upstreams_in(text, furniture),
        machine=machine_in(text),
        furniture=furniture,
        original=read.original,
        pieces=read.pieces,
        pages=read.pages,
        entries=read.entries,
    )


def _field(given: Mapping[str, Any], name: str) -> str | None:
    """As text, within limits: YAML can name a long text once and hold it a million times."""
    value = given.get(name)
    values = value[:_MOST_VALUES] if isinstance(value, list) else [value]
    told = ", ".join(str(item)[:_LONGEST_VALUE] for item in values if isinstance(item, str | int | float | date))
    return " ".join(told.split()) or None


def _outside(text: str, spans: Sequence[Span]) -> Iterator[str]:
    at = 0
    for span in spans:
        yield text[at : span.start]
        at = span.end
    yield text[at:]
