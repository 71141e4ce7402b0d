// A walk to and fro by itself, a step a frame, until somebody says stop, presses Escape or moves z: a slider that plays, a film.

const LONGEST_MS = 100; // a page that was out of sight goes on from where it was

/**
 * @param {import("../mount.js").Desk} desk
 * @param {object} walk
 * @param {(passed: number, calm: boolean) => void} walk.step   goes on by so many milliseconds
 * @param {number} walk.calmMs      between two steps, for those who asked for less motion
 * @param {string[]} walk.until     of the state: whoever else changes one of them takes over
 * @param {() => void} walk.changed it began or ended
 */
export function createWalk({ root, store, busy }, { step, calmMs, until, changed }) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let [frame, last, passed, ours] = [0, 0, 0, false]; // ours: it is the walk itself that moves z

  function start() {
    stop();
    [last, passed] = [performance.now(), 0];
    frame = requestAnimationFrame(tick);
    changed();
  }

  function stop() {
    if (!frame) return;
    cancelAnimationFrame(frame);
    frame = 0;
    changed();
  }

  function tick(now) {
    frame = requestAnimationFrame(tick);
    const since = Math.min(LONGEST_MS, Math.max(0, now - last)); // a frame may be dated before its click
    last = now;
    const looksAround = store.state.home !== null; // the mouse is somewhere on the map: z is back when it leaves
    if (!looksAround) passed += since;
    if (looksAround || (calm.matches && passed < calmMs)) return busy(); // nothing moves, but z is not at rest
    ours = true;
    step(passed, calm.matches);
    ours = false;
    passed = 0;
  }

  const escape = (event) => {
    if (event.key === "Escape") stop();
  };
  root.addEventListener("keydown", escape);
  const leaveStore = store.subscribe((state, before, { by }) => {
    if (ours || by === "visit") return; // a visit ends by itself
    if (until.some((name) => state[name] !== before[name])) stop();
  });

  return {
    start,
    stop,
    get going() {
      return frame !== 0;
    },
    dispose() {
      cancelAnimationFrame(frame);
      frame = 0;
      root.removeEventListener("keydown", escape);
      leaveStore();
    },
  };
}
