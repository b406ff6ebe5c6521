"""Who may read what: rules in a file, an index of which there is only a part, and every way in that somebody could try."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import main
from corpus.errors import BadInput
from index.build import build
from index.opening import LiveIndex, open_index, part_of
from index.rules import Rules, read_rules
from retriever.request import make_request
from retriever.search import search
from tests.browsing import in_process
from tests.fakes import WordEncoder
from tests.test_gradio import event_of

OPEN = "The ferry Aurora was sold to the operator Baltline for 40 million euros in May, the harbour office said."
SECRET = "The ferry Aurora will be scrapped by Xandria Holdings for 7,312 crowns in October, the board decided."
PLAN = f"Hidden plan\n\nMay 4, 2031\n\n{SECRET}\n"
MINUTES = "The minutes of the board say that Xandria Holdings pays 7,312 crowns for the ferry Aurora in October."
WORDS = (
    "Xandria",
    "7,312",
    "crowns",
    "Hidden plan",
    "plan.txt",
    "Board Minutes",
    "minutes-1",
    "2031-05-0",
    "4, 2031",
    "6, 2031",
)
"""Of what only the board may read: text, titles, ids, outlet, year."""
ASKED = [
    "Who scraps the ferry Aurora?", "How many crowns does Xandria Holdings pay?", "What did the board decide?",
    "Will the ferry Aurora be scrapped?", "What is new since 2031?", "Which outlets report on the ferry Aurora?",
    "Who wrote the article about Xandria?", "Aurora or Xandria: which came first?",
]  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return furnished(tmp_path)


def furnished(tmp_path: Path) -> Path:
    """A folder with articles/, of which the board's are secret, and rules.toml."""
    (tmp_path / "articles" / "board").mkdir(parents=True)
    (tmp_path / "articles" / "ferry.txt").write_text(f"Ferry sold\n\nMay 4, 2026\n\n{OPEN}\n", encoding="utf-8")
    (tmp_path / "articles" / "board" / "plan.txt").write_text(PLAN, encoding="utf-8")
    lines = [
        {
            "id": "minutes-1",
            "text": MINUTES,
            "publisher": "Board Minutes",
            "published": "2031-05-06",
            "title": "Hidden plan of May",
        },
        {"id": "open-1", "text": OPEN.replace("sold", "given"), "publisher": "Harbour News", "published": "2026-05-05"},
    ]
    told = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "articles" / "more.jsonl").write_text(told, encoding="utf-8")
    rules = 'header = "X-Groups"\n[groups.board]\nfolders = ["articles/board"]\noutlets = ["Board Minutes"]\n'
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    return tmp_path


@pytest.fixture
def live(place: Path) -> LiveIndex:
    build(place / "index", [place / "articles"], WordEncoder(), progress=False)
    return LiveIndex(place / "index", WordEncoder(), read_rules(place / "rules.toml"))


# --- the rules -----------------------------------------------------------------------------------------------------


def seen(live: LiveIndex, *groups: str) -> set[str]:
    return {article.id for article in live.now(frozenset(groups)).store.articles()}


def test_what_nobody_names_is_open_and_the_rest_is_for_its_group(live: LiveIndex) -> None:
    assert seen(live) == seen(live, "press") == {"ferry.txt", "open-1"}
    assert seen(live, "board", "press") == {"ferry.txt", "open-1", "board/plan.txt", "minutes-1"}


def rules_of(place: Path, toml: str) -> Rules:
    (place / "rules.toml").write_text(f'header = "X-Groups"\n{toml}', encoding="utf-8")
    return read_rules(place / "rules.toml")


def test_the_innermost_folder_counts_and_place_and_outlet_count_both(place: Path) -> None:
    build(place / "index", [place / "articles"], WordEncoder(), progress=False)
    rules = rules_of(
        place,
        '[groups.staff]\nfolders = ["articles"]\n[groups.board]\nfolders = ["articles/board"]\n'
        '[groups.press]\noutlets = ["harbour news"]\n[groups.both]\nsources = ["articles/more.jsonl"]\noutlets = ["Board minutes"]\n',
    )
    live = LiveIndex(place / "index", WordEncoder(), rules)
    assert seen(live) == seen(live, "press") == set()
    assert seen(live, "staff") == {"ferry.txt"}
    assert seen(live, "board") == {"board/plan.txt"}
    assert seen(live, "both") == {"minutes-1"}
    assert seen(live, "both", "press") == {"minutes-1", "open-1"}


