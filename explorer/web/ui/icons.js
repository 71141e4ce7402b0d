// The signs on buttons, drawn, so that they look the same with every font.

import { s } from "./dom.js";

/** Beside the picture. */
const PICTURE = {
  zoom: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  copy: "M5.5 5.5h8v8h-8zM2.5 10.5v-8h8",
  save: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13.3 1.8v3.4H9.9",
};

/** Of a slider, filled; and those that are lines. */
const SLIDER = {
  play: "M5 3.2v9.6L13 8Z",
  pause: "M4.5 3h2.6v10H4.5ZM8.9 3h2.6v10H8.9Z",
};
const SLIDER_LINES = {
  open: "M4 7h8v6.5H4ZM5.2 7V5a2.8 2.8 0 0 1 5.3-1.2",
  held: "M4 7h8v6.5H4ZM5.2 7V5a2.8 2.8 0 0 1 5.6 0V7",
  remove: "M4 4l8 8M12 4l-8 8",
};

/** On the map. */
const MAP = {
  pan: "M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3",
  lasso: "M7.5 16.2C4.8 15 3 12.9 3 10.5 3 6.9 7 4 12 4s9 2.9 9 6.5-4 6.5-9 6.5c-.8 0-1.6-.1-2.3-.2M9.5 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM7 19c0 1.2.6 2.1 1.6 2.5",
  box: "M4 8V4h4M11 4h2M16 4h4v4M20 11v2M20 16v4h-4M13 20h-2M8 20H4v-4M4 13v-2",
  closer: "M16 16l5 5M18 10.5a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM7.5 10.5h6M10.5 7.5v6",
  further: "M16 16l5 5M18 10.5a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM7.5 10.5h6",
  whole: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9.5 12a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0z",
  download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16",
};

const SIGNS = {
  ...looking(PICTURE, { look: "sign" }),
  ...looking(SLIDER, { look: "icon" }),
  ...looking(SLIDER_LINES, { look: "icon", line: "lines" }),
  ...looking(MAP, { size: 24 }),
};

/** look, line: classes, for their style. */
function looking(paths, { look = null, line = null, size = 16 }) {
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, { path, look, line, size }]));
}

/** @param {keyof typeof PICTURE | keyof typeof SLIDER | keyof typeof SLIDER_LINES | keyof typeof MAP} name */
export function icon(name) {
  const { path, look, line, size } = SIGNS[name];
  return s("svg", { class: look, viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" }, s("path", { d: path, class: line }));
}
