// The prior N(0, I) on the map: where its draws lie, one, two and three standard deviations from its middle.

import { s } from "../../ui/dom.js";
import { outlineOf } from "../ellipse.js";
import { transformOf } from "./density.js";

const SIGMAS = [1, 2, 3];
const INSIDE = SIGMAS.map((sigma) => Math.round(100 * (1 - Math.exp(-(sigma ** 2) / 2)))); // % of the draws of two normals
const SPOTS = [8, 24, 40, 56, 16, 48, 0, 32]; // corners of the outline where its name may stand: at the diagonals first

export function createPrior() {
  const lines = SIGMAS.map(() => [s("path", { class: "halo" }), s("path", {})]);
  const rings = s("g", {}, ...lines.flat());
  const names = SIGMAS.map((sigma) => s("text", { dy: "0.35em", "text-anchor": "middle" }, `${sigma}σ`));
  const element = s("g", { class: "prior", visibility: "hidden" }, rings, ...names);
  let of = null; // the map that they are drawn for
  let outlines = []; // [x, y][] in map units, one a sigma

  function renew(map) {
    if (map === of) return;
    of = map;
    outlines = outlinesOf(map);
    lines.forEach((pair, k) => pair.forEach((line) => line.setAttribute("d", `M${outlines[k].map((at) => at.join(" ")).join("L")}Z`)));
  }

  return {
    element,
    title: "Prior",
    help: `N(0, 1) in every dimension: 1, 2 and 3 σ hold ${INSIDE.join(", ")} % of its draws on this map.`,
    unfit({ model }, map) {
      if (!model.stochastic) return "A plain autoencoder has no prior: nothing says where its codes lie.";
      return map.covariance ? "" : "This map keeps neighbours and not distances: the prior has no place on it.";
    },
    draw(viewport, map) {
      renew(map);
      rings.setAttribute("transform", transformOf(viewport));
      names.forEach((name, k) => place(name, outlines[k], viewport));
      element.setAttribute("visibility", "visible");
    },
    hide: () => element.setAttribute("visibility", "hidden"),
  };
}

/** The projection of N(0, I) at 1, 2 and 3 sigma, in map units. @returns {[number, number][][]} */
export function outlinesOf({ project, covariance, basis }) {
  const d = basis.length / 2;
  const [x, y] = project(new Array(d).fill(0));
  const one = outlineOf(covariance(new Array(d).fill(1)));
  return SIGMAS.map((sigma) => one.map(([u, v]) => [x + sigma * u, y + sigma * v]));
}

/** The name stands on its line where that is in sight. */
function place(name, outline, { toScreen, width, height }) {
  const margin = 14; // of the name, in pixels
  const inside = ([x, y]) => x > margin && y > margin && x < width - margin && y < height - margin;
  const at = SPOTS.map((spot) => toScreen(outline[spot])).find(inside);
  name.setAttribute("visibility", at ? "inherit" : "hidden");
  if (at) name.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
}