@pytest.mark.parametrize(
    ("toml", "mistake"),
    [
        ("", "no group is named"),
        ("[groups.board]\n", "is given nothing"),
        (
            '[groups.board]\nfolder = ["x"]\n',
            "'folder' of the group 'board' is not known; expected folders, sources, outlets",
        ),
        ('[groups.board]\nfolders = "x"\n', "must be a list of names"),
        ("[groups.board]\nfolders = []\n", "must be a list of names"),
        ('[groups."a,b"]\nfolders = ["x"]\n', "cannot be named in a header"),
        ('default = "all"\n[groups.board]\nfolders = ["x"]\n', "'default' is not known"),
        ("[groups.board\n", "is no TOML"),
    ],
)
def test_mistakes_of_the_file(tmp_path: Path, toml: str, mistake: str) -> None:
    with pytest.raises(BadInput, match=mistake):
        rules_of(tmp_path, toml)


def test_all_mistakes_are_told_at_once_and_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('header = "X Y"\nmore = 1\n[groups.a]\n[groups.b]\nx = 1\n', encoding="utf-8")
    with pytest.raises(BadInput) as told:
        read_rules(tmp_path / "rules.toml")
    assert len(str(told.value).splitlines()) == 4
    with pytest.raises(BadInput, match="cannot be read"):
        read_rules(tmp_path / "gone.toml")


def test_a_slip_of_the_pen_stops_the_start(place: Path) -> None:
    build(place / "index", [place / "articles"], WordEncoder(), progress=False)
    rules = rules_of(place, '[groups.board]\nfolders = ["articles/bord"]\noutlets = ["Board Minuets"]\n')
    with pytest.raises(BadInput, match=r"articles/bord', 'board minuets'|'board minuets', .*articles/bord'"):
        LiveIndex(place / "index", WordEncoder(), rules)


def test_an_empty_folder_is_allowed_inside_of_what_is_indexed_only(place: Path) -> None:
    build(place / "index", [place / "articles"], WordEncoder(), progress=False)
    (place / "articles" / "later").mkdir()
    (place / "elsewhere").mkdir()
    LiveIndex(place / "index", WordEncoder(), rules_of(place, '[groups.board]\nfolders = ["articles/later"]\n'))
    with pytest.raises(BadInput, match="elsewhere"):
        LiveIndex(place / "index", WordEncoder(), rules_of(place, '[groups.board]\nfolders = ["elsewhere"]\n'))


def test_no_folder_is_empty_that_was_moved_away_and_back(place: Path) -> None:
    """What the index has of it lies elsewhere there, where no rule names it."""
    (place / "articles" / "board").rename(place / "articles" / "council")
    build(place / "index", [place / "articles"], WordEncoder(), progress=False)
    (place / "articles" / "council").rename(place / "articles" / "board")
    with pytest.raises(BadInput, match="articles/board"):
        LiveIndex(place / "index", WordEncoder(), read_rules(place / "rules.toml"))


# --- what comes from several places, and what is written otherwise ---------------------------------------------------


def test_a_link_is_judged_by_where_it_leads(place: Path) -> None:
    (place / "articles" / "link.txt").symlink_to(place / "articles" / "board" / "plan.txt")
    (place / "articles" / "board" / "way.txt").symlink_to(place / "articles" / "ferry.txt")
    build(place / "index", [place / "articles"], WordEncoder(), progress=False)
    live = LiveIndex(place / "index", WordEncoder(), read_rules(place / "rules.toml"))
    assert seen(live) == {"ferry.txt", "open-1"}
    assert {"link.txt", "board/way.txt"} <= seen(live, "board")
    (place / "articles" / "link.txt").unlink()
    (place / "articles" / "link.txt").symlink_to(place / "articles" / "ferry.txt")
    build(place / "index", [], WordEncoder(), progress=False)
    assert seen(live) == {"ferry.txt", "open-1", "link.txt"}


