// The tools of the map: what a drag does, closer and further, the whole map, save. They lie in its top right corner.

import { h, s } from "../ui/dom.js";

const STEP = 1.6; // times closer, a press
const MODES = {
  pan: ["Pan", "A drag moves the map; with shift it is a lasso", "M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3"],
  lasso: ["Lasso", "A drag draws around points and selects them", "M7.5 16.2C4.8 15 3 12.9 3 10.5 3 6.9 7 4 12 4s9 2.9 9 6.5-4 6.5-9 6.5c-.8 0-1.6-.1-2.3-.2M9.5 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM7 19c0 1.2.6 2.1 1.6 2.5"],
  box: ["Box", "A drag spans a box and selects the points in it", "M4 8V4h4M11 4h2M16 4h4v4M20 11v2M20 16v4h-4M13 20h-2M8 20H4v-4M4 13v-2"],
};
const ICONS = {
  in: "M16 16l5 5M18 10.5a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM7.5 10.5h6M10.5 7.5v6",
  out: "M16 16l5 5M18 10.5a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM7.5 10.5h6",
  whole: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9.5 12a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0z",
  save: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16",
};

let bars = 0; // radio buttons of two bars on one page must not know each other

/**
 * @param {object} wishes
 * @param {(mode: import("./gestures.js").Mode, event: Event) => void} wishes.mode
 * @param {(factor: number) => void} wishes.zoom
 * @param {(event: Event) => void} wishes.reset
 * @param {() => void} wishes.download
 */
export function createTools({ mode, zoom, reset, download }) {
  const group = `explorer-tools-${++bars}`;
  const modes = h("div", { class: "modes", role: "radiogroup", "aria-label": "What a drag on the map does" },
    ...Object.entries(MODES).map(([name, words]) => choiceOf(group, name, words))); // prettier-ignore
  modes.addEventListener("change", (event) => mode(event.target.value, event));
  const element = h("div", { class: "maptools", role: "toolbar", "aria-label": "Tools of the map" }, modes,
    button("Closer", ICONS.in, () => zoom(STEP), "closer"),
    button("Further", ICONS.out, () => zoom(1 / STEP), "further"),
    button("Whole map", ICONS.whole, reset),
    button("Save the map as a picture (PNG)", ICONS.save, download)); // prettier-ignore
  return {
    element,
    /** @param {import("./gestures.js").Mode} name */
    mark(name) {
      for (const input of modes.querySelectorAll("input")) input.checked = input.value === name;
    },
  };
}

function choiceOf(group, name, [title, about, icon]) {
  const input = h("input", { type: "radio", name: group, value: name, "aria-label": title, "aria-description": about });
  if (name === "pan") input.toggleAttribute("checked", true);
  return h("label", { title: `${title}: ${about[0].toLowerCase()}${about.slice(1)}` }, input, h("span", {}, iconOf(icon)));
}

function button(name, icon, press, kind = null) {
  const made = h("button", { type: "button", class: kind, title: name, "aria-label": name }, iconOf(icon));
  made.addEventListener("click", press);
  return made;
}

function iconOf(path) {
  return s("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: path }));
}
