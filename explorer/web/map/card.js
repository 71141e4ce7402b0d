// The card of a hovered point: its name at once, and after a short dwell its picture, the original and its figures.

import { decodePlaces } from "../engine/places.js";
import { klOf } from "../latent/kl.js";
import { placeOfExample } from "../latent/latents.js";
import { createOriginals } from "../picture/originals.js";
import { drawPicture } from "../picture/pixels.js";
import { changed } from "../state.js";
import { h } from "../ui/dom.js";
import { written } from "../ui/words.js";

const DWELL_MS = 90;
const GAP = 16; // pixels from the point: the ring stays free
const MARGIN = 4; // to the edge of the plot

/** @param {import("../mount.js").Desk} desk */
export function createCard(desk) {
  const { store } = desk;
  const decoder = desk.lane(1);
  const originals = createOriginals(desk);
  const [name, number] = [h("b", {}), h("span", {})];
  const [decoded, original] = [createFigure("decoded"), createFigure("original")];
  const pictures = h("div", { class: "pair" }, decoded.element, original.element);
  const figures = h("dl", {});
  const element = h("div", { class: "tip card", hidden: "" }, h("p", {}, name, number), h("div", { class: "whole" }, pictures, figures));
  let shown = null; // {index, at, box}
  let size = [0, 0]; // of the card as it is now: read only when something in it has changed, not at every move of the hand
  let timer = 0;
  let tall = 0; // of the card when it was whole: it must not change sides as it grows

  function begin(index) {
    const { latents } = store.state;
    const label = latents.labelOf(index);
    name.textContent = label ?? "";
    name.toggleAttribute("hidden", label === null);
    number.textContent = `example ${index}`;
    element.dataset.state = "name";
    decoder.drop();
    clearTimeout(timer);
    timer = setTimeout(() => grow(index), DWELL_MS);
  }

  function grow(index) {
    const { model, latents } = store.state;
    decoded.open(model.decoder, model.shape);
    original.open(Boolean(model.originals), model.shape);
    pictures.toggleAttribute("hidden", !model.decoder && !model.originals);
    figures.replaceChildren(...figuresOf(model, latents, index));
    element.dataset.state = "whole";
    measure();
    tall = size[1];
    settle();
    if (model.decoder) paint(index, decoded, decodePlaces(decoder, [placeOfExample(store.state, index)]));
    if (model.originals) paint(index, original, originals.ask([index]));
  }

  async function paint(index, picture, asked) {
    const { latents } = store.state;
    const pixels = await asked;
    const overtaken = shown?.index !== index || latents !== store.state.latents;
    if (overtaken || element.dataset.state !== "whole") return; // the hand has gone on, or it was another model’s
    if (pixels) picture.paint(pixels);
    else if (picture === original) picture.open(false);
    measure();
    settle();
  }

  function measure() {
    size = [element.offsetWidth, element.offsetHeight];
  }

  /** Beside the point, inside the plot. */
  function settle() {
    const { at, box } = shown;
    const [left, top] = cornerFor(at, size, box, Math.max(size[1], tall));
    element.style.transform = `translate(${left}px, ${top}px)`;
  }

  function hide() {
    if (!shown) return;
    shown = null;
    clearTimeout(timer);
    decoder.drop();
    element.toggleAttribute("hidden", true);
  }

  const deafen = store.subscribe((state, before) => {
    if (changed(state, before, "latents", "map")) hide();
  });

  return {
    element,
    /** @param {number} index @param {[number, number]} at in pixels of the plot @param {{width: number, height: number}} box */
    show(index, at, { width, height }) {
      const other = shown?.index !== index;
      shown = { index, at, box: { width, height } };
      if (other) begin(index);
      element.toggleAttribute("hidden", false);
      if (other) measure();
      settle();
    },
    hide,
    dispose() {
      hide();
      deafen();
    },
  };
}

/** One picture with its caption; empty until it has come. */
function createFigure(caption) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", {}));
  const element = h("figure", {}, canvas, h("figcaption", {}, caption));
  let size = [1, 1, 1]; // c, h, w
  return {
    element,
    /** @param {boolean} there @param {[number, number, number]} [shape] */
    open(there, shape) {
      element.toggleAttribute("hidden", !there);
      element.classList.remove("painted");
      if (there) [, canvas.height, canvas.width] = size = shape; // a new size wipes it
    },
    /** @param {Float32Array} pixels (c, h, w) in [0, 1] */
    paint(pixels) {
      drawPicture(canvas, pixels, size);
      element.classList.add("painted");
    },
  };
}

const LESS = "Less is better; below 0 where p(x|z) is a density.";

function figuresOf({ stochastic }, latents, index) {
  const figure = (name, nats) => [h("dt", {}, name), h("dd", {}, `${written(nats, 1)} nats`)];
  return [
    ...(stochastic ? figure("KL to the prior", klOf(latents, index)) : []),
    ...(latents.error ? [...figure("Reconstruction error", latents.error[index]), h("dd", { class: "word" }, LESS)] : []),
  ];
}

/**
 * Where the card's top left goes: over the point, else under it, else at its side.
 * @param {[number, number]} at of the point @param {[number, number]} size of the card
 * @param {{width: number, height: number}} box @param {number} tall so high will it become
 * @returns {[number, number]}
 */
export function cornerFor([x, y], [width, height], box, tall) {
  const middle = clamp(x - width / 2, MARGIN, box.width - width - MARGIN);
  if (y - GAP - tall >= MARGIN) return [middle, y - GAP - height];
  if (y + GAP + tall <= box.height - MARGIN) return [middle, y + GAP];
  const right = x + GAP + width <= box.width - MARGIN;
  return [right ? x + GAP : x - GAP - width, clamp(y - height / 2, MARGIN, box.height - height - MARGIN)];
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
