// The map: all encoded examples as points, with the cursor of z above them, to hover, click, drag and zoom.

import { createAxes } from "./axes.js";
import { h, s } from "../ui/dom.js";
import { distance, listen } from "./gestures.js";
import { createLegend } from "./legend.js";
import { createMenu } from "../ui/menu.js";
import { createNearest } from "./nearest.js";
import { createNeighbours } from "../latent/neighbours.js";
import { createOverlay } from "./overlay.js";
import { colourOf, rgb } from "./palette.js";
import { createPoints } from "./points.js";
import { choose, moveTo, pick, placeOf } from "../state.js";
import { boundsOf, createViewport } from "./viewport.js";

const NEAR = { mouse: 12, touch: 24 }; // pixels to a point or to the cursor
const NUDGE = 0.02; // of the view, an arrow key
const HINT_MS = 4000;
const NO_WAY_BACK = "This map cannot be decoded between the points: choose a point.";
const STAND_IN = "z has no place of its own here. Dashed: the example nearest to it.";
const LABEL = "Map of the encoded pictures. Arrow keys move z, plus and minus zoom, 0 shows the whole map.";

/** @param {import("../mount.js").Desk} desk */
export function createMapView({ store }) {
  const canvas = h("canvas", { class: "points", "aria-hidden": "true" });
  const tip = h("div", { class: "tip", hidden: "" });
  const hint = h("p", { class: "hint", role: "status" });
  const notice = h("p", { class: "notice", role: "status" });
  const remark = h("p", { class: "remark", hidden: "" }, STAND_IN);
  const about = h("p", { class: "about" });
  const [axes, overlay, viewport] = [createAxes(), createOverlay(), createViewport()];
  const grid = s("svg", { class: "drawing", "aria-hidden": "true" }, axes.element); // below the points
  const marks = s("svg", { class: "marks", "aria-hidden": "true" }, overlay.element); // above them
  const plot = h("div", { class: "plot", tabindex: 0, role: "application", "aria-label": LABEL }, grid, canvas, marks, tip, hint);
  const menu = createMenu("Map", (name, event) => choose(store, { map: name }, event));
  const legend = createLegend((chosen) => colour(chosen));
  const element = h("section", { class: "map" },
    h("header", {}, menu.element, legend.element), h("div", { class: "frame" }, plot, notice), remark, about); // prettier-ignore

  let map = null; // the chosen PlaneMap
  let nearest = null; // the point nearest to a place on the map
  let neighbour = null; // the example nearest to a z
  let shown = new Set(); // the classes chosen in the legend, empty: all
  let points = null;
  let drawn = 0; // the waiting animation frame
  let hintTimer = 0;
  let close = false; // a person has panned or zoomed
  let undo = null; // z and its class before the first click of a double click

  // --- what is drawn

  function open(state) {
    const { latents } = state;
    map = latents?.maps.find(({ name }) => name === state.map) ?? null;
    nearest = null;
    menu.mark(state.map);
    plot.classList.toggle("decodable", map?.decodable ?? false);
    plot.classList.toggle("empty", !map);
    delete element.dataset.points; // it says that the points of this very map are drawn
    fit();
    colour(shown);
    hover(null);
    about.textContent = map?.about ?? "";
    remark.toggleAttribute("hidden", map?.decodable ?? true);
  }

  function colour(chosen) {
    shown = chosen;
    const { latents } = store.state;
    if (!map || !latents) return;
    const ink = inkOf(latents, chosen, map.xy.length / 2);
    points ??= createPoints(canvas);
    points.load(map.xy, ink);
    redraw();
  }

  /** The points, the axes and all above them: when the view of the map has changed, at most once a frame. */
  function redraw() {
    drawn ||= requestAnimationFrame(() => {
      drawn = 0;
      if (!map || viewport.width < 2) return;
      points.draw(viewport);
      axes.draw(viewport, map.axes);
      overlayNow(store.state);
      element.dataset.points = String(map.xy.length / 2);
    });
  }

  /** Only the cursor and its ellipse: the points are not touched when z moves. */
  function overlayNow(state) {
    const { latents, source, model, z } = state;
    const own = map && placeOfZ(map, state);
    const at = own ?? (map && pointOf(map, (neighbour ??= createNeighbours(latents.mean, latents.d)).one(z)));
    overlay.cursor(at && viewport.toScreen(at), viewport, !own);
    remark.classList.toggle("unsaid", !at || own !== null);
    const std = model?.stochastic && latents && source !== null ? latents.std.subarray(source * z.length, (source + 1) * z.length) : null;
    overlay.ellipse(own, std && (map?.covariance?.(std) ?? null), viewport);
  }

  // --- what a person does

  const reach = (event) => (event.pointerType === "touch" ? NEAR.touch : NEAR.mouse);
  const visible = (index) => shown.size === 0 || shown.has(store.state.latents.labels?.[index] ?? -1);

  function pointNear(at, event) {
    if (!map) return null;
    nearest ??= createNearest(map.xy); // not before somebody points at the map: the first picture of it comes sooner
    return nearest(viewport.toMap(at), reach(event) / viewport.k, visible);
  }

  function hover(at, event) {
    const index = at && pointNear(at, event);
    const place = index === null ? null : viewport.toScreen(pointOf(map, index));
    overlay.ring(place);
    tip.toggleAttribute("hidden", !place);
    plot.classList.toggle("pointing", place !== null);
    plot.classList.toggle("holding", at !== null && grab(at, event));
    if (place) showTip(tip, place, index, store.state.latents, viewport);
  }

  function press(at, event) {
    if (!map) return;
    undo = placeOf(store.state);
    const index = pointNear(at, event);
    if (index !== null) pick(store, index, event);
    else if (map.decodable) moveTo(store, map.unproject(viewport.toMap(at)), event);
    else sayHint(NO_WAY_BACK);
  }

  function grab(at, event) {
    const cursor = map?.decodable && map.project(store.state.z);
    return Boolean(cursor) && distance(at, viewport.toScreen(cursor)) <= reach(event);
  }

  /** Moves z so that its cursor lies there; what of z is not in the plane stays as it is. */
  function bringCursor(to, event) {
    const { z } = store.state;
    const [x, y] = map.project(z);
    moveTo(store, map.shift(z, [to[0] - x, to[1] - y]), event);
  }

  function nudge([dx, dy], event) {
    if (!map) return;
    if (!map.decodable) return sayHint(NO_WAY_BACK);
    const step = (NUDGE * Math.min(viewport.width, viewport.height)) / viewport.k;
    moveTo(store, map.shift(store.state.z, [dx * step, dy * step]), event);
  }

  function reset(event) {
    if (event.type === "dblclick" && undo) store.set(undo, { by: "person", event });
    undo = null;
    fit();
    redraw();
  }

  /** The whole map, and again whenever the view is resized, until a person has looked closer. */
  function fit() {
    close = false;
    if (map) viewport.fit(boundsOf(map.xy));
  }

  function sayHint(sentence) {
    clearTimeout(hintTimer);
    hint.textContent = sentence;
    hintTimer = setTimeout(() => (hint.textContent = ""), HINT_MS);
  }

  listen(plot, {
    hover,
    choose: press,
    grab,
    nudge,
    reset,
    hold: (at, event) => bringCursor(viewport.toMap(at), event),
    pan(dx, dy) {
      close = true;
      viewport.pan(dx, dy);
      redraw();
    },
    zoom(factor, [x, y]) {
      close = true;
      viewport.zoom(factor, x, y);
      hover(null);
      redraw();
    },
  });

  // --- what it listens to

  const watch = new ResizeObserver(() => {
    viewport.resize(plot.clientWidth, plot.clientHeight);
    if (!close) fit();
    redraw();
  });
  watch.observe(plot);

  store.subscribe((state, before) => {
    if (state.latents !== before.latents) {
      shown = new Set();
      neighbour = null;
      legend.show(state.latents?.labels ? state.latents.labelNames : []);
      menu.show(state.latents?.maps ?? []);
    }
    if (state.latents !== before.latents || state.map !== before.map) open(state);
    else if (state.z !== before.z) hint.textContent = "";
    if (map) overlayNow(state);
  });

  return {
    element,
    /** A sentence in place of the map, or "" for none. */
    say(sentence) {
      notice.textContent = sentence;
    },
    dispose() {
      watch.disconnect();
      cancelAnimationFrame(drawn);
      clearTimeout(hintTimer);
      points?.dispose();
    },
  };
}

