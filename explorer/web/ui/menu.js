// A choice among a few: a row of native radio buttons that looks like one control.

import { h } from "./dom.js";

/**
 * What holds radio buttons that belong together. It is a form, so that they know each other and nobody else: those of no
 * form are entered in a list of the page, and Chromium would keep a view that is gone for as long as they stand there.
 * @param {Record<string, string>} attributes @param {...Node} options
 */
export function radios(attributes, ...options) {
  const method = "dialog"; // or the enter key would load the page anew
  return h("form", { method, role: "radiogroup", ...attributes }, ...options);
}

/** @param {Record<string, string | null>} attributes @returns {HTMLInputElement} one of them */
export function radio(attributes) {
  return /** @type {HTMLInputElement} */ (h("input", { type: "radio", name: "choice", ...attributes }));
}

/** @param {string} label for screen readers @param {(name: string, event: Event) => void} choose */
export function createMenu(label, choose) {
  const element = radios({ class: "menu", "aria-label": label });
  element.addEventListener("change", (event) => choose(event.target.value, event));

  function option({ name, title, about }) {
    const input = radio({ value: name, "aria-description": about ?? null });
    return h("label", { title: about ?? null }, input, h("span", {}, title));
  }

  return {
    element,
    /** @param {{name: string, title: string, about?: string}[]} options */
    show(options) {
      element.replaceChildren(...options.map(option));
    },
    /** @param {string | null} name */
    mark(name) {
      for (const input of element.querySelectorAll("input")) input.checked = input.value === name;
    },
  };
}
