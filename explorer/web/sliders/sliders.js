// The latent dimensions as sliders: all of them, or of very many the most active, and the rest folded away.

import { h } from "../ui/dom.js";
import { activities, rangeOf } from "../latent/ranges.js";
import { createSlider, UNUSED_NATS } from "./slider.js";
import { moveTo } from "../state.js";

const MOST = 32; // rows that a person looks through

/** @param {import("../mount.js").Desk} desk */
export function createSliders({ store }) {
  const element = h("div", { class: "sliders", role: "group", "aria-label": "Latent dimensions" });
  let rows = []; // by dimension; a hole is folded away and not built yet

  function rebuild({ model, z, latents }) {
    rows = [];
    const order = z.length > MOST ? byActivity(model, latents, z.length) : Array.from(z.keys());
    element.dataset.size = z.length <= 4 ? "few" : z.length <= 8 ? "some" : "many";
    element.replaceChildren(...order.slice(0, MOST).map(build));
    if (order.length > MOST) element.append(fold(order.slice(MOST), klOf(model, latents), build));
  }

  /** @param {number} k @returns {HTMLElement} */
  function build(k) {
    const row = createSlider(k, (value, event) => moveTo(store, replaced(store.state.z, k, value), event));
    rows[k] = row;
    spread(row, k, store.state);
    row.show(store.state.z[k]);
    posterior(row, k, store.state);
    return row.element;
  }

  function spread(row, k, { model, latents }) {
    if (latents) row.spread(rangeOf(latents, k, model.stochastic), klOf(model, latents)?.[k] ?? null);
  }

  function posterior(row, k, { model, latents, source, z }) {
    const known = model.stochastic && latents && source !== null;
    row.posterior(known ? latents.std[source * z.length + k] : null);
  }

  store.subscribe((state, before) => {
    const read = state.latents !== before.latents;
    if (state.model !== before.model || (read && state.z.length > MOST)) return rebuild(state);
    rows.forEach((row, k) => {
      if (read) spread(row, k, state);
      if (read || state.z[k] !== before.z[k]) row.show(state.z[k]);
      if (read || state.source !== before.source) posterior(row, k, state);
    });
  });
  return { element };
}

/** Codes without a posterior have no KL. @returns {Float32Array | null} */
function klOf(model, latents) {
  return model.stochastic ? (latents?.kl ?? null) : null;
}

/** All dimensions, the most active first, as far as that is known. @returns {number[]} */
function byActivity(model, latents, d) {
  const order = Array.from({ length: d }, (_, k) => k);
  if (!latents) return order;
  const active = klOf(model, latents) ?? activities(latents);
  return order.sort((one, other) => active[other] - active[one]);
}

/** Built when it is opened: hundreds of sliders that nobody looks at would cost each model a second. */
function fold(order, kl, build) {
  const unused = kl ? order.filter((k) => kl[k] < UNUSED_NATS).length : 0;
  const why = unused ? `, ${unused} of them unused (KL below ${UNUSED_NATS} nats)` : "";
  const inside = h("div", { class: "folded" });
  const element = h("details", {}, h("summary", {}, `${order.length} less active dimensions${why}`), inside);
  element.addEventListener("toggle", () => {
    if (element.open && !inside.hasChildNodes()) inside.append(...order.map(build));
  });
  return element;
}

function replaced(z, k, value) {
  return z.map((old, i) => (i === k ? value : old));
}
