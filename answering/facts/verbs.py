"""One verb in its sentence: its subject and objects, its tense, and who says what it tells; read off spaCy's dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from answering.facts.thesaurus import thesaurus

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")
SAYING = frozenset(
    ["say", "tell", "announce", "report", "state", "add", "claim", "write", "confirm", "warn", "insist", "argue",
     "explain", "note", "reply", "call", "describe", "declare", "admit", "believe", "estimate", "predict", "think",
     "complain", "joke", "deny", "allege", "quip", "concede", "suggest", "maintain", "comment", "remark", "praise",
     "recall", "reveal", "stress", "point out", "according"]
)  # fmt: skip


def lemma_of(verb: Token) -> str:
    particle = next((c.lower_ for c in verb.children if c.dep_ == "prt"), None)
    return f"{verb.lemma_.lower()} {particle}" if particle else verb.lemma_.lower()


def is_passive(verb: Token) -> bool:
    if any(c.dep_ in ("auxpass", "nsubjpass", "agent") for c in verb.children):
        return True
    if verb.dep_ == "conj" and verb.tag_ == "VBN" and not any(c.dep_ in ("nsubj", "aux") for c in verb.children):
        return is_passive(verb.head)
    return verb.dep_ == "acl" and verb.tag_ == "VBN"


def subject_of(verb: Token) -> Token | None:
    """Its own, or that of the verb that it goes on from; who and which stand for what they follow."""
    own = next((c for c in verb.children if c.dep_ in SUBJECTS), None)
    if lemma_of(verb) in SAYING and (own is None or own.i < verb.i) and _follows_a_quotation(verb):
        behind = next((c for c in verb.children if c.i > verb.i and c.pos_ in ("NOUN", "PROPN", "PRON")), None)
        own = behind or own
    if own is not None:
        relative = own.tag_ in ("WP", "WDT") and verb.dep_ == "relcl"
        return verb.head if relative else own
    if verb.dep_ == "acl":
        return verb.head
    if verb.dep_ in ("conj", "xcomp", "advcl", "pcomp") and verb.head != verb:
        above = verb.head if verb.dep_ != "pcomp" else verb.head.head
        return subject_of(above) if above.pos_ in ("VERB", "AUX") else None
    return _of_its_participle(verb)


def _of_its_participle(verb: Token) -> Token | None:
    """ "The museum, closed since May, will reopen": a parser hangs the museum on "closed", which cannot have a subject."""
    for part in (c for c in verb.lefts if c.dep_ == "advcl" and c.pos_ == "VERB"):
        own = next((c for c in part.lefts if c.dep_ in SUBJECTS), None)
        bare = not any(c.dep_ in ("aux", "auxpass", "mark", "advmod") for c in part.lefts)
        if own is not None and bare and any(t.text == "," for t in part.doc[own.i : part.i]):
            return own
    return None


def _follows_a_quotation(verb: Token) -> bool:
    """ "..., ” said Ada": what stands before it is what was said."""
    before = verb.doc.text[: verb.idx].rstrip()
    return before.endswith(('"', "”", "’", "'", "»")) and not (verb.i and verb.nbor(-1).pos_ in ("NOUN", "PROPN", "PRON"))


def objects_of(verb: Token) -> list[Token]:
    found = [c for c in verb.children if c.dep_ in ("dobj", "attr", "obj") or (c.dep_ == "oprd" and c.pos_ != "ADJ")]
    if verb.dep_ == "relcl" and not any(c.dep_ in SUBJECTS and c.tag_ in ("WP", "WDT") for c in verb.children):
        found = [verb.head if o.tag_ in ("WP", "WDT") else o for o in found] or (
            [verb.head] if any(c.dep_ in SUBJECTS for c in verb.children) else []
        )
    return found


def obliques_of(verb: Token) -> Iterator[tuple[str, Token]]:
    for child in verb.children:
        if child.dep_ in ("prep", "agent"):
            yield from _under(child, child.lower_)
        elif child.dep_ in ("npadvmod", "advmod") and child.pos_ in ("NOUN", "PROPN", "NUM"):
            yield "", child
        elif child.dep_ in (*SUBJECTS, "dobj", "attr") and child.pos_ != "PRON":
            for prep in (c for c in child.children if c.dep_ == "prep" and c.lower_ != "of"):
                yield from _under(prep, prep.lower_)


def _under(prep: Token, word: str) -> Iterator[tuple[str, Token]]:
    for token in prep.children:
        if token.dep_ == "pobj":
            yield word, token
            for deeper in (c for c in token.children if c.dep_ == "prep" and c.lower_ != "of"):
                yield from _under(deeper, deeper.lower_)
        elif token.dep_ == "prep":
            yield from _under(token, f"{word} {token.lower_}")


def tense_of(verb: Token) -> str:
    helpers = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if any(c.lower_ in ("will", "shall", "'ll", "wo") for c in helpers):
        return "future"
    if any(c.lower_ == "to" for c in helpers) and verb.dep_ == "xcomp":
        return "future" if verb.head.lemma_.lower() in ("be", "go", "plan", "expect", "set") else tense_of(verb.head)
    if any(c.lower_ in ("was", "were", "had", "did") for c in helpers) or verb.tag_ == "VBD":
        return "past"
    if any(c.lower_ in ("has", "have", "'ve") and c.dep_ == "aux" for c in helpers):
        return "perfect"
    return "past" if verb.tag_ == "VBN" and not helpers else "present"


def _in_whose_words(prep: Token) -> Token | None:
    """ "in the words of Ada", "in Ada's view"."""
    for noun in prep.children:
        if noun.dep_ == "pobj" and noun.lemma_.lower() in (
            "word",
            "view",
            "opinion",
            "eye",
            "estimation",
            "judgment",
            "judgement",
        ):
            of = next((p for c in noun.children if c.lower_ == "of" for p in c.children if p.dep_ == "pobj"), None)
            return of or next((c for c in noun.children if c.dep_ == "poss"), None)
    return None


def speaker_of(verb: Token) -> Token | None:
    """Who says it: the subject of a verb of saying over it or beside it, or "according to X"."""
    for child in verb.children:
        if child.lower_ == "according":
            return next((p for c in child.children if c.dep_ == "prep" for p in c.children if p.dep_ == "pobj"), None)
        if child.dep_ == "prep" and (whose := _in_whose_words(child)) is not None:
            return whose
        if child.dep_ in ("ccomp", "parataxis") and lemma_of(child) in SAYING and child.i > verb.i:
            return subject_of(child)
    head = verb.head
    if verb.dep_ in ("ccomp", "advcl", "parataxis", "pcomp", "dobj") and head != verb:
        if lemma_of(head) in SAYING:
            return subject_of(head)
        if head.pos_ in ("VERB", "AUX"):
            return speaker_of(head)
    return (
        speaker_of(head)
        if verb.dep_ in ("conj", "relcl", "xcomp") and head.pos_ in ("VERB", "AUX") and head != verb
        else None
    )


def undone(verb: Token) -> list[str]:
    """ "left the rate unchanged": to change, which was not done."""
    words = [c.lower_ for c in verb.children if c.dep_ in ("acomp", "oprd", "advcl", "dep") and c.lower_.startswith("un")]
    stems = [s for w in words if w.endswith("ed") for s in (w[2:-1], w[2:-2])]
    return [s for s in stems if s in thesaurus().meanings][:1]
