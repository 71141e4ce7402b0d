// The sign of a run among several: a shape and a colour, the same beside its name and on its lines.

import { s } from "../ui/dom.js";

// Shapes about the origin, so that who sees no colour tells the runs apart too. The colours are in compare.css.
export const SIGNS = ["M-4.8 0a4.8 4.8 0 1 0 9.6 0a4.8 4.8 0 1 0-9.6 0Z", "M0-5.8L5.8 4.6H-5.8Z", "M-4.6-4.6H4.6V4.6H-4.6Z", "M0-6.4L6.4 0L0 6.4L-6.4 0Z"];

/** The name of a line of the run at a place among several: its colour. @param {number} place */
export const lineOf = (place) => `run-${place}`;

/** @param {string} line of a run @param {string} shape one of SIGNS */
export function createSign(line, shape) {
  return s("svg", { class: "compare-sign", viewBox: "-7 -7 14 14", "data-line": line, "aria-hidden": "true" }, s("path", { d: shape }));
}
