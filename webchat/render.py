"""Answer -> one inert block of HTML for a chat message.

Everything that comes from articles or from the one who asks is escaped here; Gradio's own sanitiser is the second wall.
A message is a single HTML block without blank lines, so that no part of it is read as Markdown. It is whole without
any script: quotes stand folded under the answer. `ui/app.js` clones them into the panel and fetches the article.
"""

from __future__ import annotations

import secrets
from urllib.parse import quote as url_quote

from answering.answer import Answer, Claim, Quote, Side
from answering.reading.reader import Reading
from answering.wording_of_support import support_in_words, upstream_in_words
from corpus.article import Article, Span

_CONTEXT = 240
"""Code points shown before and after a quote."""
_SUPPORT_CLASS = {"single_source": "one", "shared_origin": "shared", "corroborated": "many", "unknown": "unknown"}


_SAFE = frozenset(" .,;:?()-–—/%+=@“”‘’…")


def inert(text: str) -> str:
    """Text as it is seen, with nothing in it that HTML, Markdown or a template could take for markup.

    What cannot be seen (control characters, bidi controls) is left out here; the article itself keeps it.
    """
    visible = (c for c in " ".join(text.split()) if c.isprintable())
    return "".join(c if c.isalnum() or c in _SAFE else f"&#{ord(c)};" for c in visible)


def question_html(question: str) -> str:
    return f'<div class="asked">{inert(question)}</div>'


def phase_html(text: str, readings: tuple[Reading, ...] = (), written: tuple[str, ...] = ()) -> str:
    """What is being done now, and the best sentence found so far, already verbatim, or what was written and checked."""
    found = "".join(
        f'<blockquote class="early">{inert(r.text)}<cite>{inert(r.hit.article.title)}</cite></blockquote>' for r in readings
    )
    said = "".join(f'<p class="claim">{inert(sentence)}</p>' for sentence in written)
    return f'<div class="working"><span class="phase">{inert(text)}…</span>{found}{said}</div>'


def error_html(message: str) -> str:
    return f'<div class="declined"><p>{inert(message)}</p></div>'


def answer_html(answer: Answer) -> str:
    """The whole answer: statements with chips, support in words, both sides of a disagreement, quotes."""
    key = secrets.token_hex(4)
    if answer.status == "declined":
        return _declined_html(answer, key)
    told = "Sources differ" if answer.disagreements else "Changed over time" if answer.updates else ""
    differ = f'<p class="differ"><span class="badge differ">{told}</span></p>' if told else ""
    in_sides = {n for side in _sides(answer) for n in side.citations}
    claims = "".join(_claim_html(c, key) for c in answer.claims if not in_sides.issuperset(c.citations))
    return (
        f'<div class="answer">{_understood_html(answer)}{differ}{_sides_html(answer, key)}{_list_html(answer, key)}{claims}'
        f"{_support_html(answer)}{_upstreams_html(answer)}{_quotes_html(answer.quotes, key)}{_models_html(answer)}</div>"
    )


def _understood_html(answer: Answer) -> str:
    """What a follow-up was taken to ask."""
    return f'<p class="understood">Understood as: {inert(answer.understood)}</p>' if answer.understood else ""


def _models_html(answer: Answer) -> str:
    """Which models answered; and, where a writer could not, that these are the quotes."""
    notice = answer.writing.notice if answer.writing else None
    told = f'<p class="note">{inert(notice)}</p>' if notice else ""
    named = ", ".join(f"{role} {name}" for role, name in answer.models.items() if name)
    return f'{told}<p class="models">{inert(named)}</p>'


def _claim_html(claim: Claim, key: str) -> str:
    chips = "".join(_chip(n, key) for n in claim.citations)
    return f'<p class="claim">{inert(claim.text)}{chips}</p>'


def _chip(number: int, key: str) -> str:
    return f'<a href="#src-{key}-{number}" class="chip" title="Show quote {number}">{number}</a>'


def _support_html(answer: Answer) -> str:
    first = answer.claims[0]
    articles = {q.article.id for q in answer.quotes if q.number in first.citations}
    words = support_in_words(first, len(articles))
    reasons = {r for q in answer.quotes if q.number in first.citations for r in q.origin.reasons}
    why = "".join(f"<li>{inert(reason)}</li>" for reason in sorted(reasons))
    note = "At most so many: a count of origins is an upper bound." if first.support == "corroborated" else ""
    kind = _SUPPORT_CLASS[first.support]
    return (
        f'<div class="support"><span class="badge {kind}">{inert(words)}</span>'
        f'<span class="note">{note}</span>{f"<ul class=reasons>{why}</ul>" if why and kind == "shared" else ""}</div>'
    )


