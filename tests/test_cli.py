"""The command line as a user meets it: exit codes, sentences, JSON alone on standard output. With the bundled encoder."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli import main
from tests.conftest import ROOT, SAMPLE
from tests.test_reading import read

pytestmark = pytest.mark.models


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_ask_in_words_and_in_json(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = "How much computing capacity did Meta secure from AMD?"
    code, out, _ = asked(capsys, "ask", question, "--index", str(sample_index))
    assert code == 0
    assert "6 gigawatts" in out
    assert "Single source" in out
    code, out, _ = asked(capsys, "ask", question, "--json", "--index", str(sample_index))
    answer = json.loads(out)
    assert (code, answer["support"], answer["answer_span"]) == (0, "single_source", "6 gigawatts")
    quote = answer["quotes"][0]
    text = (SAMPLE / quote["article"]["id"]).read_bytes().decode("utf-8")
    assert text[quote["start"] : quote["end"]] == quote["text"]


@pytest.mark.parametrize(
    ("question", "status", "support"),
    [
        ("Which Amazon chips will Meta use?", "answered", None),
        ("Has Meta partnered with AMD?", "answered", "corroborated"),
        ("Is the deal with Amazon a multi-year agreement?", "answered", None),
        ("Who is the chief executive of AMD?", "declined", None),
        ("What does Pixelgrow do?", "declined", None),
        ("What are the wheels of a locomotive made of?", "declined", None),
    ],
)
def test_the_sample_corpus_answers_as_it_should(
    sample_index: Path, capsys: pytest.CaptureFixture[str], question: str, status: str, support: str | None
) -> None:
    _, out, _ = asked(capsys, "ask", question, "--json", "--index", str(sample_index))
    answer = json.loads(out)
    assert answer["status"] == status
    assert support is None or answer["support"] == support
    assert bool(answer["nearest"]) == (status == "declined")
    assert (answer["support"] is None) == (status == "declined")


def test_a_disagreement_in_the_sample(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = asked(capsys, "ask", "Which Amazon chips will Meta use?", "--json", "--index", str(sample_index))
    sides = json.loads(out)["disagreements"][0]["sides"]
    named = [{n for n in ("Graviton", "Trainium", "Inferentia") if n in s["answer"]} for s in sides]
    assert {"Graviton"} in named
    assert any(n and "Graviton" not in n for n in named)


def test_batches_keep_their_order(
    sample_index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "Who warned of a bubble?",
        json.dumps({"question": "Has Meta partnered with AMD?", "only": ["many-suppliers.md"]}),
    ]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode()), encoding="utf-8"))
    _, out, _ = asked(capsys, "ask", "-", "--json", "--index", str(sample_index))
    answers = [json.loads(line) for line in out.splitlines()]
    assert [a["question"] for a in answers] == ["Who warned of a bubble?", "Has Meta partnered with AMD?"]
    assert {q["article"]["id"] for q in answers[1]["quotes"]} == {"many-suppliers.md"}


def test_search(sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = asked(capsys, "search", "warrants for AMD stock", "--json", "-k", "2", "--index", str(sample_index))
    hits = json.loads(out)["hits"]
    assert [h["rank"] for h in hits] == [1, 2]
    assert hits[0]["article"]["id"] in {"six-gigawatts.md", "warrants-explained.txt"}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["ask", ""], 1, "empty"),
        (["ask", "x" * 100_000], 1, "100,000 characters"),
        (["ask", "x", "--date", "someday"], 1, "someday"),
        (["search", "x", "-k", "0"], 1, "-k 0"),
        (["serve", "--port", "99999999"], 1, "expected one from 0 to 65535"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    sample_index: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    found, out, err = asked(capsys, *arguments, "--index", str(sample_index))
    assert (found, out) == (code, "")
    assert told in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [[], ["dance"], ["ask"], ["ask", "x", "--wrong"]])
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_no_index_yet_and_check(tmp_path: Path, sample_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["ask", "Who?"], ["search", "Who?"], ["check"]):
        code, _, err = asked(capsys, *command, "--index", str(tmp_path / "none"))
        assert code == 1
        assert "secondsource index" in err
    assert asked(capsys, "check", "--index", str(sample_index))[0] == 0
    harmed = tmp_path / "harmed"
    shutil.copytree(sample_index, harmed)
    (harmed / "g000001" / "vectors.faiss").write_bytes(b"nothing")
    code, _, err = asked(capsys, "check", "--index", str(harmed))
    assert code == 1
    assert "--rebuild" in err


def test_index_reports_in_json_alone(tmp_path: Path, articles: Path) -> None:
    (articles / "bad.jsonl").write_text("{broken\n", encoding="utf-8")
    command = [sys.executable, "-m", "index", str(articles), "--index", str(tmp_path / "index"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    report = json.loads(done.stdout)
    assert (len(report["added"]), [s["where"] for s in report["skipped"]]) == (3, ["bad.jsonl line 1"])


def test_a_full_disk_is_told_and_the_old_index_answers(
    tmp_path: Path, articles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mounted = tmp_path / "small"
    mounted.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only the administrator can mount a small disk")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(mounted)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this machine does not let a small disk be mounted")
    try:
        assert asked(capsys, "index", str(articles), "--index", str(mounted / "index"))[0] == 0
        for n in range(300):
            words = " ".join(f"word{n}x{i}" for i in range(4000))
            (articles / f"more{n}.txt").write_text(f"More of it {n}\n\n{words}\n", encoding="utf-8")
        code, _, err = asked(capsys, "index", "--index", str(mounted / "index"))
        assert code == 1
        assert "full" in err
        assert "Traceback" not in err
        assert asked(capsys, "check", "--index", str(mounted / "index"))[0] == 0
    finally:
        subprocess.run(["umount", "--lazy", str(mounted)], check=True)  # SQLite holds it open


def test_all_quotes_of_the_five_real_articles_are_verbatim(
    five: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(capsys, "index", str(five), "--index", str(tmp_path / "index"))
    found = read(five)[0]
    for question in ("Which Amazon chips will Meta use?", "What does Upscayl AI do?", "Who wrote about the deal?"):
        _, out, _ = asked(capsys, "ask", question, "--json", "--index", str(tmp_path / "index"))
        answer = json.loads(out)
        for quote in answer["quotes"] + answer["nearest"]:
            article = found[quote["article"]["id"]]
            assert article.text[quote["start"] : quote["end"]] == quote["text"]
            assert not any(s.start < quote["end"] and quote["start"] < s.end for s in article.furniture)


def test_index_tells_what_it_left_out_and_what_it_kept_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prose = "The council voted on Monday to rebuild the harbour wall before the winter storms come in from the north."
    teasers = "\n\n".join(f"The story of the {n} lighthouse keepers and what became of them" for n in range(12))
    for name, below in (("a.txt", "The last keeper of the light"), ("b.txt", teasers)):
        (tmp_path / name).write_text(f"Harbour wall\n\n{prose}\n\nRelated stories\n\n{below}", encoding="utf-8")
    assert main(["index", *(str(tmp_path / n) for n in ("a.txt", "b.txt")), "--index", str(tmp_path / "i")]) == 0
    told = capsys.readouterr().out
    assert re.search(r"a\.txt: \d+% of its words left out", told)
    assert "b.txt: looks like page furniture for the most part; kept whole" in told


def test_where_the_output_is_no_terminal_no_progress_is_drawn(articles: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "index", str(articles), "--index", str(tmp_path / "index")]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert "\r" not in done.stdout and len(done.stdout.splitlines()) == 1, done.stdout
    assert done.stdout.startswith("g000001: 3 added")


def test_the_mending_command_can_be_pasted(articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "bad index ü"
    assert asked(capsys, "index", str(articles), "--index", str(own))[0] == 0
    store = own / "g000001" / "articles.sqlite"
    store.write_bytes(store.read_bytes()[:-1] + b"?")
    code, _, told = asked(capsys, "check", "--index", str(own))
    command = told.splitlines()[-1].removeprefix("Mend it with: secondsource ")
    assert (code, shlex.split(command)) == (1, ["index", "--rebuild", "--index", str(own)])
    assert asked(capsys, *shlex.split(command))[0] == 0
    assert asked(capsys, "check", "--index", str(own))[0] == 0
