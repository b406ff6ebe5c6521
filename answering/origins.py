"""Which of the voices for a claim speak independently of each other.

A voice is an article and the place in it that says the claim. Two share an origin when one article copies the other, when
they are of one publisher or one family of publishers (outlets.toml), or when both credit the same upstream for this
account. A count of origins is an upper bound on independence: what is not written in the articles cannot be seen.

Which way each rule errs: docs/flags.md.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import computed_field
from pydantic.dataclasses import dataclass as contract

from answering.answer import Origin, RestsOn, Support
from corpus.article import Article, Span, Upstream
from corpus.blocks import blocks
from corpus.metadata import host_of, outlet_key
from index.copies import comparable
from index.copy_groups import COPIED_SHARE
from index.store import Copy, Store
from language.names import names_in, same_name
from language.words import content_stems, name_stems, share_held

if TYPE_CHECKING:
    from tldextract import TLDExtract


OUTLETS = Path(__file__).with_name("outlets.toml")
_HEAD_BLOCKS = 4
"""A credit so near the top (title, byline, dateline, lead) is for the whole account."""
_LAST_BLOCKS = 2
"""And so near the end a line of its own: "Source: ..."."""
_SAME_EVENT = 0.5
"""Of the claim's names, how many must stand around a credit further down for it to be for the same event."""

_SAYING = re.compile(
    r"\s+(?:said|says|told|announced|confirmed|claimed|estimated|reported|warned|explained|argued)\b"
    r"|\b(?:according to|said|says)(?: the)?\s+"
)
"""What stands between a sayer and what is said."""
_SHOWN_WORDS = 12
"""Of the longest stretch that two copies have in common."""

CopiesOf = Callable[[Iterable[str]], Mapping[str, Sequence[Copy]]]
"""By article id, the copies that join the group it belongs to."""


@dataclass(frozen=True)
class Voice:
    """An article and the sentence in it that says the claim."""

    article: Article
    span: Span


def origins_of(voices: Sequence[Voice], copies_of: CopiesOf) -> dict[str, Origin]:
    """By article id. Sharing is transitive; each reason names the two articles that it joins."""
    copies = copies_of({v.article.id for v in voices})
    group = {v.article.id: {v.article.id} for v in voices}
    reasons: dict[frozenset[str], list[str]] = {}
    # In order of the articles, so that a reason is told one way round however often the two speak.
    for one, other in itertools.combinations(sorted(voices, key=lambda v: v.article.id), 2):
        reason = shared_origin(one, other, copies)
        if reason is not None and one.article.id != other.article.id:
            joined = group[one.article.id] | group[other.article.id]
            told = reasons.setdefault(frozenset((one.article.id, other.article.id)), [])
            told += [reason] if reason not in told else []
            for id_ in joined:
                group[id_] = joined
    return {
        id_: Origin(
            min(members),
            tuple(sorted(members)),
            tuple(r for pair, told in reasons.items() if pair <= members for r in told),
        )
        for id_, members in group.items()
    }


def support_of(said: Iterable[tuple[Article, Origin]]) -> tuple[Support, int]:
    """What the articles that say something amount to, and how many origins they have at most.

    An article that is too short to be compared is counted as no further origin: `unknown` where it is all that there is.
    """
    by_id = {article.id: (article, origin.id) for article, origin in said}
    origins = {origin for _, origin in by_id.values()}
    if len(by_id) == 1:
        return "single_source", 1
    if len(origins) == 1:
        return "shared_origin", 1
    certain = {origin for article, origin in by_id.values() if comparable(article)}
    return ("corroborated", len(certain)) if len(certain) > 1 else ("unknown", len(origins))


def shared_origin(one: Voice, other: Voice, copies: Mapping[str, Sequence[Copy]]) -> str | None:
    """Why two voices do not speak independently, as a sentence; None where no sign of that was found."""
    return (
        _copied(one.article, other.article, copies)
        or _one_house(one.article, other.article)
        or _one_upstream(one, other)
        or _one_statement(one, other)
    )


# --- Copies ----------------------------------------------------------------------------------------------------------


def _copied(one: Article, other: Article, copies: Mapping[str, Sequence[Copy]]) -> str | None:
    """Direct copies with how much is copied; else, where a third article joins them, that."""
    both = {one.id, other.id}
    joining = copies.get(one.id, ())
    direct = next((c for c in joining if {c.one, c.other} == both), None)
    if direct is not None:
        first = one if direct.one == one.id else other
        stretch = " ".join(direct.found.one.of(first.text).split()[:_SHOWN_WORDS])
        return (
            f"{_both(one, other)} have {direct.found.share:.0%} of the words of one in the same order, as in “{stretch} …”"
        )
    if any(other.id in (c.one, c.other) for c in joining):
        return f"{_both(one, other)} are both in part copies of a third article"
    return None


def _both(one: Article, other: Article) -> str:
    return f"“{one.title}” and “{other.title}”"


# --- Publishers ------------------------------------------------------------------------------------------------------


def _one_house(one: Article, other: Article) -> str | None:
    own, own_too = publisher_key(one), publisher_key(other)
    if own is None or own_too is None:
        return None
    if own == own_too:
        return f"{_both(one, other)} have the same publisher, {one.publisher or own}"
    family = _families().get(own)
    if family is not None and family == _families().get(own_too):
        names = f"{one.publisher or own} and {other.publisher or own_too}"
        return f"{_both(one, other)} are of one family of publishers: {names} belong to {family}"
    return None


