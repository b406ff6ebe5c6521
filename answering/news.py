"""What is new since ...?: the newest articles of the days that are meant, each with the sentence that tells its story."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from answering.readings import Reading, shared_words, statements
from corpus.article import Passage, Span
from corpus.metadata import parse_date
from index.finding import chosen_articles
from index.opening import Index
from language.questions import DATE
from language.times import Days
from language.words import content_stems, share_held
from models.encoder import Encoder
from retriever.request import Request
from retriever.search import Hit, search, wanted_of

# --- What is new since ...?: the newest articles of the days that are meant, each with the sentence that tells its story ---

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
    days = request.days or Days(request.date - timedelta(_RECENT_DAYS), request.date)
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
    wanted = wanted_of(index, request)
    chosen = chosen_articles(index.store, wanted)
    hits: list[Hit] = []
    for number in index.store.published_between(str(days.first), str(days.last)):
        if number in wanted.without or (chosen is not None and number not in chosen):
            continue
        spans = sorted(row.span for row in index.store.passages_of([number]))
        article = index.store.article(number)
        passages = (Passage(s.start, s.end, s.of(article.text)) for s in spans)
        told = (hit for p in passages if statements(hit := Hit(article, p, 0.0, len(hits) + 1)))
        hits += [first] if (first := next(told, None)) else []
        if len(hits) == MOST_NEWS:
            break
    return hits


def _story(hit: Hit, subject: frozenset[str]) -> Reading | None:
    """The sentence that holds most of the title's words, of those that name the subject where one is asked about; the
    earlier of two. Its probability is the share of these words."""
    spans = statements(hit)
    text, title = hit.article.text, content_stems(hit.article.title)
    naming = [s for s in spans if subject and subject <= content_stems(s.of(text))]
    told = [(share_held(title, content_stems(s.of(text))), s) for s in naming or spans]
    share, chosen = max(told, key=lambda pair: pair[0], default=(0.0, None))
    return Reading(hit, chosen, None, share) if chosen else None


# --- AMD or Amazon: which came first?: the best statement on each of the two, side by side ---
#
# Who comes first is only said where the text of both statements gives a date; bigger, better or cheaper is for the one who
# asks to judge.

_COMPARED_DEPTH = 12
_LEAST_SHARED = 0.5
"""Of the question's other words: what the passage of a statement must hold, and the statement itself where its date is to
decide."""
_DATED = 0.2
"""What a date is worth where the question is about time, beside the share of its words."""
_FIRST = re.compile(r"\b(?:first|earlier|earliest|before|older|sooner)\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|later|latest|after|newer|more recent(?:ly)?)\b", re.IGNORECASE)
_FRAME = re.compile(
    r"\b(?:which|who|what|came|come|comes|compare|difference|differences|between|bigger|better|one)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Compared:
    """A statement for each of the two that is found, in order of the question; `decided` comes first where dates decide."""

    readings: tuple[Reading, ...]
    decided: Reading | None = None


def compare(index: Index, encoder: Encoder, request: Request) -> Compared:
    """Each reading's answer is the name that it is about. Without a statement on both there is nothing to compare."""
    names = request.meaning.compared or ()
    rest = _rest(request.question, names)
    found = tuple(r for name in names if (r := _best_on(index, encoder, request, name, rest)) is not None)
    if len(found) < len(names) or not names:
        return Compared(())
    decided = _decided(request.question, rest, found)
    first = [decided] if decided else []
    return Compared((*first, *(r for r in found if r is not decided)), decided)


def _rest(question: str, names: tuple[str, ...]) -> str:
    """The question's other words: "deal" of "AMD or Amazon: which deal came first?"."""
    rest = _FRAME.sub(" ", question)
    for name in names:
        rest = rest.replace(name, " ")
    return " ".join(re.findall(r"[\w'’-]+", _LAST.sub(" ", _FIRST.sub(" ", rest))))


def _best_on(index: Index, encoder: Encoder, request: Request, name: str, rest: str) -> Reading | None:
    """The statement that names the subject and holds, or has around it, most of the question's other words."""
    hits = search(index, encoder, replace(request, question=f"{name} {rest}"), _COMPARED_DEPTH)
    timed = bool(_FIRST.search(request.question) or _LAST.search(request.question))
    found = [r for hit in hits for r in _naming(hit, name, rest, timed=timed)]
    return max(found, key=lambda r: r.probability, default=None)


def _naming(hit: Hit, name: str, rest: str, *, timed: bool) -> list[Reading]:
    text, wanted = hit.article.text, content_stems(name)
    readings = []
    for span in statements(hit):
        sentence = span.of(text)
        place = re.search(rf"\b{re.escape(name)}\b", sentence)
        shared = shared_words(rest, sentence, f"{hit.article.title}\n{hit.passage.text}", hit.passage.text)
        if place is None or not wanted <= content_stems(sentence) or shared.around < _LEAST_SHARED:
            continue
        worth = (shared.in_sentence + shared.around) / 2 * (1 - _DATED) + _DATED * (timed and day_in(sentence) is not None)
        answer = Span(span.start + place.start(), span.start + place.end())
        readings.append(Reading(hit, span, answer, worth))
    return readings


def _decided(question: str, rest: str, readings: tuple[Reading, ...]) -> Reading | None:
    """The earlier or the later one, as asked, where both sentences are about it, hold a date, and these tell."""
    wanted = content_stems(rest)
    if any(len(wanted & content_stems(r.text)) < _LEAST_SHARED * len(wanted) for r in readings):
        return None
    days = [day_in(r.text) for r in readings]
    one, other = days[0], days[1]
    if not one or not other or one.startswith(other) or other.startswith(one):
        return None
    if bool(_FIRST.search(question)) == bool(_LAST.search(question)):
        return None
    order = sorted(readings, key=lambda r: day_in(r.text) or "")
    return order[0] if _FIRST.search(question) else order[-1]


def day_in(sentence: str) -> str | None:
    """The only date with a year in a sentence, as YYYY-MM-DD or YYYY-MM; None where there is none or more than one."""
    found = {m.group() for m in DATE.finditer(sentence) if re.search(r"[a-z].*\d{4}", m.group())}
    if len(found) != 1:
        return None
    words = found.pop()
    day = parse_date(words)
    month = parse_date(f"1 {words}") if day is None else None
    return day or (month[:7] if month else None)
