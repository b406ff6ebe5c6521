"""What a whole index rests on: origins by copy, upstreams, undated and machine-written articles.

Origins here are by reprint and wire copy alone. Publisher families and upstreams are judged for each claim
(answering/provenance/origins.py): over a whole corpus they would join a newspaper into one voice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pydantic import computed_field
from pydantic.dataclasses import dataclass

from answering.answer import Origin, RestsOn
from answering.provenance.origins import outlet, outlets_in
from index.copy_groups import COPIED_SHARE
from index.store import Copy, Store

_SHOWN = 12
"""Of each list, in words; the JSON has all."""


@dataclass(frozen=True)
class Sources:
    """origins: every article in exactly one, the largest first. upstreams: the most credited first."""

    articles: int
    origins: tuple[Origin, ...]
    upstreams: tuple[RestsOn, ...]
    undated: tuple[str, ...]
    machine_written: tuple[str, ...]

    @computed_field
    @property
    def reprints(self) -> list[tuple[str, ...]]:
        """The articles of every origin that has several."""
        return [o.articles for o in self.origins if len(o.articles) > 1]


def sources_of(store: Store) -> Sources:
    """Reads every article once."""
    names: dict[str, str] = {}
    credits: dict[str, list[str]] = defaultdict(list)
    titles: dict[str, str] = {}
    outlets = outlets_in(store)
    undated: list[str] = []
    machine: list[str] = []
    for article in store.articles():
        titles[article.id] = article.title
        undated += [article.id] if article.published is None else []
        machine += [article.id] if article.machine else []
        for key, name in {outlet(u.name): u.name for u in reversed(article.upstreams)}.items():
            names.setdefault(key, name)
            credits[key].append(article.id)
    upstreams = [RestsOn(names[key], tuple(ids), key in outlets) for key, ids in credits.items()]
    upstreams.sort(key=lambda u: (-len(u.articles), u.name))
    return Sources(len(titles), _origins(store, titles), tuple(upstreams), tuple(undated), tuple(machine))


def _origins(store: Store, titles: dict[str, str]) -> tuple[Origin, ...]:
    copies: dict[int, list[Copy]] = defaultdict(list)
    for group, copy in store.all_copies(COPIED_SHARE):
        copies[group].append(copy)
    found = [
        Origin(min(ids), tuple(sorted(ids)), tuple(_reason(copy, titles) for copy in copies[group]))
        for group, ids in store.groups().items()
    ]
    return tuple(sorted(found, key=lambda o: (-len(o.articles), o.id)))


def _reason(copy: Copy, titles: dict[str, str]) -> str:
    return (
        f"“{titles[copy.one]}” ({copy.one}) and “{titles[copy.other]}” ({copy.other}) have {copy.found.share:.0%} of the words "
        f"of one in the same order, {copy.found.words} in one stretch"
    )


def in_words(sources: Sources) -> str:
    """The summary first, then the largest of each group; for a terminal, however large the corpus is."""
    reprints = [o for o in sources.origins if len(o.articles) > 1]
    copied = sum(map(len, sources.reprints))
    lacking = [u for u in sources.upstreams if not u.in_corpus]
    lines = [
        f"{sources.articles:,} articles of {len(sources.origins):,} origins: {copied:,} are copies of each other, in "
        f"{len(reprints):,} groups.",
        f"{len(sources.upstreams):,} outlets are credited, {len(lacking):,} of them without an article here.",
        f"{len(sources.undated):,} articles are undated, {len(sources.machine_written):,} say that a machine wrote them.",
    ]
    lines += _part("Copies of each other", [_group(o) for o in reprints])
    lines += _part("Credited, and not in the corpus", [_rests_on(u) for u in lacking])
    lines += _part("Credited, and in the corpus", [_rests_on(u) for u in sources.upstreams if u.in_corpus])
    lines += _part("Undated", sources.undated)
    lines += _part("Machine-written", sources.machine_written)
    return "\n".join(lines)


def _rests_on(upstream: RestsOn) -> str:
    count = len(upstream.articles)
    return f"{count:,} article{'s' if count != 1 else ''} credit{'' if count != 1 else 's'} {upstream.name}: {_some(upstream.articles)}"


def _group(origin: Origin) -> str:
    return f"{_some(origin.articles)}\n    {origin.reasons[0]}" if origin.reasons else _some(origin.articles)


def _some(ids: Sequence[str], most: int = 3) -> str:
    more = f" and {len(ids) - most:,} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + more


def _part(title: str, items: Sequence[str]) -> list[str]:
    if not items:
        return []
    more = [f"  and {len(items) - _SHOWN:,} more; --json lists them all"] if len(items) > _SHOWN else []
    return ["", f"{title}:", *(f"  {item}" for item in items[:_SHOWN]), *more]
