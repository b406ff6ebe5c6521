/* One tag on any page:  <script src="http://chat.intranet/widget.js" async data-title="Ask the articles"></script>
   Attributes: data-title, data-color (#0f766e), data-position (left|right), data-theme (light|dark).
   A closed shadow root keeps the page's styles out and ours in; the frame is made on the first click. */
(() => {
  const script = document.currentScript;
  if (!script || window.secondSourceWidget) return;
  const settings = script.dataset;
  const base = new URL(".", script.src);
  const label = settings.title || "Ask the articles";
  const color = /^#[0-9a-f]{6}$/i.test(settings.color || "") ? settings.color : "#0f766e";
  const side = settings.position === "left" ? "left" : "right";

  const host = document.createElement("div");
  host.style.cssText = "all: initial; position: fixed; z-index: 2147483000; right: 0; bottom: 0;";
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();  // a constructed sheet is let through by a strict policy of the page
  sheet.replaceSync(`
    button { position: fixed; ${side}: 20px; bottom: 20px; height: 52px; padding: 0 22px; border: 0; border-radius: 26px;
      background: ${color}; color: #fff; font: 600 15px system-ui, sans-serif; cursor: pointer; box-shadow: 0 6px 24px rgb(0 0 0 / .22); }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px ${color}; }
    div { position: fixed; ${side}: 20px; bottom: 84px; width: min(420px, calc(100vw - 40px)); height: min(660px, calc(100dvh - 108px));
      border-radius: 16px; overflow: hidden; background: #fff; box-shadow: 0 16px 48px rgb(0 0 0 / .28); visibility: hidden; }
    div.open { visibility: visible; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 520px) {
      div { inset: 48px 0 0 0; width: 100vw; height: auto; border-radius: 0; }
      div.open ~ button { top: 4px; bottom: auto; height: 40px; padding: 0 16px; }
    }`);
  root.adoptedStyleSheets = [sheet];
  const box = document.createElement("div");
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", label);
  const button = document.createElement("button");
  button.type = "button";
  root.append(box, button);
  let frame = null;

  function toggle(open) {
    if (open && !frame) {
      const address = new URL("widget", base);
      if (settings.theme === "dark" || settings.theme === "light") address.searchParams.set("__theme", settings.theme);
      frame = document.createElement("iframe");
      frame.title = label;
      frame.src = address.href;
      frame.referrerPolicy = "no-referrer";
      box.append(frame);
    }
    box.classList.toggle("open", open);
    button.textContent = open ? "Close" : label;
    button.setAttribute("aria-expanded", String(open));
  }

  button.addEventListener("click", () => {
    const open = !box.classList.contains("open");
    toggle(open);
    (open ? frame : button).focus();
  });
  const closeAndReturn = () => { toggle(false); button.focus(); };
  addEventListener("message", (event) => {
    if (event.origin === base.origin && frame && event.source === frame.contentWindow && event.data?.type === "secondsource:close") closeAndReturn();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.classList.contains("open")) closeAndReturn();
  });

  window.secondSourceWidget = { open: () => toggle(true), close: () => toggle(false) };
  toggle(false);
  if (document.body) document.body.append(host);
  else addEventListener("DOMContentLoaded", () => document.body.append(host));
})();
