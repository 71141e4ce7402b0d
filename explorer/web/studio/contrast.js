// The losses of several runs on the same axes: one line a run, dotted where the pictures are held out.

import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { counted } from "../ui/words.js";
import { createChart, extent } from "./chart.js";
import { createLegend, nats } from "./legend.js";
import { createList } from "./list.js";
import { createScrub } from "./scrub.js";
import { ALONG, heldAt, lossesOf, placeOf, reportAt, saidAt, valuesOf } from "./series.js";
import { lineOf, SIGNS } from "./sign.js";

const LOSSES = [
  { name: "reconstruction", title: "Reconstruction", about: "−log p(x|z), summed over the pixels, in nats per image" },
  { name: "kl", title: "KL", about: "of q(z|x) to the prior, summed over the dimensions, without a weight, in nats per image" },
  { name: "loss", title: "Total", about: "What each minimises: reconstruction + regularization, with its own weight" },
];
const SCALES = [
  { name: "close", title: "close", about: "What came after the first tenth of the training, in which all lines fall: there they differ" },
  { name: "linear", title: "linear", about: "All of the training, in even steps" },
  { name: "log", title: "log", about: "A symmetric logarithm: even around zero within a nat, beyond it each power of ten takes the same room" },
];
const EARLY = 0.1; // of the training

/**
 * @param {import("./cell.js").Cell[]} cells
 * @param {import("./together.js").Together} together
 */
export function createContrast(cells, { feed, reel }) {
  const view = { loss: "reconstruction", along: ALONG[0], scale: "close", hidden: new Set() };
  const menu = createMenu("Loss that is compared", (name) => turn({ loss: name }));
  const along = createList("x", ALONG, (name) => turn({ along: ALONG.find((each) => each.name === name) }));
  const scale = createList("y", SCALES, (name) => turn({ scale: name }));
  const legend = createLegend((name) => {
    view.hidden.delete(name) || view.hidden.add(name);
    redraw();
  });
  const chart = createChart("nats per image", redraw);
  const rail = h("div", { class: "charts", role: "slider", tabindex: 0, "aria-label": "Losses of all runs: the step that is seen" }, chart.element);
  const head = h("div", { class: "compare-choices" }, h("div", { class: "compare-turns" }, menu.element, along.element, scale.element), legend.element);
  const element = h("figure", { class: "compare-losses curves", "aria-label": "Losses of all runs, in nats per image" }, head, rail);
  let [lines, longest, waiting, hovered] = [[], new Float64Array(), 0, NaN]; // longest: the places of the run that came furthest; hovered: one of them
  menu.show(LOSSES);
  turn({});

  function turn(patch) {
    Object.assign(view, patch);
    menu.mark(view.loss);
    redraw();
  }

  /** Once a frame at most. */
  function redraw() {
    waiting ||= requestAnimationFrame(draw);
  }

  function draw() {
    waiting = 0;
    lines = cells.map((cell, i) => lineIn(cell, i, view));
    legend.show(lines, view.hidden);
    const shown = lines.filter(({ name, along: own }) => !view.hidden.has(name) && own.length);
    longest = furthest(shown.map(({ along: own }) => own), (own) => own.at(-1)) ?? new Float64Array(); // prettier-ignore
    chart.draw({
      along: longest,
      far: view.along.far,
      lines: shown.flatMap(({ name, along: own, train, held, sign }) => [
        { name, held: false, values: train, along: own, sign },
        { name, held: true, values: held, along: own },
      ]),
      stops: feed.state.moments.map(([step]) => placeIn(step)),
      marks: [],
      labelled: false,
      foot: true,
      ...(view.scale === "close" && shown.length ? { range: extent(lateIn(shown, EARLY * longest.at(-1))) } : {}),
      unit: view.scale === "log" ? 1 : 0,
    });
    point();
  }

  /** Where a step lies, by the run that has come furthest. */
  function placeIn(step) {
    const reports = cells.map((cell) => cell.feed.state.reports);
    return placeOf(furthest(reports, (each) => each.at(-1)?.step ?? 0), view.along.by, step);
  }

  /** The step that is seen, and what the lines say there or under the mouse. */
  function point() {
    const step = reel.look?.step ?? null;
    chart.point(step === null ? null : placeIn(step));
    const at = Number.isNaN(hovered) ? placeIn(step ?? Infinity) : hovered;
    const told = lines.map((line) => valuesAt(line, at));
    legend.tell(told, 0);
    tellRail(step ?? 0, at);
  }

  function tellRail(step, at) {
    const { title } = LOSSES.find(({ name }) => name === view.loss);
    const values = lines.map((line) => `${line.title} ${nats(valuesAt(line, at).train[0])}`);
    const facts = { min: 0, max: feed.state.moments.at(-1)?.[0] ?? 0, now: step, text: `step ${counted(step)}, ${title}: ${values.join(", ")}` };
    for (const [name, value] of Object.entries(facts)) rail.setAttribute(`aria-value${name}`, String(value));
  }

  function hover(clientX) {
    const { value } = clientX === null ? { value: -1 } : chart.nearest(clientX);
    hovered = value < 0 ? NaN : longest[value];
    point();
  }
  rail.addEventListener("pointermove", ({ clientX }) => hover(clientX));
  rail.addEventListener("pointerleave", () => hover(null));
  createScrub(rail, {
    near: (clientX) => chart.nearest(clientX).stop,
    steps: () => feed.state.moments.map(([step]) => step),
    now: () => reel.look?.step ?? Infinity,
    go: (step) => reel.go(step),
  });

  const leaving = [feed.subscribe(redraw), reel.subscribe(point)];
  return {
    element,
    redraw,
    dispose() {
      cancelAnimationFrame(waiting);
      chart.dispose();
      for (const each of leaving) each();
    },
  };
}

/** The line of one run. An autoencoder has no KL, and its reconstruction is all that it minimises. */
function lineIn({ feed, title }, i, { loss, along: { by } }) {
  const { reports } = feed.state;
  const found = lossesOf(reports);
  const chosen = found.find(({ name }) => name === loss) ?? (loss === "loss" ? found[0] : null);
  const none = new Float64Array(reports.length).fill(NaN);
  const along = valuesOf(reports, (report) => report[by]);
  const { train, held } = chosen ?? { train: none, held: none };
  return { name: lineOf(i), title, about: `Show or hide ${title}`, sign: SIGNS[i], along, train, held };
}

/** Of several the one that reaches furthest; null of none. @template T @param {T[]} all @param {(each: T) => number} reach */
function furthest(all, reach) {
  return all.reduce((best, each) => (best === null || reach(each) > reach(best) ? each : best), null);
}

/** The values from a place on, held out or not. @param {number} from */
function lateIn(lines, from) {
  const late = (along, values) => values.filter((_, i) => along[i] >= from);
  return lines.flatMap(({ along, train, held }) => [{ values: late(along, train) }, { values: late(along, held) }]);
}

/** What a line says last at or before a place on x, in lists of one. */
function valuesAt({ along, ...line }, place) {
  const after = along.findIndex((each) => each > place);
  const at = after < 0 ? along.length - 1 : Math.max(0, after - 1);
  return { ...line, train: [saidAt(line.train, at)], held: [heldAt(line, at)], unknown: undefined };
}
