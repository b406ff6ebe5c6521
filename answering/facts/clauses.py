"""A sentence -> its clauses: who does what to whom, whether it is said to be so, and who says it.

Read off spaCy's dependencies; roles are those of the deed, not of the grammar: of "it was sold by A" A is the agent."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from answering.facts.thesaurus import is_light, thesaurus
from corpus.article import Span
from models.parser import parsed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


# --- One verb in its sentence: its subject and objects, its tense, and who says what it tells; read off spaCy's dependencies ---

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
    """What stands beside subject and object: each noun with its preposition, "" where it has none."""
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
    """ "past", "perfect", "present" or "future"; of an infinitive that of the verb over it."""
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


# --- Whether what a verb tells is said to be so, denied, or only expected: by its own words, and by what it stands under ---


class Status(Enum):
    """Whether what a clause tells is said to be so."""

    ASSERTED = "so"
    DENIED = "not so"
    HEDGED = "perhaps so, or not yet"


_DOUBT = frozenset(["doubt", "question", "secret", "wonder", "surprise"])
"""Of which "no" affirms."""
NOBODY = frozenset(["no", "none", "nobody", "nothing", "neither", "nowhere"])
_NEVER = frozenset(["never", "hardly", "scarcely", "barely", "nowhere"])
DENYING = frozenset(
    ["deny", "fail", "refuse", "decline", "reject", "avoid", "prevent", "stop", "forbid", "ban", "block", "cancel", "withdraw",
     "rule out", "turn down", "call off", "dispute", "refute", "miss", "abandon", "scrap", "shelve", "renounce", "drop"]
)  # fmt: skip
"""What stands under these verbs is not so, or did not come to be."""
HEDGING = frozenset(
    ["plan", "want", "hope", "expect", "intend", "consider", "think", "aim", "propose", "threaten", "seek", "offer",
     "try", "attempt", "wish", "mull", "weigh", "discuss", "rumour", "rumor", "allege", "suggest", "doubt", "fear",
     "urge", "ask", "demand", "call", "prepare", "schedule", "promise", "pledge", "vow", "agree", "believe", "suspect",
     "speculate", "predict", "forecast", "warn", "hint", "would", "like", "set", "due", "likely", "ready", "about",
     "possible", "able", "mean", "hop", "bid", "negotiate", "decide", "require", "invite", "recommend"]
)  # fmt: skip
"""What stands under these is planned, feared or guessed."""
_REPORTING = frozenset(["think", "believe", "say", "report", "estimate", "consider", "know"])
_DOUBTING = frozenset(["claim", "allege", "rumour", "rumor", "suggest", "speculate", "suspect", "insinuate", "pretend"])
"""And what is only said under these is not told as so."""
_IDEAS = frozenset(
    ["offer", "plan", "proposal", "rumour", "rumor", "talk", "prospect", "hope", "bid", "attempt", "claim", "legend", "idea",
     "possibility", "threat", "promise", "forecast", "estimate", "expectation", "target", "demand", "pursuit", "speculation"]
)  # fmt: skip
_MAY = frozenset(["may", "might", "could", "would", "should"])
_PERHAPS = frozenset(["perhaps", "maybe", "possibly", "probably", "reportedly", "allegedly", "supposedly", "apparently"])


def status_of(verb: Token) -> Status:
    """By its own words, and by what it stands under, up to the top of the sentence."""
    own = _own_status(verb)
    above = _status_from_above(verb)
    if Status.HEDGED in (own, above):
        return Status.HEDGED
    return Status.DENIED if (own is Status.DENIED) != (above is Status.DENIED) else Status.ASSERTED


def _own_status(verb: Token) -> Status:
    """ "not until 1928" tells that it was so from then on."""
    words = list(verb.children)
    if any(c.dep_ == "aux" and c.lemma_.lower() in _MAY for c in words) or any(c.lower_ in _PERHAPS for c in words):
        return Status.HEDGED
    if any(c.dep_ == "mark" and c.lower_ in ("if", "unless", "whether") for c in words):
        return Status.HEDGED
    until = any(c.lower_ == "before" for c in words) or any(t.lower_ in ("until", "till") for t in verb.subtree)
    denied = any(_denies(c) for c in words) and not until
    return Status.DENIED if denied is not bool(undone(verb)) else Status.ASSERTED


def _denies(child: Token) -> bool:
    if (
        child.dep_ == "neg"
        or child.lower_ in _NEVER
        or (child.lower_ == "longer" and any(c.lower_ == "no" for c in child.children))
    ):
        return not _is_of_only_one(child)
    if child.dep_ in (*SUBJECTS, "dobj", "attr"):
        return child.lemma_.lower() not in _DOUBT and (
            child.lower_ in NOBODY
            or any(c.lower_ in NOBODY and c.dep_ in ("det", "preconj", "cc", "neg") for c in child.children)
        )
    return False


def _is_of_only_one(negation: Token) -> bool:
    """ "not only", "are not the only couple": it denies nothing."""
    words = [c for c in negation.head.children if c.i == negation.i + 1]
    words += [w for c in negation.head.children if c.dep_ in ("attr", "dobj", *SUBJECTS) for w in c.children]
    return any(w.lower_ in ("only", "just", "merely", "least") for w in words)


def _status_from_above(verb: Token) -> Status:
    """ "denied that it had bought", "failed to buy", "plans to buy", "an offer to buy"."""
    head = verb.head
    if head == verb:
        return Status.ASSERTED
    if verb.dep_ == "conj":
        same_subject = not any(c.dep_ in SUBJECTS for c in verb.children)
        return _shared_status(head) if same_subject and head.pos_ in ("VERB", "AUX") else _status_from_above(head)
    if verb.dep_ in ("xcomp", "ccomp", "pcomp", "acl", "csubj", "csubjpass", "dobj"):
        over = head.head if head.pos_ == "ADP" and head.head != head else head
        if over.pos_ in ("NOUN", "PROPN") and not (verb.dep_ == "acl" and verb.tag_ in ("VBN", "VBG")):
            return Status.HEDGED if over.lemma_.lower() in _IDEAS else Status.ASSERTED
        if over.pos_ in ("VERB", "AUX", "ADJ"):
            return _under_verb(verb, over)
    return Status.ASSERTED


def _shared_status(head: Token) -> Status:
    """A second verb of one subject shares the first one's modal and what stands over it, not its denial."""
    if any(c.dep_ == "aux" and c.lemma_.lower() in _MAY for c in head.children):
        return Status.HEDGED
    return _status_from_above(head)


def _under_verb(verb: Token, over: Token) -> Status:
    lemma, bare = lemma_of(over), over.lemma_.lower()
    outer = Status.ASSERTED if lemma in SAYING and lemma not in DENYING else status_of(over)
    if bare in _DOUBTING:
        return Status.HEDGED
    if lemma in DENYING or bare in DENYING:
        return Status.ASSERTED if outer is Status.DENIED else Status.DENIED
    if bare in ("decide", "agree", "vote") and verb.dep_ == "ccomp":
        return outer  # "she will lead it, the council decided"
    if bare in _REPORTING and is_passive(over):
        return outer  # "is thought to be": an estimate, told as one
    if lemma in HEDGING or bare in HEDGING or (bare == "be" and verb.dep_ == "xcomp"):
        planned = verb.dep_ in ("xcomp", "pcomp", "acl") or bare not in SAYING
        return Status.HEDGED if planned else Status.ASSERTED
    return outer


# --- A noun with what belongs to it, and the names in it ---


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
    """The noun with what belongs to it, without clauses that hang on it."""
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


# --- A sentence -> its clauses: who does what to whom, whether it is said to be so, and who says it ---


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
