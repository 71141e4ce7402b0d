// A button that is pressed; one whose face has no words is called what its title says.

import { h } from "./dom.js";

const WORDS = /[\p{L}\p{N}]/u;

/** @param {string | Node} face @param {string} title @param {(event: Event) => void} press */
export function button(face, title, press) {
  const called = typeof face === "string" && WORDS.test(face);
  const element = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "tool", title, "aria-label": called ? null : title }, face));
  element.addEventListener("click", (event) => element.ariaDisabled !== "true" && press(event));
  return element;
}

/** Whether it does anything now. It keeps the focus: a button that is disabled loses it to the page. @param {HTMLButtonElement} element */
export function allow(element, able) {
  element.ariaDisabled = String(!able);
}
