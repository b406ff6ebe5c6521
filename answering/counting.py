"""Questions about the articles as a whole: how many mention X, which is the oldest, which are of March, or by somebody.

They are answered from the index: an article mentions what stands in its text or title, word for word. As many are listed as an
answer may quote; the count is of all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from answering.answer import Answer
from answering.bylines import answer_about, beginning_of
from answering.origins import CopiesOf, Voice
from answering.readings import statements
from corpus.article import Article, Passage
from index.finding import chosen_articles
from index.opening import Index
from language.times import Days, days_in_words, without_times
from language.words import without_accents
from retriever.request import Request
from retriever.search import Hit, wanted_of

_LOOKED_AT = 5_000
"""Passages, those first that hold most of the words."""
_LISTED = 5
_PIECE = r"(?:articles?|stories|story|reports?|texts?|documents?|pieces?|e?-?mails?)"
_ABOUT = r"(?:that |which )?(?:mention(?:s|ed|ing)?|name(?:s|d)?|(?:are|is) about|tells? (?:of|about)|speaks? of|deals? with|reports? on|about|on|of)"
_COUNT = re.compile(
    rf"how many {_PIECE}(?: (?:here|are there|do you have|exist))?(?: {_ABOUT} (?P<subject>.+?))?(?: by (?P<by>.+))?",
    re.IGNORECASE,
)
_END = re.compile(
    rf"(?:(?:which|what) (?:is|was) |(?:show|give|tell)(?: me)? )?the (?P<end>oldest|earliest|first|newest|latest|most recent|last) {_PIECE}"
    rf"(?: (?!of\b){_ABOUT} (?P<subject>.+?))?(?: by (?P<by>.+))?",
    re.IGNORECASE,
)
_LIST = re.compile(
    rf"(?:(?:which|what) {_PIECE}|(?:list|show|give)(?: me)? (?:all |the |all the )?{_PIECE})(?: {_ABOUT} (?P<subject>.+?)| (?:are|is|were|was))?(?: (?:written )?by (?P<by>.+))?",
    re.IGNORECASE,
)
_OLDEST = ("oldest", "earliest", "first")


@dataclass(frozen=True)
class Counting:
    """subject: what is mentioned, "" for anything; by: author or outlet; end: "oldest", "newest", or "" where all are meant."""

    subject: str
    by: str
    end: str
    counts: bool
    days: Days | None


def counting_asked(asked: Request) -> Counting | None:
    """None for other questions."""
    whole = asked.question.rstrip("?!. ")
    bare = re.sub(r"\b(?:are|is|were|was) (?:from|of)$|\b(?:from|of)$", "", without_times(whole, asked.date)).strip()
    for counts, pattern in ((True, _COUNT), (False, _END), (False, _LIST)):
        if found := pattern.fullmatch(bare):
            told = found.groupdict()
            end = (told.get("end") or "").lower()
            subject, by = ((told.get(name) or "").strip(" “”\"'") for name in ("subject", "by"))
            if subject or by or end or counts or asked.days:
                return Counting(subject, by, end and ("oldest" if end in _OLDEST else "newest"), counts, asked.days)
    return None


def articles_counted(index: Index, asked: Request, meant: Counting, copies_of: CopiesOf) -> Answer | None:
    """The articles, the newest first, and the oldest first where that is asked for. Where there are none, a declined answer if the
    question says "mention", else None: "how many articles of the treaty" asks what articles tell."""
    found = _matching(index, asked, meant)
    dated = sorted((a for a in found if a.published), key=lambda a: (a.published, a.id), reverse=meant.end != "oldest")
    if not found or (meant.end and not dated):
        told = "none of them has a date" if found else f"no article {_which(meant, 1)}"
        surely = found or re.search(r"\bmention", asked.question, re.IGNORECASE)
        return Answer(asked.question, "declined", f"{told[:1].upper()}{told[1:].strip()}.") if surely else None
    shown = dated[:1] if meant.end else [*dated, *(a for a in found if not a.published)][:_LISTED]
    many = f"{len(found):,} article{'' if len(found) == 1 else 's'} {_which(meant, len(found))}".strip()
    kind = f"the {meant.end} is " if meant.end else "the newest is " if len(found) > 1 and dated else ""
    claims = [f"{many}; {kind}{_named(shown[0])}.", *(f"{_named(a)}." for a in shown[1:])]
    voices = [[_voice(a, meant.subject)] for a in shown]
    answer = answer_about(asked, claims, voices, copies_of, str(len(found)) if meant.counts else shown[0].title)
    left = 0 if meant.end else len(found) - len(shown)
    return replace(answer, notices=(f"{left} more {'is' if left == 1 else 'are'} not listed.",)) if left else answer


def _matching(index: Index, asked: Request, meant: Counting) -> list[Article]:
    since, until = (meant.days.first, meant.days.last) if meant.days else (None, None)
    wanted = wanted_of(index, replace(asked, since=since or asked.since, until=until or asked.until))
    if meant.subject:
        rows = index.store.passages(index.finder.by_words(meant.subject, _LOOKED_AT, wanted))
        numbers = sorted({row.article for row in rows.values()})
    else:
        chosen = chosen_articles(index.store, wanted)
        numbers = sorted({row.article for row in index.store.all_passages()} if chosen is None else chosen - wanted.without)
    articles = (index.store.article(number) for number in numbers)
    return [a for a in articles if _mentions(a, meant.subject) and _is_by(a, meant.by)]


def _mentions(article: Article, subject: str) -> bool:
    return not subject or _pattern(subject).search(_plain(f"{article.title}\n{article.text}")) is not None


def _is_by(article: Article, by: str) -> bool:
    named = [_plain(name) for name in (article.author, article.publisher) if name]
    return not by or any(_pattern(by).search(name) for name in named)


def _plain(text: str) -> str:
    return " ".join(without_accents(text).lower().split())


def _pattern(words: str) -> re.Pattern[str]:
    bare = re.sub(r"^(?:the|a|an) ", "", _plain(words))
    return re.compile(rf"(?<!\w){re.escape(bare)}(?!\w)")


def _which(meant: Counting, many: int) -> str:
    one = many == 1
    parts = [f"mention{'s' * one} “{meant.subject}”"] if meant.subject else []
    parts += [f"{'is' if one else 'are'} by {meant.by}"] if meant.by else []
    parts += [f"{'is' if one else 'are'} {days_in_words(meant.days)}"] if meant.days else []
    return " and ".join(parts) or f"{'is' if one else 'are'} here"


def _named(article: Article) -> str:
    told = ", ".join(part for part in (article.publisher, article.published) if part)
    return f"“{article.title}”" + (f" ({told})" if told else " (undated)")


def _voice(article: Article, subject: str) -> Voice:
    """The first statement that mentions it, else the first one."""
    hit = Hit(article, Passage(0, len(article.text), article.text), 0.0, 1)
    spans = statements(hit)
    there = (s for s in spans if subject and _pattern(subject).search(_plain(s.of(article.text))))
    return Voice(article, next(there, spans[0] if spans else beginning_of(hit)))
