// The panel beside the chat: all quotes of one answer, the chosen one highlighted inside its whole article.

import { announce, button, iconButton, make } from "./dom.js";
import { fetched } from "./page.js";
import { copied, quoteAsText } from "./sharing.js";
import { source } from "./source.js";

const panel = document.getElementById("panel");
let shown = { quotes: [], at: 0, opener: null };

export function openPanel(quotes, at, opener) {
  shown = { quotes, at, opener };
  panel.hidden = false;
  document.body.classList.add("beside");
  show(at);
  panel.querySelector("h2").focus({ preventScroll: true });
}

/** The focus goes back to what opened it, if it was in here. */
export function closePanel() {
  if (panel.hidden) return;
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  document.body.classList.remove("beside");
  if (inside && shown.opener?.isConnected) shown.opener.focus();
}

export const panelIsOpen = () => !panel.hidden;

function show(index) {
  const { quotes } = shown;
  shown.at = (index + quotes.length) % quotes.length;
  const quote = quotes[shown.at];
  const text = make("div", { class: "article", tabindex: "0", role: "region", "aria-label": "The article" }, make("mark", { text: quote.text }));
  panel.replaceChildren(
    make("div", { class: "head" },
      make("div", { class: "row" },
        make("h2", { tabindex: "-1", text: `Quote ${shown.at + 1} of ${quotes.length}` }),
        quotes.length > 1 && iconButton("before", "Previous quote", () => turn(-1)),
        quotes.length > 1 && iconButton("after", "Next quote", () => turn(1)),
        iconButton("close", "Close quotes", closePanel)),
      make("h3", { text: quote.article.title }),
      source(quote.article),
      ...quote.origin.reasons.map((reason) => make("p", { class: "note", text: reason })),
      copyQuote(quote)),
    text);
  fill(text, quote);
}

/** Keeps the focus where it was: on the button that turned, or on the heading. */
function turn(step) {
  const label = document.activeElement?.getAttribute("aria-label");
  show(shown.at + step);
  (panel.querySelector(`button[aria-label="${label}"]`) ?? panel.querySelector("h2")).focus({ preventScroll: true });
  announce(`Quote ${shown.at + 1} of ${shown.quotes.length}: ${shown.quotes[shown.at].text}`);
}

function copyQuote(quote) {
  const made = button("Copy quote", () => copied(quoteAsText(quote), made), { class: "quiet" });
  return made;
}

/** The whole article in place of the quote alone; where it cannot be had, the quote stays. */
async function fill(text, quote) {
  const where = new URLSearchParams({ id: quote.article.id, start: quote.start, end: quote.end });
  let article;
  try {
    article = await fetched(`api/articles?${where}`);
  } catch (error) {
    text.append(make("p", { class: "note", text: error.message }));
    return;
  }
  if (!text.isConnected) return;
  if (article.sha256 !== quote.article.sha256) {
    text.append(make("p", { class: "note", text: "This article has changed since; the quote is as it stood." }));
    return;
  }
  text.replaceChildren(...article.segments.map((piece) =>
    make(piece.quote ? "mark" : "span", { text: piece.text, class: piece.furniture ? "furniture" : undefined })));
  text.querySelector("mark")?.scrollIntoView({ block: "center" });
}

panel.addEventListener("keydown", (event) => {
  if (shown.quotes.length < 2 || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowLeft") turn(-1);
  if (event.key === "ArrowRight") turn(1);
});
