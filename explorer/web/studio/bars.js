// The KL of each dimension as bars that rise and die, with a ghost of where they stood before.

import { isUnused, UNUSED_NATS } from "../latent/activity.js";
import { nameOf } from "../latent/maps.js";
import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { counted, short, written } from "../ui/words.js";
import { scaleOf } from "./scale.js";
import { createTrail } from "./trail.js";

const ORDERS = [
  { name: "dimension", title: "z₁, z₂ …", about: "Each dimension keeps its place" },
  { name: "kl", title: "by KL", about: "The largest first" },
];
const CODES_ONLY = "An autoencoder has codes only: it draws nothing, so that no dimension has a KL. Train a VAE to see dimensions rise and die.";
const NAMED = 17; // pixels of a bar that has its name below it
const KEYS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
const LEAST = 0.1; // nats: the height of the scale before anything rises

/** @param {import("./studio.js").Studio} studio */
export function createBars({ reel }) {
  const orders = createMenu("Order of the bars", (name) => turn(name));
  const [sum, told] = [h("p", { class: "klsum" }), h("output", { class: "reads" })];
  const rules = h("div", { class: "klrules", "aria-hidden": "true" });
  const list = h("div", { class: "klrow", role: "listbox", tabindex: 0, "aria-label": "KL of each dimension, in nats" });
  const area = h("div", { class: "klarea" }, rules, list);
  const none = h("p", { class: "aside", hidden: "" }, CODES_ONLY);
  const whole = h("div", { class: "klsome" }, h("header", {}, orders.element, told), sum, area);
  const element = h("figure", { class: "klbars", "aria-label": "KL of each dimension" }, whole, none);
  let [order, bars, places, pointed, top] = ["dimension", [], [], -1, LEAST]; // top: nats, the height of the scale
  let [stage, trail] = [null, createTrail()];
  orders.show(ORDERS);
  orders.mark(order);

  function turn(name) {
    order = name;
    orders.mark(order);
    draw();
  }

  // --- what is drawn

  function draw() {
    if (reel.stage !== stage) begin();
    const { look } = reel;
    if (look?.kl.length) {
      trail.keep(look.step, look.kl);
      for (const value of look.kl) if (value > top) top = value;
    }
    if (!look || element.offsetParent === null) return;
    none.hidden = look.kl.length > 0;
    whole.hidden = !look.kl.length;
    if (!look.kl.length) return;
    drawRules(rules, top);
    drawBars(look);
    tell();
  }

  function begin() {
    [stage, trail, top, pointed] = [reel.stage, createTrail(), LEAST, -1];
  }

  function drawBars({ step, kl }) {
    if (bars.length !== kl.length) {
      bars = Array.from(kl, (_, k) => barOf(k));
      list.replaceChildren(...bars.map((bar) => bar.element));
    }
    places = placesOf(kl, order);
    const before = trail.before(step);
    bars.forEach((bar, k) => bar.show({ kl: kl[k], top, was: before ? before.what[k] : null, place: places[k] }));
    list.style.setProperty("--count", String(kl.length));
    list.classList.toggle("dense", list.clientWidth / kl.length < NAMED);
    const alive = kl.reduce((count, value) => count + (isUnused(value) ? 0 : 1), 0);
    const all = kl.reduce((total, value) => total + value, 0);
    sum.textContent = `${alive} of ${kl.length} dimensions ${alive === 1 ? "carries" : "carry"} something, ${written(all)} nats in all${before ? `; the thin lines: step ${counted(before.step)}` : ""}.`;
  }

  // --- what is told of one of them

  function tell() {
    const { kl, step } = reel.look;
    told.textContent = pointed < 0 ? `step ${counted(step)}` : wordsOf(pointed, kl[pointed], trail.before(step));
    bars.forEach(({ element: bar }, k) => bar.setAttribute("aria-selected", String(k === pointed)));
    if (pointed < 0) list.removeAttribute("aria-activedescendant");
    else list.setAttribute("aria-activedescendant", bars[pointed].element.id);
  }

  function point(k) {
    if (k === pointed || !bars.length) return;
    pointed = k;
    tell();
  }

  const pointAt = (place) => point(places.indexOf(Math.max(0, Math.min(bars.length - 1, place))));

  list.addEventListener("pointermove", ({ clientX }) => {
    const { left, width } = list.getBoundingClientRect();
    pointAt(Math.floor(((clientX - left) / width) * bars.length));
  });
  list.addEventListener("pointerleave", () => point(-1));
  list.addEventListener("blur", () => point(-1));
  list.addEventListener("keydown", (event) => {
    const by = KEYS[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    pointAt((pointed < 0 ? (by > 0 ? -1 : bars.length) : places[pointed]) + by);
  });

  const leave = reel.subscribe(draw);
  const sizes = new ResizeObserver(draw);
  sizes.observe(area);
  draw();
  return {
    element,
    dispose() {
      sizes.disconnect();
      leave();
    },
  };
}

let made = 0; // their ids are those of no other bars on the page

/** One bar, moved by transforms alone, so that its way from one look to the next costs no layout. */
function barOf(k) {
  const [fill, ghost] = [h("i"), h("b", { hidden: "" })];
  const name = h("span", {}, "z", h("sub", {}, String(k + 1)));
  const element = h("div", { class: "klbar", role: "option", id: `klbar-${++made}` }, h("div", { class: "klstem" }, fill, ghost), name);
  return {
    element,
    /** @param {{kl: number, top: number, was: number | null, place: number}} now */
    show({ kl, top, was, place }) {
      element.classList.toggle("dead", isUnused(kl));
      element.setAttribute("aria-label", wordsOf(k, kl, null));
      element.style.transform = `translateX(${100 * place}%)`;
      fill.style.transform = `scaleY(${kl / top})`;
      ghost.hidden = was === null;
      if (was !== null) ghost.style.transform = `translateY(${100 * (1 - was / top)}%)`;
    },
  };
}

/** Where each dimension stands. @param {Float32Array} kl @returns {number[]} */
function placesOf(kl, order) {
  const dimensions = Array.from(kl, (_, k) => k);
  if (order === "dimension") return dimensions;
  const places = [];
  dimensions.sort((one, other) => kl[other] - kl[one]).forEach((k, place) => (places[k] = place));
  return places;
}

function wordsOf(k, kl, before) {
  const dead = isUnused(kl) ? `, below ${UNUSED_NATS}: not used` : "";
  return `${nameOf(k)}: ${written(kl, 3)} nats${dead}${before ? `, at step ${counted(before.step)} ${written(before.what[k], 3)}` : ""}`;
}

/** Lines at round numbers of nats. */
function drawRules(rules, top) {
  const ticks = scaleOf(0, top, 0, 0).ticks(1 / 3);
  while (rules.childElementCount > ticks.length) rules.lastChild.remove();
  while (rules.childElementCount < ticks.length) rules.append(h("i", {}, h("span")));
  ticks.forEach((tick, i) => {
    rules.children[i].style.insetBlockEnd = `${(100 * tick) / top}%`;
    rules.children[i].firstChild.textContent = short(tick);
  });
}
