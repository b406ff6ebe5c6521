"""A question and passages -> what answers it: a function of plain values, which needs no index.

`reading` reads the passages, `answered` looks for other voices and composes the Answer. What finds more passages is given.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from answering.agreement import Heard, holding, replacing, saying, shared_share
from answering.answer import Answer
from answering.compose import Candidates, Chosen, choose, composed, stated
from answering.exact import half_told, names_of, of_another_time, possible
from answering.fitting import with_fit
from answering.judging import Judge
from answering.origins import CopiesOf
from answering.proposing import proposed
from answering.readers import nearest_in
from answering.readings import Reader, Reading, in_place, most_evident, statements
from answering.timing import Timed, by_entry, of_the_days
from corpus.article import Span
from language.names import names_in
from language.questions import Question
from language.times import Days
from language.values import is_a_value
from language.words import content_stems, share_held
from models.encoder import Encoder
from models.writer_protocol import Writer, WriterFailed
from retriever.request import Request
from retriever.search import Hit

READ_FIRST = 2
"""Passages that are read before the others, so that a quote can be shown in the meantime."""
_SAME_WORDS, _NEARLY_ALL_WORDS = 0.6, 0.8
"""Of a statement's content words, how many a passage must hold to be read for a second voice, and how many a sentence must hold
to be one without being read."""
_DENIED, _MATTER, _LOOKED_AT = 0.8, 0.5, 6
"""The judge's probability from which a sentence denies what a question takes for granted, of those that hold so much of its words; and
how many are looked at."""

FindMore = Callable[[str], Sequence[Hit]]
"""What the words of a statement find anywhere, copies included."""


@dataclass(frozen=True)
class Phase:
    """What is being done, in words for the one who waits, and the best readings and checked sentences so far."""

    name: str
    text: str
    readings: tuple[Reading, ...] = ()
    written: tuple[str, ...] = ()


@dataclass(frozen=True)
class Networks:
    """proposer: the language model that reads the best passages beside the reader"""

    encoder: Encoder
    reader: Reader
    judge: Judge
    proposer: Writer | None = None


@dataclass(frozen=True)
class Corpus:
    """What is asked of all articles. outlets: those of which there is an article."""

    find_more: FindMore
    copies_of: CopiesOf
    outlets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Findings:
    """What was read: all readings, and of them those that answer, the one to tell first in front; or one that denies what
    the question takes for granted. of_other_days: the days that are meant, where the readings would answer it of others."""

    readings: Sequence[Reading] = ()
    leads: Sequence[Reading] = ()
    notices: tuple[str, ...] = ()
    otherwise: bool = False
    of_other_days: Days | None = None


# --- Reading ---------------------------------------------------------------------------------------------------------


def reading(networks: Networks, when: Timed, hits: Sequence[Hit]) -> Generator[Phase, None, Findings]:
    """The first few first, for if they answer it, the one who waits can see that."""
    asked = when.request
    threshold = networks.reader.threshold(asked.meaning.kind)
    first = read_with(networks.reader, when.questions, hits[:READ_FIRST])
    if early := most_evident(of_the_days(when, _fitting(networks, asked, first)), threshold):
        yield Phase("read", f"Reading {len(hits)} passages", tuple(early[:1]))
    read = [*first, *read_with(networks.reader, when.questions, hits[READ_FIRST:])]
    read, notices = yield from _proposed(networks, asked, hits, read)
    fitting = _fitting(networks, asked, read)
    answering = of_the_days(when, fitting)
    leads = by_entry(most_evident(answering, threshold))
    if when.days and not leads and (others := most_evident(fitting, threshold)):
        return Findings(others, (), notices, of_other_days=when.days)
    denying = [] if leads else _denying(networks.judge, asked, hits)
    return Findings(answering if leads else read, leads or denying[:1], notices, otherwise=bool(denying))


def _denying(judge: Judge, asked: Request, hits: Sequence[Hit]) -> list[Reading]:
    """Sentences that deny what the question takes for granted, as the judge finds; the surest first."""
    question = asked.meaning
    near = [(h, s) for h in hits for s in nearest_in(question.text, h)]
    shares = [_share_told(question, h, s) for h, s in near]
    rated = sorted(zip(shares, near, strict=True), key=lambda pair: -pair[0])
    likely = [pair for share, pair in rated if share >= _MATTER][:_LOOKED_AT]
    judged = judge.judged(question.asking, [in_place(h, s) for h, s in likely])
    found = [Reading(h, s, None, j.denies) for (h, s), j in zip(likely, judged, strict=True) if j.denies >= _DENIED]
    of_its_time = [r for r in found if not of_another_time(question, asked.date, r)]
    return sorted(of_its_time, key=lambda r: -r.probability)


def read_with(reader: Reader, questions: Sequence[Question], hits: Sequence[Hit]) -> list[Reading]:
    """Each passage read with the first wording whose names it holds."""
    chosen = [next((q for q in questions if _holds_names(h, q)), questions[0]) for h in hits]
    read = [
        reading
        for question in questions
        for reading in reader.read(question, [h for h, q in zip(hits, chosen, strict=True) if q is question])
    ]
    return sorted(read, key=lambda r: r.hit.rank) if len(questions) > 1 else read


def _proposed(
    networks: Networks, asked: Request, hits: Sequence[Hit], read: list[Reading]
) -> Generator[Phase, None, tuple[list[Reading], tuple[str, ...]]]:
    """What was read, weighed by a language model's proposals; as it was, with a notice, where there is none or it fails."""
    if networks.proposer is None or not hits:
        return read, ()
    likely = most_evident(_fitting(networks, asked, read), networks.reader.threshold(asked.meaning.kind))
    try:
        with closing(proposed(asked.meaning, hits, read, networks.proposer)) as steps:
            for step in steps:
                if step is not None:
                    return step, ()
                yield Phase("read", f"{networks.proposer.name} reads the best passages", tuple(likely[:1]))
    except WriterFailed as failure:
        return read, (f"{failure} The passages were read without it.",)
    return read, ()


