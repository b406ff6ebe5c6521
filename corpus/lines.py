"""Lines as people write them: which one goes on in the next, and which says something though it ends without a full stop.

What is read in their place is told as edits (corpus/folding.py), so that a quote is still cut from the text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.article import Span, place_in_original
from corpus.blocks import ITEM, blocks_with_lists
from corpus.folding import Edit, edited, together

_LINE = re.compile(r"^[ \t]*(?P<quote>(?:>[ \t]?)*)(?P<said>[^\r\n]*?)[ \t]*(?=\r?\n|\Z)", re.MULTILINE)
_OPEN = re.compile(
    r"(?:,|\b(?:a|an|the|of|in|on|at|to|for|by|with|from|and|or|but|that|which|who|whose|than|as|is|are|was|were|be|been|has|have|had"
    r"|will|would|can|could|must|should|its|his|her|their|our|your|this|these|those|about|into|over|under|between|after|before|until"
    r"|since|during|per|not|said))$",
    re.IGNORECASE,
)
"""With such a word no line ends that says all it has to say."""
ENDED = re.compile(r"[.!?:;…][\"'”’)\]*_]*$")
_NUMBERED = re.compile(r"\(?(\d{1,2})[.)]\s")
_WITHIN = re.compile(r"[a-z0-9][.!?][\"”’)]? +[A-Z]")
"""A sentence ends in the line: it is prose, no heading."""
_LABEL = re.compile(r"(?:[-•*][ \t]+)?[*_]{0,3}(?P<label>[^\W\d_][^\n:.!?|#]{0,40}?)[*_]{0,3}:[*_]{0,3}[ \t]+(?=\S)")
_CREDIT = re.compile(
    r"(?:source|via|by|author|written by|photo|image|video|credit|read more|more|see also|related|share|tags?|topics?|filed under|date"
    r"|published|posted|updated|originally published|contributing|follow|from|(?:the )?claim|myth|rumou?r|fact check|q|question)\b",
    re.IGNORECASE,
)
"""What the article says of itself is known otherwise (corpus/metadata.py), what belongs to the page is furniture, and a claim that
is looked into is nobody's word."""
_REACHED = re.compile(
    r"@\w|\+?\d[\d ()/-]{5,}\d|^(?:press |media )?contact\b|^(?:phone|tel|e-?mail|mobile|fax)\b",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING = re.compile(r"[*_]{0,3}[A-Z][a-z-]+(?: [a-z]+){0,3}[*_]{0,3}")
_FIGURED = re.compile(r"\d|@")
_FIGURE = re.compile(r"(?:figure|fig\.|table|chart|map|box)\s\d+[.:]\s", re.IGNORECASE)
_SAID_LAST = re.compile(r"\w+\W+\w+\W+\w+")
_FEW = 12
"""Lines of a text behind which no page's teasers stand."""
_NO_PROSE = ("|", "#", "```", "===", "---")
_LEAST_WRAPPED = 40
"""Code points of a line that goes on in the next, where nothing else tells that the text is wrapped."""
_WRAPPED_SHARE = 0.3
"""Of neighbouring lines, how many must run on in lower case before the line ends of a text count as mere wrapping."""
_FULL = 0.9
"""Of the longest line's length: where the next word had no room, the line was full."""
_SHORT = 60
"""Code points of a line of a contact block."""
_LONGEST = 300
"""Code points of a line that a label begins."""


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """What a line says lies from `at` to `end`; `depth`: how many marks of quotation stand before it; `apart`: an empty line does."""

    begin: int
    at: int
    end: int
    depth: int
    text: str
    apart: bool

    @property
    def indent(self) -> int:
        return self.at - self.begin


def by_hand(text: str, within: Span, *, quoted: bool = False) -> list[Edit]:
    """A line end in the middle of a sentence is a space, a block of short lines that tells where somebody is reached one line.

    quoted  "> " before a line is the mark of a quotation, as in a mail, and not read
    """
    lines = lines_of(text, within)
    wrapped, longest = _is_wrapped(lines), max((len(line.text) for line in lines), default=0)
    edits = [(span, "") for span in _marks_of_quotation(text, within)] if quoted else []
    before, items = False, begin_items([line.text for line in lines])
    for (one, other), item in zip(pairwise(lines), items[1:], strict=False):
        before = not item and _goes_on(one, other, longest if wrapped else 0, before=before)
        if before:
            edits.append((Span(one.end, other.at), " "))
        elif other.apart and one.text.endswith(":"):
            edits.append((Span(one.end, other.begin), "\n"))
    return together(_reached(lines), edits)


def _marks_of_quotation(text: str, within: Span) -> Iterator[Span]:
    """Also those of lines that hold nothing else."""
    for match in _LINE.finditer(text, within.start, within.end):
        if match["quote"]:
            yield Span(match.start(), match.end("quote"))


def lines_of(text: str, within: Span | None = None) -> list[WrittenLine]:
    """Those that are not empty."""
    found: list[WrittenLine] = []
    for match in _LINE.finditer(text, within.start if within else 0, within.end if within else len(text)):
        if match["said"].strip():
            between = text.count("\n", found[-1].end, match.start()) if found else 0
            found.append(
                WrittenLine(
                    match.start(),
                    match.start("said"),
                    match.end("said"),
                    match["quote"].count(">"),
                    match["said"],
                    between > 1,
                )
            )
    return found


def begin_items(lines: Sequence[str]) -> list[bool]:
    """Which lines begin an item of a list. A number does in a run of numbers, or where the line before is finished: else it ends
    that line's sentence ("people over / 65. They")."""
    numbers = [int(match[1]) if (match := _NUMBERED.match(line)) else None for line in lines]
    known = set(numbers)
    finished = [True, *(not line or bool(ENDED.search(line)) for line in lines)]
    return [
        bool(ITEM.match(line)) and (number is None or ended or bool({number - 1, number + 1} & known))
        for line, number, ended in zip(lines, numbers, finished, strict=False)
    ]


def _goes_on(one: WrittenLine, other: WrittenLine, full: int, *, before: bool) -> bool:
    """`full`: how long the lines of a wrapped text are, else 0; `before`: the first of the two goes on from another line."""
    if other.apart or one.depth != other.depth or one.text.startswith(_NO_PROSE):
        return False
    if other.text.startswith(_NO_PROSE) or _LABEL.match(other.text):
        return False
    word = other.text.split(None, 1)[0]
    if full and len(one.text) + 1 + len(word) > _FULL * full:
        return True
    if ENDED.search(one.text):
        return False
    is_open = bool(_OPEN.search(one.text))
    greets = one.text.endswith(",") and other.text[0].isupper()
    if len(one.text) < _LEAST_WRAPPED and other.indent <= one.indent and not (full or before or (is_open and not greets)):
        return False
    return other.text[0].islower() or other.text[0] == "<" or is_open or before or bool(_WITHIN.search(one.text))


def _is_wrapped(lines: Sequence[WrittenLine]) -> bool:
    """True where most line ends stand in the middle of a sentence, as in text wrapped at 72 columns."""
    pairs = [(a.text, b.text) for a, b in pairwise(lines) if not b.apart]
    running_on = sum(b[0].islower() and not ENDED.search(a) for a, b in pairs)
    return len(pairs) >= 3 and running_on > _WRAPPED_SHARE * len(pairs)


def _reached(lines: Sequence[WrittenLine]) -> Iterator[Edit]:
    """The line ends in a block of short lines, not the first of the text, that holds an address or a number to call."""
    blocks_ = _parted(lines)
    for block in blocks_[1:]:
        short = all(len(line.text) <= _SHORT and not ENDED.search(line.text) and not ITEM.match(line.text) for line in block)
        labels = sum(bool(_LABEL.match(line.text)) for line in block[1:])
        if (
            short
            and 1 < len(block) <= 8
            and labels < len(block) - 1
            and _REACHED.search("\n".join(line.text for line in block))
        ):
            heading = _HEADING.fullmatch(block[0].text)
            for one, other in pairwise(block):
                yield Span(one.end, other.at), ": " if heading and one is block[0] else ", "


def _parted(lines: Sequence[WrittenLine]) -> list[list[WrittenLine]]:
    """The lines between empty ones, and between those that hold nothing but marks."""
    found: list[list[WrittenLine]] = []
    for line in lines:
        said = any(c.isalnum() for c in line.text)
        if line.apart or not said or not found:
            found.append([])
        found[-1] += [line] if said else []
    return found


def with_stops(text: str) -> str:
    """The text with a full stop behind each line that says something without one: rows, labels, the last item of a list."""
    return edited(text, ((Span(at - 1, at), f"{text[at - 1]}.") for at in stops(text))).text


def breaks_off(text: str) -> bool:
    """A text that ends with a word behind which no sentence ends."""
    return bool(_OPEN.search(text[-40:]))


def stops(text: str) -> Iterator[int]:
    """Where such lines end. The first line is the title, and a label under which prose follows is a heading."""
    spans = list(blocks_with_lists(text))
    labelled = [bool(_LABEL.match(span.of(text))) for span in spans]
    for at, span in enumerate(spans):
        line = span.of(text)
        if at and not ENDED.search(line) and not line.startswith(_NO_PROSE) and _is_said(line, spans, labelled, at):
            yield span.end


def _is_said(line: str, spans: Sequence[Span], labelled: Sequence[bool], at: int) -> bool:
    if "\n" in line or _FIGURE.match(line):
        return True
    label = _LABEL.match(line)
    if not label and _SAID_LAST.search(line) and not ITEM.match(line):  # a heading only if something follows it
        return at + 1 == len(spans) <= _FEW and not _CREDIT.match(line)
    if not label or len(line) > _LONGEST or _CREDIT.match(label["label"]):
        return False
    beside = any(labelled[max(1, at - 1) : at]) or any(labelled[at + 1 : at + 2])
    return beside or at + 1 == len(spans) or bool(_FIGURED.search(line[label.end() :]))


def with_stops_added(original: str, edits: Sequence[Edit], begin: int = 0) -> list[Edit]:
    """The edits, and a full stop behind each such line that lies behind `begin`."""
    folded = edited(original, edits)
    found = {edit[0].end: edit for edit in edits}
    for at in (place_in_original(folded.pieces, end - 1) + 1 for end in stops(folded.text)):
        span, instead = found.get(at, (Span(at - 1, at), original[at - 1]))
        if at > begin:
            found[at] = (span, f"{instead}.")
    return together(found.values(), ())
