// The buttons of every day: undo and redo, and the ways to a new z.

import { h } from "./ui/dom.js";

/** @param {import("./mount.js").Desk} desk */
export function createBar({ history }) {
  const undo = h("button", { type: "button", class: "tool", title: "Undo (Ctrl+Z)", "aria-label": "Undo" }, "↶");
  const redo = h("button", { type: "button", class: "tool", title: "Redo (Ctrl+Shift+Z)", "aria-label": "Redo" }, "↷");
  undo.addEventListener("click", (event) => history.undo(event));
  redo.addEventListener("click", (event) => history.redo(event));
  const mark = () => {
    undo.toggleAttribute("disabled", !history.can.undo);
    redo.toggleAttribute("disabled", !history.can.redo);
  };
  history.subscribe(mark);
  mark();
  return { element: h("div", { class: "bar" }), tools: h("div", { class: "tools" }, undo, redo) };
}
