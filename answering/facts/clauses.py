"""A sentence -> its clauses: who does what to whom, whether it is said to be so, and who says it.

Read off spaCy's dependencies; roles are those of the deed, not of the grammar: of "it was sold by A" A is the agent."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from answering.facts.phrases import Phrase, names_of, phrase_of
from answering.facts.status import DENYING, HEDGING, Status, status_of
from answering.facts.thesaurus import is_light, thesaurus
from answering.facts.verbs import is_passive, lemma_of, objects_of, obliques_of, speaker_of, subject_of, tense_of, undone
from corpus.article import Span
from models.parser import parsed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@dataclass(frozen=True)
class Clause:
    """One deed or state. beside: (preposition, phrase) for all else; `by` stands for how: "passive", "active".

    verb   its lemma, with its particle; of "made an offer" also "offer" in `deeds`
    tense  "past", "perfect", "present" or "future"
    """

    verb: str
    deeds: tuple[str, ...]
    at: Span
    agent: Phrase | None
    patient: Phrase | None
    beside: tuple[tuple[str, Phrase], ...]
    status: Status
    tense: str
    speaker: Phrase | None
    parent: int | None
    lemmas: frozenset[str]

    def phrases(self) -> Iterator[tuple[str, Phrase]]:
        if self.agent:
            yield "agent", self.agent
        if self.patient:
            yield "patient", self.patient
        yield from self.beside


@dataclass(frozen=True)
class Sentence:
    """A text of one sentence with its clauses. owners: by character offset of each word, the clause that it stands in."""

    text: str
    clauses: tuple[Clause, ...]
    owners: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    people: frozenset[str]

    def clause_at(self, span: Span) -> Clause | None:
        """The clause in which a span stands, by its head word."""
        found = [owner for at, owner in self.owners if span.start <= at < span.end]
        return self.clauses[min(found)] if found and min(found) >= 0 else None


def goes_on_as(sentence: Sentence, clause: Clause, verbs: Container[str]) -> Clause | None:
    """ "is to head the inquiry", "used to be": where the first verb is one of these and has no object, the second verb of its subject."""
    if clause.verb not in verbs or clause.patient is not None:
        return None
    under = (o for o in sentence.clauses if o.parent is not None and sentence.clauses[o.parent] is clause)
    return next((o for o in under if o.at.start > clause.at.start and o.agent == clause.agent), None)


@lru_cache(maxsize=8_000)
def sentence_of(text: str) -> Sentence:
    """The clauses of one sentence."""
    return _read(parsed([text])[0])


def _read(doc: Doc) -> Sentence:
    verbs = [t for t in doc if _is_predicate(t)]
    number = {t.i: n for n, t in enumerate(verbs)}
    clauses = tuple(_clause(t, number) for t in verbs)
    owners = tuple((t.idx, number.get(_governor(t, number), -1)) for t in doc if not t.is_punct and not t.is_space)
    return Sentence(doc.text, clauses, owners, _names_in(doc), frozenset(_person_words(doc)))


def _is_predicate(token: Token) -> bool:
    """A verb that is no auxiliary, or whatever else stands at the top of a sentence."""
    if token.pos_ in ("VERB", "AUX"):
        return token.dep_ not in ("aux", "auxpass", "amod", "compound", "punct", "prep")
    return token.dep_ == "ROOT"


def _governor(token: Token, number: dict[int, int]) -> int:
    """The predicate that a word stands under."""
    while token.i not in number and token.head != token:
        token = token.head
    return token.i


def _clause(verb: Token, number: dict[int, int]) -> Clause:
    passive = is_passive(verb)
    subject, objects = subject_of(verb), objects_of(verb)
    by = next((a for c in verb.children if c.dep_ == "agent" for a in c.children if a.dep_ == "pobj"), None)
    agent, patient = (by, subject) if passive else (subject, objects[0] if objects else None)
    recipients = [("to", c) for c in verb.children if c.dep_ == "dative" and c.pos_ != "ADP"]
    recipients += [
        ("to", p) for c in verb.children if c.dep_ == "dative" and c.pos_ == "ADP" for p in c.children if p.dep_ == "pobj"
    ]
    patients = objects if passive else objects[1:]
    beside = [*recipients, *obliques_of(verb), *(("", o) for o in patients)]
    parent = verb.head if verb.head != verb else None
    status = status_of(verb)
    return Clause(
        lemma_of(verb), _deeds(verb, objects), Span(verb.idx, verb.idx + len(verb)), phrase_of(agent), phrase_of(patient),
        tuple((p, found) for p, t in beside if (found := phrase_of(t)) is not None), status, tense_of(verb), phrase_of(speaker_of(verb)),
        number.get(_governor(parent, number)) if parent is not None else None,
        frozenset(t.lemma_.lower() for t in verb.subtree if t.pos_ in ("NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV")),
    )  # fmt: skip


def _deeds(verb: Token, objects: list[Token]) -> tuple[str, ...]:
    """Further words for what is done: the noun of a light verb, what somebody is or becomes, the verb without its particle."""
    found = [verb.lemma_.lower()] if any(c.dep_ == "prt" for c in verb.children) else []
    subject = subject_of(verb)
    if is_light(verb.lemma_.lower()):
        found += [o.lemma_.lower() for o in objects if not any(c.dep_ == "nummod" for c in o.children)]
        found += [subject.lemma_.lower()] if subject is not None and is_passive(verb) else []
    elif verb.lemma_.lower() not in DENYING | HEDGING:
        found += [o.lemma_.lower() for o in objects if _is_taken_for_granted(o)]
    found += [c.lemma_.lower() for c in verb.children if c.dep_ in ("acomp", "attr", "oprd")]
    found += [f"{verb.lemma_.lower()} {o.lemma_.lower()}" for o in objects]
    return (*found, *undone(verb))


def _is_taken_for_granted(noun: Token) -> bool:
    """ "announced the partnership": there is one."""
    given = any(c.lower_ == "the" or c.dep_ == "poss" for c in noun.children)
    return given and noun.lemma_.lower() in thesaurus().deeds


def _names_in(doc: Doc) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, name in names_of(list(doc))))


def _person_words(doc: Doc) -> Iterator[str]:
    for ent in doc.ents:
        if ent.label_ == "PERSON":
            yield ent.text
