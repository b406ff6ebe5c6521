"""Messages as gr.Chatbot has them: what is said, what is being done, and what of a conversation can be read back from them.

They come from a browser, so nothing in them is believed: questions and statements are read as text, places as places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from answering.answer import Answer, articles_in_words
from answering.from_passages import Phase
from retriever.request import MOST_TURNS, Request
from webchat.desk import Waiting
from webchat.feedback import Opinion, Place
from webchat.markdown import (
    answer_markdown,
    bare,
    early_markdown,
    how_markdown,
    inert,
    quotes_in,
    statements_in,
    support_in,
)

Message = dict[str, Any]
_LONGEST_READ = 20_000
"""Code points of a message that are looked through."""


def question_message(question: str) -> Message:
    return {"role": "user", "content": inert(question)}


def told_message(text: str) -> Message:
    """An error, or that it was stopped."""
    return {"role": "assistant", "content": inert(text)}


def working_message(step: Phase | Waiting) -> Message:
    """A title for what is being done; under it what was found so far."""
    found = (
        "" if isinstance(step, Waiting) else early_markdown([(r.text, r.hit.article) for r in step.readings], step.written)
    )
    return _folding(step.text, found, "pending")


def answer_messages(answer: Answer, asked: Request) -> list[Message]:
    """How it was answered, folded away in a line; then the answer, with a link that asks the same again."""
    how = _folding(f"Searched {articles_in_words(answer.index.get('articles', 0))}", how_markdown(answer), "done")
    how["metadata"]["duration"] = answer.timings_ms.get("total", 0) / 1000
    link = f'[Link to this question](./?{urlencode({"ask": asked.question})} "Opens a new chat with it, to be sent")'
    return [how, {"role": "assistant", "content": f"{answer_markdown(answer, asked)}\n\n{link}"}]


def is_working(message: Message) -> bool:
    return bool((message.get("metadata") or {}).get("title"))


def text_of(message: Message) -> str:
    """A message that comes back from the browser is in parts."""
    content = message.get("content")
    parts = content if isinstance(content, list) else [content]
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return "".join(text for text in texts if isinstance(text, str))[:_LONGEST_READ]


def question_in(message: Message) -> str:
    return bare(text_of(message))


def turns_in(messages: Sequence[Message]) -> list[dict[str, str | None]]:
    """The last questions and what was said to them, as a request's `history`."""
    turns: list[dict[str, str | None]] = []
    for message in messages[-3 * MOST_TURNS :]:  # a question, how it was answered, and the answer
        if message["role"] == "user":
            turns.append({"question": question_in(message), "answer": None})
        elif turns and not is_working(message):
            turns[-1]["answer"] = statements_in(text_of(message)) or None
    return turns[-MOST_TURNS:]


def opinion_on(messages: Sequence[Message], at: int, liked: bool | str) -> Opinion:
    """On the answer at a place. `liked` is a thumb, or a reason why not. Raises ValidationError where there is no answer."""
    answer = next((text_of(m) for m in messages[at:] if m["role"] == "assistant" and not is_working(m)), "")
    return Opinion(
        verdict="up" if liked is True else "down",
        reason=liked.lower() if isinstance(liked, str) else None,  # type: ignore[arg-type]
        question=next((question_in(m) for m in reversed(messages[:at]) if m["role"] == "user"), ""),
        answer=statements_in(answer) or bare(answer),
        quotes=[Place(id=id_, start=span.start, end=span.end) for id_, span in quotes_in(answer)],
        support=support_in(answer),
    )


def _folding(title: str, content: str, status: str) -> Message:
    return {"role": "assistant", "content": content, "metadata": {"title": title, "status": status}}
