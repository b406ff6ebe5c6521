// The card over a chip: quote, title, outlet, date. By hover, focus or tap; Escape puts it away.

import { make } from "./dom.js";
import { source } from "./source.js";

const box = document.getElementById("card");
const LEAVING = 150; // ms in which a pointer may cross from the chip to the card
let shownFor = null;
let leaving = 0;

/** Gives a chip its card. A click opens; a tap shows the card first, and opens when it is tapped again. */
export function card(chip, quote, open) {
  chip.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(chip, quote));
  chip.addEventListener("pointerleave", hideSoon);
  chip.addEventListener("focus", () => chip.matches(":focus-visible") && show(chip, quote));
  chip.addEventListener("blur", hideSoon);
  chip.addEventListener("click", (event) => {
    if (event.pointerType === "touch" && shownFor !== chip) return show(chip, quote);
    hide();
    return open();
  });
  return chip;
}

function show(chip, quote) {
  clearTimeout(leaving);
  shownFor = chip;
  box.replaceChildren(
    make("p", { class: "words", text: `“${quote.text}”` }),
    make("p", { class: "title", text: quote.article.title }),
    source(quote.article));
  box.hidden = false;
  chip.setAttribute("aria-describedby", "card");
  place(chip.getBoundingClientRect());
}

/** Above the chip, or below where there is no room; never over the edge of the window. */
function place(chip) {
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(8, Math.min(chip.left + chip.width / 2 - width / 2, innerWidth - width - 8));
  const above = chip.top - height - 8;
  box.style.left = `${left}px`;
  box.style.top = `${above > 8 ? above : Math.min(chip.bottom + 8, innerHeight - height - 8)}px`;
}

export function hide() {
  clearTimeout(leaving);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  box.hidden = true;
}

function hideSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(hide, LEAVING);
}

export const cardIsShown = () => !box.hidden;

box.addEventListener("pointerenter", () => clearTimeout(leaving));
box.addEventListener("pointerleave", hideSoon);
document.addEventListener("pointerdown", (event) => {
  if (shownFor && !box.contains(event.target) && !shownFor.contains(event.target)) hide();
});
document.getElementById("scroll").addEventListener("scroll", hide, { passive: true });
