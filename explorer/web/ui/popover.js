// A button that opens a small panel over the page: closed by Escape, by a click elsewhere, or by the button.

import { h } from "./dom.js";

/**
 * @param {string | Node} face of the button @param {string} label what it is for @param {...(Node | string)} inside
 * @returns {{element: HTMLDetailsElement, panel: HTMLElement, close: () => void}}
 */
export function createPopover(face, label, ...inside) {
  const panel = h("div", { class: "popover", role: "group", "aria-label": label });
  const button = h("summary", { class: "tool", title: label, "aria-label": label }, face);
  const element = /** @type {HTMLDetailsElement} */ (h("details", { class: "opens" }, button, panel));
  panel.append(...inside);

  const close = () => (element.open = false);
  const outside = (event) => event.composedPath().includes(element) || close();
  const escape = (event) => {
    if (event.key !== "Escape" || !element.open) return; // of a closed one nobody means this button
    event.stopPropagation();
    close();
    button.focus();
  };
  element.addEventListener("keydown", escape);
  element.addEventListener("toggle", () => {
    const listen = element.open ? "addEventListener" : "removeEventListener";
    window[listen]("pointerdown", outside, true);
    if (element.open) keepInside(panel);
  });
  return { element, panel, close };
}

/** Closes all that are open below an element, and so stops their listening to the window. @param {ParentNode} root */
export function closeAll(root) {
  for (const one of root.querySelectorAll("details.opens[open]")) one.open = false;
}

/** Moves a panel that would leave the window back into it. */
function keepInside(panel) {
  panel.style.translate = "";
  const { left, right } = panel.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const by = Math.max(8 - left, 0) || Math.min(width - 8 - right, 0);
  if (by) panel.style.translate = `${by}px 0`;
}
