// Which map: a row of families, and what the chosen one leaves to choose, two axes, three pins or two sets.

import { PINS } from "../choices.js";
import { axesIn, familiesOf, familyOf, firstOf, nameOf } from "../latent/maps.js";
import { setsOf } from "../latent/sets.js";
import { choose } from "../state.js";
import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";

/** @param {import("../mount.js").Desk} desk */
export function createChooser({ store }) {
  const menu = createMenu("Map", (family, event) => choose(store, { map: firstOf(family, store.state) }, event));
  const details = h("div", { class: "details" });
  const element = h("div", { class: "chooser" }, menu.element, details);
  let built = ""; // what the details were built for: a select must not vanish under the hand that opened it

  const go = (map, event) => choose(store, { map }, event);

  function list(label, options, chosen, change) {
    const select = /** @type {HTMLSelectElement} */ (h("select", { class: "tool", "aria-label": label, title: label },
      ...options.map(([value, title]) => h("option", { value }, title)))); // prettier-ignore
    select.value = chosen;
    select.addEventListener("change", (event) => change(select.value, event));
    return select;
  }

  /** Lists that stand for the parts of a map's words; where two must differ, they change places. */
  function parts(family, chosen, sign, options, labels) {
    return chosen.flatMap((value, at) => {
      const change = (next, event) => {
        const swapped = chosen.map((old, i) => (i === at ? next : old === next ? value : old));
        go(`${family}:${swapped.join(sign)}`, event);
      };
      const between = at ? [h("span", { "aria-hidden": "true" }, sign === ">" ? "→" : "·")] : [];
      return [...between, list(labels[at], options, value, change)];
    });
  }

  function axes({ latents, map }) {
    const chosen = axesIn(map.split(":")[1] ?? "", latents.d) ?? axesOf(latents);
    const options = Array.from({ length: latents.d }, (_, k) => [String(k + 1), nameOf(k)]);
    return parts("axes", chosen.map((k) => String(k + 1)), ",", options, ["Dimension along x", "Dimension along y"]); // prettier-ignore
  }

  function plane({ map }) {
    const labels = ["First pin of the plane", "Second pin", "Third pin"];
    return parts("plane", map.split(":")[1].split(","), ",", PINS.map((pin) => [pin, pin]), labels); // prettier-ignore
  }

  function between(state) {
    const options = setsOf(state).map(({ key, title }) => [key, title]);
    return parts("between", state.map.split(":").slice(1).join(":").split(">"), ">", options, ["From the mean of", "To the mean of"]);
  }

  function show(state) {
    const { latents, map } = state;
    if (!latents) menu.show([]);
    const family = familyOf(map);
    const key = JSON.stringify([map, family === "between" && setsOf(state)]);
    menu.mark(family);
    if (key === built) return;
    built = key;
    const build = { axes: latents?.d > 2 && axes, plane, between }[family];
    details.replaceChildren(...(latents && build ? build(state) : []));
  }

  store.subscribe((state, before) => {
    if (state.latents !== before.latents) {
      built = "";
      menu.show(state.latents ? familiesOf(state.latents) : []);
    }
    if (state.latents !== before.latents || state.map !== before.map || state.groups !== before.groups) show(state);
  });
  return { element };
}

/** The two dimensions of the map of axes that came with the model. */
function axesOf({ maps, d }) {
  const { basis } = maps.find(({ name }) => name === "axes");
  return [0, 1].map((row) => Array.from(basis.subarray(row * d, (row + 1) * d)).findIndex((part) => part === 1));
}
