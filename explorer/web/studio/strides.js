// Time in slow motion: so many strides of the same length, one after the other, which may be held or frozen.

const SHARE = 0.92; // of the time between two batches, so that the last stride is seen before the next batch comes
const SECONDS = 4; // for all strides, at first

/**
 * @param {number} count
 * @param {(at: number | null, share: number) => void} show   the stride that is under way, and how much of it has passed
 */
export function createStrides(count, show) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let [passed, last, frame] = [count, 0, 0]; // strides that have passed, with a fraction
  let [held, frozen, seconds] = [null, false, SECONDS];
  let resting = true; // nothing is lit

  const atOf = () => held ?? Math.min(count - 1, Math.floor(passed));

  function paint() {
    if (resting) return show(null, 0);
    const share = held !== null || passed >= count || calm.matches ? 1 : passed - Math.floor(passed);
    return show(atOf(), share);
  }

  function tick(now) {
    if (!frozen && held === null) passed = Math.min(count, passed + ((now - last) / 1000) * (count / (seconds * SHARE)));
    last = now;
    paint();
    frame = passed < count && !frozen && held === null ? requestAnimationFrame(tick) : 0;
  }

  function run() {
    last = performance.now();
    if (!frame) frame = requestAnimationFrame(tick);
  }

  return {
    /** Anew from the first stride; one that is held stays. */
    begin() {
      [passed, frozen, resting] = [held ?? 0, false, false];
      run();
    },
    /** Nothing is lit any more. */
    rest() {
      resting = true;
      paint();
    },
    /** @param {number | null} at   null: on from there */
    hold(at) {
      if (at === null) passed = held ?? passed;
      [held, resting] = [at, false];
      run();
    },
    /** @param {boolean} now   a person wants to look at it as it is */
    freeze(now) {
      frozen = now;
      run();
    },
    pace: (next) => (seconds = next),
    get held() { return held; }, // prettier-ignore
    get phase() { return atOf(); }, // prettier-ignore
    get over() { return passed >= count; }, // prettier-ignore
    dispose: () => cancelAnimationFrame(frame),
  };
}
