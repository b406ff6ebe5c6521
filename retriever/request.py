"""What is asked: a question (or a claim), the day it is asked on, and which articles may be used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from corpus.errors import BadInput
from corpus.metadata import parse_date
from language.questions import Question, question_of
from language.times import Days, days_meant

LONGEST_QUESTION = 2_000
"""Code points. A longer text is an article, not a question."""
LONGEST_READ = 300
"""Code points of it that are read. What clauses and question words cost grows with the square of their number and more."""
MOST_NAMES = 10_000
"""Of articles or outlets in a list."""
_LONGEST_NAME = 4_000
_TOLD_BACK = 200
"""Code points of what was wrong that are told."""
MOST_TURNS = 6
"""Of a conversation, how many questions back a follow-up may reach."""
_FIELDS = {"date", "exclude", "only", "outlets", "since", "until", "history"}
Day = date
"""Of publication. (In `Request` the name `date` is that of a field.)"""
Asks = Literal["question", "claim"]
"""What the text of a request is called in JSON."""


@dataclass(frozen=True)
class Turn:
    """An earlier question, and the statements of its answer without [n] marks, when known."""

    question: str
    answer: str | None = None


@dataclass(frozen=True)
class Request:
    """One question, or a claim; `date` is what relative words are read against.

    exclude, only        article ids; `only` = None means all
    outlets              their names as `Store.outlets_by_article` has them; None means all
    since, until         days of publication, both included; an undated article is of no day
    groups               of the one who asks (index/rules.py); never taken from what was sent
    """

    question: str
    date: date
    exclude: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    history: tuple[Turn, ...] = ()
    outlets: frozenset[str] | None = None
    since: Day | None = None
    until: Day | None = None
    groups: frozenset[str] = frozenset()

    @cached_property
    def meaning(self) -> Question:
        """What its text asks, understood once."""
        return question_of(self.question)

    @cached_property
    def days(self) -> Days | None:
        """The days that its words of time mean, read against its own."""
        return days_meant(self.question, self.date)

    @property
    def of_a_part(self) -> bool:
        """Asked of some outlets or days, not of all that there is."""
        return not (self.outlets is None and self.since is None and self.until is None)


def make_request(fields: Mapping[str, Any], today: date | None = None, asks: Asks = "question") -> Request:
    """Raises BadInput, naming everything that is wrong with the fields."""
    wrong = list(_not_text(fields))
    unknown = ", ".join(sorted(f"{name!a}" for name in fields.keys() - _FIELDS - {asks}))
    if unknown:
        wrong.append(f"unknown fields {unknown[:_TOLD_BACK]}; expected {', '.join(sorted(_FIELDS | {asks}))}")
    text = fields.get(asks)
    if not isinstance(text, str) or not text.strip():
        wrong.append(f"the {asks} is empty; {'ask one' if asks == 'question' else 'state one'} in words")
    elif len(text) > LONGEST_QUESTION:
        wrong.append(f"the {asks} has {len(text):,} characters, at most {LONGEST_QUESTION:,} are read; shorten it")
    asked_on = _date(fields.get("date"), today, wrong)
    exclude = _names(fields, "exclude", "article ids", wrong) or frozenset()
    only = _names(fields, "only", "article ids", wrong)
    outlets = _names(fields, "outlets", "names of outlets", wrong)
    since, until = (
        _date(day, today, wrong) if (day := fields.get(name)) not in (None, "") else None for name in ("since", "until")
    )
    if since and until and since > until:
        wrong.append(f"since {since} is after until {until}")
    history = _turns([] if fields.get("history") is None else fields["history"], wrong)
    if wrong:
        raise BadInput("; ".join(wrong)[:1].upper() + "; ".join(wrong)[1:] + ".")
    return Request(" ".join(str(text).split()), asked_on, exclude, only, history, outlets, since, until)


def as_read(request: Request) -> Request:
    """Of a long question its end, where a question mark stands there, else its beginning; of long turns too."""
    turns = tuple(Turn(_part(t.question), t.answer and t.answer[:LONGEST_READ]) for t in request.history)
    return replace(request, question=_part(request.question), history=turns)


def _part(text: str) -> str:
    if len(text) <= LONGEST_READ:
        return text
    beginning, end = text[:LONGEST_READ], text[-LONGEST_READ:]
    return end.partition(" ")[2] or end if "?" in end else beginning.rpartition(" ")[0] or beginning


def read_requests(lines: Iterable[str], today: date | None = None, asks: Asks = "question") -> list[Request]:
    """A request for each line that is not blank, plain text or JSON. Raises BadInput naming every bad line."""
    requests: list[Request] = []
    wrong: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            requests.append(make_request(_fields(line, asks), today, asks))
        except BadInput as error:
            wrong.append(f"Line {number}: {error}")
    if wrong:
        raise BadInput("\n".join(wrong))
    return requests


def _fields(line: str, asks: Asks) -> Mapping[str, Any]:
    if not line.lstrip().startswith("{"):
        return {asks: line.strip()}
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"This is not JSON ({error}); expected plain text or an object with a {asks}.") from error
    return dict(fields)


def _date(given: object, today: date | None, wrong: list[str]) -> date:
    if given is None:
        return today or date.today()
    parsed = parse_date(given) if isinstance(given, str) else None
    if parsed is None or not 1000 <= int(parsed[:4]) <= 9000:
        wrong.append(f"the date {repr(given)[:_TOLD_BACK]} is none; expected one like 2026-01-08")
        return date.today()
    return date.fromisoformat(parsed)


def _turns(given: object, wrong: list[str]) -> tuple[Turn, ...]:
    """The last of the conversation: questions, or questions with their answers."""
    turns = [_turn(item) for item in given] if isinstance(given, list | tuple) else [None]
    if None in turns:
        wrong.append('history must be a list of earlier questions, or of {"question": ..., "answer": ...}')
    return tuple(turn for turn in turns[-MOST_TURNS:] if turn is not None)


def _turn(item: object) -> Turn | None:
    if isinstance(item, str):
        return Turn(item[:LONGEST_QUESTION])
    if not isinstance(item, Mapping) or not isinstance(item.get("question"), str):
        return None
    answer = item.get("answer")
    if answer is not None and not isinstance(answer, str):
        return None
    return Turn(item["question"][:LONGEST_QUESTION], answer and answer[:LONGEST_QUESTION])


def _not_text(fields: Mapping[str, Any]) -> Iterable[str]:
    """What of the fields no text could hold. Raises BadInput for fields that cannot be looked through."""
    try:
        json.dumps(dict(fields), ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        yield "a text holds half of a surrogate pair, which is no character"
    except RecursionError as error:
        raise BadInput("The fields are nested too deeply; expected a question, and lists of names.") from error


def _names(fields: Mapping[str, Any], name: str, of: str, wrong: list[str]) -> frozenset[str] | None:
    given = fields.get(name)
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(item, str) and len(item) <= _LONGEST_NAME for item in given):
        wrong.append(f"{name} must be a list of {of}, each of at most {_LONGEST_NAME:,} characters")
        return None
    if len(given) > MOST_NAMES:
        wrong.append(f"{name} has {len(given):,} {of}, at most {MOST_NAMES:,} are taken; index them by themselves")
        return None
    return frozenset(given)
