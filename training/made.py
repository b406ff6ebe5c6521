"""Questions and passages made not to go together with the help of grammar, in the ways in which a reader is misled most.

Of a question with its passage (training/reader_data.py) one that the passage does not answer: who did it and who suffered it
change places, another name of the same kind, another year or month, another thing counted; or in the passage what happened
is denied, hedged, or only planned. Beside them the same that is still answered: the right year told in the question, another
sentence of the passage denied. Works on text and its grammar (training/parser.py); knows nothing of the networks.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.article import Span
from corpus.splitting import sentences
from training.reader_data import Example

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-2][0-9])\b")
_MONTH_NAMES = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]  # fmt: skip
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTH_NAMES)})\b")
_KINDS = frozenset(["PERSON", "ORG", "GPE", "LOC", "NORP", "EVENT", "FAC", "WORK_OF_ART", "PRODUCT"])
_MUTUAL = frozenset(
    ["marry", "meet", "fight", "play", "face", "divorce", "date", "border", "accompany", "join", "share", "be"]
)
"""What one does to another the other does too; and verbs that say too little."""
_LOOSE = re.compile(
    r"\b(?:not|never|n't|may|might|could|plan|planned|plans|expected|supposed|alleged(?:ly)?)\b|n't\b", re.IGNORECASE
)
_FARTHEST_YEAR = 9
_HERE = 0.5
"""How often a name of the same passage is taken, where it has one."""
_NOT_ASKED = 0.15
"""Of an example that stays answered, how often: it keeps "not" and years from giving the answer away."""

Grammar = Mapping[str, "Doc"]


def answering(example: Example) -> tuple[str, int]:
    """The sentence of the passage that answers, and where in the passage it begins; ("", 0) where none does."""
    if example.start is None or example.end is None:
        return "", 0
    for span in sentences(example.text, Span(0, len(example.text))):
        if span.start <= example.start and example.end <= span.end:
            return span.of(example.text), span.start
    return "", 0


@dataclass(frozen=True)
class Forms:
    """Lemma -> the form that is met most: "go" -> "went", "go" -> "gone"."""

    past: Mapping[str, str]
    participle: Mapping[str, str]


def forms_of(grammar: Grammar) -> Forms:
    counted: dict[str, dict[str, Counter[str]]] = {tag: defaultdict(Counter) for tag in ("VBD", "VBN")}
    for doc in grammar.values():
        for token in doc:
            if token.tag_ in counted:
                counted[token.tag_][token.lemma_.lower()][token.lower_] += 1
    past, participle = ({k: c.most_common(1)[0][0] for k, c in counted[tag].items()} for tag in ("VBD", "VBN"))
    return Forms(past, participle)


class Made:
    """Makes them. grammar: what training/grammar.py keeps of the examples, or of some; of others only times are exchanged."""

    def __init__(self, examples: Sequence[Example], grammar: Grammar, forms: Forms, seed: int) -> None:
        self._rng = random.Random(seed)
        self._grammar, self._forms = grammar, forms
        self._sentences: dict[str, set[str]] = defaultdict(set)
        for example in examples:
            self._sentences[example.text].add(answering(example)[0])
        self._names: dict[str, list[str]] = defaultdict(list)
        for doc in grammar.values():
            for name in doc.ents:
                self._names[name.label_].append(name.text)
        self._counted = sorted({noun.text for e in examples if (noun := _counted(grammar.get(e.question))) is not None})
        self._ways: list[tuple[Callable[[Example], Example | None], int]] = [
            (self.reversed, 5), (self.another_name, 4), (self.another_time, 4), (self.another_count, 2), (self.weakened, 6),
        ]  # fmt: skip

    def begin(self, seed: int) -> None:
        """What is made from here on depends on the seed alone."""
        self._rng = random.Random(seed)

    def of(self, example: Example) -> list[Example]:
        """One that is not answered, where a way suits; and now and then one that still is."""
        if example.start is None:
            return []
        known = example.question in self._grammar
        ways = [way for way, weight in self._ways if known or way == self.another_time for _ in range(weight)]
        self._rng.shuffle(ways)
        lacking = next((made for way in dict.fromkeys(ways) if (made := way(example))), None)
        staying = (self.dated, self.weakened_beside) if known else (self.dated,)
        kept = [way(example) for way in staying if self._rng.random() < _NOT_ASKED]
        return [made for made in (lacking, *kept) if made is not None]

    def knows(self, example: Example) -> bool:
        """Whether the question's grammar was kept."""
        return example.question in self._grammar

    # --- The question --------------------------------------------------------------------------------------------

    def reversed(self, example: Example) -> Example | None:
        """Who did it and to whom, exchanged."""
        question = reversed_roles(self._grammar[example.question], self._forms)
        return example.unanswered(question=question) if question else None

    def another_name(self, example: Example) -> Example | None:
        """Of the same kind: one that the passage tells elsewhere, or a stranger."""
        names = [n for n in self._grammar[example.question].ents if n.label_ in _KINDS and n.text in example.text]
        if not names:
            return None
        name = self._rng.choice(names)
        here = {n.text for t in self._sentences[example.text] if t in self._grammar for n in self._grammar[t].ents
                if n.label_ == name.label_ and not _alike(n.text, example.question) and not _alike(n.text, example.answer or "")}  # fmt: skip
        near = bool(here) and self._rng.random() < _HERE
        other = self._rng.choice(sorted(here) if near else self._names[name.label_])
        if _alike(other, example.question) or (not near and other in example.text):
            return None
        return example.unanswered(question=_put(example.question, name.start_char, name.end_char, other))

    def another_time(self, example: Example) -> Example | None:
        """Another year or month in the question, or one told in it that is not the passage's."""
        month = _MONTH.search(example.question)
        if month and month.start() and self._rng.random() < 0.5:
            other = self._rng.choice([m for m in _MONTH_NAMES if m != month[0]])
            return example.unanswered(question=_put(example.question, *month.span(), other))
        year = _YEAR.search(example.question)
        if year:
            return example.unanswered(
                question=_put(example.question, *year.span(), self._another_year(year[0], example.text))
            )
        told = self._year_of(example)
        return (
            example.unanswered(question=_in_year(example.question, self._another_year(told, example.text))) if told else None
        )

    def dated(self, example: Example) -> Example | None:
        """The year of the answering sentence told in the question, which is still answered."""
        year = self._year_of(example)
        return replace(example, question=_in_year(example.question, year)) if year else None

    def _year_of(self, example: Example) -> str | None:
        """Of the answering sentence, where it tells one alone and the question does not ask for it."""
        years = set(_YEAR.findall(answering(example)[0]))
        asks = re.search(r"\d|\b(?:when|year|date|long|old)\b", f"{example.question} {example.answer}", re.IGNORECASE)
        return years.pop() if len(years) == 1 and not asks else None

    def _another_year(self, year: str, text: str) -> str:
        """Near, and not told in the passage."""
        near = [str(int(year) + by) for by in range(-_FARTHEST_YEAR, _FARTHEST_YEAR + 1) if by]
        return self._rng.choice([y for y in near if y not in text] or near)

    def another_count(self, example: Example) -> Example | None:
        """How many of something else, of which the passage says nothing."""
        noun = _counted(self._grammar[example.question])
        other = self._rng.choice(self._counted) if self._counted else ""
        if noun is None or not other or other.lower() in example.text.lower():
            return None
        return example.unanswered(question=_put(example.question, noun.idx, noun.idx + len(noun), other))

    # --- The passage ---------------------------------------------------------------------------------------------

    def weakened(self, example: Example) -> Example | None:
        """What the question asks for is denied, hedged or only planned in the sentence that answers."""
        sentence, begin = answering(example)
        doc = self._grammar.get(sentence)
        once = example.text.count(example.answer or "") == 1
        if doc is None or not once or example.start is None or _LOOSE.search(f"{example.question} {sentence}"):
            return None
        asked = {t.lemma_.lower() for t in self._grammar[example.question]}
        at = next((t for t in doc if t.idx + len(t) > example.start - begin), None)
        verb = _governing(at) if at is not None else None
        if verb is None or verb.lemma_.lower() not in asked:
            return None
        changed = self._weaker(verb)
        return example.unanswered(text=_put(example.text, begin, begin + len(sentence), changed)) if changed else None

    def weakened_beside(self, example: Example) -> Example | None:
        """Another sentence of the passage weakened; the answer stands."""
        own, _ = answering(example)
        others = sorted(t for t in self._sentences[example.text] - {own, ""} if t in self._grammar)
        if not others or example.start is None or example.end is None:
            return None
        other = self._rng.choice(others)
        root = next((t for t in self._grammar[other] if t.dep_ == "ROOT" and not _LOOSE.search(other)), None)
        changed = self._weaker(root) if root is not None else None
        place = example.text.find(other)
        if not changed or place < 0:
            return None
        by = len(changed) - len(other) if place < example.start else 0
        text = _put(example.text, place, place + len(other), changed)
        moved = replace(example, text=text, start=example.start + by, end=example.end + by)
        return moved if moved.answer == example.answer else None

    def _weaker(self, verb: Token) -> str | None:
        """In a way by chance, of those that the verb allows."""
        ways = self._rng.sample([denied, hedged, planned], 3)
        return next((told for way in ways if (told := way(verb, self._forms))), None)


