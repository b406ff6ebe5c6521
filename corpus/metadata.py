"""What a text says about itself: title, author, date, upstreams, and whether a machine wrote it.

Nothing is invented: where the text does not say, the answer is None.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from corpus.article import Span, Upstream, overlaps_any
from corpus.blocks import blocks
from language.times import whole_date

_HEAD_BLOCKS = 12
"""How far down from the top a dateline or byline is looked for."""
_SENTENCES = re.compile(r"[a-z)”\"][.!?][”\"]? [A-Z“\"]")
"""Where one sentence ends and another begins."""
_LONGEST_TITLE = 200
_LONGEST_DATE = 100
_LONGEST_NOTE = 200
"""Code points of a line that says when, or after whom, something is told, with one space between words."""

_DATED_LINE = re.compile(
    r"^(?:(?:by\b.{0,60}[|·•,-])?\s*(?:date|published(?: on)?|posted(?: on)?|updated(?: on)?)?\s*[:|·•]?\s*)"
    r"(?P<date>(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    r"|(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})"
    r"|(?:\d{1,2}(?:st|nd|rd|th)?\.?\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4})))(?:\W.{0,40})?$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^(?:written )?by:?\s+(?P<name>[A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]+){1,3})\b", re.IGNORECASE)
_NAME = re.compile(r"^[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}$")

_NOBODY = (
    "", "anonymous", "unknown", "user", "admin", "administrator", "owner", "author", "python-docx", "openpyxl", "microsoft office user",
    "windows user", "office user",
)  # fmt: skip

_NO_TITLE = re.compile(
    r"(?:microsoft|libreoffice|openoffice)\b.*|(?:powerpoint|word|new|blank) (?:presentation|document)\b.*|untitled\b.*"
    r"|.*\.[a-z]\w{1,4}|(?:scan|slide|page|document|image|draft|copy)\b[\W\d]*",
    re.IGNORECASE,
)
"""Titles that programs write into a file: their own names, a file's name, "Slide 1"."""
_MACHINE = re.compile(
    r"\bI am not a human\b|\bI(?:'m|’m| am) an? (?:AI|artificial intelligence|automated|language model)\b"
    r"|\b(?:this|the) (?:article|story|report|post|page|text|piece|summary) (?:was|is|has been) "
    r"(?:\w+ )?(?:written|generated|produced|created|compiled|drafted)\b[^.]{0,40}"
    r"\b(?:AI|artificial intelligence|machine|automat\w+|bot|language model|algorithm|software)\b"
    r"|\b(?:author|written by|by)\s*:\s*(?:an? )?(?:AI|bot|machine|automated)\b",
    re.IGNORECASE,
)

