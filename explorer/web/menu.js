// The choice among the maps: a row of native radio buttons that looks like one control.

import { h } from "./dom.js";

let menus = 0; // radio buttons of two views on one page must not know each other

/** @param {(name: string, event: Event) => void} choose */
export function createMenu(choose) {
  const group = `explorer-maps-${++menus}`;
  const element = h("div", { class: "menu", role: "radiogroup", "aria-label": "Map" });
  element.addEventListener("change", (event) => choose(event.target.value, event));
  return {
    element,
    /** @param {import("./plane.js").PlaneMap[]} maps */
    show(maps) {
      element.replaceChildren(...maps.map(({ name, title }) =>
        h("label", {}, h("input", { type: "radio", name: group, value: name }), h("span", {}, title)))); // prettier-ignore
    },
    /** @param {string | null} name */
    mark(name) {
      for (const input of element.querySelectorAll("input")) input.checked = input.value === name;
    },
  };
}