def publisher_key(article: Article) -> str | None:
    """The stated publisher, else the name in the URL's host ("cnn" of edition.cnn.com); None where neither is."""
    return _key(article.publisher, host_of(article.url))


def outlets_in(store: Store) -> frozenset[str]:
    """The publishers of all articles of an index, as `publisher_key` has them."""
    return frozenset(key for publisher, host in store.outlets if (key := _key(publisher, host)) is not None)


@cache
def _key(publisher: str | None, host: str | None) -> str | None:
    if publisher:
        return outlet(re.sub(r"\.(?:com|org|net|co\.uk)$", "", publisher.strip().lower()))
    return outlet(_registered(host)) if host else None


def _registered(host: str) -> str:
    """bbc of www.bbc.co.uk, cnn of edition.cnn.com, somebody of somebody.github.io; a name or address without an ending as it is."""
    found = _endings()(host)
    return found.domain if found.suffix else host


@cache
def _endings() -> TLDExtract:
    """The public suffix list as the package carries it; nothing is fetched."""
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def outlet(name: str) -> str:
    """One key for one outlet under all its names."""
    key = _folded(name)
    return _names().get(key, key)


def _folded(name: str) -> str:
    return outlet_key(name).replace(" ", "")


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(OUTLETS.read_text(encoding="utf-8"))


@cache
def _names() -> dict[str, str]:
    return {_folded(other): _folded(name) for name, others in _table()["names"].items() for other in others}


@cache
def _families() -> dict[str, str]:
    return {outlet(member): family for family, members in _table()["families"].items() for member in members}


# --- Upstreams -------------------------------------------------------------------------------------------------------


def _one_upstream(one: Voice, other: Voice) -> str | None:
    voices, voices_too = _accounts(one), _accounts(other)
    for key in voices.keys() & voices_too.keys():
        name = next((u.name for v in (one, other) for u in v.article.upstreams if outlet(u.name) == key), key)
        return f"“{one.article.title}” ({voices[key]}) and “{other.article.title}” ({voices_too[key]}) both rest on {name}"
    return _named_by_both(one, other) or _named_by_both(other, one)


def _named_by_both(one: Voice, other: Voice) -> str | None:
    """One credits an outlet, a study or a poll for its account; the sentence of the other names it too, in whatever construction."""
    line = other.span.of(other.article.text)
    for upstream in credited(one):
        if re.search(rf"\b{re.escape(upstream.name)}\b", line) and outlet(upstream.name) != publisher_key(other.article):
            return f"{_both(one.article, other.article)} both rest on {upstream.name}"
    return None


def _one_statement(one: Voice, other: Voice) -> str | None:
    """Both retell what the same person or body said."""
    for name in _speakers(one):
        if any(same_name(name, said) for said in _speakers(other)):
            return f"{_both(one.article, other.article)} both retell what {name} said"
    return None


def _speakers(voice: Voice) -> set[str]:
    """Who is named right beside a verb of saying: "Holt said", "according to the Water Board"."""
    line = " ".join(voice.span.of(voice.article.text).split())
    ends = [m.span() for m in _SAYING.finditer(line)]
    return {n.of(line) for n in names_in(line) for start, end in ends if end == n.start or n.end == start}


def _accounts(voice: Voice) -> dict[str, str]:
    """Whose account it is: the outlets credited for it, and its own publisher, each with the words that say so."""
    own = publisher_key(voice.article)
    told = {own: f"published by {voice.article.publisher or own}"} if own else {}
    return told | {outlet(u.name): u.span.of(voice.article.text) for u in credited(voice)}


def credited(voice: Voice) -> list[Upstream]:
    """The upstreams that the article credits for this account; an outlet that it mentions for something else is none."""
    text = voice.article.text
    parts = tuple(blocks(text))
    return [u for u in voice.article.upstreams if _is_for(u, voice, parts)]


def rests_on(voices: Sequence[Voice], outlets: frozenset[str]) -> tuple[RestsOn, ...]:
    """The outlets that the articles credit for what they are quoted with, the most credited first; `outlets`: those of
    which the corpus has an article."""
    names: dict[str, str] = {}
    articles: dict[str, set[str]] = {}
    for voice in voices:
        for upstream in credited(voice):
            key = outlet(upstream.name)
            if key != publisher_key(voice.article):
                names.setdefault(key, upstream.name)
                articles.setdefault(key, set()).add(voice.article.id)
    found = [RestsOn(names[key], tuple(sorted(ids)), key in outlets) for key, ids in articles.items()]
    return tuple(sorted(found, key=lambda u: (-len(u.articles), u.name)))


def _is_for(upstream: Upstream, voice: Voice, parts: Sequence[Span]) -> bool:
    at = next((n for n, part in enumerate(parts) if part.overlaps(upstream.span)), 0)
    near_the_edge = at < _HEAD_BLOCKS or (at >= len(parts) - _LAST_BLOCKS and upstream.span == parts[at])
    if near_the_edge or parts[at].overlaps(voice.span):
        return True
    claim = voice.span.of(voice.article.text)
    wanted = name_stems(claim) or content_stems(claim)
    return share_held(wanted, content_stems(parts[at].of(voice.article.text))) >= _SAME_EVENT


# --- What a whole index rests on: origins by copy, upstreams, undated and machine-written articles ---
#
# Origins here are by reprint and wire copy alone. Publisher families and upstreams are judged for each claim: over a whole
# corpus they would join a newspaper into one voice.

_SHOWN = 12
"""Of each list, in words; the JSON has all."""


@contract(frozen=True)
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


def sources_in_words(sources: Sources) -> str:
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
