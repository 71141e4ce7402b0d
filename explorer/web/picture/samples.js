// A strip of samples of q(z|x): what the encoder holds possible for one example, and where these pictures differ.

import { deviation, fillSigned, limitFor } from "./difference.js";
import { decodePlaces } from "../engine/places.js";
import { placeOfExample } from "../latent/latents.js";
import { partsOf } from "./pixels.js";
import { createPlate } from "./plate.js";
import { createTiles } from "./tiles.js";
import { h } from "../ui/dom.js";
import { placeOf, recall, sampleOf } from "../state.js";

const K = 8;

/** @param {import("../mount.js").Desk} desk @param {ReturnType<import("./remember.js").rememberSource>} last */
export function createSamples(desk, last) {
  const { store } = desk;
  const lane = desk.lane(2);
  const buttons = Array.from({ length: K }, (_, i) => createSample(i, take));
  const spread = createPlate("spread", "Standard deviation of each pixel over the samples");
  const about = h("p", { class: "fine" });
  const row = h("div", { class: "row-of" }, ...buttons.map(({ element }) => element), spread.element);
  const element = h("section", { class: "samples", "aria-label": "Samples of q(z|x)", hidden: "" }, about, row);
  let drawn = null; // {index, label, z: number[][]}: the pictures in the strip

  function take(i, event) {
    if (!drawn) return;
    const { locked } = store.state;
    const before = placeOf(store.state).z;
    const z = drawn.z[i].map((value, k) => (locked.includes(k) ? before[k] : value));
    const whole = z.every((value, k) => value === drawn.z[i][k]); // else it is no sample of q(z|x)
    recall(store, { z, label: drawn.label, source: whole ? drawn.index : null, drawn: whole }, event);
  }

  async function draw(state) {
    const { model, latents } = state;
    const { index } = last;
    const z = Array.from({ length: K }, () => sampleOf(latents, index));
    const { label } = placeOfExample(state, index);
    const pictures = await decodePlaces(lane, z.map((each) => ({ z: each, label }))); // prettier-ignore
    if (!pictures || store.state.latents !== latents || last.index !== index) return;
    drawn = { index, label, z };
    partsOf(pictures, K).forEach((picture, i) => buttons[i].paint(picture, model.shape));
    showSpread(deviation(pictures, K, model.shape[0]), model.shape);
    element.dataset.example = String(index);
  }

  function showSpread(values, shape) {
    const limit = limitFor(values);
    const ink = getComputedStyle(spread.element).color.match(/[\d.]+/g).slice(0, 3).map(Number); // prettier-ignore
    spread.paint(shape, (rgba) => fillSigned(rgba, values, limit, ink, ink));
    spread.say(`σ ≤ ${limit}`);
  }

  /** Draws anew, if anybody looks. */
  function turn(state) {
    const wanted = state.beside.includes("samples") && state.model.stochastic;
    element.toggleAttribute("hidden", !wanted);
    if (!wanted) return lane.drop();
    const known = state.latents !== null && last.index !== null;
    row.toggleAttribute("hidden", !known);
    about.replaceChildren(...wordsOf(known ? last.index : null));
    if (known) draw(state);
  }

  last.subscribe((state) => {
    drawn = null;
    turn(state);
  });
  store.subscribe((state, before) => {
    if (state.model !== before.model || state.beside.includes("samples") !== before.beside.includes("samples")) turn(state);
  });
  return { element, redraw: () => turn(store.state) };
}

function wordsOf(index) {
  if (index === null) return ["Click a point of the map: here come samples of its q(z|x)."];
  return [`${K} samples of q(z|x) of example ${index}, and the `, h("span", { class: "of-sigma" }, "σ"), " of each pixel over them"];
}

/** @param {number} i @param {(i: number, event: Event) => void} take */
function createSample(i, take) {
  const tile = createTiles("");
  const label = `Sample ${i + 1} of ${K}: move z there`;
  const element = h("button", { type: "button", class: "face", title: label, "aria-label": label }, tile.canvas);
  element.addEventListener("click", (event) => take(i, event));
  return {
    element,
    paint(pixels, shape) {
      tile.begin(1, 1, shape);
      tile.paint(pixels, 0);
    },
  };
}
