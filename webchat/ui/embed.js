// The preview of the widget: wishes in, a page with the widget and the snippets to copy out.

import { page, root } from "./page.js";
import { copied } from "./sharing.js";
import { prepareTheme } from "./theme.js";

const at = (id) => document.getElementById(id);
const form = at("wishes");

const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

function wishes() {
  const given = Object.fromEntries(new FormData(form));
  const usual = { title: "", greeting: "", color: "", position: "right", theme: "", mode: "button" };
  return Object.entries(given).filter(([name, value]) => value.trim() !== usual[name]);
}

function draw() {
  const chosen = wishes();
  const attributes = chosen.map(([name, value]) => ` data-${name}="${quoted(value)}"`).join("");
  at("tag").textContent = `<script src="${root.href}widget.js"${attributes} async></script>`;
  const query = new URLSearchParams(chosen.filter(([name]) => ["title", "greeting", "color", "theme"].includes(name)));
  const address = `${root.href}widget${query.size ? `?${query}` : ""}`;
  at("frame").textContent = `<iframe src="${quoted(address)}" title="${quoted(form.elements.title.value || page.title)}" width="430" height="680" allow="clipboard-write"></iframe>`;
  at("preview").src = new URL(`embed/host?${new URLSearchParams(chosen)}`, root).href;
}

form.elements.title.value = page.title;
form.elements.color.value = page.accent;
at("who").textContent = page.origins.length
  ? `Pages of ${page.origins.join(", ")} may show it.`
  : "No other page may show it yet: start the server with --allow-origin and your intranet's origin.";
let typing = 0;
form.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(draw, 250); // the preview is not loaded anew with every letter
});
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["tag", "frame"]) at(`copy-${name}`).addEventListener("click", (event) => copied(at(name).textContent, event.currentTarget));
prepareTheme(null, page.accent, null);
draw();
