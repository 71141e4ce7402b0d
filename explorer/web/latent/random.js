// Random numbers: normal ones, and ones that a seed makes again.

/** A draw from N(0, 1): Box & Muller 1958, https://doi.org/10.1214/aoms/1177706645. @param {() => number} random in [0, 1) */
export function normal(random = Math.random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Uniform numbers in [0, 1) that follow from the seed alone: mulberry32. @param {number} seed @returns {() => number} */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
