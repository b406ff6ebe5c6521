"""All that an administrator decides of the server; each part says more in its own module."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from webchat.access import Access
from webchat.site import Site

Noted = Literal["nothing", "counts", "text"]
"""What the log says of a question: nothing; what became of it and how long it took; also the question and who asked."""


@dataclass(frozen=True)
class Settings:
    """`feedback_file` is made at the start; `mcp` adds the tool `ask` for language models."""

    site: Site = field(default_factory=lambda: Site())
    access: Access = field(default_factory=Access)
    root_path: str = ""
    feedback_file: Path = Path("data/feedback.sqlite3")
    noted: Noted = "counts"
    mcp: bool = False
