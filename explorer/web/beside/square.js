// The square between four pins: decoded at each place, and beside it the four pictures mixed pixel by pixel.

import { goTo } from "../bar/actions.js";
import { PINS } from "../choices.js";
import { decodePlaces } from "../engine/places.js";
import { bilinear, stopsOf } from "../latent/travel.js";
import { choose } from "../state.js";
import { h } from "../ui/dom.js";
import { createProof } from "./proof.js";
import { whileOpen } from "./watch.js";

const PRIORITY = 4;
const ABOUT = "A above left, B above right, C and D below.";

/** @param {import("../mount.js").Desk} desk */
export function createSquare({ store, lane }) {
  const work = lane(PRIORITY);
  const decoded = createProof("Decoded, all over the square between the pins A, B, C and D", (i, event) => {
    goTo(store, placesOf(store.state)[i], event, "between the pins A, B, C and D");
    choose(store, { tab: "explore" }, event);
  });
  const mixed = createProof("Cross-fade of the four pictures");
  const note = h("p", { class: "says" });
  const figure = (title, sheet) => h("figure", { class: "strip" }, h("figcaption", {}, title), sheet.element);
  const element = h("div", { class: "square", hidden: "" }, h("div", { class: "two" }, figure("Decoded", decoded), figure("Cross-faded, pixel by pixel", mixed)), note);
  let asked = null;

  async function fill(state) {
    const { model, steps, pins } = state;
    asked = null;
    if (state.way !== "square" || stopsOf(state).length === 0) return;
    const places = (asked = placesOf(state));
    for (const sheet of [decoded, mixed]) sheet.begin(steps * steps, steps, model.shape);
    const told = new Set(PINS.map((name) => pins[name].label)).size > 1;
    note.textContent = told ? `${ABOUT} The pins are of different classes: each picture is told that of the nearest.` : ABOUT;
    const pixels = await decodePlaces(work, places, decoded.paint);
    if (asked !== places) return;
    if (pixels) fade(pixels, steps);
    else note.textContent = "This model cannot be decoded here, so the square has no pictures.";
  }

  /** The corners of the grid are the pins themselves. */
  function fade(pixels, steps) {
    const size = pixels.length / (steps * steps);
    const corners = [0, steps - 1, steps * (steps - 1), steps * steps - 1].map((i) => Array.from(pixels.subarray(i * size, (i + 1) * size)));
    for (let i = 0; i < steps * steps; i++) mixed.paint(Float32Array.from(bilinear(corners, ...shares(i, steps))), i);
  }

  whileOpen(store, "morph", ({ model, pins, way, steps }) => [model, pins, way, steps], fill);
  return { element, dispose: () => [decoded, mixed].forEach((sheet) => sheet.dispose()) };
}

/** @returns {[number, number]} to the right and down, in [0, 1] */
function shares(i, steps) {
  return [(i % steps) / (steps - 1), Math.floor(i / steps) / (steps - 1)];
}

/** @param {import("../state.js").State} state @returns {{z: number[], label: number | null}[]} in rows */
function placesOf({ pins, steps }) {
  const corners = PINS.map((name) => pins[name]);
  return Array.from({ length: steps * steps }, (_, i) => {
    const [u, v] = shares(i, steps);
    return { z: bilinear(corners.map(({ z }) => z), u, v), label: corners[2 * Math.round(v) + Math.round(u)].label }; // prettier-ignore
  });
}
