// The map: all encoded examples as points, and above them what moves with the hand; to hover, click, drag, zoom and select.

import { mapOf } from "../latent/maps.js";
import { choose, leave, moveTo, pick, placeOf, recall, visit } from "../state.js";
import { h, s } from "../ui/dom.js";
import { createAbout } from "./about.js";
import { createAxes } from "./axes.js";
import { createCard } from "./card.js";
import { createChooser } from "./chooser.js";
import { colourIn, inkOf } from "./colours.js";
import { downloadMap } from "./download.js";
import { distance, listen } from "./gestures.js";
import { createGroups } from "./groups.js";
import { createHere } from "./here.js";
import { createOutline, inside } from "./lasso.js";
import { createLayers } from "./layers/layers.js";
import { createLegend } from "./legend.js";
import { createNearest } from "./nearest.js";
import { createPoints } from "./points.js";
import { createSelection } from "./selection.js";
import { createTools } from "./tools.js";
import { boundsOf, createViewport } from "./viewport.js";

const NEAR = { mouse: 12, touch: 24 }; // pixels to a point or to the cursor
const CALM = 16; // pixels that the mouse may move after a click before it looks around again
const NUDGE = 0.02; // of the view, an arrow key
const HINT_MS = 4000;
const REST_MS = 200; // after the last pan or zoom: then the link may know of it
const NO_WAY_BACK = "Arrow keys cannot move z here: this map has no directions. Click a place, or choose another map.";
const LABEL = "Map of the encoded pictures. Arrow keys move z, plus and minus zoom, 0 shows the whole map.";

