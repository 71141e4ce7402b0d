// Adds a direction from the mean of one class or group to that of another, and says whether all are at right angles.

import { setsOf } from "../latent/sets.js";
import { choose } from "../state.js";
import { allow, button } from "../ui/button.js";
import { h } from "../ui/dom.js";

const HELP = "Each direction loses its part along those above it, so that a slider leaves what the others do as it is (Gram-Schmidt)";

/** @param {import("../mount.js").Desk} desk */
export function createPairs({ store }) {
  const [from, to] = [h("select", { "aria-label": "From the mean of" }), h("select", { "aria-label": "To the mean of" })];
  const add = button("Add", "", (event) => choose(store, { between: [...store.state.between, chosen()] }, event));
  const right = h("input", { type: "checkbox" });
  const element = h("div", { class: "pairs" }, from, "→", to, add, h("label", { title: HELP }, right, "at right angles"));
  let titles = "";

  const chosen = () => `${from.value}>${to.value}`;

  function mark({ between, apart }) {
    const known = between.includes(chosen());
    const why = from.value === to.value ? "Choose two different ones" : known ? "It is there already" : "Add a slider for this direction";
    allow(add, from.value !== to.value && !known);
    add.title = why;
    right.checked = apart;
  }

  function fill(state) {
    const sets = setsOf(state);
    const now = JSON.stringify(sets);
    if (now === titles) return;
    titles = now;
    const before = [from.value, to.value];
    [from, to].forEach((select, i) => {
      select.replaceChildren(...sets.map(({ key, title }) => h("option", { value: key }, title)));
      select.value = sets.some(({ key }) => key === before[i]) ? before[i] : (sets[i]?.key ?? "");
    });
  }

  function show(state) {
    fill(state);
    mark(state);
    element.toggleAttribute("hidden", state.bank !== "between" || setsOf(state).length < 2);
  }

  for (const select of [from, to]) select.addEventListener("change", () => mark(store.state));
  right.addEventListener("change", (event) => choose(store, { apart: right.checked }, event));
  return { element, show, focus: () => from.focus() };
}
