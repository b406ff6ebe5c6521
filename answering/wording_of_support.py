"""The support of a claim in words, the same on every surface."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the answer's JSON carries these words
    from answering.answer import Claim, RestsOn, Side, Support
    from answering.provenance.verify import Verified


def articles_in_words(count: int) -> str:
    """ "1 article", "8,110 articles"."""
    return f"{count:,} article{'' if count == 1 else 's'}"


def support_in_words(told: Claim | Side, articles: int | None = None) -> str:
    """ "Single source", "3 articles, one origin", "2 independent sources" (an upper bound, as the page says)."""
    return _in_words(told.support, len(told.citations) if articles is None else articles, told.origins)


def verdict_in_words(verified: Verified) -> str:
    """ "Supported: single source", "Contradicted", "Not found": what the articles say, not what is true."""
    if verified.support is None:
        return (
            "Contradicted: the articles say otherwise." if verified.against else "Not found: the articles do not say this."
        )
    articles = {q.article.id for q in verified.quotes}
    words = _in_words(verified.support, len(articles), len({q.origin.id for q in verified.quotes}))
    differ = " The articles differ." if verified.against else ""
    return f"Supported: {words[:1].lower()}{words[1:]}.{differ}"


def _in_words(support: Support, articles: int, origins: int) -> str:
    match support:
        case "single_source":
            return "Single source"
        case "shared_origin":
            return f"{articles} articles, one origin"
        case "corroborated":
            return f"{origins} independent sources"
        case "unknown":
            return "Independence unknown"


def upstream_in_words(upstream: RestsOn) -> str:
    """ "3 articles rest on TechCrunch, which is not in the corpus." """
    count = len(upstream.articles)
    where = "an article of which is in the corpus" if upstream.in_corpus else "which is not in the corpus"
    return f"{count} quoted article{' rests' if count == 1 else 's rest'} on {upstream.name}, {where}."
