"""Questions about articles themselves: who wrote the one about X, when was it published, which outlets report on X?

They are answered from an article's fields, not from what it tells. Where the field's words stand in the text, they are quoted; where
they come from a page's markup or a record, the statement says so, and how the article begins is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from answering.answer import Answer, Claim, Quote, Side, with_marks
from answering.followup import LONGEST_REMARK, Understood, first_statement
from answering.origins import CopiesOf, Voice, origins_of, outlet, support_of
from answering.readings import statements
from corpus.article import Article, Span
from corpus.blocks import blocks
from corpus.metadata import parse_date
from index.opening import Index
from language.questions import DATE
from language.words import content_stems, name_stems, share_held
from models.encoder import Encoder
from retriever.request import Request, Turn
from retriever.search import Hit, search

_DEPTH = 60
_LEAST_HELD, _LEAST_HELD_BY_EACH = 0.5, 2 / 3
"""Of the subject's content words, how many title and passage hold, where the best article is meant and where all are; its names
must all be held."""
_MOST_ARTICLES = 3
"""That are told where several are as much about the subject."""
_MOST_OUTLETS = 8
_HEAD = 15
"""Lines at the top in which a byline or a date is looked for."""


class Field(Enum):
    """What is asked of an article, with the words that tell it."""

    AUTHOR = "was written by"
    DAY = "was published on"
    OUTLET = "was published by"
    OUTLETS = "reports on it in"


@dataclass(frozen=True)
class OfArticles:
    """subject  what they are about; "": those that were quoted last, or asked about"""

    field: Field
    subject: str


_PIECE = r"(?:(?:news |opinion )?article|op-ed|blog post|news story|news report|memo|e-?mail)"
_ABOUT = r"(?:about|on|of|regarding|concerning|covering|titled|entitled|headlined|called|with the (?:title|headline)|that (?:tells|reports) (?:of|on|about))"
_IT = rf"(?:(?:the|that|this) {_PIECE}(?: {_ABOUT} (?P<subject>.+?)| (?P<title>[“\"].+[”\"]))?|(?P<it>it|this|that))"
_ASKS = (
    (Field.AUTHOR, rf"(?:who (?:wrote|authored|is the author of|was the author of)|by whom (?:is|was)) {_IT}(?: written| by)?"),
    (Field.AUTHOR, rf"who (?:is|was) {_IT} (?:by|written by)"),
    (Field.DAY, rf"when (?:was|is) {_IT} (?:published|posted|written|released|from)"),
    (Field.DAY, rf"when did (?P<who>.+?) (?:publish|post|write|release) {_IT}"),
    (Field.DAY, rf"what is the (?:publication )?date of {_IT}"),
    (Field.OUTLET, rf"(?:who|which (?:news )?(?:outlet|paper|newspaper|magazine|site|publisher|publication)) (?:published|posted|ran|carried) {_IT}"),
    (Field.OUTLET, rf"(?:in|by) which (?:outlet|paper|newspaper|magazine|publication) was {_IT} published"),
    (Field.OUTLETS, r"(?:which|what) (?:news )?(?:outlets?|papers?|newspapers?|publications?|publishers?|media|magazines?|news sites?)(?: outlets?| sites?)? "
     r"(?:have |has |had )?(?:report|reports|reported|write|writes|wrote|written|cover|covers|covered|published(?: articles?)?)(?: (?:on|about|of))? "
     r"(?P<subject>.+)"),
)  # fmt: skip
_PATTERNS = tuple((field, re.compile(pattern, re.IGNORECASE)) for field, pattern in _ASKS)


def of_articles(question: str) -> OfArticles | None:
    """None for a question about what articles tell. "Who wrote it?" alone is none: a book may be meant."""
    found = _matched(question)
    return OfArticles(found[0], _subject(found[1])) if found and not found[1].groupdict().get("it") else None


def _matched(question: str) -> tuple[Field, re.Match[str]] | None:
    asked = " ".join(question.split()).rstrip("?!. ")
    asked = re.sub(r"^(?:and|but|so)\b[, ]*", "", asked, flags=re.IGNORECASE)
    return next(((field, m) for field, pattern in _PATTERNS if (m := pattern.fullmatch(asked))), None)


def _subject(found: re.Match[str]) -> str:
    told = found.groupdict()
    return (told.get("subject") or told.get("title") or "").strip(" “”\"'‘’")


def pointing_back(question: str, history: Sequence[Turn]) -> Understood | None:
    """A question about "it", or "that article", with what the conversation was about; None for other questions."""
    found = _matched(question) if len(question) <= LONGEST_REMARK else None
    if found is None or not history or _subject(found[1]):
        return None
    before = of_articles(history[-1].question)
    if before is not None and before.subject:
        article = f"the article about {before.subject}"
        whole = {
            Field.AUTHOR: f"Who wrote {article}?", Field.DAY: f"When was {article} published?", Field.OUTLET: f"Who published {article}?",
        }[found[0]]  # fmt: skip
        return Understood(whole, (whole,), carried=(before.subject,))
    told = first_statement(history[-1].answer or "")
    return Understood(question, (question,), about=told) if told and not found[1].groupdict().get("it") else None


def told_of_articles(
    index: Index, encoder: Encoder, asked: Request, meant: OfArticles, near: frozenset[str], copies_of: CopiesOf
) -> Answer | None:
    """None where no article is about the subject; a declined answer where none of those says what is asked."""
    hits = _hits(index, encoder, asked, meant, near)
    if not hits:
        return None
    if meant.field is Field.OUTLETS:
        return _outlets(asked, hits, copies_of)
    shares = [_share(meant.subject, hit, in_title=True) + _share(meant.subject, hit) for hit in hits]
    best = [hit for hit, share in zip(hits, shares, strict=True) if share == max(shares)][:_MOST_ARTICLES]
    told = [(hit, found) for hit in best if (found := _told(hit, meant.field)) is not None]
    if not told:
        titles = ", ".join(f"“{hit.article.title}”" for hit in best)
        what = {Field.AUTHOR: "who wrote it", Field.DAY: "when it was published"}.get(meant.field, "who published it")
        return Answer(
            asked.question, "declined", f"{titles} does not say {what}.", nearest=_quotes(_voices(best), copies_of)
        )
    voices = [Voice(hit.article, found.quote) for hit, found in told]
    claims = [found.statement for _, found in told]
    return answer_about(asked, claims, [[voice] for voice in voices], copies_of, told[0][1].value)


def _hits(index: Index, encoder: Encoder, asked: Request, meant: OfArticles, near: frozenset[str]) -> list[Hit]:
    """The best passage of each article that is about the subject."""
    if not meant.subject and not near:
        return []
    request = replace(asked, question=meant.subject or asked.question, only=near or asked.only)
    least = _LEAST_HELD_BY_EACH if meant.field is Field.OUTLETS else _LEAST_HELD
    best: dict[str, Hit] = {}
    for hit in search(index, encoder, request, _DEPTH, collapse=False):
        if not meant.subject or _share(meant.subject, hit) >= least:
            best.setdefault(hit.article.id, hit)
    return list(best.values())


def _share(subject: str, hit: Hit, *, in_title: bool = False) -> float:
    """Of the subject's content words how many are held, from 0 to 1; 0 where a name of it is not."""
    wanted = content_stems(subject)
    held = content_stems(hit.article.title if in_title else f"{hit.article.title} {hit.passage.text}")
    if not in_title and not name_stems(f"of {subject}") <= held:
        return 0.0
    return share_held(wanted, held, akin=True)


