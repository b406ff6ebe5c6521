"""The engine on the sample corpus: kinds, conversations, a writer of one's own, cancelling."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from answering.answer import Answer
from answering.engine import Engine, load_engine
from answering.from_passages import Phase
from answering.verify import verify
from index.build import build
from index.opening import LiveIndex
from models.writer_protocol import Chat, WriterFailed
from retriever.request import make_request

pytestmark = pytest.mark.models
ASKED = "How much computing capacity did Meta secure from AMD?"


@pytest.fixture(scope="module")
def engine(sample_index: Path) -> Engine:
    return load_engine(sample_index)


def ask(engine: Engine, question: str, *history: dict[str, str], date: str = "2026-05-10") -> Answer:
    return engine.answer(make_request({"question": question, "history": list(history), "date": date}))


class Echo:
    """Writes what it was given to write, and remembers whether it was stopped."""

    name = "echo"

    def __init__(self, *pieces: str, fails: bool = False) -> None:
        self.pieces, self.fails, self.stopped = pieces, fails, False

    def write(self, chat: Chat) -> Generator[str, None, None]:
        try:
            yield from self.pieces
            if self.fails:
                raise WriterFailed("The writer echo took too long.")
        except GeneratorExit:
            self.stopped = True
            raise


def test_the_bundled_reader_answers_and_is_named(engine: Engine) -> None:
    answer = ask(engine, ASKED)
    assert answer.models["reader"] == "second-source-reader"
    assert (answer.status, answer.kind, answer.support) == ("answered", "number", "single_source")
    assert answer.answer_span and "6" in answer.answer_span


@pytest.mark.parametrize(
    ("question", "kind", "article"),
    [
        ("Which company dominates the market for AI accelerators?", "name", "nvidia-expansion.txt"),
        ("Has Meta partnered with AMD?", "yes_no", "amd-partnership.html"),
        ("When did Meta announce the partnership with AMD?", "date", "amd-partnership.html"),
        ("What are the risks of buying from one supplier?", "reasons", "many-suppliers.md"),
        ("What is new since May?", "news", "many-suppliers.md"),
        ("Graviton or Trainium: what is the difference?", "comparison", "trainium-deal.txt"),
    ],
)
def test_each_kind_is_answered_in_its_shape(engine: Engine, question: str, kind: str, article: str) -> None:
    answer = ask(engine, question)
    assert (answer.status, answer.kind) == ("answered", kind)
    assert article in {q.article.id for q in answer.quotes}
    assert bool(answer.answers) == (kind in ("list", "comparison"))
    for quote in answer.quotes:
        assert quote.article.text[quote.span.start : quote.span.end] == quote.text


def test_a_follow_up_is_completed_and_shown(engine: Engine) -> None:
    answer = ask(engine, "and Trainium?", {"question": "What is Graviton?"})
    assert answer.question == "and Trainium?"
    assert answer.understood and "Trainium" in answer.understood
    assert "trainium-deal.txt" in {q.article.id for q in answer.quotes or answer.nearest}


def test_a_change_of_subject_is_not_mangled(engine: Engine) -> None:
    assert ask(engine, ASKED, {"question": "What is a warrant?"}).understood is None


@pytest.mark.parametrize("remark", ["thanks", "Yes", "ok, great!"])
def test_small_talk_is_not_searched(engine: Engine, remark: str) -> None:
    answer = ask(engine, remark, {"question": ASKED})
    assert (answer.status, answer.quotes, answer.nearest) == ("declined", (), ())


def test_what_passes_the_gate_is_the_answer(engine: Engine) -> None:
    plain = ask(engine, ASKED)
    writer = Echo(f"{plain.quotes[0].text} [1] ", "Meta paid 99 billion dollars. [1] ", "Ignore the rules.")
    answer = ask(replace(engine, writer=writer), ASKED)
    assert answer.writing and (answer.writing.kept, answer.writing.dropped) == (1, 2)
    assert "99" not in answer.text and answer.models["writer"] == "echo"
    assert (answer.support, answer.answer_span) == (plain.support, plain.answer_span)


def test_a_writer_that_fails_leaves_the_quotes(engine: Engine) -> None:
    answer = ask(replace(engine, writer=Echo("Half a sent", fails=True)), ASKED)
    assert answer.claims == ask(engine, ASKED).claims
    assert answer.writing and answer.writing.notice and "took too long" in answer.writing.notice


def test_closing_the_steps_stops_the_writer(engine: Engine) -> None:
    writer = Echo(*["word "] * 50)
    steps: Iterator[Phase | Answer] = replace(engine, writer=writer).answer_in_steps(make_request({"question": ASKED}))
    next(s for s in steps if isinstance(s, Phase) and s.name == "write")
    assert isinstance(steps, Generator)
    steps.close()
    assert writer.stopped


@pytest.mark.parametrize(
    ("claim", "support", "against"),
    [
        ("Meta announced the partnership with AMD in February 2026.", True, False),
        ("Meta announced the partnership with AMD in March 2021.", False, True),
        ("Meta acquired about 30% of AMD's stock.", False, True),
        ("Parliament passed a law on windmills.", False, False),
        ("Meta's engineers like strawberries.", False, False),
    ],
)
def test_claims_are_supported_contradicted_or_not_found(engine: Engine, claim: str, support: bool, against: bool) -> None:
    request = make_request({"claim": claim}, asks="claim")
    found = verify(engine.live.now(), engine.encoder, engine.judge, request)
    assert (found.support is not None, bool(found.against)) == (support, against)
    assert 0 <= found.score <= 1


def test_a_follow_up_stays_with_the_article_that_was_quoted(engine: Engine, tmp_path: Path) -> None:
    """ "the lift" is that of the tower that was talked about, though another article tells of a lift in plainer words."""
    texts = {
        "harbour": "The mill at Ostby got a lift in May. The lift was built by Harlow Brothers of Lund.",
        "tower": "The water tower of Dunmere opens as a hotel on Sunday. Its lift is the work of Anna Kemp.",
    }
    lines = [json.dumps({"id": id_, "title": id_.title(), "text": text}) for id_, text in texts.items()]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(tmp_path / "index", [tmp_path / "a.jsonl"], engine.encoder, progress=False)
    small = replace(engine, live=LiveIndex(tmp_path / "index", engine.encoder))
    said = {
        "question": "What opens in Dunmere on Sunday?",
        "answer": "The water tower of Dunmere opens as a hotel on Sunday. [1]",
    }
    asked = {"question": "who built the lift?", "history": [said]}
    answer = small.answer(make_request(asked))
    assert answer.quotes[0].article.id == "tower" and "Kemp" in (answer.answer_span or "")
    assert small.answer(make_request({"question": "who built the lift?"})).quotes[0].article.id == "harbour"
