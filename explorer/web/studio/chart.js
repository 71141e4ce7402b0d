// A chart of lines over one axis: it is drawn in place, and knows nothing of what the lines mean.

import { h, s } from "../ui/dom.js";
import { counted, short } from "../ui/words.js";
import { scaleOf } from "./scale.js";
import { pathOf } from "./thin.js";

const EDGE = { left: 50, right: 10, top: 8, bottom: 20 }; // pixels around the lines
const ROW = 14; // of the labels of marks
const [ACROSS, UP] = [74, 16]; // pixels between ticks at least
const SIGNED = [0.25, 0.6, 1]; // shares of a line’s way at which its sign stands
const ROWS = 2; // of labels; what does not fit is told by its title

/**
 * @typedef {object} Figure
 * @property {Float64Array} along   rising; where the values lie
 * @property {{name: string, held: boolean, values: Float64Array, along?: Float64Array, sign?: string}[]} lines   along: where its
 *   values lie, if not with those of the others; sign: a shape that tells it from them, for who sees no colours
 * @property {{at: number, label: string}[]} marks   vertical lines
 * @property {boolean} labelled   the marks have their labels here
 * @property {boolean} foot       there are words below the lines
 * @property {number[]} stops   places that can be gone to: ticks at the bottom
 * @property {[number, number]} [range]   the values that are shown, if not all
 * @property {number} unit   of the values’ symmetric logarithm; 0: linear
 * @property {number} far   of that of the places
 */

/** @param {string} title @param {() => void} resized   it must be drawn again */
export function createChart(title, resized) {
  const [rules, words, stops, lines, signs, marks] = ["levels", "ticks", "stops", "lines", "signs", "changes"].map((each) => s("g", { class: each }));
  const [cursor, stop] = [s("line", { class: "now" }), s("path", { class: "stop" })];
  stops.append(stop);
  const svg = s("svg", { "aria-hidden": "true" }, rules, stops, lines, signs, marks, cursor, words);
  const element = h("div", { class: "chart", "data-title": title }, svg);
  const paths = new Map(); // line -> its path
  let [across, width, height, drawn] = [null, 0, 0, null];

  const x = (value) => EDGE.left + across.share(value) * (width - EDGE.left - EDGE.right);

  // Told and not asked for: to ask between two drawings would lay out the page each time.
  const sizes = new ResizeObserver(([{ contentRect }]) => {
    ({ width, height } = contentRect);
    resized();
  });
  sizes.observe(element);

  /** @param {Figure} figure */
  function draw(figure) {
    drawn = figure;
    if (!width || !figure.along.length) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const rows = figure.labelled && figure.marks.length ? 1 + Math.min(ROWS, figure.marks.length) : 0; // the title is one
    const top = EDGE.top + ROW * rows;
    const bottom = height - (figure.foot ? EDGE.bottom : EDGE.top);
    const first = Math.min(0, figure.along[0]);
    across = scaleOf(first, Math.max(figure.along.at(-1), first + 1e-9), figure.far, 0);
    const up = scaleOf(...(figure.range ?? extent(figure.lines)), figure.unit);
    const y = (value) => bottom - up.share(value) * (bottom - top);
    const seen = { x, y, top, bottom, width };
    drawAxes(rules, words, seen, figure.foot ? across.ticks(ACROSS / width) : [], up.ticks(Math.min(1, UP / (bottom - top))));
    drawLines(paths, lines, figure, seen);
    drawSigns(signs, figure, seen);
    drawMarks(marks, figure, seen);
    stop.setAttribute("d", figure.stops.map((at) => `M${x(at).toFixed(1)} ${bottom}v-5`).join(""));
    set(cursor, { y1: EDGE.top, y2: bottom });
  }

  return {
    element,
    draw,
    /** @param {string} title */
    entitle: (title) => (element.dataset.title = title),
    /** @param {number | null} at null: nowhere */
    point(at) {
      cursor.style.visibility = at === null || !across ? "hidden" : "";
      if (at !== null && across) cursor.style.transform = `translateX(${x(at).toFixed(1)}px)`;
    },
    /** Of the stops and of the values those that are nearest to a place on the screen; -1: there is none. @param {number} clientX */
    nearest(clientX) {
      if (!across) return { stop: -1, value: -1 };
      const at = clientX - element.getBoundingClientRect().left;
      const nearestOf = (places) => places.reduce((best, each, i) => (best < 0 || Math.abs(x(each) - at) < Math.abs(x(places[best]) - at) ? i : best), -1);
      return { stop: nearestOf(drawn.stops), value: nearestOf(drawn.along) };
    },
    dispose: () => sizes.disconnect(),
  };
}

