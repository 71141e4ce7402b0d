// One small picture with a line of words below it.

import { h } from "../ui/dom.js";

/** @param {string} kind @param {string} label */
export function createPlate(kind, label) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { role: "img", "aria-label": label }));
  const words = h("figcaption");
  const element = h("figure", { class: `plate ${kind}` }, h("div", { class: "hold" }, canvas), words);
  const brush = canvas.getContext("2d");
  let image = null;
  return {
    element,
    words,
    /** @param {[number, number, number]} shape @param {(rgba: Uint8ClampedArray) => void} fill */
    paint([, height, width], fill) {
      if (canvas.width !== width || canvas.height !== height || !image) {
        [canvas.width, canvas.height] = [width, height];
        element.style.setProperty("--ratio", String(width / height));
        image = brush.createImageData(width, height);
      }
      fill(image.data);
      brush.putImageData(image, 0, 0);
    },
    wipe() {
      brush.clearRect(0, 0, canvas.width, canvas.height);
    },
    /** @param {string} sentence */
    say(sentence) {
      if (words.textContent === sentence) return;
      words.textContent = words.title = sentence;
      canvas.setAttribute("aria-label", `${label}: ${sentence}`);
    },
  };
}
