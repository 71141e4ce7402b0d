// The film of a morph: decoded pictures on the way, the cross-fade of its ends below, and one place of it at large.

import { goTo } from "../bar/actions.js";
import { decodePlaces } from "../engine/places.js";
import { along, stopsOf } from "../latent/travel.js";
import { choose } from "../state.js";
import { h } from "../ui/dom.js";
import { createWalk } from "../ui/walk.js";
import { percent } from "../ui/words.js";
import { createProof } from "./proof.js";
import { whileOpen } from "./watch.js";

const PRIORITY = 4;
const LEG_MS = 3000; // to play from one pin to the next
const STEP_MS = 600; // a step, for whom things must not glide

/** @param {import("../mount.js").Desk} desk */
export function createFilm(desk) {
  const { root, store, lane } = desk;
  const [strips, one] = [lane(PRIORITY), lane(PRIORITY)];
  const decoded = createProof("Decoded on the way", (i, event) => scrub(i / (store.state.steps - 1), event));
  const mixed = createProof("Cross-fade of the end pictures");
  const large = [createProof("Decoded here"), createProof("Cross-faded here")];
  const rail = h("input", { type: "range", min: 0, max: 1, step: 0.001, "aria-label": "Where on the way" });
  const player = createPlayer(desk, () => (pinned ? pinned.stops - 1 : 1), scrub);
  const note = h("p", { class: "says" });
  const element = h("div", { class: "journey", hidden: "" },
    strip("Decoded: on the way in latent space", decoded, "z moves, and the decoder paints each z"),
    strip("Cross-faded: the end pictures mixed, pixel by pixel", mixed, "No decoder: one picture fades out while the other fades in"),
    h("div", { class: "scrub" }, player.element, rail),
    h("div", { class: "two" }, strip("Decoded", large[0], "The picture at the place of the slider"), strip("Cross-faded", large[1], "The end pictures mixed at the same place")), note); // prettier-ignore
  let pinned = null; // {stops, pixels}: how many, and the pictures of the pins on the way

  // --- what is shown

  async function fill(state) {
    const { model, pins, steps } = state;
    const stops = stopsOf(state);
    pinned = null;
    if (state.way === "square" || stops.length === 0) return player.stop();
    const path = Array.from({ length: steps }, (_, i) => placeAt(state, i / (steps - 1)));
    const all = [...stops.map((name) => pins[name]), ...path];
    for (const sheet of [decoded, mixed]) sheet.begin(steps, steps, model.shape);
    for (const sheet of large) sheet.begin(1, 1, model.shape);
    note.textContent = classesOf(state, stops);
    const mine = (pinned = { stops: stops.length, pixels: null });
    const pixels = await decodePlaces(strips, all);
    if (pinned !== mine) return;
    if (!pixels) note.textContent = "This model cannot be decoded here, so the way has no pictures.";
    else showAll(store.state, pixels, (pixels.length / all.length) * stops.length);
  }

  /** @param {Float32Array} pixels of the pins, and from `from` on of the way */
  function showAll(state, pixels, from) {
    pinned.pixels = pixels.subarray(0, from);
    decoded.paint(pixels.subarray(from), 0);
    for (let i = 0; i < state.steps; i++) mixed.paint(mixAt(i / (state.steps - 1)), i);
    showPlace(state);
  }

  async function showPlace(state) {
    place(state);
    if (!pinned?.pixels) return;
    large[1].paint(mixAt(state.along), 0);
    const pixels = await decodePlaces(one, [placeAt(state, state.along)]);
    if (pixels && state.along === store.state.along) large[0].paint(pixels, 0);
  }

  const mixAt = (t) => mix(pinned.pixels, pinned.stops, t);

  function place({ along: t }) {
    rail.value = String(t);
    rail.style.setProperty("--share", String(t));
    rail.setAttribute("aria-valuetext", percent(t));
  }

  // --- what moves

  /** z itself goes along, and with it the map; its picture comes back by the event of the large canvas. */
  function scrub(t, event) {
    const stops = stopsOf(store.state);
    choose(store, { along: t }, event);
    goTo(store, placeAt(store.state, t), event, `on the way from ${stops[0]} to ${stops.at(-1)}`);
  }

  rail.addEventListener("input", (event) => {
    player.stop();
    scrub(Number(rail.value), event);
  });

  function painted({ detail: { z, label, pixels } }) {
    if (store.state.tab !== "morph" || !pinned?.pixels) return;
    const here = placeAt(store.state, store.state.along);
    if (here.label === label && here.z.every((value, k) => value === z[k])) large[0].paint(pixels, 0);
  }
  root.addEventListener("explorer:painted", painted);

  const needs = ({ model, pins, way, steps, ends: chosen }) => [model, pins, way, steps, chosen];
  whileOpen(store, "morph", needs, fill);
  whileOpen(store, "morph", ({ along: t }) => [t], showPlace);
  function dispose() {
    player.dispose();
    for (const sheet of [decoded, mixed, ...large]) sheet.dispose();
  }
  return { element, dispose };
}

