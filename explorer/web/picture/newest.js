// One question under way, and of those that come meanwhile only the newest: under a drag none waits for ever.

/**
 * @template {any[]} T
 * @param {(...given: T) => Promise<void>} ask
 * @returns {(...given: T) => Promise<void>}
 */
export function createNewest(ask) {
  let [busy, next] = [false, null];
  return async (...given) => {
    next = given;
    if (busy) return;
    busy = true;
    try {
      while (next) {
        const now = next;
        next = null;
        await ask(...now);
      }
    } finally {
      busy = false; // a question that went wrong must not be the last
    }
  };
}
