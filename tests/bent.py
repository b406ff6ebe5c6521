"""Files of every kind to begin with, and what has broken readers before: for hypothesis (tests/test_hostile_files.py) and for atheris (bench/fuzz.py)."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path

from corpus.files import Skipped, Source, each_once, find_files, read_article, read_sources
from corpus.online.asking import NO_STAMP, Refused, Reply
from corpus.online.listing import listing_in
from corpus.splitting import split
from tests.documents import as_docx, as_epub, as_html, as_mail, as_pdf, as_pptx, as_zip
from tests.fakes import WordEncoder

PARAGRAPHS = [
    "Ferry sold", "The ferry line from Ystad to Sassnitz was sold to the operator Baltline on 3 May 2024 for 40 million euros.",
    "Its former owner, the family Rask, had run it for 112 years; “nobody” is sure why — says Ada Ng.",
]  # fmt: skip
TEXT = "\n\n".join(PARAGRAPHS)
_LINES = b'{"id": "1", "text": "Some text of it.", "published": "2026-01-02", "author": ["A", "B"]}\n{"url": "u", "text": "\\ud83d\\ude00 b"}\n'
_FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>A &amp; B</title><link>/a</link>
<pubDate>Mon, 04 May 2026 10:00:00 +0200</pubDate></item><item><link>http://example.org/b</link></item></channel></rss>"""
_SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://example.org/a</loc><lastmod>2026-05-04</lastmod></url><url><loc>/b</loc></url></urlset>"""
SEEDS: Mapping[str, Callable[[], list[bytes]]] = {
    ".txt": lambda: [TEXT.encode(), TEXT.encode("utf-16"), "soft\u00adhyphen of\ufb01ce exam-\nple".encode(), b"Caf\xe9 Z\xfcrich, \x93so\x94."],
    ".md": lambda: [f"---\ntitle: T\ndate: 2026-01-02\n---\n\n# T\n\n{TEXT}\n\n[a](b) ![c](d) [^1] `x` **y**\n".encode(),
                    f"+++\ntitle = 'T'\n+++\n{TEXT}".encode(), b"| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n<div>x</div>\n"],
    ".html": lambda: [as_html(PARAGRAPHS), b"<table><tr><th>A<th>B<tr><td>1<td>2</table><dl><dt>x<dd>y</dl><div hidden>z</div>" * 3],
    ".jsonl": lambda: [_LINES],
    ".jsonl.gz": lambda: [gzip.compress(_LINES, mtime=0)],
    ".pdf": lambda: [as_pdf(PARAGRAPHS)],
    ".docx": lambda: [as_docx(PARAGRAPHS)],
    ".pptx": lambda: [as_pptx(PARAGRAPHS)],
    ".epub": lambda: [as_epub(PARAGRAPHS)],
    ".eml": lambda: [as_mail(PARAGRAPHS, "About", sender="Ada Ng <a@example.org>", date="Mon, 4 May 2026 10:00:00 +0200")],
    ".zip": lambda: [as_zip({"a.txt": TEXT.encode(), "b/c.html": as_html(PARAGRAPHS), "d.jsonl": _LINES, "../e.md": b"x"})],
    ".xml": lambda: [_FEED, _SITEMAP, gzip.compress(_SITEMAP, mtime=0)],
}  # fmt: skip
"""By ending; .xml are feeds and sitemaps, which are read from the web."""
TRICKS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<!--", b"]]>", b"<![CDATA[", b"&" * 50, b"<div>" * 400, b"</p>" * 50, b"<!ENTITY a 'b'>", b"[" * 500, b'"',
    b"{" * 500, b"---\n", b"+++\n", b"%PDF-1.7", b"PK\x03\x04", b"\r", b"\x85", "\u2028".encode(), b"1e999999", b"../../", b"9" * 400, b"=?utf-8?B?//8=?=",
    b"Content-Type: multipart/mixed; boundary=\n", b"<style>*{display:none}</style>", b"obj<</Length 99999999>>stream", b"\xed\xa0\x80", b"?xml version='9'?",
    b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;", b"\\ud800", b"content-transfer-encoding: base64\n", b"\x1f\x8b\x08", b"<table><tr><td>",
]  # fmt: skip
LARGEST = 1_000_000
"""Bytes of a list, unpacked."""


def read(file: Path) -> None:
    """As a build reads it. Whatever is raised is a defect."""
    if file.suffix == ".xml":
        read_list(file.read_bytes())
        return
    found = [one for one in find_files([file]) if not isinstance(one, Skipped)]
    for source in each_once(read_sources(found)):
        article = read_article(source) if isinstance(source, Source) else source
        if isinstance(article, Skipped):
            article.reason.encode()
            continue
        article.text.encode()
        for passage in split(article, WordEncoder()):
            assert 0 <= passage.span.start < passage.span.end <= len(article.text)
            place = article.to_original(passage.span)
            assert 0 <= place.start < place.end <= len(article.as_it_is)


def read_list(data: bytes) -> None:
    try:
        listing = listing_in(Reply("http://example.org/", data, "", "", NO_STAMP), LARGEST)
    except Refused as refused:
        str(refused).encode()
        return
    for page in listing.pages if listing else ():
        assert page.url.startswith("http")
