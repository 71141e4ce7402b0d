// The latent map of a run as it moves: where q(z|x) of the same test pictures lies, a few of its ellipses, and z.

import { createAxes } from "../map/axes.js";
import { outlineOf } from "../map/ellipse.js";
import { createNearest } from "../map/nearest.js";
import { colourOf, rgb } from "../map/palette.js";
import { createPoints } from "../map/points.js";
import { boundsOf, createViewport } from "../map/viewport.js";
import { h, s } from "../ui/dom.js";
import { createAligner } from "./aligned.js";

const ELLIPSES = 12; // examples whose q(z|x) is outlined
const EASE = 0.25; // of the way to the new bounds at each look, so that the map does not jump
const NEAR = 14; // pixels to a point
const LABEL = "Latent map of this moment. Move over it to decode a place; click or drag to stay there.";

/**
 * @param {object} host
 * @param {import("./reel.js").Reel} host.reel
 * @param {(z: number[], event: Event, index: number | null) => void} host.move   a person wants z there; index: the
 *   example nearest to it
 * @param {(z: number[], event: Event, index: number | null) => void} host.pass   likewise, as long as the mouse is there
 * @param {() => void} host.leave   the mouse has left: z goes back to where it was
 * @param {() => number[] | null} host.z
 * @param {() => boolean} host.turning   lay each map on that of the newest moment
 * @param {(own: number[]) => number[]} [host.frame]   the part of the map to show, of that which this run fills; without it
 *   the view follows the points by itself
 */
