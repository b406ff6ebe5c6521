"""Answer -> Markdown of a message, and article -> Markdown of the source panel. It knows nothing of Gradio.

A message is plain Markdown without HTML. Two kinds of links in it stand for what a page has to show:

    [1](#q/START/END/DIGEST/ARTICLE "card")   a chip: its address names a quote, its title is the card over it
    [Single source](#b/KIND "why")            a badge: KIND is a Badge, its title is the reason

So a message is whole without scripts, can be copied as readable text, and carries all that a follow-up or a thumb needs.
Whatever comes from an article or a reader passes `inert` first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Literal, get_args
from urllib.parse import quote as url_quote
from urllib.parse import unquote

from answering.answer import Answer, Claim, Quote, Side, Support
from answering.compose import without_bullet
from corpus.article import Article, Span, overlaps_any
from corpus.metadata import host_of
from retriever.request import Request

Badge = Literal[
    "single_source",
    "shared_origin",
    "corroborated",
    "unknown",
    "differ",
    "updated",
    "otherwise",
    "declined",
    "undated",
    "machine",
    "said",
]
_DIGITS = 12
"""Of an article's digest, in a chip: enough to see that the article has changed since."""
_MARKUP = re.compile(r"[\\`*_\[\]|~^$\"@]")
_AT_BEGINNING = re.compile(r"^(\d{1,9})([.)])|^([-+=#])")
_CHIP_OR_BADGE = re.compile(r'(?: ·)? ?\[(?:\\.|[^\[\]\\])*\]\(#[qb]/[^\s\]]+ "(?:\\.|[^"\\])*"\)')
"""Nothing in it runs over the beginning of the next, so that what a browser sends is read in one pass."""
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ADDRESS = re.compile(r"#q/(\d{1,9})/(\d{1,9})/([0-9a-f]{12})/(\S{1,12000})")
_WEB = re.compile(r"https?://[^\s()<>\"'\\`*_\[\]|]+")


def inert(text: str) -> str:
    """Text as it is seen, in one line, with nothing in it that Markdown or HTML could take for markup or for a link. Signs
    that are not seen, and those that turn the direction, are left out."""
    seen = "".join(c for c in re.sub(r"\s+", " ", text) if c.isprintable())
    seen = seen.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    seen = _MARKUP.sub(lambda m: "\\" + m[0], seen)
    seen = seen.replace("://", "\\://").replace("www.", "www\\.")
    return _AT_BEGINNING.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", seen)


def bare(markdown: str) -> str:
    """What `inert` was given, except white space and signs that are not seen."""
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)
    return re.sub("&(?:lt|gt|amp);", lambda m: _ENTITIES[m[0]], text)


# --- an answer -----------------------------------------------------------------------------------------------------


def answer_markdown(answer: Answer, asked: Request | None = None) -> str:
    """The short answer with its support, the statements with their chips, and what must be said beside them."""
    quotes = {q.number: q for q in answer.quotes or answer.nearest}
    said, written = _told_apart(answer, quotes)
    parts = [_note(f"Understood as: {answer.understood}")] if answer.understood else []
    if asked and asked.of_a_part:
        parts.append(_note(f"Asked of a part only: {_part_in_words(asked)}"))
    parts += _declined(answer) if answer.status == "declined" else _answered(said, quotes)
    parts += _in_other_words(written, quotes, answer.models.get("writer"))
    told = [answer.writing.notice] if answer.writing and answer.writing.notice else []
    parts += [_note(notice) for notice in (*told, *answer.notices)]
    return "\n\n".join(parts)


def _told_apart(answer: Answer, quotes: Mapping[int, Quote]) -> tuple[Answer, list[Claim]]:
    """The answer in its quotes, and of its claims those that a writer has put into other words."""
    if not (answer.writing and answer.writing.kept):
        return answer, []
    quoted = [replace(c, text=without_bullet(quotes[c.citations[0]].shown)) for c in answer.claims]
    return replace(answer, claims=tuple(quoted)), [c for c, q in zip(answer.claims, quoted, strict=True) if c.text != q.text]


def _in_other_words(written: Sequence[Claim], quotes: Mapping[int, Quote], writer: str | None) -> list[str]:
    """Set apart, below the quotes: a model's words are not an article's."""
    if not written:
        return []
    lines = [f"> {inert(claim.text)} {_cited(claim.citations, quotes)}" for claim in written]
    return ["\n>\n".join([f"> {_note(f'In the words of {writer}, checked against the quotes:')}", *lines])]


def early_markdown(readings: Iterable[tuple[str, Article]], written: Sequence[str]) -> str:
    """What is there before the answer is: quotes with their source, and sentences that passed the gate."""
    found = [f"> {inert(text)}\n>\n> {_source(article)}" for text, article in readings]
    return "\n\n".join([*found, *(f"> {inert(sentence)}" for sentence in written)])


def how_markdown(answer: Answer) -> str:
    """By which models, from which index; in one line."""
    models = ", ".join(f"{role} {inert(name)}" for role, name in answer.models.items() if name)
    return f"{models}, index {inert(str(answer.index.get('generation', '')))}"


