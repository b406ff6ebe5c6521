"""Broken files, thousands for each reader: is every one read or refused in a sentence, in bounded time and memory?

    python -m bench.fuzz [--times 20000] [--seconds 600] [--only .pdf .docx]

Files of each kind are made, and then bent: bytes flipped, cut, doubled, swapped between files, put in from a list of things that have broken readers before. Whatever is
raised beside what a reader may raise, a file that takes more than five seconds, and memory that grows past a limit, is told with the file that did it (kept in data/fuzz).
The seed is told, so that a run can be repeated.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from corpus.files import Skipped, Source, each_once, find_files, read_article, read_sources
from tests.documents import as_docx, as_epub, as_html, as_mail, as_pdf, as_pptx, as_zip

PARAGRAPHS = [
    "Ferry sold", "The ferry line from Ystad to Sassnitz was sold to the operator Baltline on 3 May 2024 for 40 million euros.",
    "Its former owner, the family Rask, had run it for 112 years; “nobody” is sure why — says Ada Ng.",
]  # fmt: skip
TEXT = "\n\n".join(PARAGRAPHS)
SEEDS: Mapping[str, Callable[[], list[bytes]]] = {
    ".txt": lambda: [TEXT.encode(), TEXT.encode("utf-16"), "soft\u00adhyphen of\ufb01ce exam-\nple".encode()],
    ".md": lambda: [f"---\ntitle: T\ndate: 2026-01-02\n---\n\n# T\n\n{TEXT}\n\n[a](b) ![c](d) [^1] `x` **y**\n".encode(),
                    f"+++\ntitle = 'T'\n+++\n{TEXT}".encode()],
    ".html": lambda: [as_html(PARAGRAPHS), b"<table><tr><th>A<th>B<tr><td>1<td>2</table><dl><dt>x<dd>y</dl><div hidden>z</div>" * 3],
    ".jsonl": lambda: [b'{"id": "1", "text": "Some text of it.", "published": "2026-01-02", "author": ["A", "B"]}\n' * 3],
    ".pdf": lambda: [as_pdf(PARAGRAPHS)],
    ".docx": lambda: [as_docx(PARAGRAPHS)],
    ".pptx": lambda: [as_pptx(PARAGRAPHS)],
    ".epub": lambda: [as_epub(PARAGRAPHS)],
    ".eml": lambda: [as_mail(PARAGRAPHS, "About", sender="Ada Ng <a@example.org>", date="Mon, 4 May 2026 10:00:00 +0200")],
    ".zip": lambda: [as_zip({"a.txt": TEXT.encode(), "b/c.html": as_html(PARAGRAPHS)})],
}  # fmt: skip
TRICKS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<!--", b"]]>", b"<![CDATA[", b"&" * 50, b"<div>" * 400, b"</p>" * 50, b"<!ENTITY a 'b'>", b"[" * 500, b'"',
    b"{" * 500, b"---\n", b"+++\n", b"%PDF-1.7", b"PK\x03\x04", b"\r", b"\x85", "\u2028".encode(), b"1e999999", b"../../", b"9" * 400, b"=?utf-8?B?//8=?=",
    b"Content-Type: multipart/mixed; boundary=\n", b"<style>*{display:none}</style>", b"obj<</Length 99999999>>stream", b"\xed\xa0\x80", b"?xml version='9'?",
]  # fmt: skip
_LONGEST_S = 5
_MOST_MB = 3_000
_KEPT = Path("data/fuzz")


class TooSlow(BaseException):
    """A file was read for longer than may be."""


def bent(seeds: list[bytes], chance: random.Random) -> bytes:
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice([1, 1, 1, 2, 4, 12])):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 1:
                data[at:at] = chance.choice(TRICKS)
            case 2:
                del data[at : at + chance.choice([1, 7, 100, 5_000])]
            case 3:
                data[at:at] = data[at : at + 200] * chance.choice([1, 3, 50])
            case 4:
                data[at : at + 4] = chance.randbytes(4)
            case 5:
                other = chance.choice(seeds)
                data[at:] = other[chance.randrange(len(other) + 1) :]
            case _:
                del data[at:]
    return bytes(data)


def read(file: Path) -> None:
    """As a build reads it."""
    found = [one for one in find_files([file]) if not isinstance(one, Skipped)]
    for source in each_once(read_sources(found)):
        article = read_article(source) if isinstance(source, Source) else source
        if not isinstance(article, Skipped):
            for span in article.furniture:
                assert 0 <= span.start <= span.end <= len(article.text)
            place = article.to_original(type(article.furniture[0])(0, len(article.text))) if article.furniture else None
            assert place is None or 0 <= place.start <= place.end <= len(article.as_it_is)
            article.text.encode()


def too_slow(_: int, __: FrameType | None) -> None:
    raise TooSlow


def fuzz(kind: str, times: int, until: float, seed: int) -> tuple[int, int]:
    """How many files were read, and how many of them broke something."""
    chance = random.Random(f"{seed} {kind}")
    seeds, wrong = SEEDS[kind](), 0
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / f"x{kind}"
        for turn in range(times):
            if time.monotonic() > until:
                return turn, wrong
            data = bent(seeds, chance)
            file.write_bytes(data)
            signal.alarm(_LONGEST_S)
            try:
                read(file)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                wrong += 1
                _KEPT.mkdir(parents=True, exist_ok=True)
                (_KEPT / f"{turn}{kind}").write_bytes(data)
                last = traceback.extract_tb(error.__traceback__)[-1]
                print(
                    f"{kind} {turn}: {type(error).__name__} {str(error)[:120]} in {Path(last.filename).name}:{last.lineno}",
                    flush=True,
                )
            finally:
                signal.alarm(0)
    return times, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=600, help="for each kind, at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=list(SEEDS))
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, too_slow)
    all_wrong = 0
    for kind in options.only:
        began = time.monotonic()
        done, wrong = fuzz(kind, options.times, began + options.seconds, options.seed)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        all_wrong += wrong + (peak > _MOST_MB)
        print(
            f"{kind}: {done:,} files, seed {options.seed}, {wrong} wrong, {time.monotonic() - began:.0f} s, peak {peak:,.0f} MB so far",
            flush=True,
        )
    sys.exit(bool(all_wrong))


if __name__ == "__main__":
    main()
