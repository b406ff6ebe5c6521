"""Marks page furniture: what surrounds an article on a web page and is saved with it.

Menus, promotions, share prompts, teasers of other stories, author boxes, advertisements, comment forms, and the
second standing of a body that stands twice. The text stays as it is; spans are marked. Credit lines ("Source: ...")
and what the author box says of the author are metadata, not furniture.

A banner is known by its words, which are English, or by standing on many pages of its outlet (corpus/template.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from corpus.article import Span
from corpus.blocks import blocks

_PROMPTS = re.compile(
    r"""^\W*(?:
      (?:please\ )?(?:share|tweet|pin|email|print|save|like|follow)(?:\ (?:this|with|on|us|it)\b.{0,40})?:?
    | (?:be\ the\ first\ to\ )?(?:post|leave|add|write)\ (?:a\ |your\ )?(?:comments?|reply)!?
    | (?:read|learn|see|view|show|load|discover|find\ out)\ (?:more|all|full\ bio|the\ full\ story)\b.{0,40}
    | click\ here\b.{0,60}
    | (?:sign|log)\ (?:up|in)\b.{0,100}
    | subscribe\b.{0,100}
    | join\ (?:the|our|us|\d)[^.]{0,80}(?:club|newsletter|community|conversation|list|enthusiasts?|readers|subscribers)\b.{0,100}
    | discuss\ (?:this\ )?on\ \w+
    | (?:advertisement|sponsored(?:\ content)?|promoted|ad|skip\ to\ (?:main\ )?content|contact\ us(?:\ form)?|faq|menu|home
        |search|cookie\ (?:settings|policy)|privacy\ policy|terms\ (?:of|and)\ \w+|all\ rights\ reserved)
    | thank\ you!?\ your\ submission\ has\ been\ received!?
    | oops!?\ something\ went\ wrong.{0,60}
    | we['’]d\ love\ to\ hear\ from\ you!?
    | promote\ your\ \w+ | copy\ (?:embed\ code|link)
    | (?:photo|image|video)(?:\ (?:credit|source))?:.{0,80}
    | ©.{0,120}
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""A line that is nothing but a prompt to the reader of the page."""

_PROMOTION = re.compile(
    r"\bjoin (?:the|our) [\w' ]{0,30}\bclub\b|\bclick here!|\b(?:founders|members) club\b.{0,200}\|"
    r"|\bjoin [\d,.]+k?\+? .{0,40}(?:weekly|daily|updates|newsletter)",
    re.IGNORECASE,
)
"""Words that only a promotion says."""

_SECTION = re.compile(
    r"""^\W*(?:
      (?:hottest|latest|trending|top|more|recent|related|similar|recommended|popular|other|most\ read)\b.{0,30}
        \b(?:news|stor(?:y|ies)|articles?|posts?|blogs?|reads?|videos?|headlines|content|topics)
    | featured\ (?:tools?|posts?|articles?|products?|videos?)
    | (?:you\ (?:may|might)\ also\ (?:like|enjoy)|recommended\ for\ you|more\ (?:from|on)\ .{1,40}|most\ (?:read|popular)|trending(?:\ now)?)
    | (?:share\ with\ (?:friends|others)|post\ comment|leave\ a\ (?:reply|comment)|comments(?:\ \(\d+\))?)
    | promote\ your\ \w+
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""A heading under which the page shows other things than this article."""

_LONGEST_PROMPT = 500
"""Code points of a prompt or a heading; in a longer line none is looked for, since that takes time."""
_BYLINE = re.compile(r"^by\s*\|?.{0,60}\|.{0,40}\d{4}$", re.IGNORECASE)
_MARKS_ONLY = re.compile(r"^[\W_]+$")
_MOST_FURNITURE = 0.75
"""Of the words of a text: where more seems to be furniture the text is kept whole."""
_LEAST_REPEATED = 25
"""Characters: a shorter line that stands twice ("Meta", "Yes.") is no sign of a doubled body by itself."""
LEAST_PROSE = 30
"""Words of a block that reads as the article's own prose."""
_PROSE_TO_RESUME = 3
"""Blocks of prose in a row that end a section of other things."""


def mark_furniture(text: str) -> tuple[Span, ...]:
    """Sorted, disjoint spans of page furniture in a text, in code points; none where the text would be lost with it."""
    return () if is_kept_whole(text) else _seeming_furniture(text)


def is_kept_whole(text: str) -> bool:
    """Nearly all of it looks like furniture, and not quite all: rather a page with its furniture than a text that is lost."""
    return _MOST_FURNITURE < furniture_share(text, _seeming_furniture(text)) < 1


@lru_cache(maxsize=4)
def _seeming_furniture(text: str) -> tuple[Span, ...]:
    lines = list(blocks(text))
    words = [folded_line(span.of(text)) for span in lines]
    marked = [
        bool(
            (len(line) <= _LONGEST_PROMPT and _PROMPTS.match(line))
            or _PROMOTION.search(line)
            or _BYLINE.match(line)
            or _MARKS_ONLY.match(line)
        )
        for line in (span.of(text) for span in lines)
    ]
    _mark_repeated(words, marked)
    _mark_menu(text, lines, marked)
    _mark_sections(text, lines, marked)
    _mark_author_box(words, marked)
    return tuple(span for span, is_marked in zip(lines, marked, strict=True) if is_marked)


def furniture_share(text: str, furniture: Sequence[Span]) -> float:
    """Of the words of a text, how many stand in these spans, from 0 to 1."""
    inside = sum(len(span.of(text).split()) for span in furniture)
    return inside / max(len(text.split()), 1)


def folded_line(text: str) -> str:
    """By which two lines of pages are the same."""
    return " ".join(text.split()).casefold()


def _mark_repeated(words: Sequence[str], marked: list[bool]) -> None:
    """Marks each block that stood before, with the short ones that repeat between two such blocks."""
    seen: set[str] = set()
    again = [False] * len(words)
    for at, line in enumerate(words):
        again[at] = line in seen
        seen.add(line)
    long = [flag and len(line) >= _LEAST_REPEATED for flag, line in zip(again, words, strict=True)]
    for at in range(len(words)):
        beside = any(long[max(0, at - 2) : at + 3])
        marked[at] = marked[at] or long[at] or (again[at] and beside)


def _mark_menu(text: str, lines: Sequence[Span], marked: list[bool]) -> None:
    """Marks the short labels above a headline, where something above it is furniture already."""
    head = next((at for at, span in enumerate(lines) if not marked[at] and len(span.of(text).split()) >= 4), 0)
    if any(marked[:head]):
        for at in range(head):
            marked[at] = True


def _mark_sections(text: str, lines: Sequence[Span], marked: list[bool]) -> None:
    """Marks everything under a heading such as "Related stories", up to where the article's prose resumes."""
    inside = False
    for at, span in enumerate(lines):
        if span.end - span.start <= _LONGEST_PROMPT and _SECTION.match(span.of(text)):
            inside = True
        elif inside and _resumes(text, lines, marked, at):
            inside = False
        marked[at] = marked[at] or inside


def _resumes(text: str, lines: Sequence[Span], marked: Sequence[bool], at: int) -> bool:
    following = range(at, at + _PROSE_TO_RESUME)
    return following[-1] < len(lines) and all(not marked[n] and _is_prose(lines[n].of(text)) for n in following)


def _is_prose(line: str) -> bool:
    return len(line.split()) >= LEAST_PROSE and not line.endswith(("...", "…"))


def _mark_author_box(words: Sequence[str], marked: list[bool]) -> None:
    """Marks the name and label lines around "Author"; what the box says of the author stays readable."""
    for at, line in enumerate(words):
        if line in ("author", "about the author"):
            marked[at] = True
            for before in range(max(0, at - 2), at):
                if len(words[before].split()) <= 4 and words[before] == words[at - 1]:
                    marked[before] = True
