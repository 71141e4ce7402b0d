// The one store: whatever moves z does it here, and every view hears of it at once, inside the same event.

/**
 * @typedef {object} State
 * @property {object | null} model      what the host gave: name, url, latent, shape, preview ...
 * @property {import("./latents.js").Latents | null} latents   the encoded examples, null until they are read
 * @property {string | null} map        the name of the chosen map, null: not known yet
 * @property {number[]} z               (d)
 * @property {number | null} label      the class that a conditional model is told; null: not known yet, or it is told none
 * @property {number | null} source     the example whose mean z is, if it is one
 */

/** @typedef {{by: "person" | "host", event?: Event}} Cause */

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

/** A person moves z by hand, so it is no longer any example's mean. */
export function moveTo(store, z, event) {
  store.set({ z, source: null }, { by: "person", event });
}

/** A person picks an example: z becomes its mean, and what is painted is of its class. */
export function pick(store, index, event) {
  const { latents, label } = store.state;
  const its = label === null ? null : (latents.classOf(index) ?? label);
  store.set({ z: latents.meanOf(index), label: its, source: index }, { by: "person", event });
}

/** A person chooses the class that is painted; the style z stays. */
export function chooseClass(store, label, event) {
  store.set({ label }, { by: "person", event });
}

/** A person chooses a map; z stays where it is. */
export function chooseMap(store, name, event) {
  store.set({ map: name }, { by: "person", event });
}
