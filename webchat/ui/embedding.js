// The page inside another one: what its host asked for, and what the host is told. Never a question, never a text.

import { embedded } from "./page.js";

const asked = new URLSearchParams(location.search);

/** Title, greeting, accent and theme by the widget's attributes; texts are shown as texts. */
export const wishes = {
  title: asked.get("title")?.slice(0, 200) || null,
  greeting: asked.get("greeting")?.slice(0, 200) || null,
  accent: asked.get("color"),
  theme: asked.get("theme"),
};

const host = asked.get("host");

/** In a panel that lays its own button to close over the bar. */
export const inPanel = embedded && asked.get("in") === "panel";

export const closeWidget = () => embedded && parent.postMessage({ type: "secondsource:close" }, "*");

/** That an answer has come, of what kind and how well supported; to the page that the widget's script stands in. */
export function tellHost(answer) {
  if (!embedded || !host) return;
  try {
    parent.postMessage({ type: "secondsource:answer", status: answer.status, support: answer.support, quotes: answer.quotes.length }, host);
  } catch {
    // the host gave no origin that can be posted to
  }
}
