// Slow motion: one batch at a time, its eight phases lit one after the other on the drawing, with the numbers of that batch.

import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { createMenu } from "../ui/menu.js";
import { counted, written } from "../ui/words.js";
import { rowOf, seenOf } from "./closeup.js";
import { createNetwork } from "./network.js";
import { PHASES } from "./phases.js";
import { addressOf, createChoice } from "./pictures.js";
import { createStrides } from "./strides.js";

const SPEEDS = [[8, "0.5×"], [4, "1×"], [2, "2×"]].map(([seconds, title]) => ({ name: String(seconds), title, about: `A batch takes ${seconds} seconds` })); // prettier-ignore
const DAMAGED = "The drawing of this network cannot be read (blueprint.json in the folder of the run). Resume the run, and it is made anew.";
const AT_WORK = ["running", "slow", "paused"];

/**
 * @param {import("./studio.js").Studio} studio   feed.state has the blueprint and the latest close-up, or null for each
 * @returns {{element: HTMLElement, dispose: () => void}}
 */
export function createSlowMotion({ root, feed, ask }) {
  let [closeup, network, blueprint, drawn] = [null, null, null, null]; // drawn: the last blueprint that we were given
  let [i, k, seconds] = [0, 0, 4]; // the picture and the dimension that are looked at
  let walked = ""; // the phase that is shown, and the one that is held
  const strides = createStrides(PHASES.length, walk);

  const slow = button("Slow motion", "One batch at a time, each phase for itself", () => go("slow", { seconds }));
  const step = button("One step", "Take one more step, look at it, and wait", () => go("step"));
  const pause = button("Pause", "Wait after this step, and hold what is lit", () => (strides.freeze(true), ask("pause")));
  const onward = button("Full speed", "Go on as fast as it can", () => go("go on"));
  const speed = createMenu("Speed of slow motion", choosePace);
  const note = h("p", { class: "note" });
  const room = h("div", { class: "net" });
  const steps = PHASES.map(({ title }, at) => createStep(title, at));
  const panels = PHASES.map(({ panel }) => panel(chooseDimension));
  const stages = panels.map(({ element }, at) => h("section", { class: "phase", "aria-label": PHASES[at].title }, element));
  const choice = createChoice(choosePicture);
  const sum = createSum();
  const body = h("div", { class: "batch", hidden: "" }, choice.element, h("div", { class: "phase-room" }, ...stages));
  const said = h("p", { class: "unseen", "aria-live": "polite" });
  const controls = h("div", { class: "controls" }, slow, step, pause, onward, speed.element, note);
  const list = h("ol", { class: "phases" }, ...steps.map((each) => each.element));
  const element = h("section", { class: "slowmotion", "aria-label": "Slow motion", tabindex: -1 }, controls, room, list, sum.element, body, keysLine(), said);
  speed.show(SPEEDS);
  speed.mark(String(seconds));

  // --- what a person does

  function go(wish, values) {
    strides.freeze(false);
    return ask(wish, values);
  }

  function choosePace(name) {
    seconds = Number(name);
    strides.pace(seconds);
    if (feed.state.state === "slow") ask("slow", { seconds });
  }

  function choosePicture(next) {
    i = next;
    fill();
  }

  function chooseDimension(next) {
    if (next === k) return;
    k = next;
    panels.forEach((panel) => panel.show(seen(), k, about()));
  }

  /** Holds a phase, or lets go of the one that is held. @param {number | null} at */
  function hold(at) {
    strides.hold(at === strides.held ? null : at);
    const name = (which) => `Phase ${which + 1} of ${PHASES.length}, ${PHASES[which].title}`;
    said.textContent = strides.held === null ? "The phases go on." : `${name(strides.held)}, is held. ${stages[strides.held].querySelector(".tells").textContent}`;
  }

  root.addEventListener("keydown", (event) => {
    if (!closeup || element.offsetParent === null || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input")) return;
    const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const number = Number(event.key) - 1;
    if (beside) hold(Math.max(0, Math.min(PHASES.length - 1, strides.phase + beside)));
    else if (number in PHASES) hold(number);
    else if (event.key === "Escape" && strides.held !== null) hold(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  function createStep(title, at) {
    const press = h("button", { type: "button", title: "Hold this phase; once more, and the phases go on", disabled: "" }, h("b", {}, String(at + 1)), ` ${title}`);
    press.addEventListener("click", () => hold(at));
    return { press, element: h("li", {}, press) };
  }

  // --- what is shown

  const seen = () => seenOf(closeup, blueprint.shape, i);
  const about = () => ({ shape: blueprint.shape, classes: blueprint.classes, beta: closeup.words.beta ?? null });

  /** The phases come by. @param {number | null} phase null: none is lit @param {number} share of it that has passed */
  function walk(phase, share) {
    network?.light(PHASES[phase]?.name ?? null, share);
    steps.forEach(({ press }, at) => press.style.setProperty("--share", String(phase === null || at > phase ? 0 : at < phase ? 1 : share)));
    const key = `${phase} ${strides.held}`;
    if (key !== walked) turn(phase);
    walked = key;
  }

  function turn(phase) {
    steps.forEach(({ press }, at) => {
      if (at === phase) press.setAttribute("aria-current", "step");
      else press.removeAttribute("aria-current");
      press.setAttribute("aria-pressed", String(at === strides.held));
    });
    if (phase !== null) stages.forEach((stage, at) => stage.classList.toggle("shown", at === phase));
  }

  function fill() {
    const { shape } = blueprint;
    const { pictures, i: at } = seen();
    const { x, picture } = closeup.arrays;
    choice.paint(x, shape, pictures);
    choice.mark(at);
    network.paint("x", addressOf(rowOf(x, at, pictures), shape));
    network.paint("picture", addressOf(rowOf(picture, at, pictures), shape));
    panels.forEach((panel) => panel.show(seen(), k, about()));
    sum.show(seen());
  }

  function begin() {
    body.removeAttribute("hidden");
    for (const { press } of steps) press.disabled = false;
    fill();
    strides.begin();
    if (feed.state.state !== "slow") said.textContent = sum.words; // in slow motion that would be too much to hear
  }

  function mark({ state, alive, step: now }) {
    const busy = !alive || !AT_WORK.includes(state);
    for (const each of [slow, step, pause, onward]) each.disabled = busy;
    pause.disabled ||= state === "paused";
    onward.disabled ||= state === "running";
    slow.setAttribute("aria-pressed", String(alive && state === "slow"));
    note.textContent = noteOf(state, alive, now);
  }

  function noteOf(state, alive, now) {
    if (!alive) return closeup ? `Nobody trains this model now. This was step ${counted(closeup.words.step)}.` : "Nobody trains this model now, so there is no batch to look at.";
    if (!closeup) return "Press Slow motion, or One step, to see a batch from near.";
    const batch = `Step ${counted(closeup.words.step)}: a batch of ${counted(closeup.words.pictures)} pictures.`;
    return state === "running" ? `${batch} The training is at step ${counted(now)} by now.` : batch;
  }

  function draw(next) {
    [network, blueprint, closeup, k] = [null, null, null, 0];
    try {
      network = createNetwork(next);
      blueprint = next;
      room.replaceChildren(network.element);
    } catch {
      room.replaceChildren(h("p", { class: "note", role: "status" }, DAMAGED));
    }
  }

  function look() {
    if (element.offsetParent === null) return; // nobody sees it; it looks again once somebody does
    const { state } = feed;
    if (state.blueprint && state.blueprint !== drawn) draw((drawn = state.blueprint));
    const fresh = blueprint && state.closeup && state.closeup !== closeup;
    const later = fresh && closeup?.words.step !== state.closeup.words.step;
    if (fresh) closeup = state.closeup;
    if (later) begin();
    mark(state);
    if (state.state === "running" && closeup && strides.over && strides.held === null) strides.rest();
  }

  const watch = new ResizeObserver(look); // a panel that is opened shows what there is
  watch.observe(element);
  const leave = feed.subscribe(look);

  return {
    element,
    dispose() {
      leave();
      watch.disconnect();
      strides.dispose();
    },
  };
}

/** The loss of the batch as a sum that holds as it is shown. */
function createSum() {
  const [total, reconstruction, regularization] = ["b", "span", "span"].map((tag) => h(tag, {}));
  const sign = h("span", {});
  const part = (own, value, words) => h("span", { class: `part of-${own}` }, value, h("small", {}, words));
  const element = h("p", { class: "sum", hidden: "" }, h("span", { class: "part" }, total, h("small", {}, "loss, nats per image")), "=",
    part("reconstruction", reconstruction, "reconstruction"), sign, part("regularization", regularization, "regularization")); // prettier-ignore
  return {
    element,
    get words() {
      const [all, first, second] = [total, reconstruction, regularization].map(({ textContent }) => textContent);
      return `Loss ${all} = reconstruction ${first} ${sign.textContent} regularization ${second} nats per image.`;
    },
    /** @param {import("./closeup.js").Seen} seen */
    show({ sums }) {
      element.removeAttribute("hidden");
      const { digits } = sums;
      total.textContent = written(sums.total, digits);
      reconstruction.textContent = written(sums.reconstruction, digits);
      sign.textContent = sums.regularization < 0 ? "−" : "+";
      regularization.textContent = written(Math.abs(sums.regularization), digits);
    },
  };
}

function keysLine() {
  const key = (name) => h("kbd", {}, name);
  return h("p", { class: "fine" }, key("1"), " to ", key("8"), " hold a phase, ", key("←"), " ", key("→"), " the one beside it, ", key("Esc"), " lets go.");
}
