"""Lines that stand on many pages of one outlet: its template, which surrounds the article and is not of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from corpus.article import Article, overlaps_any
from corpus.blocks import blocks
from corpus.furniture import LEAST_PROSE, folded_line, furniture_share, is_kept_whole
from corpus.metadata import host_of, title_in

_LEAST_PAGES, _LEAST_OF_PAGES = 3, 1 / 3
"""A short line that stands on so many pages of one outlet, and on such a share of them, is of the page."""
_MOST_TEMPLATE = 0.3
"""Of the words of a text: where more stands on other pages too it is their copy, not their template."""


def outlet_of_page(file: str, publisher: str | None, url: str | None) -> str:
    """Whose pages look alike: those of a folder; where one file holds many articles, or a list of the web, those of an outlet."""
    many = file.lower().endswith((".jsonl", ".jsonl.gz")) or host_of(file)
    return (publisher or host_of(url) or file) if many else str(Path(file).parent)


def templates(pages: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """(outlet, text) of every article -> of each outlet the short lines that stand on many of its pages."""
    count: Counter[str] = Counter()
    lines: dict[str, Counter[str]] = defaultdict(Counter)
    for outlet, text in pages:
        count[outlet] += 1
        lines[outlet].update(short_lines(text))
    least = {outlet: max(_LEAST_PAGES, _LEAST_OF_PAGES * pages) for outlet, pages in count.items()}
    return {o: frozenset(line for line, n in found.items() if n >= least[o]) for o, found in lines.items()}


def short_lines(text: str) -> set[str]:
    """The lines too short to be prose, folded."""
    lines = {folded_line(span.of(text)) for span in blocks(text)}
    return {line for line in lines if len(line.split()) < LEAST_PROSE and any(c.isalnum() for c in line)}


def without_template(article: Article, lines: frozenset[str]) -> Article:
    """The article with these lines marked as furniture too; they are neither its title nor what it credits."""
    text = article.text
    standing = [span for span in blocks(text) if folded_line(span.of(text)) in lines] if lines else []
    if not standing or is_kept_whole(text) or furniture_share(text, standing) > _MOST_TEMPLATE:
        return article
    more = [span for span in standing if not overlaps_any(span, article.furniture)]
    furniture = tuple(sorted((*article.furniture, *more)))
    titled = any(folded_line(span.of(text)).strip("# ") == folded_line(article.title) for span in more)
    return replace(
        article,
        furniture=furniture,
        title=title_in(text, furniture, article.id) if titled else article.title,
        upstreams=tuple(u for u in article.upstreams if not overlaps_any(u.span, more)),
    )
