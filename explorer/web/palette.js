// The colours of classes: ten that stay apart for colour-blind eyes and show on paper and on a dark screen.

export const CLASSES = [
  "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
  "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
]; // prettier-ignore

export const UNLABELLED = "#8b93a1";

/** The colour of a class; after ten they come round again, and the tooltip names the class. @param {number} label */
export function colourOf(label) {
  return label < 0 ? UNLABELLED : CLASSES[label % CLASSES.length];
}

/** @param {string} hex @returns {[number, number, number]} in 0..255 */
export function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
