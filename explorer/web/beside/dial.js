// A number that is set by a short rail: its name, the rail, and its value in words.

import { CHOICES } from "../choices.js";
import { choose } from "../state.js";
import { h } from "../ui/dom.js";

/**
 * @param {ReturnType<import("../state.js").createStore>} store @param {string} name one of CHOICES, a number
 * @param {{title: string, about: string, step: number, low?: number, high?: number, write: (value: number) => string}} words
 */
export function createDial(store, name, { title, about, step, write, low = CHOICES[name].low, high = CHOICES[name].high }) {
  const rail = h("input", { type: "range", min: low, max: high, step });
  const value = h("output");
  const element = h("label", { class: "dial", title: about }, h("span", {}, title), rail, value);
  rail.addEventListener("input", (event) => choose(store, { [name]: Number(rail.value) }, event));

  function show(state) {
    rail.value = String(state[name]);
    rail.style.setProperty("--share", String((state[name] - low) / (high - low)));
    value.textContent = write(state[name]);
    rail.setAttribute("aria-valuetext", value.textContent);
  }
  show(store.state);
  store.subscribe((state, before) => {
    if (state[name] !== before[name]) show(state);
  });
  return { element };
}
