// Traverse: the classic table, a row for each dimension in use, from its low to its high end, all others as they are.

import { goTo } from "../bar/actions.js";
import { decodePlaces } from "../engine/places.js";
import { byActivity, klPerDimension, UNUSED_NATS } from "../latent/activity.js";
import { nameOf } from "../latent/maps.js";
import { spreadOf } from "../latent/spread.js";
import { choose, isTold, placeOf } from "../state.js";
import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { signed, written } from "../ui/words.js";
import { createDial } from "./dial.js";
import { createProof } from "./proof.js";
import { whileOpen } from "./watch.js";

const PRIORITY = 4;
const MOST = 32; // rows
const KL = "KL of each dimension in nats: how much it tells the decoder";
const REST_MS = 250; // after z has moved
const FAR = 3; // standard deviations to either side
const UNREAD = "The encoded examples of this model cannot be read, and they tell which dimensions are in use: without them there is no table.";
const AROUND = [
  { name: "z", title: "z", about: "All other dimensions stay as they are in z now" },
  { name: "mean", title: "Data’s mean", about: "All other dimensions stay at the mean of the encoded data" },
];

/** @param {import("../mount.js").Desk} desk */
export function createTraverse({ store, lane }) {
  const work = lane(PRIORITY);
  const sheet = createProof("Traversal of each dimension", (i, event) => {
    if (!shown?.places[i]) return;
    const row = shown.rows[Math.floor(i / shown.columns)];
    goTo(store, { z: shown.places[i], label: shown.label }, event, `${nameOf(row)} from its row in Traverse`);
    choose(store, { tab: "explore" }, event);
  });
  const around = createMenu("What the table goes out from", (name, event) => choose(store, { around: name }, event));
  const [heads, names, marks] = [h("div", { class: "heads" }), h("div", { class: "names" }), h("div", { class: "zmarks" })];
  const about = h("p", { class: "says" });
  const controls = h("div", { class: "controls" }, h("span", { class: "plain" }, "Around"), around.element,
    createDial(store, "columns", { title: "Columns", about: "How many pictures in a row", step: 1, write: String }).element); // prettier-ignore
  const table = h("div", { class: "matrix" }, sheet.element);
  const element = h("div", { class: "panel traverse", "data-tab": "traverse" }, controls, table, about);
  let [shown, timer] = [null, 0];
  let last = []; // what the table was made of, but for z
  const kls = h("span", { class: "kls", title: KL }, "KL");
  sheet.inside.append(heads, names, marks, kls);
  around.show(AROUND);

  async function fill(state) {
    around.mark(state.around);
    const { model, latents } = state;
    table.toggleAttribute("hidden", !latents);
    if (!latents) about.textContent = state.latentsFailed ? UNREAD : "Reading the examples …";
    shown = null; // what is there may be of another model
    if (!latents || !isTold(state)) return;
    const mine = (shown = tableOf(state));
    describe(mine, state);
    if (mine.places.length === 0) return;
    sheet.begin(mine.places.length, mine.columns, model.shape);
    const all = await decodePlaces(work, mine.places.map((z) => ({ z, label: mine.label })), sheet.paint); // prettier-ignore
    if (!all && shown === mine) about.textContent = "This model cannot be decoded here, so the table stays empty.";
  }

  function describe({ rows, kl, heads: words, unit, left, base, ends }, { around: from }) {
    table.style.setProperty("--rows", String(rows.length));
    kls.toggleAttribute("hidden", !kl);
    heads.replaceChildren(...words.map((word) => h("span", {}, word)));
    names.replaceChildren(...rows.map((k) => headOf(k, kl)));
    marks.replaceChildren(...(from === "z" ? rows.map((k, row) => markOf(base[k], ends[row], words.length)) : []));
    about.textContent = `${unit} ${from === "z" ? "The line under a row is where z is." : ""} ${left}`.trim();
  }

  /** A hand that moves z does not wait for the table, so the table waits for the hand. */
  function hear(state) {
    const { model, latents, latentsFailed, around: from, columns } = state;
    const now = [model, latents, latentsFailed, from, columns];
    const other = now.some((value, i) => value !== last[i]);
    last = now;
    clearTimeout(timer);
    if (other) fill(state);
    else timer = setTimeout(() => fill(store.state), REST_MS);
  }

  const needs = (state) => [state.model, state.latents, state.latentsFailed, state.around, state.columns, state.around === "z" && placeOf(state).z, placeOf(state).label];
  whileOpen(store, "traverse", needs, hear);
  function dispose() {
    clearTimeout(timer);
    sheet.dispose();
  }
  return { element, dispose };
}

/**
 * The rows of the table, and each z in it; the base is never written into.
 * @param {import("../state.js").State} state
 */
export function tableOf(state) {
  const { model, latents, around, columns } = state;
  const { z, label } = placeOf(state);
  const base = around === "z" ? z : Array.from(spreadOf(latents).average);
  const kl = klPerDimension(model, latents);
  const { order, used } = byActivity(model, latents);
  const rows = order.slice(0, Math.min(used, MOST));
  const ends = rows.map((k) => endsOf(latents, k, model.stochastic));
  const share = (column) => column / (columns - 1);
  const places = rows.flatMap((k, row) =>
    Array.from({ length: columns }, (_, column) => base.map((value, i) => (i === k ? ends[row][0] + share(column) * (ends[row][1] - ends[row][0]) : value))));
  const heads = Array.from({ length: columns }, (_, column) => signed(FAR * (2 * share(column) - 1)));
  const unit = model.stochastic
    ? "Heads: the value of the row’s z, in standard deviations of the prior N(0, 1)."
    : "Heads: standard deviations of the data from their mean, in the row’s dimension.";
  const left = [
    used > MOST ? `Not shown: ${used - MOST} in use, with less KL.` : "",
    used < order.length ? `Left out: ${order.length - used} unused (KL below ${UNUSED_NATS} nats).` : "",
  ].filter(Boolean).join(" "); // prettier-ignore
  return { rows, kl, ends, base, label, columns, places, heads, unit, left };
}

/** The prior knows how far a z goes; codes know only themselves. @returns {[number, number]} */
function endsOf(latents, k, stochastic) {
  if (stochastic) return [-FAR, FAR];
  const { average, matrix, d } = spreadOf(latents);
  const reach = FAR * Math.sqrt(matrix[k * d + k]);
  return [average[k] - reach, average[k] + reach];
}

function headOf(k, kl) {
  const weight = kl ? h("small", { title: KL }, written(kl[k])) : "";
  return h("div", {}, weight, h("span", { class: "zname" }, "z", h("sub", {}, String(k + 1))));
}

/** Where a value is among the columns of its row. */
function markOf(value, [low, high], columns) {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return h("div", {}, h("i", { style: `left: ${(100 * (share * (columns - 1) + 0.5)) / columns}%` }));
}
