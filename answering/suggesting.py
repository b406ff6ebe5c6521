"""Statements of articles -> questions that these articles answer: for an empty page, and to go on after an answer.

A statement is turned round by rules where its shape is plain: it begins with a name and a verb, and it tells a day, a
number, or who somebody is. Whether a question made so is really answered, and by the very article it was made from, the
engine says; what is not is never offered. No model writes; English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from answering.answer import Answer
from answering.engine import Engine
from answering.expected import DATE
from answering.reading.reader import statements
from answering.verbs import is_participle, of_the_past, of_the_present
from answering.wording import ENGLISH_FUNCTION_WORDS, content_stems
from corpus.article import Article, Passage
from index.opening import Index
from retriever.request import Request
from retriever.search import Hit, search

_LONGEST = 100
"""Code points of a question; a longer one is not read in a list."""
_NEAR = 12
"""Passages about an answer's subject that are looked through for more to ask."""
_LOOKED_THROUGH = 120
"""Articles that are looked through for examples, from all over the corpus."""
_OPENING = 6
"""Passages of an article that are looked through, or more where there are few articles: _PASSAGES in all."""
_PASSAGES = 500
_FURTHER = 20
"""Passages of each quoted article that are looked through for more to ask."""
_TRIED = 12
"""Questions that are put to the engine before it is given up."""
_SAME = 0.6
"""Questions that share so much of the shorter one's words are one."""

_SUBJECT = r"(?P<subject>(?:The )?[A-Z][\w’'&.-]*(?: (?:of |and )?[A-Z][\w’'&.-]*){0,4})"
_ABOUT = r"(?:about |nearly |almost |around |roughly |some |more than |over |at least )?"
_DATED = re.compile(rf"{_SUBJECT} (?P<verb>\w+) (?P<rest>[^,;:]+?) (?:in|on) (?P<date>[A-Z0-9][\w, ]*)\.")
_COUNTED = re.compile(
    rf"{_SUBJECT} (?P<verb>\w+) {_ABOUT}(?P<money>[$€£])?(?P<number>\d[\d,.]*)(?: (?:thousand|million|billion|trillion))?"
    r"(?P<unit> [a-z]{3,}s\b| people\b)?(?P<rest>[^,;:%]*)\."
)
_OFFICES = (
    "founder|co-founder|chief|chairman|chairwoman|chair|minister|president|director|professor|analyst|researcher|head|author|mayor"
    "|governor|senator|secretary|coach|spokesman|spokeswoman|spokesperson|leader|owner|lawyer|judge|scientist|economist"
)
_PRESENTED = re.compile(
    r"(?P<name>[A-Z][a-z’'-]+(?: [A-Z]\.)?(?: [A-Z][a-z’'-]+){1,2}), (?:an? |the |one of )"
    rf"[^,.]{{0,50}}\b(?:{_OFFICES})s?\b[^,.]{{0,60}}[,.]"
)
_DONE = re.compile(
    rf"{_SUBJECT} (?P<auxiliary>has|have|will) (?P<verb>(?!been\b|not\b|never\b|be\b)[a-z]+) (?P<rest>[^,;:]+)\."
)
_IS_A = re.compile(rf"{_SUBJECT} is (?:an?|the|one of) (?P<noun>[^,.]{{4,40}})")
_THINGS = (
    "company|firm|maker|startup|agency|organization|organisation|chip|cpu|processor|model|software|platform|service|tool|program|programme"
    "|city|town|county|island|country|region|river|drug|virus|disease|vaccine|law|app|website|system|device|network|library|language|party"
    "|newspaper|magazine|museum|university|school|festival|film|novel|album|species|technology|technique|protocol|standard"
)
_ASKED_WITH = (("Who", _OFFICES), ("What", f"CPU|GPU|AI|{_THINGS}"))
_DOES = re.compile(rf"{_SUBJECT} (?P<verb>[a-z]+) (?P<rest>[^,;:]+)(?:[,;]|\.$)")
_OTHER_NAME = re.compile(rf"\b(?!{DATE.pattern})[A-Z]")
_NO_DEED = re.compile(
    r"is|was|were|are|has|had|have|does|did|do|said|says|told|tells|added|adds|noted|notes|called|calls|became|becomes|got|gets|went"
    r"|goes|came|comes|felt|feels|seemed|seems|looked|looks|thought|thinks|knew|knows|wanted|wants"
)
"""Verbs that tell no deed worth asking for."""
_LONGEST_REST = 12
"""Words."""
_OF_WHAT = re.compile(r" of (?:[\w’'-]+ )??[\w’'-]+(?=$| (?:from|in|for|to|at|on|by|with|over|between|during)\b)")
_POINTS_ELSEWHERE = re.compile(
    r"\b(?:this|these|those|that|here|there|now|today|yesterday|tomorrow|ago|also|it|they|them|he|him|she|her|his|we|us|our|I|you|your|my|then"
    r"|(?:last|next|earlier|later) (?:week|month|year))\b|[“”\"()\[\]—]"
)
_BRACKETS = re.compile(r" ?\([^()]*\)| ?\[[^\[\]]*\]")
_CREDIT = re.compile(
    r"(?:,? according to [^,]+|, (?:[A-Z][\w’'.-]* ){1,4}(?:said|says|reported|reports)(?: [^,]{0,40})?)\.$"
)
_CREDIT_FIRST = re.compile(r"^According to [^,]+, ")
_DAY_FIRST = re.compile(rf"(?P<day>(?:In|On) {DATE.pattern}),? (?P<rest>[^.]+)\.")
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")


