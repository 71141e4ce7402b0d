// The map: all encoded examples as points, and above them what moves with the hand; what is drawn, and when it is drawn again.

import { mapOf, titleOf } from "../latent/maps.js";
import { changed } from "../state.js";
import { h, s } from "../ui/dom.js";
import { createHint } from "../ui/hint.js";
import { counted } from "../ui/words.js";
import { createAbout } from "./about.js";
import { createAxes } from "./axes.js";
import { createCard } from "./card.js";
import { createChooser } from "./chooser.js";
import { colourIn, inkOf } from "./colours.js";
import { downloadMap } from "./download.js";
import { createGroups } from "./groups.js";
import { createHand } from "./hand.js";
import { createHere } from "./here.js";
import { createOutline } from "./lasso.js";
import { createLayers } from "./layers/layers.js";
import { createLegend, meaningOf } from "./legend.js";
import { createNotice } from "./notice.js";
import { createPoints } from "./points.js";
import { createSeen } from "./seen.js";
import { createSelection } from "./selection.js";
import { createTools } from "./tools.js";
import { createViewport } from "./viewport.js";

const HINT_MS = 4000;
const LABEL = "Map of the encoded pictures. Arrow keys move z, plus and minus zoom, 0 shows the whole map.";

/** @param {import("../mount.js").Desk} desk */
export function createMapView(desk) {
  const { store, lane } = desk;
  const canvas = h("canvas", { class: "points", "aria-hidden": "true" });
  const hint = createHint("hint", HINT_MS);
  const notice = createNotice(store, () => plot.focus({ preventScroll: true }));
  const about = createAbout(lane(7));
  const loss = h("p", { class: "loss", role: "status" }); // what this browser cannot do
  const [axes, viewport, card, layers] = [createAxes(), createViewport(), createCard(desk), createLayers(desk)];
  const [here, seen] = [createHere(desk, viewport), createSeen(store, viewport, redraw)];
  const grid = s("svg", { class: "drawing", "aria-hidden": "true" }, axes.element); // below the points
  const outline = createOutline();
  const marks = s("svg", { class: "marks", "aria-hidden": "true" }, layers.marks, here.element, layers.names, axes.names, outline.element); // above them
  const plot = h("div", { class: "plot", tabindex: 0, role: "application", "aria-label": LABEL },
    layers.ground, grid, canvas, layers.above, marks, here.remark, card.element, hint.element); // prettier-ignore
  const middle = () => [viewport.width / 2, viewport.height / 2];
  const tools = createTools({ mode: (name) => hand.setMode(name), zoom: (factor) => hand.zoom(factor, middle()), reset: seen.whole, download });
  const hand = createHand(desk, { plot, viewport, seen, here, card, outline, tools, hint }, isVisible, catchNow);
  const selection = createSelection(desk, letGo);
  const [chooser, legend, groups] = [createChooser(desk), createLegend(desk), createGroups(desk)];
  const head = h("header", {}, chooser.element, groups.element, layers.menu);
  const frame = h("div", { class: "frame" }, plot, tools.element, selection.element, notice.element);
  const element = h("section", { class: "map" }, head, legend.element, frame, loss, about.element);

  let map = null; // the chosen PlaneMap
  let [colour, values, ends] = [null, null, null]; // what the points are coloured by, and the ends of its scale
  let points = null;
  let drawn = 0; // the waiting animation frame
  let last = null; // the latents whose points were drawn
  let caught = []; // by a lasso or a box

  // --- what is drawn

  function open(state) {
    const [before, found] = [map, mapOf(state)];
    if (found.map && found.map === before) return;
    map = found.map;
    here.turn(map);
    plot.classList.toggle("decodable", map?.decodable ?? false);
    plot.classList.toggle("empty", !map);
    delete element.dataset.points; // it says that the points of this very map are drawn
    seen.turn(map);
    hand.turn(map);
    notice.say(found.missing, found.absent);
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
    const { ink, ...scale } = inkOf(colour, values, state.latents.n, state.hidden, caught);
    ends = scale.ends;
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

  function isVisible(index) {
    return colour?.kind !== "classes" || !store.state.hidden.includes(values[index]);
  }

  function download() {
    if (!map) return;
    const { model, latents, map: words, hidden } = store.state;
    const title = `${model.name}, ${titleOf(words, latents)}: ${counted(latents.n)} encoded pictures`;
    downloadMap({ frame, plot, points, viewport }, `${model.name}-${words.replace(/\W+/g, "-")}`, title, meaningOf(colour, ends, hidden));
  }

  // --- what is selected

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

  // --- what it listens to

  plot.addEventListener("keydown", ({ key }) => key === "Escape" && caught.length && letGo());

  const watch = new ResizeObserver(() => seen.resize(plot.clientWidth, plot.clientHeight));
  watch.observe(plot);

  store.subscribe((state, before, { by }) => {
    const read = state.latents !== before.latents;
    if (read) selection.show((caught = []));
    if (read || changed(state, before, "map", "pins", "groups")) open(state);
    if (map && changed(state, before, "colour", "hidden")) paint(false);
    if (map && changed(state, before, "layers", "pins")) redraw();
    if (map) here.follow(state, before, by);
  });

  return {
    element,
    /** A sentence in place of the map, or "" for none. */
    say(sentence) {
      const { missing, absent } = mapOf(store.state);
      if (sentence) notice.say(sentence);
      else notice.say(missing, absent);
    },
    dispose() {
      watch.disconnect();
      cancelAnimationFrame(drawn);
      for (const part of [points, layers, card, legend, groups, here, hint, seen]) part?.dispose?.();
    },
  };
}
