// Undo and redo: every place where z came to rest is a step.

import { placeOf, recall } from "./state.js";

const KEPT = 200;

/** @param {ReturnType<import("./state.js").createStore>} store */
export function createHistory(store) {
  let [steps, at] = [[], -1];
  const hearers = new Set();

  const same = (one, other) => one && one.label === other.label && one.drawn === other.drawn && String(one.z) === String(other.z);

  function go(by, event) {
    if (!steps[at + by]) return false;
    at += by;
    recall(store, steps[at], event);
    tell();
    return true;
  }

  const tell = () => hearers.forEach((hear) => hear());

  return {
    /** z has come to rest: if it is elsewhere than before, that is a step. */
    keep() {
      const place = placeOf(store.state);
      if (same(steps[at], place)) return;
      steps = [...steps.slice(0, at + 1), place].slice(-KEPT);
      at = steps.length - 1;
      tell();
    },
    undo: (event) => go(-1, event),
    redo: (event) => go(1, event),
    get can() {
      return { undo: at > 0, redo: at < steps.length - 1 };
    },
    /** Another model: its z are others. */
    forget() {
      [steps, at] = [[], -1];
      tell();
    },
    /** @param {() => void} hear   of changes to what can be undone */
    subscribe: (hear) => hearers.add(hear),
  };
}
