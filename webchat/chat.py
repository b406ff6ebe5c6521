"""The chat page, in Gradio Blocks. Logic is elsewhere: here events are wired to the desk and answers to the page.

No gr.HTML (it needs eval), no gr.State and no ChatInterface (they hold connections and break in a foreign frame).
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import gradio as gr

from answering.engine import Phase
from corpus.errors import UserError
from index.generations import Manifest
from retriever.request import LONGEST_QUESTION, MOST_TURNS, make_request
from webchat.api import Desk
from webchat.render import answer_html, error_html, inert, phase_html, question_html

_LOG = logging.getLogger(__name__)
Messages = list[dict[str, Any]]
TITLE = "Second Source"
_LONGEST_MESSAGE = 20_000
"""Code points of a message that are looked at; the browser sends the conversation back, and may send anything."""
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Ubuntu", "Helvetica Neue", "sans-serif")
_HIDDEN: dict[str, Any] = {"queue": False, "api_visibility": "private", "show_progress": "hidden"}


def make_theme() -> gr.themes.Base:
    """System fonts only; no outline boxes."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=[gr.themes.Font(name) for name in _FONTS],
        font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")],
    ).set(
        body_background_fill="#ffffff",
        body_background_fill_dark="#0f1418",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        block_padding="0px",
        layout_gap="0px",
    )


def make_chat(desk: Desk, manifest: Manifest, examples: Sequence[str]) -> gr.Blocks:
    """The page for one corpus; `examples` are questions that it can answer."""

    async def respond(question: str, messages: Messages) -> AsyncIterator[tuple[Any, Any]]:
        asked = (question or "").strip()
        if not asked:
            yield gr.skip(), gr.skip()
            return
        messages = [*(messages or []), _message("user", question_html(asked)), _message("assistant", phase_html("Waiting"))]
        yield messages, _box(busy=True, value="")
        try:
            request = make_request({"question": asked, "history": _turns(messages[:-2])})
            async for step in desk.steps(request):
                shown = phase_html(step.text, step.readings, step.written) if isinstance(step, Phase) else answer_html(step)
                messages[-1] = _message("assistant", shown)
                yield messages, gr.skip()
        except UserError as error:
            messages[-1] = _message("assistant", error_html(str(error)))
        except Exception:
            _LOG.exception("a question failed")
            messages[-1] = _message(
                "assistant", error_html("This question could not be answered: an error, now in the log.")
            )
        yield messages, _box(busy=False)

    def stopped(messages: Messages) -> tuple[Messages, Any]:
        if messages and messages[-1]["role"] == "assistant" and 'class="working"' in _text(messages[-1]):
            messages[-1] = _message("assistant", error_html("Stopped."))
        return messages, _box(busy=False)

    def again(messages: Messages, retry: gr.RetryData) -> tuple[Messages, str]:
        index = int(retry.index[0] if isinstance(retry.index, tuple | list) else retry.index)
        return messages[:index], _asked_text(messages[index])

    with gr.Blocks(title=TITLE, fill_height=True, fill_width=True, analytics_enabled=False) as page:
        with gr.Row(elem_id="topbar"):
            gr.Markdown(f"# {TITLE}", elem_id="brand")
            new = gr.Button("New chat", size="sm", elem_id="newchat", scale=0, min_width=90)
        chat = _conversation(manifest, examples)
        box = _question_box()
        gr.Markdown("Every statement is a quote from an article. Read it before you rely on it.", elem_id="foot")
        asking: dict[str, Any] = {
            "fn": respond, "inputs": [box, chat], "outputs": [chat, box], "concurrency_limit": 64,
            "api_visibility": "private", "show_progress": "hidden",
        }  # fmt: skip
        submitted = box.submit(**asking)
        chosen = chat.example_select(_example_text, None, [box], **_HIDDEN).then(**asking)
        retried = chat.retry(again, [chat], [chat, box], **_HIDDEN).then(**asking)
        running = [submitted, chosen, retried]
        box.stop(stopped, [chat], [chat, box], cancels=running, **_HIDDEN)
        new.click(lambda: ([], _box(busy=False, value="")), None, [chat, box], cancels=running, **_HIDDEN)
    page.max_threads = 128  # copied by queue(); the default of 40 caps what runs at once
    page.queue(default_concurrency_limit=8, max_size=200, api_open=False)
    return cast("gr.Blocks", page)


def _conversation(manifest: Manifest, examples: Sequence[str]) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat", show_label=False, label="Conversation", container=False, layout="bubble", height="100%",
        buttons=[], allow_tags=False, latex_delimiters=[], sanitize_html=True, line_breaks=False,
        group_consecutive_messages=False, feedback_options=None, placeholder=_greeting(manifest),
        examples=[{"text": example} for example in examples],
    )  # fmt: skip


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="ask", show_label=False, label="Your question", placeholder="Ask the articles a question", lines=1,
        max_lines=6, submit_btn=True, stop_btn=False, container=False, max_length=LONGEST_QUESTION,
    )  # fmt: skip


def _greeting(manifest: Manifest) -> str:
    dates = f", {manifest.oldest} to {manifest.newest}" if manifest.oldest and manifest.newest else ""
    return (
        "<h2>What do you want to know?</h2>"
        f"<p>{manifest.articles:,} articles{inert(dates)}. Every answer is quoted from them; "
        "if they do not say, you will be told so.</p>"
    )


def _box(*, busy: bool, **settings: Any) -> Any:
    return gr.Textbox(submit_btn=not busy, stop_btn=busy, **settings)


def _example_text(chosen: gr.SelectData) -> str:
    return str(chosen.value["text"])


def _message(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "content": content}


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _turns(messages: Messages) -> list[dict[str, str | None]]:
    """The earlier questions with the statements of their answers."""
    turns: list[dict[str, str | None]] = []
    for message in messages[-2 * MOST_TURNS :]:
        if message["role"] == "user":
            turns.append({"question": _asked_text(message), "answer": None})
        elif turns:
            claims = re.findall(r'<p class="claim">(.*?)</p>', _text(message)[:_LONGEST_MESSAGE], re.DOTALL)
            said = " ".join(_bare(re.sub(r"<a [^<>]*>[^<>]*</a>", "", claim)) for claim in claims)
            turns[-1]["answer"] = said or None
    return turns


def _bare(markup: str) -> str:
    return html.unescape(re.sub(r"<[^<>]*>", "", markup[:_LONGEST_MESSAGE]))[:LONGEST_QUESTION]


def _asked_text(message: dict[str, Any]) -> str:
    """The question in a message of the user; the browser sends history back, so it is taken as text only."""
    return _bare(_text(message))
