"""Names and their forms: when two of them are of one bearer.

"Nvidia Corp." is NVIDIA and "Judge Maren Holt" Maren Holt; "JWB" is what its article introduces it for; "Holt" is Maren Holt where
the article told of her in full before. Never is a name the same because another begins with it: China is not China Mobile.
"""

from __future__ import annotations

import re
from functools import lru_cache

from language.spans import Span
from language.words import without_accents

_SMALL = frozenset(["the", "a", "an", "of", "and", "de", "la", "von", "van", "der", "for", "in", "on", "at", "to"])
_MEN, _WOMEN = (
    frozenset(["mr", "sir", "lord", "king", "prince"]),
    frozenset(["mrs", "ms", "miss", "lady", "dame", "queen", "princess"]),
)
_TITLES = _MEN | _WOMEN | frozenset(
    ["dr", "prof", "professor", "president", "minister", "mayor", "senator", "judge", "captain", "pope", "rev", "chancellor",
     "governor", "general"]
)  # fmt: skip
_LEGAL = frozenset(
    ["inc", "ltd", "limited", "corp", "corporation", "co", "plc", "llc", "company", "group", "ag", "gmbh", "sa", "nv", "bv", "ab", "asa", "oy",
     "spa", "se", "kg"]
)  # fmt: skip
_ALIASES = {"us": "united states", "usa": "united states", "america": "united states", "american": "united states",
            "americans": "united states", "british": "united kingdom", "britons": "united kingdom", "uk": "united kingdom", "britain": "united kingdom",
            "great britain": "united kingdom", "eu": "european union", "un": "united nations"}  # fmt: skip
_NO_FIRST_NAMES = frozenset(
    ["new", "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "upper", "lower",
     "great", "greater", "little", "equatorial", "saint", "st", "san", "santa", "los", "las", "el", "general", "royal",
     "national", "united", "international", "global", "first", "old", "inner", "outer", "deutsche", "financial", "silver",
     "golden", "red", "blue", "green", "black", "white", "grand", "american", "british", "european", "world"]
)  # fmt: skip
_THINGS = frozenset(
    ["times", "post", "journal", "news", "press", "herald", "tribune", "guardian", "bank", "street", "road", "avenue",
     "lane", "square", "bridge", "river", "lake", "sea", "island", "islands", "mount", "mountain", "valley", "park",
     "hall", "house", "tower", "castle", "church", "cathedral", "school", "college", "university", "institute", "academy",
     "museum", "library", "theatre", "hospital", "court", "council", "committee", "commission", "board", "agency",
     "ministry", "department", "office", "parliament", "party", "union", "league", "club", "united", "city", "town",
     "county", "district", "state", "states", "republic", "kingdom", "province", "region", "prize", "cup", "award",
     "medal", "open", "championship", "games", "series", "show", "motors", "electric", "steel", "mobile", "energy",
     "power", "oil", "gas", "airlines", "airways", "air", "lines", "line", "rail", "railway", "bus", "software", "systems",
     "services", "technologies", "technology", "platforms", "cars", "media", "studios", "pictures", "records", "holdings",
     "partners", "capital", "foundation", "trust", "fund", "society", "association", "federation", "band", "orchestra",
     "festival", "fair", "market", "exchange", "works", "mill", "mills", "foods", "stores", "bay", "beach", "port",
     "harbour", "airport", "station", "centre", "center", "army", "navy", "force", "police", "guard", "act", "bill", "law",
     "treaty", "accord", "plan", "project", "programme", "program", "mission", "day", "week", "war", "battle", "report",
     "review", "hawks", "wolves", "lions", "tigers", "bears", "eagles", "rovers", "rangers", "athletic", "gull", "gulls"]
)  # fmt: skip
"""A name of several words that ends so is no person's, and its last word alone no name of it."""
_NO_NAMES = (
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|July|September|October|November|December|Yesterday|Today"
    "|Meanwhile|However|Later|Earlier|Now|Then|Also|But|And|Or|If|When|While|In|On|At|By|For|From|To|With|After|Before|Since|Until|During|He|She"
    "|They|It|We|I|His|Her|Their|Its|Our|That|This|These|Those|There|Here|As|Both|Only|Not|No|Yes|Some|Many|Most|Last|Next|About|Over"
)
_WORD = rf"(?!(?:{_NO_NAMES})\b)(?:(?:[A-Z]\.)+|(?:Dr|Mrs?|Ms|St|Mt|Prof)\.|[^\W\d_a-zß-öø-ÿ][\w&-]*(?:['’](?!s?\b)\w+)*)"
_NAME = re.compile(rf"\b{_WORD}(?: (?:(?:of|of the|the|de|la|von|van|&) )?{_WORD}){{0,7}}")


