"""The chat as a Gradio app: one Blocks with two pages, `/` and the compact `/widget` for frames on other pages.

`_Page` lays a page out and says what happens in it. The words of an answer are webchat/markdown.py's, the look is the theme
below and webchat/ui/chat.css, and what Gradio leaves to a script is webchat/ui/chat.js. Nothing is kept on the server: a
conversation lives in its browser, and is sent along with every question.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any

import gradio as gr
from anyio import to_thread
from gradio import events
from pydantic import ValidationError

from answering.answer import Answer, articles_in_words, as_json
from answering.from_passages import Phase
from corpus.errors import UserError
from index.rules import NOBODYS, Groups
from retriever.request import LONGEST_QUESTION, make_request
from webchat.desk import MOST_WAITING, Waiting, answer_of
from webchat.door import Door, asker_of
from webchat.feedback import REASONS
from webchat.markdown import article_markdown, day_in_words, inert, quote_named
from webchat.messages import (
    Message,
    answer_messages,
    is_working,
    opinion_on,
    question_in,
    question_message,
    text_of,
    told_message,
    turns_in,
    working_message,
)
from webchat.overview import Overview
from webchat.site import Site

_LOG = logging.getLogger(__name__)
_RECENT = 8
"""Questions that a browser remembers."""
_LONGEST_TITLE = 200
"""Code points of a title or greeting that a widget's host asks for."""
_SMALL: dict[str, Any] = {"queue": False, "api_visibility": "private", "show_progress": "hidden"}
"""Events that are over at once, and no line is needed for."""
_FOOT = "Every statement is a quote from an article. Read it before you rely on it."
_FONT = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_PULSE, _MOMENT = 0.5, 0.15
"""Seconds: in which a closed tab is noticed at the latest, and in which a step may be overtaken by the next."""
Step = Waiting | Phase | Answer
Updates = dict[Any, Any]
"""By component."""


def make_chat(asked: Door, overview: Overview, site: Site) -> gr.Blocks:
    demo: gr.Blocks
    with gr.Blocks(title=site.title, fill_height=True, fill_width=True, analytics_enabled=False) as demo:
        _Page(asked, overview, site, demo, whole=True)
        events.api(_api(asked), api_name="ask", concurrency_limit=None)
    with demo.route("Widget", "/widget", show_in_navbar=False):
        _Page(asked, overview, site, demo, whole=False)
    demo.max_threads = 2 * MOST_WAITING  # Gradio's own queue holds nobody up: the one line is the desk's
    demo.queue(default_concurrency_limit=None, max_size=None)
    return demo


def make_theme(site: Site) -> gr.themes.Base:
    """Plain, with the site's accent; webchat/ui/chat.css derives the shades that can be read on light and dark from it."""
    theme = gr.themes.Base(
        neutral_hue=gr.themes.colors.slate, radius_size="lg", font=[gr.themes.Font(name) for name in _FONT],
        font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")],
    )  # fmt: skip
    return theme.set(
        color_accent=site.accent, body_background_fill="#ffffff", body_background_fill_dark="#0f1418",
        body_text_color="#16202a", body_text_color_dark="#e7edf1", body_text_color_subdued="#55636e",
        body_text_color_subdued_dark="#9fb0bc", border_color_primary="#dde4e9", border_color_primary_dark="#2a363e",
        block_border_width="0px", block_shadow="none", block_background_fill="transparent", block_background_fill_dark="transparent",
    )  # fmt: skip


def _api(asked: Door) -> Callable[..., Awaitable[dict[str, Any]]]:
    async def ask(question: str, request: gr.Request, date: str | None = None) -> dict[str, Any]:
        """Answers one question out of the articles: the same object as POST /api/ask gives."""
        fields = {"question": question, **({"date": date} if date else {})}
        try:
            return as_json(await answer_of(asked.steps(make_request(fields), asker_of(_scope(request)))))
        except UserError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return ask


