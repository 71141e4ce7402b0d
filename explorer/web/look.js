// How the view itself is looked at: large type for a projector, and the read-out of frames.

import { choose } from "./state.js";
import { h } from "./ui/dom.js";
import { createPopover } from "./ui/popover.js";

/** @param {import("./mount.js").Desk} desk */
export function createLook({ store }) {
  const boxes = [
    box("large", "Projector", "Large type, readable from the last row"),
    box("readout", "Frame read-out", "Pictures a second, and what each costs"),
  ];

  function box(name, title, help) {
    const input = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", "data-name": name }));
    input.addEventListener("change", (event) => choose(store, { [name]: input.checked }, event));
    return { name, input, element: h("label", { class: "check" }, input, h("span", {}, h("b", {}, title), help)) };
  }

  const mark = (state) => boxes.forEach(({ name, input }) => (input.checked = state[name]));
  store.subscribe((state, before) => {
    if (boxes.some(({ name }) => state[name] !== before[name])) mark(state);
  });
  const panel = createPopover("⋯", "How the page looks", ...boxes.map(({ element }) => element));
  panel.element.classList.add("look");
  return panel;
}
