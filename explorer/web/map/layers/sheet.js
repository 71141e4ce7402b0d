// A canvas over the whole map: as sharp as the screen, and drawn on in the pixels of the page.

import { h } from "../../ui/dom.js";

/** @param {string} name a class for its style */
export function createSheet(name) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: `sheet ${name}`, width: 1, height: 1, "aria-hidden": "true", hidden: "" }));
  const brush = canvas.getContext("2d");
  return {
    canvas,
    /** An empty sheet of the size of the map, in sight. @returns {{brush: CanvasRenderingContext2D, density: number}} */
    begin({ width, height }) {
      const density = window.devicePixelRatio || 1;
      const size = [width, height].map((length) => Math.max(1, Math.round(length * density)));
      if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
      brush.setTransform(density, 0, 0, density, 0, 0);
      brush.clearRect(0, 0, width, height);
      canvas.hidden = false;
      return { brush, density };
    },
    /** Out of sight; its pixels are given back. */
    hide() {
      if (canvas.hidden) return;
      canvas.hidden = true;
      canvas.width = canvas.height = 1;
    },
  };
}
