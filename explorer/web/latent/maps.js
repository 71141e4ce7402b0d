// All maps that can be chosen: those that came with the model, and those that a person makes of axes, pins and classes.

import { percent } from "../ui/words.js";
import { createMap } from "./plane.js";
import { meanOfSet, setsOf } from "./sets.js";
import { length, shareOf, spreadOf, strongestBeside, unit, without } from "./spread.js";

/**
 * A map in words: "pca", "tsne" ... of the model's file; "axes:3,5": z3 and z5; "plane:A,B,C": through three pins;
 * "between:4>9": from the mean of one set to that of another (keys as in sets.js).
 */

const SMALLEST = 1e-6; // a plane through points on one line is none

/** @param {string | null} words @returns {string} "axes" of "axes:3,5" */
export function familyOf(words) {
  return (words ?? "").split(":")[0];
}

/** The families of maps that a model has. @param {import("./latents.js").Latents} latents */
export function familiesOf({ maps, d }) {
  const made = d > 2 ? MADE : []; // in two dimensions the map is z itself
  return [...maps.filter(({ name }) => d <= 2 || name !== "axes").map(({ name, title, about }) => ({ name, title, about })), ...made];
}

const MADE = [
  { name: "axes", title: "Axes", about: "Two latent dimensions of your choice as they are." },
  { name: "plane", title: "Plane", about: "The plane through three pinned z." },
  { name: "between", title: "Between classes", about: "From the mean of one class or group to that of another." },
];

/** @param {string} words of a map @param {import("./latents.js").Latents} latents */
export function titleOf(words, latents) {
  return familiesOf(latents).find(({ name }) => name === familyOf(words))?.title ?? words;
}

/**
 * @param {import("../state.js").State} state
 * @returns {{map: import("./plane.js").PlaneMap | null, missing: string, absent?: string[]}} missing: why there is none, in a sentence; absent: pins that it lacks
 */
export function mapOf(state) {
  const { latents, map: words } = state;
  if (!latents || words === null) return { map: null, missing: "" };
  const ready = latents.maps.find(({ name }) => name === words);
  if (ready) return { map: ready, missing: "" };
  const [family, rest] = words.split(/:(.*)/s);
  const make = { axes: ofAxes, plane: ofPins, between: ofSets }[family];
  return make ? make(state, rest ?? "") : { map: null, missing: `There is no map “${family}”: choose another.` };
}

/** Does a link's map exist, now or once its pins and groups are there? @param {import("./latents.js").Latents} latents */
export function isMap(words, latents) {
  if (latents.maps.some(({ name }) => name === words)) return true;
  if (latents.d <= 2) return false;
  const [family, rest = ""] = words.split(/:(.*)/s);
  if (family === "axes") return axesIn(rest, latents.d) !== null;
  if (family === "plane") return /^[A-D],[A-D],[A-D]$/.test(rest);
  return family === "between"; // its sets may be groups that are yet to be made
}

/** The first of a family, in words. @param {string} family @param {import("../state.js").State} state */
export function firstOf(family, state) {
  const { latents } = state;
  if (family === "plane") return "plane:A,B,C";
  if (family === "between") return `between:${(setsOf(state).map(({ key }) => key).slice(0, 2)).join(">")}`;
  if (family !== "axes" || latents.maps.some(({ name }) => name === "axes")) return family;
  const { matrix, d } = spreadOf(latents);
  const order = Array.from({ length: d }, (_, k) => k).sort((one, other) => matrix[other * (d + 1)] - matrix[one * (d + 1)]);
  return `axes:${order.slice(0, 2).sort((one, other) => one - other).map((k) => k + 1).join(",")}`; // prettier-ignore
}

/** "3,5" -> [2, 4], or null. @returns {[number, number] | null} */
export function axesIn(text, d) {
  const found = /^(\d+),(\d+)$/.exec(text);
  const [i, j] = found ? [Number(found[1]) - 1, Number(found[2]) - 1] : [-1, -1];
  return i >= 0 && j >= 0 && i < d && j < d && i !== j ? [i, j] : null;
}