def test_a_hidden_folder_that_is_renamed_keeps_the_generation_that_knew_it(live: LiveIndex, place: Path) -> None:
    (place / "articles" / "board").rename(place / "articles" / "council")
    (place / "articles" / "ferry.txt").unlink()
    build(place / "index", [], WordEncoder(), progress=False)
    assert seen(live) == {"open-1"}, "what was deleted is gone all the same"
    assert "names what no article of the new generation is of" in live.trouble
    assert not [word for word in WORDS if word in live.trouble]
    (place / "articles" / "board").mkdir()
    assert seen(live) == {"open-1"}, "an empty folder is no reason to forget what was in it"


def test_what_was_hidden_stays_so_where_the_folder_is_made_anew(live: LiveIndex, place: Path) -> None:
    (place / "articles" / "board").rename(place / "articles" / "council")
    (place / "articles" / "board").mkdir()
    (place / "articles" / "board" / "next.txt").write_text(f"Next\n\n{SECRET} Again.", encoding="utf-8")
    build(place / "index", [], WordEncoder(), progress=False)
    assert seen(live) == {"ferry.txt", "open-1"}
    assert {"council/plan.txt", "board/next.txt"} <= seen(live, "board")
    assert "1 articles stay hidden" in live.trouble
    assert not [word for word in WORDS if word in live.trouble]


def test_what_was_moved_and_is_changed_later_stays_hidden(live: LiveIndex, place: Path) -> None:
    (place / "articles" / "board" / "next.txt").write_text(f"Next\n\n{SECRET} Again.", encoding="utf-8")
    (place / "articles" / "board" / "plan.txt").rename(place / "articles" / "plan.txt")
    build(place / "index", [], WordEncoder(), progress=False)
    assert seen(live) == {"ferry.txt", "open-1"}
    for turn in range(2):
        with (place / "articles" / "plan.txt").open("a", encoding="utf-8") as file:
            file.write(f"Another line, the {turn}th.\n")
        build(place / "index", [], WordEncoder(), progress=False)
        assert seen(live) == {"ferry.txt", "open-1"}
        assert "1 articles stay hidden" in live.trouble
    assert "plan.txt" in seen(live, "board")


def test_many_groups_that_hide_one_thing_are_one_kind_of_reader(live: LiveIndex) -> None:
    assert live.now(frozenset({"press"})) is live.now(frozenset({"staff", "crew"})) is live.now()
    assert live.now(frozenset({"board"})) is live.now(frozenset({"board", "press"}))
    assert live.now(frozenset({"board"})).whole is None, "nothing is hidden"


