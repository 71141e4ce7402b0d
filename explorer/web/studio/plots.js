// Two small drawings of slow motion: draws under the normal curve, and the losses of all pictures of a batch on a line.

import { h, s } from "../ui/dom.js";
import { written } from "../ui/words.js";
import { MOST } from "./closeup.js";

const [WIDE, HIGH, FOOT, REACH] = [420, 150, 26, 3.4]; // REACH: standard deviations to each side
const GOLDEN = 0.618; // spreads the heights of the dots evenly

const across = (value) => (WIDE / 2) * (1 + Math.max(-1, Math.min(1, value / REACH)));
const density = (value) => Math.exp(-(value ** 2) / 2);
const above = (share) => HIGH - FOOT - share * (HIGH - FOOT - 8);

/** ε under the curve of N(0, 1). @param {(k: number) => void} choose */
export function createBell(choose) {
  const points = Array.from({ length: 69 }, (_, i) => ((i - 34) / 34) * REACH);
  const outline = points.map((value) => `${across(value)} ${above(density(value))}`).join("L");
  const ticks = [-3, -2, -1, 0, 1, 2, 3].map((value) => s("text", { x: across(value), y: HIGH - 6 }, written(value, 0)));
  const [dots, stem] = [s("g", {}), s("path", { class: "drop" })];
  const element = s("svg", { class: "bell", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" },
    s("path", { class: "curve", d: `M${across(-REACH)} ${above(0)}L${outline}L${across(REACH)} ${above(0)}Z` }), stem, dots, ...ticks); // prettier-ignore

  /** At any height below the curve, so that neighbours do not hide each other. */
  const placeOf = (value, k) => [across(value), above(density(value) * (0.12 + 0.76 * ((k * GOLDEN) % 1)))];

  return {
    element,
    /** @param {Float32Array} epsilon (d) @param {number} chosen */
    show(epsilon, chosen) {
      const some = Array.from(epsilon.subarray(0, MOST));
      while (dots.childElementCount > some.length) dots.lastChild.remove();
      while (dots.childElementCount < some.length) dots.append(createDot(dots.childElementCount, choose));
      some.forEach((value, k) => {
        const [cx, cy] = placeOf(value, k);
        dots.children[k].setAttribute("transform", `translate(${cx} ${cy})`);
        dots.children[k].classList.toggle("chosen", k === chosen);
      });
      const [cx, cy] = placeOf(some[chosen], chosen);
      stem.setAttribute("d", `M${cx} ${cy}V${above(0)}`);
      element.setAttribute("aria-label", `The draws under the curve of N(0, 1): ${some.map((value) => written(value)).join(", ")}`);
    },
  };
}

function createDot(k, choose) {
  const dot = s("circle", { r: 5.5 });
  dot.addEventListener("pointerenter", () => choose(k));
  return dot;
}

/** The losses of all pictures of a batch as ticks on a line, their mean, and that of one picture. */
export function createLosses() {
  const [ticks, mean, own] = [s("path", { class: "all" }), s("path", { class: "mean" }), s("circle", { class: "own", r: 6, cy: 20 })];
  const drawing = s("svg", { viewBox: "-10 0 440 40", "aria-hidden": "true" }, s("path", { class: "axis", d: "M0 20H420" }), ticks, mean, own);
  const ends = [h("span", {}), h("span", {})];
  const element = h("div", { class: "strewn" }, drawing, h("div", { class: "ends" }, ...ends));

  return {
    element,
    /** @param {Float32Array} losses @param {number} i @param {number} average @param {number} digits */
    show(losses, i, average, digits) {
      const [low, high] = [Math.min(...losses), Math.max(...losses)];
      const at = (value) => (420 * (value - low)) / (high - low || 1);
      ticks.setAttribute("d", Array.from(losses, (value) => `M${at(value).toFixed(1)} 13v14`).join(""));
      mean.setAttribute("d", `M${at(average)} 4v32`);
      own.setAttribute("cx", String(at(losses[i])));
      [low, high].forEach((value, end) => (ends[end].textContent = written(value, digits)));
    },
  };
}
