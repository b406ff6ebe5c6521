"""What others wrote on the page of an article: readers below it, and the entries of a live blog, which have days of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_formats import one

ARTICLE = (
    "The dairy of Orre was sold on Monday to the cooperative of the village, which will keep all nine people who work in it."
)
SAID = (
    "My neighbour says that the dairy of Orre is haunted, and that the new owner Ola Rud knows it and sells it again in May."
)


@pytest.mark.parametrize(
    "below",
    [
        f"<div id='comments'><p>{SAID}</p></div>",
        f"<div id='disqus_thread'><div><p>{SAID}</p></div></div>",
        f"<ol class='commentlist'><li class='comment'><p>{SAID}</p></li></ol>",
        f"<section class='article-comments'><ul><li>{SAID}</li></ul></section>",
        f"<div itemscope itemtype='https://schema.org/Comment'><p>{SAID}</p></div>",
        f"<section><h3>4 reader responses</h3><p>{SAID}</p></section>",
        f"<h2>Comments (12)</h2><div><b>nick</b><p>{SAID}</p></div><div><p>{SAID}</p></div>",
        f"<h2>What our readers say</h2><p>{SAID}</p>",
    ],
)
def test_what_readers_wrote_is_not_of_the_article(tmp_path: Path, below: str) -> None:
    for page in (
        f"<article><h1>Dairy sold</h1><p>{ARTICLE}</p></article>{below}",
        f"<div><h1>Dairy sold</h1><p>{ARTICLE}</p>{below}</div>",
    ):
        text = one(tmp_path, "a.html", f"<html><body>{page}</body></html>".encode()).text
        assert "haunted" not in text
        assert ARTICLE in text


def test_a_heading_of_an_article_is_no_heading_of_comments(tmp_path: Path) -> None:
    page = f"<html><body><article><h1>Dairy sold</h1><p>{ARTICLE}</p><h2>Reactions</h2><p>{SAID}</p><h2>Discussion</h2><p>{SAID[3:]}</p></article></body></html>"
    assert "haunted" in one(tmp_path, "a.html", page.encode()).text


def test_a_discussion_is_read_where_there_is_no_article(tmp_path: Path) -> None:
    page = f"<html><body><h1>Dairy</h1><div class='replies'><p>{SAID}</p><p>{ARTICLE}</p></div></body></html>"
    assert "haunted" in one(tmp_path, "a.html", page.encode()).text


def test_the_entries_of_a_live_blog_have_their_days_and_times(tmp_path: Path) -> None:
    entries = "".join(
        f"<div class='post'><time datetime='2026-0{n}-1{n}T0{n}:30:00Z'>0{n}:30</time><h2>Round {n}</h2><p>In round {n} the team of Orre made {n} "
        f"points, which nobody had expected of it.</p><p>It was round {n} of nine, and the hall was full.</p></div>"
        for n in (3, 2, 1)
    )
    article = one(tmp_path, "a.html", f"<html><body><article><h1>Chess: live</h1>{entries}</article></body></html>".encode())
    assert "⟦" not in article.text
    for n in (3, 2, 1):
        at = article.text.index(f"0{n}:30: In round {n}")
        assert article.entry_at(at).dated == f"2026-0{n}-1{n}"
        assert article.entry_at(article.text.index(f"It was round {n}")) == article.entry_at(at)
    assert article.entry_at(0).said_by is None


def test_an_article_with_one_time_has_no_entries(tmp_path: Path) -> None:
    page = f"<html><body><article><h1>Sold</h1><div><time datetime='2026-01-02'>2 January</time></div><p>{ARTICLE}</p></article></body></html>"
    article = one(tmp_path, "a.html", page.encode())
    assert (article.entries, article.published) == ((), "2026-01-02")
