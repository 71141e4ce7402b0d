// A line of any length as a short path that looks the same: of each column of pixels its lowest and its highest point.

/** @param {ArrayLike<number>} xs   in pixels, rising @param {ArrayLike<number>} ys   NaN: there is none, the line goes on @returns {string} of SVG */
export function pathOf(xs, ys) {
  const kept = thinned(xs, ys);
  let path = "";
  for (const i of kept) path += `${path ? "L" : "M"}${tenth(xs[i])} ${tenth(ys[i])}`;
  return kept.length === 1 ? `${path}h0` : path; // a single point is a dot
}

/** However long the run is, no spike is lost. @returns {number[]} the indices that are kept, in order: at most two a column */
export function thinned(xs, ys) {
  const kept = [];
  let [column, low, high] = [NaN, -1, -1];
  for (let i = 0; i < xs.length; i++) {
    if (Number.isNaN(ys[i])) continue;
    if (Math.floor(xs[i]) !== column) {
      keep(kept, low, high);
      [column, low, high] = [Math.floor(xs[i]), i, i];
    }
    if (ys[i] < ys[low]) low = i;
    if (ys[i] > ys[high]) high = i;
  }
  keep(kept, low, high);
  return kept;
}

function keep(kept, low, high) {
  if (low < 0) return;
  kept.push(Math.min(low, high));
  if (low !== high) kept.push(Math.max(low, high));
}

const tenth = (pixels) => Math.round(10 * pixels) / 10;
