// Decoded pictures as small canvases, ready to be drawn anywhere; the one that was longest out of use goes first.

import { decodePlaces } from "../../engine/places.js";
import { fillImage } from "../../picture/pixels.js";
import { h } from "../../ui/dom.js";

const ROUNDING = 1.5; // pixels by which a box may differ from the next
const SHARP = 3; // times its own size: from here on a picture shows its pixels

/**
 * @param {import("../../engine/background.js").Lane} lane that decodes them @param {number} most so many are kept
 * @param {() => void} changed   there are more
 */
export function createStamps(lane, most, changed) {
  const kept = new Map(); // key -> canvas, the one used last at the end

  function put(key, stamp) {
    kept.set(key, stamp);
    if (kept.size > most) kept.delete(kept.keys().next().value);
  }

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
    /**
     * Decodes those that are not there, in their order.
     * @param {{key: string | number, z: number[], label: number | null}[]} places @param {[number, number, number]} shape
     */
    ask(places, shape) {
      const missing = places.filter(({ key }) => !kept.has(key));
      decodePlaces(lane, missing, (pixels, from, n) => {
        const size = pixels.length / n;
        for (let at = 0; at < n; at++) put(missing[from + at].key, stampOf(pixels.subarray(at * size, (at + 1) * size), shape));
        changed();
      });
    },
    /** What is not decoded yet is no longer wanted. */
    drop: () => lane.drop(),
    clear() {
      lane.drop();
      kept.clear();
    },
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
