"""Who may read which articles, as an administrator's file says.

    header = "X-Remote-Groups"             in which the reverse proxy names the groups of whoever asks, with commas between

    [groups.board]                         what is named here is for this group; another group may name it too
    folders = ["articles/board"]           all files below; of folders within each other the innermost counts
    sources = ["minutes.jsonl", "https://intranet.example/feed.xml"]
    outlets = ["Board Minutes"]            all articles of this publisher

What no group names is open to all. An article whose folder and whose outlet are both named needs a group of each.
Paths are relative to the folder of the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import BadInput
from corpus.online import is_address
from index.store import Store

_KINDS = ("folders", "sources", "outlets")
Groups = frozenset[str]
NOBODYS: Groups = frozenset()
"""The groups of whoever is in none."""


@dataclass(frozen=True)
class Hidden:
    """What somebody may not read, as a filter: where articles come from, each place with the named places within it, which are
    decided by themselves; and outlets, in small letters."""

    places: tuple[tuple[str, tuple[str, ...]], ...] = ()
    outlets: tuple[str, ...] = ()


NOTHING = Hidden()


@dataclass(frozen=True)
class Rules:
    """places: a folder, file or address -> the groups that may read it; outlets: the same by name in small letters."""

    file: Path
    header: str
    places: Mapping[str, Groups] = field(default_factory=dict)
    outlets: Mapping[str, Groups] = field(default_factory=dict)

    def that_count(self, groups: Groups) -> Groups:
        """Those of the groups that are named at all."""
        return groups & frozenset().union(*self.places.values(), *self.outlets.values())

    def readable(self, store: Store, groups: Groups) -> frozenset[int]:
        """Numbers of the articles that a member of these groups may read."""
        return frozenset(
            number
            for number, file, outlet in store.whereabouts()
            if all(allowed & groups for allowed in self._asked_for(file, outlet))
        )

    def hidden(self, groups: Groups) -> Hidden:
        """The same as a filter."""
        places = tuple(
            (place, tuple(other for other in self.places if other != place and place in folders_of(other)))
            for place, allowed in self.places.items()
            if not allowed & groups
        )
        return Hidden(places, tuple(outlet for outlet, allowed in self.outlets.items() if not allowed & groups))

    def _asked_for(self, file: str, outlet: str | None) -> Iterator[Groups]:
        """Of the place that an article comes from, and of its outlet, the groups that are named; nothing where none is."""
        if (place := self._place_of(file)) is not None:
            yield self.places[place]
        if outlet is not None and (named := self.outlets.get(outlet.casefold())) is not None:
            yield named

    def _place_of(self, file: str) -> str | None:
        """The innermost that is named."""
        return next((place for place in folders_of(file) if place in self.places), None)

    def refuse_idle(self, store: Store, sources: Sequence[str]) -> None:
        """Raises BadInput, naming every place and outlet of which there is no article: a slip of the pen would open what it names.
        An empty folder is allowed where it lies in one of the sources that are indexed."""
        idle = set(self.places) | set(self.outlets)
        for _, file, outlet in store.whereabouts():
            idle -= {(outlet or "").casefold()}
            idle -= set(folders_of(file)) if idle else set()
        idle = {name for name in idle if not (Path(name).is_dir() and set(folders_of(name)) & set(sources))}
        if idle:
            named = ", ".join(repr(name) for name in sorted(idle))
            raise BadInput(
                f"{self.file} names what no article of the index is of: {named}. Mend the name, or index the articles first."
            )


def folders_of(file: str) -> tuple[str, ...]:
    """Itself and all folders around it, the innermost first; an address lies in none."""
    return (file,) if is_address(file) else (file, *map(str, Path(file).parents))


def read_rules(file: Path) -> Rules:
    """Raises BadInput, naming every mistake of the file."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} is no TOML: {error}.") from error
    wrong = list(_mistakes(told))
    if wrong:
        raise BadInput("\n".join(f"{file}: {mistake}." for mistake in wrong))
    places: dict[str, Groups] = {}
    outlets: dict[str, Groups] = {}
    for group, named in told["groups"].items():
        for place in (*named.get("folders", ()), *named.get("sources", ())):
            place = place if is_address(place) else str((file.parent / place).resolve())
            places[place] = places.get(place, NOBODYS) | {group}
        for outlet in named.get("outlets", ()):
            outlets[outlet.casefold()] = outlets.get(outlet.casefold(), NOBODYS) | {group}
    return Rules(file, told["header"], places, outlets)


def _mistakes(told: Mapping[str, Any]) -> Iterator[str]:
    header, groups = told.get("header"), told.get("groups")
    if not isinstance(header, str) or not header.isascii() or not header.replace("-", "").isalnum():
        yield 'header must be the name of a header, as in header = "X-Remote-Groups"'
    yield from (f"{name!r} is not known; expected header and [groups.NAME]" for name in told.keys() - {"header", "groups"})
    if not isinstance(groups, dict) or not groups:
        yield "no group is named; expected [groups.NAME]"
        return
    for group, named in groups.items():
        if not group.strip() or group != group.strip() or "," in group:
            yield f"the group {group!r} cannot be named in a header: no commas, no spaces around it"
        if not isinstance(named, dict) or not named:
            yield f"the group {group!r} is given nothing; expected {', '.join(_KINDS)}"
            continue
        for kind, names in named.items():
            if kind not in _KINDS:
                yield f"{kind!r} of the group {group!r} is not known; expected {', '.join(_KINDS)}"
            elif not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names) or not names:
                yield f"{kind} of the group {group!r} must be a list of names"
