"""Text that breaks careless offsets, as strategies for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

_PIECES = [
    "e\u0301", "𝒳𝒴", "😀", "👩‍👩‍👧", "\r\n", "\n", "\n\n", "\r", "\x00", "\u202e", "\u2066", "\ufeff", "\u00a0", "\u2028", "\t", " ", ".", "!",
    "? ", "“Yes.” ", "Mr. Smith ", "U.S. ", "word ", "Word ", "x" * 300, "漢字。", "مرحبا ", "﷽", "ﬁ", "İ", "ß", "Read more\n",
    "Related stories\n", "Post Comment\n", "Source: TechCrunch\n", "A plain sentence of some length stands here. ", "• item\n", "---\n",
]  # fmt: skip
hostile_texts = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=8)), max_size=60).map("".join)
"""Combining marks, astral characters, CRLF, NUL, bidi controls, long words, furniture, and anything at all."""
