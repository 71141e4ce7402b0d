// A free hand or a box around points: the outline while it is drawn, and which points lie inside it.

import { s } from "../ui/dom.js";

/**
 * The points inside a polygon by the even-odd rule: a loop of the hand through itself leaves a hole.
 * @param {ArrayLike<number> | [number, number][]} polygon   corners, flat or in pairs, in the units of xy
 * @param {Float32Array} xy (n, 2) @param {(index: number) => boolean} [allowed]
 * @returns {Int32Array} in the order of xy
 */
export function inside(polygon, xy, allowed = () => true) {
  const corners = Float64Array.from(Array.from(polygon).flat());
  const [left, bottom, right, top] = boxOf(corners);
  const members = [];
  for (let i = 0; i < xy.length / 2; i++) {
    const [x, y] = [xy[2 * i], xy[2 * i + 1]];
    if (x < left || x > right || y < bottom || y > top) continue; // most points, and quickly
    if (surrounds(corners, x, y) && allowed(i)) members.push(i);
  }
  return Int32Array.from(members);
}

/** How often a ray to the right crosses the outline: an odd number of times from inside. */
function surrounds(corners, x, y) {
  let odd = false;
  for (let i = 0, j = corners.length - 2; i < corners.length; j = i, i += 2) {
    const [y1, y2] = [corners[i + 1], corners[j + 1]];
    if (y1 > y !== y2 > y && x < corners[i] + ((corners[j] - corners[i]) * (y - y1)) / (y2 - y1)) odd = !odd;
  }
  return odd;
}

function boxOf(corners) {
  const [xs, ys] = [0, 1].map((axis) => corners.filter((_, i) => i % 2 === axis));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The four corners of the box between two. @returns {[number, number][]} */
export function boxBetween([x1, y1], [x2, y2]) {
  return [[x1, y1], [x2, y1], [x2, y2], [x1, y2]]; // prettier-ignore
}

/** The line that the hand draws, for a layer of SVG above the points. */
export function createOutline() {
  const element = s("path", { class: "outline", visibility: "hidden" });
  return {
    element,
    /** @param {[number, number][] | null} polygon in pixels; null: nothing is being drawn */
    show(polygon) {
      element.setAttribute("visibility", polygon ? "visible" : "hidden");
      if (polygon) element.setAttribute("d", `M${polygon.map((at) => at.join(" ")).join("L")}Z`);
    },
  };
}
