"""A writer's text -> the same without its thinking, while it comes and as a whole."""

from __future__ import annotations

from collections.abc import Iterator

_OPEN, _CLOSE = "<think>", "</think>"


def without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """What stands outside <think>...</think>, however the tags are split; what is never closed is all thinking.

    A piece of which nothing is left is "", a sign of life. What stands before a closing tag that nothing opened (the
    template did) has gone out by then: see `outside_thinking`.
    """
    held, thinking = "", False
    for piece in pieces:
        held += piece
        out = ""
        while (tag := _CLOSE if thinking else _OPEN) in held:
            before, _, held = held.partition(tag)
            out += "" if thinking else before
            thinking = not thinking
        ready = len(held) - _begun(held, tag)
        yield out if thinking else out + held[:ready]
        held = held[ready:]
    if held and not thinking:
        yield held


def outside_thinking(text: str) -> str:
    """A whole text without what stands before a closing tag that nothing opened."""
    return text.rpartition(_CLOSE)[2]


def _begun(text: str, tag: str) -> int:
    """How many characters at the end of the text may be the beginning of the tag."""
    return next((n for n in range(min(len(text), len(tag) - 1), 0, -1) if tag.startswith(text[-n:])), 0)
