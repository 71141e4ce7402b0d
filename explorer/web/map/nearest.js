// The nearest point to a place on a map, from a grid of cells, so that a hover over 70,000 points costs nothing.

import { boundsOf } from "./viewport.js";

const POINTS_A_CELL = 8;

/** @param {Float32Array} xy (n, 2) */
export function createNearest(xy) {
  const n = xy.length / 2;
  const [left, bottom, right, top] = boundsOf(xy); // points outside lie in the cells at the edge: a far one must not coarsen the rest
  const cell = Math.sqrt(((right - left) * (top - bottom) * POINTS_A_CELL) / n);
  const columns = Math.min(2048, Math.floor((right - left) / cell) + 1);
  const rows = Math.min(2048, Math.floor((top - bottom) / cell) + 1);
  const columnOf = (x) => Math.min(columns - 1, Math.max(0, Math.floor((x - left) / cell)));
  const rowOf = (y) => Math.min(rows - 1, Math.max(0, Math.floor((y - bottom) / cell)));
  const cellOf = (i) => rowOf(xy[2 * i + 1]) * columns + columnOf(xy[2 * i]);
  const { starts, order } = countingSort(n, columns * rows, cellOf);

  /**
   * @param {[number, number]} at @param {number} radius in map units
   * @param {(index: number) => boolean} [allowed]
   * @returns {number | null}
   */
  return function nearest([x, y], radius, allowed = () => true) {
    let [found, best] = [null, radius * radius];
    for (let row = rowOf(y - radius); row <= rowOf(y + radius); row++) {
      const end = starts[row * columns + columnOf(x + radius) + 1];
      for (let at = starts[row * columns + columnOf(x - radius)]; at < end; at++) {
        const i = order[at];
        const distance = (xy[2 * i] - x) ** 2 + (xy[2 * i + 1] - y) ** 2;
        if (distance <= best && allowed(i)) [found, best] = [i, distance];
      }
    }
    return found;
  };
}

function countingSort(n, cells, cellOf) {
  const starts = new Uint32Array(cells + 1); // cell c holds order[starts[c]] to order[starts[c + 1]]
  for (let i = 0; i < n; i++) starts[cellOf(i) + 1] += 1;
  for (let c = 0; c < cells; c++) starts[c + 1] += starts[c];
  const next = starts.slice();
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[next[cellOf(i)]++] = i;
  return { starts, order };
}
