/* What Gradio leaves to a script, on both pages. Nothing is made of HTML here, and nothing is evaluated. */
(() => {
  "use strict";
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const framed = parent !== window;
  if (origin === "null") {
    // A frame that may not have its own origin: the browser refuses Gradio's files.
    const told = "This chat cannot be shown: the page around it has to add allow-same-origin to the sandbox of its frame.";
    addEventListener("DOMContentLoaded", () => document.body.replaceChildren(told));
    return;
  }
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

  /* --- asking: what is typed goes by a box that nobody sees, one question after the other. The next one waits where it was typed,
     and can be changed there; nothing but the one who types takes it away --- */
  let longest = Infinity; // code points
  let sent = null; // a question that has not come back in the conversation; "" where Gradio has it
  let next = false; // what is typed is asked when the answer has come
  const typed = () => document.querySelector("#ask textarea");
  const busy = () => sent !== null || Boolean(document.querySelector("#ask .stop-button"));

  function put(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function ask() {
    const text = typed().value.trim();
    next = Boolean(text) && !tooLong() && busy();
    if (text && !tooLong() && !next) {
      const box = document.querySelector("#question textarea");
      begin(text);
      put(typed(), "");
      put(box, text);
      box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
    }
    tellOfTyped();
  }

  function begin(text) {
    sent = text;
    setTimeout(() => sent === text && giveBack(), 10_000); // Gradio has lost the server
  }

  function giveBack() {
    if (sent) put(typed(), [sent, typed().value].filter(Boolean).join("\n"));
    [sent, next] = [null, false];
    tellOfTyped();
  }

  const tooLong = () => [...typed().value].length > longest;

  function tellOfTyped() {
    const count = [...typed().value].length.toLocaleString("en");
    const told = tooLong() ? `${count} characters: at most ${longest.toLocaleString("en")} can be asked. Shorten it; nothing is cut.` : next ? "This is asked when the answer has come." : "";
    let line = document.querySelector("#told");
    if (!line) document.querySelector("#ask").append((line = Object.assign(document.createElement("p"), { id: "told", role: "status" })));
    if (line.textContent !== told) line.textContent = told;
  }

  addEventListener("input", (event) => event.target === typed() && tellOfTyped());
  addEventListener("keypress", (event) => {
    if (event.target !== typed() || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask();
  }, true);

  /* What else asks does nothing while an answer comes. A stop, or a new chat, leaves what is typed unasked. */
  function askedOtherwise(event, target) {
    if (target?.matches("#ask .submit-button") || (target?.matches(ASKING) && busy())) event.stopImmediatePropagation();
    if (target?.matches("#ask .submit-button")) ask();
    else if (target?.matches(ASKING) && !busy()) begin("");
    if (target?.matches('#ask .stop-button, #chat [aria-label="Clear"]') || target?.textContent.trim() === "New chat") [sent, next] = [null, false];
  }
  const ASKING = '.past, #chat .example, #chat [aria-label="Retry"], #chat [aria-label="Submit"]';

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
    put(box, chip.getAttribute("href"));
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
    if (target?.matches("#chat [aria-label='Copy message']")) copyInWords(target);
    askedOtherwise(event, target);
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
    const box = typed();
    if (box?.maxLength > 0) {
      longest = box.maxLength; // told instead, or the browser would cut what is pasted
      box.removeAttribute("maxlength");
    }
    const said = document.querySelectorAll('#chat [data-testid="user"]');
    if (said.length > questions || document.querySelector("#ask .stop-button")) sent = null;
    for (const error of document.querySelectorAll(".toast-body.error:not([data-seen])")) {
      error.dataset.seen = "";
      giveBack();
    }
    if (next && !busy()) ask();
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

  /* --- in words: an answer as lines of plain text, and its quotes with their sources --- */
  function linesOf(said) {
    const prose = said.querySelector(".message-content .prose, .prose").cloneNode(true);
    for (const link of prose.querySelectorAll('a[href^="./?ask="]')) link.remove();
    for (const chip of prose.querySelectorAll('a[href^="#q/"]')) chip.textContent = `[${chip.textContent}]`;
    const blocks = [...prose.querySelectorAll(":is(p, li, h1, h2, h3):not(:has(p))")];
    return blocks.map((block) => block.textContent.replace(/\s+/g, " ").trim()).filter(Boolean);
  }

  const quotesOf = (said) => [...new Map([...said.querySelectorAll('a[href^="#q/"]')].map((chip) => [chip.textContent, chip.dataset.card.split("\n")]))];

  function inWords(said) {
    const quotes = quotesOf(said).map(([number, [quote, ...source]]) => `[${number}] ${quote}\n    ${source.join(", ")}`);
    return [...linesOf(said), ...quotes].join("\n\n");
  }

  /* Gradio's button copies a message's Markdown; it is given other words, by whichever way it copies. */
  let copied = null;
  const clipboard = navigator.clipboard; // none on a plain http page
  const write = clipboard?.writeText;
  if (clipboard) clipboard.writeText = (text) => write.call(clipboard, copied ?? text);
  addEventListener("copy", (event) => {
    if (copied === null) return;
    event.clipboardData.setData("text/plain", copied);
    event.preventDefault();
  }, true);

  function copyInWords(button) {
    const before = [...document.querySelectorAll("#chat [data-testid]")].filter((said) => said.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING);
    copied = inWords(before.findLast((said) => said.matches('[data-testid="user"], [data-testid="bot"]')));
    setTimeout(() => (copied = null), 0);
  }

  /* --- the conversation as Markdown, its quotes under each answer; made here, so that no file of it lies on the server --- */
  function download() {
    const escaped = (text) => text.replace(/\s+/g, " ").trim().replace(/[\\`*_{}[\]<>#+|~$&]/g, "\\$&");
    const parts = [`# ${escaped(document.querySelector("#top").innerText)}`];
    for (const said of document.querySelectorAll('#chat :is([data-testid="user"], [data-testid="bot"]):has(.message-content)')) {
      const asked = said.matches('[data-testid="user"]') ? "## " : "";
      parts.push(...linesOf(said).map((line) => asked + escaped(line)));
      parts.push(...quotesOf(said).map(([number, card]) => `> ${number}\\. ${escaped(card.join(" · "))}`));
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${parts.join("\n\n")}\n`], { type: "text/markdown;charset=utf-8" }));
    link.download = `${new Date().toISOString().slice(0, 10)}-conversation.md`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
})();
