// A hand that only passes over a map takes z along, and when it has passed, z is again where it was.

/**
 * @template {unknown[]} Place
 * @param {() => () => void} hold   what z is now; the answer brings that back
 * @param {(...to: Place) => void} go
 */
export function createPassing(hold, go) {
  let back = null;
  return {
    /** @param {Place} to */
    pass(...to) {
      back ??= hold();
      go(...to);
    },
    /** It stays there. @param {Place} to */
    settle(...to) {
      back = null;
      go(...to);
    },
    leave() {
      back?.();
      back = null;
    },
  };
}
