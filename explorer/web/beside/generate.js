// Generate: a grid of pictures of z drawn at random; a seed makes the same ones again.

import { goTo } from "../bar/actions.js";
import { CHOICES } from "../choices.js";
import { decodePlaces } from "../engine/places.js";
import { draw, drawsOf, whyNot } from "../latent/mixture.js";
import { seeded } from "../latent/random.js";
import { changed, choose, isTold } from "../state.js";
import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { createField } from "../ui/field.js";
import { createMenu } from "../ui/menu.js";
import { createDial } from "./dial.js";
import { createProof } from "./proof.js";
import { whileOpen } from "./watch.js";

const PRIORITY = 4;
const MOST_ROWS = 20; // of classes
const SOURCES = [
  { name: "prior", title: "Prior", about: "z from N(0, I), as the model’s training supposes" },
  { name: "mixture", title: "Mixture", about: "z from Gaussians fitted to the encoded data" },
];
const TEMPERATURE = "What the noise is multiplied by. Below 1: more usual pictures, all alike; above 1: rarer ones, and strange ones.";
const SAYS = {
  prior: "z from the prior N(0, I). Where it reaches and the data do not, the decoder never learned what to paint: compare with the mixture.",
  mixture: "z from Gaussians fitted to where the data are. What looks better here than with the prior is what the prior misses.",
};

/** @param {import("../mount.js").Desk} desk */
export function createGenerate({ store, lane }) {
  const work = lane(PRIORITY);
  const sheet = createProof("Generated pictures", (i, event) => {
    if (!drawn[i]) return;
    goTo(store, drawn[i], event, `a draw from the ${drawsOf(store.state)}`);
    choose(store, { tab: "explore" }, event);
  });
  const about = h("p", { class: "says", role: "status" });
  const controls = h("div", { class: "controls" },
    createSource(store),
    createDial(store, "side", { title: "Grid", about: "How many pictures in a row", step: 1, write: (side) => `${side} × ${side}` }).element,
    createDial(store, "temperature", { title: "Temperature", about: TEMPERATURE, step: 0.05, write: (value) => value.toFixed(2) }).element,
    createSeed(store), createRows(store)); // prettier-ignore
  const element = h("div", { class: "panel generate", "data-tab": "generate" }, controls, sheet.element, about);
  let drawn = []; // {z, label} of each picture

  async function fill(state) {
    const { model, latents } = state;
    if (!isTold(state) || (!latents && drawsOf(state) === null)) return wait();
    const { places, columns } = placesOf(state);
    drawn = places;
    about.textContent = saying(state);
    if (places.length === 0) return;
    sheet.begin(places.length, columns, model.shape);
    const all = await decodePlaces(work, places, sheet.paint);
    if (!all && drawn === places) about.textContent = "This model cannot be decoded here, so nothing can be generated.";
  }

  /** The examples will tell what is drawn: until then no picture of another model passes for one of this. */
  function wait() {
    drawn = [];
    sheet.clear();
    about.textContent = "Reading the examples …";
  }

  const needs = ({ model, latents, side, temperature, seed, draws, rows, label }) =>
    [model, latents, side, temperature, seed, draws, rows && Boolean(model?.classes), rows ? label === null : label]; // prettier-ignore
  whileOpen(store, "generate", needs, fill);
  return { element, dispose: sheet.dispose };
}

/**
 * The z of a grid, and the class that each is told. The i-th z follows from the seed alone, whatever the size of the grid.
 * @param {import("../state.js").State} state @returns {{places: {z: number[], label: number | null}[], columns: number}}
 */
export function placesOf(state) {
  const { model, side, seed, label, rows } = state;
  const random = seeded(seed);
  const draws = drawsOf(state);
  const many = (n) => (draws ? Array.from({ length: n }, () => draw(state, random, draws)) : []);
  if (!rows || !model.classes) return { places: many(side * side).map((z) => ({ z, label })), columns: side };
  const styles = many(side);
  const classes = Array.from({ length: Math.min(MOST_ROWS, model.classes) }, (_, k) => k);
  return { places: classes.flatMap((told) => styles.map((z) => ({ z, label: told }))), columns: side };
}

function saying(state) {
  const { model, rows } = state;
  const draws = drawsOf(state);
  if (!draws) return `${whyNot(state, "prior")} ${whyNot(state, "mixture")}`;
  if (!rows || !model.classes) return whyNot(state, "prior") && draws === "mixture" ? `${whyNot(state, "prior")} These are drawn from Gaussians fitted to its codes.` : SAYS[draws];
  const shown = model.classes > MOST_ROWS ? `the first ${MOST_ROWS} of ${model.classes} classes` : "a class";
  return `Each row is ${shown.startsWith("the") ? `one of ${shown}` : shown}, each column one z: down a column the style stays, and only the class that the decoder is told changes.`;
}

function createSource(store) {
  const menu = createMenu("What z is drawn from", (draws, event) => choose(store, { draws }, event));
  function show(state) {
    menu.show(SOURCES.map((source) => ({ ...source, about: whyNot(state, source.name) || source.about })));
    for (const input of menu.element.querySelectorAll("input")) input.disabled = Boolean(whyNot(state, input.value));
    menu.mark(drawsOf(state));
  }
  store.subscribe((state, before) => {
    if (changed(state, before, "model", "latents")) show(state);
    else if (state.draws !== before.draws) menu.mark(drawsOf(state));
  });
  return menu.element;
}

function createSeed(store) {
  const { high } = CHOICES.seed;
  const field = createField(store, "seed", { title: "Seed", about: "The same seed makes the same pictures", step: 1 });
  const dice = button("New", "Another seed: other pictures", (event) => choose(store, { seed: Math.floor(Math.random() * (high + 1)) }, event));
  return h("div", { class: "joined" }, h("label", { class: "dial" }, h("span", {}, "Seed"), field), dice);
}

/** For a conditional model: the class of all, or one to each row. */
function createRows(store) {
  const box = h("input", { type: "checkbox" });
  const element = h("label", { class: "option", title: "The same few z in each row, and another class: what of a picture is style, and what is class?", hidden: "" }, box, "A class to each row");
  box.addEventListener("change", (event) => choose(store, { rows: box.checked }, event));
  store.subscribe((state, before) => {
    if (state.model !== before.model) element.toggleAttribute("hidden", !state.model?.classes);
    if (state.rows !== before.rows) box.checked = state.rows;
  });
  return element;
}
