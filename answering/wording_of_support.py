"""The support of a claim in words, the same on every surface."""

from __future__ import annotations

from answering.answer import Claim


def support_in_words(claim: Claim, articles: int | None = None) -> str:
    """ "Single source", "3 articles, one origin", "2 independent sources" (an upper bound, as the page says)."""
    cited = articles if articles is not None else len(claim.citations)
    match claim.support:
        case "single_source":
            return "Single source"
        case "shared_origin":
            return f"{cited} articles, one origin"
        case "corroborated":
            return f"{claim.origins} independent sources"
        case _:
            return "Independence unknown"
