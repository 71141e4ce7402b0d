// What moves above the points: the cursor of z and its home, the ring of a point, its ellipse, the trail of z and a way.

import { s } from "../ui/dom.js";
import { outlineOf } from "./ellipse.js";

const EDGE = 16; // a cursor that left the view waits at its edge, as an arrow that points to it
const TOP = 56; // below the tools of the map
const CROSS = "M-19 0H-5M5 0H19M0-19V-5M0 5V19";
const ARROW = "M-7-9L8 0L-7 9Z"; // to the right, before it is turned
const FADES = 4; // steps in which the trail fades
const SIGMAS = [2, 1]; // of the ellipse, the wider below
export const TEXTURES = ["near", "thin", "far"]; // by the rank of a place, as in latent/place.js
const UNKNOWN = TEXTURES.length;

/** @typedef {import("./viewport.js").createViewport} createViewport @typedef {ReturnType<createViewport>} Viewport */

export function createOverlay() {
  const arrow = s("g", { class: "arrow" }, s("path", { class: "halo", d: ARROW }), s("path", { d: ARROW }));
  const cursor = s("g", { class: "cursor", visibility: "hidden" }, arrow,
    s("path", { class: "halo cross", d: CROSS }), s("circle", { class: "halo", r: 10 }),
    s("path", { class: "cross", d: CROSS }), s("circle", { r: 10 })); // prettier-ignore
  const home = s("g", { class: "home", visibility: "hidden" }, s("circle", { class: "halo", r: 6 }), s("circle", { r: 6 }));
  const ring = s("circle", { class: "ring", r: 8, visibility: "hidden" });
  const ellipses = SIGMAS.map((sigma) => s("path", { class: `sigma${sigma}` }));
  const halos = SIGMAS.map(() => s("path", { class: "halo" })); // it may be hardly larger than the cursor below it
  const ellipse = s("g", { class: "ellipse", visibility: "hidden" }, ...halos, ...ellipses);
  const fades = Array.from({ length: FADES }, () => s("path", {}));
  const trail = s("g", { class: "trail", visibility: "hidden" }, ...fades);
  const textures = [...TEXTURES, "unknown"].map((name) => s("path", { class: name }));
  const halo = s("path", { class: "halo" });
  const way = s("g", { class: "way", visibility: "hidden" }, halo, ...textures);
  const net = s("g", { class: "net", visibility: "hidden" }, s("path", { class: "halo" }), s("path", {}));
  const pinned = s("g", { class: "pinned" });
  const element = s("g", {}, net, way, trail, pinned, home, cursor, ellipse, ring);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  return {
    element,
    /**
     * @param {[number, number] | null} at in pixels @param {{width: number, height: number}} box
     * @param {boolean} standIn   what lies there is not z, only near it
     */
    cursor(at, { width, height }, standIn) {
      const inside = at && [clamp(at[0], EDGE, width - EDGE), clamp(at[1], TOP, height - EDGE)];
      const away = at !== null && (at[0] < 0 || at[1] < 0 || at[0] > width || at[1] > height);
      cursor.classList.toggle("away", away);
      cursor.classList.toggle("standin", standIn);
      place(cursor, away ? inside : at);
      if (!away) return;
      const turn = (Math.atan2(at[1] - inside[1], at[0] - inside[0]) * 180) / Math.PI;
      arrow.setAttribute("transform", `rotate(${turn.toFixed(1)})`);
    },
    /** Places that somebody keeps, each with its letter. @param {{name: string, at: [number, number]}[]} pins at in pixels */
    pins(pins) {
      const there = new Map(Array.from(pinned.children, (mark) => [mark.dataset.pin, mark]));
      for (const { name, at } of pins) {
        const mark = there.get(name) ?? pinned.appendChild(markOf(name));
        mark.setAttribute("transform", `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})`);
        there.delete(name);
      }
      for (const mark of there.values()) mark.remove();
    },
    /** Where z rests while the mouse looks around. @param {[number, number] | null} at in pixels */
    home: (at) => place(home, at),
    /** @param {[number, number] | null} at in pixels */
    ring: (at) => place(ring, at),
    /**
     * One and two standard deviations around a mean, in the units of the axes.
     * @param {[number, number] | null} mean in map units @param {[number, number, number] | null} covariance xx, xy, yy
     * @param {Viewport} viewport
     */
    ellipse(mean, covariance, viewport) {
      show(ellipse, Boolean(mean && covariance));
      if (!mean || !covariance) return;
      const [[x, y], one] = [viewport.toScreen(mean), outlineOf(covariance)];
      SIGMAS.forEach((sigma, k) => {
        const corners = one.map(([u, v]) => `${(x + sigma * viewport.k * u).toFixed(2)} ${(y - sigma * viewport.k * v).toFixed(2)}`);
        for (const path of [ellipses[k], halos[k]]) path.setAttribute("d", `M${corners.join("L")}Z`);
      });
    },
    /**
     * The last places of z, the oldest first: the older, the fainter. For eyes that want calm there is none.
     * @param {[number, number][]} points in map units @param {Viewport} viewport @param {boolean} [fading] it is about to go
     */
    trail(points, viewport, fading = false) {
      const drawn = points.length > 1 && !calm.matches;
      show(trail, drawn);
      trail.classList.toggle("fading", fading);
      if (!drawn) return;
      const places = points.map(viewport.toScreen);
      // Each line goes to the end, and each begins later: where they lie on each other the trail is stronger.
      fades.forEach((fade, k) => fade.setAttribute("d", lineOf(places.slice(Math.floor((k * (places.length - 1)) / FADES)))));
    },
    /**
     * A way through latent space: solid and strong among the data, dashed where they are thin, dotted where there are none.
     * @param {[number, number, number | null][] | null} points x, y in map units, and the rank of the place; null: not known yet
     * @param {Viewport} viewport
     */
    path(points, viewport) {
      const drawn = points !== null && points.length > 1;
      show(way, drawn);
      if (!drawn) return;
      const places = points.map(([x, y]) => viewport.toScreen([x, y]));
      const ranks = points.slice(1).map(([, , to], i) => Math.max(points[i][2] ?? UNKNOWN, to ?? UNKNOWN)); // of each piece, the worse of its ends
      halo.setAttribute("d", lineOf(places));
      textures.forEach((texture, k) => texture.setAttribute("d", piecesOf(places, ranks.map((rank) => rank === k))));
    },
    /** The places between four pins. @param {[[number, number], [number, number]][]} lines in map units @param {Viewport} viewport */
    net(lines, viewport) {
      show(net, lines.length > 0);
      const d = lines.map((ends) => lineOf(ends.map(viewport.toScreen))).join("");
      for (const path of net.children) path.setAttribute("d", d);
    },
  };
}

function markOf(name) {
  return s("g", { "data-pin": name }, s("circle", { r: 3.5 }), s("text", { x: 7, y: -5 }, name));
}

/** @param {SVGElement} shape @param {[number, number] | null} at in pixels */
function place(shape, at) {
  show(shape, at !== null);
  if (at) shape.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
}

function show(shape, shown) {
  shape.setAttribute("visibility", shown ? "visible" : "hidden");
}

/** The chosen pieces of a line; those that follow each other stay one line, so that its dots are not cut. */
function piecesOf(places, chosen) {
  const runs = [];
  chosen.forEach((wanted, i) => {
    if (!wanted) return;
    if (i > 0 && chosen[i - 1]) runs.at(-1).push(places[i + 1]);
    else runs.push([places[i], places[i + 1]]);
  });
  return runs.map(lineOf).join("");
}

function lineOf(places) {
  return `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
