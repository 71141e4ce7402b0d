// What leaves the page: the picture as a PNG, to the clipboard or to a file, its pixels scaled up by a whole number.

import { iconButton } from "./icons.js";
import { enlarge } from "./pixels.js";
import { h } from "../ui/dom.js";

const LEAST = 512; // pixels, of the shorter side

/**
 * @param {import("../mount.js").Desk} desk @param {HTMLCanvasElement} canvas
 * @param {(sentence: string) => void} tell @param {() => boolean} there   is there a picture of this z?
 */
export function createKeep({ store }, canvas, tell, there) {
  async function copy() {
    if (!there()) return tell("There is no picture of this z yet: wait until it is painted.");
    if (!navigator.clipboard?.write) return tell("This browser does not let a page copy pictures here: save it instead.");
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": png(canvas) })]);
      tell("Copied.");
    } catch {
      tell("The browser refused to copy the picture: allow it, or save it instead.");
    }
  }

  async function save() {
    if (!there()) return tell("There is no picture of this z yet: wait until it is painted.");
    const url = URL.createObjectURL(await png(canvas));
    h("a", { href: url, download: `${store.state.model.name}-z.png` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    tell(`Saved as ${store.state.model.name}-z.png.`);
  }

  return [iconButton("copy", "Copy the picture", copy), iconButton("save", "Save the picture as PNG", save)];
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
function png(canvas) {
  return new Promise((keep) => enlarged(canvas).toBlob(keep, "image/png"));
}

/** Each pixel as a square of pixels. @param {HTMLCanvasElement} canvas */
export function enlarged(canvas) {
  const times = Math.max(1, Math.ceil(LEAST / Math.min(canvas.width, canvas.height)));
  const large = /** @type {HTMLCanvasElement} */ (h("canvas"));
  enlarge(canvas, times, large);
  return large;
}
