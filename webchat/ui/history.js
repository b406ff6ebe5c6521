// Conversations kept in this browser alone; where it may keep nothing, the page works without.

import { button, make } from "./dom.js";
import { canStore, store, stored } from "./storage.js";
import { counted } from "./words.js";

const MOST = 30;
const STILL_GOING = 2 * 60 * 60 * 1000; // ms
const dialog = make("dialog", { id: "history", "aria-labelledby": "history-title" });

const all = () => stored("history", []).filter((c) => c && Array.isArray(c.turns) && c.turns.length && typeof c.id === "string");

/** Keeps a conversation, the newest first; when the browser is full, the oldest give way. */
export function keep(conversation) {
  const turns = conversation.turns.map((turn) => turn.kept).filter((turn) => turn.answer || turn.error);
  if (!turns.length || stored("no-history", false)) return;
  if ((all().find((c) => c.id === conversation.id)?.at ?? 0) > conversation.at) conversation.forgotten(); // another tab went on with it
  conversation.at = Date.now();
  let kept = [{ id: conversation.id, at: conversation.at, turns }, ...all().filter((c) => c.id !== conversation.id)].slice(0, MOST);
  while (kept.length && !store("history", kept)) kept = kept.slice(0, -1);
}

/** The conversation that a widget goes on with when its page is loaded again; of another day it begins anew. */
export function latest() {
  const [first] = all();
  return first && Date.now() - first.at < STILL_GOING ? first : null;
}

/** Takes a conversation up again; one that cannot be drawn any more is dropped. */
export function restored(kept, conversation) {
  try {
    conversation.restore(kept);
  } catch {
    store("history", all().filter((c) => c.id !== kept.id));
    conversation.clear();
  }
}

export function prepareHistory(opener, conversation) {
  document.body.append(dialog);
  opener.addEventListener("click", () => {
    draw(conversation);
    dialog.showModal();
  });
}

function draw(conversation) {
  const conversations = all();
  const off = make("input", { type: "checkbox" });
  off.checked = stored("no-history", false);
  off.addEventListener("change", () => {
    store("no-history", off.checked || null);
    if (off.checked) store("history", null);
    draw(conversation);
  });
  const row = (kept) => make("li", {},
    button(kept.turns[0].asked.question, () => { restored(kept, conversation); dialog.close(); }, { class: "kept", title: kept.turns[0].asked.question }),
    make("small", { text: `${new Date(kept.at).toLocaleDateString("en-GB")} · ${counted(kept.turns.length, "question")}` }),
    button("Delete", () => { store("history", all().filter((c) => c.id !== kept.id)); draw(conversation); }, { class: "quiet", "aria-label": `Delete: ${kept.turns[0].asked.question}` }));
  const told = !canStore() ? "This browser keeps nothing for this page, so there is no history. Download a conversation instead."
    : conversations.length ? "Kept in this browser alone." : "No conversation is kept yet.";
  dialog.replaceChildren(
    make("div", { class: "row" }, make("h2", { id: "history-title", tabindex: "-1", text: "History" }), button("Close", () => dialog.close(), { class: "quiet" })),
    make("p", { class: "note", text: told }),
    make("ul", {}, ...conversations.map(row)),
    canStore() && make("div", { class: "row" }, make("label", {}, off, make("span", { text: "Keep no history" })),
      conversations.length > 0 && button("Delete all", () => { store("history", null); conversation.forgotten(); draw(conversation); }, { class: "quiet" })));
}
