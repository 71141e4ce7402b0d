// A panel works only while it is looked at: it hears of what it depends on, once, and not while its tab is closed.

/**
 * @param {ReturnType<import("../state.js").createStore>} store @param {string} tab
 * @param {(state: import("../state.js").State) => any[]} needs   what the work depends on: it is done again when one is another
 * @param {(state: import("../state.js").State) => void} work
 */
export function whileOpen(store, tab, needs, work) {
  let last = [];
  store.subscribe((state) => {
    if (state.tab !== tab || !state.model) return;
    const now = needs(state);
    if (now.length === last.length && now.every((value, i) => value === last[i])) return;
    last = now;
    work(state);
  });
}
