// Answer -> elements: statements with chips, support in words and shape, both sides of a disagreement, the nearest passages.

import { card } from "./card.js";
import { button, make } from "./dom.js";
import { openPanel } from "./panel.js";
import { source } from "./source.js";
import { counted, day, outlet } from "./words.js";

const SHAPE_OF = { single_source: "one", shared_origin: "shared", corroborated: "many", unknown: "unknown" };

/** The whole answer as one element. */
export function answerElement(answer) {
  return answer.status === "declined" ? declined(answer) : answered(answer);
}

/** What is being done, and what was found so far: already verbatim, or written and checked. */
export function workingElement(phase) {
  return make("div", { class: "working" },
    make("p", { class: "phase", text: `${phase.text}…` }),
    ...phase.quotes.map((quote) => make("blockquote", { class: "early" },
      make("p", { text: quote.text }), make("footer", {}, make("strong", { text: quote.article.title }), " ", source(quote.article)))),
    ...phase.written.map((sentence) => make("p", { class: "claim", text: sentence })));
}

export const errorElement = (message, onRetry) =>
  make("div", { class: "failed" }, make("p", { text: message }), button("Ask again", onRetry, { class: "quiet" }));

function answered(answer) {
  const told = answer.disagreements.length ? "Sources differ" : answer.updates.length ? "Changed over time" : null;
  const sides = answer.disagreements.length ? answer.disagreements.flatMap((d) => d.sides) : answer.updates;
  const inSides = new Set(sides.flatMap((side) => side.citations));
  const claims = answer.claims.filter((claim) => !claim.citations.every((n) => inSides.has(n)));
  const chips = (citations) => citations.map((n) => chip(answer.quotes, n));
  return make("div", { class: "answer" },
    understood(answer),
    told && make("p", {}, badge("differ", told)),
    sides.length > 0 && make("div", { class: "sides" }, ...sides.map((side) => sideElement(answer, side, chips))),
    answer.kind === "list" && answer.answers.length > 1 && !answer.disagreements.length
      && make("ul", { class: "named" }, ...answer.answers.map((a) => make("li", {}, make("span", { text: a.answer }), ...chips(a.citations)))),
    ...claims.map((claim) => claimElement(answer, claim, chips)),
    answer.claims.some((claim) => claim.support === "corroborated")
      && make("p", { class: "note", text: "A count of independent sources is an upper bound: no sign was found that they depend on each other." }),
    ...answer.upstreams.filter((upstream) => !upstream.in_corpus).map((upstream) => make("p", { class: "note", text: upstream.in_words })),
    answer.writing?.notice && make("p", { class: "note", text: answer.writing.notice }),
    quoteList(answer.quotes, counted(answer.quotes.length, "quote")),
    models(answer));
}

function claimElement(answer, claim, chips) {
  return make("div", { class: "stated" },
    make("p", { class: "claim" }, make("span", { text: claim.text }), ...chips(claim.citations)),
    ...support(answer, claim));
}

/** How well a claim is supported, in words and shape; of one origin, why. */
function support(answer, claim) {
  const quotes = answer.quotes.filter((quote) => claim.citations.includes(quote.number));
  const reasons = claim.support === "shared_origin" ? [...new Set(quotes.flatMap((quote) => quote.origin.reasons))] : [];
  return [badge(SHAPE_OF[claim.support], claim.in_words),
    ...(reasons.length ? [make("ul", { class: "reasons" }, ...reasons.map((text) => make("li", { text })))] : [])];
}

/** One answer of several, under its own dated quote, and no verdict. */
function sideElement(answer, side, chips) {
  const quote = answer.quotes.find((q) => q.number === side.citations[0]);
  const claim = answer.claims.find((c) => c.citations.includes(quote.number));
  return make("div", { class: "side" },
    make("h3", { text: side.answer }),
    make("p", {}, make("span", { text: `“${quote.text}”` }), ...chips(side.citations)),
    source(quote.article),
    claim && make("div", { class: "side-support" }, ...support(answer, claim)));
}

export const badge = (shape, words) => make("span", { class: `badge ${shape}`, text: words });

const understood = (answer) => answer.understood && make("p", { class: "note", text: `Understood as: ${answer.understood}` });

function models(answer) {
  const named = Object.entries(answer.models).filter(([, name]) => name).map(([role, name]) => `${role} ${name}`);
  return make("p", { class: "models", text: [...named, `index ${answer.index.generation}`].join(" · ") });
}

function chip(quotes, number) {
  const at = quotes.findIndex((quote) => quote.number === number);
  const quote = quotes[at];
  const where = [outlet(quote.article), quote.article.published ? day(quote.article.published) : "undated"].filter(Boolean).join(", ");
  const made = make("button", { type: "button", class: "chip", text: String(number), "aria-label": `Quote ${number} of ${quotes.length}: ${where}` });
  return card(made, quote, () => openPanel(quotes, at, made));
}

function declined(answer) {
  return make("div", { class: "declined" },
    badge("none", "Not in the articles"),
    make("p", { text: answer.text }),
    understood(answer),
    answer.nearest.length > 0 && quoteList(answer.nearest, "The nearest passages, which do not answer it", true));
}

/** Folded under an answer; in the open where they are only the nearest. */
function quoteList(quotes, label, open = false) {
  const rows = quotes.map((quote, at) => {
    const show = button("Show in the article", () => openPanel(quotes, at, show), { class: "quiet", "aria-label": `Show quote ${quote.number} in the article` });
    return make("li", { class: "quote" },
      make("blockquote", {}, make("p", { text: quote.text })),
      make("p", {}, make("strong", { text: quote.article.title }), " ", source(quote.article)),
      show);
  });
  return make("details", { class: "quotes", open }, make("summary", { text: label }), make("ol", {}, ...rows));
}
