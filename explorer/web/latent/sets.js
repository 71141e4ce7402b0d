// Sets of examples that a person can name, the classes and the groups that a lasso made, and the mean of each.

/** @typedef {{key: string, title: string}} Set   key: "4" is a class by its index, "g:name" a group */

const known = new WeakMap(); // latents -> the means of its classes
const OF_GROUP = "g:";

/** All sets that have a mean, classes first. @param {import("../state.js").State} state @returns {Set[]} */
export function setsOf({ latents, groups }) {
  if (!latents) return [];
  const means = meansOfClasses(latents);
  const classes = means.flatMap((mean, k) => (mean ? [{ key: String(k), title: latents.labelNames[k] ?? String(k) }] : []));
  return [...classes, ...groups.map(({ name }) => ({ key: OF_GROUP + name, title: name }))];
}

/**
 * The mean of the encoded examples of a set, or null where it has none.
 * @param {import("../state.js").State} state @param {string} key @returns {number[] | null}
 */
export function meanOfSet({ latents, groups }, key) {
  if (!latents) return null;
  if (/^\d+$/.test(key)) return meansOfClasses(latents)[Number(key)] ?? null;
  const group = groups.find(({ name }) => OF_GROUP + name === key);
  return group ? meanOfMembers(latents, group.members) : null;
}

/**
 * Where the mean of a set is. A conditional model is told that class too; for a group it is told the class of now.
 * @param {import("../state.js").State} state @param {string} key @returns {{z: number[], label: number | null} | null}
 */
export function placeOfSet(state, key) {
  const z = meanOfSet(state, key);
  return z && { z, label: Number(key) < state.model.classes ? Number(key) : state.label };
}

/** @param {import("../state.js").State} state @param {string} key of a set that is there @returns {string} */
export function titleOfSet(state, key) {
  return setsOf(state).find((set) => set.key === key).title;
}

const ofGroups = new WeakMap(); // members -> {latents, mean}: the same group of another model has another mean

/** @param {import("./latents.js").Latents} latents @param {number[]} members @returns {number[] | null} null: none of them is an example here */
export function meanOfMembers(latents, members) {
  const last = ofGroups.get(members);
  if (last?.latents === latents) return last.mean;
  const inside = members.filter((index) => index < latents.n);
  const sum = new Array(latents.d).fill(0);
  for (const index of inside) add(sum, latents, index);
  const mean = inside.length ? sum.map((value) => value / inside.length) : null;
  ofGroups.set(members, { latents, mean });
  return mean;
}

/** @returns {(number[] | null)[]} by class; null: no example is of it */
function meansOfClasses(latents) {
  if (!known.has(latents)) known.set(latents, latents.labels ? classMeans(latents) : []);
  return known.get(latents);
}

function classMeans(latents) {
  const { n, d, labels, labelNames } = latents;
  const highest = labels.reduce((most, label) => Math.max(most, label), -1);
  const classes = Math.max(labelNames.length, highest + 1);
  const [sums, counts] = [Array.from({ length: classes }, () => new Array(d).fill(0)), new Array(classes).fill(0)];
  for (let i = 0; i < n; i++) {
    if (labels[i] < 0) continue;
    add(sums[labels[i]], latents, i);
    counts[labels[i]] += 1;
  }
  return sums.map((sum, k) => (counts[k] ? sum.map((value) => value / counts[k]) : null));
}

function add(sum, { d, mean }, index) {
  for (let k = 0; k < d; k++) sum[k] += mean[index * d + k];
}
