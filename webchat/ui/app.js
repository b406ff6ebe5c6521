// The chat page: its parts are wired here.

import { cardIsShown, hide } from "./card.js";
import { Conversation } from "./conversation.js";
import { button, icon, make } from "./dom.js";
import { closeWidget, inPanel, tellHost, wishes } from "./embedding.js";
import { part, prepareFilter } from "./filter.js";
import { keep, latest, prepareHistory, restored } from "./history.js";
import { embedded, fetched, page, root } from "./page.js";
import { closePanel, panelIsOpen } from "./panel.js";
import { conversationAsMarkdown, download, linked } from "./sharing.js";
import { prepareTheme } from "./theme.js";
import { holding } from "./words.js";

const at = (id) => document.getElementById(id);
const title = wishes.title ?? page.title;
const box = at("ask");

let ready = false;
const conversation = new Conversation({ part, changed, answered: tellHost });

/** Shows what can be done now; called whenever an answer begins or ends. What was in focus may be gone by it. */
function changed() {
  const begun = conversation.turns.length > 0;
  at("empty").hidden = begun;
  at("new").hidden = at("download").hidden = !begun;
  at("send").hidden = conversation.busy;
  at("stop").hidden = !conversation.busy;
  for (const control of document.querySelectorAll(".asked button, .tools button, .suggested")) control.disabled = conversation.busy;
  if (begun && !conversation.busy) keep(conversation);
  if (ready && (document.activeElement === document.body || document.activeElement?.disabled)) focusOnWhatIsNext();
}

/** On a phone the question's field would raise the keyboard over the answer. */
function focusOnWhatIsNext() {
  if (conversation.busy) at("stop").focus();
  else if (matchMedia("(hover: none)").matches) at("scroll").focus();
  else box.focus();
}

function submit() {
  const question = box.value.trim();
  if (!question || conversation.busy) return;
  box.value = "";
  conversation.ask(question);
}

function prepareComposer() {
  at("send").append(icon("send"));
  at("stop").append(icon("stop"));
  at("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  at("stop").addEventListener("click", () => {
    conversation.stop();
    box.focus();
  });
}

function prepareBar() {
  document.title = title;
  document.documentElement.classList.toggle("in-panel", inPanel);
  for (const control of document.querySelectorAll("#bar [data-shape]")) control.prepend(icon(control.dataset.shape));
  const logo = page.logo ? make("img", { src: new URL("logo", root).href, alt: "" }) : make("span", { class: "sign", "aria-hidden": "true" });
  at("brand").replaceChildren(logo, make("span", { text: title }));
  at("new").addEventListener("click", () => {
    conversation.clear();
    box.focus();
  });
  at("download").addEventListener("click", () => {
    download(conversationAsMarkdown(conversation.turns, title), `${new Date().toISOString().slice(0, 10)}-conversation.md`);
  });
}

async function prepareEmpty() {
  at("greeting").textContent = wishes.greeting ?? page.greeting;
  at("holds").textContent = `${holding(page.index)}. Every answer is quoted from them; if they do not say, you will be told so.`;
  try {
    const examples = page.examples ?? (await fetched("api/examples")).questions;
    at("examples").replaceChildren(...examples.map((question) => make("li", {}, button(question, () => conversation.ask(question), { class: "suggested" }))));
  } catch {
    // no examples, then
  }
}

/** Escape puts away what is on top: the card, the panel, the widget. */
function escape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (cardIsShown()) hide();
  else if (panelIsOpen()) closePanel();
  else if (embedded) closeWidget();
}

/** A link is asked by itself: not as a part of the conversation that is open here, nor of the chosen part. */
function followLink() {
  const link = linked(location.hash);
  if (!link) return false;
  history.replaceState(null, "", location.pathname + location.search);
  conversation.clear();
  const { question, ...asked } = link.asked;
  conversation.ask(question, { asked, seen: link.before });
  return true;
}

function begin() {
  const last = page.kind === "widget" && latest();
  if (!followLink() && last) restored(last, conversation);
  if (!embedded || inPanel) box.focus();
}

prepareTheme(at("theme"), wishes.accent ?? page.accent, wishes.theme);
prepareBar();
prepareFilter();
prepareComposer();
prepareHistory(at("history-open"), conversation);
addEventListener("keydown", escape);
addEventListener("hashchange", followLink);
prepareEmpty();
changed();
begin();
ready = true;
document.documentElement.dataset.ready = "";
