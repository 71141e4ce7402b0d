// Tells the host where a person came to rest: once, after the hand has let go, and only if something changed.

import { keyOf, linkOf } from "./link.js";
import { createPressed } from "./ui/pressed.js";

const QUIET_MS = 250;

/**
 * @param {HTMLElement} root
 * @param {ReturnType<import("./state.js").createStore>} store
 * @param {() => void} rest   hears each time that a person came to rest, also where nothing changed
 * @param {(link: import("./link.js").Link, word: number) => void} send   word: their number, which the host gives back
 */
export function createSettling(root, store, rest, send) {
  const pressed = createPressed(root, { lift: wait });
  let [timer, dirty, last] = [0, false, ""];
  let said = 0; // how often we have told the host

  function wait() {
    clearTimeout(timer);
    if (dirty && !pressed.any) timer = setTimeout(settle, QUIET_MS);
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

  const leaveStore = store.subscribe((state, before, { by }) => {
    if (by === "visit") return; // it ends by itself
    if (by === "person") dirty = true;
    if (dirty) return wait();
    last = keyOf(linkOf(state)); // what the host or the start brought about is known to the host
  });

  return {
    /** Nothing moves just now, but z is not at rest: who says so says it again within a moment. */
    busy: wait,
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
      pressed.dispose();
    },
  };
}
