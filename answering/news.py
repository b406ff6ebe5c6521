"""What is new since ...?: the newest articles of the days that are meant, each with the sentence that tells its story."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from answering.reading.readings import Reading, statements
from answering.wording import content_stems
from corpus.article import Passage
from index.opening import Index
from models.encoder import Encoder
from retriever.datewords import Days, days_meant
from retriever.request import Request
from retriever.search import Hit, allowed_passages, search

MOST_NEWS = 4
_RECENT_DAYS = 30
"""What counts as new where the question does not say."""
_DEPTH = 40
_OF_TIME = re.compile(
    r"\b(?:what(?:['’]s| is| are| has been| has| have)?|new|news|latest|happen(?:ed|ing)?|any|since|in|on|about|from|with|this|last"
    r"|week|month|year|today|yesterday|\d{4}|January|February|March|April|May|June|July|August|September|October|November"
    r"|December)\b",
    re.IGNORECASE,
)


def news(index: Index, encoder: Encoder, request: Request) -> list[Reading]:
    """The newest first, one of each article; about the question's subject, where it names one."""
    days = days_meant(request.question, request.date) or Days(request.date - timedelta(_RECENT_DAYS), request.date)
    subject = news_subject(request.question)
    hits = _about(index, encoder, request, subject, days) if subject else _opening(index, request, days)
    told = [_story(hit, content_stems(subject)) for hit in hits]
    found = [reading for reading in told if reading is not None]
    return sorted(found, key=lambda r: r.hit.article.published or "", reverse=True)[:MOST_NEWS]


def news_subject(question: str) -> str:
    """The question without its words of asking and of time: "What is new with Meta since March?" leaves "Meta"."""
    return " ".join(re.findall(r"[\w&.’'-]+", _OF_TIME.sub(" ", question))).strip(" .-")


def _about(index: Index, encoder: Encoder, request: Request, subject: str, days: Days) -> list[Hit]:
    hits = search(index, encoder, replace(request, question=subject), _DEPTH)
    stems = content_stems(subject)
    return _one_each([h for h in hits if _within(h, days) and stems <= content_stems(f"{h.article.title} {h.passage.text}")])


def _within(hit: Hit, days: Days) -> bool:
    return hit.article.published is not None and str(days.first) <= hit.article.published <= str(days.last)


def _one_each(hits: Sequence[Hit]) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.article.id, hit)
    return list(best.values())


def _opening(index: Index, request: Request, days: Days) -> list[Hit]:
    """How the newest articles begin: of each the first passage that states something."""
    allowed = allowed_passages(index, request)
    hits: list[Hit] = []
    for number in index.store.published_between(str(days.first), str(days.last)):
        spans = sorted(row.span for row in index.store.passages_of([number]) if allowed.holds(row.number))
        article = index.store.article(number)
        passages = (Passage(s.start, s.end, s.of(article.text)) for s in spans)
        told = (hit for p in passages if statements(hit := Hit(article, p, 0.0, len(hits) + 1)))
        hits += [first] if (first := next(told, None)) else []
        if len(hits) == MOST_NEWS:
            break
    return hits


def _story(hit: Hit, subject: frozenset[str]) -> Reading | None:
    """The sentence that holds most of the title's words, of those that name the subject where one is asked about; the
    earlier of two. It is certain, for nothing was read into it."""
    spans = statements(hit)
    text, title = hit.article.text, content_stems(hit.article.title)
    naming = [s for s in spans if subject and subject <= content_stems(s.of(text))]
    chosen = max(naming or spans, key=lambda s: len(title & content_stems(s.of(text))), default=None)
    return Reading(hit, chosen, None, 1.0) if chosen else None
