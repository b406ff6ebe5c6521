/* The chat on any page, by one tag:

     <script src="http://chat.intranet/widget.js" data-title="Ask the handbook" async></script>

   data-title     on the button and in the chat's bar          data-position  right (default) or left
   data-color     of the button and the chat, as #0f766e       data-theme     light or dark (default: as the reader's system)
   data-greeting  on the empty chat                            data-mode      button (default), or inline: stands where the tag stands
   data-height    of an inline chat, in pixels (default 640)

   Nothing but this file is loaded before the first click (inline: before it comes near the window). The page is told of
   each answer by the event "secondsource:answer" on document; detail: { status, support, quotes }. It lives in a closed
   shadow root: the page's styles do not reach in, and none of its own reach out. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) return;
  const wanted = script.dataset;
  const base = new URL(".", script.src);
  const inline = wanted.mode === "inline";
  const flag = Symbol.for(`secondsource:${base.href}`);
  const known = inline ? null : window[flag];
  if (known && (!known.hung || known.host.isConnected)) return; // loaded twice: one button is enough; a page that threw it away gets it again

  const color = /^#[0-9a-f]{6}$/i.test(wanted.color || "") ? wanted.color : "#0f766e";
  const title = (wanted.title || "Ask the articles").slice(0, 200);
  const side = wanted.position === "left" ? "left" : "right";
  const height = Math.min(Math.max(Number(wanted.height) || 640, 320), 2000);

  const make = (name, properties, ...children) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  };

  const ink = `oklch(from ${color} clamp(0, (0.58 - l) * 1000, 1) 0 0)`; // black or white, whichever can be read on the colour

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial !important; }
    * { box-sizing: border-box; }
    button { font: 600 15px/1 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; cursor: pointer; }
    .launch { position: fixed; z-index: 2147483000; ${side}: 20px; bottom: 20px; max-width: calc(100vw - 40px); height: 50px; padding: 0 20px; overflow: hidden;
      border: 0; border-radius: 25px; background: ${color}; color: ${ink}; text-overflow: ellipsis; white-space: nowrap; box-shadow: 0 6px 24px rgb(0 0 0 / 0.24); }
    .launch:focus-visible, .shut:focus-visible { outline: 3px solid ${ink}; outline-offset: -5px; box-shadow: 0 0 0 3px ${color}; }
    .panel { position: fixed; z-index: 2147483001; ${side}: 20px; bottom: 82px; width: min(430px, calc(100vw - 40px)); height: min(680px, calc(100vh - 102px)); }
    .panel, .inline { overflow: hidden; border: 1px solid rgb(127 140 150 / 0.35); border-radius: 16px; background: Canvas; box-shadow: 0 16px 48px rgb(0 0 0 / 0.28); }
    .inline { height: ${height}px; box-shadow: none; }
    .panel[hidden] { display: none; }
    .shut { position: absolute; z-index: 1; top: 8px; right: 8px; width: 34px; height: 34px; padding: 0; border: 0; border-radius: 9px; background: ${color}; color: ${ink}; font-size: 20px; }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
    @media (max-width: 560px) { .panel { inset: 0; width: 100vw; height: 100vh; height: 100dvh; border: 0; border-radius: 0; } }
  `);

  const host = make("div", {});
  const mine = { host, hung: false };
  if (!inline) window[flag] = mine;
  const shadow = host.attachShadow({ mode: "closed" });
  shadow.adoptedStyleSheets = [sheet]; // not an inline style: a strict policy of the page lets it pass

  function frame(kind) {
    const address = new URL("widget", base);
    address.searchParams.set("in", kind);
    for (const name of ["title", "greeting", "color", "theme"]) if (wanted[name]) address.searchParams.set(name, wanted[name].slice(0, 200));
    if (location.origin !== "null") address.searchParams.set("host", location.origin);
    return make("iframe", { title, src: address.href, allow: "clipboard-write", referrerPolicy: "no-referrer" });
  }

  /* Only what our own frame says counts, and it never says more than this. */
  function listen(ours, close) {
    addEventListener("message", (event) => {
      if (event.origin !== base.origin || event.source !== ours()?.contentWindow) return;
      const { type, status, support, quotes } = event.data || {};
      if (type === "secondsource:close") close();
      if (type === "secondsource:answer") document.dispatchEvent(new CustomEvent("secondsource:answer", { detail: { status, support, quotes } }));
    });
  }

  function standInline() {
    const stand = frame("page");
    stand.loading = "lazy";
    shadow.append(make("div", { className: "inline" }, stand));
    listen(() => stand, () => {});
    if (document.body?.contains(script)) script.after(host);
    else document.body.append(host); // a tag in the head stands nowhere
  }

  function hang() {
    let stand = null;
    const panel = make("div", { className: "panel", hidden: true, role: "dialog", ariaLabel: title });
    const launch = make("button", { className: "launch", type: "button", textContent: title, ariaExpanded: "false" });
    const shut = make("button", { className: "shut", type: "button", textContent: "×", ariaLabel: `Close: ${title}` });
    const open = () => {
      if (!stand) panel.append((stand = frame("panel"))); // nothing is loaded before this
      panel.hidden = false;
      panel.ariaModal = String(matchMedia("(max-width: 560px)").matches);
      launch.ariaExpanded = "true";
      stand.focus();
    };
    const close = () => {
      if (panel.hidden) return;
      panel.hidden = true;
      launch.ariaExpanded = "false";
      launch.focus();
    };
    launch.onclick = () => (panel.hidden ? open() : close());
    shut.onclick = close;
    // In the frame Escape is the frame's, which says so; here it is ours only on one of our two buttons.
    addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && document.activeElement === host && close());
    listen(() => stand, close);
    panel.append(shut);
    shadow.append(launch, panel);
    document.body.append(host);
    mine.hung = true;
  }

  const begin = inline ? standInline : hang;
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin, { once: true });
})();
