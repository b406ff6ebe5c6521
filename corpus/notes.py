"""Raised signs of a page: the mark of a note is no text of the sentence that it stands in, a power is no further digit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[a-z]|[*†‡§¶]{1,3})[\])]?")
_BRACKETED = re.compile(r"\[(?:\d{1,3}|[a-z]|note \d{1,3})\]")
_BACK = re.compile(r"[\^↑↩⤴⏎\ufe0e\ufe0f ]{1,4}|(?:back|return)(?: to (?:text|content))?", re.IGNORECASE)
_OF_NOTES = re.compile(r"note-?ref|footnote|endnote|fn-?ref|^reference$|\bcite_ref", re.IGNORECASE)
_COUNTED = re.compile(r"\d\d+$")
_NOUN = re.compile(r" [a-z]{3,}")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LONGEST_UNIT = 3
"""Letters of a word that a raised digit may belong to: km², s², x³; behind a longer one it is a mark."""


def settle_raised(tree: Any) -> None:
    """Takes out the marks of notes, and the ways back from them; a power becomes a raised sign."""
    for link in [e for e in tree.iter("a") if _leads_to_note(e)]:
        link.drop_tree()
    noted = frozenset(_noted(tree))
    for raised in list(tree.iter("sup")):
        text = _text(raised)
        if not text or _is_mark(raised, text, noted):
            raised.drop_tree()
        elif text.isdecimal():
            for child in list(raised):
                child.drop_tag()
            raised.text = text.translate(RAISED)


def _leads_to_note(link: Any) -> bool:
    text, near = _text(link), "#" in (link.get("href") or "")
    raised = next(link.iterancestors("sup"), None) is not None or next(link.iter("sup"), None) is not None
    if near and (_BACK.fullmatch(text) or _BRACKETED.fullmatch(text) or (raised and _MARK.fullmatch(text))):
        return True
    return bool(_MARK.fullmatch(text)) and any(_OF_NOTES.search(told) for told in _roles(link))


def _is_mark(raised: Any, text: str, noted: frozenset[str]) -> bool:
    if not _MARK.fullmatch(text):
        return False
    if text.strip("[]()") in noted or not text.isalnum() or any(_OF_NOTES.search(told) for told in _roles(raised)):
        return True
    if not text.isdecimal():
        return False
    return marks_note(_before(raised), raised.tail or "")


def marks_note(before: str, after: str) -> bool:
    """A raised figure between the two: the mark of a note behind a word or a count, else a power."""
    if _COUNTED.search(before) and not re.search(r"\b10+$", before):
        return bool(_NOUN.match(after))
    word = re.search(r"[^\W\d_]*$", before)
    return not before[-1:].isalnum() or len(word[0] if word else "") > _LONGEST_UNIT


def _noted(tree: Any) -> Iterator[str]:
    """The marks with which a note begins on this page."""
    for raised in tree.iter("sup"):
        parent = raised.getparent()
        if parent is not None and parent.tag in ("p", "li", "div", "small", "td") and not _before(raised).strip():
            yield _text(raised).strip("[]()")


def _before(element: Any) -> str:
    """What stands before it in its block, as far back as a neighbour."""
    previous = element.getprevious()
    if previous is None:
        return element.getparent().text or ""
    return (_text(previous) if not previous.tail else "") + (previous.tail or "")


def _roles(element: Any) -> Iterator[str]:
    yield from (
        str(value) for name, value in element.attrib.items() if name.split("}")[-1] in ("class", "role", "epub:type", "type")
    )


def _text(element: Any) -> str:
    return " ".join(element.text_content().split()) if isinstance(element.tag, str) else ""
