// The loss curves: what was reported so far, where knobs were turned, and the step that is seen; they are scrubbed by hand.

// "Log" is a symmetric logarithm with a unit of one nat (scale.js): losses of densities are negative, and it is as true there.
//
// An own drawing and not Plotly, because sliders beside it must stay smooth. Measured in headless Chromium on two busy cores,
// with 2,000 reports x 5 lines at 600x260: one update takes 7 ms of the main thread (script, style, layout, paint), and
// Plotly.react of the same lines takes 22 ms. The first load is 10 KB here and 395 KB for Plotly (both gzipped).

import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { counted } from "../ui/words.js";
import { createChart } from "./chart.js";
import { createLegend, nats } from "./legend.js";
import { createList } from "./list.js";
import { createScrub } from "./scrub.js";
import { ALONG, ALSO, lossesOf, marksOf, placeOf, reportAt, saidAt, valuesOf } from "./series.js";

const SCALES = [
  { name: "apart", title: "apart", about: "The KL below, on a scale of its own: the reconstruction of a density is often a hundred times as large" },
  { name: "linear", title: "linear", about: "All lines on one scale" },
  { name: "log", title: "log", about: "All lines on one symmetric logarithm: even around zero within a nat, beyond it each power of ten takes the same room, below zero too" },
];
const BELOW = ["kl", "regularization"];

/** @param {import("./studio.js").Studio} studio */
export function createCurves({ feed, reel }) {
  const view = { scale: "apart", along: ALONG[0], also: "", hidden: new Set() };
  const charts = ["losses", "KL", "other"].map((title) => createChart(title, redraw));
  const scales = createMenu("Scale of the losses", (name) => turn({ scale: name }));
  const along = createList("x", ALONG, (name) => turn({ along: ALONG.find((each) => each.name === name) }));
  const also = createList("also", [{ name: "", title: "losses only", about: "" }, ...ALSO], (name) => turn({ also: name }));
  const legend = createLegend((name) => {
    view.hidden.delete(name) || view.hidden.add(name);
    redraw();
  });
  const rail = h("div", { class: "charts", role: "slider", tabindex: 0, "aria-label": "Loss curves, in nats per image: the step that is seen" }, ...charts.map(({ element }) => element));
  const head = h("header", {}, scales.element, along.element, also.element);
  const empty = h("p", { class: "aside" }, "The curves begin with the first report.");
  const element = h("figure", { class: "curves", "aria-label": "Loss curves" }, head, legend.element, rail, empty);
  let [lines, extra, waiting, hovered] = [[], null, 0, -1];
  scales.show(SCALES);
  turn({});

  function turn(patch) {
    Object.assign(view, patch);
    scales.mark(view.scale);
    redraw();
  }

  // --- what is drawn

  /** Once a frame at most, and never out of sight. */
  function redraw() {
    waiting ||= requestAnimationFrame(draw);
  }

  function draw() {
    waiting = 0;
    if (element.offsetParent === null) return;
    const { reports, moments, changes } = feed.state;
    const { by, far } = view.along;
    empty.hidden = reports.length > 0;
    rail.hidden = !reports.length;
    if (!reports.length) return;
    lines = lossesOf(reports);
    legend.show(lines, view.hidden);
    const place = (step) => placeOf(reports, by, step);
    const frame = {
      along: valuesOf(reports, (report) => report[by]),
      far,
      stops: moments.map(([step]) => place(step)),
      marks: marksOf(changes).map(({ step, label }) => ({ at: place(step), label })),
    };
    const figures = [...lossFigures(), otherFigure(reports)];
    const lowest = figures.findLastIndex(({ lines: shown }) => shown.length);
    charts.forEach((chart, i) => {
      chart.element.hidden = !figures[i].lines.length;
      if (figures[i].lines.length) chart.draw({ ...frame, ...figures[i], labelled: i === 0, foot: i === lowest });
    });
    point();
  }

  function lossFigures() {
    const shown = lines.filter(({ name }) => !view.hidden.has(name));
    const below = shown.filter(({ name }) => view.scale === "apart" && BELOW.includes(name));
    const above = shown.filter((line) => !below.includes(line)).reverse(); // the loss lies below what it is made of
    return [above, below].map((some) => ({ lines: some.flatMap(bothOf), unit: view.scale === "log" ? 1 : 0 }));
  }

  /** Of another kind than the losses: a gradient may leap by powers of ten, so three of them below its largest are told apart. */
  function otherFigure(reports) {
    extra = ALSO.find(({ name }) => name === view.also) ?? null;
    if (!extra) return { lines: [], unit: 0 };
    const values = valuesOf(reports, (report) => report[view.also]);
    const largest = values.reduce((most, value) => Math.max(most, value || 0), 0);
    extra = { ...extra, values };
    const unit = view.scale === "log" && largest > 0 ? 10 ** (Math.floor(Math.log10(largest)) - 3) : 0;
    return { lines: [{ name: view.also, held: false, values }], unit };
  }

  /** The step that is seen, and what the lines say there, or under the mouse. */
  function point() {
    const { reports } = feed.state;
    if (!reports.length) return;
    const step = reel.look?.step ?? null;
    for (const chart of charts) chart.point(step === null ? null : placeOf(reports, view.along.by, step));
    const at = hovered >= 0 ? Math.min(hovered, reports.length - 1) : step === null ? reports.length - 1 : reportAt(reports, step);
    legend.tell(lines, at);
    charts[0].entitle(`step ${counted(reports[at].step)}, nats per image`);
    if (extra) charts[2].entitle(`${extra.title} ${compactOf(saidAt(extra.values, at))}`);
    tellRail(reports, step ?? reports.at(-1).step, at);
  }

  function tellRail(reports, step, at) {
    const facts = { min: 0, max: reports.at(-1).step, now: step, text: `step ${counted(step)}: ${lines.map((line) => `${line.title} ${nats(saidAt(line.train, at))}`).join(", ")}` };
    for (const [name, value] of Object.entries(facts)) rail.setAttribute(`aria-value${name}`, String(value));
  }

  // --- what the hand does

  const nearest = (clientX) => charts.find(({ element: one }) => !one.hidden)?.nearest(clientX) ?? { stop: -1, value: -1 };

  function hover(value) {
    hovered = value;
    point();
  }
  rail.addEventListener("pointermove", ({ clientX }) => hover(nearest(clientX).value));
  rail.addEventListener("pointerleave", () => hover(-1));
  createScrub(rail, {
    near: (clientX) => nearest(clientX).stop,
    steps: () => feed.state.moments.map(([step]) => step),
    now: () => reel.look?.step ?? Infinity,
    go: (step) => reel.go(step),
  });

  const leave = [feed.subscribe(redraw), reel.subscribe(() => element.offsetParent !== null && point())];
  return {
    element,
    dispose() {
      cancelAnimationFrame(waiting);
      for (const chart of charts) chart.dispose();
      for (const each of leave) each();
    },
  };
}

const bothOf = ({ name, train, held }) => [
  { name, held: false, values: train },
  { name, held: true, values: held },
];

function compactOf(value) {
  return Number.isNaN(value) ? "–" : Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}
