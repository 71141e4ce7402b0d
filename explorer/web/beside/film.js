// The film of a morph: decoded pictures on the way, the cross-fade of its ends below, and at large z and the same place mixed.

import { goTo } from "../bar/actions.js";
import { PINS } from "../choices.js";
import { decodePlaces } from "../engine/places.js";
import { titleOfSet } from "../latent/sets.js";
import { isOnWay, placeAt, stopsOfFilm } from "../latent/travel.js";
import { choose, placeOf } from "../state.js";
import { h } from "../ui/dom.js";
import { createWalk } from "../ui/walk.js";
import { percent } from "../ui/words.js";
import { createProof } from "./proof.js";
import { createWayKey } from "./waykey.js";
import { whileOpen } from "./watch.js";

const PRIORITY = 4;
const LEG_MS = 3000; // to play from one stop to the next
const STEP_MS = 600; // a step, for whom things must not glide
const AWAY = "z is not on this way. Take the slider to bring it there.";

/** @param {import("../mount.js").Desk} desk */
export function createFilm(desk) {
  const { root, store, lane } = desk;
  const work = lane(PRIORITY);
  const decoded = createProof("Decoded on the way", (i, event) => scrub(i / (store.state.steps - 1), event));
  const mixed = createProof("Cross-fade of the end pictures");
  const large = [createProof("Decoded: the picture of z"), createProof("Cross-faded at the same place")];
  const rail = h("input", { type: "range", min: 0, max: 1, step: 0.001, "aria-label": "Where on the way" });
  const player = createPlayer(desk, () => (film ? film.stops - 1 : 1), scrub);
  const [note, away, key] = [h("p", { class: "says" }), h("p", { class: "away", hidden: "" }, AWAY), createWayKey(store)];
  const faded = strip("Cross-faded", large[1], "The end pictures mixed at the place of the slider");
  faded.append(away);
  const element = h("div", { class: "journey", hidden: "" },
    strip("Decoded: on the way in latent space", decoded, "z moves, and the decoder paints each z"),
    strip("Cross-faded: the end pictures mixed, pixel by pixel", mixed, "No decoder: one picture fades out while the other fades in"),
    h("div", { class: "scrub" }, player.element, rail),
    h("div", { class: "two" }, strip("Decoded: z", large[0], "The picture of z, wherever it is"), faded), key, note); // prettier-ignore
  let film = null; // {stops, pixels}: how many, and their pictures
  let newest = null; // the pixels of the picture of z

  // --- what is shown

  async function fill(state) {
    const { model, steps } = state;
    const stops = stopsOfFilm(state);
    film = null;
    if (stops.length === 0) return player.stop();
    const path = Array.from({ length: steps }, (_, i) => placeAt(state, i / (steps - 1)));
    for (const sheet of [decoded, mixed]) sheet.begin(steps, steps, model.shape);
    for (const sheet of large) sheet.begin(1, 1, model.shape);
    if (newest) large[0].paint(newest, 0);
    note.textContent = classesOf(stops);
    const mine = (film = { stops: stops.length, pixels: null });
    const pixels = await decodePlaces(work, [...stops, ...path]);
    if (film !== mine) return;
    if (!pixels) note.textContent = "This model cannot be decoded here, so the way has no pictures.";
    else showAll(store.state, pixels, (pixels.length / (stops.length + path.length)) * stops.length);
  }

  /** @param {Float32Array} pixels of the stops, and from `from` on of the way */
  function showAll(state, pixels, from) {
    film.pixels = pixels.subarray(0, from);
    decoded.paint(pixels.subarray(from), 0);
    for (let i = 0; i < state.steps; i++) mixed.paint(mixAt(i / (state.steps - 1)), i);
    showPlace(state);
  }

  const mixAt = (t) => mix(film.pixels, film.stops, t);

  /** The slider holds z, or says that z is elsewhere. */
  function showPlace(state) {
    const { along: t } = state;
    const on = isOnWay(state);
    rail.value = String(t);
    rail.style.setProperty("--share", String(on ? t : 0));
    rail.setAttribute("aria-valuetext", on ? percent(t) : AWAY);
    element.classList.toggle("off", !on);
    away.toggleAttribute("hidden", on);
    if (on && film?.pixels) large[1].paint(mixAt(t), 0);
  }

  // --- what moves

  /** z itself goes along, and with it the map; its picture comes back by the event of the large canvas. */
  function scrub(t, event) {
    const [from, to] = [0, -1].map((i) => stopsOfFilm(store.state).at(i));
    choose(store, { along: t }, event);
    goTo(store, placeAt(store.state, t), event, `on the way from ${wordsOf(store.state, from)} to ${wordsOf(store.state, to)}`);
  }

  /** Another way: a z that the slider holds goes along. @param {Partial<import("../state.js").State>} patch */
  function turn(patch, event) {
    const held = isOnWay(store.state) && !player.going;
    choose(store, patch, event);
    if (held && stopsOfFilm(store.state).length) scrub(store.state.along, event);
  }

  rail.addEventListener("input", (event) => {
    player.stop();
    scrub(Number(rail.value), event);
  });
  rail.addEventListener("click", (event) => isOnWay(store.state) || scrub(Number(rail.value), event)); // where it stood already it hears no input

  function painted({ detail: { pixels } }) {
    newest = pixels;
    if (film && store.state.tab === "morph") large[0].paint(pixels, 0);
  }
  root.addEventListener("explorer:painted", painted);
  store.subscribe((state, before) => {
    if (state.model !== before.model) clear();
    if (film && state.tab !== before.tab && newest) large[0].paint(newest, 0);
  });

  /** Another model: no picture of the last one passes for one of this. */
  function clear() {
    newest = null;
    for (const sheet of [decoded, mixed, ...large]) sheet.clear();
  }

  const stops = (state) => stopsOfFilm(state).flatMap(({ z, label }) => [z, label]);
  whileOpen(store, "morph", (state) => [state.model, state.way, state.steps, ...stops(state)], fill);
  whileOpen(store, "morph", (state) => [state.along, state.way, state.locked, placeOf(state).z, placeOf(state).label, ...stops(state)], showPlace);
  function dispose() {
    player.dispose();
    for (const sheet of [decoded, mixed, ...large]) sheet.dispose();
  }
  return { element, turn, dispose };
}

/**
 * The button that plays the way, to and fro.
 * @param {import("../mount.js").Desk} desk @param {() => number} legs   from stop to stop @param {(t: number) => void} scrub
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
  return {
    element,
    stop: walk.stop,
    dispose: walk.dispose,
    get going() {
      return walk.going;
    },
  };
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

function classesOf(stops) {
  const labels = new Set(stops.map(({ label }) => label));
  return labels.size > 1 ? "The ends are of different classes. A class has no in-between: each picture is told that of the nearer end." : "";
}

/** @param {import("../state.js").State} state @param {import("../latent/travel.js").Stop} stop */
function wordsOf(state, { key }) {
  return PINS.includes(key) ? key : `the mean of ${titleOfSet(state, key)}`;
}

function strip(title, sheet, about) {
  return h("figure", { class: "strip" }, h("figcaption", { title: about }, title), sheet.element);
}
