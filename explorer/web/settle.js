// Tells the host where a person came to rest: once, after the hand has let go, and only if something changed.

import { keyOf, linkOf } from "./link.js";

const QUIET_MS = 250;
const ECHO_MS = 10_000;

/**
 * @param {HTMLElement} root
 * @param {ReturnType<import("./state.js").createStore>} store
 * @param {() => void} rest   hears each time that a person came to rest, also where nothing changed
 * @param {(link: import("./link.js").Link) => void} send
 */
export function createSettling(root, store, rest, send) {
  const down = new Set(); // pointers that are pressed
  const sent = []; // {key, at}: what the host may give back to us as its own view
  let [timer, dirty, last] = [0, false, ""];

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
    sent.push({ key, at: performance.now() });
    send(link);
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
    /** Is this link only what we said ourselves a moment ago? The person may be further on by now. */
    isEcho(link) {
      const now = performance.now();
      const at = sent.findLastIndex((one) => one.key === keyOf(link) && now - one.at < ECHO_MS);
      if (at >= 0) sent.splice(0, at + 1);
      return at >= 0;
    },
    /** The host has spoken: what was about to be said is out of date. */
    forget() {
      clearTimeout(timer);
      dirty = false;
      sent.length = 0;
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
