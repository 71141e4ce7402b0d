// A drawing as a file of the person’s own.

import { h } from "./dom.js";

const TAKEN_MS = 10_000; // by then the browser has taken hold of it

/** @param {Blob} blob @param {string} name of the file */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_MS);
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
export function pngOf(canvas) {
  return new Promise((keep) => canvas.toBlob(keep, "image/png"));
}
