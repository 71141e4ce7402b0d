// The head of the sliders: which bank, how far they reach, how fast they play, and how they are used.

import { choose } from "../state.js";
import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { createPopover } from "../ui/popover.js";
import { BANKS } from "./banks.js";

const RANGES = [
  { name: "data", title: "Data", about: "The sliders reach over the encoded data, from their 0.5 to their 99.5 % quantile" },
  { name: "sigma", title: "±3 σ", about: "The sliders reach three standard deviations of the encoded data to either side of their mean" },
  { name: "prior", title: "Prior", about: "The sliders reach over the prior N(0, 1), from −3 to 3: 99.7 % of it" },
];
const SPEEDS = [["0.5", "½×"], ["1", "1×"], ["2", "2×"]]; // prettier-ignore
const HELP = [
  "Drag: the picture follows. The strip behind a slider shows what it would become there.",
  "Double-click: back to the data’s mean. Press the number: type one.",
  "With a finger: slide sideways, or tap a place of the slider. A swipe up or down scrolls the page.",
  "Arrow keys, or the wheel over a slider that was clicked: 0.1 sigma, with shift 1 sigma. Home and End: the ends.",
  "Lock: random draws, the map and the picture leave that dimension as it is. Play: it walks to and fro, until Escape.",
  "Its name: what it does, where in the picture, and what it has to do with the labels.",
];

/** A select with its short name in front, which goes where there is no room for it. */
const named = (name, select) => h("label", { class: "named" }, h("span", { "aria-hidden": "true" }, name), select);

/** @param {import("../mount.js").Desk} desk */
export function createBank({ store }) {
  const banks = createMenu("What the sliders move along", (bank, event) => choose(store, { bank }, event));
  const range = h("select", { "aria-label": "How far the sliders reach" });
  const speed = h("select", { "aria-label": "How fast a slider plays", title: "How fast a slider plays" }, ...SPEEDS.map(([value, words]) => h("option", { value }, words)));
  const help = createPopover("?", "How the sliders are used", ...HELP.map((sentence) => h("p", {}, sentence)));
  const element = h("header", { class: "bank" }, banks.element, named("Range", range), named("Speed", speed), help.element);
  banks.show(BANKS);
  range.addEventListener("change", (event) => choose(store, { range: range.value }, event));
  speed.addEventListener("change", (event) => choose(store, { speed: speed.value }, event));

  /** Codes know no prior. */
  function fill(stochastic) {
    const known = RANGES.filter(({ name }) => stochastic || name !== "prior");
    range.replaceChildren(...known.map(({ name, title, about }) => h("option", { value: name, title: about }, title)));
  }

  return {
    element,
    /** @param {import("../state.js").State} state */
    show(state) {
      fill(state.model.stochastic);
      banks.mark(state.bank);
      range.value = state.range === "prior" && !state.model.stochastic ? "data" : state.range;
      range.title = RANGES.find(({ name }) => name === range.value).about;
      speed.value = state.speed;
    },
  };
}
