// What leaves the chat keeps its provenance: answers with their sources, quotes with their reference, a link, Markdown.

import { announce, icon, make, seen } from "./dom.js";
import { root } from "./page.js";
import { partInWords, reference } from "./words.js";

/** A quote with where it stands: enough to find it again, and to see whether the article has changed. */
export function quoteAsText(quote) {
  const { article } = quote;
  const place = `${article.id}, characters ${quote.start} to ${quote.end}, sha256 ${article.sha256.slice(0, 12)}`;
  return `“${seen(quote.text)}”\n${seen(article.title)}. ${seen(reference(article))}.${article.url ? ` ${seen(article.url)}` : ""}\n[${seen(place)}]`;
}

export function answerAsText(answer, asked) {
  const part = partInWords(asked);
  const lines = [answer.question, ...(part ? [`Asked of a part only: ${part}`] : []), "", answer.text];
  lines.push(...answer.claims.map((claim) => `${claim.citations.map((n) => `[${n}]`).join("")} ${claim.in_words}`));
  const differing = [...answer.disagreements.flatMap((d) => d.sides), ...answer.updates];
  lines.push(...differing.map((side) => `${side.answer} ${side.citations.map((n) => `[${n}]`).join("")}`));
  const quotes = answer.quotes.length ? answer.quotes : answer.nearest;
  if (quotes.length) lines.push("", answer.quotes.length ? "Sources" : "Nearest passages", ...quotes.map((quote) => `[${quote.number}] ${quoteAsText(quote)}`));
  lines.push("", `Index ${answer.index.generation}`);
  return seen(lines.join("\n"));
}

/** The whole conversation. What articles hold is no markup of ours: its signs are escaped. */
export function conversationAsMarkdown(turns, title) {
  const parts = [`# ${escaped(title)}`, ""];
  for (const { question, asked, answer, error } of turns) {
    parts.push(`## ${escaped(question)}`, "");
    if (partInWords(asked)) parts.push(`Asked of a part only: ${escaped(partInWords(asked))}`, "");
    if (!answer) {
      parts.push(escaped(error || "Not answered."), "");
      continue;
    }
    parts.push(escaped(answer.text), "");
    for (const claim of answer.claims) parts.push(`- ${escaped(claim.in_words)}: ${escaped(claim.text)} ${claim.citations.map((n) => `\\[${n}\\]`).join("")}`);
    const quotes = answer.quotes.length ? answer.quotes : answer.nearest;
    for (const quote of quotes) {
      const { article } = quote;
      parts.push("", `> ${escaped(quote.text)}`, ">", `> ${answer.quotes.length ? quote.number : "nearest"}\\. *${escaped(article.title)}*, ${escaped(reference(article))}; ${escaped(article.id)}, ${quote.start}–${quote.end}${article.url ? `, ${escaped(article.url)}` : ""}`);
      for (const reason of quote.origin.reasons) parts.push(`> ${escaped(reason)}`);
    }
    parts.push("", `Index ${escaped(answer.index.generation)}`);
    parts.push("");
  }
  return `${parts.join("\n")}\n`;
}

const escaped = (text) => seen(text).replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>()#+!|~$&-]/g, "\\$&");

/** A link to one answer: the question, the day, the part of the corpus; and what was seen, so that a change can be told. */
export function linkTo(turn) {
  const { question, history, ...part } = turn.asked;
  const kept = { question: turn.answer.understood || question, ...part, seen: digest(turn.answer.text) };
  const bytes = new TextEncoder().encode(JSON.stringify(kept));
  const code = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  return new URL(`#ask=${code}`, root).href;
}

/** What a link asks; null where there is none, or it is broken. */
export function linked(hash) {
  const code = /^#ask=([\w-]+)$/.exec(hash)?.[1];
  if (!code) return null;
  try {
    const bytes = Uint8Array.from(atob(code.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const { question, date, outlets, since, until, seen: before } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof question === "string" ? { asked: { question, date, outlets, since, until }, before } : null;
  } catch {
    return null;
  }
}

/** FNV-1a, 32 bits: the browser's own digests need https, which an intranet may lack. Only a change is to be seen. */
export function digest(text) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}

/** Into the clipboard, and says so on the button. Without https the browser lends no clipboard: then the old way. */
export async function copied(text, control) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    done = copiedTheOldWay(text);
  }
  control.focus();
  announce(done ? "Copied" : "This browser does not allow copying");
  if (control.classList.contains("done")) return;
  const before = [...control.childNodes];
  control.classList.add("done");
  control.replaceChildren(control.classList.contains("icon") ? icon(done ? "done" : "close") : done ? "Copied" : "Not allowed");
  setTimeout(() => {
    control.replaceChildren(...before);
    control.classList.remove("done");
  }, 1500);
}

function copiedTheOldWay(text) {
  const area = make("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

export function download(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
