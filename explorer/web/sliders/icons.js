// The small signs on a slider's buttons.

import { s } from "../ui/dom.js";

const PATHS = {
  play: "M5 3.2v9.6L13 8Z",
  pause: "M4.5 3h2.6v10H4.5ZM8.9 3h2.6v10H8.9Z",
  open: "M4 7h8v6.5H4ZM5.2 7V5a2.8 2.8 0 0 1 5.3-1.2",
  held: "M4 7h8v6.5H4ZM5.2 7V5a2.8 2.8 0 0 1 5.6 0V7",
  remove: "M4 4l8 8M12 4l-8 8",
};
const LINES = ["open", "held", "remove"]; // drawn as lines, the others filled

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const path = s("path", { d: PATHS[name], class: LINES.includes(name) ? "lines" : null });
  return s("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
}
