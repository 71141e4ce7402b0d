// Mu or a sample: whether an example's z is the mean of its q(z|x) or drawn from it, and a new draw.

import { changed, choose, pick, placeOf } from "../state.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { createMenu } from "../ui/menu.js";

const OPTIONS = [
  { name: "mean", title: "μ", about: "z is the mean of q(z|x), the middle of what the encoder holds possible" },
  { name: "sample", title: "sample", about: "z is drawn from q(z|x): μ, and σ times a random ε" },
];

export const NO_SIGMA = "A plain autoencoder gives one code, and no σ to sample with";

/** @param {import("../mount.js").Desk} desk @param {() => void} redraw   other samples are wanted too */
export function createSampling({ store }, redraw) {
  const menu = createMenu("z of an example", (name, event) => turn(name === "sample", event));
  const again = h("button", { type: "button", class: "tool", title: "Resample: draw a new ε", "aria-label": "Resample" }, icon("again")); // prettier-ignore
  const formula = h("span", { class: "formula" }, letter("z"), " = ", letter("μ"), h("span", { class: "noise" }, " + ", letter("σ"), "·", letter("ε"))); // prettier-ignore
  const set = h("fieldset", {}, menu.element, again);
  const reason = h("span", { class: "fine" });
  const element = h("div", { class: "sampling" }, set, formula, reason);
  menu.show(OPTIONS);

  function turn(sampling, event) {
    choose(store, { sampling }, event);
    if (placeOf(store.state).source !== null) take(sampling, event);
  }

  /** The same example anew; what is painted stays of the class that a person chose. */
  function take(drawn, event) {
    const { source, label } = placeOf(store.state);
    pick(store, source, event, { drawn, label });
  }

  again.addEventListener("click", (event) => {
    take(true, event);
    redraw();
  });

  function mark(state) {
    const { source, drawn } = placeOf(state); // and not where the mouse looks around
    const why = whyNot(state);
    const sampled = source === null ? state.sampling : drawn;
    set.toggleAttribute("disabled", why !== null);
    formula.toggleAttribute("hidden", why !== null);
    [reason.textContent, element.title] = why ?? ["", "ε: a random number from N(0, 1) for each dimension; σ: the encoder’s uncertainty"];
    menu.mark(sampled ? "sample" : "mean");
    element.classList.toggle("drawn", sampled);
  }

  store.subscribe((state, before) => {
    const [now, then] = [placeOf(state), placeOf(before)];
    if (changed(now, then, "source", "drawn") || changed(state, before, "model", "latents", "sampling")) mark(state);
  });
  return { element };
}

/** Why there is nothing to sample from, short and whole; null: there is. @returns {[string, string] | null} */
function whyNot(state) {
  if (!state.model.stochastic) return ["no σ to sample with", NO_SIGMA];
  const there = state.latents && placeOf(state).source !== null;
  return there ? null : ["click a point of the map", "Click a point of the map: only an encoded picture has a q(z|x) to sample from"];
}

const LETTERS = { z: "of-z", μ: "of-mu", σ: "of-sigma", ε: "of-epsilon" };
const letter = (name) => h("b", { class: LETTERS[name] }, name);
