"""Pages, feeds and sitemaps, asked for while an index is built; against a host of our own on this machine."""

from __future__ import annotations

import ast
import gzip
import json
import socket
import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from corpus.errors import BadInput, UserError
from corpus.online import Manners
from corpus.online.asking import Dawdled, Fetcher, Refused, is_public
from index.build import Means, Report, build
from index.opening import open_index
from tests.conftest import ROOT
from tests.fakes import WordEncoder

LOCAL = Manners(pause_s=0, allow_private=True)


def page(title: str, body: str) -> str:
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{body}</p></article></body></html>"


@dataclass
class Host:
    """Answers by path: (status, headers, body). A page has an ETag and is not given twice to who knows it."""

    url: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, kind: str = "text/html", status: int = 200, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"Content-Type": kind, "ETag": f'"{hash(data)}"', **told}, data)

    def given(self) -> Counter[str]:
        """How often each page was sent whole."""
        return Counter(path for path, status in self.asked if status == 200)


@pytest.fixture
def host() -> Iterator[Host]:
    told = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, data = told.pages.get(self.path, (404, {}, b""))
            if status == 200 and self.headers.get("If-None-Match") == headers["ETag"]:
                status, data = 304, b""
            told.asked.append((self.path, status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


APPLES = page("Apples turn green", "The apples of the valley are green this year, the growers say. Nobody knows why.")
BRIDGES = page("Bridge closes", "The old bridge carries no trains from Monday on. It is closed for repairs, the city says.")


@pytest.fixture
def feed(host: Host) -> Host:
    host.put("/apples", APPLES)
    host.put("/bridge", BRIDGES)
    host.put("/feed", rss(host, "apples", "bridge"), "application/rss+xml")
    return host


def rss(host: Host, *names: str) -> str:
    items = "".join(
        f"<item><title>T {n}</title><link>{host.url}/{n}</link><pubDate>Tue, 10 Feb 2026 23:30:00 -0500</pubDate>"
        f'<author>desk@example.org (Ada Ng)</author><source url="http://example.org">Valley Times</source></item>'
        for n in names
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>All</title>{items}</channel></rss>'


@pytest.fixture
def indexed(tmp_path: Path) -> Callable[..., Report]:
    def run(*places: Path | str, manners: Manners = LOCAL, rebuild: bool = False) -> Report:
        return build(tmp_path / "index", places, WordEncoder(), progress=False, means=Means(manners), rebuild=rebuild)

    return run


def test_a_page_is_an_article_at_its_address(host: Host, indexed: Callable[..., Report], tmp_path: Path) -> None:
    host.put("/apples", APPLES)
    assert indexed(f"{host.url}/apples").added == [f"{host.url}/apples"]
    store = open_index(tmp_path / "index", WordEncoder()).store
    (article,) = store.articles()
    assert (article.title, article.url) == ("Apples turn green", f"{host.url}/apples")
    assert "are green this year" in article.text


def test_a_feed_says_who_published_what_and_when(feed: Host, indexed: Callable[..., Report], tmp_path: Path) -> None:
    assert indexed(f"{feed.url}/feed").added == [f"{feed.url}/apples", f"{feed.url}/bridge"]
    for article in open_index(tmp_path / "index", WordEncoder()).store.articles():
        assert (article.publisher, article.published, article.author) == ("Valley Times", "2026-02-10", "Ada Ng")
        assert article.title in ("Apples turn green", "Bridge closes")


def test_atom(host: Host, indexed: Callable[..., Report], tmp_path: Path) -> None:
    host.put("/apples", APPLES)
    host.put(
        "/atom",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>All</title><entry><title>T</title><link href="apples"/>'
        "<published>2026-02-10T10:00:00Z</published><source><title>Valley Times</title></source></entry></feed>",
        "application/atom+xml",
    )
    assert indexed(f"{host.url}/atom").added == [f"{host.url}/apples"]
    (article,) = open_index(tmp_path / "index", WordEncoder()).store.articles()
    assert (article.publisher, article.published) == ("Valley Times", "2026-02-10")


def test_nothing_is_sent_twice_that_did_not_change(feed: Host, indexed: Callable[..., Report]) -> None:
    first = indexed(f"{feed.url}/feed")
    second = indexed()  # remembered
    assert (second.generation, second.unchanged) == (first.generation, 2)
    assert feed.given()["/apples"] == feed.given()["/feed"] == 1
    feed.put("/apples", APPLES.replace("green", "blue"))
    assert indexed().changed == [f"{feed.url}/apples"]
    assert feed.given()["/bridge"] == 1


def test_what_a_feed_forgets_stays_and_what_its_host_removes_goes(feed: Host, indexed: Callable[..., Report]) -> None:
    indexed(f"{feed.url}/feed")
    feed.put("/feed", rss(feed, "bridge"), "application/rss+xml")
    assert indexed().unchanged == 2
    del feed.pages["/bridge"]
    report = indexed()
    assert report.removed == [f"{feed.url}/bridge"]
    assert [(s.where, s.reason) for s in report.skipped] == [(f"{feed.url}/bridge", "is not there any more (404)")]
    del feed.pages["/apples"]
    feed.put("/bridge", BRIDGES)
    assert indexed(rebuild=True).removed == [f"{feed.url}/apples"]


def test_a_host_that_fails_takes_nothing_away(feed: Host, indexed: Callable[..., Report]) -> None:
    indexed(f"{feed.url}/feed")
    feed.put("/apples", "", status=503)
    report = indexed()
    assert (report.removed, report.unchanged) == ([], 2)
    assert "answers 503; it stays as it was fetched before" in report.notes[0].reason
    feed.put("/feed", "", status=500)
    assert "its pages stay" in indexed().notes[0].reason


def test_a_sitemap_says_what_changed_and_what_went(host: Host, indexed: Callable[..., Report]) -> None:
    host.put("/apples", APPLES, ETag="")
    host.put("/bridge", BRIDGES)
    inner = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{0}/apples</loc><lastmod>{1}</lastmod></url>{2}</urlset>'
    bridge = f"<url><loc>{host.url}/bridge</loc></url>"
    host.put("/inner.xml.gz", gzip.compress(inner.format(host.url, "2026-02-01", bridge).encode()), "application/gzip")
    index = f"<sitemapindex><sitemap><loc>{host.url}/inner.xml.gz</loc></sitemap></sitemapindex>"
    host.put("/sitemap.xml", index, "application/xml")
    assert len(indexed(f"{host.url}/sitemap.xml").added) == 2
    indexed()
    assert host.given()["/apples"] == 1
    host.put("/inner.xml.gz", inner.format(host.url, "2026-02-02", "").encode(), "application/xml")
    assert indexed().removed == [f"{host.url}/bridge"]
    assert host.given()["/apples"] == 2
    host.put("/inner.xml.gz", "", status=500)
    assert indexed().removed == []


def test_pages_beyond_the_limit_are_told(feed: Host, indexed: Callable[..., Report]) -> None:
    report = indexed(f"{feed.url}/feed", manners=Manners(0, 1, allow_private=True))
    assert len(report.added) == 1
    assert "lists 1 pages more than --pages allows" in report.skipped[0].reason


def test_robots_are_heeded(feed: Host, indexed: Callable[..., Report]) -> None:
    feed.put("/robots.txt", "User-agent: *\nDisallow: /br*ge", "text/plain")
    report = indexed(f"{feed.url}/feed")
    assert report.added == [f"{feed.url}/apples"]
    assert "robots.txt of its host forbids it" in report.skipped[0].reason
    feed.put("/robots.txt", "", status=503)
    with pytest.raises(BadInput, match=r"robots\.txt of its host answers 503"):
        indexed(f"{feed.url}/apples?x")
    feed.put("/robots.txt", "User-agent: *\nCrawl-delay: 9000", "text/plain")
    with pytest.raises(BadInput, match="pause of 9000 seconds"):
        indexed(f"{feed.url}/apples?x")


def test_a_host_that_fails_is_not_tried_with_each_of_its_pages(feed: Host, indexed: Callable[..., Report]) -> None:
    indexed(f"{feed.url}/feed")
    feed.put("/robots.txt", "", status=503)
    feed.asked.clear()
    report = indexed()
    assert (report.unchanged, feed.asked) == (2, [("/robots.txt", 503)])


def test_the_next_address_of_a_host_is_tried(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.put("/apples", APPLES)
    port = int(host.url.rpartition(":")[2])
    found = [(10, 1, 6, "", ("::1", port, 0, 0)), (2, 1, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with Fetcher(LOCAL, 1_000_000, [f"http://both.example:{port}/feed"]) as fetcher:
        assert fetcher.ask(f"http://both.example:{port}/apples") is not None


def test_hosts_are_given_a_pause(feed: Host, indexed: Callable[..., Report], monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("corpus.online.asking.time.sleep", waits.append)
    feed.put("/robots.txt", "User-agent: *\nCrawl-delay: 7", "text/plain")
    indexed(f"{feed.url}/feed", manners=Manners(allow_private=True))
    assert len(waits) == 3
    assert waits[0] == 0
    assert all(6 < wait <= 7 for wait in waits[1:])


def test_this_machine_is_not_asked_unless_allowed(host: Host, indexed: Callable[..., Report]) -> None:
    host.put("/apples", APPLES)
    with pytest.raises(BadInput, match=r"inside a network or this machine\. If you mean it, say --allow-private"):
        indexed(f"{host.url}/apples", manners=Manners(0))
    assert host.asked == []


def test_what_a_feed_lists_of_other_hosts_inside_is_not_asked(host: Host, indexed: Callable[..., Report]) -> None:
    """Who writes the feed is not who said --allow-private. Another port is another host."""
    other = host.url.replace("127.0.0.1", "localhost")
    items = "".join(
        f"<item><link>{at}</link></item>" for at in (f"{host.url}/apples", f"{other}/bridge", "http://127.0.0.1:1/x")
    )
    host.put("/apples", APPLES)
    host.put("/bridge", BRIDGES)
    host.put("/feed", f'<rss version="2.0"><channel><title>All</title>{items}</channel></rss>', "application/rss+xml")
    report = indexed(f"{host.url}/feed")
    assert report.added == [f"{host.url}/apples"]
    assert [s.where for s in report.skipped] == [f"{other}/bridge", "http://127.0.0.1:1/x"]
    assert all("name its network with --allow-network" in s.reason for s in report.skipped)
    inside = (ip_network("127.0.0.0/8"), ip_network("::1"))
    assert indexed(f"{host.url}/feed", manners=Manners(0, networks=inside)).added == [f"{other}/bridge"]


@pytest.mark.parametrize("packing", ["br", "zstd", "deflate", "gzip, gzip", "gzip,br"])
def test_a_packing_that_was_not_asked_for_is_not_unpacked(host: Host, indexed: Callable[..., Report], packing: str) -> None:
    host.put("/x", gzip.compress(APPLES.encode()), Content_Encoding=packing)
    with pytest.raises(BadInput, match="asked for was gzip"):
        indexed(f"{host.url}/x")


def test_a_packed_page_is_unpacked_in_pieces_and_no_further_than_a_page_may_be(host: Host) -> None:
    host.put("/apples", gzip.compress(APPLES.encode()), Content_Encoding="gzip")
    host.put("/bomb", gzip.compress(bytes(200_000_000)), Content_Encoding="gzip")
    host.put("/cut", gzip.compress(APPLES.encode())[:-9], Content_Encoding="gzip")
    host.put("/odd", b"no gzip at all", Content_Encoding="gzip")
    with Fetcher(LOCAL, 1_000_000, [host.url]) as fetcher:
        reply = fetcher.ask(f"{host.url}/apples")
        assert reply is not None
        assert reply.data == APPLES.encode()
        tracemalloc.start()
        for path, reason in [
            ("bomb", "more than 1,000,000 bytes"),
            ("cut", "before it is whole"),
            ("odd", "cannot be fetched"),
        ]:
            with pytest.raises(Refused, match=reason):
                fetcher.ask(f"{host.url}/{path}")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()


@pytest.mark.parametrize("where", ["head", "body", "robots"])
def test_what_drips_is_not_waited_for(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One time for the whole page; what a host sends meanwhile does not prolong it."""
    monkeypatch.setattr("corpus.online.asking._LONGEST_S", 0.5)
    over = threading.Event()

    class Drips(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            begin = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + (b"X-Long: " if where == "head" else b"\r\n<html>")
            drip = (
                b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
                if where != "robots" and self.path == "/robots.txt"
                else begin
            )
            with suppress(OSError):
                self.wfile.write(drip)
                while drip == begin and not over.wait(0.05):
                    self.wfile.write(b"x")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Drips)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        with Fetcher(LOCAL, 1_000_000, [url]) as fetcher, pytest.raises(Dawdled, match="takes more than"):
            fetcher.ask(f"{url}/x")
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def test_an_address_whose_pages_dawdle_is_left(
    feed: Host, indexed: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build holds the lock: one that waits for a thousand pages keeps out all others."""
    names = [f"slow{n}" for n in range(9)]
    feed.put("/feed", rss(feed, "apples", *names, "bridge"), "application/rss+xml")
    asked: list[str] = []
    get = Fetcher._get

    def slow(self: Fetcher, url: str, *rest: Any) -> Any:
        asked.append(url)
        if "slow" in url:
            raise Dawdled("cannot be fetched: it takes more than 120 seconds")
        return get(self, url, *rest)

    monkeypatch.setattr(Fetcher, "_get", slow)
    report = indexed(f"{feed.url}/feed")
    assert report.added == [f"{feed.url}/apples"]
    assert sum("slow" in url for url in asked) == 3
    assert any("its other pages were not asked" in note.reason for note in report.notes)


def test_a_page_that_several_list_comes_from_all_of_them(feed: Host, indexed: Callable[..., Report], tmp_path: Path) -> None:
    """Also from itself, and from what led to it: rules of reading may name any."""
    feed.put("/moved", "", status=301, Location="/apples")
    feed.put("/other", rss(feed, "moved"), "application/rss+xml")
    indexed(f"{feed.url}/feed", f"{feed.url}/other")
    store = open_index(tmp_path / "index", WordEncoder()).store
    places = {store.article(number).id: set(places) for number, places, _ in store.whereabouts()}
    assert places[f"{feed.url}/apples"] == {f"{feed.url}/{name}" for name in ("feed", "other", "apples", "moved")}
    indexed(f"{feed.url}/feed")
    store = open_index(tmp_path / "index", WordEncoder()).store
    places = {store.article(number).id: set(places) for number, places, _ in store.whereabouts()}
    assert places[f"{feed.url}/apples"] == {f"{feed.url}/{name}" for name in ("feed", "apples")}


def test_redirects_pass_the_same_checks(host: Host, indexed: Callable[..., Report], monkeypatch: pytest.MonkeyPatch) -> None:
    host.put("/apples", APPLES)
    host.put("/moved", "", status=301, Location="/apples")
    assert indexed(f"{host.url}/moved").added == [f"{host.url}/apples"]
    host.put("/file", "", status=302, Location="file:///etc/hosts")
    host.put("/round", "", status=302, Location="/round")
    host.put("/inside", "", status=302, Location=host.url.replace("127.0.0.1", "localhost") + "/apples")
    monkeypatch.setattr(
        "corpus.online.asking.is_public", lambda address: address == "127.0.0.1" and not resolved("localhost")
    )
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def resolved(name: str) -> bool:
        return looked_up[-1:] == [name]

    def noted(name: str, *rest: object, **more: object) -> object:
        looked_up.append(name)
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    with Fetcher(Manners(0), 1_000_000) as fetcher:
        for path, reason in [("file", "expected http"), ("round", "more than 5 times"), ("inside", "localhost is ")]:
            with pytest.raises(Refused, match=reason):
                fetcher.ask(f"{host.url}/{path}")


def test_the_address_that_was_checked_is_the_one_that_is_asked(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers otherwise the second time leads nowhere."""
    host.put("/apples", APPLES)
    answers = iter(["93.184.216.34", "127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (next(answers), 0))])
    with Fetcher(Manners(0), 1_000) as fetcher, pytest.raises(Refused):
        fetcher._client.timeout = 0.2
        fetcher.ask(f"http://rebinding.example:{host.url.rpartition(':')[2]}/apples")
    assert host.asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1", "fe80::1%eth0", "fd00::1",
     "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "::", "fec0::1", "feff::1"],
)  # fmt: skip
def test_addresses_inside(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_judged_like_the_bare_one(address: object) -> None:
    assert is_public(str(address)) == is_public(f"::ffff:{address}")


def test_other_names_for_this_machine_are_known(host: Host) -> None:
    port = host.url.rpartition(":")[2]
    for name in ("localhost", "127.1", "0x7f.0.0.1", "2130706433", "[::ffff:127.0.0.1]"):
        with Fetcher(Manners(0), 1_000) as fetcher, pytest.raises(Refused):
            fetcher.ask(f"http://{name}:{port}/apples")
    assert host.asked == []


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("image/png", b"\x89PNG", "is image/png; accepted are .txt"),
        ("text/html", b"x" * 20_000_001, "has more than 20,000,000 bytes"),
        ("application/xml", b"<urlset><url></url>", "lists no page"),
        ("application/gzip", gzip.compress(b" " * 30_000_000), "bytes unpacked"),
    ],
)
def test_what_is_no_article_is_told(host: Host, indexed: Callable[..., Report], kind: str, body: bytes, reason: str) -> None:
    host.put("/x", body, kind)
    with pytest.raises(BadInput, match=reason):
        indexed(f"{host.url}/x")


def test_all_bad_addresses_are_told_at_once(host: Host, indexed: Callable[..., Report], tmp_path: Path) -> None:
    with pytest.raises(BadInput) as told:
        indexed(f"{host.url}/a", "http://user:secret@127.0.0.1/", "http://[", f"{host.url}/b")
    assert len(str(told.value).splitlines()) == 4
    with pytest.raises(BadInput, match="Not found"):
        indexed(f"{host.url}/a", tmp_path / "nothing")


def test_folders_and_addresses_in_one_index(feed: Host, indexed: Callable[..., Report], articles: Path) -> None:
    assert len(indexed(articles, f"{feed.url}/feed").added) == 5
    assert len(indexed(articles).removed) == 2
    assert len(indexed(articles, f"{feed.url}/feed").added) == 2


def test_the_encoding_that_a_host_names_counts(host: Host, indexed: Callable[..., Report], tmp_path: Path) -> None:
    host.put(
        "/a", page("Кража", "Мост закрыт до понедельника, сообщает город.").encode("koi8-r"), "text/html; charset=koi8-r"
    )
    indexed(f"{host.url}/a")
    (article,) = open_index(tmp_path / "index", WordEncoder()).store.articles()
    assert "Мост закрыт" in article.text


def test_a_damaged_store_of_pages_says_what_to_do(feed: Host, indexed: Callable[..., Report], tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "web.sqlite").write_bytes(b"rubbish" * 1000)
    with pytest.raises(UserError, match="Delete it, and run this again"):
        indexed(f"{feed.url}/feed")


@pytest.mark.models
def test_the_command_line(feed: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = str(tmp_path / "index")
    assert main(["index", f"{feed.url}/feed", "--index", index, "--json"]) == 1
    assert "say --allow-private" in capsys.readouterr().err
    assert main(["index", f"{feed.url}/feed", "--index", index, "--json", "--allow-private", "--pause", "0"]) == 0
    assert len(json.loads(capsys.readouterr().out)["added"]) == 2
    assert main(["index", f"{feed.url}/feed", "--pages", "0", "--index", index]) == 1
    assert "--pages 0" in capsys.readouterr().err


def test_only_a_build_fetches() -> None:
    """Nothing that answers can reach what fetches."""
    rooms = [file for room in ("retriever", "answering", "webchat") for file in (ROOT / room).rglob("*.py")]
    for file in rooms:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert not node.module.startswith("corpus.online"), file
