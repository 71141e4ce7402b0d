// What leaves the page: the picture as a PNG, to the clipboard or to a file, its pixels scaled up by a whole number.

import { enlarge } from "./pixels.js";
import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { pngOf, save } from "../ui/save.js";

const LEAST = 512; // pixels, of the shorter side
const NONE = "There is no picture of this z yet: wait until it is painted.";

/**
 * @param {import("../mount.js").Desk} desk @param {HTMLCanvasElement} canvas
 * @param {(sentence: string) => void} tell @param {() => boolean} there   is there a picture of this z?
 */
export function createKeep({ store }, canvas, tell, there) {
  async function copy() {
    if (!there()) return tell(NONE);
    if (!navigator.clipboard?.write) return tell("This browser does not let a page copy pictures here: save it instead.");
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": pngOf(enlarged(canvas)) })]);
      tell("Copied.");
    } catch {
      tell("The browser refused to copy the picture: allow it, or save it instead.");
    }
  }

  async function keep() {
    if (!there()) return tell(NONE);
    const name = `${store.state.model.name}-z.png`;
    save(await pngOf(enlarged(canvas)), name);
    tell(`Saved as ${name}.`);
  }

  return [button(icon("copy"), "Copy the picture", copy), button(icon("save"), "Save the picture as PNG", keep)];
}

/** Each pixel as a square of pixels. @param {HTMLCanvasElement} canvas */
function enlarged(canvas) {
  const times = Math.max(1, Math.ceil(LEAST / Math.min(canvas.width, canvas.height)));
  const large = /** @type {HTMLCanvasElement} */ (h("canvas"));
  enlarge(canvas, times, large);
  return large;
}
