"""The numbers that Word draws before paragraphs and does not store in their text: they are written into it."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NEEDED = _DOCUMENT, _NUMBERING, _STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True)
class _Level:
    """How paragraphs of one depth are numbered: `text` as "%1.%2." """

    form: str
    text: str
    first: int


def with_numbers(parts: zipfile.ZipFile, told: Mapping[str, Any]) -> io.BytesIO:
    """The document without its pictures and lists, its numbers written out. `told`: those of the needed parts that it has."""
    if (document := told.get(_DOCUMENT)) is not None:
        _write_numbers(document, _levels(told.get(_NUMBERING)), dict(_of_styles(told.get(_STYLES))))
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in parts.namelist():
            if name.lower().endswith((".xml", ".rels")) and name != _NUMBERING:
                archive.writestr(name, etree.tostring(document) if name == _DOCUMENT else parts.read(name))
    kept.seek(0)
    return kept


def _write_numbers(
    document: Any, lists: Mapping[str, tuple[str, Mapping[int, _Level]]], styles: Mapping[str, tuple[str, int]]
) -> None:
    counted: dict[str, dict[int, int]] = defaultdict(dict)
    for paragraph in document.iter(f"{_W}p"):
        about = paragraph.find(f"{_W}pPr")
        number, depth = _number_of(about, styles) if about is not None else ("0", 0)
        if number == "0":
            continue
        kind, levels = lists.get(number, (number, {}))
        level = levels.get(depth) or _Level("decimal", f"%{depth + 1}.", 1)
        counts = counted[kind]
        counts[depth] = counts.get(depth, level.first - 1) + 1
        counted[kind] = {at: count for at, count in counts.items() if at <= depth}
        _put(about, _told(level, levels, counts))


def _number_of(about: Any, styles: Mapping[str, tuple[str, int]]) -> tuple[str, int]:
    """(list, depth) of a paragraph, its own or its style's; ("0", 0) where it has none."""
    style = about.find(f"{_W}pStyle")
    number, depth = styles.get(style.get(f"{_W}val"), ("0", 0)) if style is not None else ("0", 0)
    own, deep = about.find(f"{_W}numPr/{_W}numId"), about.find(f"{_W}numPr/{_W}ilvl")
    return (own.get(f"{_W}val") if own is not None else number, int(deep.get(f"{_W}val")) if deep is not None else depth)


def _put(about: Any, label: str) -> None:
    """A label as text of its own before the paragraph's."""
    run = about.makeelement(f"{_W}r")
    text = etree.SubElement(run, f"{_W}t")
    text.text = f"{label} " if label else ""
    about.addnext(run)


def _told(level: _Level, levels: Mapping[int, _Level], counts: Mapping[int, int]) -> str:
    """ "2.1", "(b)"; a bullet is a dash."""
    if level.form == "bullet":
        return "-"
    if level.form == "none":
        return ""

    def at(match: re.Match[str]) -> str:
        depth = int(match[1]) - 1
        of = levels.get(depth, level)
        return _figure(counts.get(depth, of.first), of.form)

    return re.sub(r"%(\d)", at, level.text).strip()


def _figure(number: int, form: str) -> str:
    if form.endswith("Letter"):
        letters = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26)
        return letters.upper() if form.startswith("upper") else letters
    if form.endswith("Roman"):
        figure = ""
        for value, sign in _ROMAN:
            times, number = divmod(number, value)
            figure += sign * times
        return figure.upper() if form.startswith("upper") else figure
    return f"{number:02}" if form == "decimalZero" else str(number)


def _levels(numbering: Any) -> dict[str, tuple[str, dict[int, _Level]]]:
    """Of each list the kind whose count it shares, and how each depth is numbered."""
    if numbering is None:
        return {}
    kinds = {
        e.get(f"{_W}abstractNumId"): {int(v.get(f"{_W}ilvl")): _level(v) for v in e.iter(f"{_W}lvl")}
        for e in numbering.iter(f"{_W}abstractNum")
    }
    lists = {}
    for told in numbering.iter(f"{_W}num"):
        number, kind = told.get(f"{_W}numId"), _value(told, "abstractNumId", "")
        begins_anew = next(told.iter(f"{_W}startOverride"), None) is not None
        lists[number] = (f"{kind} {number}" if begins_anew else kind, kinds.get(kind, {}))
    return lists


def _level(told: Any) -> _Level:
    return _Level(_value(told, "numFmt", "decimal"), _value(told, "lvlText", ""), int(_value(told, "start", "1")))


def _of_styles(styles: Any) -> Iterator[tuple[str, tuple[str, int]]]:
    for style in styles.iter(f"{_W}style") if styles is not None else ():
        if (told := style.find(f"{_W}pPr/{_W}numPr")) is not None and (number := _value(told, "numId", "")):
            yield style.get(f"{_W}styleId"), (number, int(_value(told, "ilvl", "0")))


def _value(element: Any, name: str, otherwise: str) -> str:
    found = element.find(f"{_W}{name}")
    return str(found.get(f"{_W}val")) if found is not None else otherwise
