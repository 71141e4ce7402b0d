// What a lasso or a box caught: how many, which classes, their mean picture, how far they spread; and the way to a group.

import { decodePlaces } from "../engine/places.js";
import { placeOfExample } from "../latent/latents.js";
import { meanOfMembers } from "../latent/sets.js";
import { spreadOf } from "../latent/spread.js";
import { createTiles } from "../picture/tiles.js";
import { choose, moveTo } from "../state.js";
import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { counted, percent, written } from "../ui/words.js";

const AVERAGED = 64; // members whose pictures make the mean picture
const LISTED = 4; // classes that are named

/** @param {import("../mount.js").Desk} desk @param {() => void} clear   the selection is no longer wanted */
export function createSelection({ store, lane }, clear) {
  const worker = lane(6);
  const title = h("b", {});
  const classes = h("span", {});
  const spread = h("p", { title: "The root mean square distance of their z from the mean of their z" });
  const tiles = createTiles("Mean picture of the selection, and the picture of their mean z");
  const name = /** @type {HTMLInputElement} */ (h("input", { type: "text", class: "tool", maxlength: 20, "aria-label": "Name of the group" }));
  const keep = button("Keep as group", "The group can then be an end of a class axis, and a place to go to", save);
  const go = button("Go to their mean", "Moves z to the mean of their z", (event) => moveTo(store, meanOfMembers(store.state.latents, members), event, { how: "the mean of the selection" }));
  const close = button("×", "Close the selection", clear);
  const pictures = h("figure", { hidden: "" }, tiles.canvas, h("figcaption", {}, h("span", {}, "mean of the pictures"), h("span", {}, "picture of the mean")));
  const words = h("div", { class: "caught" }, h("p", {}, title, " ", classes), spread, h("div", { class: "row-of-tools" }, name, keep, go));
  const element = h("div", { class: "selection", role: "group", "aria-label": "Selection", hidden: "" }, pictures, words, close);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    clear();
  });
  let members = [];

  function save(event) {
    const { groups } = store.state;
    const wanted = name.value.replace(/[:|>]/g, " ").trim() || `Group ${groups.length + 1}`; // the signs of a link
    const others = groups.filter((group) => group.name !== wanted);
    choose(store, { groups: [...others, { name: wanted, members }] }, event);
    clear();
  }

  async function paint() {
    const { state } = store;
    const { latents, model, label } = state;
    const step = Math.max(1, members.length / AVERAGED);
    const some = Array.from({ length: Math.min(members.length, AVERAGED) }, (_, i) => members[Math.floor(i * step)]);
    const mean = { z: meanOfMembers(latents, members), label };
    const pixels = await decodePlaces(worker, [...some.map((i) => placeOfExample(state, i)), mean]);
    if (!pixels) return;
    const size = pixels.length / (some.length + 1);
    const average = new Float32Array(size);
    for (let i = 0; i < some.length * size; i++) average[i % size] += pixels[i] / some.length;
    tiles.begin(2, 2, model.shape, 2);
    tiles.paint(average, 0);
    tiles.paint(pixels.subarray(some.length * size), 1);
    pictures.hidden = false;
  }

  return {
    element,
    /**
     * @param {number[]} caught sorted indices, none: nothing is shown
     * @param {"top" | "bottom"} [side] of the map, where the caught points are not
     */
    show(caught, side = "bottom") {
      members = caught;
      element.dataset.side = side;
      worker.drop();
      element.toggleAttribute("hidden", members.length === 0);
      if (members.length === 0) return;
      const { latents, groups } = store.state;
      title.textContent = `${counted(members.length)} of ${counted(latents.n)} pictures`;
      classes.textContent = countsOf(latents, members);
      spread.textContent = spreadBeside(latents, members);
      name.value = "";
      name.placeholder = `Group ${groups.length + 1}`;
      pictures.hidden = true;
      tiles.canvas.title = "Left: the mean of their pictures. Right: the picture of their mean z. The nearer they are alike, the more of a kind they are.";
      paint();
    },
  };
}

/** "4: 201, 9: 98 and 13 others" */
function countsOf(latents, members) {
  if (!latents.labels) return "";
  const counts = new Map();
  for (const i of members) counts.set(latents.labelOf(i) ?? "no class", (counts.get(latents.labelOf(i) ?? "no class") ?? 0) + 1);
  const sorted = [...counts].sort((one, other) => other[1] - one[1]);
  const named = sorted.slice(0, LISTED).map(([name, count]) => `${name}: ${count}`).join(", "); // prettier-ignore
  const rest = members.length - sorted.slice(0, LISTED).reduce((sum, [, count]) => sum + count, 0);
  return rest ? `${named}, others: ${rest}` : named;
}

/** The root mean square distance of the members from their mean, beside that of all: the root of the trace of their covariance. */
function spreadBeside(latents, members) {
  const { matrix, d } = spreadOf(latents);
  let trace = 0;
  for (let k = 0; k < d; k++) trace += matrix[k * (d + 1)];
  const [own, whole] = [distanceFromMean(latents, members), Math.sqrt(trace)];
  return `Spread in z: ${written(own)}, ${percent(whole > 0 ? own / whole : 0)} of that of all.`;
}

/** @param {{mean: Float32Array, d: number}} latents @param {number[]} some */
function distanceFromMean({ mean, d }, some) {
  let total = 0;
  for (let k = 0; k < d; k++) {
    let [sum, squares] = [0, 0];
    for (const i of some) sum += mean[i * d + k];
    for (const i of some) squares += (mean[i * d + k] - sum / some.length) ** 2;
    total += squares / some.length;
  }
  return Math.sqrt(total);
}
