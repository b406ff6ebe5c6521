// Which part of the corpus is asked: outlets and days of publication.

import { button, icon, iconButton, make } from "./dom.js";
import { fetched, page } from "./page.js";
import { counted, partInWords } from "./words.js";

const opener = document.getElementById("filter-open");
const shown = document.getElementById("part");
const dialog = make("dialog", { id: "filter", "aria-labelledby": "filter-title" });
let chosen = {};

/** The fields that a question is asked with. */
export const part = () => ({ ...chosen });

export function prepareFilter() {
  opener.append(icon("filter"));
  opener.addEventListener("click", open);
  document.body.append(dialog);
}

async function open() {
  dialog.replaceChildren(make("h2", { id: "filter-title", text: "Which articles?" }), make("p", { class: "note", text: "Looking what there is…" }));
  dialog.showModal();
  try {
    draw(await fetched("api/corpus"));
  } catch (error) {
    dialog.replaceChildren(make("h2", { id: "filter-title", text: "Which articles?" }), make("p", { text: error.message }), button("Close", () => dialog.close()));
  }
}

function draw(corpus) {
  const boxes = corpus.outlets.map(({ name, articles }) => {
    const box = make("input", { type: "checkbox", value: name });
    box.checked = chosen.outlets?.includes(name) ?? false;
    return make("label", {}, box, make("span", { text: name }), make("small", { text: counted(articles, "article") }));
  });
  const search = make("input", { type: "search", "aria-label": "Find an outlet", placeholder: "Find an outlet", on: {
    keydown: (event) => event.key === "Enter" && event.preventDefault(),
    input: () => boxes.forEach((box) => { box.hidden = !box.textContent.toLowerCase().includes(search.value.toLowerCase()); }),
  } });
  const { oldest, newest } = corpus.index;
  const bound = (name, label) => {
    const input = make("input", { type: "date", min: oldest, max: newest });
    input.value = chosen[name] ?? "";
    return [make("label", {}, make("span", { text: label }), input), input];
  };
  const [sinceLabel, since] = bound("since", "From");
  const [untilLabel, until] = bound("until", "To");
  const wrong = make("p", { class: "wrong", role: "alert" });
  const form = make("form", { method: "dialog" },
    make("div", { class: "row" }, make("h2", { id: "filter-title", text: "Which articles?" }), iconButton("close", "Close without a change", () => dialog.close())),
    oldest && make("fieldset", { class: "days" }, make("legend", { text: "Published" }), sinceLabel, untilLabel,
      corpus.undated > 0 && make("p", { class: "note", text: `${counted(corpus.undated, "article")} without a date: left out as soon as a day is chosen.` })),
    boxes.length > 0 && make("fieldset", {}, make("legend", { text: "Outlets (none chosen: all)" }), boxes.length > 8 && search,
      make("div", { class: "outlets", tabindex: "0", role: "group", "aria-label": "Outlets" }, ...boxes)),
    !oldest && !boxes.length && make("p", { text: "These articles name neither outlets nor dates." }),
    wrong,
    make("div", { class: "row" }, make("button", { type: "submit", class: "main", text: "Ask only these" }), button("Ask all", () => { choose({}); dialog.close(); }, { class: "quiet" })));
  form.addEventListener("submit", (event) => {
    if (since.value && until.value && since.value > until.value) {
      event.preventDefault();
      wrong.textContent = "The first day is after the last.";
      return;
    }
    const outlets = boxes.map((label) => label.querySelector("input")).filter((box) => box.checked).map((box) => box.value);
    choose({ ...(outlets.length && { outlets }), ...(since.value && { since: since.value }), ...(until.value && { until: until.value }) });
  });
  dialog.replaceChildren(form);
  form.querySelector("input")?.focus();
}

function choose(fields) {
  chosen = fields;
  const words = partInWords(fields);
  shown.hidden = !words;
  opener.setAttribute("aria-pressed", String(Boolean(words)));
  shown.replaceChildren(...(words ? [make("span", { text: `Only ${words}` }), iconButton("close", `Ask all ${page.index.articles} articles again`, () => { choose({}); opener.focus(); })] : []));
}
