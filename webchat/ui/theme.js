// Light and dark, and shades of the one accent colour that can be read on either.

import { store, stored } from "./storage.js";

const AA = 4.6; // a little over WCAG's 4.5 to 1
const GROUNDS = { light: [255, 255, 255], dark: [15, 20, 24] };
const style = document.documentElement.style;
let accent = [15, 118, 110];

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const mixed = (one, other, share) => one.map((value, at) => Math.round(value + (other[at] - value) * share));
const css = (colour) => `rgb(${colour.join(" ")})`;

/** WCAG 2: relative luminance, and the contrast of two colours, from 1 to 21. */
function luminance(colour) {
  const [r, g, b] = colour.map((value) => value / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** The accent, moved towards black or white until it can be read on the ground and on its own soft shade. */
function readable(colour, ground) {
  const away = luminance(ground) > 0.5 ? [0, 0, 0] : [255, 255, 255];
  for (let share = 0; share <= 1; share += 0.05) {
    const tried = mixed(colour, away, share);
    if (Math.min(contrast(tried, ground), contrast(tried, mixed(ground, tried, 0.13))) >= AA) return tried;
  }
  return away;
}

export function isDark() {
  const set = document.documentElement.dataset.theme;
  return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function paint() {
  const ground = GROUNDS[isDark() ? "dark" : "light"];
  const shown = readable(accent, ground);
  style.setProperty("--accent", css(shown));
  style.setProperty("--accent-soft", css(mixed(ground, shown, 0.13)));
  style.setProperty("--on-accent", contrast(shown, [255, 255, 255]) >= AA ? "#fff" : "#0b1114");
}

/** `given` is what a widget's host asked for; the reader's own choice comes first. */
export function prepareTheme(button, colour, given) {
  if (/^#[0-9a-f]{6}$/i.test(colour)) accent = rgb(colour);
  const chosen = stored("theme", null) ?? given;
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  const drawn = () => {
    paint();
    button?.setAttribute("aria-pressed", String(isDark()));
  };
  button?.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    store("theme", document.documentElement.dataset.theme);
    drawn();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawn);
  drawn();
}
