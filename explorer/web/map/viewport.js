// Which part of a map is seen: the way from map units to pixels and back, one scale for both axes.

const DEEPEST = 500; // times the first view
const WIDEST = 0.2;

/**
 * @typedef {object} View
 * @property {number} x        the middle, in map units
 * @property {number} y
 * @property {number} k        pixels per unit
 * @property {number} width    in pixels
 * @property {number} height
 * @property {number} zoomed   times the first view
 */

export function createViewport() {
  let [x, y, k, first] = [0, 0, 1, 1]; // the middle in map units, pixels per unit, and its first value
  let [width, height] = [1, 1];
  return {
    get x() { return x; }, // prettier-ignore
    get y() { return y; }, // prettier-ignore
    get k() { return k; }, // prettier-ignore
    get width() { return width; }, // prettier-ignore
    get height() { return height; }, // prettier-ignore
    get zoomed() { return k / first; }, // prettier-ignore
    /** @param {[number, number]} at in map units @returns {[number, number]} in pixels from the top left */
    toScreen: ([mx, my]) => [width / 2 + (mx - x) * k, height / 2 - (my - y) * k],
    /** @param {[number, number]} at in pixels @returns {[number, number]} in map units */
    toMap: ([sx, sy]) => [x + (sx - width / 2) / k, y - (sy - height / 2) / k],
    resize(w, h) {
      [width, height] = [w, h];
    },
    /** Shows the whole box. One scale for both axes, so that a circle on the map is a circle on the screen. */
    fit([left, bottom, right, top]) {
      [x, y] = [(left + right) / 2, (bottom + top) / 2];
      k = first = Math.min(width / (right - left), height / (top - bottom));
    },
    /** Shows what `where` told of, also in a view of another size. @param {[number, number, number]} where x, y, times the first view */
    look([mx, my, times]) {
      [x, y] = [mx, my];
      k = first * Math.min(DEEPEST, Math.max(WIDEST, times));
    },
    /** What is seen, in so few digits that nobody sees them. @returns {[number, number, number]} */
    where() {
      const digits = Math.min(9, Math.max(0, Math.ceil(Math.log10(k)) + 1));
      return [Number(x.toFixed(digits)) + 0, Number(y.toFixed(digits)) + 0, Number((k / first).toPrecision(4))];
    },
    pan(dx, dy) {
      x -= dx / k;
      y += dy / k;
    },
    /** Zooms so that the place under the pointer stays under the pointer. */
    zoom(factor, sx, sy) {
      const next = Math.min(DEEPEST * first, Math.max(WIDEST * first, k * factor));
      x += (sx - width / 2) * (1 / k - 1 / next);
      y -= (sy - height / 2) * (1 / k - 1 / next);
      k = next;
    },
  };
}

/** A box around nearly all points: a handful of far ones must not shrink the rest. @param {Float32Array} xy (n, 2) */
export function boundsOf(xy) {
  const [left, right] = reach(xy, 0);
  const [bottom, top] = reach(xy, 1);
  return [left, bottom, right, top];
}

function reach(xy, axis) {
  const step = Math.max(1, Math.ceil(xy.length / 2 / 20_000));
  const values = Float32Array.from({ length: Math.ceil(xy.length / 2 / step) }, (_, i) => xy[2 * i * step + axis]).sort();
  const [low, high] = [0.002, 0.998].map((share) => values[Math.round(share * (values.length - 1))]);
  const margin = 0.06 * (high - low) || 1;
  return [low - margin, high + margin];
}