export function createCloud({ reel, move, pass, leave, z, turning, frame }) {
  const canvas = h("canvas", { class: "points", "aria-hidden": "true" });
  const [axes, viewport] = [createAxes(), createViewport()];
  const ellipses = s("g", { class: "ellipses" });
  const cursor = s("g", { class: "cursor", visibility: "hidden" }, s("circle", { class: "halo", r: 9 }), s("circle", { r: 9 }));
  const ring = s("circle", { class: "ring", r: 8, visibility: "hidden" });
  const grid = s("svg", { class: "drawing", "aria-hidden": "true" }, axes.element);
  const marks = s("svg", { class: "marks", "aria-hidden": "true" }, ellipses, axes.names, ring, cursor);
  const plot = h("div", { class: "plot decodable", tabindex: 0, role: "application", "aria-label": LABEL }, grid, canvas, marks);
  const about = h("p", { class: "about" });
  const element = h("section", { class: "cloud" }, h("div", { class: "frame" }, plot), about);
  let [points, align, placed, seen, nearest] = [null, null, null, null, null];
  let [bounds, drawn, held, rested] = [null, 0, false, ""]; // rested: where the mouse was last

  /** Another look, or the same one turned: the points travel to where they are now. */
  function show() {
    const { look, stage } = reel;
    if (!look || !stage) return;
    align ??= createAligner(stage.d);
    placed = align(look, turning());
    seen = look;
    nearest = null;
    points ??= createPoints(canvas);
    const animate = !(look.live && points.costly); // there the frames of a way would be taken from the training that is watched
    points.load(placed.xy, inkOf(stage, placed.xy.length / 2), { animate });
    about.textContent = placed.about;
    aim();
    redraw();
  }

  /** The view follows the points a little at a time; once a person scrubs it keeps still as far as it can. */
  function aim() {
    const own = widened(boundsOf(placed.xy));
    const next = frame ? frame(own) : own;
    bounds = bounds && !frame ? bounds.map((was, i) => was + EASE * (next[i] - was)) : next;
    if (next.some((edge, i) => (i < 2 ? edge < bounds[i] - 1 : edge > bounds[i] + 1))) bounds = next; // far outside: at once
    viewport.fit(bounds);
  }

  function redraw() {
    drawn ||= requestAnimationFrame(() => {
      drawn = 0;
      if (!placed || viewport.width < 2) return;
      points.draw(viewport);
      axes.draw(viewport, placed.axes);
      drawEllipses();
      drawCursor();
      element.dataset.points = String(placed.xy.length / 2);
      element.dataset.step = String(seen.step);
    });
  }

  function drawEllipses() {
    const { stage } = reel;
    const some = seen.kl.length ? Math.min(ELLIPSES, placed.xy.length / 2) : 0; // an autoencoder has none
    while (ellipses.childElementCount > some) ellipses.lastChild.remove();
    while (ellipses.childElementCount < some) ellipses.append(s("path", {}));
    for (let i = 0; i < some; i++) {
      const at = viewport.toScreen([placed.xy[2 * i], placed.xy[2 * i + 1]]);
      const corners = outlineOf(placed.covariance(i, seen.std)).map(([x, y]) => `${(at[0] + viewport.k * x).toFixed(1)} ${(at[1] - viewport.k * y).toFixed(1)}`);
      ellipses.children[i].setAttribute("d", `M${corners.join("L")}Z`);
      ellipses.children[i].setAttribute("fill", colourOf(stage.labels?.[i] ?? -1));
    }
  }

  function drawCursor() {
    const now = z();
    cursor.setAttribute("visibility", now ? "visible" : "hidden");
    if (!now) return;
    const [at, ends] = [viewport.toScreen(placed.project(now)), [viewport.width, viewport.height]];
    const [x, y] = at.map((each, i) => Math.max(0, Math.min(ends[i], each))); // beyond the map it stands at its edge
    cursor.classList.toggle("beyond", x !== at[0] || y !== at[1]);
    cursor.setAttribute("transform", `translate(${x} ${y})`);
  }

  // --- what a person does

  const place = ({ clientX, clientY }) => {
    const box = plot.getBoundingClientRect();
    return /** @type {[number, number]} */ ([clientX - box.x, clientY - box.y]);
  };

  /** z of a place, and the example nearest to it. @param {PointerEvent} event @param {number | null} index of the point at it */
  function aimed(event, index) {
    const { d } = reel.stage;
    if (index !== null) return [Array.from(seen.mean.subarray(index * d, (index + 1) * d)), event, index];
    return [placed.lift(viewport.toMap(place(event)), z() ?? Array(d).fill(0)), event, indexAt(place(event), viewport.width)];
  }

  /** The example nearest to a place, within some pixels. */
  function indexAt(at, within) {
    nearest ??= createNearest(placed.xy);
    return nearest(viewport.toMap(at), within / viewport.k);
  }

  function encircle(index) {
    ring.setAttribute("visibility", index === null ? "hidden" : "visible");
    if (index === null) return;
    const [x, y] = viewport.toScreen([placed.xy[2 * index], placed.xy[2 * index + 1]]);
    ring.setAttribute("transform", `translate(${x} ${y})`);
  }

  /** What a click would decode is decoded under a mouse that passes; a finger always touches, and a map may move under a mouse at rest. */
  function hover(event) {
    const at = place(event).join();
    if (at === rested) return;
    rested = at;
    const index = indexAt(place(event), NEAR);
    encircle(index);
    if (event.pointerType !== "touch") pass(...aimed(event, index));
  }

  plot.addEventListener("pointerdown", (event) => {
    if (!placed) return;
    held = true;
    rested = place(event).join();
    encircle(null);
    plot.setPointerCapture(event.pointerId);
    move(...aimed(event, indexAt(place(event), NEAR)));
  });
  plot.addEventListener("pointermove", (event) => {
    if (held) move(...aimed(event, null));
    else if (placed) hover(event);
  });
  for (const end of ["pointerup", "pointercancel"]) plot.addEventListener(end, () => (held = false));
  plot.addEventListener("pointerleave", () => {
    encircle(null);
    leave();
  });
  plot.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by || !placed) return;
    event.preventDefault();
    const [from, step] = [z() ?? Array(reel.stage.d).fill(0), 12 / viewport.k];
    const [x, y] = placed.project(from);
    const to = /** @type {[number, number]} */ ([x + step * by[0], y + step * by[1]]);
    move(placed.lift(to, from), event, indexAt(viewport.toScreen(to), viewport.width));
  });

  const watch = new ResizeObserver(() => {
    viewport.resize(plot.clientWidth, plot.clientHeight);
    if (bounds) viewport.fit(bounds);
    redraw();
  });
  watch.observe(plot);
  const unsubscribe = reel.subscribe(show);
  show();

  return {
    element,
    /** z has moved, or another way to lay the maps on one another was chosen. */
    follow: redraw,
    show,
    /** Another part of the map is to be shown: `frame` says which. */
    reframe() {
      if (!placed) return;
      aim();
      redraw();
    },
    dispose() {
      watch.disconnect();
      cancelAnimationFrame(drawn);
      points?.dispose();
      unsubscribe();
    },
  };
}

/** A box around the points that also holds the inner part of the prior. */
function widened([left, bottom, right, top]) {
  return [Math.min(left, -1), Math.min(bottom, -1), Math.max(right, 1), Math.max(top, 1)];
}

function inkOf({ labels }, n) {
  const ink = new Uint8Array(4 * n).fill(255);
  for (let i = 0; i < n; i++) ink.set(rgb(colourOf(labels?.[i] ?? -1)), 4 * i);
  return ink;
}
