/* The quotes panel, and repairs of what Gradio's page lacks for a keyboard or a screen reader.
   Everything shown is set as text or cloned from the message: no HTML is made from data here. */
(() => {
  const root = document.currentScript.src.replace(/ui\/app\.js.*$/, "");
  const embedded = window.parent !== window;

  // --- the panel: all quotes of one answer; the chosen one inside its article ---
  const panel = document.createElement("aside");
  panel.id = "quotes-panel";
  panel.hidden = true;
  panel.setAttribute("aria-label", "Quotes");
  let opener = null;
  let shown = [];
  let at = 0;

  function make(name, properties, ...children) {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  }

  function close() {
    panel.hidden = true;
    document.body.classList.remove("panel-open");
    if (opener?.isConnected) opener.focus();
    opener = null;
  }

  function open(source, from) {
    const box = source.closest("details.quotes");
    if (!box) return;
    opener = from;
    shown = [...box.querySelectorAll(".q")];
    if (!panel.isConnected) document.body.append(panel);
    panel.hidden = false;
    document.body.classList.add("panel-open");
    show(shown.indexOf(source));
  }

  function show(index) {
    at = (index + shown.length) % shown.length;
    const heading = make("h2", { textContent: `Quote ${at + 1} of ${shown.length}`, tabIndex: -1 });
    const turn = (step, label, sign) => {
      const button = make("button", { type: "button", textContent: sign, onclick: () => show(at + step) });
      button.setAttribute("aria-label", label);
      return button;
    };
    const x = make("button", { type: "button", textContent: "×", onclick: close });
    x.setAttribute("aria-label", "Close quotes");
    const buttons = make("span", {}, ...(shown.length > 1 ? [turn(-1, "Previous quote", "‹"), turn(1, "Next quote", "›")] : []), x);
    const quote = shown[at].cloneNode(true);
    quote.removeAttribute("id");
    quote.classList.add("on");
    const link = quote.querySelector(".openart");
    const where = /#art-(.+)\/(\d+)\/(\d+)$/.exec(link?.getAttribute("href") || "");
    link?.remove();
    // Title and date stay in sight; the quote with its surroundings gives way to the article when that has come.
    const context = quote.querySelector(".ctx");
    panel.replaceChildren(make("div", { className: "head" }, make("header", {}, heading, buttons), quote), context);
    heading.focus({ preventScroll: true });
    if (where) showArticle(where[1], where[2], where[3], at);
  }

  async function showArticle(id, start, end, wanted) {
    let article;
    try {
      const answer = await fetch(`${root}api/articles/${id}?start=${start}&end=${end}`);
      if (!answer.ok) return;
      article = await answer.json();
    } catch {
      return;  // the quote with its surroundings is there already
    }
    if (panel.hidden || wanted !== at) return;
    const text = make("div", { className: "article" });
    for (const piece of article.segments) {
      text.append(make(piece.quote ? "mark" : "span", { textContent: piece.text, className: piece.furniture ? "furniture" : "" }));
    }
    panel.querySelector(".ctx")?.replaceWith(text);
    text.querySelector("mark")?.scrollIntoView({ block: "center" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href*="#src-"], a[href*="#art-"]');
    if (!link) return;
    event.preventDefault();
    const id = /#(src-[0-9a-f]+-\d+)$/.exec(link.getAttribute("href"))?.[1];
    const source = id ? document.getElementById(id) : link.closest(".q");
    if (source) open(source, link);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#newchat")) close();
  });
  addEventListener("keydown", (event) => {
    if (!panel.hidden && panel.contains(document.activeElement)) {
      if (event.key === "ArrowLeft" && shown.length > 1) show(at - 1);
      if (event.key === "ArrowRight" && shown.length > 1) show(at + 1);
    }
    if (event.key !== "Escape") return;
    if (!panel.hidden) {
      event.preventDefault();
      close();
    } else if (embedded) {
      parent.postMessage({ type: "secondsource:close" }, "*");  // carries nothing
    }
  });

  // --- what Gradio's page lacks ---
  function repair() {
    for (const node of document.querySelectorAll("#chat [data-testid=bot][aria-label], #chat [data-testid=user][aria-label]")) {
      node.removeAttribute("aria-label");  // it reads out the raw markup
    }
    for (const [selector, label] of [[".submit-button", "Send question"], [".stop-button", "Stop answering"]]) {
      for (const button of document.querySelectorAll(`${selector}:not([aria-label])`)) button.setAttribute("aria-label", label);
    }
    for (const list of document.querySelectorAll("#chat .examples[role=list]")) {
      list.removeAttribute("role");  // a list without items
    }
    const log = document.querySelector("#chat [role=log]");
    log?.setAttribute("aria-busy", String(Boolean(document.querySelector("#chat .working"))));
  }
  let waiting = 0;
  new MutationObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(repair, 120);
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
