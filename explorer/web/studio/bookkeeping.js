// The bookkeeping: the same two losses in all units in which programs print them, and the beta that such a program has unsaid.

import { klOf } from "../latent/kl.js";
import { h } from "../ui/dom.js";
import { counted, written } from "../ui/words.js";
import { numbersOf, scalingsOf, sharesOf, specAt, weightOf } from "./accounts.js";
import { reportAt } from "./series.js";

const NO_KL = "An autoencoder has no KL: its loss is the reconstruction alone, and how that is averaged changes nothing but its number.";

/** What stands in the first column, and the line of help below it. */
const SCALED = {
  sums: () => ["As it is here", "Both are sums for an image, averaged over the images: the parts of the ELBO."],
  pixels: ({ D }) => ["Pixel mean", `The reconstruction is divided by ${D}, the KL is not: the usual “mean” of a library beside the KL of the paper.`],
  batch: ({ n }) => ["Pixel mean, batch sum", `And the KL is ${n} times that of an image, so the size of the batch becomes a part of beta.`],
  means: ({ D, d }) => ["Both means", `One is divided by ${D}, the other by ${d}: they do not cancel.`],
  dimensions: ({ d }) => ["Dimension mean", `The KL is divided by ${d}, the reconstruction is not: the prior hardly counts.`],
};

/** @param {import("./studio.js").Studio} studio */
export function createBookkeeping({ feed, reel }) {
  const when = h("p", { class: "when" });
  const shares = createTable("The losses in three units", ["", "per image", "per pixel value", "per dimension"]);
  const says = h("p", { class: "verdict" });
  const bugs = createTable("What other programs would print for the same model", ["", "Reconstruction", "KL", "effective beta"]);
  const empty = h("p", { class: "aside" }, "The books open with the first report.");
  const inside = h("div", { class: "inside" }, when, shares.element, says, bugs.element);
  const element = h("section", { class: "bookkeeping", "aria-label": "Bookkeeping of the losses" }, inside, empty);
  let seen = null; // the look whose pictures were gone through, and what was found

  function draw() {
    if (element.offsetParent === null) return;
    const { reports } = feed.state;
    empty.hidden = reports.length > 0;
    inside.hidden = !reports.length;
    if (!reports.length) return;
    const report = reports[reel.look ? reportAt(reports, reel.look.step) : reports.length - 1];
    const spec = specAt(feed.state, report.step);
    const sizes = { shape: spec.shape, latent: spec.latent, batch: spec.training?.batch ?? 0 };
    const stochastic = report.kl !== undefined;
    when.textContent = `Nats of the pictures it learnt from, up to step ${counted(report.step)}.`;
    shares.show(sharesRows(report, sizes));
    says.textContent = stochastic ? verdict(spec, report, sizes) : NO_KL;
    bugs.element.hidden = !stochastic;
    if (stochastic) bugs.show([...bugRows(spec, report, sizes), ...oneRows(report)]);
  }

  /** The last bug needs no other scale: the KL of a single picture is told as if it were that of the data. */
  function oneRows({ reconstruction }) {
    const { look } = reel;
    if (!look?.kl.length) return [];
    if (seen?.look !== look) seen = { look, ...ofPictures(look) };
    const help = `The KL is that of the first test picture. Over ${counted(seen.n)} of them it goes from ${written(seen.low)} to ${written(seen.high)}, with a mean of ${written(seen.mean)}.`;
    return [{ name: "one", title: "One picture", help, cells: [nats(reconstruction), nats(seen.first), "–"] }];
  }

  const leave = [feed.subscribe(draw), reel.subscribe(draw)];
  const sizes = new ResizeObserver(draw); // it comes into sight
  sizes.observe(element);
  return {
    element,
    dispose() {
      sizes.disconnect();
      for (const each of leave) each();
    },
  };
}

