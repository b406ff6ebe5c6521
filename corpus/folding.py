"""A text as it is -> the text as it is read, and the way back.

Words that a layout broke, signs that nobody sees, ligatures and the marks of Markdown hide words from every later step. They are
taken out of the text that is searched, read and shown. A quote is cut from the text as it is, so every place can be found again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.article import Span

Edit = tuple[Span, str]
"""What stands in a text, and what is read instead."""

_UNSEEN = "\u00ad\u200b\u200c\u2060\ufeff"
_ODD = re.compile(rf"[{_UNSEEN}\u00a0\u2000-\u200a\u202f\u205f\u3000\ufb00-\ufb06]")
_BROKEN = re.compile(r"[-\u2010\u00ad][ \t]*\r?\n[ \t]*(?=[a-z]{2})")
_WORD_BEFORE = re.compile(r"[a-z]{2}$")
_HYPHENATED = re.compile(r"(?<![^\W\d_])[^\W\d_]+-[^\W\d_]+")


@dataclass(frozen=True)
class Folded:
    """A text as it is read. pieces: (at, original) in order: from `at` on it runs along with the text as it is from `original` on."""

    text: str
    pieces: tuple[tuple[int, int], ...] = ((0, 0),)


def edited(original: str, edits: Iterable[Edit]) -> Folded:
    """With the edits, which do not overlap, in order."""
    parts: list[str] = []
    pieces = [(0, 0)]
    length = at = 0
    for span, instead in edits:
        parts += (original[at : span.start], instead)
        length += span.start - at
        if len(instead) != span.end - span.start:
            # Every sign that is read instead stands for the whole of what it replaces.
            pieces += [(length + n, span.start) for n in range(len(instead))]
            pieces.append((length + len(instead), span.end))
        length += len(instead)
        at = span.end
    parts.append(original[at:])
    return Folded("".join(parts), tuple(pieces))


def odd_signs(text: str, within: Span) -> list[Edit]:
    """Signs that are not seen, spaces of other widths, ligatures, and words broken at the end of a line.

    A word that stands with its hyphen elsewhere in the text keeps it.
    """
    broken = [
        m
        for m in _BROKEN.finditer(text, within.start, within.end)
        if _WORD_BEFORE.search(text, max(0, m.start() - 2), m.start())
    ]
    hyphenated = frozenset(m[0].lower() for m in _HYPHENATED.finditer(text)) if broken else frozenset()
    joined = [(Span(*m.span()), "-" if _word_around(text, Span(*m.span())) in hyphenated else "") for m in broken]
    odd = [(Span(*m.span()), _read_as(m[0])) for m in _ODD.finditer(text, within.start, within.end)]
    return together(joined, odd) if joined else odd


def _read_as(sign: str) -> str:
    """A space of another width is a space, a ligature its letters; what is not seen is nothing."""
    return "" if sign[0] in _UNSEEN else " " if sign.isspace() else unicodedata.normalize("NFKC", sign)


def _word_around(text: str, broken: Span) -> str:
    before = re.search(r"[^\W\d_]+$", text[max(0, broken.start - 40) : broken.start])
    after = re.match(r"[^\W\d_]+", text[broken.end : broken.end + 40])
    return f"{before[0] if before else ''}-{after[0] if after else ''}".lower()


_TARGET = r"\([^)\s\]]*(?:\](?!\()[^)\s\]]*)*(?: \"[^\"\n]*\")?\)"
"""Ends where the next link begins, so that a text full of beginnings is not read to its end for each."""
_MARKUP = re.compile(
    rf"(?P<image>!\[[^\[\]\n]*\]{_TARGET})"
    r"|\[\[(?:[^\[\]|\n]+\|)?(?P<wiki>[^\[\]|\n]+)\]\]"
    r"|(?P<note>\[\^[^\]\s]{1,40}\]:?)"
    rf"|\[(?P<link>[^\[\]\n]+)\](?:{_TARGET}|\[[^\]\n]*\])"
    r"|<(?P<address>https?://[^\s<>]+)>"
    r"|(?P<tag></?[a-z][a-z0-9]*(?:\s[^<>\n]*)?/?>)|(?P<comment><!--)"
    r"|(?<![\w*])(?P<strong>\*\*\*|\*\*|\*)(?=\S)(?P<stressed>[^*\n]+?)(?<=\S)(?P=strong)(?![\w*])"
    r"|(?<![\w_])(?P<under>__|_)(?=\S)(?P<underlined>[^_\n]+?)(?<=\S)(?P=under)(?![\w_])"
    r"|(?<!`)(?P<ticks>`+)(?P<code>[^`\n]+)(?P=ticks)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|^(?P<quoted>(?:>[ \t]?)+)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_KEPT = ("wiki", "link", "address", "stressed", "underlined", "code", "escaped")


def markdown_marks(text: str, within: Span) -> Iterator[Edit]:
    """The marks of links, images, footnotes, emphasis, code and quotations; what they mark stays, and may be marked itself."""
    for match, whole in _marks(text, within):
        name = next((n for n in _KEPT if match[n] is not None), None)
        if name is None:
            yield whole, ""
            continue
        inner = Span(*match.span(name))
        yield Span(match.start(), inner.start), ""
        yield from markdown_marks(text, inner) if name in ("link", "stressed", "underlined") else ()
        yield Span(inner.end, match.end()), ""


def _marks(text: str, within: Span) -> Iterator[tuple[re.Match[str], Span]]:
    """Each mark with all that it covers; a comment that nobody closes is none."""
    at, may_close = within.start, True
    while match := _MARKUP.search(text, at, within.end):
        at = match.end()
        if match["comment"]:
            end = text.find("-->", at, within.end) if may_close else -1
            if end < 0:
                may_close = False
                continue
            at = end + len("-->")
        yield match, Span(match.start(), at)


def together(first: Iterable[Edit], second: Iterable[Edit]) -> list[Edit]:
    """Both in order; of two that overlap the one that begins first."""
    kept: list[Edit] = []
    for edit in sorted([*first, *second], key=lambda e: (e[0].start, -e[0].end)):
        if edit[0].start < edit[0].end and (not kept or kept[-1][0].end <= edit[0].start):
            kept.append(edit)
    return kept
