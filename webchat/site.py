"""What an administrator sets of the page's look and words, in one small TOML file.

title     = "Ask the handbook"                 # in the top bar and of the browser's tab
accent    = "#0f766e"                          # buttons, chips, marks; shades are made from it
logo      = "logo.svg"                         # beside the title; relative to this file; svg, png, jpeg or webp
greeting  = "What do you want to know?"        # on the empty page
examples  = ["How many days of leave are there?"]   # none: questions made from the articles
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import BadInput

LOGO_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
MOST_EXAMPLES = 6
_LONGEST = 200
"""Code points of a text."""
_LARGEST_LOGO = 200_000
"""Bytes: it is fetched with the page."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Site:
    """`examples` None: questions are made from the articles."""

    title: str = "Second Source"
    accent: str = "#0f766e"
    logo: Path | None = None
    greeting: str = "What do you want to know?"
    examples: tuple[str, ...] | None = None


def read_site(file: Path) -> Site:
    """Raises BadInput, naming everything that is wrong with the file."""
    try:
        fields = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{file} cannot be read ({error.strerror}); expected a TOML file, see docs/intranet.md.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} is not TOML ({error}).") from error
    wrong = [*_unknown(fields), *_wrong_texts(fields), *_wrong_examples(fields), *_wrong_logo(fields, file.parent)]
    if "accent" in fields and not (isinstance(fields["accent"], str) and _COLOUR.fullmatch(fields["accent"])):
        wrong.append(f'accent is {fields["accent"]!r}, expected a colour like "#0f766e"')
    if wrong:
        raise BadInput("\n".join(f"{file}: {told}." for told in wrong))
    logo = {"logo": file.parent / fields["logo"]} if "logo" in fields else {}
    examples = {"examples": tuple(fields["examples"])} if "examples" in fields else {}
    return Site(**{**fields, **logo, **examples})


def _unknown(fields: dict[str, Any]) -> list[str]:
    known = Site.__dataclass_fields__.keys()
    return [f"{name} is unknown, expected {', '.join(known)}" for name in sorted(fields.keys() - known)]


def _wrong_texts(fields: dict[str, Any]) -> list[str]:
    texts = {name: fields[name] for name in ("title", "greeting") if name in fields}
    return [
        f"{name} is {value!r}, expected a text of 1 to {_LONGEST} characters"
        for name, value in texts.items()
        if not (isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST)
    ]


def _wrong_examples(fields: dict[str, Any]) -> list[str]:
    given = fields.get("examples", [])
    sound = isinstance(given, list) and all(isinstance(e, str) and 0 < len(e.strip()) <= _LONGEST for e in given)
    if sound and len(given) <= MOST_EXAMPLES:
        return []
    return [f"examples must be at most {MOST_EXAMPLES} questions of at most {_LONGEST} characters"]


def _wrong_logo(fields: dict[str, Any], folder: Path) -> list[str]:
    if "logo" not in fields:
        return []
    given = fields["logo"]
    if not isinstance(given, str) or Path(given).suffix.lower() not in LOGO_TYPES:
        return [f"logo is {given!r}, expected a file that ends in {', '.join(LOGO_TYPES)}"]
    file = folder / given
    if not file.is_file():
        return [f"the logo {file} is not there"]
    return (
        [f"the logo has {file.stat().st_size:,} bytes, at most {_LARGEST_LOGO:,} are served"]
        if file.stat().st_size > _LARGEST_LOGO
        else []
    )