# --- Verbs -----------------------------------------------------------------------------------------------------------


def denied(verb: Token, forms: Forms) -> str | None:
    """The sentence of a finite verb, with the verb denied."""
    bearer = _bearer(verb)
    if bearer is not None:
        return _after(bearer, " not")
    helper = {"VBD": "did not", "VBZ": "does not", "VBP": "do not"}.get(verb.tag_)
    return _instead(verb, f"{helper} {verb.lemma_}") if helper else None


def hedged(verb: Token, forms: Forms) -> str | None:
    """The same with "may"."""
    bearer = _bearer(verb)
    if bearer is not None:
        other = {"was": "may have been", "were": "may have been", "is": "may be", "are": "may be", "has": "may have",
                 "have": "may have", "had": "may have", "will": "may"}.get(bearer.lower_)  # fmt: skip
        return _instead(bearer, other) if other else None
    if verb.tag_ in ("VBZ", "VBP"):
        return _instead(verb, f"may {verb.lemma_}")
    done = forms.participle.get(verb.lemma_.lower())
    return _instead(verb, f"may have {done}") if verb.tag_ == "VBD" and done else None


def planned(verb: Token, forms: Forms) -> str | None:
    """The same as what is to come."""
    bearer = _bearer(verb)
    if bearer is not None:
        other = {"was": "was to be", "were": "were to be", "is": "is expected to be", "are": "are expected to be"}
        return _instead(bearer, other[bearer.lower_]) if bearer.lower_ in other else None
    helper = {"VBD": "planned to", "VBZ": "plans to", "VBP": "plan to"}.get(verb.tag_)
    return _instead(verb, f"{helper} {verb.lemma_}") if helper else None


