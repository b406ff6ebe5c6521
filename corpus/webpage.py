"""HTML -> the text of its article and what the page says of it, by trafilatura.

The text of an HTML article is what trafilatura takes from the page: tags cannot be quoted, so the article's text, its
offsets and its digest are of the extracted text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import trafilatura

_DATES_GIVEN_ONLY = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}
"""htmldate guesses from any number on the page unless told not to."""


def read_webpage(html: str) -> tuple[str, Mapping[str, Any]]:
    """The article's text (empty where none is found) and its title, publisher, author, date and URL."""
    found = trafilatura.bare_extraction(
        html, include_comments=False, with_metadata=True, date_extraction_params=_DATES_GIVEN_ONLY
    )
    if found is None or isinstance(found, dict):
        return "", {}
    given = {
        "title": found.title,
        "publisher": found.sitename,
        "author": found.author,
        "published": found.date,
        "url": found.url,
    }
    return found.text or "", {name: value for name, value in given.items() if value}
