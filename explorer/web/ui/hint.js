// A sentence that goes by itself.

import { h } from "./dom.js";

/** @param {string} kind a class for its style @param {number} ms that it stays */
export function createHint(kind, ms) {
  const element = h("p", { class: kind, role: "status" });
  let timer = 0;

  /** @param {string} sentence "": it goes at once */
  function say(sentence) {
    clearTimeout(timer);
    element.textContent = sentence;
    if (sentence) timer = setTimeout(() => (element.textContent = ""), ms);
  }
  return { element, say, dispose: () => clearTimeout(timer) };
}
