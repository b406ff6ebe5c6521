"""The other index: passages as rows of one collection of Milvus, which several machines can hold and search.

A row has the generation in which it was born and the one in which it died. A search of generation g sees `born <= g < died`, so a build
can write while the old generation is searched, and nothing of a build that was cut off is ever seen. What died is swept by the next
build, when nobody searches those generations any more.

Articles stay in the generation's SQLite file, in a folder that all servers share or copy. Words are stemmed here, as for the other index;
BM25 is Milvus's own. The environment variable MILVUS_TOKEN signs in. A collection bears the stamp of the index that made it, which stands in
that index's manifest too: nobody writes into another's, or drops it unasked.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from corpus.errors import BadInput, IndexUnsound
from index.finding import Wanted
from index.lexical import MOST_WORDS, TITLE_WEIGHT
from index.rules import NOTHING, Hidden, folded_outlet, folders_of
from index.store import PassageRow, Store
from language.words import stemmed
from models.encoder import Vectors

if TYPE_CHECKING:
    from pymilvus import MilvusClient

T = TypeVar("T")
_OWNER = "secondsource.owner"
_FOREVER = 1 << 40
"""The generation in which a living row dies."""
_AT_ONCE = 500
"""Rows that are sent, or asked for, at once."""
_MOST_FOUND = 16_384
"""That Milvus gives to one search."""
_LOOKED_AT = 4
"""Times as many passages as are wanted are looked at by the graph of vectors, so that few of the nearest are missed."""
_MOST_BYTES = 65_535
"""Of a text in a row."""
_FIELDS = ("row", "number", "born", "died", "article", "outlet", "folded", "day", "places", "vector", "words", "title")
_SURE = "Strong"
"""A build waits until what it wrote is seen; searches need not, since a generation is whole before it is named."""


class Collection:
    """One collection; every method may raise IndexUnsound where Milvus cannot be asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        server, self._name = address.rsplit("/", 1)
        with _told(address):
            self._client = _client(server)

    def owner(self) -> str | None:
        """The stamp of the index that made it; None where there is no such collection."""
        with _told(self.address):
            if not self._client.has_collection(self._name):
                return None
            told = self._client.describe_collection(self._name)
            return str(told["description"] or told["properties"].get(_OWNER, ""))  # milvus-lite forgets descriptions

    def drop(self) -> None:
        with _told(self.address):
            self._client.drop_collection(self._name)

    def make(self, dimension: int, owner: str) -> None:
        """Where it is not there yet. Raises BadInput where it is another index's, be it for a moment."""
        with _told(self.address):
            if not self._client.has_collection(self._name):
                schema, indexes = _schema(self._client, dimension, owner)
                self._client.create_collection(
                    self._name, schema=schema, index_params=indexes, consistency_level="Bounded", properties={_OWNER: owner}
                )
            self._client.load_collection(self._name)
        if self.owner() != owner:
            raise BadInput(f"{self.address} was made by another index just now. Name another collection.")

    # --- writing -----------------------------------------------------------------------------------------------------

    def tidy(self, current: int, oldest: int) -> None:
        """Takes back what a build that was cut off had written behind the current generation, and sweeps what had died when the oldest
        one began that may still be read."""
        with _told(self.address):
            self._client.delete(self._name, filter=f"born > {current} or died <= {oldest}")
            while dying := self._query(f"died > {current} and died < {_FOREVER}", limit=_AT_ONCE):
                self._client.upsert(self._name, [row | {"died": _FOREVER} for row in dying])

    def bear(self, rows: Iterable[dict[str, Any]]) -> None:
        with _told(self.address):
            for some in _parts(rows):
                self._client.insert(self._name, some)

    def flush(self) -> None:
        """What was written is on disk, and indexed."""
        with _told(self.address):
            self._client.flush(self._name)

    def kill(self, numbers: Iterable[int], generation: int) -> None:
        with _told(self.address):
            for some in _parts(numbers):
                dying = self._query(f"number in {some} and born < {generation} and died == {_FOREVER}")
                self._client.upsert(self._name, [row | {"died": generation} for row in dying])

    def _query(self, filter_: str, fields: Sequence[str] = _FIELDS, **more: Any) -> list[dict[str, Any]]:
        found = self._client.query(self._name, filter=filter_, output_fields=list(fields), consistency_level=_SURE, **more)
        return [dict(row) for row in found]

    # --- asking ------------------------------------------------------------------------------------------------------

    def count(self, generation: int) -> int:
        """Of the rows that live in a generation, those just written included."""
        with _told(self.address):
            return int(self._query(_alive(generation), ["count(*)"])[0]["count(*)"])

    def vectors(self, numbers: Sequence[int], generation: int) -> dict[int, Vectors]:
        """By passage number; a passage that is not there is left out."""
        found: dict[int, Vectors] = {}
        with _told(self.address):
            for some in _parts(numbers):
                rows = self._query(f"{_alive(generation)} and number in {some}", ["number", "vector"])
                found |= {row["number"]: np.asarray(row["vector"], dtype=np.float32) for row in rows}
        return found

    def search(self, data: Any, field: str, k: int, filter_: str) -> list[tuple[int, float]]:
        """(passage number, strength), the strongest first. Some servers give BM25 a minus."""
        wide = {"search_params": {"params": {"ef": _LOOKED_AT * k}}} if field == "vector" else {}
        asked = {
            "data": [data],
            "anns_field": field,
            "limit": min(k, _MOST_FOUND),
            "filter": filter_,
            "output_fields": ["number"],
        }
        with _told(self.address):
            found = self._client.search(self._name, **asked, **wide)
        return [(int(hit["entity"]["number"]), abs(float(hit["distance"]))) for hit in found[0]]


