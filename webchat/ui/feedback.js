// Thumbs on an answer. A thumb down asks for the reason; what is said goes to the server's own file and nowhere else.

import { announce, button, iconButton, make } from "./dom.js";
import { page, posted } from "./page.js";

export function opinionButtons(answer) {
  const up = iconButton("up", "Helpful", () => up.getAttribute("aria-pressed") === "true" || send("up"), { "aria-pressed": "false" });
  const down = iconButton("down", "Something is wrong", () => asked(), { "aria-pressed": "false", "aria-expanded": "false" });
  const form = make("form", { class: "reasons-form", hidden: true });
  const told = make("p", { class: "wrong" });

  async function send(verdict, reason, remark) {
    const quotes = (answer.quotes.length ? answer.quotes : answer.nearest).map((q) => ({ id: q.article.id, start: q.start, end: q.end }));
    const { question, text, support } = answer;
    try {
      await posted("api/feedback", { verdict, reason, remark, question, answer: text, support, quotes, generation: answer.index.generation });
    } catch (error) {
      told.textContent = `This could not be kept: ${error.message}`;
      announce(told.textContent);
      return;
    }
    told.textContent = "";
    up.setAttribute("aria-pressed", String(verdict === "up"));
    down.setAttribute("aria-pressed", String(verdict === "down"));
    if (!form.hidden) close();
    announce("Thank you. It is kept on this server.");
  }

  function asked() {
    if (!form.hidden) return close();
    const choices = page.reasons.map((reason, at) => make("label", {},
      make("input", { type: "radio", name: "reason", value: reason, checked: at === 0 }), make("span", { text: reason })));
    const remark = make("input", { type: "text", maxlength: "500", "aria-label": "More, if you like", placeholder: "More, if you like" });
    form.replaceChildren(make("fieldset", {}, make("legend", { text: "What is wrong?" }), ...choices), remark,
      make("div", { class: "row" }, make("button", { type: "submit", class: "main", text: "Send" }), button("Cancel", close, { class: "quiet" })));
    form.onsubmit = (event) => {
      event.preventDefault();
      send("down", form.elements.reason.value, remark.value.trim() || null);
    };
    form.hidden = false;
    down.setAttribute("aria-expanded", "true");
    form.querySelector("input").focus();
    return undefined;
  }

  function close() {
    form.hidden = true;
    down.setAttribute("aria-expanded", "false");
    down.focus();
  }

  return [up, down, told, form];
}
