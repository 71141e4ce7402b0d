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
const ABOUT = "A above left, B above right, C and D below; the net on the map is this square. A click on a decoded picture takes its z to Explore.";
const LARGER = "Point at a picture, or leaf with the arrow keys: it is shown larger here.";

/** @param {import("../mount.js").Desk} desk */
export function createSquare({ store, lane }) {
  const work = lane(PRIORITY);
  const decoded = createProof("Decoded, all over the square between the pins A, B, C and D", (i, event) => {
    goTo(store, placesOf(store.state)[i], event, "between the pins A, B, C and D");
    choose(store, { tab: "explore" }, event);
  }, look); // prettier-ignore
  const mixed = createProof("Cross-fade of the four pictures");
  const large = [createProof("Decoded, larger"), createProof("Cross-faded, larger")];
  const [note, hint] = [h("p", { class: "says" }), h("p", { class: "away" }, LARGER)];
  const figure = (title, sheet) => h("figure", { class: "strip" }, h("figcaption", {}, title), sheet.element);
  const element = h("div", { class: "square", hidden: "" }, h("div", { class: "two" }, figure("Decoded", decoded), figure("Cross-faded, pixel by pixel", mixed)), h("div", { class: "two larger" }, ...large.map((sheet) => sheet.element), hint), note);
  let asked = null;
  let pictures = null; // of all places, decoded and mixed

  async function fill(state) {
    const { model, steps, pins } = state;
    asked = pictures = null;
    look(null);
    if (state.way !== "square" || stopsOf(state).length === 0) return;
    const places = (asked = placesOf(state));
    for (const sheet of [decoded, mixed]) sheet.begin(steps * steps, steps, model.shape);
    for (const sheet of large) sheet.begin(1, 1, model.shape);
    const told = new Set(PINS.map((name) => pins[name].label)).size > 1;
    note.textContent = told ? `${ABOUT} The pins are of different classes: each picture is told that of the nearest.` : ABOUT;
    const pixels = await decodePlaces(work, places, decoded.paint);
    if (asked !== places) return;
    if (pixels) pictures = [pixels, fade(pixels, steps)];
    else note.textContent = "This model cannot be decoded here, so the square has no pictures.";
  }

  /** One picture larger, as decoded and as mixed. @param {number | null} i */
  function look(i) {
    const shown = i !== null && pictures !== null;
    hint.toggleAttribute("hidden", shown);
    large.forEach((sheet, k) => (shown ? sheet.paint(pictureIn(pictures[k], i, store.state), 0) : sheet.clear()));
  }

  /** The corners of the grid are the pins themselves. @returns {Float32Array} all mixed pictures */
  function fade(pixels, steps) {
    const size = pixels.length / (steps * steps);
    const corners = [0, steps - 1, steps * (steps - 1), steps * steps - 1].map((i) => Array.from(pixels.subarray(i * size, (i + 1) * size)));
    const all = new Float32Array(pixels.length);
    for (let i = 0; i < steps * steps; i++) all.set(bilinear(corners, ...shares(i, steps)), i * size);
    mixed.paint(all, 0);
    return all;
  }

  whileOpen(store, "morph", ({ model, pins, way, steps }) => [model, pins, way, steps], fill);
  return { element, dispose: () => [decoded, mixed, ...large].forEach((sheet) => sheet.dispose()) };
}

function pictureIn(pixels, i, { steps }) {
  const size = pixels.length / (steps * steps);
  return pixels.subarray(i * size, (i + 1) * size);
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
