// One run of several: in what it differs, where it stands, its map, how much its latent space carries, and its pictures.

import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { counted } from "../ui/words.js";
import { createCloud } from "./cloud.js";
import { WORDS } from "./course.js";
import { createFeed } from "./feed.js";
import { createPrints } from "./prints.js";
import { createReel } from "./reel.js";
import { createSign, lineOf, SIGNS } from "./sign.js";
import { createVitals } from "./vitals.js";

const BEGINS = "It begins: its first moment is on its way.";

/**
 * @param {object} run
 * @param {string} run.url @param {number} run.place   among the others
 * @param {import("../engine/runtime.js").Runtime} run.runtime
 * @param {() => ReturnType<typeof import("./cursor.js").createCursor>} run.cursor   of all runs: it goes where a person points
 * @param {(cell: Cell) => number[]} run.frame   the part of the map to show
 */
export function createCell({ url, place, runtime, cursor, frame }) {
  const feed = createFeed(url);
  const reel = createReel(feed, (sentence) => (trouble = sentence));
  const [title, state] = [h("h3"), h("span", { class: "compare-state" })];
  const [link, where] = [h("a", { title: "Watch this run alone" }), h("span")];
  const [also, why, veil] = ["also", "why", "veil"].map((each) => h("p", { class: `compare-${each}` }));
  const stop = button("Stop", "", async () => tell(await feed.wish("stop")));
  const vitals = createVitals();
  const prints = createPrints({ feed, reel, runtime, take: (to, event) => cursor().move(cell, to, null, event) });
  const cloud = createCloud({
    reel,
    move: (to, event, index) => cursor().move(cell, to, index, event),
    pass: (to, event, index) => cursor().pass(cell, to, index, event),
    leave: () => cursor().leave(),
    z: () => z,
    turning: () => true,
    frame: (own) => ((cell.box = own), frame(cell)),
  });
  const head = h("header", {}, h("div", { class: "compare-title" }, createSign(lineOf(place), SIGNS[place]), title, state, stop),
    h("div", { class: "compare-who" }, link, where, vitals.element), also, why); // prettier-ignore
  const map = h("div", { class: "compare-map" }, cloud.element, veil);
  const element = h("article", { class: "compare-cell", "data-run": place }, head, map, prints.element);
  let [z, example, trouble] = [null, null, ""];

  const called = () => feed.state.name || decodeURIComponent(url.split("/").at(-1)); // also of a run that is gone

  function mark() {
    const { state: now, alive, words, lost } = feed.state;
    const name = called();
    title.textContent = cell.title;
    link.textContent = name === cell.title ? "watch it alone" : name;
    link.setAttribute("href", `?run=${encodeURIComponent(name)}`);
    state.textContent = WORDS[now] ?? now;
    state.dataset.state = lost ? "lost" : now;
    stop.textContent = now === "waiting" ? "Leave the line" : "Stop";
    stop.title = now === "waiting" ? "It is not trained then; Resume puts it into the line again" : "It keeps its model as far as it has come";
    stop.hidden = !alive;
    where.textContent = reel.look ? `step ${counted(reel.look.step)}` : "";
    const said = lost || words || trouble;
    [why.hidden, veil.hidden] = [!reel.look || !said, reel.look !== null];
    why.textContent = said;
    veil.textContent = now === "waiting" ? `It waits in line: ${said}` : said || (alive ? BEGINS : "");
  }

  const tell = (sentence) => ((trouble = sentence), mark());

  function follow() {
    trouble = "";
    if (example !== null) cell.goTo(example);
    mark();
  }

  const cell = {
    element, feed, reel, title: "", box: null,
    get z() { return z; },
    get example() { return example; }, // whose μ that is
    /** In what it differs from the others; its name where in nothing. @param {import("./differs.js").Difference} difference */
    entitle(difference) {
      cell.title = difference.title || called();
      also.textContent = also.title = difference.also && `also ${difference.also}`;
      also.hidden = !difference.also;
      mark();
    },
    /** @param {string} what one of PRINTS */
    print: (what) => prints.turn(what),
    reframe: () => cloud.reframe(),
    /** @param {number} top nats */
    weigh: (top) => vitals.show(reel.look?.kl ?? null, top),
    /** @param {number[]} to @param {Event} [event] */
    go(to, event) {
      if (to.length === reel.stage?.d) show(to, null, event);
    },
    /** To μ of a test picture, wherever that is now. @param {number} index @param {Event} [event] */
    goTo(index, event) {
      if (reel.look && reel.stage && (index + 1) * reel.stage.d <= reel.look.mean.length) show(cell.meanOf(index), index, event);
      else example = index; // it goes there as soon as there is something to see
    },
    /** The example whose μ is nearest to z. @param {number[]} to @returns {number | null} */
    nearest(to) {
      return reel.look && reel.stage ? nearestOf(reel.look.mean, reel.stage.d, to) : null;
    },
    meanOf: (index) => Array.from(reel.look.mean.subarray(index * reel.stage.d, (index + 1) * reel.stage.d)),
    isAt: (index, to) => cell.meanOf(index).every((value, k) => value === to[k]),
    /** “Test picture 38 (a 4)” @param {number} index */
    called(index) {
      const { labels, labelNames } = reel.stage;
      return `Test picture ${index + 1}${labels ? ` (${labelNames[labels[index]] ?? labels[index]})` : ""}`;
    },
    dispose() {
      for (const each of leaving) each();
      for (const part of [cloud, prints, reel, feed]) part.dispose();
    },
  }; // prettier-ignore

  function show(to, index, event) {
    [z, example] = [to, index];
    const { classes, labels } = reel.stage;
    prints.decode(z, classes ? (labels?.[index ?? -1] ?? 0) : null, index, event);
    cloud.follow();
  }

  const leaving = [feed.subscribe(mark), reel.subscribe(follow)];
  mark();
  return cell;
}

/** @typedef {ReturnType<typeof createCell>} Cell */

function nearestOf(mean, d, z) {
  let [found, best] = [null, Infinity];
  for (let i = 0; i * d < mean.length; i++) {
    const far = z.reduce((sum, value, k) => sum + (value - mean[i * d + k]) ** 2, 0);
    if (far < best) [found, best] = [i, far];
  }
  return found;
}
