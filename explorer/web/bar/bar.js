// The buttons of every day: ways to a new z, pins, undo and redo, the picture as code, and the list of keys.

import { whyNot } from "../latent/mixture.js";
import { setsOf } from "../latent/sets.js";
import { changed } from "../state.js";
import { allow, button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { createField } from "../ui/field.js";
import { onChosen } from "../ui/chosen.js";
import { createPopover } from "../ui/popover.js";
import { listOfKeys } from "../keys.js";
import { goExample, goMean, goRandom, goStart, redo, undo } from "./actions.js";
import { createCode } from "./code.js";
import { createPins } from "./pins.js";

const RANDOM = "A z drawn at random from the prior N(0, I), times the temperature (R)";
const BY_MIXTURE = "A z drawn at random from Gaussians fitted to the codes, as a plain autoencoder has no prior (R)";
const TEMPERATURE = "Temperature: what a random z is multiplied by. Below 1 the pictures are more usual, above 1 rarer.";

/** @param {import("../mount.js").Desk} desk */
export function createBar(desk) {
  const { store } = desk;
  const random = button("Random", RANDOM, (event) => goRandom(store, event));
  const example = button("Example", "A random one of the encoded pictures (E)", (event) => goExample(store, event));
  const start = button("Reset", "Back to where the view starts: the z of the model’s preview, its first example", (event) => goStart(store, event));
  const draws = h("div", { class: "joined draws" }, random, createField(store, "temperature", { title: "Temperature", about: TEMPERATURE, step: 0.1 }));
  const element = h("div", { class: "bar", role: "toolbar", "aria-label": "Move z" }, draws, example, createMeanList(store), start, createPins(desk).element);

  function offer(state) {
    const missing = whyNot(state, "prior") && whyNot(state, "mixture") ? `${whyNot(state, "prior")} ${whyNot(state, "mixture")}` : "";
    random.toggleAttribute("disabled", Boolean(missing));
    random.title = missing || (whyNot(state, "prior") ? BY_MIXTURE : RANDOM);
    example.toggleAttribute("disabled", !state.latents);
  }
  store.subscribe((state, before) => {
    if (changed(state, before, "model", "latents")) offer(state);
  });
  return { element, tools: createBarTools(desk) };
}

function createBarTools(desk) {
  const { history } = desk;
  const back = button("↶", "Undo (Z)", (event) => undo(desk, event));
  const forth = button("↷", "Redo (Shift+Z)", (event) => redo(desk, event));
  const keys = createPopover("?", "Keys", listOfKeys());
  keys.element.classList.add("keyboard");
  const mark = () => {
    allow(back, history.can.undo);
    allow(forth, history.can.redo);
  };
  history.subscribe(mark);
  mark();
  return h("div", { class: "tools" }, back, forth, createCode(desk).element, keys.element);
}

/** A list of all that has a mean, which is gone to as soon as it is chosen. */
function createMeanList(store) {
  const list = /** @type {HTMLSelectElement} */ (h("select", { class: "field means", title: "Go to the mean z of all examples of a class or group (keys 0 to 9 for the first classes; in this list the arrow keys leaf, and Enter goes)", "aria-label": "Go to the mean of" }));
  onChosen(list, (event) => {
    goMean(store, list.value, event);
    list.value = "";
  });
  const option = ({ key, title }) => h("option", { value: key }, title);

  function rebuild(state) {
    const sets = setsOf(state);
    const parts = [["Classes", sets.filter(({ key }) => !key.startsWith("g:"))], ["Groups", sets.filter(({ key }) => key.startsWith("g:"))]];
    const groups = parts.filter(([, some]) => some.length).map(([label, some]) => h("optgroup", { label }, ...some.map(option)));
    list.replaceChildren(h("option", { value: "", disabled: "", hidden: "" }, "Class mean"), ...groups);
    list.value = "";
    list.toggleAttribute("disabled", sets.length === 0);
  }
  rebuild(store.state);
  store.subscribe((state, before) => {
    if (changed(state, before, "latents", "groups")) rebuild(state);
  });
  return list;
}
