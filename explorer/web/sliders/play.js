// A slider that walks to and fro between its ends by itself, until somebody moves z or says stop.

import { createWalk } from "../ui/walk.js";

const ROUND_MS = 4000; // to one end, to the other, and back
const CALM_MS = 500; // between two steps, for those who asked for less motion

/**
 * @param {import("../mount.js").Desk} desk
 * @param {(row: import("./slider.js").Row, to: number, event?: Event) => void} move
 * @param {(row: import("./slider.js").Row) => number} rest   where z is along it when nobody visits another place
 * @param {() => void} changed   it began or ended
 */
export function createPlay(desk, move, rest, changed) {
  const { store } = desk;
  const walk = createWalk(desk, { step, calmMs: CALM_MS, until: ["z", "model", "bank", "tab"], changed });
  let [row, phase] = [null, 0];

  function start(which) {
    walk.stop();
    row = which;
    const { low, high } = row.range;
    phase = Math.asin(Math.max(-1, Math.min(1, (2 * (rest(row) - low)) / (high - low) - 1))); // on from where it is
    walk.start();
  }

  function step(passed) {
    const { low, high } = row.range;
    phase += (passed / ROUND_MS) * 2 * Math.PI * Number(store.state.speed);
    move(row, low + ((1 + Math.sin(phase)) / 2) * (high - low));
  }

  const isPlayed = (which) => walk.going && row === which;

  return {
    isPlayed,
    /** @param {import("./slider.js").Row} which */
    toggle: (which) => (isPlayed(which) ? walk.stop() : start(which)),
    stop: walk.stop,
    get going() {
      return walk.going;
    },
    dispose: walk.dispose,
  };
}
