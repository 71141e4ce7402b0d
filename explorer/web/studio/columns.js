// A column of figures for each dimension of z, one of which a person chooses: small bars with their numbers below.

import { h } from "../ui/dom.js";
import { MOST } from "./closeup.js";

/**
 * @typedef {object} Line   of all columns
 * @property {string} name @property {"mu" | "sigma" | "epsilon" | "z" | "kl"} own   whose colour it has
 * @property {"signed" | "plain"} scale   from −limit, or from 0
 *
 * @typedef {object} Cell
 * @property {number} low @property {number} high   the ends of its bar
 * @property {number} [mark]   a line across @property {number} [dot] @property {string} figure   the number below
 */

/** The name of a number of a dimension: its letter and a subscript. @param {string} own @param {string} letter @param {number} k zero-based */
export const letterOf = (own, letter, k) => h("span", { class: `letter of-${own}` }, letter, h("sub", {}, String(k + 1)));

/**
 * @param {Line[]} lines @param {string} label for screen readers
 * @param {(k: number) => void} choose
 */
export function createColumns(lines, label, choose) {
  const heads = lines.map(({ name, own }) => {
    const scale = h("small", {});
    return { scale, element: h("div", { class: "scale-of" }, h("b", { class: `letter of-${own}` }, name), scale) };
  });
  const element = h("div", { class: "columns", role: "group", "aria-label": label }, h("div", { class: "scales-of" }, ...heads.map((head) => head.element)));
  let columns = [];

  function createColumn(k) {
    const cells = lines.map(({ own }) => {
      const [bar, mark, dot, figure] = [h("i", { class: "span" }), h("i", { class: "mark" }), h("i", { class: "dot" }), h("span", { class: "figure" })];
      return { bar, mark, dot, figure, element: h("span", { class: `gauge own-${own}` }, bar, mark, dot) };
    });
    const button = h("button", { type: "button", class: "dim" }, ...cells.flatMap(({ element: cell, figure }) => [cell, figure]), letterOf("z", "z", k));
    button.addEventListener("pointerenter", () => choose(k));
    button.addEventListener("focus", () => choose(k));
    button.addEventListener("click", () => choose(k));
    return { button, cells };
  }

  /** Left and right go from one to the next. */
  element.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = columns[columns.findIndex(({ button }) => button === event.target) + by];
    if (!by) return;
    event.stopPropagation();
    event.preventDefault();
    next?.button.focus();
  });

  function grow(d) {
    columns = Array.from({ length: Math.min(d, MOST) }, (_, k) => createColumn(k));
    const rest = d > MOST ? [h("p", { class: "rest" }, `and ${d - MOST} more dimensions`)] : [];
    element.replaceChildren(element.firstChild, ...columns.map(({ button }) => button), ...rest);
  }

  return {
    element,
    /**
     * @param {number} d dimensions @param {number} chosen
     * @param {(number | null)[]} limits   what the end of each line’s scale stands for; null: there is no such line
     * @param {(line: number, k: number) => Cell} cellOf
     */
    show(d, chosen, limits, cellOf) {
      if (columns.length !== Math.min(d, MOST)) grow(d);
      heads.forEach(({ element: head, scale }, line) => {
        head.toggleAttribute("hidden", limits[line] === null);
        scale.textContent = lines[line].scale === "signed" ? `±${limits[line]}` : `0 to ${limits[line]}`;
      });
      columns.forEach(({ button, cells }, k) => {
        button.setAttribute("aria-pressed", String(k === chosen));
        button.tabIndex = k === Math.min(chosen, MOST - 1) ? 0 : -1; // one stop for the Tab key
        cells.forEach(({ element: gauge, figure }, line) => [gauge, figure].forEach((part) => part.toggleAttribute("hidden", limits[line] === null)));
        const words = cells.flatMap((cell, line) => (limits[line] === null ? [] : [fill(cell, cellOf(line, k), lines[line], limits[line])]));
        button.setAttribute("aria-label", `Dimension ${k + 1}: ${words.join(", ")}`);
      });
    },
  };
}

/** @returns {string} its words */
function fill({ bar, mark, dot, figure }, { low, high, mark: line, dot: point, figure: text }, { name, scale }, limit) {
  const share = (value) => Math.max(0, Math.min(1, scale === "signed" ? (value / limit + 1) / 2 : value / limit));
  bar.style.setProperty("--low", String(share(low)));
  bar.style.setProperty("--high", String(share(high)));
  for (const [sign, value] of [[mark, line], [dot, point]]) {
    sign.toggleAttribute("hidden", value === undefined);
    if (value !== undefined) sign.style.setProperty("--at", String(share(value)));
  }
  figure.textContent = text;
  return `${name} ${text}`;
}

const NICE = [1, 1.5, 2, 3, 5, 7.5, 10];

/** A round number that no value goes beyond. @param {Iterable<number>} values @param {number} least */
export function limitOf(values, least = 0) {
  let most = least;
  for (const value of values) most = Math.max(most, Math.abs(value));
  const unit = 10 ** Math.floor(Math.log10(most || 1));
  return Number(((NICE.find((step) => step * unit >= most) ?? 10) * unit).toPrecision(2));
}