@dataclass(frozen=True)
class _Told:
    statement: str
    value: str
    quote: Span


def _told(hit: Hit, field: Field) -> _Told | None:
    """What an article's field says; None where it says nothing."""
    article = hit.article
    value = {Field.AUTHOR: article.author, Field.DAY: article.published, Field.OUTLET: article.publisher}[field]
    if value is None:
        return None
    line, words = _standing(article, value, field) or (beginning_of(hit), value)
    aside = "" if words in line.of(article.text) else ", as the article's own fields say"
    return _Told(f"“{article.title}” {field.value} {words}{aside}.", words, line)


def _standing(article: Article, value: str, field: Field) -> tuple[Span, str] | None:
    """The line that says it, and in what words."""
    for at, span in enumerate(_lines(article.text)):
        line = span.of(article.text)
        if at >= _HEAD and not line.lower().startswith(("author", "by ", "source", "date", "published")):
            continue
        if value in line:
            return span, value
        days = (m[0] for m in DATE.finditer(line)) if field is Field.DAY else ()
        if words := next((d for d in days if parse_date(d) == value), None):
            return span, words
    return None


def _lines(text: str) -> Iterator[Span]:
    for block in blocks(text):
        yield from (Span(block.start + m.start(), block.start + m.end()) for m in re.finditer(r"[^\n]+", block.of(text)))


