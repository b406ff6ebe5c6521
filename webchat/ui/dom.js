// Elements are made here and nowhere else. Text goes in as text: no HTML is ever made from data, and the page's policy
// (Trusted Types) refuses any attempt to.

// What cannot be seen, and what turns the direction of other text, is left out of what is shown; the article keeps it.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

export const seen = (text) => String(text).replace(/\r\n?/g, "\n").replace(UNSEEN, "");

/** An element. `properties`: text, class, on (events), dataset, and anything else as an attribute; false leaves it out. */
export function make(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "text") node.textContent = seen(value);
    else if (key === "class") node.className = value;
    else if (key === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (key === "dataset") Object.assign(node.dataset, value);
    else node.setAttribute(key, value === true ? "" : seen(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const button = (label, onclick, more = {}) => make("button", { type: "button", text: label, on: { click: onclick }, ...more });

const SHAPES = {
  done: "M5 13l4 4 10-10",
  plus: "M12 6v12M6 12h12",
  clock: "M12 7v5l3 2M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z",
  "down-arrow": "M12 5v11M7 11l5 5 5-5M6 20h12",
  moon: "M19 14a7.5 7.5 0 0 1-9-9 7.5 7.5 0 1 0 9 9z",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  filter: "M4 7h16M7 12h10M10 17h4",
  close: "M6 6l12 12M18 6L6 18",
  before: "M15 5l-7 7 7 7",
  after: "M9 5l7 7-7 7",
  copy: "M9 9h10v10H9zM5 15V5h10",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  again: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
  edit: "M5 19h3l10-10-3-3L5 16z",
  up: "M7 11v8H4v-8zM7 12l4-8c2 0 2 2 1.5 5H18c2 0 2 2 1 5s-1.5 5-3 5H7",
  down: "M17 13V5h3v8zM17 12l-4 8c-2 0-2-2-1.5-5H6c-2 0-2-2-1-5s1.5-5 3-5h9",
};

export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const path = document.createElementNS(namespace, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: "shape" })) svg.setAttribute(key, value);
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/** A button of one shape; its label is what a screen reader says and a pointer is shown. */
export function iconButton(shape, label, onclick, more = {}) {
  const made = button("", onclick, { class: "icon", "aria-label": label, title: label, ...more });
  made.append(icon(shape));
  return made;
}

const status = () => document.getElementById("status");

/** Says something to a screen reader, and to nobody else. */
export function announce(text) {
  status().textContent = seen(text);
}
