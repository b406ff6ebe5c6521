"""HTML -> the text of its article and what the page says of it, by trafilatura.

The text of an HTML article is what trafilatura takes from the page: tags cannot be quoted, so the article's text, its
offsets and its digest are of the extracted text. Before that the page loses what no reader of it sees (corpus/hidden.py), and its
tables become sentences (corpus/tables.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import trafilatura

from corpus.hidden import remove_comments, remove_unseen
from corpus.lines import with_stops
from corpus.liveblog import entries_in, mark_entries
from corpus.notes import settle_raised
from corpus.reading import Read, as_text
from corpus.tables import tables_as_rows

_DATES_GIVEN_ONLY = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}
"""htmldate guesses from any number on the page unless told not to."""
_LEAST_CAPTION = 4
"""Words: fewer name who took the picture."""
_WITHIN_LINES = frozenset(["br", "a", "b", "strong", "em", "i", "span"])
_ARTICLES = frozenset(
    ["Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BackgroundNewsArticle",
     "BlogPosting", "LiveBlogPosting", "Report", "TechArticle", "ScholarlyArticle"]
)  # fmt: skip
"""Types of schema.org that are an article; the page around it is none."""


def read_webpage(html: str) -> Read:
    """The article's text (empty where none is found) and its title, publisher, author, date and URL."""
    tree = trafilatura.load_html(html)
    if tree is None:
        return Read("")
    said = _of_linked_data(tree)
    remove_unseen(tree)
    remove_comments(tree)
    settle_raised(tree)
    _say_short_lines(tree)
    tables_as_rows(tree)
    days = mark_entries(tree)
    _forget_other_days(tree)
    found = trafilatura.bare_extraction(
        tree, include_comments=False, with_metadata=True, date_extraction_params=_DATES_GIVEN_ONLY
    )
    if found is None or isinstance(found, dict):
        return Read("")
    given = {
        "title": found.title,
        "publisher": said.get("publisher") or found.sitename,
        "author": said.get("author") or found.author,
        "published": said.get("published") or found.date,
        "url": found.url,
    }
    text, entries = entries_in(with_stops(found.text or ""), days)
    return Read(text, {name: value for name, value in given.items() if value}, entries=entries)


def _say_short_lines(tree: Any) -> None:
    """A caption is a sentence, and an address whose lines are broken by hand is one."""
    for caption in tree.iter("figcaption"):
        text = " ".join(caption.text_content().split())
        if len(text.split()) >= _LEAST_CAPTION:
            _become_text(caption, text if text.endswith((".", "!", "?")) else f"{text}.")
    for element in tree.iter("p", "address"):
        if all(child.tag in _WITHIN_LINES for child in element) and next(element.iter("br"), None) is not None:
            lines = "".join(f"\n{e.tail or ''}" if e.tag == "br" else e.text_content() + (e.tail or "") for e in element)
            told = as_text(f".\n\n{element.text or ''}{lines}").text.strip(". \n")
            if "\n" not in told:
                _become_text(element, f"{told}.")


def _become_text(element: Any, text: str) -> None:
    for child in list(element):
        element.remove(child)
    element.tag, element.text = "p", text


def _forget_other_days(tree: Any) -> None:
    """Where the article says when it is of, what stands beside it (teasers, asides) does not say it; htmldate takes the oldest day."""
    own = tree.xpath("//article[not(ancestor::article)][.//time[@datetime]][1]//time[@datetime][not(ancestor::aside)]")
    article = own[0].xpath("ancestor::article")[-1] if own else None
    its_own = set(own)
    for time in tree.xpath("//time[@datetime]") if own else ():
        if time not in its_own or time.xpath("ancestor::article")[-1] is not article:
            del time.attrib["datetime"]
            time.tag = "span"


def _of_linked_data(tree: Any) -> dict[str, str]:
    """What JSON-LD says of the article itself; whatever it names by @id is looked up in the page."""
    things = [thing for script in tree.iter("script") for thing in _things_in(script)]
    by_id = {str(t["@id"]): t for t in things if "@id" in t and len(t) > 1}
    article = next((t for t in things if _ARTICLES.intersection(_listed(t.get("@type")))), None)
    if article is None:
        return {}
    named = {role: ", ".join(_names(article.get(role), by_id)) for role in ("author", "publisher")}
    return {name: value for name, value in {**named, "published": str(article.get("datePublished") or "")}.items() if value}


def _things_in(script: Any) -> Iterator[dict[str, Any]]:
    if (script.get("type") or "").strip().lower() != "application/ld+json":
        return
    try:
        yield from _flat(json.loads(script.text or "", strict=False))
    except (ValueError, RecursionError):
        return


def _flat(told: Any) -> Iterator[dict[str, Any]]:
    for thing in _listed(told):
        if isinstance(thing, dict):
            yield thing
            yield from _flat(thing.get("@graph"))


def _names(told: Any, by_id: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    for one in _listed(told):
        thing = by_id.get(str(one.get("@id")), one) if isinstance(one, dict) else {"name": one}
        if isinstance(name := thing.get("name"), str) and name.strip() and "://" not in name:
            yield " ".join(name.split())


def _listed(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [] if told is None else [told]
