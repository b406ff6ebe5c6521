"""What readers thought of answers, in one SQLite file on this machine."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.errors import BadInput, UserError

REASONS = ("wrong quote", "missed something", "not a single source", "other")
_LONGEST_TEXT = 2_000
"""Code points of a question, a remark; more is cut."""
_MOST_QUOTES = 20
_LONGEST_ID = 1_000
_MOST_PAGES = 65_536
"""Of 4,096 bytes: the file grows to 256 MiB and no further."""
_SCHEMA = """
create table if not exists feedback (
    number integer primary key, at text not null, user text, verdict text not null, reason text, remark text,
    question text not null, answer text not null, support text, quotes text not null, generation text
) strict
"""


class FeedbackFull(UserError):
    """The file has grown to its limit."""


@dataclass(frozen=True)
class Opinion:
    """A thumb up or down on one answer.

    at       UTC, to the second
    user     the name that a trusted proxy gave, else None
    quotes   article id, start and end of each quote shown
    """

    at: str
    user: str | None
    verdict: str
    reason: str | None
    remark: str | None
    question: str
    answer: str
    support: str | None
    quotes: list[dict[str, Any]]
    generation: str | None


def make_opinion(fields: Mapping[str, Any], user: str | None) -> Opinion:
    """Raises BadInput, naming everything that is wrong with the fields."""
    wrong = []
    if fields.get("verdict") not in ("up", "down"):
        wrong.append(f"verdict is {str(fields.get('verdict'))[:40]!r}, expected 'up' or 'down'")
    if fields.get("reason") not in (None, *REASONS):
        wrong.append(f"reason is {str(fields.get('reason'))[:40]!r}, expected one of {', '.join(REASONS)}")
    if not _text(fields.get("question")) or not _text(fields.get("answer")):
        wrong.append("question and answer must be texts, not empty ones")
    quotes = fields.get("quotes", [])
    if not isinstance(quotes, list) or not all(_is_place(q) for q in quotes):
        wrong.append("quotes must be a list of {id, start, end}")
    if wrong:
        raise BadInput("; ".join(wrong) + ".")
    return Opinion(
        at=datetime.now(UTC).isoformat(timespec="seconds"), user=user, verdict=fields["verdict"], reason=fields.get("reason"),
        remark=_text(fields.get("remark")), question=str(_text(fields["question"])), answer=str(_text(fields["answer"])),
        support=_text(fields.get("support")), quotes=quotes[:_MOST_QUOTES], generation=_text(fields.get("generation")),
    )  # fmt: skip


def keep(file: Path, opinion: Opinion) -> None:
    """Makes the file where there is none. Raises FeedbackFull."""
    file.parent.mkdir(parents=True, exist_ok=True)
    row = asdict(opinion) | {"quotes": json.dumps(opinion.quotes)}
    with closing(sqlite3.connect(file)) as db, db:
        db.execute(f"pragma max_page_count = {_MOST_PAGES}")
        db.execute(_SCHEMA)
        try:
            db.execute(f"insert into feedback ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            told = f"The feedback file {file} is full. Tell your administrator: export it and begin a new one."
            raise FeedbackFull(told) from error


def kept(file: Path) -> Iterator[Opinion]:
    """The oldest first. Raises BadInput where the file is no such database."""
    if not file.exists():
        return
    columns = ", ".join(Opinion.__dataclass_fields__)
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
        try:
            rows = db.execute(f"select {columns} from feedback order by number").fetchall()
        except sqlite3.DatabaseError as error:
            raise BadInput(f"{file} holds no feedback ({error}).") from error
    for row in rows:
        fields = dict(zip(Opinion.__dataclass_fields__, row, strict=True))
        yield Opinion(**{**fields, "quotes": json.loads(fields["quotes"])})


def _text(value: object) -> str | None:
    """Of a text so much as is kept; half of a surrogate pair, which SQLite cannot store, becomes a question mark."""
    return value[:_LONGEST_TEXT].encode("utf-8", "replace").decode() if isinstance(value, str) and value else None


def _is_place(quote: object) -> bool:
    if not isinstance(quote, Mapping) or set(quote) != {"id", "start", "end"}:
        return False
    return (
        isinstance(quote["id"], str)
        and len(quote["id"]) <= _LONGEST_ID
        and all(type(quote[k]) is int for k in ("start", "end"))
    )
