import { h } from "../ui/dom.js";

/** @param {import("../mount.js").Desk} desk */
export function createTraverse(_desk) {
  return { element: h("div", { class: "panel traverse", "data-tab": "traverse" }) };
}
