// The rail of a slider: a native range input, and behind it the film strip, where the data lie, and one sigma of q(z|x).

import { h, s } from "../ui/dom.js";
import { outline } from "../latent/ranges.js";
import { createTiles } from "../picture/tiles.js";

const MARKS = [
  "Pictures: what z becomes there. Hill below: where the data lie. Blue line: their mean. Short line: 0.",
  "Orange band: one sigma around mu of the example.",
  "Double-click: back to the data’s mean. Arrow keys, or the wheel once it is clicked: 0.1 sigma, with shift 1 sigma.",
].join("\n");

/** @param {string} title of the slider */
export function createRail(title) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "range", step: "any", "aria-label": title }));
  const film = createTiles(`What ${title} does to the picture, from its low to its high end`);
  const hill = s("path", {});
  const ridge = s("svg", { class: "ridge", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" }, hill);
  const band = h("i", { class: "band", hidden: "" });
  const ticks = h("div", { class: "ticks", "aria-hidden": "true" });
  const scale = h("div", { class: "scale" }, h("div", { class: "film" }, film.canvas), ridge, band, ticks, h("i", { class: "head" }));
  const element = h("div", { class: "rail", title: MARKS }, scale, input);
  let [range, at, sigma] = [null, 0, null];
  let outlined = null; // the range whose hill is drawn

  const share = (value) => (value - range.low) / (range.high - range.low);

  /** The band mu ± sigma of the example that z came from, in the units of the slider. */
  function drawBand() {
    band.toggleAttribute("hidden", sigma === null);
    if (sigma === null) return;
    band.style.setProperty("--from", String(Math.max(0, share(at - sigma))));
    band.style.setProperty("--to", String(Math.min(1, share(at + sigma))));
  }

  function drawHill(own) {
    outlined = own;
    const shape = own.values ? outline(own).map(([x, y]) => `L${x} ${1 - y}`) : [];
    hill.setAttribute("d", `M0 1${shape.join("")}L1 1Z`);
  }

  return {
    element,
    input,
    film,
    scale,
    /**
     * @param {import("../latent/ranges.js").Range} wanted   from end to end
     * @param {import("../latent/ranges.js").Range} own      before room was made for z: its hill is drawn once, and then only shifted
     */
    reach(wanted, own) {
      range = wanted;
      input.min = String(range.low);
      input.max = String(range.high);
      if (own !== outlined) drawHill(own);
      hill.setAttribute("transform", `translate(${share(own.low)} 0) scale(${share(own.high) - share(own.low)} 1)`);
      ticks.replaceChildren(tick("zero", share(0)), tick("average", range.values ? share(range.average) : -1));
    },
    /** @param {number} value @param {string} text for screen readers */
    show(value, text) {
      at = value;
      input.value = String(at);
      for (const each of [input, element]) {
        each.style.setProperty("--share", String(share(at)));
        each.style.setProperty("--home", String(share(range.average)));
      }
      input.setAttribute("aria-valuetext", text);
      drawBand();
    },
    /** @param {number | null} width of q(z|x) along it */
    posterior(width) {
      if (width === sigma) return;
      sigma = width;
      drawBand();
    },
  };
}

function tick(kind, at) {
  const element = h("i", { class: `tick ${kind}`, style: `--at: ${at}` });
  element.toggleAttribute("hidden", at < 0 || at > 1);
  return element;
}
