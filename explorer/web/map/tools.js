// The tools of the map: what a drag does, closer and further, the whole map, save. They lie in its top right corner.

import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { radio, radios } from "../ui/menu.js";

const STEP = 1.6; // times closer, a press
const MODES = {
  pan: ["Pan", "A drag moves the map; with shift it is a lasso"],
  lasso: ["Lasso", "A drag draws around points and selects them"],
  box: ["Box", "A drag spans a box and selects the points in it"],
};

/**
 * @param {object} wishes
 * @param {(mode: import("./gestures.js").Mode, event: Event) => void} wishes.mode
 * @param {(factor: number) => void} wishes.zoom
 * @param {(event: Event) => void} wishes.reset
 * @param {() => void} wishes.download
 */
export function createTools({ mode, zoom, reset, download }) {
  const modes = radios({ class: "modes", "aria-label": "What a drag on the map does" }, ...Object.entries(MODES).map(choiceOf));
  modes.addEventListener("change", (event) => mode(event.target.value, event));
  const element = h("div", { class: "maptools", role: "toolbar", "aria-label": "Tools of the map" }, modes,
    button("Closer", "closer", () => zoom(STEP), "closer"),
    button("Further", "further", () => zoom(1 / STEP), "further"),
    button("Whole map", "whole", reset),
    button("Save the map as a picture (PNG)", "download", download)); // prettier-ignore
  return {
    element,
    /** @param {import("./gestures.js").Mode} name */
    mark(name) {
      for (const input of modes.querySelectorAll("input")) input.checked = input.value === name;
    },
  };
}

function choiceOf([name, [title, about]]) {
  const input = radio({ value: name, "aria-label": title, "aria-description": about });
  if (name === "pan") input.toggleAttribute("checked", true);
  return h("label", { title: `${title}: ${about[0].toLowerCase()}${about.slice(1)}` }, input, h("span", {}, icon(name)));
}

function button(name, sign, press, kind = null) {
  const made = h("button", { type: "button", class: kind, title: name, "aria-label": name }, icon(sign));
  made.addEventListener("click", press);
  return made;
}
