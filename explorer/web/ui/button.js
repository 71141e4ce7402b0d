// A button that is pressed; one whose face has no words is called what its title says.

import { h } from "./dom.js";

const WORDS = /[\p{L}\p{N}]/u;

/** @param {string | Node} face @param {string} title @param {(event: Event) => void} press */
export function button(face, title, press) {
  const called = typeof face === "string" && WORDS.test(face);
  const element = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "tool", title, "aria-label": called ? null : title }, face));
  element.addEventListener("click", press);
  return element;
}
