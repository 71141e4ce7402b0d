// What was seen before, by its step, so that a drawing can show where it comes from, however one went there.

const GROWTH = 1.1; // between two steps that are remembered: a long training fills no memory
const BACK = 0.75; // so far back, as a share of the step, lies what is shown

/** @template T */
export function createTrail() {
  const steps = []; // rising
  const seen = new Map();
  return {
    /** @param {number} step @param {T} what */
    keep(step, what) {
      const at = steps.findIndex((each) => each >= step);
      const after = at < 0 ? steps.length : at;
      if (seen.has(step)) return seen.set(step, what);
      if (after > 0 && step < steps[after - 1] * GROWTH) return;
      steps.splice(after, 0, step);
      seen.set(step, what);
    },
    /** The latest that lies clearly before a step. @param {number} step @returns {{step: number, what: T} | null} */
    before(step) {
      const found = steps.findLast((each) => each <= BACK * step);
      return found === undefined || step === 0 ? null : { step: found, what: seen.get(found) };
    },
  };
}
