import { h } from "../ui/dom.js";

/** @param {import("../mount.js").Desk} desk */
export function createMorph(_desk) {
  return { element: h("div", { class: "panel morph", "data-tab": "morph" }) };
}
