"""What a writer is given, how much it may write, and how it says that it failed."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Literal, Protocol

from corpus.errors import UserError

Chat = list[dict[str, str]]
"""Task, example, its answer, what is asked: four turns, each with a role and a content."""
Role = Literal["writer", "reader"]
MOST_TOKENS = 160
IN_ALL_S = 120.0
_TEMPLATE_TOKEN = re.compile(r"<[^<>\s]{1,40}>|\[/?INST\]")
_OPEN, _CLOSE = "<think>", "</think>"


class WriterFailed(UserError):
    """The model did not finish; the message is a plain sentence without any secret."""


class Writer(Protocol):
    """A language model; tests bring one that can be checked by hand."""

    @property
    def name(self) -> str:
        """Who writes, as answers say it; without a path and without a secret."""
        ...

    def write(self, chat: Chat) -> Generator[str, None, None]:
        """Pieces of the text as they come. Raises WriterFailed; closing the generator stops the work."""
        ...


def chat_of(task: str, example: tuple[str, str], asked: str) -> Chat:
    """A task, an example with its answer, and what is asked now."""
    return [
        {"role": "system", "content": task},
        {"role": "user", "content": example[0]},
        {"role": "assistant", "content": example[1]},
        {"role": "user", "content": asked},
    ]


def without_turns(text: str) -> str:
    """One line, without what a chat template may take for the end of a turn: an article ends none."""
    return " ".join(_TEMPLATE_TOKEN.sub(" ", text).split())


def plain_prompt(chat: Chat) -> str:
    """The same for a model without a chat template."""
    task, example, shown, asked = (turn["content"] for turn in chat)
    return f"{task}\n\n{example}\n\nAnswer: {shown}\n\n{asked}\n\nAnswer:"


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
