// Decoded pictures as small canvases, ready to be drawn anywhere; the one that was longest out of use goes first.

import { decodePlaces } from "../../engine/places.js";
import { createKept } from "../../picture/kept.js";
import { drawPicture, partsOf } from "../../picture/pixels.js";
import { h } from "../../ui/dom.js";

const ROUNDING = 1.5; // pixels by which a box may differ from the next
const SHARP = 3; // times its own size: from here on a picture shows its pixels

/**
 * @param {import("../../engine/background.js").Lane} lane that decodes them @param {number} most so many are kept, and all that are in sight
 * @param {() => void} changed   there are more
 */
export function createStamps(lane, most, changed) {
  const kept = createKept(most); // key -> canvas
  return {
    has: kept.has,
    get: kept.get,
    /**
     * Decodes those that are not there, in their order.
     * @param {{key: string | number, z: number[], label: number | null}[]} places @param {[number, number, number]} shape
     */
    ask(places, shape) {
      kept.makeRoom(places.length); // what is in sight must not go to make room for the rest of it
      const missing = places.filter(({ key }) => !kept.has(key));
      decodePlaces(lane, missing, (pixels, from, n) => {
        partsOf(pixels, n).forEach((picture, i) => kept.put(missing[from + i].key, stampOf(picture, shape)));
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
function stampOf(pixels, shape) {
  const stamp = /** @type {HTMLCanvasElement} */ (h("canvas"));
  drawPicture(stamp, pixels, shape);
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
