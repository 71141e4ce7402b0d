// What the colours of the points mean: classes as chips that hide and isolate, or a scale with its two ends.

import { choose } from "../state.js";
import { h } from "../ui/dom.js";
import { short } from "../ui/words.js";
import { coloursOf } from "./colours.js";
import { CLASSES, colourOf, SCALE } from "./palette.js";

const ROWS = 2; // of chips, before a press shows all
const HELP = "Click hides or shows a class, a double click shows only this one.";

/**
 * What the colours of the points mean, in words.
 * @typedef {object} Meaning
 * @property {string} title
 * @property {{name: string, colour: string}[]} classes   that are shown; none of a scale
 * @property {[string, string] | null} ends               of a scale
 */

/** @param {import("./colours.js").Colour | null} colour @param {[number, number] | null} ends @param {number[]} hidden @returns {Meaning | null} */
export function meaningOf(colour, ends, hidden) {
  if (!colour) return null;
  const all = (colour.names ?? []).map((name, label) => ({ name, colour: colourOf(label) }));
  return { title: colour.title, classes: all.filter((_, label) => !hidden.includes(label)), ends: ends && inWords(ends, colour) };
}

function inWords(ends, { unit }) {
  const [low, high] = ends.map(short);
  return [low, unit ? `${high} ${unit}` : high];
}

/** @param {import("../mount.js").Desk} desk */
export function createLegend({ store }) {
  const select = /** @type {HTMLSelectElement} */ (h("select", { class: "tool", "aria-label": "Colour the points by" }));
  const chips = h("div", { class: "chips", role: "group", "aria-label": `Classes. ${HELP}` });
  const [low, high] = [h("span", {}), h("span", {})];
  const bar = h("i", { style: `background: linear-gradient(to right, ${SCALE.join(", ")})` });
  const scale = h("div", { class: "scalebar", role: "img" }, low, bar, high);
  const more = h("button", { type: "button", class: "tool rest", "aria-expanded": "false", hidden: "" });
  const element = h("div", { class: "legend", hidden: "" }, select, chips, more, scale);
  let names = [];
  let built = null; // the colour that the chips are of: a chip must not vanish under the finger or the focus that is on it

  /** Whole rows only, and how many chips lie below them. */
  function fold() {
    const open = more.getAttribute("aria-expanded") === "true";
    const tops = Array.from(chips.children, (each) => each.offsetTop);
    const rows = [...new Set(tops)];
    const beyond = tops.filter((top) => top > rows[ROWS - 1]).length;
    more.toggleAttribute("hidden", beyond === 0);
    more.textContent = open ? "Fewer" : `+${beyond}`;
    more.title = [open ? `Show ${ROWS} rows of classes` : `Show ${beyond} more classes`, ...shared(names)].join(". ");
  }
  const watch = new ResizeObserver(() => requestAnimationFrame(fold));
  watch.observe(chips);

  function unfold(open) {
    more.setAttribute("aria-expanded", String(open));
    chips.classList.toggle("all", open);
    chips.scrollTop = 0;
    fold();
  }
  more.addEventListener("click", () => unfold(more.getAttribute("aria-expanded") !== "true"));

  /** What the colours can be, and what the chips mean: only of another colour or other pictures. */
  function build(colour) {
    const all = coloursOf(store.state);
    built = colour;
    select.replaceChildren(...all.map(({ key, title, help }) => h("option", { value: key, title: help }, title)));
    names = colour?.names ?? [];
    chips.replaceChildren(...names.map(chip));
    chips.setAttribute("aria-label", ["Classes", HELP, ...shared(names)].join(". "));
    unfold(false);
  }

  select.addEventListener("change", (event) => choose(store, { colour: select.value, hidden: [] }, event));

  function toggle(label, event) {
    const { hidden } = store.state;
    const next = hidden.includes(label) ? hidden.filter((other) => other !== label) : [...hidden, label];
    choose(store, { hidden: next.sort((one, other) => one - other) }, event);
  }

  /** Only this class, or all of them if it is alone already. */
  function isolate(label, event) {
    const others = Array.from(names.keys()).filter((other) => other !== label);
    const alone = others.every((other) => store.state.hidden.includes(other));
    choose(store, { hidden: alone ? [] : others }, event);
  }

  function chip(name, label) {
    const swatch = h("i", { class: "swatch", style: `background: ${colourOf(label)}` });
    const button = h("button", { type: "button", class: "chip", "data-label": label, title: [HELP, ...shared(names)].join(" ") }, swatch, name);
    button.addEventListener("click", (event) => toggle(label, event));
    button.addEventListener("dblclick", (event) => isolate(label, event));
    button.addEventListener("keydown", (event) => event.key === "Enter" && event.shiftKey && isolate(label, event));
    return button;
  }

  function mark(hidden) {
    for (const each of chips.children) {
      const on = !hidden.includes(Number(each.dataset.label));
      each.setAttribute("aria-pressed", String(on));
      each.classList.toggle("faded", !on);
    }
  }

  return {
    element,
    dispose: () => watch.disconnect(),
    /** @param {import("./colours.js").Colour | null} colour @param {[number, number] | null} ends of its scale */
    show(colour, ends) {
      element.toggleAttribute("hidden", !colour);
      if (colour !== built) build(colour);
      select.value = colour?.key ?? "";
      select.title = colour ? `Coloured by: ${colour.title}. ${colour.help}` : "";
      mark(store.state.hidden);
      scale.toggleAttribute("hidden", !ends);
      if (!ends) return;
      [low.textContent, high.textContent] = inWords(ends, colour);
      scale.title = `${colour.help} Beyond the ends the colour stays the same.`;
      scale.setAttribute("aria-label", `${colour.title}: from ${low.textContent} (dark) to ${high.textContent} (light).`);
    },
  };
}

/** What an eye would trip over: colours that come round again. @returns {string[]} */
function shared({ length }) {
  return length > CLASSES.length ? [`${length} classes share ${CLASSES.length} colours: rest on a point for its name.`] : [];
}