def _fitting(networks: Networks, asked: Request, readings: Sequence[Reading]) -> list[Reading]:
    """What the reader proposes, as far as code lets it stand, each with its fit."""
    return with_fit(networks.encoder, asked.meaning, possible(asked.meaning, asked.date, readings))


def _share_told(question: Question, hit: Hit, span: Span) -> float:
    """Of the question's content words, how many the sentence holds with its title; 0 where a name of the question is not told."""
    text = f"{hit.article.title}\n{span.of(hit.article.text)}"
    if not all(half_told(name, f"{text}\n{hit.passage.text}") for name in names_of(question.text)):
        return 0.0
    return share_held(content_stems(question.text), content_stems(text), akin=True)


def _holds_names(hit: Hit, question: Question) -> bool:
    text = f"{hit.article.title}\n{hit.passage.text}"
    return all(span.of(question.text) in text for span in names_in(question.text) if span.start)


# --- Other voices ----------------------------------------------------------------------------------------------------


def answered(networks: Networks, corpus: Corpus, when: Timed, hits: Sequence[Hit], read: Findings) -> Answer:
    """Looks for other voices; what other articles say against it stands side by side."""
    asked = when.request
    if read.otherwise:
        return as_answer(corpus, asked, replace(as_stated(networks, corpus, asked, read.leads), otherwise=True))
    voices = _Voices(networks, corpus, when, hits, read.readings)
    return as_answer(corpus, asked, choose(Heard(asked.meaning, networks.judge), read.leads, voices.of, corpus.copies_of))


def as_stated(networks: Networks, corpus: Corpus, asked: Request, leads: Sequence[Reading]) -> Chosen:
    """Statements that were chosen already, each with the sentences anywhere that say the same."""
    return stated(Heard(asked.meaning, networks.judge), leads, lambda lead: _alike(networks.judge, corpus, lead))


def as_answer(corpus: Corpus, asked: Request, chosen: Chosen) -> Answer:
    """Counts origins, cuts the quotes."""
    return composed(asked.question, chosen, corpus.copies_of, corpus.outlets)


def _alike(judge: Judge, corpus: Corpus, lead: Reading) -> Candidates:
    """Sentences anywhere that hold nearly the words of a statement, or are judged to say it."""
    hits = corpus.find_more(lead.text)
    found = [(h, s, shared_share(lead.text, s.of(h.article.text))) for h in hits for s in statements(h)]
    same = [Reading(h, s, None, share) for h, s, share in found if share >= _NEARLY_ALL_WORDS]
    return Candidates(same, saying(judge, lead, hits))


class _Voices:
    """All readings for one question so far; grows as other voices are looked for, and no passage is read twice."""

    def __init__(
        self, networks: Networks, corpus: Corpus, when: Timed, hits: Sequence[Hit], readings: Sequence[Reading]
    ) -> None:
        self._networks, self._corpus, self._when = networks, corpus, when
        self._hits = {(h.article.id, h.passage.start): h for h in hits}
        self._readings = list(readings)
        self._first = True

    def of(self, lead: Reading) -> Candidates:
        """What was read, and what is found with the statement itself, copies included; of these sentences those that give the
        same words, and where there are none those that are judged to say the statement."""
        hits = self._corpus.find_more(f"{self._when.request.question} {lead.text}")
        fresh = [h for h in hits if (h.article.id, h.passage.start) not in self._hits]
        read = [h for h in fresh if self._may_add(h, lead)]
        self._first = False
        self._hits |= {(h.article.id, h.passage.start): h for h in fresh}
        self._readings += read_with(self._networks.reader, self._when.questions, read)
        all_hits = list(self._hits.values())
        every = [*self._readings, *holding(lead, all_hits, self._readings)]
        if lead.answer is not None and is_a_value(lead.answer_text or ""):
            return Candidates(every, replacing=replacing(self._when.request.meaning, lead, all_hits))
        return Candidates(every, saying(self._networks.judge, lead, hits))

    def _may_add(self, hit: Hit, lead: Reading) -> bool:
        """For the first statement every passage is read, for it may say otherwise; for further ones only those that can
        say the same, since reading is nearly all that a second voice costs."""
        held = content_stems(hit.passage.text)
        wanted = content_stems(lead.answer_text or lead.text)
        return self._first or share_held(wanted, held) >= _SAME_WORDS
