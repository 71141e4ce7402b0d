// The classes with their colours; choosing some of them fades the others.

import { h } from "../ui/dom.js";
import { colourOf } from "./palette.js";

/** @param {(chosen: Set<number>) => void} choose  an empty set means all */
export function createLegend(choose) {
  const element = h("div", { class: "legend", role: "group", "aria-label": "Classes: choose some to fade the others" });
  let chosen = new Set();

  function toggle(label) {
    chosen = new Set(chosen.has(label) ? [...chosen].filter((other) => other !== label) : [...chosen, label]);
    mark();
    choose(chosen);
  }

  function mark() {
    for (const chip of element.children) {
      const on = chosen.has(Number(chip.dataset.label));
      chip.setAttribute("aria-pressed", String(on));
      chip.classList.toggle("faded", chosen.size > 0 && !on);
    }
  }

  function chip(name, label) {
    const swatch = h("i", { class: "swatch", style: `background: ${colourOf(label)}` });
    const button = h("button", { type: "button", class: "chip", "data-label": label }, swatch, name);
    button.addEventListener("click", () => toggle(label));
    return button;
  }

  return {
    element,
    /** @param {string[]} names */
    show(names) {
      chosen = new Set();
      element.replaceChildren(...names.map(chip));
      mark();
    },
  };
}