def _answered(answer: Answer, quotes: Mapping[int, Quote]) -> list[str]:
    sides = [side for d in answer.disagreements for side in d.sides] or list(answer.updates)
    in_sides = {n for side in sides for n in side.citations}
    claims = [claim for claim in answer.claims if not in_sides.issuperset(claim.citations)]
    parts = [_differing(answer, sides, quotes)] if sides else []
    if answer.otherwise:
        why = "They deny what the question takes for granted."
        parts.append(_badge("otherwise", "The articles say otherwise", why))
    if answer.kind == "list" and len(answer.answers) > 1 and not sides:
        parts.append(
            "\n".join(f"- **{inert(a.answer)}** {_cited(a.citations, quotes)} {_support(a, quotes)}" for a in answer.answers)
        )
    if answer.verdict:
        parts.append(f"**{answer.verdict.capitalize()}** · {_support(claims[0], quotes)}")
    short = not sides and _is_short(answer)
    if short:
        parts.append(f"**{inert(answer.answer_span or '')}** · {_support(claims[0], quotes)}")
    for n, claim in enumerate(claims):
        support = "" if (short or answer.verdict) and n == 0 else f" {_support(claim, quotes)}"
        parts.append(f"{inert(claim.text)} {_cited(claim.citations, quotes)}{support}")
    reasons = {r: None for claim in claims if claim.support == "shared_origin" for r in _reasons(claim, quotes)}
    parts += [_note(reason) for reason in reasons]
    parts += [_note(u.in_words) for u in answer.upstreams if not u.in_corpus]
    return parts


def _is_short(answer: Answer) -> bool:
    """Whether the words that answer are fewer than the statement that they stand in, so that they are worth saying first."""
    return bool(answer.answer_span) and len(answer.answer_span or "") < 0.8 * len(answer.claims[0].text)


def _declined(answer: Answer) -> list[str]:
    if not answer.nearest:
        return [inert(answer.text)]
    badge = _badge("declined", "No answer found", "Nothing in the articles was found that answers this.")
    passages = [f"> {inert(q.shown)} {_chip(q)}\n>\n> {_source(q.article)}" for q in answer.nearest]
    return [badge, inert(answer.text), "The nearest passages:", *passages]


def _differing(answer: Answer, sides: Sequence[Side], quotes: Mapping[int, Quote]) -> str:
    """A list, which the page sets side by side: who says what, and when."""
    if answer.disagreements:
        badge = _badge("differ", "Sources differ", "Different articles answer this differently. No verdict is made.")
    else:
        badge = _badge("updated", "Changed over time", "Two dated accounts of one thing, the older one in front.")
    return "\n\n".join([badge, *(_side(side, quotes) for side in sides)])


def _side(side: Side, quotes: Mapping[int, Quote]) -> str:
    quote = quotes[side.citations[0]]
    lines = [
        f"- **{inert(side.answer)}** · {_support(side, quotes)}",
        f"  “{inert(quote.shown)}” {_chips(side.citations, quotes)}",
        f"  {_source(quote.article)}",
    ]
    return "\n\n".join(lines)


def _support(claim: Claim | Side, quotes: Mapping[int, Quote]) -> str:
    why = {
        "single_source": ["No other article was found that says this."],
        "corroborated": ["At most so many: no sign was found that they depend on each other."],
        "shared_origin": _reasons(claim, quotes),
        "unknown": ["The texts cannot be compared."],
    }[claim.support]
    return _badge(claim.support, claim.in_words, *why)


def _reasons(claim: Claim | Side, quotes: Mapping[int, Quote]) -> list[str]:
    """Why the articles of a claim are of one origin, each once."""
    return sorted({reason for n in claim.citations if n in quotes for reason in quotes[n].origin.reasons})


def _badge(kind: Badge, words: str, *why: str) -> str:
    return f'[{inert(words)}](#b/{kind} "{_title(why)}")'


def _chips(numbers: Iterable[int], quotes: Mapping[int, Quote]) -> str:
    return " ".join(_chip(quotes[n]) for n in numbers if n in quotes)


def _cited(numbers: Iterable[int], quotes: Mapping[int, Quote]) -> str:
    """Chips, with a word at those of which a reader should know more; where the source stands beside, it says so itself."""
    return " ".join(part for n in numbers if n in quotes for part in (_chip(quotes[n]), *_warnings(quotes[n])))


def _warnings(quote: Quote) -> Iterator[str]:
    """What should be known of an article, or of a part of it, before its words are believed."""
    article = quote.article
    if quote.said_by:
        yield _badge("said", f"said by {quote.said_by}", "These words stand in the article as somebody else's.")
    if not (quote.dated or article.published):
        yield _badge("undated", "undated", "This article bears no day: how old its words are is not known.")
    if article.machine:
        yield _badge("machine", "machine-written", "By its own words, a machine wrote this article.")


def _chip(quote: Quote) -> str:
    article = quote.article
    address = f"#q/{quote.start}/{quote.end}/{article.sha256[:_DIGITS]}/{url_quote(article.id, safe='')}"
    return f'[{quote.number}]({address} "{_title([f"“{quote.shown}”", article.title, _known_of(article, quote)])}")'


