// A choice among a few that is opened: a list with its name before it.

import { h } from "../ui/dom.js";

/** @param {string} label @param {{name: string, title: string, about: string}[]} options @param {(name: string) => void} choose */
export function createList(label, options, choose) {
  const list = /** @type {HTMLSelectElement} */ (h("select", { class: "field", "aria-label": label },
    ...options.map(({ name, title, about }) => h("option", { value: name, title: about }, title)))); // prettier-ignore
  list.addEventListener("change", () => choose(list.value));
  return { element: h("label", { class: "named" }, h("span", {}, label), list) };
}