def _bearer(verb: Token) -> Token | None:
    """The word that tense and denial go with: an auxiliary, or "be" itself."""
    if verb.lower_ in ("is", "are", "was", "were"):
        return verb
    return next((t for t in verb.children if t.dep_ in ("aux", "auxpass") and t.tag_ in ("VBD", "VBZ", "VBP", "MD")), None)


def _governing(token: Token) -> Token | None:
    """The nearest verb above that has a subject."""
    for above in (token, *token.ancestors):
        if above.pos_ in ("VERB", "AUX") and any(t.dep_ in ("nsubj", "nsubjpass") for t in above.children):
            return above
    return None


# --- Roles -----------------------------------------------------------------------------------------------------------


def reversed_roles(doc: Doc, forms: Forms) -> str | None:
    """ "Who founded Apple?" -> "Who did Apple found?", and back; two names about a verb exchanged. None where none suits."""
    root = next((t for t in doc if t.dep_ == "ROOT" and t.pos_ == "VERB" and t.lemma_ not in _MUTUAL), None)
    if root is None:
        return None
    parts = {t.dep_: t for t in root.children if t.dep_ in ("nsubj", "dobj", "aux")}
    subject, thing = parts.get("nsubj"), parts.get("dobj")
    if subject is None or thing is None:
        return None
    if _asks(subject):
        return _asked_for_the_other(doc, root, subject, thing)
    if _asks(thing) and "aux" in parts and parts["aux"].lemma_ == "do":
        return _asked_for_the_doer(doc, root, subject, thing, forms)
    return _exchanged(doc, subject, thing) if subject.pos_ == thing.pos_ == "PROPN" else None


