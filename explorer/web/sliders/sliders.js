// The sliders: a bank of ways through latent space, what moves along them, and what is told of each.

import { rangeOf, unknownRange } from "../latent/ranges.js";
import { changed, choose, moveTo, placeOf, recall } from "../state.js";
import { h } from "../ui/dom.js";
import { bankOf } from "./banks.js";
import { createBank } from "./bank.js";
import { createEnd } from "./end.js";
import { createFacts } from "./facts.js";
import { createPairs } from "./pairs.js";
import { createPlay } from "./play.js";
import { createSlider } from "./slider.js";
import { createStrips } from "./strips.js";

const FEW = { dimensions: 4, principal: 4, between: 2 }; // rows that have a line each; those between classes are twice as high

/** @param {import("../mount.js").Desk} desk */
export function createSliders(desk) {
  const { store } = desk;
  const [head, pairs, facts] = [createBank(desk), createPairs(desk), createFacts(desk)];
  const list = h("div", { class: "list" });
  const end = createEnd(list);
  const element = h("div", { class: "sliders", role: "group", "aria-label": "Latent dimensions" }, head.element, pairs.element, list, facts.element);
  let rows = []; // in their order; what is folded away is not built yet
  let built = ""; // which rows
  const rest = (row) => row.line.at(placeOf(store.state).z);
  const mover = createMover(store);
  const play = createPlay(desk, mover.move, rest, () => markAll(store.state));
  const strips = createStrips(desk, list, () => rows, () => play.going);

  const hands = {
    move: mover.move,
    play: (row) => {
      play.toggle(row);
      strips.soon();
    },
    lock: ({ way }, event) => choose(store, { locked: toggled(store.state.locked, way.k) }, event),
    remove: ({ way }, event) => {
      choose(store, { between: store.state.between.filter((key) => `between ${key}` !== way.key) }, event);
      pairs.focus();
    },
    tell: facts.open,
    rest,
  };

  // --- building

  function renew(state, kept) {
    const bank = bankOf(state);
    const keys = JSON.stringify([bank.shown.map(({ key }) => key), bank.folds.map(({ title }) => title)]);
    if (kept && keys === built) return rows.forEach((row) => fill(row, state)); // a hand may be on one of them
    built = keys;
    rebuild(state, bank);
  }

  function rebuild(state, bank) {
    play.stop();
    facts.close();
    strips.forget();
    rows = [];
    mover.letGo();
    const d = bank.shown.length;
    element.dataset.bank = state.bank;
    element.dataset.size = d <= FEW[state.bank] ? "few" : "many";
    list.replaceChildren(...bank.shown.map(build), ...bank.folds.map((each) => fold(each, build)));
    if (bank.empty) list.append(h("p", { class: "empty" }, bank.empty));
    list.append(end.element);
    list.querySelector(":scope > details:last-of-type")?.classList.add("last");
    strips.measure();
  }

  function build(way) {
    const row = createSlider(way, hands);
    rows.push(row);
    if (!way.blocked) fill(row, store.state);
    strips.watch(row);
    return row.element;
  }

  // --- following

  function fill(row, state) {
    spread(row, state);
    row.show(state.z, false);
    posterior(row, state);
    mark(row, state);
  }

  function mark(row, { locked }) {
    row.mark({ locked: locked.includes(row.way.k), playing: play.isPlayed(row) });
  }

  function markAll(state) {
    for (const row of rows) mark(row, state);
  }

  const leave = store.subscribe((state, before) => {
    const other = (...names) => changed(state, before, ...names);
    if (other("model")) element.style.setProperty("--rows", String(state.model.latent));
    if (other("model", "latents", "bank", "range", "speed")) head.show(state);
    if (other("model", "latents", "bank", "groups", "between", "apart")) pairs.show(state);
    const made = state.bank === "between" && other("groups", "between", "apart");
    if (made || other("model", "latents", "bank")) renew(state, state.bank === "dimensions" && !other("model", "bank"));
    else if (other("z", "range")) follow(state, before, other("range"));
    if (other("locked")) markAll(state);
    strips.follow(state, before);
  });

  function follow(state, before, reach) {
    for (const row of rows) {
      if (row.way.blocked) continue;
      if (reach) spread(row, state);
      row.show(state.z, mover.holds(row));
      if (changed(state, before, "source", "drawn")) posterior(row, state);
    }
  }

  return {
    element,
    dispose() {
      leave();
      mover.dispose();
      end.dispose();
      play.dispose();
      strips.dispose();
      facts.dispose();
    },
  };
}

/** Built when it is opened: hundreds of sliders that nobody looks at would cost each model a second. */
function fold({ title, why, ways, open }, build) {
  const inside = h("div", { class: "folded" });
  const about = why ? [h("p", { class: "fine" }, why)] : [];
  const element = h("details", {}, h("summary", { title: why }, title), ...about, inside);
  element.addEventListener("toggle", () => {
    if (element.open && !inside.hasChildNodes()) inside.append(...ways.map((way) => build(way())));
  });
  element.open = open;
  return element;
}

/** Moves z along one way only, always from where the hand found it, so that rounding does not add up. */
function createMover(store) {
  let held = null; // {row, z}: z was there when a hand came to this slider; null: something else has moved z since
  let moving = false; // by that hand
  const letGo = () => (held = null);

  function move(row, to, event) {
    if (held?.row !== row) held = { row, z: placeOf(store.state).z };
    const z = row.line.move(held.z, to);
    const { label, locked } = store.state;
    moving = true;
    if (locked.includes(row.way.k)) recall(store, { z, label }, event); // a lock does not hold its own slider
    else moveTo(store, z, event);
    moving = false;
  }

  const dispose = store.subscribe((state, before) => {
    if (state.z !== before.z && !moving) letGo();
  });
  return { move, letGo, dispose, holds: (row) => held?.row === row };
}

function spread(row, { model, latents, range }) {
  row.spread(latents ? rangeOf(latents, row.line, model.stochastic, range) : unknownRange());
}

function posterior(row, { model, latents, source, drawn }) {
  const known = model.stochastic && latents && source !== null && !drawn;
  row.posterior(known ? row.line.width(latents.std, source * latents.d) : null);
}

function toggled(list, one) {
  return list.includes(one) ? list.filter((each) => each !== one) : [...list, one].sort((a, b) => a - b);
}
