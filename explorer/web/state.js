// The one store, and the ways to move z: whatever moves it does so here, and every view hears of it in the same event.

import { placeOfExample } from "./latent/latents.js";
import { normal } from "./latent/random.js";

/**
 * @typedef {object} Place                where z is, and how it came to be there
 * @property {number[]} z                 (d)
 * @property {number | null} label        the class that a conditional model is told; null: not known yet, or it is told none
 * @property {number | null} source       the example that z came from
 * @property {boolean} drawn              z is a sample of q(z|x) of that example, and not its mean
 * @property {string} how                 where z came from otherwise, in a few words: "the mean of 4"; "": by hand. No link keeps it
 */

/**
 * @typedef {object} State   a Place, and
 * @property {object | null} model      what the host gave: name, url, latent, shape, preview ...
 * @property {import("./latent/latents.js").Latents | null} latents   the encoded examples, null until they are read
 * @property {boolean} latentsFailed    they cannot be read
 * @property {string | null} map        the words of the chosen map, null: not known yet
 * @property {Place | null} home        where z was before the mouse came to look around; null: it is at home
 * and one value for each of choices.js
 */

/** @typedef {{by: "person" | "visit" | "host", event?: Event}} Cause   a visit ends by itself, and nobody hears of it */

/** @param {State} initial */
export function createStore(initial) {
  let state = Object.freeze({ ...initial });
  const views = new Set();
  return {
    /** @returns {State} */
    get state() {
      return state;
    },
    /** @param {Partial<State>} patch @param {Cause} cause */
    set(patch, cause) {
      const before = state;
      state = Object.freeze({ ...state, ...patch });
      for (const view of views) view(state, before, cause);
    },
    /** @param {(state: State, before: State, cause: Cause) => void} view @returns {() => void} */
    subscribe(view) {
      views.add(view);
      return () => views.delete(view);
    },
  };
}

/** Is one of these another than it was? @param {Partial<State>} state @param {Partial<State>} before @param {...string} names */
export function changed(state, before, ...names) {
  return names.some((name) => state[name] !== before[name]);
}

/** Where z is at rest: what a link keeps, undo restores, and a pin holds. @param {State} state @returns {Place} */
export function placeOf({ home, z, label, source, drawn, how }) {
  return home ?? { z, label, source, drawn, how };
}

/** Is all known that the decoder is told? @param {Pick<State, "model" | "label">} state */
export function isTold({ model, label }) {
  return label !== null || !model.classes;
}

/**
 * A person moves z, so it is no longer any example's mean.
 * @param {ArrayLike<number>} z @param {Event} [event]
 * @param {{label?: number | null, how?: string}} [place]   the class to go with it, if it is another; and where z came from
 */
export function moveTo(store, z, event, { label = store.state.label, how = "" } = {}) {
  const held = keepLocked(store.state, z);
  const whole = held.every((value, k) => value === z[k]);
  store.set({ z: held, label, source: null, drawn: false, how: whole ? how : "", home: null }, { by: "person", event });
}

/**
 * A person picks an example: z becomes its mean, or a sample, and what is painted is of its class.
 * @param {{drawn?: boolean, label?: number | null}} [place]   a sample, and not the mean; and the class, if it is another
 */
export function pick(store, index, event, { drawn = store.state.sampling, label } = {}) {
  const own = placeOfExample(store.state, index);
  const z = drawn ? sampleOf(store.state.latents, index) : own.z;
  const held = keepLocked(store.state, z);
  const whole = held.every((value, k) => value === z[k]);
  const source = whole ? { source: index, drawn } : { source: null, drawn: false };
  store.set({ z: held, label: label ?? own.label, how: "", home: null, ...source }, { by: "person", event });
}

/** A person goes back to a place that is known: an undo, a pin. Locked dimensions go too. @param {Place} place */
export function recall(store, { z, label, source = null, drawn = false, how = "" }, event) {
  store.set({ z, label, source, drawn, how, home: null }, { by: "person", event });
}

/** The mouse looks around: z is there until it leaves, or until somebody moves z for good. */
export function visit(store, z, event) {
  const home = placeOf(store.state);
  store.set({ z: keepLocked({ ...store.state, ...home }, z), source: null, drawn: false, how: "a place of the map", home }, { by: "visit", event });
}

/** The mouse has left: z is again where it was. */
export function leave(store, event) {
  const { home } = store.state;
  if (home) store.set({ ...home, home: null }, { by: "visit", event });
}

/** A person chooses the class that is painted; the style z stays. */
export function chooseClass(store, label, event) {
  store.set({ ...placeOf(store.state), label, home: null }, { by: "person", event });
}

/** A person chooses anything else of choices.js, or a map; z stays where it is. @param {Partial<State>} patch */
export function choose(store, patch, event) {
  store.set(patch, { by: "person", event });
}

/** One sample of q(z|x) of an example. @param {import("./latent/latents.js").Latents} latents @returns {number[]} */
export function sampleOf({ mean, std, d }, index, random = Math.random) {
  return Array.from({ length: d }, (_, k) => mean[index * d + k] + std[index * d + k] * normal(random));
}

function keepLocked({ locked, z: old }, z) {
  return locked.length === 0 ? Array.from(z) : Array.from(z, (value, k) => (locked.includes(k) ? old[k] : value));
}