def _upstreams_html(answer: Answer) -> str:
    """Whose reports the quoted articles rest on, where the corpus lacks them."""
    lacking = (upstream_in_words(u) for u in answer.upstreams if not u.in_corpus)
    return "".join(f'<p class="note">{inert(words)}</p>' for words in lacking)


def _sides_html(answer: Answer, key: str) -> str:
    """The dated quotes side by side, without a verdict."""
    quotes = {q.number: q for q in answer.quotes}
    sides = "".join(
        f'<div class="side"><strong>{inert(side.answer)}</strong><p>{inert(quotes[side.citations[0]].text)}'
        f"{''.join(_chip(n, key) for n in side.citations)}</p>"
        f'<p class="from">{_source_line(quotes[side.citations[0]])}</p></div>'
        for side in _sides(answer)
    )
    return f'<div class="sides"><div class="pair">{sides}</div></div>' if sides else ""


def _sides(answer: Answer) -> list[Side]:
    return [side for d in answer.disagreements for side in d.sides] or list(answer.updates)


def _list_html(answer: Answer, key: str) -> str:
    """Each of several things that were asked for, in short, before the statements that name them."""
    if answer.kind != "list" or len(answer.answers) < 2 or answer.disagreements:
        return ""
    items = (f"<li>{inert(a.answer)}{''.join(_chip(n, key) for n in a.citations)}</li>" for a in answer.answers)
    return f'<ul class="named">{"".join(items)}</ul>'


def _declined_html(answer: Answer, key: str) -> str:
    nearest = f"<p>The nearest passages:</p>{_quotes_html(answer.nearest, key, nearest=True)}" if answer.nearest else ""
    return f'<div class="declined"><span class="badge none">No answer found</span><p>{inert(answer.text)}</p>{_understood_html(answer)}{nearest}</div>'


def _quotes_html(quotes: tuple[Quote, ...], key: str, *, nearest: bool = False) -> str:
    """Folded under an answer; in the open, and without their surroundings, where they are only the nearest."""
    rows = "".join(_quote_html(q, key, context=0 if nearest else _CONTEXT) for q in quotes)
    label = f"{len(quotes)} quote{'s' if len(quotes) != 1 else ''}"
    return f'<details class="quotes"{" open" if nearest else ""}><summary>{label}</summary>{rows}</details>'


def _quote_html(quote: Quote, key: str, context: int) -> str:
    before, after = surroundings(quote.article, quote.span, context)
    where = f"{url_quote(quote.article.id, safe='')}/{quote.span.start}/{quote.span.end}"
    return (
        f'<div class="q" id="src-{key}-{quote.number}"><h3><span class="num">{quote.number}</span> '
        f'{inert(quote.article.title)}</h3><p class="from">{_source_line(quote)}</p>'
        f'<p class="ctx">{inert(before)} <mark>{inert(quote.text)}</mark> {inert(after)}</p>'
        f'<a class="openart" href="#art-{where}">Show in the article</a></div>'
    )


def surroundings(article: Article, span: Span, most: int) -> tuple[str, str]:
    """What stands before and after a span, up to the nearest page furniture, from word to word."""
    begin = max([f.end for f in article.furniture if f.end <= span.start], default=0)
    end = min([f.start for f in article.furniture if f.start >= span.end], default=len(article.text))
    before, after = article.text[begin : span.start], article.text[span.end : end]
    if len(before) > most:
        before = "…" + before[len(before) - most :].partition(" ")[2] if most else ""
    if len(after) > most:
        after = after[:most].rpartition(" ")[0] + "…" if most else ""
    return before, after


def _source_line(quote: Quote) -> str:
    """Outlet, author, date; undated and machine-written articles are marked."""
    article = quote.article
    parts = [p for p in (article.publisher, article.author) if p]
    marks = '<span class="warn">machine-written</span>' if article.machine else ""
    date = inert(article.published) if article.published else '<span class="warn">undated</span>'
    return " · ".join([*map(inert, parts), date, *([marks] if marks else [])])