@dataclass(frozen=True)
class Made:
    """A question, the article whose statement was turned round for it, and the words that answer it where they are known."""

    question: str
    article: Article
    answer: str | None


def examples(engine: Engine, request: Request, most: int) -> Iterator[str | None]:
    """Questions that the corpus answers, of different articles; None for each that was tried and is not answered, so that
    whoever waits can be let in between. `request` says what may be used."""
    index = engine.live.now()
    most_passages = max(_OPENING, _PASSAGES // index.manifest.articles) if index.manifest.articles else 0
    made = (found for article in spread(index) for found in _made_from(_passages(index, article, most_passages)))
    return _answered(engine, request, made, (), most)


def going_on(engine: Engine, request: Request, answer: Answer, most: int) -> Iterator[str | None]:
    """Questions to go on with after an answer: of the passages about its subject, what it has not told yet. None as above."""
    index = engine.live.now()
    subject = f"{answer.understood or answer.question} {answer.answer_span or ''}"
    hits = search(index, engine.encoder, replace(request, question=subject), _NEAR)
    quoted = {quote.article.id: quote.article for quote in answer.quotes}.values()
    further = (hit for article in quoted for hit in _passages(index, article, _FURTHER))
    told = [quote.text for quote in answer.quotes]
    about = content_stems(" ".join([subject, *told]))
    made = (m for m in _made_from(chain(hits, further)) if about & content_stems(m.question))
    return _answered(engine, request, made, (subject, *told), most)


def spread(index: Index) -> Iterator[Article]:
    """Articles from all over the corpus, the newest in front."""
    newest = index.store.newest(_LOOKED_THROUGH)
    for number in dict.fromkeys([*newest[: _LOOKED_THROUGH // 2], *index.store.every(_LOOKED_THROUGH // 2)]):
        yield index.store.article(number)


def questions_from(statement: str, text: str) -> Iterator[tuple[int, str, str | None]]:
    """What a statement answers, with the words that answer it where they are known, and the rule (0 is the surest) that
    turned it round; `text` is its whole article, in which a name also stands within sentences."""
    plain = _plain(statement)
    for rule, turned in enumerate((_when, _how_many, _who, _what, _who_did, _whether)):
        question, answer = turned(plain) or ("", None)
        if question and len(question) <= _LONGEST and not _POINTS_ELSEWHERE.search(question) and _about_a_name(plain, text):
            yield rule, question, answer


def _plain(statement: str) -> str:
    """The statement alone: without brackets, and without who says so; a day in front is put at the end."""
    plain = _BRACKETS.sub("", statement)
    plain = _CREDIT.sub(r".", _CREDIT_FIRST.sub("", plain))
    dated = _DAY_FIRST.fullmatch(plain)
    return f"{dated['rest']} {dated['day'][0].lower()}{dated['day'][1:]}." if dated else plain


def _answered(
    engine: Engine, request: Request, made: Iterable[Made], known: Iterable[str], most: int
) -> Iterator[str | None]:
    taken = [content_stems(text) for text in known]
    found: set[str] = set()
    for candidate in islice((m for m in made if not _asked(m.question, taken)), _TRIED):
        if candidate.article.id in found or not answered_by_its_article(engine, request, candidate):
            yield None
            continue
        found.add(candidate.article.id)
        taken.append(content_stems(candidate.question))
        yield candidate.question
        if len(found) == most:
            return


def answered_by_its_article(engine: Engine, request: Request, made: Made) -> bool:
    """Whether the engine answers the question, and its first statement quotes the article that it was made from."""
    answer = engine.answer(replace(request, question=made.question, history=()))
    if not answer.claims:
        return False
    first = [q for q in answer.quotes if q.number in answer.claims[0].citations]
    told = made.answer is None or any(made.answer in q.text for q in first)
    return told and made.article.id in {q.article.id for q in first}


def _asked(question: str, taken: Iterable[frozenset[str]]) -> bool:
    words = content_stems(question)
    return any(len(words & other) >= _SAME * max(min(len(words), len(other)), 1) for other in taken)


def _made_from(hits: Iterable[Hit]) -> Iterator[Made]:
    """At most one question of each passage: that of the surest rule."""
    for hit in hits:
        text = hit.article.text
        said = (" ".join(span.of(text).split()) for span in statements(hit))
        turned = [(rule, question, answer) for s in said for rule, question, answer in questions_from(s, text)]
        if turned:
            _, question, answer = min(turned, key=lambda t: t[0])
            yield Made(question, hit.article, answer)


def _passages(index: Index, article: Article, most: int) -> list[Hit]:
    """The first passages of an article, which tell its story."""
    numbers = index.store.article_numbers([article.id]).values()
    spans = sorted(row.span for row in index.store.passages_of(numbers))[:most]
    return [Hit(article, Passage(s.start, s.end, s.of(article.text)), 0.0, rank) for rank, s in enumerate(spans, 1)]


Turned = tuple[str, str | None] | None
"""A question with the words that answer it."""


def _when(statement: str) -> Turned:
    """ "Meta announced the partnership in February 2026." -> "When did Meta announce the partnership?" """
    found = _DATED.fullmatch(statement)
    if found is None or _WEEKDAY.search(found["date"]) or not DATE.fullmatch(found["date"]) or DATE.search(found["rest"]):
        return None
    verb = of_the_past(found["verb"])
    return (f"When did {_within(found['subject'])} {verb} {found['rest']}?", found["date"]) if verb else None


def _how_many(statement: str) -> Turned:
    """ "Meta secured 6 gigawatts of capacity from AMD." -> "How many gigawatts of capacity did Meta secure from AMD?" """
    found = _COUNTED.fullmatch(statement)
    verb = of_the_past(found["verb"]) if found else None
    if found is None or verb is None or re.search(r"\d", found["rest"]) or not (found["money"] or found["unit"]):
        return None
    rest = found["rest"]
    of = "" if found["money"] or not (m := _OF_WHAT.match(rest)) else m[0]
    what = "much" if found["money"] else f"many{found['unit']}{of}"
    return f"How {what} did {_within(found['subject'])} {verb}{rest[len(of) :]}?", found["number"]


def _who(statement: str) -> Turned:
    """ "Yoshua Bengio, one of the founders of modern AI research, has warned ..." -> "Who is Yoshua Bengio?" """
    found = _PRESENTED.search(statement)
    return (f"Who is {found['name']}?", found["name"]) if found else None


def _what(statement: str) -> Turned:
    """ "Graviton is a CPU with an Arm design." -> "What is Graviton?" """
    found = _IS_A.match(statement)
    asks = found and next((word for word, nouns in _ASKED_WITH if re.search(rf"\b(?:{nouns})\b", found["noun"])), None)
    return (f"{asks} is {_within(found['subject'])}?", found["subject"]) if found and asks else None


def _who_did(statement: str) -> Turned:
    """ "Nvidia dominates the market for AI accelerators." -> "Who dominates the market for AI accelerators?" """
    found = _DOES.match(statement)
    if (
        found is None
        or not 3 <= len(found["rest"].split()) <= _LONGEST_REST
        or re.search(r"\b(?:its|their)\b", found["rest"])
    ):
        return None
    verb = found["verb"]
    if not _OTHER_NAME.search(found["rest"]):
        return None
    acts = not _NO_DEED.fullmatch(verb) and (of_the_past(verb) or of_the_present(verb))
    return (f"Who {verb} {found['rest']}?", found["subject"]) if acts else None


def _whether(statement: str) -> Turned:
    """ "Meta has partnered with AMD." -> "Has Meta partnered with AMD?" """
    found = _DONE.fullmatch(statement)
    if found is None or len(found["rest"].split()) < 3 or not (found["auxiliary"] == "will" or is_participle(found["verb"])):
        return None
    return f"{found['auxiliary'].capitalize()} {_within(found['subject'])} {found['verb']} {found['rest']}?", None


def _within(subject: str) -> str:
    """As it stands within a sentence."""
    return f"the {subject[4:]}" if subject.startswith("The ") else subject


def _about_a_name(statement: str, text: str) -> bool:
    """Whether the statement begins with a name: one that stands with a capital within other sentences too, or two words."""
    first = re.match(r"(?:The )?(?P<name>[A-Z][\w’'&.-]*)(?P<more> [A-Z])?", statement)
    if first is None or first["name"].lower() in ENGLISH_FUNCTION_WORDS:
        return False
    return bool(first["more"] or re.search(rf"[a-z,] {re.escape(first['name'])}\b", text))
