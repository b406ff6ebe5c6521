"""A plain statement -> the question that it answers: "Ida Lund founded the dairy in 1910." -> "What did Ida Lund found?"."""

from __future__ import annotations

from answering.facts.clauses import Clause, Phrase, Status, sentence_of
from language.amounts import amounts_in
from language.times import times_in

_BE = ("is", "are", "was", "were")


def question_to(statement: str) -> str | None:
    """None where the statement does not begin with who does it, or where it tells neither what nor when."""
    clause = next(iter(sentence_of(statement).clauses), None)
    if clause is None or clause.status is not Status.ASSERTED or clause.tense not in ("present", "past"):
        return None
    subject = clause.agent or clause.patient
    if subject is None or subject.pronoun or subject.span.start or subject.text.lower().startswith(("no ", "not ")):
        return None
    between, verb = statement[subject.span.end : clause.at.start].strip(), clause.at.of(statement)
    what = clause.patient is not None and clause.patient is not subject and not clause.patient.pronoun
    timed = times_in(statement) or any(amount.kind in ("clock", "time") for amount in amounts_in(statement))
    asked = "What" if what else "When" if timed else None
    turned = _turned(clause, between, verb, _within_sentence(subject))
    return f"{asked} {turned}?" if asked and turned else None


def _turned(clause: Clause, between: str, verb: str, subject: str) -> str | None:
    if verb in _BE and not between:
        return f"{verb} {subject}"
    if between in _BE and clause.agent is None:
        return f"{between} {subject} {verb}"
    if between or clause.agent is None:
        return None
    helper = "did" if clause.tense == "past" else "does" if verb.endswith("s") else "do"
    return f"{helper} {subject} {clause.verb}"


def _within_sentence(subject: Phrase) -> str:
    """A capital with which only a sentence begins is none within it."""
    named = any(subject.text.startswith(name) for name in subject.names)
    return subject.text if named else subject.text[0].lower() + subject.text[1:]
