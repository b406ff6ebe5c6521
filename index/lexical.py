"""Words -> passage numbers, by tantivy: BM25 over stemmed words without accents.

Chosen by measurement at 64,000 passages (`bench/lexical.py`, docs/decisions.md): as good as SQLite FTS5 and bm25s,
a hundred times as fast to ask as the one, and it takes changes in place as the other cannot.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import mkdtemp

import tantivy

from index.vectors import Allowed
from language.words import without_accents

_HEAP = 128_000_000
_THREADS = 2
_TRIES = 3
MOST_WORDS = 200
"""Of a question: further words add cost, not sense."""
TITLE_WEIGHT = 0.5
_MANY = 200_000
"""Passages. From here on a question's commonest words are left out: they tell little, and to read where they stand is half of
what a search costs (docs/decisions.md)."""
_COMMON = 0.5
"""Of the passages: a word in more of them ("the", "of") is common. Such words are their own stems; others are not looked up."""


class LexicalIndex:
    """Reads a folder that `LexicalWriter` wrote."""

    def __init__(self, folder: Path) -> None:
        # tantivy writes a lock where it reads, and follows what comes to lie there; what it has opened it needs no name of.
        links = Path(mkdtemp())
        try:
            for file in folder.iterdir():
                if file.suffix != ".lock":
                    (links / file.name).symlink_to(file.absolute())
            self._index = tantivy.Index.open(str(links))
            self._index.config_reader("manual", 1)
        finally:
            for _ in range(_TRIES):  # a thread of tantivy's may write its lock while the folder is removed
                shutil.rmtree(links, ignore_errors=True)

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def search(self, question: str, k: int, allowed: Allowed) -> list[tuple[int, float]]:
        """The k best as (passage number, BM25 score), best first; any words of the question may match."""
        query = self._query(question, allowed)
        if query is None or len(self) == 0:
            return []
        searcher = self._index.searcher()
        # Terms can be asked for, not excluded cheaply: take more, as long as too many fall away.
        wanted = 2 * k if allowed.without else k
        while True:
            hits = searcher.search(query, min(wanted, len(self))).hits
            numbered = ((int(searcher.doc(address)["number"][0]), float(score)) for score, address in hits)
            found = [(number, score) for number, score in numbered if allowed.holds(number)]
            if len(found) >= k or len(hits) < wanted:
                return found[:k]
            wanted *= 4

    def _query(self, question: str, allowed: Allowed) -> tantivy.Query | None:
        words = self._telling(re.findall(r"[^\W_]+", without_accents(question).lower())[:MOST_WORDS])
        if not words:
            return None
        boosts = {"text": 1.0, "title": TITLE_WEIGHT}
        query, _ = self._index.parse_query_lenient(" ".join(f'"{w}"' for w in words), ["text", "title"], boosts)
        if allowed.only is None:
            return query
        free = tantivy.Query.const_score_query(_numbered(self._index, sorted(allowed.only)), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, free)])

    def _telling(self, words: Sequence[str]) -> Sequence[str]:
        """Where there are many passages, those that are not common; where all are, all of them."""
        if len(self) < _MANY:
            return words
        searcher = self._index.searcher()
        most = _COMMON * int(searcher.num_docs)
        return [word for word in words if searcher.doc_freq("text", word) <= most] or words


class LexicalWriter:
    """Adds and removes passages; nothing is seen before `finish`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder))
        self._writer = self._index.writer(heap_size=_HEAP, num_threads=_THREADS)
        self._finished = False

    def add(self, passages: Iterable[tuple[int, str]], title: str) -> None:
        """(number, text) pairs of one article."""
        for number, text in passages:
            document = tantivy.Document()
            document.add_unsigned("number", number)
            document.add_text("text", without_accents(text))
            document.add_text("title", without_accents(title))
            self._writer.add_document(document)

    def remove(self, numbers: Sequence[int]) -> None:
        # Not delete_documents_by_term: tantivy 0.27 takes its number as signed, and deletes nothing.
        self._writer.delete_documents_by_query(_numbered(self._index, numbers))

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._finished = True

    def abandon(self) -> None:
        """Ends the writing threads, so that the folder can be removed; after `finish` there is nothing to do."""
        if not self._finished:
            with contextlib.suppress(ValueError, RuntimeError):  # the writer may be what failed
                self._writer.wait_merging_threads()


def _numbered(index: tantivy.Index, numbers: Sequence[int]) -> tantivy.Query:
    return tantivy.Query.term_set_query(index.schema, "number", numbers)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True, indexed=True, fast=True)
    builder.add_text_field("text", stored=False, tokenizer_name="en_stem", index_option="freq")
    builder.add_text_field("title", stored=False, tokenizer_name="en_stem", index_option="freq")
    return builder.build()


def copy_lexical(old: Path, new: Path) -> None:
    """A copy to write on. Segment files never change, so they are linked; the small JSON files are copied."""
    new.mkdir()
    for file in old.iterdir():
        if file.suffix == ".json" or file.name.startswith("."):
            if not file.name.endswith(".lock"):
                shutil.copyfile(file, new / file.name)
        else:
            try:
                os.link(file, new / file.name)
            except OSError:  # a file system without links
                shutil.copyfile(file, new / file.name)
