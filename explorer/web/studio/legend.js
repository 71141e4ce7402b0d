// The names of the lines with what they say at one place; each is a switch of its line.

import { h } from "../ui/dom.js";
import { written } from "../ui/words.js";
import { heldAt, saidAt } from "./series.js";
import { createSign } from "./sign.js";

/** @param {(name: string) => void} press */
export function createLegend(press) {
  const element = h("div", { class: "entries", role: "group", "aria-label": "Lines; a dotted one is of held-out pictures" });
  const entries = new Map(); // name -> its parts
  let drawn = "";

  function entryOf({ name, title, about, sign }) {
    const [train, held] = [h("b"), h("span", { class: "said", title: "of held-out pictures" })];
    const chip = h("button", { type: "button", class: "chip", title: about }, sign ? createSign(name, sign) : h("i", { class: "inked", "data-line": name }), title, train, held);
    chip.addEventListener("click", () => press(name));
    entries.set(name, { chip, train, held });
    return chip;
  }

  return {
    element,
    /** @param {import("./series.js").Line[]} lines @param {Set<string>} hidden */
    show(lines, hidden) {
      const names = lines.map(({ name, title }) => `${name} ${title}`).join();
      if (names !== drawn) {
        drawn = names;
        entries.clear();
        element.replaceChildren(...lines.map(entryOf));
      }
      for (const [name, { chip }] of entries) {
        chip.classList.toggle("faded", hidden.has(name));
        chip.setAttribute("aria-pressed", String(!hidden.has(name)));
      }
    },
    /** @param {import("./series.js").Line[]} lines @param {number} at the index of a report */
    tell(lines, at) {
      for (const line of lines) {
        const [entry, known] = [entries.get(line.name), heldAt(line, at)];
        entry.train.textContent = nats(saidAt(line.train, at));
        entry.held.textContent = Number.isNaN(known) ? "" : nats(known);
      }
    },
  };
}

/** @param {number} value NaN: not known yet */
export function nats(value) {
  return Number.isNaN(value) ? "–" : written(value, Math.abs(value) >= 100 ? 1 : 2);
}
