"""Whether what a verb tells is said to be so, denied, or only expected: by its own words, and by what it stands under."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from answering.facts.verbs import SAYING, SUBJECTS, is_passive, lemma_of, undone

if TYPE_CHECKING:
    from spacy.tokens import Token


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
