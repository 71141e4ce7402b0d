// What can be laid under and over the points of the map, and the menu that switches it on.

import { LAYERS } from "../../choices.js";
import { changed, choose } from "../../state.js";
import { h, s } from "../../ui/dom.js";
import { createPopover } from "../../ui/popover.js";
import { createDensity } from "./density.js";
import { createManifold } from "./manifold.js";
import { createMeans } from "./means.js";
import { createPrior } from "./prior.js";
import { createThumbnails } from "./thumbnails.js";

/**
 * @typedef {object} Layer
 * @property {HTMLCanvasElement | SVGElement} element
 * @property {string} title
 * @property {string} help
 * @property {(state: import("../../state.js").State, map: import("../../latent/plane.js").PlaneMap) => string} unfit
 *   why it means nothing on this map, in a sentence; "": it does
 * @property {(viewport: ReturnType<import("../viewport.js").createViewport>, map: import("../../latent/plane.js").PlaneMap) => void} draw
 * @property {() => void} hide
 * @property {() => string} [note]   what it waits for, in a sentence
 */

const MAKE = { manifold: createManifold, thumbnails: createThumbnails, density: createDensity, prior: createPrior, means: createMeans };
const FOLLOWED = ["layers", "hidden", "colour", "label", "model"]; // of the state: another value is another drawing

/** @param {import("../../mount.js").Desk} desk */
export function createLayers(desk) {
  const { store } = desk;
  /** @type {Record<string, Layer>} */
  const layers = Object.fromEntries(LAYERS.map((name) => [name, MAKE[name](desk, later)]));
  const { manifold, thumbnails, density, prior, means } = layers;
  const marks = s("g", { class: "layers" }, density.element, prior.element);
  const menu = createLayersMenu(store, layers);
  let last = null; // {viewport, map} of the newest drawing
  let waiting = 0; // the animation frame

  /** Draws again what was drawn last, once a frame. */
  function later() {
    waiting ||= requestAnimationFrame(() => last && draw(last.viewport, last.map));
  }

  /** @param {Parameters<Layer["draw"]>[0]} viewport @param {Parameters<Layer["draw"]>[1] | null} map   null: there is none */
  function draw(viewport, map) {
    cancelAnimationFrame(waiting);
    waiting = 0;
    if (!map) return hide();
    last = { viewport, map };
    const { state } = store;
    for (const name of LAYERS) {
      const on = state.layers.includes(name) && !layers[name].unfit(state, map);
      if (on) layers[name].draw(viewport, map);
      else layers[name].hide();
    }
    menu.show(map);
  }

  function hide() {
    last = null;
    for (const name of LAYERS) layers[name].hide();
  }

  const deafen = store.subscribe((state, before) => {
    if (changed(state, before, "latents", "model")) hide(); // until the map of the new ones is drawn
    else if (changed(state, before, ...FOLLOWED)) later();
  });

  return {
    ground: /** @type {HTMLCanvasElement} */ (manifold.element),
    above: /** @type {HTMLCanvasElement} */ (thumbnails.element),
    marks,
    names: means.element, // above the cursor, which would hide them
    menu: menu.element,
    draw,
    dispose() {
      deafen();
      cancelAnimationFrame(waiting);
      hide();
    },
  };
}

function createLayersMenu(store, layers) {
  const rows = LAYERS.map((name) => {
    const input = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", value: name, "aria-label": layers[name].title }));
    const help = h("span", {});
    input.addEventListener("change", (event) => {
      const { layers: on } = store.state;
      choose(store, { layers: LAYERS.filter((each) => (each === name ? input.checked : on.includes(each))) }, event);
    });
    return { name, input, help, row: h("label", { class: "check" }, input, h("span", {}, h("b", {}, layers[name].title), help)) };
  });
  const face = h("span", {}, "Layers");
  const popover = createPopover(face, "Layers: what lies under and over the points", ...rows.map(({ row }) => row));

  return {
    element: popover.element,
    show(map) {
      const { state } = store;
      for (const { name, input, help } of rows) {
        const { unfit, note, help: usual } = layers[name];
        const why = unfit(state, map);
        const on = state.layers.includes(name);
        input.disabled = why !== "";
        input.checked = on;
        say(help, why || (on && note?.()) || usual);
        input.setAttribute("aria-description", help.textContent);
      }
      const many = rows.filter(({ input }) => input.checked && !input.disabled).length;
      say(face, many ? `Layers: ${many}` : "Layers");
    },
  };
}

/** Words are put down only if they are others: this is done in every frame of a pan. */
function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
