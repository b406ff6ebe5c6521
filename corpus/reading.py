"""What a reader of one kind of file gives; and how plain text and Markdown are read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import charset_normalizer
import frontmatter

from corpus.article import Entry, Span
from corpus.folding import Edit, Folded, edited, markdown_marks, odd_signs, together
from corpus.lines import by_hand, with_stops_added
from corpus.tables import markdown_rows

_FRONT_MATTER = re.compile(r"\ufeff?\s*(?P<mark>---|\+\+\+)[ \t]*\r?\n.*?\n(?P=mark)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^[\w-]+[ \t]*[:=]", re.MULTILINE)
_PART = re.compile(r"^[^\s#-].*(?:\n(?:[ \t]|- ).*)*", re.MULTILINE)
"""A line of YAML with those that are indented below it."""
_PLAIN = re.compile(r"(?P<name>[\w-]+)[ \t]*:[ \t]*(?P<value>\w.*)")
_MOST_TOLD = 5
"""Lines of a broken front matter."""
_CONTROL_SHARE = 0.05
"""Of a text's characters, how many may be control characters before it counts as no text."""


class Unreadable(Exception):
    """A file of which no article can be read; the message says why, as the end of a sentence that its name begins."""


@dataclass(frozen=True)
class Read:
    """What a file holds.

    given     what it says of the article: title, publisher, author, published, url
    front     where that stands in the text
    original  the text as it was decoded, where it is read otherwise; pieces: the way back (corpus/article.py)
    note      what could not be read, in a sentence, though the article could
    pages     where each page, or slide, begins in the text; () where there are none
    entries   those that have an author or a day of their own
    """

    text: str
    given: Mapping[str, Any] = field(default_factory=dict)
    front: tuple[Span, ...] = ()
    original: str = ""
    pieces: tuple[tuple[int, int], ...] = ((0, 0),)
    note: str = ""
    pages: tuple[int, ...] = ()
    entries: tuple[Entry, ...] = ()


def decoded(data: bytes) -> str:
    """UTF-8 where it is; else what charset-normalizer recognises. Raises Unreadable for what is no text."""
    try:
        text: str | None = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _recognised(data)
    if text is None or sum(ord(c) < 32 and c not in "\t\n\r\f" for c in text) > _CONTROL_SHARE * len(text):
        raise Unreadable("is not text: expected UTF-8, or another encoding that can be recognised")
    return text


def _recognised(data: bytes) -> str | None:
    """By charset-normalizer; of equally likely encodings the one that reads as Windows-1252, by far the commonest."""
    matches = list(charset_normalizer.from_bytes(data))
    likely = [m for m in matches if m.chaos <= matches[0].chaos]
    western = next((m for m in likely if "cp1252" in m.could_be_from_charset), None)
    best = western or next(iter(likely), None)
    return str(best) if best else None


def as_text(text: str, *, quoted: bool = False) -> Read:
    """quoted: "> " before a line marks it as quoted"""
    whole = Span(0, len(text))
    edits = together(odd_signs(text, whole), by_hand(text, whole, quoted=quoted))
    return _as_read(text, edited(text, with_stops_added(text, edits)))


def _as_read(original: str, read: Folded) -> Read:
    return Read(read.text, original=original, pieces=read.pieces) if read.text != original else Read(original)


def markdown(text: str) -> Read:
    """With the fields between the --- or +++ lines at its top, which are kept out of the text also where they are broken."""
    header = _FRONT_MATTER.match(text)
    behind = Span(header.end() if header else 0, len(text))
    marks = together(markdown_rows(text, behind), markdown_marks(text, behind))
    odd = together(odd_signs(text, Span(0, len(text))), marks)
    edits = with_stops_added(text, together(odd, by_hand(text, behind)), behind.start)
    read = _as_read(text, edited(text, edits))
    if header is None:
        return read
    given, note = _front_matter(header[0].lstrip("\ufeff"))
    front = (Span(0, sum(len(part) for part in _parts_before(text, edits, behind.start))),)
    return replace(read, given=given, front=front if given or note else (), note=note)


def _parts_before(text: str, edits: Sequence[Edit], end: int) -> Iterator[str]:
    """The parts of a text up to a place, as they are read."""
    at = 0
    for span, instead in edits:
        if span.start >= end:
            break
        yield from (text[at : span.start], instead)
        at = span.end
    yield text[at:end]


def _front_matter(header: str) -> tuple[Mapping[str, Any], str]:
    """Its fields, and what is wrong with it."""
    toml = header.lstrip().startswith("+++")
    try:
        return tomllib.loads(header.strip().strip("+")) if toml else frontmatter.parse(header)[0], ""
    except Exception as error:  # a mistake in YAML or TOML of any kind
        if not _FIELD.search(header):  # two rules with text between them
            return {}, ""
        fields, lines = ({}, re.findall(r"line (\d+)", str(error))[:1]) if toml else _field_by_field(header)
    at = f" at line {', '.join(lines)}" if lines else ""
    note = f"its front matter is broken{at} and says nothing of the article there: mend the lines at its top"
    return fields, note if lines or not fields else ""


def _field_by_field(header: str) -> tuple[dict[str, Any], list[str]]:
    """The fields of a YAML that is broken as a whole, as in "title: Water: a history"; and the lines where no field is found."""
    fields: dict[str, Any] = {}
    broken: list[int] = []
    text = header.replace("\r\n", "\n")
    for part in _PART.finditer(text):
        if found := _field_in(part[0]):
            fields |= found
        else:
            broken.append(part.start())
    return fields, [str(text.count("\n", 0, at) + 1) for at in broken[:_MOST_TOLD]]


def _field_in(part: str) -> dict[str, Any]:
    try:
        found = frontmatter.parse(f"---\n{part}\n---\n")[0]
    except Exception:  # as above
        found = {}
    plain = _PLAIN.fullmatch(part)
    return found or ({plain["name"]: plain["value"]} if plain else {})
