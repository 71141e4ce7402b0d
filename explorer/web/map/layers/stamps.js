// Decoded pictures as small canvases, ready to be drawn anywhere; the one that was longest out of use goes first.

import { fillImage } from "../../picture/pixels.js";
import { h } from "../../ui/dom.js";

const ROUNDING = 1.5; // pixels by which a box may differ from the next
const SHARP = 3; // times its own size: from here on a picture shows its pixels

/** @param {number} most so many are kept */
export function createStamps(most) {
  const kept = new Map(); // key -> canvas, the one used last at the end
  return {
    has: (key) => kept.has(key),
    /** @returns {HTMLCanvasElement | undefined} */
    get(key) {
      const stamp = kept.get(key);
      if (!stamp) return undefined;
      kept.delete(key);
      kept.set(key, stamp);
      return stamp;
    },
    /** @param {Float32Array} pixels (c, h, w) in [0, 1] @param {[number, number, number]} shape */
    put(key, pixels, shape) {
      kept.delete(key);
      kept.set(key, stampOf(pixels, shape));
      if (kept.size > most) kept.delete(kept.keys().next().value);
    },
    clear: () => kept.clear(),
  };
}

/** @param {Float32Array} pixels (c, h, w) in [0, 1] @param {[number, number, number]} shape @returns {HTMLCanvasElement} */
function stampOf(pixels, [channels, height, width]) {
  const stamp = /** @type {HTMLCanvasElement} */ (h("canvas", { width, height }));
  const brush = stamp.getContext("2d");
  const image = brush.createImageData(width, height);
  fillImage(image.data, pixels, channels);
  brush.putImageData(image, 0, 0);
  return stamp;
}

/** The whole picture as large as fits into a box, in its middle. */
export function drawWhole(brush, picture, left, top, width, height) {
  const scale = Math.min(width / picture.width, height / picture.height);
  const side = (length, room) => (room - length * scale < ROUNDING ? room : length * scale); // no seam where it nearly fills the box
  const [w, h] = [side(picture.width, width), side(picture.height, height)];
  brush.imageSmoothingEnabled = scale < SHARP;
  brush.drawImage(picture, left + (width - w) / 2, top + (height - h) / 2, w, h);
}
