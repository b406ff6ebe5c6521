"""Documents whose sections are written by several benches, each its own."""

from __future__ import annotations

from pathlib import Path


def write_section(file: Path, title: str, text: str) -> None:
    """Puts the text under the heading, in place of what stood there; a new section comes last."""
    before, found, rest = file.read_text(encoding="utf-8").partition(f"## {title}\n")
    if not found:
        before = before.rstrip("\n") + "\n\n"
    _, more, after = rest.partition("\n## ")
    following = f"\n## {after}" if more else ""
    file.write_text(f"{before}## {title}\n\n{text.strip()}\n{following}", encoding="utf-8")
