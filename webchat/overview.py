"""What a newcomer is shown: how much there is, of which outlets and days, and questions to begin with.

The questions are those of the site file. Without one they are headings and titles of articles, those that are questions
first, then what plain statements answer; each is put to the engine before it is shown; that is done once for each generation,
and each is shown as it is found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from itertools import chain, islice
from typing import Any

import anyio
from anyio import to_thread

from answering.answer import index_as_json
from corpus.article import Article, Span, overlaps_any
from corpus.splitting import sentences
from index.generations import Manifest
from index.opening import Index
from index.rules import NOBODYS, Groups
from language.words import content_stems
from retriever.request import make_request
from webchat.desk import Desk, Full, answer_of

MOST_OUTLETS = 2_000
_EXAMPLES = 4
_TRIED = 8
"""Questions that are put to the engine before it is given up."""
_TURNED, _TOP = 8, 2_000
"""Articles whose first statement is asked of, and the code points at their top in which it is looked for."""
_LOOKED_THROUGH = 120
"""Articles whose headings are looked through: half of them the newest, half from all over the corpus."""
_LENGTHS = range(12, 100)
"""Code points of an example: a shorter one says little, a longer one is not read."""
_LEAST_WORDS = 3
"""Of a title that carry sense, or it names nothing that could be answered."""


class Overview:
    """Of the generation in use; `given` examples are shown instead of found ones."""

    def __init__(self, desk: Desk, given: tuple[str, ...] | None) -> None:
        self._desk = desk
        self._given = given
        self._of: Manifest | None = None
        self._found: list[str] = []
        self._untried: list[str] = []
        self._one_at_a_time = anyio.Lock()

    def manifest(self, groups: Groups = NOBODYS) -> Manifest:
        """As there is for a member of these groups."""
        return self._desk.engine.live.now(groups).manifest

    async def corpus(self, groups: Groups = NOBODYS) -> dict[str, Any]:
        return await to_thread.run_sync(lambda: _counted(self._desk.engine.live.now(groups)))

    async def examples(self) -> AsyncGenerator[list[str], None]:
        """The same for all, of what is open to all: those that are known, and again with each that is found. Each that is tried
        takes a place in line of its own, so that nobody waits for more than one."""
        shown, more = None, True
        while more:
            more = self._given is None and await self._looked_further()
            if (known := list(self._found if self._given is None else self._given)) != shown:
                yield known
            shown = known

    async def _looked_further(self) -> bool:
        """Tries one; False where there are enough, or none is left to try."""
        async with self._one_at_a_time:
            index = await to_thread.run_sync(self._desk.engine.live.now)
            if self._of != index.manifest:
                self._untried, self._found = await to_thread.run_sync(_candidates, index), []
                self._of = index.manifest
            if not self._untried or len(self._found) == _EXAMPLES:
                return False
            try:
                answer = await answer_of(self._desk.steps(make_request({"question": self._untried[0]})))
            except Full:
                return False
            self._found += [self._untried[0]] if answer.status == "answered" else []
            del self._untried[0]
            return True


def _counted(index: Index) -> dict[str, Any]:
    outlets = Counter(index.store.outlets_by_article.values()).most_common(MOST_OUTLETS)
    return {
        "index": index_as_json(index.manifest),
        "undated": index.store.undated(),
        "outlets": [{"name": name, "articles": count} for name, count in outlets],
    }


def _candidates(index: Index) -> list[str]:
    numbers = dict.fromkeys([*index.store.newest(_LOOKED_THROUGH // 2), *index.store.every(_LOOKED_THROUGH // 2)])
    articles = [index.store.article(number) for number in numbers]
    asked = (question for article in articles for question in _questions_in(article))
    titles = (a.title for a in articles if _is_title(a.title))
    turned = (question for article in articles[:_TURNED] for question in _questions_to(article))
    return list(dict.fromkeys([*islice(dict.fromkeys(chain(asked, titles)), _TRIED), *islice(turned, _EXAMPLES)]))


def _is_title(title: str) -> bool:
    """Not where it is a statement, as the title of an article of one line is: nobody asks that."""
    return len(title) in _LENGTHS and not title.endswith(".") and len(content_stems(title)) >= _LEAST_WORDS


def _questions_to(article: Article) -> Iterator[str]:
    """Whether its first plain statement is so: the only question that code can make of any."""
    spans = islice(sentences(article.text, Span(0, min(len(article.text), _TOP))), _TURNED)
    stated = (s.of(article.text) for s in spans if s.end - s.start in _LENGTHS and not overlaps_any(s, article.furniture))
    return (
        f"Is it true that {s[0].lower()}{s[1:].rstrip('.')}?"
        for s in islice(stated, 1)
        if re.match(r"(?:The|An?|In|On|At) ", s)
    )


def _questions_in(article: Article) -> Iterator[str]:
    """Its title and headings that are questions: lines of their own that end in a question mark."""
    for line in (article.title, *re.findall(r"^#*[ \t]*([^\n]{12,100}\?)[ \t]*$", article.text, re.MULTILINE)):
        if line.endswith("?") and line.count("?") == 1 and ". " not in line and len(line) in _LENGTHS:
            yield line
