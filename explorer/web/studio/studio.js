// The door of the studio: one run, watched while it is trained, and rewound. It is drawn once, and follows the run's folder.

import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { createBars } from "./bars.js";
import { createBench } from "./bench.js";
import { createBookkeeping } from "./bookkeeping.js";
import { createClassKey } from "./classkey.js";
import { createCloud } from "./cloud.js";
import { createComparison } from "./compare.js";
import { createCourse } from "./course.js";
import { createCurves } from "./curves.js";
import { createFeed } from "./feed.js";
import { createPassing } from "./passing.js";
import { createPlates } from "./plates.js";
import { createReel } from "./reel.js";
import { createSlowMotion } from "./slowmotion.js";
import { createTimeline } from "./timeline.js";

const LIVE = Symbol.for("explorer.studio"); // on the element, so that a second copy of this module finds it too

/**
 * @typedef {object} Data
 * @property {string[]} runs   the address of each run, without a slash at its end: one, or several side by side
 * @property {import("../engine/runtime.js").Runtime} runtime
 */

/**
 * What every part of the studio is given.
 * @typedef {object} Studio
 * @property {HTMLElement} root
 * @property {import("./feed.js").Feed} feed
 * @property {import("./reel.js").Reel} reel
 * @property {(wish: string, values?: object) => Promise<string>} ask   of the trainer; "" or a sentence why not
 * @property {(what: "branch" | "resume" | "explore", values: object) => void} act   of the host
 * @property {(sentence: string) => void} complain
 */

/**
 * @param {HTMLElement | ShadowRoot} element @param {Data} data
 * @param {(asked: {act: string, values: object}) => void} send   what only the host can do
 * @returns {() => void} takes the view away again
 */
export function mountStudio(element, data, send) {
  const key = data.runs.join(" ");
  if (element[LIVE]?.key !== key) {
    element[LIVE]?.dispose();
    element[LIVE] = createStudio(element, data, key, () => delete element[LIVE]);
  }
  element[LIVE].tell(send);
  return element[LIVE].dispose;
}

function createStudio(host, { runs, runtime }, key, gone) {
  const root = h("div", { class: "explorer studio", tabindex: -1 });
  const complaint = h("p", { class: "complaint", role: "status" });
  const complain = (sentence) => (complaint.textContent = sentence);
  let send = (_) => {};
  const act = (what, values) => send({ act: what, values });
  const styles = ["studio.css", "../style.css"].map((file) => h("link", { rel: "stylesheet", href: new URL(file, import.meta.url).href }));
  root.append(...styles, complaint); // style.css last, as it is where it imports: what it hides stays hidden
  host.append(root);
  const shown = runs.length > 1 ? createComparison(root, runs, runtime, complain) : createRun(root, runs[0], runtime, { act, complain });

  return {
    key,
    tell: (to) => (send = to),
    dispose() {
      shown.dispose();
      root.remove();
      gone();
    },
  };
}

/** One run: its head, its map, its pictures and its sliders, and its time. */
function createRun(root, url, runtime, { act, complain }) {
  const feed = createFeed(url);
  const reel = createReel(feed, complain);
  const ask = async (wish, values) => {
    const why = await feed.wish(wish, values);
    complain(why);
    return why;
  };
  const studio = { root, feed, reel, ask, act, complain };
  const bench = createBench({ feed, reel, runtime, moved: () => cloud.follow() });
  const turning = createTurning(() => cloud.show());
  const { pass, settle, leave } = createPassing(() => bench.move.bind(null, bench.z), bench.move);
  const cloud = createCloud({ reel, move: settle, pass, leave, z: () => bench.z, turning: () => turning.input.checked });
  const [course, plates] = [createCourse(studio), createPlates(reel, bench.move)];
  const [curves, bars, books, slow] = [createCurves(studio), createBars(studio), createBookkeeping(studio), createSlowMotion(studio)];
  const timeline = createTimeline({ feed, reel, branch: (step) => act("branch", { step }) });
  const classes = createClassKey(reel);
  cloud.element.append(classes.element, turning.element);
  reel.subscribe(() => turning.element.toggleAttribute("hidden", reel.stage?.d !== 2)); // a plane of directions is one for all moments
  const watching = h("div", { class: "watching" }, h("div", { class: "theatre" }, cloud.element, plates.element, bench.element), h("div", { class: "evidence" }, curves.element, bars.element));
  const tabs = createTabs({ watch: watching, slow: slow.element, books: books.element });
  course.element.querySelector(".who").after(tabs.element);
  root.append(course.element, ...tabs.panels, timeline.element);
  return {
    dispose() {
      for (const part of [course, classes, plates, curves, bars, books, slow, timeline, cloud, bench, reel, feed]) part.dispose?.();
    },
  };
}

const TABS = [
  { name: "watch", title: "Watch", about: "The latent map, the pictures and the losses as they change" },
  { name: "slow", title: "Slow motion", about: "One batch at a time, with all that is computed of it" },
  { name: "books", title: "Bookkeeping", about: "The losses in all units, and what they would be under common mistakes" },
];

/** @param {Record<string, HTMLElement>} parts   by the name of their tab */
function createTabs(parts) {
  const menu = createMenu("What is seen of the run", show);
  const panels = Object.entries(parts).map(([name, element]) => h("div", { class: "panel", "data-tab": name }, element));
  function show(name) {
    menu.mark(name);
    for (const panel of panels) panel.toggleAttribute("hidden", panel.dataset.tab !== name);
  }
  menu.show(TABS);
  show("watch");
  return { element: menu.element, panels };
}

function createTurning(changed) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", checked: "" }));
  input.addEventListener("change", changed);
  return { input, element: h("label", { class: "turning" }, input, "turn earlier maps to lie on the newest") };
}
