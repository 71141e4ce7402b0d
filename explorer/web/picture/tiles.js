// Many small pictures on one canvas, in rows and columns, painted as they are decoded.

import { h } from "../ui/dom.js";
import { putPicture } from "./pixels.js";

/** @param {string} label for screen readers */
export function createTiles(label) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "tiles", role: "img", "aria-label": label }));
  const brush = canvas.getContext("2d");
  let [columns, count, shape, gap] = [1, 0, [1, 1, 1], 0];

  const corner = (i) => [(i % columns) * (shape[2] + gap), Math.floor(i / columns) * (shape[1] + gap)];

  return {
    canvas,
    /**
     * Makes room for so many pictures. What is there stays until it is painted over, if it has the same size.
     * @param {number} n @param {number} across columns @param {[number, number, number]} size c, h, w @param {number} [between] pixels
     */
    begin(n, across, size, between = 1) {
      [columns, count, shape, gap] = [across, n, size, between];
      const [, high, wide] = shape;
      const [width, height] = [across * (wide + gap) - gap, Math.ceil(n / across) * (high + gap) - gap];
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      canvas.style.setProperty("--ratio", String(width / height));
    },
    /** @param {Float32Array} pixels (n, c, h, w) in [0, 1] @param {number} from the place of the first */
    paint(pixels, from) {
      const size = shape[0] * shape[1] * shape[2];
      const n = Math.min(pixels.length / size, count - from);
      for (let i = 0; i < n; i++) putPicture(brush, pixels.subarray(i * size, (i + 1) * size), shape, ...corner(from + i));
    },
    clear: () => brush.clearRect(0, 0, canvas.width, canvas.height),
    /** Which picture lies under the pointer, or null. @param {MouseEvent} event @returns {number | null} */
    at(event) {
      const box = canvas.getBoundingClientRect();
      const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
      const row = Math.floor(((event.clientY - box.top) / box.height) * Math.ceil(count / columns));
      const i = row * columns + column;
      return column >= 0 && column < columns && row >= 0 && i < count ? i : null;
    },
  };
}
