"""A mail as it is saved (.eml) -> its text, with its subject, sender and day; whose each part of it is, and of which day."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from email.message import EmailMessage
from itertools import groupby

from corpus.article import Article, Entry, Span
from corpus.lines import WrittenLine, lines_of
from corpus.markup import paragraphs
from corpus.metadata import parse_date
from corpus.reading import Read, Unreadable, as_text

_MOST_DEEP = 10
"""Mails in a mail, one in the other."""
_WROTE = re.compile(r"(?:\bwrote|\bwrites|\bschrieb|\ba écrit|\bescribió)(?: on (?P<later>[^:]{4,60}))?\s*:$")
_ADDRESS = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\([^()]*\)|\bmailto:\S+|\S+@\S+")
_DAY = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)?\.? [A-Z][a-z]{2,8}\.?(?:,? \d{4})?|[A-Z][a-z]{2,8}\.? \d{1,2}(?:,? \d{4})?"
)
_NO_NAME = re.compile(
    r"[AP]\.?M\.?|[A-Z]{3,4}|(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?|Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?|On|At|Am|Le|El|\W*"
)
"""Words in capitals that stand before a name: half of the day, zones of time, months, weekdays."""
_BEGINS = re.compile(r"(?:On|Am|Le|El|Il|Op)\s")
_FIELD = re.compile(r"\W{0,3}(?P<name>from|sent|date|to|cc|subject):\W{0,3}\s(?P<value>.+)", re.IGNORECASE)
_LEAST_FIELDS = 2


@dataclass(frozen=True)
class _Speaker:
    """Who wrote what follows, and when; both None where the mail does not say. `turn` tells one mail from the next."""

    who: str | None = None
    day: str | None = None
    turn: int = 0


def read_mail(data: bytes) -> Read:
    """The plain text where the mail has one, else its HTML; with the mails that are forwarded in it. Raises Unreadable where it has none."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    try:
        texts = list(_texts(mail)) if isinstance(mail, EmailMessage) else []
        given = {"title": mail["Subject"], "author": _sender(mail), "published": _day(mail)}
    except (LookupError, ValueError, TypeError, AttributeError) as error:  # a charset, or a header, that nobody knows
        raise Unreadable(f"is no mail that can be read ({error})") from error
    if not texts:
        raise Unreadable("is a mail without text")
    read = as_text("\n\n".join(text for text, _ in texts), quoted=True)
    attached = (
        sum(part.get_content_type() != "message/rfc822" for part in mail.iter_attachments()) if mail.is_multipart() else 0
    )
    note = f"{attached} attachment{'s were' if attached > 1 else ' was'} not read: save {'them' if attached > 1 else 'it'} beside the mail"
    told = {name: str(value) for name, value in given.items() if value}
    return replace(read, given=told, note=note if attached else "", entries=tuple(_as_read(read, _parts(texts, _day(mail)))))


def _texts(mail: EmailMessage, deep: int = 0) -> Iterator[tuple[str, _Speaker]]:
    """(text, whose) of a mail and of each that is forwarded whole in it."""
    body = mail.get_body(preferencelist=("plain", "html"))
    content = str(body.get_content()) if body is not None else ""
    html = body is not None and body.get_content_type() == "text/html"
    if (text := "\n\n".join(paragraphs(content)) if html else content).strip():
        yield text, _Speaker(_sender(mail), _day(mail)) if deep else _Speaker()
    for part in mail.iter_attachments() if mail.is_multipart() and deep < _MOST_DEEP else ():
        if part.get_content_type() == "message/rfc822" and isinstance(inner := part.get_content(), EmailMessage):
            yield from _texts(inner, deep + 1)


def _parts(texts: Sequence[tuple[str, _Speaker]], sent: str | None) -> Iterator[Entry]:
    """Of the texts, an empty line between each two: what is not the sender's own."""
    begin = 0
    for text, whose in texts:
        said = _said(lines_of(text), whose, sent)
        for speaker, lines in groupby(said, key=lambda one: one[1]):
            first, *others = [line for line, _ in lines]
            if speaker != _Speaker():
                yield Entry(Span(first.begin, (others or [first])[-1].end).shifted(begin), speaker.who, speaker.day)
        begin += len(text) + 2


