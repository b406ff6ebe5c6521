"""What is shown is inert, whatever articles and questions hold."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.answer import Answer, Claim, Origin, Quote, RestsOn, Side
from corpus.article import Article, Span
from tests.hostile import hostile_texts
from webchat.api import segments
from webchat.render import answer_html, error_html, inert, question_html

MARKUP = ["<script>alert(1)</script>", "<img src=x onerror=1>", "![x](http://e/x.png)", "[a](javascript:1)", "${1}", "{{1}}", "$$x$$", "\n\n# h",
          "`code`", "**b**", "http://e.example", "</div>", "&lt;", "<!--", "|a|b|", "1. x", "- y"]  # fmt: skip
hostile_markup = st.lists(st.one_of(st.sampled_from(MARKUP), hostile_texts), max_size=8).map("".join)
TAGS = {"div", "p", "a", "span", "details", "summary", "h3", "mark", "strong", "ul", "li", "blockquote", "cite"}


class Seen(HTMLParser):
    """The tags, links and text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def seen(page: str) -> Seen:
    parser = Seen()
    parser.feed(page)
    parser.close()
    return parser


@given(hostile_markup)
def test_inert_text_reads_the_same_and_holds_no_markup(text: str) -> None:
    shown = inert(text)
    assert html.unescape(shown) == "".join(c for c in " ".join(text.split()) if c.isprintable())
    assert not re.search(r"[<>\[\]`*_$\\{}|~#!]", re.sub(r"&#\d+;", "", shown))


@given(hostile_markup.filter(lambda t: len(t) > 3), hostile_markup)
def test_an_answer_is_one_block_with_only_our_tags_and_links(text: str, title: str) -> None:
    article = Article("<i>/../id\n", text, title, publisher=title, author=text[:20], machine=Span(0, 1))
    quote = Quote(1, article, Span(0, len(text)), Origin("o", ("o",), (text,)))
    claim = Claim(text, (1,), "shared_origin", 1)
    for answer in (
        Answer("q", "answered", text, claims=(claim,), quotes=(quote,)),
        Answer(
            "q", "answered", text, claims=(claim,), quotes=(quote,), answers=(Side(text, (1,)), Side("x", (1,))), kind="list"
        ),
        Answer(
            "q",
            "answered",
            text,
            claims=(claim,),
            quotes=(quote,),
            updates=(Side(text, (1,)), Side("x", (1,))),
            upstreams=(RestsOn(text, ("o",), False),),
        ),
        Answer("q", "declined", text, nearest=(quote,)),
    ):
        page = answer_html(answer)
        found = seen(page)
        assert found.tags <= TAGS
        assert found.attributes <= {"class", "id", "href", "title", "open"}
        assert all(re.fullmatch(r"#(?:src-[0-9a-f]{8}-1|art-[^<>\"']+/\d+/\d+)", link) for link in found.links)
        assert "\n" not in page
    assert seen(question_html(text)).tags == {"div"}
    assert seen(error_html(text)).tags == {"div", "p"}


def test_a_list_is_named_before_it_is_told() -> None:
    article = Article("a", "Meta buys from AMD and Nvidia.", "t")
    quote = Quote(1, article, Span(0, len(article.text)), Origin("a", ("a",)))
    claim = Claim(article.text, (1,), "single_source", 1)
    sides = (Side("AMD", (1,)), Side("Nvidia", (1,)))
    told = Answer("q", "answered", article.text, claims=(claim,), quotes=(quote,), answers=sides, kind="list")
    assert re.search(r'<ul class="named"><li>AMD<a [^>]*>1</a></li><li>Nvidia', answer_html(told))
    assert "named" not in answer_html(replace(told, kind="comparison"))
    assert "named" not in answer_html(replace(told, answers=sides[:1]))


def test_an_update_is_no_disagreement_and_a_lacking_outlet_is_named() -> None:
    article = Article("a", "Ostby bought 12 buses.", "t", published="2026-03-09")
    quote = Quote(1, article, Span(0, len(article.text)), Origin("a", ("a",)))
    claim = Claim(article.text, (1,), "single_source", 1)
    told = Answer("q", "answered", article.text, claims=(claim,), quotes=(quote,), updates=(Side("9", (1,)), Side("12", (1,))),
                  upstreams=(RestsOn("TechCrunch", ("a",), False), RestsOn("CNN", ("a",), True)))  # fmt: skip
    page = answer_html(told)
    assert "Changed over time" in page and "Sources differ" not in page and "2026-03-09" in page
    assert "1 quoted article rests on TechCrunch, which is not in the corpus." in page and "CNN" not in page


@given(hostile_texts, st.integers(-5, 400), st.integers(-5, 400))
def test_segments_join_to_the_text(text: str, start: int, end: int) -> None:
    pieces = segments(Article("a", text, "t", furniture=(Span(0, min(3, len(text))),)), Span(start, end))
    assert "".join(p["text"] for p in pieces) == text


@pytest.mark.parametrize(
    ("support", "words"), [("single_source", "Single source"), ("corroborated", "2 independent sources")]
)
def test_support_is_said_in_words(support: str, words: str) -> None:
    article = Article("a", "A sentence.", "t")
    quote = Quote(1, article, Span(0, 11), Origin("a", ("a",)))
    answer = Answer("q", "answered", "x", claims=(Claim("x", (1,), support, 2),), quotes=(quote,))  # type: ignore[arg-type]
    assert words in answer_html(answer)
    assert "undated" in answer_html(answer)
