// Small panels over the page, closed by Escape, by a click elsewhere, or by the button that opened them.

import { h } from "./dom.js";

const MARGIN = 8; // pixels to the edge of the window

/**
 * A button with a panel of its own.
 * @param {string | Node} face of the button @param {string} label what it is for @param {...(Node | string)} inside
 * @returns {{element: HTMLDetailsElement, panel: HTMLElement, close: () => void}}
 */
export function createPopover(face, label, ...inside) {
  const panel = h("div", { class: "popover", role: "group", "aria-label": label });
  const button = h("summary", { class: "tool", title: label, "aria-label": label }, face);
  const element = /** @type {HTMLDetailsElement} */ (h("details", { class: "opens" }, button, panel));
  panel.append(...inside);

  const close = () => (element.open = false);
  const outside = outsideOf(() => [element], close);
  const escape = escapeTo(() => element.open && button, close); // of a closed one nobody means this button
  element.addEventListener("keydown", escape);
  element.addEventListener("toggle", () => {
    const listen = element.open ? "addEventListener" : "removeEventListener";
    window[listen]("pointerdown", outside, true);
    if (element.open) keepInside(panel);
  });
  return { element, panel, close };
}

/**
 * A panel that many buttons open, one at a time: it lies over all else, at the button.
 * @param {HTMLElement} panel with the attribute popover @param {() => void} closed   hears of each time that it was closed
 */
export function createSharedPanel(panel, closed) {
  let button = null; // that opened it; null: it is closed

  function close() {
    if (!button) return;
    const by = button;
    button = null;
    closed();
    panel.hidePopover();
    by.setAttribute("aria-expanded", "false");
    window.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("keydown", escape, true);
  }

  const outside = outsideOf(() => [panel, button], close);
  const escape = escapeTo(() => button, close);

  /** Above the button where there is room, else below it; never outside of the window. */
  function place() {
    if (!button) return;
    const [at, own] = [button.getBoundingClientRect(), panel.getBoundingClientRect()];
    const above = at.top - own.height - MARGIN;
    const top = above > MARGIN ? above : Math.min(at.bottom + MARGIN, innerHeight - own.height - MARGIN);
    panel.style.left = `${Math.max(MARGIN, Math.min(at.left, innerWidth - own.width - MARGIN))}px`;
    panel.style.top = `${Math.max(MARGIN, top)}px`;
  }

  return {
    close,
    place,
    /** @param {HTMLElement} by */
    open(by) {
      close();
      button = by;
      button.setAttribute("aria-expanded", "true");
      panel.showPopover();
      place();
      window.addEventListener("pointerdown", outside, true);
      window.addEventListener("keydown", escape, true);
    },
  };
}

/** @param {() => (Node | null)[]} parts of what is open */
function outsideOf(parts, close) {
  return (event) => event.composedPath().some((each) => parts().includes(each)) || close();
}

/** @param {() => HTMLElement | null | false} button   that gets the focus back; none: nothing is open */
function escapeTo(button, close) {
  return (event) => {
    const back = button();
    if (event.key !== "Escape" || !back) return;
    event.stopPropagation();
    close();
    back.focus();
  };
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
  const by = Math.max(MARGIN - left, 0) || Math.min(width - MARGIN - right, 0);
  if (by) panel.style.translate = `${by}px 0`;
}