function sharesRows(report, sizes) {
  const { reconstruction, kl, regularization } = report;
  const row = (name, title, loss) => ({ name, title, cells: sharesOf(loss, sizes).map(nats) });
  const charged = kl === undefined || Math.abs(regularization - kl) < 1e-3 * (1 + kl) ? [] : [row("regularization", "Regularization", regularization)];
  return [
    row("reconstruction", "Reconstruction", reconstruction),
    ...(kl === undefined ? [] : [row("kl", "KL", kl)]),
    ...charged,
    ...(kl === undefined ? [] : [row("loss", "Loss", reconstruction + regularization)]),
  ];
}

function bugRows(spec, report, sizes) {
  const weight = weightOf(spec, report);
  const words = { D: counted(numbersOf(sizes.shape)), d: counted(sizes.latent), n: counted(sizes.batch) };
  return scalingsOf(sizes).map(({ name, a, b, weighs }) => {
    const [title, help] = SCALED[name](words);
    return { name, title, help, cells: [nats(a * report.reconstruction), nats(b * report.kl), betaOf(weighs, weight)] };
  });
}

/** The sentence of the panel. */
function verdict(spec, report, sizes) {
  const weight = weightOf(spec, report);
  const [D, d] = [numbersOf(sizes.shape), sizes.latent];
  const told = weight === null ? "This run’s regularizer is not the KL with one weight." : `This run has a beta of ${sized(weight)}.`;
  const would = (weighs) => (weight === null ? `${sized(weighs)} times the weight` : sized(weighs * weight));
  const as = weight === null ? "the regularizer would have" : "the effective beta would be";
  return `${told} With a reconstruction averaged over the ${counted(D)} ${sizes.shape[0] > 1 ? "values of its pixels" : "pixels"}, ${as} ${would(D)}; with the KL averaged over the ${counted(d)} dimensions as well, ${would(D / d)}.`;
}

/** A beta, or how many times as heavy the regularizer is where its weight is not known. */
function betaOf(weighs, weight) {
  return weight === null ? `× ${sized(weighs)}` : sized(weighs * weight);
}

/** The KL of single pictures: how many there are, the first, the extremes and the mean. */
function ofPictures({ mean, std, kl: { length: d } }) {
  const n = mean.length / d;
  const all = Array.from({ length: n }, (_, i) => klOf({ mean, std, d }, i));
  return { n, first: all[0], low: Math.min(...all), high: Math.max(...all), mean: all.reduce((sum, each) => sum + each, 0) / n };
}

/** As many decimals as its size deserves. */
function nats(value) {
  return written(value, Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 10 ? 2 : 4);
}

/** Three digits that count; thousands in full. */
function sized(value) {
  return value >= 100 ? counted(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** A table whose rows are brought up to date in place. @param {string} caption @param {string[]} heads */
function createTable(caption, heads) {
  const body = h("tbody");
  const head = h("thead", {}, h("tr", {}, ...heads.map((title) => h("th", { scope: "col" }, title))));
  const element = h("table", {}, h("caption", {}, caption), head, body);
  const rows = new Map(); // name -> its row

  function rowOf({ name, cells, help }) {
    const title = h("th", { scope: "row" });
    const values = cells.map(() => h("td", {}, h("span"), h("span")));
    const line = h("tr", { "data-row": name }, title, ...values);
    const about = help === undefined ? null : h("td", { colspan: heads.length });
    body.append(line, ...(about ? [h("tr", { class: "help" }, about)] : []));
    return { title, values, about };
  }

  return {
    element,
    /** @param {{name: string, title: string, cells: string[], help?: string}[]} items */
    show(items) {
      if (items.map(({ name }) => name).join() !== [...rows.keys()].join()) {
        rows.clear();
        body.replaceChildren();
        for (const item of items) rows.set(item.name, rowOf(item));
      }
      for (const { name, title, cells, help } of items) {
        const row = rows.get(name);
        write(row.title, title);
        cells.forEach((cell, i) => writeNumber(row.values[i], cell));
        if (row.about) write(row.about, help);
      }
    },
  };
}

/** Points stand below points: what follows them has a place of its own. */
function writeNumber(cell, words) {
  const point = words.includes(".") ? words.indexOf(".") : words.length;
  write(cell.firstChild, words.slice(0, point));
  write(cell.lastChild, words.slice(point));
}

function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
