"""Questions of one's own with what is expected -> what is right, and what changed since the last time.

A line of the file is a question with at least one expectation:

    {"question": "Who is the mayor?", "words": ["Ada Berg"], "articles": ["town/mayor.txt"]}
    {"question": "Who is the king?", "not_said": true}

words      each stands in the answer or in a quote of it, as whole words
articles   at least one of them is quoted
not_said   the answer is declined

Any other field of a request (date, only, history, ...) may stand beside them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from answering.answer import Answer
from answering.engine import Engine
from corpus.errors import BadInput
from retriever.request import Request, make_request

EXPECTATIONS = ("words", "articles", "not_said")
_NOTES = ("was", "because")
"""What `feedback --as-questions` tells beside a question, for the one who completes it."""
Change = Literal["", "newly right", "newly wrong"]


@dataclass(frozen=True)
class Expected:
    """A question and what is expected of its answer."""

    request: Request
    words: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    not_said: bool = False


@dataclass(frozen=True)
class Result:
    """missing: what was expected and is not so, in words; () where the answer is right."""

    question: str
    missing: tuple[str, ...]
    text: str
    change: Change = ""

    @property
    def right(self) -> bool:
        return not self.missing


def read_expected(file: Path) -> list[Expected]:
    """Raises BadInput naming every line that is wrong."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read: expected a text file with a question a line as JSON ({error}).") from error
    expected: list[Expected] = []
    wrong: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                expected.append(_expected(line))
            except BadInput as error:
                wrong.append(f"line {number}: {error}")
    if wrong or not expected:
        raise BadInput("\n".join(wrong) or f"{file} holds no question.")
    return expected


def _expected(line: str) -> Expected:
    try:
        told = json.loads(line)
    except ValueError as error:
        raise BadInput(f"is no JSON ({error}).") from error
    if not isinstance(told, dict):
        raise BadInput('expected an object like {"question": "...", "words": ["..."]}.')
    words, articles = (_strings(told, name) for name in ("words", "articles"))
    not_said = told.get("not_said", False)
    if not isinstance(not_said, bool) or not (words or articles or not_said) or (not_said and (words or articles)):
        raise BadInput("expected words or articles, or not_said alone: true.")
    return Expected(
        make_request({k: v for k, v in told.items() if k not in (*EXPECTATIONS, *_NOTES)}), words, articles, not_said
    )


def _strings(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given = told.get(name, [])
    given = [given] if isinstance(given, str) else given
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise BadInput(f"{name}: expected a list of texts.")
    return tuple(given)


def missing_in(expected: Expected, answer: Answer) -> tuple[str, ...]:
    """What was expected and is not so, in words."""
    if expected.not_said:
        return () if answer.status == "declined" else ("it was answered",)
    if answer.status == "declined":
        return ("it was declined",)
    told = " ".join([answer.text, *(q.shown for q in answer.quotes)])
    found = [f"“{words}” is not said" for words in expected.words if not _stands_in(words, told)]
    quoted = {q.article.id for q in answer.quotes}
    if expected.articles and not quoted.intersection(expected.articles):
        found.append(f"none of {', '.join(expected.articles)} is quoted")
    return tuple(found)


def _stands_in(words: str, told: str) -> bool:
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    return re.search(rf"(?<!\w){pattern}(?!\w)", told, re.IGNORECASE) is not None


def evaluated(engine: Engine, expected: Iterable[Expected], before: Mapping[str, bool]) -> list[Result]:
    """Each question asked; `before`: by question, whether it was right the last time."""
    return [_result(engine.answer(one.request), one, before.get(one.request.question)) for one in expected]


def _result(answer: Answer, one: Expected, before: bool | None) -> Result:
    missing = missing_in(one, answer)
    change: Change = "" if before in (None, not missing) else "newly wrong" if missing else "newly right"
    return Result(one.request.question, missing, answer.text, change)


def last_time(file: Path) -> dict[str, bool]:
    """By question, whether it was right when this file was evaluated last; {} where it never was."""
    try:
        told = json.loads(_kept_beside(file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): bool(v) for k, v in told.items()} if isinstance(told, dict) else {}


def remember(file: Path, results: Sequence[Result]) -> None:
    told = {r.question: r.right for r in results}
    _kept_beside(file).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def _kept_beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.last")
