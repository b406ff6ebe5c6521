"""Does a sentence answer the question that was asked? The reader proposes words; here they are held against the question.

A sentence about another thing, time or role does not answer, nor one that denies or only expects what is asked about. What
grammar cannot tell is left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from answering.facts.clauses import DENYING, SAYING, Clause, Phrase, Sentence, Status, goes_on_as
from answering.facts.deeds import deeds_of, in_another_role, related
from answering.facts.kinds import is_asked_for, of_the_kind, of_the_pair, of_the_time, times_of, untimely
from answering.facts.question import NOW, Asked, known
from answering.facts.thesaurus import Relation, is_light, kinds_of, outcome_of, relation, same_noun, thesaurus
from answering.facts.told import Fit, Told, Verdict, antecedent, half_told, meant, no, set_against, told_in
from corpus.article import Span
from language.amounts import Amount, amounts_in
from language.names import named_in, same_name, words_of
from language.questions import COUNTED, Wants
from language.times import overlap, times_in
from models.parser import parsed, plain_form

SAME_DEED, SAME_TIME, SAME_OUTCOME = 1.0, 1.5, 1.5
"""What it is worth, in logits, that a sentence tells the very deed, time or outcome that is asked about."""
DOUBT = -1.5
"""And that it is not plain of what it speaks."""


def fit(asked: Asked, told: Told, answer: Span) -> Fit:
    """Holds the proposed words, and where they fail the other words of the sentence, against the question."""
    proposed = _checked(asked, told, answer)
    if proposed.verdict in (Verdict.YES, Verdict.OPEN):
        return replace(proposed, answer=_with_sign(told.text, _tidied(asked, told, answer)))
    for other in _others(asked, told, answer):
        found = _checked(asked, told, other)
        if found.verdict is Verdict.YES:
            return replace(found, answer=_tidied(asked, told, other), why=f"instead of: {proposed.why}")
    return proposed


def _with_sign(text: str, answer: Span) -> Span:
    """ "-0.4 percent", where a reader left out the sign."""
    whole = next((a for a in amounts_in(text) if a.value < 0 and a.span.start < answer.start < a.span.end), None)
    return Span(whole.span.start, answer.end) if whole is not None else answer


def checked_at(asked: Asked, told: Told, answer: Span) -> Fit:
    """What facts say of exactly these words."""
    return _checked(asked, told, answer)


def outcome_told(asked: Asked, told: Told, answer: Span | None) -> bool | None:
    """Where the question is of an outcome ("died"): whether the sentence tells it of these words; None where it is not."""
    wanted, clause = _outcome_asked(asked), told.sentence.clause_at(answer) if answer else None
    return None if wanted is None or clause is None else wanted in _outcomes_of(clause)


def _checked(asked: Asked, told: Told, answer: Span) -> Fit:
    clause = told.sentence.clause_at(answer)
    if clause is not None and not clause.deeds:
        clause = goes_on_as(told.sentence, clause, ("be", "go")) or clause
    for check in (
        of_the_kind,
        of_the_pair,
        of_the_time,
        _of_the_rank,
        _of_the_order,
        _set_against,
        _said_by,
        _of_an_idea,
        _of_the_outcome,
        _of_others,
    ):
        if (wrong := check(asked, told, answer, clause)) is not None:
            return wrong
    if clause is None:
        return Fit(Verdict.OPEN, answer)
    found = _of_the_deed(asked, told, answer, clause)
    shift = SAME_DEED * held(asked, told) if found.verdict is Verdict.YES else 0.0
    return replace(found, shift=found.shift + shift + _confirmed(asked, told, answer, clause))


def held(asked: Asked, told: Told) -> float:
    """Of the question's content words, the share that the sentence holds."""
    wanted = {w for c in asked.sentence.clauses for w in c.lemmas} - _PLACEHOLDERS
    here = {w for c in told.sentence.clauses for w in c.lemmas}
    return len(wanted & here) / max(len(wanted), 1)


