"""What an administrator sets of the page's look and words, in one small TOML file.

title     = "Ask the handbook"                 # in the top bar and of the browser's tab
accent    = "#0f766e"                          # buttons, chips, marks; shades are made from it
logo      = "logo.svg"                         # beside the title; relative to this file; svg, png, jpeg or webp
greeting  = "What do you want to know?"        # on the empty page
examples  = ["How many days of leave are there?"]   # none: headings and titles of articles that are answered
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from corpus.errors import BadInput

LOGO_TYPES = (".svg", ".png", ".jpg", ".jpeg", ".webp")
_LARGEST_LOGO = 200_000
"""Bytes: it is fetched with the page."""
Words = Annotated[str, Field(min_length=1, max_length=200)]


class Site(BaseModel):
    """`examples` None: they are looked for in the articles."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)

    title: Words = "Second Source"
    accent: str = Field(default="#0f766e", pattern="^#[0-9a-fA-F]{6}$")
    logo: Path | None = None
    greeting: Words = "What do you want to know?"
    examples: tuple[Words, ...] | None = Field(default=None, max_length=6)

    @field_validator("examples", mode="before")
    @classmethod
    def _as_tuple(cls, given: Any) -> Any:
        return tuple(given) if isinstance(given, list) else given

    @field_validator("logo", mode="before")
    @classmethod
    def _sound_logo(cls, given: Any, info: ValidationInfo) -> Any:
        if given is None:
            return None
        file = Path((info.context or {}).get("folder", "")) / str(given)
        if file.suffix.lower() not in LOGO_TYPES:
            raise ValueError(f"expected a file that ends in {', '.join(LOGO_TYPES)}")
        if not file.is_file():
            raise ValueError(f"{file} is not there")
        if file.stat().st_size > _LARGEST_LOGO:
            raise ValueError(f"it has {file.stat().st_size:,} bytes, at most {_LARGEST_LOGO:,} are served")
        return file


def read_site(file: Path) -> Site:
    """Raises BadInput, naming everything that is wrong with the file."""
    try:
        fields = tomllib.loads(file.read_text(encoding="utf-8"))
        return Site.model_validate(fields, context={"folder": file.parent})
    except OSError as error:
        raise BadInput(f"{file} cannot be read ({error.strerror}); expected a TOML file, see docs/intranet.md.") from error
    except ValidationError as error:
        told = [f"{file}: {e['loc'][0]} is {e['input']!r:.80}: {e['msg']}." for e in error.errors()]
        raise BadInput("\n".join(told)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} is not TOML ({error}).") from error
