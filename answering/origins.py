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
_ALIASES = {
    "ap": "associated press", "apnews": "associated press", "agence france-presse": "afp", "wsj": "wall street journal",
    "ft": "financial times", "nytimes": "new york times", "nyt": "new york times", "wapo": "washington post",
    "cable news network": "cnn", "british broadcasting corporation": "bbc",
}  # fmt: skip
"""Other names of an outlet, as `outlet_key` folds them."""


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
    voices, voices_too = _voices(one), _voices(other)
    own, own_too = publisher_key(one), publisher_key(other)
    if own is not None and own == own_too:
        return f"{both} have the same publisher, {one.publisher or own}"
    for key in voices.keys() & voices_too.keys():
        name = next((u.name for a in (one, other) for u in a.upstreams if _outlet(u.name) == key), key)
        return f"“{one.title}” ({voices[key]}) and “{other.title}” ({voices_too[key]}) both rest on {name}"
    return None


def _voices(article: Article) -> dict[str, str]:
    """Whose account it is: the outlets that it credits, and its own publisher, each with the words that say so."""
    own = publisher_key(article)
    credited = {_outlet(u.name): u.span.of(article.text) for u in article.upstreams}
    return ({own: f"published by {article.publisher or own}"} if own else {}) | credited


def _outlet(name: str) -> str:
    key = outlet_key(name)
    return _ALIASES.get(key, key).replace(" ", "")


def copied_share(one: Article, other: Article) -> float:
    """Of the shorter article's eight-word runs outside furniture, how many the other holds, from 0 to 1."""
    a, b = word_runs(one), word_runs(other)
    if not a and not b and one.text.split() == other.text.split():
        return 1.0  # too short for runs
    return len(a & b) / max(min(len(a), len(b)), 1)


def word_runs(article: Article) -> set[tuple[str, ...]]:
    pieces, at = [], 0
    for span in article.furniture:
        pieces.append(article.text[at : span.start])
        at = span.end
    words = re.findall(r"\w+", " ".join([*pieces, article.text[at:]]).lower())
    return {tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)}


def publisher_key(article: Article) -> str | None:
    """The stated publisher, else the name in the URL's host ("cnn" of edition.cnn.com); None where neither is."""
    if article.publisher:
        return _outlet(re.sub(r"\.(?:com|org|net|co\.uk)$", "", article.publisher.strip().lower()))
    try:
        host = urlsplit(article.url or "").hostname
    except ValueError:  # "http://[": no address
        return None
    return _outlet(_registered(host)) if host else None


def _registered(host: str) -> str:
    """bbc of www.bbc.co.uk, cnn of edition.cnn.com: the label before the public ending; an IP address as it is."""
    labels = host.split(".")
    if host.replace(".", "").isdigit() or len(labels) < 2:
        return host
    short_second = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2
    return labels[-3] if short_second else labels[-2]