def held_around(asked: Asked, told: Told) -> float:
    """The same with what stands before the sentence and over it; a name counts as a word."""
    wanted = {w for c in asked.sentence.clauses for w in c.lemmas} - _PLACEHOLDERS - {asked.noun}
    here = {w for c in told.sentence.clauses for w in c.lemmas}
    text = f"{told.text} {told.around}".lower()
    return sum(
        w in here or w in text or any(same_noun(w, h) or relation(w, h) is Relation.SAME for h in here) for w in wanted
    ) / max(len(wanted), 1)


_PLACEHOLDERS = frozenset(["something", "somebody", "many", "much", "some"])


def _confirmed(asked: Asked, told: Told, answer: Span, clause: Clause) -> float:
    """That the sentence names the time asked about, is of now where now is asked, or tells the outcome in other words."""
    times = times_of(told, answer, clause)
    of_time = any(
        overlap(wanted, t) and set(wanted.words.split()) & set(t.words.split()) for wanted in asked.times for t in times
    )
    of_era = (asked.era == "now" and bool(NOW.search(told.text))) or (asked.era == "then" and clause.tense == "past")
    outcome = _outcome_asked(asked)
    of_outcome = outcome is not None and outcome in _outcomes_of(clause) and related(asked.clause, clause) is Relation.NONE  # type: ignore[arg-type]
    ranked = asked.ranked is not None
    return (
        SAME_DEED * ranked
        + SAME_TIME * (of_time or of_era)
        + SAME_OUTCOME * of_outcome
        + DOUBT * _is_doubtful(asked, told, answer, clause)
    )


def _is_doubtful(asked: Asked, told: Told, answer: Span, clause: Clause) -> bool:
    """Something planned or feared, something of others, a reason without any word of cause, a saying without a speaker."""
    hedged = (
        clause.status is Status.HEDGED
        and not asked.open_to_plans
        and asked.clause is not None
        and asked.clause.tense in ("past", "perfect")
    )
    if hedged or (asked.wants not in COUNTED and _is_of_others(asked, told, answer)):
        return True
    if asked.wants is Wants.REASON:
        return not _CAUSE.search(told.text)
    if asked.wants is Wants.SPEAKER:
        return not any(c.speaker or c.verb in SAYING for c in told.sentence.clauses)
    return False


_CAUSE = re.compile(
    r"\b(?:because|since|as|due to|owing to|thanks to|after|for|so that|in order|to [a-z]+|reasons?|caus\w+|blam\w+|forced?|led|prompt\w+"
    r"|made|result\w*|wants?|wanted|over|when|amid|following)\b",
    re.IGNORECASE,
)


def _outcome_asked(asked: Asked) -> tuple[int, str] | None:
    words = deeds_of(asked.clause) if asked.clause else []
    return next((found for w in words if (found := outcome_of(w)) is not None), None)


def _outcomes_of(clause: Clause) -> set[tuple[int, str]]:
    return {found for w in (*clause.lemmas, clause.verb, *clause.deeds) if (found := outcome_of(w)) is not None}