def _title(lines: Iterable[str]) -> str:
    """The title of a link: its lines are kept, and nothing in them ends it."""
    return "&#10;".join(inert(line) for line in lines)


def _note(text: str) -> str:
    return f"*{inert(text)}*"


def _source(article: Article) -> str:
    return f"*{inert(article.title)} · {inert(_known_of(article))}*"


def _known_of(article: Article, quote: Quote | None = None) -> str:
    """Outlet, author, day and page, of a quote those of the part in which it stands; that the day is not known, or that a machine wrote
    it, is said."""
    said_by, dated, page = (quote.said_by, quote.dated, quote.page) if quote else (None, None, None)
    outlet = article.publisher or (host_of(article.url) or "").removeprefix("www.")
    published = dated or article.published
    day = day_in_words(published) if published else "undated"
    parts = (
        outlet,
        said_by or article.author,
        day,
        f"p. {page}" if page else None,
        "machine-written" if article.machine else None,
    )
    return " · ".join(p for p in parts if p)


def day_in_words(day: str) -> str:
    """ "2026-04-27" -> "27 Apr 2026" """
    return date.fromisoformat(day).strftime("%d %b %Y").lstrip("0")


def _part_in_words(asked: Request) -> str:
    bounds = [f"{word} {day_in_words(str(day))}" for word, day in (("from", asked.since), ("to", asked.until)) if day]
    return ", ".join([*sorted(asked.outlets or ()), *bounds])


# --- read back from a message ----------------------------------------------------------------------------------------


def statements_in(markdown: str) -> str:
    """What an answer says, without chips, badges, passages that are only near, and notes: for a follow-up."""
    said = [line for line in markdown.splitlines() if "](#q/" in line and not line.startswith((">", "- "))]
    return bare(" ".join(_CHIP_OR_BADGE.sub("", line).strip().strip("“”") for line in said))


def quotes_in(markdown: str) -> list[tuple[str, Span]]:
    """Article and place of each quote, each once."""
    found = {named[:2]: None for m in re.finditer(r"\]\((#q/[^\s\]]+) ", markdown) if (named := quote_named(m[1]))}
    return list(found)


def support_in(markdown: str) -> str | None:
    """That of the first statement; None where nothing is stated."""
    found = re.search(rf"\]\(#b/({'|'.join(get_args(Support))}) ", markdown)
    return found[1] if found else None


def quote_named(address: str) -> tuple[str, Span, str] | None:
    """Article, place and beginning of the article's digest that a chip's address names; it comes from a browser, so it may
    be anything."""
    found = _ADDRESS.fullmatch(address)
    return (unquote(found[4]), Span(int(found[1]), int(found[2])), found[3]) if found else None


# --- an article ------------------------------------------------------------------------------------------------------


def article_markdown(article: Article | None, quote: Span, digest: str) -> str:
    """The article with the quote in `mark`, the one tag in it. Page furniture is left out, unless it is quoted. Where the
    article is gone or has changed, so that the place may hold other words, it says so."""
    if article is None:
        return "This article is no longer in the index."
    if not article.sha256.startswith(digest):
        return f"## {inert(article.title)}\n\nThis article has changed since. The quote is as it stood."
    original = f" · [original]({article.url})" if article.url and _WEB.fullmatch(article.url) else ""
    shown = "".join(
        _piece_markdown(piece)
        for piece in segments(article.text, article.furniture, article.from_original(quote))
        if piece.quote or not piece.furniture
    )
    # Without empty lines every line is a paragraph.
    line_end = r"\\\n" if re.search(r"\n\s*\n", article.text) else r"\n\n"
    shown = re.sub(r"(?<!\n)\n(?!\n)", line_end, shown.strip())
    return f"## {inert(article.title)}\n\n*{inert(_known_of(article))}*{original}\n\n---\n\n{shown}"


@dataclass(frozen=True)
class Segment:
    """`quote`: within the quote; `furniture`: within page furniture."""

    text: str
    furniture: bool
    quote: bool


def segments(text: str, furniture: Sequence[Span], quote: Span) -> Iterator[Segment]:
    """The text cut at every border of furniture and of the quote; joined again they are the text."""
    cuts = {0, len(text)}
    for span in (*furniture, quote):
        cuts |= {min(max(at, 0), len(text)) for at in (span.start, span.end)}
    for a, b in pairwise(sorted(cuts)):
        left_out = overlaps_any(Span(a, b), furniture)
        yield Segment(text[a:b], left_out, quote.start <= a and b <= quote.end)


def _piece_markdown(piece: Segment) -> str:
    """Every line is kept; a quote is marked in each."""
    parts = re.split(r"((?<!\s)\s*\n\s*)", piece.text)
    mark = "<mark>{}</mark>" if piece.quote else "{}"
    texts = [mark.format(inert(part)) if part.strip() else part[:1] for part in parts[::2]]
    ends = ["\n\n" if part.count("\n") > 1 else "\n" for part in parts[1::2]]
    return "".join(text + end for text, end in zip(texts, [*ends, ""], strict=True))
