// Tells the host where a person came to rest: once, after the hand has let go, and only if something changed.

import { keyOf, linkOf } from "./link.js";

const QUIET_MS = 250;

/**
 * @param {HTMLElement} root
 * @param {ReturnType<import("./state.js").createStore>} store
 * @param {() => void} rest   hears each time that a person came to rest, also where nothing changed
 * @param {(link: import("./link.js").Link, word: number) => void} send   word: their number, which the host gives back
 */
export function createSettling(root, store, rest, send) {
  const down = new Set(); // pointers that are pressed
  let [timer, dirty, last] = [0, false, ""];
  let said = 0; // how often we have told the host

  function wait() {
    clearTimeout(timer);
    if (dirty && down.size === 0) timer = setTimeout(settle, QUIET_MS);
  }

  function settle() {
    dirty = false;
    rest();
    const link = linkOf(store.state);
    const key = keyOf(link);
    if (key === last) return;
    last = key;
    send(link, ++said);
  }

  const press = (event) => down.add(event.pointerId);
  const lift = (event) => {
    down.delete(event.pointerId);
    wait();
  };
  const leave = () => {
    down.clear(); // a window that loses the focus never hears the release
    wait();
  };
  root.addEventListener("pointerdown", press, true);
  window.addEventListener("pointerup", lift, true);
  window.addEventListener("pointercancel", lift, true);
  window.addEventListener("blur", leave);

  const leaveStore = store.subscribe((state, before, { by }) => {
    if (by === "visit") return; // it ends by itself
    if (by === "person") dirty = true;
    if (dirty) return wait();
    last = keyOf(linkOf(state)); // what the host or the start brought about is known to the host
  });

  return {
    /**
     * Is this link no news to us? It is our own last word, or older than that: the person may be further on by now.
     * @param {number} [heard]   the number of our last word that the host had heard, if it counts them
     */
    isEcho: (link, heard = said) => heard < said || keyOf(link) === last,
    /** A host that knew this view before, on another element, has counted already. @param {number} [heard] */
    goOn(heard = 0) {
      said = Math.max(said, heard);
    },
    /** The host has spoken: what was about to be said is out of date. */
    forget() {
      clearTimeout(timer);
      dirty = false;
    },
    dispose() {
      clearTimeout(timer);
      leaveStore();
      root.removeEventListener("pointerdown", press, true);
      window.removeEventListener("pointerup", lift, true);
      window.removeEventListener("pointercancel", lift, true);
      window.removeEventListener("blur", leave);
    },
  };
}