class _Page:
    """One of the two pages. The `whole` one also has a menu: outlets and days, questions asked before, download, light or
    dark. Methods without an underscore are what Gradio calls; what they give stands in the order of the outputs."""

    def __init__(self, asked: Door, overview: Overview, site: Site, demo: gr.Blocks, *, whole: bool) -> None:
        self._asked, self._overview, self._site, self._whole = asked, overview, site, whole
        if whole:
            self._lay_out_menu()
        self._lay_out()
        self._wire(demo)

    # --- what there is -----------------------------------------------------------------------------------------------

    def _lay_out_menu(self) -> None:
        with gr.Sidebar(open=False, width=300, elem_id="menu"):
            self.new = gr.Button("New chat", size="sm")
            gr.Markdown("## Ask only", container=False)
            self.outlets = gr.Dropdown([], multiselect=True, label="Outlets", elem_id="outlets")
            # Which there are, the index knows; Gradio does not, since no session is kept.
            self.outlets.preprocess = lambda payload: payload  # type: ignore[method-assign]
            self.since = gr.Textbox(label="Published from", placeholder="2026-01-08", max_lines=1)
            self.until = gr.Textbox(label="Published to", placeholder="2026-12-31", max_lines=1)
            gr.Markdown("## Asked before", container=False)
            self.recent = gr.BrowserState([], storage_key="secondsource.recent", secret="kept from nobody")
            self.past = [gr.Button(visible=False, size="sm", elem_classes="past") for _ in range(_RECENT)]
            self.forget = gr.Button("Forget these", visible=False, size="sm")
            gr.Markdown("## This page", container=False)
            gr.Button("Download the chat", size="sm", elem_id="download")
            gr.Button("Dark or light", size="sm", elem_id="shade")

    def _lay_out(self) -> None:
        with gr.Row(elem_id="top"):
            self.title = gr.Markdown(self._heading(self._site.title), container=False)
            if not self._whole:
                self.new = gr.Button("New chat", size="sm", scale=0, min_width=90)
        self.chat = gr.Chatbot(
            elem_id="chat", label="Conversation", show_label=False, container=False, height="100%", layout="bubble",
            buttons=["copy"], editable="user", autoscroll=False, allow_tags=False, latex_delimiters=[], line_breaks=False,
            feedback_options=["Like", "Dislike", *(reason.capitalize() for reason in REASONS)],
            placeholder=self._greeting(self._site.greeting),
        )  # fmt: skip
        self.box = gr.Textbox(
            elem_id="ask", label="Your question", show_label=False, placeholder="Ask the articles a question", container=False,
            lines=1, max_lines=6, max_length=LONGEST_QUESTION, submit_btn=True, stop_btn=False, autofocus=self._whole, interactive=True,
        )  # fmt: skip
        gr.Markdown(_FOOT, elem_id="foot", container=False)
        self.question = gr.Textbox(visible="hidden", elem_id="question", label="Question to ask")
        self.cited = gr.Textbox(visible="hidden", elem_id="cited", label="Quote to show")
        with gr.Sidebar(position="right", open=False, width=430, elem_id="sources"):
            self.source = gr.Markdown(elem_id="source", container=False, latex_delimiters=[])

    def _heading(self, title: str) -> str:
        return f"# {'![](logo) ' if self._site.logo else ''}{inert(title)}"

    def _greeting(self, words: str, groups: Groups = NOBODYS) -> str:
        manifest = self._overview.manifest(groups)
        bounds = [day_in_words(day) for day in (manifest.oldest, manifest.newest) if day]
        holds = ", ".join([articles_in_words(manifest.articles), *filter(None, [" to ".join(bounds)])])
        return f"## {inert(words)}\n\n{holds}. Every answer is quoted from them; if they do not say, you will be told so."

    # --- what happens ------------------------------------------------------------------------------------------------

    def _wire(self, demo: gr.Blocks) -> None:
        part = [self.outlets, self.since, self.until] if self._whole else []
        both = [self.chat, self.box]
        ask: dict[str, Any] = {
            "fn": self.respond, "inputs": [self.question, self.chat, *part], "outputs": both,
            "api_visibility": "private", "show_progress": "hidden",
        }  # fmt: skip
        # The script submits what is typed there, one question after the other, so that what is typed meanwhile is nobody's.
        begun = [
            self.question.submit(**ask, trigger_mode="multiple"),
            self.chat.example_select(self.picked, None, [self.question], **_SMALL).then(**ask),
            self.chat.retry(self.again, [self.chat], [self.chat, self.question], **_SMALL).then(**ask),
            self.chat.edit(self.again, [self.chat], [self.chat, self.question], **_SMALL).then(**ask),
        ]
        if self._whole:
            clicked = [button.click(lambda text: text, [button], [self.question], **_SMALL) for button in self.past]
            begun += [click.then(**ask) for click in clicked]
            shown = [self.recent, *self.past, self.forget]
            for asked in begun:
                asked.success(self.remember, [self.chat, self.recent], shown, **_SMALL)
            self.forget.click(lambda: self._known([]), None, shown, **_SMALL)
            demo.load(self._known, [self.recent], shown, **_SMALL)
        self.chat.undo(self.again, [self.chat], both, **_SMALL)
        self.chat.like(self.like, [self.chat], None, **{**_SMALL, "queue": True})  # which tells a refusal
        self.cited.change(self.show, [self.cited], [self.source], **_SMALL)
        self.box.stop(self.stopped, [self.chat], both, cancels=begun, **_SMALL)
        gr.on([self.new.click, self.chat.clear], self.cleared, None, both, cancels=begun, **_SMALL)
        outlets = [self.outlets] if self._whole else []
        demo.load(self.arrive, None, [self.title, self.chat, self.box, *outlets], **_SMALL)
        demo.load(self.offer, None, [self.chat], **{**_SMALL, "queue": True})  # which sends more than once

    async def respond(
        self, question: str, messages: list[Message], request: gr.Request, *part: Any
    ) -> AsyncIterator[Updates]:
        """Every step as it comes. Closing it, as a stop or a closed tab does, gives the place in line back."""
        turns, messages = turns_in(messages), [*messages, question_message(question)]
        try:
            asked = make_request({"question": question, "history": turns, **_part(*part)})
            async with aclosing(_ahead(self._asked.steps(asked, asker_of(_scope(request))))) as steps:
                await anext(steps)
                yield {self.chat: messages, self.box: _box(busy=True)}
                async for step in steps:
                    if isinstance(step, Answer):
                        yield {self.chat: [*messages, *answer_messages(step, asked)], self.box: _box(busy=False)}
                    else:
                        yield {self.chat: [*messages, working_message(step)] if step else gr.skip()}
        except UserError as error:
            yield {self.chat: [*messages, told_message(str(error))], self.box: _box(busy=False)}
        except Exception:
            _LOG.exception("a question failed")
            told = "This question could not be answered: an error, now in the log."
            yield {self.chat: [*messages, told_message(told)], self.box: _box(busy=False)}

    def stopped(self, messages: list[Message]) -> tuple[list[Message], Any]:
        """While nothing was found yet, there is only the question."""
        if messages and (is_working(messages[-1]) or messages[-1]["role"] == "user"):
            messages = [*(m for m in messages if m is not messages[-1] or m["role"] == "user"), told_message("Stopped.")]
        return messages, _box(busy=False)

    def cleared(self) -> tuple[list[Message], Any]:
        """What is typed meanwhile stays: it may be the next question."""
        return [], _box(busy=False)

    def again(self, messages: list[Message], chosen: gr.EventData) -> tuple[list[Message], str]:
        """The conversation before a question, and the question, as it was or as it has been edited."""
        return messages[: chosen.index], question_in({"content": chosen.value})

    def picked(self, chosen: gr.EventData) -> str:
        return text_of({"content": chosen.value})

    def remember(self, messages: list[Message], known: list[str] | None) -> Updates:
        return self._known([*(question_in(m) for m in messages[::-1] if m["role"] == "user"), *(known or ())])

    def _known(self, questions: Sequence[str] | None) -> Updates:
        """What the browser keeps, each once, and a button for each."""
        kept = list(dict.fromkeys(questions or ()))[:_RECENT]
        padded = [*kept, *[""] * _RECENT][:_RECENT]
        buttons = {button: gr.Button(q, visible=bool(q)) for button, q in zip(self.past, padded, strict=True)}
        return {self.recent: kept, self.forget: gr.Button(visible=bool(kept)), **buttons}

    async def like(self, messages: list[Message], data: gr.EventData, request: gr.Request) -> None:
        """A thumb, or a reason; taking one back says nothing."""
        if data.liked == "":
            return
        try:
            await self._asked.keep_opinion(opinion_on(messages, data.index, data.liked), asker_of(_scope(request)))
        except (UserError, ValidationError) as error:
            raise gr.Error(str(error), print_exception=False) from error

    def show(self, address: str, request: gr.Request) -> str:
        """The article of a chip, with its quote marked."""
        named = quote_named(address or "")
        if named is None:
            return ""
        id_, quote, digest = named
        return article_markdown(self._asked.article(id_, asker_of(_scope(request))), quote, digest)

    async def arrive(self, request: gr.Request) -> list[Any]:
        """What the page's address asks for: title and greeting of a widget's host, and a question, which the reader sends or not.
        And the outlets of the generation in use."""
        asked = {name: str(value)[:LONGEST_QUESTION].strip() for name, value in request.query_params.items()}
        title, greeting = (asked.get(name, "")[:_LONGEST_TITLE] for name in ("title", "greeting"))
        groups = asker_of(_scope(request)).groups
        placeholder = await to_thread.run_sync(self._greeting, greeting or self._site.greeting, groups)
        shown = [
            self._heading(title or self._site.title),
            gr.Chatbot(placeholder=placeholder),
            asked.get("ask") or gr.skip(),
        ]
        if self._whole:
            corpus = await self._overview.corpus(groups)
            shown.append(gr.Dropdown([outlet["name"] for outlet in corpus["outlets"]]))
        return shown

    async def offer(self) -> AsyncIterator[Any]:
        """Questions to begin with, as they are found."""
        async for questions in self._overview.examples():
            yield gr.Chatbot(examples=[{"text": question} for question in questions])


