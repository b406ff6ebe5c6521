"""Who may read which articles, as an administrator's file says.

    header = "X-Remote-Groups"             in which the reverse proxy names the groups of whoever asks, with commas between

    [groups.board]                         what is named here is for this group; another group may name it too
    folders = ["articles/board"]           all files below; of folders within each other the innermost counts
    sources = ["minutes.jsonl", "https://intranet.example/feed.xml"]
    outlets = ["Board Minutes"]            all articles of this publisher

What no group names is open to all. An article whose folder and whose outlet are both named needs a group of each, and so does one that
comes from several named places: a link and where it leads, a page that several sources list.
Paths are relative to the folder of the file.

The law: what a rule hides stays hidden whatever happens to the index. An article that comes from a named place, or is of a named outlet,
is told to nobody outside of its groups, however the name is written, whichever generation answers, and whether it was built, rebuilt,
damaged, moved or half readable. A rule that would come to name nothing keeps the generation in which it names something.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.errors import BadInput
from corpus.online import is_address
from index.store import Store

_KINDS = ("folders", "sources", "outlets")
Groups = frozenset[str]
NOBODYS: Groups = frozenset()
"""The groups of whoever is in none."""


_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Signs that are not seen, besides those of control and of formatting: what Unicode calls default ignorable, and the empty Braille cell."""
_USUAL_PORTS = {"http": ":80", "https": ":443"}


def _seen(name: str) -> str:
    return "".join(c for c in _BLANK.sub("", name) if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))


@lru_cache(maxsize=10_000)
def folded_outlet(name: str) -> str:
    """The same for names that differ in case, in their form in Unicode, in signs that are not seen, and in spaces."""
    bare = unicodedata.normalize("NFKC", _seen(name)).casefold()
    return " ".join(unicodedata.normalize("NFKC", _seen(bare)).split())


def folded_place(place: str) -> str:
    """The same for paths that differ in their form in Unicode and in signs that are not seen; and for addresses that differ in what
    leads to one page anyway."""
    if not is_address(place):
        return place if place.isascii() else unicodedata.normalize("NFC", _seen(place))
    scheme, _, rest = place.partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower().removesuffix(_USUAL_PORTS[scheme.lower()])}{slash}{path}"


@dataclass(frozen=True)
class Hidden:
    """What somebody may not read, as a filter: where articles come from, each place with the named places within it, which are
    decided by themselves; outlets; and articles by number. Names are folded, as above."""

    places: tuple[tuple[str, tuple[str, ...]], ...] = ()
    outlets: tuple[str, ...] = ()
    articles: frozenset[int] = frozenset()

    def numbers(self, named: Mapping[Named, frozenset[int]]) -> frozenset[int]:
        """Of the articles, where `named` is what decides on them."""
        names = {*(("place", place) for place, _ in self.places), *(("outlet", outlet) for outlet in self.outlets)}
        return self.articles.union(*(numbers for of, numbers in named.items() if of & names))


NOTHING = Hidden()
Named = frozenset[tuple[str, str]]
"""What decides who may read an article: the named places that it comes from, the innermost of each, and its outlet if that is named."""


@dataclass(frozen=True)
class Rules:
    """places: a folder, file or address -> the groups that may read it; outlets: the same by name; both folded"""

    file: Path
    header: str
    places: Mapping[str, Groups] = field(default_factory=dict)
    outlets: Mapping[str, Groups] = field(default_factory=dict)

    def hidden(self, groups: Groups) -> Hidden:
        """From a member of these groups."""
        places = tuple(
            (place, tuple(other for other in self.places if other != place and place in folders_of(other)))
            for place, allowed in self.places.items()
            if not allowed & groups
        )
        return Hidden(places, tuple(outlet for outlet, allowed in self.outlets.items() if not allowed & groups))

    def named(self, places: Sequence[str], outlet: str | None) -> Named:
        """What decides on an article of these places and this outlet; nothing where it is open to all."""
        inner = (next((folder for folder in folders_of(place) if folder in self.places), None) for place in places)
        name = folded_outlet(outlet or "")
        return frozenset([*(("place", p) for p in inner if p), *([("outlet", name)] if name in self.outlets else [])])

    def refuse_idle(self, store: Store, sources: Sequence[str], before: frozenset[str] | None = None) -> frozenset[str]:
        """Raises BadInput, naming every place and outlet of which there is no article: a slip of the pen would open what it names.
        An empty folder is allowed where it lies in one of the sources that are indexed, and nothing was moved since they were.

        before: the empty folders of the generation before, where there is one; others must not have become empty.
        Returns the empty folders.
        """
        places, outlets, files = set(self.places), set(self.outlets), set()
        for _, comes_from, outlet in store.whereabouts():
            outlets.discard(folded_outlet(outlet or ""))
            places -= {folder for place in comes_from for folder in folders_of(place)} if places else set()
            files.add(comes_from[0])
        indexed = set(map(folded_place, sources))
        empty = frozenset(name for name in places if Path(name).is_dir() and indexed & set(folders_of(name)))
        if before is not None:
            empty &= before
        elif empty and not all(is_address(file) or Path(file).exists() for file in files):
            empty = frozenset()
        idle = outlets | (places - empty)
        if idle:
            named = ", ".join(repr(name) for name in sorted(idle))
            raise BadInput(
                f"{self.file} names what no article of the index is of: {named}. Mend the name, or index the articles first."
            )
        return empty


class Remembered:
    """By what names texts were hidden since the server began. A text that is moved to where no rule names it stays hidden, and so
    does whatever is written there afterwards."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._names: dict[str, set[Named]] = {}
        self._held: dict[str, set[Named]] = {}
        """By the id of an article that was hidden for where its text was before."""

    def named(self, store: Store) -> tuple[dict[Named, frozenset[int]], int]:
        """The numbers of articles by what decides on them, and how many are hidden for where they were before."""
        found: dict[Named, set[int]] = defaultdict(set)
        names: dict[str, set[Named]] = defaultdict(set)
        moved, texts = 0, store.texts()
        for number, places, outlet in store.whereabouts():
            text, id_ = texts[number]
            now, before = self._rules.named(places, outlet), self._names.get(text) or self._held.get(id_) or {frozenset()}
            if not any(one <= now for one in before):
                now, moved = now.union(*before), moved + 1
                self._held[id_] = {now}
            found[now].add(number)
            names[text].add(now)
        self._names |= {text: some for text, some in names.items() if frozenset() not in some}
        return {named: frozenset(numbers) for named, numbers in found.items() if named}, moved


def folders_of(place: str) -> tuple[str, ...]:
    """Itself and all folders around it, folded, the innermost first; an address lies in none."""
    folded = folded_place(place)
    return (folded,) if is_address(folded) else (folded, *map(str, Path(folded).parents))


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
    places: dict[str, Groups] = defaultdict(frozenset)
    outlets: dict[str, Groups] = defaultdict(frozenset)
    for group, named in told["groups"].items():
        for place in (*named.get("folders", ()), *named.get("sources", ())):
            places[folded_place(place if is_address(place) else str((file.parent / place).resolve()))] |= {group}
        for outlet in named.get("outlets", ()):
            outlets[folded_outlet(outlet)] |= {group}
    return Rules(file, told["header"], dict(places), dict(outlets))


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
            elif not isinstance(names, list) or not all(isinstance(n, str) and folded_outlet(n) for n in names) or not names:
                yield f"{kind} of the group {group!r} must be a list of names"