@dataclass(frozen=True)
class MilvusFinder:
    """One generation of a collection. `hidden`: what is not there for whoever holds it."""

    collection: Collection
    generation: int
    hidden: Hidden = NOTHING

    @staticmethod
    def open(address: str, generation: int, owner: str) -> MilvusFinder:
        collection = Collection(address)
        if (found := collection.owner()) != owner:
            what = "is not there" if found is None else "is another index's by now"
            raise IndexUnsound(f"The collection {address} {what}. Build the index again with --rebuild.")
        return MilvusFinder(collection, generation)

    def nearest(self, query: Vectors, k: int, wanted: Wanted) -> list[int]:
        return [number for number, _ in self.collection.search(query[0].tolist(), "vector", k, self._filter(wanted))]

    def by_words(self, question: str, k: int, wanted: Wanted) -> list[int]:
        """Text and title are searched each for itself, and what only one of them finds is asked of the other; both are BM25, so
        their scores can be added."""
        asked = " ".join(dict.fromkeys(stemmed(question)[:MOST_WORDS]))  # each once, as the other index has it
        if not asked:
            return []
        filter_ = self._filter(wanted)
        text, title = (dict(self.collection.search(asked, field, 2 * k, filter_)) for field in ("words_bm25", "title_bm25"))
        title |= self._of(asked, "title_bm25", text.keys() - title.keys(), filter_)
        text |= self._of(asked, "words_bm25", title.keys() - text.keys(), filter_)
        strength = {n: text.get(n, 0.0) + TITLE_WEIGHT * title.get(n, 0.0) for n in text | title}
        return sorted(strength, key=lambda number: (-strength[number], number))[:k]

    def _of(self, asked: str, field: str, numbers: Set[int], filter_: str) -> dict[int, float]:
        """How strong these passages are in a field; those that hold none of the words are left out."""
        if not numbers:
            return {}
        return dict(self.collection.search(asked, field, len(numbers), f"{filter_} and number in {sorted(numbers)}"))

    def part(self, store: Store, hidden: Hidden) -> MilvusFinder:
        return MilvusFinder(self.collection, self.generation, hidden)

    def counts(self) -> dict[str, int]:
        return {"passages in Milvus": self.collection.count(self.generation)}

    def missing(self, numbers: frozenset[int]) -> frozenset[int]:
        return numbers - self.collection.vectors(sorted(numbers), self.generation).keys()

    def _filter(self, wanted: Wanted) -> str:
        return " and ".join([_alive(self.generation), *_conditions(wanted), *_not_hidden(self.hidden)])


class MilvusKeeper:
    """Writes a generation: what is new is born in it, what is gone dies in it. Nothing of it is seen before it is named.

    before  where each passage that lives in the current generation comes from
    same    whether a passage of that number is the same now; else all are new
    """

    def __init__(self, collection: Collection, generation: int, before: dict[int, tuple[str, ...]], *, same: bool) -> None:
        self._collection, self._generation, self._before, self._same = collection, generation, before, same

    def add(self, passages: Iterable[tuple[int, str]], title: str) -> None:
        """Words are written together with vectors."""

    def remove(self, numbers: Sequence[int]) -> None:
        """What is gone dies when all is known."""

    def fresh(self, store: Store) -> list[PassageRow]:
        """The passages that are to be written; also those that come from elsewhere now, since rules of reading name places."""
        places = {number: places for number, places, _ in store.whereabouts()}
        return [
            row for row in store.all_passages() if not (self._same and self._before.get(row.number) == places[row.article])
        ]

    def keep(self, store: Store, rows: Sequence[PassageRow], vectors: Vectors) -> None:
        new, there = {row.number for row in rows}, store.all_passage_numbers()
        self._collection.kill(sorted(n for n in self._before if n in new or n not in there), self._generation)
        self._collection.bear(self._rows(store, rows, vectors))

    def finish(self, passages: int) -> None:
        """Raises IndexUnsound where not all of it has come through."""
        self._collection.flush()
        if (held := self._collection.count(self._generation)) != passages:
            raise IndexUnsound(f"{self._collection.address} holds {held:,} passages, expected {passages:,}. Run this again.")

    def abandon(self) -> None:
        """The next build takes it back."""

    def _rows(self, store: Store, rows: Sequence[PassageRow], vectors: Vectors) -> Iterator[dict[str, Any]]:
        places, outlets = {number: places for number, places, _ in store.whereabouts()}, store.outlets_by_article
        for row, vector in zip(rows, vectors, strict=True):
            article = store.article(row.article)
            outlet = outlets.get(row.article, "")
            yield {
                "row": self._generation << 40 | row.number, "number": row.number, "born": self._generation, "died": _FOREVER,
                "article": row.article, "outlet": _cut(outlet), "folded": _cut(folded_outlet(outlet)), "day": _day(article.published),
                "places": sorted({folder for place in places[row.article] for folder in folders_of(place)}), "vector": vector.tolist(),
                "words": _cut(" ".join(stemmed(row.span.of(article.text)))), "title": _cut(" ".join(stemmed(article.title))),
            }  # fmt: skip