/** The lowest and the highest of all values. @param {{values: ArrayLike<number>}[]} lines @returns {[number, number]} */
export function extent(lines) {
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of lines) {
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? [0, 1] : [low, high];
}

function drawAxes(rules, words, { x, y, top, bottom, width }, across, up) {
  fill(rules, "line", up, (line, tick) => set(line, { x1: EDGE.left, x2: width - EDGE.right, y1: y(tick), y2: y(tick), class: tick === 0 ? "origin" : "" }));
  const labels = [
    ...across.map((tick) => ({ at: { x: x(tick), y: bottom + 15, "text-anchor": "middle" }, says: compact(tick) })),
    ...up.map((tick) => ({ at: { x: EDGE.left - 6, y: y(tick) + 4, "text-anchor": "end" }, says: compact(tick) })),
  ];
  fill(words, "text", labels, (text, { at, says }) => write(set(text, at), says));
}

function drawLines(paths, into, { along, lines }, { x, y }) {
  const xs = new Map(); // the lines of most charts share one
  const shown = new Map(lines.map((line) => [`${line.name} ${line.held}`, line]));
  for (const [key, path] of paths) path.style.display = shown.has(key) ? "" : "none";
  for (const [key, { name, held, values, along: own = along }] of shown) {
    if (!xs.has(own)) xs.set(own, Float64Array.from(own, x));
    if (!paths.has(key)) paths.set(key, into.appendChild(s("path", { class: held ? "line held" : "line", "data-line": name })));
    paths.get(key).setAttribute("d", pathOf(xs.get(own), values.map(y)));
  }
}

/** A line has its sign at its end, and at some places before it, where lines may cross. */
function drawSigns(into, { along, lines }, { x, y }) {
  const places = lines.filter(({ sign }) => sign).flatMap((line) => signsOf(line, Float64Array.from(line.along ?? along, x)));
  fill(into, "path", places, (path, { line, across, i }) => {
    set(path, { d: line.sign, "data-line": line.name, transform: `translate(${across.toFixed(1)} ${y(line.values[i]).toFixed(1)})` });
  });
}

/** @param {Float64Array} xs   in pixels */
function signsOf(line, xs) {
  const known = Array.from(line.values.keys()).filter((i) => !Number.isNaN(line.values[i]));
  if (!known.length) return [];
  const [from, to] = [xs[known[0]], xs[known.at(-1)]];
  const indexAt = (share) => known.find((i) => xs[i] >= from + share * (to - from)) ?? known.at(-1); // a sum may round up beyond the end
  return SIGNED.map(indexAt).map((i) => ({ line, across: xs[i], i }));
}

/** Labels stand in rows, so that two changes close to each other can both be read. */
function drawMarks(into, { marks, labelled }, { x, bottom, width }) {
  const middle = (EDGE.left + width) / 2;
  fill(into, "g", marks, (group, { at, label }, i) => {
    if (!group.firstChild) group.append(s("title"), s("line"), s("text"));
    const [title, line, text] = group.children;
    const [y, right] = [EDGE.top + ROW * (1 + (i % ROWS)), x(at) > middle];
    set(group, { transform: `translate(${x(at).toFixed(1)} 0)` });
    set(line, { y1: y, y2: bottom });
    set(text, { x: right ? -4 : 4, y: y + 9, "text-anchor": right ? "end" : "start" });
    for (const says of [title, text]) write(says, labelled ? label : "");
  });
}

/** As many children as there are items, each brought up to date in place. */
function fill(parent, tag, items, update) {
  while (parent.childElementCount > items.length) parent.lastChild.remove();
  while (parent.childElementCount < items.length) parent.append(s(tag));
  items.forEach((item, i) => update(parent.children[i], item, i));
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, typeof value === "number" ? value.toFixed(1) : value);
  return element;
}

function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** 12,000 and −1080, but 1.2e6 */
function compact(value) {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return value.toExponential().replaceAll("-", "−").replace("+", "");
  return size >= 1e4 ? counted(value).replace("-", "−") : short(value);
}
