/* What Gradio leaves to a script, on both pages. Nothing is made of HTML here, and nothing is evaluated. */
(() => {
  "use strict";
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const framed = parent !== window;
  root.classList.toggle("framed", framed);
  root.classList.toggle("in-panel", framed && asked.get("in") === "panel");
  if (/^#[0-9a-f]{6}$/i.test(asked.get("color") ?? "")) root.style.setProperty("--wanted-accent", asked.get("color"));

  /* Where the server lies, as the browser sees it: no proxy has to say so. */
  window.gradio_config.root = new URL(".", location.href).href.replace(/\/$/, "");

  /* Gradio's BrowserState reads the storage unguarded; where it is shut, as in a frame on a foreign page, the page would never load. */
  let storage;
  try {
    storage = window.localStorage;
    storage.getItem("");
  } catch {
    const kept = new Map();
    storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
    for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { value: storage, configurable: true });
  }

  /* --- light and dark: the reader's choice, else what the page around asks for, else the system's --- */
  let shade = storage.getItem("secondsource.shade") ?? asked.get("theme");
  const isDark = () => document.body.classList.contains("dark");
  function paint() {
    if (["dark", "light"].includes(shade) && isDark() !== (shade === "dark")) document.body.classList.toggle("dark");
  }
  addEventListener("DOMContentLoaded", () => {
    paint();
    new MutationObserver(paint).observe(document.body, { attributeFilter: ["class"] }); // Gradio paints when it has loaded
  });
  function changeShade() {
    shade = isDark() ? "light" : "dark";
    storage.setItem("secondsource.shade", shade);
    paint();
  }

  /* --- a chip names its quote in its address; Gradio is told by a box that nobody sees, and answers with the article --- */
  let opener = null;
  const sources = () => document.querySelector("#sources");
  const panelIsOpen = () => Boolean(sources()?.classList.contains("open"));
  const togglePanel = () => sources().querySelector(".toggle-button").click();

  function cite(chip) {
    document.querySelector('a[aria-current="true"]')?.removeAttribute("aria-current");
    chip.setAttribute("aria-current", "true");
    opener = chip;
    putAway(chip); // the panel says it all
    const box = document.querySelector("#cited :is(textarea, input)");
    const known = box.value === chip.getAttribute("href");
    box.value = chip.getAttribute("href");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    if (!panelIsOpen()) togglePanel();
    if (known) showMark();
  }

  function showMark() {
    const mark = document.querySelector("#source mark");
    if (!mark) return;
    mark.tabIndex = -1;
    setTimeout(() => mark.scrollIntoView({ block: "center" }), 60); // when the panel stands
    if (opener?.matches(":focus-visible")) mark.focus({ preventScroll: true });
  }

  /* Back to the chip, which may have been drawn anew since. */
  function leavePanel() {
    const chip = opener?.isConnected ? opener : document.querySelector(`#chat a[href="${CSS.escape(opener?.getAttribute("href") ?? "")}"]`);
    (chip ?? document.querySelector("#ask textarea")).focus();
    if (chip) putAway(chip);
    document.querySelector('a[aria-current="true"]')?.removeAttribute("aria-current");
  }

  addEventListener("click", (event) => {
    const target = event.target.closest?.("a, button");
    if (target?.matches('a[href^="#"]')) event.preventDefault();
    if (target?.matches('a[href^="#q/"]')) cite(target);
    if (target?.matches("#sources > .toggle-button") && event.isTrusted && panelIsOpen()) setTimeout(leavePanel, 0);
    if (target?.matches("#shade")) changeShade();
    if (target?.matches("#download")) download();
  }, true);

  /* A card, until one has left its chip and comes again. */
  function putAway(chip) {
    chip.classList.add("put-away");
    const left = () => chip.classList.toggle("put-away", chip.matches(":hover, :focus"));
    chip.onpointerleave = chip.onblur = left;
  }

  /* Escape puts away what is on top: a card, the panel, the widget. */
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const card = document.querySelector("a[data-card]:is(:hover, :focus-visible):not(.put-away)");
    if (card) putAway(card);
    if (panelIsOpen()) {
      togglePanel();
      leavePanel();
    } else if (!card && framed) parent.postMessage({ type: "secondsource:close" }, "*");
  });

  /* --- whenever something was drawn: cards, names for what Gradio leaves nameless, the mark, where one reads on, the host --- */
  const NAMES = { "#chat textarea": "The question, edited", ".submit-button": "Ask", ".stop-button": "Stop", "#sources > .toggle-button": "Source", "#menu > .toggle-button": "Menu" };
  let due = 0;
  let marked = null;
  let questions = 0;
  let answers = 0;
  new MutationObserver(() => (due ||= requestAnimationFrame(tidy))).observe(document, { childList: true, subtree: true });

  function tidy() {
    due = 0;
    for (const link of document.querySelectorAll('a:is([href^="#q/"], [href^="#b/"])[title]')) {
      link.dataset.card = link.title;
      if (link.matches('[href^="#q/"]')) link.setAttribute("aria-label", `Quote ${link.textContent}`);
      link.setAttribute("aria-description", link.title);
      link.removeAttribute("title"); // or the browser would show it a second time
      link.removeAttribute("target");
    }
    for (const [where, name] of Object.entries(NAMES))
      for (const button of document.querySelectorAll(`${where}:not([aria-label="${name}"])`)) button.setAttribute("aria-label", name);
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) message.removeAttribute("aria-label"); // its raw Markdown
    for (const arrow of document.querySelectorAll('#chat [role="button"] button')) arrow.inert = true; // a button within a button
    document.querySelector('#chat [role="list"]')?.removeAttribute("role"); // of buttons
    const mark = document.querySelector("#source mark");
    if (mark !== marked) {
      marked = mark;
      showMark();
    }
    const said = document.querySelectorAll('#chat [data-testid="user"]');
    const links = document.querySelectorAll('#chat a[href^="./?ask="]');
    if (said.length > questions || links.length > answers) said[said.length - 1]?.scrollIntoView({ block: "start" }); // an answer is read from its beginning
    if (links.length > answers) tellHost(links[links.length - 1].closest(".prose, .message"));
    questions = said.length;
    answers = links.length;
  }

  /* That an answer has come, of what kind and how well supported; never a word of it. */
  function tellHost(answer) {
    const support = answer.querySelector('[href="#b/single_source"], [href="#b/shared_origin"], [href="#b/corroborated"], [href="#b/unknown"]');
    const quotes = new Set([...answer.querySelectorAll('[href^="#q/"]')].map((chip) => chip.textContent)).size;
    const told = { type: "secondsource:answer", status: support ? "answered" : "declined", support: support?.getAttribute("href").slice(3) ?? null, quotes: support ? quotes : 0 };
    if (!framed || !asked.get("host")) return;
    try {
      parent.postMessage(told, asked.get("host"));
    } catch {
      // the host gave no origin that can be posted to
    }
  }

  /* --- the conversation as Markdown, its quotes under each answer; made here, so that no file of it lies on the server --- */
  function download() {
    const escaped = (text) => text.replace(/\s+/g, " ").trim().replace(/[\\`*_{}[\]<>#+|~$&]/g, "\\$&");
    const parts = [`# ${escaped(document.querySelector("#top").innerText)}`];
    for (const said of document.querySelectorAll('#chat :is([data-testid="user"], [data-testid="bot"]) .prose')) {
      const lines = said.closest('[data-testid="user"]') ? [`## ${escaped(said.innerText)}`] : said.innerText.split("\n").map(escaped);
      const quotes = [...said.querySelectorAll('a[href^="#q/"]')].map((chip) => `> ${chip.textContent}\\. ${escaped(chip.dataset.card.replaceAll("\n", " · "))}`);
      parts.push(...lines.filter(Boolean), ...new Set(quotes));
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${parts.join("\n\n")}\n`], { type: "text/markdown;charset=utf-8" }));
    link.download = `${new Date().toISOString().slice(0, 10)}-conversation.md`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
})();
