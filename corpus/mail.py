"""A mail as it is saved (.eml) -> its text, with its subject, sender and day."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

from corpus.reading import Read, Unreadable, as_text
from corpus.webpage import read_webpage


def read_mail(data: bytes) -> Read:
    """The plain text where the mail has one, else its HTML. Raises Unreadable where it has neither."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    body = mail.get_body(preferencelist=("plain", "html")) if isinstance(mail, EmailMessage) else None
    try:
        content = str(body.get_content()) if body is not None else ""
        given = {"title": mail["Subject"], "author": _sender(mail), "published": _day(mail)}
    except (LookupError, ValueError, TypeError, AttributeError) as error:  # a charset, or a header, that nobody knows
        raise Unreadable(f"is no mail that can be read ({error})") from error
    if not content.strip():
        raise Unreadable("is a mail without text")
    html = body is not None and body.get_content_type() == "text/html"
    read = Read(read_webpage(content)[0]) if html else as_text(content)
    attached = len(list(mail.iter_attachments())) if mail.is_multipart() else 0
    note = f"{attached} attachment{'s were' if attached > 1 else ' was'} not read: save {'them' if attached > 1 else 'it'} beside the mail"
    told = {name: str(value) for name, value in given.items() if value}
    return Read(read.text, told, original=read.original, pieces=read.pieces, note=note if attached else "")


def _sender(mail: EmailMessage) -> str | None:
    addresses = mail["From"].addresses if mail["From"] else ()
    return addresses[0].display_name or addresses[0].addr_spec if addresses else None


def _day(mail: EmailMessage) -> str | None:
    """In the sender's own time zone."""
    return mail["Date"].datetime.date().isoformat() if mail["Date"] and mail["Date"].datetime else None