def _schema(client: MilvusClient, dimension: int, owner: str) -> tuple[Any, Any]:
    from pymilvus import DataType, Function, FunctionType

    schema, indexes = (
        client.create_schema(auto_id=False, enable_dynamic_field=False, description=owner),
        client.prepare_index_params(),
    )
    schema.add_field("row", DataType.INT64, is_primary=True)
    for name in ("number", "born", "died", "article", "day"):
        schema.add_field(name, DataType.INT64)
        indexes.add_index(name, index_type="INVERTED")
    for name in ("outlet", "folded"):
        schema.add_field(name, DataType.VARCHAR, max_length=_MOST_BYTES)
        indexes.add_index(name, index_type="INVERTED")
    schema.add_field("places", DataType.ARRAY, element_type=DataType.VARCHAR, max_capacity=4_096, max_length=8_192)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    indexes.add_index("vector", index_type="HNSW", metric_type="IP", params=_both_ways({"M": 32, "efConstruction": 256}))
    for name in ("words", "title"):
        sparse = f"{name}_bm25"
        schema.add_field(
            name, DataType.VARCHAR, max_length=_MOST_BYTES, enable_analyzer=True, analyzer_params={"tokenizer": "standard"}
        )
        schema.add_field(sparse, DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function(sparse, FunctionType.BM25, input_field_names=[name], output_field_names=[sparse]))
        parameters = _both_ways({"bm25_k1": 1.2, "bm25_b": 0.75})  # tantivy's
        indexes.add_index(sparse, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=parameters)
    return schema, indexes


def _both_ways(parameters: dict[str, Any]) -> dict[str, Any]:
    """Each by itself, as Milvus reads them, and all in one JSON, as milvus-lite does."""
    return {**parameters, "params": json.dumps(parameters)}


def _alive(generation: int) -> str:
    return f"born <= {generation} and died > {generation}"


def _conditions(wanted: Wanted) -> Iterator[str]:
    if wanted.without:
        yield f"article not in {sorted(wanted.without)}"
    if wanted.only is not None:
        yield f"article in {sorted(wanted.only)}" if wanted.only else "article < 0"
    if wanted.outlets is not None:
        yield f"outlet in {_texts(wanted.outlets)}" if wanted.outlets else "article < 0"
    if wanted.since or wanted.until:
        yield f"day >= {_day(str(wanted.since or date.min))} and day > 0"
    if wanted.until:
        yield f"day <= {_day(str(wanted.until))}"


def _not_hidden(hidden: Hidden) -> Iterator[str]:
    """Of an article of several places some may get through here; the store does not show it."""
    for place, within in hidden.places:
        inside = f"array_contains(places, {_texts([place])[1:-1]})"
        yield f"not ({inside} and not array_contains_any(places, {_texts(within)}))" if within else f"not {inside}"
    if hidden.outlets:
        yield f"folded not in {_texts(hidden.outlets)}"
    if hidden.articles:
        yield f"article not in {sorted(hidden.articles)}"


def _texts(names: Iterable[str]) -> str:
    return json.dumps(sorted(_cut(name) for name in names), ensure_ascii=False)


def _day(day: str | None) -> int:
    """20260108 of "2026-01-08"; 0 of None."""
    return int(day.replace("-", "")) if day else 0


def _cut(text: str) -> str:
    return text.encode()[:_MOST_BYTES].decode(errors="ignore")


def _parts(things: Iterable[T]) -> Iterator[list[T]]:
    some: list[T] = []
    for thing in things:
        some.append(thing)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


@lru_cache(maxsize=4)
def _client(server: str) -> MilvusClient:
    try:
        from pymilvus import MilvusClient
    except ImportError as error:
        raise BadInput('Milvus needs one package more. Install it: pip install "secondsource[milvus]"') from error
    for name in ("pymilvus", "pymilvus.milvus_client"):  # they write tracebacks for what we tell in a sentence
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return MilvusClient(uri=server, token=os.environ.get("MILVUS_TOKEN", ""), timeout=30)


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Turns what Milvus, or the way to it, refuses into one sentence."""
    try:
        yield
    except BadInput:
        raise
    except Exception as error:
        if not type(error).__module__.startswith(("pymilvus", "grpc")):
            raise
        raise IndexUnsound(f"Milvus at {address} cannot be asked: {' '.join(str(error).split())[:300]}") from error
