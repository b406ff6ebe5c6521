"""An answer as Markdown: what it says, that nothing of an article is markup in it, and that what was said is read back."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.answer import Answer, Claim, Disagreement, Origin, Quote, RestsOn, Side, Writing
from corpus.article import Article, Span
from retriever.request import make_request
from tests.fakes import article
from tests.hostile import hostile_texts
from tests.payloads import PAYLOADS
from webchat.markdown import (
    answer_markdown,
    article_markdown,
    bare,
    inert,
    quote_named,
    quotes_in,
    statements_in,
    support_in,
)

BOUGHT = article("a/b.txt", "Before. Ostby bought 12 buses. After.", title="Buses", publisher="Post", published="2026-05-04")
SOLD = article("c d.txt", "Ostby bought 14 buses.", title="More", author="Ada", url="https://www.times.example/x")


def quote(number: int, one: Article, words: str, *reasons: str) -> Quote:
    start = one.text.index(words)
    return Quote(number, one, Span(start, start + len(words)), Origin("o", (one.id,), reasons))


ONE = Answer(
    "How many buses did Ostby buy?", "answered", "Ostby bought 12 buses. [1]", "12 buses",
    (Claim("Ostby bought 12 buses.", (1,), "single_source", 1),), quotes=(quote(1, BOUGHT, "Ostby bought 12 buses."),),
)  # fmt: skip


def said(answer: Answer, **asked: Any) -> list[str]:
    """Its paragraphs as they are read, chips as [n] and badges as {kind: words}."""
    text = answer_markdown(answer, make_request({"question": "x", **asked}))
    text = re.sub(r'\[([^\]]*)\]\(#q/\S+ "[^"]*"\)', r"[\1]", text)
    return bare(re.sub(r'\[([^\]]*)\]\(#b/(\w+) "[^"]*"\)', r"{\2: \1}", text)).split("\n\n")


def test_that_the_articles_say_otherwise_is_said_first() -> None:
    told = replace(ONE, answer_span=None, otherwise=True)
    assert said(told) == [
        "{otherwise: The articles say otherwise}", "Ostby bought 12 buses. [1] {single_source: Single source}",
    ]  # fmt: skip


def test_the_short_answer_stands_first_with_its_support_beside_it() -> None:
    assert said(ONE) == ["**12 buses** · {single_source: Single source}", "Ostby bought 12 buses. [1]"]
    assert said(replace(ONE, answer_span=None)) == ["Ostby bought 12 buses. [1] {single_source: Single source}"]
    assert said(replace(ONE, answer_span="Ostby bought 12 buses")) == said(replace(ONE, answer_span=None)), (
        "said once is enough"
    )


def test_a_models_words_stand_below_the_quotes_and_under_its_name() -> None:
    claim = Claim("Ostby bought a dozen buses.", (1,), "single_source", 1)
    written = replace(ONE, claims=(claim,), writing=Writing(1, 0), models={"writer": "tiny"})
    assert said(written) == [
        "**12 buses** · {single_source: Single source}", "Ostby bought 12 buses. [1]",
        "> *In the words of tiny, checked against the quotes:*\n>\n> Ostby bought a dozen buses. [1]",
    ]  # fmt: skip
    assert statements_in(answer_markdown(written)) == "Ostby bought 12 buses."
    kept_as_it_is = replace(written, claims=ONE.claims)
    assert said(kept_as_it_is) == said(ONE)
    assert said(replace(ONE, notices=("It broke off.",)))[-1] == "*It broke off.*"


def test_a_card_tells_the_quote_and_whose_it_is() -> None:
    card = re.search(r'\(#q/\S+ "([^"]*)"\)', answer_markdown(ONE))
    assert card is not None
    assert unescape(card[1]).split("\n") == ["“Ostby bought 12 buses.”", "Buses", "Post · 4 May 2026"]
    undated = replace(ONE, quotes=(quote(1, SOLD, "Ostby bought 14 buses."),))
    assert "times.example · Ada · undated" in answer_markdown(undated)
    machine = replace(SOLD, machine=Span(0, 1))
    assert "undated · machine-written" in answer_markdown(replace(ONE, quotes=(quote(1, machine, "Ostby"),)))


def test_undated_and_machine_written_stand_in_words_at_the_chip() -> None:
    machine = replace(ONE, quotes=(quote(1, replace(SOLD, machine=Span(0, 1)), "Ostby bought 14 buses."),))
    assert "Ostby bought 12 buses. [1] {undated: undated} {machine: machine-written}" in said(machine)
    assert statements_in(answer_markdown(machine)) == "Ostby bought 12 buses."
    assert "undated" not in answer_markdown(ONE)


def test_sides_are_a_list_each_with_its_quote_its_source_and_its_support() -> None:
    quotes = (*ONE.quotes, quote(2, SOLD, "Ostby bought 14 buses."))
    sides = (Side("12 buses", (1,), "single_source", 1), Side("14 buses", (2,), "unknown", 1))
    claims = (*ONE.claims, Claim("Ostby bought 14 buses.", (2,), "unknown", 1))
    differ = replace(ONE, claims=claims, quotes=quotes, disagreements=(Disagreement(sides),))
    assert said(differ) == [
        "{differ: Sources differ}",
        "- **12 buses** · {single_source: Single source}", "  “Ostby bought 12 buses.” [1]", "  *Buses · Post · 4 May 2026*",
        "- **14 buses** · {unknown: Independence unknown}", "  “Ostby bought 14 buses.” [2]",
        "  *More · times.example · Ada · undated*",
    ]  # fmt: skip
    assert said(replace(differ, disagreements=(), updates=sides))[0] == "{updated: Changed over time}"
    assert statements_in(answer_markdown(differ)) == "Ostby bought 12 buses. Ostby bought 14 buses."


def test_one_origin_says_why_in_the_text() -> None:
    quotes = (quote(1, BOUGHT, "Ostby", "Same text."), quote(2, SOLD, "Ostby", "Same text."))
    shared = replace(
        ONE, claims=(Claim("Ostby bought buses.", (1, 2), "shared_origin", 1),), quotes=quotes, answer_span=None
    )
    assert said(shared) == [
        "Ostby bought buses. [1] [2] {undated: undated} {shared_origin: 2 articles, one origin}",
        "*Same text.*",
    ]


def test_what_must_be_said_beside_an_answer_is_said() -> None:
    upstream = RestsOn("Reuters", ("a/b.txt",), in_corpus=False)
    told = replace(ONE, understood="How many?", upstreams=(upstream,), writing=Writing(0, 2, "The writer was not heard."))
    notes = said(told, outlets=["Post"], since="2026-05-01")
    assert notes[:2] == ["*Understood as: How many?*", "*Asked of a part only: Post, from 1 May 2026*"]
    assert notes[-2:] == ["*1 quoted article rests on Reuters, which is not in the corpus.*", "*The writer was not heard.*"]
    listed = replace(
        ONE, kind="list", answers=(Side("12 buses", (1,), "single_source", 1), Side("Ostby", (1,), "unknown", 2))
    )
    assert (
        said(listed)[0]
        == "- **12 buses** [1] {single_source: Single source}\n- **Ostby** [1] {unknown: Independence unknown}"
    )


def test_declined_shows_the_nearest_and_states_nothing() -> None:
    declined = Answer("Who?", "declined", "The articles do not say. 2 articles were searched.", nearest=ONE.quotes)
    assert said(declined) == [
        "{declined: No answer found}", "The articles do not say. 2 articles were searched.", "The nearest passages:",
        "> Ostby bought 12 buses. [1]\n>\n> *Buses · Post · 4 May 2026*",
    ]  # fmt: skip
    markdown = answer_markdown(declined)
    assert (statements_in(markdown), support_in(markdown)) == ("", None)
    assert said(Answer("Thanks", "declined", "Nothing was asked.")) == ["Nothing was asked."]


def test_a_message_is_read_back() -> None:
    markdown = answer_markdown(ONE)
    assert statements_in(markdown) == "Ostby bought 12 buses."
    assert support_in(markdown) == "single_source"
    assert quotes_in(markdown) == [("a/b.txt", Span(8, 30))]


@given(hostile_texts)
def test_text_is_read_back_as_it_was_seen(text: str) -> None:
    seen = "".join(c for c in re.sub(r"\s+", " ", text) if c.isprintable())
    assert bare(inert(text)) == seen


@given(hostile_texts)
def test_an_address_is_read_back(id_: str) -> None:
    one = replace(BOUGHT, id=id_ or "x")
    assert quotes_in(answer_markdown(replace(ONE, quotes=(quote(1, one, "Ostby"),)))) == [(one.id, Span(8, 13))]


@given(st.text())
def test_an_address_from_a_browser_may_be_anything(address: str) -> None:
    named = quote_named(f"#q/{address}")
    assert named is None or named[1].start >= 0


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_an_article_is_markup(payload: str) -> None:
    """Only our own links, emphasis and marks are left when all that is escaped is taken away."""
    one = article(
        f"x/{payload}", f"{payload} Ostby. {payload}", title=payload, publisher=payload, author=payload, url=payload
    )
    markdown = answer_markdown(replace(ONE, question=payload, quotes=(quote(1, one, one.text),), understood=payload))
    markdown += article_markdown(one, Span(0, 5), one.sha256[:12]).replace("<mark>", "").replace("</mark>", "")
    plain = re.sub(r"\\[!-/:-@\[-`{-~]|&(?:lt|gt|amp|#10);", "", markdown)
    ours = re.sub(r'\[[^\]]*\]\((?:#[qb]/\S+ "[^"]*"|https?://[^)\s]*)\)', "", plain)
    assert not re.search(r"[<`_|~\[\]]|://|www\.", ours)
    assert not re.search(r"^(?:[-+] |\d+[.)] | {4}\S|#{3,} )", ours, re.MULTILINE)


@given(hostile_texts, hostile_texts, hostile_texts)
def test_an_article_is_shown_whole_with_its_quote_marked(before: str, quoted: str, after: str) -> None:
    one = article("a", before + quoted + after)
    span = Span(len(before), len(before) + len(quoted))
    body = article_markdown(one, span, one.sha256[:12]).split("---\n\n", 1)[1]
    marked = "".join(re.findall(r"<mark>(.*?)</mark>", body, re.DOTALL))
    assert visible(bare(marked)) == visible(quoted)
    assert visible(bare(re.sub(r"</?mark>", "", body).replace("\\\n", "\n"))) == visible(one.text)


def visible(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not c.isspace())


def test_furniture_is_left_out_unless_it_is_quoted() -> None:
    text = "Menu | Sport\n\nOstby bought 12 buses.\n\nSource: Post"
    one = replace(article("a", text), furniture=(Span(0, 12), Span(38, 50)))
    body = article_markdown(one, Span(14, 36), one.sha256[:12]).split("---\n\n")[1]
    assert body == "<mark>Ostby bought 12 buses.</mark>"
    assert "<mark>Source: Post</mark>" in article_markdown(one, Span(38, 50), one.sha256[:12])


def test_lines_are_kept_and_a_changed_article_is_told() -> None:
    one = article("a", "One\nTwo\n\nThree")
    assert article_markdown(one, Span(0, 0), one.sha256[:12]).endswith("One\\\nTwo\n\nThree")
    assert article_markdown(article("a", "One\nTwo\n"), Span(0, 0), "").endswith("One\n\nTwo")
    assert "has changed since" in article_markdown(one, Span(0, 3), "0" * 12)
    assert article_markdown(None, Span(0, 3), "0" * 12) == "This article is no longer in the index."


@pytest.mark.parametrize("piece", ["[", "](#q/", '[a](#q/x "', " ", " · ", "\\", '[1](#q/1/2/000000000000/a "', "*", "&lt;"])
def test_what_a_browser_sends_is_read_in_one_pass(piece: str) -> None:
    """Four times as long takes about four times as long, by the processor's clock; sixteen times if it were quadratic."""
    times = []
    for length in (20_000, 80_000):
        text = (piece * length)[:length] + "](#q/"
        begin = time.thread_time()
        for _ in range(3):
            statements_in(text), quotes_in(text), support_in(text), bare(text)
        times.append(time.thread_time() - begin)
    assert times[1] < 10 * times[0] + 0.3
