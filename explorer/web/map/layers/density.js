// Contours of the points' density: each encloses a known share of the points.

import { s } from "../../ui/dom.js";
import { boundsOf } from "../viewport.js";
import { contours } from "./contours.js";
import { shownIn } from "./shown.js";

const SHARES = [0.9, 0.7, 0.5, 0.3, 0.1]; // of the points inside, from the outermost contour on
const CELLS = 160; // of the grid, each way
const NARROW = 0.5; // times Scott's width, which is meant for a single hill and would melt the classes into one
const FEWEST = 20; // points

/** @param {import("../../mount.js").Desk} desk */
export function createDensity({ store }) {
  const lines = SHARES.map(() => [s("path", { class: "halo" }), s("path", {})]);
  const element = s("g", { class: "density", visibility: "hidden" }, ...lines.flat());
  let of = { xy: null, shown: null };

  function renew(xy, shown) {
    if (xy === of.xy && shown === of.shown) return;
    of = { xy, shown };
    const kept = keep(xy, shown);
    const paths = kept.length >= 2 * FEWEST ? pathsOf(kept) : SHARES.map(() => "");
    lines.forEach((pair, k) => pair.forEach((line) => line.setAttribute("d", paths[k])));
  }

  return {
    element,
    title: "Density",
    help: `Lines around the densest ${SHARES.map((share) => 100 * share).join(", ")} % of the points shown.`,
    unfit: (_, { xy }) => (xy.length < 2 * FEWEST ? "There are too few points." : ""),
    draw(viewport, map) {
      renew(map.xy, shownIn(store.state));
      element.setAttribute("transform", transformOf(viewport));
      element.setAttribute("visibility", "visible");
    },
    hide: () => element.setAttribute("visibility", "hidden"),
  };
}

/** From map units to pixels, for a whole group of shapes. */
export function transformOf({ x, y, k, width, height }) {
  return `matrix(${k} 0 0 ${-k} ${width / 2 - x * k} ${height / 2 + y * k})`;
}

function keep(xy, shown) {
  const kept = [];
  for (let i = 0; 2 * i < xy.length; i++) if (shown(i)) kept.push(xy[2 * i], xy[2 * i + 1]);
  return Float32Array.from(kept);
}

/** One SVG path a share, in map units. @param {Float32Array} xy (n, 2) @returns {string[]} */
export function pathsOf(xy) {
  const field = densityOf(xy);
  const { left, bottom, cell } = field;
  const place = ([i, j]) => `${Number((left + (i + 0.5) * cell[0]).toPrecision(7))} ${Number((bottom + (j + 0.5) * cell[1]).toPrecision(7))}`;
  const path = (loops) => loops.map((loop) => `M${loop.map(place).join("L")}Z`).join("");
  return levelsOf(field, xy).map((level) => path(level > 0 ? contours(field.grid, CELLS, level) : []));
}

/**
 * How dense the points lie: a histogram, smoothed by a Gaussian of half of Scott's width (Scott 1992, Multivariate
 * Density Estimation), n^(-1/6) standard deviations on each axis.
 * @param {Float32Array} xy (n, 2)
 * @returns {{grid: Float32Array, left: number, bottom: number, cell: [number, number], sigma: [number, number]}}
 *   grid (CELLS, CELLS), row by row from the bottom; sigma in cells
 */
export function densityOf(xy) {
  const width = [0, 1].map((axis) => NARROW * deviation(xy, axis) * (xy.length / 2) ** (-1 / 6));
  const [l, b, r, t] = boundsOf(xy);
  const [left, bottom] = [l - 3 * width[0], b - 3 * width[1]];
  const cell = [(r + 3 * width[0] - left) / CELLS, (t + 3 * width[1] - bottom) / CELLS];
  const sigma = width.map((each, axis) => each / cell[axis]);
  const counts = new Float32Array(CELLS * CELLS);
  for (let at = 0; at < xy.length; at += 2) {
    const [i, j] = [Math.floor((xy[at] - left) / cell[0]), Math.floor((xy[at + 1] - bottom) / cell[1])];
    if (i >= 0 && j >= 0 && i < CELLS && j < CELLS) counts[j * CELLS + i] += 1;
  }
  const across = smooth(counts, sigma[0], CELLS, 1);
  return { grid: smooth(across, sigma[1], 1, CELLS), left, bottom, cell, sigma };
}

function deviation(xy, axis) {
  const n = xy.length / 2;
  let [sum, squares] = [0, 0];
  for (let at = axis; at < xy.length; at += 2) sum += xy[at];
  for (let at = axis; at < xy.length; at += 2) squares += (xy[at] - sum / n) ** 2;
  return Math.sqrt(squares / n);
}

/** A Gaussian along one axis of the grid; what lies beyond it is nothing. */
function smooth(grid, sigma, lineStride, stride) {
  const reach = Math.ceil(4 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-(((k - reach) / (sigma || 1)) ** 2) / 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const smoothed = new Float32Array(grid.length);
  for (let line = 0; line < CELLS; line++) {
    for (let i = 0; i < CELLS; i++) {
      let sum = 0;
      for (let k = Math.max(-reach, -i); k <= Math.min(reach, CELLS - 1 - i); k++) {
        sum += weights[k + reach] * grid[line * lineStride + (i + k) * stride];
      }
      smoothed[line * lineStride + i * stride] = sum / total;
    }
  }
  return smoothed;
}

/** The heights that the densest shares of the points lie above. @returns {number[]} as SHARES */
function levelsOf({ grid, left, bottom, cell }, xy) {
  const heights = new Float32Array(xy.length / 2);
  for (let i = 0; i < heights.length; i++) {
    heights[i] = heightAt(grid, (xy[2 * i] - left) / cell[0] - 0.5, (xy[2 * i + 1] - bottom) / cell[1] - 0.5);
  }
  heights.sort();
  return SHARES.map((share) => heights[Math.round((1 - share) * (heights.length - 1))]);
}

/** Between the middles of four cells. */
function heightAt(grid, x, y) {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  if (i < 0 || j < 0 || i >= CELLS - 1 || j >= CELLS - 1) return 0;
  const [u, v, at] = [x - i, y - j, j * CELLS + i];
  const [low, high] = [grid[at] + u * (grid[at + 1] - grid[at]), grid[at + CELLS] + u * (grid[at + CELLS + 1] - grid[at + CELLS])];
  return low + v * (high - low);
}
