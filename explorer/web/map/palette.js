// The colours of classes: ten that stay apart for colour-blind eyes and show on paper and on a dark screen.

// Found by a search that kept them apart (OKLab, at least 0.10) for normal, protan, deutan and tritan eyes, each with a
// contrast of 1.75 or more to white and 3 or more to a dark screen, and all away from the colour of z.
// Their order keeps near hues (the orange and the brown) off digits that lie near each other on a map of digits (4, 7 and 9).
export const CLASSES = [
  "#0879ff", "#fe5105", "#51d4e6", "#7c48bb", "#b6ce2c",
  "#337474", "#eba69d", "#9d9cff", "#d359b9", "#994f2a",
]; // prettier-ignore

const UNLABELLED = "#8b93a1";

/** The colour of a class; after ten they come round again, and the tooltip names the class. @param {number} label */
export function colourOf(label) {
  return label < 0 ? UNLABELLED : CLASSES[label % CLASSES.length];
}

/** @param {string} hex @returns {[number, number, number]} in 0..255 */
export function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

// A scale that only ever grows lighter, so that it reads in grey and for colour-blind eyes: viridis without its two ends,
// which would be lost on a dark and on a light screen (van der Walt & Smith 2015, https://bids.github.io/colormap).
export const SCALE = ["#414487", "#355f8d", "#2a788e", "#21918c", "#22a884", "#44bf70", "#7ad151", "#bddf26"];
const STEPS = SCALE.map(rgb);

/** @param {number} share 0 to 1, beyond it the ends @returns {[number, number, number]} in 0..255 */
export function scaleAt(share) {
  const at = Math.min(1, Math.max(0, share)) * (STEPS.length - 1);
  const i = Math.min(STEPS.length - 2, Math.floor(at));
  return STEPS[i].map((from, k) => Math.round(from + (at - i) * (STEPS[i + 1][k] - from)));
}