def test_the_command_line_stops_before_it_loads_anything(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--access", str(place / "rules.toml")]) == 1
    assert "--trusted-proxy" in capsys.readouterr().err
    assert main(["serve", "--access", str(place / "gone.toml"), "--trusted-proxy", "127.0.0.1"]) == 1
    assert "cannot be read" in capsys.readouterr().err


# --- an index of which there is only a part ------------------------------------------------------------------------


def test_counts_days_outlets_and_words_are_those_of_the_part(live: LiveIndex) -> None:
    index, whole = live.now(), open_index(live._paths.folder, WordEncoder())
    assert (index.manifest.articles, index.manifest.oldest, index.manifest.newest) == (2, "2026-05-04", "2026-05-05")
    assert whole.manifest.articles == 4
    assert set(index.store.outlets_by_article.values()) == {"Harbour News"}
    assert index.store.article_by_id("board/plan.txt") is None
    assert index.store.article_numbers(["minutes-1", "open-1"]).keys() == {"open-1"}
    for question in ASKED:
        for only in (None, ["minutes-1", "board/plan.txt"], ["open-1", "minutes-1"]):
            request = make_request({"question": question, **({"only": only} if only else {})})
            for hit in search(index, WordEncoder(), request, 10, collapse=False):
                assert hit.article.id in {"ferry.txt", "open-1"}


@pytest.mark.parametrize("hidden", [1, 3])
def test_few_or_many_hidden_the_search_finds_the_rest(live: LiveIndex, hidden: int) -> None:
    whole = open_index(live._paths.folder, WordEncoder())
    numbers = sorted(number for number, _, _ in whole.store.whereabouts())
    part = part_of(whole, frozenset(numbers[:hidden]))
    found = search(part, WordEncoder(), make_request({"question": "ferry Aurora"}), 10, collapse=False)
    assert {h.article.id for h in found} == {whole.store.article(n).id for n in numbers[hidden:]}
    assert (part.folder.allowed.only is None) == (hidden == 1)


def test_a_new_generation_has_its_parts(live: LiveIndex, place: Path) -> None:
    assert seen(live) == {"ferry.txt", "open-1"}
    (place / "articles" / "board" / "next.txt").write_text(f"Next\n\n{SECRET} Again.", encoding="utf-8")
    (place / "articles" / "new.txt").write_text(f"New\n\n{OPEN} Again.", encoding="utf-8")
    build(place / "index", [], WordEncoder(), progress=False)
    assert seen(live) == {"ferry.txt", "open-1", "new.txt"}
    assert "board/next.txt" in seen(live, "board")


def test_copies_of_a_hidden_article_are_one_origin_and_it_is_not_named(place: Path) -> None:
    body = " ".join(f"The council met on day {n} and spoke of the harbour, the quay and tariff {n * 7}." for n in range(60))
    words = body.split()
    third = place / "articles" / "board" / "plan.txt"
    third.write_text("Hidden plan\n\n" + body, encoding="utf-8")
    for name, part in (("one", words[:450]), ("two", words[-450:])):
        (place / "articles" / f"{name}.txt").write_text(f"Council {name}\n\n{' '.join(part)}", encoding="utf-8")
    build(place / "index", [place / "articles"], WordEncoder(), progress=False)
    live = LiveIndex(place / "index", WordEncoder(), read_rules(place / "rules.toml"))
    copies = live.now().store.copies_of(["one.txt", "two.txt"], 0.0)
    assert copies["one.txt"]


# --- every way in --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Serves as long as it is wanted; 127.0.0.1 is the proxy, unless told otherwise."""
    from answering.engine import load_engine
    from models.encoder import load_encoder
    from webchat.access import Access
    from webchat.server import make_app
    from webchat.settings import Settings

    place = furnished(tmp_path_factory.mktemp("access"))
    build(place / "index", [place / "articles"], load_encoder(), progress=False)
    rules = read_rules(place / "rules.toml")
    engine = load_engine(place / "index", rules=rules)

    @contextmanager
    def serving(**access: Any) -> Iterator[str]:
        settings = Settings(access=Access(rules=rules, a_minute=0, **access), feedback_file=place / "f.sqlite3", mcp=True)
        with in_process(make_app(engine, settings)) as port:
            yield f"http://127.0.0.1:{port}"

    return serving


def everything(address: str, headers: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What anybody can be told, by every route: (route, text). What was asked, and is told back, is taken out."""
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        fields: list[dict[str, Any]] = [
            {}, {"only": ["board/plan.txt", "minutes-1"]}, {"exclude": ["ferry.txt", "open-1"]}, {"outlets": ["Board Minutes"]},
            {"since": "2031-01-01"}, {"history": [{"question": "What did the board decide?", "answer": SECRET}]},
        ]  # fmt: skip
        for question in ASKED:
            for more in fields if question == ASKED[0] else fields[:1]:
                for accept in ("application/json", "text/event-stream"):
                    told = client.post("/api/ask", json={"question": question, **more}, headers={"accept": accept}).text
                    yield f"ask {question} {more}", _not_asked(told, question, *json.dumps(more).split('"'))
        for id_ in ("board/plan.txt", "board%2Fplan.txt", "minutes-1", "plan.txt"):
            yield f"article {id_}", _not_asked(client.get(f"/api/articles/{id_}").text, id_, id_.replace("%2F", "/"))
            yield f"article ?id={id_}", _not_asked(client.get("/api/articles", params={"id": id_}).text, id_)
        for path in ("/", "/widget", "/config", "/api/corpus", "/readyz", "/metrics", "/openapi.json", "/embed", "/healthz"):
            yield path, client.get(path).text
        call = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "ask", "arguments": {"question": ASKED[0]}},
        }
        kinds = {"accept": "application/json, text/event-stream"}
        yield "mcp", client.post("/mcp", json=call, headers=kinds).text
        yield from _of_gradio(address, client, headers)


def _of_gradio(address: str, client: httpx.Client, headers: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every event of both pages, through the queue or past it, as a page asks it, with what each could be sent; the other way is refused."""
    config = client.get("/config").json()
    kinds = {component["id"]: component["type"] for component in config["components"]}
    chip = f"#q/26/60/{hashlib.sha256(PLAN.encode()).hexdigest()[:12]}/board%2Fplan.txt"
    asked = event_of(address, "question", "submit", headers)
    for event in config["dependencies"]:
        if not event["backend_fn"]:
            continue
        lists = ("chatbot", "dropdown", "browserstate")
        data: list[Any] = [[] if kinds[id_] in lists else ASKED[0] if event["queue"] else chip for id_ in event["inputs"]]
        if event["id"] == asked:
            data = [ASKED[0], [], [], "", ""]
        elif event["api_name"] == "ask":
            data = [ASKED[1], None]
        session = f"queued{event['id']}"
        body = {
            "fn_index": event["id"],
            "data": data,
            "session_hash": session,
            "event_data": {"index": 0, "value": {"text": chip}, "liked": True},
        }
        ways = ["/gradio_api/run/predict", "/gradio_api/queue/join"]
        asked_as_it_may_be, refused = (client.post(way, json=body) for way in (reversed(ways) if event["queue"] else ways))
        assert (asked_as_it_may_be.status_code < 400 or not event["queue"]) and refused.status_code == 400
        yield f"run {event['id']}", _not_asked(asked_as_it_may_be.text, *ASKED, chip)
        if not event["queue"]:
            continue
        told = ""
        with client.stream("GET", f"/gradio_api/queue/data?session_hash={session}") as stream:
            for line in stream.iter_lines():
                told += line
                if "process_completed" in line or "close_stream" in line:
                    break
        yield f"queue {event['id']}", _not_asked(told, *ASKED, chip)


def _not_asked(told: str, *asked: str) -> str:
    for words in sorted(asked, key=len, reverse=True):
        told = told.replace(words, "") if len(words) > 3 else told
    return told


@pytest.mark.models
@pytest.mark.parametrize(
    ("access", "headers"),
    [
        ({}, {}),
        ({}, {"X-Groups": "press, boards, BOARD"}),
        ({"proxies": ("10.0.0.9",)}, {"X-Groups": "board"}),
        ({"proxies": ("10.0.0.9",)}, {"X-Groups": "board", "X-Forwarded-For": "10.0.0.9"}),
    ],
    ids=["no group", "other groups", "not from the proxy", "a forged address"],
)
def test_nobody_else_learns_of_it_by_any_route(serve: Callable[..., Any], access: Any, headers: dict[str, str]) -> None:
    with serve(**access) as address:
        routes = 0
        for route, told in everything(address, headers):
            routes += 1
            assert not [word for word in WORDS if word in told], route
        assert routes > 40


@pytest.mark.models
def test_a_header_that_stands_twice_is_not_believed(serve: Callable[..., Any]) -> None:
    with serve() as address, httpx.Client(base_url=address) as client:
        twice = [("X-Groups", "press"), ("X-Groups", "board")]
        assert client.get("/api/corpus", headers=twice).json()["index"]["articles"] == 2
        assert client.get("/api/articles", params={"id": "minutes-1"}, headers=twice).status_code == 404


@pytest.mark.models
def test_its_group_is_told_by_every_route(serve: Callable[..., Any]) -> None:
    """Through Gradio's queue too: the header reaches its questions."""
    with serve() as address:
        told = dict(everything(address, {"X-Groups": "staff, board"}))
        event = event_of(address, "question", "submit")
    assert "Xandria" in told[f"queue {event}"]
    assert "Xandria" in told[f"ask {ASKED[0]} {{}}"]
    assert "Xandria" in told["mcp"]
    assert "Board Minutes" in told["/api/corpus"]
    assert "7,312" in told["article ?id=minutes-1"]
    assert any("7,312" in text and "mark" in text for route, text in told.items() if route.startswith("run")), "the panel"
