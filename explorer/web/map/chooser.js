// Which map: a row of families, and what the chosen one leaves to choose, two axes, three pins or two sets.

import { PINS } from "../choices.js";
import { axesIn, familiesOf, familyOf, firstOf, nameOf } from "../latent/maps.js";
import { setsOf } from "../latent/sets.js";
import { changed, choose } from "../state.js";
import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { exchanged } from "../ui/pair.js";

/** @param {import("../mount.js").Desk} desk */
export function createChooser({ store }) {
  const menu = createMenu("Map", (family, event) => go(firstOf(family, store.state), event));
  const details = h("div", { class: "details" });
  const element = h("div", { class: "chooser" }, menu.element, details);
  let built = ""; // the lists that the details have: a select must not vanish under the hand or the focus that is on it

  const go = (map, event) => choose(store, { map, view: null }, event); // a part of another map means nothing here

  function list(label, options, change) {
    const select = /** @type {HTMLSelectElement} */ (h("select", { class: "tool", "aria-label": label, title: label },
      ...options.map(([value, title]) => h("option", { value }, title)))); // prettier-ignore
    select.addEventListener("change", (event) => change(select.value, event));
    return select;
  }

  /** Lists that stand for the parts of a map's words. */
  function parts({ family, sign, options, labels }) {
    const change = (at, next, event) => {
      const { chosen } = wantedIn(store.state);
      go(`${family}:${exchanged(chosen, at, next).join(sign)}`, event);
    };
    return labels.flatMap((label, at) => {
      const between = at ? [h("span", { "aria-hidden": "true" }, sign === ">" ? "→" : "·")] : [];
      return [...between, list(label, options, (next, event) => change(at, next, event))];
    });
  }

  function show(state) {
    const { latents, map } = state;
    if (!latents) menu.show([]);
    menu.mark(familyOf(map));
    const wanted = wantedIn(state);
    const { chosen = [], ...lists } = wanted ?? {};
    const key = JSON.stringify(lists);
    if (key !== built) details.replaceChildren(...(wanted ? parts(wanted) : []));
    built = key;
    const selects = details.querySelectorAll("select");
    chosen.slice(0, selects.length).forEach((value, at) => (selects[at].value = value));
  }

  store.subscribe((state, before) => {
    if (state.latents !== before.latents) {
      built = "";
      menu.show(state.latents ? familiesOf(state.latents) : []);
    }
    if (changed(state, before, "latents", "map", "groups")) show(state);
  });
  return { element };
}

/** The lists for the parts of the chosen map's words, and what is chosen in them; null: this map has none. */
function wantedIn(state) {
  const { latents, map } = state;
  const family = familyOf(map);
  const words = (map ?? "").split(":").slice(1).join(":");
  if (!latents) return null;
  if (family === "axes" && latents.d > 2) {
    const options = Array.from({ length: latents.d }, (_, k) => [String(k + 1), nameOf(k)]);
    const chosen = (axesIn(words, latents.d) ?? usualAxes(latents)).map((k) => String(k + 1));
    return { family, chosen, sign: ",", options, labels: ["Dimension along x", "Dimension along y"] };
  }
  if (family === "plane") {
    const labels = ["First pin of the plane", "Second pin", "Third pin"];
    return { family, chosen: words.split(","), sign: ",", options: PINS.map((pin) => [pin, pin]), labels };
  }
  if (family !== "between") return null;
  const options = setsOf(state).map(({ key, title }) => [key, title]);
  return { family, chosen: words.split(">"), sign: ">", options, labels: ["From the mean of", "To the mean of"] };
}

/** The two dimensions of the map of axes that came with the model. */
function usualAxes({ maps, d }) {
  const { basis } = maps.find(({ name }) => name === "axes");
  return [0, 1].map((row) => Array.from(basis.subarray(row * d, (row + 1) * d)).findIndex((part) => part === 1));
}
