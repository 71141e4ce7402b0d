// A number that is typed: each that can be holds at once, and of any other it is told why it does not.

import { CHOICES } from "../choices.js";
import { choose } from "../state.js";
import { h } from "./dom.js";

/**
 * @param {ReturnType<import("../state.js").createStore>} store @param {string} name one of CHOICES, a number
 * @param {{title: string, about: string, step: number}} words @returns {HTMLInputElement}
 */
export function createField(store, name, { title, about, step }) {
  const { low, high, read } = CHOICES[name];
  const field = /** @type {HTMLInputElement} */ (h("input", { type: "number", class: "field", min: low, max: high, step, title: about, "aria-label": title }));
  const restore = () => (field.value = String(store.state[name]));

  function type(event) {
    field.setCustomValidity("");
    const value = read(field.value);
    if (value !== undefined) choose(store, { [name]: value }, event);
  }

  /** What was typed does not hold, so it does not stay. */
  function refuse() {
    const typed = field.value === "" ? "This" : `“${field.value}”`; // a browser keeps words that are no number to itself
    restore();
    field.select();
    field.setCustomValidity(`${typed} is no ${title.toLowerCase()}, so it stays ${field.value}. Type a ${step === 1 ? "whole " : ""}number from ${low} to ${high}.`);
    field.reportValidity();
  }

  field.addEventListener("input", type);
  field.addEventListener("keydown", ({ key }) => key === "Enter" && read(field.value) === undefined && refuse());
  field.addEventListener("blur", () => {
    field.setCustomValidity("");
    restore();
  });
  restore();
  store.subscribe((state, before) => {
    if (state[name] !== before[name] && read(field.value) !== state[name]) restore();
  });
  return field;
}
