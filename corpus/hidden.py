"""What a page holds and no reader of it sees, and the banner that asks for consent: taken out before the article is looked for."""

from __future__ import annotations

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