async def _ahead(steps: AsyncGenerator[Step, None]) -> AsyncGenerator[Step | None, None]:
    """None at once, with the first step begun; then the steps, each begun while Gradio still sends the one before. What only
    says what is done is not told where more comes in a moment, for sending and drawing it would slow that down. None whenever
    nothing came for a while: Gradio sees a closed tab only when it is given something."""
    coming = asyncio.ensure_future(anext(steps))
    try:
        yield None
        told = time.monotonic()
        while True:
            step = None
            if (await asyncio.wait([coming], timeout=_PULSE))[0]:
                step, coming = await coming, asyncio.ensure_future(anext(steps))
                brief = isinstance(step, Phase) and not (step.readings or step.written) and time.monotonic() - told < _PULSE
                if brief and (await asyncio.wait([coming], timeout=_MOMENT))[0]:
                    continue
            yield step
            told = time.monotonic()
    except StopAsyncIteration:
        return
    finally:
        coming.cancel()
        await asyncio.wait([coming])
        await steps.aclose()


def _part(outlets: Sequence[str] = (), since: str | None = None, until: str | None = None) -> dict[str, Any]:
    given = {"outlets": outlets, "since": since, "until": until}
    return {name: value for name, value in given.items() if value}


def _box(*, busy: bool) -> Any:
    """What stands in it is its reader's: only the script and an undone question write there."""
    return gr.Textbox(submit_btn=not busy, stop_btn=busy)


def _scope(request: gr.Request) -> Any:
    assert request.request is not None  # only tests of Gradio's own call without one
    return request.request.scope
