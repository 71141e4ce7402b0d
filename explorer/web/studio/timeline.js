// The time machine: a rail of all moments of the film, to scrub, to step through and to play; and back to what happens now.

import { h, s } from "../ui/dom.js";
import { button } from "../ui/button.js";

const FRAME_MS = 180; // of a film: points have just arrived when the next moment comes
const CALM_MS = 900;
const AHEAD = 3; // moments that are fetched before they are due

/**
 * @param {object} studio
 * @param {import("./feed.js").Feed} studio.feed @param {import("./reel.js").Reel} studio.reel
 * @param {(step: number) => void} [studio.branch]   a new run is wanted that goes on from there
 */
export function createTimeline({ feed, reel, branch }) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "Moment of the training" }));
  const marks = s("svg", { class: "marks", "aria-hidden": "true", preserveAspectRatio: "none", viewBox: "0 0 1 1" });
  const said = h("output", { class: "moment" });
  const playing = button("▶", "Play the film of the training", () => (timer ? stop() : play()));
  const live = button("Live", "Follow what happens now", () => leave(null));
  const fork = button("Continue from here", "Begin a new run that goes on from this moment", () => reel.look && branch(reel.look.step));
  const element = h("section", { class: "timeline" }, playing, h("div", { class: "rail" }, marks, input), said, live, ...(branch ? [fork] : []));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = 0;

  const index = () => {
    const { moments } = feed.state;
    const at = reel.wanted === null ? moments.length - 1 : moments.findIndex(([step]) => step === reel.wanted);
    return Math.max(0, at);
  };

  function seek(at) {
    const { moments } = feed.state;
    const to = Math.min(moments.length - 1, Math.max(0, at));
    if (moments[to]) reel.go(moments[to][0]);
    for (let i = 1; i <= AHEAD; i++) reel.prepare(to + i);
  }

  function leave(step) {
    stop();
    reel.go(step);
  }

  function play() {
    if (index() >= feed.state.moments.length - 1) seek(0);
    const tick = () => {
      if (index() >= feed.state.moments.length - 1) return stop();
      seek(index() + 1);
      timer = setTimeout(tick, calm.matches ? CALM_MS : FRAME_MS);
    };
    timer = setTimeout(tick, FRAME_MS);
    mark();
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
    mark();
  }

  function mark() {
    const { moments, changes, alive } = feed.state;
    input.max = String(Math.max(0, moments.length - 1));
    input.value = String(index());
    input.disabled = moments.length < 2;
    const step = reel.look?.step ?? 0;
    const { epoch } = reel.look?.figures ?? {};
    const words = `step ${step.toLocaleString("en")}${epoch === undefined ? "" : `, epoch ${epoch.toFixed(epoch < 10 ? 2 : 0)}`}`;
    said.textContent = reel.look ? words : "";
    input.setAttribute("aria-valuetext", words);
    playing.textContent = timer ? "❚❚" : "▶";
    playing.setAttribute("aria-label", timer ? "Stop the film" : "Play the film of the training");
    live.setAttribute("aria-pressed", String(reel.wanted === null));
    live.textContent = alive ? "Live" : "Latest";
    fork.disabled = !moments.length;
    markChanges(moments, changes);
  }

  function markChanges(moments, changes) {
    while (marks.childElementCount > changes.length) marks.lastChild.remove();
    while (marks.childElementCount < changes.length) marks.append(s("line", { y1: 0, y2: 1 }));
    changes.forEach(({ step }, i) => {
      const after = moments.findIndex(([each]) => each >= step);
      const x = String(moments.length > 1 ? (after < 0 ? moments.length - 1 : after) / (moments.length - 1) : 0);
      for (const side of ["x1", "x2"]) marks.children[i].setAttribute(side, x);
    });
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = 0;
    seek(Number(input.value));
  });
  const leaving = [feed.subscribe(mark), reel.subscribe(mark)];
  mark();
  return {
    element,
    dispose() {
      clearTimeout(timer);
      for (const each of leaving) each();
    },
  };
}