/** @param {import("../mount.js").Desk} desk */
export function createMapView(desk) {
  const { store, lane } = desk;
  const canvas = h("canvas", { class: "points", "aria-hidden": "true" });
  const hint = h("p", { class: "hint", role: "status" });
  const notice = h("p", { class: "notice", role: "status" });
  const about = createAbout(lane(7));
  const loss = h("p", { class: "loss", role: "status" }); // what this browser cannot do
  const [axes, viewport, card, layers] = [createAxes(), createViewport(), createCard(desk), createLayers(desk)];
  const here = createHere(desk, viewport);
  const grid = s("svg", { class: "drawing", "aria-hidden": "true" }, axes.element); // below the points
  const outline = createOutline();
  const marks = s("svg", { class: "marks", "aria-hidden": "true" }, layers.marks, here.element, layers.names, axes.names, outline.element); // above them
  const plot = h("div", { class: "plot", tabindex: 0, role: "application", "aria-label": LABEL },
    layers.ground, grid, canvas, layers.above, marks, here.remark, card.element, hint); // prettier-ignore
  const tools = createTools({ mode: setMode, zoom: (factor) => zoom(factor, middle()), reset: whole, download });
  const selection = createSelection(desk, letGo);
  const [chooser, legend, groups] = [createChooser(desk), createLegend(desk), createGroups(desk)];
  const head = h("header", {}, chooser.element, groups.element, layers.menu);
  const frame = h("div", { class: "frame" }, plot, tools.element, selection.element, notice);
  const element = h("section", { class: "map" }, head, legend.element, frame, loss, about.element);

  let map = null; // the chosen PlaneMap
  let nearest = null; // the point nearest to a place on the map
  let [colour, values] = [null, null]; // what the points are coloured by
  let points = null;
  let drawn = 0; // the waiting animation frame
  let hintTimer = 0;
  let resting = 0; // the timer that runs since a person has panned or zoomed
  let seen = null; // the choice `view` that the viewport shows
  let undo = null; // where z was before the first click of a double click
  let last = null; // the latents whose points were drawn
  let calm = null; // where a click has just been
  let caught = []; // by a lasso or a box
  let mode = "pan";

  // --- what is drawn

  function open(state) {
    const [before, found] = [map, mapOf(state)];
    if (found.map && found.map === before) return;
    map = found.map;
    nearest = undo = null;
    here.turn(map);
    plot.classList.toggle("decodable", map?.decodable ?? false);
    plot.classList.toggle("empty", !map);
    delete element.dataset.points; // it says that the points of this very map are drawn
    fit();
    hover(null);
    notice.textContent = found.missing;
    about.show(map, state.latents?.d ?? 0);
    paint(before !== null && state.latents === last);
    last = state.latents;
  }

  /** @param {boolean} animate   the points travel from where they are seen now */
  function paint(animate) {
    if (!map) return;
    const state = store.state;
    colour = colourIn(state);
    values = colour?.values() ?? null;
    const { ink, ends } = inkOf(colour, values, state.latents.n, state.hidden, caught);
    points ??= createPoints(canvas, (said) => (loss.textContent = said));
    points.load(map.xy, ink, { animate });
    legend.show(colour, ends);
    redraw();
  }

  /** All that hangs on the view of the map, at most once a frame. */
  function redraw() {
    drawn ||= requestAnimationFrame(() => {
      drawn = 0;
      if (!map || viewport.width < 2) return;
      points.draw(viewport);
      axes.draw(viewport, map.axes);
      layers.draw(viewport, map);
      here.draw();
      element.dataset.points = String(map.xy.length / 2);
    });
  }

  // --- what a person does

  const reach = (event) => (event?.pointerType === "touch" ? NEAR.touch : NEAR.mouse);
  const middle = () => [viewport.width / 2, viewport.height / 2];
  const visible = (index) => colour?.kind !== "classes" || !store.state.hidden.includes(values[index]);

  function pointNear(at, event) {
    if (!map) return null;
    nearest ??= createNearest(map.xy); // not before somebody points at the map: the first picture of it comes sooner
    return nearest(viewport.toMap(at), reach(event) / viewport.k, visible);
  }

  function hover(at, event) {
    const index = at && pointNear(at, event);
    const place = index === null ? null : viewport.toScreen([map.xy[2 * index], map.xy[2 * index + 1]]);
    here.ring(place);
    if (place && event?.pointerType !== "touch") card.show(index, place, viewport);
    else card.hide();
    plot.classList.toggle("pointing", place !== null);
    plot.classList.toggle("holding", at !== null && grab(at, event));
    look(at, event);
  }

  /** The picture follows the mouse over the map, and goes back to z when it leaves. */
  function look(at, event) {
    if (at && calm && distance(at, calm) < CALM) return;
    calm = null;
    if (!map || !at || event?.pointerType === "touch" || mode !== "pan" || grab(at, event)) {
      here.visit(null);
      return leave(store, event);
    }
    const place = viewport.toMap(at);
    here.visit(place);
    visit(store, map.unproject(place), event);
  }

  function press(at, event) {
    if (!map) return;
    undo = placeOf(store.state);
    calm = at;
    const index = pointNear(at, event);
    here.visit(null);
    if (index !== null) return pick(store, index, event, event.shiftKey || store.state.sampling);
    moveTo(store, map.unproject(viewport.toMap(at)), event, { how: "a place of the map" });
    if (!map.decodable) sayHint("Approximate: this map has no way back, so z is what the nearest points suggest.");
  }

  function grab(at, event) {
    const cursor = map?.decodable && map.project(placeOf(store.state).z);
    return Boolean(cursor) && distance(at, viewport.toScreen(cursor)) <= reach(event);
  }

  /** Moves z so that its cursor lies there; what of z is not in the plane stays as it is. */
  function bringCursor(to, event) {
    const { z } = placeOf(store.state);
    const [x, y] = map.project(z);
    moveTo(store, map.shift(z, [to[0] - x, to[1] - y]), event);
  }

  function nudge([dx, dy], event) {
    if (!map) return;
    if (!map.decodable) return sayHint(NO_WAY_BACK);
    const step = (NUDGE * Math.min(viewport.width, viewport.height)) / viewport.k;
    moveTo(store, map.shift(placeOf(store.state).z, [dx * step, dy * step]), event);
  }

  function select(polygon) {
    if (!map) return;
    const found = inside(polygon.map((at) => viewport.toMap(at)), map.xy, visible);
    if (found.length === 0) sayHint("No point lies inside: draw around some of them.");
    catchNow(Array.from(found));
  }

  /** @param {number[]} members of the selection; the others fade */
  function catchNow(members) {
    caught = members;
    const high = members.reduce((sum, i) => sum + viewport.toScreen([map.xy[2 * i], map.xy[2 * i + 1]])[1], 0) / members.length;
    selection.show(members, high > viewport.height / 2 ? "top" : "bottom");
    paint(false);
  }

  /** The selection is over; the focus must not be lost with its panel. */
  function letGo() {
    if (selection.element.contains(element.getRootNode().activeElement)) plot.focus({ preventScroll: true });
    catchNow([]);
  }

  function setMode(name) {
    mode = name;
    tools.mark(mode);
    plot.dataset.mode = mode;
  }

  function zoom(factor, [x, y]) {
    viewport.zoom(factor, x, y);
    here.ring(null);
    card.hide();
    keepView();
    redraw();
  }

  /** The link learns which part of the map is seen once the hand rests: a pan must cost nothing. */
  function keepView() {
    clearTimeout(resting);
    resting = setTimeout(() => {
      resting = 0;
      seen = viewport.where();
      choose(store, { view: seen });
    }, REST_MS);
  }

  function reset(event) {
    if (event.type === "dblclick" && undo) recall(store, undo, event);
    undo = null;
    whole();
  }

  function whole() {
    if (store.state.view) choose(store, { view: null });
    fit();
    redraw();
  }

  /** The whole map or the chosen part of it, and again whenever the view is resized. */
  function fit() {
    clearTimeout(resting);
    resting = 0;
    seen = store.state.view;
    if (map) viewport.fit(boundsOf(map.xy));
    if (map && seen) viewport.look(seen);
  }

  function download() {
    const { model, map: words } = store.state;
    if (map) downloadMap({ frame, plot, points, viewport }, model.name, words.replace(/\W+/g, "-"));
  }

  function sayHint(sentence) {
    clearTimeout(hintTimer);
    hint.textContent = sentence;
    hintTimer = setTimeout(() => (hint.textContent = ""), HINT_MS);
  }

  listen(plot, {
    mode: () => mode,
    hover,
    choose: press,
    grab,
    nudge,
    reset,
    select,
    outline: outline.show,
    zoom,
    hold: (at, event) => bringCursor(viewport.toMap(at), event),
    wayBack() {
      const place = placeOf(store.state);
      return (event) => recall(store, place, event);
    },
    pan(dx, dy) {
      viewport.pan(dx, dy);
      keepView();
      redraw();
    },
  });
  setMode(mode);
  plot.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && caught.length) letGo();
    if (event.key !== "Shift") plot.classList.remove("pressed");
  });
  plot.addEventListener("pointerdown", () => plot.classList.add("pressed")); // a hand needs no frame, also not one that holds shift
  plot.addEventListener("blur", () => plot.classList.remove("pressed"));

  // --- what it listens to

  const watch = new ResizeObserver(() => {
    viewport.resize(plot.clientWidth, plot.clientHeight);
    if (!resting) fit();
    redraw();
  });
  watch.observe(plot);

  store.subscribe((state, before, { by }) => {
    const read = state.latents !== before.latents;
    if (read) selection.show((caught = []));
    if (read || state.map !== before.map || state.pins !== before.pins || state.groups !== before.groups) open(state);
    if (map && (state.colour !== before.colour || state.hidden !== before.hidden)) paint(false);
    if (map && state.layers !== before.layers) redraw();
    if (state.view !== before.view && state.view !== seen) {
      fit();
      redraw();
    }
    if (state.z !== before.z && by === "person") hint.textContent = "";
    if (map) here.follow(state, before, by);
  });

  return {
    element,
    /** A sentence in place of the map, or "" for none. */
    say(sentence) {
      notice.textContent = sentence || mapOf(store.state).missing;
    },
    dispose() {
      watch.disconnect();
      cancelAnimationFrame(drawn);
      clearTimeout(hintTimer);
      clearTimeout(resting);
      for (const part of [points, layers, card, legend, groups, here]) part?.dispose?.();
    },
  };
}
