"""What readers thought of answers, in one SQLite file on this machine."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from corpus.errors import BadInput, UserError

_LOG = logging.getLogger(__name__)
Reason = Literal["wrong quote", "missed something", "not a single source", "other"]
REASONS: tuple[str, ...] = get_args(Reason)
_LONGEST_TEXT = 2_000
"""Code points of a question, an answer, a remark; more is cut."""
_MOST_PAGES = 65_536
"""Of 4,096 bytes: the file grows to 256 MiB and no further."""
_SCHEMA = """
create table if not exists feedback (
    number integer primary key, at text not null, user text, verdict text not null, reason text, remark text,
    question text not null, answer text not null, support text, quotes text not null, generation text
) strict
"""
Text = Annotated[str, Field(min_length=1), AfterValidator(lambda text: text[:_LONGEST_TEXT])]


class Place(BaseModel):
    """A quote that was shown: its article and its span."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=1_000)
    start: int
    end: int


class Opinion(BaseModel):
    """A thumb up or down on one answer."""

    verdict: Literal["up", "down"]
    reason: Reason | None = None
    remark: Text | None = None
    question: Text
    answer: Text
    support: Text | None = None
    quotes: list[Place] = Field([], max_length=50)
    generation: Text | None = None


class KeptOpinion(Opinion):
    """With the moment it came, UTC, to the second, and the name that a trusted proxy gave."""

    at: str
    user: str | None


class FeedbackUnkept(UserError):
    """The file has grown to its limit, cannot be written, or is none of ours."""


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """In one transaction; makes the file where there is none. Raises FeedbackUnkept; the log says more."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as db, db:
            db.execute(f"pragma max_page_count = {_MOST_PAGES}")
            db.execute(_SCHEMA)
            db.execute("begin immediate")
            yield db
    except (OSError, sqlite3.Error) as error:
        _LOG.error("The feedback file %s cannot be written: %s", file, error)
        raise FeedbackUnkept("This opinion cannot be kept. Tell your administrator, whose log says why.") from error


def try_file(file: Path) -> None:
    """So that what is wrong with it stands in the log before anybody's opinion is lost."""
    with suppress(UserError), _opened(file):
        pass


def keep(file: Path, opinion: Opinion, user: str | None) -> None:
    """What was said last is not kept twice: Gradio sends a reason so. Raises FeedbackUnkept."""
    row = opinion.model_dump() | {"at": datetime.now(UTC).isoformat(timespec="seconds"), "user": user}
    row["quotes"] = json.dumps(row["quotes"])
    columns, values = ", ".join(row), list(row.values())
    with _opened(file) as db:
        last = db.execute(f"select {columns} from feedback order by number desc limit 1").fetchone()
        if last is None or dict(zip(row, last, strict=True)) != row | {"at": last[list(row).index("at")]}:
            db.execute(f"insert into feedback ({columns}) values ({', '.join('?' * len(row))})", values)


def kept(file: Path) -> Iterator[KeptOpinion]:
    """The oldest first. Raises BadInput where the file is no such database."""
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            rows = db.execute("select * from feedback order by number").fetchall()
    except sqlite3.DatabaseError as error:
        raise BadInput(f"{file} holds no feedback ({error}).") from error
    for row in rows:
        yield KeptOpinion.model_validate({**row, "quotes": json.loads(row["quotes"])})
