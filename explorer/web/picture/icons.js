// The few signs of the picture's buttons, drawn, so that they look the same with every font.

import { h, s } from "../ui/dom.js";

const PATHS = {
  zoom: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  copy: "M5.5 5.5h8v8h-8zM2.5 10.5v-8h8",
  save: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13.3 1.8v3.4H9.9",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return s("svg", { class: "sign", viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: PATHS[name] }));
}

/** A button that shows only a sign. @param {keyof typeof PATHS} name @param {string} label @param {(event: Event) => void} press */
export function iconButton(name, label, press) {
  const button = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "tool", title: label, "aria-label": label }, icon(name)));
  button.addEventListener("click", press);
  return button;
}
