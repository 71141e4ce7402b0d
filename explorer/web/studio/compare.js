// Several runs side by side that began alike: on the same axes, at the same step, with one cursor through all their maps.

import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { button } from "../ui/button.js";
import { createCloud } from "./cloud.js";
import { createFace } from "./face.js";
import { createFeed } from "./feed.js";
import { createReel } from "./reel.js";
import { createTimeline } from "./timeline.js";

const WAYS = [
  { name: "example", title: "Same picture", about: "In each map the cursor goes to the same test picture, the one nearest to it" },
  { name: "z", title: "Same z", about: "In each map the cursor goes to the same z" },
];

/**
 * @param {HTMLElement} root
 * @param {string[]} urls   of the runs
 * @param {import("../engine/runtime.js").Runtime} runtime
 * @param {(sentence: string) => void} complain
 */
export function createComparison(root, urls, runtime, complain) {
  const ways = createMenu("How one cursor moves through all maps", (name) => choose(name));
  const cells = urls.map((url) => createCell(url, runtime, complain, { moved, frame }));
  const reel = { ...many(cells), get stage() { return cells[0].reel.stage; }, get look() { return cells[0].reel.look; }, get wanted() { return cells[0].reel.wanted; } }; // prettier-ignore
  const timeline = createTimeline({ feed: cells[0].feed, reel });
  const all = (wish) => Promise.all(cells.filter(({ feed }) => feed.state.alive).map(({ feed }) => feed.wish(wish)));
  const tools = h("div", { class: "tools" }, button("Pause all", "Each waits after its step", () => all("pause")),
    button("Go on", "All go on at full speed", () => all("go on")), button("Stop all", "Each keeps its model as far as it has come", () => all("stop"))); // prettier-ignore
  let way = "example";
  ways.show(WAYS);
  ways.mark(way);
  root.append(h("header", { class: "course" }, h("h2", {}, "Side by side"), ways.element, tools),
    h("div", { class: "cells", style: `--cells: ${cells.length}` }, ...cells.map(({ element }) => element)), timeline.element); // prettier-ignore

  function choose(name) {
    const agree = new Set(cells.map(({ reel: { stage } }) => stage?.d)).size === 1;
    if (name === "z" && !agree) {
      ways.mark(way);
      return complain("These runs differ in the number of latent dimensions, so the same z means nothing in all of them.");
    }
    way = name;
    complain("");
  }

  /** A person has pointed at a place of one map. @param {number[]} z @param {number | null} index the example nearest to it */
  function moved(cell, z, index, event) {
    for (const other of cells) {
      if (other === cell || way === "z") other.go(z, event);
      else if (index !== null) other.goTo(index, event);
    }
  }

  /** The same axes for all. */
  function frame() {
    const boxes = cells.map(({ box }) => box).filter(Boolean);
    return [Math.min, Math.min, Math.max, Math.max].map((choice, i) => choice(...boxes.map((box) => box[i])));
  }

  return {
    dispose() {
      timeline.dispose();
      for (const cell of cells) cell.dispose();
    },
  };
}

/** One run of several: its name, its map, its losses, and its picture of the cursor. */
function createCell(url, runtime, complain, { moved, frame }) {
  const feed = createFeed(url);
  const reel = createReel(feed, complain);
  const [name, losses] = [h("h3", {}), h("p", { class: "losses" })];
  const face = createFace(feed, reel, runtime);
  let z = null;
  const cloud = createCloud({ reel, move: (to, event, index) => moved(cell, to, index, event), z: () => z, turning: () => true, frame: (own) => ((cell.box = own), frame()) });
  const element = h("article", { class: "cell" }, h("header", {}, name, losses), cloud.element, face.element);
  const leave = feed.subscribe(({ name: called, state, words, lost, reports }) => {
    name.textContent = called;
    const last = reports.at(-1);
    const parts = last ? `reconstruction ${last.reconstruction.toFixed(1)}${last.kl === undefined ? "" : `, KL ${last.kl.toFixed(1)}`}` : "";
    losses.textContent = [state, lost || words, parts].filter(Boolean).join(" · ");
  });

  const cell = {
    element,
    feed,
    reel,
    box: null,
    go(to, event) {
      const { d, classes } = reel.stage ?? {};
      if (to.length !== d) return;
      z = to;
      face.show(z, classes ? 0 : null, event);
      cloud.follow();
    },
    goTo(index, event) {
      const { look, stage } = reel;
      if (look && stage) cell.go(Array.from(look.mean.subarray(index * stage.d, (index + 1) * stage.d)), event);
    },
    dispose() {
      leave();
      for (const part of [cloud, face, reel, feed]) part.dispose();
    },
  };
  return cell;
}

/** What a time machine asks of a film, asked of all. */
function many(cells) {
  return {
    go: (step) => cells.forEach(({ reel }) => reel.go(step)),
    prepare: (index) => cells.forEach(({ reel }) => reel.prepare(index)),
    subscribe(view) {
      const leaving = cells.map(({ reel }) => reel.subscribe(view));
      return () => leaving.forEach((leave) => leave());
    },
  };
}