/**
 * The button that plays the way, to and fro.
 * @param {import("../mount.js").Desk} desk @param {() => number} legs   from pin to pin @param {(t: number) => void} scrub
 */
function createPlayer(desk, legs, scrub) {
  const { store } = desk;
  const element = h("button", { type: "button", class: "tool play" });
  const walk = createWalk(desk, { step, calmMs: STEP_MS, until: ["z", "label", "model", "tab"], changed: face });
  let phase = 0; // 0 to 1 there, 1 to 2 back
  face();

  function step(passed, calm) {
    const { steps, along: now } = store.state;
    const next = (Math.floor(phase * (steps - 1) + 1e-9) + 1) / (steps - 1); // picture of the strip
    phase = (calm ? next : phase + passed / (LEG_MS * legs())) % 2;
    const t = phase <= 1 ? phase : 2 - phase;
    if (t !== now) scrub(t);
  }

  function face() {
    element.textContent = walk.going ? "❚❚" : "▶";
    element.setAttribute("aria-label", walk.going ? "Pause" : "Play");
    element.title = walk.going ? "Pause" : "Play the way, to and fro";
  }

  element.addEventListener("click", () => {
    if (walk.going) return walk.stop();
    const { along: t } = store.state;
    phase = t < 1 ? t : 0;
    walk.start();
  });
  return { element, stop: walk.stop, dispose: walk.dispose };
}

/** @param {import("../state.js").State} state @param {number} t @returns {{z: number[], label: number | null}} */
function placeAt(state, t) {
  const stops = stopsOf(state).map((name) => state.pins[name]);
  const nearest = stops[Math.round(t * (stops.length - 1))]; // there is nothing between two classes
  return { z: along(stops.map(({ z }) => z), state.way, t), label: nearest.label }; // prettier-ignore
}

/**
 * Pictures mixed pixel by pixel, the whole way through them at t. @param {Float32Array} pixels (stops, size)
 * @param {number} stops @param {number} t in [0, 1] @returns {Float32Array} (size)
 */
function mix(pixels, stops, t) {
  const size = pixels.length / stops;
  const leg = Math.min(stops - 2, Math.floor(t * (stops - 1)));
  const share = t * (stops - 1) - leg;
  const [from, to] = [leg * size, (leg + 1) * size];
  return Float32Array.from({ length: size }, (_, i) => (1 - share) * pixels[from + i] + share * pixels[to + i]);
}

function classesOf({ pins }, stops) {
  const labels = new Set(stops.map((name) => pins[name].label));
  return labels.size > 1 ? "The pins are of different classes. A class has no in-between: each picture is told that of the nearer pin." : "";
}

function strip(title, sheet, about) {
  return h("figure", { class: "strip" }, h("figcaption", { title: about }, title), sheet.element);
}
