// The pictures of a batch as a person sees them: one with its caption, those to choose from, and one as an address.

import { drawPicture, drawPixels, partsOf } from "../picture/pixels.js";
import { h } from "../ui/dom.js";

/** @param {Uint8Array} bytes @returns {Float32Array} in [0, 1] */
export const lightOf = (bytes) => Float32Array.from(bytes, (value) => value / 255);

/** @param {string | Node} caption @param {string} label for screen readers */
export function createPlate(caption, label) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { role: "img", "aria-label": label }));
  return {
    element: h("figure", { class: "shot" }, canvas, h("figcaption", {}, caption)),
    /** @param {Uint8Array} bytes (c, h, w) @param {[number, number, number]} shape */
    paint: (bytes, shape) => drawPicture(canvas, lightOf(bytes), shape),
    /** @param {(rgba: Uint8ClampedArray) => void} fill @param {[number, number, number]} shape */
    fill: (fill, shape) => drawPixels(canvas, shape, fill),
  };
}

/** The pictures of a batch that may be looked at. @param {(i: number) => void} choose */
export function createChoice(choose) {
  const element = h("div", { class: "choice", role: "group", "aria-label": "Pictures of this batch: which one is followed" });
  let buttons = [];

  const createOne = (i) => {
    const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", {}));
    const button = h("button", { type: "button", title: `Follow picture ${i + 1} of the batch`, "aria-label": `Picture ${i + 1} of the batch` }, canvas);
    button.addEventListener("click", () => choose(i));
    return { button, canvas };
  };

  return {
    element,
    /** @param {Uint8Array} bytes (n, c, h, w) @param {[number, number, number]} shape @param {number} n */
    paint(bytes, shape, n) {
      if (buttons.length !== n) {
        buttons = Array.from({ length: n }, (_, i) => createOne(i));
        element.replaceChildren(...buttons.map(({ button }) => button));
      }
      partsOf(bytes, n).forEach((part, i) => drawPicture(buttons[i].canvas, lightOf(part), shape));
    },
    /** @param {number} chosen */
    mark(chosen) {
      buttons.forEach(({ button }, i) => button.setAttribute("aria-pressed", String(i === chosen)));
    },
  };
}

/** A picture as an address that a drawing can show. @param {Uint8Array} bytes (c, h, w) @param {[number, number, number]} shape */
export function addressOf(bytes, shape) {
  const canvas = document.createElement("canvas");
  drawPicture(canvas, lightOf(bytes), shape);
  return canvas.toDataURL();
}
