// One small picture with a line of words below it.

import { h } from "../ui/dom.js";
import { drawPixels } from "./pixels.js";

/** @param {string} kind @param {string} label */
export function createPlate(kind, label) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { role: "img", "aria-label": label }));
  const words = h("figcaption");
  const element = h("figure", { class: `plate ${kind}` }, h("div", { class: "hold" }, canvas), words);
  let ratio = 0;
  return {
    element,
    words,
    /** @param {[number, number, number]} shape @param {(rgba: Uint8ClampedArray) => void} fill */
    paint(shape, fill) {
      drawPixels(canvas, shape, fill);
      if (canvas.width / canvas.height === ratio) return;
      ratio = canvas.width / canvas.height;
      element.style.setProperty("--ratio", String(ratio));
    },
    wipe() {
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    },
    /** @param {string} sentence */
    say(sentence) {
      if (words.textContent === sentence) return;
      words.textContent = words.title = sentence;
      canvas.setAttribute("aria-label", `${label}: ${sentence}`);
    },
  };
}
