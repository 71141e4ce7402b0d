// What was asked for, kept for a while: the one that was longest out of use goes first.

/** @template K, V @param {number} most so many are kept */
export function createKept(most) {
  const kept = new Map(); // the one used last at the end

  /** @param {K} key @returns {V | undefined} */
  function get(key) {
    const value = kept.get(key);
    if (kept.delete(key)) kept.set(key, value);
    return value;
  }

  /** @param {K} key @param {V} value */
  function put(key, value) {
    kept.set(key, value);
    if (kept.size > most) kept.delete(kept.keys().next().value);
  }

  return {
    /** From now on so many are kept at least. @param {number} count */
    makeRoom(count) {
      most = Math.max(most, count);
    },
    has: (key) => kept.has(key),
    get,
    put,
    clear: () => kept.clear(),
    /**
     * All of them in their order, where those that are not kept are fetched; null: they cannot be had.
     * @param {K[]} keys @param {(missing: K[]) => Promise<V[] | null>} fetchThem @returns {Promise<V[] | null>}
     */
    async ask(keys, fetchThem) {
      const found = new Map(keys.map((key) => [key, get(key)]));
      const missing = [...found.keys()].filter((key) => !found.get(key));
      const fetched = missing.length ? await fetchThem(missing) : [];
      if (!fetched) return null;
      fetched.forEach((value, i) => {
        found.set(missing[i], value);
        put(missing[i], value);
      });
      return keys.map((key) => found.get(key));
    },
  };
}
