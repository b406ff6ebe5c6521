"""A follow-up that no rule completes, and a writer -> the question on its own, where every word of it was said.

The rules of answering/followup.py come first, and where they are sure a writer is not asked. What a writer makes of the rest
is believed only if it brings nothing of its own: a question that holds all that was asked and otherwise only words of the
conversation. It is shown as what was understood, like a completion by rule.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing

from answering.facts.claims import denies
from answering.followup import Understood
from answering.wording import content_stems, numbers_in
from answering.writing.writing_task import rewriting_chat
from models.writer_protocol import Writer, WriterFailed, outside_thinking
from retriever.request import Turn

LONGEST_REWRITTEN = 300
"""Code points."""
_SHORT = 5
"""Words: a question as short leans on the conversation, or is clear without it and does not change."""
_LEANS = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|theirs?|that|this|those|these|there|then|ones?|so|both|former|latter"
    r"|else|others?|same|instead|too|latest|next|first)\b",
    re.I,
)


def leans(meant: Understood, history: Sequence[Turn]) -> bool:
    """True where the question may not be clear without the conversation and no rule was sure what it means."""
    if not history or meant.small_talk or meant.carried:
        return False
    return len(meant.searches) > 1 or bool(_LEANS.search(meant.question)) or len(meant.question.split()) <= _SHORT


def rewritten(meant: Understood, history: Sequence[Turn], writer: Writer) -> Generator[Understood | None, None, None]:
    """What was meant, by the writer, searched as asked and as rewritten; as before where it fails or is not believed.

    Before it comes None with every piece that is written, so that whoever waits can close it, which stops the writer.
    """
    text = ""
    try:
        with closing(writer.write(rewriting_chat(meant.question, history))) as pieces:
            for piece in pieces:
                text += piece
                yield None
                if len(text) > LONGEST_REWRITTEN:
                    break
    except WriterFailed:
        yield meant
        return
    question = " ".join(outside_thinking(text).split())
    if is_believed(question, meant.question, history):
        meant = Understood(question, tuple(dict.fromkeys((question, *meant.searches))), (history[-1].question,))
    yield meant


def is_believed(question: str, asked: str, history: Sequence[Turn]) -> bool:
    """One question that keeps what was asked, is not what was asked already, and holds only words of the conversation."""
    if not question.endswith("?") or question.count("?") > 1 or len(question) > LONGEST_REWRITTEN or question == asked:
        return False
    said = " ".join([asked, *(f"{t.question} {t.answer or ''}" for t in history)])
    words = content_stems(question)
    kept = content_stems(_LEANS.sub(" ", asked)) <= words and denies(question) is denies(asked)
    return kept and words <= content_stems(said) and numbers_in(question) <= numbers_in(said)
