"""Questions of one's own: what is expected, what is right, what changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answering.answer import Answer, Claim, Origin, Quote
from answering.evaluation import Expected, last_time, missing_in, read_expected
from cli import main
from corpus.article import Span
from corpus.errors import BadInput
from retriever.request import make_request
from tests.fakes import article
from webchat.feedback import Opinion, keep

ONE = article("a1", "Ada Berg was elected mayor of Tolmin.")
ANSWER = Answer(
    "Who?", "answered", "Ada Berg was elected mayor of Tolmin. [1]", "Ada Berg",
    (Claim(ONE.text, (1,), "single_source", 1),), quotes=(Quote(1, ONE, Span(0, len(ONE.text)), Origin("a1", ("a1",))),),
)  # fmt: skip
DECLINED = Answer("Who?", "declined", "The articles do not say.")
REQUEST = make_request({"question": "Who?"})


@pytest.mark.parametrize(
    ("expected", "answer", "missing"),
    [
        (Expected(REQUEST, words=("ada berg", "Tolmin")), ANSWER, ()),
        (Expected(REQUEST, words=("Ada Ber",)), ANSWER, ("“Ada Ber” is not said",)),
        (Expected(REQUEST, articles=("a2", "a1")), ANSWER, ()),
        (Expected(REQUEST, articles=("a2",)), ANSWER, ("none of a2 is quoted",)),
        (Expected(REQUEST, words=("Ada",)), DECLINED, ("it was declined",)),
        (Expected(REQUEST, not_said=True), DECLINED, ()),
        (Expected(REQUEST, not_said=True), ANSWER, ("it was answered",)),
    ],
)
def test_what_is_missing(expected: Expected, answer: Answer, missing: tuple[str, ...]) -> None:
    assert missing_in(expected, answer) == missing


def test_all_bad_lines_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    lines = [
        '{"question": "Who?", "words": ["Ada"]}', "nonsense", "[]", '{"question": "Who?"}', '{"question": "", "words": "x"}',
        '{"question": "Who?", "words": [3]}', '{"question": "Who?", "not_said": true, "words": ["x"]}', '{"wer": 1, "words": "x"}',
    ]  # fmt: skip
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadInput) as told:
        read_expected(file)
    assert [line.split(":")[0] for line in str(told.value).splitlines()] == [f"line {n}" for n in range(2, 9)]
    with pytest.raises(BadInput, match="cannot be read"):
        read_expected(tmp_path / "none.jsonl")


@pytest.mark.models
def test_what_changed_since_the_last_time_is_told(
    sample_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "q.jsonl"
    question = "How much computing capacity did Meta secure from AMD?"
    secured = {"question": question, "words": ["6 gigawatts"]}
    file.write_text(
        "\n".join(map(json.dumps, [secured, {"question": "Who is the king of Sweden?", "not_said": True}])), encoding="utf-8"
    )
    assert main(["evaluate", str(file), "--index", str(sample_index)]) == 0
    assert "2 of 2 right, 0 newly right, 0 newly wrong." in capsys.readouterr().out
    file.write_text(json.dumps(secured | {"words": ["7 gigawatts"]}), encoding="utf-8")
    assert main(["evaluate", str(file), "--index", str(sample_index), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["right"], told["change"], told["missing"]) == (False, "newly wrong", ["“7 gigawatts” is not said"])
    assert last_time(file) == {question: False}


def test_a_thumb_down_becomes_a_question_to_complete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "f.sqlite3"
    keep(kept, Opinion(verdict="down", reason="other", question="Who?", answer="Ada.", quotes=[]), None)
    keep(kept, Opinion(verdict="up", question="When?", answer="May.", quotes=[]), None)
    assert main(["feedback", "--feedback", str(kept), "--as-questions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["question"] for line in lines] == ["Who?"]
    file = tmp_path / "q.jsonl"
    file.write_text(lines[0], encoding="utf-8")
    with pytest.raises(BadInput, match="line 1: expected words or articles"):
        read_expected(file)
    file.write_text(json.dumps(json.loads(lines[0]) | {"words": ["Bob"]}), encoding="utf-8")
    assert read_expected(file)[0].words == ("Bob",)