/** Where z lies on a map, or null: a map that is not linear has a place only for examples. */
function placeOfZ(map, { z, source }) {
  if (map.project) return map.project(z);
  return source === null ? null : pointOf(map, source);
}

/** @returns {[number, number]} */
function pointOf({ xy }, index) {
  return [xy[2 * index], xy[2 * index + 1]];
}

/** One colour a point, faded where the legend chose other classes. @returns {Uint8Array} (n, 4) */
function inkOf({ labels }, chosen, n) {
  const alpha = n > 20_000 ? 150 : 205;
  const ink = new Uint8Array(4 * n);
  const colours = {};
  for (let i = 0; i < n; i++) {
    const label = labels?.[i] ?? -1;
    const [r, g, b] = (colours[label] ??= rgb(colourOf(label)));
    [ink[4 * i], ink[4 * i + 1], ink[4 * i + 2]] = [r, g, b];
    ink[4 * i + 3] = chosen.size === 0 || chosen.has(label) ? alpha : 18;
  }
  return ink;
}

function showTip(tip, [x, y], index, latents, { width, height }) {
  const label = latents.labelOf(index);
  tip.replaceChildren(...(label === null ? [] : [h("b", {}, label)]), h("span", {}, `example ${index}`));
  tip.style.setProperty("--x", `${Math.min(Math.max(x, 0), width)}px`);
  tip.style.setProperty("--y", `${Math.min(Math.max(y, 0), height)}px`);
  tip.classList.toggle("below", y < 60);
}
