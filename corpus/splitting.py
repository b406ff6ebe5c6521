"""Article -> sentences -> passages, by sentencex and the encoder's own tokenizer.

A passage is one contiguous span outside the page furniture: whole sentences, packed until the encoder's window is
full. A sentence that is longer than the window is cut, at white space where there is some.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Protocol

import sentencex

from corpus.article import Article, Passage, Span
from corpus.blocks import blocks_with_lists, trimmed

_AT_ONCE = 5_000
"""Code points of a line that the splitter is given at once: its time grows with the square of them."""
_NUMBER = re.compile(r"\s*(?:[A-Z][a-z]+ )?\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivx]{1,4})[.)]\s*")
_SHORTENED = re.compile(r"\b(?:[Tt]el|No|Nos|[Ff]ig|[Aa]rt|[Ss]ec|[Ee]xt|[Cc]h)\.\s*$")


class TokenCounter(Protocol):
    """The encoder's tokenizer, as far as splitting needs it."""

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """For each text, where its tokens end, as rising offsets in code points; without special tokens."""
        ...


@dataclass(frozen=True)
class SplitSettings:
    """How articles become passages; an index made with other settings is refused.

    window     tokens that the encoder takes in, two special ones included
    title      tokens of the title that are encoded before the passage, at most
    longest    code points of a passage, at most: a guard where a thousand characters are one unknown token
    language   for the sentence splitter
    """

    window: int = 256
    title: int = 40
    longest: int = 2_000
    language: str = "en"

    def as_json(self) -> dict[str, int | str]:
        return asdict(self)


SPLIT = SplitSettings()


def sentences(text: str, within: Span, language: str = "en") -> Iterator[Span]:
    """The sentences of a part of a text, in order, without white space around them; a line end ends one, a list is one."""
    for block in blocks_with_lists(text[within.start : within.end]):
        at, end = within.start + block.start, within.start + block.end
        if "\n" in text[at:end]:
            yield Span(at, end)
            continue
        while at < end:
            until = min(at + _AT_ONCE, end)
            found = list(_segmented(text, Span(at, until), language))
            if until < end and len(found) > 1:
                until = found.pop().start  # it may go on behind what was looked at
            elif until < end and (space := text.rfind(" ", at + 1, until)) > 0:
                until, found = space, [trimmed(text, at, space)]
            yield from (span for span in found if span.start < span.end)
            at = until


def _segmented(text: str, within: Span, language: str) -> Iterator[Span]:
    line, at = within.of(text), 0
    for sentence in _with_numbers(sentencex.segment(language, line)):
        # The splitter may normalise what it returns: trust only what is found again in the text.
        start = line.find(sentence, at)
        if start < 0:
            continue
        if start > at and line[at:start].strip():
            yield trimmed(text, within.start + at, within.start + start)
        at = start + len(sentence)
        span = trimmed(text, within.start + start, within.start + at)
        if span.start < span.end:
            yield span
    if line[at:].strip():
        yield trimmed(text, within.start + at, within.end)


def _with_numbers(sentences: Iterable[str]) -> Iterator[str]:
    """The number of a clause or a step belongs to its first sentence, a number to the short word before it ("Tel. 12")."""
    held = ""
    for at, sentence in enumerate(sentences):
        if held and at > 1 and not sentence[0].isdigit() and sentence[0] != "+":
            yield held
            held = ""
        held += sentence
        if (at == 0 and _NUMBER.fullmatch(sentence)) or _SHORTENED.search(sentence):
            continue
        yield held
        held = ""
    if held:
        yield held


def split(article: Article, counter: TokenCounter, settings: SplitSettings = SPLIT) -> list[Passage]:
    """The passages of an article; with its title each fits the encoder's window."""
    spans = [s for region in _regions(article) for s in sentences(article.text, region, settings.language)]
    texts = [span.of(article.text) for span in spans]
    title_ends, *ends = counter.token_ends([article.title, *texts])
    budget = settings.window - 2 - min(settings.title, len(title_ends))
    pieces: list[tuple[Span, int]] = []
    for span, token_ends in zip(spans, ends, strict=True):
        pieces.extend(_cut(article.text, span, token_ends, budget, settings.longest))
    return [
        Passage(span.start, span.end, span.of(article.text))
        for span in _packed(pieces, budget, settings.longest, _barriers(article))
    ]


def title_context(title: str, counter: TokenCounter, settings: SplitSettings = SPLIT) -> str:
    """The title as it is encoded before a passage: cut to its share of the window."""
    ends = counter.token_ends([title])[0]
    return title if len(ends) <= settings.title else title[: ends[settings.title - 1]]


def _regions(article: Article) -> Iterator[Span]:
    """What lies between furniture and the edges of parts."""
    edges = {0, len(article.text)}.union(*((part.span.start, part.span.end) for part in article.entries))
    for begin, end in pairwise(sorted(edges)):
        at = begin
        for span in article.furniture:
            if span.start < end and span.end > begin:
                yield Span(at, max(at, span.start))
                at = max(at, span.end)
        if at < end:
            yield Span(at, end)


def _cut(text: str, span: Span, token_ends: Sequence[int], budget: int, longest: int) -> Iterator[tuple[Span, int]]:
    """The span in pieces of at most `budget` tokens and `longest` code points, each with its number of tokens."""
    start, first = span.start, 0
    while len(token_ends) - first > budget or span.end - start > longest:
        limit = span.start + token_ends[first + budget - 1] if len(token_ends) - first > budget else span.end
        limit = min(limit, start + longest)
        space = max((text.rfind(c, start + 1, limit + 1) for c in " \t\u00a0"), default=-1)
        end = space if space > start + (limit - start) // 2 else limit
        following = bisect_left(token_ends, end - span.start + 1)
        yield trimmed(text, start, end), max(following - first, 1)
        start, first = end, following
    rest = trimmed(text, start, span.end)
    if rest.start < rest.end:
        yield rest, len(token_ends) - first


def _barriers(article: Article) -> list[int]:
    """Places over which no passage goes: where furniture begins, and where a part begins or ends."""
    edges = {place for part in article.entries for place in (part.span.start, part.span.end)}
    return sorted({span.start for span in article.furniture} | edges)


def _packed(pieces: Sequence[tuple[Span, int]], budget: int, longest: int, starts: Sequence[int]) -> Iterator[Span]:
    """Neighbouring pieces joined while they fit and none of these places lies between them."""
    current: Span | None = None
    used = 0
    for span, tokens in pieces:
        if current is not None:
            apart = bisect_left(starts, current.end) != bisect_right(starts, span.start)
            if not apart and used + tokens <= budget and span.end - current.start <= longest:
                current, used = Span(current.start, span.end), used + tokens
                continue
            yield current
        current, used = span, tokens
    if current is not None:
        yield current