function ofAxes(state, text) {
  const { latents } = state;
  const { d } = latents;
  const chosen = axesIn(text, d);
  if (!chosen) return { map: null, missing: `A map of axes needs two different dimensions from 1 to ${d}.` };
  const basis = new Float32Array(2 * d);
  const origin = Float32Array.from(spreadOf(latents).average);
  chosen.forEach((k, row) => {
    basis[row * d + k] = 1;
    origin[k] = 0; // so that x and y are the values of z themselves
  });
  const names = chosen.map(nameOf);
  const about = `${names.join(" against ")}, the other ${d - 2} at their mean.`;
  return made(state, `axes:${text}`, about, names, basis, origin);
}

function ofPins(state, text) {
  const letters = text.split(",");
  const absent = letters.filter((letter) => !state.pins[letter]);
  if (absent.length) {
    const first = absent.join(", ").replace(/, (?=.$)/, " and ");
    return { map: null, missing: `This map is the plane through the pins ${letters.join(", ")}: pin ${first} first, with the buttons below the picture, or let examples be drawn.`, absent };
  }
  const [a, b, c] = letters.map((letter) => Float64Array.from(state.pins[letter].z));
  const [across, up] = [minus(b, a), minus(c, a)];
  if (length(across) < SMALLEST || length(without(up, unit(across))) < SMALLEST * length(up) || length(up) < SMALLEST) {
    return { map: null, missing: `The pins ${letters.join(", ")} lie on one line, and many planes go through it: move one of them.` };
  }
  const x = unit(across);
  const about = `The plane through the pins ${letters.join(", ")}.`;
  const axes = [`${letters[0]} → ${letters[1]}`, `towards ${letters[2]}`];
  return made(state, `plane:${text}`, about, axes, rows(x, unit(without(up, x))), Float32Array.from(a));
}

function ofSets(state, text) {
  const keys = text.split(">");
  const titles = keys.map((key) => setsOf(state).find((set) => set.key === key)?.title);
  const [a, b] = keys.map((key) => meanOfSet(state, key));
  if (!a || !b || keys.length !== 2) {
    return { map: null, missing: "This map goes from the mean of one class or group to that of another: choose two. A lasso on a map makes a group." };
  }
  const across = minus(Float64Array.from(b), a);
  if (length(across) < SMALLEST) return { map: null, missing: "The two sets have the same mean, so nothing leads from one to the other: choose another." };
  const x = unit(across);
  const about = `From the mean of ${titles[0]}, at 0, to that of ${titles[1]}; one unit is one unit of z.`;
  return made(state, `between:${text}`, about, [`${titles[0]} → ${titles[1]}`, "largest direction left over"], rows(x, strongestBeside(spreadOf(state.latents), x)), Float32Array.from(a));
}

const cache = new WeakMap(); // latents -> {key, map}: the same map is the same object, so that nothing is drawn anew

function made({ latents }, name, about, axes, basis, origin) {
  const key = [name, ...origin, ...basis].join(" ");
  const last = cache.get(latents);
  if (last?.key === key) return { map: last.map, missing: "" };
  const words = { name, title: name, about: `${about} It keeps ${percent(shareOf(spreadOf(latents), basis))} of the variance; every place can be decoded.`, axes };
  const map = createMap(words, { basis, origin, mean: latents.mean });
  cache.set(latents, { key, map });
  return { map, missing: "" };
}

function rows(x, y) {
  return Float32Array.from([...x, ...y]);
}

function minus(a, b) {
  return a.map((value, k) => value - b[k]);
}

/** z₁ ... z₃₂ @param {number} k zero-based */
export function nameOf(k) {
  return "z" + String(k + 1).replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));
}
