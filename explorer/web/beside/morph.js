// Morph: the way from one place to another in pictures, and under it what mixing the end pictures pixel by pixel would give.

import { pinAt, pinExamples } from "../bar/actions.js";
import { createPins } from "../bar/pins.js";
import { PINS } from "../choices.js";
import { setsOf } from "../latent/sets.js";
import { endsOf, stopsOf } from "../latent/travel.js";
import { changed, isTold } from "../state.js";
import { h } from "../ui/dom.js";
import { onChosen } from "../ui/chosen.js";
import { createMenu } from "../ui/menu.js";
import { exchanged } from "../ui/pair.js";
import { createDial } from "./dial.js";
import { createFilm } from "./film.js";
import { createSquare } from "./square.js";

const WAYS = [
  { name: "straight", title: "Straight", about: "The straight line from one z to the other" },
  { name: "spherical", title: "Spherical", about: "Along the great circle: the direction turns evenly, the length goes evenly from one to the other (slerp)" },
  { name: "all", title: "All pins", about: "Straight from pin to pin, through all that are set" },
  { name: "square", title: "Square", about: "All places between four pins: A B above, C D below" },
];

/** @param {import("../mount.js").Desk} desk */
export function createMorph(desk) {
  const { store } = desk;
  const ways = createMenu("Way", (way, event) => film.turn({ way }, event));
  const steps = createDial(store, "steps", { title: "Steps", about: "How many pictures on the way", step: 1, write: String });
  const [film, square, missing, ends] = [createFilm(desk), createSquare(desk), createMissing(store), createEnds(store, (patch, event) => film.turn(patch, event))];
  const controls = h("div", { class: "controls" }, ways.element, steps.element, createPins(desk).element, ends.element);
  const element = h("div", { class: "panel morph", "data-tab": "morph" }, controls, missing.element, film.element, square.element);
  ways.show(WAYS);

  function turn(state) {
    const enough = stopsOf(state).length > 0;
    const held = missing.element.contains(element.getRootNode().activeElement);
    ways.mark(state.way);
    missing.show(state, enough);
    ends.show(state);
    film.element.toggleAttribute("hidden", !enough || state.way === "square");
    square.element.toggleAttribute("hidden", !enough || state.way !== "square");
    if (held && enough) goOn();
  }

  /** What had the focus has gone: the focus goes on to what is there now, where the same can be chosen again. */
  function goOn() {
    const next = ends.element.hidden ? ways.element.querySelector(":checked") : ends.to;
    next.focus({ preventScroll: true });
  }
  store.subscribe((state, before) => {
    if (changed(state, before, "model", "way", "pins", "ends", "groups", "latents", "label")) turn(state);
  });
  return { element, dispose: () => [film, square].forEach((part) => part.dispose()) };
}

/** What to do where there are too few pins. */
function createMissing(store) {
  const sentence = h("p", {});
  const buttons = h("div", { class: "joined" });
  const element = h("div", { class: "missing", hidden: "" }, sentence, buttons);
  const freeIn = ({ pins }) => PINS.filter((name) => !pins[name]);
  const here = button((event) => pinAt(store, freeIn(store.state)[0], event));
  const one = button((event) => pinExamples(store, freeIn(store.state).slice(0, 1), event));
  const all = button((event) => pinExamples(store, PINS, event));
  buttons.append(here, one, all); // once: the focus must not be lost with a button that was pressed

  function show(state, enough) {
    element.toggleAttribute("hidden", enough);
    if (enough) return;
    const free = freeIn(state);
    const needed = state.way === "square" ? 4 : 2;
    const there = PINS.length - free.length;
    const means = needed === 2 && state.way !== "all" && setsOf(state).length ? " Or choose means of classes and groups in the lists above." : "";
    sentence.textContent = `${needed === 4 ? "A square lies between four pins" : "A morph leads from one pin to another"}: ${there === 0 ? "none is set yet" : `${there} of ${needed} ${there === 1 ? "is" : "are"} set`}. A pin keeps a z; press one above, or one of these.${means}`;
    here.textContent = `Pin z as ${free[0]}`;
    one.textContent = `Pin a random example as ${free[0]}`;
    all.textContent = there ? "Fill the rest with random examples" : "Fill with four random examples";
    here.toggleAttribute("disabled", !isTold(state));
    for (const each of [one, all]) each.toggleAttribute("disabled", !state.latents);
  }
  return { element, show };
}

function button(press) {
  const made = h("button", { type: "button", class: "tool" });
  made.addEventListener("click", press);
  return made;
}

/** From where to where: pins, or the means of classes and groups, which write over no pin. @param {(patch: object, event: Event) => void} turn */
function createEnds(store, turn) {
  const lists = ["From", "to"].map((word, i) => {
    const list = /** @type {HTMLSelectElement} */ (h("select", { class: "field", "aria-label": word }));
    onChosen(list, (event) => turn({ ends: exchanged(endsOf(store.state), i, list.value) }, event));
    return list;
  });
  const element = h("div", { class: "joined ends" }, h("span", { class: "plain" }, "From"), lists[0], h("span", { class: "plain" }, "to"), lists[1]);
  return {
    element,
    to: lists[1],
    show(state) {
      const [now, sets] = [endsOf(state), setsOf(state)];
      const pins = PINS.filter((name) => state.pins[name]);
      element.toggleAttribute("hidden", ["all", "square"].includes(state.way) || pins.length + sets.length < 2);
      lists.forEach((list, i) => {
        const means = h("optgroup", { label: "The mean of" }, ...sets.map(({ key, title }) => h("option", { value: key }, title)));
        const none = h("option", { value: "", disabled: "", hidden: "" }, "…");
        list.replaceChildren(none, ...pins.map((name) => h("option", { value: name }, name)), ...(sets.length ? [means] : []));
        list.value = now[i];
      });
    },
  };
}