def _asks(token: Token) -> bool:
    return any(t.tag_ in ("WP", "WDT") for t in token.subtree)


def _asked_for_the_other(doc: Doc, root: Token, subject: Token, thing: Token) -> str | None:
    """ "Who founded Apple in 1976?" -> "Who did Apple found in 1976?" """
    start, end = _reach(thing)
    helper = {"VBD": "did", "VBZ": "does"}.get(root.tag_)
    if helper is None or start != root.i + 1 or thing.pos_ != "PROPN":
        return None
    first, last = _reach(subject)
    return f"{doc[first:last].text} {helper} {doc[start:end].text} {root.lemma_} {doc[end:].text}".replace(" ?", "?")


def _asked_for_the_doer(doc: Doc, root: Token, subject: Token, thing: Token, forms: Forms) -> str | None:
    """ "Whom did Apple sue in 2011?" -> "Who sued Apple in 2011?" """
    past = forms.past.get(root.lemma_.lower())
    if past is None or subject.pos_ != "PROPN":
        return None
    (first, last), (start, end) = _reach(thing), _reach(subject)
    return f"{doc[first:last].text} {past} {doc[start:end].text} {doc[root.i + 1 :].text}".replace(" ?", "?")


def _exchanged(doc: Doc, one: Token, two: Token) -> str | None:
    (first, last), (start, end) = sorted((_reach(one), _reach(two)))
    if last > start:
        return None
    return f"{doc[:first].text} {doc[start:end].text} {doc[last:start].text} {doc[first:last].text}{doc[end:].text}"


def _reach(token: Token) -> tuple[int, int]:
    """Numbers of the first word that depends on it and of the one after the last."""
    return token.left_edge.i, token.right_edge.i + 1


# --- Text ------------------------------------------------------------------------------------------------------------


def _counted(doc: Doc | None) -> Token | None:
    """The noun of "how many ...", where one follows at once."""
    for token in doc or ():
        if token.lower_ == "many" and token.i and token.nbor(-1).lower_ == "how" and token.i + 1 < len(token.doc):
            return token.nbor() if token.nbor().pos_ == "NOUN" else None
    return None


def _put(text: str, start: int, end: int, other: str) -> str:
    return text[:start] + other + text[end:]


def _instead(token: Token, other: str) -> str:
    return _put(token.doc.text, token.idx, token.idx + len(token), other)


def _after(token: Token, more: str) -> str:
    return _put(token.doc.text, token.idx + len(token), token.idx + len(token), more)


def _in_year(question: str, year: str) -> str:
    return f"{question.rstrip(' ?.')} in {year}?"


def _alike(name: str, text: str) -> bool:
    return name.lower() in text.lower() or (bool(text) and text.lower() in name.lower())
