"""A noun with what belongs to it, and the names in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from answering.facts.thesaurus import thesaurus
from corpus.article import Span

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True)
class Phrase:
    """A noun with what belongs to it. head: its lemma; names: the names in it, the head's own first; all: its content lemmas.

    holder  of whom or what it is: "Osterby" of "Osterby's tramway", "the tramway of Osterby"
    """

    span: Span
    text: str
    head: str
    name: str | None
    names: tuple[str, ...]
    lemmas: frozenset[str]
    pronoun: bool = False


def phrase_of(token: Token | None) -> Phrase | None:
    if token is None:
        return None
    outside = {
        t.i
        for c in token.children
        if c.dep_ in ("relcl", "acl", "advcl", "punct") and c.pos_ in ("VERB", "AUX", "PUNCT")
        for t in c.subtree
    }
    inside = [t for t in token.subtree if t.i not in outside] if token.pos_ not in ("VERB", "AUX") else [token]
    inside = _in_one_piece(token, inside) or [token]
    holder = _holder(token)
    first, last = min(inside, key=lambda t: t.i), max(inside, key=lambda t: t.i)
    names = names_of(inside)
    own = [n for n in names if token.idx in range(n[0], n[0] + len(n[1]))]
    appositive = [n for c in token.children if c.dep_ == "appos" for n in names if c.idx in range(n[0], n[0] + len(n[1]))]
    own = own or _place_named(token, names)
    told = [*own, *appositive, *(n for n in names if n not in own and n not in appositive)]
    told += names_of(list(holder.subtree)) if holder is not None else []
    return Phrase(
        Span(first.idx, last.idx + len(last)), token.doc.text[first.idx : last.idx + len(last)], token.lemma_.lower(),
        (own or appositive)[0][1] if own or appositive else None, tuple(n for _, n in told),
        frozenset(t.lemma_.lower() for t in inside if t.pos_ in ("NOUN", "PROPN", "ADJ", "NUM", "VERB")),
        token.pos_ == "PRON",
    )  # fmt: skip


def _place_named(token: Token, names: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """ "The port of Messing" is Messing."""
    if "location" not in thesaurus().kinds.get(token.lemma_.lower(), ()) or token.ent_type_:
        return []
    of = [p.idx for c in token.children if c.lower_ == "of" for p in c.children if p.dep_ == "pobj"]
    return [n for n in names if any(at in range(n[0], n[0] + len(n[1])) for at in of)]


def _in_one_piece(token: Token, inside: list[Token]) -> list[Token]:
    """What a parser hangs on a word from beyond its verb is left out."""
    whole = {t.i for t in token.subtree}
    return [t for t in inside if all(n in whole for n in range(min(t.i, token.i), max(t.i, token.i)))]


def _holder(token: Token) -> Token | None:
    """ "Holbeck's men, whose own mill": the mill is theirs."""
    whose = next((c for c in token.children if c.tag_ == "WP$"), None)
    clause = token.head if whose is not None else None
    while clause is not None and clause.dep_ != "relcl" and clause.head != clause:
        clause = clause.head
    if clause is None:
        return None
    return (
        clause.head
        if clause.dep_ == "relcl"
        else next((t for t in reversed(token.doc[: whose.i]) if t.pos_ in ("NOUN", "PROPN")), None)
        if whose
        else None
    )


def names_of(tokens: list[Token]) -> list[tuple[int, str]]:
    """Names in a row of words, with where each begins: proper nouns side by side, with "of" and "the" between them."""
    found: list[tuple[int, str]] = []
    tokens = sorted(tokens, key=lambda t: t.i)
    n = 0
    while n < len(tokens):
        if not _is_name(tokens[n]):
            n += 1
            continue
        end = n
        while end + 1 < len(tokens) and tokens[end + 1].i == tokens[end].i + 1 and _joins(tokens, end + 1):
            end += 1
        while not _is_name(tokens[end]):
            end -= 1
        first, last = tokens[n], tokens[end]
        found.append((first.idx, first.doc.text[first.idx : last.idx + len(last)]))
        n = end + 1
    return found


def _is_name(token: Token) -> bool:
    if token.ent_type_ in ("DATE", "TIME") or not token.text[:1].isupper():
        return token.pos_ == "PROPN" and token.ent_type_ in ("PERSON", "ORG", "GPE")
    if token.pos_ == "PROPN":
        return True
    # At the beginning of a sentence every word has a capital: a noun that no dictionary knows is a name all the same.
    known = token.lower_ in thesaurus().kinds or token.lemma_.lower() in thesaurus().kinds
    if token.is_sent_start:
        misread = token.pos_ in ("ADJ", "VERB", "X") and token.dep_ in ("nsubj", "nsubjpass")
        return (token.pos_ == "NOUN" or misread) and not known
    return token.pos_ in ("NOUN", "ADJ", "VERB", "X")


def _joins(tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    if _is_name(token):
        return True
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        token.text in ("-", "of", "de", "von", "van", "&", "'s", "’s")
        and token.ent_type_ != ""
        and following is not None
        and _is_name(following)
    )