def _said(lines: Sequence[WrittenLine], whose: _Speaker, sent: str | None) -> Iterator[tuple[WrittenLine, _Speaker]]:
    """Each line with its speaker: by its marks of quotation, and by what the lines above say of who wrote it."""
    by_depth = {0: whose}
    told: list[WrittenLine] = []  # the lines that say so
    speaker = whose
    for at, line in enumerate(lines):
        if line in told:
            yield line, speaker
        elif found := _attributed(lines, at, sent, turn=at + 1):
            told, speaker, depth = found
            by_depth = {deep: one for deep, one in by_depth.items() if deep < depth} | {depth: speaker}
            yield line, speaker
        else:
            yield line, by_depth.setdefault(line.depth, _Speaker(turn=-1))


def _attributed(
    lines: Sequence[WrittenLine], at: int, sent: str | None, turn: int
) -> tuple[list[WrittenLine], _Speaker, int] | None:
    """(the lines that tell, who, at which depth what he wrote stands) where they begin with this one."""
    line = lines[at]
    fields = dict(_fields(lines[at : at + 6], line.depth))
    if "from" in list(fields)[:1] and len(fields) >= _LEAST_FIELDS:
        day = _day_in(fields.get("sent") or fields.get("date") or "", sent)
        return list(lines[at : at + len(fields)]), _Speaker(_name_in(fields["from"]), day, turn), line.depth
    for told in (lines[at : at + 1], lines[at : at + 2] if _BEGINS.match(line.text) else ()):
        words = " ".join(one.text for one in told)
        following = lines[at + len(told) : at + len(told) + 1]
        if (
            (match := _WROTE.search(words))
            and len(words) < 200
            and following
            and line.depth <= following[0].depth <= line.depth + 1
        ):
            name, day = _name_in(words[: match.start()]), _day_in(match["later"] or words[: match.start()], sent)
            if following[0].depth > line.depth or (name and day):  # some programs put no mark before what they quote
                return list(told), _Speaker(name, day, turn), following[0].depth
    return None


def _fields(lines: Sequence[WrittenLine], depth: int) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.depth != depth or not (match := _FIELD.fullmatch(line.text)):
            return
        yield match["name"].lower(), match["value"]


def _name_in(told: str) -> str | None:
    """The last words that may be a name: "On Mon, 2 March 2026 at 9:00 AM Mia Olsen <mia@x.org>"; else the address."""
    words = [word.strip("\"'*,") for word in _ADDRESS.sub(" ", told).replace(", ", " , ").split()]
    name: list[str] = []
    for word in reversed(words):
        if not word[:1].isupper() or any(c.isdigit() for c in word) or _NO_NAME.fullmatch(word):
            if name or word:
                break
            continue
        name.insert(0, word)
    address = re.search(r"[\w.+-]+@[\w.-]+", told)
    return " ".join(name) or (address[0] if address else None)


def _day_in(told: str, sent: str | None) -> str | None:
    """A day without a year is of the year in which the mail was sent, or of the one before."""
    match = _DAY.search(told)
    if match is None:
        return parse_date(told)
    if re.search(r"\d{4}", match[0]):
        return parse_date(match[0])
    years = [date.fromisoformat(sent).year - ago for ago in (0, 1)] if sent else []
    days = (parse_date(f"{match[0]} {year}") for year in years)
    return next((day for day in days if day and sent and day <= sent), None)


def _as_read(read: Read, parts: Iterator[Entry]) -> Iterator[Entry]:
    article = Article("", read.text, "", original=read.original, pieces=read.pieces)
    for part in parts:
        if (span := article.from_original(part.span)).start < span.end:
            yield replace(part, span=span)


def _sender(mail: EmailMessage) -> str | None:
    addresses = mail["From"].addresses if mail["From"] else ()
    return addresses[0].display_name or addresses[0].addr_spec if addresses else None


def _day(mail: EmailMessage) -> str | None:
    """In the sender's own time zone."""
    return mail["Date"].datetime.date().isoformat() if mail["Date"] and mail["Date"].datetime else None
