// Several runs side by side that began alike: on the same axes, at the same step, with one cursor through all their maps.

import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { createCell } from "./cell.js";
import { createClassKey } from "./classkey.js";
import { createContrast } from "./contrast.js";
import { createCursor, WAYS } from "./cursor.js";
import { agreeOn, differencesOf } from "./differs.js";
import { PRINTS } from "./prints.js";
import { roomFor } from "./room.js";
import { createTimeline } from "./timeline.js";
import { createTogether } from "./together.js";

const AXES = [
  { name: "same", title: "Same axes", about: "All maps on one scale: what is small here is small" },
  { name: "own", title: "Own axes", about: "Each map as large as it can be" },
];
const WARNINGS = {
  data: "They learn from different pictures: their losses and maps cannot be compared.",
  likelihood: "Their likelihoods differ: a nat of one is not a nat of another, so compare the shapes of the lines and the pictures, not the numbers.",
  latent: "Of more than two latent dimensions, a map shows the plane in which the codes spread most.",
};
const LEAST = 0.1; // nats: the height of a bar of the KL before anything rises

/**
 * @param {HTMLElement} root
 * @param {string[]} urls   of the runs
 * @param {import("../engine/runtime.js").Runtime} runtime
 * @param {(sentence: string) => void} complain
 */
export function createComparison(root, urls, runtime, complain) {
  const cells = urls.map((url, place) => createCell({ url, place, runtime, cursor: () => cursor, frame: frameOf }));
  const [told, aside] = [h("p", { class: "compare-told", role: "status" }), h("p", { class: "aside" })];
  const cursor = createCursor(cells, (words) => (told.textContent = words));
  const together = createTogether(cells);
  const contrast = createContrast(cells, together);
  const [timeline, classes] = [createTimeline(together), createClassKey(together.reel)];
  const ways = createMenu("How one cursor moves through all maps", choose);
  const axes = createMenu("Axes of the maps", frame);
  const prints = createMenu("Pictures below the maps", print);
  const pause = button("Pause all", "Each waits after its step", () => all("pause", isGoing));
  const goOn = button("Go on", "All go on at full speed", () => all("go on", isHeld));
  const stop = button("Stop all", "Each keeps its model as far as it has come; who waits leaves the line", () => all("stop", isAlive));
  const tools = h("div", { class: "tools" }, pause, goOn, stop);
  const head = h("header", { class: "compare-head" }, h("h2", {}, "Side by side"), ways.element, axes.element, prints.element, tools);
  const row = h("div", { class: "compare-cells", style: `--cells: ${cells.length}` }, ...cells.map(({ element }) => element));
  const says = h("div", { class: "compare-says" }, told, aside, classes.element);
  const element = h("div", { class: "compare-room" }, head, says, row, contrast.element, timeline.element);
  let [axesAre, known, bounds] = ["same", "", ""]; // known: the set-ups that are told of; bounds: what all maps show
  root.append(element);
  [ways, axes, prints].forEach((menu, i) => menu.show([WAYS, AXES, PRINTS][i]));
  ways.mark(cursor.way);
  axes.mark(axesAre);
  print(PRINTS[0].name);
  const leaving = cells.flatMap(({ feed, reel }) => [feed.subscribe(mark), reel.subscribe(see)]);
  cursor.begin();

  // --- what a person asks for

  async function all(wish, which) {
    const answers = await Promise.all(cells.filter(which).map(({ feed }) => feed.wish(wish)));
    complain([...new Set(answers.filter(Boolean))].join(" "));
  }

  function choose(name) {
    const why = cursor.obstacle(name);
    complain(why);
    if (!why) cursor.turn(name);
    ways.mark(cursor.way);
  }

  function frame(name) {
    axesAre = name;
    axes.mark(name);
    for (const cell of cells) cell.reframe();
  }

  function print(name) {
    prints.mark(name);
    element.dataset.shown = name;
    for (const cell of cells) cell.print(name);
  }

  // --- what is shown

  function frameOf(cell) {
    const boxes = axesAre === "same" ? cells.map(({ box }) => box).filter(Boolean) : [cell.box];
    return roomFor(boxes);
  }

  /** A run has news. */
  function mark() {
    const specs = cells.map(({ feed }) => feed.state.spec);
    const key = JSON.stringify([specs, cells.map(({ feed }) => feed.state.name)]);
    if (key !== known) {
      known = key;
      const differences = differencesOf(specs);
      cells.forEach((cell, i) => cell.entitle(differences[i]));
      aside.textContent = Object.keys(WARNINGS).filter((what) => !agreeOn(specs, what)).map((what) => WARNINGS[what]).join(" "); // prettier-ignore
      if (cursor.obstacle(cursor.way) && !cursor.obstacle("z")) choose("z");
      contrast.redraw();
    }
    for (const [each, which] of [[pause, isGoing], [goOn, isHeld], [stop, isAlive]]) each.hidden = !cells.some(which); // prettier-ignore
  }

  /** Something else is seen of a run: what is common to all follows. */
  function see() {
    if (!told.textContent) cursor.begin();
    const top = Math.max(LEAST, ...cells.flatMap(({ reel }) => Array.from(reel.look?.kl ?? [])));
    for (const cell of cells) cell.weigh(top);
    const now = JSON.stringify(cells.map(frameOf));
    if (now === bounds) return;
    bounds = now;
    for (const cell of cells) cell.reframe();
  }

  return {
    dispose() {
      for (const each of leaving) each();
      for (const part of [timeline, classes, contrast, together]) part.dispose();
      for (const cell of cells) cell.dispose();
    },
  };
}

const isAlive = ({ feed }) => feed.state.alive;
const isGoing = ({ feed }) => ["running", "slow"].includes(feed.state.state);
const isHeld = ({ feed }) => ["paused", "slow"].includes(feed.state.state);
