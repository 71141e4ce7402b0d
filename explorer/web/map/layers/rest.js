// A view of the map that has come to rest: what is slow is asked for only then, and not at every frame of a pan.

const REST_MS = 120;

/** @param {() => void} act */
export function createRest(act) {
  let [last, timer] = ["", 0];
  return {
    /** @param {{x: number, y: number, k: number, width: number, height: number}} view @param {string} [more] that makes it another view */
    seen({ x, y, k, width, height }, more = "") {
      const key = [x, y, k, width, height, more].join(" ");
      if (key === last) return;
      last = key;
      clearTimeout(timer);
      timer = setTimeout(act, REST_MS);
    },
    forget() {
      last = "";
      clearTimeout(timer);
    },
  };
}
