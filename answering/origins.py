"""Which of a few articles speak independently of each other.

Two articles share an origin when one copies the other, when they are of one publisher, or when both credit the same
upstream. A count of origins is an upper bound on independence: what is not written in the articles cannot be seen.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from answering.answer import Origin
from corpus.article import Article
from corpus.metadata import outlet_key

COPIED_SHARE = 0.5
"""Of the shorter text's eight-word runs, how many must stand in the other. BASIL's independent pairs on one event: median
.005, none at .5."""
_RUN = 8


def origins_of(articles: Sequence[Article]) -> dict[str, Origin]:
    """By article id. Sharing is transitive; each reason names the two articles that it joins."""
    articles = list({a.id: a for a in articles}.values())
    group = {a.id: {a.id} for a in articles}
    reasons: dict[frozenset[str], list[str]] = {}
    for one, other in itertools.combinations(articles, 2):
        reason = shared_origin(one, other)
        if reason is not None:
            joined = group[one.id] | group[other.id]
            reasons.setdefault(frozenset((one.id, other.id)), []).append(reason)
            for id_ in joined:
                group[id_] = joined
    return {
        id_: Origin(
            min(members),
            tuple(sorted(members)),
            tuple(r for pair, told in reasons.items() if pair <= members for r in told),
        )
        for id_, members in group.items()
    }


def shared_origin(one: Article, other: Article) -> str | None:
    """Why two articles do not speak independently, as a sentence; None where no sign of that was found."""
    both = f"“{one.title}” and “{other.title}”"
    share = copied_share(one, other)
    if share >= COPIED_SHARE:
        return f"{both} share {share:.0%} of the shorter one's text word for word"
    publisher, publisher_too = publisher_key(one), publisher_key(other)
    if publisher is not None and publisher == publisher_too:
        return f"{both} have the same publisher, {one.publisher or publisher}"
    credited = {outlet_key(u.name): u for u in one.upstreams}
    for upstream in other.upstreams:
        if (same := credited.get(outlet_key(upstream.name))) is not None:
            return (
                f"“{one.title}” ({same.span.of(one.text)}) and “{other.title}” ({upstream.span.of(other.text)}) "
                f"both rest on {upstream.name}"
            )
    return None


def copied_share(one: Article, other: Article) -> float:
    """Of the shorter article's eight-word runs outside furniture, how many the other holds, from 0 to 1."""
    a, b = word_runs(one), word_runs(other)
    return len(a & b) / max(min(len(a), len(b)), 1)


def word_runs(article: Article) -> set[tuple[str, ...]]:
    pieces, at = [], 0
    for span in article.furniture:
        pieces.append(article.text[at : span.start])
        at = span.end
    words = re.findall(r"\w+", " ".join([*pieces, article.text[at:]]).lower())
    return {tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)}


def publisher_key(article: Article) -> str | None:
    """The stated publisher, else the host of the URL without "www" and "edition" and the like; None where neither is."""
    if article.publisher:
        return outlet_key(article.publisher)
    host = urlsplit(article.url or "").hostname
    return ".".join(host.split(".")[-2:]) if host and host.count(".") == 1 else _registered(host)


def _registered(host: str | None) -> str | None:
    """bbc.co.uk of www.bbc.co.uk, cnn.com of edition.cnn.com: two labels, three where the second is a short one."""
    if not host or host.replace(".", "").isdigit():
        return host
    labels = host.split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else labels[-2:])
