// The class that a conditional model is told beside z: buttons where they are few and short, else a native list.

import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { changed, chooseClass } from "../state.js";

const FEW = 12; // buttons that stand in one row
const SHORT = 2; // letters on a button

/** @param {ReturnType<import("../state.js").createStore>} store */
export function createClasses(store) {
  const choose = (value, event) => chooseClass(store, Number(value), event);
  const menu = createMenu("Class that is painted", choose);
  const list = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "Class that is painted" }));
  list.addEventListener("change", (event) => choose(list.value, event));
  const element = h("div", { class: "classes", hidden: "" });
  let [few, shown] = [true, null];

  function rebuild({ model, latents }) {
    const names = namesOf(model, latents);
    if (String(names) === String(shown)) return; // a button that is about to be pressed stays
    shown = names;
    element.toggleAttribute("hidden", names.length === 0);
    few = names.length <= FEW && names.every((name) => name.length <= SHORT);
    menu.show(few ? names.map((title, k) => ({ name: String(k), title })) : []);
    list.replaceChildren(...(few ? [] : names.map((name, k) => h("option", { value: k }, name))));
    element.replaceChildren(h("span", { "aria-hidden": "true" }, "Class"), few ? menu.element : list);
  }

  function mark({ label }) {
    if (few) menu.mark(label === null ? null : String(label));
    else list.value = label === null ? "" : String(label);
  }

  store.subscribe((state, before) => {
    const fresh = changed(state, before, "model", "latents");
    if (fresh) rebuild(state);
    if (fresh || state.label !== before.label) mark(state);
  });
  return { element };
}

/** The names of a model's classes, numbers until the examples tell better. @returns {string[]} */
function namesOf({ classes }, latents) {
  return Array.from({ length: classes }, (_, k) => latents?.labelNames[k] ?? String(k));
}
