// The slider of one latent dimension: a native range input over the spread of the examples along it.

import { h, s } from "../ui/dom.js";
import { including, outline, unknownRange } from "../latent/ranges.js";

const MARKS = "Hill: where the data lie. Blue line: their mean. Short line: 0. Orange band: one sigma around mu of the example.";
export const UNUSED_NATS = 0.01; // a dimension whose KL is below this tells the decoder nothing
const KEYS = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1 };

/** z₁, z₂ ... z₃₂ @param {number} k zero-based */
function nameOf(k) {
  return "z" + String(k + 1).replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));
}

/** A number of constant width with a true minus. @param {number} value @param {number} digits */
function written(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
}

/** @param {number} k zero-based @param {(value: number, event: Event) => void} move */
export function createSlider(k, move) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "range", step: "any", "aria-label": nameOf(k) }));
  const value = h("output", { class: "value" });
  const ridge = s("svg", { class: "ridge", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
  const band = h("i", { class: "band", hidden: "" });
  const ticks = h("div", { class: "ticks", "aria-hidden": "true" });
  const rail = h("div", { class: "rail", title: MARKS }, h("div", { class: "scale" }, ridge, band, ticks), input);
  const name = h("span", { class: "name" }, "z", h("sub", {}, String(k + 1)));
  const element = h("div", { class: "row" }, name, rail, value);
  let range = unknownRange();
  let sigma = null;

  /** The band mu ± sigma of the example that z came from, in the units of the slider. */
  function drawBand() {
    band.toggleAttribute("hidden", sigma === null);
    if (sigma === null) return;
    const [from, to] = [share(Number(input.value) - sigma), share(Number(input.value) + sigma)];
    band.style.setProperty("--from", String(Math.max(0, from)));
    band.style.setProperty("--to", String(Math.min(1, to)));
  }
  const share = (at) => (at - range.low) / (range.high - range.low);

  function drawScale() {
    input.min = String(range.low);
    input.max = String(range.high);
    const shape = range.values ? outline(range).map(([x, y]) => `L${x} ${1 - y}`) : [];
    ridge.replaceChildren(s("path", { d: `M0 1${shape.join("")}L1 1Z` }));
    ticks.replaceChildren(tick("zero", share(0)), tick("average", range.values ? share(range.average) : -1));
  }

  function show(at) {
    const wider = including(range, at);
    if (wider !== range) {
      range = wider;
      drawScale();
    }
    input.value = String(at);
    input.style.setProperty("--share", String(share(at)));
    input.style.setProperty("--home", String(share(range.average)));
    value.textContent = written(at, range.high - range.low >= 40 ? 1 : 2);
    input.setAttribute("aria-valuetext", value.textContent);
    drawBand();
  }

  input.addEventListener("input", (event) => move(Number(input.value), event));
  element.addEventListener("dblclick", (event) => move(range.average, event));
  // step="any" leaves the size of a key's step to the browser, and they differ a hundredfold.
  input.addEventListener("keydown", (event) => {
    const ends = { Home: range.low, End: range.high };
    const to = ends[event.key] ?? Number(input.value) + (KEYS[event.key] ?? NaN) * (range.high - range.low);
    if (Number.isNaN(to)) return;
    event.preventDefault();
    move(Math.min(range.high, Math.max(range.low, to)), event);
  });
  drawScale();

  return {
    element,
    show,
    spread(wanted, kl) {
      range = wanted;
      drawScale();
      const unused = kl !== null && kl < UNUSED_NATS;
      element.classList.toggle("unused", unused);
      element.title = kl === null ? "" : `KL ${kl.toFixed(2)} nats${unused ? ": the model does not use this dimension" : ""}`;
    },
    posterior(std) {
      if (std === sigma) return;
      sigma = std;
      drawBand();
    },
  };
}

function tick(kind, at) {
  const element = h("i", { class: `tick ${kind}`, style: `--at: ${at}` });
  element.toggleAttribute("hidden", at < 0 || at > 1);
  return element;
}
