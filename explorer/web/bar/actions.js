// What a button and a key have in common: the ways to a new z, and pins.

import { PINS } from "../choices.js";
import { findExample, placeOfExample } from "../latent/latents.js";
import { draw, drawsOf } from "../latent/mixture.js";
import { placeOfSet, titleOfSet } from "../latent/sets.js";
import { choose, isTold, moveTo, pick, placeOf, recall } from "../state.js";

/** @typedef {ReturnType<import("../state.js").createStore>} Store */

/** A z drawn at random, from the prior where there is one. @param {Store} store @param {Event} event */
export function goRandom(store, event) {
  const state = { ...store.state, draws: "prior" }; // what Generate draws from is its own affair
  const z = draw(state);
  if (z) moveTo(store, z, event, { how: `a draw from the ${drawsOf(state)}` });
}

/** @param {Store} store @param {Event} event */
export function goExample(store, event) {
  const { latents } = store.state;
  if (latents) pick(store, Math.floor(Math.random() * latents.n), event);
}

/** The mean of a class or group; a conditional model is told that class too. @param {Store} store @param {string} key as in sets.js */
export function goMean(store, key, event) {
  const place = placeOfSet(store.state, key);
  if (place) goTo(store, place, event, `the mean of ${titleOfSet(store.state, key)}`);
}

/** Back to the z with which the view starts: that of the model’s preview. @param {Store} store @param {Event} event */
export function goStart(store, event) {
  const { model, latents } = store.state;
  const example = latents && findExample(latents, model.preview.z);
  if (example === null) moveTo(store, model.preview.z, event, { how: "where the view starts" });
  else pick(store, example, event, { drawn: false });
}

/** To a z that the view has made, and for a conditional model to its class. @param {Store} store @param {{z: number[], label: number | null}} place */
export function goTo(store, { z, label }, event, how = "") {
  moveTo(store, z, event, { label: label ?? store.state.label, how });
}

/** To what a pin holds: where that is an example, z has its source again. @param {Store} store @param {string} name of a pin that is set */
export function goPin(store, name, event) {
  const { pins, latents } = store.state;
  const source = latents && findExample(latents, pins[name].z);
  recall(store, { ...pins[name], source, how: source === null ? `pin ${name}` : "" }, event);
}

/** Keeps the place where z is at rest, as soon as its class is known: without it the pin could not be painted. @param {Store} store @param {string} name one of PINS */
export function pinAt(store, name, event) {
  const { z, label } = placeOf(store.state);
  if (!isTold(store.state)) return;
  choose(store, { pins: inOrder({ ...store.state.pins, [name]: { z: Array.from(z), label } }) }, event);
}

/** @param {Store} store @param {string} name */
export function unpin(store, name, event) {
  const { [name]: _, ...pins } = store.state.pins;
  choose(store, { pins }, event);
}

/** Keeps the place in the first pin that is free. @param {Store} store @returns {string | null} its name, null: all are taken */
export function pinNext(store, event) {
  const name = PINS.find((each) => !store.state.pins[each]) ?? null;
  if (name) pinAt(store, name, event);
  return name;
}

/** Examples at random, each of another class where there are classes, for those of these pins that are free. @param {Store} store @param {string[]} names of PINS */
export function pinExamples(store, names, event) {
  const { latents, pins } = store.state;
  if (!latents) return;
  const filled = { ...pins };
  const classes = Object.values(pins).map(({ z }) => latents.classOf(findExample(latents, z)));
  for (const name of names.filter((each) => !pins[each])) {
    const index = exampleBeside(latents, classes);
    classes.push(latents.classOf(index));
    filled[name] = placeOfExample(store.state, index);
  }
  choose(store, { pins: inOrder(filled) }, event);
}

/** One example at random, of none of these classes if there are others. @param {(number | null)[]} classes @returns {number} */
function exampleBeside({ n, classOf }, classes) {
  const all = Array.from({ length: n }, (_, i) => i);
  const others = all.filter((i) => !classes.includes(classOf(i)));
  const some = others.length ? others : all;
  return some[Math.floor(Math.random() * some.length)];
}

/** So that the same pins make the same link, in whatever order they were set. */
function inOrder(pins) {
  return Object.fromEntries(PINS.filter((name) => pins[name]).map((name) => [name, pins[name]]));
}

/** Where z is now may not have come to rest yet: it is a step too. @param {import("../mount.js").Desk} desk @returns {boolean} */
export function undo({ history }, event) {
  history.keep();
  return history.undo(event);
}

/** @param {import("../mount.js").Desk} desk @returns {boolean} */
export function redo({ history }, event) {
  return history.redo(event);
}
