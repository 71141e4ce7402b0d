// Morph: the way from pin to pin in pictures, and under it what mixing the end pictures pixel by pixel would give.

import { pinAt, pinExamples, pinMean } from "../bar/actions.js";
import { createPins } from "../bar/pins.js";
import { PINS } from "../choices.js";
import { setAt, setsOf } from "../latent/sets.js";
import { stopsOf } from "../latent/travel.js";
import { changed, choose } from "../state.js";
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
  const ways = createMenu("Way", (way, event) => choose(store, { way }, event));
  const steps = createDial(store, "steps", { title: "Steps", about: "How many pictures on the way", step: 1, write: String });
  const [film, square, missing, ends] = [createFilm(desk), createSquare(desk), createMissing(store), createEnds(store)];
  const controls = h("div", { class: "controls" }, ways.element, steps.element, createPins(desk).element, ends.element);
  const element = h("div", { class: "panel morph", "data-tab": "morph" }, controls, missing.element, film.element, square.element);
  ways.show(WAYS);

  function turn(state) {
    const enough = stopsOf(state).length > 0;
    const held = missing.element.contains(element.getRootNode().activeElement);
    ways.mark(state.way);
    missing.show(state, enough);
    ends.show(state, enough);
    film.element.toggleAttribute("hidden", !enough || state.way === "square");
    square.element.toggleAttribute("hidden", !enough || state.way !== "square");
    if (held && enough) goOn();
  }

  /** What had the focus has gone: the focus goes on to what is there now, where the same can be chosen again. */
  function goOn() {
    const next = ends.element.hidden ? ways.element.querySelector(":checked") : ends.to;
    next.focus({ preventScroll: true });
  }
  turn(store.state);
  store.subscribe((state, before) => {
    if (changed(state, before, "way", "pins", "ends", "groups", "latents")) turn(state);
  });
  return { element, dispose: () => [film, square].forEach((part) => part.dispose()) };
}

/** What to do where there are too few pins. */
function createMissing(store) {
  const sentence = h("p", {});
  const buttons = h("div", { class: "joined" });
  const means = createMeanEnds(store);
  const element = h("div", { class: "missing", hidden: "" }, sentence, buttons, means.element);
  const freeIn = ({ pins }) => PINS.filter((name) => !pins[name]);
  const here = button((event) => pinAt(store, freeIn(store.state)[0], event));
  const one = button((event) => pinExamples(store, freeIn(store.state).slice(0, 1), event));
  const all = button((event) => pinExamples(store, PINS, event));
  buttons.append(here, one, all); // once: the focus must not be lost with a button that was pressed

  function show(state, enough) {
    element.toggleAttribute("hidden", enough);
    if (enough) return;
    means.show(state);
    const free = freeIn(state);
    const needed = state.way === "square" ? 4 : 2;
    const there = PINS.length - free.length;
    sentence.textContent = `${needed === 4 ? "A square lies between four pins" : "A morph leads from one pin to another"}: ${there === 0 ? "none is set yet" : `${there} of ${needed} ${there === 1 ? "is" : "are"} set`}. A pin keeps a z; press one above, or one of these.`;
    here.textContent = `Pin z as ${free[0]}`;
    one.textContent = `Pin a random example as ${free[0]}`;
    all.textContent = there ? "Fill the rest with random examples" : "Fill with four random examples";
    for (const each of [one, all]) each.toggleAttribute("disabled", !state.latents);
  }
  return { element, show };
}

function button(press) {
  const made = h("button", { type: "button", class: "tool" });
  made.addEventListener("click", press);
  return made;
}

const MEAN = "mean of "; // before a set’s key: it is pinned at this end

/** From which pin to which; and a mean can be pinned at either end. */
function createEnds(store) {
  const lists = ["From", "to"].map((word, i) => {
    const list = /** @type {HTMLSelectElement} */ (h("select", { class: "field", "aria-label": `${word} pin` }));
    onChosen(list, (event) => {
      const [now, chosen] = [stopsOf(store.state), list.value];
      if (chosen.startsWith(MEAN)) return pinMean(store, now[i], chosen.slice(MEAN.length), event);
      choose(store, { ends: exchanged(now, i, chosen).join("") }, event);
    });
    return list;
  });
  const element = h("div", { class: "joined ends" }, h("span", { class: "plain" }, "From"), lists[0], h("span", { class: "plain" }, "to"), lists[1]);
  return {
    element,
    to: lists[1],
    show(state, enough) {
      const two = enough && (state.way === "straight" || state.way === "spherical");
      element.toggleAttribute("hidden", !two);
      if (!two) return;
      const now = stopsOf(state);
      lists.forEach((list, i) => {
        const pins = PINS.filter((name) => state.pins[name]).map((name) => h("option", { value: name }, name));
        const means = h("optgroup", { label: `Pin here as ${now[i]} the mean of` }, ...optionsOf(setsOf(state), MEAN));
        list.replaceChildren(...pins, ...(means.children.length ? [means] : []));
        list.value = now[i];
      });
    },
  };
}

/** What lies between a 3 and an 8: the means of two classes or groups become the pins A and B. */
function createMeanEnds(store) {
  const lists = ["A", "B"].map((pin, i) => {
    const list = /** @type {HTMLSelectElement} */ (h("select", { class: "field", "aria-label": `${i ? "To" : "From"} the mean of` }));
    onChosen(list, (event) => pinMean(store, pin, list.value, event));
    return list;
  });
  const title = "The mean z of all examples of a class or group becomes the pin at this end of the way";
  const element = h("div", { class: "joined", title }, "or from the mean of", lists[0], "to the mean of", lists[1]);
  return {
    element,
    /** Only where no pin of a person’s own would be written over. */
    show(state) {
      const sets = setsOf(state);
      const held = Object.keys(state.pins).map((name) => ["A", "B"].includes(name) && setAt(state, state.pins[name].z) !== null);
      element.toggleAttribute("hidden", sets.length < 2 || state.way === "square" || held.includes(false));
      lists.forEach((list, i) => {
        const pin = state.pins["AB"[i]];
        list.replaceChildren(h("option", { value: "", disabled: "", hidden: "" }, "…"), ...optionsOf(sets));
        list.value = (pin && setAt(state, pin.z)) ?? "";
      });
    },
  };
}

function optionsOf(sets, before = "") {
  return sets.map(({ key, title }) => h("option", { value: before + key }, title));
}
