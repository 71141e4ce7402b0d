// A choice among a few: a row of native radio buttons that looks like one control.

import { h } from "./dom.js";

let menus = 0; // radio buttons of two menus on one page must not know each other

/** @param {string} label for screen readers @param {(name: string, event: Event) => void} choose */
export function createMenu(label, choose) {
  const group = `explorer-menu-${++menus}`;
  const element = h("div", { class: "menu", role: "radiogroup", "aria-label": label });
  element.addEventListener("change", (event) => choose(event.target.value, event));

  function option({ name, title, about }) {
    const input = h("input", { type: "radio", name: group, value: name, "aria-description": about ?? null });
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
