// The example that z came from last: it stays the one to compare with when a hand moves z on.

/** @param {ReturnType<import("../state.js").createStore>} store */
export function rememberSource(store) {
  const hearers = new Set();
  let index = null;

  store.subscribe((state, before) => {
    const next = state.latents !== before.latents ? state.source : (state.source ?? index);
    const fresh = state.latents !== before.latents || next !== index;
    index = next;
    if (fresh) for (const hear of hearers) hear(state);
  });
  return {
    /** @returns {number | null} */
    get index() {
      return index;
    },
    /** @param {(state: import("../state.js").State) => void} hear   of another example, or other examples */
    subscribe: (hear) => hearers.add(hear),
  };
}