@lru_cache(maxsize=20_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words that tell a name apart, in lower case: no articles, titles, legal forms, possessive endings, accents."""
    bare = re.sub(r"'s?\b|'$", "", without_accents(name).lower().replace("a/s", "")).replace(".", "")
    words = [w for w in re.findall(r"[^\W_]+", bare.replace("&", " ")) if w not in _SMALL]
    words = [_abbreviated(w, n, len(words)) for n, w in enumerate(words)]
    telling = tuple(w for w in words if w not in _TITLES | _LEGAL) or tuple(words)
    if words[:2] == ["general", *telling] and set(telling) <= _THINGS:
        telling = tuple(words)  # General Motors is no general
    alias = _ALIASES.get(" ".join(telling))
    return tuple(alias.split()) if alias else telling


def _abbreviated(word: str, at: int, count: int) -> str:
    if word == "st" and count > 1:
        return "street" if at == count - 1 else "saint"
    return "mount" if word == "mt" and at == 0 and count > 1 else word


@lru_cache(maxsize=50_000)
def same_name(one: str, other: str, article_one: str = "", article_other: str = "") -> bool:
    """Equal after folding; or the one is the other's introduced short form, or the family name after the full name, in its article.

    A bare word is a person's family name where its own article names nobody in full, or no text is given ("Holt", "Maren Holt"): else
    everybody would be lost who is named in full only elsewhere.
    """
    if not words_of(one) or not words_of(other) or _of_two_kinds(one, other):
        return False
    mine, theirs = _in_full(one, article_one, article_other), _in_full(other, article_other, article_one)
    if mine is None or theirs is None:
        return False
    if mine == theirs or _initialled(mine, theirs):
        return True
    (short, near), (long, _) = sorted(((mine, article_one), (theirs, article_other)), key=lambda pair: len(pair[0]))
    told = bool(near) or not (article_one or article_other)
    return (told and len(short) == 1 and _is_family_name(short[0], long)) or _introduced(short, long)


def _introduced(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """ "Grandmaster Tobi Adeyemi" is Tobi Adeyemi: one word before the whole name of a person says what she is. And three letters or
    more are the name that they begin: "WHO"."""
    letters = "".join(word[0] for word in long)
    return (short == long[1:] and len(short) > 1 and _is_family_name(short[-1], long)) or (
        len(short) == 1 and len(long) > 2 and short[0] == letters
    )


def _of_two_kinds(one: str, other: str) -> bool:
    """Mr. Holt is not Mrs. Holt, nor King Albert Prince Albert."""
    a, b = (set(re.findall(r"[a-z]+", n.lower())) for n in (one, other))
    crowned = {"king", "queen", "prince", "princess"}
    return bool(
        (a & _MEN and b & _WOMEN)
        or (a & _WOMEN and b & _MEN)
        or (a & crowned and b & crowned and a & crowned != b & crowned)
    )


def _in_full(name: str, article: str, elsewhere: str) -> tuple[str, ...] | None:
    """The words of the fullest form that the article gives a name; None where it gives several bearers."""
    for text in (article, elsewhere):
        short = {words_of(k): v for k, v in short_forms(text).items()} if text else {}
        if long := short.get(words_of(name)):
            return words_of(long)
        if any(len(words_of(k)) > 1 and words_of(name) == words_of(v) for k, v in short_forms(text).items()):
            break
    words = words_of(name)
    if len(words) > 1 or not article:
        return words
    fulls = {words_of(n) for span in names_in(article) if len(words_of(n := span.of(article))) > 1}
    fulls = {f for f in fulls if _is_family_name(words[0], f)}
    return words if not fulls else fulls.pop() if len(fulls) == 1 else None


def _is_family_name(word: str, full: tuple[str, ...]) -> bool:
    """The last of two to four words that can be a person's name."""
    person = full[0] not in _NO_FIRST_NAMES and not set(full) & _THINGS and all(w.isalpha() for w in full)
    return 2 <= len(full) <= 4 and full[-1] == word and person and len(word) > 1 and full != ("united", "nations")


def is_a_person(name: str) -> bool:
    """True where a name can be somebody's in full, or says so by a title."""
    words, first = words_of(name), name.split()[0].lower().rstrip(".")
    return first in _TITLES or (len(words) > 1 and _is_family_name(words[-1], words))


def _initialled(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """ "John F. Kennedy" is John Kennedy: only one of the names gives the initials of the middle."""
    short, long = sorted((one, other), key=len)
    middle = long[1:-1]
    return len(short) == 2 and bool(middle) and (long[0], long[-1]) == short and all(len(w) == 1 for w in middle)


def names_in(text: str) -> list[Span]:
    """Where words stand that are written as names are; the first word of a sentence may be none."""
    return [span for m in _NAME.finditer(text) for span in _parts(m[0], m.start()) if words_of(span.of(text))]


def _parts(name: str, at: int) -> list[Span]:
    """ "Maren Holt of the Water Board" are two names, the "Bank of England" one."""
    head, _, tail = name.partition(" of ")
    if not tail or len(words_of(head)) < 2 or not _is_family_name(words_of(head)[-1], words_of(head)):
        return [Span(at, at + len(name))]
    return [Span(at, at + len(head)), Span(at + len(name) - len(tail), at + len(name))]


def borrowed_names(claim: str, evidence: str) -> list[str]:
    """Names of a claim that the evidence has only as the beginning of others: "China", where it tells of China Mobile alone."""
    return [name for span in names_in(claim) if _only_begins(name := span.of(claim), evidence)]


def _only_begins(name: str, text: str) -> bool:
    bare = re.sub(r"['’]s?$", "", re.sub(r"^(?:The|A|An) ", "", name))
    behind = [m["more"] for m in re.finditer(rf"\b{re.escape(bare)}\b(?P<more>(?: [A-Z][\w&-]*)*)", text)]
    return bool(behind) and all(more and not same_name(bare, bare + more) for more in behind)


_LONG_SHORT = re.compile(
    rf"(?P<long>{_NAME.pattern}) \((?:or |the )*[“\"'‘]?(?:the )?(?P<short>[A-Z][\w&.-]{{1,14}})[”\"'’]?\)"
)
_SHORT_LONG = re.compile(rf"\b(?P<short>[A-Z][A-Z&.]{{1,9}}) \((?:the )?(?P<long>{_NAME.pattern})\)")


@lru_cache(maxsize=256)
def short_forms(text: str) -> dict[str, str]:
    """Short forms that a text introduces, with what they are short for: "Joint Water Board (JWB)"."""
    found = {}
    for pattern in (_LONG_SHORT, _SHORT_LONG):
        for m in pattern.finditer(text):
            if long := _shortened(m["long"], m["short"]):
                found[m["short"]] = long
    return found


def _shortened(long: str, short: str) -> str:
    """The last words of a name whose initials are the short form, or the whole name where that is one of its words; else ""."""
    words, letters = long.split(), without_accents(short).replace(".", "").replace("&", "").lower()
    for start in range(len(words)):
        for small in (_SMALL, frozenset[str]()) if words[start].lower() not in _SMALL else ():
            initials = "".join(
                without_accents(w)[0].lower() for w in words[start:] if w.lower() not in small and w[0].isalnum()
            )
            if initials == letters and len(letters) > 1:
                return " ".join(words[start:])
    return long if short in words and len(words) > 1 else ""