_OUTLETS = frozenset(
    ["TechCrunch", "Reuters", "Associated Press", "AP", "AFP", "Agence France-Presse", "Bloomberg", "CNBC", "CNN", "BBC", "NPR", "PBS", "Axios", "Politico", "Forbes", "Fortune", "Wired", "Engadget", "Ars Technica", "Business Insider", "Insider", "Semafor", "Vox", "Variety", "Deadline", "ESPN", "Time", "Newsweek", "Nikkei", "Xinhua", "Kyodo", "TASS", "dpa", "Al Jazeera", "Economist", "Guardian", "Verge", "Information", "Atlantic", "Hill", "Telegraph", "Independent", "Register", "Financial Times", "FT", "Wall Street Journal", "WSJ", "New York Times", "Washington Post", "Los Angeles Times", "USA Today", "Daily Mail", "NBC", "ABC", "CBS", "Fox", "Sky", "MSNBC", "Barron's", "MarketWatch", "VentureBeat", "ZDNet", "CNET", "Gizmodo", "Mashable", "Quartz", "Spiegel", "Le Monde"]
)  # fmt: skip
"""Outlets by name, without a leading "The"; other names count when they end as an outlet's does."""
_OUTLET_ENDING = re.compile(
    r"\b(?:News|Newsroom|Times|Post|Journal|Press|Herald|Tribune|Gazette|Magazine|Agency|Newspaper|Daily|Chronicle|Observer)$"
)
_WORD = r"(?<![\w&'’-])[A-Z][\w&'’-]{0,40}(?:\.[\w&'’-]{1,40}){0,4}"
_PROPER = rf"(?:[Tt]he )?(?P<name>{_WORD}(?: (?:of |de |la )?{_WORD}){{0,4}})"
_SOURCE_LINE = re.compile(
    r"^\W{0,3}(?:source|via|originally published (?:by|in|on))\s*:\s*(?P<name>[^\n|]{2,60}?)\W*$", re.I
)
_PAPER = r"(?:(?:the |an? )?(?:(?!(?:in|at|on|of|with|from|by|for|to|and|that) )[a-z-]+ ){1,3})?"
"""What stands before a name and says what it is: "the polling institute"."""
_REPORTED = (
    r"(?:reported|reports?|reporting|wrote|writes|written|revealed|reveals?|learn(?:ed|t|s)?|broke|found out|put it|puts it)"
)
_ABOUT = r"(?: [\w’'-]+){0,4}?"
_CREDITS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:[Ff]irst |[Oo]riginally |[Ee]xclusively )?(?:[Rr]eported|[Rr]evealed|[Pp]ublished|[Bb]roken) (?:first )?(?:by|in|on) {_PAPER}{_PROPER}",
        rf"\b(?:[Ss]tudy|[Pp]aper|[Rr]eport|[Ss]urvey|[Aa]nalysis|[Ii]nvestigation|[Aa]rticle|[Ss]tory|[Rr]esearch)(?: published| printed| released)? (?:in|by|from) {_PAPER}{_PROPER}",
        rf"\b[Ii]nterview{_ABOUT} (?:with|in|to|for) {_PAPER}{_PROPER}",
        rf"\b(?:[Tt]old|[Tt]ells|[Ss]poke to) {_PAPER}{_PROPER} in an? (?:[\w-]+ )?(?:interview|talk|conversation|podcast|statement)\b",
        rf"\b(?:according to|citing|quoting) (?:an? |the )?{_PROPER}(?:['’]s)? (?:report|story|article|investigation|study|survey|analysis|poll)\b",
        rf"\b(?:read|reads|appeared|appears|came out|come out|out|printed|published) in {_PAPER}{_PROPER}",
        rf"\b(?:tells|telling) {_PAPER}{_PROPER}\b",
        rf"\b(?:told|said to) {_PAPER}{_PROPER}(?= (?:over|during|in an|for an|on air)\b)",
        rf"{_PROPER} writes\b",
        rf"\b[Aa]s {_PROPER} (?:(?:has|had|have) )?(?:(?:was|were) the )?(?:first |also )?(?:to )?{_REPORTED}\b",
        rf"{_PROPER} (?:first |exclusively |previously )(?:reported|revealed|broke)\b",
        rf"{_PROPER} (?:reported|reports|has reported|revealed)(?= on [A-Z]| earlier| last| this| it\b| first|,| that|\.|;| citing)",
    )
)
"""Credits by their construction: whatever name stands there is credited, known or not."""
_WITHIN = re.compile(rf"(?<=[a-z,] )(?P<word>{_WORD})")
_QUOTES_BEFORE = 10
"""Code points before a name among which the end of a sentence is looked for, behind its quotation marks and spaces."""
_MENTIONS = re.compile(r"(?:[Aa]ccording to |[Tt]old |[Cc]iting |[Tt]elling )" + _PAPER + _PROPER)
"""These also stand before the names of people: such a name counts where it is known for an outlet."""
_WIRE = re.compile(r"^[^\n]{0,60}\((?P<name>[A-Z][\w .&]{1,30})\)\s*[-–—]", re.MULTILINE)


def title_in(text: str, furniture: Sequence[Span], path: str) -> str:
    """The first block that is no furniture and can be a headline, which is short and one sentence at most; else the file's name."""
    for span in blocks(text):
        line = span.of(text).strip("#").strip()
        if line and not overlaps_any(Span(span.start, span.start + 1), furniture):
            return line if len(line) <= _LONGEST_TITLE and not _SENTENCES.search(line) else _stem(path)
    return _stem(path)


def _stem(path: str) -> str:
    return Path(path).stem.replace("_", " ").strip() or path


def date_in(text: str) -> str | None:
    """The date of publication that a line near the top, or a "Date:" line, gives in full."""
    for at, span in enumerate(blocks(text)):
        line = span.of(text)
        if at < _HEAD_BLOCKS or line[:_LONGEST_NOTE].lower().startswith(("date:", "published")):
            match = _in_short(_DATED_LINE, line)
            found = parse_date(match["date"]) if match else None
            if found:
                return found
    return None


def parse_date(given: str) -> str | None:
    """A date in full, in ISO form, with slashes or in words -> YYYY-MM-DD; None when it is none or could be two.

    Also seconds, or milliseconds, since 1970. A time with its zone keeps the day that it has there.
    """
    given = given.strip()
    return _parsed(given) if len(given) <= _LONGEST_DATE else None