def _of_the_outcome(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """The unharmed are not the injured, though no verb of the sentence says either."""
    wanted = _outcome_asked(asked)
    if wanted is None or clause is None or related(asked.clause, clause) is not Relation.NONE:  # type: ignore[arg-type]
        return None
    found = {o for c in told.sentence.clauses if c is clause or _goes_on(told.sentence, c, clause) for o in _outcomes_of(c)}
    others = {o for o in found if o[0] == wanted[0]}
    return no(answer, f"{min(others)[1]}, not {wanted[1]}") if others and wanted not in others else None


def _goes_on(sentence: Sentence, one: Clause, other: Clause) -> bool:
    """Two clauses of one subject."""
    return (
        one.parent is not None
        and sentence.clauses[one.parent] is other
        and (one.agent in (None, other.agent) or one.patient == other.patient)
    )


def _of_others(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """A number of other places and people, in a passage that does not name whom the question names."""
    if asked.wants in COUNTED and _is_of_others(asked, told, answer):
        return no(answer, f"nothing is said of {asked.names[0]}")
    return None


def _is_of_others(asked: Asked, told: Told, answer: Span) -> bool:
    """None of the question's names stands in the passage, and the sentence has others."""
    wanted = [n for n in asked.names if " ".join(words_of(n)) not in _BROAD]
    if not wanted or any(told_in(n, f"{told.passage}\n{told.title}") for n in wanted):
        return False
    words = answer.of(told.text)
    return any(n not in words and not any(told_in(n, a) or told_in(a, n) for a in wanted) for n in told.sentence.names)


_BROAD = frozenset(["united states", "united kingdom", "world", "european union"])
"""What articles seldom name: they are about it anyway."""


def _of_the_rank(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """ "The oldest" is told by "oldest" or another word for it, not by any bridge."""
    if asked.ranked is None:
        return None
    doc = parsed([told.text])[0]
    stem = asked.ranked
    if _NOTHING_MORE.search(told.text) and any(
        t.tag_ in ("JJR", "RBR") and relation(plain_form(t), stem) is Relation.SAME for t in doc
    ):
        return None
    for token in doc:
        if token.tag_ in ("JJS", "RBS") or token.lower_ in ("first", "only", "single"):
            other = plain_form(token)
            if other == stem or relation(other, stem) is Relation.SAME:
                at = told.sentence.clause_at(Span(token.idx, token.idx + len(token)))
                another = asked.slot == "agent" and _is_of_another(at, clause, answer)
                return no(answer, f"another one is the {asked.ranked}") if another else None
    return no(answer, f"not told to be the {asked.ranked}")


def _is_of_another(ranked: Clause | None, clause: Clause | None, answer: Span) -> bool:
    """ "It was Holt who cried, while Berg grew the heaviest": a clause with a subject of its own, in which the answer is not."""
    if ranked is None or clause is None or ranked is clause or ranked.agent is None or ranked.agent.name is None:
        return False
    return (
        ranked.agent != clause.agent
        and not ranked.at.overlaps(answer)
        and not any(p.span.overlaps(answer) for _, p in ranked.phrases())
    )


def _of_the_order(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """The second quarter is not the first."""
    here = [(n, o) for n, o, at in _ordinals(told.text) if told.sentence.clause_at(at) in (clause, None)]
    for noun, ordinal, _ in _ordinals(asked.sentence.text):
        others = {o for n, o in here if n == noun}
        if others and ordinal not in others:
            return no(answer, f"the {min(others)} {noun}, not the {ordinal}")
    return None


def _ordinals(text: str) -> list[tuple[str, str, Span]]:
    """Nouns with the ordinal before them."""
    return [
        (t.head.lemma_.lower(), t.lower_, Span(t.idx, t.idx + len(t)))
        for t in parsed([text])[0]
        if t.dep_ == "amod" and t.lower_ in _ORDINALS and t.head.lemma_.lower() != "time"
    ]


_ORDINALS = frozenset(["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"])


def _set_against(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    return no(answer, "told not to be so") if set_against(told.text, answer) else None


_NOTHING_MORE = re.compile(
    r"\b(?:nobody|no one|no other|nothing|none|never)\b.*\bthan\b|\bthan any(?: other|(?:body|one) else)\b", re.IGNORECASE
)


def _said_by(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """Who said it must be told to have said something."""
    if asked.wants is not Wants.SPEAKER:
        return None
    speakers = [
        p for c in told.sentence.clauses for p in (c.speaker, c.agent if c.verb in SAYING else None) if p is not None
    ]
    if not speakers or any(p.span.overlaps(answer) or (p.pronoun and _is_meant(told, p, answer)) for p in speakers):
        return None
    return no(answer, "not the one who says it")


def _is_meant(told: Told, pronoun: Phrase, answer: Span) -> bool:
    """ "Hal Prewett was not convinced; mowing, he said, did harm": a name before the pronoun, or that of a sentence before."""
    words = answer.of(told.text)
    return answer.start < pronoun.span.start or named_in(words, antecedent(told, pronoun.text.lower()))


_IDEAS = frozenset(
    ["offer", "plan", "proposal", "rumour", "rumor", "prospect", "hope", "bid", "attempt", "target", "threat", "estimate",
     "forecast"]
)  # fmt: skip


def _of_an_idea(asked: Asked, told: Told, answer: Span, clause: Clause | None) -> Fit | None:
    """An offer of 4 million is no payment."""
    if asked.open_to_plans:
        return None
    before = told.text[: answer.start]
    idea = re.search(r"\b([a-z]+) (?:of|for|worth)(?: (?:about|up to|around|some|the|a))? ?[$€£]?$", before)
    if idea and idea[1].rstrip("s") in _IDEAS and not _mentions(asked, idea[1].rstrip("s")):
        return Fit(Verdict.HEDGED, answer, "an idea only")
    return None


def _mentions(asked: Asked, word: str) -> bool:
    return word in asked.text.lower() or (asked.clause is not None and relation(asked.clause.verb, word) is Relation.SAME)


def _of_the_deed(asked: Asked, told: Told, answer: Span, clause: Clause) -> Fit:
    if asked.clause is None:
        return Fit(Verdict.OPEN, answer)
    how = related(asked.clause, clause)
    if how is Relation.NONE:
        return _of_another_deed(asked, told, answer, clause)
    if how is Relation.CONTRARY:
        return Fit(Verdict.DENIED if _same_matter(asked, told, clause) else Verdict.NO, answer, "the contrary")
    if asked.wants is Wants.REASON and not _CAUSE.search(told.text):
        return no(answer, "no reason")
    if (wrong := in_another_role(asked, told, answer, clause, how)) is not None:
        return no(answer, wrong)
    if clause.status is Status.DENIED and asked.clause.status is not Status.DENIED:
        return Fit(Verdict.DENIED, answer, "denied")
    if clause.status is Status.HEDGED and not asked.open_to_plans:
        return Fit(Verdict.HEDGED, answer, "not yet, or not surely")
    return Fit(Verdict.YES, answer)


def _of_another_deed(asked: Asked, told: Told, answer: Span, clause: Clause) -> Fit:
    """Nothing is known of how the deeds stand to each other; still the words can be of something else for certain."""
    assert asked.clause is not None
    if clause.verb in asked.modifiers and asked.clause.verb not in (clause.verb, "be", "do", "have"):
        return no(answer, f"what is told of “{clause.verb}”")
    if clause.verb in DENYING and _is_only_its_object(asked.clause, clause, answer):
        return Fit(Verdict.DENIED, answer, f"what is under “{clause.verb}”")
    if _is_another_use(asked, clause):
        return no(answer, f"another “{clause.verb}”")
    if asked.wants in COUNTED and asked.clause.tense in ("past", "perfect") and _CAN.search(told.text[: clause.at.start]):
        return no(answer, "what can be, not what was")
    subject = clause.agent or clause.patient
    names = meant(told, subject) if subject is not None and not subject.span.overlaps(answer) else ()
    if names and asked.names and _is_about_another(asked, told, names):
        return no(answer, f"told of {names[0]}")
    return Fit(Verdict.OPEN, answer)


_CAN = re.compile(r"\bcan(?: \w+ly)? $", re.IGNORECASE)


def _is_only_its_object(mine: Clause, clause: Clause, answer: Span) -> bool:
    """ "rejected a grant of 9 million": it was not given. What is asked of the object itself ("the grant that was rejected") is told."""
    place = clause.patient
    return (
        place is not None
        and place.span.overlaps(answer)
        and place.head not in (mine.verb, *mine.deeds)
        and not place.lemmas & {w for _, p in mine.phrases() for w in p.lemmas}
    )


def _is_another_use(asked: Asked, clause: Clause) -> bool:
    """ "made his name" is not "made his debut": what a light verb says is said by its noun."""
    mine = asked.clause
    if mine is None or mine.verb != clause.verb or not is_light(mine.verb) or mine.patient is None or clause.patient is None:
        return False
    nouns = mine.patient.head in thesaurus().deeds and not clause.patient.names
    return known(asked, mine.patient) and nouns and not same_noun(mine.patient.head, clause.patient.head)


def _is_about_another(asked: Asked, told: Told, names: Sequence[str]) -> bool:
    """Its subject is named, and is none of those that the question names, nor does the sentence name one of them."""
    if any(same_name(n, a) or told_in(n, a) or told_in(a, n) for n in names for a in asked.names):
        return False
    if asked.wants in _ABOUT_ONE:
        return not any(told_in(n, told.text) for n in asked.names)
    own = asked.clause.agent or asked.clause.patient if asked.clause else None
    people = asked.wants is Wants.NAME and own is not None and own.name is not None and known(asked, own)
    return people and not half_told(str(own.name), told.text)  # type: ignore[union-attr]


_ABOUT_ONE = (*COUNTED, Wants.DAY)


def _same_matter(asked: Asked, told: Told, clause: Clause) -> bool:
    """The deed's other places name what the question names."""
    assert asked.clause is not None
    text = f"{told.text}\n{told.around}"
    return all(told_in(n, text) for n in asked.names)


def _others(asked: Asked, told: Told, answer: Span) -> list[Span]:
    """What else in the sentence could be meant: amounts, times, or names in the place that is asked for."""
    text = told.text
    if asked.wants in COUNTED:
        return [a.span for a in untimely(text) if a.span != answer]
    if asked.wants is Wants.DAY:
        return [t.span for t in times_in(text, told.published) if not t.span.overlaps(answer)]
    if asked.wants in (Wants.PERSON, Wants.NAME, Wants.SPEAKER):
        spans = [Span(m.start(), m.end()) for n in told.sentence.names for m in [re.search(re.escape(n), text)] if m]
        return [s for s in spans if not s.overlaps(answer) or s != answer]
    return []


def _tidied(asked: Asked, told: Told, answer: Span) -> Span:
    """Of an amount only itself; of somebody the name, where one stands beside what he is."""
    text = told.text
    if asked.wants in (Wants.AMOUNT, Wants.SHARE):
        fitting = [a for a in amounts_in(text) if a.span.overlaps(answer) and is_asked_for(asked, told, a)]
        by = _by_or_to(asked, text, fitting)
        every = [a for a in amounts_in(text) if a.span.overlaps(answer)]
        return by.span if by is not None and len(every) > 1 else answer
    if asked.wants in (Wants.PERSON, Wants.SPEAKER):
        answer = _named(told, answer)
    of_a_place = "location" in kinds_of(asked.noun or "")
    if asked.wants in (Wants.PERSON, Wants.SPEAKER, Wants.NAME) and not of_a_place and " " not in answer.of(text):
        return _whole_name(told, answer)
    return answer


def _whole_name(told: Told, answer: Span) -> Span:
    """ "Jerome" -> "Old Jerome", as the sentence has it."""
    for name in told.sentence.names:
        for match in re.finditer(re.escape(name), told.text):
            if match.start() <= answer.start and answer.end <= match.end() and len(name.split()) <= _LONGEST_NAME:
                return Span(match.start(), match.end())
    return answer


_LONGEST_NAME = 4
"""Words."""


def _by_or_to(asked: Asked, text: str, fitting: Sequence[Amount]) -> Amount | None:
    """ "rose by 2 to 7": the one behind the preposition that is asked for."""
    wanted = asked.slot if asked.slot in ("by", "to", "from") else None
    behind = [a for a in fitting if wanted and re.search(rf"\b{wanted}(?: \w+)?\s+$", text[: a.span.start])]
    return next(iter([*behind, *fitting]), None)


def _named(told: Told, answer: Span) -> Span:
    """ "the agency's ecologist" -> "the agency's ecologist, Britt Sand"."""
    if re.search(r"\b[A-Z]", answer.of(told.text)[1:]) or any(
        Span(m.start(), m.end()).overlaps(answer) for n in told.sentence.names for m in re.finditer(re.escape(n), told.text)
    ):
        return answer
    for clause in told.sentence.clauses:
        for _, phrase in clause.phrases():
            if phrase.name is not None and phrase.span.overlaps(answer):
                at = told.text.find(phrase.name, phrase.span.start)
                if at >= 0 and at <= answer.end + 3:
                    return Span(at, at + len(phrase.name))
    return answer
