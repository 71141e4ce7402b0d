// Lists that must not say the same, such as the two axes of a map: what the other list says already, they exchange.

/**
 * What is chosen in each list after `next` was chosen in one of them.
 * @template T
 * @param {T[]} chosen before @param {number} at the list @param {T} next
 * @returns {T[]}
 */
export function exchanged(chosen, at, next) {
  return chosen.map((old, i) => (i === at ? next : old === next ? chosen[at] : old));
}
