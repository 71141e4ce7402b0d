import { h } from "../ui/dom.js";

/** @param {import("../mount.js").Desk} desk */
export function createGenerate(_desk) {
  return { element: h("div", { class: "panel generate", "data-tab": "generate" }) };
}