def beginning_of(hit: Hit) -> Span:
    """The title where it stands in the text, else the first statement of the passage."""
    at = hit.article.text.find(hit.article.title)
    if at >= 0 and hit.article.title:
        return Span(at, at + len(hit.article.title))
    return next(iter(statements(hit)), hit.passage.span)


def _outlets(asked: Request, hits: Sequence[Hit], copies_of: CopiesOf) -> Answer:
    """Each outlet with its articles, those with most of the subject first."""
    of: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.article.publisher:
            of.setdefault(outlet(hit.article.publisher), []).append(hit)
    if not of:
        one, credited = len(hits) == 1, sorted({u.name for hit in hits for u in hit.article.upstreams})[:_MOST_OUTLETS]
        text = f"The articles do not say: {len(hits)} {'is about it and names' if one else 'are about it and name'} no outlet of {'its' if one else 'their'} own."
        text += f" {'It credits' if one else 'They credit'} {', '.join(credited)}." if credited else ""
        return Answer(asked.question, "declined", text, nearest=_quotes(_voices(hits[:_MOST_ARTICLES]), copies_of))
    shown = list(of.values())[:_MOST_OUTLETS]
    names = [str(own[0].article.publisher) for own in shown]
    claims = [f"{name} {Field.OUTLETS.value} “{own[0].article.title}”." for name, own in zip(names, shown, strict=True)]
    answer = answer_about(asked, claims, [_voices(own[:_MOST_ARTICLES]) for own in shown], copies_of, names[0])
    sides = tuple(Side(n, c.citations, c.support, c.origins) for n, c in zip(names, answer.claims, strict=True))
    return replace(
        answer, answers=sides, notices=tuple(_left_out(len(of) - len(shown), sum(not h.article.publisher for h in hits)))
    )


def _left_out(outlets: int, nameless: int) -> Iterator[str]:
    if outlets:
        yield f"{outlets} more outlet{'s report' if outlets > 1 else ' reports'} on it."
    if nameless:
        yield f"{nameless} more article{'s' if nameless > 1 else ''} on it name{'' if nameless > 1 else 's'} no outlet."


def _voices(hits: Sequence[Hit]) -> list[Voice]:
    """Each article with the sentence of its passage that shares most words with its title."""
    return [Voice(hit.article, _like_the_title(hit)) for hit in hits]


def _like_the_title(hit: Hit) -> Span:
    title, spans = content_stems(hit.article.title), statements(hit)
    return max(spans, key=lambda s: len(title & content_stems(s.of(hit.article.text)))) if spans else beginning_of(hit)


def _quotes(voices: Sequence[Voice], copies_of: CopiesOf) -> tuple[Quote, ...]:
    origins = origins_of(voices, copies_of)
    return tuple(Quote(n, v.article, v.span, origins[v.article.id]) for n, v in enumerate(voices, 1))


def answer_about(
    asked: Request, statements_: Sequence[str], voices: Sequence[Sequence[Voice]], copies_of: CopiesOf, span: str
) -> Answer:
    """Each statement with the articles that it is about."""
    quotes = _quotes([voice for some in voices for voice in some], copies_of)
    claims: list[Claim] = []
    at = 0
    for statement, some in zip(statements_, voices, strict=True):
        cited = quotes[at : at + len(some)]
        support, origins = support_of((quote.article, quote.origin) for quote in cited)
        claims.append(Claim(statement, tuple(quote.number for quote in cited), support, origins))
        at += len(some)
    return Answer(
        asked.question, "answered", with_marks(claims, ()), answer_span=span, claims=tuple(claims), quotes=quotes
    )  # fmt: skip
