// Axes that tell the truth: ticks at round numbers, placed by the same viewport that places the points.

import { s } from "../ui/dom.js";
import { written } from "../ui/words.js";

const APART = 84; // pixels between ticks, about
const FEWEST = 5; // ticks that are asked for also on a phone, where APART alone would leave a single one

/** Round numbers inside [low, high], steps of 1, 2 or 5. @returns {{ticks: number[], digits: number}} */
export function roundTicks(low, high, wanted) {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((unit) => unit * power >= rough * 0.999) * power;
  const ticks = [];
  const first = Math.ceil(low / step);
  const count = Math.min(Math.floor(high / step) - first + 1, 100); // counted, since far out i + 1 can equal i
  for (let i = 0; i < count; i++) ticks.push((first + i) * step);
  return { ticks, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

export function createAxes() {
  const [lines, words] = [s("g", { class: "grid" }), s("g", { class: "ticklabels" })];
  const names = [s("text", { class: "axisname" }), s("text", { class: "axisname" })];
  const element = s("g", { class: "axes", "aria-hidden": "true" }, lines, words);

  function draw(viewport, axes) {
    const { width, height } = viewport;
    const [left, bottom] = viewport.toMap([0, height]);
    const [right, top] = viewport.toMap([width, 0]);
    const across = roundTicks(left, right, Math.max(FEWEST, width / APART));
    const up = roundTicks(bottom, top, Math.max(FEWEST, height / APART));
    lines.replaceChildren(
      ...across.ticks.map((at) => rule(at, viewport.toScreen([at, 0])[0], "x", viewport)),
      ...up.ticks.map((at) => rule(at, viewport.toScreen([0, at])[1], "y", viewport)),
    );
    words.replaceChildren(
      ...across.ticks.map((at) => label(at, across.digits, { x: viewport.toScreen([at, 0])[0], y: height + 20, "text-anchor": "middle" })),
      ...up.ticks.map((at) => label(at, up.digits, { x: -10, y: viewport.toScreen([0, at])[1], dy: "0.35em", "text-anchor": "end" })),
    );
    place(names[0], axes[0], { x: width, y: height - 10, "text-anchor": "end" });
    place(names[1], axes[1], { x: 10, y: 20, "text-anchor": "start" });
  }
  return { element, names: s("g", {}, ...names), draw };
}

function rule(value, at, axis, { width, height }) {
  const ends = axis === "x" ? { x1: at, x2: at, y1: 0, y2: height } : { x1: 0, x2: width, y1: at, y2: at };
  return s("line", { ...ends, class: value === 0 ? "origin" : "" });
}

function label(value, digits, attributes) {
  return s("text", attributes, written(value, digits));
}

function place(text, words, attributes) {
  for (const [name, value] of Object.entries(attributes)) text.setAttribute(name, String(value));
  text.textContent = words;
}
