// The badge that says whether the picture of this z can be believed: always in words, and on demand with its three figures.

import { createNewest } from "./newest.js";
import { priorShare, rankOf, shareBelow, sharesOf, WORDS } from "../latent/place.js";
import { spacingOf } from "../latent/spacing.js";
import { changed, isTold } from "../state.js";
import { h, s } from "../ui/dom.js";
import { createPopover } from "../ui/popover.js";
import { percent } from "../ui/words.js";

const REST_MS = 150;
const [DWELL_MS, LEAVE_MS] = [250, 300];
const DOTS = [[10, 4], [15, 8], [13, 14], [7, 14], [5, 8]]; // prettier-ignore

/** @param {import("../mount.js").Desk} desk */
export function createBadge(desk) {
  const { store } = desk;
  const [spacingLane, roundtripLane] = [desk.lane(2), desk.lane(0)];
  const words = h("span", {}, "…");
  const symbol = s("svg", { class: "where", viewBox: "0 0 20 20", "aria-hidden": "true" });
  const figures = { prior: h("dd"), distance: h("dd"), drift: h("dd") };
  const rule = h("p", { class: "fine" });
  const list = h("dl", {}, h("dt", {}, "Prior"), figures.prior, h("dt", {}, "Nearest example"), figures.distance, h("dt", {}, "Round trip"), figures.drift); // prettier-ignore
  const popover = createPopover(h("span", { class: "badge" }, symbol, words), "Place of z", list, rule); // prettier-ignore
  const button = popover.element.querySelector("summary");
  const element = popover.element;
  element.classList.add("place");
  button.removeAttribute("title"); // the panel itself opens under the mouse
  openOnHover(element, button);
  element.addEventListener("toggle", () => explain());

  let distance = null; // of z to the nearest example
  let spacing = null; // {means, samples}, sorted
  let drifts = null; // of the examples, sorted
  let drift = null; // of z
  let stuck = false; // no round trip can be had
  let timer = 0;

  // --- what is known

  async function measure({ latents }) {
    [spacing, drifts, drift] = [null, null, null];
    if (!latents) return;
    const found = await spacingOf(spacingLane, latents);
    if (latents !== store.state.latents || !found?.means.length) return;
    spacing = found;
    show();
  }

  const travel = createNewest(async () => {
    const { z, label, latents } = store.state;
    if (!isTold(store.state)) return;
    const back = await roundtripLane.roundtrip(z, label);
    if (z !== store.state.z || latents !== store.state.latents) return;
    stuck = !back;
    if (!back) return explain();
    drifts ??= latents?.drift ? Float32Array.from(latents.drift).sort() : null;
    drift = Math.hypot(...Array.from(back, (value, k) => value - z[k]));
    explain();
  });

  // --- what is shown

  function show() {
    const { z, model, latentsFailed } = store.state;
    const prior = model.stochastic ? priorShare(z) : null;
    const shares = spacing && distance !== null && sharesOf(spacing, distance, prior);
    const rank = shares ? rankOf(shares) : null;
    const unknown = latentsFailed ? "place not known: no examples to read" : "measuring where z lies …";
    const word = rank === null ? unknown : WORDS[rank];
    if (words.textContent !== word) {
      words.textContent = word;
      element.dataset.rank = rank ?? "";
      symbol.replaceChildren(...drawing(rank));
      button.setAttribute("aria-label", `Place of z: ${word}. Explain`);
    }
    explain({ prior, shares });
  }

  let last = { prior: null, shares: null };
  function explain(now = last) {
    last = now;
    if (!element.open || !store.state.model) return; // nobody reads it, and a drag is under way
    figures.prior.textContent = priorWords(now.prior, store.state);
    figures.distance.textContent = distanceWords(distance, now.shares, store.state);
    figures.drift.textContent = driftWords(drift, drifts, stuck || !store.state.model.decoder);
  }

  store.subscribe((state, before) => {
    if (state.model !== before.model) rule.textContent = ruleOf(state.model);
    if (state.latents !== before.latents) measure(state);
    if (!changed(state, before, "z", "label", "latents", "latentsFailed")) return;
    [drift, stuck] = [null, false];
    clearTimeout(timer);
    timer = setTimeout(travel, REST_MS);
    show();
  });
  return {
    element,
    /** @param {number | null} next   of the newest z to its nearest example */
    distance(next) {
      distance = next;
      show();
    },
    dispose: () => clearTimeout(timer),
  };
}

/** A plain autoencoder has neither samples nor a prior. */
function ruleOf({ stochastic }) {
  const [samples, prior] = stochastic ? [", or as samples of their q(z|x) are", ", or |z| is larger than nearly ever under the prior"] : ["", ""];
  return `“Among the data”: as near to an example as 95 % of the examples are to each other${samples}. “Thin here”: up to 99 %${prior}. Beyond, the decoder has never been trained.`;
}

/** Near the whole a decimal counts; all of it can never be said. */
const shareWords = (share) => (share >= 0.9995 ? "more than 99.9 %" : percent(share, share > 0.99 ? 1 : 0));

function priorWords(share, { model, z }) {
  if (!model.stochastic) return "A plain autoencoder has none: nothing says where its codes should lie.";
  return `|z| = ${Math.hypot(...z).toFixed(2)}: ${shareWords(share)} of the draws from N(0, I) lie nearer to 0.`;
}

function distanceWords(distance, shares, { latentsFailed, model }) {
  if (latentsFailed) return "The encoded examples could not be read, so nobody knows which lies near.";
  if (distance === null) return "Not known yet.";
  if (!shares) return `${distance.toFixed(2)} away.`;
  const samples = model.stochastic ? `, ${shareWords(shares.samples)} of the samples of their q(z|x) do` : "";
  return `${distance.toFixed(2)} away: ${shareWords(shares.means)} of the examples lie nearer to another one${samples}.`;
}

function driftWords(drift, drifts, never) {
  if (never) return "z cannot be decoded and encoded again here, so nobody knows how far it would come back.";
  if (drift === null) return "|μ(decode(z)) − z|: known when z rests.";
  const own = drifts ? `; ${shareWords(shareBelow(drifts, drift))} of the examples drift less` : "";
  return `Decoded and encoded again, z comes back ${drift.toFixed(2)} away${own}.`;
}

/** z as a ring, and the data around it: many, few, or none. @param {number | null} rank */
function drawing(rank) {
  const dots = DOTS.slice(0, [5, 2, 0][rank] ?? 0).map(([cx, cy]) => s("circle", { class: "dot", cx, cy, r: 1.8 }));
  return [s("circle", { class: "ring", cx: 10, cy: 10, r: rank === 2 ? 7 : 2.6, "stroke-dasharray": rank === 2 ? "2.6 2.4" : null }), ...dots]; // prettier-ignore
}

/** A mouse that dwells on the badge opens it, and closes it again; a click keeps it open. */
function openOnHover(element, button) {
  let [timer, hovered] = [0, false];
  const later = (ms, open) => {
    clearTimeout(timer);
    timer = setTimeout(() => (element.open = hovered = open), ms);
  };
  element.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "mouse" && (!element.open || hovered)) later(DWELL_MS, true);
  });
  element.addEventListener("pointerleave", () => (hovered ? later(LEAVE_MS, false) : clearTimeout(timer)));
  button.addEventListener("click", (event) => {
    clearTimeout(timer);
    if (hovered) event.preventDefault();
    hovered = false;
  });
}
