// The head of a run: what it is, where it stands, how fast it goes; and what a person may ask of its trainer.

import { button } from "../ui/button.js";
import { h } from "../ui/dom.js";
import { createPopover } from "../ui/popover.js";

export const WORDS = {
  waiting: "waits in line", starting: "is starting", running: "is being trained", slow: "in slow motion", paused: "is paused",
  saving: "is being kept", stopped: "was stopped", failed: "failed", died: "died", done: "is done",
}; // prettier-ignore
const TITLES = { beta: "β", rate: "Learning rate", warmup: "KL warm-up", free_bits: "Free bits", clip: "Longest gradient" };
const LOOK_BACK = 6; // reports over which the speed is averaged

/** @param {import("./studio.js").Studio} studio */
export function createCourse({ feed, reel, ask, act }) {
  const name = h("h2", {});
  const state = h("span", { class: "state", role: "status" });
  const words = h("span", { class: "words" });
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Share of the training that is done" });
  const speed = h("span", { class: "speed" });
  const pause = button("Pause", "Wait after this step; what was learnt is kept", () => ask(feed.state.state === "paused" ? "go on" : "pause"));
  const stop = button("Stop", "Keep the model as far as it has come", () => ask("stop"));
  const resume = button("Resume", "Go on from where it ended", () => act("resume", {}));
  const open = button("Explore it", "Open in the explorer: the model that was kept, or the moment that is seen", explore);
  const rules = createPopover("Rules", "What may change while it is trained", h("div", { class: "rules" }));
  const element = h("header", { class: "course" }, h("div", { class: "who" }, name, state, words), h("div", { class: "how" }, bar, speed),
    h("div", { class: "tools" }, pause, stop, resume, open, rules.element)); // prettier-ignore
  let drawn = ""; // the knobs that are shown

  function mark() {
    const now = feed.state;
    const { alive } = now;
    name.textContent = now.name;
    state.textContent = WORDS[now.state] ?? now.state;
    state.dataset.state = now.state;
    words.textContent = now.lost || now.words;
    bar.value = now.reports.at(-1) && alive ? shareOf(now) : now.done;
    speed.textContent = ["running", "starting"].includes(now.state) ? paceOf(now) : ""; // it has none while it is held
    pause.textContent = now.state === "paused" ? "Go on" : "Pause";
    for (const each of [pause, stop]) each.toggleAttribute("hidden", !alive);
    pause.disabled = ["waiting", "starting", "saving"].includes(now.state);
    resume.toggleAttribute("hidden", alive || !now.name || now.state === "done");
    open.toggleAttribute("hidden", !now.model && !now.moments.length);
    open.disabled = now.state === "saving"; // in a moment there is a model
    rules.element.toggleAttribute("hidden", !alive || !now.knobs.length);
    showKnobs(now.knobs);
  }

  /** A moment that is scrubbed to, or the newest one of a training that goes on; else what was kept at its end. */
  function explore() {
    const { model, alive } = feed.state;
    const [step] = (model && !alive && reel.wanted === null) || !reel.decodable ? [] : reel.decodable;
    act("explore", step === undefined ? {} : { step });
  }

  /** The knobs stand as the trainer has them; one that a person is typing into stays. */
  function showKnobs(knobs) {
    const key = knobs.map(({ name }) => name).join();
    if (key === drawn) {
      for (const { name, default: value } of knobs) {
        const input = rules.element.querySelector(`[name="${name}"]`);
        if (!input.matches(":focus")) input.value = String(value);
      }
      return;
    }
    drawn = key;
    rules.element.querySelector(".rules").replaceChildren(...knobs.map(knobOf), h("p", { class: "aside" }, "A change is marked on the curves and written down with the run."));
  }

  function knobOf({ name: knob, default: value, low, high, help }) {
    const input = /** @type {HTMLInputElement} */ (h("input", { type: "number", name: knob, step: "any", min: low, max: high, value }));
    const label = h("label", { title: help }, h("span", {}, TITLES[knob] ?? knob), input, h("small", {}, help));
    input.addEventListener("change", async () => {
      const to = Number(input.value);
      const why = input.value === "" || !(to >= low && to <= high) ? `${knob} must lie between ${low} and ${high}.` : await ask("change", { [knob]: to });
      if (why) input.value = String(feed.state.knobs.find(({ name }) => name === knob)?.default ?? value);
      label.querySelector("small").textContent = why || help;
    });
    return label;
  }

  const leave = feed.subscribe(mark);
  mark();
  return { element, dispose: leave };
}

function shareOf({ spec, reports, done }) {
  const { epochs = 0, minutes = 0 } = spec?.training ?? {};
  const { seconds, epoch } = reports.at(-1);
  if (minutes) return Math.min(1, seconds / (60 * minutes));
  return epochs ? Math.min(1, epoch / epochs) : done;
}

/** How fast it goes, and how long it will take if it goes on like that. */
function paceOf(now) {
  const last = now.reports.slice(-LOOK_BACK);
  const speeds = last.map((each) => each.speed ?? 0).filter((each) => each > 0);
  if (!speeds.length) return "";
  const fast = speeds.reduce((sum, each) => sum + each, 0) / speeds.length;
  const share = shareOf(now);
  const left = share > 0 ? (last.at(-1).seconds * (1 - share)) / share : 0;
  return `${Math.round(fast).toLocaleString("en")} images/s${left ? `, ${durationOf(left)} left` : ""}`;
}

/** @param {number} seconds */
export function durationOf(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
