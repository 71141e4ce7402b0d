// The encoded examples nearest to z, live: a look at each, and a way to it.

import { createExamples } from "./examples.js";
import { createNewest } from "./newest.js";
import { createTiles } from "./tiles.js";
import { h } from "../ui/dom.js";
import { changed, pick } from "../state.js";

const SHOWN = 6;

/**
 * @param {import("../mount.js").Desk} desk
 * @param {(distance: number | null) => void} hear   how far z lies from the nearest; null: nobody knows
 */
export function createNear(desk, hear) {
  const { store } = desk;
  const lane = desk.lane(0);
  const examples = createExamples(desk, 1);
  const thumbs = Array.from({ length: SHOWN }, () => createThumb((index, event) => pick(store, index, event)));
  const row = h("div", { class: "row-of" }, ...thumbs.map(({ element }) => element));
  const title = h("p", { class: "fine" }, "Nearest examples");
  const element = h("section", { class: "near", "aria-label": "Nearest encoded examples", hidden: "" }, title, row);

  /** Nobody knows what lies near: what is shown was near to another z. */
  function forget() {
    element.toggleAttribute("hidden", true);
    hear(null);
  }

  const search = createNewest(async () => {
    const { latents, z } = store.state;
    const found = latents && (await lane.near(z, SHOWN));
    if (latents !== store.state.latents) return;
    if (!found) return forget();
    hear(found.distances[0] ?? null);
    thumbs.forEach((thumb, i) => thumb.point(found.indices[i] ?? null, found.distances[i], latents));
    element.toggleAttribute("hidden", found.indices.length === 0);
    look(Array.from(found.indices));
  });

  const look = createNewest(async (indices) => {
    const { model } = store.state;
    const found = await examples.ask(indices);
    if (!found || model !== store.state.model) return;
    indices.forEach((index, i) => thumbs.find((thumb) => thumb.index === index)?.paint(found.pictures[i], model.shape));
  });

  store.subscribe((state, before) => {
    if (state.model !== before.model) title.title = aboutOf(state.model);
    if (state.latents !== before.latents) forget();
    if (changed(state, before, "z", "latents")) search();
  });
  return { element };
}

function aboutOf({ classes }) {
  const told = classes ? " Near in style: the class is told beside z." : "";
  return `The examples whose μ lies nearest to z, in all dimensions of latent space.${told} Choose one to go there.`;
}

/** @param {(index: number, event: Event) => void} choose */
function createThumb(choose) {
  const tile = createTiles("");
  const element = h("button", { type: "button", class: "face" }, tile.canvas);
  let index = null;
  let painted = null; // the index whose picture is on the tile
  element.addEventListener("click", (event) => choose(index, event));
  return {
    element,
    get index() {
      return index;
    },
    point(next, distance, latents) {
      index = next;
      element.toggleAttribute("hidden", index === null);
      if (index === null) return;
      const name = latents.labelOf(index);
      const words = `Example ${index}${name === null ? "" : `, class ${name}`}: ${distance.toFixed(2)} from z`;
      element.title = words;
      element.setAttribute("aria-label", words);
      element.dataset.example = String(index);
      element.classList.toggle("late", painted !== index);
    },
    paint(pixels, shape) {
      painted = index;
      tile.begin(1, 1, shape);
      tile.paint(pixels, 0);
      element.classList.remove("late");
    },
  };
}