@lru_cache(maxsize=100_000)
def _parsed(given: str) -> str | None:
    if seconds := re.fullmatch(r"\d{9,10}(?:\.\d+)?|\d{12,13}", given):
        since_1970 = float(given) / (1000 if len(seconds[0]) > 11 and "." not in given else 1)
        return datetime.fromtimestamp(since_1970, UTC).date().isoformat()
    day = whole_date(given)
    return day.isoformat() if day else None


def author_in(text: str) -> str | None:
    """From a byline near the top, or the name above an "Author" label."""
    lines = [span.of(text) for span in blocks(text)]
    for line in lines[:_HEAD_BLOCKS]:
        match = _BYLINE.match(line)
        if match and not re.search(r"\d", match["name"]):
            return match["name"]
    for before, line in itertools.pairwise(lines):
        if line.strip().lower() in ("author", "about the author") and _NAME.match(before.strip()):
            return before.strip()
    return None


def names_a_text(title: str) -> bool:
    """Not what a program puts into a file's field for the title."""
    return len(title) <= _LONGEST_TITLE and not _NO_TITLE.fullmatch(title)


def names_somebody(author: str) -> bool:
    """Not what a program puts into a file's field for the author."""
    return author.strip("() ").lower() not in _NOBODY


def machine_in(text: str) -> Span | None:
    """Where the page says that its author is a machine."""
    match = _MACHINE.search(text)
    return Span(*match.span()) if match else None


def upstreams_in(text: str, furniture: Sequence[Span]) -> tuple[Upstream, ...]:
    """The places where the article credits an outlet for what it tells, in order. A passing mention is none."""
    found = sorted(set(_attributions(text)), key=lambda u: (u.span, u.name))
    return tuple(u for u in found if not overlaps_any(u.span, furniture))


def host_of(url: str | None) -> str | None:
    """None where there is no URL, or none that has a host."""
    try:
        return urlsplit(url or "").hostname
    except ValueError:  # "http://[": no address
        return None


def outlet_key(name: str) -> str:
    """One key for one outlet: "The Verge" and "Verge" are the same."""
    return re.sub(r"^the\s+", "", name.strip().casefold())


def _attributions(text: str) -> Iterator[Upstream]:
    for span in blocks(text):
        match = _in_short(_SOURCE_LINE, span.of(text))
        if match:
            yield Upstream(match["name"].strip(), span)
    credited: set[str] = set()
    for pattern in (*_CREDITS, _WIRE):
        for match in pattern.finditer(text):
            name = _bare(match["name"])
            if _is_name(name, match.start("name"), text):
                credited.add(name)
                yield Upstream(name, Span(*match.span()))
    for match in _MENTIONS.finditer(text):
        name = _bare(match["name"])
        if name in credited or _is_outlet(name):
            yield Upstream(name, Span(*match.span()))


def _in_short(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    """Its match where the line is short; the pattern would try every way to part a long run of spaces."""
    if len(line) > 5 * _LONGEST_NOTE or len(line := " ".join(line.split())) > _LONGEST_NOTE:
        return None
    return pattern.match(line)


def _bare(name: str) -> str:
    return re.sub(r"['’]s$", "", name).rstrip(".")


def _is_name(name: str, at: int, text: str) -> bool:
    """Not merely a word with which a sentence begins ("Police reported"), a month, a weekday or a pronoun."""
    if name.split()[0] in _NO_NAMES:
        return False
    before = text[max(0, at - _QUOTES_BEFORE) : at].rstrip(" \"“'‘")
    begins = not before or before.endswith((".", "!", "?", ":", "\n"))
    return not begins or " " in name or _is_outlet(name) or name in _names_within_sentences(text)


@lru_cache(maxsize=4)
def _names_within_sentences(text: str) -> frozenset[str]:
    """The words in capitals that stand where no sentence begins; of a word with a hyphen or a dot its parts up to there too."""
    words = {match["word"] for match in _WITHIN.finditer(text)}
    return frozenset(word[: end.start()] for word in words for end in re.finditer(r"\b", word) if end.start())


_NO_NAMES = frozenset(
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
     "December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "He", "She", "They", "It",
     "We", "I", "You", "Officials", "Police", "Authorities", "Others", "Some"]
)  # fmt: skip


def _is_outlet(name: str) -> bool:
    return re.sub(r"^[Tt]he ", "", name) in _OUTLETS or bool(_OUTLET_ENDING.search(name))
