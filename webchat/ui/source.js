// The line under a quote that says where it comes from.

import { make } from "./dom.js";
import { day, outlet } from "./words.js";

/** Outlet, author and day; undated and machine-written articles are marked. */
export function source(article) {
  const parts = [outlet(article), article.author].filter(Boolean).map((text) => make("span", { text }));
  parts.push(article.published ? make("time", { datetime: article.published, text: day(article.published) }) : mark("undated"));
  if (article.machine_written) parts.push(mark("machine-written"));
  return make("span", { class: "from" }, ...parts);
}

const mark = (text) => make("span", { class: "mark", text });
