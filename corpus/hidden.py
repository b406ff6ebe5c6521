"""What a page holds that is not of its article: what nobody sees, the banner that asks for consent, what readers wrote below. It is
taken out before the article is looked for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|em|%)?\s*(?:;|$|!)", re.IGNORECASE)
_OFF_SCREEN = re.compile(r"(?:left|top|right|text-indent|margin-left)\s*:\s*-\d{3,}", re.IGNORECASE)
_CONSENT = re.compile(
    r"(?:^|[\s_-])(?:consent|gdpr|ccpa|onetrust|didomi|usercentrics|truste|cookie[\s_-]?(?:banner|consent|notice|bar|pop-?up|law|message"
    r"|wall|overlay|modal|dialog|disclaimer|warning|alert))",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?(?:[\s_-]?(?:list|section|thread|area|feed|stream|container|wrapper|block|box|body))?|disqus\w*|discussion"
    r"|replies|respond|(?:reader|user|visitor)s?[\s_-]?(?:comments?|responses?|opinions?|letters|reactions?|posts?)|livefyre|viafoura|hyvor"
    r"|giscus|utterances|remark42|isso)(?:$|[\s_-])",
    re.IGNORECASE,
)
_OF_READERS = re.compile(
    r"(?:\d[\d,.]* |all |latest |top )*(?:(?:readers?['’]?s? |user |your )?comments?|(?:\d[\d,.]* |readers?['’]?s? |your )+"
    r"(?:comments?|responses?|replies|reply|reactions?|opinions?|thoughts?|letters|discussion))(?: ?\(?\d+\)?)?(?: (?:on|to) .{1,200})?"
    r"|what (?:our |the )?readers (?:say|think|wrote)|(?:join the (?:discussion|conversation)|have your say|leave a (?:reply|comment))\W*",
    re.IGNORECASE,
)
"""Headings under which a page shows what readers wrote."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LEAST_ARTICLE = 40
"""Code points of a paragraph outside of the comments; a page without one is a discussion itself."""
_CONDITIONAL = re.compile(r"@[\w-][^{}@]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
"""Rules for print or for other screens."""
_NAMED = re.compile(r"\s*(\w*)([.#])([\w-]+)\s*")
"""A selector of one class or one id; those that look at several elements are not followed."""
_NEVER = frozenset(["html", "body", "head", "main", "article"])
_WITHOUT_TEXT = frozenset(["script", "style", "meta", "link", "title"])


def remove_unseen(tree: Any) -> None:
    """Takes out what is hidden, by attribute, in the element's style or in the page's own; templates, and consent banners."""
    hidden = frozenset(_hidden_by_rule(tree))
    unseen = [e for e in tree.iter() if isinstance(e.tag, str) and e.tag not in _WITHOUT_TEXT and _is_unseen(e, hidden)]
    for element in unseen:
        if element.tag not in ("html", "body") and element.getparent() is not None:
            element.drop_tree()


def _is_unseen(element: Any, hidden: frozenset[tuple[str, str, str]]) -> bool:
    if element.tag == "template" or "hidden" in element.attrib:
        return bool((element.get("hidden") or "").lower() != "until-found")
    style = element.get("style") or ""
    if style and (_UNSEEN.search(style) or _OFF_SCREEN.search(style)):
        return True
    names = [("#", element.get("id") or ""), *((".", name) for name in (element.get("class") or "").split())]
    if any((tag, kind, name) in hidden for kind, name in names for tag in ("", element.tag)):
        return True
    return element.tag not in _NEVER and any(_CONSENT.search(name) for _, name in names) and not _holds_article(element)


def remove_comments(tree: Any) -> None:
    """Takes out what readers wrote below an article, by the names that sites give it, or by its heading."""
    named = [e for e in tree.iter("section", "div", "ol", "ul", "aside", "article") if _is_of_readers(e)]
    headed = [e for heading in tree.iter(*_HEADINGS) for e in _under(heading)]
    gone = {e for e in (*named, *headed) if e.getparent() is not None}
    inside = {d for element in gone for d in element.iter()}
    if any(e not in inside and len((e.text or "").strip()) >= _LEAST_ARTICLE for e in tree.iter("p", "td", "li", "div")):
        for element in gone:
            if element.getparent() is not None:
                element.drop_tree()


def _is_of_readers(element: Any) -> bool:
    if "Comment" in (element.get("itemtype") or ""):
        return True
    names = (element.get("id") or "", *(element.get("class") or "").split())
    return any(_COMMENTS.search(name) for name in names) and not _holds_article(element)


def _under(heading: Any) -> list[Any]:
    """The heading of such a part and what follows it; all that stands around where it is the first of a section."""
    if not _OF_READERS.fullmatch(" ".join(heading.text_content().split())):
        return []
    around = heading.getparent()
    if around.tag in ("section", "aside", "div") and heading.getprevious() is None and not _holds_article(around):
        return [around]
    following = itertools.takewhile(lambda e: not (e.tag in _HEADINGS and e.tag <= heading.tag), heading.itersiblings())
    return [heading, *(e for e in following if isinstance(e.tag, str))]


def _holds_article(element: Any) -> bool:
    return next(element.iter("article", "main", "h1"), None) is not None


def _hidden_by_rule(tree: Any) -> Iterator[tuple[str, str, str]]:
    """(tag or "", "." or "#", name) of each selector that the page's own styles hide."""
    for style in tree.iter("style"):
        if style.get("media", "all").lower() not in ("all", "screen", ""):
            continue
        for selectors, rule in _rules(_CONDITIONAL.sub("", style.text or "")):
            if _UNSEEN.search(rule) or _OFF_SCREEN.search(rule):
                for selector in selectors.split(","):
                    if found := _NAMED.fullmatch(selector):
                        yield found[1].lower(), found[2], found[3]


def _rules(style: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of each rule; of rules in rules the innermost."""
    for part in style.split("}")[:-1]:
        before, brace, rule = part.rpartition("{")
        if brace:
            yield before.rpartition("{")[2], rule
