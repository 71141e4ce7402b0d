// What the colours of the points mean: classes as chips that hide and isolate, or a scale with its two ends.

import { choose } from "../state.js";
import { h } from "../ui/dom.js";
import { coloursOf } from "./colours.js";
import { colourOf, SCALE } from "./palette.js";

const HELP = "Click hides or shows a class, a double click shows only this one.";

/** @param {import("../mount.js").Desk} desk */
export function createLegend({ store }) {
  const select = /** @type {HTMLSelectElement} */ (h("select", { class: "tool", "aria-label": "Colour the points by" }));
  const chips = h("div", { class: "chips", role: "group", "aria-label": `Classes. ${HELP}` });
  const [low, high] = [h("span", {}), h("span", {})];
  const bar = h("i", { style: `background: linear-gradient(to right, ${SCALE.join(", ")})` });
  const scale = h("div", { class: "scalebar", role: "img" }, low, bar, high);
  const element = h("div", { class: "legend" }, select, chips, scale);
  let names = [];

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
    const button = h("button", { type: "button", class: "chip", "data-label": label, title: HELP }, swatch, name);
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
    mark,
    /** @param {import("./colours.js").Colour | null} colour @param {[number, number] | null} ends of its scale */
    show(colour, ends) {
      const all = coloursOf(store.state);
      element.toggleAttribute("hidden", !colour);
      select.replaceChildren(...all.map(({ key, title, help }) => h("option", { value: key, title: help }, title)));
      select.value = colour?.key ?? "";
      select.title = colour ? `Coloured by: ${colour.title}. ${colour.help}` : "";
      names = colour?.names ?? [];
      chips.replaceChildren(...names.map(chip));
      mark(store.state.hidden);
      scale.toggleAttribute("hidden", !ends);
      if (!ends) return;
      [low.textContent, high.textContent] = ends.map(short);
      scale.title = `${colour.help} Beyond the ends the colour stays the same.`;
      scale.setAttribute("aria-label", `${colour.title}: from ${low.textContent} (dark) to ${high.textContent} (light).`);
    },
  };
}

/** Three digits that count. @param {number} value */
function short(value) {
  return Number(value.toPrecision(3)).toString().replace("-", "−");
}
