// A slider that walks to and fro between its ends by itself, until somebody moves z or says stop.

import { choose } from "../state.js";

const ROUND_MS = 4000; // to one end, to the other, and back
const CALM_MS = 500; // between two steps, for those who asked for less motion
const LONGEST_MS = 100; // a page that was out of sight goes on from where it was

/**
 * @param {import("../mount.js").Desk} desk
 * @param {(row: import("./slider.js").Row, to: number, event?: Event) => void} move
 * @param {(row: import("./slider.js").Row) => number} rest   where z is along it when nobody visits another place
 * @param {() => void} changed   it began or ended
 */
export function createPlay({ root, store }, move, rest, changed) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let [row, frame, phase, last, due, ours] = [null, 0, 0, 0, 0, false];

  function start(which) {
    stop();
    row = which;
    const { low, high } = row.range;
    phase = Math.asin(Math.max(-1, Math.min(1, (2 * (rest(row) - low)) / (high - low) - 1))); // on from where it is
    [last, due] = [performance.now(), 0];
    frame = requestAnimationFrame(tick);
    changed();
  }

  function stop() {
    if (!row) return;
    row = null;
    cancelAnimationFrame(frame);
    changed();
  }

  function tick(now) {
    frame = requestAnimationFrame(tick);
    const passed = Math.min(LONGEST_MS, Math.max(0, now - last));
    last = now;
    due -= passed;
    const looksAround = store.state.home !== null; // the mouse is somewhere on the map: z is back when it leaves
    if (!looksAround) phase += (passed / ROUND_MS) * 2 * Math.PI * Number(store.state.speed);
    ours = true;
    if (looksAround || (calm.matches && due > 0)) choose(store, {}); // nothing moves, but z is not at rest
    else step();
    ours = false;
  }

  function step() {
    const { low, high } = row.range;
    due = CALM_MS;
    move(row, low + ((1 + Math.sin(phase)) / 2) * (high - low));
  }

  const leaveStore = store.subscribe((state, before, { by }) => {
    if (!row || ours) return;
    const moved = state.z !== before.z && by !== "visit";
    if (moved || ["model", "bank", "tab"].some((name) => state[name] !== before[name])) stop();
  });
  const escape = (event) => {
    if (event.key === "Escape") stop();
  };
  root.addEventListener("keydown", escape);

  return {
    /** @param {import("./slider.js").Row} which */
    toggle: (which) => (row === which ? stop() : start(which)),
    stop,
    get row() {
      return row;
    },
    dispose() {
      row = null;
      cancelAnimationFrame(frame);
      leaveStore();
      root.removeEventListener("keydown", escape);
    },
  };
}
